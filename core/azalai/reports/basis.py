"""What every report rests on: a store, a signed checkpoint, a time, and who asked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from azalai.clock import parse_instant
from azalai.ledger import Checkpoint
from azalai.ledger.note import encode_base64
from azalai.reports import replay
from azalai.reports.page import Page, fill, number
from azalai.reports.replay import Numbered
from azalai.reports.texts import TEXTS
from azalai.store import Store, witness_rows
from azalai.store.record_rows import RecordRow

References = Callable[[Store, RecordRow], list[str]]
"""Gives the warrant, case and report numbers of a record."""


@dataclass(frozen=True, slots=True)
class Basis:
    """`seal` is a checkpoint of the store's ledger, and nothing after it is looked at; `zone` is
    the deployment's time zone; `band` names the text at the top of every page, or ""."""

    store: Store
    seal: Checkpoint
    made_at: datetime
    zone: str
    actor: str
    band: str
    references: References

    @property
    def pruned(self) -> int:
        """How many of the first entries are no longer there, by the retention policy."""
        return witness_rows.pruned_until(self.store.db)

    def entries(self) -> Iterator[Numbered]:
        """Every entry under the checkpoint."""
        return replay.entries(self.store.ledger, self.seal.size)

    def moment(self, instant: str | datetime | None) -> str:
        """An instant in the deployment's time zone, to the second; "" for None."""
        if not instant:
            return ""
        moment = parse_instant(instant) if isinstance(instant, str) else instant
        return moment.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M:%S")

    def day(self, instant: str) -> str:
        """The local day of an instant."""
        return self.moment(instant)[:10]

    def page(
        self, name: str, language: str, title: str, subtitle: str, *,
        limits: Sequence[str] = (), wide: bool = False,
    ) -> Page:  # fmt: skip
        """An empty page with what it rests on, and the limits that hold for every report."""
        seal, root = self.seal, encode_base64(self.seal.root)
        last = self.store.ledger.entry(seal.size - 1) if seal.size else None
        at = self.moment(replay.time_of(last)) if last else "-"
        size = number(seal.size, language)

        def text(key: str, **values: object) -> str:
            return fill(TEXTS[key], language, **values)

        return Page(
            name, language, title, subtitle, wide=wide,
            band=text(f"band_{self.band}") if self.band else "",
            footer=text("footer", origin=seal.origin, size=size, root=root),
            basis=(
                (text("made"), f"{self.moment(self.made_at)} ({self.zone})"),
                (text("made_by"), self.actor),
                (text("ledger"), seal.origin),
                (text("checkpoint"), text("checkpoint_is", size=size, at=at)),
                (text("root"), root),
                (text("check"), text("check_is", command="azalai report verify")),
            ),
            limits=[*limits, *([text("limit_pruned", count=self.pruned)] if self.pruned else []),
                    *(text(f"limit_{one}") for one in ("entered", "clock"))],
        )  # fmt: skip
