"""Steps that check a shape: digits, measures, phones, VINs, plates, numbers as codes."""

import re
from collections.abc import Iterable
from decimal import Decimal
from types import MappingProxyType

import phonenumbers

from azalai.documents import Text
from azalai.errors import StepError

from .digits import ascii_digits
from .expression import Call
from .step_arguments import one_word, plain_step
from .step_model import Made, Setting, Step

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
# 49 CFR 565.15(c), tables III and IV: the value of each character, the weight of each position.
_VIN_VALUES = MappingProxyType(
    dict(zip("0123456789", range(10), strict=True))
    | dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _wrong(fr: str, en: str) -> StepError:
    return StepError(
        "AZ-R104", (fr, en), ("corrigez la valeur à la source", "correct the value at its source")
    )


def whole_number(text: str) -> str:
    """`3.0` as `3`: how spreadsheets write whole numbers; leading zeros stay."""
    plain = re.fullmatch(r"([0-9]+)(?:[.,]0+)?", ascii_digits(text))
    if plain is None:
        raise _wrong("n'est pas un nombre entier", "is not a whole number")
    return plain[1]


def vin(text: str) -> str:
    """A VIN without spaces and dashes: 17 characters, no I, O or Q (ISO 3779).

    Where the first character says North America (1 to 5), the ninth must be the check digit of the
    others (49 CFR 565.15(c)); elsewhere ISO 3779 leaves it free. Raises StepError (AZ-R104).
    """
    plain = re.sub(r"[\s-]", "", text).upper()
    if not _VIN.fullmatch(plain):
        raise _wrong(
            "n'est pas un VIN : 17 caractères, sans I, O ni Q",
            "is not a VIN: 17 characters, no I, O or Q",
        )
    if plain[0] in "12345" and plain[8] != vin_check_digit(plain):
        raise _wrong(
            "la clé de contrôle du VIN (9e caractère) est fausse",
            "the VIN's check digit (9th character) is wrong",
        )
    return plain


def vin_check_digit(plain: str) -> str:
    """The ninth character that the other sixteen ask for: 0 to 9, or X for ten."""
    total = sum(_VIN_VALUES[one] * weight for one, weight in zip(plain, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def _make_plate(call: Call, _setting: Setting) -> Made:
    words = [argument.text for argument in call.arguments]
    keeps = words[1:] == ["else keep"]
    shape = _PLATES[one_word(words[:1] if keeps else words, _PLATES)]

    def read(text: str) -> str:
        plain = re.sub(r"[\s-]", "", ascii_digits(text)).upper()
        if shape.fullmatch(plain):
            return plain
        if keeps:
            return text
        raise _wrong("n'a pas la forme de ce pays", "does not have this country's shape")

    return Made("text", read)


def _only_word(call: Call, wanted: Iterable[str]) -> str:
    return one_word([argument.text for argument in call.arguments], wanted)


def _make_phone(call: Call, _setting: Setting) -> Made:
    """A number that this country's plan does not know stays as it is: it is evidence, and plans
    lag behind (old eight-digit and new mobile ranges); nothing is dropped."""
    region = _REGIONS[_only_word(call, _REGIONS)]

    def read(text: str) -> str:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return text
        if not phonenumbers.is_valid_number(number):
            return text
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return Made("text", read)


def _no_measure(unit: str, *, unwritten: bool) -> StepError:
    """`1.78` alone may be metres: the mapping is to say so, or the source."""
    what = (f"n'est pas une mesure en {unit}", f"is not a measure in {unit}")
    if not unwritten:
        return _wrong(*what)
    step = f"measure({unit}, in m)"
    fr = f"si les nombres sans unité sont des mètres : {step} ; sinon corrigez-la à la source"
    en = f"if numbers without a unit are metres: {step}; else correct it at its source"
    return StepError("AZ-R104", what, (fr, en))


def _make_measure(call: Call, _setting: Setting) -> Made:
    words = [argument.text for argument in call.arguments]
    unit = one_word(words[:1], _SCALES)
    scales = _SCALES[unit]
    alone = None
    if words[1:]:
        alone = one_word(words[1:], [f"in {known}" for known in scales]).removeprefix("in ")

    def read(text: str) -> int:
        found = _MEASURE.fullmatch(ascii_digits(text).strip())
        written = (found[3].lower() or alone or "") if found else ""
        part = found[2] not in (None, "0", "00") if found else False  # `1.000` may be a thousand
        if found is None or (not written and part) or (written and written not in scales):
            raise _no_measure(unit, unwritten=found is not None and not written and "m" in scales)
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
        plain_step(ascii_digits),
    ),
    Step(
        "whole_number",
        "whole_number",
        "text",
        "text",
        Text("3.0 devient 3", "3.0 becomes 3"),
        plain_step(whole_number),
    ),
    Step(
        "vin",
        "vin",
        "text",
        "text",
        Text(
            "un VIN (ISO 3779) ; la clé de contrôle compte si l'Amérique du Nord l'a donné",
            "a VIN (ISO 3779); the check digit counts where North America gave it",
        ),
        plain_step(vin),
    ),
    Step(
        "plate",
        "plate(TCD, else keep)",
        "text",
        "text",
        Text(
            "une immatriculation de ce pays, sans espaces ni tirets (formes à confirmer par le "
            "pays) ; else keep : une autre reste telle quelle, sinon la fiche est rejetée",
            "a plate of this country, without spaces and dashes (shapes for the country to "
            "confirm); else keep: another one stays as it is, otherwise the record is rejected",
        ),
        _make_plate,
    ),
    Step(
        "phone",
        "phone(MRT)",
        "text",
        "text",
        Text(
            "un téléphone en E.164, l'indicatif du pays sous-entendu ; un numéro inutilisable "
            "reste tel qu'écrit, la fiche n'est pas rejetée",
            "a phone in E.164, the country's code understood; a number that cannot be used stays "
            "as written, the record is not rejected",
        ),
        _make_phone,
    ),
    Step(
        "measure",
        "measure(cm, in m)",
        "text",
        "integer",
        Text(
            "une mesure dans l'unité du champ ; in m : sans unité écrite, ce sont des mètres",
            "a measure in the field's unit; in m: where no unit is written, it is metres",
        ),
        _make_measure,
    ),
)
