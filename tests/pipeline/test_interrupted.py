"""A reading that is told to stop in the middle is gone on with, as if nothing had been."""

import json
from pathlib import Path

from azalai.app import opened
from azalai.pipeline.reading import read_feed
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
