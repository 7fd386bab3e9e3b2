"""What a run's messages say less exactly than its records, one line a destination and field."""

from collections.abc import Iterable

from azalai.app import App
from azalai.cli.speech import language, say
from azalai.store import run_rows
from azalai.store.run_rows import Lost

_SHOWN = 3


def tell(app: App, run: int) -> None:
    """Print the losses of a run: how often, and the most frequent reasons."""
    show(run_rows.losses(app.store.db, run))


def show(losses: Iterable[Lost]) -> None:
    """Print losses, one a line."""
    for lost in losses:
        many = len(lost.why) > 1
        why = [f"{text.say(language())}{f' ({n})' if many else ''}" for text, n in lost.why]
        more = [f"+ {len(why) - _SHOWN}"] if len(why) > _SHOWN else []
        times = "time" if lost.n == 1 else "times"
        print(f"  {lost.destination} : {lost.field} : "
              f"{say(f'moins exact, {lost.n} fois', f'less exact, {lost.n} {times}')} : "
              f"{' ; '.join([*why[:_SHOWN], *more])}")  # fmt: skip
