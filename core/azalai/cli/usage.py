"""Wrong usage of the command line, said as our own errors: what, where, what to do."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import typer

from azalai.cli.arguments import placeholder
from azalai.errors import StopError


@contextmanager
def told(ctx: typer.Context, given: Sequence[str] = ()) -> Iterator[None]:
    """StopError for what was wrong in the words after `ctx`'s command; a call for help passes."""
    try:
        yield
    except typer.TyperException as err:
        if asks_for_help(err):
            raise
        raise stop(err, ctx, given) from err


def asks_for_help(err: typer.TyperException) -> bool:
    """A noun alone is no mistake: its help is what was wanted."""
    return type(err).__name__ == "NoArgsIsHelpError"


def stop(
    err: typer.TyperException, ctx: typer.Context | None = None, given: Sequence[str] = ()
) -> StopError:
    """The same mistake in our form and in both languages.

    The library tells its mistakes apart by class and speaks English only: its sentences stand in
    for what has none here.
    """
    ctx = ctx or getattr(err, "ctx", None)
    path = ctx.command_path if ctx else "azalai"
    where = path.removeprefix("azalai").strip()
    fr, en, hint_fr, hint_en = _KINDS.get(type(err).__name__, _other)(err, ctx, list(given))
    return StopError(
        f"{where}: {en}" if where else en,
        fr=f"{where} : {fr}" if where else fr,
        hint="; ".join(filter(None, [hint_en, f"`{path} --help` shows how it is written"])),
        hint_fr=" ; ".join(filter(None, [hint_fr, f"« {path} --help » montre comment l'écrire"])),
    )


_Said = tuple[str, str, str, str]
"""What is wrong in French and English, then what to do about it."""


def _no_option(err: Any, ctx: typer.Context | None, _given: list[str]) -> _Said:
    known = [opt for param in (ctx.command.get_params(ctx) if ctx else ()) for opt in param.opts
             if opt.startswith("-")]  # fmt: skip
    near = get_close_matches(err.option_name, [one for one in known if one.startswith("--")])
    fr, en = ("peut-être", "maybe") if near else ("elle a", "it has")
    named = ", ".join(near or known)
    return (f"l'option « {err.option_name} » n'existe pas", f"there is no option {err.option_name}",
            f"{fr} {named}" if named else "", f"{en} {named}" if named else "")  # fmt: skip


def _missing(err: Any, ctx: typer.Context | None, _given: list[str]) -> _Said:
    param = err.param
    if param is None:
        return _other(err, ctx, _given)
    label, about = _label(param), (param.help or "").rstrip(".")
    return f"il manque {label}", f"{label} is missing", about, about


def _bad_value(err: Any, ctx: typer.Context | None, given: list[str]) -> _Said:
    """A value of the wrong type or out of its range, as pydantic found it."""
    errors = getattr(err.__cause__, "errors", None)
    if err.param is None or errors is None:
        return _other(err, ctx, given)
    flaw = errors()[0]
    value, limits, kind = flaw.get("input"), flaw.get("ctx", {}), flaw["type"]
    fr, en = "ne convient pas", "does not fit"
    if kind.startswith(("int", "float")):
        fr, en = "n'est pas un nombre", "is not a number"
    elif kind == "greater_than_equal":
        fr, en = (
            f"est trop petit : au moins {limits['ge']}",
            f"is too small: {limits['ge']} or more",
        )
    elif kind == "less_than_equal":
        fr, en = f"est trop grand : au plus {limits['le']}", f"is too large: {limits['le']} or less"
    label = _label(err.param)
    about = (err.param.help or "").rstrip(".")
    return f"{label} : « {value} » {fr}", f"{label}: `{value}` {en}", about, about


def _bad_option(err: Any, _ctx: typer.Context | None, _given: list[str]) -> _Said:
    name = err.option_name
    if "not take a value" in err.message:
        return (f"l'option {name} n'a pas de valeur", f"the option {name} takes no value",
                f"écrivez {name} seul", f"write {name} alone")  # fmt: skip
    return (f"l'option {name} attend une valeur", f"the option {name} needs a value",
            f"écrivez la valeur après {name}", f"write the value behind {name}")  # fmt: skip


def _other(err: Any, ctx: typer.Context | None, given: list[str]) -> _Said:
    """What has no class of its own: words too many, a command that is missing or not known."""
    if extra := re.fullmatch(r"Got unexpected extra argument\(?s?\)? \((.*)\)", err.message):
        return (f"de trop : « {extra[1]} »", f"too many words: `{extra[1]}`",
                "ôtez-le, ou mettez entre guillemets une valeur qui a des espaces",
                "leave it out, or quote a value that has spaces")  # fmt: skip
    known = list(getattr(ctx.command, "commands", ())) if ctx else []
    if known and given and not given[0].startswith("-"):
        near = get_close_matches(given[0], known)
        named = ", ".join(near or known)
        fr, en = ("peut-être", "maybe") if near else ("il y a", "there are")
        return (f"la commande « {given[0]} » n'existe pas", f"there is no command {given[0]}",
                f"{fr} {named}", f"{en} {named}")  # fmt: skip
    if known:
        named = ", ".join(known)
        return ("il manque la commande", "the command is missing",
                f"il y a {named}", f"there are {named}")  # fmt: skip
    return err.format_message(), err.format_message(), "", ""


_KINDS = {
    "NoSuchOption": _no_option, "MissingParameter": _missing, "BadParameter": _bad_value,
    "BadOptionUsage": _bad_option,
}  # fmt: skip


def _label(param: Any) -> str:
    """An argument as the help's first line writes it, an option by its longest name."""
    if param.param_type_name == "argument":
        return placeholder(param.metavar or param.name)
    return str(max(param.opts, key=len))
