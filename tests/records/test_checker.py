"""The checker takes what the model takes, refuses what it refuses, and gives the same record."""

import copy
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from azalai.records import RECORD_KINDS, as_dict
from azalai.records.checker import checker
from record_samples import KINDS, sample

BAD: tuple[Any, ...] = ("", "XX", "2024-02-31", "0000", -1, 10**9, 1.5, True, None, [], {}, ["a"],
                        "x" * 10_001)  # fmt: skip


def values(kind: str) -> dict[str, Any]:
    return {k: v for k, v in sample(kind).items() if k not in ("kind", "schema_version")}


def changed(whole: Any, node: Any) -> Iterator[Any]:
    """The whole with each place in turn removed, replaced by something bad, or added to."""
    keys = (
        list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    )
    for key in keys:
        kept = node[key]
        for bad in BAD:
            node[key] = bad
            yield whole
        node[key] = kept
        yield from changed(whole, kept)
        if isinstance(node, dict):
            del node[key]
            yield whole
            node[key] = kept
    if isinstance(node, dict):
        node["unknown"] = "x"
        yield whole
        del node["unknown"]


def outcome(run: Any) -> Any:
    try:
        return run()
    except ValidationError:
        return "refused"


@pytest.mark.parametrize("kind", KINDS)
def test_the_checker_agrees_with_the_model(kind: str) -> None:
    """For every single change of a sample: both refuse, or both give the same record."""
    check, model = checker(kind), RECORD_KINDS[kind]

    for one in changed(whole := copy.deepcopy(values(kind)), whole):
        checked = outcome(lambda one=one: model.model_validate({"kind": kind, **check(one)}))
        wanted = outcome(lambda one=one: model.model_validate({"kind": kind, **one}))

        assert checked == wanted, orjson.dumps(one)


@pytest.mark.parametrize("kind", KINDS)
def test_the_checkers_bytes_are_the_models(kind: str) -> None:
    """In the schema's order, without what is at its default."""
    plain = as_dict(RECORD_KINDS[kind].model_validate({"kind": kind, **values(kind)}))
    head = {"kind": plain.pop("kind"), "schema_version": plain.pop("schema_version")}

    assert orjson.dumps(plain) == orjson.dumps(checker(kind)(values(kind)))
    assert head["kind"] == kind
