"""What is said of lines that make no record: strays, torn groups, rows apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from azalai.address import Address
from azalai.documents import NOTHING, Text
from azalai.plugin.format import Finding, Unreadable


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a group of lines is unreadable."""

    code: str
    what: Text
    todo: Text = NOTHING

    @classmethod
    def damaged(cls, start: Address, line: Unreadable) -> "Flaw":
        """One of its lines is unreadable, for the reason given."""
        fr, en = _begun(start)
        return cls(line.code, Text(f"{fr} ; {line.what.fr}", f"{en}; {line.what.en}"), line.todo)

    @classmethod
    def torn(cls, start: Address, line: int) -> "Flaw":
        """The line before it is unreadable, and may have been its own."""
        what = Text(f"ligne {start.line} : la ligne {line}, illisible, est peut-être de cette"
                    " fiche",
                    f"line {start.line}: line {line}, which cannot be read, may be this"
                    " record's")  # fmt: skip
        todo = Text(f"corrigez la ligne {line} à la source.", f"correct line {line} at its source.")
        return cls("AZ-F063", what, todo)


@dataclass(slots=True)
class Strays:
    """Lines without a first line of theirs."""

    count: int = 0
    first: int = 0

    def add(self, address: Address) -> Unreadable:
        """One more."""
        self.count += 1
        self.first = self.first or address.line or address.number
        kind = f" (segment {address.part})" if address.part else ""
        what = Text(f"ligne {address.line}{kind} : la ligne n'est d'aucune fiche : la première"
                    " ligne de la sienne manque, ou porte un autre numéro",
                    f"line {address.line}{kind}: the line belongs to no record: the first line of"
                    " its own is missing, or has another number")  # fmt: skip
        return Unreadable(address, "AZ-F060", what, _SOURCE)

    def finding(self) -> Iterator[Finding]:
        """That the run is held: some record lacks them, nobody knows which."""
        if self.count:
            what = Text(f"{self.count} ligne(s) d'aucune fiche, la première ligne {self.first} :"
                        " une fiche peut être incomplète",
                        f"{self.count} line(s) of no record, the first at line {self.first}: a"
                        " record may be incomplete")  # fmt: skip
            yield Finding("AZ-F027", what, _SOURCE)


@dataclass(slots=True)
class Apart:
    """Lines with the same key that do not follow each other."""

    key: str
    count: int = 0
    first: int = 0

    def add(self, address: Address) -> Flaw:
        """One more group whose key came before."""
        self.count += 1
        self.first = self.first or address.line or address.number
        what = Text(f"ligne {address.line} : la même valeur de « {self.key} » est déjà venue plus"
                    " haut ; rien n'est réuni au hasard",
                    f"line {address.line}: the same value of `{self.key}` came before, further up;"
                    " nothing is joined by guess")  # fmt: skip
        return Flaw("AZ-F061", what, self._todo())

    def finding(self) -> Iterator[Finding]:
        """That the run is held: the record that came first lacks these lines."""
        if self.count:
            what = Text(f"{self.count} groupe(s) de lignes dont « {self.key} » est déjà venu plus"
                        f" haut, le premier ligne {self.first}",
                        f"{self.count} group(s) of lines whose `{self.key}` came before, the first"
                        f" at line {self.first}")  # fmt: skip
            yield Finding("AZ-F028", what, self._todo())

    def _todo(self) -> Text:
        return Text(f"triez le fichier sur « {self.key} », ou demandez pourquoi elle revient.",
                    f"sort the file by `{self.key}`, or ask why it comes again.")  # fmt: skip


def too_long(start: Address, lines: int, text: int) -> Flaw:
    """More lines or more text than a record may have."""
    fr, en = _begun(start)
    what = Text(f"{fr} : plus de {lines} lignes ou de {text} caractères",
                f"{en}: over {lines} lines or {text} characters")  # fmt: skip
    todo = Text("un début de fiche manque peut-être ; sinon : « file: lines_max ».",
                "a record's first line may be missing; if not: `file: lines_max`.")  # fmt: skip
    return Flaw("AZ-F062", what, todo)


def no_end(start: Address, last: int) -> Flaw:
    """The last line of the record, `record_ends`, did not come."""
    fr, en = _begun(start)
    what = Text(f"{fr} : sa ligne de fin manque après la ligne {last}",
                f"{en}: its last line is missing after line {last}")  # fmt: skip
    return Flaw("AZ-F064", what, _SOURCE)


def no_parent(start: Address, line: Address, tag: str, outer: str) -> Flaw:
    """A line that belongs into a part that has not begun."""
    fr, en = _begun(start)
    what = Text(f"{fr} ; ligne {line.line} : le segment {tag} vient avant « {outer} »",
                f"{en}; line {line.line}: the segment {tag} comes before `{outer}`")  # fmt: skip
    todo = Text("vérifiez l'ordre des lignes à la source.", "check the order of the lines.")
    return Flaw("AZ-F065", what, todo)


def unlike(start: Address, line: Address, column: str) -> Flaw:
    """A column of the record itself that has two values."""
    fr, en = _begun(start)
    what = Text(f"{fr} ; ligne {line.line} : « {column} » n'est pas celle de la première ligne",
                f"{en}; line {line.line}: `{column}` is not that of the first line")  # fmt: skip
    todo = Text("corrigez à la source ; si elle change de ligne en ligne, mettez-la dans une partie"
                " répétée.",
                "correct it at its source; if it changes from line to line, put it into a repeated"
                " part.")  # fmt: skip
    return Flaw("AZ-F066", what, todo)


def _begun(start: Address) -> tuple[str, str]:
    return f"fiche commencée ligne {start.line}", f"record begun on line {start.line}"


_SOURCE = Text("demandez un export complet, les lignes d'une fiche ensemble.",
               "ask for a whole export, the lines of a record together.")  # fmt: skip
