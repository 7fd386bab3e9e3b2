"""A draft names every writing of a column's dates, and numbers that a spreadsheet cut short."""

from datetime import date, timedelta

import pytest
from ruamel.yaml import YAML

from azalai.drafting import draft
from azalai.drafting.structure import Wishes

_ZERO = date(1899, 12, 30)
_DAYS = [date(2023, 1, 1) + timedelta(days=7 * n) for n in range(60)]


def _drafted(cells: list[str], header: str = "vol") -> str:
    rows = "".join(f"F{n:05};{cell}\n" for n, cell in enumerate(cells))
    return draft(f"fiche;{header}\n{rows}".encode(), "essai", Wishes()).text


def test_three_writings_in_one_column_are_declared_with_their_counts() -> None:
    """Each writing is a group of its own values; what is none of them is counted and placed."""
    cells = [(one.strftime("%d/%m/%Y"), one.isoformat(), str((one - _ZERO).days))[n % 3]
             for n, one in enumerate(_DAYS)]  # fmt: skip
    text = _drafted([*cells, "inconnue"])
    assert "vol | date(jj/mm/aaaa, iso, excel)" in text
    assert (
        "3 écritures dans la colonne : jj/mm/aaaa 20, iso 20, jours de tableur (excel) 20" in text
    )
    assert "1 autrement écrite(s), ainsi ligne 62" in text


def test_an_order_that_nothing_proves_is_said_beside_the_others() -> None:
    """Days up to 12 only: `jj/mm/aaaa` is a guess, and the draft says so."""
    cells = [f"0{n % 9 + 1}/02/2024" if n % 2 else one.isoformat() for n, one in enumerate(_DAYS)]
    assert "jj/mm/aaaa : aucun jour ne dépasse 12 : rien ne prouve l'ordre" in _drafted(cells)


def test_five_digits_alone_are_no_dates() -> None:
    """Numbers of five digits are days only beside dates written as dates."""
    assert "excel" not in _drafted([str((one - _ZERO).days) for one in _DAYS])


@pytest.mark.parametrize(
    ("mark", "steps"), [(" ", 'before(" ")'), ("T", 'replace("T", " ") | before(" ")')]
)
def test_an_hour_behind_the_day_is_cut_off_by_a_step_that_is_seen(mark: str, steps: str) -> None:
    """`1988-06-28 00:00:00` is a date; the draft says what hour is not kept."""
    cells = [f"{one}{mark}{'00:00:00' if n else '10:11:12'}" for n, one in enumerate(_DAYS)]
    text = _drafted(cells)
    assert f"vol | {steps} | date(iso)" in text
    assert "une heure suit le jour dans 60 fiche(s), autre que 0 h dans 1" in text


def test_an_hour_behind_some_days_only_is_cut_off_too() -> None:
    """A spreadsheet's cells with an hour beside cells without one."""
    text = _drafted([f"{one}T10:30:00" if n % 10 == 9 else f"{one}" for n, one in enumerate(_DAYS)])
    assert 'vol | replace("T", " ") | before(" ") | date(iso)' in text
    assert "une heure suit le jour dans 6 fiche(s), autre que 0 h dans 6" in text


def test_words_among_dates_are_counted_as_written_otherwise() -> None:
    """One in fifteen is `inconnue`: the order stands, and those lines are told."""
    cells = [f"{one:%d/%m/%Y}" if n % 15 else "inconnue" for n, one in enumerate(_DAYS)]
    assert "4 autrement écrite(s), ainsi ligne 2, 17, 32" in _drafted(cells)


def test_a_number_as_a_power_of_ten_is_named_and_never_taken_as_it_is() -> None:
    """`2.26070112233E+11` has lost digits: whole_number refuses it, the draft says where."""
    text = _drafted(["2.26070112233E+11" if n % 5 == 4 else f"{n + 10_000_000}.0"
                     for n in range(60)], "cni")  # fmt: skip
    assert "cni | whole_number" in text
    assert "12 en puissance de dix (2.26E+11), ainsi ligne 6, 11, 16" in text


def test_an_attribute_of_a_document_is_written_as_yaml_takes_it() -> None:
    """`@id` begins no plain text of YAML: the draft of such a file was not readable."""
    rows = "".join(f'<f id="{n}"><nom>KILO</nom></f>' for n in range(5))
    text = draft(f'<r n="5">{rows}</r>'.encode(), "essai", Wishes()).text
    assert '  "@id": required' in text
    assert 'count_at: "@n"' in text
    assert YAML().load(text)["columns"]["@id"] == "required"
