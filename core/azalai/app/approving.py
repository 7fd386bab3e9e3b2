"""Two people: one asks, the hash of exactly what would happen is kept, a second agrees."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from azalai import canonical
from azalai.app import App
from azalai.app.persons import Person
from azalai.documents import Text
from azalai.errors import ApprovalError
from azalai.store import Transaction, request_rows
from azalai.store.request_rows import Request

ASKING = frozenset({"operator", "approver", "administrator"})
"""The roles that may ask for what needs a second person; `approver` alone agrees."""
_CONSONANTS, _VOWELS = "bdfgjklmnprstv", "aeiou"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an act would do now: what it touches, with the digests that stand for it, and the
    sentences that both people read."""

    touched: Sequence[Mapping[str, Any]]
    lines: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A request that two people stand behind: its number and their accounts."""

    request: int
    asked_by: str
    agreed_by: str


@dataclass(frozen=True, slots=True)
class Act:
    """An act that needs two people. `foresee` raises where it cannot be done; `carry_out` does it
    in the transaction that uses the request up, and says what was done; `after` is called once that
    is committed."""

    foresee: Callable[[App, Mapping[str, Any]], Foreseen]
    carry_out: Callable[[Transaction, App, Mapping[str, Any], Agreed], Sequence[Text]]
    after: Callable[[App], object] = lambda _app: None


Acts = Mapping[str, Act]


def two_people(app: App) -> bool:
    """Whether `accounts:` name somebody who may ask and somebody else who may agree: where they do
    not, what would wait for a second person here for ever is one person's to do."""
    gone = request_rows.closed_accounts(app.store.db)
    roles = {name: set(one.roles) for name, one in app.settings.accounts.items()
             if name not in gone}  # fmt: skip
    return any("approver" in mine and any(name != other and ASKING & theirs
                                          for other, theirs in roles.items())
               for name, mine in roles.items())  # fmt: skip


def ask(app: App, acts: Acts, name: str, arguments: Mapping[str, Any], person: Person) -> Request:
    """Open a request for `arguments` (plain JSON values), or give the open one for the very same.

    ApprovalError for who is no single person or has no role for it; errors as `foresee`.
    """
    _must(app, person, ASKING)
    with app.store.write() as tx:
        foreseen = acts[name].foresee(app, arguments)
        for other in request_rows.every(tx.db):
            if other.act == name and other.state_at(tx.now) == "open":
                kept = request_rows.held(tx.keys, other)
                if _digest(name, kept["arguments"], kept["salt"], foreseen) == other.digest and (
                    kept["arguments"] == dict(arguments)
                ):
                    return other
        salt = secrets.token_hex(16)  # what a person writes must not be guessed from the digest
        digest = _digest(name, arguments, salt, foreseen)
        until = tx.now + timedelta(hours=app.settings.approval_hours)
        number = request_rows.add(tx, name, digest, {"arguments": arguments, "salt": salt},
                                  person.account, until)  # fmt: skip
        made = request_rows.get(tx.db, number)
        tx.log("act", actor=person.actor, act="approval_asked", subject=f"request/{number}",
               what=name, digest=digest, until=made.expires_at)  # fmt: skip
    return made


def foreseen(app: App, acts: Acts, request: Request) -> tuple[Foreseen | None, bool]:
    """What an open request would do now, and whether that is still what was asked for."""
    kept = request_rows.held(app.store.keys, request)
    try:
        now = acts[request.act].foresee(app, kept["arguments"])
    except ApprovalError:
        return None, False
    return now, _digest(request.act, kept["arguments"], kept["salt"], now) == request.digest


def yes(
    app: App, acts: Acts, number: int, person: Person, word: str | None = None
) -> list[Text]:  # fmt: skip
    """Agree, and do it in the same transaction; what was done. It is used once.

    ApprovalError where it is over, is the same person's, or is no longer what was asked for: what
    changed, or whose time is over, has ended then.
    """
    _must(app, person, frozenset({"approver"}))
    done: list[Text] = []
    with app.store.write() as tx:
        request = request_rows.get(tx.db, number)
        over = _why_not(request, person, request.state_at(tx.now), word)
        if over is None:
            kept = request_rows.held(tx.keys, request)
            if foreseen(app, acts, request)[1]:
                done = _carry_out(tx, app, acts, request, kept["arguments"], person)
            else:
                request_rows.end(tx, request, "changed", None)
                over = Text(f"ce que ferait la demande {number} a changé depuis : elle est close",
                            f"what request {number} would do has changed since: it is over")  # fmt: skip
        elif request.state_at(tx.now) == "expired":
            request_rows.end(tx, request, "expired", None)
    if over is not None:
        raise ApprovalError(over.en, fr=over.fr, hint=f"azalai approve show {number}")
    acts[request.act].after(app)
    return done


