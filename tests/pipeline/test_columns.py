"""A changed column is told by its values: renamed, swapped, reshaped; an update is none."""

import copy
import json
import random
import shutil
from pathlib import Path

import pytest

from azalai import reports
from azalai.app import opened
from azalai.pipeline import gate
from azalai.pipeline.reading import read_feed
from azalai.store import cell_rows, run_rows
from azalai.store.run_rows import Run
from deployment_rig import HEADER, Deployment, agreement, row
from engines import sqlite

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
COLUMNS = HEADER.split(";")
TOWNS = ("Ville-Fictive", "Bourg-Fictif", "Port-Inventé", "Mont-Inventé")
NATIONS = ("Italienne", "Belge", "Turque")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Made once; its receiver does not run: nothing here is sent."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    made.stop_hub()
    return made


@pytest.fixture
def place(template: Deployment, tmp_path: Path) -> Deployment:
    """A copy of it for one test."""
    made = copy.copy(template)
    made.folder = tmp_path / "d"
    shutil.copytree(template.folder, made.folder)
    return made


def register(count: int = 200, seed: int = 7) -> list[dict[str, str]]:
    """An invented register whose columns vary as real ones do."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        cells = dict(zip(COLUMNS, row(number).split(";"), strict=True))
        day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1950, 2000)
        cells |= {
            "date_naissance": f"{day:02d}/{month:02d}/{year}",
            "lieu_naissance": chance.choice(TOWNS),
            "nationalite": chance.choices(NATIONS, (90, 5, 5))[0],
            "date_mandat": f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/2020",
            "date_infraction": f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/2019",
            "taille_cm": str(chance.randint(150, 199)), "peine_mois": str(chance.randint(24, 99)),
            "date_maj": "01/02/2024",
        }  # fmt: skip
        made.append(cells)
    return made


def write(place: Deployment, rows: list[dict[str, str]], header: str = HEADER) -> None:
    incoming = place.folder / "incoming"
    for old in incoming.iterdir():
        old.unlink()
    lines = [header, *(";".join(cells.values()) for cells in rows)]
    (incoming / "a.csv").write_bytes(("\n".join(lines) + "\n").encode("iso-8859-1"))


def read(place: Deployment, rows: list[dict[str, str]], header: str = HEADER) -> Run:
    """One pass over a file with these rows under this header."""
    write(place, rows, header)
    with opened(place.folder / "azalai.yaml") as app:
        (passed,) = read_feed(app.store, app.feed("essai"), app.routes)
        run = run_rows.get(app.store.db, passed.run)
        assert run is not None
        assert reports.conservation(app.store) == {"ok": True, "differences": []}
        return run


def codes(run: Run) -> list[str]:
    return [finding["code"] for finding in run.findings]


def settle(place: Deployment, run: Run, *, release: bool) -> None:
    with opened(place.folder / "azalai.yaml") as app, app.store.write() as tx:
        if release:
            gate.release(tx, run, app.feed("essai").mappings, "os/essai")
        else:
            gate.discard(tx, run, "os/essai", "")


def test_an_ordinary_update_raises_no_alarm(place: Deployment) -> None:
    """One record in ten changed in several columns, some gone, some new, every export another
    update date: three files are accepted."""
    rows = register()
    assert read(place, rows).state == "accepted"
    chance = random.Random(3)
    for number in range(3):
        for cells in rows:
            cells["date_maj"] = f"0{number + 3}/02/2024"
            if chance.random() < 0.1:
                cells |= {"lieu_naissance": chance.choice(TOWNS), "nationalite": "Belge",
                          "taille_cm": str(chance.randint(150, 199))}  # fmt: skip
        new = register(3, seed=100 + number)
        for place_in_file, cells in enumerate(new):
            cells["num_dossier"] = f"FPR-9{number}{place_in_file:06d}"
        rows = rows[2:] + new
        run = read(place, rows)
        assert run.state == "accepted", run.findings


def test_a_renamed_column_is_named_by_its_values(place: Deployment) -> None:
    """Whatever it is called now: the earlier column, the share, and the line to type."""
    read(place, register())
    changed = register()
    for cells in changed[:10]:
        cells["taille_cm"] = "200"
    run = read(place, changed, HEADER.replace("taille_cm", "Height-Grösse"))

    assert (run.state, codes(run)) == ("held", ["AZ-F001", "AZ-H040"])
    told = run.findings[1]
    assert "« Height-Grösse » a les valeurs de « taille_cm » pour 95 % de 200 fiches" in told["fr"]
    assert told["todo_fr"] == 'azalai feed accept essai --column "Height-Grösse" --is taille_cm'


def test_two_names_exchanged_by_renames_are_not_confused_by_spelling(place: Deployment) -> None:
    """`date_mandate` holds the dates of the offence: spelling would say the reverse."""
    read(place, register())
    header = HEADER.replace("date_infraction", "date_mandate").replace("date_mandat;", "jour_acte;")
    run = read(place, register(), header)

    said = " ".join(finding["fr"] for finding in run.findings)
    assert "« date_mandate » a les valeurs de « date_infraction »" in said
    assert "« jour_acte » a les valeurs de « date_mandat »" in said


def test_without_earlier_values_spelling_is_called_a_guess(place: Deployment) -> None:
    """The first file of a feed: nothing to compare with, and it says so."""
    run = read(place, register(), HEADER.replace("taille_cm", "taille"))

    assert codes(run) == ["AZ-F001", "AZ-H040"]
    assert "une supposition d'après l'orthographe" in run.findings[1]["fr"]


def test_a_new_column_with_values_of_its_own_is_not_taken_for_another(place: Deployment) -> None:
    """It lacks one column and has a new one, unlike it: declared, not accepted."""
    read(place, register())
    rows = register()
    for number, cells in enumerate(rows):
        cells["taille_cm"] = f"Agent-{number}"
    run = read(place, rows, HEADER.replace("taille_cm", "agent"))

    assert "n'a les valeurs d'aucune colonne connue" in run.findings[1]["fr"]
    assert "feed accept" not in run.findings[1]["todo_fr"]


def test_the_column_of_the_record_number_is_found_too(place: Deployment) -> None:
    """Without it no record is known: each new column is tried in its place."""
    read(place, register())
    run = read(place, register(), HEADER.replace("num_dossier", "Case-Dossier"))

    assert "« Case-Dossier » a les valeurs de « num_dossier »" in run.findings[1]["fr"]
    assert run.findings[1]["todo_fr"].endswith('--column "Case-Dossier" --is num_dossier')


def test_swapped_columns_under_right_headers_are_held(place: Deployment) -> None:
    """Two dates exchanged: every header is right, every value is valid, all is wrong."""
    read(place, register())
    swapped = [cells | {"date_mandat": cells["date_infraction"],
                        "date_infraction": cells["date_mandat"]} for cells in register()]  # fmt: skip
    run = read(place, swapped)

    assert run.state == "held"
    assert codes(run) == ["AZ-H041", "AZ-H041"]
    assert "« date_mandat »" in run.findings[1]["fr"]
    assert "100 % celle de « date_infraction »" in run.findings[1]["fr"]


@pytest.mark.parametrize("shape", ["{1}/{0}/{2}", "{2}-{1}-{0}"])
def test_another_order_of_dates_is_held(place: Deployment, shape: str) -> None:
    """Valid as another day, or rejected row by row: the cause is named once."""
    read(place, register())
    rows = register()
    for cells in rows:
        cells["date_naissance"] = shape.format(*cells["date_naissance"].split("/"))
    run = read(place, rows)

    assert run.state == "held"
    [told] = [one["fr"] for one in run.findings if one["code"] == "AZ-H042"]
    assert "« date_naissance »" in told
    assert "les mêmes chiffres dans un autre ordre" in told


def test_a_collapse_is_held_once_the_column_was_seen_steady(place: Deployment) -> None:
    """Other values at once in a column that kept them: no other column explains it."""
    read(place, register())
    read(place, register()[1:])
    rows = register()[2:]
    for number, cells in enumerate(rows):
        cells["lieu_naissance"] = f"Lieu-{number}"
    run = read(place, rows)

    assert codes(run) == ["AZ-H043"]


def test_a_released_run_is_what_the_next_is_compared_with(place: Deployment) -> None:
    """A person said that it is meant: the same again is no alarm. Discarded: it still is."""
    read(place, register())
    swapped = [cells | {"date_mandat": cells["date_infraction"],
                        "date_infraction": cells["date_mandat"]} for cells in register()]  # fmt: skip
    run = read(place, swapped)
    settle(place, run, release=False)
    run = read(place, swapped[1:])
    assert codes(run) == ["AZ-H041", "AZ-H041"]
    settle(place, run, release=True)

    assert read(place, swapped[2:]).state == "accepted"


def test_marks_stay_bounded_and_hold_no_value(
    place: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is read: at most so many records a feed, none of their texts in the table."""
    monkeypatch.setattr("azalai.pipeline.columns.SAMPLES", 50)
    read(place, register())
    read(place, register(190))
    with opened(place.folder / "azalai.yaml") as app:
        rows = list(sqlite(app.store)._db.execute("SELECT record, marks FROM cells"))

    assert 20 <= len(rows) <= 50
    assert len({record for record, _ in rows}) == len(rows)
    assert not any(town in str(marks) for _, marks in rows for town in TOWNS)
    assert cell_rows.MOST >= 2_000


