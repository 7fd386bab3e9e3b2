"""All commands by name, with what the first help says; loaded when they are run."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperCommand

from azalai.cli.help_pages import Command, Group
from azalai.cli.speech import language, say

_ABOUT = (
    "Azalai porte des fiches de police entre les systèmes nationaux et internationaux.",
    "Azalai carries police records between national and international systems.",
)

VERBS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType({
    "schema": ("schema", "schema",
               """Le schéma commun : genres, champs et libellés, listes, groupes de champs.

               `--mapping`, `--outbound` et `--agreement` donnent ce avec quoi un éditeur complète
               et vérifie.""",
               "The common schema: kinds, fields with their labels, lists, field groups."),
    "init": ("init", "init_command",
             "Écrire un déploiement : configuration commentée, clés, dossiers.",
             "Write a deployment: commented configuration, keys, folders."),
    "demo": ("demo", "demo",
             """Le travail entier sur des données inventées : lire, traduire, décider, livrer malgré
             les pannes, prouver.

             Code 0 si les deux équations de conservation et le registre tiennent.""",
             ("The main job on invented data: read, translate, decide, deliver through faults, "
              "prove.")),
    "run": ("running", "run",
            """Une passe : lire les flux, puis envoyer ce qui est dû. Code 1 si quelque chose demande
            attention.""",
            ("One pass: read the feeds, then send what is due. Exit 1 if something needs "
             "attention.")),
    "daemon": ("daemon", "daemon",
               """Lire les flux à leurs heures et livrer, jusqu'à SIGTERM ; SIGHUP relit la
               configuration, tout ou rien.""",
               ("Read feeds on their schedules and deliver, until SIGTERM; SIGHUP reads the "
                "configuration again, all or nothing.")),
    "status": ("status", "status",
               "L'état présent, et les lignes à taper ensuite.",
               "The state now, and the lines to type next."),
    "check": ("check", "check",
              """Tout ce qui est faux, d'un coup, avertissements compris. Code 2 : il y a à corriger ;
              1 : avertissements seulement.""",
              ("Everything wrong at once, warnings too. Exit 2: something is to be mended; 1: only "
               "warnings.")),
    "translate": ("translating", "translate",
                  """Traduire des fichiers sans base ; comptes à la fin. Code 1 si quelque chose n'a
                  pas été traduit.

                  Code 1 aussi pour un constat : un flux retiendrait le fichier. `--explain` ne
                  traduit rien : il dit d'où vient chaque valeur, un JSON par fiche, ou une fiche à
                  lire avec `--line N`.""",
                  ("Translate files without a store; counts at the end. Exit 1 if anything was "
                   "not translated.")),
    "reconcile": ("reconcile", "reconcile",
                  """Ce qui manque de quel côté, par numéros et empreintes, d'après leurs manifestes.

                  Code 1 si les deux côtés diffèrent, 3 si un manifeste n'est pas vérifié.""",
                  "What is missing on which side, by numbers and digests."),
})  # fmt: skip
"""Commands without a noun: the module, the function, the French help, the English first sentence
(its docstring is the English help)."""

NOUNS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "account": ("Les personnes : qui peut demander et accepter.",
                "People: who may ask and agree."),
    "agreement": ("Les accords : vérifier, essayer, comparer.",
                  "Agreements: check, test, compare."),
    "approve": ("Ce qui attend une deuxième personne.", "What waits for a second person."),
    "code": ("Les codes inconnus et ce qui les attend.", "Unknown codes and what waits for them."),
    "connector": ("Les connecteurs : les systèmes que nous connaissons.",
                  "Connectors: the systems that we know."),
    "destination": ("Les destinataires : état, essai, pauses, arrêt.",
                    "Destinations: state, probe, pauses, stop."),
    "feed": ("Les flux et leurs passes.", "Feeds and their runs."),
    "key": ("La clé maîtresse et ses copies.", "The master key and its copies."),
    "ledger": ("Les preuves.", "Evidence."),
    "mapping": ("Les correspondances : les vérifier, lancer leurs exemples.",
                "Mappings: check them, run their examples."),
    "move": ("Un autre serveur.", "Another server."),
    "outbox": ("Les envois.", "Deliveries."),
    "recall": ("Les radiations qui ne sont pas confirmées.", "Recalls that are not confirmed."),
    "record": ("Une fiche : sa vie, qui la détient, sa levée.",
               "One record: its life, who has it, lifting."),
    "reject": ("Ce qui n'a pas pu être traduit.", "What could not be translated."),
    "report": ("Des pages signées, en français, anglais et arabe.",
               "Signed pages in French, English and Arabic."),
    "simulate": ("L'autre côté, simulé.", "The other side, simulated."),
    "store": ("La base de données.", "The database."),
    "system": ("Rejoindre les services de la machine, ou les quitter.",
               "Join the machine's services, or leave them."),
})  # fmt: skip
"""Each is a module of this room with an `app`; in the order of the alphabet, as help lists them."""


SILENT = frozenset({"translate", "schema"})
"""These log nothing, and start the sooner."""


def noun(name: str) -> typer.Typer:
    """The empty group of a noun, with its help of the table; its verbs join by `command`."""
    return typer.Typer(name=name, cls=Group, no_args_is_help=True, help=say(*NOUNS[name]))


def load(name: str) -> Any:
    """The command itself, its module imported. KeyError for an unknown name."""
    if name not in SILENT:
        from azalai import logs

        logs.configure(quiet=name != "daemon" and sys.stderr.isatty())
    if name in NOUNS:
        return typer.main.get_group(import_module(f"azalai.cli.{name}").app)
    module, function, fr, _ = VERBS[name]
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name, cls=Command, help=fr if language() == "fr" else None)(
        getattr(import_module(f"azalai.cli.{module}"), function)
    )
    return typer.main.get_command(alone)


class _Later(TyperCommand):
    """Stands for a command until it is run: a help, or a mistake, must not load the world."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """The context of the command itself."""
        return load(str(self.name)).make_context(info_name, args, parent=parent, **extra)


class Commands(Group):
    """The commands of `azalai`."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.help = say(*_ABOUT)
        about = {name: say(fr, en) for name, (_, _, fr, en) in VERBS.items()}
        about |= {name: say(*said) for name, said in NOUNS.items()}
        self.commands = {name: _Later(name, help=said) for name, said in about.items()}

    def list_commands(self, _ctx: Any) -> list[str]:
        """In the order of the tables."""
        return list(self.commands)
