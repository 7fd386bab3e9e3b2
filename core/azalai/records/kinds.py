"""The ten kinds of record by name."""

from collections.abc import Mapping
from types import MappingProxyType

from .case import CriminalCase
from .event import Hit, SecurityEvent
from .items import ReportedDocument, ReportedFirearm, ReportedObject, ReportedVehicle
from .missing import MissingPerson, UnidentifiedBody
from .person import WantedPerson
from .record import Record

RECORD_KINDS: Mapping[str, type[Record]] = MappingProxyType(
    {
        "WantedPerson": WantedPerson,
        "MissingPerson": MissingPerson,
        "UnidentifiedBody": UnidentifiedBody,
        "CriminalCase": CriminalCase,
        "ReportedVehicle": ReportedVehicle,
        "ReportedDocument": ReportedDocument,
        "ReportedFirearm": ReportedFirearm,
        "ReportedObject": ReportedObject,
        "SecurityEvent": SecurityEvent,
        "Hit": Hit,
    }
)
