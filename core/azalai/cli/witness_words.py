"""What is said of witnesses: their answers, how far the ledger is cosigned, what does not fit."""

from datetime import datetime

from azalai.app.cosigned import Cosigned
from azalai.cli.speech import say
from azalai.clock import parse_instant

_ANSWERS = {
    "cosigned": ("cosigné", "cosigned"), "already": ("déjà cosigné", "cosigned already"),
    "bad_answer": ("réponse qui n'est pas une cosignature", "an answer that is no cosignature"),
    "http_403": ("ne connaît pas notre clé", "does not know our key"),
    "http_404": ("ne connaît pas notre registre", "does not know our ledger"),
    "claims_other": ("dit en tenir plus, sans preuve", "says it holds more, without proof"),
    "refuses_ours": ("refuse sans raison valable", "refuses without a good reason"),
    "connect": ("injoignable", "not reachable"), "read_timeout": ("pas de réponse", "no answer"),
    "name": ("nom d'hôte introuvable", "host name not found"),
}  # fmt: skip
_KINDS = {
    "rollback": (("ce qu'il tient est plus long que notre registre : le nôtre est une copie plus "
                 "ancienne, ou il a été raccourci"),
                 "it holds more than our ledger: ours is an older copy, or was cut"),
    "split_view": ("un autre registre de la même taille a été scellé avec notre clé",
                   "another ledger of the same size was sealed with our key"),
    "fork": ("un autre registre a été scellé avec notre clé, que le nôtre ne prolonge pas",
             "another ledger was sealed with our key, which ours does not extend"),
    "two_instances": (("deux bases de ce nœud travaillent : une copie plus ancienne a scellé après "
                       "la nouvelle ; dites-le à ce partenaire, il doit en arrêter une"),
                      ("two stores of this node are at work: an older copy sealed after the newer "
                       "one; tell this partner, who must stop one of them")),
}  # fmt: skip


def answer_of(word: str) -> str:
    """A witness's answer for people."""
    return say(*_ANSWERS[word]) if word in _ANSWERS else kind_of(word)


def kind_of(word: str) -> str:
    """How another view stands to ours, for people; a word we have no sentence for stays."""
    return say(*_KINDS[word]) if word in _KINDS else word


def state_lines(found: Cosigned, now: datetime) -> list[str]:
    """How far our ledger is cosigned, then each view that does not fit."""
    return [*([] if not found.least else [quorum_line(found, now)]), *view_lines(found)]


def todo(found: Cosigned | None) -> list[str]:
    """What a person must do about witnesses."""
    if found is None:
        return []
    late = [say("cosignatures en retard : azalai ledger witness list, puis ask",
                "cosignatures late: azalai ledger witness list, then ask")]  # fmt: skip
    return [*view_lines(found), *(late if found.late else [])]


def quorum_line(found: Cosigned, now: datetime) -> str:
    """Whether enough witnesses have cosigned, up to where, by whom."""
    rule = say(f"{found.least} cosignataires sur {len(found.told)}",
               f"{found.least} of {len(found.told)} witnesses")  # fmt: skip
    if found.met is None:
        done = say("rien n'est encore cosigné", "nothing is cosigned yet")
    else:
        by = ", ".join(f"{name} ({at[:16]})" for name, at in found.by.items())
        done = say(f"{found.met.size} inscriptions sur {found.size} cosignées par {by}",
                   f"{found.met.size} of {found.size} entries cosigned by {by}")  # fmt: skip
    if not found.late or found.waiting is None:
        return f"{rule} : {done}" if say("fr", "en") == "fr" else f"{rule}: {done}"
    hours = int((now - parse_instant(found.waiting.at)).total_seconds()) // 3600
    return say(f"EN RETARD : {rule} ; {done} ; la suite attend depuis {hours} h. Rien ne s'arrête.",
               f"LATE: {rule}; {done}; the rest has waited for {hours} h. Nothing stops.")  # fmt: skip


def view_lines(found: Cosigned) -> list[str]:
    """Each view of a log that does not fit, and what to type once a person has seen to it."""
    return [
        say(f"REGISTRE DOUBLE n° {one.id}, vu le {one.at[:16]} par {one.told_by} ({one.origin}, "
            f"{one.size} inscriptions) : {kind_of(one.kind)}. Puis : azalai ledger witness settle "
            f"{one.id} --reason …",
            f"TWO LEDGERS, number {one.id}, seen {one.at[:16]} by {one.told_by} ({one.origin}, "
            f"{one.size} entries): {kind_of(one.kind)}. Then: azalai ledger witness settle "
            f"{one.id} --reason …")
        for one in found.views
    ]  # fmt: skip
