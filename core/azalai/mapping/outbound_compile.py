"""Compiles an outbound mapping: a job in, a valid message or no place out."""

from collections.abc import Callable
from typing import Any

from . import outbound_values
from .fixed_layout import carries
from .icao import to_icao
from .outbound_code import write_code
from .outbound_model import OutboundMapping
from .rendering import Loss, NoPlace, Rendered, RenderJob


def compile_outbound(mapping: OutboundMapping) -> Callable[[RenderJob], Rendered | NoPlace]:
    """The mapping as one function, for one thread.

    The same job gives the same bytes. Every message is validated against the schema; what it
    refuses is NoPlace, with the element and the reason, never the value. ValueError for an
    operation that does not exist.
    """
    names = _generated(mapping)
    functions = {"create": names["send"], "update": names["send"], "cancel": names["cancel"]}
    refusal = mapping.schema.refusal

    def render(job: RenderJob) -> Rendered | NoPlace:
        function = functions.get(job.operation)
        if function is None:
            raise ValueError("operation must be create, update or cancel")
        made = function(job)
        if isinstance(made, NoPlace):
            return made
        body, losses = made
        return refusal(body) or Rendered(body, losses)

    return render


def _generated(mapping: OutboundMapping) -> dict[str, Any]:
    """Run the generated module once; its names."""
    names: dict[str, Any] = {
        "tables": {name: table.rows for name, table in mapping.codes.items()},
        "objects": _objects,
        "Loss": Loss,
        "to_icao": to_icao,
        "carries": carries,
    }
    for name in ("special", "escape", "gather", "empty", "unprintable", "uncoded", "kept",
                 "outside", "uncarried", "unfit", "untyped", "quoted", "is_integer", "is_boolean", "ABOUT",
                 "CIRCA", "CUT"):  # fmt: skip
        names[name] = getattr(outbound_values, name)
    code = compile(write_code(mapping), f"<outbound mapping {mapping.name}>", "exec")
    exec(code, names)  # noqa: S102  (our own text: see write_code)
    return names


def _objects(record: dict[str, Any], path: tuple[str, ...]) -> list[dict[str, Any]]:
    """The entries of a list of parts; nothing where a part above it is absent."""
    value: Any = record
    for name in path:
        value = value.get(name) or {}
    return list(value)