def test_half_of_the_columns_at_once_is_held_at_the_first_comparison(place: Deployment) -> None:
    """Other values everywhere under the same numbers: no history is needed to see it."""
    read(place, register())
    other = register(seed=8)
    for number, cells in enumerate(other):
        cells |= {"autorite": f"Autre {number}", "num_mandat": f"X{number}",
                  "nom_prenoms": f"INVENTÉ{'ABCDEFGH'[number % 8]}, Lima", "sexe": "F",
                  "nationalite": "Suisse", "code_infraction": "HOM-01"}  # fmt: skip
    run = read(place, other)

    assert run.state == "held"
    assert codes(run) == ["AZ-H043"]
    assert "positions décalées" in run.findings[0]["fr"]


def test_an_interrupted_reading_is_compared_whole(place: Deployment) -> None:
    """What was read before the stop counts too: the swap stands in the first half only."""
    read(place, register(1500))
    rows = register(1500)
    for cells in rows[:500]:
        cells["date_mandat"], cells["date_infraction"] = (
            cells["date_infraction"], cells["date_mandat"],
        )  # fmt: skip
    write(place, rows)
    states = []
    with opened(place.folder / "azalai.yaml") as app:
        feed = app.feed("essai")
        asked = iter([True, True, False])
        states += read_feed(app.store, feed, app.routes, lambda: next(asked, False))
        states += read_feed(app.store, feed, app.routes)
        found = cell_rows.shares(app.store.db, "essai")

    assert [one.state for one in states] == ["reading", "accepted"]
    assert 600 < found["date_mandat"] < 700
    assert found["autorite"] == 1000


