"""Code lists of a deployment: where each is used, and one entry more, checked and put in force."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from azalai.app import loading
from azalai.canonical import digest
from azalai.documents import Place, Problem, Text
from azalai.errors import DocumentError, StopError
from azalai.mapping import InboundMapping, code_file, load_inbound
from azalai.mapping.code_lint import lint
from azalai.mapping.code_table import AMBIGUOUS, CodeTable, admitted, fold, nearest_code
from azalai.mapping.inbound_lines import category_of
from azalai.mapping.inbound_model import Line, all_lines
from azalai.plugin.registry import Connector
from azalai.records import LISTS, fields
from azalai.settings import Settings
from azalai.store import Transaction, notes


@dataclass(frozen=True, slots=True)
class Use:
    """One code list as one mapping of one feed names it. `file` is its path in the mapping."""

    feed: str
    connector: Connector
    mapping: InboundMapping
    name: str

    @property
    def table(self) -> CodeTable:
        """The list as it is read now."""
        return self.mapping.tables[self.name]

    @property
    def file(self) -> str:
        """The list's file, as the mapping writes it."""
        return self.table.file

    def common_lists(self) -> set[str]:
        """The common lists of the fields that this list fills; none: a free text."""
        found = set()
        for line in all_lines(self.mapping.lines, self.mapping.parts):
            if line.field and line.field.list_name and self._fills(line):
                found.add(line.field.list_name)
        reason = self.mapping.lifecycle.reason_line
        return found | {"cancel_reason"} if reason and self._fills(reason) else found

    def needs_categories(self) -> bool:
        """Whether its entries must say an offence's category: no other line of the mapping does."""
        known = fields(self.mapping.kind)
        lines = list(all_lines(self.mapping.lines, self.mapping.parts))
        elsewhere = {line.target for line in lines} | set(self.mapping.always)
        beside = (category_of(line, known) for line in lines if self._fills(line))
        return any(one is not None and one not in elsewhere for one in beside)

    def _fills(self, line: Line) -> bool:
        calls = (c for c in line.expression.calls if c.name == "code" and c.arguments)
        return any(call.arguments[0].text == self.name for call in calls)


def uses(settings: Settings, connectors: dict[str, Connector]) -> Iterator[Use]:
    """Every code list of every mapping of every feed."""
    for feed, given in settings.feeds.items():
        connector = loading.connector_of(connectors, settings, given.connector)
        for mapping in loading.inbound(connector, given):
            for name in mapping.tables:
                yield Use(feed, connector, mapping, name)