def no(app: App, number: int, person: Person, note: str = "") -> None:
    """Refuse a request, or take one's own back. ApprovalError as `yes`."""
    with app.store.write() as tx:
        request = request_rows.get(tx.db, number)
        if request.asked_by != person.account:
            _must(app, person, frozenset({"approver"}))
        if (state := request.state_at(tx.now)) != "open":
            raise _over(number, state)
        request_rows.end(tx, request, "refused", person.account)
        tx.log("act", actor=person.actor, act="approval_no", subject=f"request/{number}",
               what=request.act, digest=request.digest, note=note)  # fmt: skip


def word_of(digest: str) -> str:
    """Eight letters of a request's hash, to be read over the telephone: four syllables."""
    number, word = int(digest, 16), ""
    for _ in range(4):
        number, at = divmod(number, len(_CONSONANTS) * len(_VOWELS))
        word += _CONSONANTS[at // len(_VOWELS)] + _VOWELS[at % len(_VOWELS)]
    return word


def _carry_out(
    tx: Transaction, app: App, acts: Acts, request: Request, arguments: Mapping[str, Any],
    person: Person,
) -> list[Text]:  # fmt: skip
    facts = {"subject": f"request/{request.id}", "what": request.act, "digest": request.digest}
    tx.log("act", actor=person.actor, act="approval_yes", **facts)
    if not request_rows.end(tx, request, "used", person.account):  # on another machine, just now
        raise _over(request.id, "used")
    agreed = Agreed(request.id, request.asked_by, person.account)
    done = list(acts[request.act].carry_out(tx, app, arguments, agreed))
    tx.log("act", actor=request.asked_by, act="approval_executed", second=person.actor, **facts)
    return done


def _why_not(request: Request, person: Person, state: str, word: str | None) -> Text | None:
    if state != "open":
        error = _over(request.id, state)
        return Text(*error.said)
    if request.asked_by == person.account:
        return Text("on n'approuve pas sa propre demande : une autre personne la tape",
                    "nobody agrees to a request of one's own: another person types it")  # fmt: skip
    if word is not None and word.lower() != word_of(request.digest):
        return Text(f"ce mot n'est pas celui de la demande {request.id}",
                    f"this word is not that of request {request.id}")  # fmt: skip
    return None


def _over(number: int, state: str) -> ApprovalError:
    said = {"used": ("a déjà servi", "was used already"), "refused": ("a été refusée", "was refused"),
            "changed": ("est close : ce qu'elle ferait a changé",
                        "is over: what it would do has changed"),
            "expired": ("a expiré", "has expired"),
            "cancelled": ("est close : le compte qui l'a faite l'est",
                          "is over: the account that made it is closed")}[state]  # fmt: skip
    return ApprovalError(f"request {number} {said[1]}", fr=f"la demande {number} {said[0]}")


def _must(app: App, person: Person, roles: frozenset[str]) -> None:
    """ApprovalError unless this is one person, with an account in force and one of the roles."""
    if not person.account:
        raise ApprovalError(f"this needs a person: {person.why.en}",
                            fr=f"il faut une personne : {person.why.fr}",
                            hint="azalai account list", hint_fr="azalai account list")  # fmt: skip
    if person.account in request_rows.closed_accounts(app.store.db):
        raise ApprovalError(f"account {person.account} is closed",
                            fr=f"le compte {person.account} est fermé")  # fmt: skip
    if not roles & set(person.roles):
        wanted = ", ".join(sorted(roles))
        raise ApprovalError(f"account {person.account} has none of the roles {wanted}",
                            fr=f"le compte {person.account} n'a aucun des rôles {wanted}")  # fmt: skip


def _digest(
    act: str, arguments: Mapping[str, Any], salt: str, foreseen_: Foreseen
) -> str:  # fmt: skip
    return canonical.digest(canonical.dumps({
        "act": act, "arguments": dict(arguments), "salt": salt,
        "touched": [dict(one) for one in foreseen_.touched],
    }))  # fmt: skip
