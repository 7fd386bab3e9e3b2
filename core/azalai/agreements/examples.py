"""Running an agreement's examples: they are its tests."""

from dataclasses import dataclass, replace
from pathlib import Path

from azalai.documents import Text

from .ages import midnight
from .agreement import Agreement, AgreementSet, Example
from .decision import Decision, DestinationFacts, decide, recall_allowed
from .organisations import NO_ORGANISATIONS
from .reading import load_agreement


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example run; `message` says what was expected and what came, and which sentence."""

    case: str
    ok: bool
    message: Text


def run_examples(path: Path) -> list[ExampleResult]:
    """Run the examples of an agreement's document. DocumentError as `load_agreement`.

    The document is tested alone: memberships are taken to hold, the destination carries the
    record's mark and is not nominal; a record without `issuing_country` comes from the
    agreement's `from_country`. The instant is the first of the day `on`, in its `time_zone`.
    """
    agreement = load_agreement(path, destinations=None)
    return [run_example(agreement, example) for example in agreement.examples]


def run_example(agreement: Agreement, example: Example) -> ExampleResult:
    """Run one example of an agreement."""
    found, why = _outcome(agreement, example)
    ok = found == example.expect or (example.expect == "not sent" and found.startswith("never by "))
    return ExampleResult(example.case, ok, Text(
        f"attendu « {example.expect} », obtenu « {found} » : {why.fr}",
        f"expected `{example.expect}`, got `{found}`: {why.en}"))  # fmt: skip


def _outcome(agreement: Agreement, example: Example) -> tuple[str, Text]:
    if example.recall and recall_allowed(has_or_may_have=True):
        return "recall goes", Text("un rappel n'est jamais retenu.", "a recall is never withheld.")
    record = {"mark": "test", **example.record}
    if agreement.from_country:
        record.setdefault("issuing_country", agreement.from_country)
    alone = AgreementSet([replace(agreement, members_of=None)], NO_ORGANISATIONS)
    to = DestinationFacts(example.destination, (), (), nominal=False, mark=str(record["mark"]))
    decision = decide(alone, record, to, midnight(example.on, agreement.zone))
    return _spoken(decision, agreement), decision.sentence


def _spoken(decision: Decision, agreement: Agreement) -> str:
    name = decision.rule.removeprefix(f"{agreement.ident}/")
    if decision.verdict == "share":
        return f"sent by {name}"
    if decision.verdict == "ask":
        return f"ask by {name}"
    return f"never by {name}" if decision.agreement else "not sent"
