"""What holds a run because of its columns: the evidence, in words, and the line to type."""

import difflib
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence

from azalai.documents import NOTHING, Text
from azalai.pipeline.columns import ENOUGH, Comparison
from azalai.plugin.format import Finding

HIGH, LOW, MARGIN = 900, 500, 100  # per mille
COLUMNS_MIN = 3
NEW_MAX, LENGTH_MAX = 20, 120  # new columns that are told of, letters of a name
CODES = ("AZ-F001", "AZ-H040", "AZ-H041", "AZ-H042", "AZ-H043")
"""Findings that a change of the columns makes."""


def drifted(found: Comparison, before: Mapping[str, int], used: Collection[str]) -> list[Finding]:
    """Columns under their right headers that no longer hold what they held.

    `before` gives the share of known records that kept a column's value at the last comparison: a
    column that changes in every file says nothing. `used`: columns that the mapping does not
    ignore.
    """
    if found.known < ENOUGH:
        return []
    told = [one for column in sorted(used) if before.get(column, 1000) >= LOW
            for one in _drift(found, column, before.get(column))]  # fmt: skip
    return told or ([] if before else _all_at_once(found, used))


def _all_at_once(found: Comparison, used: Collection[str]) -> list[Finding]:
    """The first comparison of a feed: no column explains it, but half of them changed together,
    as where fixed positions are shifted."""
    enough = [column for column in sorted(used) if found.filled(column, column) >= ENOUGH]
    fallen = [column for column in enough if found.share(column, column) < LOW]
    if len(fallen) < COLUMNS_MIN or 2 * len(fallen) < len(enough):
        return []
    shown = ", ".join(fallen[:5]) + (", …" if len(fallen) > 5 else "")
    return [_finding("AZ-H043", Text(
        f"{len(fallen)} colonnes sur {len(enough)} n'ont plus leurs valeurs d'avant dans "
        f"{found.known} fiches connues ({shown}) : positions décalées ?",
        f"{len(fallen)} of {len(enough)} columns no longer have their earlier values in "
        f"{found.known} known records ({shown}): shifted positions?"))]  # fmt: skip


def _drift(found: Comparison, column: str, before: int | None) -> Iterator[Finding]:
    own, filled = found.share(column, column), found.filled(column, column)
    if filled < ENOUGH:
        return
    other, share = found.likeliest(column, [c for c in found.before if c != column])
    if other and found.filled(column, other) >= ENOUGH and share >= HIGH and share - own >= MARGIN:
        yield _finding("AZ-H041", Text(
            f"« {column} » : {_part(own)} de {filled} fiches connues y ont leur valeur d'avant, "
            f"mais {_part(share)} celle de « {other} » : colonnes échangées ou décalées ?",
            f"“{column}”: {_part(own)} of {filled} known records have their earlier value in it, "
            f"but {_part(share)} that of “{other}”: columns swapped or shifted?"))  # fmt: skip
    elif own < LOW and found.same_digits(column) >= HIGH:
        yield _finding("AZ-H042", Text(
            f"« {column} » : {_part(own)} de {filled} fiches connues y ont leur valeur d'avant, "
            f"{_part(found.same_digits(column))} les mêmes chiffres dans un autre ordre : "
            "l'ordre ou la forme des dates a changé ?",
            f"“{column}”: {_part(own)} of {filled} known records have their earlier value in it, "
            f"{_part(found.same_digits(column))} the same digits in another order: has the order "
            "or the form of its dates changed?"))  # fmt: skip
    elif own < LOW and before is not None and before >= HIGH:
        yield _finding("AZ-H043", Text(
            f"« {column} » : {_part(own)} de {filled} fiches connues y ont leur valeur d'avant, "
            f"au dernier fichier {_part(before)} : la colonne a changé de contenu ou de forme ?",
            f"“{column}”: {_part(own)} of {filled} known records have their earlier value in it, "
            f"{_part(before)} in the last file: has its content or its form changed?"))  # fmt: skip


def renamed(
    found: Comparison, feed: str, new: Sequence[str], missing: Sequence[str]
) -> list[Finding]:  # fmt: skip
    """For each new column the earlier one whose values it holds; a guess by spelling, named as
    such, where no earlier values are known. What is no name (too long, control characters) is left
    out."""
    earlier = sorted({*missing, *found.before})
    fit = [c for c in new if c.isprintable() and len(c) <= LENGTH_MAX][:NEW_MAX]
    return [_new_column(found, feed, column, earlier, missing) for column in fit]


