"""A command that needs two people: the request, and the line that the second one types."""

from collections.abc import Mapping
from typing import Any

from azalai.app import App
from azalai.cli.deployment import person
from azalai.cli.speech import language, say

EXIT_WAITS = 4


def ask_for(app: App, act: str, arguments: Mapping[str, Any]) -> int:
    """Open the request and print it; the exit code. ApprovalError as `approving.ask`."""
    from azalai.app import approving
    from azalai.app.acts import ACTS

    request = approving.ask(app, ACTS, act, arguments, person())
    now, _ = approving.foreseen(app, ACTS, request)
    for line in now.lines if now else ():
        print(f"  {line.say(language())}")
    word = approving.word_of(request.digest)
    print(say(f"demande {request.id} : attend une deuxième personne jusqu'au {request.expires_at}. "
              "Elle tape, sous son propre nom :",
              f"request {request.id}: waits for a second person until {request.expires_at}. "
              "This person types, under a name of their own:"))  # fmt: skip
    print(f"  azalai approve yes {request.id} --word {word}")
    return EXIT_WAITS


def must_ask(app: App, act: str, facts: Mapping[str, Any]) -> bool:
    """Whether this act still needs somebody to agree: two people are known here, and have not
    agreed to it with these facts."""
    from azalai.app import approving, granting

    return approving.two_people(app) and not granting.granted(app, act, facts)
