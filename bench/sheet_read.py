"""Reads spreadsheets: `sheet_read.py calamine|ours FEW MANY`; prints what the second one took."""

import gc
import io
import re
import sys
import time
from pathlib import Path


def calamine(path: Path) -> int:
    """Its own way: the file into memory, the sheet, its rows one after another."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    return sum(1 for _ in book.get_sheet_by_index(0).iter_rows()) - 1


def ours(path: Path) -> int:
    """The format as the reading child has it: proved harmless, raw records with addresses."""
    from sheets import HEAD

    from azalai import formats
    from azalai.plugin.format import Column, RawRecord, Shape, Unreadable

    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # as the child does
    reader = formats.make([Shape("spreadsheet", {}, tuple(Column(n, "optional") for n in HEAD))])
    with path.open("rb") as stream:
        return sum(isinstance(one, RawRecord | Unreadable) for one in reader.read(stream, "0" * 64))


def high() -> float:
    """The most memory so far, in MB."""
    marks = re.findall(r"VmHWM:\s+([0-9]+)", Path("/proc/self/status").read_text())
    return int(marks[0]) / 1024


def main() -> None:
    """Rows, processor seconds, and the MB above what the process has needed for a few rows."""
    act = {"calamine": calamine, "ours": ours}[sys.argv[1]]
    act(Path(sys.argv[2]))  # everything is loaded then
    before, begin = high(), time.process_time()
    rows = act(Path(sys.argv[3]))
    print(rows, time.process_time() - begin, high() - before)


if __name__ == "__main__":
    main()
