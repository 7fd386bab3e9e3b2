"""Invented incidents and wanted persons in the shape of `mrt_police`: JSON, Arabic and French."""

from typing import Any, BinaryIO

import orjson

from azalai.simulate.samples import words
from azalai.simulate.samples.chance import Chance, Shares, fate, iso

FILE = "echanges.json"
INCIDENTS = 0.4
"""The share of incidents among the records; the others are wanted persons."""
MISSING_INCIDENT = {
    "gravite": 0.2, "lieu_ar": 0.15, "lieu_fr": 0.4, "pays": 0.1, "resume_fr": 0.3, "bilan": 0.3,
    "personnes": 0.25, "objets": 0.4, "maj": 0.5,
}  # fmt: skip
MISSING_WANTED = {
    "pieces": 0.4, "signalement": 0.5, "motif_fr": 0.3, "telephone": 0.8, "maj": 0.5,
}  # fmt: skip
MISSING_BIRTH = {"lieu_ar": 0.3, "lieu_fr": 0.5, "pays": 0.3}
"""The share of members that are absent, null, or a text that says « unknown »."""
HIJRI, ARABIC_ONLY, LATIN_ONLY, EASTERN_DIGITS = 0.45, 0.35, 0.10, 0.6

UNKNOWN_INCIDENT: tuple[tuple[str, Any], ...] = (("nature", "غزو وهمي"), ("pays", "بلد وهمي"))
UNKNOWN_WANTED: tuple[tuple[str, Any], ...] = (
    ("identite.nationalites", ["سيلدافي"]), ("identite.naissance.pays", "بلد وهمي"),
)  # fmt: skip
BROKEN_INCIDENT: tuple[tuple[str, Any], ...] = (
    ("date", "١٤٤٧/٠٢/٣١ هـ"), ("date", None), ("nature", None), ("saisi_le", "18/01/2026"),
    ("objets", [{"categorie": "مخدرات", "quantite": "٣"}]),
)  # fmt: skip
BROKEN_WANTED: tuple[tuple[str, Any], ...] = (
    ("identite.naissance.date", "١٤٠٥/١٣/٠١ هـ"), ("mesure", "تدبير وهمي"),
    ("mandat.numero", None), ("signalement.taille", "٩٩٩ سم"), ("titre", None),
)  # fmt: skip

_NOTHING: Shares[Any] = Shares({None: 60, "غير معروف": 25, "-": 15})
_NATURES = Shares({
    "تهريب": 30, "سرقة مواش": 14, "عبور غير قانوني": 14, "حجز": 10, "قطع الطريق": 8,
    "هجوم مسلح": 5, "نشاط مشبوه": 8, "اختطاف": 3, "اشتباك": 3, "حادث خطير": 5,
})  # fmt: skip
_GRAVITIES = Shares({"information": 25, "mineure": 35, "grave": 30, "critique": 10})
_STATES = Shares({"موريتانيا": 74, "Mauritanie": 10, "مالي": 8, "السنغال": 5, "يوتوبيا": 3})
_NATIONS = Shares({"موريتاني": 66, "موريتانية": 6, "مالي": 12, "سنغالي": 8, "جزائري": 4,
                   "يوتوبي": 4})  # fmt: skip
