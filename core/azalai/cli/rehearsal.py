"""What `azalai run --rehearse` prints."""

from collections.abc import Sequence

from azalai.app import App
from azalai.cli import losses, words
from azalai.cli.deployment import table
from azalai.cli.speech import language, say


def tell(app: App, feeds: Sequence[str]) -> int:
    """Print what a pass of these feeds would do; the exit code: 1 if something would be held."""
    from azalai.app.rehearsing import rehearse

    held = 0
    for one in rehearse(app, feeds):
        print(f"{one.feed} : {words.run_state(one.passed.state)} ({words.counts(one.counts)})")
        for finding in one.findings:
            print(f"  {finding['code']}: {finding[language()]}")
        held += one.passed.state == "held"
        rows = [[d.destination, words.word(d.operation), words.word(d.state), d.rule, d.count,
                 d.size]
                for d in one.decided]  # fmt: skip
        if rows:
            table([say("destinataire", "destination"), say("opération", "operation"),
                   say("état", "state"), say("règle", "rule"), say("nombre", "count"),
                   say("octets", "bytes")], rows)  # fmt: skip
        losses.show(one.losses)
    print(say("Répétition : rien n'a été envoyé, rien n'est gardé.",
              "A rehearsal: nothing was sent, nothing is kept."))  # fmt: skip
    return int(held > 0)
