"""What is lifted is taken back everywhere, before anything else, whatever stands in its way."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
KEY = "ESSAI-PN/personnes/FPR-{:08d}"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    yield made
    made.stop_hub()


def closed_window(place: Deployment) -> None:
    """Sending is allowed for one minute a day, twelve hours from now."""
    begin = datetime.now(UTC) + timedelta(hours=12)
    window = f"{begin:%H:%M}-{begin + timedelta(minutes=1):%H:%M}"
    file = place.folder / "azalai.yaml"
    file.write_text(file.read_text() + f"    windows: [ {window} ]\n")


def port(place: Deployment) -> int:
    return int((place.folder / "hub" / "port").read_text())


def holders(place: Deployment, numbers: range) -> list[str]:
    return [place.azalai("record", "holders", KEY.format(n)).stdout for n in numbers]


def operations(place: Deployment) -> list[str]:
    return [operation for operation, _, _ in place.received()]


def balanced(place: Deployment) -> bool:
    found = json.loads(place.azalai("status", "--json").stdout)
    return bool(found["conservation"]["ok"]) and place.azalai("ledger", "verify").returncode == 0


def test_ten_recalls_arrive_first_when_the_endpoint_returns(place: Deployment) -> None:
    """Agreement ended, window closed, feed held, breaker open: the ten recalls leave, nothing else
    does; nobody holds them afterwards, and everybody did before."""
    write(place.folder, "a.csv", [row(n) for n in range(10)])
    place.azalai("run", "--until-idle")
    place.stop_hub()
    write(place.folder, "b.csv", [row(n) for n in range(15)])
    place.azalai("run")
    place.agree(agreement(until="2026-01-02"))
    closed_window(place)
    place.azalai("feed", "hold", "essai", "--reason", "FICTIF")
    lifted = [place.azalai("record", "withdraw", KEY.format(n), "--reason", "lifted", "--act",
                           f"FICTIF {n}/26") for n in range(10)]  # fmt: skip
    before = holders(place, range(10))
    place.start_hub(port=port(place))
    closed_window(place)
    place.azalai("run", "--until-idle", "--timeout", "60")

    assert [one.returncode for one in lifted] == [0] * 10
    assert all("regional: détient" in one for one in before)
    assert operations(place) == ["create"] * 10 + ["cancel"] * 10
    assert holders(place, range(10)) == [""] * 10
    assert place.azalai("recall", "list").returncode == 0
    assert balanced(place)


def two_warrants(place: Deployment) -> None:
    """Three columns hold a second warrant."""
    file = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    text = file.read_text()
    for line in ("  person.birth_name:         nom_naissance\n", '  person.aliases:            alias | split("|")\n',
                 "      committed_on:          date_infraction | date(jj/mm/aaaa)\n"):  # fmt: skip
        assert line in text
        text = text.replace(line, "")
    more = "      authority:             autorite\n"
    file.write_text(
        text.replace(
            more,
            more
            + """\
    - number:                nom_naissance
      issued_on:             date_infraction | date(jj/mm/aaaa)
      authority:             alias
""",
        )
    )


def both(number: int) -> str:
    return row(number, nom_naissance="X77/21", date_infraction="02/03/2021", alias="Parquet fictif")


def test_one_warrant_of_two_is_lifted(place: Deployment) -> None:
    """The holder gets what it had less that warrant, though it may no longer have anything new; the
    next files, which still hold it, do not bring it back; the other warrant stands."""
    two_warrants(place)
    write(place.folder, "a.csv", [both(0), row(1)])
    place.azalai("run", "--until-idle")
    place.agree(agreement(until="2026-01-02"))
    closed_window(place)
    place.azalai("destination", "stop", "regional", "--reason", "FICTIF")
    unknown = place.azalai(
        "record", "withdraw", KEY.format(0), "--reason", "lifted", "--warrant", "Z9"
    )
    only = place.azalai(
        "record", "withdraw", KEY.format(1), "--reason", "lifted", "--warrant", "M1/20"
    )
    done = place.azalai("record", "withdraw", KEY.format(0), "--reason", "lifted", "--warrant",
                        "x 77-2021", "--act", "FICTIF 3/26")  # fmt: skip
    place.azalai("run", "--until-idle", "--timeout", "60")
    after = place.received()
    place.agree(agreement())
    place.azalai("destination", "release", "regional")
    write(place.folder, "b.csv", [both(0), row(1)])
    place.azalai("run", "--until-idle", "--timeout", "60")

    assert (unknown.returncode, only.returncode, done.returncode) == (1, 2, 0)
    assert "1 correction(s) en file" in done.stdout
    assert [operation for operation, _, _ in after] == ["create", "create", "update"]
    assert [b"X77/21" in body for _, body, _ in after] == [True, False, False]
    assert b"M0/20" in after[2][1]
    assert place.received() == after
    assert "regional: détient v2" in holders(place, range(1))[0]
    assert balanced(place)


def test_a_record_whose_warrants_are_all_lifted_is_withdrawn(place: Deployment) -> None:
    """One by hand, the other dropped by its register: nothing is left to arrest for. What had not
    left goes with it."""
    two_warrants(place)
    write(place.folder, "a.csv", [both(0)])
    place.azalai("run", "--until-idle")
    place.azalai("record", "withdraw", KEY.format(0), "--reason", "lifted", "--warrant", "M0/20")
    write(place.folder, "b.csv", [row(0, num_mandat="M0/20")])
    place.azalai("run", "--until-idle", "--timeout", "60")

    assert operations(place) == ["create", "cancel"]
    assert balanced(place)


def test_the_notice_says_who_confirmed(place: Deployment, tmp_path: Path) -> None:
    """One page in three languages, signed, for its owner's eyes only, without a name in the name of
    its files; it changes when the destination confirms."""
    write(place.folder, "a.csv", [row(0)])
    place.azalai("run", "--until-idle")
    early = place.azalai("record", "sheet", KEY.format(0), "-o", str(tmp_path / "none"))
    place.azalai(
        "record", "withdraw", KEY.format(0), "--reason", "lifted", "--act", "FICTIF\n\n— 1"
    )
    first = place.azalai("record", "sheet", KEY.format(0), "-o", str(tmp_path / "one"))
    place.azalai("run", "--until-idle")
    place.azalai("record", "sheet", KEY.format(0), "-o", str(tmp_path / "two"))
    [text], [page] = (list((tmp_path / "one").glob(f"*.{kind}")) for kind in ("txt", "html"))
    [later] = (tmp_path / "two").glob("*.txt")
    checked = place.azalai("ledger", "verify", "--note", str(text))
    said, shown = text.read_text(), page.read_text()
    text.write_text(said.replace("FICTIF", "FACTIF"))
    changed = place.azalai("ledger", "verify", "--note", str(text))

    assert early.returncode == 1
    assert "regional (radiation non confirmée)" in said
    assert "à prévenir de vive voix : regional" in first.stdout
    assert "regional (radiation confirmée)" in later.read_text()
    assert "إشعار برفع البحث" in said
    assert 'dir="rtl"' in shown
    assert "acte : FICTIF — 1\n" in said
    assert (checked.returncode, changed.returncode) == (0, 3)
    assert {one.stat().st_mode & 0o777 for one in (text, page)} == {0o600}
    assert "FPR" not in text.name
