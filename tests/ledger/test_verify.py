"""Verification: every insider's edit is found and named, with the log's key or without."""

import random
from copy import deepcopy

import pytest

from azalai.errors import VerificationError, WitnessRefusalError
from azalai.ledger import Checkpoint, Head, append, make_checkpoint, merkle, open_checkpoint
from azalai.ledger.entries import decode, encode
from azalai.ledger.log import prove_consistency
from azalai.ledger.tiles import decode_bundle, encode_bundle
from azalai.ledger.verdict import FINDINGS_MAX, Verdict
from azalai.ledger.verify import verify
from azalai.ledger.witness import Request, check_growth, open_request
from ledger_storages import NOW, MemoryStorage, act, fill, signer

SIZE = 1000
KEY = signer()
GOOD = MemoryStorage()
fill(GOOD, SIZE)
NOTE = make_checkpoint(GOOD, KEY)
SEAL = open_checkpoint(NOTE, [KEY.verifier])


@pytest.fixture
def storage() -> MemoryStorage:
    """A log of 1,000 invented entries, to be edited."""
    return deepcopy(GOOD)


def check(storage: MemoryStorage, note: bytes = NOTE, *earlier: bytes) -> Verdict:
    return verify(storage, note, [KEY.verifier], origin=KEY.name, earlier=earlier)


def places(verdict: Verdict) -> list[str]:
    return [finding.where for finding in verdict.findings]


def other(data: bytes) -> bytes:
    """The same entry with another actor: fit, canonical, as long."""
    return encode({**decode(data), "actor": "fake-account"})


