"""Reading an agreement from its YAML document, with all its mistakes at once."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from azalai import canonical, documents
from azalai.documents import Map, Scalar, Text
from azalai.errors import DocumentError
from azalai.records import LISTS

from .agreement import Agreement
from .example_lines import read_examples
from .mistakes import Mistakes, allowed, listed, suggestion
from .rule_lines import Required, RuleLines

_KEYS = (
    "agreement", "version", "title", "reference", "owner", "from_country", "destinations",
    "for_members_of", "from", "until", "time_zone", "records_already_here", "when_it_ends",
    "never", "ask", "share", "pre_release", "examples",
)  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}\Z", re.ASCII)


def load_agreement(
    path: Path,
    *,
    destinations: Collection[str] | None,
    required: Required | None = None,
    organisations: Collection[str] | None = None,
) -> Agreement:
    """Read an agreement; DocumentError with all problems (`AZ-A4xx`).

    `destinations` are the names that the configuration declares, `organisations` those of
    organisations.yaml; None: not checked. `required(destination, kind)` gives the field paths
    without which that destination's message cannot be made.

    Beside the lines of documents/ner-regional-2027.yaml a document may have `pre_release:`, a list
    of `category` (`holds.CATEGORIES`), `approved_by` and `until` (a day, included): it lifts the
    built-in holds of that category (architecture, section 14).
    """
    document = documents.read(path)
    mistakes = Mistakes(document)
    root = document.root
    mistakes.unknown_keys(root, _KEYS)
    head = _head(mistakes, root) | _dates(mistakes, root)
    head |= _scope(mistakes, root, destinations, organisations)
    lines = RuleLines(mistakes, head["destinations"], required)
    rules: dict[str, Any] = {
        "never": lines.rules(root, "never"),
        "ask": lines.rules(root, "ask"),
        "share": lines.shares(root),
        "pre_release": lines.pre_releases(root),
    }
    first = head["starts"] or date.min
    examples = read_examples(mistakes, root, tuple(lines.names), head["destinations"], first)
    if mistakes.found:
        raise DocumentError(mistakes.in_order())
    digest = canonical.digest(document.data)
    return Agreement(**head, **rules, examples=examples, digest=digest)


def _head(mistakes: Mistakes, root: Map) -> dict[str, Any]:
    name = mistakes.text(root, "agreement")
    if name and not _NAME.match(name.text):
        mistakes.malformed(name, "agreement", Text(
            "un nom en minuscules, chiffres et tirets", "a name in small letters, digits, hyphens"))  # fmt: skip
    version = mistakes.number(root, "version")
    texts = {key: mistakes.text(root, key) for key in ("title", "reference", "owner")}
    return {
        "name": name.text if name else "",
        "version": version or 0,
        **{key: value.text if value else "" for key, value in texts.items()},
        "records_already_here": mistakes.choice(
            root, "records_already_here", ("send", "skip", "ask"), "AZ-A415", "ask"
        ),
        "when_it_ends": mistakes.choice(
            root, "when_it_ends", ("recall", "keep", "ask"), "AZ-A415", "ask"
        ),
    }


def _dates(mistakes: Mistakes, root: Map) -> dict[str, Any]:
    starts = mistakes.day(root, "from", needed=True)
    until = mistakes.day(root, "until", needed=True)
    mistakes.order(root, starts, until)
    return {"starts": starts, "until": until, "zone": mistakes.zone(root)}


def _scope(
    mistakes: Mistakes,
    root: Map,
    destinations: Collection[str] | None,
    organisations: Collection[str] | None,
) -> dict[str, Any]:
    countries = tuple(LISTS["country"].codes)
    country = (
        mistakes.choice(root, "from_country", countries, "AZ-A418")
        if root.entry("from_country")
        else None
    )
    members = mistakes.text(root, "for_members_of") if root.entry("for_members_of") else None
    if members and organisations is not None and members.text not in organisations:
        what = Text(f"Organisation inconnue « {members.text} »",
                    f"Unknown organisation `{members.text}`")  # fmt: skip
        _unknown(mistakes, members, "AZ-A418", what, tuple(listed(organisations)),
                 Text("organisations de organisations.yaml", "organisations of organisations.yaml"))  # fmt: skip
    names = mistakes.texts(root, "destinations", needed=True)
    for name in names:
        if destinations is not None and name.text not in destinations:
            what = Text(f"Destination inconnue « {name.text} »",
                        f"Unknown destination `{name.text}`")  # fmt: skip
            _unknown(mistakes, name, "AZ-A405", what, tuple(listed(destinations)),
                     Text("destinations déclarées dans azalai.yaml",
                          "destinations declared in azalai.yaml"))  # fmt: skip
    return {
        "from_country": country,
        "members_of": members.text if members else None,
        "destinations": tuple(dict.fromkeys(name.text for name in names)),
    }


def _unknown(
    mistakes: Mistakes, value: Scalar, code: str, what: Text, known: Sequence[str], label: Text
) -> None:
    why = allowed(label.fr, label.en, known)
    mistakes.add(value.place, code, what, why, suggestion(value.text, known))
