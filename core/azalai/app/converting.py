"""A deployment's store from its file to a server: copied, compared, balanced."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from azalai import reports
from azalai.app.key_room import keyring
from azalai.clock import Clock, now
from azalai.errors import StopError, VerificationError
from azalai.ledger import merkle
from azalai.settings import Settings
from azalai.store import Store, open_store, runner_lock
from azalai.store.copying import Copied, copy_to_server
from azalai.store.engine import ServerAddress
from azalai.store.postgres import PostgresDatabase
from azalai.store.seal import Keyring
from azalai.store_server import StoreServer


@dataclass(frozen=True, slots=True)
class Converted:
    """What was copied; `size` entries of the ledger under the `root` (hex) that both have."""

    tables: list[Copied]
    size: int
    root: str


def convert(settings: Settings, to: StoreServer, clock: Clock = now) -> Converted:
    """Copy the store to a server while nothing runs; the file stays as it is.

    StopError where the store is on a server already; RunnerBusyError while a daemon or a pass
    runs; VerificationError where the copy differs, the counts do not balance or the ledgers have
    not the same root: then the new database stays marked unfinished.
    """
    if not isinstance(settings.store, str):
        raise StopError("the store is on a server already", fr="la base est déjà sur un serveur")
    target = PostgresDatabase(server(settings, to))
    try:
        with runner_lock.hold(settings.state / "store.lock", "azalai store convert"):
            return onto(target, settings.store_file, keyring(settings), clock)
    finally:
        target.close()


def server(settings: Settings, to: StoreServer) -> ServerAddress:
    """Where a server is, and what opens it. ConfigurationError where its password cannot be read."""
    return ServerAddress(to.conninfo(settings.folder), to.secret(settings.folder))


def onto(
    target: PostgresDatabase, file: Path, keys: Keyring, clock: Clock,
    before_use: Callable[[], None] = lambda: None,
) -> Converted:  # fmt: skip
    """Copy a store's file, which nobody uses, to a server's empty database; `before_use` is called
    when all is compared and nobody can open it yet. Raises as `convert`."""

    def compare() -> None:
        _compare(old, target, clock)
        before_use()

    old = open_store(file, keys, clock)
    try:
        copied = copy_to_server(file, target, compare)
        head = old.ledger.head()
    finally:
        old.close()
    return Converted(copied, head.size, merkle.root_of(head.frontier).hex())


def _compare(old: Store, target: PostgresDatabase, clock: Clock) -> None:
    """VerificationError where the new store does not balance or has another ledger."""
    new = Store(target, old.keys, clock)
    if old.ledger.head() != new.ledger.head():
        raise VerificationError("the copy has another head", where="ledger")
    if not reports.conservation(new)["ok"]:
        raise VerificationError("the counts of the copy do not balance", where="counters")


def address_of(url: str, password_file: Path | None) -> StoreServer:
    """A server as `store:` would name it."""
    password = None if password_file is None else {"file": str(password_file.resolve())}
    return StoreServer.model_validate({"url": url, "password": password})
