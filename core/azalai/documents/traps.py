"""What a word processor leaves behind: named before the parser gets cryptic."""

from collections.abc import Iterator

from azalai.documents.nodes import Place, Problem, Text

_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}


def typing_traps(lines: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Tabs, no-break spaces, curly quotes and inner colons, before the parser gets cryptic."""
    for number, line in enumerate(lines, 1):
        bare = line.split(" #", 1)[0] if not line.lstrip().startswith("#") else ""
        indent = len(line) - len(line.lstrip(" \t"))
        if bare and "\t" in line[:indent]:
            yield Problem(
                file, Place(number, line.index("\t") + 1), "AZ-Y01",
                Text("Tabulation dans le retrait", "Tab in the indentation"),
                Text("YAML n'accepte que des espaces.", "YAML takes spaces only."),
                Text("remplacez la tabulation par deux espaces.",
                     "replace the tab by two spaces."), line,
            )  # fmt: skip
        yield from _odd_spaces(bare, line, number, file)
        yield from _odd_quotes(bare, line, number, file)
        yield from _inner_colon(bare, line, number, file)


def _odd_spaces(bare: str, line: str, number: int, file: str) -> Iterator[Problem]:
    value_at = bare.find(":")
    for mark in ("\u00a0", "\u202f"):
        at = bare.find(mark)
        if at < 0 or _inside_quotes(bare, at) or (0 <= value_at < at and bare[at - 1] not in ": |"
                                                   and "|" not in bare):  # fmt: skip
            continue  # inside a quoted or plain French sentence it is meant
        yield Problem(
            file, Place(number, at + 1), "AZ-Y02",
            Text("Espace insécable (venue d'un traitement de texte ou de AltGr+Espace)",
                 "No-break space (from a word processor or AltGr+Space)"),
            Text("invisible, elle change le sens de la ligne.",
                 "invisible, it changes what the line means."),
            Text("remplacez-la par une espace ordinaire : « azalai mapping check --fix » le fait.",
                 "replace it by an ordinary space: `azalai mapping check --fix` does it."), line,
        )  # fmt: skip
        return


def _odd_quotes(bare: str, line: str, number: int, file: str) -> Iterator[Problem]:
    for at, mark in enumerate(bare):
        opens = at == 0 or bare[at - 1] in " (,["
        if mark in _QUOTES and mark != "\u2019" and opens and not _inside_quotes(bare, at):
            yield Problem(
                file, Place(number, at + 1), "AZ-Y03",
                Text("Guillemet courbe (venu d'un traitement de texte)",
                     "Curly quote (from a word processor)"),
                Text("YAML ne le prend pas pour un guillemet.", "YAML takes it for a letter."),
                Text(f"écrivez {_QUOTES[mark]} à la place.", f"write {_QUOTES[mark]} instead."),
                line,
            )  # fmt: skip
            return


def _inner_colon(bare: str, line: str, number: int, file: str) -> Iterator[Problem]:
    """`a: b: c` outside quotes and braces."""
    body = bare.lstrip(" -")
    start = len(bare) - len(body)
    first = body.find(": ")
    if first < 0 or body[0] in "\"'{[":
        return
    value = body[first + 2 :]
    stripped = value.lstrip()
    if not stripped or stripped[0] in "\"'{[|>&*!":
        return
    second = value.find(": ")
    if second < 0:
        return
    key, rest = body[:first], stripped.rstrip()
    column = start + first + 2 + (len(value) - len(stripped)) + 1
    quoted = rest.replace("'", "''")
    yield Problem(
        file, Place(number, column, len(rest)), "AZ-Y04",
        Text("Deux-points suivi d'une espace à l'intérieur d'une valeur",
             "Colon and space inside a value"),
        Text("YAML y voit une deuxième clé.", "YAML takes it for a second key."),
        Text(f"mettez toute la valeur entre apostrophes : {key}: '{quoted}'",
             f"put the whole value between apostrophes: {key}: '{quoted}'"), line,
    )  # fmt: skip


def _inside_quotes(line: str, at: int) -> bool:
    before = line[:at]
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1