_ROLES = Shares({"مشتبه به": 82, "مطلوب": 8, "شاهد": 4, "ضحية": 6})
_STATUSES = Shares({"مطلوب": 76, "مشتبه به": 24})
_SEXES = Shares({"ذكر": 90, "أنثى": 10})
_MEASURES = Shares({"توقيف": 88, "تحديد المكان": 8, "مراقبة سرية": 4})
_GROUNDS = Shares({"أمر بالقبض": 86, "حكم نهائي": 10, "فرار": 4})
_PAPERS = Shares({"بطاقة تعريف": 70, "جواز سفر": 20, "رخصة قيادة": 7, "إقامة": 3})
_OFFENCES = Shares({
    (10, "سرقة", "Vol"): 25, (11, "سرقة بالعنف", "Vol avec violence"): 14,
    (12, "الاتجار بالمخدرات", "Trafic de stupéfiants"): 18, (13, "تهريب", "Contrebande"): 12,
    (20, "سرقة مواش", "Vol de bétail"): 12, (17, "احتيال", "Escroquerie"): 10,
    (14, "تهريب المهاجرين", "Trafic de migrants"): 4, (16, "قتل", "Homicide"): 3,
    (30, "إرهاب", "Terrorisme"): 1.5, (40, "تشهير", "Diffamation"): 0.5,
})  # fmt: skip
_OBJECTS = Shares({
    ("مخدرات", "كلغ"): 25, ("مخدرات", "قرص"): 5, ("مواش", "رأس"): 20, ("هاتف", "قطعة"): 15,
    ("وقود", "لتر"): 10, ("سيارة", ""): 10, ("ذخيرة", "قطعة"): 5, ("ذهب", "غرام"): 5,
    ("غير ذلك", ""): 5,
})  # fmt: skip
_EYES, _HAIR = (
    Shares({"سوداء": 70, "بنية": 28, "خضراء": 2}),
    Shares({"أسود": 80, "بني": 10, "أبيض": 10}),
)
_PARTICLES = Shares({("ولد", "ould"): 70, ("بنت", "mint"): 15, ("أغ", "ag"): 15})
_WRITTEN = Shares({"both": 55, "arabic": 35, "latin": 10})
_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def write(file: BinaryIO, records: int, chance: Chance) -> None:
    """Write the whole file, its incidents first; `nombre` is how many records there are."""
    incidents = round(records * INCIDENTS)
    head = {"avertissement": "DONNÉES FICTIVES - بيانات وهمية", "service": "Service fictif",
            "etabli_le": "2026-01-01", "nombre": records}  # fmt: skip
    file.write(orjson.dumps(head)[:-1] + b',\n"incidents":[')
    file.writelines(_listed(_incident(at, chance), at) for at in range(1, incidents + 1))
    file.write(b'\n],\n"recherches":[')
    file.writelines(_listed(_wanted(at, chance), at) for at in range(1, records - incidents + 1))
    file.write(b"\n]}\n")


def _listed(item: dict[str, Any], at: int) -> bytes:
    return (b",\n" if at > 1 else b"\n") + orjson.dumps(item)


def _incident(number: int, chance: Chance) -> dict[str, Any]:
    place, latin = words.arabic(chance)
    found: dict[str, Any] = {
        "numero": f"INC-2026-{number:05}",
        "saisi_le": iso(chance.day(2025, 2025)),
        "nature": chance.weighted(_NATURES),
        "gravite": chance.weighted(_GRAVITIES),
        **_date("date", 1441, 1446, chance),
        "lieu_ar": f"وادي {place}",
        "lieu_fr": f"Oued-Fictif {latin}",
        "pays": chance.weighted(_STATES),
        "resume_ar": f"حادث وهمي رقم {number}",
        "resume_fr": f"Incident fictif n° {number}",
        "bilan": {key: _digits(chance.between(0, 4), chance)
                  for key in ("morts", "blesses", "enleves")},
        "personnes": [_person(chance) for _ in range(chance.between(1, 3))],
        "objets": [_object(chance) for _ in range(chance.between(1, 2))],
        "maj": iso(chance.day(2025, 2025)),
    }  # fmt: skip
    _empty(found, MISSING_INCIDENT, chance)
    return _damaged(found, chance, UNKNOWN_INCIDENT, BROKEN_INCIDENT)


def _wanted(number: int, chance: Chance) -> dict[str, Any]:
    offence, arabic, french = chance.weighted(_OFFENCES)
    birth_place, latin = words.arabic(chance)
    issued = chance.day(2019, 2025)
    birth: dict[str, Any] = {
        **_date("date", 1370, 1427, chance),
        "lieu_ar": f"ال{birth_place}",
        "lieu_fr": f"{latin}-Fictif",
        "pays": chance.weighted(_STATES),
    }
    _empty(birth, MISSING_BIRTH, chance)
    found: dict[str, Any] = {
        "numero": f"RP-2026-{number:05}",
        "saisi_le": iso(chance.day(2025, 2025)),
        "qualite": chance.weighted(_STATUSES),
        "mesure": chance.weighted(_MEASURES),
        "titre": chance.weighted(_GROUNDS),
        "identite": {
            **_name(chance),
            "surnoms": [f"أبو {words.arabic(chance)[0]}"] if chance.happens(0.2) else [],
            "sexe": chance.weighted(_SEXES),
            "naissance": birth,
            "nationalites": [chance.weighted(_NATIONS)],
        },
        "pieces": [{"type": chance.weighted(_PAPERS), "pays": chance.weighted(_STATES),
                    "numero": _digits(f"99{chance.digits(8)}", chance)}],
        "signalement": {
            "taille": f"{_digits(chance.between(150, 199), chance)} سم",
            "yeux": chance.weighted(_EYES),
            "cheveux": chance.weighted(_HAIR),
            "signes": f"ندبة وهمية {chance.digits(2)}",
        },
        "infractions": [{"code": offence, "date": iso(chance.day(2015, 2018)),
                         "peine_mois": _digits(chance.pick((12, 24, 60, 120)), chance)}],
        "motif_ar": arabic,
        "motif_fr": french,
        "mandat": {"numero": f"MA-{number:05}/{issued[0] % 100}", "date": iso(issued),
                   "autorite": "محكمة وهمية"},
        "telephone": "+222 00 00 00 00",
        "maj": iso(chance.day(2025, 2025)),
    }  # fmt: skip
    _empty(found, MISSING_WANTED, chance)
    return _damaged(found, chance, UNKNOWN_WANTED, BROKEN_WANTED)


