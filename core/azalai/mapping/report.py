"""Collects the mistakes of one document while it is read: all at once."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from azalai.documents import NOTHING, Document, Place, Problem, Scalar, Text
from azalai.documents import Node as YamlNode


@dataclass(slots=True)
class Report:
    """The problems found in `document` so far."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        place: Place,
        code: str,
        what: Text,
        why: Text = NOTHING,
        todo: Text = NOTHING,
        *,
        warning: bool = False,
    ) -> None:
        """One mistake, one message."""
        self.problems.append(self.document.problem(place, code, what, why, todo, warning=warning))

    def expect_text(self, node: YamlNode | None, name: str, place: Place) -> Scalar | None:
        """The node if it is a filled text; else one problem and None."""
        if isinstance(node, Scalar) and node.text:
            return node
        self.add(
            node.place if node else place,
            "AZ-M121",
            Text(f"« {name} » attend une valeur", f"“{name}” takes a value"),
        )
        return None

    def choose(self, scalar: Scalar, name: str, allowed: Iterable[str]) -> str | None:
        """The text if it is one of the allowed; else one problem and None."""
        words = list(allowed)
        if scalar.text in words:
            return scalar.text
        shown = ", ".join(words)
        self.add(
            scalar.place,
            "AZ-M122",
            Text(
                f"« {scalar.text} » n'est pas une valeur de « {name} »",
                f"“{scalar.text}” is not a value of “{name}”",
            ),
            Text(f"valeurs admises : {shown}.", f"admitted values: {shown}."),
            Text("choisissez dans la liste.", "choose from the list."),
        )
        return None


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The closest spelling, or None where nothing is near."""
    found = difflib.get_close_matches(word, list(words), 1, 0.6)
    return found[0] if found else None
