"""Spellings of one name have one meaning; other names do not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.records import meaning
from azalai.records.identity import folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد", "محـــمد"),
        ("أحمد", "احمد"),
        ("إبراهيم", "ابراهيم"),
        ("آدم", "ادم"),
        ("موسى", "موسي"),
        ("مؤمن", "مومن"),
        ("عائشة", "عايشة"),
        ("علاء", "علا"),
        ("مُحَمَّد", "محمد"),
        ("عبد\u200cالله", "عبدالله"),
        ("\u202bخيال\u202c", "خيال"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("علی", "علي"),
        ("ٱلله", "الله"),
        ("E\u0301lan", "Élan"),
        ("Ki\u200dlo", "Kilo"),
    ],
)
def test_variants_are_one_name(one: str, other: str) -> None:
    """ZWNJ, tatweel, vowel signs, hamza and alef variants change nothing."""
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("محمد", "محمود"), ("فاطمه", "فاطمة"), ("Élan", "Elan"), ("KILO", "Kilo")]
)
def test_other_names_stay_others(one: str, other: str) -> None:
    """Teh marbuta, accents and capitals tell names apart."""
    assert folded(one) != folded(other)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def person(name: dict[str, Any], **more: Any) -> dict[str, Any]:
    return meaning({"kind": "WantedPerson", "person": {"name": name} | more})


def test_the_meaning_of_a_record_is_the_same_and_its_originals_stay() -> None:
    """A retyped name makes no new version; the record keeps what was typed."""
    typed = {"original": "أحمـد ولد خيال", "family": "ولد خيال", "given": ["أحمـد"],
             "script": "arabic", "latin": "Ahmed"}  # fmt: skip
    kept = dict(typed)
    plain = {"original": "احمد ولد خيال", "family": "ولد خيال", "given": ["احمد"],
             "script": "arabic", "latin": "Ahmed"}  # fmt: skip

    assert person(typed, aliases=["أبو\u200c كيلو"], birth_name="آدم") == person(
        plain, aliases=["ابو كيلو"], birth_name="ادم"
    )
    assert typed == kept
    assert person(typed) != person({**plain, "family": "ولد ليما", "original": "احمد ولد ليما"})


def test_other_texts_keep_every_letter() -> None:
    """A reason is no name: its change is a change."""
    assert meaning({"reason": "أمر"}) != meaning({"reason": "امر"})
