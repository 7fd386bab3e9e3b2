"""The draft as a mapping document: what was guessed is marked, what is proposed is commented."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from azalai.documents import NOTHING, Text
from azalai.drafting.date_shapes import dates_of
from azalai.drafting.evidence import FEW, Observed, keys, name_order
from azalai.drafting.matching import PERSONAL, Match, slug, words
from azalai.drafting.structure import Structure
from azalai.drafting.zones import CODED, Zone
from azalai.records import LISTS, RECORD_KINDS, Field, fields

MARK = "à vérifier / to check"
_PLAIN = re.compile(r"[A-Za-zÀ-ÿ0-9_][\w./@°'()-]*(?: [\w./@°'(){}-]+)*")
_MEANS = re.compile(r": |:$| #|[\n\t]|^[\"'\[\]{}&*!|>%@`#,?-]")
_FROM_ELSEWHERE = frozenset({
    "key", "kind", "schema_version", "mark", "issuing_country", "issuing_agency", "provenance",
})  # fmt: skip
# What a spreadsheet that opens a code list may take for a formula.
_FORMULA = re.compile("[=@\t\r\n\uff1d\uff20]|[+\uff0b\uff0d-].*[A-Za-z(]")
_SHOWN = 12  # codes of a list in a comment


@dataclass(slots=True)
class Writer:
    """Writes one draft; `stubs` are the code lists to be filled: file name → bytes."""

    structure: Structure
    columns: Sequence[Observed]
    records: int
    kind: str
    found: Sequence[Match]
    language: str
    zone: Zone | None = None
    nothings: Sequence[str] = ()
    stubs: dict[str, bytes] = field(default_factory=dict)
    coded: list[str] = field(default_factory=list)
    lists: dict[str, str] = field(default_factory=dict)

    def document(self, name: str, kind_why: Text) -> str:
        """The whole document."""
        lines = [
            *self._head(name, kind_why), *self._file(), *self._columns(), *self._always(),
            *self._record(), *self._codes(), *self._guards(),
        ]  # fmt: skip
        return "".join(f"{_seen(line)}\n" for line in lines)

    def _say(self, fr: str, en: str) -> str:
        return Text(fr, en).say(self.language)

    def _mark(self, why: Text = NOTHING) -> str:
        said = " ".join(why.say(self.language).split())
        return f"# {MARK} : {said}" if said else f"# {MARK}"

    def _rule(self, number: int, fr: str, en: str) -> list[str]:
        return ["", f"# {'-' * 64} {number}. {self._say(fr, en)}"]

    def _head(self, name: str, kind_why: Text) -> Iterator[str]:
        yield "# " + self._say("Brouillon écrit par « azalai mapping new » d'après un échantillon.",
                               "A draft written by `azalai mapping new` from a sample.")  # fmt: skip
        yield "# " + self._say(
            f"« {MARK} » : deviné. Contrôlez, corrigez, puis supprimez la marque ; ôtez le # des "
            "lignes que vous gardez.",
            f"`{MARK}`: guessed. Check, correct, then delete the mark; take away the # of the "
            "lines that you keep.",
        )  # fmt: skip
        yield "# " + self._say("« azalai mapping check » dit ce qui manque encore.",
                               "`azalai mapping check` says what is still missing.")  # fmt: skip
        for note in self.structure.notes:
            yield self._mark(note)
        for line in self.structure.ruler:
            yield f"#   {line}"
        yield ""
        yield f"mapping: {name}"
        yield "version: 1"
        yield f"kind: {self.kind}  {self._mark(kind_why)}"
        yield f"register: {name}  " + self._mark(Text(
            "numéro de fiche = système / register / key", "record key = system / register / key"))  # fmt: skip
        yield 'owner: "?"  ' + self._mark(Text("qui répond de cette correspondance",
                                               "who answers for this mapping"))  # fmt: skip

    def _file(self) -> Iterator[str]:
        yield from self._rule(1, "le fichier", "the file")
        yield "file:"
        yield f"  format: {self.structure.format}"
        within: list[str] = []
        for one in self.structure.settings:
            value = one.value
            shown = scalar(value) if isinstance(value, str) else (
                "[ " + ", ".join(scalar(v) for v in value) + " ]")  # fmt: skip
            mark = f"  {self._mark(one.why)}" if one.why.fr else ""
            *blocks, name = one.name.split(".")
            for depth, block in enumerate(blocks):
                if blocks[: depth + 1] != within[: depth + 1]:
                    yield f"{'  ' * (depth + 1)}{block}:"
            within = blocks
            yield f"{'  ' * (len(blocks) + 1)}{name}: {shown}{mark}"
        yield self._empty()
        if self.structure.tag:
            word, value = self.structure.tag
            yield "takes:"
            yield f"  {word}: {scalar(value)}  {self._mark()}"
        if self.structure.segments:
            yield "segments:"
            for segment, spans in self.structure.segments.items():
                yield f"  {scalar(segment)}:"
                if segment in self.structure.called:
                    yield f"    called: {self.structure.called[segment]}  {self._mark()}"
                for name, (first, last) in spans.items():
                    place = f"{first}-{last}" if self.structure.format == "fixed_width" else first
                    yield f"    {scalar(name)}: {place}  {self._mark()}"

    def _empty(self) -> str:
        why = Text("les textes qui veulent dire « rien n'a été saisi »",
                   "the texts that mean: nothing was entered")  # fmt: skip
        if not self.nothings:
            return f'#  empty: [ "-" ]  {self._mark(why)}'
        shown = ", ".join(json.dumps(text, ensure_ascii=False) for text in self.nothings)
        return f"  empty: [ {shown} ]  " + self._mark(Text(
            f"{why.fr} ; ceux-ci sont dans l'échantillon",
            f"{why.en}; the sample has these"))  # fmt: skip

    def _columns(self) -> Iterator[str]:
        yield from self._rule(2, "ses colonnes", "its columns")
        yield "columns:"
        for one in self.columns:
            if one.repeated:
                yield f"  {scalar(one.name)}: repeated  {self._mark()}"
            elif one.always:
                yield f"  {scalar(one.name)}: required  " + self._mark(Text(
                    f"remplie dans les {self.records} fiches lues",
                    f"filled in all {self.records} records read"))  # fmt: skip
            else:
                yield f"  {scalar(one.name)}: optional"

    def _always(self) -> Iterator[str]:
        yield from self._rule(3, "ce que le fichier ne dit pas", "what the file does not say")
        yield "#always:"
        named = {match.field.path for match in self.found}
        for path, one in fields(self.kind).items():
            part = RECORD_KINDS[self.kind].model_fields[path.partition(".")[0]]
            needed = one.required and part.is_required() and path.count(".") <= 1
            if needed and not one.inside and path not in named | _FROM_ELSEWHERE:
                yield f"#  {path}: ?  {self._mark(self._choices(one))}"
        yield '#declared_by: "?"  ' + self._mark(Text("la note de service qui le déclare",
                                                      "the order that declares it"))  # fmt: skip

    def _choices(self, one: Field) -> Text:
        listed = LISTS[one.list_name].codes if one.list_name else ()
        shown = ", ".join(list(listed)[:_SHOWN]) + (", …" if len(listed) > _SHOWN else "")
        return Text(f"{one.labels.fr} {shown}".strip(), f"{one.labels.en} {shown}".strip())

    def _record(self) -> Iterator[str]:
        yield from self._rule(4, "la fiche", "the record")
        yield "record:"
        zone = self.zone.columns if self.zone else ()
        possible = [one for one in keys(list(self.columns)) if one not in zone]
        others = ", ".join(one.name for one in possible[1:4])
        why = Text(f"seule de chaque fiche dans l'échantillon{' ; aussi : ' + others if others else ''}",
                   f"its own in each record of the sample{'; also: ' + others if others else ''}")  # fmt: skip
        if possible and (again := possible[0].again):
            why = Text(f"presque : {again} valeur(s) reviennent ; doublons à la source, ou une autre clé",
                       f"nearly: {again} value(s) come again; doubles at the source, or another key")  # fmt: skip
        if possible:
            yield f"  key: {expression(possible[0].name)}  {self._mark(why)}"
        elif self.zone:
            yield f"#  key: {expression(self.zone.steps('number'))}  " + self._mark(Text(
                "le numéro du document", "the document's number"))  # fmt: skip
        else:
            yield "#  key: ?  " + self._mark(Text("aucune colonne n'est unique",
                                                  "no column is unique"))  # fmt: skip
        part = ""
        for match in self.found:
            part, lines = self._proposal(match, part)
            yield from lines
        used = {c.name for m in self.found for c in m.columns} | {c.name for c in possible[:1]}
        used |= {c.name for c in zone}
        for one in self.columns:
            if one.name not in used and not one.parent:
                steps = expression(self._with_steps(None, (one,)))
                yield f"#  ?: {steps}  {self._mark(self._no_field(one))}"

    def _proposal(self, match: Match, part: str) -> tuple[str, list[str]]:
        path, inside = match.field.path, match.field.inside
        why = self._why(match)
        if not inside:
            steps = expression(self._with_steps(match.field, match.columns, part=match.part))
            return "", [f"#  {path}: {steps}  {why}"]
        outer = inside[-1]
        lines = [] if part == outer else [f"#  {outer}:"]
        each = match.columns[0].within
        steps = expression(self._with_steps(match.field, match.columns, each, match.part))
        start = "      " if part == outer else "    - "
        if each and part != outer:
            lines.append(f"#    - for_each: {each}")
            start = "      "
        return outer, [*lines, f"#{start}{path[len(outer) + 1 :]}: {steps}  {why}"]

    def _why(self, match: Match) -> str:
        label = match.field.labels
        dates = dates_of(match.columns[0])
        if dates is None:
            lost = _lost(match.columns[0])
            return self._mark(Text(label.fr + lost.fr, label.en + lost.en))
        return self._mark(Text(f"{label.fr} ; {dates.why.fr}", f"{label.en}; {dates.why.en}"))

    def _no_field(self, one: Observed) -> Text:
        dates = dates_of(one)
        seen = _lost(one)
        if dates is not None:
            seen = Text(f" ; {dates.why.fr}", f"; {dates.why.en}")
        elif not one.values:
            seen = Text(" ; vide dans l'échantillon", "; empty in the sample")
        return Text(f"aucun champ ne lui ressemble : champ, ou « ignored, <pourquoi> »{seen.fr}",
                    f"no field resembles it: a field, or `ignored, <why>`{seen.en}")  # fmt: skip

    def _with_steps(
        self, one: Field | None, columns: Sequence[Observed], each: str = "", part: str = ""
    ) -> str:  # fmt: skip
        """The column with the steps that its field's type and its values ask for."""
        if part and self.zone:
            codes = f" | code({self._list([self.zone.values(part)])})" if part in CODED else ""
            return self.zone.steps(part) + codes
        names = [c.name[len(each) + 1 :] if each else c.name for c in columns]
        source = names[0] if len(names) == 1 else f"all({', '.join(names)})"
        whole = " | whole_number" if columns[0].floats else ""
        dates = dates_of(columns[0])
        if dates is not None:
            may = dates.partial if one is None else one.type == "partial_date"
            partial = ", partial" if may else ""
            cut = f" | {dates.cut}" if dates.cut else ""
            return f"{source}{cut} | date({dates.written}{partial})"
        if one is None:
            may = columns[0].codes and self._has_headers() and not self._personal(columns[0])
            coded = f" | code({self._list(columns)})" if may else ""
            return f"{source}{whole}{coded}"
        if one.type == "name" and len(columns) == 2:
            return f"{source} | name(NOM, Prénoms)"
        if one.type == "name":
            return f'{source} | name("{name_order(columns[0])}")'
        if one.type in ("code", "choice"):
            return f"{source}{whole} | code({self._list(columns)})"
        if one.type == "integer":
            most = max((int(value[:9]) for _, value in columns[0].values), default=0)
            return f"{source}{whole} | number(0 to {10 ** len(str(most))})"
        return f"{source}{whole}" if one.type == "text" else source

    def _has_headers(self) -> bool:
        """The sample says what its columns are: `C166` says nothing of what stands there."""
        unnamed = any(s.name == "header" and s.value == "none" for s in self.structure.settings)
        return not self.structure.segments and not unnamed

    def _personal(self, one: Observed) -> bool:
        """Its header is that of what may name or find a person."""
        return bool(PERSONAL & set(words(one.name.rpartition("/")[2])))

    def _list(self, columns: Sequence[Observed]) -> str:
        """A code list for these columns: a CSV whose common values a person fills in."""
        name = slug(columns[0].name.rpartition("/")[2]) or "codes"
        if name in self.lists and self.lists[name] != columns[0].name:
            name = f"{name}_{len(self.lists) + 1}"
        if name in self.lists:
            return name
        self.lists[name] = columns[0].name
        values = list(dict.fromkeys(v.partition(".")[0] if one.floats and v.endswith(".0") else v
                                    for one in columns for v in one.distinct()))  # fmt: skip
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        writer.writerow(["dans le fichier", "valeur commune", "depuis", "jusqu'à", "source"])
        risky = any(_FORMULA.match(v) for v in values) or any(map(self._personal, columns))
        if len(values) <= FEW and not risky:
            writer.writerows([value, "", "", "", ""] for value in values)
            self.coded += [one.name for one in columns]
        self.stubs[f"{name}.csv"] = out.getvalue().encode()
        return name

    def _codes(self) -> Iterator[str]:
        yield from self._rule(5, "les codes", "the codes")
        yield "#codes:"
        for name, column in self.lists.items():
            yield f"#  {name}: codes/{name}.csv  " + self._mark(Text(
                f"« {column} » : donnez à chaque valeur sa valeur commune",
                f"`{column}`: give each value its common value"))  # fmt: skip

    def _guards(self) -> Iterator[str]:
        yield from self._rule(6, "les garde-fous", "the guards")
        yield "lifecycle:"
        yield "  file_holds: everything  " + self._mark(Text(
            "toutes les fiches valides chaque fois, ou « changes »",
            "all valid records each time, or `changes`"))  # fmt: skip
        yield "  missing_from_file: keep  " + self._mark(Text(
            "withdraw : une fiche absente n'est plus en vigueur",
            "withdraw: a missing record is no longer in force"))  # fmt: skip
        yield "expect:"
        yield f"  records_min: 1  {self._mark()}"
        yield f"  rejects_max: 2 %  {self._mark()}"


def _lost(one: Observed) -> Text:
    """What is to be known of numbers such as `2.26E+11`; of others, nothing."""
    if not (lines := one.powers):
        return Text("", "")
    first = ", ".join(map(str, lines[:3]))
    return Text(f" ; {len(lines)} en puissance de dix (2.26E+11), ainsi ligne {first} : des chiffres "
                "peuvent manquer ; redemandez la colonne en texte",
                f"; {len(lines)} as a power of ten (2.26E+11), as on line {first}: digits may be "
                "missing; ask for the column as text")  # fmt: skip


def scalar(text: str) -> str:
    """A text as YAML writes it: between quotes unless nothing in it means something there."""
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def expression(text: str) -> str:
    """A line's right side, spelt as it is unless YAML would read it otherwise."""
    return _quoted(text) if _MEANS.search(text) or not text.isprintable() else text


def _quoted(text: str) -> str:
    return _seen(json.dumps(text, ensure_ascii=False))


def _seen(text: str) -> str:
    """What cannot be seen, as YAML writes it between double quotes."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
