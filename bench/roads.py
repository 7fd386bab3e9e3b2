"""The whole road, one job a process: each prints one JSON line. `roads.py --help` names the jobs.

`intake` reads the peers' file up to the outbox of two destinations; `commit` too, and gives the time
spent inside the database; `raw` writes the same sealed rows in the same batches by bare inserts; `road` reads
five feeds and delivers them to two destinations, from an empty store.
"""

import argparse
import json
import os
import shutil
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from azalai.app import App, opened
from azalai.app.carrying import carry
from azalai.clock import now
from azalai.pipeline.reading import read_feed
from azalai.store.database import Database

HERE = Path(__file__).resolve().parent
FEEDS = {
    "bfa_wanted": ("bfa_police", "personnes.csv"), "ner_objects": ("ner_police", "objets.txt"),
    "mli_cases": ("mli_police", "procedures.xml"), "tcd_objects": ("tcd_police", "signalements.xlsx"),
    "mrt_records": ("mrt_police", "signalements.json"),
}  # fmt: skip
DESTINATIONS = ("regional", "interpol")
BATCH = 500
"""Raw records that one commit of intake takes."""
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA secure_delete=ON")
TABLES = ("records", "versions", "raws", "record_marks", "cells", "seen", "rejects", "deliveries",
          "delivery_bodies", "person_marks", "ledger_entries", "ledger_tiles")  # fmt: skip
CONNECTOR = """\
name: bench_police
version: "1"
direction: source
title: Banc d'essai (fictif)
country: BFA
agency: Service FICTIF
system: BENCH-PN
format: delimited
mappings: [ fpr_wanted ]
legal_basis: note de service fictive
"""
AGREEMENT = """\
agreement: bench-{name}
version: 1
title: Banc d'essai FICTIF
reference: Accord fictif
owner: Point de contact (fictif)
from_country: BFA
destinations: [ {name} ]
from: 2026-01-01
until: 2029-12-31
time_zone: Africa/Ouagadougou
records_already_here: ask
when_it_ends: ask
share:
  - rule: P1
    what: WantedPerson
    if:
      measure: [ arrest ]
    send: [ identity, documents, description, warrant, offences ]
    basis: art. 5
examples:
  - case: mandat national
    record: {{ kind: WantedPerson, person_status: wanted, measure: arrest, person.birth.date: 1985 }}
    expect: sent by P1
"""


def deployment(folder: Path, feeds: str, target: str, certificates: Path, threads: int) -> Path:
    """A deployment of its own with two HTTPS destinations; its configuration file."""
    from azalai.cli.init import init

    place = folder / "config"
    init(place, quiet=True)
    blocks = "".join(
        f"  {name}:\n    connector: wapis\n    states: [ UTO ]\n    url: {target}\n"
        + "".join(f"    {what}: {certificates / file}\n" for what, file in (
            ("ca", "ca.pem"), ("certificate", "client.pem"), ("key", "client.key")))
        + f"    concurrency: {threads}\n" for name in DESTINATIONS
    )  # fmt: skip
    file = place / "azalai.yaml"
    file.write_text("language: fr\nmark: test\norigin: azalai.invalid/bench\nheld_at_first: no\n"
                    f"feeds:\n{feeds}destinations:\n{blocks}", encoding="utf-8")  # fmt: skip
    return file


def bench_deployment(folder: Path, source: Path, target: str, certificates: Path) -> Path:
    feeds = "  bench:\n    connector: bench_police\n    folder: ../incoming\n    pattern: '*.csv'\n"
    file = deployment(folder, feeds, target, certificates, 1)
    place = file.parent
    (place / "connectors" / "bench_police").mkdir(parents=True)
    (place / "connectors" / "bench_police" / "connector.yaml").write_text(CONNECTOR)
    shutil.copytree(HERE / "mappings", place / "mappings" / "bench_police")
    for old in (place / "agreements").glob("*.yaml"):
        old.unlink()
    for name in DESTINATIONS:
        (place / "agreements" / f"bench-{name}.yaml").write_text(AGREEMENT.format(name=name))
    (folder / "incoming").mkdir()
    shutil.copy(source, folder / "incoming" / "wp.csv")
    return file


def demo_deployment(folder: Path, records: int, target: str, certificates: Path) -> Path:
    """The demo's five feeds and agreements."""
    from azalai import paths
    from azalai.simulate.samples import write_feed

    feeds = ""
    for name, (connector, file) in FEEDS.items():
        write_feed(connector, folder / "incoming" / name / file, records, 7)
        feeds += (f"  {name}:\n    connector: {connector}\n    folder: ../incoming/{name}\n"
                  f"    pattern: '*{Path(file).suffix}'\n")  # fmt: skip
    made = deployment(folder, feeds, target, certificates, 4)
    for agreement in sorted((paths.config() / "agreements").glob("*.yaml")):
        shutil.copy(agreement, made.parent / "agreements")
    return made