VEHICLES = """\
mapping: essai_vehicules
version: 1
kind: ReportedVehicle
register: vehicules
owner: Service fictif
file:
  format: ndjson
  encoding: utf-8
columns:
  num:       required
  plaque:    required
  lieu/jour: optional
always:
  action_to_be_taken:  seize_and_notify
  purpose:             border_control
  handling:            police_use_only
  status:              stolen
  legal_ground:        theft_report
  reason:              Vol fictif
  vehicle.registration_country: UTO
declared_by: "Note fictive"
record:
  key:                  num
  vehicle.registration: plaque
  occurred_on:          lieu/jour | date(jj/mm/aaaa)
"""


def test_a_renamed_member_is_named_by_its_values_too(place: Deployment) -> None:
    """JSON has no header: the new path is read for evidence, nested ones too."""
    (place.folder / "mappings" / "essai_police" / "essai_vehicules.yaml").write_text(VEHICLES)
    manifest = place.folder / "connectors" / "essai_police" / "connector.yaml"
    manifest.write_text(manifest.read_text().replace("- ner_fpr_wanted", "- essai_vehicules"))
    cells = [(f"V{n}", f"FIC {n:04d} UT", f"{n % 28 + 1:02d}/05/2026") for n in range(60)]
    found = []
    for plate, day in (("plaque", "jour"), ("plate", "jour"), ("plaque", "date")):
        rows = [{"num": n, plate: p, "lieu": {day: d}} for n, p, d in cells]
        data = "".join(json.dumps(one) + "\n" for one in rows)
        (place.folder / "incoming" / "a.csv").write_text(data)
        with opened(place.folder / "azalai.yaml") as app:
            (passed,) = read_feed(app.store, app.feed("essai"), app.routes)
            run = run_rows.get(app.store.db, passed.run)
            assert run is not None
            found.append([one["fr"] for one in run.findings if one["code"] == "AZ-H040"])
        if run.state == "held":
            settle(place, run, release=False)

    assert found[0] == []
    assert found[1] == ["« plate » a les valeurs de « plaque » pour 100 % de 60 fiches connues"]
    assert found[2] == [
        "« lieu/date » a les valeurs de « lieu/jour » pour 100 % de 60 fiches connues"
    ]


def test_two_lost_columns_that_are_alike_are_both_named(place: Deployment) -> None:
    """Few values, nearly the same in both: the better one is offered, the other said."""
    first = register()
    for cells in first:
        cells["pays_naissance"] = cells["nationalite_2"] = "Italienne"
    for cells in first[:10]:
        cells["nationalite_2"] = "Suisse"
    read(place, first)
    header = HEADER.replace("pays_naissance", "Country").replace("nationalite_2", "Second")
    run = read(place, first, header)

    said = {one["todo_fr"].split("--column ")[1]: one["fr"] for one in run.findings[1:3]}
    assert set(said) == {"Country --is pays_naissance", "Second --is nationalite_2"}
    assert "mais aussi celles de « nationalite_2 » pour 95 %" in said["Country --is pays_naissance"]


def test_a_first_file_in_another_order_of_dates_is_held_by_its_own_rows(
    place: Deployment,
) -> None:
    """Without any earlier values: dates that exist only when exchanged prove it by their lines."""
    rows = register()
    for cells in rows:
        day, month, year = cells["date_naissance"].split("/")
        cells["date_naissance"] = f"{month}/{day}/{year}"
    run = read(place, rows)

    assert run.state == "held"
    [told] = [one["fr"] for one in run.findings if one["code"] == "AZ-F120"]
    assert "« date_naissance » n'est pas dans l'ordre déclaré" in told
    assert "ligne " in told
