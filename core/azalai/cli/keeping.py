"""`azalai feed|record|outbox|reject|ledger|agreement|simulate`: what is kept, and acts on it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, Json, actor, deployment, table
from azalai.cli.speech import language, say

feed = typer.Typer(no_args_is_help=True, help="Feeds and their runs.")
record = typer.Typer(no_args_is_help=True, help="One record: its life, who has it, lifting.")
outbox = typer.Typer(no_args_is_help=True, help="Deliveries.")
reject = typer.Typer(no_args_is_help=True, help="What could not be translated.")
ledger = typer.Typer(no_args_is_help=True, help="Evidence.")
agreement = typer.Typer(no_args_is_help=True, help="Agreements: check them, run their examples.")
simulate = typer.Typer(no_args_is_help=True, help="The other side.")

Reason = Annotated[str, typer.Option("--reason", help="Why.")]


@feed.command("list")
def feed_list(config: Config = None) -> None:
    """All feeds and their last run."""
    from azalai.store.run_rows import run_of

    with deployment(config) as app:
        rows = []
        for name in app.settings.feeds:
            last = app.store.db.row("runs", "of_feed", feed=name, most=1)
            run = run_of(last) if last else None
            rows.append([name, run.id if run else "-", run.state if run else "-",
                         run.ended_at or "" if run else ""])  # fmt: skip
        table([say("flux", "feed"), say("passe", "run"), say("état", "state"),
               say("fin", "ended")], rows)  # fmt: skip


@feed.command("show")
def feed_show(name: str, config: Config = None) -> None:
    """A feed's last runs, and what holds one."""
    from azalai.store.run_rows import run_of

    with deployment(config) as app:
        app.feed(name)
        for row in app.store.db.rows("runs", "of_feed", feed=name, most=5):
            run = run_of(row)
            counts = ", ".join(f"{t} {n}" for t, n in run.counts.items() if n)
            print(f"{say('passe', 'run')} {run.id}: {run.state}  ({counts})")
            for finding in run.findings:
                print(f"  {finding['code']}: {finding[language()]}")
                print(f"      {finding['todo_' + language()]}")
            for destination, operation, n, size in app.store.db.rows(
                "runs", "staged_counts", run=run.id
            ):
                print(f"  {destination}: {n} {operation}, {size} {say('octets', 'bytes')}")
            for destination, rule, n in app.store.db.rows("runs", "withheld_counts", run=run.id):
                print(f"  {destination}: {n} {say('non autorisés', 'withheld')} ({rule})")


@feed.command("hold")
def feed_hold(name: str, reason: Reason, config: Config = None) -> None:
    """Stop a feed's intake. Recalls still go."""
    from azalai.store import notes

    with deployment(config) as app, app.store.write() as tx:
        app.feed(name)
        tx.db.do("runs", "hold_feed", feed=name, held="by_person")
        note = notes.keep(tx, f"feed/{name}", reason)
        tx.log("held", subject=f"feed/{name}", reason="by_person", actor=actor(), note=note)


@feed.command("release")
def feed_release(name: str, config: Config = None) -> None:
    """Let a held run go, and a held feed read again."""
    from azalai.pipeline import gate
    from azalai.store import run_rows

    with deployment(config) as app:
        made = app.feed(name)
        held = app.store.db.row("runs", "held_of_feed", feed=name)
        with app.store.write() as tx:
            tx.db.do("runs", "hold_feed", feed=name, held=None)
            run = run_rows.get(tx.db, held[0]) if held else None
            if run is not None:
                gate.release(tx, run, made.mappings, actor())
            else:
                tx.log("released", subject=f"feed/{name}", actor=actor())
        print(say("relâché", "released"))


@feed.command("discard")
def feed_discard(name: str, reason: Reason, config: Config = None) -> None:
    """Discard a held run whole: nothing of it comes into force."""
    from azalai.errors import NotFoundError
    from azalai.pipeline import gate
    from azalai.store import notes, run_rows

    with deployment(config) as app:
        held = app.store.db.row("runs", "held_of_feed", feed=name)
        run = run_rows.get(app.store.db, held[0]) if held else None
        if run is None:
            raise NotFoundError(say("aucune passe retenue", "no held run"))
        with app.store.write() as tx:
            gate.discard(tx, run, actor(), notes.keep(tx, f"run/{run.id}", reason))
        print(say(f"passe {run.id} abandonnée", f"run {run.id} discarded"))


