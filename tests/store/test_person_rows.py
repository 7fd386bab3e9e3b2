"""Who stands in a record is found by keyed hashes, and forgotten with it."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from azalai.records.persons_in import found_by
from azalai.reports.person_search import Asked, candidates
from azalai.store import Store, erasing, integrity, marking, person_rows
from azalai.store.record_rows import RecordRow
from engines import change, contents
from outbox_rig import FixedClock, add_record, add_version, new_store

NAMES = {"A": "FICTIF DIALLO, Mahamat", "B": "فيكتيف محمد", "C": "FICTIF TRAORE, Awa"}


@pytest.fixture
def store(tmp_path: Path, engine: str) -> Iterator[Store]:
    del engine
    made = new_store(tmp_path, FixedClock())
    yield made
    made.close()


def person(name: str, birth: str = "1985-03-04") -> str:
    return orjson.dumps({"person_status": "wanted", "person": {
        "name": {"original": name}, "birth": {"date": {"value": birth}},
    }}).decode()  # fmt: skip


def fill(store: Store) -> dict[str, RecordRow]:
    """Three records, the first with two versions of other persons."""
    with store.write() as tx:
        made = {key: add_record(tx, f"NER-PN/personnes/FICTIF-{key}") for key in NAMES}
        for key, name in NAMES.items():
            add_version(tx, made[key], person(name))
        add_version(tx, made["A"], person("FICTIF KEITA, Oumou"))
        add_version(tx, add_record(tx, "NER-PN/vehicules/FICTIF-9"), '{"vehicle": {"vin": "X"}}')
    return made


def keys(store: Store, *names: str, birth: str = "") -> str:
    found = candidates(store, Asked(names, birth))
    return "".join(sorted(one.record.record_key()[-1] for one in found))


def test_found_by_what_any_version_says(store: Store) -> None:
    """Spelt otherwise, in the other script, in an earlier version; and nobody else."""
    fill(store)

    assert keys(store, "Mohammed Jallow") == "A"
    assert keys(store, "Oumou Keïta") == "A"
    assert keys(store, "Mohamed Fiktif") == "AB"
    assert keys(store, "Personne Autre") == ""


def test_birth_says_what_agrees_and_what_differs(store: Store) -> None:
    """The day, the year alone, day for month, another year; a name of which one word is another is
    proposed only where the birth agrees."""
    fill(store)

    def fits(birth: str) -> tuple[str, ...]:
        return next(one.best.fits for one in candidates(store, Asked(("Awa Traoré",), birth)))

    assert fits("1985-03-04") == fits("1985") == ("part", "birth")
    assert fits("1985-04-03") == ("part", "birth_swapped")
    assert fits("1985-12-31") == ("part", "birth_year")
    assert fits("1990") == ("part", "other_birth")
    assert fits("") == ("part",)
    assert keys(store, "Awa Coulibaly", birth="1985-03-04") == "C"
    assert keys(store, "Awa Coulibaly", birth="1990-01-01") == ""
    [one] = candidates(store, Asked(("Awa Coulibaly",), "1985-03-04"))
    assert one.best.compared.missing == ("coulibaly",)
    assert one.best.compared.beyond == ("fictif", "traore")


def test_no_hash_is_twice_there_and_none_is_plain(store: Store, tmp_path: Path) -> None:
    """Two who have one name have no hash in common: nothing is counted, nothing compared."""
    made = fill(store)
    rows = {record: marks for record, _, _, marks in store.db.each("persons", "every")}
    cut = [{bytes(rows[made[key].id][at : at + 8]) for at in range(0, len(rows[made[key].id]), 8)}
           for key in "AB"]  # fmt: skip

    assert found_by(orjson.loads(person(NAMES["A"]))) & found_by(orjson.loads(person(NAMES["B"])))
    assert not cut[0] & cut[1]
    written = b"".join(contents(store, tmp_path / "state"))
    assert not [word for word in (b"=mohamed", b"dialo", b"DIALLO") if word in written]


def test_an_older_store_is_looked_through_once(store: Store) -> None:
    """Some at a time, from where it stopped; what does not open is passed over; then it is cheap."""
    made = fill(store)
    change(store, "DELETE FROM person_marks")
    change(store, f"UPDATE versions SET payload = digest WHERE record = {made['C'].id}")
    assert person_rows.waiting(store.db) == 5

    assert keys(store, "Mohammed Jallow") == "A"
    assert person_rows.waiting(store.db) == 1
    assert marking.step(store) == 0
    change(store, "UPDATE person_marks SET form = 0")
    change(store, "DELETE FROM meta WHERE name = 'persons_marked'")
    assert marking.mark_all(store) >= 5
    assert keys(store, "Mohamed Fiktif") == "AB"


def test_marks_go_with_the_record(store: Store) -> None:
    """Erased: no row of it, and no longer found."""
    made = fill(store)
    with store.write() as tx:
        erasing.erase(tx, [made["A"]], "by_hand", "os/essai")

    assert keys(store, "Mohamed Fiktif") == "B"
    left = store.db.rows("persons", "every")
    assert {row[0] for row in left} == {made["B"].id, made["C"].id}


def test_marks_that_were_changed_are_named(store: Store) -> None:
    """Who wants a record not to be found changes its marks: `store check` names it."""
    made = fill(store)
    assert list(integrity.broken(store)) == []
    change(store, f"UPDATE person_marks SET marks = (SELECT marks FROM person_marks p"
                  f" WHERE p.record = {made['C'].id}) WHERE record = {made['B'].id}")  # fmt: skip

    assert list(integrity.broken(store)) == [f"records/{made['B'].id}"]
