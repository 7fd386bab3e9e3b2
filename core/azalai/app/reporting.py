"""Reports put together: what they rest on, their files, their signatures."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from azalai.app import App
from azalai.clock import format_instant
from azalai.errors import StopError
from azalai.ledger import open_checkpoint, ring
from azalai.pipeline.finding import references
from azalai.reports import signing
from azalai.reports.basis import Basis
from azalai.reports.cells import to_csv
from azalai.reports.page import LANGUAGES, Page

FORMATS = ("pdf", "csv")
EVERY = "all"
NAME_MAX = 100
"""Characters of a file's name before its language and format."""
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def basis(app: App, actor: str) -> Basis:
    """A checkpoint signed now, and what a report needs beside it."""
    known = ring.verifiers(app.settings.path(app.settings.ledger_key))
    seal = open_checkpoint(app.publish_locked(), known)
    band = "training" if app.settings.training else "test" if app.settings.mark == "test" else ""
    return Basis(app.store, seal, app.clock(), app.settings.time_zone, actor, band, references)


def today(app: App) -> str:
    """The day of the deployment's time zone."""
    return app.clock().astimezone(ZoneInfo(app.settings.time_zone)).date().isoformat()


def languages(wanted: str, spoken: str) -> tuple[str, ...]:
    """The languages of `--lang`: one, `all`, or (empty) the one that is spoken. StopError."""
    if wanted == EVERY:
        return LANGUAGES
    if (wanted or spoken) not in LANGUAGES:
        raise StopError(f"--lang {wanted}: fr, en, ar or all", fr=f"--lang {wanted} : fr, en, ar ou"
                        " all")  # fmt: skip
    return (wanted or spoken,)


def files(
    app: App, resting: Basis, pages: Iterable[Page], formats: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    """Each page's files, each followed by its signature under the ledger's key."""
    made = format_instant(resting.made_at)
    signers = ring.signers(app.settings.path(app.settings.ledger_key), made)
    wanted = tuple(formats)
    for page in pages:
        for suffix in wanted:
            name = f"{_NOT_A_NAME.sub('-', page.name)[:NAME_MAX]}.{page.language}.{suffix}"
            data = _drawn(page, resting.made_at) if suffix == "pdf" else to_csv(page)
            yield name, data
            yield name + signing.SUFFIX, signing.signature(data, name, resting.seal, made, signers)


def _drawn(page: Page, made: datetime) -> bytes:
    """The PDF library is loaded where a page is drawn, and nowhere else. StopError without it."""
    try:
        from azalai.reports.drawing import to_pdf
    except ImportError as err:
        raise StopError(
            "a PDF needs fpdf2 and uharfbuzz, which are not installed",
            fr="un PDF demande fpdf2 et uharfbuzz, qui ne sont pas installés",
            hint="pip install fpdf2 uharfbuzz, or --only csv",
            hint_fr="pip install fpdf2 uharfbuzz, ou --only csv",
        ) from err
    return to_pdf(page, made)
