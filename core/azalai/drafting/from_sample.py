"""A first mapping from a sample: what the bytes say, what is guessed, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from azalai.documents import Text
from azalai.drafting import delimited, encoding, fixed, joining, line_types, sheets, tables, trees
from azalai.drafting.evidence import observe
from azalai.drafting.matching import Match, kind_of, matches
from azalai.drafting.structure import Structure, Wishes
from azalai.drafting.writing import Writer
from azalai.errors import StopError
from azalai.formats.access import is_access
from azalai.formats.dbase import is_table
from azalai.records import RECORD_KINDS


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
    structure = _structure(data, wishes)
    for file, content in beside.items():
        joining.join(structure, data, file, _structure(content, Wishes()), content)
    columns, records, trouble = observe(structure, data)
    kind, score = kind_of(columns)
    why = Text("le genre dont les champs ressemblent le plus aux colonnes",
               "the kind whose fields resemble the columns most")  # fmt: skip
    if wishes.kind is not None:
        kind = wishes.kind
    elif not score:
        why = Text("rien ne l'indique : --kind", "nothing says it: --kind")
    found = _writable(matches(kind, columns))
    writer = Writer(structure, columns, records, kind, found, language)
    text = writer.document(name, why)
    return Draft(text, writer.stubs, records, kind, tuple(dict.fromkeys(writer.coded)), trouble)


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


def _structure(data: bytes, wishes: Wishes) -> Structure:
    if not data.strip():
        raise StopError("the sample is empty", fr="l'échantillon est vide")
    if data.startswith((sheets.ZIP, sheets.OLE)):
        return sheets.look(data, wishes.part)
    if is_access(data):
        return tables.access_table(data, wishes.part)
    if is_table(data):
        return tables.dbase_table(data, wishes.encoding)
    setting, text = encoding.proposed(data, wishes.encoding)
    begin = text.lstrip("\ufeff \t\r\n")[:1]
    if begin == "<":
        return trees.xml(data, setting, wishes.part)
    if begin in ("{", "["):
        return trees.json_document(text.lstrip("\ufeff"), setting, wishes.part)
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
