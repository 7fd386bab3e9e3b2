"""The checked pieces that a record's bytes are put together from; those that repeat are kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from azalai.address import Address
from azalai.records import meaning
from azalai.records.checker import field_checker

Pair = tuple[bytes, bytes]
"""One field as it stands in the record and in its meaning, each with a comma before it."""
Pieces = Any
"""A Pair, or the first of it where nobody needs the meaning."""

NOTHING: Pair = (b"", b"")
KEPT = 32_768
"""Values of one line that are remembered: days and codes come again, names hardly; the birthdays
of all who live are some 30,000."""
NO_MEANING_AT_TOP = frozenset({"provenance", "source_updated_on", "schema_version"})
_SPELLINGS = "\u0623\u0625\u0622\u0671\u200c\u0640\u0649\u0629 \u00c9 x"


class Unfit(Exception):  # noqa: N818 - caught where a mapping is compiled
    """This mapping has something that only the plain path does."""


class Left(Exception):  # noqa: N818 - caught by the generated code
    """This raw record is left to the plain path."""


class Filler:
    """Makes one field's pieces: the steps of its line, then the schema of the field.

    `required` says which of the cells must be filled; where one must, so must the field be.
    """

    def __init__(
        self,
        name: str,
        schema: Any,
        cell: Callable[[Any], str | None],
        read: Callable[..., Any] | None = None,
        required: Sequence[bool] = (),
        *,
        with_meaning: bool = True,
    ) -> None:
        self.name, self.cell, self.read = name, cell, read
        self.required = tuple(required) if any(required) else ()
        self.with_meaning = with_meaning
        self.nothing: Pieces = NOTHING if with_meaning else b""
        self.check = field_checker(name, schema)

    def __call__(self, value: Any) -> Pieces:
        """From the field's value. Raises ValidationError where the schema refuses it."""
        found = self.check({self.name: value})
        body = b"," + orjson.dumps(found)[1:-1]
        if not self.with_meaning:
            return body
        sense = orjson.dumps(meaning(found), option=orjson.OPT_SORT_KEYS)[1:-1]
        return body, b"," + sense if sense else b""

    def pieces(self, *cells: str) -> Pieces:
        """From raw cells. Whatever is raised leaves the raw record to the plain path."""
        for one, needed in zip(cells, self.required, strict=False):
            if needed and self.cell(one) is None:
                raise Left
        value = self.read(*cells) if self.read else None
        if value is not None and value != []:
            return self(value)
        if self.required:
            raise Left
        return self.nothing


class TextFiller:
    """Makes the pieces of a text that stands in its field, and in its meaning, as it is."""

    def __init__(self, name: str, schema: Any, empty: frozenset[str], *, required: bool,
                 with_meaning: bool) -> None:  # fmt: skip
        self.label, self.empty, self.required = label(name), empty, required
        self.most = longest(schema)
        self.with_meaning = with_meaning

    def pieces(self, cell: str) -> Pieces:
        """As `Filler.pieces`."""
        text = cell.strip()
        if not text or text in self.empty:
            if self.required:
                raise Left
            return NOTHING if self.with_meaning else b""
        if self.most and len(text) > self.most:
            raise Left
        body = self.label + orjson.dumps(text)
        return (body, body) if self.with_meaning else body


class Known(dict[Any, Pieces]):
    """What is known of the cells of one line; the rest is made, and kept while there is room."""

    def __init__(self, make: Callable[..., Pieces], *, single: bool) -> None:
        self.make, self.single = make, single

    def __missing__(self, cells: Any) -> Pieces:
        pieces = self.make(cells) if self.single else self.make(*cells)
        if len(self) < KEPT:
            self[cells] = pieces
        return pieces


def single(raw: Any) -> str:
    """A raw cell that is no text as one; what has several texts is left to the plain path."""
    if raw is None:
        return ""
    if raw.__class__ is list and len(raw) == 1 and raw[0].__class__ is str:
        only: str = raw[0]
        return only
    raise Left


class Placer:
    """Writes the provenance of an address, checked whole where anything but numbers is new."""

    def __init__(self, origin: Mapping[str, Any], schema: Any) -> None:
        self.origin = origin
        self.check = field_checker("provenance", schema)
        self.heads: dict[str, bytes] = {}

    def head(self, digest: str) -> bytes:
        """What stands before the raw record's number. Raises ValidationError."""
        head = self.heads.get(digest)
        if head is None:
            whole = {**self.origin, "input_digest": digest, "number": 0}
            found = self.check({"provenance": whole})
            self.heads.clear()
            head = self.heads[digest] = b"," + orjson.dumps(found)[1:-3]
        return head

    def place(self, address: Address) -> bytes:
        """From one address. Raises ValidationError."""
        head = self.head(address.input_digest)
        line, offset, part = address.line, address.offset, address.part
        if line is not None and offset is not None and not part:
            if address.number < 0 or line < 0 or offset < 0:
                raise Left
            return b'%b%d,"line":%d,"offset":%d}' % (head, address.number, line, offset)
        found = self.check({"provenance": provenance(self.origin, address)})
        return b"," + orjson.dumps(found)[1:-1]


def provenance(origin: Mapping[str, Any], address: Address) -> dict[str, Any]:
    """The values of a record's provenance: the mapping's and the address."""
    found = {**origin, "input_digest": address.input_digest, "number": address.number}
    if address.line is not None:
        found["line"] = address.line
    if address.offset is not None:
        found["offset"] = address.offset
    if address.part:
        found["part"] = address.part
    return found


def is_itself(name: str, schema: Any) -> bool:
    """Whether a text stands in this field, and in its meaning, as it is, if it is not too long."""
    plain = inside(schema)
    return (
        plain["type"] == "str"
        and plain.keys() <= {"type", "min_length", "max_length"}
        and plain.get("min_length", 0) <= 1
        and meaning({name: _SPELLINGS}) == {name: _SPELLINGS}
    )


def fields(schema: Any) -> Mapping[str, Any]:
    """The fields of a part; Unfit where the schema has a check of the part as a whole."""
    plain = inside(schema)
    if plain["type"] != "typed-dict":
        raise Unfit
    found: Mapping[str, Any] = plain["fields"]
    return found


def inside(schema: Any) -> Any:
    """The schema of a value that is there."""
    while schema["type"] in ("typed-dict-field", "nullable"):
        schema = schema["schema"]
    return schema


def item(schema: Any) -> Any:
    """The schema of one part of a list of parts."""
    plain = inside(schema)
    if plain["type"] != "list" or plain.keys() - {"type", "items_schema", "strict"}:
        raise Unfit
    return plain["items_schema"]


def longest(schema: Any) -> int:
    """How many characters a text may have; 0: as many as there are."""
    plain = inside(schema)
    while plain["type"] == "function-after":
        plain = plain["schema"]
    return int(plain.get("max_length") or 0)


def label(name: str) -> bytes:
    """What stands before a field's value."""
    return b',"%b":' % name.encode()
