"""A receiver in its own process."""

import subprocess
import sys
import time
from pathlib import Path


class Simulator:
    """`azalai simulate wapis` (or another) in a folder, on a port of its own choice."""

    def __init__(self, folder: Path, *faults: str, kind: str = "wapis") -> None:
        self.folder, self._faults, self._kind = folder, faults, kind
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [w for fault in self._faults for w in ("--fault", fault)]
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "azalai",
                "simulate",
                self._kind,
                "--dir",
                str(self.folder),
                *words,
            ],
            stdout=subprocess.DEVNULL,
        )
        ready = self.folder / "port"
        for _ in range(400):
            if ready.exists() and ready.read_text():
                break
            time.sleep(0.05)
        self.port = int(ready.read_text())

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