def rewrite(storage: MemoryStorage, rows: list[bytes]) -> None:
    """What an insider with the database does: all hashes made anew over changed entries."""
    last = storage.end.last_time
    storage.rows, storage.tiles, storage.end = dict(enumerate(rows)), {}, Head()
    frontier: list[bytes] = []
    tiles: dict[int, bytes] = {}
    for index, data in enumerate(rows):
        for level, node in enumerate(merkle.grow(frontier, index, merkle.leaf_hash(data))[::8]):
            tiles[level] = tiles.get(level, b"") + node
    for level, data in tiles.items():
        for start in range(0, len(data), 8192):
            storage.tiles[level, start // 8192] = data[start : start + 8192]
    storage.end = Head(len(rows), tuple(frontier), last)


def test_an_honest_log_verifies_and_says_its_limits(storage: MemoryStorage) -> None:
    """No finding, everything covered, the root is the head's, limits in both languages."""
    verdict = check(storage)

    assert verdict.ok
    assert (verdict.size, verdict.covered) == (SIZE, SIZE)
    assert verdict.root == merkle.root_of(storage.end.frontier)
    assert len(verdict.limits) == 3
    assert all(text.fr and text.en and text.fr != text.en for text in verdict.limits)


def test_what_came_after_the_checkpoint_is_said_to_be_uncovered(storage: MemoryStorage) -> None:
    """An older checkpoint still verifies; it does not speak for later entries."""
    fill(storage, 10)
    verdict = check(storage)

    assert verdict.ok
    assert (verdict.size, verdict.covered) == (SIZE + 10, SIZE)
    assert "10" in verdict.limits[-1].fr
    assert "10" in verdict.limits[-1].en


@pytest.mark.parametrize("index", [0, 1, 255, 256, 511, 767, 768, 999])
def test_a_changed_entry_is_named(storage: MemoryStorage, index: int) -> None:
    """It alone: tiles, head and checkpoint still hold."""
    storage.rows[index] = other(storage.rows[index])

    assert places(check(storage)) == [f"entry {index}"]


@pytest.mark.parametrize("index", [0, 255, 256, 767, 768])
def test_a_deleted_entry_is_named(storage: MemoryStorage, index: int) -> None:
    """A gap."""
    del storage.rows[index]

    assert places(check(storage)) == [f"entry {index}"]


def test_a_deleted_last_entry_is_named(storage: MemoryStorage) -> None:
    """The head's time then fits no entry either, or the one before; the gap comes first."""
    del storage.rows[SIZE - 1]

    assert places(check(storage))[0] == f"entry {SIZE - 1}"


def test_entries_moved_up_are_named_from_the_first(storage: MemoryStorage) -> None:
    """One is taken out or put in, the rest renumbered."""
    rows = list(storage.rows.values())
    storage.rows = dict(enumerate([*rows[:300], *rows[301:]]))
    taken = check(storage)
    storage.rows = dict(enumerate([*rows[:300], rows[5], *rows[300:]]))
    put = check(storage)

    assert places(taken)[0] == places(put)[0] == "entry 300"
    assert len(taken.findings) == FINDINGS_MAX
    assert taken.more == SIZE - 300 - FINDINGS_MAX


def test_swapped_entries_are_both_named(storage: MemoryStorage) -> None:
    """Order is part of what happened."""
    storage.rows[10], storage.rows[700] = storage.rows[700], storage.rows[10]

    assert places(check(storage)) == ["entry 10", "entry 700"]


def test_an_entry_beyond_the_end_is_named(storage: MemoryStorage) -> None:
    """Added without hashes."""
    storage.rows[SIZE] = storage.rows[5]

    assert places(check(storage)) == [f"entry {SIZE}"]


@pytest.mark.parametrize("place", [(0, 0), (0, 2), (0, 3), (1, 0)])
def test_a_flipped_tile_is_named(storage: MemoryStorage, place: tuple[int, int]) -> None:
    """The tile, not the entries that are as they were."""
    data = bytearray(storage.tiles[place])
    data[40] ^= 1
    storage.tiles[place] = bytes(data)

    assert f"tile {place[0]}/{place[1]}" in places(check(storage))
    assert not any(where.startswith(("entry", "head", "check")) for where in places(check(storage)))


@pytest.mark.parametrize("place", [(0, 0), (0, 3), (1, 0)])
@pytest.mark.parametrize("how", ["missing", "cut", "longer"])
def test_a_misshapen_tile_is_named(
    storage: MemoryStorage, place: tuple[int, int], how: str
) -> None:
    """Lost, shorter or longer than the size asks."""
    if how == "missing":
        del storage.tiles[place]
    else:
        data = storage.tiles[place]
        storage.tiles[place] = data[:-32] if how == "cut" else data + bytes(32)

    assert places(check(storage)) == [f"tile {place[0]}/{place[1]}"]


def test_a_tile_too_many_is_named(storage: MemoryStorage) -> None:
    """At any level."""
    storage.tiles[0, 4] = bytes(32)
    storage.tiles[2, 0] = bytes(32)

    assert places(check(storage)) == ["tile 0/4", "tile 2/0"]


def test_an_entry_changed_with_its_tile_is_located(storage: MemoryStorage) -> None:
    """The level above says which tile no longer follows, and the checkpoint fails."""
    storage.rows[300] = other(storage.rows[300])
    tile = bytearray(storage.tiles[0, 1])
    tile[44 * 32 : 45 * 32] = merkle.leaf_hash(storage.rows[300])
    storage.tiles[0, 1] = bytes(tile)
    verdict = check(storage)

    assert places(verdict) == ["tile 1/0", "head", "checkpoint"]
    assert "0/1" in verdict.findings[0].what.en


def test_an_edited_head_is_named(storage: MemoryStorage) -> None:
    """Its hashes and its time."""
    end = storage.end
    storage.end = Head(SIZE, (bytes(32), *end.frontier[1:]), end.last_time)
    hashes = check(storage)
    storage.end = Head(SIZE, end.frontier, "2027-03-05T07:00:00.000000Z")
    time = check(storage)

    assert places(hashes) == places(time) == ["head"]


def test_a_cut_log_is_shorter_than_its_checkpoint(storage: MemoryStorage) -> None:
    """Cut cleanly: every hash is right for the shorter log."""
    rewrite(storage, list(GOOD.rows.values())[:900])
    verdict = check(storage)

    assert places(verdict) == ["checkpoint"]
    assert "1000" in verdict.findings[0].what.en
    assert "900" in verdict.findings[0].what.en
    assert verdict.covered == 0


def test_a_rewrite_without_the_key_fails_at_the_checkpoint(storage: MemoryStorage) -> None:
    """All hashes made anew, the old signature kept."""
    rows = list(storage.rows.values())
    rewrite(storage, [*rows[:400], other(rows[400]), *rows[401:]])

    assert places(check(storage)) == ["checkpoint"]


def test_a_rewrite_with_the_key_shows_against_a_kept_checkpoint(storage: MemoryStorage) -> None:
    """Signed again, it holds by itself, and not beside what was kept before the edited entry's
    later seals; a seal older than the edit still holds.
    """
    old = MemoryStorage()
    fill(old, 200)
    before = make_checkpoint(old, KEY)
    rows = list(storage.rows.values())
    rewrite(storage, [*rows[:400], other(rows[400]), *rows[401:]])
    signed = make_checkpoint(storage, KEY)

    assert check(storage, signed).ok
    assert check(storage, signed, before).ok
    assert places(check(storage, signed, before, NOTE)) == ["earlier checkpoint 2"]


def test_a_bad_signature_is_named(storage: MemoryStorage) -> None:
    """Another key's, an edited one, another log's."""
    for note in (
        make_checkpoint(storage, signer(seed=2)),
        NOTE.replace(b"\n1000\n", b"\n1001\n"),
        make_checkpoint(storage, KEY, "ledger.example/other"),
        b"garbage",
    ):
        verdict = check(storage, note)

        assert places(verdict) == ["checkpoint"]
        assert verdict.covered == 0


def test_time_that_goes_back_is_named() -> None:
    """Even when every hash is right."""
    storage = MemoryStorage()
    fill(storage, 5)
    rows = list(storage.rows.values())
    rows[2] = encode({**decode(rows[2]), "time": "2027-03-05T07:59:59.000000Z"})
    rewrite(storage, rows)

    assert places(check(storage, make_checkpoint(storage, KEY))) == ["entry 2"]


def test_an_entry_that_is_not_ours_is_named_unless_the_log_is_anothers() -> None:
    """A foreign log's entries are bytes; its hashes and seals are checked all the same."""
    storage = MemoryStorage()
    fill(storage, 3)
    rows = [b"a stranger's entry", b"", b"\xff\x00"]
    rewrite(storage, decode_bundle(encode_bundle(rows), 3))
    note = make_checkpoint(storage, KEY)
    foreign = verify(storage, note, [KEY.verifier], ours=False)
    storage.rows[1] = b"x"
    edited = verify(storage, note, [KEY.verifier], ours=False)

    assert foreign.ok
    assert places(edited) == ["entry 1"]
    assert places(check(storage, note))[:3] == ["entry 0", "entry 1", "entry 2"]


def test_the_empty_log_verifies() -> None:
    """And its checkpoint covers nothing."""
    storage = MemoryStorage()
    verdict = check(storage, make_checkpoint(storage, KEY))

    assert verdict.ok
    assert (verdict.size, verdict.root) == (0, merkle.EMPTY_ROOT)


def edit(storage: MemoryStorage, dice: random.Random) -> None:
    """One random edit that changes what is stored."""
    how = dice.choice(["entry", "delete", "insert", "swap", "truncate", "tile", "lose", "rewrite"])
    index = dice.randrange(SIZE)
    rows = list(storage.rows.values())
    place = dice.choice(list(storage.tiles))
    if how == "entry":
        data = bytearray(rows[index])
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        storage.rows[index] = bytes(data)
    elif how == "delete":
        storage.rows = dict(enumerate(rows[:index] + rows[index + 1 :]))
    elif how == "insert":
        storage.rows = dict(enumerate([*rows[:index], rows[index - 1], *rows[index:]]))
    elif how == "swap":
        storage.rows[index], storage.rows[index - 1] = rows[index - 1], rows[index]
    elif how == "truncate":
        rewrite(storage, rows[:index])
    elif how == "tile":
        data = bytearray(storage.tiles[place])
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        storage.tiles[place] = bytes(data)
    elif how == "lose":
        del storage.tiles[place]
    else:
        rewrite(storage, [*rows[:index], other(rows[index]), *rows[index + 1 :]])


class Held:
    """A witness that cosigned `NOTE`."""

    def latest(self, _: str) -> Checkpoint | None:
        return SEAL

    def root_of(self, _: str, size: int) -> bytes | None:
        return SEAL.root if size == SEAL.size else None


def by_witness(storage: MemoryStorage) -> int:
    """What a witness answers to the log of this storage, signed again with the log's own key and
    proven from what the witness holds as well as the storage can."""
    size = storage.end.size
    try:
        proof = prove_consistency(storage, min(SIZE, size), size)
        note = make_checkpoint(storage, KEY)
    except VerificationError:
        return 422  # the storage cannot even prove it
    request = Request(min(SIZE, size), tuple(proof), note)
    try:
        check_growth(request, open_request(request, {KEY.name: [KEY.verifier]}), Held())
    except WitnessRefusalError as err:
        return err.status
    return 200


@pytest.mark.parametrize("seed", range(25))
def test_random_edits(seed: int) -> None:
    """500 edits, twenty a seed: without the log's key; and with it, by a checkpoint that was kept
    elsewhere, or, where the log was rewritten and signed again, by the witness."""
    dice = random.Random(seed)
    for _ in range(20):
        storage = MemoryStorage()
        storage.rows, storage.tiles, storage.end = dict(GOOD.rows), dict(GOOD.tiles), GOOD.end
        edit(storage, dice)

        assert not check(storage).ok
        signed = make_checkpoint(storage, KEY)
        assert not check(storage, signed, NOTE).ok
        if check(storage, signed).ok:  # rewritten whole: nothing here can tell
            assert by_witness(storage) in (409, 422)


def test_the_witness_cosigns_what_was_not_edited() -> None:
    """So that a refusal means something."""
    assert by_witness(GOOD) == 200


def test_what_is_appended_after_an_edit_does_not_hide_it(storage: MemoryStorage) -> None:
    """An edit under a full tile stays visible when the log grows."""
    storage.rows[100] = other(storage.rows[100])
    append(storage, [act(number) for number in range(600)], NOW)

    assert places(check(storage, make_checkpoint(storage, KEY))) == ["entry 100"]
