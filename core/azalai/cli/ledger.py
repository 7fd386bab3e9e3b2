"""`azalai ledger`: evidence."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from azalai.app import App
from azalai.cli import (
    ledger_export,
    ledger_keeping,
    ledger_open,
    ledger_search,
    ledger_witness,
    reconcile,
)
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.given import at_hand
from azalai.cli.help_pages import command
from azalai.cli.options import Reason
from azalai.cli.speech import language, say

app = noun("ledger")
app.add_typer(ledger_witness.app)
command(
    app,
    "rotate",
    fr="""Une nouvelle clé pour le registre. L'ancienne signe à côté jusqu'à la fin du chevauchement.

    Imprimez ensuite la nouvelle carte : azalai ledger card. Il la faut aussi aux cosignataires et
    aux partenaires.""",
)(ledger_keeping.rotate)
command(
    app,
    "prune",
    fr="""Retirer les inscriptions que la politique écrite ne garde plus ; leurs empreintes restent.

    Les preuves des suivantes et tous les scellés se vérifient encore. Il faut
    « ledger_retention: ».""",
)(ledger_keeping.prune)
command(
    app,
    "export",
    fr="""Le registre pour un auditeur, vérifié avec `azalai-verify.py` seul.

    DOSSIER : tout le registre en tuiles C2SP, ou ce qui est nouveau depuis la dernière fois. -o
    FICHIER : un seul fichier, avec ce qui touche des fiches, une affaire ou des jours. Qui est
    une fiche ne sort qu'avec `--openings`.""",
)(ledger_export.export)
command(
    app,
    "search",
    fr="""Les inscriptions par fiche, affaire, destinataire, issue, règle, acteur ou jours. Code 1 si
    rien n'est trouvé.

    La recherche elle-même est inscrite d'abord. Les numéros sont comparés sans espaces, barres
    ni casse.

    --person : nom, naissance et documents se demandent à l'écran, ou se lisent dans un fichier
    (--input), jamais en argument. Les fiches possibles sont montrées avec ce qui s'accorde et ce
    qui diffère ; c'est vous qui dites lesquelles.""",
)(ledger_search.search)
command(
    app,
    "manifest",
    fr="""Écrire le manifeste signé d'un jour : numéros, opérations, empreintes de ce qui fut envoyé.

    Le démon écrit chaque jour celui de la veille dans `state/manifests/`.""",
)(reconcile.ledger_manifest)
command(
    app,
    "open",
    fr="""Ce qu'une inscription représente : la fiche, le message ou l'accusé. Données personnelles.

    Le registre dit qui a regardé, avant que rien ne soit ouvert.""",
)(ledger_open.open_entry)


