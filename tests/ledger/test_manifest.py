"""A manifest that is none is refused in French and English."""

from pathlib import Path

import pytest

from azalai.errors import VerificationError
from azalai.ledger import manifest
from ledger_storages import signer


@pytest.mark.parametrize("cut", [0, 30, -1])
def test_a_cut_manifest_says_so_in_two_languages(cut: int, tmp_path: Path) -> None:
    """Nothing of it, half its head, or all but its last byte."""
    path = tmp_path / "theirs"
    with path.open("wb") as file:
        manifest.write(file, signer(), ("hub", "received", "2026-11-24", "UTC"),
                       [(1, "create", bytes(32))])  # fmt: skip
    assert manifest.read(path, [signer().verifier])[0].count == 1
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(VerificationError) as refused:
        manifest.read(path, [signer().verifier])

    assert refused.value.said[0] != refused.value.said[1]
