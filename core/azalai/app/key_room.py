"""Where the master key is at hand: its file, a passphrase, a credential, the daemon."""

import os
import sys
from collections.abc import Callable, Mapping
from getpass import getpass
from pathlib import Path

from azalai.app import key_files, key_socket
from azalai.errors import ConfigurationError, KeyLockedError
from azalai.settings import Settings
from azalai.store.seal import Keyring, read_kek

Ask = Callable[[], str]
"""Asks a person for the passphrase."""


def keyring(settings: Settings, ask: Ask | None = None) -> Keyring:
    """The keys of a deployment. ConfigurationError where there are none; KeyLockedError where a
    passphrase is needed and nobody can be asked."""
    return Keyring(KeyRoom(settings, ask).read)


def at_terminal() -> Ask | None:
    """Who can be asked for a passphrase here: the person at the terminal, or nobody."""
    if not sys.stdin.isatty():
        return None
    return lambda: getpass("Phrase secrète de la clé maîtresse / passphrase of the master key: ")


class KeyRoom:
    """Reads the key-encryption key of a deployment, and the one that a rotation prepares. What a
    passphrase has opened is kept in memory."""

    def __init__(
        self, settings: Settings, ask: Ask | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.path = settings.path(settings.kek)
        self._ask = ask or at_terminal()
        self._environment = environment
        self._held: list[bytes] = []
        self._phrase = ""

    @property
    def form(self) -> str:
        """`file`, `sealed` (a file under a passphrase) or `credential`."""
        if self.settings.kek_credential is not None:
            return "credential"
        there = [one for one in (self.path, key_files.next_to(self.path)) if one.exists()]
        sealed = [key_files.is_sealed(one) for one in there or [self.path]]
        return "sealed" if any(sealed) else "file"  # one may be overwritten at this moment

    def read(self) -> list[bytes]:
        """The keys at hand."""
        if self.settings.kek_credential is not None:
            return self._credential(self.settings.kek_credential)
        sealed = self.form == "sealed"
        if sealed != (self.settings.start == "attended"):
            raise _other_form(sealed=sealed)
        if not sealed:
            return key_files.plain(self.path)
        held = None if self._held else self._of_daemon()
        return held if held is not None else self._opened()

    def phrase(self) -> str:
        """The passphrase, asked for once. KeyLockedError where nobody can be asked."""
        if not self._phrase:
            if self._ask is None:
                raise KeyLockedError
            self._phrase = self._ask()
        return self._phrase

    def phrase_if_sealed(self) -> str | None:
        """The passphrase of a key file that is under one; None for a plain file."""
        return self.phrase() if self.form == "sealed" else None

    def _opened(self) -> list[bytes]:
        self._held = key_files.sealed(self.path, self.phrase())
        return self._held

    def _of_daemon(self) -> list[bytes] | None:
        state = self.settings.state
        return key_socket.get(state) if state.is_dir() else None

    def _credential(self, name: str) -> list[bytes]:
        folder = self._environment.get("CREDENTIALS_DIRECTORY")
        if folder is None:  # only the service has it: it serves the others
            held = self._of_daemon()
            if held is None:
                raise ConfigurationError(
                    f"the credential {name} is the service's: it must run",
                    fr=f"l'accréditation {name} est celle du service : il doit être en marche",
                    hint="systemctl start azalai", hint_fr="systemctl start azalai",
                )  # fmt: skip
            return held
        places = (Path(folder) / name, Path(folder) / (name + key_files.NEXT))
        return [
            read_kek(one, private=False)  # systemd's own folder keeps others out
            for one in places
            if one.exists() or one is places[0]
        ]


def _other_form(*, sealed: bool) -> ConfigurationError:
    if sealed:
        return ConfigurationError("the key file is under a passphrase and `start:` is unattended",
                                  fr="le fichier de clé est sous une phrase secrète et « start: » "
                                  "dit unattended", hint="start: attended, or `azalai key unlock "
                                  "--for-good`", hint_fr="start: attended, ou « azalai key unlock "
                                  "--for-good »")  # fmt: skip
    return ConfigurationError("`start: attended` and the key file is under no passphrase",
                              fr="« start: attended » et le fichier de clé n'est sous aucune phrase "
                              "secrète", hint="azalai key lock puts it under one",
                              hint_fr="azalai key lock l'y met")  # fmt: skip
