"""Headers that resemble a field's label: proposals, never of another type than the field's."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azalai.drafting.date_shapes import dates_of
from azalai.drafting.evidence import DateOrder, Observed
from azalai.records import RECORD_KINDS, Field, fields

_NEAR = 0.6
_SMALL = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "n", "of", "the")
)
_SHORT = {
    "num": "numero", "no": "numero", "nr": "numero", "n°": "numero", "nro": "numero",
    "dt": "date", "naiss": "naissance", "nat": "nationalite", "ref": "reference",
    "prenom": "prenoms", "immat": "immatriculation", "doc": "document", "exp": "expiration",
    "piece": "document", "dob": "naissance", "maj": "mise", "lieux": "lieu",
    "nationality": "nationalite", "sex": "sexe", "genre": "sexe",
}  # fmt: skip
PERSONAL = frozenset({
    "nom", "prenom", "prenoms", "alias", "surnom", "proprietaire", "titulaire", "detenteur",
    "plaignant", "victime", "temoin", "mere", "pere", "filiation", "conjoint", "epouse", "adresse",
    "domicile", "tel", "telephone", "portable", "mail", "email", "courriel", "owner", "holder",
    "name", "address", "phone", "family", "given", "numero", "date", "signe", "mark", "lieu",
    "place", "remarque", "observation", "resume", "description", "texte", "auteur", "suspect",
    "individu", "interesse", "prevenu", "mis", "personne", "agent", "officier", "magistrat", "juge",
    "redacteur", "signataire", "declarant", "conducteur", "chauffeur", "tuteur", "epoux", "fils",
    "fille", "parent", "subject", "person", "officer", "driver", "father", "mother",
    "forename", "surname", "firstname", "lastname", "fullname", "middlename", "nickname", "maiden",
    "aka", "spouse", "husband", "wife", "child", "witness", "victim", "complainant", "author",
    "judge", "prosecutor", "passenger", "guest", "street", "nome", "apelido", "sobrenome", "alcunha",
    "morada", "pai", "mae",
    "الاسم", "اسم", "اللقب", "لقب", "العائله", "العائلة", "النسب", "الاب", "الام", "العنوان",
    "الهاتف", "الملاحظات", "ملاحظات",
})  # fmt: skip
"""Words of headers whose values may name or find a person: they never leave the sample."""
_NAMES = PERSONAL - {"numero", "date", "lieu", "place", "mis", "signe", "mark", "domicile"}
_VAGUE = frozenset({"date", "numero", "nom", "pays", "type", "lieu", "code", "fin", "mise"})
_BORN = frozenset({"naissance", "nais", "ne", "nee", "birth", "birthdate", "born"})
_ALSO = {
    "issuing_country": ("pays de délivrance", "issued by country"),
    "issued_on": ("délivré le", "délivrée le"),
    "occurred_on": ("date de la perte", "date du vol", "date de perte ou vol", "date of loss",
                    "date of theft"),
    "name": ("nom de famille",),
    "vin": ("numéro de châssis", "châssis", "chassis number"),
    "chassis_number": ("numéro de châssis", "châssis", "chassis number"),
}  # fmt: skip
"""Other headers of a field, by the last word of its path."""
_NEVER = frozenset({
    "key", "kind", "schema_version", "mark", "issuing_country", "issuing_agency", "provenance",
    "images", "not_for",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A field that one column or more resemble, or that a `part` of a zone in them fills."""

    field: Field
    columns: tuple[Observed, ...]
    score: float
    part: str = ""


def kind_of(columns: Sequence[Observed]) -> tuple[str, float]:
    """The kind whose fields the headers resemble most, and how much; ties by name."""
    scores = {kind: sum(m.score for m in matches(kind, columns)) for kind in RECORD_KINDS}
    best = max(sorted(scores), key=lambda kind: scores[kind])
    return best, scores[best]


