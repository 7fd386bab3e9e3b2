"""How an input folder is described: each way, and nothing else."""

import pytest

from azalai.arrival import Afterwards, Arrives, parse_afterwards, parse_arrives


def test_when_a_file_is_whole() -> None:
    assert parse_arrives("renamed") == Arrives()
    assert parse_arrives("with FILE.ok") == Arrives("with", suffix=".ok")
    assert parse_arrives("quiet 2 min") == Arrives("quiet", quiet_s=120)
    assert parse_arrives("trailer").needs_end
    assert not parse_arrives("with FILE.fini").needs_end
    for text in ("", "quiet", "quiet 0 s", "with FILE", "with a.ok", "with FILE./x", "later"):
        with pytest.raises(ValueError, match="FILE"):
            parse_arrives(text)


def test_what_becomes_of_it() -> None:
    assert parse_afterwards("leave") == Afterwards()
    assert parse_afterwards("move to done/") == Afterwards("done")
    assert parse_afterwards("delete after 30 days") == Afterwards(None, 30)
    assert parse_afterwards("move to lus, delete after 1 day") == Afterwards("lus", 1)
    for text in ("", "delete", "move to ../x", "move to /tmp", "move to .x", "move to a/b",
                 "leave, delete after 3 days", "move to done/,", "delete after 3 days, leave"):  # fmt: skip
        with pytest.raises(ValueError, match="leave"):
            parse_afterwards(text)
