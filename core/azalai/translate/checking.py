"""Whether the format that a mapping names can be made from what it says of its file."""

from collections.abc import Sequence

from azalai import formats
from azalai.documents import Place, Problem, Text
from azalai.errors import ConfigurationError
from azalai.mapping import InboundMapping


def file_problems(mappings: Sequence[InboundMapping]) -> list[Problem]:
    """What is wrong with the `file:` blocks of the mappings that share a feed; empty if nothing."""
    found = [problem for mapping in mappings for problem in _problems([mapping])]
    return found or _problems(mappings)


def _problems(mappings: Sequence[InboundMapping]) -> list[Problem]:
    try:
        formats.make([mapping.shape for mapping in mappings])
    except ConfigurationError as err:
        document = mappings[0].document
        entry = document.root.entry("file")
        place = entry.key.place if entry else Place(1, 1)
        return [document.problem(place, "AZ-M126", Text(*err.said), todo=Text(*err.hint_said))]
    return []
