"""Tables beside a sample: on which columns they join, where the values show one way only."""

from collections.abc import Sequence
from dataclasses import dataclass

from azalai.documents import Text
from azalai.drafting.evidence import Observed, date_order, observe
from azalai.drafting.grouping import ungroup
from azalai.drafting.matching import slug, words
from azalai.drafting.structure import Setting, Structure
from azalai.plugin.format import Column

_FOUND = 0.95  # of the main file's values stand in the table
_HALF = 0.5  # of them: named, never written
_FEW = 2  # values that a column needs to show anything
_SAME = ("encoding", "delimiter")  # what a table takes from the main file where it says nothing


@dataclass(frozen=True, slots=True)
class _Pair:
    """A column of the main file whose values a column of the table has."""

    here: Observed
    there: Observed
    alike: float  # the share of words that both headers have

    @property
    def shown(self) -> str:
        """As `on:` takes it."""
        return f"{self.here.name} = {self.there.name}"


def join(made: Structure, data: bytes, name: str, table: Structure, content: bytes) -> None:
    """Put a table, file `name`, into the main file's structure, where exactly one pair of columns
    shows how; else a note says which pairs a person has to decide between."""
    ungroup(table)
    columns, _, _ = observe(made, data)
    theirs, _, _ = observe(table, content)
    called = slug(name.rpartition(".")[0]) or "table"
    pairs = _pairs(columns, theirs)
    best = [one for one in pairs if one.alike == pairs[0].alike] if pairs else []
    if table.format != "delimited" or table.tag or len(best) != 1:
        made.notes.append(_to_decide(name, pairs, _nearly(columns, theirs)))
        return
    pair = best[0]
    many = bool(pair.there.again)
    found = len(set(pair.here.distinct()) & set(pair.there.distinct()))
    often = Text("plusieurs lignes par clé", "several rows a key") if many else Text(
        "une ligne par clé", "one row a key")  # fmt: skip
    others = ", ".join(one.shown for one in pairs[1:4])
    why = Text(
        f"{found} valeurs sur {len(pair.here.distinct())} s'y trouvent, {often.fr}"
        f"{' ; aussi : ' + others if others else ''}",
        f"{found} values of {len(pair.here.distinct())} are there, {often.en}"
        f"{'; also: ' + others if others else ''}",
    )  # fmt: skip
    block = f"joined.{called}"
    ours = {one.name: one.value for one in made.settings}
    made.settings += [
        Setting(f"{block}.file", name), Setting(f"{block}.on", pair.shown, why),
        *(Setting(f"{block}.{one.name}", one.value, one.why) for one in table.settings
          if one.name not in _SAME or ours.get(one.name) != one.value),
    ]  # fmt: skip
    made.columns += [Column(called, "repeated")] if many else []
    made.columns += [Column(f"{called}/{one.name}", "optional") for one in table.columns]
    made.beside = {**made.beside, name: content}


def _pairs(ours: Sequence[Observed], theirs: Sequence[Observed]) -> list[_Pair]:
    """Each column of ours with those of theirs that have its values, the likest headers first.

    A table's column with a row a key stands for the others; one with several rows a key joins a
    column that is our record's own only.
    """
    found = []
    for here in ours:
        values = set(here.distinct())
        if here.repeated or here.within or len(values) < _FEW or date_order(here) is not None:
            continue
        for there in theirs:
            keys = set(there.distinct())
            one_each = there.always and not there.again
            if (one_each or here.nearly_unique) and len(values & keys) >= _FOUND * len(values):
                found.append((one_each, _Pair(here, there, _alike(here.name, there.name))))
    if any(one_each for one_each, _ in found):
        found = [one for one in found if one[0]]
    return sorted((pair for _, pair in found), key=lambda one: -one.alike)


def _alike(one: str, other: str) -> float:
    ours, theirs = set(words(one)), set(words(other))
    return len(ours & theirs) / (len(ours | theirs) or 1)


def _nearly(ours: Sequence[Observed], theirs: Sequence[Observed]) -> str:
    """The pair of which most values are found, where they are half of them or more: one wrong code
    among few values, and nothing joins by itself."""
    best, shown = _HALF, ""
    for here in ours:
        values = set(here.distinct())
        if (
            here.repeated
            or here.whole_numbers
            or here.within
            or len(values) < _FEW
            or date_order(here) is not None
        ):
            continue
        for there in theirs:
            found = len(values & set(there.distinct()))
            if there.always and not there.again and found >= best * len(values):
                best, shown = (
                    found / len(values),
                    f"{here.name} = {there.name} ({found}/{len(values)})",
                )
    return shown


def _to_decide(name: str, pairs: Sequence[_Pair], nearly: str) -> Text:
    shown = " ; ".join(one.shown for one in pairs[:4])
    if not shown and nearly:
        return Text(f"« {name} » : des valeurs n'y sont pas ; si elle se joint, dites comment sous "
                    f"« joined: » (docs/fr/plusieurs-lignes.md) ; peut-être : {nearly}",
                    f"`{name}`: some values are not there; if it joins, say how under `joined:` "
                    f"(docs/en/several-lines.md); perhaps: {nearly}")  # fmt: skip
    if not shown:
        return Text(f"« {name} » : aucune colonne n'y retrouve ses valeurs ; si elle se joint, dites "
                    "comment sous « joined: » (docs/fr/plusieurs-lignes.md)",
                    f"`{name}`: no column finds its values there; if it joins, say how under "
                    "`joined:` (docs/en/several-lines.md)")  # fmt: skip
    return Text(f"« {name} » : à vous de dire comment elle se joint, sous « joined: » "
                f"(docs/fr/plusieurs-lignes.md) : {shown}",
                f"`{name}`: you say how it joins, under `joined:` (docs/en/several-lines.md): "
                f"{shown}")  # fmt: skip
