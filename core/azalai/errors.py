"""Every error that Azalai raises on purpose, grouped by what the caller does next.

AzalaiError
├── StopError                 wrong usage or configuration: nothing was started (exit 2)
│   ├── ConfigurationError    the configuration does not check
│   ├── DocumentError         a YAML document has problems; carries all of them
│   ├── StepArgumentError     a mapping's step is written with wrong arguments
│   ├── ConnectorError        a connector's folder, manifest or name is wrong
│   ├── ApprovalError         this person may not ask for it or agree to it, or it is over
│   ├── KeyLockedError        a person must type the master key's passphrase first
│   ├── StoreVersionError     the store was made by a newer version than this one
│   └── RunnerBusyError       another runner holds the store
├── InputError                an input cannot be read as a whole: its run is held
│   └── FormatError           the bytes are not what the mapping declares
├── RecordError               values do not make a common record: reject that one, go on
│   ├── StepError             a mapping's step does not take this value
│   │   └── DateOrderError    a date that exists only with day and month exchanged
│   └── UnknownCodeError      a code list has no entry for it: the record waits for one
├── DeliveryError             nothing is wrong with the messages
│   └── DestinationDownError  it cannot be reached, or refuses us as a whole
├── CmsError                  a signed or encrypted message cannot be made, opened or trusted
├── SealError                 a sealed value does not open: it was changed, or its key is gone
├── VerificationError         evidence does not verify (exit 3)
│   └── WitnessRefusalError   a checkpoint that a witness does not cosign
└── StoreError                the store cannot do what was asked
    ├── StoreBusyError        another command holds it too long: try again
    │   └── StoreAwayError    its server cannot be reached, or went away: try again
    ├── DiskError             the disk takes nothing (full, failing): wait, nothing is lost
    │   └── DiskFailingError  a write or a sync failed (EIO): reopen and verify before going on
    ├── StoreBrokenError      the database is damaged or cannot be opened: stop
    │   └── StoreReadOnlyError  the database or its folder may not be written
    ├── LedgerEntryError      the ledger does not take this entry: nothing was written
    └── NotFoundError         no such record, delivery, run or reject
"""

from collections.abc import Sequence


class AzalaiError(Exception):
    """The root. `hint` says what to do next, where something can be done.

    `said` and `hint_said` are both in French and English, in this order; the English stands in
    for a French sentence that is not given.
    """

    def __init__(
        self, message: str, *, hint: str | None = None, fr: str | None = None,
        hint_fr: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.hint = hint
        self.said = (fr or message, message)
        self.hint_said = (hint_fr or hint or "", hint or "")


class StopError(AzalaiError):
    """Wrong usage or configuration: stop, nothing was started."""


class ConfigurationError(StopError):
    """The configuration does not check; `source` names the file that was read."""

    def __init__(
        self, message: str, *, source: str | None = None, hint: str | None = None,
        fr: str | None = None, hint_fr: str | None = None,
    ) -> None:  # fmt: skip
        where = f"{source}: " if source else ""
        super().__init__(where + message, hint=hint, fr=where + (fr or message), hint_fr=hint_fr)
        self.source = source


class DocumentError(StopError):
    """A mapping, agreement or other YAML document has problems: all at once.

    `problems` holds `documents.Problem` values; the message counts them, `documents.render`
    shows them.
    """

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__(f"{len(problems)} problem(s) in a document",
                         fr=f"{len(problems)} faute(s) dans un document")  # fmt: skip
        self.problems = tuple(problems)


class StepArgumentError(StopError):
    """A mapping's step is written with wrong arguments; `said` is (French, English)."""

    def __init__(self, said: tuple[str, str]) -> None:
        super().__init__(said[1], fr=said[0])


class ConnectorError(StopError):
    """A connector's folder, manifest or name is wrong."""


class ApprovalError(StopError):
    """Two people are needed, and this person is not one of them, or the request is over."""


class KeyLockedError(StopError):
    """The master key is under a passphrase that nobody has typed since the start."""

    def __init__(self) -> None:
        super().__init__("the master key is locked: nothing opens until a person unlocks it",
                         fr="la clé maîtresse est verrouillée : rien ne s'ouvre avant qu'une "
                         "personne la déverrouille",
                         hint="azalai key unlock", hint_fr="azalai key unlock")  # fmt: skip


class StoreVersionError(StopError):
    """A newer version of Azalai has changed the store: this one would not understand its rows."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"the store is of schema {found}, this version of azalai knows {known}",
            hint="install the version that the other nodes run; nothing was read or sent",
            fr=f"la base est au schéma {found}, cette version d'azalai connaît le {known}",
            hint_fr="installez la version des autres nœuds ; rien n'a été lu ni envoyé",
        )  # fmt: skip
        self.found = found
        self.known = known


class RunnerBusyError(StopError):
    """Another `run` or `daemon` holds the store's runner lock."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"another runner holds the store: {holder}", hint="wait for it, or stop it",
            fr=f"un autre processus tient la base : {holder}",
            hint_fr="attendez sa fin, ou arrêtez-le",
        )  # fmt: skip
        self.holder = holder


