"""The words of screens for states, operations, counts and reasons: French first.

The French ones are those of the vocabulary that users were promised; a code that has no word is
shown as it is.
"""

from collections.abc import Mapping

from azalai.cli.speech import say

_WORDS: dict[str, tuple[str, str]] = {
    # runs
    "accepted": ("acceptée", "accepted"), "discarded": ("écartée", "discarded"),
    "reading": ("en lecture", "being read"), "run_held": ("retenue", "held"),
    # counts of a run
    "read": ("lues", "read"), "translated": ("traduites", "translated"),
    "rejected": ("non traduites", "rejected"), "parked": ("en attente d'un code", "parked"),
    "locked": ("verrouillées", "locked"), "unreadable": ("illisibles", "unreadable"),
    "produced": ("fiches", "records"), "vanished": ("disparues", "vanished"),
    "new": ("nouvelles", "new"), "changed": ("modifiées", "changed"),
    "unchanged": ("inchangées", "unchanged"), "stale": ("périmées", "stale"),
    # operations
    "create": ("création", "create"), "update": ("mise à jour", "update"),
    "cancel": ("radiation", "cancel"), "assert": ("affirmée", "asserted"),
    "withdraw": ("retirée", "withdrawn"),
    # deliveries
    "staged": ("préparé", "staged"), "waiting": ("attend le précédent", "waiting"),
    "due": ("à envoyer", "due"), "sending": ("en cours d'envoi", "sending"),
    "awaiting": ("remis à un relais, non confirmé", "handed over, not confirmed"),
    "delivered": ("reçu", "delivered"), "refused": ("refusé par le destinataire", "refused"),
    "attested": ("attestée sur pièce, non confirmée", "attested on paper, not confirmed"),
    "written_off": ("abandonnée, non confirmée", "written off, not confirmed"),
    "given_up": ("abandonné", "given up"), "withdrawn": ("annulé avant envoi", "withdrawn"),
    "deferred": ("reporté", "deferred"), "unknown": ("issue inconnue", "unknown"),
    "held": ("retenu", "held"), "withheld": ("non autorisé par l'accord", "withheld"),
    "owed": ("dus", "owed"), "open": ("en cours", "open"), "attempts": ("tentatives", "attempts"),
    "superseded": ("une version plus récente suivait", "a newer version was behind it"),
    "late_receipt": ("l'accusé est arrivé après", "its receipt came afterwards"),
    "arrived_late": ("la fiche y était pourtant", "the record was there after all"),
    "lost_there": ("le destinataire l'a perdu", "the destination lost it"),
    "sharing_ended": ("fin de l'accord", "the agreement ended"),
    # links between records
    "possible": ("peut-être le même acte, une personne décide", "maybe one act, a person decides"),
    "same": ("le même acte", "one act"), "different": ("deux actes", "two acts"),
    "possible_duplicate": ("doublon possible", "possible duplicate"),
    "linked_lifted": ("la fiche du même acte est levée", "the record of the same act is lifted"),
    "has_other_bytes": ("le destinataire a un autre contenu sous notre clé : demandez-lui lequel",
                        "the destination has other bytes under our key: ask them which"),
    # why a destination cannot be reached
    "connect": ("personne ne répond à cette adresse : réseau, pare-feu ou machine arrêtée",
                "nobody answers at this address: network, firewall or a machine that is off"),
    "name": ("le nom de la machine est inconnu : DNS ou faute dans l'adresse",
             "the host name is unknown: DNS, or a mistake in the address"),
    "tls_certificate_expired": ("notre certificat a expiré : remplacez-le",
                                "our certificate has expired: renew it"),
    "tls_certificate_not_yet_valid": ("notre certificat n'est pas encore valable : horloge ?",
                                      "our certificate is not valid yet: the clock?"),
    "tls_client_certificate": ("le destinataire refuse notre certificat : demandez-lui pourquoi",
                               "the destination refuses our certificate: ask them why"),
    "tls_server_certificate": ("son certificat n'est pas celui attendu : sachez d'abord pourquoi",
                               "its certificate is not the expected one: find out why first"),
    "tls_files": ("un fichier de certificat ne se lit pas : azalai check le nomme",
                  "a certificate file cannot be read: azalai check names it"),
    "mail_files": ("un fichier de certificat ne se lit pas : azalai check le nomme",
                   "a certificate file cannot be read: azalai check names it"),
    "smtp_no_tls": ("le serveur de courrier n'offre pas TLS : rien ne part en clair",
                    "the mail server offers no TLS: nothing leaves in clear"),
    "connection_lost": ("la liaison a été coupée", "the link was cut"),
    "recipient_certificate_expired": ("le certificat du destinataire a expiré : rien n'est parti",
                                      "the recipient's certificate has expired: nothing left"),
    "signer_certificate_expired": ("notre certificat de signature a expiré : remplacez-le",
                                   "our signing certificate has expired: renew it"),
    "deadline": ("sa réponse n'en finissait pas", "its answer did not end"),
    "http_401": ("le destinataire ne nous reconnaît pas", "the destination does not know us"),
    "http_403": ("le destinataire nous refuse l'accès", "the destination denies us access"),
    "http_404": ("l'adresse n'existe pas chez le destinataire : vérifiez url",
                 "the address does not exist there: check url"),
    "http_503": ("le destinataire est en maintenance", "the destination is in maintenance"),
}  # fmt: skip


def word(code: str) -> str:
    """The word for a code in the language spoken."""
    fr_en = _WORDS.get(code)
    return code if fr_en is None else say(*fr_en)


def run_state(state: str) -> str:
    """A run's state; « retenue » agrees with « passe »."""
    return word("run_held" if state == "held" else state)


def counts(found: Mapping[str, int]) -> str:
    """A run's counts that are not zero, in words."""
    return ", ".join(f"{word(term)} {n}" for term, n in found.items() if n)


def in_brackets(found: Mapping[str, int]) -> str:
    """As `counts`, to stand after a run's state; nothing where nothing was counted."""
    said = counts(found)
    return f" ({said})" if said else ""


def reason(code: str | None) -> str:
    """Why a destination cannot be reached: what it means, then the code that logs carry."""
    if not code:
        return ""
    said = word(code)
    return code if said == code else f"{said} ({code})"
