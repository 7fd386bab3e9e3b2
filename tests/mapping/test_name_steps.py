"""Names keep their original, and their parts only where the mapping or the file tells."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import StepArgumentError, StepError
from azalai.records.evidence import Name
from step_running import run_step


def parts(written: str, *cells: str | None) -> tuple[Any, Any]:
    """Family and given names; the values always make a `Name`."""
    found = Name.model_validate(run_step(written, *cells))
    return found.family, list(found.given)


@pytest.mark.parametrize(
    ("order", "text", "family", "given"),
    [
        ("NOM Prénoms", "FICTIF Kilo Lima", "FICTIF", ["Kilo", "Lima"]),
        ("Prénoms NOM", "Kilo Lima FICTIF", "FICTIF", ["Kilo", "Lima"]),
        ("Prénoms NOM", "Kilo ould FICTIF", "ould FICTIF", ["Kilo"]),
        ("Prénoms NOM", "Kilo mint FICTIF ould LIMA", "mint FICTIF ould LIMA", ["Kilo"]),
        ("Prénoms NOM", "Kilo ag FICTIF", "ag FICTIF", ["Kilo"]),
        ("Prénoms NOM", "Kilo el FICTIF", "el FICTIF", ["Kilo"]),
        ("NOM Prénoms", "OULD FICTIF Kilo", "OULD FICTIF", ["Kilo"]),
        ("NOM Prénoms", "FICTIF Kilo wal Lima", "FICTIF", ["Kilo", "wal Lima"]),
        ("NOM Prénoms", "FICTIF Abd el Kilo Ben Lima", "FICTIF", ["Abd el Kilo", "Ben Lima"]),
        ("NOM, Prénoms", "de la FICTIF, El Hadj Kilo", "de la FICTIF", ["El Hadj", "Kilo"]),
    ],
)
def test_a_particle_stays_with_what_follows_it(
    order: str, text: str, family: str, given: list[str]
) -> None:
    """Ould, mint, ag, wal, el, ben are never a part of their own, whatever their letters."""
    assert parts(f'name("{order}")', text) == (family, given)


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("كيلو ولد خيال", "ولد خيال", ["كيلو"]),
        ("كيلو بنت خيال ولد ليما", "بنت خيال ولد ليما", ["كيلو"]),
        ("أبو كيلو بن خيال", "بن خيال", ["أبو كيلو"]),
        ("عبد الكيلو ولد خيال", "ولد خيال", ["عبد الكيلو"]),
        ("كيلو وَلَد خيال", "وَلَد خيال", ["كيلو"]),
        ("KILO OULD FICTIF", "OULD FICTIF", ["KILO"]),
        ("kilo ould fictif", "ould fictif", ["kilo"]),
        ("كيلو خيال", None, []),
    ],
)
def test_declared_particles_tell_where_capitals_cannot(
    text: str, family: str | None, given: list[str]
) -> None:
    """The first `child of` begins the family name; without one there are no parts, no guess."""
    assert parts('name("Prénoms NOM", particles)', text) == (family, given)


@pytest.mark.parametrize(
    ("written", "text", "family", "given"),
    [
        ('name("NOM Prénoms", one word)', "FICTIF KILO LIMA", "FICTIF", ["KILO", "LIMA"]),
        ('name("NOM Prénoms", one word)', "AG FICTIF KILO", "AG FICTIF", ["KILO"]),
        ('name("Prénoms NOM", one word)', "كيلو ليما خيال", "خيال", ["كيلو", "ليما"]),
        ('name("Prénoms NOM", one word)', "Kilo DE FICTIF LIMA", "DE FICTIF LIMA", ["Kilo"]),
        ('name("Prénoms NOM", one word)', "KILO", None, []),
        ('name("Prénoms NOM", one word, particles)', "KILO OULD FICTIF OULD LIMA",
         "OULD FICTIF OULD LIMA", ["KILO"]),
    ],
)  # fmt: skip
def test_a_family_name_of_one_word_where_all_is_in_capitals(
    written: str, text: str, family: str | None, given: list[str]
) -> None:
    """Declared, and only where capitals do not tell; particles stay with it."""
    assert parts(written, text) == (family, given)


def test_without_declared_particles_nothing_is_guessed() -> None:
    with pytest.raises(StepError) as caught:
        run_step('name("Prénoms NOM")', "kilo ould fictif")

    assert caught.value.code == "AZ-R105"
    assert "fictif" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "text", "family", "given"),
    [
        ('name("NOM Prénoms", titles)', "M. FICTIF Kilo", "FICTIF", ["Kilo"]),
        ('name("NOM Prénoms", titles)', "Mme Dr FICTIF Kilo", "FICTIF", ["Kilo"]),
        ('name("NOM Prénoms", honorifics)', "Cheikh FICTIF Kilo", "FICTIF", ["Kilo"]),
        ('name("NOM Prénoms", honorifics)', "FICTIF El Hadj Kilo", "FICTIF", ["Kilo"]),
        ('name("NOM Prénoms")', "FICTIF Cheikh Kilo", "FICTIF", ["Cheikh", "Kilo"]),
        ('name("NOM Prénoms", titles)', "FICTIF Cheikh", "FICTIF", ["Cheikh"]),
        ('name("NOM Prénoms", honorifics)', "FICTIF Cheikh", "FICTIF", ["Cheikh"]),
        ('name("Prénoms NOM", particles, titles)', "السيد كيلو ولد خيال", "ولد خيال", ["كيلو"]),
    ],
)
def test_titles_go_only_when_declared(
    written: str, text: str, family: str, given: list[str]
) -> None:
    """Cheikh is a given name too: the mapping says which it is; the original keeps everything."""
    assert parts(written, text) == (family, given)
    assert run_step(written, text)["original"] == text


@pytest.mark.parametrize(
    ("order", "text", "family", "given", "birth"),
    [
        ("NOM Prénoms", "FICTIF née LIMA Kilo", "FICTIF", ["Kilo"], "LIMA"),
        ("NOM Prénoms", "FICTIF Kilo, née LIMA", "FICTIF", ["Kilo"], "LIMA"),
        ("NOM, Prénoms", "FICTIF née LIMA, Kilo", "FICTIF", ["Kilo"], "LIMA"),
        ("Prénoms NOM", "Kilo FICTIF née Lima", "FICTIF", ["Kilo"], "Lima"),
        ("NOM Prénoms", "LIMA épouse FICTIF Kilo", "FICTIF", ["Kilo"], "LIMA"),
        ("NOM Prénoms", "LIMA Kilo épouse FICTIF", "FICTIF", ["Kilo"], "LIMA"),
        ("Prénoms NOM", "Kilo LIMA épouse FICTIF", "FICTIF", ["Kilo"], "LIMA"),
        ("NOM Prénoms", "FICTIF Kilo", "FICTIF", ["Kilo"], None),
    ],
)
def test_married_and_birth_names_come_apart(
    order: str, text: str, family: str, given: list[str], birth: str | None
) -> None:
    """The name in use is the name; the name at birth has its own field; the cell is kept."""
    assert parts(f'name("{order}", births)', text) == (family, given)
    assert run_step("birth_name", text) == birth
    assert run_step(f'name("{order}", births)', text)["original"] == text


def test_a_married_name_without_capitals_is_not_guessed() -> None:
    with pytest.raises(StepError):
        run_step("birth_name", "Kilo Lima épouse Fictif")


@pytest.mark.parametrize(
    ("text", "arabic", "latin"),
    [
        ("كيلو ولد خيال / Kilo ould Fictif", "كيلو ولد خيال", "Kilo ould Fictif"),
        ("Kilo ould Fictif (كيلو ولد خيال)", "كيلو ولد خيال", "Kilo ould Fictif"),
        ("كيلو ولد خيال - Kilo O. Fictif", "كيلو ولد خيال", "Kilo O. Fictif"),
        ("كيـلو خيال", "كيـلو خيال", None),
    ],
)
def test_one_cell_with_both_scripts(text: str, arabic: str, latin: str | None) -> None:
    """The letters say which form is which; the Arabic one is the original, untouched."""
    found = run_step("name(by script)", text)

    assert (found["original"], found["script"], found.get("latin")) == (arabic, "arabic", latin)
    assert found.get("latin_scheme") == ("as_given" if latin else None)


@pytest.mark.parametrize("text", ["كيلو Kilo خيال", "Кило / Kilo", "Kilo خيال Lima"])
def test_scripts_that_do_not_come_apart_are_rejected(text: str) -> None:
    with pytest.raises(StepError):
        run_step("name(by script)", text)


def test_latin_alone_by_script_is_its_own_original() -> None:
    assert run_step("name(by script)", "Kilo Fictif") == {"original": "Kilo Fictif"}


def test_two_columns_with_parts() -> None:
    """The parts are of the original's script; the Latin form stands beside."""
    written = 'name(arabic, latin, "Prénoms NOM", particles)'
    found = run_step(written, "كيلو ولد خيال", "Kilo ould Fictif")

    assert found == {
        "original": "كيلو ولد خيال",
        "family": "ولد خيال",
        "given": ["كيلو"],
        "script": "arabic",
        "latin": "Kilo ould Fictif",
        "latin_scheme": "as_given",
    }
    assert run_step(written, None, "Kilo ould Fictif")["family"] == "ould Fictif"
    assert run_step(written, None, None) is None


