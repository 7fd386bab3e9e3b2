"""All commands by name, with what the first help says; loaded when they are run."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

VERBS: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "schema": ("schema", "schema",
               "The common schema: kinds, fields with their labels, lists, field groups."),
    "init": ("init", "init_command",
             "Write a deployment: commented configuration, keys, folders."),
    "demo": ("demo", "demo",
             ("The main job on invented data: read, translate, decide, deliver through faults, "
             "prove.")),
    "run": ("running", "run",
            ("One pass: read the feeds, then send what is due. Exit 1 if something needs "
            "attention.")),
    "daemon": ("daemon", "daemon",
               ("Read feeds on their schedules and deliver, until SIGTERM; SIGHUP reads the "
               "configuration again, all or nothing.")),
    "status": ("status", "status", "The state now, and the lines to type next."),
    "check": ("check", "check",
              ("Everything wrong at once, warnings too. Exit 2: something is to be mended; 1: only "
              "warnings.")),
    "translate": ("translating", "translate",
                  ("Translate files without a store; counts at the end. Exit 1 if anything was "
                  "not translated.")),
})  # fmt: skip
"""Commands without a noun: the module, the function, its first sentence."""

NOUNS: Mapping[str, str] = MappingProxyType({
    "account": "People: who may ask and agree.",
    "agreement": "Agreements: check, test, compare.",
    "approve": "What waits for a second person.",
    "code": "Unknown codes and what waits for them.",
    "connector": "Connectors: the systems that we know.",
    "destination": "Destinations: state, probe, pauses, stop.",
    "feed": "Feeds and their runs.",
    "ledger": "Evidence.",
    "mapping": "Mappings: check them, run their examples.",
    "outbox": "Deliveries.",
    "recall": "Recalls that are not confirmed.",
    "record": "One record: its life, who has it, lifting.",
    "reject": "What could not be translated.",
    "simulate": "The other side.",
    "store": "The database.",
    "system": "Join the machine's services, or leave them.",
})  # fmt: skip
"""Each is a module of this room with an `app`; in the order of the alphabet, as help lists them."""


SILENT = frozenset({"translate", "schema"})
"""These log nothing, and start the sooner."""


def load(name: str) -> Any:
    """The command itself, its module imported. KeyError for an unknown name."""
    if name not in SILENT:
        from azalai import logs

        logs.configure(quiet=name != "daemon" and sys.stderr.isatty())
    if name in NOUNS:
        return typer.main.get_group(import_module(f"azalai.cli.{name}").app)
    module, function, _ = VERBS[name]
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(getattr(import_module(f"azalai.cli.{module}"), function))
    return typer.main.get_command(alone)


class _Later(TyperCommand):
    """Stands for a command until it is run: a help, or a mistake, must not load the world."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """The context of the command itself."""
        return load(str(self.name)).make_context(info_name, args, parent=parent, **extra)


class Commands(TyperGroup):
    """The commands of `azalai`."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        about = {name: said for name, (_, _, said) in VERBS.items()} | dict(NOUNS)
        self.commands = {name: _Later(name, help=said) for name, said in about.items()}

    def list_commands(self, _ctx: Any) -> list[str]:
        """In the order of the tables."""
        return list(self.commands)
