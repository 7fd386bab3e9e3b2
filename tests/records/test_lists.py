"""The closed lists are whole and labelled."""

import pytest

from azalai.records import LISTS
from azalai.records.code_list import closed


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("measure", "arrest locate discreet_check specific_check refuse_entry warn"),
        ("person_status", "convicted missing suspect victim wanted witness"),
        ("sex", "F M X"),
        ("eyes", "black blue brown green grey"),
        ("hair", "black blond brown chestnut red grey white"),
        (
            "action_to_be_taken",
            "arrest_and_notify do_not_stop_report locate_and_notify seize_and_notify",
        ),
        ("offence_category", "none political military religious racial"),
        (
            "item_status",
            "stolen lost misappropriated revoked blank_stolen seized recovered trace_requested",
        ),
        (
            "cancel_reason",
            (
                "lifted executed located recovered deceased time_barred amnesty mistaken_identity"
                " entered_in_error replaced expired sharing_ended not_stated"
            ),
        ),
    ],
)
def test_lists_that_other_parts_rely_on_are_exact(name: str, codes: str) -> None:
    """Outbound code tables are complete over these; a code more would withhold records."""
    assert set(LISTS[name].codes) == set(codes.split())


def test_countries_are_iso_3166_and_the_special_codes() -> None:
    """249 countries of ISO 3166-1, and ICAO 9303's for persons and issuers without one."""
    country = LISTS["country"].codes
    special = {"EUE", "RKS", "UNA", "UNK", "UNO", "UTO"} | {
        code for code in country if code.startswith("X")
    }

    assert len(set(country) - special) == 249
    assert {"UTO", "XXA", "XXB", "XXC", "XXX"} <= special
    assert all(len(code) == 3 and code.isupper() and code.isalpha() for code in country)
    assert {"BFA", "MLI", "MRT", "NER", "TCD"} <= set(country)
    assert (country["NER"].fr, country["NGA"].fr) == ("Niger", "Nigéria")


def test_a_repeated_or_unlabelled_code_is_refused() -> None:
    """A list is written once, with its three labels."""
    for rows in (("a | un | one | واحد", "a | deux | two | اثنان"), ("a | un | one |",)):
        with pytest.raises(ValueError, match="bad or repeated"):
            closed("fictif", *rows)
    with pytest.raises(ValueError, match="no such code"):
        closed("fictif", "a | un | one | واحد", beside={"b": "B"})
