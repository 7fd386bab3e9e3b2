"""A draft makes one record of several rows, or joins tables, only where the sample shows it."""

import re
from pathlib import Path

import pytest

from azalai.drafting import Draft, Wishes, draft
from azalai.drafting.writing import MARK
from azalai.mapping import check_inbound


def drafted(text: str, beside: dict[str, str] | None = None, **wishes: str) -> Draft:
    tables = {name: content.encode() for name, content in (beside or {}).items()}
    return draft(text.encode(), "essai", Wishes(**wishes), beside=tables)


def mistakes(made: Draft, folder: Path) -> set[str]:
    """What `mapping check` finds in the draft as it is."""
    file = folder / "essai.yaml"
    file.write_text(made.text)
    return {one.code for one in check_inbound(file)}


ROWS = "pv;lieu;code;jour\n" + "".join(
    f"{n + 1};{('VILLE FICTIVE', 'BOURG')[n % 2]};{('VOL', 'REC', 'INC')[k]};{(n + k) % 28 + 1:02}/01/2026\n"
    for n in range(50) for k in range(n % 3 + 1))  # fmt: skip


def segments(*, same: bool = True) -> str:
    lines = []
    for n in range(40):
        lines.append(f"1UTO{n:07}VILLE FICTIVE")
        lines += [f"2UTO{n if same else 900 + n * 7 + k:07}{('13A', '120')[k]}"
                  for k in range(n % 2 + 1)]  # fmt: skip
    return "\n".join(lines) + "\n"


def typed(*, same: bool = True) -> str:
    lines = []
    for n in range(40):
        lines.append(f"A;UTO{n:05};VILLE FICTIVE;2026-01-{n % 28 + 1:02}")
        lines += [f"B;{f'UTO{n:05}' if same else f'X{n}{k}'};VOL" for k in range(n % 2 + 1)]
    return "\n".join(lines) + "\n"


def test_rows_with_the_same_number_are_one_record(tmp_path: Path) -> None:
    """The cells that stay the same are the record's, the others a part; all of it is marked."""
    made = drafted(ROWS)

    assert made.records == 50
    assert (
        f"  rows_with_same: pv  # {MARK} : « pv » revient sur des lignes voisines (33 fois"
        in made.text
    )
    assert "  lignes: repeated" in made.text
    assert "  lieu: required" in made.text
    assert "  lignes/jour: optional" in made.text
    assert "    - for_each: lignes" in made.text
    assert mistakes(made, tmp_path) == {"AZ-M102", "AZ-M112"}


def test_rows_with_a_number_of_their_own_are_left_to_a_person() -> None:
    """Nothing is grouped; a note says between what to decide."""
    header, *body = ROWS.splitlines()
    made = drafted("\n".join([f"no;{header}", *(f"L{n:04};{row}" for n, row in enumerate(body))]))

    assert "  rows_with_same" not in made.text
    assert "à vous de dire si une fiche est une ligne, ou un groupe" in made.text
    assert made.records == len(body)


@pytest.mark.parametrize("change", ["apart", "nothing constant", "whole rows again"])
def test_rows_that_show_no_group_are_records(change: str) -> None:
    header, *body = ROWS.splitlines()
    if change == "apart":
        body = sorted(body, key=lambda row: row.split(";")[2])
    elif change == "nothing constant":
        body = [re.sub("VILLE FICTIVE|BOURG", f"LIEU {n}", row) for n, row in enumerate(body)]
    else:
        body = [row for n in range(30) for row in [f"{n};VILLE {n % 3};VOL;01/01/2026"] * 2]
    made = drafted("\n".join([header, *body]) + "\n")

    assert "rows_with_same" not in made.text
    assert made.records == len(body)


def test_segments_that_repeat_a_number_are_one_record(tmp_path: Path) -> None:
    """The type of the first line begins a record; the others are parts with a name."""
    made = drafted(segments())

    assert made.records == 40
    assert (made.trouble, "takes:" in made.text) == (None, False)
    assert f"  record_starts: 1  # {MARK}" in made.text
    assert f"  rows_with_same: NUMERO  # {MARK}" in made.text
    assert "    NUMERO: 2-11" in made.text
    assert "    called: lignes_2" in made.text
    assert "  lignes_2/S2_C012: optional" in made.text
    assert mistakes(made, tmp_path) == {"AZ-M102", "AZ-M112"}


