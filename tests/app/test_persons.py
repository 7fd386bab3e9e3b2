"""The person behind a command is the kernel's word: never a variable, never a shared user."""

import pwd

import pytest

from azalai.app.persons import person
from azalai.settings import Account

ACCOUNTS = {
    "a.fictif": Account(name="A FICTIF", unix_user="daemon", roles=("operator",)),
    "b.fictif": Account(name="B FICTIF", unix_user="bin", roles=("approver",)),
}
ROOT, DAEMON, BIN = 0, pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("bin").pw_uid


@pytest.mark.parametrize(
    ("uid", "login", "account", "actor"),
    [
        (DAEMON, None, "a.fictif", "a.fictif"),
        (DAEMON, DAEMON, "a.fictif", "a.fictif"),
        (ROOT, BIN, "b.fictif", "b.fictif"),  # sudo, and the kernel knows who logged in
        (ROOT, None, "", "os/root"),
        (ROOT, ROOT, "", "os/root"),
        (DAEMON, BIN, "", "os/daemon"),  # su: one of the two, nobody knows which
        (DAEMON, ROOT, "", "os/daemon"),
        (pwd.getpwnam("nobody").pw_uid, None, "", "os/nobody"),
        (4_000_000, None, "", "os/uid-4000000"),
    ],
)
def test_who_is_it(uid: int, login: int | None, account: str, actor: str) -> None:
    """Real user and login user say one person, or none; who is none is told why."""
    found = person(ACCOUNTS, uid, login)

    assert (found.account, found.actor) == (account, actor)
    assert bool(found.why.fr) == (account == "")


def test_sudo_user_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone can set it."""
    for name in ("SUDO_USER", "SUDO_UID", "LOGNAME", "USER"):
        monkeypatch.setenv(name, "bin")

    assert person(ACCOUNTS, ROOT, None).account == ""
