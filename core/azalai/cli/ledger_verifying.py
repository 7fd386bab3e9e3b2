"""`azalai ledger verify` on the store itself: the log, its checkpoints, its cosignatures."""

import json
from collections.abc import Sequence
from pathlib import Path

from azalai.app import App, cosigned
from azalai.cli.speech import language, say
from azalai.cli.witness_words import kind_of, state_lines
from azalai.ledger import keeper
from azalai.ledger.verdict import Verdict
from azalai.ledger.verify import verify

Note = tuple[Path, bytes]
UNVERIFIED = 3


def verify_ledger(
    app: App, earlier: Sequence[Note], against: Sequence[Note], *, as_json: bool
) -> int:
    """Check all of it, and compare it with what others hold; the exit code. VerificationError for
    a checkpoint of another log, or by no key of ours."""
    views = {str(path): _view(app, path, note) for path, note in against}
    known = cosigned.our_keys(app.settings)
    last = keeper.read(app.settings.state / "checkpoint")
    held = cosigned.cosigned_note(app.store, app.settings)
    others = [note for _, note in (*earlier, *against)] + ([] if held is None else [held])
    with app.store.read():
        verdict = verify(app.store.ledger, last or b"", known, earlier=others)
    state = cosigned.look(app)
    if as_json:
        print(json.dumps({
            "size": verdict.size, "verified": verdict.ok,
            "findings": [{"where": f.where, "what": f.what.en} for f in verdict.findings],
            "against": views, "cosigned": None if state is None else cosigned.as_values(state),
        }))  # fmt: skip
    else:
        _say(app, verdict, views, state)
    same = all(kind in (cosigned.SAME, cosigned.EXTENDS) for kind in views.values())
    return 0 if verdict.ok and same else UNVERIFIED


def _view(app: App, path: Path, note: bytes) -> str:
    """How a checkpoint that another holds stands to our log; another log is entered, with alarm."""
    with app.store.read():
        seen, kind = cosigned.compare(app.store.ledger, cosigned.our_keys(app.settings), note)
    cosigned.tell_view(app.store, seen, kind, note, "ledger verify")
    del path
    return kind


def _say(
    app: App, verdict: Verdict, views: dict[str, str], state: cosigned.Cosigned | None
) -> None:
    for path, kind in views.items():
        print(f"{path}: {_AGREES[language()][kind] if kind in _AGREES['fr'] else kind_of(kind)}")
    for finding in verdict.findings:
        print(f"{finding.where}: {finding.what.say(language())}")
    ok = say("vérifié", "verified") if verdict.ok else say("NON vérifié", "NOT verified")
    print(f"{verdict.size} {say('inscriptions', 'entries')}: {ok}")
    if state is not None:
        print("\n".join(state_lines(state, app.clock())))
    for limit in verdict.limits:
        print(f"  {limit.say(language())}")


_AGREES = {
    "fr": {cosigned.SAME: "le même registre",
           cosigned.EXTENDS: "le même registre, que le nôtre prolonge"},
    "en": {cosigned.SAME: "the same ledger",
           cosigned.EXTENDS: "the same ledger, which ours extends"},
}  # fmt: skip
