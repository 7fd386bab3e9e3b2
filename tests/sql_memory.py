"""What a store keeps of the reading of a foreign database, in memory."""


class InMemory:
    """What the store keeps of a feed's reading."""

    def __init__(self) -> None:
        self.kept: str | None = None
        self.states: dict[str, str] = {}

    def place(self) -> str | None:
        return self.kept

    def keep(self, place: str) -> None:
        self.kept = place

    def state(self, digest: str) -> str | None:
        return self.states.get(digest)
