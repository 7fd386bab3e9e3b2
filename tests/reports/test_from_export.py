"""Every figure of a report can be computed again from the ledger's export alone."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from azalai.app import App, opened, reporting
from azalai.errors import StopError
from azalai.evidence.export import export
from azalai.ledger import keys
from azalai.pipeline.lifting import lift
from azalai.reports import (
    agreement_use,
    holding,
    one_day,
    one_delivery,
    one_month,
    register,
    statement,
)
from azalai.reports.basis import Basis
from azalai.reports.cells import to_csv
from azalai.reports.drawing import to_pdf
from azalai.reports.page import LANGUAGES, Facts, Page, Prose, Table
from azalai.reports.replay import Replay
from azalai.store import record_rows
from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
KEY = "ESSAI-PN/personnes/FPR-{:08d}"
HOSTILE = "=1+1|cmd FICTIF"
ALWAYS = ("2000-01-01T00:00:00.000000Z", "2099-01-01T00:00:00.000000Z")


class Place:
    """A deployment that has sent, been refused, lost answers and lifted; its exported entries."""

    def __init__(self, app: App, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.basis: Basis = reporting.basis(app, "os/essai")
        export(app.store.ledger, folder / "export", app.publish_locked(), _key(app))
        self.entries = list(_read(folder / "export", self.basis.seal.size))

    def record(self, number: int) -> record_rows.RecordRow:
        return record_rows.find_any(self.app.store.db, self.app.store.keys, KEY.format(number))

    def count(self, kind: str, **facts: object) -> int:
        return sum(entry["type"] == kind and all(entry.get(k) == v for k, v in facts.items())
                   for entry in self.entries)  # fmt: skip


def _key(app: App) -> Any:
    return keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))


def _read(folder: Path, size: int) -> Iterator[dict[str, Any]]:
    """The entries of an export, by C2SP tlog-tiles alone: none of our code."""
    bundles = sorted(path for path in (folder / "tile" / "entries").rglob("*") if path.is_file())
    data = b"".join(path.read_bytes() for path in bundles)
    at = 0
    for _ in range(size):
        length = int.from_bytes(data[at : at + 2])
        yield json.loads(data[at + 2 : at + 2 + length])
        at += 2 + length


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("rapports")
    made = Deployment(folder / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub("lose=20%", "refuse=20%")
    rows = [row(n) for n in range(20)] + [row(20, num_mandat=HOSTILE), row(21, peine_mois="6")]
    write(made.folder, "a.csv", rows)
    made.azalai("run", "--until-idle")
    with opened(made.folder / "azalai.yaml") as app:
        record = record_rows.find_any(app.store.db, app.store.keys, KEY.format(0))
        lift(app.store, record, "lifted", "os/essai", app.routes(), "ordonnance FICTIVE")
    made.azalai("run", "--until-idle")
    made.stop_hub()
    with opened(made.folder / "azalai.yaml") as app:
        yield Place(app, folder)


def table(page: Page, at: int = 0) -> list[list[str]]:
    """One of the tables of a report's CSV, its heads first."""
    text = to_csv(page).decode("utf-8-sig")
    mark = "," if page.language == "en" else ";"
    parts: list[list[list[str]]] = [[]]
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
        if line:
            parts[-1].append(line)
        else:
            parts.append([])
    return parts[at][1:] if at else parts[0]


def day_of(place: Place) -> str:
    return reporting.today(place.app)


def test_conservation_is_the_ledger_counted(place: Place) -> None:
    """The three counts are one, and the statement's figures are those of the exported entries."""
    found = statement.collect(place.basis, day_of(place), None)
    terms = found.destinations["regional"]
    decided = [one for entry in place.entries if entry["type"] == "recorded"
               for one in entry["decisions"]]  # fmt: skip
    ends = {entry["delivery"]: entry["outcome"] for entry in place.entries
            if entry.get("outcome") in ("delivered", "refused", "withdrawn")}  # fmt: skip

    assert found.broken == 0
    assert terms["decided"] == len(decided)
    assert terms["withheld"] == sum(one["decision"] == "withheld" for one in decided) > 0
    assert terms["attempts"] == place.count("sending") > terms["delivered"]
    assert {k: terms[k] for k in ("delivered", "refused")} == {
        k: Counter(ends.values())[k] for k in ("delivered", "refused")}  # fmt: skip
    assert found.feeds["essai"]["read"] == 22
    assert Replay().read(enumerate(place.entries)).destinations() == found.destinations


