"""What one ledger entry says: its types, what each must carry, its exact bytes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from azalai import canonical
from azalai.errors import LedgerEntryError
from azalai.ledger.tiles import ENTRY_MAX

Entry = dict[str, Any]
"""An entry before or after its bytes: str, int, bool, None, lists and dicts of them."""

TEXT_MAX = 512
"""Characters: an entry holds codes, pseudonyms, digests and numbers, never prose."""
NUMBER_MAX = 2**53 - 1
"""RFC 8785 section 3.2.2.3: what every JSON reader keeps exactly."""
DEPTH_MAX = 8

RECORDED = "recorded"
SENDING = "sending"
OUTCOME = "outcome"
HELD = "held"
RELEASED = "released"
WITHDRAWN = "withdrawn"
RECALL = "recall"
RUN = "run"
ACT = "act"
CONSULTED = "consulted"
CONFIGURED = "configured"
ERASED = "erased"
CLOCK = "clock"
PRUNED = "ledger_pruned"
"""The act by which a prefix of the log went."""

REQUIRED: Mapping[str, frozenset[str]] = {
    # a version of a record was collected or altered; its decisions with their rules
    RECORDED: frozenset({"pseudonym", "version", "run", "operation", "commitment", "decisions"}),
    # a message is about to leave: committed with the claim, before a byte goes
    SENDING: frozenset({"pseudonym", "version", "destination", "attempt", "commitment"}),
    # what came of that attempt: delivered, handed over, refused, deferred, unknown
    OUTCOME: frozenset({"pseudonym", "version", "destination", "attempt", "outcome"}),
    # something waits for a person (a run, a delivery, a feed, a destination): which and why
    HELD: frozenset({"subject", "reason"}),
    # a person let it go
    RELEASED: frozenset({"subject", "actor"}),
    # a record is no longer in force here
    WITHDRAWN: frozenset({"pseudonym", "version", "reason"}),
    # a cancellation owed to a holder: opened, confirmed, attested, written off
    RECALL: frozenset({"pseudonym", "destination", "state", "reason"}),
    # one reading of one input, with all its counts
    RUN: frozenset({"run", "feed", "state", "counts"}),
    # anything else that a person did
    ACT: frozenset({"actor", "act"}),
    # a person looked at personal data: who, why
    CONSULTED: frozenset({"actor", "purpose"}),
    # a mapping, agreement, key or setting came into force
    CONFIGURED: frozenset({"actor", "subject", "digest"}),
    # a record's payloads and key are gone (`erased`) or can no longer be restored
    ERASED: frozenset({"pseudonym", "stage", "rule"}),
    # the machine's clock went backwards
    CLOCK: frozenset({"clock", "behind_s"}),
}
"""The types, and the facts that an entry of each cannot be without (LED article 25)."""

_FLAT = frozenset({str, int, bool, type(None)})
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_TIMES = re.compile(rf"(?:{_TIME.pattern})*")
_TIME_LENGTH = len("2026-11-24T00:00:00.000000Z")
_AS_IS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def entry(kind: str, /, **facts: Any) -> Entry:
    """An entry of one type, checked, without its time: `log.append` sets that.

    LedgerEntryError if the type is unknown, a required fact is missing, or a value is not fit.
    """
    made = {"type": kind, **facts}
    check(made)
    return made


def draft(kind: str, /, **facts: Any) -> Entry:
    """An entry whose values are checked when it is appended: LedgerEntryError here only if the type
    is unknown or a required fact is missing."""
    made = {"type": kind, **facts}
    _check_facts(made)
    return made


def clock_entry(clock: str, behind_s: int) -> Entry:
    """The clock read `clock` (RFC 3339), `behind_s` seconds before its last reading."""
    return entry(CLOCK, clock=clock, behind_s=behind_s)


def check(made: Mapping[str, Any]) -> None:
    """Raise LedgerEntryError unless the entry's type, facts and values are as they must be."""
    kind = _check_facts(made)
    for name, value in made.items():
        if _is_plain(value):
            continue
        if (problem := _problem(value, DEPTH_MAX)) is not None:
            raise LedgerEntryError(kind, f"{name}: {problem}")


