"""Steps that check a shape: digits, measures, phones, VINs, plates, numbers as codes."""

import re
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import phonenumbers

from azalai.documents import Text
from azalai.errors import StepArgumentError, StepError

from .digits import ascii_digits
from .expression import Call
from .step_model import Made, Run, Setting, Step

_REGIONS = MappingProxyType(
    {
        "TCD": "TD",
        "NER": "NE",
        "MLI": "ML",
        "BFA": "BF",
        "MRT": "MR",
        "DZA": "DZ",
        "SEN": "SN",
        "NGA": "NG",
        "LBY": "LY",
        "CMR": "CM",
    }
)
# Invented but plausible shapes, by ISO 3166-1 alpha-3: no national rule is claimed.
_PLATES = MappingProxyType(
    {
        "TCD": re.compile(r"[A-Z]{2}[0-9]{4}[A-Z]{2}"),
        "NER": re.compile(r"[0-9A-Z]{5,9}"),
        "MLI": re.compile(r"[A-Z]{2}[0-9]{4}[A-Z]{2}"),
        "BFA": re.compile(r"[0-9]{2}[A-Z]{1,2}[0-9]{4}(?:BF)?"),
        "MRT": re.compile(r"[0-9]{4}[A-Z]{2}[0-9]{2}"),
    }
)
_SCALES = MappingProxyType(
    {
        "cm": {"cm": 1, "سم": 1, "m": 100, "م": 100},
        "kg": {"kg": 1, "كلغ": 1, "كغ": 1},
        "g": {"g": 1, "غ": 1, "kg": 1000, "كلغ": 1000, "كغ": 1000},
    }
)
_MEASURE = re.compile(r"([0-9]{1,9})(?:[.,٫]([0-9]{1,3}))?\s*([^\W\d]*)\.?")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")


def _wrong(fr: str, en: str) -> StepError:
    return StepError(
        "AZ-R104", (fr, en), ("corrigez la valeur à la source", "correct the value at its source")
    )


def _arguments(call: Call, wanted: frozenset[str]) -> str:
    words = [argument.text for argument in call.arguments]
    if len(words) != 1 or words[0] not in wanted:
        listed = ", ".join(sorted(wanted))
        raise StepArgumentError(
            Text(f"attend un argument parmi : {listed}", f"takes one argument of: {listed}")
        )
    return words[0]


def _bare(run: Run) -> Any:
    def make(call: Call, _setting: Setting) -> Made:
        if call.arguments:
            raise StepArgumentError(Text("n'a pas d'argument", "takes no argument"))
        return Made("text", run)

    return make


def whole_number(text: str) -> str:
    """`3.0` as `3`: how spreadsheets write whole numbers; leading zeros stay."""
    plain = re.fullmatch(r"([0-9]+)(?:[.,]0+)?", ascii_digits(text))
    if plain is None:
        raise _wrong("n'est pas un nombre entier", "is not a whole number")
    return plain[1]


def vin(text: str) -> str:
    """A VIN without spaces and dashes: 17 characters, no I, O or Q (ISO 3779)."""
    plain = re.sub(r"[\s-]", "", text).upper()
    if not _VIN.fullmatch(plain):
        raise _wrong(
            "n'est pas un VIN : 17 caractères, sans I, O ni Q",
            "is not a VIN: 17 characters, no I, O or Q",
        )
    return plain


def _make_plate(call: Call, _setting: Setting) -> Made:
    shape = _PLATES[_arguments(call, frozenset(_PLATES))]

    def read(text: str) -> str:
        plain = re.sub(r"[\s-]", "", ascii_digits(text)).upper()
        if not shape.fullmatch(plain):
            raise _wrong("n'a pas la forme de ce pays", "does not have this country's shape")
        return plain

    return Made("text", read)


def _make_phone(call: Call, _setting: Setting) -> Made:
    region = _REGIONS[_arguments(call, frozenset(_REGIONS))]

    def read(text: str) -> str:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return text
        if not phonenumbers.is_valid_number(number):
            return text
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return Made("text", read)


def _make_measure(call: Call, _setting: Setting) -> Made:
    unit = _arguments(call, frozenset(_SCALES))
    scales = _SCALES[unit]

    def read(text: str) -> int:
        found = _MEASURE.fullmatch(ascii_digits(text).strip())
        written = found[3].lower() if found else ""
        if found is None or (not written and found[2]) or (written and written not in scales):
            raise _wrong(f"n'est pas une mesure en {unit}", f"is not a measure in {unit}")
        value = Decimal(f"{found[1]}.{found[2] or 0}") * scales.get(written, 1)
        if value != int(value):
            raise _wrong(
                f"n'est pas un nombre entier de {unit}", f"is not a whole number of {unit}"
            )
        return int(value)

    return Made("integer", read)


CHECKED = (
    Step(
        "ascii_digits",
        "ascii_digits",
        "text",
        "text",
        Text("les chiffres arabes en 0-9", "Arabic digits as 0-9"),
        _bare(ascii_digits),
    ),
    Step(
        "whole_number",
        "whole_number",
        "text",
        "text",
        Text("3.0 devient 3", "3.0 becomes 3"),
        _bare(whole_number),
    ),
    Step(
        "vin", "vin", "text", "text", Text("un numéro VIN, ISO 3779", "a VIN, ISO 3779"), _bare(vin)
    ),
    Step(
        "plate",
        "plate(TCD)",
        "text",
        "text",
        Text("une immatriculation de ce pays", "a plate of this country"),
        _make_plate,
    ),
    Step(
        "phone",
        "phone(MRT)",
        "text",
        "text",
        Text(
            "un téléphone en E.164 ; invalide, il reste tel quel",
            "a phone in E.164; invalid, it stays as it is",
        ),
        _make_phone,
    ),
    Step(
        "measure",
        "measure(cm)",
        "text",
        "integer",
        Text("une mesure dans l'unité du champ", "a measure in the field's unit"),
        _make_measure,
    ),
)