@pytest.mark.parametrize(
    ("written", "text", "gives"),
    [
        ('split("/", ";")', "Kilo / Lima ;Mike", ["Kilo", "Lima", "Mike"]),
        ('split("alias")', "Kilo ALIAS Lima alias Aliasson", ["Kilo", "Lima", "Aliasson"]),
        ('split("|")', "|Kilo||Lima|", ["Kilo", "Lima"]),
        ('before("dit")', "Kilo Ditson dit Lima", "Kilo Ditson"),
        ('after("dit")', "Kilo Ditson dit Lima", "Lima"),
        ('after("dit")', "Kilo Ditson", None),
        ('before("dit")', "dit Lima", None),
    ],
)
def test_aliases_come_apart_at_declared_separators(written: str, text: str, gives: object) -> None:
    """A word separates only as a whole word."""
    assert run_step(written, text) == gives


@pytest.mark.parametrize(
    "written",
    ['name("Prénoms, NOM")', "name(arabic)", "name", 'name("NOM")', "name(titles)", 'split("")',
     "split", 'name(arabic, latin, "NOM")', "birth_name(x)"],
)  # fmt: skip
def test_wrong_arguments_are_said(written: str) -> None:
    with pytest.raises(StepArgumentError):
        run_step(written, "x")


WORDS = st.sampled_from(
    ["FICTIF", "Kilo", "ould", "OULD", "el", "née", "épouse", "M.", "El", "Hadj", "ولد", "كيلو",
     "أبو", ",", "/", "(", ")", "LIMA"]
)  # fmt: skip


@given(st.lists(WORDS, min_size=1, max_size=7).map(" ".join))
def test_a_name_keeps_its_cell_and_invents_no_word(text: str) -> None:
    """Whatever stands in the cell: a name of its own words, or a reject."""
    for written in ('name("NOM, Prénoms", births, titles)', 'name("NOM Prénoms", honorifics)',
                    'name("Prénoms NOM", particles, one word, births)', "name(by script)"):  # fmt: skip
        try:
            found = Name.model_validate(run_step(written, text))
        except StepError:
            continue
        parts = " ".join([found.family or "", *found.given]).split()
        assert set(parts) <= {word.strip(",") for word in text.split()} | set(text.split())
        if "by script" not in written:
            assert found.original == text


def test_spaces_without_end_cost_nothing() -> None:
    """A hostile cell is read or rejected in time that grows with its length only."""
    started = time.process_time()
    for written in ('name("NOM Prénoms", births, titles, particles)', "name(by script)",
                    "birth_name", 'before("alias")', 'split("alias", "dit")'):  # fmt: skip
        for text in ("FICTIF" + " " * 200_000 + "x", "née " * 50_000, "é كي " * 20_000):
            with suppress(StepError):
                run_step(written, text)

    assert time.process_time() - started < 5
