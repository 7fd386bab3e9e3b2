"""A destination that takes gzip gets fewer bytes and has the same messages."""

from pathlib import Path

from daemon_rig import DOCUMENTS
from deployment_rig import Deployment, agreement, row, write


def test_compressed_messages_arrive_as_they_were(tmp_path: Path) -> None:
    """Three records under `compress: gzip`: the receiver holds three plain, valid messages."""
    folder = tmp_path / "d"
    place = Deployment(folder, DOCUMENTS)
    place.agree(agreement())
    place.start_hub()
    try:
        config = folder / "azalai.yaml"
        config.write_text(config.read_text() + "    compress: gzip\n")
        write(folder, "a.csv", [row(n) for n in range(3)])
        done = place.azalai("run", "--until-idle", "--timeout", "30")
        assert done.returncode == 0, done.stdout + done.stderr
        bodies = [body for _, body, _ in place.received()]
    finally:
        place.stop_hub()
    assert len(bodies) == 3
    assert all(b"MessageKey" in body for body in bodies)
