"""Runs compiled inbound mappings on raw records: translated, rejected or parked."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import orjson
from pydantic import ValidationError

from azalai import clock
from azalai.documents import Text
from azalai.errors import StepError, UnknownCodeError
from azalai.plugin.format import RawRecord
from azalai.records import RECORD_KINDS, fields, meaning
from azalai.records.checker import checker
from azalai.records.record import SCHEMA_VERSION, Record

from .code_periods import by_own_day, starts
from .inbound_code import Compiled, Rule, compile_record
from .inbound_fragments import compile_fragments
from .inbound_model import InboundMapping
from .inbound_pieces import provenance
from .results import Declared, Parked, Rejected, Result, Translated

Translator = Callable[[RawRecord], Result]
_WHY: dict[str, Text] = {
    "missing": Text("obligatoire, et vide dans cette fiche", "required, and empty in this record"),
    "string_too_long": Text("texte trop long", "text too long"),
    "greater_than_equal": Text("nombre trop petit", "number too small"),
    "less_than_equal": Text("nombre trop grand", "number too large"),
    "vin": Text(
        "ce n'est pas un VIN (17 caractères, sans I, O, Q)",
        "not a VIN (17 characters, without I, O, Q)",
    ),
    "imei": Text("un IMEI a 14 à 16 chiffres", "an IMEI has 14 to 16 digits"),
    "quantity": Text("une quantité et son unité vont ensemble", "a quantity goes with its unit"),
    "iso_date": Text("ce jour n'existe pas au calendrier", "this day does not exist"),
    "record_key": Text("le numéro de fiche est vide", "the record's number is empty"),
}


def compile_feed(
    mappings: Sequence[InboundMapping],
    declared: Declared,
    *,
    on: date | None = None,
    with_meaning: bool = True,
    at_once: bool = True,
) -> Translator:
    """One function for all mappings of a feed: each raw record goes to the one that takes it.

    None or two of them is a reject. Entries of code lists count by the record's own day, its
    `as_of`; where the mapping has none, by `on`, today (UTC) by default. Without a store nobody needs `with_meaning`; `Translated.meaning` is then
    empty. Not `at_once`: every record goes the plain way, step by step; the result is the same.
    The function never raises for what stands in a raw record.
    """
    day = on or clock.now().date()
    making = partial(_translator, declared=declared, with_meaning=with_meaning, at_once=at_once)
    ready = [(_taker(one), _dated(one, declared.system, day, partial(making, one)))
             for one in mappings]  # fmt: skip
    if len(ready) == 1 and mappings[0].takes is None:
        return ready[0][1]

    def choose(raw: RawRecord) -> Result:
        found = [translate for takes, translate in ready if takes(raw)]
        return found[0](raw) if len(found) == 1 else _not_taken(raw, len(found))

    return choose


def _dated(
    mapping: InboundMapping, system: str, day: date, make: Callable[..., Translator]
) -> Translator:
    days = starts(mapping.tables.values())
    if mapping.as_of is None or not days:
        return make(day=day)
    build = compile_record(mapping, system, day).build
    return by_own_day(days, day, lambda d: make(day=d), lambda raw: build(raw.values)[2])


def _taker(mapping: InboundMapping) -> Callable[[RawRecord], bool]:
    takes = mapping.takes
    if takes is None:
        return lambda _raw: True
    column, values = takes.column, takes.values
    if column is None:
        return lambda raw: raw.tag in values

    def by_column(raw: RawRecord) -> bool:
        text = raw.values.get(column)
        return isinstance(text, str) and text.strip() in values

    return by_column


def _not_taken(raw: RawRecord, count: int) -> Rejected:
    what = (
        Text("plusieurs correspondances prennent cette fiche", "several mappings take this record")
        if count
        else Text("aucune correspondance ne prend cette fiche", "no mapping takes this record")
    )
    todo = Text(
        "voyez « takes » dans les correspondances du flux", "see `takes` in the feed's mappings"
    )
    return Rejected(raw.address, "", None, "AZ-R109", "", "", "", what, todo, _sealed(raw))


def _translator(
    mapping: InboundMapping, declared: Declared, day: date, *, with_meaning: bool, at_once: bool
) -> Translator:
    compiled = compile_record(mapping, declared.system, day)
    build, model, label = compiled.build, RECORD_KINDS[mapping.kind], mapping.label
    check = checker(mapping.kind)
    # `as_dict` in bytes: these two first, then what the mapping gave, in the schema's order
    begin = orjson.dumps({"kind": mapping.kind, "schema_version": SCHEMA_VERSION})[:-1] + b","
    refuse = _Refuser(mapping, compiled)
    head = {
        "issuing_country": declared.country,
        "issuing_agency": declared.agency,
        "mark": declared.mark,
    }
    origin = {"feed": declared.feed, "mapping": mapping.name, "mapping_version": mapping.version}
    kind = mapping.kind

    def translate(raw: RawRecord) -> Result:
        if whole is not None and (made := whole(raw.values, raw.address)) is not None:
            key, as_of, data, sense = made
            return Translated(raw.address, kind, key, data, sense, label, as_of)
        return step_by_step(raw)

    def step_by_step(raw: RawRecord) -> Result:
        values, key, as_of, withdraw, at, err = build(raw.values)
        if values is not None and key is not None:
            values.update(head)
            values["key"] = key
            values["provenance"] = provenance(origin, raw.address)
            try:
                found = check(values)
            except ValidationError as problem:
                err = _in_the_models_words(model, values) or problem
            else:
                data = begin + orjson.dumps(found)[1:]
                sense = _sense({"kind": mapping.kind, **found}) if with_meaning else b""
                return Translated(raw.address, kind, key, data, sense, label, as_of, withdraw)
        if withdraw is not None and key is not None:
            return Translated(raw.address, kind, key, b"", b"", label, as_of, withdraw)
        return refuse(raw, key, at, err)

    whole = compile_fragments(mapping, declared, day, with_meaning=with_meaning)
    return translate if whole is not None and at_once else step_by_step


def _in_the_models_words(model: type[Record], values: dict[str, Any]) -> ValidationError | None:
    """What the model says of values that its checker refused: its names of what is wrong."""
    try:
        model.model_validate(values)
    except ValidationError as err:
        return err
    return None


def _sense(values: dict[str, Any]) -> bytes:
    """RFC 8785 of the record's meaning: a checked record has ASCII names and neither floats nor
    anything else that two writers could write differently, so sorting is all that is needed."""
    return orjson.dumps(meaning(values), option=orjson.OPT_SORT_KEYS)


def _sealed(raw: RawRecord) -> bytes:
    """JSON of the raw record, whatever a format gave: lone surrogates and odd types too."""
    whole = {"values": raw.values, "tag": raw.tag}
    try:
        return orjson.dumps(whole)
    except TypeError:
        return json.dumps(whole, default=repr).encode()


class _Refuser:
    """Says why a raw record did not become a record: never with its values."""

    def __init__(self, mapping: InboundMapping, compiled: Compiled) -> None:
        self.mapping = mapping
        self.rules = compiled.rules
        self.fields = fields(mapping.kind)
        self.by_field = {rule.field: rule for rule in compiled.rules if rule.field}

    def __call__(
        self, raw: RawRecord, key: str | None, at: int, err: Exception | None
    ) -> Rejected | Parked:
        rule = self.rules[at]
        if isinstance(err, UnknownCodeError):
            return Parked(
                raw.address,
                self.mapping.label,
                key,
                rule.column,
                rule.field,
                err.code_list,
                err.value,
                Text(*err.what),
                Text(*err.todo),
                _sealed(raw),
            )
        if isinstance(err, StepError):
            return self._rejected(
                raw, key, rule, err.code, what=Text(*err.what), todo=Text(*err.todo)
            )
        if isinstance(err, ValidationError):
            return self._invalid(raw, key, err)
        what = Text("ce traitement a échoué", "this step failed")
        todo = Text("signalez-le avec le numéro de la règle", "report it with the rule's number")
        return self._rejected(raw, key, rule, "AZ-R199", what=what, todo=todo)

    def _invalid(self, raw: RawRecord, key: str | None, err: ValidationError) -> Rejected:
        first = err.errors(include_input=False, include_url=False, include_context=False)[0]
        path = ".".join(str(one) for one in first["loc"] if not isinstance(one, int))
        rule = self._nearest_rule(path)
        field = self.fields.get(path)
        name = Text(f"« {path} »", f"“{path}”")
        if field is not None:
            name = Text(f"{name.fr} ({field.labels.fr})", f"{name.en} ({field.labels.en})")
        why = _WHY.get(
            first["type"],
            Text(
                f"valeur refusée par le schéma ({first['type']})",
                f"value refused by the schema ({first['type']})",
            ),
        )
        what = Text(f"{name.fr} : {why.fr}", f"{name.en}: {why.en}")
        todo = Text(
            "corrigez la fiche à la source, ou la correspondance",
            "correct the record at its source, or the mapping",
        )
        found = Rule(rule.column, path, rule.line)
        return self._rejected(raw, key, found, "AZ-R107", what=what, todo=todo)

    def _nearest_rule(self, path: str) -> Rule:
        """The rule of this field, else of the part it is in, else of anything below it."""
        while path:
            if path in self.by_field:
                return self.by_field[path]
            below = [rule for name, rule in self.by_field.items() if name.startswith(f"{path}.")]
            if below:
                return Rule("", path, below[0].line)
            path = path.rpartition(".")[0]
        return Rule("", "", 1)

    def _rejected(
        self,
        raw: RawRecord,
        key: str | None,
        rule: Rule,
        code: str,
        *,
        what: Text,
        todo: Text,
    ) -> Rejected:
        where = f"{self.mapping.path.name}:{rule.line}"
        return Rejected(
            raw.address,
            self.mapping.label,
            key,
            code,
            rule.column,
            rule.field,
            where,
            what,
            todo,
            _sealed(raw),
        )
