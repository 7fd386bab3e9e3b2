"""The fields that every record carries; they belong to no group and go with every share."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from .evidence import Image, Part, Provenance
from .labels import Labels
from .scalars import In, IsoDate, Kind, Many, Text

SCHEMA_VERSION = 1
"""The version of the common schema that this code writes."""

Country = Annotated[str, In("country")]
Status = Annotated[str, In("person_status")]


def _three_parts(key: str) -> str:
    if key.count("/") < 2 or not all(key.split("/", 2)):
        raise PydanticCustomError("record_key", "A record key is system/register/local id")
    return key


class Record(Part):
    """One common record. Its kind is its class; `as_dict` and `parse_record` are its two ends.

    `key` is system / register / local id, such as `BFA-PN/personnes/2024-00123`.
    """

    key: Annotated[
        Text, AfterValidator(_three_parts), Labels("numéro de fiche", "record key", "رقم السجل")
    ]
    kind: Annotated[str, In("kind"), Labels("genre de fiche", "kind of record", "نوع السجل")]
    schema_version: Annotated[
        int,
        Field(ge=1, le=SCHEMA_VERSION),
        Kind("integer"),
        Labels("version du schéma", "schema version", "إصدار المخطط"),
    ] = SCHEMA_VERSION
    mark: Annotated[str, In("mark"), Labels("marque", "mark", "العلامة")]
    issuing_country: Annotated[
        Country, Labels("pays émetteur", "issuing country", "الدولة المصدرة")
    ]
    issuing_agency: Annotated[Text, Labels("service émetteur", "issuing agency", "الجهة المصدرة")]
    purpose: Annotated[str, In("purpose"), Labels("finalité", "purpose", "الغرض")]
    legal_ground: Annotated[
        str, In("legal_ground"), Labels("fondement juridique", "legal ground", "السند القانوني")
    ]
    handling: Annotated[
        str, In("handling"), Labels("code de traitement", "handling code", "رمز المعالجة")
    ]
    not_for: Annotated[
        Many[Country], Labels("pays exclus", "not for these countries", "دول مستثناة")
    ] = ()
    reason: Annotated[Text | None, Labels("motif", "reason", "السبب")] = None
    action_to_be_taken: Annotated[
        Annotated[str, In("action_to_be_taken")] | None,
        Labels("conduite à tenir", "action to be taken", "الإجراء المطلوب"),
    ] = None
    valid_from: Annotated[
        IsoDate | None, Labels("date de début de validité", "valid from", "صالح من")
    ] = None
    review_on: Annotated[
        IsoDate | None, Labels("date de révision", "review date", "تاريخ المراجعة")
    ] = None
    expires_on: Annotated[
        IsoDate | None, Labels("date d'échéance", "expiry date", "تاريخ الانتهاء")
    ] = None
    source_updated_on: Annotated[
        IsoDate | None,
        Labels("mise à jour à la source", "updated at the source", "تاريخ التحديث في المصدر"),
    ] = None
    images: Annotated[Many[Image], Labels("images", "images", "الصور")] = ()
    provenance: Annotated[Provenance, Labels("provenance", "provenance", "المصدر")]


def as_dict(record: Record) -> dict[str, Any]:
    """The record as JSON-ready values, without what is empty or at its default.

    `parse_record(as_dict(record)) == record`, and the same through JSON text.
    """
    head = {"kind": record.kind, "schema_version": record.schema_version}
    return head | record.model_dump(mode="json", exclude_defaults=True)
