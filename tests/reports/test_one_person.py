"""One person's disclosures: found in several spellings, told apart by a person, others masked."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from azalai.errors import StopError
from azalai.ledger import make_checkpoint, open_checkpoint
from azalai.pipeline.finding import hashed_in, references
from azalai.reports import one_person, request
from azalai.reports.basis import Basis
from azalai.reports.cells import to_csv
from azalai.reports.person_search import Asked, candidates
from azalai.store import Store
from ledger_storages import signer
from outbox_rig import FixedClock, add_record, add_version, new_store, stage

KEY = signer()
PEOPLE: dict[str, dict[str, Any]] = {
    "A": {"person": {"name": {"original": "FICTIF DIALLO, Moussa"}, "documents": [{"number": "FX 12-34"}],
                     "birth": {"date": {"value": "1985-03-02"}, "place": "Ville-Fictive"}},
          "person_status": "wanted", "warrants": [{"number": "M1/20"}]},
    "B": {"person": {"name": {"original": "FICTIF DIALLO, Moussa"},
                     "birth": {"date": {"value": "1990"}}}, "person_status": "wanted"},
    "C": {"persons": [{"role": "victim", "name": {"original": "DIALLO-FICTIF Moussa"}},
                      {"role": "suspect", "name": {"original": "AUTRE-FICTIF, Secret"}},
                      {"role": "witness", "name": {"original": "TIERS-FICTIF, Cache"}}]},
    "D": {"person": {"name": {"original": "محمد فيكتيف", "latin": "Mohamed Fictif"},
                     "aliases": ["=NOM|cmd"]}, "person_status": "suspect"},
}  # fmt: skip


class Rig:
    """A store with four invented persons, each record sent once."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = new_store(folder, FixedClock())
        for name, content in PEOPLE.items():
            with self.store.write() as tx:
                record = add_record(tx, f"NER-PN/personnes/FICTIF-{name}")
                version = add_version(tx, record, orjson.dumps(content).decode())
                tx.db.do("records", "set_head", id=record.id, head=version, in_force=1)
                number = stage(tx, record, version)
                facts = {"pseudonym": record.pseudonym, "version": version}
                tx.log("recorded", **facts, run=1, operation="assert", kind="WantedPerson",
                       commitment="x", purpose="prosecution", references=hashed_in(tx.keys, content),
                       decisions=[{"destination": "hub", "rule": "a@1/P1", "decision": "create"}])  # fmt: skip
                facts |= {"destination": "hub", "delivery": number, "attempt": 1}
                tx.log("sending", **facts, commitment="x", rule="a@1/P1", operation="create")
                tx.log("outcome", **facts, outcome="delivered", reason="receipt")
                tx.log("consulted", actor="os/agent.secret", purpose="record_show",
                       pseudonym=record.pseudonym)  # fmt: skip

    def basis(self) -> Basis:
        seal = open_checkpoint(make_checkpoint(self.store.ledger, KEY), [KEY.verifier])
        return Basis(self.store, seal, datetime(2026, 11, 24, tzinfo=UTC), "Africa/Niamey",
                     "os/greffier", "test", references)  # fmt: skip

    def keys(self, *names: str, **asked: object) -> list[str]:
        found = candidates(self.store, Asked(names, **asked))  # type: ignore[arg-type]
        return [one.record.record_key()[-1] for one in found]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_spellings_meet(rig: Rig) -> None:
    """Case, accents, hyphens, order; ou and u; Arabic and Latin by consonants; a document alone."""
    assert set(rig.keys("moussa diallo fictif")) == {"A", "B", "C"}
    assert set(rig.keys("Moûssa DIALLO-Fictif")) == {"A", "B", "C"}
    assert set(rig.keys("Musa Dialo Fictif")) == {"A", "B", "C"}
    assert rig.keys("محمد فيكتيف") == ["D"]
    assert rig.keys("Mohammed Fiktif") == ["D"]
    assert rig.keys("=NOM|cmd") == ["D"]
    assert rig.keys(documents=("fx1234",)) == ["A"]
    assert rig.keys("Personne Autre") == []


def test_homonyms_are_told_apart_by_birth(rig: Rig) -> None:
    """The one whose birth agrees stands first; another birth is said, not hidden."""
    found = candidates(rig.store, Asked(("FICTIF DIALLO Moussa",), "1985"))
    by_key = {one.record.record_key()[-1]: one.best.fits for one in found}

    assert by_key == {"A": ("name", "birth"), "B": ("name", "other_birth"), "C": ("name",)}
    assert found[0].record.record_key().endswith("A")


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_others_are_masked_and_officers_too(rig: Rig, language: str) -> None:
    """The document to give out names nobody else and no officer; the internal one names officers
    and homonyms set aside, and still no other person."""
    found = candidates(rig.store, Asked(("FICTIF DIALLO Moussa",), "1985", request="CIL 1/26"))
    chosen = [one for one in found if one.record.record_key()[-1] in "AC"]
    aside = [one for one in found if one not in chosen]
    basis = rig.basis()
    made = one_person.collect(basis, Asked(("FICTIF DIALLO Moussa",)), chosen, aside, "0a1b2c3d")
    given, kept = (to_csv(one_person.page(basis, made, language, reader)).decode()
                   for reader in ("person", "internal"))  # fmt: skip

    for text in (given, kept):
        assert "Secret" not in text
        assert "Cache" not in text
        assert "FICTIF DIALLO, Moussa" in text
        assert "hub" in text
        assert "a@1/P1" in text
    for officer in ("agent.secret", "greffier", "FICTIF-A"):
        assert officer not in given
        assert officer in kept
    assert aside[0].record.pseudonym in kept
    assert aside[0].record.pseudonym not in given
    assert "2" in one_person.page(basis, made, language, "person").blocks[0].text  # type: ignore[union-attr]


def test_nothing_found_is_never_nothing_sent(rig: Rig) -> None:
    """An empty answer says what was tried, since when the ledger is, and how much was erased."""
    with rig.store.write() as tx:
        tx.log("erased", pseudonym="0" * 32, stage="erased", rule="kept_until")
    basis = rig.basis()
    made = one_person.collect(basis, Asked(("Personne Autre",)), [], [], "0")
    page = one_person.page(basis, made, "fr", "person")
    said = " ".join(page.limits)

    assert "sous les orthographes essayées" in str(page.blocks[0])
    assert "ne veut pas dire que rien n'a été envoyé" in said
    assert "Effacements inscrits : 1" in said
    assert "Ce registre commence le 2026-11-24" in said


def test_the_request_comes_in_a_file() -> None:
    """French and English names of lines; a wrong line is refused without its value."""
    made = request.read("\ufeff# essai\nnom: FICTIF\nname: Fictif\nnaissance: 1985\ndocument: F1\n"
                        "demande: CIL 1\nmotif: droit d'accès\nfiche: abc\n")  # fmt: skip
    assert made.asked == Asked(("FICTIF", "Fictif"), "1985", ("F1",), "CIL 1")
    assert (made.reason, made.chosen) == ("droit d'accès", ("abc",))
    assert request.read("nom: F\nmotif: m").chosen is None
    assert request.sealed(made) == "droit d'accès (CIL 1)"
    for text in ("nom: F", "motif: m", "nom: F\nmotif: m\nadresse: SECRET"):
        with pytest.raises(StopError) as refused:
            request.read(text)
        assert "SECRET" not in str(refused.value)
