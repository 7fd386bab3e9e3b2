"""What a pass says of a feed that could not be read, and that it goes on with the others."""

import pytest

from azalai.cli import running
from azalai.errors import InputError


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "À faire : attendez"), ("en", "To do: wait")]
)
def test_a_file_that_does_not_open_is_told_in_the_language_spoken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    read: list[str] = []

    def alone(_app: object, name: str) -> list[object]:
        read.append(name)
        if name == "un":
            raise InputError(("il change encore", "it changes still"), ("attendez.", "wait."),
                             code="AZ-F102")  # fmt: skip
        return []

    monkeypatch.setenv("AZALAI_LANGUAGE", language)
    monkeypatch.setattr(running, "_read_alone", alone)
    monkeypatch.setattr(running, "_tell_hold", lambda *_: False)

    assert running._read_all(None, ["un", "deux"], quiet=False)  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert read == ["un", "deux"]
    assert said.startswith("un :" if language == "fr" else "un:")
    assert words in said
    assert ("change encore" in said) == (language == "fr")
