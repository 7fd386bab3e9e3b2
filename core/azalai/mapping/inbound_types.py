"""Types of a record line: what its steps give, and whether its field takes that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from azalai.documents import NOTHING, Text
from azalai.errors import StepArgumentError
from azalai.records import LISTS, Field

from .code_table import CodeTable
from .expression import Call
from .inbound_model import Line
from .report import Report, nearest
from .steps import STEPS, Made, Setting, ValueType

_BARE = ("text", "choice")
_NAMED: Mapping[str, tuple[str, str]] = {
    "text": ("un texte", "a text"),
    "integer": ("un nombre entier", "a whole number"),
    "date": ("une date", "a date"),
    "partial_date": ("une date, même partielle", "a date, partial or not"),
    "name": ("un nom de personne", "a person's name"),
    "code": ("un code", "a code"),
    "choice": ("un code", "a code"),
    "timestamp": ("une date et une heure", "a date and time"),
    "image": ("une image", "an image"),
    "provenance": ("une provenance", "a provenance"),
}
_TAKES: Mapping[str, tuple[ValueType, ...]] = {
    "text": ("text", "code"),
    "integer": ("integer",),
    "date": ("date",),
    "partial_date": ("partial_date",),
    "name": ("name",),
    "code": ("code",),
    "choice": ("code",),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """A line's steps with their arguments, the type that comes out, and whether it is a list."""

    made: tuple[Made, ...]
    gives: ValueType
    is_list: bool


def wanted_types(line: Line) -> tuple[ValueType, ...]:
    """The types that the line's field takes."""
    if line.field is None:
        return {"as_of": ("date",), "cancel_reason": ("code",)}.get(line.target, ("text",))  # type: ignore[return-value]
    return _TAKES.get(line.field.type, ())


def setting_for(
    line: Line, tables: Mapping[str, CodeTable], day: date, *, categories: bool
) -> Setting:
    """What the steps of this line are made with: it follows from the field."""
    field = line.field
    calls = line.expression.calls
    return Setting(
        tables=tables,
        day=day,
        bare=field is None or field.type in _BARE,
        evidence=field is not None
        and field.type == "partial_date"
        and bool(calls)
        and calls[-1].name == "date",
        countries=field is not None and field.list_name == "country",
        categories=categories,
    )


def settle(line: Line, source_is_list: bool, setting: Setting) -> Settled:
    """Make the steps of a checked line."""
    made: list[Made] = []
    gives: ValueType = "text"
    is_list = source_is_list
    for call in line.expression.calls:
        step = STEPS[call.name].make(call, setting)
        is_list = step.gives_list or (is_list and not step.whole)
        gives = step.gives
        made.append(step)
    return Settled(tuple(made), gives, is_list)


def check_line(
    line: Line, source_is_list: bool, setting: Setting, report: Report, *, repeated: bool = False
) -> bool:
    """Check steps, arguments and types of one line; False where something is wrong.

    `repeated`: one of its columns can occur several times, so their number is not known.
    """
    gives: ValueType = "text"
    is_list, splits = source_is_list, False
    for call in line.expression.calls:
        step = STEPS.get(call.name)
        if step is None:
            near = nearest(call.name, STEPS)
            report.add(
                call.place,
                "AZ-M105",
                Text(f"Traitement inconnu « {call.name} »", f"Unknown step “{call.name}”"),
                Text(f"il y a : {', '.join(STEPS)}.", f"there are: {', '.join(STEPS)}."),
                Text(f"écrivez {STEPS[near].written}.", f"write {STEPS[near].written}.")
                if near
                else NOTHING,
            )
            return False
        try:
            made = step.make(call, setting)
        except StepArgumentError as err:
            report.add(
                call.place,
                "AZ-M108",
                Text(f"« {call.text} » : {err.said[0]}", f"“{call.text}”: {err.said[1]}"),
            )
            return False
        if step.takes != gives or (made.whole and not is_list):
            _mismatch(step.takes, gives, made.whole, call, report)
            return False
        if made.columns and not _names_columns(line, made.columns, splits, repeated):
            _wrong_count(line, made.columns, call, report)
            return False
        splits = splits or made.gives_list
        is_list = made.gives_list or (is_list and not made.whole)
        gives = made.gives
    return _fits(line, gives, is_list, setting, report)


def _names_columns(line: Line, wanted: int, splits: bool, repeated: bool) -> bool:
    """Whether exactly so many single cells reach a step that takes one a column."""
    expression = line.expression
    alone = expression.mode == "all" and not splits and not repeated
    return alone and len(expression.columns) == wanted


def _wrong_count(line: Line, wanted: int, call: Call, report: Report) -> None:
    found = len(line.expression.columns)
    names = ", ".join("abcdefgh"[:wanted])
    report.add(
        call.place,
        "AZ-M108",
        Text(
            f"« {call.text} » attend {wanted} colonnes, cette ligne en donne {found}"
            if found != wanted
            else f"« {call.text} » attend {wanted} colonnes à une seule valeur chacune",
            f"“{call.text}” takes {wanted} columns, this line gives {found}"
            if found != wanted
            else f"“{call.text}” takes {wanted} columns of one value each",
        ),
        Text(
            "chaque colonne a son rôle, dans cet ordre.", "each column has its role, in this order."
        ),
        Text(f"écrivez all({names}) | {call.text}.", f"write all({names}) | {call.text}."),
    )


