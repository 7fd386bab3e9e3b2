"""Finding a person in the records: by name in several spellings, birth date, document number.

Keyed hashes say which records may be meant; only these are opened. It proposes, with what agrees and
what differs: who is who, a person says.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from azalai.errors import SealError
from azalai.records.labels import Labels
from azalai.records.name_words import alike as alike_words
from azalai.records.name_words import marks, telling, words
from azalai.records.persons_in import born, documents, names, number_of, persons, years
from azalai.store import Store, person_rows, record_rows
from azalai.store.marking import mark_all
from azalai.store.record_rows import RecordRow

SPELLINGS = Labels(
    "Orthographes essayées : casse, accents, traits d'union, apostrophes, ordre des mots et particules"
    " (ould, ag, ben, el…) indifférents ; ou/u, dj/j, ch/sh, lettres doubles et voyelles confondues ;"
    " une table de noms du Sahel (Mohamed, Mahamat, Mamadou…) ; écriture arabe et latine rapprochées"
    " par les consonnes ; naissance entière, année seule, jour et mois intervertis. Un surnom ou un"
    " autre nom qui n'est pas dans la fiche ne se trouve pas.",
    "Spellings tried: whatever the case, accents, hyphens, apostrophes, order of words and particles"
    " (ould, ag, ben, el…); ou/u, dj/j, ch/sh, double letters and vowels taken as one; a table of"
    " Sahel names (Mohamed, Mahamat, Mamadou…); Arabic and Latin script compared by consonants; the"
    " birth date whole, the year alone, day and month swapped. A nickname or another name that is"
    " not in the record is not found.",
    "الصيغ المجربة: دون اعتبار لحالة الأحرف والعلامات والفواصل وترتيب الكلمات وأدوات النسب (ولد، أغ،"
    " بن، ال…)؛ مع التسوية بين ou/u وdj/j وch/sh والأحرف المضعفة والحركات؛ وجدول بأسماء الساحل (محمد،"
    " Mahamat، Mamadou…)؛ ومقارنة العربية باللاتينية بالحروف الصامتة؛ وتاريخ الميلاد كاملا، أو السنة"
    " وحدها، أو بقلب اليوم والشهر. ولا يعثر على لقب أو اسم آخر غير وارد في البطاقة.",
)  # fmt: skip
"""What is tried, and what is not: said where nothing was found too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is looked for. Personal data. `birth` is as far as it is known: 1985, 1985-12,
    1985-12-31; `request` names what asks for it."""

    names: tuple[str, ...] = ()
    birth: str = ""
    documents: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two names, word by word: which pairs are alike (one spelt as the other, or otherwise), which
    words stand in one of them only. `close`: `name`, `part`, `near`, `some`; "" for not at all."""

    close: str
    alike: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One person as one version of a record has them: the role, the place in the record, what
    tells them from a homonym, and how they fit (`document`, `name`, `part`, `near`, `some`; then
    `birth`, `birth_swapped`, `birth_year` or `other_birth` where both dates are known)."""

    version: int
    role: str
    path: str
    name: str
    birth: str
    place: str
    documents: tuple[str, ...]
    fits: tuple[str, ...]
    compared: Compared = Compared("")


@dataclass(slots=True)
class Candidate:
    """A record in which somebody fits; `others` counts the other persons of its last version."""

    record: RecordRow
    seen: list[Seen] = field(default_factory=list)
    others: int = 0

    @property
    def best(self) -> Seen:
        """The last version's, in which they fit."""
        return self.seen[-1]


def candidates(store: Store, asked: Asked) -> list[Candidate]:
    """Every record with somebody who may be the one, the closest first. What was not looked through
    for persons yet is looked through first."""
    mark_all(store)
    wanted = _Wanted(asked)
    may_be = [record for record, found in person_rows.carrying(store.db, store.keys, wanted.marks)
              if wanted.may_be(found)]  # fmt: skip
    found = []
    for record in record_rows.by_ids(store.db, store.keys, may_be).values():
        made = _in_record(store, record, wanted)
        if made.seen:
            found.append(made)
    return sorted(found, key=lambda one: (_distance(one.best), one.record.pseudonym))


