"""`mapping check --fix`: what has one right answer, and nothing else."""

import pytest

from azalai.documents import parse
from azalai.documents.mending import mended
from azalai.errors import DocumentError


def fixed(text: str) -> str:
    return mended(text.encode(), "x.yaml").decode()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("a:\n\tb: c\n", "a:\n  b: c\n"),
        ("person.sex:\u00a0sexe | code(sexes)\n", "person.sex: sexe | code(sexes)\n"),
        ("a: x | name(\u201cNOM, Prénoms\u201d)\n", 'a: x | name("NOM, Prénoms")\n'),
        ("a: x | split(\u2018;\u2019)\n", "a: x | split(';')\n"),
        ("reason: Motif : recherche | text  # motif\n",
         "reason: 'Motif : recherche | text'  # motif\n"),
        ("file:\n  format:delimited\n  encoding: utf-8\n",
         "file:\n  format: delimited\n  encoding: utf-8\n"),
        ("a: b\nc: d\na: b\n", "a: b\nc: d\n"),
        ("a:\r\n\tb: c\r\n", "a:\r\n  b: c\r\n"),
        ("\ufeffa:\u00a0b\n", "\ufeffa: b\n"),
    ],
)  # fmt: skip
def test_one_right_answer(wrong: str, right: str) -> None:
    """Mended as the message says; a second time nothing is left to do."""
    assert fixed(wrong) == right
    assert fixed(right) == right
    parse(right.encode(), "x.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "a: b\na: c\n",  # which of the two?
        "a: x | split(\u2018l\u2019 \u2019)\n",  # where does it end?
        "a: x | name(\u201cNOM)\n",
        "motif: l\u2019infraction\u00a0; vol\n",  # a French sentence: meant
        "# \u00a0\tcommentaire\na: b\n",
        "a: b\n  c: d\n",  # which indentation?
        "url: https://exemple.invalid\n",
    ],
)
def test_what_has_two_answers_stays(text: str) -> None:
    """A person decides."""
    assert fixed(text) == text


def test_bytes_that_are_no_text_stay() -> None:
    """A file in another encoding is not touched."""
    data = b"a: \xe9\t\n"

    assert mended(data, "x.yaml") == data


def test_a_sane_document_reads_the_same() -> None:
    """Comments and layout stay where they were."""
    text = "# haut\na:   b   # bas\n\nc: [ d, e ]\n"

    assert fixed(text) == text
    with pytest.raises(DocumentError):
        parse(b"a:\n\tb: c\n", "x.yaml")
