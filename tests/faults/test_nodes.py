"""P1-P5: three daemons on one PostgreSQL; whatever dies, freezes or is cut off, each key once."""

import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deployment_rig import row, write
from faults import seeds
from faults.nodes import SharedPlace
from faults.two_versions import in_order, messages, newer
from postgres_server import Server, started

KILLS = seeds.count("KILLS", 200, 3)
RECORDS = seeds.count("RECORDS", 20_000, 120)
WAIT_S = 1800 if seeds.WHOLE else 90


@pytest.fixture
def server() -> Iterator[Server]:
    with started() as made:
        yield made


def begun(place: SharedPlace, records: int, nodes: int = 3) -> None:
    for number in range(nodes):
        place.start(number)
    write(place.folder, "a.csv", [row(n) for n in range(records)])


def test_three_daemons_each_key_once(tmp_path: Path, server: Server) -> None:
    """Two files, three daemons, answers lost: every key once, with its bytes, on one ledger."""
    with SharedPlace(tmp_path / "d", server, "lose=10%") as place, place.receivers():
        begun(place, RECORDS // 2)
        write(place.folder, "b.csv", [row(n) for n in range(RECORDS)])
        assert place.arrived(RECORDS, WAIT_S)
        assert place.stop() == [0, 0, 0]
        place.verify(RECORDS)


def test_killed_server_and_daemons(tmp_path: Path, server: Server) -> None:
    """P1: SIGKILL for the server or a daemon at random moments, records changed half-way."""
    [seed] = seeds.seeds(1, 1)
    chance = random.Random(seed)
    again = seeds.replayable(seed, "test_killed_server_and_daemons")
    with again, SharedPlace(tmp_path / "d", server) as place, place.receivers():
        begun(place, RECORDS)
        for number in range(KILLS):
            if number == KILLS // 2:
                write(place.folder, "b.csv", newer(RECORDS))
            time.sleep(chance.uniform(0.5, 3))
            if chance.random() < 0.4:
                server.kill()
                time.sleep(chance.uniform(0, 1))
                server.start()
            else:
                place.signal(chance.randrange(3), signal.SIGKILL)
            for node in range(3):
                place.restart_if_dead(node)
        assert place.arrived(messages(RECORDS), WAIT_S)
        place.stop()
        place.verify(messages(RECORDS))
        in_order(place, RECORDS)


@pytest.mark.faults
def test_frozen_past_its_lease(tmp_path: Path, server: Server) -> None:
    """P4: while one is frozen the other goes on; woken, it marks nothing and doubles nothing."""
    chance = random.Random(7)
    with SharedPlace(tmp_path / "d", server, nodes=2) as place, place.receivers():
        begun(place, RECORDS, nodes=2)
        for _ in range(max(2, KILLS // 20)):
            time.sleep(chance.uniform(0.5, 2))
            frozen = chance.randrange(2)
            place.signal(frozen, signal.SIGSTOP)
            time.sleep(6)
            place.signal(frozen, signal.SIGCONT)
        assert place.arrived(RECORDS, WAIT_S)
        place.stop()
        place.verify(RECORDS)


@pytest.mark.faults
def test_connections_cut(tmp_path: Path, server: Server) -> None:
    """P5: every backend thrown out again and again, and P2: one transaction open all the time."""
    ended = threading.Event()
    with SharedPlace(tmp_path / "d", server, nodes=2) as place, place.receivers():
        with psycopg.connect(place.url) as idle:
            idle.execute("SELECT count(*) FROM pg_class")
            begun(place, RECORDS, nodes=2)
            assert place.ready(2)
            for _ in range(max(4, KILLS // 4)):
                with psycopg.connect(place.url, autocommit=True) as link:
                    link.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                 "WHERE application_name = 'azalai'")  # fmt: skip
                ended.wait(1.5)
            assert place.arrived(RECORDS, WAIT_S)
        assert place.stop() == [0, 0]
        place.verify(RECORDS)
