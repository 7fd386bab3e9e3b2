"""Asking witnesses to cosign: over HTTP now, or by a file that goes there and comes back."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from azalai import logs
from azalai.app import App, cosigned
from azalai.app.cosigned import EXTENDS, ROLLBACK, SAME
from azalai.errors import DestinationDownError, NotFoundError, StopError, VerificationError
from azalai.ledger import Checkpoint, open_checkpoint
from azalai.ledger.cosignature import Cosigner, cosignatures
from azalai.ledger.log import prove_consistency
from azalai.ledger.note import only_by
from azalai.ledger.witness import SIZE_TYPE, Request, format_request
from azalai.settings import Settings
from azalai.store import Store, witness_rows
from azalai.transports import witness as http
from azalai.witness_settings import WitnessNode

COSIGNED, ALREADY, BAD = "cosigned", "already", "bad_answer"
ATTEMPTS = 2
"""Once with what we believe it holds, once with what it says that it holds."""
GoOn = Callable[[], bool]
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking one witness: `answer` is `cosigned`, `already`, `bad_answer`, `http_N`,
    `rollback`, `split_view`, `fork`, or why it was not reached; `size` is what it holds of ours."""

    witness: str
    answer: str
    size: int

    @property
    def ok(self) -> bool:
        """Whether it cosigned this very checkpoint."""
        return self.answer in (COSIGNED, ALREADY)


def ask(
    app: App, store: Store | None = None, only: Sequence[str] = (), go_on: GoOn = lambda: True
) -> list[Asked]:
    """Publish a checkpoint and ask every witness that has a `url` (or `only` some) to cosign it,
    while `go_on` says so.

    One that cannot be reached stops nobody. ConfigurationError without witnesses, NotFoundError
    for an unknown one; errors as `App.publish_locked`.
    """
    mine = store or app.store
    known, nodes = cosigned.quorum(app.settings), cosigned.given(app.settings).nodes
    for name in only:
        if name not in nodes:
            raise NotFoundError(f"no witness {name}")
    note = app.publish_locked(mine)
    seen = open_checkpoint(note, cosigned.our_keys(app.settings))
    _seal(mine, seen, note)
    held = {row[0] for row in witness_rows.lines_of(mine.db, seen.size)}
    found = []
    for name, node in nodes.items():
        if node.url is None or (only and name not in only) or not go_on():
            continue
        cosigner = known.witnesses[name]
        if cosigner.vkey in held and not only:
            found.append(Asked(name, ALREADY, seen.size))
            continue
        found.append(_ask_one(app, mine, name, node, seen, note, go_on))
    return found


def request_file(app: App, name: str = "") -> tuple[str, bytes]:
    """A file for a witness without a link; which one, and its bytes. `name` may be left out where
    one witness only has no `url`. StopError, NotFoundError, and as `ask`."""
    nodes = cosigned.given(app.settings).nodes
    apart = [one for one, node in nodes.items() if node.url is None]
    if not name and len(apart) != 1:
        raise StopError(f"for which witness? --witness {'|'.join(nodes)}",
                        fr=f"pour quel cosignataire ? --witness {'|'.join(nodes)}")  # fmt: skip
    name = name or apart[0]
    if name not in nodes:
        raise NotFoundError(f"no witness {name}")
    cosigner = cosigned.quorum(app.settings).witnesses[name]
    note = app.publish_locked()
    seen = open_checkpoint(note, cosigned.our_keys(app.settings))
    _seal(app.store, seen, note, kept=True)
    told = witness_rows.told(app.store.db, cosigner.vkey)
    old = min(seen.size, 0 if told is None else told.size)
    return name, _request(app.store, old, seen, note)


def take_file(app: App, data: bytes) -> list[Asked]:
    """An answer that came back: our checkpoint with a witness's cosignature, or the one that it
    holds instead. What it says is checked against our log, and kept.

    VerificationError where it is no checkpoint of ours, or no witness of ours cosigned it.
    """
    known, ours = cosigned.quorum(app.settings), cosigned.our_keys(app.settings)
    with app.store.read():
        seen, kind = cosigned.compare(app.store.ledger, ours, data)
    found = cosignatures(data, list(known.witnesses.values()))
    if not found:
        raise VerificationError("no cosignature by a witness of ours", where="answer")
    names = [known.name_of(one.cosigner) for one in found]
    if cosigned.tell_view(app.store, seen, kind, data, names[0]):
        return [Asked(name, kind, seen.size) for name in names]
    with app.store.write() as tx:
        witness_rows.add_seal(tx, seen.size, only_by(data, ours), kept=True)
        cosigned.take(tx, known, seen, found, COSIGNED)
    return [Asked(name, COSIGNED, seen.size) for name in names]


