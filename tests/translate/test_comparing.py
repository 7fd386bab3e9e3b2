"""Two versions of a mapping on one file: exactly the records and fields of another meaning."""

import shutil
from pathlib import Path

import pytest

from azalai.errors import FormatError
from azalai.mapping import Declared
from azalai.translate import FeedPlan
from azalai.translate.comparing import Difference, compare_file
from deployment_rig import HEADER, row
from inbound_mapping import HERE, replace

DECLARED = Declared("LOCAL", "UTO", "local", "test", "essai")
ROWS = [
    row(0), row(1, nationalite="Belge"), row(2, code_infraction="HOM-01"),
    row(3, nationalite="Belge", code_infraction="HOM-01"), row(4, nationalite="Syldave"),
    row(5, sexe="?"),
]  # fmt: skip


@pytest.fixture
def old(tmp_path: Path) -> Path:
    shutil.copytree(HERE, tmp_path / "old")
    return tmp_path / "old" / "ner_fpr_wanted.yaml"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    shutil.copytree(HERE, tmp_path / "new")
    return tmp_path / "new" / "ner_fpr_wanted.yaml"


def compared(old: Path, new: Path, header: str = HEADER) -> list[Difference | None]:
    file = old.parent.parent / "input.csv"
    file.write_bytes("\n".join([header, *ROWS, ""]).encode("iso-8859-1"))
    return list(compare_file(FeedPlan((old,), DECLARED), FeedPlan((new,), DECLARED), file))


def lines(found: list[Difference | None]) -> dict[int | None, tuple[str, str, tuple[str, ...]]]:
    return {one.address.line: (one.before, one.after, one.fields) for one in found if one}


def edit(mapping: Path, name: str, old: str, new: str) -> None:
    file = mapping.parent / "codes" / name
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def test_the_same_twice_changes_nothing(old: Path, new: Path) -> None:
    """Every raw record is compared; a note or a source is no meaning."""
    edit(new, "nationalites.csv", "Belge;BEL;;;note fictive 2", "Belge;BEL;;;note fictive 99")
    found = compared(old, new)

    assert len(found) == len(ROWS)
    assert lines(found) == {}


def test_a_changed_code_names_exactly_its_records(old: Path, new: Path) -> None:
    """Those that carry the value, each with the one field that it fills."""
    edit(new, "nationalites.csv", "Belge;BEL", "Belge;NLD")
    fields = ("person.nationalities",)

    assert lines(compared(old, new)) == {
        3: ("translated", "translated", fields), 5: ("translated", "translated", fields),
    }  # fmt: skip


def test_a_code_that_is_added_or_dropped_moves_what_waits(old: Path, new: Path) -> None:
    """From waiting to translated, and the reverse."""
    edit(new, "nationalites.csv", "Belge;BEL;;;note fictive 2\n", "Syldave;UTO;;;note\n")

    assert {line: one[:2] for line, one in lines(compared(old, new)).items()} == {
        3: ("translated", "parked"), 5: ("translated", "parked"), 6: ("parked", "translated"),
    }  # fmt: skip


def test_a_changed_line_names_its_field_in_every_record(old: Path, new: Path) -> None:
    """Another measure is another meaning of all that translates; what never did is unchanged."""
    replace(new, ("  measure:             arrest ", "  measure:             locate "))
    found = lines(compared(old, new))

    assert set(found) == {2, 3, 4, 5}
    assert {one[2] for one in found.values()} == {("measure",)}


def test_a_new_column_does_not_stop_the_comparison(old: Path, new: Path) -> None:
    """The old version would refuse the header: it is given what the new one reads."""
    text = new.read_text("utf-8").replace("date_maj", "maj_le")
    new.write_text(text, "utf-8")

    assert lines(compared(old, new, HEADER.replace("date_maj", "maj_le"))) == {}
    with pytest.raises(FormatError):
        compared(old, new, HEADER.replace("date_maj", "autre"))
