"""`azalai account`: the people of a deployment, as its configuration names them."""

import json
import pwd
from typing import Annotated, Any

import typer

from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, deployment, person, table
from azalai.cli.help_pages import command
from azalai.cli.speech import language, say
from azalai.settings import Account

app = noun("account")


@command(
    app,
    "list",
    fr="""Les comptes, et qui vous êtes. Ils s'écrivent sous `accounts:` dans azalai.yaml. Code 1 si
    rien de ce qui demande deux personnes ne peut se faire.""",
)
def account_list(config: Config = None, as_json: Json = False) -> None:
    """Accounts, and who you are. They are written under `accounts:` in azalai.yaml. Exit 1 if
    nothing that needs two people can be done."""
    from azalai.app.closing import in_force

    with deployment(config) as app:
        open_ones, me = in_force(app), person()
        rows: list[dict[str, Any]] = [{"account": name, "name": one.name, "unix_user": one.unix_user,
                 "roles": list(one.roles), "closed": name not in open_ones,
                 "user_exists": _exists(one.unix_user)}
                for name, one in app.settings.accounts.items()]  # fmt: skip
        problems = _problems(open_ones)
    if as_json:
        print(json.dumps({"you": me.account, "accounts": rows, "problems": problems}))
    else:
        table([say("compte", "account"), say("nom", "name"), say("utilisateur", "user"),
               say("rôles", "roles"), say("état", "state")],
              [[r["account"], r["name"], r["unix_user"], ", ".join(r["roles"]), _state(r)]
               for r in rows])  # fmt: skip
        why = f" ({me.why.say(language())})" if not me.account else ""
        print(say("vous êtes :", "you are:"), (me.account or me.user) + why)
        print("\n".join(problems), end="\n" if problems else "")
    raise typer.Exit(1 if problems else 0)


@command(
    app,
    "close",
    fr="""Fermer un compte sur-le-champ : ses demandes ouvertes sont closes, et ce qu'il pouvait
    atteindre est affiché.""",
)
def account_close(
    name: Annotated[str, typer.Argument(help=say("Le compte.", "The account."))],
    config: Config = None,
) -> None:
    """Close an account at once: its open requests end, and what it could reach is printed."""
    from azalai.app.closing import close, reach

    with deployment(config) as app:
        over = close(app, name, person())
        print(say(f"{name} : fermé ; {len(over)} demande(s) close(s)",
                  f"{name}: closed; {len(over)} request(s) ended"))  # fmt: skip
        print(say("À changer maintenant :", "To be changed now:"))
        for line in reach(app.settings, app.settings.accounts[name]):
            print(f"  {line.say(language())}")


def _problems(accounts: dict[str, Account]) -> list[str]:
    able = {name for name, one in accounts.items() if "approver" in one.roles}
    if len(accounts) > 1 and able and (len(able) > 1 or set(accounts) - able):
        return []
    return [say("il faut deux comptes, dont un « approver » : sans eux, ce qui demande deux "
                "personnes attend",
                "two accounts are needed, one of them `approver`: without them what needs two "
                "people waits")]  # fmt: skip


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _state(row: dict[str, Any]) -> str:
    if row["closed"]:
        return say("fermé", "closed")
    return say("en vigueur", "in force") if row["user_exists"] else say(
        "utilisateur système absent", "no such system user")  # fmt: skip
