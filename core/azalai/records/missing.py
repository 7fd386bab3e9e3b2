"""Missing persons and unidentified bodies."""

from typing import Annotated, Literal

from pydantic import Field

from .evidence import Part, PartialDate
from .labels import Group, Labels
from .person import CountryCode, Description, Person, Sex
from .record import Record, Status
from .scalars import Count, In, IsoDate, Text


class Disappearance(Part):
    """How, when and where a person was last seen."""

    category: Annotated[
        Annotated[str, In("missing_category")] | None,
        Labels("nature de la disparition", "kind of disappearance", "نوع الاختفاء"),
    ] = None
    last_seen_on: Annotated[
        PartialDate | None, Labels("vu pour la dernière fois le", "last seen on", "آخر مشاهدة في")
    ] = None
    last_seen_place: Annotated[
        Text | None, Labels("lieu de dernière vue", "last seen at", "مكان آخر مشاهدة")
    ] = None
    country: Annotated[
        CountryCode | None,
        Labels("pays de la disparition", "country of disappearance", "بلد الاختفاء"),
    ] = None
    circumstances: Annotated[Text | None, Labels("circonstances", "circumstances", "الظروف")] = None


class MissingPerson(Record):
    """A person who is looked for to be found, not to be arrested."""

    kind: Annotated[
        Literal["MissingPerson"],
        In("kind"),
        Labels("genre de fiche", "kind of record", "نوع السجل"),
    ] = "MissingPerson"
    reason: Annotated[Text, Labels("motif", "reason", "السبب")]
    action_to_be_taken: Annotated[
        Annotated[str, In("action_to_be_taken")],
        Labels("conduite à tenir", "action to be taken", "الإجراء المطلوب"),
    ]
    person_status: Annotated[
        Status, Labels("qualité de la personne", "person's status", "صفة الشخص")
    ]
    person: Annotated[Person, Group("identity"), Labels("personne", "person", "الشخص")]
    disappearance: Annotated[
        Disappearance | None, Group("event"), Labels("disparition", "disappearance", "الاختفاء")
    ] = None


class Body(Part):
    """A body that nobody has named: where and when found, apparent sex and age, description."""

    found_on: Annotated[
        PartialDate,
        Labels("date de découverte du corps", "body found on", "تاريخ العثور على الجثة"),
    ]
    found_place: Annotated[
        Text | None, Labels("lieu de découverte", "body found at", "مكان العثور")
    ] = None
    found_country: Annotated[
        CountryCode | None, Labels("pays de découverte", "country where found", "بلد العثور")
    ] = None
    died_on: Annotated[
        PartialDate | None,
        Labels("date estimée du décès", "estimated date of death", "تاريخ الوفاة"),
    ] = None
    sex: Annotated[Sex | None, Labels("sexe", "sex", "الجنس")] = None
    age_min_years: Annotated[
        Annotated[Count, Field(le=130)] | None,
        Labels("âge minimal (ans)", "lowest age (years)", "أدنى عمر (سنوات)"),
    ] = None
    age_max_years: Annotated[
        Annotated[Count, Field(le=130)] | None,
        Labels("âge maximal (ans)", "highest age (years)", "أقصى عمر (سنوات)"),
    ] = None
    cause: Annotated[
        Text | None, Labels("cause apparente du décès", "apparent cause", "السبب الظاهر للوفاة")
    ] = None
    clothing: Annotated[Text | None, Labels("vêtements", "clothing", "الملابس")] = None
    kept_at: Annotated[Text | None, Labels("lieu de conservation", "kept at", "مكان الحفظ")] = None
    examined_on: Annotated[
        IsoDate | None, Labels("date de l'examen", "examined on", "تاريخ الفحص")
    ] = None
    description: Annotated[
        Description | None,
        Group("description"),
        Labels("description physique", "physical description", "الوصف الجسدي"),
    ] = None


class UnidentifiedBody(Record):
    """A body to be named."""

    kind: Annotated[
        Literal["UnidentifiedBody"],
        In("kind"),
        Labels("genre de fiche", "kind of record", "نوع السجل"),
    ] = "UnidentifiedBody"
    body: Annotated[Body, Group("body"), Labels("corps", "body", "الجثة")]
