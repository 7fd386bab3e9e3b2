"""Batch sizes that misbehave inside the child: what a parser gone wrong looks like."""


class Endless(int):
    """Comparing with it never returns."""

    def __le__(self, _other: int) -> bool:
        while True:
            pass


class Hungry(int):
    """Comparing with it asks for more memory than the child may have."""

    def __le__(self, _other: int) -> bool:
        return len(bytearray(4 << 30)) > 0


class Failing(int):
    """Comparing with it raises what nobody expects, with a value in its words."""

    def __le__(self, _other: int) -> bool:
        raise KeyError("FICTIF, Secret")
