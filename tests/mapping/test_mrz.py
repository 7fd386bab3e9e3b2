"""Machine readable zones: the specimens of ICAO Doc 9303, and one wrong character in each."""

from pathlib import Path

import pytest

from azalai.errors import StepError
from azalai.mapping.mrz import check_digit, read_zone
from azalai.mapping.results import Rejected, Translated
from inbound_mapping import copy, record, run
from step_running import run_step

TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)
LONG = (
    "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
)
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
MRV_A = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
MRV_B = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"
# ICAO's own specimens: parts 4 to 7, appendices; Utopia does not exist.


@pytest.mark.parametrize(
    ("zone", "number", "nationality", "born", "ends"),
    [
        (TD1, "D23145890", "UTO", "740812", "120415"),
        (LONG, "D23145890734", "UTO", "340712", "950712"),
        (TD2, "D23145890", "UTO", "740812", "120415"),
        (TD3, "L898902C3", "UTO", "740812", "120415"),
        (MRV_A, "L8988901C", "XXX", "400907", "961210"),
        (MRV_B, "L8988901C", "XXX", "400907", "961210"),
    ],
)
def test_the_standards_specimens_read_as_it_says(
    zone: str, number: str, nationality: str, born: str, ends: str
) -> None:
    found = read_zone(zone)

    assert (found["number"], found["nationality"]) == (number, nationality)
    assert (found["birth_date"], found["expires_on"]) == (born, ends)
    assert found["state"] == "UTO"
    assert found["sex"] in ("F", "M")


@pytest.mark.parametrize("zone", [TD1, LONG, TD2, TD3, MRV_A, MRV_B])
def test_one_wrong_digit_in_a_checked_part_is_refused(zone: str) -> None:
    """Number, birth date and expiry: the part is named, its value is not."""
    found = read_zone(zone)
    for part in ("number", "birth_date", "expires_on"):
        value = found[part][:6]
        wrong = value[:-1] + str((int(value[-1]) + 1) % 10)
        with pytest.raises(StepError) as caught:
            read_zone(zone.replace(value, wrong, 1))

        assert caught.value.code == "AZ-R122"
        assert wrong not in caught.value.what[1]
        assert {"number": "number", "birth_date": "birth", "expires_on": "expiry"}[part] in (
            caught.value.what[1]
        )


def test_the_digit_over_the_whole_is_checked_too() -> None:
    with pytest.raises(StepError) as caught:
        read_zone(TD3[:-1] + "1")

    assert "the whole zone" in caught.value.what[1]


@pytest.mark.parametrize(
    "zone",
    ["", "P<UTO", TD3[:-1], TD3 + "<", TD3.replace("ERIKSSON", "ÉRIKSSON"), TD3.lower(), "<" * 89],
)
def test_what_is_no_zone_is_said_to_be_none(zone: str) -> None:
    with pytest.raises(StepError) as caught:
        read_zone(zone)

    assert caught.value.code == "AZ-R121"


def test_unknown_day_sex_and_expiry_are_no_guess() -> None:
    """Part 3, section 4.8: fillers for what is not known."""
    number, birth = "D23145890", "74<<<<"
    head = f"I<UTO{number}{check_digit(number)}" + "<" * 15
    middle = f"{birth}{check_digit(birth)}<<<<<<<<"
    whole = head[5:30] + middle[:7] + middle[8:15] + "<" * 11
    zone = head + middle + "RKS" + "<" * 11 + check_digit(whole) + "FICTIF" + "<" * 24

    found = read_zone(zone)

    assert (found["birth_date"], found["sex"], found["expires_on"]) == ("740000", "X", "")
    assert run_step("mrz(name)", zone) == {"original": "FICTIF", "family": "FICTIF"}
    assert run_step("mrz(given)", zone) is None
    assert run_step("mrz(expires_on)", zone) is None
    assert run_step("mrz(nationality)", zone)["code"] == "RKS"


@pytest.mark.parametrize(
    ("written", "code"), [("D<<", "DEU"), ("GBO", "GBR"), ("XXA", "XXA"), ("XOM", "XOM")]
)
def test_special_codes_become_common_ones_by_a_table(written: str, code: str) -> None:
    """Part 3, section 5."""
    found = run_step("mrz(state)", TD2.replace("I<UTO", f"I<{written}"))

    assert (found["code"], found["original"]) == (code, written.rstrip("<"))


def test_a_state_that_nobody_knows_is_refused() -> None:
    with pytest.raises(StepError) as caught:
        run_step("mrz(state)", TD2.replace("I<UTO", "I<QQQ"))

    assert caught.value.code == "AZ-R123"


def test_in_a_mapping_the_parts_fill_their_fields(tmp_path: Path) -> None:
    """A zone in one cell: name, birth date with a declared base, nationality, number."""
    path = copy(tmp_path)
    text = path.read_text()
    text = text.replace('nom_prenoms | name("NOM, Prénoms")', "nom_prenoms | mrz(name)")
    text = text.replace("date_naissance | date(jj/mm/aaaa, partial)",
                        "nom_prenoms | mrz(birth_date) | date(aammjj, partial, base 1930)")  # fmt: skip
    text = text.replace("  date_naissance:     required", "  date_naissance:     ignored, essai")
    path.write_text(text)
    row = {"num_dossier": "FPR-00000001", "sexe": "M", "nationalite": "Italienne",
           "nom_prenoms": TD3, "code_infraction": "VOL-01", "num_mandat": "M1/20",
           "date_mandat": "12/03/2020", "autorite": "TGI fictif", "peine_mois": "60"}  # fmt: skip

    found = run(path, row)
    wrong = run(path, row | {"nom_prenoms": TD3.replace("740812", "740813")})

    assert isinstance(found, Translated), found
    person = record(found)["person"]
    assert person["name"]["family"] == "ERIKSSON"
    assert person["birth"]["date"]["value"] == "1974-08-12"
    assert isinstance(wrong, Rejected)
    assert (wrong.code, wrong.column) == ("AZ-R122", "nom_prenoms")
