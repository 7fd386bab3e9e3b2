"""Canonical JSON (RFC 8785): what is hashed, signed or compared goes through here."""

import hashlib
from typing import Any

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS
_PLAIN = frozenset({str, int, bool, type(None)})


def dumps(value: Any) -> bytes:
    """The canonical bytes of a value made of dict, list, str, int, bool and None.

    RFC 8785 sorts keys by UTF-16 code units and writes no white space. Our keys are ASCII, for
    which orjson's order is the same; keys outside ASCII and floats are refused (TypeError), so no
    value can have two forms.
    """
    _refuse_ambiguous(value)
    return orjson.dumps(value, option=_OPTIONS)


def digest(data: bytes) -> str:
    """SHA-256, lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def _refuse_ambiguous(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError("canonical JSON takes ASCII keys only")
            if inner.__class__ not in _PLAIN:
                _refuse_ambiguous(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if inner.__class__ not in _PLAIN:
                _refuse_ambiguous(inner)
    elif isinstance(value, float):
        raise TypeError("canonical JSON takes no floats")
