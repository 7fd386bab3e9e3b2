"""Imports go down the floors only, and files inside a room form no circle."""

import ast
from collections.abc import Iterator
from pathlib import Path

import azalai

ROOT = Path(azalai.__file__).parent
FLOORS = {
    "": 1, "address": 1, "errors": 2, "clock": 2, "system_words": 2,
    "canonical": 3, "paths": 3, "forks": 3, "logs": 3, "documents": 3, "schedule": 3, "arrival": 3, "store_server": 3, "witness_settings": 3, "retention": 3,
    "settings": 4, "ledger": 4,
    "records": 5, "plugin": 6,
    "mapping": 7, "agreements": 7, "formats": 7, "sources": 7, "transports": 7,
    "outbox": 8, "translate": 8, "drafting": 8, "store": 9, "pipeline": 10, "delivery": 10, "reports": 10,
    "evidence": 11, "app": 11, "service": 12, "console": 12, "simulate": 12, "testing": 13, "cli": 14,
    "__main__": 15, "connectors": 4,
}  # fmt: skip


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = list(path.relative_to(ROOT).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        yield ".".join(["azalai", *parts]), path


def imports(name: str, path: Path) -> Iterator[str]:
    """Every azalai module that a file imports, relative ones resolved, wherever it stands."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] == "azalai")
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            if module.split(".")[0] == "azalai":
                yield module
                yield from (f"{module}.{a.name}" for a in node.names)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_imports_go_down() -> None:
    """No room imports from its own floor's other rooms, nor from a floor above."""
    known = {name for name, _ in modules()}
    wrong = []
    for name, path in modules():
        for target in imports(name, path):
            if target not in known or room(target) in (room(name), ""):
                continue
            if FLOORS[room(target)] >= FLOORS[room(name)]:
                wrong.append(f"{name} imports {target}")

    assert wrong == []


def test_no_circle() -> None:
    """Files form no circle, type-only imports counted."""
    known = dict(modules())
    graph = {
        name: {t for t in imports(name, path) if t in known and t != name}
        for name, path in known.items()
    }
    faces = {name for name, path in known.items() if path.name == "__init__.py"}
    graph = {n: {t for t in ts if not (t in faces and n.startswith(t + "."))}
             for n, ts in graph.items()}  # fmt: skip
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail, name])
        if name in done:
            return
        for target in sorted(graph[name]):
            visit(target, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_no_type_checking_blocks() -> None:
    """`if TYPE_CHECKING` is where circles hide."""
    assert [n for n, p in modules() if "TYPE_CHECKING" in p.read_text()] == []
