"""The list of the language's steps with an example each: for `azalai mapping functions`."""

from dataclasses import dataclass

from azalai.documents import Text

from .steps import STEPS

_EXAMPLES = {
    "name": ('name("NOM, Prénoms")', "FICTIF, Kilo", "FICTIF / Kilo"),
    "date": ("date(hijri aaaa/mm/jj)", "١٤٤٧/٠٧/٢٦", "2026-01-15"),
    "number": ("number(50 to 260)", "178", "178"),
    "split": ('split("|")', "a|b", "a, b"),
    "upper": ("upper", "kilo", "KILO"),
    "lower": ("lower", "KILO", "kilo"),
    "trim": ("trim", "a  b", "a b"),
    "text": ("text", "a", "a"),
    "digits": ("digits", "N-12", "12"),
    "replace": ('replace("a", "b")', "kala", "kblb"),
    "prefix": ('prefix("NER-")', "1", "NER-1"),
    "add": ("add(5 years)", "2026-01-31", "2031-01-31"),
    "join": ('join(" ")', "a, b", "a b"),
    "code": ("code(liste, else reject)", "3", "saisi"),
    "ascii_digits": ("ascii_digits", "١٧٨", "178"),
    "whole_number": ("whole_number", "3.0", "3"),
    "vin": ("vin", "1m8gdm9a-xkp042788", "1M8GDM9AXKP042788"),
    "plate": ("plate(TCD)", "fx 4821-kb", "FX4821KB"),
    "phone": ("phone(MRT)", "22 00 00 00", "+22222000000"),
    "measure": ("measure(cm)", "1,78 m", "178"),
}


@dataclass(frozen=True, slots=True)
class Function:
    """One step as people read it; the examples are texts, several values by commas."""

    name: str
    spelling: str
    about: Text
    example: str
    example_in: str
    example_out: str
    takes: str
    gives: str


def functions() -> tuple[Function, ...]:
    """Every step of the language, in its registry's order."""
    return tuple(
        Function(one.name, one.written, one.summary, *_EXAMPLES[one.name], one.takes, one.gives)
        for one in STEPS.values()
    )
