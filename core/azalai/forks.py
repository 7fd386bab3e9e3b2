"""The fork server that reading children come from: light, so that it can be started first."""

import gc
import multiprocessing
from multiprocessing import forkserver

CHILD = "azalai.translate.child"
CYCLES = (50_000, 20, 20)
"""Objects made before Python looks for cycles, and how often it looks at older ones."""
CONTEXT = multiprocessing.get_context("forkserver")


def prepare() -> None:
    """Start the fork server: before there are threads, connections or keys in this process.

    It loads what children need while this process goes on loading what it needs itself. What
    children send holds no cycles: from now on Python looks for some less often.
    """
    gc.set_threshold(*CYCLES)
    CONTEXT.set_forkserver_preload([CHILD])
    forkserver.ensure_running()
