"""An example of an outbound mapping made from one of an inbound mapping: already invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azalai.app.example_writing import scalar, value
from azalai.documents import Text
from azalai.errors import StopError
from azalai.mapping import NoPlace, Rendered, compile_outbound, load_outbound
from azalai.mapping.example_record import ExampleRefused
from azalai.mapping.outbound_examples import example_job, from_inbound, message_lines

CANCEL = {"operation": "cancel", "cancel_reason": "lifted", "cancelled_on": "2026-06-30"}


@dataclass(frozen=True, slots=True)
class OutboundMade:
    """What goes in, and what the mapping makes of it."""

    case: str
    lines: Mapping[str, Any]
    result: Rendered | NoPlace
    expected: Mapping[str, Any]

    @property
    def said(self) -> Text | None:
        """Why there is no message; None where there is one."""
        return self.result.why if isinstance(self.result, NoPlace) else None

    def block(self) -> str:
        """The example as it stands under `examples:`."""
        lines = [f"  - case: {scalar(self.case)}"]
        for name, given in (*self.lines.items(), *self.expected.items()):
            if isinstance(given, dict):
                lines.append(f"    {name}:")
                lines += [f"      {key}: {value(one)}" for key, one in given.items()]
            else:
                lines.append(f"    {name}: {value(given)}")
        return "\n".join(lines) + "\n"


def made_from(
    outbound: Path, inbound: Path, example: str, case: str, operation: str
) -> OutboundMade:
    """The message that an example of an inbound mapping becomes, as an example.

    StopError where there is no such example, or it makes no record of the mapping's kind;
    DocumentError where a document does not load.
    """
    name = f"{inbound.parent.name}/{inbound.stem}"
    lines: dict[str, Any] = {"from": {name: example}}
    if operation != "create":
        lines |= CANCEL if operation == "cancel" else {"operation": operation}
    mapping = load_outbound(outbound)
    try:
        record = from_inbound(lines["from"], inbound.resolve().parent.parent, mapping.kind)
        job = example_job(mapping, lines, record)
    except ExampleRefused as err:
        raise StopError(err.why.en, fr=err.why.fr) from None
    result = compile_outbound(mapping)(job)
    return OutboundMade(case, lines, result, message_lines(mapping, result))
