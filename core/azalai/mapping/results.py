"""What translating one raw record gives: translated, rejected or parked."""

from dataclasses import dataclass

from azalai.address import Address
from azalai.documents import Text


@dataclass(frozen=True, slots=True)
class Declared:
    """What does not stand in the mapping: from the manifest and the configuration.

    `country` is ISO 3166-1 alpha-3; `mark` is `test` or `production`.
    """

    system: str
    country: str
    agency: str
    mark: str
    feed: str


@dataclass(slots=True)
class Translated:
    """A common record. `record` is JSON of `as_dict`, `meaning` its canonical meaning.

    `mapping` is `name@version`; `as_of` is an ISO date from the mapping's `as_of:` line. With
    `withdraw` (a cancel reason) the raw record says that the record is withdrawn; where such a
    raw record does not make a whole record, `record` and `meaning` are empty: the key is enough.
    `persons` is what `records.persons_in.found_in` gives of `record`; None: nobody has looked.
    """

    address: Address
    kind: str
    key: str
    record: bytes
    meaning: bytes
    mapping: str
    as_of: str | None = None
    withdraw: str | None = None
    persons: bytes | None = None


@dataclass(slots=True)
class Rejected:
    """A raw record that makes no common record: where, by which rule, why, what to do.

    `what` and `todo` never hold a value of the record. `raw` is JSON of values and tag, personal
    data, to be sealed. `rule` is `file:line` of the mapping.
    """

    address: Address
    mapping: str
    key: str | None
    code: str
    column: str
    field: str
    rule: str
    what: Text
    todo: Text
    raw: bytes


@dataclass(slots=True)
class Parked:
    """A raw record that waits for one entry of a code list; `value` and `raw` are to be sealed."""

    address: Address
    mapping: str
    key: str | None
    column: str
    field: str
    code_list: str
    value: str
    what: Text
    todo: Text
    raw: bytes


Result = Translated | Rejected | Parked