@record.command("find")
def record_find(number: str, config: Config = None) -> None:
    """Records with a warrant, case, report or local number; spaces, slashes and case are ignored.

    The ledger says who searched. Persons and documents are never searched by an argument.
    """
    from azalai.pipeline.finding import by_number

    with deployment(config) as app:
        with app.store.write() as tx:
            tx.log("consulted", actor=actor(), purpose="search_by_number")
        found = by_number(app.store, number)
        for one in found:
            force = say("en vigueur", "in force") if one.in_force else say("retirée", "withdrawn")
            print(f"{one.record_key()}  {one.pseudonym}  {one.kind}  {force}")
        if not found:
            print(say("aucune fiche avec ce numéro dans cette base",
                      "no record with this number in this store"))  # fmt: skip
    raise typer.Exit(0 if found else 1)


@record.command("show")
def record_show(key: str, config: Config = None) -> None:
    """A record's versions and deliveries; KEY is its key or its pseudonym."""
    from azalai.store import delivery_rows, notes, record_rows

    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        lock = f", {say('levée', 'lifted')}: {found.lock}" if found.lock else ""
        force = say("en vigueur", "in force") if found.in_force else say("retirée", "withdrawn")
        print(f"{found.pseudonym}  {found.kind}  {force}{lock}")
        for number, operation, _, reason, run, at in app.store.db.rows(
            "records", "versions", record=found.id
        ):
            print(f"  v{number} {operation} {reason or ''} {say('passe', 'run')} {run or '-'} {at}")
        for at, text in notes.of(app.store, f"record/{found.pseudonym}"):
            print(f"  {at} {say('acte', 'act')} : {text}")
        for row in app.store.db.rows("deliveries", "list", destination=None, state=None,
                                     record=found.id, most=1000):  # fmt: skip
            d = delivery_rows.delivery_of(row)
            print(f"  {d.destination} v{d.version} {d.operation}: {d.state} "
                  f"({d.rule}) {d.last_reason or ''}")  # fmt: skip


@record.command("why")
def record_why(key: str, config: Config = None) -> None:
    """For each destination: the verdict on the record, its rule and its sentence."""
    from azalai.store import delivery_rows, record_rows

    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        for row in app.store.db.rows("deliveries", "list", destination=None, state=None,
                                     record=found.id, most=1000):  # fmt: skip
            d = delivery_rows.delivery_of(row)
            print(f"v{d.version} → {d.destination}: {d.state}, {d.rule}")
            print(f"    {d.sentence.say(language())}")


@record.command("holders")
def record_holders(key: str, config: Config = None) -> None:
    """Who has, or may have, the record."""
    from azalai.pipeline.lifting import holders
    from azalai.store import record_rows

    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        for holder in holders(app.store, found):
            sure = (
                say("détient", "has") if holder.accepted else say("détient peut-être", "may have")
            )
            print(f"{holder.destination}: {sure} v{holder.accepted or '?'}")


