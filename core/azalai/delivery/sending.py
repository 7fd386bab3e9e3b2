"""One request: sent whole, or in halves where the destination refuses it whole."""

from collections.abc import Sequence

from azalai.errors import DestinationDownError
from azalai.plugin.transport import Message, Outcome, Refused, Transport, Unknown

BATCH_REFUSED = "batch_refused"


def send(link: Transport, messages: Sequence[Message]) -> list[Outcome]:
    """Send a batch; one that is refused whole goes again in halves. DestinationDownError."""
    outcomes = list(link.send(messages))
    if len(outcomes) != len(messages):
        return [Unknown("wrong_number_of_outcomes")] * len(messages)
    if len(messages) > 1 and all(
        isinstance(o, Refused) and o.reason == BATCH_REFUSED for o in outcomes
    ):
        middle = len(messages) // 2
        return _half(link, messages[:middle]) + _half(link, messages[middle:])
    return outcomes


def _half(link: Transport, messages: Sequence[Message]) -> list[Outcome]:
    """A half of a refused batch; if the destination goes down meanwhile, it is unknown."""
    try:
        return send(link, messages)
    except DestinationDownError as down:
        return [Unknown(down.reason)] * len(messages)
