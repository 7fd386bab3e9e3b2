"""Finding a person in the records: by spellings of a name, birth, documents.

Every version of every record is opened in memory; time grows with the store, memory does not.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from azalai.errors import SealError
from azalai.mapping.icao import to_icao
from azalai.store import Store, record_rows
from azalai.store.record_rows import RecordRow

_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي",
                         "ـ": None})  # fmt: skip
_FOLDS = (("ou", "u"), ("dj", "j"), ("ch", "sh"), ("ph", "f"), ("kh", "h"), ("gh", "g"), ("y", "i"),
          ("q", "k"), ("w", "u"), ("oo", "u"), ("ee", "i"))  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
_WORDS = re.compile(r"[^\W\d_]+")
_BESIDE_NAMES = ("name", "birth_name", "aliases")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is looked for. Personal data. `birth` is as far as it is known: 1985, 1985-12,
    1985-12-31; `request` names what asks for it."""

    names: tuple[str, ...] = ()
    birth: str = ""
    documents: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One person as one version of a record has them: the role, the place in the record, what
    tells them from a homonym, and how they fit (`document`, `name`, `part`, `near`; `birth` or
    `other_birth` where both dates are known)."""

    version: int
    role: str
    path: str
    name: str
    birth: str
    place: str
    documents: tuple[str, ...]
    fits: tuple[str, ...]


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
    """Every record with somebody who may be the one, the closest first."""
    wanted = _Wanted(asked)
    found = []
    for row in store.db.each("records", "all"):
        record = record_rows.row_of(store.keys, row)
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
        fitting = [(path, one, fits) for path, one in every if (fits := wanted.fits(one))]
        if fitting:
            made.others = len(every) - len(fitting)
        made.seen += [_seen(number, content, path, one, fits) for path, one, fits in fitting]
    return made


def persons(content: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everybody in a record, with the place: whoever has a name."""
    if isinstance(content, dict):
        if isinstance(content.get("name"), dict) and "original" in content["name"]:
            yield path, content
        for key, inner in content.items():
            yield from persons(inner, f"{path}.{key}" if path else key)
    elif isinstance(content, list):
        for at, inner in enumerate(content):
            yield from persons(inner, f"{path}[{at}]")


def _seen(
    number: int, content: Mapping[str, Any], path: str, one: Mapping[str, Any],
    fits: tuple[str, ...],
) -> Seen:  # fmt: skip
    birth = one.get("birth") or {}
    role = one.get("role") or (content.get("person_status") if path == "person" else None) or path
    return Seen(number, str(role), path, one["name"]["original"],
                (birth.get("date") or {}).get("value", ""), birth.get("place", ""),
                tuple(_documents(one)), fits)  # fmt: skip


def _documents(one: Mapping[str, Any]) -> list[str]:
    return [
        d["number"] for d in one.get("documents", ()) if isinstance(d, dict) and d.get("number")
    ]


def _names(one: Mapping[str, Any]) -> Iterator[str]:
    for key in _BESIDE_NAMES:
        value = one.get(key)
        if isinstance(value, dict):
            yield from (value[part] for part in ("original", "latin") if value.get(part))
        elif isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (alias for alias in value if isinstance(alias, str))


class _Wanted:
    """Who is asked for, in every spelling that is compared."""

    def __init__(self, asked: Asked) -> None:
        self.words = [found for name in asked.names if (found := words(name))]
        self.near = [found for name in asked.names if (found := skeleton(name))]
        self.birth = asked.birth
        self.documents = {number_of(one) for one in asked.documents} - {""}

    def fits(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        """How a person fits; empty: not at all."""
        how = ""
        if self.documents & {number_of(number) for number in _documents(one)}:
            how = "document"
        elif named := [close for name in _names(one) if (close := self._close(name))]:
            how = min(named, key=_CLOSE.index)
        if not how:
            return ()
        known = ((one.get("birth") or {}).get("date") or {}).get("value", "")
        if not self.birth or not known:
            return (how,)
        same = known.startswith(self.birth) or self.birth.startswith(known)
        return (how, "birth" if same else "other_birth")

    def _close(self, name: str) -> str:
        here, bones = words(name), skeleton(name)
        if any(here == mine for mine in self.words):
            return "name"
        if any(mine <= here or (here <= mine and len(here) > 1) for mine in self.words):
            return "part"
        if any(mine <= bones or (bones <= mine and len(bones) > 1) for mine in self.near if mine):
            return "near"
        return ""


_CLOSE = ("document", "name", "part", "near")


def _distance(seen: Seen) -> tuple[int, int]:
    return (_CLOSE.index(seen.fits[0]), "birth" not in seen.fits)


def words(name: str) -> frozenset[str]:
    """A name's words: without case, accents, hyphens and order; Arabic letters in one form."""
    plain = unicodedata.normalize("NFKD", name).translate(_ARABIC).casefold()
    bare = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return frozenset(_WORDS.findall(bare))


def skeleton(name: str) -> frozenset[str]:
    """A name's consonants as Latin letters, spellings of one sound made equal: what is written in
    another way, or in the other script, may meet here."""
    made = set()
    for word in words(name):
        latin = word if word.isascii() else to_icao(word)[0].casefold().replace("x", "")
        for spelt, said in _FOLDS:
            latin = latin.replace(spelt, said)
        bones = _TWICE.sub(r"\1", "".join(mark for mark in latin if mark not in "aeiouh "))
        if len(bones) > 1:
            made.add(bones)
    return frozenset(made)


def number_of(text: str) -> str:
    """A document's number without spaces, signs and case."""
    return "".join(mark for mark in text.casefold() if mark.isalnum())