@record.command("withdraw")
def record_withdraw(
    key: str,
    reason: Annotated[str, typer.Option("--reason", help="A code: lifted, executed, …")],
    act: Annotated[str, typer.Option("--act", help="The act that lifts it.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    config: Config = None,
) -> None:
    """Lift a record everywhere: one person is enough. It leaves a lock on the key."""
    from azalai.errors import StopError
    from azalai.pipeline.lifting import holders, lift
    from azalai.records import LISTS
    from azalai.store import record_rows

    if reason not in LISTS["cancel_reason"]:
        raise StopError(say(f"motif inconnu : {reason}", f"unknown reason: {reason}"),
                        hint=", ".join(LISTS["cancel_reason"].codes))  # fmt: skip
    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        for holder in holders(app.store, found):
            print(f"{holder.destination}: {say('sera prévenu', 'will be told')}")
        if dry_run:
            return
        made = lift(app.store, found, reason, actor(), app.routes(), act)
        print(say(f"{len(made)} radiation(s) en file", f"{len(made)} recall(s) queued"))


@outbox.command("list")
def outbox_list(
    state: Annotated[str | None, typer.Option("--state")] = None,
    destination: Annotated[str | None, typer.Option("--destination")] = None,
    most: Annotated[int, typer.Option("--most")] = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Deliveries, oldest first."""
    from azalai.store import delivery_rows

    with deployment(config) as app:
        found = [delivery_rows.delivery_of(row) for row in app.store.db.rows(
            "deliveries", "list", destination=destination, state=state, record=None, most=most,
        )]  # fmt: skip
        if as_json:
            print(json.dumps([{"id": d.id, "record": d.pseudonym, "version": d.version,
                               "destination": d.destination, "operation": d.operation,
                               "state": d.state, "rule": d.rule, "attempts": d.attempts,
                               "reason": d.last_reason} for d in found]))  # fmt: skip
            return
        table(["id", say("fiche", "record"), "v", say("destinataire", "destination"),
               say("opération", "operation"), say("état", "state"), say("règle", "rule"),
               say("motif", "reason")],
              [[d.id, d.pseudonym, d.version, d.destination, d.operation, d.state, d.rule,
                d.last_reason or ""] for d in found])  # fmt: skip


@outbox.command("show")
def outbox_show(delivery: int, config: Config = None) -> None:
    """One delivery: decision, attempts, times. Never its contents."""
    from dataclasses import asdict

    from azalai.store import delivery_rows

    with deployment(config) as app:
        found = asdict(delivery_rows.get(app.store.db, delivery))
        del found["idempotency_key"], found["record"]
        for name, value in found.items():
            if value not in (None, ()):
                print(f"{name:<16} {value[language()] if isinstance(value, dict) else value}")


@outbox.command("release")
def outbox_release(deliveries: list[int], config: Config = None) -> None:
    """Release held deliveries. What needs two people waits: exit 4."""
    from azalai.store import delivery_rows

    waits = False
    with deployment(config) as app:
        for number in deliveries:
            with app.store.write() as tx:
                found = delivery_rows.get(tx.db, number)
                if found.state != "held":
                    print(f"{number}: {say('pas retenu', 'not held')} ({found.state})")
                elif found.ask_by == "two_people":
                    print(
                        f"{number}: {say('attend une double validation', 'waits for two people')}"
                    )
                    waits = True
                elif found.last_reason == "seal_broken":
                    print(f"{number}: {say('ne s’ouvre pas', 'does not open')}")
                else:
                    tx.log("released", subject=f"delivery/{number}", actor=actor(),
                           pseudonym=found.pseudonym)  # fmt: skip
                    delivery_rows.place(tx, found)
                    print(f"{number}: {say('relâché', 'released')}")
    raise typer.Exit(4 if waits else 0)


@reject.command("list")
def reject_list(
    name: Annotated[str | None, typer.Option("--feed")] = None,
    most: Annotated[int, typer.Option("--most")] = 100,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """What could not be translated: where, which rule, why, what to do. Never the value."""
    from dataclasses import asdict

    from azalai.store.run_rows import reject_of

    with deployment(config) as app:
        rows = app.store.db.rows("runs", "rejects", feed=name, run=None, most=most)
        found = [reject_of(row) for row in rows]
        if as_json:
            print(json.dumps([asdict(r) for r in found], ensure_ascii=False))
            return
        for r in found:
            place = f"{say('ligne', 'line')} {r.line}" if r.line else f"{r.part or r.number}"
            column = f", {say('colonne', 'column')} {r.column}" if r.column else ""
            print(f"{r.id}  {r.feed} {say('passe', 'run')} {r.run}, {place}{column}  "
                  f"[{r.disposition}] {r.code} {r.rule}")  # fmt: skip
            print(f"     {r.what.say(language())}")
            if r.todo.fr:
                print(f"     {say('À faire', 'To do')} : {r.todo.say(language())}")


@reject.command("show")
def reject_show(number: int, config: Config = None) -> None:
    """A raw record with its values: personal data, and the ledger says who looked."""
    from azalai.errors import NotFoundError
    from azalai.store.run_rows import open_reject

    with deployment(config) as app:
        opened = open_reject(app.store.db, app.store.keys, number)
        if opened is None:
            raise NotFoundError(say(f"aucune fiche non traduite {number}", f"no reject {number}"))
        with app.store.write() as tx:
            tx.log("consulted", actor=actor(), purpose="correction", subject=f"reject/{number}")
        found, raw = opened
        print(f"{found.code} {found.rule}: {found.what.say(language())}")
        print(json.dumps(json.loads(raw), ensure_ascii=False, indent=2))


@ledger.command("verify")
def ledger_verify(config: Config = None, as_json: Json = False) -> None:
    """Check everything: entries, tiles, head, checkpoint. Exit 3 and where, if it does not hold."""
    from azalai.ledger import keeper, keys
    from azalai.ledger.verify import verify

    with deployment(config) as app:
        note = keeper.read(app.settings.state / "checkpoint")
        key = keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))
        with app.store.read():
            verdict = verify(app.store.ledger, note or b"", [key])
        if as_json:
            print(json.dumps({"size": verdict.size, "verified": verdict.ok,
                              "findings": [{"where": f.where, "what": f.what.en}
                                           for f in verdict.findings]}))  # fmt: skip
        else:
            for finding in verdict.findings:
                print(f"{finding.where}: {finding.what.say(language())}")
            verdict_text = say("vérifié", "verified") if verdict.ok else say("NON vérifié",
                                                                             "NOT verified")  # fmt: skip
            print(f"{verdict.size} {say('inscriptions', 'entries')}: {verdict_text}")
            for limit in verdict.limits:
                print(f"  {limit.say(language())}")
        raise typer.Exit(0 if verdict.ok else 3)


@ledger.command("checkpoint")
def ledger_checkpoint(config: Config = None) -> None:
    """Sign a checkpoint now and print it."""
    with deployment(config) as app:
        print(app.publish_locked().decode(), end="")


@ledger.command("prove")
def ledger_prove(
    index: int,
    out: Annotated[Path, typer.Option("-o", help="The proof's file.")],
    config: Config = None,
) -> None:
    """One entry's evidence as a tlog-proof file."""
    from azalai.ledger import make_proof, proof

    with deployment(config) as app:
        note = app.publish_locked()
        with app.store.read():
            made = make_proof(app.store.ledger, index, note, app.store.ledger.head().size)
        out.write_bytes(proof.format_proof(made))
        print(out)


@agreement.command("check")
def agreement_check(files: list[Path]) -> None:
    """Everything that is wrong in agreements, at once. Exit 2 if something is."""
    from azalai.agreements import load_agreement
    from azalai.documents import Problem, render
    from azalai.errors import DocumentError

    problems: list[Problem] = []
    for file in files:
        try:
            load_agreement(file, destinations=None)
        except DocumentError as err:
            problems += [p for p in err.problems if isinstance(p, Problem)]
    if problems:
        print(render(problems, language()))
    print(say(f"{len(files)} accord(s), {len(problems)} faute(s)",
              f"{len(files)} agreement(s), {len(problems)} mistake(s)"))  # fmt: skip
    raise typer.Exit(2 if problems else 0)


@agreement.command("test")
def agreement_test(files: list[Path]) -> None:
    """Run the examples in agreements. Exit 1 if one fails."""
    from azalai.agreements import run_examples

    failed = 0
    for file in files:
        for result in run_examples(file):
            failed += not result.ok
            mark = say("réussi", "passed") if result.ok else say("ÉCHEC", "FAILED")
            print(f"{file.name}: {mark}: {result.case}")
    raise typer.Exit(1 if failed else 0)


@simulate.command("wapis")
def simulate_wapis(
    folder: Annotated[Path, typer.Option("--dir")],
    port: Annotated[int, typer.Option("--port")] = 0,
    fault: Annotated[list[str] | None, typer.Option("--fault", help="As lose=10%.")] = None,
    seed: Annotated[int, typer.Option("--seed")] = 0,
) -> None:
    """A strict WAPIS-style receiver: a real HTTPS server with faults on demand."""
    from azalai.simulate.wapis import serve

    serve(folder, port, fault or (), seed)
