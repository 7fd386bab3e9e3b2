"""The agreements that are shipped: each loads, its examples pass, what it shares can be sent."""

from pathlib import Path

import pytest

from azalai import paths
from azalai.agreements import load_agreement, run_examples
from azalai.mapping import load_outbound
from azalai.plugin.registry import find

SHIPPED = sorted((paths.config() / "agreements").glob("*.yaml"))
CONNECTORS = {"regional": "wapis", "interpol": "interpol_mail"}


def _required(destination: str, kind: str) -> frozenset[str]:
    """What the message of a destination and a kind cannot be without, from its real mapping."""
    connector = find()[CONNECTORS[destination]]
    for name in connector.manifest.mappings:
        path = connector.mapping_file(f"{name}.yaml")
        assert path is not None
        mapping = load_outbound(path, beside=connector.mapping_file)
        if mapping.kind == kind:
            return mapping.required_fields
    return frozenset()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_agreement_holds(path: Path) -> None:
    """No mistake, also against the messages of the destinations it names; its examples pass."""
    agreement = load_agreement(path, destinations=set(CONNECTORS), required=_required)

    assert agreement.name == path.stem
    assert [one.message.en for one in run_examples(path) if not one.ok] == []


@pytest.mark.parametrize("name", ["mrt-regional", "tcd-regional"])
def test_what_a_deployment_may_rely_on_is_shown_by_examples(name: str) -> None:
    """Both have an example that is sent, one that is asked, one that is not sent."""
    agreement = load_agreement(paths.config() / "agreements" / f"{name}.yaml", destinations=None)
    expected = {one.expect.split(" by ")[0] for one in agreement.examples}

    assert expected == {"sent", "ask", "not sent"}
