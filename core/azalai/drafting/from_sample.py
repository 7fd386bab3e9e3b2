"""A first mapping from a sample: what the bytes say, what is guessed, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from azalai.documents import Text
from azalai.drafting import (
    delimited,
    encoding,
    fixed,
    joining,
    line_types,
    sheets,
    tables,
    trees,
    zones,
)
from azalai.drafting.evidence import observe
from azalai.drafting.matching import Match, kind_of, matches
from azalai.drafting.nothings import take_out
from azalai.drafting.structure import Structure, Wishes
from azalai.drafting.writing import Writer
from azalai.errors import StopError
from azalai.formats.access import is_access
from azalai.formats.dbase import is_table
from azalai.formats.encodings import refuse_other
from azalai.records import RECORD_KINDS

MOST_COLUMNS = 2000


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted mapping. No value of the sample stands in `text`; `stubs` (file name → CSV) hold
    the distinct values of the columns named in `coded`. `trouble`: what did not read."""

    text: str
    stubs: dict[str, bytes]
    records: int
    kind: str
    coded: tuple[str, ...]
    trouble: Text | None


def draft(
    data: bytes, name: str, wishes: Wishes, language: str = "fr",
    beside: Mapping[str, bytes] = MappingProxyType({}),
) -> Draft:  # fmt: skip
    """Draft a mapping of this name from a sample's bytes, and from tables `beside` it (by file
    name) that it may join.

    StopError where the bytes are of no format that we read, or the wish names an unknown kind;
    FormatError where a workbook is refused.
    """
    if wishes.kind is not None and wishes.kind not in RECORD_KINDS:
        known = ", ".join(RECORD_KINDS)
        raise StopError(f"unknown kind of record {wishes.kind}",
                        fr=f"genre de fiche inconnu : {wishes.kind}",
                        hint=f"kinds: {known}", hint_fr=f"genres : {known}")  # fmt: skip
    data, mixed = encoding.in_one(data, wishes.encoding) if _is_text(data) else (data, None)
    structure = _structure(data, wishes)
    structure.notes += [mixed] if mixed else []
    for file, content in beside.items():
        joining.join(structure, data, file, _structure(content, Wishes()), content)
    if len(structure.columns) > MOST_COLUMNS:
        raise StopError(f"more than {MOST_COLUMNS} columns", hint="give a sample of true records",
                        fr=f"plus de {MOST_COLUMNS} colonnes",
                        hint_fr="donnez un échantillon de vraies fiches")  # fmt: skip
    columns, records, trouble = observe(structure, data)
    nothings = take_out(columns)
    if not records and trouble is None:
        trouble = Text("aucune fiche dans l'échantillon : rien n'est prouvé des colonnes",
                       "no record in the sample: nothing is proven of its columns")  # fmt: skip
    zone = zones.found(columns)
    kind, score = kind_of(columns)
    why = Text("le genre dont les champs ressemblent le plus aux colonnes",
               "the kind whose fields resemble the columns most")  # fmt: skip
    if wishes.kind is not None:
        kind = wishes.kind
    elif not score and zone:
        kind, why = "ReportedDocument", Text("une zone de lecture automatique : un document",
                                             "a machine readable zone: a document")  # fmt: skip
    elif not score:
        why = Text("rien ne l'indique : --kind", "nothing says it: --kind")
    found = _writable(matches(kind, columns))
    if zone is not None:
        structure.notes.append(zone.note())
        found = zones.proposed(kind, found, zone)
    writer = Writer(structure, columns, records, kind, found, language, zone, nothings)
    text = writer.document(name, why)
    return Draft(text, writer.stubs, records, kind, tuple(dict.fromkeys(writer.coded)),
                 mixed or trouble)  # fmt: skip


def _writable(found: list[Match]) -> list[Match]:
    """What one level of parts can hold: a part is filled from one repeated part, or from none."""
    source: dict[str, str] = {}
    kept = []
    for match in found:
        within = match.columns[0].within
        if len(match.field.inside) > 1 or any(c.within != within for c in match.columns):
            continue
        if match.field.inside:
            if source.setdefault(match.field.inside[0], within) != within:
                continue
        elif within and not match.field.many:
            continue
        kept.append(match)
    return kept


def _is_text(data: bytes) -> bool:
    """Lines in an encoding that the mapping declares; XML says its own."""
    begin = data[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return not (data.startswith((sheets.ZIP, sheets.OLE)) or is_access(data) or is_table(data)
                or begin == b"<")  # fmt: skip


def _structure(data: bytes, wishes: Wishes) -> Structure:
    if not data.strip():
        raise StopError("the sample is empty", fr="l'échantillon est vide")
    if data.startswith((sheets.ZIP, sheets.OLE)):
        return sheets.look(data, wishes.part)
    if is_access(data):
        return tables.access_table(data, wishes.part)
    if is_table(data):
        return tables.dbase_table(data, wishes.encoding)
    refuse_other(data)
    setting, text = encoding.proposed(data, wishes.encoding)
    begin = text.lstrip("\ufeff \t\r\n")[:1]
    if begin == "<":
        return trees.xml(data, setting, wishes.part)
    if begin in ("{", "["):
        return trees.json_document(text.lstrip("\ufeff"), setting, wishes.part)
    if (made := zones.lines(text, setting)) is not None:
        return made
    found, sure = delimited.look(text, setting, wishes.delimiter)
    if not sure:
        marks = (wishes.delimiter,) if wishes.delimiter else delimited.DELIMITERS
        found = (
            line_types.delimited(text, setting, marks, wishes.part)
            or fixed.look(text, setting, wishes.part)
            or found
        )
    if found is None:
        raise StopError(
            "neither delimited nor fixed width: no delimiter and no line length fits all lines",
            fr="ni délimité ni à largeur fixe : aucun séparateur, aucune longueur ne convient",
            hint="give a sample of whole lines, or --delimiter",
            hint_fr="donnez un échantillon de lignes entières, ou --delimiter",
        )
    return found
