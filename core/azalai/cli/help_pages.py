"""Help pages in the language spoken, French first, and who writes them."""

import inspect
import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from azalai.cli.arguments import explained, placeholder
from azalai.cli.speech import language, say
from azalai.cli.usage import told

_TYPES = {
    "str": ("texte", "text"), "int": ("nombre", "number"), "float": ("nombre", "number"),
    "Path": ("chemin", "path"),
}  # fmt: skip
_WIDEST, _NAMES_WIDTH = 100, 30


def command(
    app: typer.Typer, name: str, *, fr: str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add a command to a noun: its docstring is the English help, `fr` the French one.

    Options and arguments give theirs as `help=say("…", "…")`.
    """
    return app.command(name, cls=Command, help=fr if language() == "fr" else None)


class Command(TyperCommand):
    """A command whose help and whose mistakes are in the language spoken."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As `page`."""
        formatter.write(page(self, ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """StopError for wrong usage."""
        with told(ctx):
            return super().parse_args(ctx, args)


class Group(TyperGroup):
    """A noun, or `azalai` itself: as `Command`."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As `page`."""
        formatter.write(page(self, ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """StopError for wrong usage."""
        with told(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """StopError for a command that does not exist."""
        with told(ctx, args):
            return super().resolve_command(ctx, args)


def page(command: Any, ctx: Any) -> str:
    """The whole help of a command: how it is written, what it does, its parts."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    arguments = [p for p in command.params if p.param_type_name == "argument" and not p.hidden]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    verbs = command.commands if isinstance(command, Group) else {}
    commands = [(name, _first(one.help)) for name, one in verbs.items()]
    lines = [
        say("Usage : ", "Usage: ") + " ".join(_usage(ctx.command_path, arguments, commands)),
        "",
    ]
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        lines += [*_filled(paragraph, width, "  "), ""]
    helped = ("--help", say("Cette aide.", "This help."))
    for title, rows in (
        (say("Arguments", "Arguments"), [_argument(p) for p in arguments]),
        (say("Options", "Options"), [*(_option(p) for p in options), helped]),
        (say("Commandes", "Commands"), commands),
    ):
        lines += _section(title, rows, width) if rows else []
    return "\n".join(lines).rstrip() + "\n"


def _usage(path: str, arguments: Sequence[Any], commands: Sequence[Any]) -> Iterator[str]:
    yield path
    yield "[OPTIONS]"
    for one in arguments:
        name = placeholder(one.metavar or one.name) + ("…" if one.nargs != 1 else "")
        yield name if one.required else f"[{name}]"
    if commands:
        yield say("COMMANDE …", "COMMAND …")


def _argument(one: Any) -> tuple[str, str]:
    name = one.metavar or one.name
    return placeholder(name), _about(one, one.help or explained(one.name))


def _option(one: Any) -> tuple[str, str]:
    names = ", ".join([*one.opts, *one.secondary_opts])
    kind = one.type_descriptor.annotation
    word = next((say(*said) for name, said in _TYPES.items() if name in str(kind)),
                say("valeur", "value"))  # fmt: skip
    return names if one.is_flag else f"{names} <{word}>", _about(
        one, one.help or explained(one.name)
    )


def _about(one: Any, text: str) -> str:
    """The help, then the range, the default, and whether it must be given."""
    notes = []
    if one.min is not None:
        notes.append(say(f"au moins {one.min}", f"{one.min} or more"))
    if one.max is not None:
        notes.append(say(f"au plus {one.max}", f"{one.max} or less"))
    if one.default not in (None, False, "", ()) and not callable(one.default):
        notes.append(say("défaut : ", "default: ") + str(one.default))
    if one.required:
        notes.append(say("obligatoire", "required"))
    return " ".join([*([text] if text else []), *([f"[{' ; '.join(notes)}]"] if notes else [])])


def _section(title: str, rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    left = min(max(len(name) for name, _ in rows), _NAMES_WIDTH) + 4
    lines = [say(f"{title} :", f"{title}:")]
    for name, text in rows:
        filled = _filled(text, width, " " * left) or [""]
        if len(name) + 4 > left:
            lines += [f"  {name}", *filled]
        else:
            lines += [f"  {name}".ljust(left) + filled[0][left:], *filled[1:]]
    return [*lines, ""]


def _filled(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), width, initial_indent=indent,
                         subsequent_indent=indent, break_long_words=False)  # fmt: skip


def _first(text: str | None) -> str:
    """The first paragraph."""
    return inspect.cleandoc(text or "").split("\n\n")[0]
