"""The certificate of an erasure: what is gone since when, what is not yet, and how that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from azalai.documents import Text
from azalai.ledger import Signer
from azalai.ledger.note import sign
from azalai.store import Store, key_rows
from azalai.store.erasing import Erased
from azalai.store.seal import kek_name

WIDTH = 90
TITLE = Text("CERTIFICAT D'EFFACEMENT", "CERTIFICATE OF ERASURE")
_RULES = {
    "by_hand": Text("par une personne", "by a person"),
    "by_order": Text("sur ordre : la fiche ne rentre plus", "by order: the record is kept out"),
    "keep": Text("durée de conservation passée", "the time that it is kept is over"),
    "override": Text("par deux personnes, malgré un détenteur ou un envoi ouvert",
                     "by two people, although a holder or an open delivery remained"),
}  # fmt: skip
_GONE = Text(
    "Effacée : la clé de la fiche, la fiche et ses versions, les lignes d'origine, les messages, les "
    "motifs, les accusés, ce qui n'avait pas été traduit. Le registre garde un pseudonyme, des "
    "comptes et des engagements que plus rien n'ouvre.",
    "Erased: the record's key, the record and its versions, raw records, messages, reasons, receipts, "
    "what had not been translated. The ledger keeps a pseudonym, counts, and commitments that "
    "nothing opens any more.",
)
_LIMITS = Text(
    "Ce certificat ne dit rien de ce que d'autres ont reçu, des fichiers de la source, des extraits de "
    "registre remis avec la clé d'engagement de la fiche, ni de copies de la clé maîtresse ou de la "
    "base faites sans azalai.",
    "This certificate says nothing of what others have received, of the source's files, of exports of "
    "the ledger that were given out with the record's commitment key, nor of copies of the master key "
    "or the store that were made without azalai.",
)


@dataclass(frozen=True, slots=True)
class Left:
    """What keeps a record from being unrecoverable: the key that wrapped its key is still in force;
    copies of that key that nobody said are destroyed; other copies from before (backups)."""

    in_force: bool
    keks: tuple[str, ...]
    copies: tuple[int, ...]
    backups: tuple[str, ...]


def left(store: Store, found: Erased) -> Left:
    """What is left of the keys that could open an erased record's copies."""
    now = kek_name(store.keys.kek)
    return Left(
        found.kek == now,
        tuple(one.kek for one in key_rows.keks(store.db) if one.kek != now and not one.gone_at),
        tuple(one.id for one in key_rows.copies(store.db)
              if one.gone_at is None and (one.kek != now or found.kek == now)),
        tuple(f"{one.place} ({one.made_at[:10]})" for one in key_rows.outside(store.db)
              if one.what == "backup" and one.made_at <= found.at),
    )  # fmt: skip


def certificate(
    store: Store, found: Sequence[Erased], origin: str, actor: str, signer: Signer
) -> bytes:  # fmt: skip
    """A page in French and English as a signed note: `ledger verify --note` checks it."""
    parts = []
    for spoken in range(2):
        lines = [TITLE[spoken], f"{_say(spoken, 'registre', 'log')} : {origin}",
                 f"{_say(spoken, 'établi par', 'issued by')} : {actor}", ""]  # fmt: skip
        for one in found:
            lines += [*_of(store, one, spoken), ""]
        folded = [line for text in [*lines, _GONE[spoken], "", _LIMITS[spoken]]
                  for line in _folded(text)]  # fmt: skip
        parts.append("\n".join(folded))
    return sign("\n\n".join(parts) + "\n", signer)


def _of(store: Store, one: Erased, spoken: int) -> list[str]:
    rule = _RULES[one.rule][spoken] if one.rule in _RULES else one.rule
    lines = [f"{_say(spoken, 'fiche', 'record')} : {one.pseudonym}",
             f"  {_say(spoken, 'effacée le', 'erased on')} : {one.at} (UTC), {rule}"]  # fmt: skip
    if one.unrecoverable_at is not None:
        lines.append("  " + _say(
            spoken,
            f"irrécupérable depuis : {one.unrecoverable_at} (UTC). Su ainsi : la clé maîtresse "
            f"{one.kek} a été changée et son fichier écrasé ici ; chaque copie faite d'elle a été "
            "dite détruite par une personne. Une sauvegarde d'avant ne s'ouvre plus.",
            f"unrecoverable since: {one.unrecoverable_at} (UTC). Known by this: the master key "
            f"{one.kek} was rotated away and its file overwritten here; of each copy of it a person "
            "has said that it is destroyed. A backup from before no longer opens."))  # fmt: skip
        return lines
    rest = left(store, one)
    lines.append("  " + _say(spoken, "pas encore irrécupérable :", "not unrecoverable yet:"))
    if rest.in_force:
        lines.append("    " + _say(spoken, f"la clé maîtresse {one.kek} sert encore (azalai key "
                                   "rotate)", f"the master key {one.kek} is still in force (azalai "
                                   "key rotate)"))  # fmt: skip
    lines += ["    " + _say(spoken, f"la clé {kek} n'est pas détruite", f"key {kek} is not destroyed")
              for kek in rest.keks]  # fmt: skip
    lines += ["    " + _say(spoken, f"copie {number} de la clé : pas dite détruite",
                            f"copy {number} of the key: not said to be destroyed")
              for number in rest.copies]  # fmt: skip
    lines += ["    " + _say(spoken, f"sauvegarde d'avant : {place}", f"backup from before: {place}")
              for place in rest.backups]  # fmt: skip
    return lines


def _folded(text: str) -> list[str]:
    """A line as it fits on a page, further lines under its first letter."""
    indent = " " * (len(text) - len(text.lstrip()))
    return wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False,
                break_on_hyphens=False) or [""]  # fmt: skip


def _say(spoken: int, fr: str, en: str) -> str:
    return en if spoken else fr