def doubts(every: Iterable[Use], today: date) -> list[Problem]:
    """What is doubtful in code lists that read, each file once; a list of offences without
    columns for their categories and for who decided them is a mistake."""
    found: list[Problem] = []
    done: set[tuple[str, str]] = set()
    for use in every:
        path = use.connector.mapping_file(use.file)
        if path is None or (use.connector.name, use.file) in done:
            continue
        done.add((use.connector.name, use.file))
        found += lint(use.table, path.read_bytes(), today)
        if use.needs_categories() and not use.table.decides:
            found.append(Problem(
                use.file, Place(1, 1), "AZ-C215",
                Text("une liste d'infractions sans les colonnes « catégorie art. 3 » et « décidée "
                     "par »",
                     "a list of offences without the columns “article 3 category” and “decided by”"),
                Text("toutes les fiches qui en portent une attendent : une infraction politique, "
                     "militaire, religieuse ou raciale ne part pas sans décision.",
                     "every record that has one waits: a political, military, religious or racial "
                     "offence does not leave undecided."),
                Text("ajoutez « catégorie art. 3 » et « décidée par ».",
                     "add “article 3 category” and “decided by”."),
            ))  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to be added to a file: where to, the file whole with it, and whether the
    deployment gets its own copy by that."""

    target: Path
    data: bytes
    copied: bool
    line: str


def prepare(settings: Settings, same: list[Use], cells: Mapping[str, str]) -> Entry:
    """Check an entry against every mapping that uses the file, before anything is written.

    `cells` as `code_file.with_line`. StopError where the value stands there already or the
    common value is not known; DocumentError where a mapping would no longer load.
    """
    use = same[0]
    value, code = cells["value"], cells["code"]
    for one in same:
        _check(one, value, code)
        _check_category(one, cells.get("category", ""), cells.get("decided_by", ""))
    source = use.connector.mapping_file(use.file)
    if source is None:
        raise StopError(f"{use.file} cannot be found", fr=f"{use.file} est introuvable")
    top = (settings.folder / "mappings").resolve()
    target = (top / use.connector.name / use.file).resolve()
    if not target.is_relative_to(top):
        raise StopError(f"{use.file} lies outside the deployment's folder of mappings",
                        fr=f"{use.file} est hors du dossier des correspondances")  # fmt: skip
    old = source.read_bytes()
    data = code_file.with_line(old, cells)
    _still_loads(same, data)
    line = data.decode().splitlines()[-1]
    return Entry(target, data, source.resolve() != target, line)


def put_in_force(tx: Transaction, use: Use, entry: Entry, actor: str, reason: str) -> None:
    """Write the file; the ledger has who, which file and its digest. The last step of `tx`."""
    subject = f"codes/{use.connector.name}/{use.file}"
    tx.log("act", actor=actor, act="code_added", subject=subject, code_list=use.name,
           digest=digest(entry.data), note=notes.keep(tx, subject, reason))  # fmt: skip
    entry.target.parent.mkdir(parents=True, exist_ok=True)
    beside = entry.target.with_name(f".{entry.target.name}.new")
    with beside.open("wb") as file:
        file.write(entry.data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(entry.target)


def _check(use: Use, value: str, code: str) -> None:
    if "country" in use.common_lists() and fold(value) in AMBIGUOUS:
        raise StopError("this adjective means two states: it always waits",
                        fr="cet adjectif désigne deux États : il attend toujours",
                        hint="ask the service for the state, correct it at its source",
                        hint_fr="demandez l'État au service, corrigez à la source")  # fmt: skip
    known = next((e for e in use.table.entries if e.value == value), None)
    if known is not None:
        raise StopError(
            f"{use.file} has this value already, line {known.line}: {known.code}",
            fr=f"{use.file} a déjà cette valeur, ligne {known.line} : {known.code}",
            hint="what still waits for it: `azalai reject rerun`; to change it, edit the file",
            hint_fr="ce qui l'attend encore : « azalai reject rerun » ; pour la changer, "
            "corrigez le fichier",
        )
    for name in sorted(use.common_lists()):
        if code not in LISTS[name]:
            near = nearest_code(code, name)
            known_codes = admitted(name)
            raise StopError(
                f"“{code}” is not in the common list “{name}”; {known_codes.en}",
                fr=f"« {code} » n'est pas dans la liste commune « {name} » ; {known_codes.fr}",
                hint=f"write {near}" if near else f"azalai schema --list {name}",
                hint_fr=f"écrivez {near}" if near else f"azalai schema --list {name}",
            )


def _check_category(use: Use, category: str, decided_by: str) -> None:
    """An offence without its category, or one that nobody is named for, would wait all the same
    (article 3)."""
    known = LISTS["offence_category"]
    if category and category not in known:
        shown = admitted("offence_category")
        raise StopError(f"“{category}” is no category; {shown.en}",
                        fr=f"« {category} » n'est pas une catégorie ; {shown.fr}")  # fmt: skip
    if not use.needs_categories():
        return
    if not use.table.decides:
        raise StopError(f"{use.file} has no columns “article 3 category” and “decided by”",
                        fr=f"{use.file} n'a pas les colonnes « catégorie art. 3 » et « décidée "
                        "par »", hint="add them, filled for every offence",
                        hint_fr="ajoutez-les, remplies pour chaque infraction")  # fmt: skip
    if category and not decided_by:
        raise StopError("this list names who decided each category",
                        fr="cette liste nomme qui a décidé chaque catégorie",
                        hint="add --decided-by", hint_fr="ajoutez --decided-by")  # fmt: skip
    if not category:
        shown = admitted("offence_category")
        raise StopError("this list gives each offence its category (article 3)",
                        fr="cette liste donne à chaque infraction sa catégorie (article 3)",
                        hint=f"add --category; {shown.en}",
                        hint_fr=f"ajoutez --category ; {shown.fr}")  # fmt: skip


def _still_loads(same: list[Use], data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / "list.csv"
        candidate.write_bytes(data)
        problems: list[Problem] = []
        for use in {one.mapping.path: one for one in same}.values():
            try:
                load_inbound(use.mapping.path, beside=_beside(use, candidate))
            except DocumentError as err:
                problems += [p for p in err.problems if isinstance(p, Problem)]
        if problems:
            raise DocumentError(problems)


def _beside(use: Use, candidate: Path) -> Callable[[str], Path | None]:
    def find(name: str) -> Path | None:
        return candidate if name == use.file else use.connector.mapping_file(name)

    return find
