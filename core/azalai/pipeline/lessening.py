"""Whether a newer version only takes away: then it goes to who has the older one, always."""

from collections.abc import Mapping, Sequence
from typing import Any

_APART = frozenset({"provenance", "schema_version"})
"""Not part of what a record says."""


def taken_away(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """The fields that a newer version leaves out, as paths without positions (`warrants.number`);
    empty where nothing is left out, or anything was added or changed."""
    gone: set[str] = set()
    kept = _less({k: v for k, v in before.items() if k not in _APART},
                 {k: v for k, v in after.items() if k not in _APART}, "", gone)  # fmt: skip
    return frozenset(gone) if kept else frozenset()


def touches(gone: frozenset[str], fields: Sequence[str]) -> bool:
    """Whether one of these fields (paths, or what stands above them) lost something."""
    return any(f"{path}.".startswith(f"{field}.") or f"{field}.".startswith(f"{path}.")
               for path in gone for field in fields)  # fmt: skip


def _less(before: Any, after: Any, path: str, gone: set[str]) -> bool:
    """Whether `after` is `before` less something; what is missing goes into `gone`."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        gone |= {_join(path, name) for name in before if name not in after}
        return all(name in before and _less(before[name], inner, _join(path, name), gone)
                   for name, inner in after.items())  # fmt: skip
    if isinstance(before, list) and isinstance(after, list):
        return _fewer(before, after, path, gone)
    return bool(before == after)


def _fewer(before: list[Any], after: list[Any], path: str, gone: set[str]) -> bool:
    """Each element of `after`, in its order, is one of `before` or less than it."""
    rest = iter(before)
    for wanted in after:
        for one in rest:
            lost: set[str] = set()
            if _less(one, wanted, path, lost):
                gone |= lost
                break
            gone.add(path)
        else:
            return False
    if any(True for _ in rest):
        gone.add(path)
    return True


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
