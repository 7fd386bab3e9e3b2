"""Machine readable zones: ICAO Doc 9303 parts 3 to 7, read and checked digit by digit."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from azalai.documents import Text
from azalai.errors import StepError
from azalai.records import LISTS

from .expression import Call
from .step_arguments import one_word
from .step_model import Made, Setting, Step

Span = tuple[int, int]
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = MappingProxyType({one: value for value, one in enumerate(_ALPHABET)} | {"<": 0})
_WEIGHTS = (7, 3, 1)
_STATES = MappingProxyType(
    # Doc 9303 part 3, section 5: D is Germany's; GBD to GBS are statuses of British nationals.
    {"D": "DEU", "GBD": "GBR", "GBN": "GBR", "GBO": "GBR", "GBP": "GBR", "GBS": "GBR"}
)
LIST, VERSION = "icao_9303_3", "8"
"""The list that a state's code is from: Doc 9303 part 3, section 5, eighth edition."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each part stands in the lines put one after the other, from 0, last excluded.

    `checked` is a part's name and the place of its check digit; `whole` what the last one covers.
    `optional` takes the end of a number that is longer than its field.
    """

    spans: dict[str, Span]
    checked: dict[str, int]
    optional: Span
    whole: tuple[Span, ...] = ()
    last: int = 0


def _two_lines(width: int, optional: Span, more: dict[str, int], last: int) -> Layout:
    """TD2, TD3, visas: two lines of 36 or 44 with the same beginnings."""
    spans = {"type": (0, 2), "state": (2, 5), "name": (5, width),
             "number": (width, width + 9), "nationality": (width + 10, width + 13),
             "birth_date": (width + 13, width + 19), "sex": (width + 20, width + 21),
             "expires_on": (width + 21, width + 27), "personal": optional}  # fmt: skip
    checked = {"number": width + 9, "birth_date": width + 19, "expires_on": width + 27} | more
    whole = ((width, width + 10), (width + 13, width + 20), (width + 21, last))
    return Layout(spans, checked, optional, whole if last else (), last)


_TD1 = Layout(
    {"type": (0, 2), "state": (2, 5), "number": (5, 14), "birth_date": (30, 36), "sex": (37, 38),
     "expires_on": (38, 44), "nationality": (45, 48), "name": (60, 90), "personal": (48, 59)},
    {"number": 14, "birth_date": 36, "expires_on": 44}, (15, 30),
    ((5, 30), (30, 37), (38, 45), (48, 59)), 59,
)  # fmt: skip
_LAYOUTS = MappingProxyType({
    (90, False): _TD1,                                               # part 5, section 4.2
    (72, False): _two_lines(36, (64, 71), {}, 71),                   # part 6, section 4.2
    (88, False): _two_lines(44, (72, 86), {"personal": 86}, 87),     # part 4, section 4.2
    (88, True): _two_lines(44, (72, 88), {}, 0),                     # part 7, section 4.2, MRV-A
    (72, True): _two_lines(36, (64, 72), {}, 0),                     # part 7, section 5.2, MRV-B
})  # fmt: skip
_NAMES = MappingProxyType({
    "type": ("type", "type"), "state": ("État émetteur", "issuing state"),
    "number": ("numéro", "number"), "nationality": ("nationalité", "nationality"),
    "birth_date": ("date de naissance", "birth date"), "sex": ("sexe", "sex"),
    "expires_on": ("date d'expiration", "expiry date"),
    "personal": ("donnée facultative", "optional data"), "name": ("nom", "name"),
    "whole": ("toute la zone", "the whole zone"),
})  # fmt: skip
PARTS = ("type", "state", "number", "nationality", "birth_date", "sex", "expires_on", "personal",
         "name", "family", "given")  # fmt: skip


def check_digit(text: str) -> str:
    """The digit of Doc 9303 part 3, section 4.9: weights 7, 3, 1, modulo 10."""
    return str(sum(_VALUES[one] * _WEIGHTS[at % 3] for at, one in enumerate(text)) % 10)


def layout_of(zone: str) -> Layout | None:
    """Where the parts of this zone stand, its lines joined; None where it is none."""
    if not re.fullmatch("[0-9A-Z<]+", zone):
        return None
    return _LAYOUTS.get((len(zone), zone.startswith("V")))


def read_zone(text: str) -> dict[str, str]:
    """The parts of a zone (TD1, TD2, TD3, MRV-A, MRV-B), its lines one after the other.

    Fillers are gone; an unknown day or month of birth is `00` (part 3, section 4.8), an unknown
    sex `X`; a name has `<<` between its identifiers. Raises StepError: AZ-R121 where it is no
    zone, AZ-R122 with the part whose check digit is wrong.
    """
    zone = re.sub(r"\s", "", text)
    layout = layout_of(zone)
    if layout is None:
        raise StepError("AZ-R121", (
            "n'est pas une zone de lecture automatique : 2 lignes de 36 ou 44, 3 de 30, A-Z 0-9 <",
            "is no machine readable zone: 2 lines of 36 or 44, 3 of 30, A-Z 0-9 <"),
            ("faites relire le document", "have the document read again"))  # fmt: skip
    found = {name: zone[first:last] for name, (first, last) in layout.spans.items()}
    checks = {name: zone[at] for name, at in layout.checked.items()}
    if checks["number"] == "<" and len(zone) != 88:  # a long number: parts 5 and 6, section 4.2
        _long_number(found, checks, zone[slice(*layout.optional)])
    for name, digit in checks.items():
        _check(name, found[name], digit)
    if layout.whole:
        _check("whole", "".join(zone[slice(*span)] for span in layout.whole), zone[layout.last])
    found["sex"] = found["sex"].replace("<", "X")
    found["birth_date"] = found["birth_date"].replace("<", "0").replace("000000", "")
    return {name: value if name == "name" else value.rstrip("<").replace("<", " ")
            for name, value in found.items()}  # fmt: skip


def _long_number(found: dict[str, str], checks: dict[str, str], optional: str) -> None:
    rest, _, after = optional.partition("<")
    if rest:
        found["number"] += rest[:-1]
        checks["number"] = rest[-1]
        found["personal"] = after if found["personal"] == optional else found["personal"]


def _check(name: str, value: str, digit: str) -> None:
    if digit == check_digit(value) or (digit == "<" and not value.strip("<")):
        return
    fr, en = _NAMES[name]
    raise StepError("AZ-R122", (
        f"la clé de contrôle est fausse : {fr}", f"the check digit is wrong: {en}"),
        ("relisez le document : un caractère est mal lu, ou le document n'est pas authentique",
         "read the document again: a character is misread, or the document is not genuine"),
    )  # fmt: skip


def _names(written: str) -> dict[str, Any] | None:
    """Part 3, section 4.6: the primary identifier, `<<`, the secondary ones."""
    family, _, given = written.strip("<").partition("<<")
    if not family:
        return None
    made: dict[str, Any] = {"original": written.rstrip("<"), "family": family.replace("<", " ")}
    parts = [one for one in given.split("<") if one]
    return made | {"given": parts} if parts else made


def _state(written: str, *, bare: bool) -> Any:
    """The common code of a state or of what stands for one (XXA: stateless, UTO: specimens)."""
    code = _STATES.get(written, written)
    if code not in LISTS["country"]:
        raise StepError("AZ-R123", ("aucun État n'a ce code (OACI 9303, partie 3, section 5)",
                                    "no state has this code (ICAO 9303, part 3, section 5)"))  # fmt: skip
    if bare:
        return code
    return {"code": code, "list": LIST, "version": VERSION, "original": written}


def _make_mrz(call: Call, setting: Setting) -> Made:
    part = one_word([argument.text for argument in call.arguments], PARTS)
    if part in ("state", "nationality"):

        def state(text: str) -> Any:
            written = read_zone(text)[part]
            return _state(written, bare=setting.bare) if written else None

        return Made("code", state)
    if part == "name":
        return Made("name", lambda text: _names(read_zone(text)["name"]))
    if part in ("family", "given"):

        def one_name(text: str) -> str | None:
            found = (_names(read_zone(text)["name"]) or {}).get(part)
            return found if isinstance(found, str) or not found else " ".join(found)

        return Made("text", one_name)
    return Made("text", lambda text: read_zone(text)[part] or None)


MRZ = Step(
    "mrz",
    "mrz(number)",
    "text",
    "text",
    Text(
        "une partie d'une zone de lecture automatique (OACI 9303, TD1, TD2, TD3, visas), toutes ses "
        f"clés de contrôle vérifiées : {', '.join(PARTS)} ; une date se lit ensuite par "
        "date(aammjj, base 1930)",
        "one part of a machine readable zone (ICAO 9303, TD1, TD2, TD3, visas), all its check "
        f"digits verified: {', '.join(PARTS)}; a date is then read by date(yymmdd, base 1930)",
    ),
    _make_mrz,
)
