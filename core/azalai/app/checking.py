"""Everything wrong in a deployment, at once, each at the line that has to be mended."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from azalai import documents, system_words
from azalai import settings as configuration
from azalai.agreements import NO_ORGANISATIONS, load_organisations, run_example
from azalai.app import certificates, code_lists, collecting, cosigned, loading, witness
from azalai.app.code_lists import Use
from azalai.app.key_room import keyring
from azalai.documents import NOTHING, Document, Place, Problem, Text
from azalai.documents.models import place_of
from azalai.errors import AzalaiError, DocumentError
from azalai.ledger import ring
from azalai.mapping import (
    ExampleResult,
    InboundMapping,
    OutboundMapping,
    run_examples,
    run_outbound_examples,
)
from azalai.plugin.registry import Connector, find
from azalai.settings import Settings
from azalai.store import disk
from azalai.translate.checking import file_problems

WARN_BEFORE = timedelta(days=30)
"""A certificate that ends sooner is told: renewing one takes weeks."""
FREE_SHARE_MIN = 0.15
"""Below this share of free disk `check` warns."""


class Complaints:
    """What is wrong so far. `at` names a setting by its steps in azalai.yaml."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.found: list[Problem] = []

    def at(
        self, steps: tuple[str, ...], code: str, what: Text, todo: Text = NOTHING, *,
        warning: bool = False,
    ) -> None:  # fmt: skip
        """Something is wrong with what a setting names."""
        place, _ = place_of(self._document, steps)
        self.found.append(self._document.problem(place, code, what, todo=todo, warning=warning))

    @contextmanager
    def within(self, *steps: str) -> Iterator[None]:
        """What is raised inside becomes problems: a document's own, or one at the setting."""
        try:
            yield
        except DocumentError as err:
            self.found += [p for p in err.problems if isinstance(p, Problem)]
        except AzalaiError as err:
            fr, en = (said.removeprefix(f"{self._document.file}: ") for said in err.said)
            self.at(steps, "AZ-S002", Text(fr, en), Text(*err.hint_said))
        except OSError as err:
            fr, en = system_words.said(err)
            self.at(steps, "AZ-S003", Text(f"ne se lit pas : {fr}", f"cannot be read: {en}"))


def check(file: Path, at: datetime) -> list[Problem]:
    """Every mistake and every warning of a deployment and of all documents that it names.

    Examples beside mappings and in agreements are run. OSError where `file` cannot be read.
    """
    try:
        settings = configuration.load(file)
    except DocumentError as err:
        return [p for p in err.problems if isinstance(p, Problem)]
    seen = Complaints(documents.read(file, shown_as=str(file)))
    connectors: dict[str, Connector] = {}
    with seen.within("feeds"):
        connectors = dict(find(settings.folder))
        _feeds(seen, settings, connectors, at)
    outbound = _destinations(seen, settings, connectors, at)
    _agreements(seen, settings, outbound)
    _keys(seen, settings)
    _room(seen, settings)
    return list(dict.fromkeys(seen.found))


def _feeds(
    seen: Complaints, settings: Settings, connectors: dict[str, Connector], at: datetime
) -> None:  # fmt: skip
    for name, given in settings.feeds.items():
        here = ("feeds", name)
        with seen.within(*here, "connector"):
            connector = loading.connector_of(connectors, settings, given.connector)
            if connector.manifest.direction != "source":
                seen.at((*here, "connector"), "AZ-S004", Text(
                    f"« {given.connector} » est un destinataire, pas une source",
                    f"`{given.connector}` is a destination, no source"))  # fmt: skip
                continue
            read: list[InboundMapping] = []
            for mapping in given.mappings or connector.manifest.mappings:
                with seen.within(*here, "mappings"):
                    found = loading.inbound_mapping(connector, mapping)
                    read.append(found)
                    seen.found += found.warnings
                    seen.found += _failing(found.path, run_examples(
                        found.path, beside=connector.mapping_file))  # fmt: skip
                    seen.found += code_lists.doubts(
                        (Use(name, connector, found, table) for table in found.tables), at.date()
                    )
            if read:
                seen.found += file_problems(read)
                with seen.within(*here, "arrives"):
                    loading.check_arrival(settings, name, given, read)
        if given.source is not None:
            _database(seen, settings, name, connectors)
        elif not settings.path(given.folder).is_dir():
            seen.at((*here, "folder"), "AZ-S005", Text(
                f"le dossier {given.folder} n'existe pas", f"the folder {given.folder} is missing"),
                Text("créez-le, ou corrigez la ligne.", "make it, or mend the line."))  # fmt: skip


def _database(
    seen: Complaints, settings: Settings, name: str, connectors: dict[str, Connector]
) -> None:  # fmt: skip
    """Whether a feed's database answers, has the declared columns, and lets us only read."""
    given, here = settings.feeds[name], ("feeds", name, "source")
    with seen.within(*here):
        if given.source is None or given.connector not in connectors:
            return
        try:
            mappings = loading.inbound(connectors[given.connector], given)
        except DocumentError:
            return  # told already
        collecting.check_kind(settings, name, mappings)
        for what in collecting.doubts(settings, given.source, mappings):
            seen.at(here, "AZ-S030", what, warning=True)


