"""The name in use and the name at birth that stand in one cell: `née`, `épouse`."""

import re

from .name_words import wrong_name

_BORN = re.compile(r"(?i)(?:^|[\s,])n(?:é|ée|ee)(?=[\s:]):?")
_MARRIED = re.compile(r"(?i)(?<=\s)(?:épouse|epouse|ép\.|ep\.|épse|epse|mariée|veuve|vve)(?=\s)")


def used_name(text: str, *, family_first: bool) -> str:
    """The name in use, without the name at birth: `DIALLO née TRAORE Awa` is `DIALLO Awa`."""
    _, used = _births(text, family_first=family_first)
    return used


def birth_name(text: str) -> str | None:
    """The name at birth that `née` or `épouse` marks; None without such a mark.

    After `née` it is the words in capitals (all, if none are); before `épouse` the words in
    capitals. Raises StepError (AZ-R105) where capitals do not tell.
    """
    return _births(text, family_first=True)[0]


def _births(text: str, *, family_first: bool) -> tuple[str | None, str]:
    marked = _mark(text)
    if marked is None:
        return None, text
    before, after, born = marked
    if born:
        birth, comma, rest = after.partition(",")
        if not comma:
            birth, rest = _capitals(after)
        kept = f"{before}{comma} {rest}" if birth else before
        return birth or after, kept.strip(" ,")
    birth, rest = _capitals(before)
    if not birth:
        raise wrong_name(
            "les capitales ne disent pas quel est le nom de naissance",
            "capitals do not tell which is the name at birth",
        )
    return birth, f"{after} {rest}".strip() if family_first else f"{rest} {after}".strip()


def _capitals(text: str) -> tuple[str, str]:
    """The words in capitals, and the others, each in their order."""
    words = text.split()
    size = [word.isupper() for word in words]
    loud = [word for word, upper in zip(words, size, strict=True) if upper]
    return " ".join(loud), " ".join(w for w, upper in zip(words, size, strict=True) if not upper)


def _mark(text: str) -> tuple[str, str, bool] | None:
    """What stands before and after `née` (True) or `épouse` (False); None without such a mark."""
    for pattern, born in ((_BORN, True), (_MARRIED, False)):
        found = pattern.search(text)
        if found is not None and found.start() > 0:
            return text[: found.start()].strip(), text[found.end() :].strip(), born
    return None
