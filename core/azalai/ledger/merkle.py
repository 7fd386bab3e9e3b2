"""RFC 6962 hashing: frontier, inclusion and consistency proofs; pure functions.

A *node* is named (level, index): the hash over the 2**level leaves that begin at
index * 2**level. Proofs read nodes through a function, so a log of millions of entries is never
loaded; only whole nodes (all their leaves exist) are ever asked for.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from hmac import compare_digest

from azalai.errors import VerificationError

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

HashReader = Callable[[int, int], bytes]
"""Gives the hash of the whole node (level, index)."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00, data): RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01, left, right): RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(frontier: list[bytes], size: int, leaf: bytes) -> list[bytes]:
    """Append one leaf hash to a frontier, in place; the nodes it completed, level 0 upwards.

    A frontier is the compact range of a tree of `size` leaves: one hash for each bit set in
    `size`, the biggest node first. The list given back begins with the leaf itself.
    """
    completed = [leaf]
    node = leaf
    while size & 1:
        node = node_hash(frontier.pop(), node)
        completed.append(node)
        size >>= 1
    frontier.append(node)
    return completed


def extend(frontier: list[bytes], size: int, leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Append many leaf hashes to a frontier, in place, as `grow` does one by one.

    Gives back the nodes that they completed, a list for each level; the first are the leaves.
    """
    sha = hashlib.sha256
    open_levels = [level for level in range(size.bit_length()) if size >> level & 1]
    waiting = dict(zip(open_levels, reversed(frontier), strict=True))
    completed: list[list[bytes]] = []
    nodes = list(leaves)
    while nodes:
        level = len(completed)
        completed.append(nodes)
        left = waiting.pop(level, None)
        row = nodes if left is None else [left, *nodes]
        if len(row) & 1:
            waiting[level] = row[-1]
        pairs = iter(row)
        nodes = [sha(b"\x01" + one + two).digest() for one, two in zip(pairs, pairs, strict=False)]
    frontier[:] = [waiting[level] for level in sorted(waiting, reverse=True)]
    return completed


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    """`leaf_hash` of each."""
    sha = hashlib.sha256
    return [sha(b"\x00" + data).digest() for data in entries]


def root_of(frontier: Sequence[bytes]) -> bytes:
    """The root of the tree with this frontier; `EMPTY_ROOT` for none."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(left, root)
    return root


def nodes_of(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The whole nodes (level, index) that make up leaves [start, end), from left to right.

    `start` must be a multiple of the largest power of two in end - start, as it is for every
    subtree of RFC 6962.
    """
    for level in reversed(range((end - start).bit_length())):
        if (end - start) >> level & 1:
            yield level, start >> level
            start += 1 << level


def frontier_at(read: HashReader, size: int) -> list[bytes]:
    """The frontier of the first `size` leaves."""
    return [read(level, index) for level, index in nodes_of(0, size)]


def root_at(read: HashReader, size: int) -> bytes:
    """MTH(D[0:size]): the root that the log had when it held `size` leaves."""
    return root_of(frontier_at(read, size))


def inclusion_proof(read: HashReader, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]), RFC 9162 section 2.1.3.1. ValueError unless 0 <= index < size."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(read, middle, end))
            end = middle
        else:
            path.append(_subtree(read, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(read: HashReader, first: int, second: int) -> list[bytes]:
    """PROOF(first, D[second]), RFC 9162 section 2.1.4.1; empty for first 0 or first = second.

    ValueError unless 0 <= first <= second.
    """
    if not 0 <= first <= second:
        raise ValueError(f"no proof from {first} to {second} leaves")
    if first in (0, second):
        return []
    start, end = 0, second
    path = []
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_subtree(read, middle, end))
            end = middle
        else:
            path.append(_subtree(read, start, middle))
            start = middle
    if start:
        path.append(_subtree(read, start, end))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """RFC 9162 section 2.1.3.2: `leaf` stands at `index` under `root`, or VerificationError."""
    if not 0 <= index < size:
        raise _refused(f"no leaf {index} in a tree of {size}")
    _check_hashes([leaf, root, *proof])
    here, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _refused("the proof is too long")
        if here & 1 or here == last:
            node = node_hash(sibling, node)
            here, last = _climb(here, last)
        else:
            node = node_hash(node, sibling)
        here, last = here >> 1, last >> 1
    if last != 0:
        raise _refused("the proof is too short")
    if not compare_digest(node, root):
        raise _refused("the proof leads to another root")


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """RFC 9162 section 2.1.4.2: the second tree extends the first, or VerificationError.

    The empty tree is a prefix of every tree and needs an empty proof, and so do equal sizes.
    """
    if not 0 <= first <= second:
        raise _refused(f"no proof from {first} to {second} leaves")
    _check_hashes([first_root, second_root, *proof])
    if first in (0, second):
        _verify_trivial(first, second, proof, first_root, second_root)
        return
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        raise _refused("the proof is too short")
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            raise _refused("the proof is too long")
        if here & 1 or here == last:
            old, new = node_hash(node, old), node_hash(node, new)
            here, last = _climb(here, last)
        else:
            new = node_hash(new, node)
        here, last = here >> 1, last >> 1
    if last != 0:
        raise _refused("the proof is too short")
    if not (compare_digest(old, first_root) and compare_digest(new, second_root)):
        raise _refused("the proof leads to another root")


def _verify_trivial(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    if proof:
        raise _refused("the proof is too long")
    if first == 0 and first_root != EMPTY_ROOT:
        raise _refused("the empty tree has another root")
    if first == second and first_root != second_root:
        raise _refused(f"two roots for {first} leaves")


def _climb(here: int, last: int) -> tuple[int, int]:
    """Go up past the levels where the node is its parent's only child."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _subtree(read: HashReader, start: int, end: int) -> bytes:
    return root_of([read(level, index) for level, index in nodes_of(start, end)])


def _split(width: int) -> int:
    """The largest power of two smaller than `width` (RFC 6962's k)."""
    return 1 << (width - 1).bit_length() - 1


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise _refused("a hash is not 32 bytes long")


def _refused(message: str) -> VerificationError:
    return VerificationError(message, where="proof")
