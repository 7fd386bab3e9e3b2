"""The `types:` block of a mapping: a JSON message's elements, one a line."""

from collections.abc import Mapping

from azalai.documents import Document, Map, Problem, Text

from .json_message import JsonSchema, Rule
from .message_schema import Element
from .message_words import Sections, Words

_TYPES = ("text", "date", "integer", "boolean", "part")
_TODO = Text(
    "les mots : text, date, integer, boolean ou part ; required, list, at most N, at least N, "
    "one of (a, b).",
    "the words: text, date, integer, boolean or part; required, list, at most N, at least N, "
    "one of (a, b).",
)


def read_types(document: Document, block: Map) -> tuple[JsonSchema | None, list[Problem]]:
    """The types that the lines declare, and every mistake (AZ-O311).

    `part` is an object: it may be left out, its lines `part/name` then make it, an optional one.
    `list` is an array of such values. Nothing else may stand in a message.
    """
    sections = Sections(document)
    lines = {words.path: _one(words, sections) for words in sections.lines(block)}
    for words in sections.lines(block) if not sections.problems else ():
        above = lines.get(words.path.rpartition("/")[0])
        if above is not None and above[0].type != "part":
            sections.say(words.place, Text(
                f"« {words.path} » est dans une valeur, pas dans une partie",
                f"`{words.path}` stands in a value, not in a part"))  # fmt: skip
    if sections.problems:
        return None, sections.problems
    rules = {"": Rule("part")} | {path: line[0] for path, line in lines.items()}
    root = _element("", lines, rules)
    if bare := [
        path
        for path, rule in rules.items()
        if rule.type == "part"
        and not [one for one in rules if one.startswith(f"{path}/" if path else "") and one != path]
    ]:
        sections.say(block.place, Text(f"« {bare[0]} » est une partie vide",
                                       f"`{bare[0]}` is an empty part"))  # fmt: skip
        return None, sections.problems
    return JsonSchema(root, rules), []


_Line = tuple[Rule, bool, bool, tuple[str, ...]]  # rule, required, many, values


def _one(words: Words, sections: Sections) -> _Line:
    kinds = [kind for kind in _TYPES if words.take(kind)]
    required, many = words.take("required"), words.take("list")
    if len(kinds) != 1 or "" in words.path.split("/"):
        sections.say(words.place, Text(f"« {words.path} » : un type, et un seul",
                                       f"`{words.path}`: one type, and one only"), _TODO)  # fmt: skip
    kind = kinds[0] if kinds else "text"
    bounded = words.numbers or words.values
    if bounded and kind in ("part", "date", "boolean"):
        sections.say(words.value_place, Text(
            f"« {words.path} » : ni bornes ni valeurs pour {kind}",
            f"`{words.path}`: no bounds and no values for {kind}"), _TODO)  # fmt: skip
    sections.rest(words, _TODO)
    rule = Rule(kind, words.numbers.get("at least"), words.numbers.get("at most"))
    return rule, required, many, words.values


def _element(path: str, lines: Mapping[str, _Line], rules: dict[str, Rule]) -> Element:
    rule, required, many, values = lines.get(path, (Rule("part"), False, False, ()))
    rules.setdefault(path, rule)
    start = f"{path}/" if path else ""
    names = dict.fromkeys(one.removeprefix(start).partition("/")[0]
                          for one in lines if one.startswith(start) and one != path)  # fmt: skip
    children = tuple(_element(f"{start}{name}", lines, rules) for name in names)
    longest = rule.most if rule.type == "text" else None
    return Element(path.rpartition("/")[2], path, required or not path, many, children, values,
                   longest=longest)  # fmt: skip
