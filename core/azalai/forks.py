"""The fork server that reading children come from: light, so that it can be started first."""

import multiprocessing
from multiprocessing import forkserver

CHILD = "azalai.translate.child"
CONTEXT = multiprocessing.get_context("forkserver")


def prepare() -> None:
    """Start the fork server: before there are threads, connections or keys in this process.

    It loads what children need while this process goes on loading what it needs itself.
    """
    CONTEXT.set_forkserver_preload([CHILD])
    forkserver.ensure_running()
