"""Merkle: roots and proofs as RFC 6962 defines them; a wrong proof never verifies."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import VerificationError
from azalai.ledger import merkle

LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(600)]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive_root(leaves[:k])]


def read(level: int, index: int) -> bytes:
    return naive_root(LEAVES[index << level : (index + 1) << level])


def test_empty_root_and_first_leaf_are_the_published_values() -> None:
    """The two constants that every RFC 6962 implementation shares."""
    assert merkle.root_of([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert merkle.leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


def test_frontier_grows_to_the_naive_root() -> None:
    """After every append the frontier has one hash a set bit and the RFC's root."""
    frontier: list[bytes] = []
    for size, leaf in enumerate(LEAVES[:300]):
        completed = merkle.grow(frontier, size, leaf)

        assert completed[0] == leaf
        assert completed[-1] == frontier[-1]
        assert len(frontier) == (size + 1).bit_count()
        assert merkle.root_of(frontier) == naive_root(LEAVES[: size + 1])


@given(st.integers(0, 700), st.integers(0, 700))
def test_many_leaves_at_once_are_as_one_by_one(size: int, more: int) -> None:
    """The same frontier, and the same nodes completed at each level, in their order."""
    leaves = [merkle.leaf_hash(str(index).encode()) for index in range(size + more)]
    slow: list[bytes] = []
    for index in range(size):
        merkle.grow(slow, index, leaves[index])
    quick = list(slow)
    levels: list[list[bytes]] = []
    for index in range(size, size + more):
        for level, node in enumerate(merkle.grow(slow, index, leaves[index])):
            levels[level:level] = [[]] if level == len(levels) else []
            levels[level].append(node)

    assert merkle.extend(quick, size, leaves[size:]) == levels
    assert quick == slow


@given(st.integers(1, 600).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_inclusion(case: tuple[int, int]) -> None:
    """The proof is RFC 9162's PATH, and verifies."""
    size, index = case
    proof = merkle.inclusion_proof(read, index, size)

    assert proof == naive_path(index, LEAVES[:size])
    merkle.verify_inclusion(LEAVES[index], index, size, proof, naive_root(LEAVES[:size]))


@given(st.integers(1, 600).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_consistency(case: tuple[int, int]) -> None:
    """The proof is RFC 9162's PROOF, and verifies."""
    first, second = case
    proof = merkle.consistency_proof(read, first, second)

    assert proof == (naive_subproof(first, LEAVES[:second], True) if first else [])
    merkle.verify_consistency(
        first, second, proof, naive_root(LEAVES[:first]), naive_root(LEAVES[:second])
    )


def spoil(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    """One flip, drop, addition or swap; always another proof."""
    how = data.draw(st.sampled_from(["flip", "drop", "add", "short", "swap"] if proof else ["add"]))
    place = data.draw(st.integers(0, max(0, len(proof) - 1)))
    spoilt = list(proof)
    if how == "flip":
        bit = data.draw(st.integers(0, 255))
        node = bytearray(spoilt[place])
        node[bit // 8] ^= 1 << bit % 8
        spoilt[place] = bytes(node)
    elif how == "drop":
        del spoilt[place]
    elif how == "add":
        spoilt.insert(place, data.draw(st.binary(min_size=32, max_size=32)))
    elif how == "short":
        spoilt[place] = spoilt[place][:-1]
    else:
        spoilt[place] = hashlib.sha256(spoilt[place]).digest()
    return spoilt


@given(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))), st.data()
)
def test_hostile_inclusion(case: tuple[int, int], data: st.DataObject) -> None:
    """A spoilt inclusion proof, another index or another leaf is refused."""
    size, index = case
    root = naive_root(LEAVES[:size])
    proof = merkle.inclusion_proof(read, index, size)

    with pytest.raises(VerificationError):
        merkle.verify_inclusion(LEAVES[index], index, size, spoil(proof, data), root)
    with pytest.raises(VerificationError):
        merkle.verify_inclusion(LEAVES[size], index, size, proof, root)
    for other in {(index + 1) % size, size - 1} - {index}:
        with pytest.raises(VerificationError):
            merkle.verify_inclusion(LEAVES[index], other, size, proof, root)
    for wrong in (-1, size, size + 1):
        with pytest.raises(VerificationError):
            merkle.verify_inclusion(LEAVES[index], wrong, size, proof, root)


@given(
    st.integers(2, 300).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))), st.data()
)
def test_hostile_consistency(case: tuple[int, int], data: st.DataObject) -> None:
    """A spoilt consistency proof, or the true one for another root, is refused."""
    first, second = case
    old, new = naive_root(LEAVES[:first]), naive_root(LEAVES[:second])
    proof = merkle.consistency_proof(read, first, second)

    with pytest.raises(VerificationError):
        merkle.verify_consistency(first, second, spoil(proof, data), old, new)
    with pytest.raises(VerificationError):
        merkle.verify_consistency(first, second, proof, LEAVES[-1], new)
    with pytest.raises(VerificationError):
        merkle.verify_consistency(first, second, proof, old, LEAVES[-1])
    with pytest.raises(VerificationError):
        merkle.verify_consistency(second, first, proof, new, old)


def test_a_proof_for_another_size_is_refused() -> None:
    """A true proof and root of 4 leaves do not pass for a tree of 8 or of 2."""
    root = naive_root(LEAVES[:4])
    proof = merkle.inclusion_proof(read, 1, 4)
    merkle.verify_inclusion(LEAVES[1], 1, 4, proof, root)

    for size, match in ((8, "too short"), (2, "too long")):
        with pytest.raises(VerificationError, match=match):
            merkle.verify_inclusion(LEAVES[1], 1, size, proof, root)


def test_trivial_consistency() -> None:
    """Empty and equal trees need an empty proof and the right roots."""
    root, empty = naive_root(LEAVES[:5]), merkle.EMPTY_ROOT
    merkle.verify_consistency(5, 5, [], root, root)
    merkle.verify_consistency(0, 5, [], empty, root)

    for first, proof, old in ((5, [root], root), (5, [], empty), (0, [root], empty), (0, [], root)):
        with pytest.raises(VerificationError):
            merkle.verify_consistency(first, 5, proof, old, root)


def test_no_proof_outside_the_tree() -> None:
    """Asking for what is not there is the caller's mistake."""
    for index, size in ((0, 0), (-1, 5), (5, 5)):
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion_proof(read, index, size)
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency_proof(read, 6, 5)
