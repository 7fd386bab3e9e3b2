"""Strict YAML: every scalar is text with its position, every mistake is one `Problem`."""

from azalai.documents.nodes import (
    NOTHING,
    Document,
    Entry,
    Map,
    Node,
    Place,
    Problem,
    Scalar,
    Sequence,
    Text,
    render,
)
from azalai.documents.reading import parse, read, read_beside

__all__ = [
    "NOTHING",
    "Document",
    "Entry",
    "Map",
    "Node",
    "Place",
    "Problem",
    "Scalar",
    "Sequence",
    "Text",
    "parse",
    "read",
    "read_beside",
    "render",
]
