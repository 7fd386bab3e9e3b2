"""Closing an account: what it asked for is over, and what its person could reach is told."""

from collections.abc import Iterator

from azalai.app import App
from azalai.app.persons import Person
from azalai.app.secret_files import secret_files
from azalai.documents import Text
from azalai.errors import ApprovalError, NotFoundError
from azalai.settings import Account, Settings
from azalai.store import request_rows


def in_force(app: App) -> dict[str, Account]:
    """The configured accounts that were not closed."""
    closed = request_rows.closed_accounts(app.store.db)
    return {name: one for name, one in app.settings.accounts.items() if name not in closed}


def close(app: App, name: str, person: Person) -> list[int]:
    """Close an account at once; the numbers of its open requests, which end with it.

    Its acts stay in the ledger under its name. NotFoundError; ApprovalError for who is no
    administrator, and for the last administrator.
    """
    accounts = in_force(app)
    if name not in accounts:
        raise NotFoundError(f"no account {name} in force", fr=f"aucun compte {name} en vigueur")
    administrators = {n for n, one in accounts.items() if "administrator" in one.roles}
    if person.account not in administrators:
        raise ApprovalError("only an administrator closes an account",
                            fr="seul un administrateur ferme un compte")  # fmt: skip
    if administrators == {name}:
        raise ApprovalError(f"{name} is the last administrator", fr=f"{name} est le dernier "
                            "administrateur", hint="name another one first",
                            hint_fr="désignez-en d'abord un autre")  # fmt: skip
    with app.store.write() as tx:
        request_rows.close_account(tx, name)
        over = [one for one in request_rows.every(tx.db) if one.asked_by == name]
        for one in over:
            request_rows.end(tx, one, "cancelled", person.account)
        tx.log("act", actor=person.actor, act="account_closed", subject=f"account/{name}",
               requests=[one.id for one in over])  # fmt: skip
    return [one.id for one in over]


def reach(settings: Settings, account: Account) -> Iterator[Text]:
    """What the person could reach and must now be changed or taken away, one line each."""
    user = account.unix_user
    yield Text(f"utilisateur système {user} : fermez-le (usermod -L -e 1 {user}), ôtez ses clés SSH "
               "et ses droits sudo",
               f"system user {user}: close it (usermod -L -e 1 {user}), take its SSH keys and sudo "
               "rights away")  # fmt: skip
    yield Text(f"azalai.yaml : ôtez le compte de « accounts: » ({settings.source})",
               f"azalai.yaml: take the account out of `accounts:` ({settings.source})")  # fmt: skip
    if not {"operator", "administrator"} & set(account.roles):
        return
    for path, (fr, en) in secret_files(settings).items():
        yield Text(f"{path} : {fr}", f"{path}: {en}")
