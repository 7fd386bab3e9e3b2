"""What `azalai translate` says of a file that it has read."""

from pathlib import Path

from azalai.cli.speech import language, say
from azalai.translate.files import Counts


def tell(file: Path, counts: Counts) -> None:
    """One file on the screen: counts, findings, and what ended it."""
    print(f"{file.name}: {say('lues', 'read')} {counts.read}, "
          f"{say('traduites', 'translated')} {counts.translated}, "
          f"{say('non traduites', 'rejected')} {counts.rejected}, "
          f"{say('en attente', 'parked')} {counts.parked}, "
          f"{say('illisibles', 'unreadable')} {counts.unreadable}")  # fmt: skip
    for finding in counts.findings:
        _tell(finding.code, finding.what.say(language()), finding.todo.say(language()))
    if counts.error is not None:
        _tell(counts.error.code, say(*counts.error.what), say(*counts.error.todo))


def _tell(code: str, what: str, todo: str) -> None:
    print(f"  {code}: {what}")
    if todo:
        print(f"    {say('À faire : ', 'To do: ')}{todo}")