def test_a_wrong_counter_is_told(place: Place) -> None:
    """A counter or a row that says otherwise than the ledger breaks the statement, by name."""
    db = place.app.store.db
    found = statement.collect(place.basis, day_of(place), None)
    page = statement.page(place.basis, found, "fr")
    assert "NON" not in str(page.blocks)
    with place.app.store.write() as tx:
        tx.db.do("runs", "count", feed="essai", term="rejected", n=1)
    try:
        broken = statement.collect(place.basis, day_of(place), None)
        said = str(statement.page(place.basis, broken, "fr").blocks)
    finally:
        with place.app.store.write() as tx:
            tx.db.do("runs", "count", feed="essai", term="rejected", n=-1)
    assert (broken.against_counters or {})["essai"] == [("rejected", 0, 1)]
    assert broken.against_rows["essai"]
    assert "DIFFÉRENCE" in said
    assert "NON: non traduites 0 / 1" in said
    assert db.rows("runs", "counters", scope="feed")


def test_a_past_day_is_counted_by_the_ledger_alone(place: Place) -> None:
    """Yesterday nothing had happened; today's page says nothing of counters for yesterday."""
    before = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    found = statement.collect(place.basis, before, f"{before}T23:59:59.999999Z")

    assert (found.feeds, found.destinations, found.present) == ({}, {}, False)
    assert "rien n'est inscrit" in str(statement.page(place.basis, found, "fr").blocks).lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_bordereau_has_a_line_a_transfer(place: Place, language: str) -> None:
    """As many lines as deliveries that were attempted, in each language; the numbers of mandates
    stand there, a hostile one as text; no person's name, no record key."""
    found = register.collect(place.basis, "a", "b", ALWAYS)
    page = register.page(place.basis, found, language)
    lines = table(page)
    numbers = {entry["delivery"] for entry in place.entries if entry["type"] == "sending"}

    assert len(lines) - 1 == len(numbers) == len(found.lines)
    assert {line[3] for line in lines[1:]} == {
        entry["pseudonym"] for entry in place.entries if entry["type"] == "sending"}  # fmt: skip
    assert any(line[5] == f"'{HOSTILE}" for line in lines[1:])
    assert "FICTIFA" not in to_csv(page).decode()
    assert "FPR-0" not in to_csv(page).decode()
    assert [int(line[10]) for line in lines[1:]] == [one.attempts for one in found.lines]


def test_bordereau_of_a_run_and_of_a_destination(place: Place) -> None:
    """A run's register leaves out what was lifted by hand; one of a strange destination is empty
    and says what an absence means."""
    of_run = register.collect(place.basis, "a", "b", ALWAYS, run=1)
    nobody = register.collect(place.basis, "a", "b", ALWAYS, destination="nul")
    page = register.page(place.basis, nobody, "fr")

    assert {one.operation for one in of_run.lines} == {"create"}
    assert len(of_run.lines) < len(register.collect(place.basis, "a", "b", ALWAYS).lines)
    assert "ne veut pas dire que rien n'a été envoyé" in page.limits[0]
    assert "Aucune inscription" in to_csv(page).decode()


def test_day_month_and_agreement_count_the_same_entries(place: Place) -> None:
    """Three reports, one ledger: their sums are those of the exported entries."""
    day = one_day.collect(place.basis, "2026-11-24", ALWAYS)
    month = one_month.collect(place.basis, day_of(place)[:7], ALWAYS)
    use = agreement_use.collect(place.basis, "essai", "a", "b", ALWAYS,
                                place.app.rules.agreements)  # fmt: skip
    sent = {entry["delivery"]: entry for entry in place.entries if entry["type"] == "sending"}
    by_rule = [one for entry in sent.values() if (one := entry["rule"]).startswith("essai@")]

    assert day.total("attempts") == place.count("sending")
    assert day.total("refused") == place.count("outcome", outcome="refused") > 0
    assert day.recorded == place.count("recorded") == sum(month.recorded.values())
    assert sum(day.acts.values()) == place.count("act") + place.count("consulted")
    assert len(month.lines) == len(sent)
    assert len(use.lines) == len(by_rule) > 0
    assert use.decisions(shared=True) == 21
    assert sum(month.withheld.values()) == sum(day.withheld.values())
    delays = [one_month.delay_s(one) for one in month.lines if one.state == "delivered"]
    assert len(delays) == len([d for d in delays if d is not None and d >= 0])


