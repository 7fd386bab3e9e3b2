"""Arguments that mean the same in every command: how help writes and explains them.

Those of `azalai` itself too: it is made before the language is known.
"""

from collections.abc import Mapping

from azalai.cli.speech import say

_NAMES: Mapping[str, tuple[str, str]] = {
    "agreement": ("ACCORD", "AGREEMENT"), "case": ("AFFAIRE", "CASE"), "code": ("CODE", "CODE"),
    "config": ("FICHIER", "FILE"), "connector": ("CONNECTEUR", "CONNECTOR"),
    "deliveries": ("ENVOIS", "DELIVERIES"), "delivery": ("ENVOI", "DELIVERY"),
    "destination": ("DESTINATAIRE", "DESTINATION"), "feed": ("FLUX", "FEED"),
    "feeds": ("FLUX", "FEEDS"), "file": ("FICHIER", "FILE"), "files": ("FICHIERS", "FILES"),
    "folder": ("DOSSIER", "FOLDER"), "index": ("NUMÉRO", "NUMBER"),
    "inputs": ("FICHIERS", "INPUTS"), "key": ("CLÉ", "KEY"), "key2": ("CLÉ2", "KEY2"),
    "kind": ("GENRE", "KIND"), "LIST": ("LISTE", "LIST"), "mapping": ("CORRESPONDANCE", "MAPPING"),
    "name": ("NOM", "NAME"), "names": ("NOMS", "NAMES"), "new": ("NOUVEAU", "NEW"),
    "number": ("NUMÉRO", "NUMBER"), "old": ("ANCIEN", "OLD"), "request": ("DEMANDE", "REQUEST"),
    "value": ("VALEUR", "VALUE"),
}  # fmt: skip

_HELP: Mapping[str, tuple[str, str]] = {
    "debug": ("Montrer les traces d'erreur ; n'importe où sur la ligne.",
              "Show tracebacks; anywhere on the line."),
    "deliveries": ("Numéros d'envois, de « outbox list ».", "Numbers of `outbox list`."),
    "delivery": ("Un numéro de « outbox list ».", "A number of `outbox list`."),
    "destination": ("Un destinataire de la configuration.", "A configured destination."),
    "feed": ("Un flux de la configuration.", "A configured feed."),
    "index": ("Le numéro de l'inscription.", "The entry's number."),
    "key": ("La clé de la fiche, ou son pseudonyme.", "The record's key or pseudonym."),
    "key2": ("L'autre fiche.", "The other record."),
    "number": ("Le numéro.", "The number."),
    "request": ("Un numéro de « approve list ».", "A number of `approve list`."),
    "version": ("La version.", "The version."),
}  # fmt: skip


def placeholder(name: str) -> str:
    """How a help writes an argument: in capitals, in the language spoken."""
    return say(*_NAMES[name]) if name in _NAMES else name.upper()


def explained(name: str) -> str:
    """What an argument or option is that says nothing of its own; empty if not known here."""
    return say(*_HELP[name]) if name in _HELP else ""
