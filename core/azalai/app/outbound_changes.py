"""What another version of an outbound mapping would say differently of what was sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azalai.app import App
from azalai.app.activating import finder
from azalai.app.activating_outbound import Rendering
from azalai.documents import Text
from azalai.errors import InputError, RecordError
from azalai.mapping import OutboundMapping, RenderJob, load_outbound
from azalai.pipeline.message_changes import NEW, OLD, MessageDifference, compare, sent_jobs
from azalai.records import as_dict, parse_record
from azalai.translate import OutPlan, Plan, Worker

Differences = Iterator[MessageDifference | None]
_LONGEST_LINE = 4_000_000


class Comparison:
    """Two versions of an outbound mapping, rendering in a child. One at a time."""

    def __init__(self, worker: Worker, old: OutboundMapping, new: OutboundMapping) -> None:
        self._worker = worker
        self._schemas = old.schema, new.schema
        self.kind = new.kind

    def on_sent(self, app: App, destination: str) -> Differences:
        """Of what a destination took last of each record in force."""
        jobs = sent_jobs(app.store, destination, self.kind)
        return compare(jobs, self._worker.render, self._schemas)

    def on_file(self, file: Path) -> Differences:
        """Of the common records of this kind in an NDJSON file, as `azalai translate -o` writes it.

        InputError where the file does not open, or a line of it is no common record.
        """
        return compare(_records(file, self.kind), self._worker.render, self._schemas)


@contextmanager
def comparing(old: Path, new: Path, at: Rendering | None = None) -> Iterator[Comparison]:
    """Two versions side by side, what they name beside them or, in a deployment, at the connector.
    DocumentError where one does not load."""
    shared = at.connector.mapping_folders if at else ()
    loaded, plans = [], {}
    for key, path in ((OLD, old), (NEW, new)):
        folders = (path.parent, *shared)
        loaded.append(load_outbound(path, beside=finder(folders)))
        plans[key] = OutPlan(path, folders, loaded[-1].digest)
    with Worker(Plan(None, plans)) as worker:
        yield Comparison(worker, loaded[0], loaded[1])


def _records(file: Path, kind: str) -> Iterator[tuple[str, RenderJob]]:
    try:
        stream = file.open("rb")
    except OSError as err:
        raise InputError(Text("le fichier ne s'ouvre pas", "the file cannot be opened"),
                         code="AZ-F101") from err  # fmt: skip
    with stream:
        for number, line in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), 1):
            try:
                record = as_dict(parse_record(line))
            except RecordError as err:
                why = Text(f"{file.name}, ligne {number} : ce n'est pas une fiche commune",
                           f"{file.name}, line {number}: this is no common record")  # fmt: skip
                todo = Text("« azalai translate … -o » écrit de tels fichiers.",
                            "`azalai translate … -o` writes such files.")  # fmt: skip
                raise InputError(why, todo, code="AZ-F115") from err
            if record["kind"] == kind:
                yield f"{file.name}:{number}", RenderJob(
                    "create", record["key"], record, None, "EXEMPLE-1", 1)  # fmt: skip
