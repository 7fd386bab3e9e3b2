"""This node as a witness of partners' logs: it cosigns what only grew, and never goes back."""

import hashlib
import ssl
from dataclasses import dataclass
from pathlib import Path

from azalai import logs
from azalai.clock import parse_instant
from azalai.errors import ConfigurationError, VerificationError, WitnessRefusalError
from azalai.ledger import Checkpoint, Verifier, keeper, keys, parse_vkey
from azalai.ledger.checkpoint import parse_checkpoint
from azalai.ledger.cosignature import CosigningKey
from azalai.ledger.note import only_by, parse
from azalai.ledger.witness import SIZE_TYPE, check_growth, open_request, parse_request
from azalai.settings import Settings
from azalai.store import Store, Transaction, witness_rows
from azalai.witness_settings import Cosigning

FOLDER = "witnessed"
TWO_INSTANCES = "two_instances"
"""A view of a partner's log: a copy of an earlier epoch signed after one of a later epoch."""
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to `add-checkpoint`: the status, the body, its type; why it was refused."""

    status: int
    body: bytes
    kind: str = PLAIN
    why: tuple[str, str] = ("", "")


def configured(settings: Settings) -> Cosigning:
    """What this node is as a witness. ConfigurationError where it is none."""
    if settings.cosigning is None:
        raise ConfigurationError(
            "this node cosigns no ledger", source=settings.source, hint="write `cosigning:` first",
            fr="ce nœud ne cosigne aucun registre", hint_fr="écrivez d'abord « cosigning: »",
        )  # fmt: skip
    return settings.cosigning


def signing_key(settings: Settings, *, make: bool = False) -> CosigningKey:
    """This witness's own key; `make` it where there is none. ConfigurationError."""
    given = configured(settings)
    path = settings.path(given.key)
    private = keys.create_private(path) if make and not path.exists() else keys.load_private(path)
    return CosigningKey(given.name, private)


def logs_of(settings: Settings) -> dict[str, list[Verifier]]:
    """The keys that are trusted for each log's origin. ConfigurationError for one that is wrong."""
    found: dict[str, list[Verifier]] = {}
    for name, log in configured(settings).logs.items():
        try:
            known = [parse_vkey(vkey) for vkey in log.vkey]
        except VerificationError as err:
            raise ConfigurationError(f"cosigning: logs: {name}: {err}",
                                     source=settings.source) from err  # fmt: skip
        origins = {one.name for one in known}
        if len(origins) > 1 or origins & found.keys():
            raise ConfigurationError(
                f"cosigning: logs: {name}: the keys of one log, and no other's",
                fr=f"cosigning: logs: {name} : les clés d'un seul registre",
                source=settings.source,
            )  # fmt: skip
        found[origins.pop()] = known
    return found


def server_tls(settings: Settings) -> ssl.SSLContext | None:
    """How this witness listens: TLS 1.2 or newer where there is a certificate, for known clients
    only with `client_ca`; None: in clear. OSError (ssl.SSLError) for a file that is wrong."""
    given = configured(settings)
    if given.certificate is None or given.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.path(given.certificate), settings.path(given.tls_key),
                            password=lambda: "")  # fmt: skip
    if given.client_ca is not None:
        context.load_verify_locations(settings.path(given.client_ca))
        context.verify_mode = ssl.CERT_REQUIRED
    return context


