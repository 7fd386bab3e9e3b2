"""Names in Arabic and Latin letters: which form is the original, which stands beside it."""

from collections.abc import Callable
from typing import Any

from .icao import SCHEME, to_icao
from .name_words import wrong_name
from .person_names import NameReader, build, script_of

_BETWEEN_SCRIPTS = " /|,;:()[]-–—\t\n"


def by_script(
    arabic: str | None, latin: str | None, parts: NameReader | None
) -> dict[str, Any] | None:
    """A name from its Arabic and its Latin form: the Arabic untouched, no Latin form invented.

    `parts` reads the parts of the original, which is the Arabic form where there is one. The
    Latin form's scheme is `as_given`: the source wrote it, no romanisation is known.
    """
    original = arabic if arabic is not None else latin
    if original is None:
        return None
    found = parts(original) if parts else build(original, None, ())
    if arabic is None or latin is None:
        return found
    return found | {"latin": latin, "latin_scheme": "as_given"}


def split_scripts(text: str) -> tuple[str | None, str | None]:
    """The Arabic and the Latin form that stand in one cell, in either order, by their letters.

    Raises StepError (AZ-R105) where they alternate, or another script is there.
    """
    runs: list[tuple[str, int, int]] = []
    for at, letter in enumerate(text):
        if not letter.isalpha():
            continue
        script = script_of(letter)
        if runs and runs[-1][0] == script:
            runs[-1] = (script, runs[-1][1], at + 1)
        else:
            runs.append((script, at, at + 1))
    scripts = [script for script, _, _ in runs]
    if len(runs) > 2 or not set(scripts) <= {"arabic", "latin"}:
        raise wrong_name(
            "les deux écritures ne se séparent pas", "the two scripts do not come apart"
        )
    if len(runs) < 2:
        return (text, None) if scripts == ["arabic"] else (None, text)
    border = runs[1][1]
    while text[border - 1] in "([":  # a bracket belongs to what it encloses
        border -= 1
    halves = (text[:border].strip(_BETWEEN_SCRIPTS), text[border:].strip(_BETWEEN_SCRIPTS))
    return halves if scripts[0] == "arabic" else (halves[1], halves[0])


def with_icao(read: Callable[[Any], dict[str, Any] | None]) -> Callable[[Any], Any]:
    """The same reader; a name in another script without a Latin form gets that of ICAO 9303."""

    def read_on(cell: Any) -> dict[str, Any] | None:
        found = read(cell)
        if found is None or "script" not in found or "latin" in found:
            return found
        latin, _ = to_icao(found["original"])
        return found | {"latin": latin, "latin_scheme": SCHEME} if latin else found

    return read_on
