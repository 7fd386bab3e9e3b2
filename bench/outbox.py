"""Our outbox, one job a process: each prints one JSON line. `outbox.py --help` names the jobs.

`fill` writes deliveries of 1.5 KB that are due, each of a record of its own; `carry` delivers all that is
due with our own workers; `bare` sends as many messages by the same transport and as many threads,
without an outbox; `waiting` opens a store and claims, sends and records some of what waits.
"""

import argparse
import http.client
import json
import resource
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from azalai.clock import now
from azalai.delivery.policy import Policy
from azalai.delivery.pool import Helper, Pool
from azalai.delivery.turn import Worker
from azalai.documents import Text
from azalai.outbox import retry
from azalai.plugin.transport import Delivered, Limits, Message, Outcome, Transport
from azalai.store import Store, claim_rows, delivery_rows, open_store, record_rows
from azalai.store.delivery_rows import NewDelivery
from azalai.store.engine import ServerAddress
from azalai.store.seal import create_kek, load_kek, seal
from azalai.transports.https import HttpsSettings, HttpsTransport

BODY = json.dumps({"record": "x" * 227, "fields": {
    f"field_{i:02}": f"valeur numéro {i:04} de test" for i in range(29)
}}, ensure_ascii=False).encode()  # fmt: skip
"""What the peers' scripts post."""
DESTINATION = "hub"
SENTENCE = Text("banc d'essai", "benchmark")
TURNS = 300


class PlainPost:
    """The peers' own POST: http.client, one keep-alive connection, no TLS."""

    limits = Limits(records=1, deduplicates_for_s=3600)

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._path = place.path
        self._link = http.client.HTTPConnection(place.hostname or "", place.port)

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        for message in messages:
            head = {"Content-Type": "application/json", "Idempotency-Key": message.key}
            self._link.request("POST", self._path, message.body, head)
            answer = self._link.getresponse()
            answer.read()
            assert answer.status == 200
        return [Delivered(b"") for _ in messages]

    def receipts(self) -> Iterator[tuple[str, Outcome]]:
        return iter(())

    def close(self) -> None:
        self._link.close()


class Nowhere(PlainPost):
    """Takes everything at once: what is left is the outbox's own work."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1/")

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        return [Delivered(b"") for _ in messages]


def store_of(place: str, folder: Path) -> Store:
    """The store of a folder: its file, or a database of a server with the folder's key."""
    kek = folder / "kek"
    if not kek.exists():
        create_kek(kek)
    server = place.startswith("postgresql://")
    return open_store(ServerAddress(place) if server else Path(place), load_kek(kek), now)


def fill(store: Store, count: int) -> None:
    """Deliveries that are due, 1,000 a commit, by the calls that intake makes."""
    for first in range(0, count, 1000):
        with store.write() as tx:
            for number in range(first, min(count, first + 1000)):
                record = record_rows.find_or_add(tx, f"BENCH/{number}", "bench", "WantedPerson")
                new = NewDelivery(
                    record=record, version=1, destination=DESTINATION, operation="create",
                    state="staged", rule="a@1/P1", basis="art. 5", agreement="a@1", body=BODY,
                    sentence=SENTENCE, rules_digest="r", media_type="application/json",
                    idempotency_key=delivery_rows.new_key(),
                )  # fmt: skip
                delivery_rows.activate(tx, delivery_rows.get(tx.db, delivery_rows.add(tx, new)))


def fill_fast(store: Store, count: int) -> None:
    """Many deliveries with a short body, by bare inserts: only how they wait is measured."""
    fill(store, 1)
    db, at = store.db, datetime.now(UTC)
    known = record_rows.find_any(db, store.keys, "BENCH/0")
    first = delivery_rows.get(db, 1)
    with store.write(at) as tx:
        stamp, rank = tx.at, retry.rank(at, 5)
        raw = db._db  # type: ignore[attr-defined]  # noqa: SLF001
        [sealed] = raw.execute("SELECT sealed_key FROM records").fetchone()
        key = known.key
        names = [f"{n:032x}" for n in range(count + 1)]
        raw.executemany("INSERT INTO records (id, pseudonym, lookup, wrapped_key, sealed_key, feed,"
                        "kind) VALUES (?, ?, ?, ?, ?, 'bench', 'WantedPerson')",
                        ((n, names[n], names[n].encode(), seal(store.keys.kek, key, "key", names[n]),
                          sealed) for n in range(2, count + 1)))  # fmt: skip
        rows = (
            (n, n, DESTINATION, names[n], first.commitment,
             json.dumps(SENTENCE._asdict()), stamp, rank, stamp)
            for n in range(2, count + 1)
        )  # fmt: skip
        raw.executemany(
            "INSERT INTO deliveries (id, record, version, destination, operation, state,"
            " idempotency_key, commitment, media_type, priority, rule, basis, agreement,"
            " sentence, rules_digest, due_at, rank, made_at) VALUES (?, ?, 1, ?, 'create', 'due',"
            " ?, ?, 'application/json', 5, 'a@1/P1', 'art. 5', 'a@1', ?, 'r', ?, ?, ?)", rows)  # fmt: skip
        raw.executemany("INSERT INTO delivery_bodies (delivery, body) VALUES (?, ?)", (
            (n, seal(key, b"short", *delivery_rows._bound(  # noqa: SLF001
                names[n], 1, DESTINATION, "create", names[n]))) for n in range(2, count + 1)
        ))  # fmt: skip


