"""`azalai daemon`: scheduled feeds and workers until SIGTERM."""

import typer

from azalai.cli.deployment import Config
from azalai.cli.speech import say


def daemon(config: Config = None) -> None:
    """Read feeds on their schedules and deliver, until SIGTERM; SIGHUP reads the configuration
    again, all or nothing."""
    import os

    from azalai import settings
    from azalai.cli.deployment import actor
    from azalai.documents import Text
    from azalai.service import Daemon

    def tell(line: Text) -> None:
        print(say(line.fr, line.en), flush=True)

    file = settings.find(config)
    os.environ.setdefault("AZALAI_LANGUAGE", settings.load(file).language)
    raise typer.Exit(Daemon(file, tell, actor()).run())
