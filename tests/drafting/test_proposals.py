"""What a draft proposes for a column follows its values, and what it leaves is said."""

import pytest

from azalai.drafting import Draft, Wishes, draft


def drafted(
    text: str, beside: dict[str, str] | None = None, language: str = "en", **wishes: str
) -> Draft:
    tables = {name: content.encode() for name, content in (beside or {}).items()}
    return draft(text.encode(), "essai", Wishes(**wishes), language, tables)


def _column(header: str, values: list[str], kind: str = "ReportedVehicle") -> Draft:
    rows = "".join(f"N{n:04};{value};Bleu\n" for n, value in enumerate(values))
    return drafted(f"num;{header};couleur\n{rows}", kind=kind)


def test_a_chassis_number_is_a_vin_only_where_it_is_written_as_one() -> None:
    """17 letters and digits without I, O, Q; a register's own chassis numbers are text."""
    vins = _column("Numéro de châssis", [f"WZZZZZ8V0KA{n:06}" for n in range(30)])
    own = _column("Numéro de châssis", [f"CH-{n:05}" for n in range(30)])

    assert "vehicle.vin: Numéro de châssis" in vins.text
    assert "vehicle.chassis_number" not in vins.text
    assert "vehicle.chassis_number: Numéro de châssis" in own.text
    assert "vehicle.vin" not in own.text


def test_a_few_odd_vins_leave_the_field() -> None:
    """Nine in ten are enough, eight are not."""
    good = [f"WZZZZZ8V0KA{n:06}" for n in range(27)]

    assert "vehicle.vin:" in _column("VIN", [*good, "INCONNU", "?", "0"]).text
    assert "vehicle.vin:" not in _column("VIN", [*good[:20], *["?"] * 10]).text


def test_numbers_with_a_part_behind_the_point_are_measures_and_no_codes() -> None:
    """`1.78` is a height; `3.0` is a code that a spreadsheet exported as a number."""
    measures = _column("zzz", [f"1.{n % 4}8" for n in range(60)])
    codes = _column("zzz", [f"{n % 4}.0" for n in range(60)])

    assert "code(zzz)" not in measures.text
    assert "zzz | whole_number | code(zzz)" in codes.text
    assert "zzz.csv" in codes.stubs
    assert "zzz.csv" not in measures.stubs


@pytest.mark.parametrize(
    "header", ["surname", "forename", "spouse", "victim", "apelido", "morada", "prosecutor"]
)
def test_headers_of_other_languages_that_name_persons_keep_their_values(header: str) -> None:
    made = drafted(f"num;{header};sexe\n" + "".join(
        f"{n};{('FICTIF', 'INVENTE', 'ESSAI')[n % 3]};{'MF'[n % 2]}\n" for n in range(90)))  # fmt: skip

    assert "FICTIF" not in made.text + "".join(d.decode() for d in made.stubs.values())


@pytest.mark.parametrize(("stated", "counted"), [(40, False), (42, True), (41, False)])
def test_a_count_of_records_or_of_all_lines(stated: int, counted: bool) -> None:
    """Which of the two the trailer states; any other number is no count."""
    body = "".join(f"20UTO{n:05}VILLE{n % 9}\n" for n in range(40))
    made = drafted(f"00FICTIF {'':<6}\n{body}99{stated:014}\n")

    assert ("count_at: 3-16" in made.text) is (stated != 41)
    assert ("counted: all lines" in made.text) is counted


VEHICLES = "num;plaque;marque\n" + "".join(
    f"{n};AA-{n:03};{('TYA', 'PGT', 'RNO', 'XXX')[n % 4]}\n" for n in range(40))  # fmt: skip
MAKES = "code;libelle\nTYA;Fictive\nPGT;Inventee\nRNO;Exemple\nFRD;Autre\n"


def test_a_table_that_nearly_joins_is_named_and_not_joined() -> None:
    """One code of four is missing there: how many are found is said, a person decides."""
    made = drafted(VEHICLES, {"marques.csv": MAKES})

    assert "\n  joined:" not in made.text
    assert "some values are not there; if it joins, say how under `joined:`" in made.text
    assert "perhaps: marque = code (3/4)" in made.text


def test_whole_numbers_and_few_values_found_are_no_near_join() -> None:
    """Counters meet by chance; less than half of the values show nothing."""
    numbers = VEHICLES.replace("TYA", "1").replace("PGT", "2").replace("RNO", "3")
    codes = MAKES.replace("TYA", "1").replace("PGT", "2").replace("RNO", "3")
    counted = drafted(numbers.replace("XXX", "7"), {"marques.csv": codes})
    few = drafted(VEHICLES, {"marques.csv": MAKES.replace("PGT", "P").replace("RNO", "R")})
    for made in (counted, few):
        assert "perhaps:" not in made.text
        assert "no column finds its values there" in made.text


def test_a_table_that_joins_says_how_many_values_are_found() -> None:
    made = drafted(VEHICLES.replace("XXX", "FRD"), {"marques.csv": MAKES})

    assert '    marques:\n      file: marques.csv\n      on: "marque = code"' in made.text
    assert "4 values of 4 are there, one row a key" in made.text
