"""Reading the arguments of a step: none, texts between quotes, one word of a list."""

from collections.abc import Callable, Iterable

from azalai.documents import Text
from azalai.errors import StepArgumentError

from .expression import Call
from .step_model import Made, Run, Setting


def plain_step(run: Run) -> Callable[[Call, Setting], Made]:
    """What makes a text step that has no arguments."""

    def make(call: Call, _setting: Setting) -> Made:
        if call.arguments:
            raise StepArgumentError(Text("n'a pas d'argument", "takes no argument"))
        return Made("text", run)

    return make


def quoted(call: Call, count: int) -> list[str]:
    """Exactly `count` texts between quotes; raises StepArgumentError."""
    texts = quoted_any(call)
    if len(texts) != count:
        raise StepArgumentError(
            Text(
                f"attend {count} texte(s) entre guillemets", f"takes {count} text(s) between quotes"
            )
        )
    return texts


def quoted_any(call: Call) -> list[str]:
    """One text between quotes or more, none empty; raises StepArgumentError."""
    texts = [argument.text for argument in call.arguments if argument.quoted]
    if not texts or len(texts) != len(call.arguments):
        raise StepArgumentError(
            Text("attend des textes entre guillemets", "takes texts between quotes")
        )
    return texts


def one_word(words: Iterable[str], wanted: Iterable[str]) -> str:
    """The only word, which must be one of those wanted; raises StepArgumentError."""
    found, known = list(words), sorted(wanted)
    if len(found) != 1 or found[0] not in known:
        listed = ", ".join(known)
        raise StepArgumentError(
            Text(f"attend un argument parmi : {listed}", f"takes one argument of: {listed}")
        )
    return found[0]
