"""Two invented people for tests, and commands typed as one of them."""

import os
import pwd
import subprocess
from collections.abc import Callable

import pytest

from azalai.app.persons import Person
from deployment_rig import Deployment

ACCOUNTS = """\
accounts:
  a.fictif:
    name: A FICTIF
    unix_user: daemon
    roles: [ operator, administrator ]
  b.fictif:
    name: B FICTIF
    unix_user: bin
    roles: [ operator, approver ]
  c.fictif:
    name: C FICTIF
    unix_user: sys
    roles: [ auditor ]
"""
A = Person("daemon", "a.fictif", ("operator", "administrator"))
B = Person("bin", "b.fictif", ("operator", "approver"))
C = Person("sys", "c.fictif", ("auditor",))
ASK = """\
ask:
  - rule: Q1
    if: { measure: [ arrest ] }
    basis: art. 9
    by: two_people
share:
"""


def _can_log_in() -> bool:
    child = subprocess.run(["sh", "-c", "echo 1 > /proc/self/loginuid"], capture_output=True,
                           check=False)  # fmt: skip
    return os.getuid() == 0 and child.returncode == 0


real_logins = pytest.mark.skipif(not _can_log_in(), reason="needs root and no login of its own")


def add_accounts(place: Deployment) -> None:
    file = place.folder / "azalai.yaml"
    file.write_text(file.read_text().replace("feeds:\n", ACCOUNTS + "feeds:\n", 1))


def typed(place: Deployment, user: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`azalai` as root, after a login of this user: what sudo leaves behind."""
    uid = str(pwd.getpwnam(user).pw_uid)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        login = ["sh", "-c", f'echo {uid} > /proc/self/loginuid; exec "$@"', "sh"]
        return subprocess.run([*login, *place.command(*words)], capture_output=True, text=True,
                              env=place.environment(), check=False, timeout=120)  # fmt: skip

    return run