class InputError(AzalaiError):
    """An input cannot be read as a whole: its run is held with this as evidence.

    `what` and `todo` are (French, English); a plain text stands for both. `code` is stable.
    """

    def __init__(
        self,
        what: str | tuple[str, str],
        todo: str | tuple[str, str] = "",
        *,
        code: str = "AZ-F100",
    ) -> None:
        self.what = (what, what) if isinstance(what, str) else (what[0], what[1])
        self.todo = (todo, todo) if isinstance(todo, str) else (todo[0], todo[1])
        self.code = code
        super().__init__(f"{code}: {self.what[1]}", hint=self.todo[1] or None,
                         fr=f"{code} : {self.what[0]}", hint_fr=self.todo[0] or None)  # fmt: skip


class FormatError(InputError):
    """The input's bytes are not what the mapping declares (encoding, header, structure).

    `line` counts from 1, `offset` in bytes from 0; None where the place is the whole input.
    Of a header, `missing` names declared columns that it lacks, `new` what stands there instead.
    """

    def __init__(
        self,
        code: str,
        what: tuple[str, str],
        todo: tuple[str, str] = ("", ""),
        *,
        line: int | None = None,
        offset: int | None = None,
        missing: Sequence[str] = (),
        new: Sequence[str] = (),
    ) -> None:
        super().__init__(what, todo, code=code)
        self.line = line
        self.offset = offset
        self.missing = tuple(missing)
        self.new = tuple(new)


class RecordError(AzalaiError):
    """Values do not make a common record: reject that one, go on.

    `problems` holds (path, what is wrong), never a value of the record.
    """

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        places = ", ".join(path or "the whole" for path, _ in problems)
        super().__init__(f"{len(problems)} problem(s) in a record: {places}")
        self.problems = tuple(problems)


class StepError(RecordError):
    """A mapping's step does not take this value: reject the record.

    `code` is stable (`AZ-R102`); `what` and `todo` are (French, English), never with the value.
    """

    def __init__(self, code: str, what: tuple[str, str], todo: tuple[str, str] = ("", "")) -> None:
        super().__init__([("", f"{code} {what[1]}")])
        self.code = code
        self.what = what
        self.todo = todo


class DateOrderError(StepError):
    """A date that exists only with day and month exchanged: not a day of the declared order.

    Its code is that of every day that does not exist; `exchanged` is what it says. Many of them
    in one column hold the run. `declared` is the order as the mapping writes it (`jj/mm/aaaa`).
    """

    exchanged = (
        "ce jour n'existe pas au calendrier ; jour et mois échangés, il existe",
        "this day does not exist in the calendar; with day and month exchanged it does",
    )

    def __init__(self, declared: str) -> None:
        super().__init__(
            "AZ-R102",
            self.exchanged,
            (
                f"corrigez la date à la source ; l'ordre déclaré est {declared}",
                f"correct the date at its source; the declared order is {declared}",
            ),
        )
        self.declared = declared


class UnknownCodeError(RecordError):
    """A code list has no entry for this value: park the record until there is one.

    `value` is personal data: it is kept to be sealed and never stands in the message.
    """

    def __init__(
        self, code_list: str, value: str, what: tuple[str, str], todo: tuple[str, str]
    ) -> None:
        super().__init__([("", f"unknown code in {code_list}")])
        self.code_list = code_list
        self.value = value
        self.what = what
        self.todo = todo


class DeliveryError(AzalaiError):
    """A delivery could not be made and nothing is wrong with the messages."""


