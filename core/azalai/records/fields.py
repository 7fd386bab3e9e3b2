"""The fields of each kind, derived from the models: path, type, lists, group, labels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from .evidence import Code, Image, Name, Part, PartialDate, Provenance
from .kinds import RECORD_KINDS
from .labels import Group, Labels
from .scalars import In, Kind

FieldType = Literal[
    "text",
    "integer",
    "date",
    "partial_date",
    "name",
    "code",
    "choice",
    "timestamp",
    "image",
    "provenance",
]

_EVIDENCE: dict[type, FieldType] = {
    PartialDate: "partial_date",
    Name: "name",
    Code: "code",
    Image: "image",
    Provenance: "provenance",
}
_WITHOUT_MEANING = frozenset({"source_updated_on", "provenance", "schema_version"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a mapping can fill, an agreement can name and a message can carry.

    `path` is dotted, list levels are not written: `offences.code`. `inside` names the list levels
    above it, outermost first, as paths; `many` says that the field itself is a list of values.
    `list_name` is the common list of a `code` or `choice`. Empty `groups`: goes with every share.
    `required` is so only where all that is above it is there. `meaning`: a change of it makes a
    new version.
    """

    path: str
    type: FieldType
    many: bool
    inside: tuple[str, ...]
    list_name: str | None
    groups: frozenset[str]
    required: bool
    labels: Labels
    meaning: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    """What an annotation comes down to: the innermost type and the marks on the way."""

    type: Any
    many: bool
    marks: tuple[Any, ...]


@cache
def fields(kind: str) -> Mapping[str, Field]:
    """The fields of a kind by path, in the models' order; KeyError for an unknown kind.

    Evidence types, images and provenance are leaves.
    """
    found = _walk(RECORD_KINDS[kind], "", (), frozenset())
    return MappingProxyType({field.path: field for field in found})


@cache
def groups(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The field groups of a kind: group -> paths of its fields, in the models' order."""
    found: dict[str, list[str]] = {}
    for field in fields(kind).values():
        for group in field.groups:
            found.setdefault(group, []).append(field.path)
    return MappingProxyType({group: tuple(paths) for group, paths in found.items()})


def _walk(
    model: type[Part], prefix: str, inside: tuple[str, ...], above: frozenset[str]
) -> Iterator[Field]:
    for name, info in model.model_fields.items():
        path = f"{prefix}{name}"
        shape = _shape(info)
        marked = frozenset(mark.name for mark in shape.marks if isinstance(mark, Group)) or above
        if shape.type not in _EVIDENCE and _is_part(shape.type):
            deeper = (*inside, path) if shape.many else inside
            yield from _walk(shape.type, f"{path}.", deeper, marked)
        else:
            yield _leaf(path, shape, inside, marked, required=info.is_required())


def _leaf(
    path: str, shape: _Shape, inside: tuple[str, ...], marked: frozenset[str], *, required: bool
) -> Field:
    labels = next(mark for mark in shape.marks if isinstance(mark, Labels))
    list_name = next((mark.list_name for mark in shape.marks if isinstance(mark, In)), None)
    return Field(
        path=path,
        type=_type(shape, list_name),
        many=shape.many,
        inside=inside,
        list_name=list_name,
        groups=marked,
        required=required,
        labels=labels,
        meaning=path not in _WITHOUT_MEANING,
    )


def _type(shape: _Shape, list_name: str | None) -> FieldType:
    if shape.type in _EVIDENCE:
        return _EVIDENCE[shape.type]
    if list_name is not None:
        return "choice"
    kind: Any = next(mark.name for mark in shape.marks if isinstance(mark, Kind))
    return kind  # type: ignore[no-any-return]


def _shape(info: FieldInfo) -> _Shape:
    inner = _unwrap(info.annotation)
    return _Shape(inner.type, inner.many, (*info.metadata, *inner.marks))


def _unwrap(annotation: Any) -> _Shape:
    """Take off `Annotated`, `| None` and `tuple[..., ...]`, collecting the marks."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = _unwrap(arguments[0])
        return _Shape(inner.type, inner.many, (*arguments[1:], *inner.marks))
    if origin in (Union, UnionType):
        return _unwrap(next(one for one in arguments if one is not type(None)))
    if origin is tuple:
        inner = _unwrap(arguments[0])
        return _Shape(inner.type, many=True, marks=inner.marks)
    return _Shape(annotation, many=False, marks=())


def _is_part(candidate: Any) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, Part)
