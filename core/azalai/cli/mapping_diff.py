"""`azalai mapping diff`: the records and fields whose meaning a new version changes."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.cli.deployment import Config, Json
from azalai.cli.speech import say


def diff(
    old: Annotated[
        Path,
        typer.Argument(
            help=say(
                "La correspondance telle qu'elle était ; ses listes sont à côté.",
                "The mapping as it was; its lists lie beside it.",
            )
        ),
    ],
    new: Annotated[
        Path,
        typer.Argument(
            help=say("La correspondance telle qu'elle sera.", "The mapping as it will be.")
        ),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help=say(
                "Des fichiers du flux ; aucun : ses fiches brutes gardées.",
                "Files of the feed; none: its kept raw records.",
            )
        ),
    ] = None,
    feed: Annotated[
        str | None,
        typer.Option(
            "--feed",
            help=say(
                "Le flux : ses autres correspondances, ses listes.",
                "The feed: its other mappings, its lists.",
            ),
        ),
    ] = None,
    destination: Annotated[
        str | None,
        typer.Option(
            "--destination",
            help=say("Sortante : celui-là seulement.", "Outbound: this one only."),
        ),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Records, by their address, and fields whose meaning changes between two versions of a
    mapping or of its code lists. Exit 1 if there are any.

    With `--feed` also what each destination gets by today's agreements. Of an outbound mapping:
    the elements of what was sent that would differ, for each destination. No value is shown.
    """
    from azalai import documents
    from azalai.cli import mapping_messages
    from azalai.errors import StopError

    for path in (old, new, *(files or ())):
        if not path.is_file():
            raise StopError(f"{path}: no such file", fr=f"{path} : ce fichier n'existe pas")
    if documents.read(new).root.text("direction") == "out":
        mapping_messages.diff(old, new, files or [], destination, config, as_json=as_json)
    if not files and feed is None:
        raise StopError(
            "nothing to compare on: a file, or --feed for its kept raw records",
            fr="rien à comparer : un fichier, ou --feed pour ses fiches gardées",
        )
    told = Told(as_json=as_json)
    if feed is None:
        _on_files(old, new, files or [], told)
    else:
        _in_deployment(old, new, files or [], feed, config, told)
    told.end()
    raise typer.Exit(1 if told.changed else 0)


class Told:
    """What was found so far; prints each record as it comes."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.compared = self.changed = 0
        self._fields: Counter[tuple[str, str]] = Counter()
        self._states: Counter[tuple[str, str]] = Counter()
        self._verdicts: Counter[tuple[str, str, str]] = Counter()
        self._found: list[dict[str, Any]] = []

    def take(
        self, where: str, items: Iterator[Any], verdicts: Any = None, names: Any = None
    ) -> None:
        """Count and print; `verdicts` gives (destination, before, after) of a difference, `names`
        its record's pseudonym."""
        for one in items:
            self.compared += 1
            if one is None:
                continue
            self.changed += 1
            self._fields.update(one.changes)
            self._states[one.before, one.after] += one.before != one.after
            moved = verdicts(one) if verdicts else []
            self._verdicts.update(moved)
            self._tell(where, one, moved, names(one) if names else None)

    def _tell(
        self, where: str, one: Any, moved: list[tuple[str, str, str]], name: str | None
    ) -> None:
        a = one.address
        if self.as_json:
            self._found.append({
                "input": where, "number": a.number, "line": a.line, "part": a.part,
                "before": one.before, "after": one.after, "fields": list(one.fields),
                "changes": dict(one.changes), "pseudonym": name,
                "decisions": [dict(zip(("destination", "before", "after"), m, strict=True))
                              for m in moved],
            })  # fmt: skip
            return
        place = f"{say('ligne', 'line')} {a.line}" if a.line else f"n° {a.number}"
        place += f" [{a.part}]" if a.part else ""
        state = "" if one.before == one.after else f"{_state(one.before)} → {_state(one.after)}"
        place += f" {name}" if name else ""
        print(f"{where} {place}: " + "; ".join(filter(None, (state, ", ".join(one.fields)))))
        for destination, before, after in moved:
            print(f"    {destination}: {_state(before)} → {_state(after)}")

    def end(self) -> None:
        """The summary."""
        if self.as_json:
            print(json.dumps({
                "compared": self.compared, "changed": self.changed, "records": self._found,
                "fields": {field: sum(n for _, n in how) for field, how in self._by_field()},
                "changes": {field: dict(how) for field, how in self._by_field()},
                "decisions": [{"destination": d, "before": b, "after": a, "records": n}
                              for (d, b, a), n in self._verdicts.items()],
            }, ensure_ascii=False))  # fmt: skip
            return
        print(say(f"{self.compared} fiche(s) comparée(s), {self.changed} de sens changé",
                  f"{self.compared} record(s) compared, {self.changed} of another meaning"))  # fmt: skip
        for field, how in self._by_field():
            print(f"  {field}: " + ", ".join(f"{_state(what)} {n}" for what, n in how))
        for (before, after), count in self._states.items():
            if before != after:
                print(f"  {_state(before)} → {_state(after)}: {count}")
        for (destination, before, after), count in sorted(self._verdicts.items()):
            print(f"  {destination}: {_state(before)} → {_state(after)}: {count}")

    def _by_field(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """Each field, those that most records have first, with what became of it how often."""
        found: dict[str, list[tuple[str, int]]] = {}
        for (field, what), count in sorted(self._fields.items()):
            found.setdefault(field, []).append((what, count))
        return sorted(found.items(), key=lambda one: (-sum(n for _, n in one[1]), one[0]))


def _state(name: str) -> str:
    french = {
        "added": "ajouté", "removed": "ôté", "changed": "changé",
        "translated": "traduite", "rejected": "rejetée", "parked": "en attente",
        "unreadable": "illisible", "absent": "absente", "share": "partagée",
        "ask": "à relâcher par une personne", "withhold": "non autorisée", "none": "aucune fiche",
    }  # fmt: skip
    return say(french.get(name, name), name)


def _on_files(old: Path, new: Path, files: list[Path], told: Told) -> None:
    from azalai.mapping import Declared
    from azalai.translate import FeedPlan
    from azalai.translate.comparing import compare_file

    declared = Declared("LOCAL", "UTO", "local", "test", "diff")
    for file in files:
        told.take(file.name, compare_file(
            FeedPlan((old,), declared), FeedPlan((new,), declared), file))  # fmt: skip


def _in_deployment(
    old: Path, new: Path, files: list[Path], feed: str, config: Path | None, told: Told
) -> None:
    from azalai.app import mapping_changes
    from azalai.cli.deployment import deployment
    from azalai.translate.comparing import compare_file, compare_kept

    with deployment(config) as app:
        before, after = mapping_changes.plans(app, feed, old, new)
        decided = mapping_changes.verdicts(app)
        for file in files:
            told.take(file.name, compare_file(before, after, file), decided)
        if not files:
            kept = mapping_changes.kept(app, feed)
            names = mapping_changes.pseudonyms(app)
            told.take(feed, compare_kept(before, after, kept), decided, names)