def time_database(spent: list[float]) -> None:
    """Add up the seconds that calls of the database take, commits with them."""
    for name in ("row", "rows", "do", "do_many", "_raw"):  # `add_many` calls `do_many`
        plain = getattr(Database, name)

        def timed(self: Database, *words: Any, _plain: Any = plain, **values: Any) -> Any:
            begin = time.perf_counter()
            try:
                return _plain(self, *words, **values)
            finally:
                spent[0] += time.perf_counter() - begin

        setattr(Database, name, timed)


def read(app: App, name: str) -> int:
    """Read a feed whole; raw records read. SystemExit where it was held."""
    [passed] = read_feed(app.store, app.feed(name), app.routes)
    row = app.store.db.row("runs", "by_id", id=passed.run)
    if passed.state != "accepted" or row is None:
        raise SystemExit(f"{name}: run {passed.state}: {row}")
    counters = [one for one in app.store.db.rows("runs", "counters", scope="feed")
                if one[0] == name and one[1] == "read"]  # fmt: skip
    return int(counters[0][2])


def intake(file: Path, cores: int) -> dict[str, float]:
    """Rate of one feed up to the outbox, on so many cores."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    with opened(file, now) as app:
        app.enter_into_force("bench")
        app.start_children()
        begin = time.perf_counter()
        n = read(app, "bench")
        seconds = time.perf_counter() - begin
        due = app.store.db.row("deliveries", "waits", destination=DESTINATIONS[0])
        return {"n": n, "s": seconds, "due": due[0] if due else 0}


def commit(file: Path) -> dict[str, float]:
    """Seconds that the same intake spends in the database, while no child translates beside it."""
    spent = [0.0]
    time_database(spent)
    with opened(file, now) as app:
        app.enter_into_force("bench")
        app.start_children()
        feed = app.feed("bench")
        batches = feed.reader.read
        feed.reader.read = lambda *given, **named: iter(list(batches(*given, **named)))  # type: ignore[method-assign]
        spent[0] = 0.0
        read_feed(app.store, feed, app.routes)
        return {"s": spent[0]}


def raw(file: Path, target: Path) -> dict[str, float]:
    """Write what an intake's store holds into a new file: tables and indexes, no triggers."""
    with closing(apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)) as old:
        schema = [sql for (sql,) in old.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
            " AND name NOT LIKE 'sqlite_%'")]  # fmt: skip
        known = {name for (name,) in old.execute("SELECT name FROM sqlite_master")}
        rows = {
            name: list(old.execute(f"SELECT * FROM {name}")) for name in TABLES if name in known
        }
    new = apsw.Connection(str(target))
    for pragma in PRAGMAS:
        new.execute(pragma).fetchall()
    for sql in schema:
        new.execute(sql)
    read_in = len(rows["records"]) + len(rows["rejects"])
    batches = max(1, -(-read_in // BATCH))
    seconds = 0.0
    for at in range(batches):
        begin = time.perf_counter()
        new.execute("BEGIN IMMEDIATE")
        for name, all_rows in rows.items():
            some = all_rows[len(all_rows) * at // batches : len(all_rows) * (at + 1) // batches]
            if some:
                marks = ", ".join("?" * len(some[0]))
                new.executemany(f"INSERT INTO {name} VALUES ({marks})", some)
        new.execute("COMMIT")
        seconds += time.perf_counter() - begin
    new.close()
    return {"s": seconds, "rows": sum(map(len, rows.values()))}


def road(file: Path) -> dict[str, float]:
    """Five feeds to two destinations, from the first byte read to the last outcome committed."""
    with opened(file, now) as app:
        app.enter_into_force("bench")
        app.start_children()
        begin = time.perf_counter()
        n = sum(read(app, name) for name in app.settings.feeds)
        read_s = time.perf_counter() - begin
        app.publish_locked()
        carry(app, None)
        seconds = time.perf_counter() - begin
        [(delivered,)] = app.store.db._db.execute(  # type: ignore[attr-defined]  # noqa: SLF001
            "SELECT count(*) FROM deliveries WHERE state = 'delivered'"
        )
        [(left,)] = app.store.db._db.execute(  # type: ignore[attr-defined]  # noqa: SLF001
            "SELECT count(*) FROM deliveries WHERE state IN ('due', 'sending', 'unknown')"
        )
    if left:
        raise SystemExit(f"{left} deliveries did not leave")
    return {"n": n, "s": seconds, "read_s": read_s, "delivered": delivered}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    asked.add_argument("job", choices=("intake", "commit", "raw", "road"))
    asked.add_argument("--folder", type=Path, required=True, help="an empty folder")
    asked.add_argument("--source", type=Path)
    asked.add_argument("--records", type=int, default=500)
    asked.add_argument("--certificates", type=Path, default=Path())
    asked.add_argument("--target", default="https://127.0.0.1:1")
    asked.add_argument("--cores", type=int, default=2)
    given = asked.parse_args()
    folder, state = given.folder, given.folder / "config" / "state" / "azalai.db"
    if given.job in ("intake", "commit"):
        file = bench_deployment(folder, given.source, given.target, given.certificates)
        found = intake(file, given.cores) if given.job == "intake" else commit(file)
    elif given.job == "raw":
        found = raw(state, folder / "raw.db")
    else:
        found = road(demo_deployment(folder, given.records, given.target, given.certificates))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