def _failing(path: Path, results: Iterable[ExampleResult]) -> list[Problem]:
    """The examples beside a mapping that fail; its documents' mistakes were told already."""
    return [
        Problem(path.name, Place(1, 1), "AZ-S006",
                Text(f"l'exemple « {r.case} » échoue", f"the example `{r.case}` fails"), r.message,
                Text("azalai mapping test le montre.", "azalai mapping test shows it."))
        for r in results if not r.ok
    ]  # fmt: skip


def _destinations(
    seen: Complaints, settings: Settings, connectors: dict[str, Connector], at: datetime
) -> dict[str, dict[str, OutboundMapping]]:
    outbound: dict[str, dict[str, OutboundMapping]] = {}
    for name, given in settings.destinations.items():
        here = ("destinations", name)
        outbound[name] = {}
        with seen.within(*here, "connector"):
            connector = loading.connector_of(connectors, settings, given.connector)
            if connector.manifest.direction != "destination":
                seen.at((*here, "connector"), "AZ-S004", Text(
                    f"« {given.connector} » est une source, pas un destinataire",
                    f"`{given.connector}` is a source, no destination"))  # fmt: skip
            for mapping in connector.manifest.mappings:
                with seen.within(*here, "connector"):
                    found = loading.outbound_mapping(connector, mapping)
                    seen.found += found.warnings
                    seen.found += _failing(found.path, run_outbound_examples(
                        found.path, beside=connector.mapping_file))  # fmt: skip
                    outbound[name][found.kind] = found
        for steps, what, todo, warning in certificates.wrong(given, settings.path, at, WARN_BEFORE):
            seen.at((*here, steps), "AZ-S007", what, todo, warning=warning)
    return outbound


def _agreements(
    seen: Complaints, settings: Settings, outbound: dict[str, dict[str, OutboundMapping]]
) -> None:
    organisations = settings.path(settings.organisations)
    with seen.within("organisations"):
        known = load_organisations(organisations) if organisations.is_file() else NO_ORGANISATIONS
        for name, given in settings.destinations.items():
            for one in loading.facts(name, given).passes_on_to:
                if one not in known.members:
                    seen.at(("destinations", name, "passes_on_to"), "AZ-S031", Text(
                        f"l'organisation {one} n'est pas dans {organisations.name}",
                        f"the organisation {one} is not in {organisations.name}"),
                        Text("écrivez-y ses membres et leurs dates.",
                             "write its members and their dates there."))  # fmt: skip
    with seen.within("agreements"):
        rules = loading.agreements(settings, loading.required_fields(outbound))
        for agreement in rules.agreements:
            for result in (run_example(agreement, one) for one in agreement.examples):
                if not result.ok:
                    seen.at(("agreements",), "AZ-S006", Text(
                        f"{agreement.ident} : l'exemple « {result.case} » échoue : "
                        f"{result.message.fr}",
                        f"{agreement.ident}: the example `{result.case}` fails: "
                        f"{result.message.en}"))  # fmt: skip
        if not rules.agreements and settings.destinations:
            seen.at(("agreements",), "AZ-S008", Text(
                "aucun accord : rien ne partira", "no agreement: nothing will leave"),
                Text("écrivez un accord par fichier dans ce dossier.",
                     "write one agreement a file in this folder."), warning=True)  # fmt: skip


def _keys(seen: Complaints, settings: Settings) -> None:
    with seen.within("kek"):
        keyring(settings)
    with seen.within("ledger_key"):
        signs_as = ring.current(settings.path(settings.ledger_key)).name
        if signs_as != settings.origin:
            seen.at(("origin",), "AZ-S032", Text(
                f"le registre signe sous le nom {signs_as}",
                f"the log signs under the name {signs_as}"),
                Text(f"écrivez « origin: {signs_as} » : le nom d'un registre ne change pas.",
                     f"write `origin: {signs_as}`: a log's name does not change."), warning=True)  # fmt: skip
    if settings.witnesses is not None:
        with seen.within("witnesses"):
            cosigned.quorum(settings)
            for node in settings.witnesses.nodes.values():
                for name in (node.ca, node.certificate, node.key):
                    settings.path(name or "").stat()
    if settings.cosigning is not None:
        with seen.within("cosigning"):
            witness.signing_key(settings)
            witness.logs_of(settings)
            witness.server_tls(settings)


def _room(seen: Complaints, settings: Settings) -> None:
    """Free disk where the store lies."""
    folder = settings.state if settings.state.is_dir() else settings.folder
    with seen.within("store"):
        _fsync(seen, folder)
    usage = shutil.disk_usage(folder)
    if usage.free < FREE_SHARE_MIN * usage.total:
        share = round(100 * usage.free / usage.total)
        seen.at(("store",), "AZ-S009", Text(
            f"il ne reste que {share} % de disque libre", f"only {share} % of the disk is free"),
            Text("libérez de la place.", "make room."), warning=True)  # fmt: skip


def _fsync(seen: Complaints, folder: Path) -> None:
    """A disk that answers faster than it can be protects nothing. OSError: nothing can be written."""
    if disk.lies(folder, disk.fsync_s(folder)):
        seen.at(("store",), "AZ-S016", Text(
            f"{folder} : ce disque dit avoir écrit plus vite qu'il ne peut",
            f"{folder}: this disk says that it has written sooner than it can"),
            Text("une coupure perdrait ce qui est dit enregistré : coupez son cache d'écriture, ou "
                 "prenez un vrai disque (ni tmpfs, ni cache de l'hôte).",
                 "a power cut would lose what is said to be kept: turn its write cache off, or use "
                 "a real disk (no tmpfs, no cache of a host)."), warning=True)  # fmt: skip
