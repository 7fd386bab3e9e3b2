"""A table, view or query of a foreign database; each poll becomes a file of ours to read."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any, Protocol, Self

from azalai import forks, system_words
from azalai.errors import InputError
from azalai.plugin.source import Input, Opened, Verdict
from azalai.sources.sql_ask import Ask
from azalai.sources.sql_child import serve
from azalai.sources.sql_values import Kept

SILENT_S = 300.0
"""A child that says nothing for so long is given up: it speaks every 10,000 rows."""
_POLL, _FACTS = "poll", "facts.json"


class Memory(Protocol):
    """Where a feed's reading of a database stands, kept with the store so that both go back
    together when a backup is restored."""

    def place(self) -> str | None:
        """What was kept last, or None."""
        ...

    def keep(self, place: str) -> None:
        """Keep another place."""
        ...

    def state(self, digest: str) -> str | None:
        """The state of the feed's run of this input; None where there is none in force."""
        ...


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the feed has read: polls taken, the place in the cursor's order, the digest of the
    last poll's rows."""

    polls: int = 0
    at: tuple[Kept, ...] = ()
    content: str = ""

    def text(self) -> str:
        """JSON, read again by `stand_of`."""
        return json.dumps({"polls": self.polls, "at": self.at, "content": self.content})


def stand_of(text: str | None) -> Stand:
    """The reverse of `Stand.text`; the beginning for None."""
    if text is None:
        return Stand()
    kept = json.loads(text)
    return Stand(kept["polls"], tuple((k, v) for k, v in kept["at"]), kept["content"])


class Table:
    """One poll a pass. It lies in `folder` (ours alone, 0700) until its run is settled, so that a
    reading that was interrupted goes on with the same bytes; the cursor moves only then.

    Without a cursor a poll is the whole table; with one, what comes after the place that was
    reached, and there is no input where nothing does.
    """

    def __init__(self, ask: Ask, folder: Path, memory: Memory) -> None:
        self._ask = ask
        self._folder = folder
        self._memory = memory

    def inputs(self) -> Iterator[Input]:
        """See `Source.inputs`: a poll that is being read or held, else a new one.

        Raises InputError where the database does not answer or what is asked does not fit.
        """
        facts = self._facts()
        if facts is not None and self._memory.state(facts["digest"]) in ("reading", "held"):
            yield Input(facts["digest"], 1)
            return
        self._settle()
        if facts := self._poll():
            yield Input(facts["digest"], 1)

    def open(self, item: Input) -> Opened:
        """See `Source.open`: another name of the poll's file, for the caller to remove."""
        facts, poll = self._facts(), self._folder / _POLL
        if facts is None or facts["digest"] != item.handle:
            raise _failed("relève absente", "no such poll")
        target = self._folder / secrets.token_hex(16)
        try:
            if _digest(poll) != item.handle:
                raise _failed("relève abîmée", "the poll is damaged")
            os.link(poll, target)
            return Opened(target, item.handle, target.stat().st_size)
        except OSError as err:
            fr, en = system_words.said(err)
            raise _failed(f"relève illisible ({fr})", f"the poll cannot be read ({en})") from err

    def done(self, item: Input, verdict: Verdict) -> None:
        """See `Source.done`: the cursor moves when the run is in force; a held one waits."""
        facts = self._facts()
        if verdict != "held" and facts is not None and facts["digest"] == item.handle:
            self._settle()

    def _settle(self) -> None:
        """Forget the last poll; move the cursor if its run is in force, else it is asked again."""
        facts = self._facts()
        if facts is not None and self._memory.state(facts["digest"]) == "accepted":
            self._memory.keep(facts["next"])
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            path.unlink(missing_ok=True)

    def _poll(self) -> dict[str, Any] | None:
        """Ask the database; None where a cursor finds nothing new."""
        stand = stand_of(self._memory.place())
        beside = self._folder / secrets.token_hex(16)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            said = self._asked(stand, beside)
            if self._ask.cursor and (not said["done"] or said["content"] == stand.content):
                return None
            at = tuple((k, v) for k, v in said["at"] or ()) or stand.at
            after = Stand(stand.polls + 1, at, said["content"])
            facts = {"digest": _digest(beside), "next": after.text()}
            beside.replace(self._folder / _POLL)
            self._write_facts(facts)
        except OSError as err:
            fr, en = system_words.said(err)
            raise _failed(f"la relève ne s'écrit pas ({fr})",
                          f"the poll cannot be written ({en})") from err  # fmt: skip
        else:
            return facts
        finally:
            with suppress(OSError):
                beside.unlink()

    def _asked(self, stand: Stand, target: Path) -> dict[str, Any]:
        """Have a child write into a new file what the database says."""
        ask = replace(self._ask, after=stand.at if self._ask.cursor else ())
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, f'{{"poll":{stand.polls + 1}}}\n'.encode())
            with _Child(ask, "poll") as child:
                child.give(handle)
                return child.answer()
        finally:
            os.close(handle)

    def _facts(self) -> dict[str, Any] | None:
        try:
            facts = json.loads((self._folder / _FACTS).read_bytes())
        except (OSError, ValueError):
            return None
        return facts if isinstance(facts, dict) else None

    def _write_facts(self, facts: dict[str, Any]) -> None:
        beside = self._folder / f"{_FACTS}.new"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        with os.fdopen(os.open(beside, flags, 0o600), "w") as file:
            json.dump(facts, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._folder / _FACTS)


def look(ask: Ask) -> dict[str, Any]:
    """What the database answers, without reading: `columns`, and whether we `may_write`.

    InputError as `Table.inputs`.
    """
    with _Child(ask, "look") as child:
        return child.answer()


class _Child:
    """The process that talks to the database: it cannot take us with it."""

    def __init__(self, ask: Ask, act: str) -> None:
        forks.prepare()
        self._connection, theirs = forks.CONTEXT.Pipe()
        self._process = forks.CONTEXT.Process(target=serve, args=(theirs, ask, act), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._process.join(1.0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def give(self, handle: int) -> None:
        """Hand over the open file that it writes into. InputError where it died."""
        try:
            send_handle(self._connection, handle, None)
        except OSError as err:
            raise _dead() from err

    def answer(self) -> dict[str, Any]:
        """What it says in the end. InputError where the database, or the child, failed."""
        while True:
            try:
                if not self._connection.poll(SILENT_S):
                    raise _failed("la base ne dit plus rien", "the database has fallen silent")
                said = json.loads(self._connection.recv_bytes())
            except (EOFError, OSError, ValueError) as err:
                raise _dead() from err
            if "code" in said:
                raise InputError(tuple(said["what"]), tuple(said["todo"]), code=said["code"])
            if "rows" not in said:
                return dict(said)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _failed(fr: str, en: str) -> InputError:
    return InputError((fr, en), ("la prochaine passe recommence.", "the next pass begins again."),
                      code="AZ-F135")  # fmt: skip


def _dead() -> InputError:
    return _failed("le processus qui interroge la base est mort",
                   "the process that asks the database died")  # fmt: skip
