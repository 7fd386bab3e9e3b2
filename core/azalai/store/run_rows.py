"""Runs, their rejects, and the counters of feeds."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from azalai.address import Address
from azalai.documents import Text
from azalai.outbox.balance import FEED_TERMS
from azalai.store.engine import META_BYTES, Engine, Row
from azalai.store.seal import KEY_BYTES, Keyring, seal, unseal
from azalai.store.transaction import Transaction

RUN_TERMS = FEED_TERMS


@dataclass(frozen=True, slots=True)
class Run:
    """One reading of one input of one feed. `findings` are what holds it: [{code, fr, en}]."""

    id: int
    feed: str
    input_digest: str
    state: str
    consumed: int
    mapping: str
    counts: dict[str, int]
    findings: list[dict[str, str]]
    opened_at: str
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class Reject:
    """A raw record that gave no common record; the raw values stay sealed."""

    id: int
    run: int
    feed: str
    disposition: str
    number: int
    line: int | None
    offset: int | None
    part: str | None
    code: str
    field: str
    column: str
    rule: str
    what: Text
    todo: Text
    code_list: str | None


@dataclass(frozen=True, slots=True)
class NewReject:
    """What is kept of a raw record that was rejected, parked or unreadable."""

    disposition: str
    address: Address
    code: str
    what: Text
    todo: Text
    raw: bytes
    field: str = ""
    column: str = ""
    rule: str = ""
    code_list: str | None = None
    record_key: str | None = None
    value: str | None = None


def run_of(row: Row) -> Run:
    """A run from a row of runs.sql."""
    counts, findings = json.loads(row[6]), json.loads(row[7])
    return Run(row[0], row[1], row[2], row[3], row[4], row[5], counts, findings, row[8], row[9])


def get(database: Engine, run: int) -> Run | None:
    """A run by its number, or None."""
    row = database.row("runs", "by_id", id=run)
    return None if row is None else run_of(row)


def add_rejects(tx: Transaction, run: int, rejects: Iterable[NewReject]) -> None:
    """Keep raw records sealed, each under a key of its own."""
    for new in rejects:
        tag = secrets.token_hex(16)
        key, wrapped = tx.keys.new_key("reject")
        tx.db.do("runs", "add_reject", run=run, number=new.address.number, line=new.address.line,
                 offset=new.address.offset, part=new.address.part, wrapped_key=wrapped,
                 sealed=tag.encode() + seal(key, new.raw, "rejects", run, tag),
                 **_why(tx.keys, new))  # fmt: skip


def refresh_reject(tx: Transaction, reject: int, new: NewReject) -> None:
    """A kept raw record that still makes no record: its reason of today; the raw stays."""
    tx.db.do("runs", "refresh_reject", id=reject, **_why(tx.keys, new))


def value_lookup(keys: Keyring, code_list: str, value: str) -> bytes:
    """What parked raw records that wait for the same code are found by."""
    return keys.lookup(f"{code_list}\x00{value}")


def _why(keys: Keyring, new: NewReject) -> dict[str, Any]:
    return {
        "disposition": new.disposition, "code": new.code, "field": new.field,
        "column": new.column, "rule": new.rule, "what": _json(new.what), "todo": _json(new.todo),
        "code_list": new.code_list,
        "lookup": None if new.record_key is None else keys.lookup(new.record_key),
        "value_lookup": None if new.value is None or new.code_list is None
        else value_lookup(keys, new.code_list, new.value),
    }  # fmt: skip


def reject_of(row: Row) -> Reject:
    """A reject from a row of runs.sql."""
    what, todo = Text(**json.loads(row[12])), Text(**json.loads(row[13]))
    r = row
    return Reject(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11],
                  what, todo, r[14])  # fmt: skip


def open_reject(database: Engine, keys: Keyring, reject: int) -> tuple[Reject, bytes] | None:
    """A reject with its raw record, JSON bytes. SealError if the row was changed."""
    row = database.row("runs", "reject", id=reject)
    if row is None:
        return None
    key, sealed = keys.unwrap(row[15], "reject"), row[16]
    tag = sealed[: 2 * KEY_BYTES // 2].decode()
    raw = unseal(key, sealed[KEY_BYTES:], "rejects", row[1], tag)
    return reject_of(row), raw


def counters(database: Engine, scope: str) -> dict[str, dict[str, int]]:
    """The counters of one scope: name → term → n."""
    found: dict[str, dict[str, int]] = {}
    for name, term, n in database.rows("runs", "counters", scope=scope):
        found.setdefault(name, {})[term] = n
    return found


@dataclass(slots=True)
class Lost:
    """What a run's messages to one destination say less exactly of one field: how often, and
    why, each way with its number."""

    destination: str
    field: str
    n: int
    why: list[tuple[Text, int]]


def losses(database: Engine, run: int) -> list[Lost]:
    """The losses of a run, one a destination and field, the most frequent reason first."""
    found: dict[tuple[str, str], Lost] = {}
    for term, n in database.rows("runs", "losses", run=str(run)):
        destination, field, _, fr, en = json.loads(term)
        lost = found.setdefault((destination, field), Lost(destination, field, 0, []))
        lost.n += n
        lost.why.append((Text(fr, en), n))
    for lost in found.values():
        lost.why.sort(key=lambda one: -one[1])
    return list(found.values())


def meta(database: Engine, name: str) -> Any:
    """A stored value by name, or None: text, or bytes where its name is one of `META_BYTES`."""
    row = database.row("runs", "meta", name=name)
    if row is None:
        return None
    text = database.shared and name not in META_BYTES  # what was given as text comes as bytes
    return row[0].decode() if text else row[0]


def _json(text: Text) -> str:
    return json.dumps(text._asdict(), ensure_ascii=False)
