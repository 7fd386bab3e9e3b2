"""N5: a destination that is down, in two ways, and how long the others wait meanwhile."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import apsw
import pytest

from azalai.simulate import sides
from azalai.simulate.received import counts
from azalai.simulate.sides import Side
from daemon_rig import Running, configure, until
from deployment_rig import row, write
from faults import seeds
from faults.places import HTTPS, Place

DOWN_S = seeds.count("DOWN_S", 600, 20)
EVERY_S, EACH = 0.5, 10
OTHER = "lent"
LATENCY = """
SELECT d.made_at, r.first_at FROM deliveries d JOIN there.received r ON r.key = d.idempotency_key
WHERE d.destination = :name
"""


class Trickle:
    """A register of changes that gets a few records now and then."""

    def __init__(self, place: Place) -> None:
        self._place, self.written = place, 0

    def flow(self, seconds: float) -> None:
        """New files until then."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            rows = [row(self.written + n) for n in range(EACH)]
            write(self._place.folder, f"{self.written:08}.csv", rows)
            self.written += EACH
            time.sleep(EVERY_S)


@contextmanager
def down(side: Side, how: str) -> Iterator[None]:
    """Nobody listens there, or somebody who takes every connection and says nothing."""
    if how == "refuses":
        yield
        return
    with socket.socket() as hole:
        hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        hole.bind(("127.0.0.1", side.port))
        hole.listen(64)
        yield


def p99_ms(place: Place, begin: datetime, end: datetime) -> float:
    """From the decision to the receiver's own clock, for what was decided between two instants."""
    store = apsw.Connection(str(place.folder / "state" / "azalai.db"),
                            flags=apsw.SQLITE_OPEN_READONLY)  # fmt: skip
    try:
        store.execute("ATTACH ? AS there", (str(place.folder / HTTPS / "received.db"),))
        pairs = [[datetime.fromisoformat(str(text)) for text in one]
                 for one in store.execute(LATENCY, {"name": HTTPS})]  # fmt: skip
    finally:
        store.close()
    waits = [(came - made).total_seconds() * 1000 for made, came in pairs if begin <= made < end]
    return quantiles(waits, n=100)[98]


@pytest.mark.faults
@pytest.mark.parametrize("how", ["refuses", "silent"])
def test_ten_minutes_down_change_nothing_for_the_others(tmp_path: Path, how: str) -> None:
    """As long up and down: the other destination's p99 within 10 %; then the first catches up."""
    place = Place(tmp_path / "d", kinds=(HTTPS, OTHER))
    configure(place, feed_schedule="every 1 s")
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    head, _, tail = mapping.read_text().partition("  file_holds:")
    mapping.write_text(f"{head}  file_holds: changes\n{tail[tail.index('expect:') :]}")
    trickle, (good, bad) = Trickle(place), place.sides
    marks = []
    with sides.running([good]), Running(place) as daemon:
        with sides.running([bad]):
            trickle.flow(5)
            marks.append(datetime.now(UTC))
            trickle.flow(DOWN_S)
            assert until(lambda: counts(bad.folder).received == trickle.written)
        marks.append(datetime.now(UTC))
        with down(bad, how):
            trickle.flow(DOWN_S)
        marks.append(datetime.now(UTC))
        with sides.running([bad]):
            assert until(lambda: counts(bad.folder).received == trickle.written, 400)
        assert daemon.stop() == 0
    before, meanwhile = p99_ms(place, marks[0], marks[1]), p99_ms(place, marks[1], marks[2])

    assert meanwhile < 1.1 * before, f"p99 {before:.0f} ms, with {OTHER} down {meanwhile:.0f} ms"
    place.verify(trickle.written)
