"""The steps of the mapping language: pure, few, typed; the one registry of them."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from azalai.documents import Text
from azalai.errors import StepArgumentError, StepError

from .checked_steps import CHECKED
from .code_step import Need, coder
from .dates import DateOrder, adder, date_order, duration, iso, read_date
from .expression import Call
from .hijri import either_date, gregorian_date, hijri_date, marked_date
from .person_names import by_script, from_columns, reader, word_kind
from .step_model import Made, Run, Setting, Step, ValueType

__all__ = ["STEPS", "Made", "Setting", "Step", "ValueType"]

CalendarReader = Callable[..., dict[str, str]]
_CALENDARS: Mapping[str, Any] = MappingProxyType(
    {"": None, "hijri": hijri_date, "marked": marked_date, "gregorian": gregorian_date}
)


DAYS_KEPT = 65_536
"""Days that a `date` step remembers: a file repeats them, and reading one is slow."""


def _plain(call: Call) -> None:
    if call.arguments:
        raise StepArgumentError(Text("n'a pas d'argument", "takes no argument"))


def _text_step(run: Run) -> Callable[[Call, Setting], Made]:
    def make(call: Call, _setting: Setting) -> Made:
        _plain(call)
        return Made("text", run)

    return make


def _quoted(call: Call, count: int) -> list[str]:
    texts = [argument.text for argument in call.arguments if argument.quoted]
    if len(texts) != count or len(call.arguments) != count:
        raise StepArgumentError(
            Text(
                f"attend {count} texte(s) entre guillemets", f"takes {count} text(s) between quotes"
            )
        )
    return texts


def _make_name(call: Call, _setting: Setting) -> Made:
    scripts = [argument.text for argument in call.arguments]
    if scripts == ["arabic", "latin"]:
        return Made("name", by_script, whole=True)
    kinds = [word_kind(argument.text) for argument in call.arguments]
    if len(kinds) >= 2 and None not in kinds and len(set(kinds)) == len(kinds):
        return Made("name", from_columns([kind for kind in kinds if kind]), whole=True)
    read = reader(call.arguments[0].text) if len(call.arguments) == 1 else None
    if read is None:
        raise StepArgumentError(
            Text(
                'attend un ordre entre guillemets : "NOM, Prénoms", "NOM Prénoms" ou "Prénoms NOM"',
                'takes an order between quotes: "NOM, Prénoms", "NOM Prénoms" or "Prénoms NOM"',
            )
        )
    return Made("name", read)


def _make_code(call: Call, setting: Setting) -> Made:
    words = [argument.text for argument in call.arguments]
    if not words or len(words) > 2 or (len(words) == 2 and words[1] != "else reject"):
        raise StepArgumentError(
            Text(
                "s'écrit code(liste) ou code(liste, else reject)",
                "is written code(list) or code(list, else reject)",
            )
        )
    table = setting.tables.get(words[0])
    if table is None:  # said elsewhere: the list is not declared
        return Made("code", lambda _text: None)
    need = Need(setting.bare, setting.countries, setting.categories)
    return Made("code", coder(table, setting.day, need, rejects=len(words) == 2))


def _make_date(call: Call, setting: Setting) -> Made:
    words = [argument.text for argument in call.arguments]
    if len(words) > 1 and words[0].startswith("hijri ") and words[1].startswith("gregorian "):
        return _two_calendars(words, setting)
    calendar, _, letters = words[0].rpartition(" ") if words else ("", "", "")
    order = date_order(letters) if calendar in _CALENDARS else None
    if order is None or words[1:] not in ([], ["partial"]):
        raise StepArgumentError(
            Text(
                "attend l'ordre de la date : date(jj/mm/aaaa), date(aaaammjj), date(iso) ; "
                "« , partial » si le jour ou le mois peut manquer",
                "takes the date's order: date(dd/mm/yyyy), date(yyyymmdd), date(iso); "
                "`, partial` if the day or month may be missing",
            )
        )
    partial = len(words) == 2
    if not order.has_day and not partial:
        raise StepArgumentError(
            Text("sans jour, il faut « , partial »", "without a day, `, partial` is needed")
        )
    if calendar:
        return _calendar_date(_CALENDARS[calendar], order, setting, partial=partial)
    if partial or setting.evidence:
        return Made("partial_date", _partial_reader(order, call.text, partial=partial))

    @lru_cache(DAYS_KEPT)
    def read(text: str) -> str:
        return iso(*read_date(text, order, partial=False))[0]

    return Made("date", read)


def _calendar_date(
    read: CalendarReader, order: DateOrder, setting: Setting, *, partial: bool
) -> Made:
    """A date in another calendar: with its evidence, or as the Gregorian day alone."""
    if partial or setting.evidence:
        return Made("partial_date", lambda text: read(text, order, partial=partial))
    return Made("date", lambda text: read(text, order, partial=False)["value"])


def _two_calendars(words: list[str], setting: Setting) -> Made:
    """Two columns, the Hijri one first: at most one may be filled."""
    orders = [date_order(word.rpartition(" ")[2]) for word in words[:2]]
    hijri, gregorian = orders
    if hijri is None or gregorian is None or words[2:] not in ([], ["partial"]):
        raise StepArgumentError(
            Text(
                "s'écrit date(hijri aaaa/mm/jj, gregorian iso, partial)",
                "is written date(hijri yyyy/mm/dd, gregorian iso, partial)",
            )
        )
    partial = len(words) == 3
    keep = partial or setting.evidence

    def read(cells: list[str | None]) -> Any:
        found = either_date(cells, hijri, gregorian, partial=partial)
        return found if keep or found is None else found["value"]

    return Made("partial_date" if keep else "date", read, whole=True)


def _partial_reader(order: DateOrder, rule: str, *, partial: bool) -> Run:
    @lru_cache(DAYS_KEPT)
    def known(text: str) -> tuple[str, str]:
        return iso(*read_date(text, order, partial=partial))

    def read(text: str) -> dict[str, str]:
        value, precision = known(text)
        return {"value": value, "precision": precision, "original": text, "rule": rule}

    return read


def _make_number(call: Call, _setting: Setting) -> Made:
    words = call.arguments[0].text.split() if len(call.arguments) == 1 else []
    if len(words) != 3 or words[1] not in ("to", "à") or not (words[0] + words[2]).isdigit():
        raise StepArgumentError(Text("s'écrit number(50 to 260)", "is written number(50 to 260)"))
    low, high = int(words[0]), int(words[2])

    def read(text: str) -> int:
        if len(text) > 18 or not (text.isascii() and text.isdigit()):
            raise StepError(
                "AZ-R104",
                ("n'est pas un nombre entier", "is not a whole number"),
                ("corrigez la valeur à la source", "correct the value at its source"),
            )
        number = int(text)
        if not low <= number <= high:
            raise StepError(
                "AZ-R104",
                (f"n'est pas entre {low} et {high}", f"is not between {low} and {high}"),
                ("corrigez la valeur à la source", "correct the value at its source"),
            )
        return number

    return Made("integer", read)


def _make_split(call: Call, _setting: Setting) -> Made:
    (mark,) = _quoted(call, 1)
    if not mark:
        raise StepArgumentError(Text("attend un séparateur", "takes a separator"))

    def split(text: str) -> list[str]:
        return [piece for part in text.split(mark) if (piece := part.strip())]

    return Made("text", split, gives_list=True)


def _make_join(call: Call, _setting: Setting) -> Made:
    (mark,) = _quoted(call, 1)
    return Made(
        "text", lambda texts: mark.join(t for t in texts if t is not None) or None, whole=True
    )


def _make_replace(call: Call, _setting: Setting) -> Made:
    old, new = _quoted(call, 2)
    if not old:
        raise StepArgumentError(Text("le premier texte est vide", "the first text is empty"))
    return Made("text", lambda text: text.replace(old, new).strip() or None)


def _make_prefix(call: Call, _setting: Setting) -> Made:
    (before,) = _quoted(call, 1)
    return Made("text", lambda text: before + text)


def _make_add(call: Call, _setting: Setting) -> Made:
    found = duration(call.arguments[0].text) if len(call.arguments) == 1 else None
    if found is None:
        raise StepArgumentError(
            Text(
                "s'écrit add(5 years), add(6 months) ou add(30 days)",
                "is written add(5 years), add(6 months) or add(30 days)",
            )
        )
    return Made("date", adder(*found))


def _digits(text: str) -> str | None:
    return "".join(letter for letter in text if letter in "0123456789") or None


_ALL = (
    Step(
        "name",
        'name("NOM, Prénoms")',
        "text",
        "name",
        Text("un nom de personne : l'ordre de ses parties", "a person's name: its parts' order"),
        _make_name,
    ),
    Step(
        "code",
        "code(liste, else reject)",
        "text",
        "code",
        Text(
            "la valeur commune d'une liste de codes ; inconnue, la fiche attend",
            "the common value from a code list; unknown, the record waits",
        ),
        _make_code,
    ),
    Step(
        "date",
        "date(jj/mm/aaaa, partial)",
        "text",
        "date",
        Text(
            "une date dans l'ordre déclaré ; partial : 00/00/1985 est l'année 1985",
            "a date in the declared order; partial: 00/00/1985 is the year 1985",
        ),
        _make_date,
    ),
    Step(
        "number",
        "number(50 to 260)",
        "text",
        "integer",
        Text("un nombre entier entre deux bornes", "a whole number between two bounds"),
        _make_number,
    ),
    Step(
        "split",
        'split("|")',
        "text",
        "list of text",
        Text("plusieurs valeurs dans une case", "several values in one cell"),
        _make_split,
    ),
    Step(
        "join",
        'join(" ")',
        "text",
        "text",
        Text("une valeur de plusieurs", "one value of several"),
        _make_join,
    ),
    Step(
        "upper", "upper", "text", "text", Text("en capitales", "in capitals"), _text_step(str.upper)
    ),
    Step(
        "lower",
        "lower",
        "text",
        "text",
        Text("en minuscules", "in lower case"),
        _text_step(str.lower),
    ),
    Step(
        "trim",
        "trim",
        "text",
        "text",
        Text("une seule espace entre les mots", "one space between words"),
        _text_step(lambda text: " ".join(text.split())),
    ),
    Step("text", "text", "text", "text", Text("tel quel", "as it is"), _text_step(lambda t: t)),
    Step(
        "digits",
        "digits",
        "text",
        "text",
        Text("les chiffres seuls", "digits only"),
        _text_step(_digits),
    ),
    Step(
        "replace",
        'replace("a", "b")',
        "text",
        "text",
        Text("un texte par un autre", "one text by another"),
        _make_replace,
    ),
    Step(
        "prefix",
        'prefix("NER-")',
        "text",
        "text",
        Text("un texte devant", "a text before"),
        _make_prefix,
    ),
    Step(
        "add", "add(5 years)", "date", "date", Text("une date plus tard", "a later date"), _make_add
    ),
    *CHECKED,
)
STEPS: Mapping[str, Step] = MappingProxyType({step.name: step for step in _ALL})
"""Every step by name: what `azalai mapping functions` shows and the compiler knows."""