def _seal(store: Store, seen: Checkpoint, note: bytes, *, kept: bool = False) -> None:
    with store.write() as tx:
        witness_rows.add_seal(tx, seen.size, note, kept=kept)
        witness_rows.fold(tx)


def _request(store: Store, old: int, seen: Checkpoint, note: bytes) -> bytes:
    with store.read():
        proof = prove_consistency(store.ledger, old, seen.size)
    return format_request(Request(old, tuple(proof), note))


def _ask_one(
    app: App, store: Store, name: str, node: WitnessNode, seen: Checkpoint, note: bytes, go_on: GoOn
) -> Asked:
    cosigner = cosigned.quorum(app.settings).witnesses[name]
    told = witness_rows.told(store.db, cosigner.vkey)
    old = min(seen.size, 0 if told is None else told.size)
    try:
        answer, size = _exchange(app, store, name, node, seen, note, old, go_on)
    except DestinationDownError as down:
        answer, size = down.reason, old
    if answer == COSIGNED:
        return Asked(name, answer, size)
    with store.write() as tx:
        witness_rows.put_told(tx, cosigner.vkey, size, answer)
    logs.get().warning("witness.not_cosigned", name=name, reason=answer, size=size)
    return Asked(name, answer, size)


def _exchange(
    app: App, store: Store, name: str, node: WitnessNode, seen: Checkpoint, note: bytes, old: int,
    go_on: GoOn,
) -> tuple[str, int]:  # fmt: skip
    """The answer in a word, and how much of our log the witness holds."""
    link, cosigner = link_of(app.settings, node), cosigned.quorum(app.settings).witnesses[name]
    for _ in range(ATTEMPTS):
        reply = http.submit(link, _request(store, old, seen, note))
        if reply.status == 200:
            return _cosigned(app, store, cosigner, seen, note + reply.body), seen.size
        holds = _SIZE.fullmatch(reply.body)
        if reply.status != 409 or reply.kind != SIZE_TYPE or holds is None or not go_on():
            break
        if int(holds[1]) > seen.size:
            return _other_view(app, store, name, link, int(holds[1]))
        old = int(holds[1])
    if reply.status == 422:
        return _other_view(app, store, name, link, old)
    return f"http_{reply.status}", old


def _cosigned(app: App, store: Store, cosigner: Cosigner, seen: Checkpoint, note: bytes) -> str:
    try:
        found = cosignatures(note, [cosigner])
    except VerificationError:
        found = []
    if not found:
        return BAD
    with store.write() as tx:
        cosigned.take(tx, cosigned.quorum(app.settings), seen, found, COSIGNED)
    return COSIGNED


def _other_view(app: App, store: Store, name: str, link: http.Link, size: int) -> tuple[str, int]:
    """It will not cosign: what it holds is asked for, since only a checkpoint that our own key
    signed shows that there are two logs. A claim without one is told, and no more."""
    ours = cosigned.our_keys(app.settings)
    origin_hash = hashlib.sha256(ours[0].name.encode()).hexdigest()
    reply = http.latest(link, origin_hash)
    if reply.status != 200:
        return "claims_other", size
    try:
        with store.read():
            seen, kind = cosigned.compare(store.ledger, ours, reply.body)
    except VerificationError:
        return "claims_other", size
    if kind in (SAME, EXTENDS):
        return "refuses_ours", seen.size
    cosigned.tell_view(store, seen, kind, reply.body, name)
    return kind, seen.size if kind == ROLLBACK else size


def link_of(settings: Settings, node: WitnessNode) -> http.Link:
    """Where a witness listens, its files' paths made absolute."""
    ca, certificate, key = (None if one is None else settings.path(one)
                            for one in (node.ca, node.certificate, node.key))  # fmt: skip
    return http.Link(node.url or "", ca, certificate, key)
