"""Recompute the whole ledger from its entries and name what does not verify."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from azalai.documents import Text
from azalai.errors import LedgerEntryError, VerificationError
from azalai.ledger import merkle
from azalai.ledger.checkpoint import Checkpoint, open_checkpoint
from azalai.ledger.entries import PRUNED, Entry, decode, decode_many
from azalai.ledger.note import Verifier
from azalai.ledger.storage import Head, LedgerStorage
from azalai.ledger.tiles import HEIGHT, WIDTH, count_at
from azalai.ledger.verdict import Findings, Verdict, limits

_HASH = merkle.HASH_SIZE


def verify(
    storage: LedgerStorage,
    note: bytes,
    verifiers: Sequence[Verifier],
    *,
    origin: str | None = None,
    earlier: Sequence[bytes] = (),
    ours: bool = True,
) -> Verdict:
    """Check entries, leaf hashes, every byte of every tile, frontier, root and signatures.

    `note` is the signed checkpoint to check against. `earlier` are others that were kept apart (by
    an auditor, a partner, `state/checkpoint`): a rewrite signed again with the log's own key shows
    there only. `ours` = False leaves out what only Azalai's entries promise (their JSON, types,
    and times that never go back), for another's log.

    Reads once, 256 entries at a time: memory does not grow with the log. The storage must show one
    state throughout (a read transaction). Nothing is raised for what is wrong: it is in the
    verdict. Where entry and tile disagree, the one that the hash above contradicts is named.
    """
    head = storage.head()
    findings = Findings()
    checkpoints = _open_all([note, *earlier], verifiers, origin, findings)
    walk = _Walk(storage, head, findings, {seen.size for seen in checkpoints if seen}, ours=ours)
    walk.run()
    _check_ends(storage, head, walk, findings)
    said = _check_pruned(walk, findings)
    hold = [
        seen is not None and _check_checkpoint(_name(place), seen, head.size, walk.roots, findings)
        for place, seen in enumerate(checkpoints)
    ]
    covered = checkpoints[0].size if checkpoints[0] is not None and hold[0] else 0
    return Verdict(
        head.size,
        covered,
        merkle.root_of(walk.frontier),
        tuple(findings.kept),
        findings.more,
        (*limits(head.size, covered), *said),
    )


class _Walk:
    """One pass over the entries, carrying the frontier and the tile in progress at each level."""

    def __init__(
        self,
        storage: LedgerStorage,
        head: Head,
        findings: Findings,
        sizes: set[int],
        *,
        ours: bool,
    ) -> None:
        self.storage = storage
        self.head = head
        self.findings = findings
        self.ours = ours
        self.sizes = sizes
        self.frontier: list[bytes] = []
        self.roots = {0: merkle.EMPTY_ROOT}
        self.upper: dict[int, list[bytes]] = {}
        self.time = ""
        self.pruned = 0
        self.prunings: dict[object, Entry] = {}

    def run(self) -> None:
        """Read everything, then compare the partial tiles of the upper levels."""
        size = self.head.size
        for first in range(0, size, WIDTH):
            self._chunk(first, min(first + WIDTH, size))
        for level, hashes in sorted(self.upper.items()):
            if hashes:
                self._compare_upper(level, (count_at(size, level) - 1) // WIDTH, hashes)

    def _chunk(self, first: int, last: int) -> None:
        """Entries [first, last): one tile of level 0."""
        kept = self._kept(first, last)
        if kept is None:
            kept = self._settle(first // WIDTH, first, self._leaves(first, last))
        for start, end in pairwise([first, *self._sizes_within(first, last), last]):
            completed = merkle.extend(self.frontier, start, kept[start - first : end - first])
            for level, nodes in enumerate(completed[::HEIGHT]):
                for node in nodes if level else ():
                    self._add_upper(level, end - 1, node)
            if end in self.sizes:
                self.roots[end] = merkle.root_of(self.frontier)

    def _sizes_within(self, first: int, last: int) -> list[int]:
        """The sizes whose roots are wanted, inside one chunk."""
        return sorted(size for size in self.sizes if first < size < last)

    def _kept(self, first: int, last: int) -> list[bytes] | None:
        """The hashes of a full tile at the log's beginning whose entries are gone, or None."""
        if first != self.pruned or last - first < WIDTH or self.head.size == WIDTH:
            return None
        stored = self.storage.tile(0, first // WIDTH)
        if stored is None or len(stored) != WIDTH * _HASH:
            return None
        if next(iter(self.storage.entries(first, last)), None) is not None:
            return None
        self.pruned = last
        return list(_hashes(stored))

    def _leaves(self, first: int, last: int) -> Sequence[bytes | None]:
        """The leaf hash of each entry, None where it is missing."""
        found = list(self.storage.entries(first, last))
        if self.ours:
            self._check_entries(found)
        hashes = merkle.leaf_hashes([data for _, data in found])
        if [index for index, _ in found] == list(range(first, last)):
            return hashes
        leaves: list[bytes | None] = [None] * (last - first)
        for (index, _), leaf in zip(found, hashes, strict=True):
            leaves[index - first] = leaf
        for index, known in enumerate(leaves, first):
            if known is None:
                self.findings.add(f"entry {index}", "elle manque", "it is missing")
        return leaves

    def _check_entries(self, found: Sequence[tuple[int, bytes]]) -> None:
        """Their form, and that their times never go back: all at once where nothing is unusual."""
        many = decode_many([data for _, data in found])
        times = [self.time, *(one["time"] for one in many or ())]
        if many is None or times != sorted(times):
            for index, data in found:
                self._check_entry(index, data)
            return
        self.time = times[-1]
        self.prunings |= {one.get("until"): one for one in many if one.get("act") == PRUNED}

    def _check_entry(self, index: int, data: bytes) -> None:
        try:
            made = decode(data)
        except LedgerEntryError as err:
            self.findings.add(f"entry {index}", f"illisible : {err.reason}", f"unfit: {err.reason}")
            return
        time = str(made["time"])
        if made.get("act") == PRUNED:
            self.prunings[made.get("until")] = made
        if time < self.time:
            self.findings.add(
                f"entry {index}",
                "son heure précède celle de l'inscription d'avant",
                "its time is before the previous entry's",
            )
        self.time = time

    def _settle(self, number: int, first: int, leaves: Sequence[bytes | None]) -> list[bytes]:
        """Compare with the stored tile; the hashes to go on with, one a leaf."""
        stored = self.storage.tile(0, number)
        if stored is None or len(stored) != len(leaves) * _HASH:
            _report_shape(self.findings, f"tile 0/{number}", stored, len(leaves))
            return [leaf or bytes(_HASH) for leaf in leaves]
        if b"".join(leaf or b"" for leaf in leaves) == stored:
            return [leaf for leaf in leaves if leaf is not None]
        kept = list(_hashes(stored))
        wrong = [place for place, leaf in enumerate(leaves) if leaf != kept[place]]
        if not wrong:
            return kept
        computed = [leaf or bytes(_HASH) for leaf in leaves]
        missing = all(leaves[place] is None for place in wrong)
        if self._vouched(number, kept) or (missing and not self._vouched(number, computed)):
            self._blame_entries(first, wrong, leaves)
            return kept
        self.findings.add(
            f"tile 0/{number}",
            f"ne suit pas de l'inscription {first + wrong[0]}",
            f"does not follow from entry {first + wrong[0]}",
        )
        if not self._vouched(number, computed):
            self._blame_entries(first, wrong, leaves)
        return computed

    def _vouched(self, number: int, hashes: Sequence[bytes]) -> bool:
        """Whether the level above (for a partial tile: the head) has these hashes' own root."""
        tail: list[bytes] = []
        for index, leaf in enumerate(hashes):
            merkle.grow(tail, index, leaf)
        if len(hashes) < WIDTH:
            return tuple(tail) == self.head.frontier[-len(tail) :]
        above = self.storage.tile(1, number // WIDTH) or b""
        start = number % WIDTH * _HASH
        return above[start : start + _HASH] == tail[0]

    def _blame_entries(
        self, first: int, places: Sequence[int], leaves: Sequence[bytes | None]
    ) -> None:
        for place in places:
            if leaves[place] is not None:
                self.findings.add(
                    f"entry {first + place}",
                    "elle n'est plus celle qui a été inscrite",
                    "it is no longer what was entered",
                )

    def _add_upper(self, level: int, index: int, node: bytes) -> None:
        hashes = self.upper.setdefault(level, [])
        hashes.append(node)
        if len(hashes) == WIDTH:
            self._compare_upper(level, index >> HEIGHT * (level + 1), hashes)
            hashes.clear()

    def _compare_upper(self, level: int, number: int, hashes: Sequence[bytes]) -> None:
        where = f"tile {level}/{number}"
        stored = self.storage.tile(level, number)
        if stored is None or len(stored) != len(hashes) * _HASH:
            _report_shape(self.findings, where, stored, len(hashes))
            return
        for place, (kept, node) in enumerate(zip(_hashes(stored), hashes, strict=True)):
            if kept != node:
                below = f"{level - 1}/{number * WIDTH + place}"
                self.findings.add(
                    where,
                    f"ne suit pas de la tuile {below} et de ses inscriptions",
                    f"does not follow from tile {below} and its entries",
                )


def _open_all(
    notes: Sequence[bytes], verifiers: Sequence[Verifier], origin: str | None, findings: Findings
) -> list[Checkpoint | None]:
    opened: list[Checkpoint | None] = []
    for place, note in enumerate(notes):
        try:
            opened.append(open_checkpoint(note, verifiers, origin))
        except VerificationError as err:
            findings.add(_name(place), f"le scellé n'est pas valable : {err}", f"not valid: {err}")
            opened.append(None)
    return opened


def _check_pruned(walk: _Walk, findings: Findings) -> tuple[Text, ...]:
    """Entries that are gone went by an act of the log, after the time that it gives; what is then
    no longer proven."""
    if not walk.pruned:
        return ()
    act = walk.prunings.get(walk.pruned)
    if act is None:
        findings.add(
            "entry 0",
            f"les {walk.pruned} premières manquent, et aucun acte ne le dit",
            f"the first {walk.pruned} are missing, and no act says so",
        )
        return ()
    if not str(act.get("last_time")) < str(act.get("before")) <= str(act["time"]):
        findings.add("entry 0", "retirée avant le temps que l'acte donne",
                     "pruned before the time that its act gives")  # fmt: skip
    return (
        Text(
            fr=f"Les {walk.pruned} premières inscriptions ont été retirées le {act['time'][:10]}"
            f" selon {act.get('policy')} : leurs empreintes restent, ce qu'elles disaient non.",
            en=f"The first {walk.pruned} entries were pruned on {act['time'][:10]} by"
            f" {act.get('policy')}: their hashes stay, what they said does not.",
        ),
    )


def _check_ends(storage: LedgerStorage, head: Head, walk: _Walk, findings: Findings) -> None:
    """The head, and that nothing stands after it."""
    if tuple(walk.frontier) != head.frontier:
        findings.add("head", "ne suit pas des inscriptions", "does not follow from the entries")
    if walk.ours and head.size and head.last_time != walk.time:
        findings.add(
            "head",
            "n'a pas l'heure de la dernière inscription",
            "does not have the last entry's time",
        )
    for index, _ in storage.entries(head.size, head.size + WIDTH):
        findings.add(f"entry {index}", "après la fin du registre", "after the ledger's end")
        break
    for level in range(head.size.bit_length() // HEIGHT + 2):
        number = -(-count_at(head.size, level) // WIDTH)
        if storage.tile(level, number) is not None:
            where = f"tile {level}/{number}"
            findings.add(where, "après la fin du registre", "after the ledger's end")


def _check_checkpoint(
    where: str, seen: Checkpoint, size: int, roots: dict[int, bytes], findings: Findings
) -> bool:
    """Whether the log holds what the checkpoint sealed."""
    if seen.size > size:
        findings.add(
            where,
            f"le scellé compte {seen.size} inscriptions, le registre {size} : il a été raccourci",
            f"it has {seen.size} entries, the ledger {size}: the ledger was cut",
        )
    elif roots[seen.size] != seen.root:
        findings.add(
            where,
            f"les {seen.size} premières inscriptions ne sont pas celles qui ont été scellées",
            f"the first {seen.size} entries are not those that were sealed",
        )
    else:
        return True
    return False


def _report_shape(findings: Findings, where: str, stored: bytes | None, width: int) -> None:
    if stored is None:
        findings.add(where, "elle manque", "it is missing")
    else:
        findings.add(
            where,
            f"elle a {len(stored)} octets au lieu de {width * _HASH}",
            f"it has {len(stored)} bytes instead of {width * _HASH}",
        )


def _hashes(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _HASH):
        yield data[start : start + _HASH]


def _name(place: int) -> str:
    return f"earlier checkpoint {place}" if place else "checkpoint"
