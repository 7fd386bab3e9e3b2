"""Foreign bytes stay in a child: batches come back, deaths are named, nothing hangs."""

import hashlib
import io
import os
import pickle
import signal
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
import pytest

import hostile_sizes
from azalai import paths
from azalai.address import Address
from azalai.errors import ConfigurationError, FormatError, InputError
from azalai.mapping import Declared, NoPlace, Rejected, Rendered, RenderJob, Result, Translated
from azalai.plugin.format import RawRecord, Unreadable
from azalai.translate import ChildLimits, FeedPlan, Invalid, OutPlan, Plan, Worker, translate_file
from azalai.translate.plan import from_child
from azalai.translate.reading import translated

DECLARED = Declared("TST-PN", "UTO", "Service fictif", "test", "essai")
MAPPING = """\
mapping: essai
version: 1
kind: ReportedVehicle
register: vehicules
owner: Service fictif
file:
  format: delimited
  encoding: utf-8
  delimiter: ;
columns:
  num:    required
  plaque: required
  jour:   optional
always:
  action_to_be_taken:  seize_and_notify
  purpose:             border_control
  handling:            police_use_only
  status:              stolen
  legal_ground:        theft_report
  vehicle.registration_country: UTO
declared_by: "Note fictive"
record:
  key:                  num
  vehicle.registration: plaque
  reason:               plaque
  occurred_on:          jour | date(jj/mm/aaaa)
lifecycle:
  file_holds: everything
  missing_from_file: withdraw
  after_files: 2
  cancel_reason: not_stated
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("mappings") / "essai.yaml"
    path.write_text(MAPPING)
    return Plan(FeedPlan((path,), DECLARED))


@pytest.fixture(scope="module")
def worker(plan: Plan) -> Iterator[Worker]:
    with Worker(plan) as running:
        yield running


def rows(count: int) -> bytes:
    return b"num;plaque;jour\n" + b"".join(b"%d;AB %d;01/02/2026\n" % (n, n) for n in range(count))


def written(folder: Path, data: bytes) -> tuple[Path, str]:
    path = folder / "input"
    path.write_bytes(data)
    return path, hashlib.sha256(data).hexdigest()


def keys(results: list[Result | Unreadable]) -> list[str | None]:
    return [one.key for one in results if not isinstance(one, Unreadable)]


def test_batches_hold_all_raw_items_in_order_with_a_cursor(worker: Worker, tmp_path: Path) -> None:
    batches = list(worker.read(*written(tmp_path, rows(25)), size=10))

    assert [len(b.results) for b in batches] == [10, 10, 5]
    assert [b.consumed for b in batches] == [10, 20, 25]
    assert [b.ending is not None for b in batches] == [False, False, True]
    found = keys([r for b in batches for r in b.results])
    assert found == [f"TST-PN/vehicules/{n}" for n in range(25)]
    first = batches[0].results[0]
    assert isinstance(first, Translated)
    assert (first.address.line, first.address.offset) == (2, 16)
    assert orjson.loads(first.record)["key"] == first.key


@pytest.mark.parametrize("skip", [0, 1, 10, 24, 25, 40])
def test_what_was_taken_before_a_crash_is_skipped(
    worker: Worker, tmp_path: Path, skip: int
) -> None:
    batches = list(worker.read(*written(tmp_path, rows(25)), skip=skip, size=10))

    found = keys([r for b in batches for r in b.results])
    assert found == [f"TST-PN/vehicules/{n}" for n in range(skip, 25)]
    assert batches[-1].consumed == max(skip, 25)


def test_bad_rows_are_rejected_or_unreadable_and_the_rest_goes_on(
    worker: Worker, tmp_path: Path
) -> None:
    data = rows(1) + b"2;;\n3\n4;CD;31/02/2026\n5;EF;\n"

    (batch,) = worker.read(*written(tmp_path, data))

    kinds = [type(one) for one in batch.results]
    assert kinds == [Translated, Rejected, Unreadable, Rejected, Translated]


def test_a_cut_file_gives_what_was_read_and_then_raises(worker: Worker, tmp_path: Path) -> None:
    reading = worker.read(*written(tmp_path, rows(25)[:-5]), size=10)
    seen = list(islice(reading, 3))
    with pytest.raises(FormatError) as caught:
        next(reading)

    assert sum(len(b.results) for b in seen) == 25
    assert seen[-1].error == caught.value.what
    assert caught.value.line == 26


def test_a_changed_header_raises_before_any_record(worker: Worker, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="missing: jour"):
        list(worker.read(*written(tmp_path, b"num;plaque\n1;A\n")))


def test_stopping_early_leaves_the_child_usable(worker: Worker, tmp_path: Path) -> None:
    pid = child(worker)
    reading = worker.read(*written(tmp_path, rows(2_000)), size=10)
    next(reading)
    reading.close()  # type: ignore[attr-defined]

    assert sum(len(b.results) for b in worker.read(*written(tmp_path, rows(30)))) == 30
    assert child(worker) == pid


def test_a_link_or_missing_file_is_an_input_error(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(written(tmp_path, rows(1))[0])
    for name in ("link", "gone", "."):
        with pytest.raises(InputError):
            list(worker.read(tmp_path / name, "0" * 64))


def child(worker: Worker) -> int:
    worker.start()
    assert worker._process is not None
    assert worker._process.pid is not None
    return worker._process.pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT])
def test_a_killed_child_is_an_error_and_the_next_file_has_a_new_one(
    plan: Plan, tmp_path: Path, number: signal.Signals
) -> None:
    with Worker(plan) as worker:
        reading = worker.read(*written(tmp_path, rows(2_000)), size=10)
        next(reading)
        os.kill(child(worker), number)
        with pytest.raises(InputError, match="died"):
            list(reading)

        assert len(list(worker.read(*written(tmp_path, rows(3))))) == 1


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (hostile_sizes.Endless(5), "processor limit"),
        (hostile_sizes.Hungry(5), "memory limit"),
        (hostile_sizes.Failing(5), "internal error"),
    ],
)
def test_limits_end_the_child_and_say_which(
    plan: Plan, tmp_path: Path, size: int, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    with (
        Worker(plan, ChildLimits(cpu_s=1)) as worker,
        pytest.raises(InputError, match=words),
    ):
        list(worker.read(*written(tmp_path, rows(9)), size=size))

    assert time.monotonic() - begun < 10
    assert "Secret" not in "".join(capfd.readouterr())


def test_a_child_that_does_not_answer_is_ended(plan: Plan, tmp_path: Path) -> None:
    limits = ChildLimits(cpu_s=60, wall_s=3)
    with Worker(plan, limits) as worker, pytest.raises(InputError, match="too long"):
        list(worker.read(*written(tmp_path, rows(9)), size=hostile_sizes.Endless(5)))


def test_a_mapping_that_does_not_load_is_a_configuration_error(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING.replace("plaque: required", "plaq: required"))

    with Worker(Plan(FeedPlan((path,), DECLARED))) as worker, pytest.raises(ConfigurationError):
        worker.start()


def test_an_unforeseen_fault_is_a_reject_without_values() -> None:
    def broken(raw: RawRecord) -> Result:
        raise KeyError(raw.values["nom"])

    raw = RawRecord(Address("0" * 64, 1, 2, 3), {"nom": "FICTIF Secret"})
    result = translated(broken, raw)

    assert isinstance(result, Rejected)
    assert result.code == "AZ-R999"
    assert "Secret" not in " ".join((*result.what, *result.todo, result.rule))
    assert orjson.loads(result.raw)["values"] == raw.values


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/azalai-owned",)


@pytest.mark.parametrize("value", [_Evil(), os.system, Path("/"), ("ok", _Evil())])
def test_a_child_can_hand_back_nothing_but_our_values(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        from_child(pickle.dumps(value))


def test_messages_are_rendered_in_the_child(plan: Plan, tmp_path: Path) -> None:
    path = paths.mappings() / "wapis" / "wapis_style_reported_vehicle.yaml"
    with Worker(Plan(plan.feed, {"wapis/ReportedVehicle": OutPlan(path)})) as worker:
        (batch,) = worker.read(*written(tmp_path, rows(1)))
        (made,) = batch.results
        assert isinstance(made, Translated)
        job = RenderJob("create", made.key, orjson.loads(made.record), None, "key-1", 1)
        wrong = RenderJob("destroy", made.key, {}, None, "key-1", 1)
        answers = worker.render(
            [("wapis/ReportedVehicle", job), ("wapis/ReportedVehicle", wrong), ("nowhere", job)]
        )

    assert isinstance(answers[0], Rendered | NoPlace)
    assert [type(one) for one in answers[1:]] == [Invalid, Invalid]


def test_translating_a_file_counts_all_and_shows_no_value(plan: Plan, tmp_path: Path) -> None:
    assert plan.feed is not None
    path, _ = written(tmp_path, rows(3) + b"SECRET1;;\nSECRET2\n")
    out, rejects = io.BytesIO(), io.BytesIO()

    counts = translate_file(plan.feed, path, out, rejects)

    assert (counts.read, counts.translated, counts.rejected, counts.unreadable) == (5, 3, 1, 1)
    assert counts.error is None
    assert len(out.getvalue().splitlines()) == 3
    lines = [orjson.loads(line) for line in rejects.getvalue().splitlines()]
    assert [line["line"] for line in lines] == [5, 6]
    assert all(line["code"] and line["what"]["fr"] and line["todo"]["en"] for line in lines)
    assert b"SECRET" not in rejects.getvalue()

    shown = io.BytesIO()
    translate_file(plan.feed, path, io.BytesIO(), shown, with_values=True)
    assert b"SECRET1" in shown.getvalue()


def test_a_cut_file_still_counts_what_was_read(plan: Plan, tmp_path: Path) -> None:
    assert plan.feed is not None
    path, _ = written(tmp_path, rows(3) + b"4;A")

    counts = translate_file(plan.feed, path, io.BytesIO(), io.BytesIO())

    assert counts.translated == 3
    assert isinstance(counts.error, FormatError)


def test_kept_raw_records_are_mapped_again_as_they_were(worker: Worker, tmp_path: Path) -> None:
    """The same results in the order given, each with its own address; the child stays usable."""
    (batch,) = worker.read(*written(tmp_path, rows(3)), with_raws=True)
    addresses = [Address("0" * 64, n, n + 1) for n in (7, 8, 9)]
    again = worker.map(list(zip(addresses, batch.raws, strict=True)))

    assert [one.address for one in again] == addresses
    assert [one.key for one in again] == [one.key for one in batch.results]  # type: ignore[union-attr]
    assert [one.meaning for one in again] == [one.meaning for one in batch.results]  # type: ignore[union-attr]
    assert worker.map([]) == []


@pytest.mark.parametrize("sealed", [b"{}", b"no JSON", b'{"values": {"num": "\\ud800"}}'])
def test_a_raw_record_that_says_nothing_is_a_reject(worker: Worker, sealed: bytes) -> None:
    """What was kept of a damaged record does not stop the others."""
    (found,) = worker.map([(Address("0" * 64, 1), sealed)])

    assert isinstance(found, Rejected)


def test_raws_are_sent_only_when_asked_for(worker: Worker, tmp_path: Path) -> None:
    """A feed's reading does not carry them twice."""
    (batch,) = worker.read(*written(tmp_path, rows(3)))

    assert batch.raws == []
