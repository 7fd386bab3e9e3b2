"""The nodes of a shared store, as `status` shows them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from azalai.cli.deployment import table
from azalai.cli.speech import say
from azalai.store.nodes import Node


def show(nodes: Sequence[Node]) -> None:
    """Print a table of the processes at work on the store; nothing where there is none."""
    if not nodes:
        return
    head = [say("nœud", "node"), say("travail", "work"), "version", say("vu il y a", "seen"),
            say("lit", "reads"), say("envoie", "sends")]  # fmt: skip
    rows = [[n.node, n.work, n.version, f"{n.seen_s} s" + ("" if n.alive else say(
        " : ne répond plus", ": no longer answers")), ", ".join(n.feeds) or "-", n.sending]
        for n in nodes]  # fmt: skip
    table(head, rows)
    print()


def as_values(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [asdict(one) for one in nodes]