@command(
    app,
    "verify",
    fr="""Tout vérifier : inscriptions, tuiles, tête, scellé, cosignatures. Code 3 et l'endroit, si
    cela ne tient pas.

    --export DOSSIER : de même pour un export ou un paquet, sous la clé de ce registre ou une
    carte. --note FICHIER : que la clé de ce registre a signé le texte d'un avis de levée.""",
)
def ledger_verify(
    export: Annotated[
        Path | None,
        typer.Option("--export", help=say("Un export ou un paquet.", "An export or pack.")),
    ] = None,
    card: Annotated[
        Path | None, typer.Option("--card", help=say("La carte du registre.", "The log's card."))
    ] = None,
    earlier: Annotated[
        list[Path] | None, typer.Option("--earlier", help=say("Gardé à part.", "Kept apart."))
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against",
            help=say(
                "Un scellé que détient un autre : un registre double est nommé et consigné.",
                "A checkpoint that another holds: two ledgers are named and entered.",
            ),
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help=say(
                "Clés et quorum exigés d'un export (tlog-policy).",
                "Keys and quorum demanded of an export (tlog-policy).",
            ),
        ),
    ] = None,
    note: Annotated[
        Path | None,
        typer.Option("--note", help=say("Un texte signé de nous.", "A signed text of ours.")),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Check everything: entries, tiles, head, checkpoint, cosignatures. Exit 3 and where, if it does not hold.

    --export DIR: the same of an export or a pack, under this log's key or a card.
    --note FILE: that this log's key signed the text of a notice of lifting.
    """
    from azalai.cli.ledger_verifying import verify_ledger

    if note is not None:
        _verify_note(note, config)
        return
    if export is not None:
        kept = [*(earlier or []), *(against or [])]
        raise typer.Exit(_verify_export(export, card, policy, kept, config, as_json=as_json))
    with deployment(config) as app:
        others = [(path, _read(path)) for path in earlier or []]
        views = [(path, _read(path)) for path in against or []]
        raise typer.Exit(verify_ledger(app, others, views, as_json=as_json))


def _read(path: Path) -> bytes:
    with at_hand(path):
        return path.read_bytes()


def _verify_note(note: Path, config: Config) -> None:
    """VerificationError (exit 3) unless it is as it was signed."""
    from azalai.ledger import ring
    from azalai.ledger.note import open_note

    with deployment(config) as app:
        known = ring.verifiers(app.settings.path(app.settings.ledger_key))
    open_note(_read(note), known)
    print(say(f"vérifié : signé par {known[0].name}", f"verified: signed by {known[0].name}"))


def _verify_export(
    export: Path, card: Path | None, policy: Path | None, earlier: list[Path],
    config: Path | None, *, as_json: bool,
) -> int:  # fmt: skip
    """Run the program that goes with every export, with a key from outside of it."""
    from azalai.evidence import verifier
    from azalai.evidence.reading import read_all

    anchor = ["--policy", str(policy)] if policy else []
    if card is not None:
        anchor += ["--card", str(card)]
    elif policy is None:
        with deployment(config) as app, TemporaryDirectory() as folder:
            own = Path(folder) / "card"
            own.write_text(_card_of(app), encoding="utf-8")
            words = _words(export, ["--card", str(own)], earlier, as_json=as_json)
            return verifier.main(words, read_all)
    return verifier.main(_words(export, anchor, earlier, as_json=as_json), read_all)


def _words(export: Path, anchor: list[str], earlier: list[Path], *, as_json: bool) -> list[str]:
    words = [str(export), *anchor, "--lang", language(), *(["--json"] if as_json else [])]
    return words + [word for path in earlier for word in ("--earlier", str(path))]


def _card_of(app: App) -> str:
    from azalai.app import cosigned, log_keys
    from azalai.evidence.card import card

    quorum = cosigned.quorum(app.settings) if app.settings.witnesses is not None else None
    return card(cosigned.our_keys(app.settings)[0], log_keys.ended(app), quorum)


@command(app, "checkpoint", fr="Signer un scellé maintenant et l'afficher.")
def ledger_checkpoint(config: Config = None) -> None:
    """Sign a checkpoint now and print it."""
    with deployment(config) as app:
        print(app.publish_locked().decode(), end="")


@command(
    app,
    "prove",
    fr="La preuve d'une inscription, en fichier tlog-proof. Le registre dit qui l'a prise.",
)
def ledger_prove(
    index: int,
    out: Annotated[
        Path, typer.Option("-o", help=say("Le fichier de la preuve.", "The proof's file."))
    ],
    reason: Reason = "",
    config: Config = None,
) -> None:
    """One entry's evidence as a tlog-proof file. The ledger says who took it."""
    from azalai.evidence.consulting import consulted
    from azalai.ledger import make_proof, open_checkpoint, proof, ring

    with deployment(config) as app:
        known = ring.verifiers(app.settings.path(app.settings.ledger_key))
        note = app.publish_locked()
        with app.store.read():
            made = make_proof(app.store.ledger, index, note, open_checkpoint(note, known).size)
        consulted(app.store, actor(), "ledger_prove", reason, entry=index)
        with at_hand(out):
            out.write_bytes(proof.format_proof(made))
        print(out)


@command(
    app,
    "card",
    fr="""La clé du registre en mots et en chiffres, pour l'autorité, le tribunal et chaque
    partenaire.""",
)
def ledger_card(
    out: Annotated[
        Path | None, typer.Option("-o", help=say("Le fichier de la carte.", "The card's file."))
    ] = None,
    config: Config = None,
) -> None:
    """The log's key as words and digits, for the authority, the court and each partner."""
    with deployment(config) as app:
        text = _card_of(app)
    if out is None:
        print(text, end="")
    else:
        with at_hand(out):
            out.write_text(text, encoding="utf-8")
        print(out)
