"""What an unclean stop left, and what has become of it: one line for a person."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from azalai import logs
from azalai.clock import parse_instant
from azalai.documents import Text
from azalai.store import Store
from azalai.store.run_rows import run_of

BATCH = 500
"""Raw records that one commit of intake takes, at most."""
_WORDS: dict[str, Text] = {
    "received": Text("reçu(s)", "received"), "resent": Text("renvoyé(s)", "sent again"),
    "refused": Text("refusé(s)", "refused"), "held": Text("retenu(s) pour une personne",
                                                          "held for a person"),
    "open": Text("sans réponse encore", "without an answer yet"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recovery:
    """The last unclean stop: when (RFC 3339), the batches read again (feed, number), and how many
    of the deliveries that were being sent are received, resent, refused, held or open still."""

    started_at: str
    stopped_at: str
    batches: Sequence[tuple[str, int]]
    found: Counter[str]
    told: bool

    @property
    def over(self) -> bool:
        """Whether every one of them has an answer."""
        return not self.found["open"]


def begin(store: Store, now: datetime) -> None:
    """Write down what is to be redone and asked. Before the senders' own recovery, once a start."""
    with store.write(now) as tx:
        rows = tx.db.rows("deliveries", "abandoned", all=1, now=tx.at, mine="")
        sending = [(i,) for (i,) in rows]
        reading = [run for row in tx.db.rows("runs", "waiting")
                   if (run := run_of(row)).state == "reading"]  # fmt: skip
        if not sending and not reading:
            return
        batches = [[run.feed, run.consumed // BATCH + 1] for run in reading]
        last = store.ledger.head().last_time or tx.at
        tx.db.do("guards", "recovery", started_at=tx.at, stopped_at=last,
                 batches=json.dumps(batches))  # fmt: skip
        for (delivery,) in sending:
            row = tx.db.row("guards", "attempts", id=delivery)
            tx.db.do("guards", "recovered", started_at=tx.at, delivery=delivery,
                     attempts=row[0] if row else 0)  # fmt: skip


def last(store: Store) -> Recovery | None:
    """The last unclean stop that left something, or None."""
    row = store.db.row("guards", "last_recovery")
    if row is None:
        return None
    started_at, stopped_at, batches, told = row
    found: Counter[str] = Counter()
    for state, again, n in store.db.rows("guards", "recovered_now", started_at=started_at):
        found[_word(state, again=bool(again))] += n
    return Recovery(started_at, stopped_at, [(f, n) for f, n in json.loads(batches)], found,
                    bool(told))  # fmt: skip


def sentence(recovery: Recovery, zone: str) -> Text:
    """« Reprise après arrêt brutal à 03:12 : lot 14 de ner_fpr refait ; 3 envois … »."""
    at = f"{parse_instant(recovery.stopped_at).astimezone(ZoneInfo(zone)):%H:%M}"
    fr = [f"lot {n} de {feed} refait" for feed, n in recovery.batches]
    en = [f"batch {n} of {feed} read again" for feed, n in recovery.batches]
    if asked := recovery.found.total():
        told = [(word, n) for word in _WORDS if (n := recovery.found[word])]
        fr.append(f"{asked} envoi(s) à l'issue inconnue, demandé(s) : "
                  + ", ".join(f"{n} {_WORDS[word].fr}" for word, n in told))  # fmt: skip
        en.append(f"{asked} send(s) of unknown outcome, asked: "
                  + ", ".join(f"{n} {_WORDS[word].en}" for word, n in told))  # fmt: skip
    return Text(f"Reprise après arrêt brutal à {at} : {' ; '.join(fr)}.",
                f"Restart after an unclean stop at {at}: {'; '.join(en)}.")  # fmt: skip


def told_at_start(store: Store, zone: str, *, unclean: bool) -> Text | None:
    """The line of a start: what the unclean stop left, or that it left nothing."""
    if not unclean:
        return None
    recovery = last(store)
    if recovery is None or recovery.told:
        return Text("Reprise après arrêt brutal : rien à refaire, rien à demander.",
                    "Restart after an unclean stop: nothing to read again, nothing to ask.")  # fmt: skip
    return sentence(recovery, zone)


def tell_end(store: Store) -> Recovery | None:
    """Log once how it ended; the recovery that has ended just now, or None."""
    recovery = last(store)
    if recovery is None or recovery.told or not recovery.over:
        return None
    with store.write() as tx:
        tx.db.do("guards", "told", started_at=recovery.started_at)
    logs.get().info("runner.recovered", counts=dict(recovery.found),
                    count=len(recovery.batches))  # fmt: skip
    return recovery


def _word(state: str, *, again: bool) -> str:
    """What became of one delivery: sent once more, or known from what the destination said."""
    if state in ("unknown", "sending"):
        return "open"
    if again or state in ("due", "deferred"):
        return "resent"
    if state in ("delivered", "awaiting"):
        return "received"
    return "refused" if state == "refused" else "held"
