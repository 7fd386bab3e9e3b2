"""Agreements: who may have which record, with which fields, on which ground; default no."""

from .agreement import Agreement, AgreementSet
from .decision import Decider, Decision, DestinationFacts, decide, kept_from, recall_allowed
from .ending import Ended, ended, only_ended, stands
from .examples import ExampleResult, run_example, run_examples
from .organisations import NO_ORGANISATIONS, Organisations, load_organisations
from .permissions import Permission, describe
from .reading import load_agreement

__all__ = [
    "NO_ORGANISATIONS",
    "Agreement",
    "AgreementSet",
    "Decider",
    "Decision",
    "DestinationFacts",
    "Ended",
    "ExampleResult",
    "Organisations",
    "Permission",
    "decide",
    "describe",
    "ended",
    "kept_from",
    "load_agreement",
    "load_organisations",
    "only_ended",
    "recall_allowed",
    "run_example",
    "run_examples",
    "stands",
]
