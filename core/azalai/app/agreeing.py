"""Agreements that are not in force yet, beside those that are."""

from collections.abc import Sequence
from pathlib import Path

from azalai.agreements import Agreement, AgreementSet, load_agreement
from azalai.app import App, loading
from azalai.documents import Problem
from azalai.errors import DocumentError


def with_documents(app: App, files: Sequence[Path]) -> AgreementSet:
    """The agreements in force, with each document in the place of the one of its name.

    DocumentError with everything that is wrong in the documents.
    """
    required = loading.required_fields(app.outbound)
    made: list[Agreement] = []
    problems: list[Problem] = []
    for file in files:
        try:
            made.append(load_agreement(file, destinations=set(app.settings.destinations),
                                       required=required))  # fmt: skip
        except DocumentError as err:
            problems += [p for p in err.problems if isinstance(p, Problem)]
    if problems:
        raise DocumentError(problems)
    names = {one.name for one in made}
    kept = [one for one in app.rules.agreements if one.name not in names]
    return AgreementSet([*kept, *made], app.rules.organisations)
