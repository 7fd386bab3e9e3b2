"""Our manifests against a partner's: what is missing on which side, without contents."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from azalai import canonical
from azalai.app import App, loading, manifests
from azalai.clock import parse_instant
from azalai.errors import StopError, VerificationError
from azalai.ledger import manifest
from azalai.ledger.note import Verifier
from azalai.store import manifest_rows
from azalai.store.manifest_rows import Line

EDGE = timedelta(hours=2)
"""A message of a day's last hours may stand in the partner's next manifest."""
DAYS_MAX = 400
NOT_TAKEN = ("refused", "given_up", "withdrawn")
"""Ended here without their acceptance: that they do not have it is as it should be."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What two sides say of some days. `both`: messages that both have; `missing`: sent by us and
    not theirs; `late`: the same of the last two hours, perhaps in their next manifest; `not_taken`:
    ended here without acceptance; `unknown`: digests (hex) of theirs that we never sent; `ahead`:
    theirs, and not known to be delivered here."""

    destination: str
    first: str
    last: str
    both: int
    missing: Sequence[Line]
    late: Sequence[Line]
    not_taken: int
    unknown: Sequence[str]
    ahead: Sequence[Line]
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def agree(self) -> bool:
        """Whether both sides say the same."""
        return not (self.missing or self.unknown or self.ahead)


def reconcile(
    app: App, files: Sequence[Path], verifiers: Sequence[Verifier], named: str | None, actor: str
) -> Reconciled:
    """Compare what a partner says it received with what we sent it on these days; logged.

    VerificationError for a file that is no manifest, or was not signed by the partner's key;
    StopError for files of several partners, or of what was sent; ConfigurationError for a
    destination that is not ours.
    """
    heads, theirs, hashes = [], set[bytes](), {}
    for path in files:
        head, digests = _read(path, verifiers)
        if head.direction != "received":
            raise StopError(f"{path}: says what was sent; theirs must say what was received",
                            fr=f"{path} : dit ce qui fut envoyé ; le leur doit dire ce qui fut reçu")  # fmt: skip
        heads.append(head)
        theirs |= digests
        hashes[path.name] = canonical.digest(path.read_bytes())
    if len({head.origin for head in heads}) != 1:
        raise StopError(
            "manifests of several partners", fr="des manifestes de plusieurs partenaires"
        )
    destination = named or heads[0].destination
    loading.refuse_unknown(app.settings, destination)
    first, last = min(head.day for head in heads), max(head.day for head in heads)
    found = _compared(app, destination, first, last, theirs, hashes)
    with app.store.write() as tx:
        tx.log("act", actor=actor, act="reconciled", destination=destination, first=first,
               last=last, both=found.both, missing=len(found.missing), late=len(found.late),
               unknown=len(found.unknown), ahead=len(found.ahead),
               files=sorted(hashes.values()))  # fmt: skip
    return found


def _compared(
    app: App, destination: str, first: str, last: str, theirs: set[bytes], files: dict[str, str]
) -> Reconciled:
    database = app.store.db
    for day in _days(first, last):  # numbers what has none yet
        manifests.write(app, app.store, destination, day)
    told: Counter[str] = Counter()
    missing: list[Line] = []
    late: list[Line] = []
    zone = ZoneInfo(app.settings.time_zone)
    ends = date.fromisoformat(last) + timedelta(days=1)
    for line, sent_at, digest in manifest_rows.between(database, destination, first, last):
        if digest in theirs:
            told["both"] += 1
        elif line.state in NOT_TAKEN or line.state is None:
            told["not_taken"] += 1
        else:
            sent = parse_instant(sent_at).astimezone(zone)
            near = (sent + EDGE).date() >= ends
            (late if near else missing).append(line)
    unknown, ahead = [], []
    for digest in theirs:
        found = manifest_rows.by_digest(database, destination, digest)
        if found is None:
            unknown.append(digest.hex())
        elif found.state not in ("delivered", None):
            ahead.append(found)
    return Reconciled(destination, first, last, told["both"], missing, late, told["not_taken"],
                      sorted(unknown), sorted(ahead, key=lambda one: one.sequence), files)  # fmt: skip


def _read(path: Path, verifiers: Sequence[Verifier]) -> tuple[manifest.Manifest, set[bytes]]:
    try:
        return manifest.read(path, verifiers)
    except VerificationError as err:
        raise VerificationError(f"{path.name}: {err}", where="manifest",
                                fr=f"{path.name} : {err.said[0]}") from err  # fmt: skip


def _days(first: str, last: str) -> list[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    if (end - begin).days >= DAYS_MAX:
        raise StopError(
            f"more than {DAYS_MAX} days at once", fr=f"plus de {DAYS_MAX} jours à la fois"
        )
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
