"""What a witness refuses, rule by rule of C2SP tlog-witness, and a public witness's own vectors."""

import json
from pathlib import Path

import pytest

from azalai.errors import WitnessRefusalError
from azalai.ledger import Checkpoint, Verifier, make_checkpoint, merkle
from azalai.ledger.checkpoint import sign_checkpoint
from azalai.ledger.log import prove_consistency
from azalai.ledger.witness import (
    PROOF_MAX,
    REQUEST_MAX,
    Request,
    check_growth,
    format_request,
    open_request,
    parse_request,
)
from ledger_storages import MemoryStorage, fill, signer

VECTORS = Path(__file__).parents[1] / "vectors" / "torchwood" / "litewitness.json"
SIGSUM = bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
ORIGIN = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
KEY = signer()
LOGS = {KEY.name: [KEY.verifier]}


class Remembered:
    """A witness's memory in a dict."""

    def __init__(self) -> None:
        self.seen: dict[str, list[Checkpoint]] = {}

    def latest(self, origin: str) -> Checkpoint | None:
        return max(self.seen.get(origin, []), key=lambda one: one.size, default=None)

    def root_of(self, origin: str, size: int) -> bytes | None:
        roots = [one.root for one in self.seen.get(origin, []) if one.size == size]
        return roots[0] if roots else None

    def answer(self, data: bytes, logs: dict[str, list[Verifier]]) -> int:
        """200 and remembered, or the status of the refusal."""
        try:
            request = parse_request(data)
            submitted = open_request(request, logs)
            check_growth(request, submitted, self)
        except WitnessRefusalError as err:
            self.why = err
            return err.status
        self.seen.setdefault(submitted.origin, []).append(submitted)
        return 200


def log_of(size: int, batch: int = 500) -> MemoryStorage:
    storage = MemoryStorage()
    fill(storage, size, batch=batch)
    return storage


def request(storage: MemoryStorage, old: int, note: bytes | None = None) -> bytes:
    size = storage.end.size
    proof = prove_consistency(storage, old, size)
    return format_request(Request(old, tuple(proof), note or make_checkpoint(storage, KEY)))


def test_public_vectors() -> None:
    """The requests of torchwood's litewitness, in order, on one memory: accepted and refused as
    there; for an unknown log 404, as the specification says today, where it says 403."""
    memory = Remembered()
    logs = {ORIGIN: [Verifier(ORIGIN, SIGSUM)]}
    found = json.loads(VECTORS.read_text(encoding="utf-8"))
    expected = [404 if "unknown log" in one["assert"] else one["status"] for one in found]
    answers = [memory.answer(one["body"].encode(), logs) for one in found]

    assert len(found) == 9
    assert answers == expected
    assert {200, 403, 404, 409, 422} <= set(answers)
    assert memory.latest(ORIGIN).size == 5  # type: ignore[union-attr]
    assert memory.why.size == 5


def test_a_log_that_grows_is_cosigned() -> None:
    """From nothing, over every kind of step, and again for the same size."""
    memory, storage, old = Remembered(), MemoryStorage(), 0
    for size in (0, 1, 2, 7, 8, 255, 256, 257, 700):
        fill(storage, size - storage.end.size)
        assert memory.answer(request(storage, old), LOGS) == 200
        assert memory.answer(request(storage, size), LOGS) == 200
        old = size


def test_every_rule_once_broken() -> None:
    """Each refused with its own status, and nothing remembered of it."""
    memory, storage = Remembered(), log_of(10)
    assert memory.answer(request(storage, 0), LOGS) == 200
    fill(storage, 10)
    note, good = make_checkpoint(storage, KEY), request(storage, 10)
    proof = parse_request(good).proof
    fork = log_of(20, batch=3)
    fork.rows[3] = b"x"
    other = sign_checkpoint(Checkpoint(KEY.name, 20, bytes(32)), KEY)
    same_size = sign_checkpoint(Checkpoint(KEY.name, 10, bytes(32)), KEY)
    empty = sign_checkpoint(Checkpoint(KEY.name, 0, bytes(32)), KEY)
    cases = {
        "another old size": (409, format_request(Request(9, proof, note))),
        "old size zero": (409, format_request(Request(0, (), note))),
        "old above the checkpoint's": (400, format_request(Request(21, (), note))),
        "an unknown log": (404, format_request(Request(0, (), make_checkpoint(storage, signer("x.example/y"))))),
        "another key": (403, format_request(Request(10, proof, make_checkpoint(storage, signer(seed=2))))),
        "a broken signature": (403, good.replace(b"\n20\n", b"\n21\n")),
        "a proof with a bit more": (422, format_request(Request(10, (bytes(32), *proof[1:]), note))),
        "a proof too short": (422, format_request(Request(10, proof[:-1], note))),
        "a proof too long": (422, format_request(Request(10, (*proof, bytes(32)), note))),
        "no proof": (422, format_request(Request(10, (), note))),
        "a fork": (422, format_request(Request(10, proof, other))),
        "the same size, another root": (422, format_request(Request(10, (), same_size))),
        "an empty log with another root": (422, format_request(Request(0, (), empty))),
    }  # fmt: skip
    for name, (status, data) in cases.items():
        assert memory.answer(data, LOGS) == status, name
        assert memory.latest(KEY.name).size == 10  # type: ignore[union-attr]

    assert memory.answer(good, LOGS) == 200


def test_another_root_for_a_cosigned_size_is_named() -> None:
    """Whatever else is wrong with the request: the log signed two checkpoints of one size."""
    memory, storage = Remembered(), log_of(10)
    assert memory.answer(request(storage, 0), LOGS) == 200
    fill(storage, 5)
    assert memory.answer(request(storage, 10), LOGS) == 200
    for size, old in ((15, 15), (15, 3), (10, 10), (10, 0)):
        data = format_request(
            Request(old, (), sign_checkpoint(Checkpoint(KEY.name, size, bytes(32)), KEY))
        )

        assert memory.answer(data, LOGS) in (409, 422)
        assert memory.why.kind == "split_view"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"old 0\n", b"old 0\n\n", b"\n\nold 0\n", b"old\n\nx\n", b"old 00\n\nx\n", b"old -1\n\nx\n",
        b"old +1\n\nx\n", b"old 1 \n\nx\n", b"OLD 1\n\nx\n", b"old 9223372036854775808\n\nx\n",
        b"old 1\r\n\nx\n", b"old 0\nAAAA\n\nx\n", b"old 0\n" + b"A" * 44 + b"\n\nx\n",
        b"old 0\n" + b"\xff" * 44 + b"\n\nx\n", b"old 0\n\n" + b"x" * REQUEST_MAX,
        b"old 0\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * (PROOF_MAX + 1) + b"\nx\n",
        b"old 0\n\nnot a note\n", b"old 0\n\na\n1\nAAAA\n\n\xe2\x80\x94 a AAAAAAAA\n",
    ],
)  # fmt: skip
def test_malformed_requests(data: bytes) -> None:
    """400, whatever the bytes are."""
    assert Remembered().answer(data, LOGS) == 400


def test_a_request_comes_back_as_it_was() -> None:
    one = Request(3, (bytes(32), merkle.EMPTY_ROOT), b"a\n1\nx\n")

    assert parse_request(format_request(one)) == one
    assert len((bytes(32),) * PROOF_MAX) == len(
        parse_request(format_request(Request(3, (bytes(32),) * PROOF_MAX, b"x"))).proof
    )
