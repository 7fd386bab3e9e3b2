"""Texts of a sample that mean "nothing was entered": never values of a draft."""

from collections.abc import Iterable

from azalai.drafting.evidence import Observed

_WORDS = frozenset({
    "null", "(null)", "<null>", "\\n", "none", "nil", "nan", "n/a", "#n/a", "n.a.", "n/d", "-", "--",
    "---", "neant", "néant", "non renseigné", "non renseignée", "non renseigne", "vide", "لا شيء",
})  # fmt: skip


def take_out(columns: Iterable[Observed]) -> list[str]:
    """The texts that mean nothing, as the sample writes them, the most frequent first; they are
    values of no column from here on."""
    met: dict[str, int] = {}
    for one in columns:
        kept = [(line, value) for line, value in one.values if value.casefold() not in _WORDS]
        if len(kept) == len(one.values):
            continue
        for _, value in one.values:
            if value.casefold() in _WORDS:
                met[value] = met.get(value, 0) + 1
        one.values[:] = kept
    return sorted(met, key=lambda text: (-met[text], text))