def link(kind: str, target: str, folder: Path, batch: int) -> Transport:
    if kind == "plain":
        return PlainPost(target)  # type: ignore[return-value]
    made = HttpsTransport(HttpsSettings(
        target, folder / "ca.pem", folder / "client.pem", folder / "client.key", batch=batch,
        deduplicates_for_s=3600,
    ))  # fmt: skip
    assert made.probe().ok  # its connection stands before the clock runs
    return made


def in_threads(work: Sequence[threading.Thread]) -> float:
    begin = time.perf_counter()
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    return time.perf_counter() - begin


class Counting:
    """A link that counts what its destination took."""

    def __init__(self, link: Transport) -> None:
        self.limits = link.limits
        self.taken = 0
        self._link = link

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        outcomes = self._link.send(messages)
        self.taken += sum(isinstance(one, Delivered) for one in outcomes)
        return outcomes


def carry(store: Store, links: Sequence[Transport], own: Transport) -> tuple[int, float]:
    """Everything that is due, by one thread that claims and records and one a link; how many were
    delivered, and the seconds."""
    pool, counting = Pool(len(links)), [Counting(one) for one in links]

    def write() -> None:
        mine = store.another()
        worker = Worker(mine, own, Policy(DESTINATION), pool=pool)
        while worker.turn(now()):
            pass
        pool.close()
        mine.close()

    def carry_one(link: Counting) -> None:
        helper = Helper(link, pool, own)  # type: ignore[arg-type]
        while not pool.closed:
            helper.turn()

    threads = [threading.Thread(target=write),
               *(threading.Thread(target=carry_one, args=(one,)) for one in counting)]  # fmt: skip
    seconds = in_threads(threads)
    assert not pool.busy
    return sum(one.taken for one in counting), seconds


def bare(links: Sequence[Transport], count: int) -> tuple[int, float]:
    """The same messages by the same transport and threads, and nothing else."""
    messages = iter([Message(f"{n:032x}", f"{n:032x}", "create", "WantedPerson", BODY,
                             "application/json") for n in range(count)])  # fmt: skip
    taken = [0] * len(links)

    def one(number: int) -> None:
        for message in messages:
            [outcome] = links[number].send([message])
            taken[number] += isinstance(outcome, Delivered)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(links))]
    seconds = in_threads(threads)
    return sum(taken), seconds


def waiting(place: str, folder: Path) -> dict[str, float]:
    """Seconds from here until a store is open and has sent once, the median turn, the peak."""
    begin = time.perf_counter()
    store = store_of(place, folder)
    worker = Worker(store, Nowhere(), Policy(DESTINATION))  # type: ignore[arg-type]
    worker.recover(now())
    assert worker.turn(now()) == 1
    start = time.perf_counter() - begin
    claims, turns = [], []
    for _ in range(TURNS):
        begin = time.perf_counter()
        with store.write() as tx:
            assert claim_rows.due(tx, DESTINATION, 1)
        claims.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        assert worker.turn(now()) == 1
        turns.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"start_s": start, "claim_us": 1e6 * sorted(claims)[TURNS // 2],
            "turn_us": 1e6 * sorted(turns)[TURNS // 2], "peak_mb": peak}  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    asked.add_argument("job", choices=("fill", "fill-fast", "carry", "bare", "waiting"))
    asked.add_argument("--store", default="")
    asked.add_argument("--folder", type=Path, required=True, help="keys and certificates")
    asked.add_argument("--count", type=int, default=0)
    asked.add_argument("--kind", choices=("plain", "https"), default="https")
    asked.add_argument("--target", default="")
    asked.add_argument("--threads", type=int, default=4)
    asked.add_argument("--batch", type=int, default=1)
    given = asked.parse_args()
    if given.job == "waiting":
        print(json.dumps(waiting(given.store, given.folder)))
        return
    if given.job in ("fill", "fill-fast"):
        store = store_of(given.store, given.folder)
        (fill if given.job == "fill" else fill_fast)(store, given.count)
        store.close()
        return
    links = [link(given.kind, given.target, given.folder, given.batch)
             for _ in range(given.threads)]  # fmt: skip
    if given.job == "bare":
        n, seconds = bare(links, given.count)
    else:
        n, seconds = carry(store_of(given.store, given.folder), links,
                           link(given.kind, given.target, given.folder, given.batch))  # fmt: skip
    print(json.dumps({"n": n, "s": seconds}))


if __name__ == "__main__":
    main()
