"""The steps of the mapping language: pure, few, typed; the one registry of them."""

from collections.abc import Mapping
from types import MappingProxyType

from azalai.documents import Text
from azalai.errors import StepArgumentError, StepError

from .checked_steps import CHECKED
from .code_step import Need, coder
from .date_steps import DATES
from .expression import Call
from .mrz import MRZ
from .name_steps import NAMES
from .step_arguments import plain_step, quoted
from .step_model import Made, Setting, Step, ValueType

__all__ = ["STEPS", "Made", "Setting", "Step", "ValueType"]


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


def _make_join(call: Call, _setting: Setting) -> Made:
    (mark,) = quoted(call, 1)
    return Made(
        "text", lambda texts: mark.join(t for t in texts if t is not None) or None, whole=True
    )


def _make_replace(call: Call, _setting: Setting) -> Made:
    old, new = quoted(call, 2)
    if not old:
        raise StepArgumentError(Text("le premier texte est vide", "the first text is empty"))
    return Made("text", lambda text: text.replace(old, new).strip() or None)


def _make_prefix(call: Call, _setting: Setting) -> Made:
    (before,) = quoted(call, 1)
    return Made("text", lambda text: before + text)


def _digits(text: str) -> str | None:
    return "".join(letter for letter in text if letter in "0123456789") or None


_ALL = (
    *NAMES,
    *DATES,
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
        "number",
        "number(50 to 260)",
        "text",
        "integer",
        Text("un nombre entier entre deux bornes", "a whole number between two bounds"),
        _make_number,
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
        "upper", "upper", "text", "text", Text("en capitales", "in capitals"), plain_step(str.upper)
    ),
    Step(
        "lower",
        "lower",
        "text",
        "text",
        Text("en minuscules", "in lower case"),
        plain_step(str.lower),
    ),
    Step(
        "trim",
        "trim",
        "text",
        "text",
        Text("une seule espace entre les mots", "one space between words"),
        plain_step(lambda text: " ".join(text.split())),
    ),
    Step("text", "text", "text", "text", Text("tel quel", "as it is"), plain_step(lambda t: t)),
    Step(
        "digits",
        "digits",
        "text",
        "text",
        Text("les chiffres seuls", "digits only"),
        plain_step(_digits),
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
    *CHECKED,
    MRZ,
)
STEPS: Mapping[str, Step] = MappingProxyType({step.name: step for step in _ALL})
"""Every step by name: what `azalai mapping functions` shows and the compiler knows."""
