"""What an agreement permits on a day: for `agreement list`."""

from dataclasses import dataclass
from datetime import date

from .agreement import Agreement


@dataclass(frozen=True, slots=True)
class Permission:
    """One share rule towards one destination; `groups` less `without` may go."""

    destination: str
    rule: str
    kind: str
    groups: tuple[str, ...]
    without: tuple[str, ...]
    basis: str


def describe(agreement: Agreement, on: date) -> tuple[Permission, ...]:
    """What the agreement permits on a day, by destination and rule; nothing out of its days."""
    if not agreement.starts <= on <= agreement.until:
        return ()
    return tuple(
        Permission(to, f"{agreement.ident}/{rule.name}", rule.kind, rule.groups, rule.without,
                   rule.basis)
        for to in agreement.destinations
        for rule in agreement.share
    )  # fmt: skip
