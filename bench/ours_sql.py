"""One poll of a database and its translation, as a pass makes them: `ours_sql.py SHAPE URL MAPPING`."""

import os
import sys
import tempfile
from pathlib import Path

from azalai import forks


class Nothing:
    """The place of a feed that has never read."""

    def place(self) -> str | None:
        return None

    def keep(self, place: str) -> None:
        """No second pass comes."""

    def state(self, digest: str) -> str | None:
        del digest
        return None


def main() -> None:
    """Prints how many were translated, and all others."""
    forks.prepare()
    import shapes

    from azalai.mapping import Declared
    from azalai.sources.table import Table
    from azalai.translate import FeedPlan, translate_file

    shape, url, mapping = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    plan = FeedPlan((mapping,), Declared("BENCH-PN", "FRA", "Service FICTIF", "test", "bench"))
    with (
        tempfile.TemporaryDirectory(dir=mapping.parent) as folder,
        Path(os.devnull).open("wb") as nowhere,
    ):
        table = Table(shapes.ask(shape, url, mapping.parent), Path(folder), Nothing())
        for item in table.inputs():
            counts = translate_file(plan, table.open(item).path, nowhere, nowhere)
            if counts.error is not None or counts.findings:
                sys.exit(f"not whole: {counts.error or counts.findings}")
            print(counts.translated, counts.read - counts.translated)


if __name__ == "__main__":
    main()
