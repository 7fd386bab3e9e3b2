"""Our translation as a user runs it: `ours.py IN OUT [PROCESSES [MAPPING]]`, records as JSON lines."""

import os
import sys
from pathlib import Path

from azalai import forks

HERE = Path(__file__).parent


def main() -> None:
    """Prints how many were translated, and all others."""
    forks.prepare()  # as `azalai translate` does: it loads beside us
    from azalai.mapping import Declared
    from azalai.translate import FeedPlan, translate_file

    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    mapping = HERE / "mappings" / (sys.argv[4] if len(sys.argv) > 4 else "fpr_wanted.yaml")
    plan = FeedPlan((mapping,), Declared("BENCH-PN", "FRA", "Service FICTIF", "test", "bench"))
    with target.open("wb") as out, Path(os.devnull).open("wb") as rejects:
        counts = translate_file(plan, source, out, rejects, processes=processes)
    if counts.error is not None or counts.findings:
        sys.exit(f"not whole: {counts.error or counts.findings}")
    print(counts.translated, counts.read - counts.translated)


if __name__ == "__main__":
    main()
