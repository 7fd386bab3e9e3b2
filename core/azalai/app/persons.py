"""Who acts: the person behind a command, as the kernel knows it, never as a flag says."""

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from azalai.documents import NOTHING, Text
from azalai.settings import SHARED_USERS, Account

LOGIN = Path("/proc/self/loginuid")
_NO_LOGIN = 2**32 - 1  # (uid_t) -1: nobody logged in (credentials(7), audit)


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. `account` is empty where no single person can be told, and `why` says why."""

    user: str
    account: str
    roles: tuple[str, ...]
    why: Text = NOTHING

    @property
    def actor(self) -> str:
        """What the ledger carries: the account, else the operating system's user."""
        return self.account or f"os/{self.user}"


def who(accounts: Mapping[str, Account]) -> Person:
    """The person of this process."""
    return person(accounts, os.getuid(), login_uid())


def login_uid() -> int | None:
    """Who logged in, as the kernel keeps it through sudo and su; None where nobody did."""
    try:
        found = int(LOGIN.read_text())
    except (OSError, ValueError):
        return None
    return None if found == _NO_LOGIN else found


def person(accounts: Mapping[str, Account], uid: int, login: int | None) -> Person:
    """The person of a real user id and a login user id.

    Under a shared user (sudo) only the login says who it is; SUDO_USER is never read, anyone can
    set it. A user of one's own that somebody else logged in for (`su`) is no single person.
    """
    real = _name(uid)
    before = None if login is None else _name(login)
    user = before if real in SHARED_USERS and before is not None else real
    if user in SHARED_USERS:
        return Person(user, "", (), Text(
            f"{user} est partagé par plusieurs personnes : ouvrez une session à votre nom",
            f"{user} is shared by several people: log in under your own name"))  # fmt: skip
    if before not in (None, user):
        return Person(user, "", (), Text(
            f"session ouverte par {before}, commande tapée comme {user} : qui êtes-vous ?",
            f"{before} logged in and types as {user}: who are you?"))  # fmt: skip
    for name, account in accounts.items():
        if account.unix_user == user:
            return Person(user, name, account.roles)
    return Person(user, "", (), Text(
        f"{user} n'a pas de compte sous « accounts: » d'azalai.yaml",
        f"{user} has no account under `accounts:` of azalai.yaml"))  # fmt: skip


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"
