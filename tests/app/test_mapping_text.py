"""A spelling goes into a mapping's text by its place: nothing else of the text changes."""

import pytest

from azalai.app.mapping_text import with_spelling
from azalai.documents import Map, parse
from azalai.errors import StopError
from azalai.mapping.inbound_model import scalar_texts

TEXT = """\
# Un commentaire qui reste
mapping: essai
version: 9   # la neuvième
columns:
  num:        required
  Pays:       required            # le pays, en toutes lettres
  note:       ignored, texte libre
  ville:
    rule: optional   # commune
    also: [ Ville, "Commune (lieu)" ]
  sexe:
    rule: required
  âge:
    also:
      - Age
    rule: optional
  jour:
    rule: optional
    also: Date
record:
  key: num
"""


def changed(column: str, spelling: str, text: str = TEXT) -> tuple[str, list[str]]:
    """The new text, and the spellings that the column has by it."""
    data = with_spelling(parse(text.encode(), "essai.yaml"), column, spelling)
    block = parse(data, "essai.yaml").root.get("columns")
    assert isinstance(block, Map)
    node = block.get(column)
    assert isinstance(node, Map)
    assert node.text("rule") is not None
    return data.decode(), [one.text for one in scalar_texts(node.get("also"))]


def test_one_line_becomes_three_and_its_comment_stays() -> None:
    """All other lines are byte for byte what they were, but for the version."""
    text, also = changed("Pays", "Pays-Country")
    assert also == ["Pays-Country"]
    before, after = TEXT.splitlines(), text.splitlines()
    assert after == [
        *before[:2],
        "version: 10   # la neuvième",
        *before[3:5],
        "  Pays:  # le pays, en toutes lettres",
        "    rule: required",
        '    also: [ "Pays-Country" ]',
        *before[6:],
    ]


@pytest.mark.parametrize(
    ("column", "also"),
    [("note", ["N"]), ("ville", ["N", "Ville", "Commune (lieu)"]), ("sexe", ["N"]),
     ("âge", ["N", "Age"]), ("jour", ["Date", "N"])],
)  # fmt: skip
def test_every_layout_of_a_column(column: str, also: list[str]) -> None:
    """Whatever stands there already stays."""
    assert changed(column, "N")[1] == also


@pytest.mark.parametrize("spelling", [
    "N° d'ordre", 'dit "alias"', "a: b", "# non", "Nom\u00a0: prénom", "l\u2019état", "[x]", "no",
])  # fmt: skip
def test_any_header_text_survives(spelling: str) -> None:
    """What YAML or a word processor would make of it is not what counts."""
    assert changed("Pays", spelling)[1] == [spelling]


def test_line_ends_and_byte_order_mark_stay() -> None:
    """A file from a Windows editor stays one."""
    data = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    made = with_spelling(parse(data, "essai.yaml"), "num", "N")
    assert made.startswith(b"\xef\xbb\xbf#")
    assert made.count(b"\n") == made.count(b"\r\n") == data.count(b"\n") + 2


def test_another_layout_is_left_to_a_person() -> None:
    """Braces: said, with what to do, and nothing is made."""
    text = "version: 1\ncolumns:\n  a: { rule: required }\n"
    with pytest.raises(StopError) as caught:
        with_spelling(parse(text.encode(), "essai.yaml"), "a", "b")
    assert "also:" in (caught.value.hint or "")
