"""`azalai schema [KIND] [--list L | --groups | --json]`."""

import json
from typing import Annotated

import typer

from azalai.cli.speech import language, say
from azalai.errors import StopError


def schema(
    kind: Annotated[
        str | None,
        typer.Argument(
            help=say("Un genre de fiche ; aucun : tous.", "A kind of record; none: all kinds.")
        ),
    ] = None,
    code_list: Annotated[
        str | None,
        typer.Option("--list", help=say("Montrer une liste commune.", "Show a common list.")),
    ] = None,
    groups: Annotated[
        bool,
        typer.Option(
            "--groups",
            help=say("Les groupes de champs des accords.", "The agreements' field groups."),
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=say("Le schéma JSON.", "The JSON Schema."))
    ] = False,
    mapping: Annotated[
        bool,
        typer.Option(
            "--mapping",
            help=say(
                "Pour les éditeurs : le schéma JSON d'une correspondance entrante.",
                "For editors: an inbound mapping's JSON Schema.",
            ),
        ),
    ] = False,
    outbound: Annotated[
        bool,
        typer.Option(
            "--outbound",
            help=say(
                "Pour les éditeurs : celui d'une correspondance sortante.",
                "For editors: an outbound mapping's.",
            ),
        ),
    ] = False,
    agreement: Annotated[
        bool,
        typer.Option(
            "--agreement",
            help=say("Pour les éditeurs : celui d'un accord.", "For editors: an agreement's."),
        ),
    ] = False,
) -> None:
    """The common schema: kinds, fields with their labels, lists, field groups.

    `--mapping`, `--outbound` and `--agreement` print what an editor completes and checks with.
    """
    if mapping or outbound or agreement:
        from azalai.app import editor_schemas

        made = (editor_schemas.inbound if mapping else
                editor_schemas.outbound if outbound else editor_schemas.agreement)()  # fmt: skip
        print(json.dumps(made, ensure_ascii=False, indent=1))
        return
    from azalai import records

    if code_list is not None:
        _show_list(code_list, as_json=as_json)
        return
    if kind is None:
        kinds = sorted(records.RECORD_KINDS)
        print(json.dumps(kinds) if as_json else "\n".join(kinds))
        return
    if kind not in records.RECORD_KINDS:
        known = ", ".join(sorted(records.RECORD_KINDS))
        raise StopError(say(f"Genre de fiche inconnu « {kind} »", f"Unknown kind `{kind}`"),
                        hint=say(f"genres : {known}.", f"kinds: {known}."))  # fmt: skip
    if groups:
        found = {name: list(paths) for name, paths in records.groups(kind).items()}
        lines = [f"{name}: {', '.join(paths)}" for name, paths in sorted(found.items())]
        print(json.dumps(found) if as_json else "\n".join(lines))
    elif as_json:
        print(json.dumps(records.json_schema(kind), ensure_ascii=False, indent=2))
    else:
        for path, field in records.fields(kind).items():
            label = field.labels.fr if language() == "fr" else field.labels.en
            listed = f" [{field.list_name}]" if field.list_name else ""
            need = say(" obligatoire", " required") if field.required else ""
            print(f"{path:<40} {field.type}{listed}{need}  {label}")


def _show_list(name: str, *, as_json: bool) -> None:
    from azalai import records

    if name not in records.LISTS:
        known = ", ".join(sorted(records.LISTS))
        raise StopError(say(f"Liste inconnue « {name} »", f"Unknown list `{name}`"),
                        hint=say(f"listes : {known}.", f"lists: {known}."))  # fmt: skip
    codes = records.LISTS[name].codes
    if as_json:
        made = {c: {"fr": v.fr, "en": v.en, "ar": v.ar} for c, v in codes.items()}
        print(json.dumps(made, ensure_ascii=False, indent=2))
        return
    for code, labels in codes.items():
        print(f"{code:<28} {labels.fr} / {labels.en} / {labels.ar}")
