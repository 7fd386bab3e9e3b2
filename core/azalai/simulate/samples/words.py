"""Invented words: names, places, marks, numbers. Nobody has them; FICTIF says so."""

from azalai.simulate.samples.chance import Chance


def _cut(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Syllables, not names: a whole name is nearly unique among a million. All of them can be written
# in cp850 and in cp1252.
_OPEN = _cut(
    "ba bé bi bra dou dra dé fa fo gué ga ha ka ké kou kra la lé lou ma mé mi mou na né ni nou pa "
    "pé ra ri sa sé si sou ta té ti tou tra va vé wa ya yé za zé zi zo zou"
)
_CLOSE = _cut(
    "ban bel dan dour drek fane gou kal kan lane lou mane mar mour nan nel niou phor quis ran rek "
    "sane tik tou van vel yan zar zel zou"
)
_LONG_NAME, _DOUBLE_NAME, _SECOND_GIVEN = 0.9, 0.06, 0.5

_ARABIC_OPEN = _cut(
    "با بو تا تو جا حا دا دي را رو زا سا سو شا طا عا غا فا قا كا لا ما مو نا هو وا يا"
)
_ARABIC_CLOSE = _cut("بان تور دير رام زان سال شين طان فال قور كاس لود ميس نور هال ويل يار بيل")
_LATIN_OF = dict(zip(
    _ARABIC_OPEN + _ARABIC_CLOSE,
    _cut(
        "ba bou ta tou ja ha da di ra rou za sa sou cha tha ea gha fa qa ka la ma mou na hou wa ya "
        "ban tour dir ram zan sal chin tan fal qour kas loud mis nour hal wil yar bil"
    ),
    strict=True,
))  # fmt: skip
FICTIVE_ARABIC = "وهمي"
"""« Fictif », in every invented Arabic name."""

_MARKS = ("cicatrice", "tatouage", "tache de naissance", "brûlure ancienne", "scarification")
_WHERE = ("bras", "avant-bras", "joue", "épaule", "main", "arcade sourcilière", "genou", "cou")
_SIDES = ("gauche", "droit", "des deux côtés")
_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"  # ISO 3779: without I, O and Q


def family(chance: Chance) -> str:
    """A family name in capitals, FICTIF before it; at most 33 letters."""
    name = chance.pick(_OPEN)
    if chance.happens(_LONG_NAME):
        name += chance.pick(_OPEN)
    name += chance.pick(_CLOSE)
    if chance.happens(_DOUBLE_NAME):
        name += "-" + chance.pick(_OPEN) + chance.pick(_CLOSE)
    return f"FICTIF {name.upper()}"


def given(chance: Chance) -> str:
    """One given name, at most 8 letters."""
    return (chance.pick(_OPEN) + chance.pick(_CLOSE)).capitalize()


def givens(chance: Chance) -> str:
    """One or two given names."""
    first = given(chance)
    return f"{first} {given(chance)}" if chance.happens(_SECOND_GIVEN) else first


def name(chance: Chance) -> str:
    """« FICTIF NOM, Prénoms »."""
    return f"{family(chance)}, {givens(chance)}"


def place(chance: Chance) -> str:
    """An invented place, at most 20 letters."""
    return f"{chance.pick(_OPEN).capitalize()}{chance.pick(_CLOSE)}-la-Fictive"


def mark(chance: Chance) -> str:
    """A distinguishing mark; sometimes with a semicolon inside."""
    first = f"{chance.pick(_MARKS)} {chance.pick(_WHERE)} {chance.pick(_SIDES)}"
    return f"{first}; boite légèrement" if chance.happens(0.1) else first


def vin(chance: Chance) -> str:
    """A 17-character number in the shape of ISO 3779; FX begins no maker's code in use here."""
    return "FX" + "".join([chance.pick(_VIN) for _ in range(9)]) + chance.digits(6)


def plate(chance: Chance, country: str) -> str:
    """An invented registration, such as `FX-4821-KB NE`."""
    letters = chr(65 + chance.between(0, 25)) + chr(65 + chance.between(0, 25))
    return f"FX{chance.digits(4)}{letters}{country}"


def arabic(chance: Chance) -> tuple[str, str]:
    """An invented word in Arabic letters and the same in Latin ones, three syllables."""
    parts = [chance.pick(_ARABIC_OPEN), chance.pick(_ARABIC_OPEN), chance.pick(_ARABIC_CLOSE)]
    return "".join(parts), "".join(_LATIN_OF[part] for part in parts).capitalize()
