"""The list of the language's steps with examples: for `azalai mapping functions`."""

from dataclasses import dataclass

from azalai.documents import Text

from .steps import STEPS


@dataclass(frozen=True, slots=True)
class Example:
    """One step at work: as written, what goes in (a text a column), what comes out.

    A name is shown as `FAMILY / given, given`, a list by commas; a date in ISO 8601-2: `1972~` is
    about 1972, `1970/1975` a range.
    """

    step: str
    cells: tuple[str, ...]
    gives: str


@dataclass(frozen=True, slots=True)
class Function:
    """One step as people read it: `example*` is the first of its examples, `more` the others."""

    name: str
    spelling: str
    about: Text
    example: str
    example_in: str
    example_out: str
    takes: str
    gives: str
    more: tuple[Example, ...] = ()


def _one(step: str, *texts: str) -> Example:
    return Example(step, texts[:-1], texts[-1])


_ZONE = (  # the specimen of ICAO Doc 9303 part 5: nobody
    "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)
_EXAMPLES = {
    "name": (
        _one('name("NOM, Prénoms")', "FICTIF, Kilo", "FICTIF / Kilo"),
        _one('name("Prénoms NOM")', "Kilo ould FICTIF", "ould FICTIF / Kilo"),
        _one('name("NOM Prénoms")', "FICTIF Abd el Kilo", "FICTIF / Abd el Kilo"),
        _one('name("Prénoms NOM", particles)', "كيلو ولد خيال", "ولد خيال / كيلو"),
        _one('name("NOM Prénoms", one word)', "FICTIF KILO LIMA", "FICTIF / KILO, LIMA"),
        _one('name("NOM Prénoms", titles, honorifics)', "Mme FICTIF El Hadj Awa", "FICTIF / Awa"),
        _one('name("NOM Prénoms", births)', "FICTIF née LIMA Kilo", "FICTIF / Kilo"),
        _one("name(NOM, Prénoms)", "FICTIF", "Kilo Lima", "FICTIF / Kilo, Lima"),
        _one("name(arabic, latin)", "كيلو خيال", "Kilo Fictif", "كيلو خيال [Kilo Fictif]"),
        _one("name(arabic, latin, icao)", "كيلو خيال", "", "كيلو خيال [KYLW XKHYAL]"),
        _one("name(by script)", "كيلو خيال / Kilo Fictif", "كيلو خيال [Kilo Fictif]"),
    ),
    "birth_name": (
        _one("birth_name", "FICTIF née LIMA Kilo", "LIMA"),
        _one("birth_name", "LIMA épouse FICTIF Kilo", "LIMA"),
    ),
    "before": (_one('before("alias", "dit")', "FICTIF Kilo alias Lima", "FICTIF Kilo"),),
    "after": (_one('after("alias", "dit")', "FICTIF Kilo alias Lima / Mike", "Lima / Mike"),),
    "split": (
        _one('split("|")', "a|b", "a, b"),
        _one(
            'split("/", ";", "alias")', "Lima / Mike ; Kilo alias Oscar", "Lima, Mike, Kilo, Oscar"
        ),
    ),
    "date": (
        _one("date(jj/mm/aaaa)", "15/01/2026", "2026-01-15"),
        _one("date(jj/mm/aaaa, partial)", "00/00/1985", "1985"),
        _one("date(jj/mm/aaaa, months)", "12 janv. 1985", "1985-01-12"),
        _one("date(jj/mm/aaaa, circa)", "vers 1972", "1972~"),
        _one("date(jj/mm/aaaa, ranges)", "entre 1970 et 1975", "1970/1975"),
        _one("date(jj/mm/aaaa, iso, excel)", "46037", "2026-01-15"),
        _one("date(jj/mm/aa, base 1930)", "15/01/26", "2026-01-15"),
        _one("date(jj-mm-aaaa, j/mm/aaaa)", "5/01/2026", "2026-01-05"),
        _one("date(jj/mm/aaaa, ages iso)", "environ 35 ans", "2026-03-10", "1990/1991~"),
        _one("date(hijri aaaa/mm/jj)", "١٤٤٧/٠٧/٢٦", "2026-01-15"),
        _one("date(marked aaaa/mm/jj)", "26 رجب 1447 هـ", "2026-01-15"),
    ),
    "age": (
        _one("age(iso)", "35 ans", "2026-03-10", "1990/1991"),
        _one("age(on 2026-12-31)", "30-35 ans", "1991/1996"),
    ),
    "number": (_one("number(50 to 260)", "178", "178"),),
    "upper": (_one("upper", "kilo", "KILO"),),
    "lower": (_one("lower", "KILO", "kilo"),),
    "trim": (_one("trim", "a  b", "a b"),),
    "text": (_one("text", "a", "a"),),
    "digits": (_one("digits", "N-12", "12"),),
    "replace": (_one('replace("a", "b")', "kala", "kblb"),),
    "prefix": (_one('prefix("NER-")', "1", "NER-1"),),
    "add": (_one("add(5 years)", "2026-01-31", "2031-01-31"),),
    "join": (_one('join(" ")', "a", "b", "a b"),),
    "code": (_one("code(liste, else reject)", "3", "saisi"),),
    "ascii_digits": (_one("ascii_digits", "١٧٨", "178"),),
    "whole_number": (_one("whole_number", "3.0", "3"),),
    "vin": (_one("vin", "1m8gdm9a-xkp042788", "1M8GDM9AXKP042788"),),
    "plate": (
        _one("plate(TCD)", "fx 4821-kb", "FX4821KB"),
        _one("plate(TCD, else keep)", "AB-123-CD", "AB-123-CD"),
    ),
    "phone": (
        _one("phone(MRT)", "22 00 00 00", "+22222000000"),
        _one("phone(MRT)", "00 00 00", "00 00 00"),
    ),
    "measure": (_one("measure(cm)", "1,78 m", "178"), _one("measure(cm, in m)", "1.78", "178")),
    "mrz": (
        _one("mrz(number)", _ZONE, "D23145890"),
        _one("mrz(birth_date)", _ZONE, "740812"),
        _one("mrz(name)", _ZONE, "ERIKSSON / ANNA, MARIA"),
    ),
}


_ICAO = Function(
    "icao",
    "icao",
    Text(
        "dans une correspondance sortante : le texte en A–Z selon OACI 9303, partie 3, section 6 ; "
        "ce qui n'y tient pas est compté comme une perte",
        "in an outbound mapping: the text as A–Z by ICAO 9303, part 3, section 6; what it cannot "
        "carry is counted as a loss",
    ),
    "icao",
    "N’Kilo-Élan",
    "NKILO ELAN",
    "text",
    "text",
    (Example("icao", ("كيلو ولد خيال",), "KYLW WLD XKHYAL"),),
)


def functions() -> tuple[Function, ...]:
    """Every step of the language, in its registry's order; the outbound `icao` last."""
    found = []
    for one in STEPS.values():
        first, *more = _EXAMPLES[one.name]
        found.append(
            Function(
                one.name,
                one.written,
                one.summary,
                first.step,
                " + ".join(first.cells),
                first.gives,
                one.takes,
                one.gives,
                tuple(more),
            )
        )
    return (*found, _ICAO)
