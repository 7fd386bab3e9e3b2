"""Programs of Debian that tests need: installed where root may, and said first."""

import os
import shutil
import subprocess
import sys

import pytest

_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def needed(program: str, package: str) -> str:
    """A program's path; its package is installed by apt where it is missing. Skips where that
    cannot be done."""
    found = shutil.which(program, path=_PATH)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get", path=_PATH):
        sys.stderr.write(f"tests: no {program} here: apt-get install {package}\n")
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", package],
                       check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})  # fmt: skip
        found = shutil.which(program, path=_PATH)
    if found is None:
        pytest.skip(f"no {program} here: apt-get install {package}")
    return found