class Witness:
    """Answers requests on a store of its own. What it cosigned stands in the store and in a file
    for each log (fsync, rename), so that a restored store does not make it sign backwards."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._folder = settings.state / FOLDER
        self._key = signing_key(settings)
        self._logs = logs_of(settings)

    def answer(self, data: bytes) -> Answer:
        """Check, persist, and only then sign. OSError, StoreError: nothing was signed."""
        try:
            request = parse_request(data)
            seen = open_request(request, self._logs)
            with self._store.write() as tx:
                check_growth(request, seen, _Memory(tx, self._folder))
                note = only_by(request.note, self._logs[seen.origin])
                keeper.write(_file(self._folder, seen.origin), note)
                self._tell_instance(tx, seen, note)
                witness_rows.put_witnessed(tx, seen, note)
                time = int(tx.now.timestamp())
        except WitnessRefusalError as err:
            self._tell(data, err)
            size = None if err.size is None else f"{err.size}\n".encode()
            body = f"{err}\n".encode() if size is None else size
            kind = PLAIN if size is None else SIZE_TYPE
            return Answer(err.status, body, kind, (err.said[0], err.said[1]))
        return Answer(200, self._key.cosign(seen.text, time).encode())

    def answer_file(self, data: bytes) -> tuple[Answer, bytes | None]:
        """The same for a request that came as a file: the answer, and the checkpoint to send back:
        the one submitted with our cosignature, or, where that was refused, the one that is held;
        None for a log that we do not know."""
        answer = self.answer(data)
        try:
            request = parse_request(data)
            origin = open_request(request, self._logs).origin
        except WitnessRefusalError:
            return answer, None
        if answer.status == 200:
            return answer, only_by(request.note, self._logs[origin]) + answer.body
        return answer, self.latest(hashlib.sha256(origin.encode()).hexdigest())

    def latest(self, origin_hash: str) -> bytes | None:
        """The latest checkpoint cosigned of a log, by the SHA-256 of its origin in hex."""
        for origin in self._logs:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                with self._store.read():
                    found = witness_rows.latest(self._store.db, origin)
                if found is None:
                    return None
                text, time = parse(found[2])[0], int(parse_instant(found[3]).timestamp())
                return found[2] + self._key.cosign(text, time).encode()
        return None

    def _tell_instance(self, tx: Transaction, seen: Checkpoint, note: bytes) -> None:
        """An older copy of a partner's store works beside a newer one: entered, and told until a
        person has seen to it; as long as the two histories do not part nothing else is wrong."""
        kept = witness_rows.latest(tx.db, seen.origin)
        before = None if kept is None else parse_checkpoint(parse(kept[2])[0]).instance
        if before is None or seen.instance is None or seen.instance[1] >= before[1]:
            return
        told = {(one.kind, one.origin) for one in witness_rows.open_views(tx.db)}
        if (TWO_INSTANCES, seen.origin) not in told:
            witness_rows.add_view(tx, TWO_INSTANCES, seen, note, "azalai/witness")
            logs.get().critical("witness.two_instances", name=seen.origin, size=seen.size)

    def _tell(self, data: bytes, err: WitnessRefusalError) -> None:
        """Two views of one log are evidence: kept with its signature, entered in the ledger."""
        if err.kind:
            note = parse_request(data).note
            seen = parse_checkpoint(parse(note)[0])
            with self._store.write() as tx:
                witness_rows.add_view(tx, err.kind, seen, only_by(note, self._logs[seen.origin]),
                                      "azalai/witness")  # fmt: skip
            logs.get().critical("witness.split_view", name=seen.origin, size=seen.size)
        elif err.status != 409:
            logs.get().warning("witness.refused", status=err.status, reason=err.said[1])


class _Memory:
    """What was cosigned of each log: the store's rows, or the file where that is ahead."""

    def __init__(self, tx: Transaction, folder: Path) -> None:
        self._db = tx.db
        self._folder = folder

    def latest(self, origin: str) -> Checkpoint | None:
        """See `ledger.witness.Memory`. VerificationError where rows and file differ."""
        row, note = witness_rows.latest(self._db, origin), keeper.read(_file(self._folder, origin))
        kept = None if note is None else parse_checkpoint(parse(note)[0])
        stored = None if row is None else Checkpoint(origin, row[0], row[1])
        if kept and stored and kept.size == stored.size and kept.root != stored.root:
            raise VerificationError("store and file differ", where=f"witnessed {origin}")
        return max((one for one in (stored, kept) if one), key=lambda one: one.size, default=None)

    def root_of(self, origin: str, size: int) -> bytes | None:
        """See `ledger.witness.Memory`."""
        held = self.latest(origin)
        if held is not None and held.size == size:
            return held.root
        return witness_rows.root_of(self._db, origin, size)


def _file(folder: Path, origin: str) -> Path:
    return folder / hashlib.sha256(origin.encode()).hexdigest()