def _new_column(
    found: Comparison, feed: str, column: str, earlier: Sequence[str], missing: Sequence[str]
) -> Finding:
    if not found.today[column] or not any(found.before[one] >= ENOUGH for one in missing):
        return _guess(feed, column, missing)
    other, share = found.likeliest(column, earlier)
    lost, part = found.likeliest(column, missing)
    if part >= LOW and part >= share - MARGIN:
        filled, also = found.filled(column, lost), _also(found, column, lost, missing)
        return Finding("AZ-H040", Text(
            f"« {column} » a les valeurs de « {lost} » pour {_part(part)} de {filled} fiches "
            f"connues{also.fr}",
            f"“{column}” has the values of “{lost}” for {_part(part)} of {filled} known records"
            f"{also.en}",
        ), _accept(feed, column, lost))  # fmt: skip
    if share >= LOW:
        filled = found.filled(column, other)
        what = Text(f"« {column} » répète « {other} », qui est encore là, pour {_part(share)} de "
                    f"{filled} fiches connues",
                    f"“{column}” repeats “{other}”, which is still there, for {_part(share)} of "
                    f"{filled} known records")  # fmt: skip
    else:
        what = Text(f"« {column} » n'a les valeurs d'aucune colonne connue (au plus "
                    f"« {other} », {_part(share)} de {found.known} fiches)",
                    f"“{column}” has the values of no known column (at most “{other}”, "
                    f"{_part(share)} of {found.known} records)")  # fmt: skip
    return Finding("AZ-H040", what, _declare(column))


def _also(found: Comparison, column: str, lost: str, missing: Sequence[str]) -> Text:
    """Another lost column that it may be as well: few values, much alike."""
    other, share = found.likeliest(column, [one for one in missing if one != lost])
    if share < max(LOW, found.share(column, lost) - MARGIN):
        return NOTHING
    return Text(f", mais aussi celles de « {other} » pour {_part(share)} : vérifiez",
                f", but those of “{other}” too for {_part(share)}: check")  # fmt: skip


def _guess(feed: str, column: str, missing: Sequence[str]) -> Finding:
    near = _alike(column, missing)
    if near is None:
        return Finding("AZ-H040", Text(
            f"« {column} » est nouvelle ; aucune fiche connue à comparer",
            f"“{column}” is new; there are no known records to compare with"), _declare(column))  # fmt: skip
    accept = _accept(feed, column, near)
    return Finding("AZ-H040", Text(
        f"« {column} » ressemble à « {near} » : une supposition d'après l'orthographe, aucune fiche"
        " connue à comparer",
        f"“{column}” looks like “{near}”: a guess by its spelling, there are no known records to "
        "compare with",
    ), Text(f"demandez au service ; si c'est elle : {accept.fr}",
            f"ask the service; if it is: {accept.en}"))  # fmt: skip


def _alike(column: str, missing: Sequence[str]) -> str | None:
    plain = {one.casefold(): one for one in missing}
    close = difflib.get_close_matches(column.casefold(), list(plain), 1, 0.6)
    inside = [one for one in plain if one in column.casefold()]
    return plain[(close or inside)[0]] if close or inside else None


def _accept(feed: str, column: str, other: str) -> Text:
    line = " ".join(("azalai feed accept", _word(feed), "--column", _word(column),
                     "--is", _word(other)))  # fmt: skip
    return Text(line, line)


def _word(text: str) -> str:
    if all(letter.isalnum() or letter in " -_./()°" for letter in text):
        return f'"{text}"' if not text.isidentifier() else text
    return shlex.quote(text)


def _declare(column: str) -> Text:
    return Text(f"déclarez « {column} » sous « columns: » (« ignored, <pourquoi> » si rien ne doit "
                "en sortir).",
                f"declare “{column}” under `columns:` (`ignored, <why>` if nothing of it is to "
                "leave).")  # fmt: skip


def _finding(code: str, what: Text) -> Finding:
    todo = Text("demandez au service ; « feed release » si c'est voulu, sinon « feed discard » et "
                "faites refaire l'export.",
                "ask the service; `feed release` if it is meant, else `feed discard` and have it "
                "exported again.")  # fmt: skip
    return Finding(code, what, todo)


def _part(per_mille: int) -> str:
    whole, tenth = divmod(per_mille, 10)
    return f"{whole} %" if not tenth or whole < 99 else f"{whole},{tenth} %"