def _person(chance: Chance) -> dict[str, Any]:
    found = {"qualite": chance.weighted(_ROLES), "sexe": chance.weighted(_SEXES),
             "nationalite": chance.weighted(_NATIONS), **_date("naissance", 1370, 1427, chance)}  # fmt: skip
    return found if chance.happens(0.1) else {**found, **_name(chance)}


def _object(chance: Chance) -> dict[str, Any]:
    category, unit = chance.weighted(_OBJECTS)
    found: dict[str, Any] = {"categorie": category, "description": f"objet fictif {chance.digits(5)}",
             "numero_serie": f"FX-{chance.digits(6)}"}  # fmt: skip
    if unit:
        found |= {"quantite": _digits(chance.between(1, 90), chance), "unite": unit}
    return found


def _name(chance: Chance) -> dict[str, str]:
    """A name in Arabic letters, in Latin ones, or in both; « وهمي », « Wahmi » is fictif."""
    first, second = words.arabic(chance), words.arabic(chance)
    particle = chance.weighted(_PARTICLES)
    arabic = f"{words.FICTIVE_ARABIC} {first[0]} {particle[0]} {second[0]}"
    latin = f"Wahmi {first[1]} {particle[1]} {second[1]}"
    written = chance.weighted(_WRITTEN)
    found = {"nom_ar": arabic} if written != "latin" else {}
    return found | ({"nom_latin": latin} if written != "arabic" else {})


def _date(prefix: str, first: int, last: int, chance: Chance) -> dict[str, str]:
    """A date with the mark of its calendar (هـ, م); some lack a day or month. Years are Hijri."""
    year, month, day = chance.between(first, last), chance.between(1, 12), chance.between(1, 28)
    known = chance.pick(("year", "month", "day", "day", "day", "day"))
    if not chance.happens(HIJRI):
        whole = iso((year - 1441 + 2020, month, day)).replace("-", "/")
        return {prefix: f"{whole[: {'year': 4, 'month': 7, 'day': 10}[known]]} م"}
    text = f"{year}" if known == "year" else f"{year}/{month:02}/{day if known == 'day' else 0:02}"
    return {prefix: f"{_eastern(text, chance)} هـ"}


def _eastern(text: str, chance: Chance) -> str:
    return text.translate(_DIGITS) if chance.happens(EASTERN_DIGITS) else text


def _digits(number: int | str, chance: Chance) -> int | str:
    """A number as a JSON number, or as a text in Arabic-Indic or ASCII digits."""
    if isinstance(number, int) and chance.happens(0.3):
        return number
    return _eastern(str(number), chance)


def _empty(found: dict[str, Any], missing: dict[str, float], chance: Chance) -> None:
    """Members that are not known: absent, null, or a text that says so (not for groups)."""
    for key, share in missing.items():
        if not chance.happens(share):
            continue
        nothing = chance.weighted(_NOTHING)
        if isinstance(found[key], list | dict) or (nothing is None and chance.happens(0.5)):
            del found[key]
        else:
            found[key] = nothing


def _damaged(
    found: dict[str, Any],
    chance: Chance,
    unknown: tuple[tuple[str, Any], ...],
    broken: tuple[tuple[str, Any], ...],
) -> dict[str, Any]:
    """As `damaged`, in nested members."""
    what = fate(chance)
    if what == "sound":
        return found
    path, value = chance.pick(unknown if what == "unknown" else broken)
    *parents, last = path.split(".")
    holder = found
    for parent in parents:
        holder = holder.setdefault(parent, {})
    holder[last] = value
    return found
