"""The last block of an inbound mapping: lifecycle and what a healthy run looks like."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from azalai.documents import NOTHING, Map, Place, Scalar, Text
from azalai.records import LISTS

from .code_table import admitted, nearest_code
from .expression import parse
from .inbound_model import Expect, Lifecycle, Limit, Line, scalar_texts
from .report import Report, nearest

_LIFECYCLE = ("file_holds", "missing_from_file", "after_files", "cancel_reason", "withdrawn_when")
_NUMBERS = ("records_min", "records_max")
_LIMITS = ("rejects_max", "new_max", "changed_max", "withdrawn_max")
_SHARE = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?\s*%")


def read_lifecycle(root: Map, columns: frozenset[str], report: Report) -> Lifecycle:
    """Read `lifecycle:`; without it a file holds everything and nothing is withdrawn."""
    block = _block(root, "lifecycle", _LIFECYCLE, report)
    if block is None:
        return Lifecycle()
    holds: Literal["everything", "changes"] = "everything"
    missing: Literal["withdraw", "keep"] = "keep"
    if (node := _scalar(block, "file_holds", report)) and report.choose(
        node, "file_holds", ("everything", "changes")
    ) == "changes":
        holds = "changes"
    if (node := _scalar(block, "missing_from_file", report)) and report.choose(
        node, "missing_from_file", ("withdraw", "keep")
    ) == "withdraw":
        missing = "withdraw"
        if holds == "changes":
            report.add(
                node.place,
                "AZ-M130",
                Text(
                    "un fichier de mouvements ne dit rien des fiches absentes",
                    "a file of changes says nothing of absent records",
                ),
                NOTHING,
                Text("écrivez missing_from_file: keep.", "write missing_from_file: keep."),
            )
    after = _number(block, "after_files", report)
    reason, line = _reason(block, columns, report)
    when = _withdrawn_when(block, columns, report)
    return Lifecycle(holds, missing, 1 if after is None else max(1, after), reason, when, line)


def read_expect(root: Map, report: Report) -> Expect:
    """Read `expect:`; a brake that is not stated is the pipeline's own cautious one."""
    block = _block(root, "expect", (*_NUMBERS, *_LIMITS), report)
    if block is None:
        return Expect()
    low, high = (_number(block, name, report) for name in _NUMBERS)
    rejects, new, changed, withdrawn = (_limit(block, name, report) for name in _LIMITS)
    return Expect(low, high, rejects, new, changed, withdrawn)


def _block(root: Map, name: str, known: tuple[str, ...], report: Report) -> Map | None:
    node = root.get(name)
    if node is None:
        return None
    if not isinstance(node, Map):
        report.add(
            node.place,
            "AZ-M123",
            Text(f"« {name}: » attend des lignes en retrait", f"“{name}:” takes indented lines"),
        )
        return None
    for entry in node:
        if entry.key.text not in known:
            unknown_word(entry.key, known, report)
    return node


def unknown_word(key: Scalar, known: tuple[str, ...], report: Report) -> None:
    """A word that the language does not have, with the nearest one that it has."""
    near = nearest(key.text, known)
    todo = Text(f"écrivez {near}.", f"write {near}.") if near else NOTHING
    report.add(
        key.place,
        "AZ-M125",
        Text(f"Mot inconnu « {key.text} »", f"Unknown word “{key.text}”"),
        Text(f"mots admis : {', '.join(known)}.", f"admitted words: {', '.join(known)}."),
        todo,
    )


def _scalar(block: Map, name: str, report: Report) -> Scalar | None:
    node = block.get(name)
    return report.expect_text(node, name, block.place) if node is not None else None


def _number(block: Map, name: str, report: Report) -> int | None:
    node = _scalar(block, name, report)
    if node is None:
        return None
    text = node.text.replace(" ", "")
    if text.isascii() and text.isdigit():
        return int(text)
    report.add(
        node.place,
        "AZ-M126",
        Text(f"« {name} » attend un nombre entier", f"“{name}” takes a whole number"),
    )
    return None


