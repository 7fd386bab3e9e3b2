"""Whether a key came before, in memory that does not grow with the file."""

from azalai.errors import FormatError

SORTED = 100_000  # keys, after which those of a file in order need not be remembered
MOST = 1_000_000  # keys of a file in no order


class Seen:
    """Remembers keys. A file sorted by its key needs no memory: what comes later is greater."""

    def __init__(self) -> None:
        self._known: set[int] | None = set()
        self._orders = {"text": True, "number": True}
        self._last = ""

    def again(self, key: str, line: int) -> bool:
        """Whether this key came before. FormatError where that cannot be told any more: too many
        keys in no order, or an order that ends."""
        if self._known is None:
            if key != self._last and not self._follows(key):
                raise _unsorted(line)
            again = key == self._last
            self._last = key
            return again
        mark = hash(key)
        if mark in self._known:
            return True
        self._follows(key)
        self._known.add(mark)
        self._last = key
        if len(self._known) >= SORTED and any(self._orders.values()):
            self._known = None
        elif len(self._known) > MOST:
            raise _unsorted(line)
        return False

    def _follows(self, key: str) -> bool:
        """Whether the key is greater than the last one, in an order that has held so far."""
        last, orders = self._last, self._orders
        orders["text"] = orders["text"] and last < key
        orders["number"] = orders["number"] and (len(last), last) < (len(key), key)
        return orders["text"] or orders["number"]


def _unsorted(line: int) -> FormatError:
    what = (f"ligne {line} : fichier non trié (« rows_with_same »), trop long pour tout retenir",
            f"line {line}: a file not sorted (`rows_with_same`), too long to remember")  # fmt: skip
    todo = ("triez le fichier sur cette colonne.", "sort the file by this column.")
    return FormatError("AZ-F019", what, todo, line=line)
