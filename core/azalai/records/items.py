"""Reported documents, vehicles, firearms and other objects, each with its status."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from .evidence import Code, Name, Part, PartialDate
from .labels import Group, Labels
from .person import Birth, CountryCode
from .record import Record
from .scalars import Count, In, IsoDate, Many, Text

ItemStatus = Annotated[str, In("item_status")]


def _vin(text: str) -> str:
    """Check a VIN: 17 characters, capital letters without I, O, Q, and digits (ISO 3779)."""
    if len(text) == 17 and set(text) <= set("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"):
        return text
    raise PydanticCustomError("vin", "A VIN has 17 characters, without I, O and Q (ISO 3779)")


def _imei(text: str) -> str:
    """Check an IMEI's shape: 14 to 16 digits (3GPP TS 23.003 section 6.2)."""
    if 14 <= len(text) <= 16 and text.isascii() and text.isdigit():
        return text
    raise PydanticCustomError("imei", "An IMEI has 14 to 16 digits")


Vin = Annotated[Text, AfterValidator(_vin)]
Imei = Annotated[Text, AfterValidator(_imei)]


class Party(Part):
    """The holder or owner of a thing; never leaves without a profile and rule that name it."""

    name: Annotated[Name, Labels("nom et prénoms", "name", "الاسم")]
    birth: Annotated[Birth | None, Labels("naissance", "birth", "الميلاد")] = None


class Reported(Record):
    """What every reported thing carries beside its own group."""

    reason: Annotated[Text, Labels("motif", "reason", "السبب")]
    action_to_be_taken: Annotated[
        Annotated[str, In("action_to_be_taken")],
        Labels("conduite à tenir", "action to be taken", "الإجراء المطلوب"),
    ]
    status: Annotated[ItemStatus, Labels("statut", "status", "الحالة")]


class TravelDocument(Part):
    """A document or, with `number_last`, the range of numbers from `number` to it."""

    type: Annotated[
        Annotated[Code, In("document_type")],
        Labels("type de document", "document type", "نوع الوثيقة"),
    ]
    number: Annotated[Text, Labels("numéro du document", "document number", "رقم الوثيقة")]
    number_last: Annotated[
        Text | None,
        Labels("dernier numéro de la série", "last number of the range", "آخر رقم في السلسلة"),
    ] = None
    issuing_country: Annotated[
        CountryCode, Labels("pays du document", "document's issuing country", "بلد إصدار الوثيقة")
    ]
    issued_on: Annotated[
        IsoDate | None,
        Labels("date de délivrance", "date of issue", "تاريخ الإصدار"),
    ] = None
    expires_on: Annotated[
        IsoDate | None,
        Labels("fin de validité du document", "document's expiry date", "تاريخ انتهاء الوثيقة"),
    ] = None


class ReportedDocument(Reported):
    """A document that was stolen, lost, revoked, stolen blank, seized or found."""

    kind: Annotated[
        Literal["ReportedDocument"],
        In("kind"),
        Labels("genre de fiche", "kind of record", "نوع السجل"),
    ] = "ReportedDocument"
    document: Annotated[
        TravelDocument, Group("document"), Labels("document", "document", "الوثيقة")
    ]
    occurred_on: Annotated[
        PartialDate | None, Group("document"), Labels("date des faits", "date", "تاريخ الوقائع")
    ] = None
    place: Annotated[
        Text | None, Group("document"), Labels("lieu des faits", "place", "مكان الوقائع")
    ] = None
    report_reference: Annotated[
        Text | None,
        Group("document"),
        Labels("référence de la déclaration", "report reference", "مرجع البلاغ"),
    ] = None
    holder: Annotated[
        Party | None, Group("holder"), Labels("titulaire", "holder", "صاحب الوثيقة")
    ] = None


class Vehicle(Part):
    """A vehicle, known by at least one of its four identifying numbers."""

    registration: Annotated[
        Text | None, Labels("immatriculation", "registration number", "رقم التسجيل")
    ] = None
    registration_country: Annotated[
        CountryCode | None,
        Labels("pays d'immatriculation", "country of registration", "بلد التسجيل"),
    ] = None
    vin: Annotated[
        Vin | None, Labels("numéro d'identification (VIN)", "VIN", "رقم تعريف المركبة")
    ] = None
    chassis_number: Annotated[
        Text | None,
        Labels("numéro de châssis (hors VIN)", "chassis number (not a VIN)", "رقم الهيكل"),
    ] = None
    engine_number: Annotated[
        Text | None, Labels("numéro de moteur", "engine number", "رقم المحرك")
    ] = None
    category: Annotated[
        Annotated[Code, In("vehicle_category")] | None,
        Labels("catégorie de véhicule", "vehicle category", "فئة المركبة"),
    ] = None
    make: Annotated[Text | None, Labels("marque", "make", "الصنع")] = None
    model: Annotated[Text | None, Labels("modèle", "model", "الطراز")] = None
    colour: Annotated[
        Annotated[Code, In("colour")] | None, Labels("couleur", "colour", "اللون")
    ] = None
    year: Annotated[
        Annotated[Count, Field(ge=1880, le=2200)] | None,
        Labels("année du modèle", "model year", "سنة الصنع"),
    ] = None

    @model_validator(mode="after")
    def _has_an_identifier(self) -> Self:
        if self.registration or self.vin or self.chassis_number or self.engine_number:
            return self
        raise PydanticCustomError(
            "vehicle_identifier",
            "A vehicle needs a registration, VIN, chassis number or engine number",
        )


