"""Ages as evidence of a birth date: `environ 35 ans` on a day is a range of years, no more."""

import re
from datetime import date

from azalai.errors import StepError

from .date_words import CIRCA
from .dates import LONGEST, bounded
from .digits import ascii_digits

OLDEST = 130
_UNIT = r"(?:\s*(?:ans?|années?|years?|yrs?|سنة|سنوات|عاما?))?"
_AGE = re.compile(
    r"(?i)(?:[âa]gée? d[e'’]\s*)?(?:(?:entre )?([0-9]{1,3})\s*(?:-|–|à|a|et|to)\s*)?([0-9]{1,3})"
    + _UNIT
)


def birth_from_age(text: str, on: date, rule: str) -> dict[str, object]:
    """The years in which someone of this age on this day was born, as `PartialDate` values.

    35 years on 10 March 2026: born between 11 March 1990 and 10 March 1991, so 1990 to 1991;
    `30-35 ans` reaches from the oldest to the youngest. Raises StepError: AZ-R103 for another
    writing, AZ-R104 above 130 years or where the second age is below the first.
    """
    plain = ascii_digits(bounded(text, "35 ans")).strip()
    about = CIRCA.match(plain)
    found = _AGE.fullmatch(plain[about.end() :] if about else plain)
    if found is None:
        raise StepError(
            "AZ-R103",
            ("n'est pas un âge en années (35 ans)", "is not an age in years (35 years)"),
            ("corrigez l'âge à la source", "correct the age at its source"),
        )
    youngest = int(found[1] or found[2])
    oldest = int(found[2])
    if not youngest <= oldest <= OLDEST:
        raise StepError(
            "AZ-R104",
            (f"n'est pas un âge entre 0 et {OLDEST}", f"is not an age from 0 to {OLDEST}"),
            ("corrigez l'âge à la source", "correct the age at its source"),
        )
    first, last = on.year - oldest - 1, on.year - youngest
    if (on.month, on.day) == (12, 31):  # the whole year has passed
        first += 1
    values: dict[str, object] = {"value": f"{first:04}", "precision": "year"}
    if about:
        values["circa"] = True
    if last != first:
        values["until"] = f"{last:04}"
    return values | {"original": text, "rule": f"{rule} {on.isoformat()}"}


def is_age(text: str) -> bool:
    """Whether a text says an age with its unit: `35 ans`; a number alone does not."""
    plain = ascii_digits(text[:LONGEST]).strip()
    return bool(re.search(r"(?i)(?:ans?|années?|years?|yrs?|سنة|سنوات|عاما?)$", plain))
