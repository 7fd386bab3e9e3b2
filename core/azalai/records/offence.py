"""An offence: shared by wanted persons and criminal cases."""

from typing import Annotated

from .evidence import Code, Part
from .labels import Labels
from .scalars import Count, In, IsoDate

OffenceCode = Annotated[Code, In("offence")]
OffenceCategory = Annotated[str, In("offence_category")]


class Offence(Part):
    """One offence, with its article 3 category (INTERPOL's constitution) and maximum penalty."""

    code: Annotated[OffenceCode, Labels("infraction", "offence", "الجريمة")]
    category: Annotated[
        OffenceCategory | None,
        Labels("catégorie (article 3)", "category (article 3)", "الفئة (المادة 3)"),
    ] = None
    committed_on: Annotated[
        IsoDate | None, Labels("date de l'infraction", "date of the offence", "تاريخ الجريمة")
    ] = None
    maximum_penalty_months: Annotated[
        Count | None,
        Labels(
            "peine encourue (mois)",
            "maximum penalty (months)",
            "العقوبة القصوى (بالأشهر)",
        ),
    ] = None
