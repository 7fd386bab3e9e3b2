"""Records of several lines or files: whether columns, segments and tables fit together."""

from collections.abc import Iterator, Mapping
from typing import Any

from azalai.documents import NOTHING, Map, Place, Scalar, Text
from azalai.plugin.format import Shape

from .inbound_limits import unknown_column
from .inbound_model import scalar_texts
from .report import Report

Segments = Mapping[str, Mapping[str, tuple[int, int]]]


def check_shapes(root: Map, shape: Shape, places: Mapping[str, Place], report: Report) -> None:
    """Every column has its positions, every field its column; what `file:` names is declared."""
    file = root.get("file")
    if shape.segments:
        _check_segments(root, shape, places, report)
    if not isinstance(file, Map):
        return
    for name in ("record_starts", "record_ends"):
        for node in scalar_texts(file.get(name)) if shape.tag is None else ():
            if node.text not in shape.segments:
                _no_segment(node, shape, report)
    same = file.get("rows_with_same")
    if isinstance(same, Scalar) and same.text not in places:
        unknown_column(same.text, same.place, frozenset(places), report)
    for name, block, place in _tables(file):
        _check_table(name, block, place, places, report)


def used_by_file(shape: Shape) -> set[str]:
    """The columns that lines are put together by: they have done their work."""
    found = set()
    if isinstance(same := shape.settings.get("rows_with_same"), str):
        found.add(same)
    joined = shape.settings.get("joined")
    for name, block in joined.items() if isinstance(joined, Mapping) else ():
        if isinstance(block, Mapping) and isinstance(text := block.get("on"), str):
            here, there = _on(text)
            found |= {here, f"{name}/{there}"}
    return found


def _tables(file: Map) -> Iterator[tuple[str, Map, Place]]:
    joined = file.get("joined")
    for entry in joined if isinstance(joined, Map) else ():
        if isinstance(entry.value, Map):
            yield entry.key.text, entry.value, entry.key.place


def _check_table(
    name: str, block: Map, place: Place, places: Mapping[str, Place], report: Report
) -> None:
    node = block.get("on")
    if not isinstance(node, Scalar) or not node.text:
        report.add(
            place,
            "AZ-M136",
            Text(f"« {name} » : la ligne « on: » manque", f"“{name}”: the line “on:” is missing"),
            NOTHING,
            Text(
                "écrivez on: colonne du fichier = colonne de la table.",
                "write on: column of the file = column of the table.",
            ),
        )
        return
    here, there = _on(node.text)
    if here not in places:
        unknown_column(here, node.place, frozenset(places), report)
    if f"{name}/{there}" not in places:
        report.add(
            node.place,
            "AZ-M136",
            Text(
                f"« {name}/{there} » n'est pas sous « columns: »",
                f"“{name}/{there}” is not under “columns:”",
            ),
            Text(
                "chaque colonne de la table y a sa ligne, avec le nom de la table devant.",
                "each column of the table has its line there, the table's name before it.",
            ),
            Text(f"ajoutez {name}/{there}: required.", f"add {name}/{there}: required."),
        )


def _on(text: str) -> tuple[str, str]:
    here, _, there = text.partition("=")
    return here.strip(), (there or here).strip()


def _no_segment(node: Scalar, shape: Shape, report: Report) -> None:
    shown = ", ".join(shape.segments)
    report.add(
        node.place,
        "AZ-M135",
        Text(f"Segment inconnu « {node.text} »", f"Unknown segment “{node.text}”"),
        Text(f"« segments: » déclare : {shown}.", f"“segments:” declares: {shown}."),
    )


def _check_segments(root: Map, shape: Shape, places: Mapping[str, Place], report: Report) -> None:
    """Every column has its positions, and every field that is read has its column."""
    fields = _names(shape)
    known = {name for one in fields.values() for name in one.values()}
    known |= {shape.called.get(tag, tag) for tag in shape.segments}
    parts = {"/".join(name.split("/")[:size]) for name in known for size in range(1, 9)}
    for name, place in places.items():
        if name not in known | parts and not _of_a_table(name, shape.settings):
            report.add(
                place,
                "AZ-M117",
                Text(
                    f"« {name} » n'a pas de positions sous « segments: »",
                    f"“{name}” has no positions under “segments:”",
                ),
            )
    block = root.get("segments")
    for segment in block if isinstance(block, Map) else ():
        for entry in segment.value if isinstance(segment.value, Map) else ():
            column = fields.get(segment.key.text, {}).get(entry.key.text)
            if column is not None and column not in places:
                _no_column(entry.key, column, report)


def _names(shape: Shape) -> dict[str, dict[str, str]]:
    """For each segment type that this mapping reads: field → its column."""
    starts = shape.settings.get("record_starts")
    if not starts:
        tags = shape.segments if shape.tag is None else {shape.tag} & set(shape.segments)
        ends = _ends(shape)
        return {tag: {f: ends.get(f, f) for f in shape.segments[tag]} for tag in tags}
    key, found = shape.settings.get("rows_with_same"), {}
    columns = {column.name for column in shape.columns}
    for tag, fields in shape.segments.items():
        name = shape.called.get(tag, "" if tag in starts else tag)
        full = {field: f"{name}/{field}" if name else field for field in fields}
        found[tag] = {f: c for f, c in full.items() if f != key or c in columns}
    return found


def _ends(shape: Shape) -> dict[str, str]:
    """Fields that stand in a repeated part of rows with the same key: `CODE` of `faits/CODE`."""
    if "rows_with_same" not in shape.settings:
        return {}
    parts = [one.name + "/" for one in shape.columns if one.rule == "repeated"]
    return {c.name[len(p) :]: c.name for c in shape.columns for p in sorted(parts, key=len)
            if c.name.startswith(p)}  # fmt: skip


def _of_a_table(name: str, settings: Mapping[str, Any]) -> bool:
    joined = settings.get("joined")
    return isinstance(joined, Mapping) and name.partition("/")[0] in joined


def _no_column(field: Scalar, column: str, report: Report) -> None:
    report.add(
        field.place,
        "AZ-M134",
        Text(
            f"« {column} » n'a pas de ligne sous « columns: »",
            f"“{column}” has no line under “columns:”",
        ),
        Text("aucune donnée ne se perd en silence.", "no data is lost in silence."),
        Text(
            f"ajoutez {column}: optional, ou {column}: ignored, <pourquoi>.",
            f"add {column}: optional, or {column}: ignored, <why>.",
        ),
    )
