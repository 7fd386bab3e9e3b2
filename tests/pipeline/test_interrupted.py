"""A reading that is told to stop in the middle is gone on with, as if nothing had been."""

import json
from pathlib import Path

from azalai import reports
from azalai.app import opened
from azalai.pipeline.reading import read_feed
from azalai.store import run_rows
from daemon_rig import DOCUMENTS
from deployment_rig import CONFIG, Deployment, agreement, row, write


def test_an_interrupted_reading_ends_where_it_would_have(tmp_path: Path) -> None:
    """Stopped after each batch in turn: read once, counted once, in force once whole."""
    place = Deployment(tmp_path / "d", DOCUMENTS)
    place.agree(agreement())
    (place.folder / "azalai.yaml").write_text(CONFIG.format(port=1, held="no"))
    write(place.folder, "a.csv", [row(i) for i in range(1200)])
    states = []
    with opened(place.folder / "azalai.yaml") as app:
        feed = app.feed("essai")
        for _ in range(6):
            asked = iter([True, True, False])  # the input, one batch, no more
            passed = read_feed(app.store, feed, app.routes, lambda asked=asked: next(asked, False))  # type: ignore[misc]
            states += [one.state for one in passed]
            if states[-1] != "reading":
                break
        due = app.store.db.rows("deliveries", "moving", paused="[]")
        [counted] = app.store.db.rows("runs", "of_feed", feed="essai", most=5)

    assert states == ["reading", "reading", "accepted"]
    assert json.loads(counted[6])["read"] == 1200
    assert due == [(1200,)]


def test_an_input_replaced_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    """Interrupted, then the file is another: what was staged of it is withdrawn before the new
    one is read, so nothing waits behind it for ever."""
    place = Deployment(tmp_path / "d", DOCUMENTS)
    place.agree(agreement())
    (place.folder / "azalai.yaml").write_text(CONFIG.format(port=1, held="no"))
    write(place.folder, "a.csv", [row(i) for i in range(700)])
    with opened(place.folder / "azalai.yaml") as app:
        feed = app.feed("essai")
        asked = iter([True, True])
        [first] = read_feed(app.store, feed, app.routes, lambda: next(asked, False))
        write(place.folder, "a.csv", [row(i) for i in range(600)])
        passed = read_feed(app.store, feed, app.routes)
        again = read_feed(app.store, feed, app.routes)
        counted = run_rows.counters(app.store.db, "destination")["regional"]
        balance = reports.conservation(app.store)

    assert first.state == "reading"
    assert [one.state for one in passed] == ["discarded", "accepted"]
    assert again == []
    assert (counted["open"], counted["withdrawn"]) == (600, 500)
    assert balance["ok"], balance


def test_changes_that_vanished_are_held_for_a_person(tmp_path: Path) -> None:
    """A file of changes cannot be replaced by the next one: a person decides."""
    place = Deployment(tmp_path / "d", DOCUMENTS)
    place.agree(agreement())
    (place.folder / "azalai.yaml").write_text(CONFIG.format(port=1, held="no"))
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    text = mapping.read_text().replace("file_holds: everything", "file_holds: changes")
    mapping.write_text(text.replace("missing_from_file: withdraw", "missing_from_file: keep"))
    write(place.folder, "a.csv", [row(i) for i in range(700)])
    with opened(place.folder / "azalai.yaml") as app:
        feed = app.feed("essai")
        asked = iter([True, True])
        read_feed(app.store, feed, app.routes, lambda: next(asked, False))
        (place.folder / "incoming" / "a.csv").unlink()
        passed = read_feed(app.store, feed, app.routes)
        [held] = app.store.db.rows("runs", "of_feed", feed="essai", most=5)

    assert [one.state for one in passed] == ["held"]
    assert "AZ-H031" in held[7]
