"""Collecting what is wrong in an agreement: every mistake, with its place and remedy."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from azalai.documents import NOTHING, Document, Map, Node, Place, Problem, Scalar, Text
from azalai.documents import Sequence as YamlList

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\Z", re.ASCII)
_SHOWN = 30  # a list longer than this is not read; its nearest entry is


class Mistakes:
    """The mistakes of one document (`found`), and readers of lines that add to them.

    A reader returns None (or nothing) where the line is missing or wrong.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Problem] = []

    def add(
        self, place: Place, code: str, what: Text, why: Text = NOTHING, todo: Text = NOTHING
    ) -> None:
        """Note one mistake."""
        self.found.append(self.document.problem(place, code, what, why, todo))

    def in_order(self) -> list[Problem]:
        """The mistakes in the order of the document's lines."""
        return sorted(self.found, key=lambda one: (one.place.line, one.place.column))

    def unknown_keys(self, node: Map, known: Sequence[str]) -> None:
        """Note every key that is not one of these (AZ-A410)."""
        for entry in node:
            if entry.key.text not in known:
                word = entry.key.text
                what = Text(f"Ligne inconnue « {word} »", f"Unknown line `{word}`")
                self.add(entry.key.place, "AZ-A410", what, allowed("lignes", "lines", known),
                         suggestion(word, known))  # fmt: skip

    def missing(self, node: Map, key: str) -> None:
        """Note that a line is not there or is empty (AZ-A401)."""
        entry = node.entry(key)
        place = entry.key.place if entry else Place(node.place.line, node.place.column)
        what = Text(f"Il manque « {key}: »", f"`{key}:` is missing")
        todo = Text(f"ajoutez {key}: …", f"add {key}: …")
        self.add(place, "AZ-A401", what, todo=todo)

    def malformed(self, node: Node, key: str, shape: Text) -> None:
        """Note that a line has not the shape it needs (AZ-A412)."""
        what = Text(f"« {key} » n'a pas la forme attendue", f"`{key}` has not the expected shape")
        todo = Text(f"écrivez {shape.fr}.", f"write {shape.en}.")
        self.add(node.place, "AZ-A412", what, todo=todo)

    def text(self, node: Map, key: str, *, needed: bool = True) -> Scalar | None:
        """The text of a line."""
        value = node.get(key)
        if value is None or (isinstance(value, Scalar) and not value.text):
            if needed:
                self.missing(node, key)
            return None
        if not isinstance(value, Scalar):
            self.malformed(value, key, Text("un seul texte", "one text"))
            return None
        return value

    def number(self, node: Map, key: str) -> int | None:
        """The whole number of a line, 1 or more."""
        value = self.text(node, key)
        if value is None:
            return None
        if not (value.text.isascii() and value.text.isdigit() and 0 < int(value.text) < 10**6):
            self.malformed(value, key, Text("un nombre entier, 1 ou plus", "a whole number from 1"))
            return None
        return int(value.text)

    def texts(self, node: Map, key: str, *, needed: bool) -> list[Scalar]:
        """The texts of a line `key: [ a, b ]`."""
        value = node.get(key)
        if value is None or (isinstance(value, YamlList) and not value.items):
            if needed:
                self.missing(node, key)
            return []
        if not isinstance(value, YamlList) or not all(isinstance(i, Scalar) for i in value.items):
            self.malformed(value, key, Text("une liste : [ …, … ]", "a list: [ …, … ]"))
            return []
        return [item for item in value.items if isinstance(item, Scalar)]

    def maps(self, node: Map, key: str, *, needed: bool) -> list[Map]:
        """The elements of a list whose elements have lines of their own."""
        value = node.get(key)
        if value is None or (isinstance(value, Scalar) and not value.text):
            if needed:
                self.missing(node, key)
            return []
        if not isinstance(value, YamlList) or not all(isinstance(i, Map) for i in value.items):
            self.malformed(value, key, Text("une liste de « - … »", "a list of `- …`"))
            return []
        if needed and not value.items:
            self.missing(node, key)
        return [item for item in value.items if isinstance(item, Map)]

    def choice(
        self, node: Map, key: str, allowed_values: Sequence[str], code: str, default: str = ""
    ) -> str | None:
        """The value of a line that takes one of a list; `default` where it is not there."""
        value = self.text(node, key, needed=not default)
        if value is None:
            return default or None
        if value.text not in allowed_values:
            what = Text(f"« {value.text} » n'est pas une valeur de « {key} »",
                        f"`{value.text}` is not a value of `{key}`")  # fmt: skip
            self.add(value.place, code, what, allowed("valeurs admises", "values", allowed_values),
                     suggestion(value.text, allowed_values))  # fmt: skip
            return None
        return value.text

    def day(self, node: Map, key: str, *, needed: bool) -> date | None:
        """The day of a line, written year-month-day (AZ-A402)."""
        value = self.text(node, key, needed=needed)
        if value is None:
            return None
        try:
            if _ISO_DAY.match(value.text):
                return date.fromisoformat(value.text)
        except ValueError:
            pass
        self._not_a_day(value)
        return None

    def _not_a_day(self, value: Scalar) -> None:
        what = Text(f"« {value.text} » n'est pas une date du calendrier",
                    f"`{value.text}` is not a date of the calendar")  # fmt: skip
        meant = _french_day(value.text)
        if meant:
            why = Text("ici les dates s'écrivent année-mois-jour.",
                       "dates are written year-month-day here.")  # fmt: skip
            todo = Text(f"écrivez {meant}.", f"write {meant}.")
        else:
            why = Text("ce jour n'existe pas, ou l'ordre n'est pas année-mois-jour.",
                       "this day does not exist, or the order is not year-month-day.")  # fmt: skip
            todo = Text("corrigez la date.", "correct the date.")
        self.add(value.place, "AZ-A402", what, why, todo)

    def order(
        self,
        node: Map,
        starts: date | None,
        until: date | None,
        subject: Text = Text("L'accord", "The agreement"),  # noqa: B008 - a frozen value
    ) -> None:
        """Note an end before the start (AZ-A403)."""
        last = node.get("until")
        if starts and until and last and until < starts:
            what = Text(f"{subject.fr} finirait ({until}) avant de commencer ({starts})",
                        f"{subject.en} would end ({until}) before it begins ({starts})")  # fmt: skip
            self.add(last.place, "AZ-A403", what,
                     Text("il n'autoriserait jamais rien.", "it would never allow anything."),
                     Text("corrigez l'une des deux dates.", "correct one of the two dates."))  # fmt: skip

    def zone(self, node: Map) -> str | None:
        """The IANA name under `time_zone` (AZ-A404)."""
        entry = node.entry("time_zone")
        value = entry.value if entry else None
        name = value.text if isinstance(value, Scalar) else ""
        if name and _is_zone(name):
            return name
        near = get_close_matches(name, available_timezones(), 1, 0.8) if name else []
        shown = near[0] if near else "Africa/Niamey"
        self.add(value.place if value else node.place, "AZ-A404",
                 Text("Fuseau horaire inconnu ou absent", "Unknown or missing time zone"),
                 Text("« à minuit » n'a de sens que quelque part.",
                      "`at midnight` only means something somewhere."),
                 Text(f"écrivez par exemple time_zone: {shown}",
                      f"write for example time_zone: {shown}"))  # fmt: skip
        return None


def allowed(fr: str, en: str, names: Collection[str], more: Text = NOTHING) -> Text:
    """« genres : A, B. » for a list that a person can still read, else how long it is."""
    if len(names) > _SHOWN:
        return Text(f"{fr} : {len(names)} possibles.{more.fr}", f"{en}: {len(names)}.{more.en}")
    shown = ", ".join(names)
    return Text(f"{fr} : {shown}.{more.fr}", f"{en}: {shown}.{more.en}")


def suggestion(word: str, names: Collection[str]) -> Text:
    """« écrivez … » with the nearest name, or what to do where none is near."""
    near = get_close_matches(word, list(names), 1, 0.5)
    if near:
        return Text(f"écrivez {near[0]}.", f"write {near[0]}.")
    return Text("corrigez, ou supprimez la ligne.", "correct it, or delete the line.")


def listed(names: Collection[str]) -> Iterator[str]:
    """The names in their own order where they have one, else by the alphabet."""
    return iter(sorted(names) if isinstance(names, set | frozenset) else names)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # not found, a folder, a path upwards
        return False
    return True


def _french_day(text: str) -> date | None:
    match = _FRENCH_DAY.match(text)
    if not match:
        return None
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
