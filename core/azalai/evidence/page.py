"""`verify.html`: the check of a pack in any browser, without a server or a network."""

import json
from pathlib import Path

from azalai.evidence import verifier as program

_TEMPLATE = Path(__file__).with_name("verify.html")
_PLACE = b"{{DATA}}"


def page() -> bytes:
    """The page as it is put into a pack: one file with everything in it, its digest as its last
    line. What both verifiers say (labels, words, limits) comes from the Python one."""
    data = {
        "words": program.WORDS,
        "types": sorted(program.TYPES),
        "labels": program.LABELS,
        "index_limits": {language: program.index_limits(language) for language in program.LABELS},
        "limits": [
            [*said, arabic]
            for said, arabic in zip(program.limits_of(anchored=True, pack=True),
                                    program.index_limits("ar"), strict=True)
        ],
        "view_limit": program.VIEW_LIMIT,
        "cosigned_limit": [*program.COSIGNED_LIMIT, program.COSIGNED_LIMIT_AR],
        "unanchored": [*program.UNANCHORED, program.UNANCHORED_AR],
    }  # fmt: skip
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    made = _TEMPLATE.read_bytes().replace(_PLACE, text.encode(), 1)
    return program.with_digest(program.PAGE, made)
