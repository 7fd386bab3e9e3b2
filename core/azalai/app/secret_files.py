"""The key and password files that a deployment names: each with what it is."""

from collections.abc import Mapping
from pathlib import Path

from azalai.documents import Text
from azalai.ledger import ring
from azalai.settings import MailDestination, Settings
from azalai.store_server import StoreServer


def secret_files(settings: Settings) -> Mapping[Path, Text]:
    """Every file that only the daemon's account may read; a credential of systemd is none."""
    found = {settings.path(settings.ledger_key): Text("clé du registre", "ledger key")}
    if settings.kek_credential is None:
        found[settings.path(settings.kek)] = Text("clé maîtresse", "key-encryption key")
    for path in ring.private_files(settings.path(settings.ledger_key)):
        found[path] = Text("clé du registre", "ledger key")
    cosigning = settings.cosigning
    if cosigning is not None:
        found[settings.path(cosigning.key)] = Text("clé de cosignataire", "witness's key")
        if cosigning.tls_key is not None:
            found[settings.path(cosigning.tls_key)] = Text("clé TLS du cosignataire",
                                                           "witness's TLS key")  # fmt: skip
    for name, node in settings.witnesses.nodes.items() if settings.witnesses else ():
        if node.key is not None:
            found[settings.path(node.key)] = Text(f"clé de {name}", f"key of {name}")
    server = settings.store
    if isinstance(server, StoreServer) and server.password and server.password.file:
        found[settings.path(server.password.file)] = Text(
            "mot de passe de la base", "password of the store")  # fmt: skip
    for name, feed in settings.feeds.items():
        secret = feed.source.secret if feed.source else None
        if secret is not None and secret.file:
            found[settings.path(secret.file)] = _password(name)
    for name, one in settings.destinations.items():
        found[settings.path(one.key)] = Text(f"clé de {name}", f"key of {name}")
        if isinstance(one, MailDestination) and one.password_file:
            found[settings.path(one.password_file)] = _password(name)
    return found


def _password(name: str) -> Text:
    return Text(f"mot de passe de {name}", f"password of {name}")