def test_one_delivery_answers_for_each_end(place: Place) -> None:
    """Received, refused, cancelled, never sent: the first sentence says which, with its entry."""
    states = {}
    for number in range(1, 22):
        record = place.record(number)
        found = one_delivery.collect(place.basis, record, "regional")
        state = found.sendings[-1].row.state
        states[state] = str(one_delivery.page(place.basis, found, "fr").blocks[0])
        if state == "delivered":
            end = [s for s in found.sendings[-1].steps if s.outcome == "delivered"][-1]
            assert place.entries[end.index]["outcome"] == "delivered"
            assert f"inscription n° {end.index}" in states[state]
            assert '"key"' in found.sendings[-1].receipt
    cancelled = one_delivery.collect(place.basis, place.record(0), "regional")
    nowhere = one_delivery.collect(place.basis, place.record(1), "interpol")

    assert set(states) == {"delivered", "refused", "withheld"}
    assert "qui l'a refusé" in states["refused"]
    assert "Aucun envoi de cette fiche" in states["withheld"]
    assert {one.row.operation for one in cancelled.sendings} == {"create", "cancel"}
    page = one_delivery.page(place.basis, nowhere, "en")
    assert "does not mean that nothing was ever sent" in page.limits[0]


def test_one_delivery_in_arabic_is_arabic(place: Place) -> None:
    """The decision's sentence too, which is kept in two languages only; the command that it gives
    for the evidence is one that `ledger export` takes."""
    for number in range(1, 22):
        found = one_delivery.collect(place.basis, place.record(number), "regional")
        page = one_delivery.page(place.basis, found, "ar")
        facts = [value for block in page.blocks if isinstance(block, Facts)
                 for _, value in block.rows]  # fmt: skip
        [command] = [block.text for block in page.blocks if isinstance(block, Prose)
                     and "ledger export" in block.text]  # fmt: skip

        assert any(value.startswith("القاعدة \u2066") for value in facts)
        assert not re.search("Rule|rule |sending", str(facts))
        assert all(word in command for word in ("--record", "--receipts", "--reason", ".azpack"))


def test_holders_say_who_and_by_which_entry(place: Place) -> None:
    """Who received it has it, by the entry of the receipt; who refused it never did."""
    for number in range(1, 21):
        record = place.record(number)
        found = holding.collect(place.basis, record)
        ends = [entry for entry in place.entries if entry.get("pseudonym") == record.pseudonym
                and entry.get("outcome") in ("delivered", "refused")]  # fmt: skip
        if ends[-1]["outcome"] == "refused":
            assert found.places == []
        else:
            [one] = found.places
            assert (one.how, place.entries[one.index]["outcome"]) == ("has", "delivered")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_draws_in_every_language(place: Place, language: str) -> None:
    """No report fails in any language, and each names its checkpoint and limits."""
    basis, record = place.basis, place.record(1)
    every = [
        statement.page(basis, statement.collect(basis, "2026-11-24", None), language),
        one_day.page(basis, one_day.collect(basis, "2026-11-24", ALWAYS), language),
        one_month.page(basis, one_month.collect(basis, "2026-11", ALWAYS), language),
        holding.page(basis, holding.collect(basis, record), language),
        agreement_use.page(basis, agreement_use.collect(
            basis, "essai", "a", "b", ALWAYS, place.app.rules.agreements), language),
        one_delivery.page(basis, one_delivery.collect(basis, record, "regional"), language),
    ]  # fmt: skip
    for page in every:
        assert to_pdf(page, basis.made_at).startswith(b"%PDF-")
        assert any("/" in value and value.endswith("=") for _, value in page.basis) or page.basis
        assert len(page.limits) >= 2
        assert "\ufffd" not in str(page)


def test_after_pruning_nothing_is_claimed_of_the_ledger(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first entries are gone the counters speak, the page says so, a past day is refused,
    and a file's figures are no longer said to follow from the export."""
    monkeypatch.setattr("azalai.store.witness_rows.pruned_until", lambda _: 256)
    found = statement.collect(place.basis, "2026-11-24", None)
    page = statement.page(place.basis, found, "fr")
    counts = page.blocks[-1]

    assert (found.broken, found.against_counters) == (0, None)
    assert found.destinations["regional"]["attempts"] == place.count("sending")
    assert isinstance(counts, Table)
    assert {row[1] for row in counts.rows} == {"-"}
    assert any("256 premières inscriptions" in limit for limit in page.limits)
    assert not any("se recalculent" in limit for limit in page.limits)
    with pytest.raises(StopError):
        statement.collect(place.basis, "2026-11-01", "2026-11-01T23:59:59.999999Z")
