"""One full fictitious record of each kind, as plain JSON values; nobody here exists."""

from copy import deepcopy
from typing import Any

_CARRIED: dict[str, Any] = {
    "key": "BFA-PN/registre/FICTIF-00001",
    "schema_version": 1,
    "mark": "test",
    "issuing_country": "BFA",
    "issuing_agency": "Service fictif",
    "purpose": "prosecution",
    "legal_ground": "national_warrant",
    "handling": "police_use_only",
    "not_for": ["UTO"],
    "reason": "Motif fictif",
    "action_to_be_taken": "arrest_and_notify",
    "valid_from": "2026-01-01",
    "review_on": "2031-01-01",
    "expires_on": "2036-01-01",
    "source_updated_on": "2026-02-03",
    "images": [{"digest": "0" * 64, "media_type": "image/jpeg", "size_bytes": 1000}],
    "provenance": {
        "feed": "fictif",
        "mapping": "fictif",
        "mapping_version": 1,
        "input_digest": "a" * 64,
        "number": 7,
        "line": 8,
    },
}


def code(value: str) -> dict[str, Any]:
    """A code as a mapping gives it."""
    return {"code": value, "list": "fictif", "version": "1", "original": f"brut {value}"}


def name(family: str) -> dict[str, Any]:
    """A fictitious person's name."""
    return {"family": family, "given": ["Kilo"], "original": f"{family}, Kilo"}


_BIRTH = {
    "date": {
        "value": "1985",
        "precision": "year",
        "original": "00/00/1985",
        "rule": "date(jj/mm/aaaa, partial)",
    },
    "place": "Ville fictive",
    "country": code("UTO"),
}
_DAY = {"value": "2026-03", "precision": "month", "circa": True}
_WHERE = {"occurred_on": _DAY, "place": "Lieu fictif", "report_reference": "PV fictif 1"}
_PARTY = {"name": name("FICTIF"), "birth": _BIRTH}
_DESCRIPTION = {
    "height_cm": 180,
    "eyes": code("brown"),
    "hair": code("black"),
    "marks": "cicatrice",
}
_PERSON = {
    "name": name("FICTIF"),
    "birth_name": "IMAGINAIRE",
    "aliases": ["Alias Un", "Alias Deux"],
    "sex": code("M"),
    "birth": _BIRTH,
    "nationalities": [code("UTO"), code("BFA")],
    "documents": [
        {
            "type": code("passport"),
            "number": "X0000000",
            "issuing_country": code("UTO"),
            "expires_on": "2030-06-01",
        }
    ],
    "description": _DESCRIPTION,
}
_OFFENCE = {
    "code": code("theft"),
    "category": "none",
    "committed_on": "2025-05-05",
    "maximum_penalty_months": 60,
}
_INVOLVED = {
    "role": "suspect",
    "name": name("FICTIF"),
    "birth": _BIRTH,
    "sex": code("F"),
    "nationalities": [code("UTO")],
}
_EXHIBIT = {"category": code("cash"), "description": "fictif", "quantity": 3, "unit": "piece"}

_OWN: dict[str, dict[str, Any]] = {
    "WantedPerson": {
        "measure": "arrest",
        "person_status": "wanted",
        "person": _PERSON,
        "offences": [_OFFENCE],
        "warrants": [{"number": "M1/26", "issued_on": "2026-01-01", "authority": "TGI fictif"}],
    },
    "MissingPerson": {
        "person_status": "missing",
        "person": _PERSON,
        "disappearance": {
            "category": "adult",
            "last_seen_on": _DAY,
            "last_seen_place": "Lieu fictif",
            "country": code("UTO"),
            "circumstances": "fictives",
        },
    },
    "UnidentifiedBody": {
        "body": {
            "found_on": _DAY,
            "found_place": "Lieu fictif",
            "found_country": code("UTO"),
            "sex": code("X"),
            "age_min_years": 20,
            "age_max_years": 40,
            "description": _DESCRIPTION,
        }
    },
    "CriminalCase": {
        "references": [{"type": "pv", "number": "1/26"}, {"type": "parquet", "number": "RP 2/26"}],
        "opened_on": "2026-01-02",
        "court": "TGI fictif",
        "facts": {"date": _DAY, "place": "Lieu fictif", "country": code("UTO"), "summary": "s"},
        "persons": [_INVOLVED, {"role": "victim"}],
        "offences": [_OFFENCE],
        "objects": [_EXHIBIT],
    },
    "ReportedVehicle": {
        "status": "stolen",
        "vehicle": {
            "registration": "00 ZZ 0000",
            "registration_country": code("UTO"),
            "vin": "ZZZZZZZZZZZ000000",
            "category": code("pickup"),
            "make": "Marque fictive",
            "colour": code("white"),
            "year": 2020,
        },
        "owner": _PARTY,
        **_WHERE,
    },
    "ReportedDocument": {
        "status": "blank_stolen",
        "document": {
            "type": code("passport"),
            "number": "X0000000",
            "number_last": "X0000099",
            "issuing_country": code("UTO"),
            "issued_on": "2020-06-01",
            "expires_on": "2030-06-01",
        },
        "holder": _PARTY,
        **_WHERE,
    },
    "ReportedFirearm": {
        "status": "trace_requested",
        "firearm": {
            "category": code("assault_rifle"),
            "serial_number": "Z0000",
            "calibre": "7,62",
            "country_of_manufacture": code("UTO"),
        },
        "owner": _PARTY,
        **_WHERE,
    },
    "ReportedObject": {
        "status": "seized",
        "object": {
            "category": code("drugs"),
            "drug": code("tramadol"),
            "quantity": 5000,
            "unit": "tablet",
            "imeis": ["000000000000000"],
        },
        "owner": _PARTY,
        **_WHERE,
    },
    "SecurityEvent": {
        "event": {
            "category": code("cattle_raid"),
            "severity": "serious",
            "occurred_on": _DAY,
            "reported_at": "2026-03-02T10:00:00Z",
            "place": "Lieu fictif",
            "country": code("UTO"),
            "summary": "fictif",
            "deaths": 0,
        },
        "persons": [_INVOLVED],
        "objects": [_EXHIBIT],
    },
    "Hit": {
        "hit": {
            "record_reference": "UTO-PN/personnes/FICTIF-2",
            "record_kind": "WantedPerson",
            "found_on": "2026-03-03",
            "found_at": "2026-03-03T04:05:06Z",
            "place": "Poste fictif",
            "country": code("BFA"),
            "measure_taken": "located",
            "identity_checks": ["document", "statement"],
            "contact": "BCN fictif",
            "asked": ["confirm"],
        },
        "answer": {"result": "confirmed", "answered_on": "2026-03-04"},
    },
}

KINDS = tuple(_OWN)


def sample(kind: str) -> dict[str, Any]:
    """A fresh copy of the full record of this kind."""
    return deepcopy({"kind": kind, **_CARRIED, **_OWN[kind]})
