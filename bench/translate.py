"""Translation beside reading the same file with the csv module alone, in one run: ratios."""

import csv
import os
import resource
import tempfile
import time
from pathlib import Path

from azalai import paths
from azalai.mapping import Declared
from azalai.simulate.samples import write_feed
from azalai.translate import FeedPlan, translate_file

MAPPING = paths.mappings() / "bfa_police" / "bfa_wanted.yaml"


def main() -> None:
    declared = Declared("BFA-PN", "BFA", "service", "test", "bench")
    plan = FeedPlan((MAPPING,), declared)
    with tempfile.TemporaryDirectory() as folder:
        for records in (10_000, 50_000):
            path = Path(folder) / f"{records}.csv"
            write_feed("bfa_police", path, records, 1)
            begin = time.perf_counter()
            with path.open(encoding="cp1252", newline="") as file:
                read = sum(1 for _ in csv.DictReader(file, delimiter=";"))
            alone = time.perf_counter() - begin
            begin = time.perf_counter()
            with Path(os.devnull).open("wb") as out:
                counts = translate_file(plan, path, out, out)
            ours = time.perf_counter() - begin
            assert counts.read == read == records
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{records} records: translate {records / ours:,.0f}/s, csv alone "
                f"{records / alone:,.0f}/s, ratio {ours / alone:.1f}, our process {peak} MB"
            )


if __name__ == "__main__":
    main()
