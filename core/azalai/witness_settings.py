"""`azalai.yaml`: who cosigns our ledger, whose ledgers this node cosigns, how long entries stay."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError("une adresse et un port / an address and a port: 192.0.2.10:8470")
    return value


def _as_url(value: str) -> str:
    try:
        url = urlsplit(value)
        fits = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        fits = False
        url = urlsplit("")
    if not fits or url.query or url.fragment or url.username is not None:
        raise ValueError("une adresse sans paramètre / an address without parameters: "
                         "https://hôte/préfixe")  # fmt: skip
    return value


Vkey = Annotated[str, Field(pattern=r"^[^\s+]+\+[0-9a-fA-F]{8}\+[A-Za-z0-9+/]+=*$", max_length=400)]
Vkeys = Annotated[tuple[Vkey, ...], BeforeValidator(_as_list), Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WitnessNode(_Part):
    """A witness of our ledger: its key; where it listens (`url`, none: by mail or stick), with the
    authority of its certificate and our client certificate for `https`."""

    vkey: Vkey
    url: Annotated[str, AfterValidator(_as_url)] | None = None
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> "WitnessNode":
        if (self.url or "").startswith("https://") != (self.ca is not None):
            raise ValueError("« ca: » va avec https:// / `ca:` goes with https://")
        if (self.certificate is None) != (self.key is None) or (self.key and not self.ca):
            raise ValueError("« certificate: » et « key: » vont ensemble, avec https:// / "
                             "`certificate:` and `key:` go together, with https://")  # fmt: skip
        return self


class Witnesses(_Part):
    """Who cosigns our ledger: `quorum` of `nodes` must have cosigned one checkpoint; an alarm when
    entries wait for that longer than `late_after_s` seconds."""

    quorum: Annotated[int, Field(ge=1, le=32)]
    late_after_s: Annotated[int, Field(ge=60, le=31_536_000)] = 86_400
    nodes: Annotated[dict[Name, WitnessNode], Field(min_length=1, max_length=32)]

    @model_validator(mode="after")
    def _enough(self) -> "Witnesses":
        if self.quorum > len(self.nodes):
            raise ValueError(f"« quorum: {self.quorum} » pour {len(self.nodes)} cosignataire(s) / "
                             f"`quorum: {self.quorum}` of {len(self.nodes)} witness(es)")  # fmt: skip
        keys = [one.vkey.partition("+")[2].partition("+")[2] for one in self.nodes.values()]
        if len(set(keys)) < len(keys):
            raise ValueError("deux cosignataires ont une même clé / two witnesses have one key")
        return self


class WitnessedLog(_Part):
    """A partner's ledger that this node cosigns: its key, several during a rotation."""

    vkey: Vkeys


class Cosigning(_Part):
    """This node as a witness: its name and key, the `logs` it cosigns; where it listens (`listen`,
    none: by mail or stick only), with TLS where there is a certificate, for clients of `client_ca`
    only where that is given."""

    name: Annotated[str, Field(pattern=r"^[^\s+]+$", max_length=255)]
    key: str = "keys/witness.pem"
    listen: Annotated[str, AfterValidator(_as_address)] | None = None
    certificate: str | None = None
    tls_key: str | None = None
    client_ca: str | None = None
    logs: Annotated[dict[Name, WitnessedLog], Field(max_length=1000)] = {}

    @model_validator(mode="after")
    def _whole(self) -> "Cosigning":
        if (self.certificate is None) != (self.tls_key is None) or (
            self.client_ca is not None and self.certificate is None
        ):
            raise ValueError("« certificate: » et « tls_key: » vont ensemble, « client_ca: » avec "
                             "eux / `certificate:` and `tls_key:` go together, `client_ca:` with "
                             "them")  # fmt: skip
        return self


class Retention(_Part):
    """How long the ledger's entries stay, by which written decision; `then: prune` lets go of older
    ones when `ledger prune` is typed."""

    days: Annotated[int, Field(ge=365, le=36_500)]
    policy: Annotated[str, Field(min_length=3, max_length=200)]
    then: Literal["prune"] = "prune"
