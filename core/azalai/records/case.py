"""A criminal case: typed references, persons in roles, offences, objects."""

from typing import Annotated, Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from .evidence import Code, Name, Part, PartialDate
from .labels import Group, Labels
from .offence import Offence
from .person import Birth, CountryCode, Sex
from .record import Record, Status
from .scalars import Count, In, IsoDate, Many, Text


class CaseReference(Part):
    """One of the numbers of a case: n° de PV, de parquet, d'instruction, de procédure."""

    type: Annotated[
        Annotated[str, In("case_reference_type")],
        Labels("type de référence", "reference type", "نوع المرجع"),
    ]
    number: Annotated[Text, Labels("numéro de référence", "reference number", "رقم المرجع")]


class Involved(Part):
    """A person in a case or event, in a role; the name may be unknown."""

    role: Annotated[Status, Labels("qualité de la personne", "person's role", "صفة الشخص")]
    name: Annotated[Name | None, Labels("nom et prénoms", "name", "الاسم")] = None
    birth: Annotated[Birth | None, Labels("naissance", "birth", "الميلاد")] = None
    sex: Annotated[Sex | None, Labels("sexe", "sex", "الجنس")] = None
    nationalities: Annotated[
        Many[CountryCode], Labels("nationalités", "nationalities", "الجنسيات")
    ] = ()


class Exhibit(Part):
    """An object in a case or event."""

    category: Annotated[
        Annotated[Code, In("object_category")],
        Labels("catégorie d'objet", "object category", "فئة الشيء"),
    ]
    description: Annotated[Text | None, Labels("description", "description", "الوصف")] = None
    serial_number: Annotated[
        Text | None, Labels("numéro de série", "serial number", "الرقم التسلسلي")
    ] = None
    quantity: Annotated[Count | None, Labels("quantité", "quantity", "الكمية")] = None
    unit: Annotated[Annotated[str, In("unit")] | None, Labels("unité", "unit", "الوحدة")] = None

    @model_validator(mode="after")
    def _quantity_has_a_unit(self) -> Self:
        if (self.quantity is None) != (self.unit is None):
            raise PydanticCustomError("quantity", "A quantity and its unit go together")
        return self


class Facts(Part):
    """When and where it happened, and what, in a sentence."""

    date: Annotated[
        PartialDate | None, Labels("date des faits", "date of the facts", "تاريخ الوقائع")
    ] = None
    place: Annotated[
        Text | None, Labels("lieu des faits", "place of the facts", "مكان الوقائع")
    ] = None
    country: Annotated[
        CountryCode | None, Labels("pays des faits", "country of the facts", "بلد الوقائع")
    ] = None
    summary: Annotated[
        Text | None, Labels("résumé des faits", "summary of the facts", "ملخص الوقائع")
    ] = None


class CriminalCase(Record):
    """A case sent to a prosecutor or a partner; it has at least one reference."""

    kind: Annotated[
        Literal["CriminalCase"],
        In("kind"),
        Labels("genre de fiche", "kind of record", "نوع السجل"),
    ] = "CriminalCase"
    references: Annotated[
        Many[CaseReference], Group("case"), Labels("références", "references", "المراجع")
    ]
    opened_on: Annotated[
        IsoDate | None, Group("case"), Labels("date d'ouverture", "opened on", "تاريخ الفتح")
    ] = None
    court: Annotated[
        Text | None, Group("case"), Labels("juridiction saisie", "court", "المحكمة")
    ] = None
    facts: Annotated[Facts | None, Group("case"), Labels("faits", "facts", "الوقائع")] = None
    persons: Annotated[
        Many[Involved], Group("persons"), Labels("personnes", "persons", "الأشخاص")
    ] = ()
    offences: Annotated[
        Many[Offence], Group("offences"), Labels("infractions", "offences", "الجرائم")
    ] = ()
    objects: Annotated[Many[Exhibit], Group("object"), Labels("objets", "objects", "الأشياء")] = ()

    @model_validator(mode="after")
    def _has_a_reference(self) -> Self:
        if not self.references:
            raise PydanticCustomError("case_reference", "A case needs at least one reference")
        return self
