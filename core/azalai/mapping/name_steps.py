"""Steps that read names: their parts, both scripts, the name at birth, aliases in a cell."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from azalai.documents import Text
from azalai.errors import StepArgumentError

from .birth_names import birth_name
from .expression import Call
from .name_scripts import by_script, split_scripts, with_icao
from .person_names import Declared, from_columns, reader, word_kind
from .step_arguments import plain_step, quoted_any
from .step_model import Made, Setting, Step

_OPTIONS = {
    "particles": "particles",
    "one word": "one_word",
    "titles": "titles",
    "honorifics": "honorifics",
    "births": "births",
    "icao": "icao",
}


def _make_name(call: Call, _setting: Setting) -> Made:
    made = _made_name(call)
    words = {one.text for one in call.arguments if not one.quoted}
    return replace(made, run=with_icao(made.run)) if "icao" in words else made


def _made_name(call: Call) -> Made:
    options = [one.text for one in call.arguments if not one.quoted and one.text in _OPTIONS]
    declared = Declared(**{_OPTIONS[option]: True for option in options})
    words = [one.text for one in call.arguments if not one.quoted and one.text not in _OPTIONS]
    orders = [one.text for one in call.arguments if one.quoted]
    if len(orders) > 1 and not words:  # the columns' parts, between quotes or not
        words, orders = orders, []
    read = reader(orders[0], declared) if len(orders) == 1 else None
    if not words and read is not None:
        return Made("name", read)
    if words in (["arabic", "latin"], ["by script"]) and (read is not None or not orders):
        return _both_scripts(read, one_column=len(words) == 1)
    kinds = [word_kind(word) for word in words]
    known = [kind for kind in kinds if kind]
    if len(known) == len(set(known)) == len(words) >= 2 and not orders:
        return Made("name", from_columns(known, declared), whole=True, columns=len(known))
    raise StepArgumentError(
        Text(
            'attend un ordre entre guillemets : "NOM, Prénoms", "NOM Prénoms" ou "Prénoms NOM" ; '
            "ou arabic, latin ; ou by script ; puis particles, one word, titles, honorifics, births, icao",
            'takes an order between quotes: "NOM, Prénoms", "NOM Prénoms" or "Prénoms NOM"; '
            "or arabic, latin; or by script; then particles, one word, titles, honorifics, births, icao",
        )
    )


def _both_scripts(read: Any, *, one_column: bool) -> Made:
    """The Arabic and the Latin form: two columns, or one cell that holds both."""
    if one_column:
        return Made("name", lambda text: by_script(*split_scripts(text), read))

    def pick(cells: Sequence[str | None]) -> Any:
        arabic, latin = cells
        return by_script(arabic, latin, read)

    return Made("name", pick, whole=True, columns=2)


def marks(texts: Sequence[str]) -> re.Pattern[str]:
    """A pattern of separators: signs as they are, words only as whole words, in any case."""
    found = []
    for text in sorted(texts, key=len, reverse=True):
        before = r"(?<!\w)" if text[:1].isalnum() else ""
        after = r"(?!\w)" if text[-1:].isalnum() else ""
        found.append(f"{before}{re.escape(text)}{after}")
    return re.compile("|".join(found), re.IGNORECASE)


def _make_before(call: Call, _setting: Setting) -> Made:
    pattern = marks(_filled(call))
    return Made("text", lambda text: pattern.split(text, maxsplit=1)[0].strip() or None)


def _make_after(call: Call, _setting: Setting) -> Made:
    pattern = marks(_filled(call))

    def after(text: str) -> str | None:
        pieces = pattern.split(text, maxsplit=1)
        return pieces[1].strip() or None if len(pieces) == 2 else None

    return Made("text", after)


def _make_split(call: Call, _setting: Setting) -> Made:
    texts = _filled(call)
    if len(texts) == 1 and not (texts[0][:1].isalnum() or texts[0][-1:].isalnum()):
        (mark,) = texts
        return Made("text", lambda text: _pieces(text.split(mark)), gives_list=True)
    pattern = marks(texts)
    return Made("text", lambda text: _pieces(pattern.split(text)), gives_list=True)


def _pieces(parts: Sequence[str]) -> list[str]:
    return [piece for part in parts if (piece := part.strip())]


def _filled(call: Call) -> list[str]:
    texts = quoted_any(call)
    if not all(texts):
        raise StepArgumentError(Text("attend un séparateur", "takes a separator"))
    return texts


NAMES = (
    Step(
        "name",
        'name("NOM, Prénoms", particles, one word, titles, honorifics, births, icao)',
        "text",
        "name",
        Text(
            "un nom de personne : l'ordre de ses parties ; une particule (ould, mint, ag, بن) "
            "reste avec ce qui la suit ; icao : une forme latine selon OACI 9303 si la source n'en "
            "donne pas ; l'original n'est jamais touché",
            "a person's name: its parts' order; a particle (ould, mint, ag, بن) stays with what "
            "follows it; icao: a Latin form by ICAO 9303 where the source gives none; the original "
            "is never touched",
        ),
        _make_name,
    ),
    Step(
        "birth_name",
        "birth_name",
        "text",
        "text",
        Text(
            "le nom de naissance qu'annonce « née » ou que suit « épouse » ; sinon rien",
            "the name at birth, after `née` or before `épouse`; else nothing",
        ),
        plain_step(birth_name),
    ),
    Step(
        "before",
        'before("alias", "dit")',
        "text",
        "text",
        Text("ce qui précède le premier de ces mots", "what stands before the first of these"),
        _make_before,
    ),
    Step(
        "after",
        'after("alias", "dit")',
        "text",
        "text",
        Text("ce qui suit le premier de ces mots ; sinon rien", "what follows it; else nothing"),
        _make_after,
    ),
    Step(
        "split",
        'split("|", ";")',
        "text",
        "list of text",
        Text("plusieurs valeurs dans une case", "several values in one cell"),
        _make_split,
    ),
)