def _in_record(store: Store, record: RecordRow, wanted: "_Wanted") -> Candidate:
    made = Candidate(record)
    for number, *_ in store.db.rows("records", "versions", record=record.id):
        version = record_rows.version(store.db, record, number)
        try:
            content = {} if version is None else record_rows.payload(record, version)
        except SealError:
            continue
        every = list(persons(content))
        seen = [
            one for path, person in every if (one := wanted.seen(number, content, path, person))
        ]
        if seen:
            made.others = len(every) - len(seen)
        made.seen += seen
    return made


def compare(
    asked: str, name: str, *, same_year: bool = False, same_birth: bool = False
) -> Compared:
    """Two names. `some`: not all words of either are alike, but some are and the birth agrees (two
    with the year, one with the day)."""
    mine, here = telling(asked), telling(name)
    alike = tuple((one, other) for one in sorted(mine) for other in sorted(here)
                  if alike_words(one, other))  # fmt: skip
    missing = tuple(sorted(mine - {one for one, _ in alike}))
    beyond = tuple(sorted(here - {other for _, other in alike}))
    same = {one for one, other in alike if one == other}
    close = ""
    if words(asked) == words(name) and mine:
        close = "name"
    elif (mine and mine <= same) or (here <= same and len(here) > 1):
        close = "part"
    elif alike and (not missing or (not beyond and len(here) > 1)):
        close = "near"
    elif alike and (same_birth or (same_year and len(mine) - len(missing) > 1)):
        close = "some"
    return Compared(close, alike, missing, beyond)


def birth_fits(asked: str, date: Mapping[str, Any]) -> str:
    """What a birth date that is asked for and a record's have in common: `birth` as far as both are
    known, `birth_swapped` day for month, `birth_year`, `other_birth`; "" where one is not known."""
    known = date.get("value", "")
    if not asked or not known:
        return ""
    if known.startswith(asked) or asked.startswith(known):
        return "birth"
    if len(asked) == len(known) == 10 and asked == f"{known[:4]}-{known[8:]}-{known[5:7]}":
        return "birth_swapped"
    return "birth_year" if int(asked[:4]) in years(date) else "other_birth"


class _Wanted:
    """Who is asked for, and what they are found by."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._words = [[marks(word) for word in telling(name)] for name in asked.names]
        self._documents = {number_of(one) for one in asked.documents} - {""}
        self._born = frozenset({f"y{asked.birth[:4]}"} if asked.birth else ())
        self._held = frozenset(f"d{number}" for number in self._documents)
        self.marks = self._born | self._held
        self.marks |= {mark for name in self._words for word in name for mark in word}

    def may_be(self, found: Collection[str]) -> bool:
        """Whether a record that carries these marks is opened: all words of a name, two of them, or
        one and the year of birth; a document."""
        carried = frozenset(found)
        if carried & self._held:
            return True
        for name in self._words:
            here = sum(bool(word & carried) for word in name)
            if here and (here == len(name) or here > 1 or carried & self._born):
                return True
        return False

    def seen(
        self, version: int, content: Mapping[str, Any], path: str, one: Mapping[str, Any]
    ) -> Seen | None:
        """A person as they fit, or None."""
        date = born(one)
        fit = birth_fits(self._asked.birth, date)
        close = self._closest(one, fit)
        held = tuple(documents(one))
        how = close.close
        if self._documents & {number_of(number) for number in held}:
            how = "document"
        if not how:
            return None
        status = content.get("person_status") if path == "person" else None
        return Seen(version, str(one.get("role") or status or path), path, one["name"]["original"],
                    date.get("value", ""), (one.get("birth") or {}).get("place", ""), held,
                    (how, fit) if fit else (how,), close)  # fmt: skip

    def _closest(self, one: Mapping[str, Any], fit: str) -> Compared:
        year, day = fit in _SAME_YEAR, fit == "birth" and len(self._asked.birth) == 10
        every = [compare(mine, name, same_year=year, same_birth=day)
                 for mine in self._asked.names for name in names(one)]  # fmt: skip
        every = [made for made in every if made.close]
        return min(every, key=lambda made: _CLOSE.index(made.close), default=Compared(""))


_CLOSE = ("document", "name", "part", "near", "some")
_BIRTH = ("birth", "birth_swapped", "birth_year", "", "other_birth")
_SAME_YEAR = frozenset({"birth", "birth_swapped", "birth_year"})


def _distance(seen: Seen) -> tuple[int, int]:
    return (_CLOSE.index(seen.fits[0]), _BIRTH.index(seen.fits[1] if len(seen.fits) > 1 else ""))
