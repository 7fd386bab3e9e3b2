"""Security events (the incident report) and hits (« avis de découverte »)."""

from typing import Annotated, Literal

from .case import Exhibit, Involved
from .evidence import Code, Part, PartialDate
from .labels import Group, Labels
from .person import CountryCode
from .record import Record
from .scalars import Count, In, IsoDate, Many, Text, Timestamp


class Event(Part):
    """What happened, where, when, how serious, with how many victims."""

    category: Annotated[
        Annotated[Code, In("event_category")],
        Labels("catégorie d'événement", "event category", "فئة الحدث"),
    ]
    severity: Annotated[
        Annotated[str, In("severity")] | None, Labels("gravité", "severity", "الخطورة")
    ] = None
    occurred_on: Annotated[
        PartialDate, Labels("date de l'événement", "date of the event", "تاريخ الحدث")
    ]
    reported_at: Annotated[
        Timestamp | None, Labels("heure du compte rendu", "reported at", "وقت التبليغ")
    ] = None
    place: Annotated[
        Text | None, Labels("lieu de l'événement", "place of the event", "مكان الحدث")
    ] = None
    country: Annotated[
        CountryCode | None, Labels("pays de l'événement", "country of the event", "بلد الحدث")
    ] = None
    summary: Annotated[Text, Labels("résumé", "summary", "الملخص")]
    deaths: Annotated[Count | None, Labels("nombre de morts", "deaths", "عدد القتلى")] = None
    injured: Annotated[Count | None, Labels("nombre de blessés", "injured", "عدد الجرحى")] = None
    abducted: Annotated[
        Count | None, Labels("nombre de personnes enlevées", "abducted", "عدد المختطفين")
    ] = None


class SecurityEvent(Record):
    """An incident report as the Sahel platforms exchange it; persons may be absent."""

    kind: Annotated[
        Literal["SecurityEvent"],
        In("kind"),
        Labels("genre de fiche", "kind of record", "نوع السجل"),
    ] = "SecurityEvent"
    event: Annotated[Event, Group("event"), Labels("événement", "event", "الحدث")]
    persons: Annotated[
        Many[Involved], Group("persons"), Labels("personnes", "persons", "الأشخاص")
    ] = ()
    objects: Annotated[Many[Exhibit], Group("object"), Labels("objets", "objects", "الأشياء")] = ()


class Found(Part):
    """The finder's side of a hit: which record, where, when, what was done, what is asked."""

    record_reference: Annotated[
        Text, Labels("fiche découverte", "record found", "السجل المعثور عليه")
    ]
    record_kind: Annotated[
        Annotated[str, In("kind")] | None,
        Labels("genre de la fiche découverte", "kind of the record found", "نوع السجل"),
    ] = None
    found_on: Annotated[IsoDate, Labels("date de découverte", "found on", "تاريخ العثور")]
    found_at: Annotated[
        Timestamp | None, Labels("heure de découverte", "found at", "وقت العثور")
    ] = None
    place: Annotated[
        Text | None, Labels("lieu de découverte", "place of the hit", "مكان العثور")
    ] = None
    country: Annotated[
        CountryCode | None, Labels("pays de découverte", "country of the hit", "بلد العثور")
    ] = None
    measure_taken: Annotated[
        Annotated[str, In("hit_measure")], Labels("mesure prise", "measure taken", "الإجراء المتخذ")
    ]
    identity_checks: Annotated[
        Many[Annotated[str, In("identity_check")]],
        Labels("vérifications d'identité", "identity checks", "التحقق من الهوية"),
    ] = ()
    contact: Annotated[Text, Labels("service à contacter", "contact", "جهة الاتصال")]
    asked: Annotated[
        Many[Annotated[str, In("hit_request")]],
        Labels("demandé à l'émetteur", "asked of the owner", "المطلوب من المصدر"),
    ] = ()


class Answer(Part):
    """The owner's answer, which closes a hit."""

    result: Annotated[Annotated[str, In("hit_answer")], Labels("réponse", "answer", "الجواب")]
    answered_on: Annotated[IsoDate, Labels("date de la réponse", "answered on", "تاريخ الجواب")]
    note: Annotated[Text | None, Labels("précision", "note", "ملاحظة")] = None


class Hit(Record):
    """The notice that a record's person or thing was found; closed by the owner's answer."""

    kind: Annotated[
        Literal["Hit"], In("kind"), Labels("genre de fiche", "kind of record", "نوع السجل")
    ] = "Hit"
    hit: Annotated[Found, Group("hit"), Labels("découverte", "hit", "العثور")]
    answer: Annotated[
        Answer | None,
        Group("hit"),
        Labels("réponse de l'émetteur", "owner's answer", "جواب المصدر"),
    ] = None