def test_cells_that_repeat_a_number_are_one_record(tmp_path: Path) -> None:
    """Delimited lines with their type in the first cell, each type of its own width."""
    made = drafted(typed())

    assert made.records == 40
    assert made.trouble is None
    assert "  segment_at: 1" in made.text
    assert f"  record_starts: A  # {MARK}" in made.text
    assert "    SB_C03: 3" in made.text
    assert "    called: lignes_B" in made.text
    assert "VOL" not in made.text
    assert mistakes(made, tmp_path) == {"AZ-M102", "AZ-M112"}


@pytest.mark.parametrize("text", [segments(same=False), typed(same=False)])
def test_types_without_a_number_in_common_are_left_to_a_person(text: str) -> None:
    """One type is taken, and a note says what to write if several lines make a record."""
    made = drafted(text)

    assert "takes:\n  segment: " in made.text
    assert "record_starts:" not in made.text
    assert "aucun numéro commun" in made.text


VEHICLES = "no;code_marque;ville\n" + "".join(
    f"V{n:04};{n % 9 + 1};VILLE {n % 3}\n" for n in range(60))  # fmt: skip
MAKES = "code,libelle\n" + "".join(f"{k},Marque {k}\n" for k in range(1, 12))
WARRANTS = "no;mandat\n" + "".join(
    f"V{n:04};M{n}{k}\n" for n in range(60) for k in range(n % 2 + 1)
)


def test_tables_join_where_their_values_are_found(tmp_path: Path) -> None:
    """One row a key, or several rows for the record's own number; a table's own settings stand."""
    made = drafted(VEHICLES, {"marques.csv": MAKES, "mandats.csv": WARRANTS})

    assert made.trouble is None
    assert "      file: marques.csv" in made.text
    assert f'      on: "code_marque = code"  # {MARK} : 9 valeurs sur 9' in made.text
    assert "  marques/libelle: required" in made.text
    assert '      on: "no = no"' in made.text
    assert "  mandats: repeated" in made.text
    assert "Marque" not in made.text
    assert mistakes(made, tmp_path) == {"AZ-M102", "AZ-M112"}


def test_a_table_that_does_not_show_how_it_joins_is_left_to_a_person() -> None:
    """No column has its values, or two do alike: said, and nothing is joined."""
    strange = "x;y\n" + "".join(f"Z{n};{n}\n" for n in range(9))
    twice = VEHICLES.replace("code_marque;ville", "marque;origine").replace("VILLE ", "")
    codes = "k;texte\n" + "".join(f"{k};Mot {k}\n" for k in range(12))
    none, two = drafted(VEHICLES, {"autre.csv": strange}), drafted(twice, {"codes.csv": codes})

    assert "aucune colonne n'y retrouve ses valeurs" in none.text
    assert "à vous de dire comment elle se joint" in two.text
    assert "marque = k ; origine = k" in two.text
    assert [made.text.count("\n  joined:") for made in (none, two)] == [0, 0]


@pytest.mark.parametrize(
    "header", ["NOM", "prénom", "الاسم", "اللقب", "Agent", "Nom du père", "mis en cause"]
)
def test_names_are_no_code_list_however_few(header: str) -> None:
    """Whatever their language, the column's values stay where they are."""
    made = drafted(f"num;{header};sexe\n" + "".join(
        f"{n};{('FICTIF', 'INVENTE', 'ESSAI')[n % 3]};{'MF'[n % 2]}\n" for n in range(90)))  # fmt: skip
    whole = made.text + "".join(data.decode() for data in made.stubs.values())

    assert [name for name in ("FICTIF", "INVENTE", "ESSAI") if name in whole] == []
    assert list(made.stubs) == ["sexe.csv"]


@pytest.mark.parametrize("kind", ["sentences", "as good as unique"])
def test_values_that_no_list_holds_are_no_code_list(kind: str) -> None:
    """A header alone does not make a list of what the values are not."""
    values = {
        "sentences": [f"vu la nuit du {n % 4} au bord de la route du marché" for n in range(150)],
        "as good as unique": [f"MOT{n}" for n in range(150)],
    }[kind]
    made = drafted("num;infraction;x\n" + "".join(f"{n};{v};y\n" for n, v in enumerate(values)),
                   kind="CriminalCase")  # fmt: skip

    assert "code(infraction)" not in made.text
    assert made.stubs == {} or "infraction.csv" not in made.stubs


def test_a_column_of_which_most_values_come_once_is_no_code_list() -> None:
    """As family names do: a few that many bear, many that few bear."""
    values = [f"MOT{n % 5}" for n in range(150)] + [f"RARE{n}" for n in range(20)]
    made = drafted("num;zzz;x\n" + "".join(f"{n};{v};y\n" for n, v in enumerate(values)))

    assert "code(zzz)" not in made.text
    assert all("RARE" not in data.decode() for data in made.stubs.values())
