"""Our translation as a user runs it: `ours.py IN OUT`, records out as JSON lines."""

import os
import sys
from pathlib import Path

from azalai.mapping import Declared
from azalai.translate import FeedPlan, translate_file

MAPPING = Path(__file__).parent / "mappings" / "fpr_wanted.yaml"
DECLARED = Declared("BENCH-PN", "FRA", "Service FICTIF", "test", "bench")


def main() -> None:
    """Prints how many were translated, and all others."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    with target.open("wb") as out, Path(os.devnull).open("wb") as rejects:
        counts = translate_file(FeedPlan((MAPPING,), DECLARED), source, out, rejects)
    if counts.error is not None or counts.findings:
        sys.exit(f"not whole: {counts.error or counts.findings}")
    print(counts.translated, counts.read - counts.translated)


if __name__ == "__main__":
    main()