class ReportedVehicle(Reported):
    """A vehicle that was stolen, misappropriated, seized or found."""

    kind: Annotated[
        Literal["ReportedVehicle"],
        In("kind"),
        Labels("genre de fiche", "kind of record", "نوع السجل"),
    ] = "ReportedVehicle"
    vehicle: Annotated[Vehicle, Group("vehicle"), Labels("véhicule", "vehicle", "المركبة")]
    occurred_on: Annotated[
        PartialDate | None, Group("vehicle"), Labels("date des faits", "date", "تاريخ الوقائع")
    ] = None
    place: Annotated[
        Text | None, Group("vehicle"), Labels("lieu des faits", "place", "مكان الوقائع")
    ] = None
    report_reference: Annotated[
        Text | None,
        Group("vehicle"),
        Labels("référence de la plainte", "report reference", "مرجع البلاغ"),
    ] = None
    owner: Annotated[Party | None, Group("owner"), Labels("propriétaire", "owner", "المالك")] = None


class Firearm(Part):
    """A firearm or a part of one; `serial_number` may have been erased."""

    category: Annotated[
        Annotated[Code, In("firearm_category")],
        Labels("catégorie d'arme", "firearm category", "فئة السلاح"),
    ]
    serial_number: Annotated[
        Text | None, Labels("numéro de série", "serial number", "الرقم التسلسلي")
    ] = None
    make: Annotated[Text | None, Labels("marque", "make", "الصنع")] = None
    model: Annotated[Text | None, Labels("modèle", "model", "الطراز")] = None
    calibre: Annotated[Text | None, Labels("calibre", "calibre", "العيار")] = None
    country_of_manufacture: Annotated[
        CountryCode | None,
        Labels("pays de fabrication", "country of manufacture", "بلد الصنع"),
    ] = None
    markings: Annotated[Text | None, Labels("marquages", "markings", "العلامات")] = None


class ReportedFirearm(Reported):
    """A firearm that was stolen, lost, seized, found, or whose trace is asked for."""

    kind: Annotated[
        Literal["ReportedFirearm"],
        In("kind"),
        Labels("genre de fiche", "kind of record", "نوع السجل"),
    ] = "ReportedFirearm"
    firearm: Annotated[Firearm, Group("firearm"), Labels("arme", "firearm", "السلاح")]
    occurred_on: Annotated[
        PartialDate | None, Group("firearm"), Labels("date des faits", "date", "تاريخ الوقائع")
    ] = None
    place: Annotated[
        Text | None, Group("firearm"), Labels("lieu des faits", "place", "مكان الوقائع")
    ] = None
    report_reference: Annotated[
        Text | None,
        Group("firearm"),
        Labels("référence du procès-verbal", "report reference", "مرجع المحضر"),
    ] = None
    owner: Annotated[Party | None, Group("owner"), Labels("propriétaire", "owner", "المالك")] = None


class Thing(Part):
    """An object of a category; a quantity never stands without its unit."""

    category: Annotated[
        Annotated[Code, In("object_category")],
        Labels("catégorie d'objet", "object category", "فئة الشيء"),
    ]
    description: Annotated[Text | None, Labels("description", "description", "الوصف")] = None
    make: Annotated[Text | None, Labels("marque", "make", "الصنع")] = None
    model: Annotated[Text | None, Labels("modèle", "model", "الطراز")] = None
    serial_number: Annotated[
        Text | None, Labels("numéro de série", "serial number", "الرقم التسلسلي")
    ] = None
    imeis: Annotated[Many[Imei], Labels("IMEI", "IMEI", "رقم IMEI")] = ()
    hull_number: Annotated[Text | None, Labels("numéro de coque", "hull number", "رقم البدن")] = (
        None
    )
    species: Annotated[
        Annotated[Code, In("species")] | None, Labels("espèce", "species", "النوع الحيواني")
    ] = None
    brand: Annotated[Text | None, Labels("marque au fer", "livestock brand", "وسم الماشية")] = None
    drug: Annotated[Annotated[Code, In("drug")] | None, Labels("stupéfiant", "drug", "المخدر")] = (
        None
    )
    quantity: Annotated[Count | None, Labels("quantité", "quantity", "الكمية")] = None
    unit: Annotated[Annotated[str, In("unit")] | None, Labels("unité", "unit", "الوحدة")] = None
    currency: Annotated[
        Annotated[str, In("currency")] | None, Labels("monnaie", "currency", "العملة")
    ] = None

    @model_validator(mode="after")
    def _quantity_has_a_unit(self) -> Self:
        if (self.quantity is None) != (self.unit is None):
            raise PydanticCustomError("quantity", "A quantity and its unit go together")
        if self.unit == "minor_unit" and self.currency is None:
            raise PydanticCustomError("quantity", "An amount of money needs its currency")
        return self


class ReportedObject(Reported):
    """Livestock, a phone, a boat, explosives, a cultural good, cash, drugs or another object."""

    kind: Annotated[
        Literal["ReportedObject"],
        In("kind"),
        Labels("genre de fiche", "kind of record", "نوع السجل"),
    ] = "ReportedObject"
    object: Annotated[Thing, Group("object"), Labels("objet", "object", "الشيء")]
    occurred_on: Annotated[
        PartialDate | None, Group("object"), Labels("date des faits", "date", "تاريخ الوقائع")
    ] = None
    place: Annotated[
        Text | None, Group("object"), Labels("lieu des faits", "place", "مكان الوقائع")
    ] = None
    report_reference: Annotated[
        Text | None,
        Group("object"),
        Labels("référence de la plainte", "report reference", "مرجع البلاغ"),
    ] = None
    owner: Annotated[Party | None, Group("owner"), Labels("propriétaire", "owner", "المالك")] = None