class DestinationDownError(DeliveryError):
    """The destination cannot be reached, or refuses us as a whole; nothing was taken.

    `reason` is a short code (`tls`, `name`, `connect`, `http_401`, ...) fit for logs;
    `not_before_s` is how long the destination asked to be left alone, in seconds, if it did.
    """

    def __init__(self, reason: str, *, detail: str = "", not_before_s: float | None = None) -> None:
        super().__init__(f"destination down: {reason}" + (f" ({detail})" if detail else ""))
        self.reason = reason
        self.detail = detail
        self.not_before_s = not_before_s


class CmsError(AzalaiError):
    """A signed or encrypted message (CMS, S/MIME) cannot be made, does not open, or is not to be
    trusted. `reason` is a short code (`foreign_signer`, `recipient_certificate_expired`, ...) fit
    for logs; what the message holds is never in it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"cms: {reason}")
        self.reason = reason


class SealError(AzalaiError):
    """A sealed value does not open: it was changed, or its key is gone."""


class VerificationError(AzalaiError):
    """Evidence does not verify. `where` names the entry, tile or row for the operator."""

    def __init__(self, message: str, *, where: str, fr: str | None = None) -> None:
        super().__init__(f"{where}: {message}", fr=None if fr is None else f"{where} : {fr}")
        self.where = where


class WitnessRefusalError(VerificationError):
    """A witness does not cosign. `status` is its answer over HTTP (C2SP tlog-witness); `size` is
    what it holds of that log where sizes conflict (409); `kind` names what a signed checkpoint
    shows: `split_view` (another root for a size that was cosigned) or ``."""

    def __init__(
        self, status: int, message: str, fr: str, *, size: int | None = None, kind: str = ""
    ) -> None:
        super().__init__(message, where="add-checkpoint")
        self.said = (f"add-checkpoint : {fr}", self.said[1])
        self.status = status
        self.size = size
        self.kind = kind


class StoreError(AzalaiError):
    """The store cannot do what was asked."""


class StoreBusyError(StoreError):
    """Another command held the store longer than the busy timeout: try again."""


class StoreAwayError(StoreBusyError):
    """The database server cannot be reached, or the connection was lost. What was committed
    stays; whether a commit that was under way is one of it, only the rows tell."""

    def __init__(self, message: str) -> None:
        super().__init__(message, fr="le serveur de la base ne répond pas",
                         hint="is it running, and reachable from here? what was committed stays; "
                         "a daemon goes on by itself once it answers",
                         hint_fr="tourne-t-il, est-il joignable d'ici ? ce qui était enregistré "
                         "le reste ; un démon reprend seul dès qu'il répond")  # fmt: skip


class DiskError(StoreError):
    """The disk does not take what must be written (full, failing); what was committed stays."""

    def __init__(self, message: str) -> None:
        super().__init__(message, fr="le disque ne prend plus rien : plein, ou en panne",
                         hint="make room (df, azalai store), then type the command again; "
                         "what was committed stays",
                         hint_fr="libérez de la place (df), puis retapez la commande ; ce qui "
                         "était enregistré le reste")  # fmt: skip


class DiskFailingError(DiskError):
    """The disk failed to write or to sync (EIO). Nothing of it counts as kept: the store is opened
    anew and verified before anything goes on."""


class StoreBrokenError(StoreError):
    """The database is damaged, no database of ours, or cannot be opened: stop."""


class StoreReadOnlyError(StoreBrokenError):
    """The database, its folder or the file system may not be written."""

    def __init__(self, message: str) -> None:
        super().__init__(message, fr="la base ne peut pas être écrite : disque monté en lecture "
                         "seule, ou droits du dossier state/",
                         hint="ls -ld state; mount | grep ' ro,'; nothing was lost or sent",
                         hint_fr="ls -ld state ; mount | grep ' ro,' ; rien n'est perdu ni "
                         "envoyé")  # fmt: skip


class LedgerEntryError(StoreError):
    """The ledger does not take an entry, so its transaction must not be committed.

    `kind` is the entry's type, `reason` says what is wrong, without its values.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"ledger entry {kind}: {reason}")
        self.kind = kind
        self.reason = reason


class NotFoundError(StoreError):
    """No such record, delivery, run or reject."""
