"""The drafting of a foreign file in a child with limits: only plain JSON comes back."""

import base64
import json
import multiprocessing
import os
import resource
from collections.abc import Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from azalai import system_words
from azalai.documents import Text
from azalai.drafting.from_sample import Draft, draft
from azalai.drafting.structure import Wishes
from azalai.errors import AzalaiError, InputError, StopError
from azalai.formats.access import is_access
from azalai.formats.lines import MAX_LINE

MOST = 32_000_000  # bytes of a sample; longer text is cut at a line
MEMORY = 1536 * 1024 * 1024
_CPU_S = 60
_WALL_S = 120.0
_CUT = 8_000_000


def drafted(
    path: Path, name: str, wishes: Wishes, language: str, *, beside: Sequence[Path] = (),
    memory: int = MEMORY,
) -> Draft:  # fmt: skip
    """Draft a mapping from a file and the tables beside it. StopError as `draft`, and where the file does not open, is too
    long, or the child died of it. `memory` is its limit, in bytes of address space."""
    others = {other.name: sample(other) for other in beside}
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=_serve,
        args=(theirs, sample(path), (name, wishes, language, others), memory),
        daemon=True,
    )
    process.start()
    theirs.close()
    try:
        answer = json.loads(ours.recv_bytes()) if ours.poll(_WALL_S) else {}
    except (EOFError, OSError, ValueError):
        answer = {}
    finally:
        ours.close()
        process.kill()
        process.join()
    if "draft" in answer:
        return _draft(answer["draft"])
    if "said" in answer:
        fr, en = answer["said"]
        hint_fr, hint = answer["hint"]
        raise StopError(en, fr=fr, hint=hint or None, hint_fr=hint_fr or None)
    raise StopError("the reading process died of this file", hint="give a smaller sample",
                    fr="le processus de lecture est mort de ce fichier",
                    hint_fr="donnez un échantillon plus petit")  # fmt: skip


def sample(path: Path) -> bytes:
    """A file's bytes; of a long text its beginning, up to the end of a line. StopError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as err:
        fr, en = system_words.said(err)
        raise StopError(f"{path}: {en}", fr=f"{path} : {fr}",
                        hint="check the name and the folder",
                        hint_fr="vérifiez le nom et le dossier") from err  # fmt: skip
    begin = data[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    whole = data.startswith((b"PK", b"\xd0\xcf", b"\0\1\0\0Standard")) or begin in (b"<", b"[")
    if len(data) > MOST and whole:
        raise StopError(f"more than {MOST} bytes: give a smaller sample",
                        fr=f"plus de {MOST} octets : donnez un échantillon plus petit")  # fmt: skip
    if whole or len(data) <= _CUT or begin == b"{":
        return data
    if b"\n" not in data[:_CUT]:
        return data[:_CUT]
    cut = data.rindex(b"\n", 0, _CUT) + 1
    next_end = data.find(b"\n", cut)
    long = (next_end if next_end >= 0 else len(data)) - cut > MAX_LINE
    return data[:cut] + b"x" * (MAX_LINE + 1 if long else 0)  # so that its reading says which line


def _serve(
    connection: Connection, data: bytes, asked: tuple[str, Wishes, str, dict[str, bytes]],
    memory: int
) -> None:  # fmt: skip
    """The child's whole life. Never prints: a traceback could show what stands in the sample."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    most = 2 * MOST if is_access(data) else 0  # held in memory, under no name: see `in_memory`
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        try:
            answer: dict[str, Any] = {"draft": _plain(draft(data, *asked))}
        except InputError as err:
            answer = {"said": err.what, "hint": err.todo}
        except AzalaiError as err:
            answer = {"said": err.said, "hint": err.hint_said}
        connection.send_bytes(json.dumps(answer).encode())
    except BaseException:
        os._exit(1)


def _plain(made: Draft) -> dict[str, Any]:
    stubs = {name: base64.b64encode(data).decode() for name, data in made.stubs.items()}
    return asdict(made) | {"stubs": stubs}


def _draft(plain: dict[str, Any]) -> Draft:
    stubs = {str(name): base64.b64decode(data) for name, data in plain["stubs"].items()}
    trouble = None if plain["trouble"] is None else Text(*plain["trouble"])
    return Draft(str(plain["text"]), stubs, int(plain["records"]), str(plain["kind"]),
                 tuple(map(str, plain["coded"])), trouble)  # fmt: skip
