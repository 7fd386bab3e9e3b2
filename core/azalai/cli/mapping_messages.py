"""`mapping diff` and `mapping activate` of an outbound mapping: the messages that would differ."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import typer

from azalai.cli.deployment import actor
from azalai.cli.speech import say

_NAMED = 10  # messages that are named one by one, for each place compared on


class Told:
    """What was found so far, for each destination or file; prints each message as it comes."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.changed: Counter[str] = Counter()
        self._places: list[dict[str, Any]] = []

    def take(self, where: str, items: Iterable[Any]) -> None:
        """Count, name the first, say the sum."""
        compared, found = 0, list[Any]()
        elements: Counter[tuple[str, str]] = Counter()
        states: Counter[tuple[str, str]] = Counter()
        for one in items:
            compared += 1
            if one is None:
                continue
            self.changed[where] += 1
            elements.update(one.changes)
            states[one.before, one.after] += one.before != one.after
            if len(found) < _NAMED:
                found.append(one)
        place = {
            "where": where, "compared": compared, "changed": self.changed[where],
            "elements": [{"element": path, "what": what, "messages": n}
                         for (path, what), n in sorted(elements.items())],
            "states": [{"before": b, "after": a, "messages": n}
                       for (b, a), n in sorted(states.items()) if n],
            "first": [{"record": one.where, "elements": dict(one.changes)} for one in found],
        }  # fmt: skip
        self._places.append(place)
        if not self.as_json:
            _print(place)

    def end(self) -> None:
        """With `--json` all of it at once."""
        if self.as_json:
            places = self._places
            print(json.dumps({
                "compared": sum(one["compared"] for one in places),
                "changed": sum(one["changed"] for one in places), "places": places,
            }, ensure_ascii=False))  # fmt: skip


def _print(place: dict[str, Any]) -> None:
    where, compared, changed = place["where"], place["compared"], place["changed"]
    print(say(f"{where} : {compared} message(s) comparé(s), {changed} différent(s)",
              f"{where}: {compared} message(s) compared, {changed} that differ"))  # fmt: skip
    for one in place["elements"]:
        print(f"  {one['element']}: {_word(one['what'])} {one['messages']}")
    for one in place["states"]:
        print(f"  {_word(one['before'])} → {_word(one['after'])}: {one['messages']}")
    for one in place["first"]:
        print(f"    {one['record']}: {', '.join(one['elements'])}")
    if changed > len(place["first"]):
        print(say(f"    … et {changed - len(place['first'])} autre(s)",
                  f"    … and {changed - len(place['first'])} more"))  # fmt: skip


def _word(name: str) -> str:
    french = {"added": "ajouté", "removed": "ôté", "changed": "changé", "message": "message",
              "no_place": "sans place", "invalid": "impossible à faire"}  # fmt: skip
    return say(french[name], name.replace("_", " "))


def diff(
    old: Path, new: Path, files: list[Path], destination: str | None, config: Path | None, *,
    as_json: bool,
) -> NoReturn:  # fmt: skip
    """Compare on files of common records, else on what was sent. Exit 1 if a message differs."""
    from azalai import documents
    from azalai.app import outbound_changes
    from azalai.app.activating_outbound import rendering
    from azalai.cli.deployment import deployment

    told = Told(as_json=as_json)
    if files:
        with outbound_changes.comparing(old, new) as pair:
            for file in files:
                told.take(file.name, pair.on_file(file))
    else:
        with deployment(config) as app:
            name = documents.read(new).root.text("mapping") or ""
            at = rendering(app, name, destination)
            with outbound_changes.comparing(old, new, at) as pair:
                for one in at.destinations:
                    told.take(one, pair.on_sent(app, one))
    told.end()
    raise typer.Exit(1 if told.changed.total() else 0)


def activate(
    file: Path, destination: str | None, reason: str, config: Path | None, *, dry_run: bool
) -> None:  # fmt: skip
    """Show what would differ, put the version in force, give the line that sends it again."""
    from azalai import documents
    from azalai.app import activating, activating_outbound, outbound_changes
    from azalai.cli.deployment import deployment
    from azalai.pipeline.configured import ask_reload, put_in_force

    told = Told()
    with deployment(config) as app:
        name = documents.read(file).root.text("mapping") or ""
        at = activating_outbound.rendering(app, name, destination)
        made = activating_outbound.prepare(app, file, at)
        with outbound_changes.comparing(made.before.path, file, at) as pair:
            for one in at.everywhere:
                told.take(one, pair.on_sent(app, one))
        show(made)
        if dry_run:
            print(say("essai : rien n'est écrit", "dry run: nothing is written"))
            return
        with app.store.write() as tx:
            activating.put_in_force(tx, made, actor(), reason, connector=at.connector.name)
            ask_reload(tx)
    with deployment(config) as app:  # with the mapping as it is now
        put_in_force(app.store, app.digests(), actor())
    print(say("en vigueur ; rien n'est renvoyé", "in force; nothing is sent again"))
    for one in at.everywhere:
        if count := told.changed[one]:
            print(say(f"{one} : {count} message(s) envoyé(s) diffèrent. Pour les renvoyer :",
                      f"{one}: {count} sent message(s) differ. To send them again:"))  # fmt: skip
            print(f"  azalai outbox reissue --destination {one} --mapping {made.after.label}"
                  f" --kind {made.after.kind} --dry-run")  # fmt: skip


def show(made: Any) -> None:
    """From which version to which, and the files that it writes."""
    print(say(f"{made.before.label} → {made.after.label} : {made.ran} exemple(s) réussi(s)",
              f"{made.before.label} → {made.after.label}: {made.ran} example(s) passed"))  # fmt: skip
    for target, _ in made.files:
        print(f"  {target}")
