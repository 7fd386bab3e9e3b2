"""Persons: birth, identity documents, description; wanted and missing persons, bodies."""

from typing import Annotated, Literal

from pydantic import Field

from .evidence import Code, Name, Part, PartialDate
from .labels import Group, Labels
from .offence import Offence
from .record import Record, Status
from .scalars import Count, In, IsoDate, Many, Text

CountryCode = Annotated[Code, In("country")]
Sex = Annotated[Code, In("sex")]


class Birth(Part):
    """Date, place and country of birth, as far as known."""

    date: Annotated[
        PartialDate | None, Labels("date de naissance", "date of birth", "تاريخ الميلاد")
    ] = None
    place: Annotated[Text | None, Labels("lieu de naissance", "place of birth", "مكان الميلاد")] = (
        None
    )
    country: Annotated[
        CountryCode | None, Labels("pays de naissance", "country of birth", "بلد الميلاد")
    ] = None


class IdentityDocument(Part):
    """A document that a person holds."""

    type: Annotated[
        Annotated[Code, In("document_type")] | None,
        Labels("type de document", "document type", "نوع الوثيقة"),
    ] = None
    number: Annotated[
        Text | None, Labels("numéro du document", "document number", "رقم الوثيقة")
    ] = None
    issuing_country: Annotated[
        CountryCode | None,
        Labels("pays du document", "document's issuing country", "بلد إصدار الوثيقة"),
    ] = None
    expires_on: Annotated[
        IsoDate | None,
        Labels("fin de validité du document", "document's expiry date", "تاريخ انتهاء الوثيقة"),
    ] = None


class Description(Part):
    """A physical description; height in whole centimetres."""

    height_cm: Annotated[
        Annotated[Count, Field(ge=1, le=300)] | None,
        Labels("taille (cm)", "height (cm)", "الطول (سم)"),
    ] = None
    eyes: Annotated[Annotated[Code, In("eyes")] | None, Labels("yeux", "eyes", "لون العينين")] = (
        None
    )
    hair: Annotated[Annotated[Code, In("hair")] | None, Labels("cheveux", "hair", "لون الشعر")] = (
        None
    )
    marks: Annotated[
        Text | None, Labels("signes particuliers", "distinguishing marks", "علامات مميزة")
    ] = None


class Person(Part):
    """The person whom a record is about."""

    name: Annotated[Name, Labels("nom et prénoms", "name", "الاسم")]
    birth_name: Annotated[
        Text | None, Labels("nom de naissance", "name at birth", "الاسم عند الولادة")
    ] = None
    aliases: Annotated[Many[Text], Labels("alias", "aliases", "أسماء مستعارة")] = ()
    sex: Annotated[Sex | None, Labels("sexe", "sex", "الجنس")] = None
    birth: Annotated[Birth | None, Labels("naissance", "birth", "الميلاد")] = None
    nationalities: Annotated[
        Many[CountryCode], Labels("nationalités", "nationalities", "الجنسيات")
    ] = ()
    documents: Annotated[
        Many[IdentityDocument],
        Group("documents"),
        Labels("documents d'identité", "identity documents", "وثائق الهوية"),
    ] = ()
    description: Annotated[
        Description | None,
        Group("description"),
        Labels("description physique", "physical description", "الوصف الجسدي"),
    ] = None


class Warrant(Part):
    """A warrant: its number, day and authority."""

    number: Annotated[Text | None, Labels("numéro du mandat", "warrant number", "رقم الأمر")] = None
    issued_on: Annotated[
        IsoDate | None, Labels("date du mandat", "warrant date", "تاريخ الأمر")
    ] = None
    authority: Annotated[
        Text | None, Labels("autorité du mandat", "warrant authority", "سلطة إصدار الأمر")
    ] = None


class WantedPerson(Record):
    """A person to be arrested, located, checked, refused entry or warned about.

    `measure` has no default: nobody is arrested because a field was forgotten.
    """

    kind: Annotated[
        Literal["WantedPerson"], In("kind"), Labels("genre de fiche", "kind of record", "نوع السجل")
    ] = "WantedPerson"
    reason: Annotated[Text, Labels("motif", "reason", "السبب")]
    action_to_be_taken: Annotated[
        Annotated[str, In("action_to_be_taken")],
        Labels("conduite à tenir", "action to be taken", "الإجراء المطلوب"),
    ]
    measure: Annotated[str, In("measure"), Labels("mesure demandée", "measure", "التدبير المطلوب")]
    person_status: Annotated[
        Status, Labels("qualité de la personne", "person's status", "صفة الشخص")
    ]
    person: Annotated[Person, Group("identity"), Labels("personne", "person", "الشخص")]
    offences: Annotated[
        Many[Offence], Group("offences"), Labels("infractions", "offences", "الجرائم")
    ] = ()
    warrants: Annotated[
        Many[Warrant], Group("warrant"), Labels("mandats", "warrants", "الأوامر القضائية")
    ] = ()