def _mismatch(takes: str, gives: str, whole: bool, call: Call, report: Report) -> None:
    name = call.name
    if whole and takes == gives:
        what = Text(
            f"« {name} » attend plusieurs valeurs : all(a, b)",
            f"“{name}” takes several values: all(a, b)",
        )
    else:
        what = Text(
            f"« {name} » attend {_NAMED[takes][0]}, il reçoit {_NAMED[gives][0]}",
            f"“{name}” takes {_NAMED[takes][1]}, it gets {_NAMED[gives][1]}",
        )
    todo = NOTHING
    if takes == "text" and gives in ("code", "name", "date", "partial_date"):
        todo = Text(f"ôtez « | {call.text} » : le traitement d'avant donne déjà {_NAMED[gives][0]}.",
                    f"remove `| {call.text}`: the step before gives {_NAMED[gives][1]} already.")  # fmt: skip
    report.add(call.place, "AZ-M101", what, NOTHING, todo)


def _fits(line: Line, gives: ValueType, is_list: bool, setting: Setting, report: Report) -> bool:
    wanted = wanted_types(line)
    many = line.field is not None and line.field.many
    if gives in wanted and (many or not is_list):
        return True
    label = f" ({line.field.labels.fr})" if line.field else ""
    label_en = f" ({line.field.labels.en})" if line.field else ""
    expected = _NAMED[line.field.type if line.field else wanted[0]]
    place = line.expression.calls[-1].place if line.expression.calls else line.expression.places[0]
    if gives in wanted:
        report.add(
            place,
            "AZ-M101",
            Text(
                f"« {line.target} »{label} attend une valeur, cette ligne en donne plusieurs",
                f"“{line.target}”{label_en} takes one value, this line gives several",
            ),
            NOTHING,
            Text(
                'mettez join(" ") avant les autres traitements, ou prenez first(a, b).',
                'put join(" ") before the other steps, or take first(a, b).',
            ),
        )
        return False
    why = Text("rien n'est converti tout seul.", "nothing is converted by itself.")
    report.add(
        place,
        "AZ-M101",
        Text(
            f"« {line.target} »{label} attend {expected[0]}, cette ligne donne {_NAMED[gives][0]}",
            f"“{line.target}”{label_en} takes {expected[1]}, this line gives {_NAMED[gives][1]}",
        ),
        why,
        _remedy(line, gives, setting.tables),
    )
    return False


def _remedy(line: Line, gives: ValueType, tables: Mapping[str, CodeTable]) -> Text:
    """The corrected line, where it can be known."""
    short = line.target.rsplit(".", 1)[-1] if line.field and line.field.inside else line.target
    kind = line.field.type if line.field else wanted_types(line)[0]
    if gives == "partial_date" and kind == "date":
        fixed = line.expression.text.replace(", partial", "").replace(",partial", "")
        return Text(
            f"retirez « , partial » : {short}: {fixed}", f"take off `, partial`: {short}: {fixed}"
        )
    if line.target == "key" and gives == "code":
        return Text(
            "un numéro de fiche ne dépend d'aucune liste de codes ; retirez code(…).",
            "a record key depends on no code list; take off code(…).",
        )
    step = {
        "date": "date(jj/mm/aaaa)",
        "partial_date": "date(jj/mm/aaaa, partial)",
        "name": 'name("NOM, Prénoms")',
        "integer": "number(0 to 999)",
        "code": f"code({_likely_table(line, tables)})",
        "choice": f"code({_likely_table(line, tables)})",
    }.get(kind)
    if gives != "text" or step is None:
        return Text("changez le traitement, ou le champ.", "change the step, or the field.")
    fixed = f"{line.expression.text} | {step}"
    return Text(f"ajoutez | {step} : {short}: {fixed}", f"add | {step}: {short}: {fixed}")


def _likely_table(line: Line, tables: Mapping[str, CodeTable]) -> str:
    """The declared code list whose values the field's common list has, else a placeholder."""
    name = line.field.list_name if line.field else "cancel_reason"
    for table in tables.values():
        if name and table.entries and all(one.code in LISTS[name] for one in table.entries):
            return table.name
    return "<liste>"


def nearest_field(target: str, gives: ValueType | None, fields: Iterable[Field]) -> Field | None:
    """The field that was probably meant, among those that take the type the line gives."""
    fitting = [
        one
        for one in fields
        if gives is None
        or gives in _TAKES.get(one.type, ())
        or (gives == "date" and one.type == "partial_date")
    ]
    by_path = {one.path: one for one in fitting}
    if near := nearest(target, by_path):
        return by_path[near]
    by_end = {one.path.rsplit(".", 1)[-1]: one for one in reversed(fitting)}
    near = nearest(target.rsplit(".", 1)[-1], by_end)
    return by_end[near] if near else None


def given_type(line: Line) -> ValueType | None:
    """The type that an unknown field's line gives, as far as its last step tells."""
    if not line.expression.calls:
        return "text"
    step = STEPS.get(line.expression.calls[-1].name)
    return step.gives if step and step.gives in _NAMED else None  # type: ignore[return-value]