def matches(kind: str, columns: Sequence[Observed]) -> list[Match]:
    """Fields with the columns that resemble them: each column for its best field only."""
    dates = {one.name: dates_of(one) for one in columns}
    pairs = sorted(
        ((score, -at, field, one) for at, field in enumerate(fields(kind).values())
         if field.path not in _NEVER
         for one in columns if not one.parent
         if (score := _score(field, one)) >= _NEAR and _fits(field, one, dates[one.name])),
        key=lambda pair: (-pair[0], -pair[1]),
    )  # fmt: skip
    taken: set[str] = set()
    found: dict[str, Match] = {}
    for score, _, field, one in pairs:
        known = found.get(field.path)
        if one.name in taken or (known and not (field.many and not one.repeated)):
            continue
        taken.add(one.name)
        before = known.columns if known else ()
        found[field.path] = Match(field, (*before, one), known.score if known else score)
    for path, match in found.items():
        if match.field.type == "name" and len(match.columns) == 1:
            found[path] = _joined(match, columns, taken)
    order = list(fields(kind))
    return sorted(found.values(), key=lambda match: order.index(match.field.path))


def _joined(match: Match, columns: Sequence[Observed], taken: set[str]) -> Match:
    """A family name with the column of the given names beside it, where there is one."""
    (name,) = match.columns
    above, _, own = name.name.rpartition("/")
    given = {"prenom" if word == "nom" else word for word in words(own)} - {"famille"}
    for one in columns:
        beside, _, header = one.name.rpartition("/")
        if ("nom" in words(own) and "prenom" not in words(own) and one.name not in taken
                and beside == above and {w for w in words(header) if len(w) > 1} == given
                and not (one.parent or one.repeated or name.repeated)):  # fmt: skip
            taken.add(one.name)
            return Match(match.field, (name, one), match.score)
    return match


def _score(field: Field, column: Observed) -> float:
    pieces = column.name.split("/")
    headers = [words(pieces[-1]), words(" ".join(pieces[-2:]))]  # `mandat/numero` too
    if field.type == "name" and headers[0] == ["nom"]:
        return _NEAR
    last = field.path.rpartition(".")[2]
    least = _NEAR if field.path.endswith("birth.date") and _BORN & set(headers[0]) else 0.0
    return max(least, *(_alike(words(label), header) for header in headers for label in
                        (field.labels.fr, field.labels.en, last, *_ALSO.get(last, ()))))  # fmt: skip


def _alike(label: list[str], header: list[str]) -> float:
    """The share of words that both have; one telling word may stand for the label it begins."""
    if len(header) == 1 and label[:1] == header and header[0] not in _VAGUE:
        return max(_NEAR, 1 / len(set(label)))
    both = set(label) | set(header)
    return len(set(label) & set(header)) / len(both) if both else 0.0


def slug(text: str) -> str:
    """A header as a name of ours: folded, `_` for all that is no letter or digit."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return re.sub(r"[^a-z0-9]+", "_", "".join(c for c in plain if c.isascii())).strip("_")


def words(text: str) -> list[str]:
    """The words of a label or header: folded, without small ones, numbers and plurals."""
    found = list(dict.fromkeys(_words(text)))
    return [word for word in found if word != "code"] or found


def _words(text: str) -> Iterator[str]:
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.replace("n°", "num").replace("N°", "num"))
    plain = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    for word in re.findall(r"[^\W\d_]+", plain):
        if word not in _SMALL:
            full = _SHORT.get(word, word)
            yield full if len(full) < 4 else full.removesuffix("s")


def _fits(field: Field, column: Observed, dates: DateOrder | None) -> bool:
    """Never a name for a date: what the values are decides, not what the header says."""
    if field.type == "date":
        return dates is not None and (dates.seldom or not dates.partial)
    if field.type == "partial_date":
        return dates is not None
    if field.type == "integer":
        return column.whole_numbers and dates is None
    if field.type in ("code", "choice"):
        header = set(words(column.name.rpartition("/")[2]))
        return dates is None and not column.free_text and not _NAMES & header
    if field.path.endswith((".vin", ".chassis_number")):
        return column.vins == field.path.endswith(".vin")
    return dates is None and field.type in ("text", "name")
