"""The sample: bounded, and the same records in every file, however it grew or was sorted."""

from pathlib import Path

from azalai.address import Address
from azalai.mapping import Declared
from azalai.plugin.format import RawRecord
from azalai.translate import FeedPlan, Plan, Worker
from azalai.translate.samples import WHOLE, Sample, Sampler, rank

RAW = RawRecord(Address("0" * 64, 1), {})


def sampled(keys: list[str], most: int = 100) -> Sample:
    """What the reader keeps of an input with these keys."""
    sampler, sample = Sampler(most), Sample()
    for key in keys:
        sample.add([(one, b"{}") for one in sampler.keys(RAW, key)], sampler.limit)
    return sample


def keys(count: int) -> list[str]:
    return [f"ESSAI-PN/personnes/2024-{n:06d}" for n in range(count)]


def test_never_more_than_asked_and_never_far_fewer() -> None:
    """Running numbers too: half of them at least, once there are enough."""
    for count in (10, 100, 101, 5_000, 60_000):
        found = len(sampled(keys(count)).raws)
        assert min(count, 35) <= found <= 100


def test_the_same_records_in_any_order_and_beside_new_ones() -> None:
    """A file sorted otherwise, and one that grew tenfold: what is kept of it was kept before."""
    few, many = sampled(keys(5_000)), sampled(keys(50_000)[::-1])
    assert sampled(keys(5_000)[::-1]).raws.keys() == few.raws.keys()
    both = [key for key in many.raws if key in set(keys(5_000))]
    assert both
    assert set(both) <= few.raws.keys()


def test_nothing_is_sampled_unasked_or_without_a_key() -> None:
    """`most` 0, as for `translate`; a record without a key has nothing to be compared with."""
    assert not Sampler(0).keys(RAW, "a")
    assert not Sampler(5).keys(RAW, None)
    assert list(Sampler(5, lambda raw: iter(["a", "b"])).keys(RAW, None)) == ["a", "b"]


def test_ranks_spread_over_the_whole_range() -> None:
    """So that a limit halves the sample."""
    places = [rank(key) for key in keys(4_000)]
    assert len(set(places)) == 4_000
    assert 1_800 < sum(place < WHOLE // 2 for place in places) < 2_200


LIFTED = """\
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
  plaque: optional
  etat:   optional
always:
  action_to_be_taken:  seize_and_notify
  purpose:             border_control
  handling:            police_use_only
  status:              stolen
  legal_ground:        theft_report
  reason:              Vol fictif
  vehicle.registration_country: UTO
declared_by: "Note fictive"
record:
  key:                  num
  vehicle.registration: plaque
lifecycle:
  file_holds: changes
  withdrawn_when:
    etat: LEVE
  cancel_reason: lifted
"""


def test_a_row_that_only_lifts_is_not_compared(tmp_path: Path) -> None:
    """Its other cells are empty and say nothing of their columns; a reject's count."""
    mapping, data = tmp_path / "essai.yaml", tmp_path / "input"
    mapping.write_text(LIFTED)
    data.write_text("num;plaque;etat\n1;FIC 1;\n2;;LEVE\n3;;\n")
    declared = Declared("TST-PN", "UTO", "Service fictif", "test", "essai")
    with Worker(Plan(FeedPlan((mapping,), declared))) as worker:
        batches = list(worker.read(data, "0" * 64, samples=10))
        unasked = list(worker.read(data, "0" * 64))

    keys = [key for batch in batches for key, _ in batch.samples]
    assert keys == ["TST-PN/vehicules/1", "TST-PN/vehicules/3"]
    assert not any(batch.samples for batch in unasked)