def _limit(block: Map, name: str, report: Report) -> Limit | None:
    node = _scalar(block, name, report)
    if node is None:
        return None
    text = node.text.strip()
    if text == "no limit":
        return Limit()
    if text.isascii() and text.isdigit():
        return Limit(number=int(text))
    if match := _SHARE.fullmatch(text):
        decimals = match.group(2) or ""
        return Limit(share=Fraction(int(match.group(1) + decimals), 100 * 10 ** len(decimals)))
    report.add(
        node.place,
        "AZ-M126",
        Text(
            f"« {name} » attend un nombre, une part comme 2 %, ou no limit",
            f"“{name}” takes a number, a share such as 2 %, or no limit",
        ),
    )
    return None


def _reason(block: Map, columns: frozenset[str], report: Report) -> tuple[str, Line | None]:
    node = _scalar(block, "cancel_reason", report)
    if node is None:
        return "not_stated", None
    if "|" in node.text or node.text in columns:
        return "not_stated", Line("cancel_reason", None, parse(node, columns), node.place)
    if node.text not in LISTS["cancel_reason"]:
        near = nearest_code(node.text, "cancel_reason")
        report.add(
            node.place,
            "AZ-M110",
            Text(
                f"« {node.text} » n'est pas une valeur de « cancel_reason »",
                f"“{node.text}” is not a value of “cancel_reason”",
            ),
            admitted("cancel_reason"),
            Text(f"écrivez {near}.", f"write {near}.")
            if near
            else Text("choisissez dans la liste.", "choose from the list."),
        )
    return node.text, None


def _withdrawn_when(
    block: Map, columns: frozenset[str], report: Report
) -> Mapping[str, frozenset[str]] | None:
    node = block.get("withdrawn_when")
    if node is None:
        return None
    found = {}
    for entry in node if isinstance(node, Map) else ():
        if entry.key.text not in columns:
            unknown_column(entry.key.text, entry.key.place, columns, report)
        found[entry.key.text] = frozenset(one.text for one in scalar_texts(entry.value))
    if not found or not all(found.values()):
        report.add(
            node.place,
            "AZ-M124",
            Text(
                "« withdrawn_when » nomme une colonne et ses valeurs",
                "“withdrawn_when” names a column and its values",
            ),
        )
    return found


def _no_column(name: str) -> Text | None:
    """What to write where something else than a column begins a line; None for a name."""
    if name[:1] in "\"'«“" and name[-1:] in "\"'»”":
        return Text("une valeur fixe va sous « always: » ; dans une seule partie, par une table :"
                    " colonne | code(liste).",
                    "a fixed value goes under “always:”; in one part only, through a list:"
                    " column | code(list).")  # fmt: skip
    if called := re.fullmatch(r"(\w+)\((.*)\)", name):
        step, columns = called.groups()
        return Text(f"commencez par les colonnes : all({columns}) | {step}(…).",
                    f"begin with the columns: all({columns}) | {step}(…).")  # fmt: skip
    return None


def unknown_column(name: str, place: Place, columns: frozenset[str], report: Report) -> None:
    """A column that is not declared, with the nearest one that is."""
    near = nearest(name, columns)
    block = report.document.root.get("columns")
    declared = block.entry(near) if near and isinstance(block, Map) else None
    count = len(columns)
    why = Text(f"le fichier déclare {count} colonnes.", f"the file declares {count} columns.")
    todo = Text(f"ajoutez « {name} » sous « columns: ».", f"add “{name}” under “columns:”.")
    if written := _no_column(name):
        todo = written
    elif near and declared:
        line = declared.key.place.line
        why = Text(
            f"le fichier déclare {count} colonnes ; la plus proche est « {near} » (ligne {line}).",
            f"the file declares {count} columns; the nearest is “{near}” (line {line}).",
        )
        todo = Text(
            f"écrivez {near}, ou ajoutez « {name} » sous « columns: ».",
            f"write {near}, or add “{name}” under “columns:”.",
        )
    report.add(
        place,
        "AZ-M103",
        Text(f"Colonne inconnue « {name} »", f"Unknown column “{name}”"),
        why,
        todo,
    )
