"""Which language the command line speaks: French first."""

import os


def language() -> str:
    """`AZALAI_LANGUAGE` (fr or en), else French: cron and systemd run under the C locale."""
    return "en" if os.environ.get("AZALAI_LANGUAGE", "fr").lower().startswith("en") else "fr"


def say(fr: str, en: str) -> str:
    """The sentence in the language spoken."""
    return fr if language() == "fr" else en
