"""`store:` on a server: never a password in the address, never a link in clear off this machine."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from azalai.errors import ConfigurationError
from azalai.settings import load
from azalai.store_server import Password, StoreServer

HEAD = "language: fr\norigin: azalai.invalid/essai\n"


@pytest.mark.parametrize("url", [
    "mysql://db/x", "postgresql://u:secret@db/x", "postgresql://u@db/x?password=secret",
    "postgresql://u@db/", "postgresql://u@db/x?sslmode=require", "postgresql://u@db:nine/x",
])  # fmt: skip
def test_an_address_that_is_refused(url: str) -> None:
    """Another kind, a password, no database, a link that anybody could take over."""
    with pytest.raises(ValidationError):
        StoreServer(url=url)


@pytest.mark.parametrize(
    ("url", "demanded"),
    [("postgresql://u@db.example/x", True), ("postgresql://u@localhost/x", False),
     ("postgresql://u@/x?host=/run/postgresql", False),
     ("postgresql://u@/x?host=db.example", True)],
)  # fmt: skip
def test_encryption_off_this_machine(url: str, demanded: bool) -> None:
    """The server's name is verified by the named authority, or by the system's."""
    made = StoreServer(url=url, ca="ca.pem").conninfo(Path("/etc/x"))

    assert ("sslmode=verify-full" in made) is demanded
    assert ("sslrootcert=/etc/x/ca.pem" in made) is demanded


def test_where_the_password_is(tmp_path: Path) -> None:
    """A file, a variable, a credential of systemd; one of them."""
    (tmp_path / "pw").write_text("secret\n")
    url = "postgresql://u@/x"
    from_file = StoreServer(url=url, password=Password(file="pw"))
    from_variable = StoreServer(url=url, password=Password(env="PW"))
    credential = StoreServer(url=url, password=Password(credential="pw"))

    assert from_file.secret(tmp_path, {}) == "secret"
    assert from_variable.secret(tmp_path, {"PW": "secret"}) == "secret"
    assert credential.secret(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "secret"
    assert StoreServer(url=url).secret(tmp_path, {}) is None
    with pytest.raises(ConfigurationError):
        from_variable.secret(tmp_path, {})
    with pytest.raises(ConfigurationError):
        StoreServer(url=url, password=Password(file="none")).secret(tmp_path, {})
    with pytest.raises(ValidationError):
        Password(file="pw", env="PW")


def test_a_node_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """The checkpoint and the spool stand there; a file's stand beside it, as ever."""
    file = tmp_path / "azalai.yaml"
    file.write_text(f"{HEAD}node: dakar\nstore:\n  url: 'postgresql://u@/x'\n  folder: state1\n")
    on_server = load(file)
    file.write_text(f"{HEAD}store: data/azalai.db\n")

    assert (on_server.state, on_server.node_name) == (tmp_path / "state1", "dakar")
    assert load(file).state == tmp_path / "data"
