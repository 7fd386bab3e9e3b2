"""Where the store is when a PostgreSQL server keeps it: address, password, encryption."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from azalai.errors import ConfigurationError

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what a unit's `LoadCredential=` names (systemd.exec(5))."""
_HERE = ("", "localhost", "127.0.0.1", "::1")


def _as_url(value: str) -> str:
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    del port
    if url.scheme not in ("postgresql", "postgres") or not url.path.strip("/"):
        raise ValueError("postgresql://utilisateur@serveur/base / postgresql://user@host/database")
    if url.password is not None or "password" in parse_qs(url.query):
        raise ValueError("jamais le mot de passe dans l'adresse : « password: {file: …} » / "
                         "never the password in the address: `password: {file: …}`")  # fmt: skip
    given = parse_qs(url.query)
    host = given.get("host", [url.hostname or ""])[0]
    here = host in _HERE or host.startswith("/")
    if not here and given.get("sslmode", ["verify-full"])[0] != "verify-full":
        raise ValueError("sslmode=verify-full, sauf sur cette machine / but for this machine")
    return value


class Password(BaseModel):
    """Where the password is: a file, a variable, or a credential of systemd. One of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: str | None = None
    env: str | None = None
    credential: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "Password":
        if sum(one is not None for one in (self.file, self.env, self.credential)) != 1:
            raise ValueError("file, env ou/or credential: un seul / one of them")
        return self


class StoreServer(BaseModel):
    """A store on a PostgreSQL server. `ca`: who signs the server's certificate (default: the
    system's authorities); `folder`: this node's own files (checkpoint, spool)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    url: Annotated[str, AfterValidator(_as_url)]
    password: Password | None = None
    ca: str | None = None
    folder: str = "state"

    def conninfo(self, folder: Path) -> str:
        """Libpq's address, without the password; encryption is demanded off this machine."""
        url = urlsplit(self.url)
        given = parse_qs(url.query)
        host = given.get("host", [url.hostname or ""])[0]
        if host in _HERE or host.startswith("/"):
            return self.url
        ca = "system" if self.ca is None else str((folder / self.ca).resolve())
        extra = [f"{k}={v}" for k, v in (("sslmode", "verify-full"), ("sslrootcert", ca))
                 if k not in given]  # fmt: skip
        return self.url + ("&" if url.query else "?") + "&".join(extra) if extra else self.url

    def secret(self, folder: Path, environment: Mapping[str, str] = os.environ) -> str | None:
        """The password, or None where none is configured. ConfigurationError if it is not there."""
        given = self.password
        if given is None:
            return None
        if given.env is not None:
            found = environment.get(given.env)
            if found is None:
                raise ConfigurationError(f"store: password: the variable {given.env} is not set",
                                         fr=f"store: password : la variable {given.env} n'est pas "
                                         "donnée")  # fmt: skip
            return found
        path = folder / (given.file or "")
        if given.credential is not None:
            path = Path(environment.get(CREDENTIALS, "/run/credentials")) / given.credential
        try:
            return path.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as err:
            raise ConfigurationError(f"store: password: {path} cannot be read",
                                     fr=f"store: password : {path} ne se lit pas") from err  # fmt: skip
