"""`ledger search --person`, `record find --person`: asked at a prompt, entered first, never guessed."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from azalai.app import opened
from azalai.cli import app
from azalai.cli.init import init
from azalai.errors import AzalaiError, StopError
from azalai.ledger.entries import decode
from azalai.store import record_rows
from azalai.store.record_rows import NewVersion

PERSONS = {"1": ("FICTIF DIALLO, Mahamat", "1985-03-04"), "2": ("فيكتيف محمد", "1990")}
REASON = ("--reason", "essai FICTIF")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with two persons' records, sent to one destination."""
    monkeypatch.setenv("AZALAI_LANGUAGE", "en")
    init(tmp_path / "here", quiet=True)
    file = tmp_path / "here" / "azalai.yaml"
    with opened(file) as made, made.store.write() as tx:
        for number, (name, birth) in PERSONS.items():
            record = record_rows.find_or_add(tx, f"NER-PN/p/F-{number}", "ner", "WantedPerson")
            body = orjson.dumps({"person_status": "wanted", "person": {
                "name": {"original": name}, "birth": {"date": {"value": birth}}}})  # fmt: skip
            record_rows.add_version(tx, record, NewVersion(body, body))
            tx.log("outcome", pseudonym=record.pseudonym, version=1, destination=f"hub{number}",
                   attempt=1, outcome="delivered")  # fmt: skip
    return file


def search(config: Path, tmp_path: Path, text: str, *words: str) -> Result:
    (tmp_path / "who").write_text(text)
    done = CliRunner().invoke(app, ["ledger", "search", "--person", "--input", str(tmp_path / "who"),
                                    *REASON, "--config", str(config), *words])  # fmt: skip
    if isinstance(done.exception, AzalaiError):
        raise done.exception
    return done


def looked(config: Path) -> list[dict[str, object]]:
    with opened(config) as made:
        log = made.store.ledger
        every = [decode(data) for _, data in log.entries(0, log.head().size)]
    return [entry for entry in every if entry["type"] == "consulted"]


def pseudonym(config: Path, number: str) -> str:
    with opened(config) as made:
        return record_rows.find_any(
            made.store.db, made.store.keys, f"NER-PN/p/F-{number}"
        ).pseudonym


def test_from_the_name_to_the_entries(config: Path, tmp_path: Path) -> None:
    """First the candidates, to be chosen; then the chosen one's entries. Nothing that was asked is
    entered."""
    with pytest.raises(StopError):
        search(config, tmp_path, "name: Mohamed Fiktif\n")
    chosen = f"name: Mohamed Fiktif\nrecord: {pseudonym(config, '2')}\n"
    found = search(config, tmp_path, chosen, "--json")
    person, ledger = looked(config)[-2:]

    sent = [one for one in json.loads(found.stdout) if one["type"] != "consulted"]
    assert [one["destination"] for one in sent] == ["hub2"]
    assert (person["purpose"], person["count"]) == ("ledger_search_by_person", 2)
    assert set(person["pseudonyms"]) == {pseudonym(config, "1"), pseudonym(config, "2")}  # type: ignore[call-overload]
    assert ledger["pseudonyms"] == [pseudonym(config, "2")]
    assert not [w for w in ("Mohamed", "Fiktif", "FICTIF") if w in json.dumps(looked(config))]


def test_nothing_found_says_its_limits(config: Path, tmp_path: Path) -> None:
    """Never "never sent"; the look is entered all the same."""
    none = search(config, tmp_path, "name: Personne Autre\n")
    aside = search(config, tmp_path, "name: Mahamat Diallo\nrecord: none\n")

    for done in (none, aside):
        assert done.exit_code == 1
        for said in (
            "does not mean that nothing was ever sent",
            "Spellings tried",
            "0 record(s) erased",
        ):
            assert said in done.output
        assert "never sent" not in done.output
    assert [entry["count"] for entry in looked(config)] == [0, 1]


def test_records_of_a_person(config: Path, tmp_path: Path) -> None:
    """`record find --person`: the record that was chosen, the look entered before; without a reason,
    with a number too, or with neither, nothing is looked at."""
    (tmp_path / "who").write_text(f"name: Mohamed Fiktif\nrecord: {pseudonym(config, '2')}\n")
    (tmp_path / "none").write_text("name: Personne Autre\n")

    def find(*words: str) -> Result:
        done = CliRunner().invoke(app, ["record", "find", *words, "--config", str(config)])
        if isinstance(done.exception, AzalaiError):
            raise done.exception
        return done

    found = find("--person", "--input", str(tmp_path / "who"), *REASON)
    none = find("--person", "--input", str(tmp_path / "none"), *REASON)
    for words in ((), ("--person",), ("M1/20", "--person", *REASON), ("M1/20", "--input", "x")):
        with pytest.raises(StopError):
            find(*words)

    assert (found.exit_code, none.exit_code) == (0, 1)
    assert found.stdout.startswith(f"NER-PN/p/F-2  {pseudonym(config, '2')}  WantedPerson")
    assert "does not mean that nothing was ever sent" in none.output
    first, second = looked(config)
    assert (first["purpose"], first["count"], second["count"]) == ("search_by_person", 2, 0)
    assert len(str(first["note"])) == 64


@pytest.mark.parametrize("text", [
    "", "birth: 1985\n", "name: X\nbirth: hier\n", "name: X\nbirth: 31/31/1985\n", "surname: X\n",
    "name: Mahamat Diallo\nrecord: 00ff\n",
])  # fmt: skip
def test_what_cannot_be_asked(config: Path, tmp_path: Path, text: str) -> None:
    """An error of ours that repeats nothing of it."""
    with pytest.raises(StopError) as error:
        search(config, tmp_path, text)
    assert not [
        w for w in ("Diallo", "hier", "1985", "00ff") if w in str(error.value).split("written")[0]
    ]


def test_at_a_terminal(config: Path) -> None:
    """Asked question by question; without a terminal or with --input alone it stops."""
    main, side = pty.openpty()
    words = [sys.executable, "-m", "azalai", "ledger", "search", *REASON, "--config", str(config)]
    asked = subprocess.Popen([*words, "--person"], stdin=side, stdout=side, stderr=side)
    os.close(side)
    for line in ("Mohamed Jallow; Mahamat Diallo", "04/03/1985", "", "", "1"):
        os.write(main, f"{line}\n".encode())
    said = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:  # its end, on Linux
            break
        said += part
    os.close(main)

    assert asked.wait(60) == 0
    assert b"part of the name" in said
    assert b"same birth" in said
    assert b"hub1" in said
    assert b"hub2" not in said
    for extra in (["--person"], ["--input", "x"]):
        done = subprocess.run(
            [*words, *extra], capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
        assert (done.returncode, done.stderr[:8]) == (2, b"azalai: ")
