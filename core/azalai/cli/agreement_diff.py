"""`azalai agreement diff`: what other rules or another day would change, before anyone acts."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from azalai.cli.deployment import Config, Json, deployment, table
from azalai.cli.speech import say
from azalai.pipeline.differing import Difference

SAMPLES = 10


def agreement_diff(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help=say(
                "Nouveaux documents ; chacun remplace celui de son nom. Aucun : --on JOUR.",
                "New documents; each replaces the one of its name. None: --on DAY.",
            )
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help=say("Un jour, AAAA-MM-JJ.", "A day, YYYY-MM-DD."))
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What was sent that would be withheld, and the reverse; nothing is changed.

    Each record in force is decided as today and with the new documents, on a day. Exit 1 if
    anything differs.
    """
    from azalai.app.agreeing import with_documents
    from azalai.errors import StopError
    from azalai.pipeline.differing import differences

    if not files and on is None:
        raise StopError("give new documents, or --on DAY", fr="donnez des documents, ou --on JOUR")
    with deployment(config) as app:
        now = app.clock()
        at = now if on is None else _noon(on, app.settings.time_zone)
        after = with_documents(app, files or [])
        found = differences(app.store, app.routes(), after, now, at)
        counts: Counter[tuple[str, ...]] = Counter()
        samples: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for one in found:
            key = _key(one)
            counts[key] += 1
            if len(samples[key]) < SAMPLES:
                samples[key].append(one.pseudonym)
    (_as_json if as_json else _as_text)(counts, samples)
    raise typer.Exit(1 if counts else 0)


def _noon(day: str, zone: str) -> datetime:
    from azalai.errors import StopError

    try:
        return datetime.combine(date.fromisoformat(day), time(12), ZoneInfo(zone))
    except ValueError:
        raise StopError(f"--on {day}: not a day", fr=f"--on {day} : ce n'est pas un jour",
                        hint="write it as 2027-01-01", hint_fr="écrivez 2027-01-01") from None  # fmt: skip


def _key(one: Difference) -> tuple[str, ...]:
    fields = [f"-{f}" for f in one.less] + [f"+{f}" for f in one.more]
    return (one.effect, one.destination, one.kind, "has" if one.has else "", one.before, one.after,
            " ".join(fields))  # fmt: skip


def _effect(name: str) -> str:
    return {
        "sharing_would_end": say("ne serait plus autorisé", "would be withheld"),
        "would_leave": say("partirait", "would leave"),
        "fields_change": say("autres champs", "other fields"),
        "person_decides": say("décision d'une personne", "a person's decision"),
    }[name]


def _as_text(counts: Counter[tuple[str, ...]], samples: dict[tuple[str, ...], list[str]]) -> None:
    if not counts:
        print(say("rien ne changerait", "nothing would change"))
        return
    heads = [say("effet", "effect"), say("destinataire", "destination"), say("genre", "kind"),
             say("chez lui", "has it"), say("fiches", "records"), say("règle", "rule"),
             say("deviendrait", "would be")]  # fmt: skip
    table(heads, [[_effect(k[0]), k[1], k[2], say("oui", "yes") if k[3] else "", n, k[4], k[5]]
                  for k, n in sorted(counts.items())])  # fmt: skip
    for key in sorted(counts):
        if key[6]:
            print(f"\n{key[1]} {key[2]} : {key[6]}")
        print(say(f"\n{_effect(key[0])}, {key[1]}, par exemple :",
                  f"\n{_effect(key[0])}, {key[1]}, for example:"))  # fmt: skip
        print("\n".join(f"  azalai record why {p}" for p in samples[key][:3]))


def _as_json(counts: Counter[tuple[str, ...]], samples: dict[tuple[str, ...], list[str]]) -> None:
    names = ("effect", "destination", "kind", "has", "before", "after", "fields")
    print(json.dumps([dict(zip(names, k, strict=True)) | {"has": bool(k[3]), "count": n,
                     "samples": samples[k]} for k, n in sorted(counts.items())],
                     ensure_ascii=False))  # fmt: skip
