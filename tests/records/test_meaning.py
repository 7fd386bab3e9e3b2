"""What makes a new version, and what never does."""

from typing import Any

import pytest

from azalai import canonical
from azalai.records import meaning, parse_record
from record_samples import KINDS, code, sample


def _digest(values: dict[str, Any]) -> str:
    return canonical.digest(canonical.dumps(meaning(parse_record(values))))


def _original(values: dict[str, Any]) -> None:
    values["person"]["name"]["original"] = "FICTIF  Kilo"
    values["person"]["birth"]["date"]["original"] = "1985"
    values["person"]["sex"]["original"] = "MASCULIN"


def _code_table(values: dict[str, Any]) -> None:
    values["person"]["sex"] |= {"list": "autre", "version": "2"}


def _provenance(values: dict[str, Any]) -> None:
    values["provenance"] |= {"number": 99, "line": 100, "input_digest": "b" * 64}
    values["source_updated_on"] = "2026-09-09"


def _rule(values: dict[str, Any]) -> None:
    values["person"]["birth"]["date"]["rule"] = "date(yyyy)"


def _empty_part(values: dict[str, Any]) -> None:
    values["offences"] = []
    values["person"]["description"] = {}


@pytest.mark.parametrize("change", [_original, _code_table, _provenance, _rule])
def test_where_a_value_came_from_is_no_new_version(change: Any) -> None:
    """A re-typed file, a new code table or mapping rule does not send every record again."""
    changed = sample("WantedPerson")
    change(changed)

    assert changed != sample("WantedPerson")
    assert _digest(changed) == _digest(sample("WantedPerson"))


def _penalty(values: dict[str, Any]) -> None:
    values["offences"][0]["maximum_penalty_months"] = 61


def _nationality(values: dict[str, Any]) -> None:
    values["person"]["nationalities"][0] = code("NER")


def _circa(values: dict[str, Any]) -> None:
    values["person"]["birth"]["date"]["circa"] = True


def _given(values: dict[str, Any]) -> None:
    values["person"]["name"]["given"] = ["Lima"]


def _status(values: dict[str, Any]) -> None:
    values["measure"] = "locate"


@pytest.mark.parametrize("change", [_penalty, _nationality, _circa, _given, _status, _empty_part])
def test_what_is_said_is_a_new_version(change: Any) -> None:
    """Any change of what the record says."""
    changed = sample("WantedPerson")
    change(changed)

    assert _digest(changed) != _digest(sample("WantedPerson"))


@pytest.mark.parametrize(
    "name",
    [
        {"original": "ABOU FICTIF"},
        {"original": "خيالي", "script": "arabic", "family": "KHAYALI", "latin": "KHAYALI"},
    ],
)
def test_an_original_that_is_the_name_has_meaning(name: dict[str, Any]) -> None:
    """A correction of a name that has no parts, or of the Arabic one, is a new version."""
    before, after = sample("WantedPerson"), sample("WantedPerson")
    before["person"]["name"] = name
    after["person"]["name"] = name | {"original": name["original"] + "ا"}

    assert _digest(before) != _digest(after)


def test_a_part_with_nothing_in_it_is_no_part() -> None:
    """An empty description and no description are the same."""
    without, empty = sample("WantedPerson"), sample("WantedPerson")
    del without["person"]["description"]
    empty["person"]["description"] = {}

    assert _digest(without) == _digest(empty)


@pytest.mark.parametrize("kind", KINDS)
def test_a_dict_and_its_record_mean_the_same(kind: str) -> None:
    """Either may be given; nothing that says where it came from is left at any depth."""
    found = meaning(parse_record(sample(kind)))

    assert found == meaning(sample(kind))
    text = canonical.dumps(found).decode()
    assert "brut " not in text
    assert '"provenance"' not in text
