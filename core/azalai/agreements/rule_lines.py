"""Reading the rules of an agreement: never, ask, share, pre_release."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from azalai.documents import Entry, Map, Place, Scalar, Text
from azalai.documents import Sequence as YamlList
from azalai.records import RECORD_KINDS, fields, groups

from .agreement import By, PreRelease, Rule, Share
from .conditions import Bound, Condition, Minor, OneOf
from .field_checks import MAY_BE_MINOR, check_value, fields_at, unfit_field, unknown_field
from .holds import CATEGORIES
from .mistakes import Mistakes, allowed, suggestion

Required = Callable[[str, str], frozenset[str]]
Section = Literal["never", "ask", "share"]

_KEYS: dict[Section, tuple[str, ...]] = {
    "never": ("rule", "what", "if", "basis"),
    "ask": ("rule", "what", "if", "basis", "by"),
    "share": ("rule", "what", "if", "send", "without", "basis"),
}
_BOUND = re.compile(r"at (least|most)\s+(\d{1,15})\Z", re.ASCII)
_RULE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}\Z", re.ASCII)


@dataclass(slots=True)
class RuleLines:
    """The reader of one document's rules; `required` says what a message cannot do without."""

    mistakes: Mistakes
    destinations: Sequence[str]
    required: Required | None
    names: dict[str, int] = field(default_factory=dict)

    def rules(self, root: Map, section: Literal["never", "ask"]) -> tuple[Rule, ...]:
        """The rules of `never` or `ask`, in the document's order."""
        return tuple(self._rules(root, section))

    def shares(self, root: Map) -> tuple[Share, ...]:
        """The rules of `share`, in the document's order."""
        return tuple(self._shares(root))

    def pre_releases(self, root: Map) -> tuple[PreRelease, ...]:
        """The `pre_release` lines: `category`, `approved_by`, `until`."""
        return tuple(self._pre_releases(root))

    def _rules(self, root: Map, section: Literal["never", "ask"]) -> Iterator[Rule]:
        for item in self.mistakes.maps(root, section, needed=False):
            name = self._name(item, section)
            kind = self._kind(item) if item.entry("what") else None
            conditions = tuple(self._conditions(item, kind))
            if item.entry("what") is None and item.entry("if") is None:
                self.mistakes.missing(item, "if")
            by = self.mistakes.choice(item, "by", ("one_person", "two_people"), "AZ-A415",
                                      "one_person") if section == "ask" else "one_person"  # fmt: skip
            yield Rule(name, kind, conditions, self._basis(item, name), cast("By", by))

    def _shares(self, root: Map) -> Iterator[Share]:
        for item in self.mistakes.maps(root, "share", needed=True):
            name = self._name(item, "share")
            kind = self._kind(item)
            conditions = tuple(self._conditions(item, kind))
            sent = self._groups(item, kind)
            without = self._without(item, name, kind, sent)
            basis = self._basis(item, name)
            paths = {p for g in sent for p in (groups(kind).get(g, ()) if kind else ())}
            share = Share(name, kind or "", conditions, basis, sent, without,
                          frozenset(paths - set(without)))  # fmt: skip
            self._check_measure(item, share)
            self._check_required(item, share)
            yield share

    def _pre_releases(self, root: Map) -> Iterator[PreRelease]:
        for item in self.mistakes.maps(root, "pre_release", needed=False):
            self.mistakes.unknown_keys(item, ("category", "approved_by", "until"))
            category = self.mistakes.choice(item, "category", CATEGORIES, "AZ-A415")
            approved = self.mistakes.text(item, "approved_by")
            until = self.mistakes.day(item, "until", needed=True)
            if category and approved and until:
                yield PreRelease(category, approved.text, until)

    def _name(self, item: Map, section: Section) -> str:
        self.mistakes.unknown_keys(item, _KEYS[section])
        value = self.mistakes.text(item, "rule")
        if value is None:
            return ""
        if not _RULE_NAME.match(value.text):
            self.mistakes.malformed(value, "rule", Text("un nom court comme P1",
                                                        "a short name like P1"))  # fmt: skip
        first = self.names.setdefault(value.text, value.place.line)
        if first != value.place.line:
            what = Text(f"Deux règles s'appellent {value.text}",
                        f"Two rules are called {value.text}")  # fmt: skip
            why = Text(f"déjà à la ligne {first} ; le registre ne saurait pas laquelle.",
                       f"already on line {first}; the ledger could not tell which.")  # fmt: skip
            self.mistakes.add(value.place, "AZ-A414", what, why,
                              Text("donnez un autre nom.", "give another name."))  # fmt: skip
        return value.text

    def _basis(self, item: Map, name: str) -> str:
        value = item.get("basis")
        if isinstance(value, Scalar) and value.text:
            return value.text
        if value is not None and not isinstance(value, Scalar):
            self.mistakes.malformed(value, "basis", Text("un seul texte", "one text"))
            return ""
        entry = item.entry("rule")
        place = entry.key.place if entry else item.place
        self.mistakes.add(
            Place(place.line, place.column), "AZ-A406",
            Text(f"La règle {name} ne cite aucune base légale", f"Rule {name} cites no legal basis"),
            Text("chaque envoi inscrit au registre l'article qui le permet.",
                 "each sending enters in the ledger the article that allows it."),
            Text("ajoutez basis: art. …", "add basis: art. …"),
        )  # fmt: skip
        return ""

    def _kind(self, item: Map) -> str | None:
        value = self.mistakes.text(item, "what")
        if value is None or value.text in RECORD_KINDS:
            return value.text if value else None
        unknown_kind(self.mistakes, value)
        return None

    def _groups(self, item: Map, kind: str | None) -> tuple[str, ...]:
        known = sorted({g for one in ((kind,) if kind else RECORD_KINDS) for g in groups(one)})
        found = []
        for value in self.mistakes.texts(item, "send", needed=True):
            if value.text in known:
                found.append(value.text)
                continue
            what = Text(f"Groupe de champs inconnu « {value.text} »",
                        f"Unknown field group `{value.text}`")  # fmt: skip
            self.mistakes.add(value.place, "AZ-A413", what, allowed("groupes", "groups", known),
                              suggestion(value.text, known))  # fmt: skip
        return tuple(found)

    def _without(
        self, item: Map, name: str, kind: str | None, sent: tuple[str, ...]
    ) -> tuple[str, ...]:
        found = []
        for value in self.mistakes.texts(item, "without", needed=False):
            at = fields_at(value.text, kind)
            if not at:
                unknown_field(self.mistakes, value, kind)
            elif kind and sent and not at[0].groups & frozenset(sent):
                what = Text(f"La règle {name} n'envoie pas « {value.text} » ({at[0].labels.fr})",
                            f"Rule {name} does not send `{value.text}` ({at[0].labels.en})")  # fmt: skip
                why = Text("without ne retire que des champs des groupes de send ; un champ sans"
                           " groupe part toujours.", "without only takes fields from the groups of"
                           " send; a field without a group always goes.")  # fmt: skip
                todo = Text("supprimez-le de la ligne.", "delete it from the line.")
                self.mistakes.add(value.place, "AZ-A419", what, why, todo)
            else:
                found.append(value.text)
                self._check_removed(value, name, kind)
        return tuple(found)

    def _check_removed(self, value: Scalar, name: str, kind: str | None) -> None:
        """AZ-A411: a field is taken away that the message of a destination requires."""
        for to in self.destinations if kind and self.required else ():
            if kind and self.required and value.text in self.required(to, kind):
                label = fields(kind)[value.text].labels
                what = Text(
                    f"La règle {name} retire « {value.text} » ({label.fr}), que le message de"
                    f" « {to} » exige",
                    f"Rule {name} takes away `{value.text}` ({label.en}), which the message of"
                    f" `{to}` requires")  # fmt: skip
                self._unsendable(value.place, what)

    def _check_required(self, item: Map, share: Share) -> None:
        """AZ-A411 too: a field that the message requires stands in no group that is sent."""
        entry = item.entry("send")
        if not (entry and share.kind and self.required):
            return
        for to in self.destinations:
            lacking = self.required(to, share.kind) - share.fields - set(share.without)
            for path in sorted(lacking):
                known = fields(share.kind).get(path)
                if known is not None and known.groups:
                    what = Text(
                        f"La règle {share.name} n'envoie pas « {path} » ({known.labels.fr}), que le"
                        f" message de « {to} » exige",
                        f"Rule {share.name} does not send `{path}` ({known.labels.en}), which the"
                        f" message of `{to}` requires")  # fmt: skip
                    self._unsendable(entry.value.place, what)

    def _unsendable(self, place: Place, what: Text) -> None:
        self.mistakes.add(
            place, "AZ-A411", what,
            Text("aucune fiche ne pourrait partir par cette règle.",
                 "no record could ever leave by this rule."),
            Text("gardez le champ, ou demandez au destinataire un message sans lui.",
                 "keep the field, or ask the receiver for a message without it."),
        )  # fmt: skip

    def _check_measure(self, item: Map, share: Share) -> None:
        """AZ-A416: no agreement covers a measure that it does not name (section 4)."""
        entry = item.entry("rule")
        block = item.get("if")
        if share.kind != "WantedPerson" or share.names_measure() or entry is None:
            return
        if isinstance(block, Map) and block.entry("measure"):
            return  # it is named, and wrong: already noted
        self.mistakes.add(
            Place(entry.key.place.line, entry.key.place.column), "AZ-A416",
            Text(f"La règle {share.name} ne nomme aucune mesure (mesure demandée)",
                 f"Rule {share.name} names no measure"),
            Text("un accord ne couvre que les mesures qu'il nomme : elle n'enverrait rien.",
                 "an agreement covers only the measures it names: it would send nothing."),
            Text("ajoutez sous if: measure: [ arrest ], ou les mesures voulues.",
                 "add under if: measure: [ arrest ], or the measures meant."),
        )  # fmt: skip

    def _conditions(self, item: Map, kind: str | None) -> Iterator[Condition]:
        block = item.get("if")
        if block is None:
            return
        if not isinstance(block, Map) or not block.entries:
            self.mistakes.malformed(block, "if", Text("« champ: [ valeurs ] »",
                                                      "`field: [ values ]`"))  # fmt: skip
            return
        for entry in block:
            condition = self._condition(entry, kind)
            if condition:
                yield condition

    def _condition(self, entry: Entry, kind: str | None) -> Condition | None:
        path, value = entry.key, entry.value
        if path.text == MAY_BE_MINOR:
            return self._minor(entry)
        found = fields_at(path.text, kind)
        if not found:
            unknown_field(self.mistakes, path, kind)
            return None
        if unfit_field(self.mistakes, path, found[0]):
            return None
        bound = _BOUND.match(value.text) if isinstance(value, Scalar) else None
        if bound and found[0].type == "integer":
            return Bound(path.text, int(bound[2]), bound[1] == "least")
        items = value.items if isinstance(value, YamlList) else (value,)
        texts = [one for one in items if isinstance(one, Scalar) and one.text]
        if not texts or len(texts) != len(items):
            shape = Text("[ valeur, … ], « at least 24 » ou « at most 24 »",
                         "[ value, … ], `at least 24` or `at most 24`")  # fmt: skip
            self.mistakes.malformed(value, path.text, shape)
            return None
        checked = [check_value(self.mistakes, path.text, one, found) for one in texts]
        if not all(checked):
            return None
        whole = found[0].type == "integer"
        wanted = frozenset(str(int(one.text)) if whole else one.text for one in texts)
        return OneOf(path.text, wanted)

    def _minor(self, entry: Entry) -> Condition | None:
        value = entry.value
        if isinstance(value, Scalar) and value.text in ("yes", "no"):
            return Minor(wanted=value.text == "yes")
        shown = value.text if isinstance(value, Scalar) else "…"
        what = Text(f"« {shown} » n'est pas une valeur de « {MAY_BE_MINOR} » (peut être mineur)",
                    f"`{shown}` is not a value of `{MAY_BE_MINOR}`")  # fmt: skip
        self.mistakes.add(value.place, "AZ-A409", what, allowed("valeurs admises", "values",
                          ("yes", "no")), Text("écrivez yes.", "write yes."))  # fmt: skip
        return None


def unknown_kind(mistakes: Mistakes, value: Scalar) -> None:
    """Note a kind that does not exist (AZ-A407)."""
    known = sorted(RECORD_KINDS)
    what = Text(
        f"Genre de fiche inconnu « {value.text} »", f"Unknown kind of record `{value.text}`"
    )
    mistakes.add(value.place, "AZ-A407", what, allowed("genres", "kinds", known),
                 suggestion(value.text, known))  # fmt: skip
