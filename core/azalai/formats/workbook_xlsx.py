"""An xlsx workbook's sheets: their reach, error cells and formulas (ECMA-376 part 1, 18.3)."""

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise

from lxml import etree

from azalai.formats.workbook_facts import (
    MAX_CELLS,
    MAX_TEXTS,
    SheetFacts,
    hostile,
    no_workbook,
    number,
    too_large,
)

Markup = Callable[[str], Iterator[bytes]]

MAX_SMALL = 1_000_000  # bytes of the parts that only list sheets
MAX_ROW = 8_000_000  # bytes between two row ends
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_R = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_TAGS = re.compile(rb"<(?:\w+:)?c[\s/>]")
_REFS = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,9})["']""")
_CELLS = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ARRAY = re.compile(rb"""<(?:\w+:)?f(?=\s)[^>]*\st\s*=\s*["'](?:array|dataTable)["']""")
_AREA = re.compile(
    rb"""<(?:\w+:)?f(?=\s)[^>]*\sref\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,9}):([A-Za-z]{1,4})([0-9]{1,9})["']"""
)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>[^<]")
_SHARED = re.compile(rb"""<(?:\w+:)?c(?=\s)[^>]*\st\s*=\s*["']s["']""")
_INDEX = re.compile(
    rb"""<(?:\w+:)?c(?=\s)[^>]*\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v(?:\s[^>]*)?>([0-9]{1,9})<"""
)
_NO_INDEX = re.compile(
    rb"""<(?:\w+:)?c(?=\s)[^>]*\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v(?:\s[^>]*)?>(?!\s*[0-9]{1,9}\s*<)[^<]"""
)
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_TEXT = re.compile(rb"""\st\s*=\s*["']str["']""")


def facts(markup: Markup, names: AbstractSet[str]) -> Mapping[str, SheetFacts]:
    """The facts of each worksheet by name; every XML part is looked through once."""
    listed = sheets(markup)
    found: dict[str, SheetFacts] = {}
    lengths: list[int] = []
    for name in names:
        if name.casefold().endswith("sharedstrings.xml"):
            lengths.extend(_lengths(markup(name)))
    for name in sorted(names):
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        if name in listed:
            found[listed[name]] = _sheet(markup(name), lengths)
        else:
            for _ in markup(name):
                pass
    if len(found) != len(listed):
        raise no_workbook("une feuille manque", "a sheet is missing")
    return found


def sheets(markup: Markup) -> dict[str, str]:
    """Part name → sheet name, by the workbook and its relationships."""
    targets = {
        str(one.get("Id")): str(one.get("Target"))
        for one in small(markup("xl/_rels/workbook.xml.rels"))
        if str(one.get("Type")).endswith("/worksheet")
    }
    found: dict[str, str] = {}
    for one in small(markup("xl/workbook.xml")).iter("{*}sheet"):
        target = targets.get(str(one.get(_R) or one.get(_STRICT_R)))
        if target is None:
            continue  # a chart or dialog sheet
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if found.setdefault(part, str(one.get("name"))) != str(one.get("name")):
            raise hostile("deux feuilles en une partie", "two sheets in one part")
    return found


def small(pieces: Iterator[bytes]) -> etree._Element:
    """A part that is small. FormatError where it is not, or not well formed."""
    data = b""
    for piece in pieces:
        data += piece
        if len(data) > MAX_SMALL:
            raise too_large("de feuilles", "sheets")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True,
                             huge_tree=False)  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as err:
        raise no_workbook("XML mal formé", "malformed XML") from err


def _lengths(pieces: Iterator[bytes]) -> Iterator[int]:
    """The bytes of each shared string, its markup counted."""
    held, begun = b"", False
    for piece in pieces:
        held += piece
        at = [match.start() for match in _STRING.finditer(held)]
        for one, next_ in pairwise(at):
            yield next_ - one
        held = held[at[-1] :] if at else held
        begun = begun or bool(at)
        if len(held) > MAX_ROW:
            raise too_large("de texte en une case", "bytes in one cell")
    if begun:
        yield len(held)


def _sheet(pieces: Iterator[bytes], lengths: list[int]) -> SheetFacts:
    longest = max(lengths, default=0)
    found, held = SheetFacts(), b""
    for piece in pieces:
        held += piece
        cut = held.rfind(b"row>") + 4
        if cut < 4:
            if len(held) > MAX_ROW:
                raise too_large("de cases en une ligne", "cells in one row")
            continue
        _texts(held[:cut], lengths, longest, found)
        _look(held[:cut], found)
        held = held[cut:]
    _texts(held, lengths, longest, found)
    _look(held, found)
    return found


def _texts(rows: bytes, lengths: list[int], longest: int, found: SheetFacts) -> None:
    """What the shared strings of these rows take when each cell has its copy."""
    if longest * MAX_CELLS <= MAX_TEXTS:
        return
    used = [int(index) for index in _INDEX.findall(rows)]
    other = len(_SHARED.findall(rows)) - len(used)
    size = sum(lengths[index] for index in used if index < len(lengths))
    found.holds(size + max(0, other) * longest)


def _look(rows: bytes, found: SheetFacts) -> None:
    references = _REFS.findall(rows)
    if len(references) != len(_TAGS.findall(rows)):
        raise hostile("des cases sans adresse", "cells without an address")
    if _NO_INDEX.search(rows):  # calamine takes the first text for it
        raise no_workbook("contenu abîmé", "damaged content")
    if references:
        columns = {letters for letters, _ in references}
        lines = [int(digits) for _, digits in references]
        # Of two cells in one place calamine keeps one; rows that come back are lost by who reads on.
        again = len(set(references)) != len(references) or lines != sorted(lines)
        if again or lines[0] <= found.rows or any(name != name.upper() for name in columns):
            raise hostile("des cases en désordre, ou deux à la même place",
                          "cells out of order, or two in one place")  # fmt: skip
        found.reaches(lines[-1], max(number(c.decode()) for c in columns) + 1)
    if _ERROR.search(rows) or _FORMULA.search(rows):
        for cell in _CELLS.finditer(rows):
            _cell(cell, found)


def _cell(cell: re.Match[bytes], found: SheetFacts) -> None:
    attributes, body = cell.group(1), cell.group(2) or b""
    error, formula = _ERROR.search(attributes), _FORMULA.search(body)
    if not error and not formula:
        return
    reference = _REFS.match(cell.group(0))
    if reference is None:
        raise hostile("des cases sans adresse", "cells without an address")
    letters, row = reference.group(1).decode().upper(), int(reference.group(2))
    area = _AREA.search(body) if _ARRAY.search(body) else None
    if area:
        left, top, right, bottom = (one.decode() for one in area.groups())
        found.fills(int(top), number(left), int(bottom), number(right))
    elif formula:
        found.mark(found.formulas, row, letters)
    if error:
        found.mark(found.errors, row, letters)
    elif not _VALUE.search(body) and not _TEXT.search(attributes):
        found.mark(found.unsaved, row, letters)
