"""`keep:` of the configuration: how long records and copies stay, and who lets them go."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[int, Field(ge=1, le=36_500)]


class Keep(BaseModel):
    """Retention clocks, in days; without a line there is none.

    `records`: from the day that a record is no longer in force, by its kind, or `KIND/purpose`,
    or `default`. `rejects`: raw records that were not translated, from the day they were read.
    `backups`, `openings`: copies outside the store, from the day they were made.
    `when_due`: records wait for a person (`ask`, one decision a batch) or go (`erase`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: dict[Annotated[str, Field(pattern="^[A-Za-z]+(/[a-z_]+)?$")], Days] = {}
    rejects: Days | None = None
    backups: Days | None = None
    openings: Days | None = None
    when_due: Literal["ask", "erase"] = "ask"

    def days(self, kind: str, purpose: str) -> int | None:
        """How long a record stays once it is no longer in force; None: there is no clock."""
        for name in (f"{kind}/{purpose}", kind, "default"):
            if name in self.records:
                return self.records[name]
        return None

    def soonest(self, kind: str) -> int | None:
        """The least of what its purposes give a kind; None: no clock."""
        found = [days for name, days in self.records.items()
                 if name.partition("/")[0] in (kind, "default")]  # fmt: skip
        return min(found, default=None)