def _check_facts(made: Mapping[str, Any]) -> str:
    """The entry's type, none of whose facts is missing."""
    kind = made.get("type")
    if not isinstance(kind, str) or kind not in REQUIRED:
        raise LedgerEntryError("(unknown)", "its type is not one of the ledger's")
    if not REQUIRED[kind] <= made.keys():
        missing = ", ".join(sorted(REQUIRED[kind] - made.keys()))
        raise LedgerEntryError(kind, f"without {missing}")
    return kind


def encode(made: Mapping[str, Any]) -> bytes:
    """The entry's bytes in the log: canonical JSON, at most `ENTRY_MAX` bytes.

    LedgerEntryError as `check`, if the time is missing, a key is not ASCII, or it is too long.
    """
    data = _plain_bytes(made)
    if data is None:
        check(made)
    kind = _check_facts(made)
    if not is_time(made.get("time")):
        raise LedgerEntryError(kind, "without a time")
    try:
        data = data or canonical.dumps(made)
    except TypeError as err:
        raise LedgerEntryError(kind, "not canonical JSON") from err
    if len(data) > ENTRY_MAX:
        raise LedgerEntryError(kind, f"{len(data)} bytes, at most {ENTRY_MAX} are taken")
    return data


def decode(data: bytes) -> Entry:
    """The reverse of `encode`; LedgerEntryError for bytes that `encode` would not have made."""
    try:
        made = orjson.loads(data)
    except orjson.JSONDecodeError as err:
        raise LedgerEntryError("(unreadable)", "not JSON") from err
    if not isinstance(made, dict):
        raise LedgerEntryError("(unreadable)", "not an object")
    if encode(made) != data:
        raise LedgerEntryError(made["type"], "not canonical JSON")
    return made


def decode_many(many: Sequence[bytes]) -> list[Entry] | None:
    """`decode` of each, several times as fast; None where one is refused or takes a closer look
    (text beyond ASCII, anything escaped)."""
    together = b"".join(many)
    if not together.isascii() or b"\\" in together or b"\x7f" in together:
        return None
    try:
        made = [orjson.loads(data) for data in many]
        if [orjson.dumps(one, option=_AS_IS) for one in made] != list(many):
            return None
        for one, data in zip(made, many, strict=True):
            if not REQUIRED[one["type"]] <= one.keys() or len(data) > ENTRY_MAX:
                return None
            if len(data) > TEXT_MAX or not _FLAT.issuperset(map(type, one.values())):
                check(one)
        times = "".join([one["time"] for one in made if len(one["time"]) == _TIME_LENGTH])
    except (AttributeError, KeyError, TypeError, ValueError, LedgerEntryError):
        return None
    fit = len(times) == len(made) * _TIME_LENGTH and _TIMES.fullmatch(times) is not None
    return made if fit else None


def is_time(value: object) -> bool:
    """Whether it is written as `clock.format_instant` does: then text order is time order."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _problem(value: object, depth: int) -> str | None:
    """Why a value may not stand in the ledger, or None. Never shows the value."""
    if isinstance(value, str):
        if len(value) > TEXT_MAX:
            return f"a text of more than {TEXT_MAX} characters"
        return None if value.isprintable() else "a text with control characters"
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return None if abs(value) <= NUMBER_MAX else "a number beyond 2**53"
    if isinstance(value, dict | list | tuple):
        return _part_problem(value, depth)
    return f"a {type(value).__name__}"


def _part_problem(value: dict[Any, Any] | Sequence[Any], depth: int) -> str | None:
    if depth == 0:
        return f"more than {DEPTH_MAX} levels deep"
    for part in value.values() if isinstance(value, dict) else value:
        if _is_plain(part):
            continue
        if (problem := _problem(part, depth - 1)) is not None:
            return problem
    return None


def _plain_bytes(made: Mapping[str, Any]) -> bytes | None:
    """The canonical bytes of an entry whose values are plainly fit, or None: short, ASCII, nothing
    in it escaped (so no control characters), no number beyond 2**53, nothing within a value."""
    if not _FLAT.issuperset(map(type, made.values())):
        return None
    try:
        data = orjson.dumps(made, option=_AS_IS)
    except TypeError:
        return None
    plain = len(data) <= TEXT_MAX and data.isascii() and b"\\" not in data and b"\x7f" not in data
    return data if plain else None


def _is_plain(value: object) -> bool:
    """The quick way for what nearly every value is: a short code or a number."""
    if type(value) is str:
        return len(value) <= TEXT_MAX and value.isprintable()
    return type(value) is int and -NUMBER_MAX <= value <= NUMBER_MAX
