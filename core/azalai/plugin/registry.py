"""Finds connectors: the deployment folder, the package, other distributions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path

from azalai import canonical, paths
from azalai.errors import ConnectorError
from azalai.plugin.manifest import MANIFEST, Manifest, read_manifest

GROUP = "azalai.connectors"


@dataclass(frozen=True, slots=True)
class Connector:
    """A connector found: its manifest, the folders that hold its files, and where it came from.

    A file is looked for in `folders` in order, so the deployment's copy wins file by file.
    """

    manifest: Manifest
    folders: tuple[Path, ...]
    mapping_folders: tuple[Path, ...]
    origin: str  # "deployment", "package" or the other distribution's name

    @property
    def name(self) -> str:
        """The connector's name, its folder's too."""
        return self.manifest.name

    def file(self, relative: str) -> Path | None:
        """One of the connector's own files, or None."""
        return _first(self.folders, relative)

    def mapping_file(self, relative: str) -> Path | None:
        """One of the connector's mapping files (mapping, examples, code list, XSD), or None."""
        return _first(self.mapping_folders, relative)

    @property
    def digest(self) -> str:
        """SHA-256 over its manifest and code, the files that win: a change of either is another."""
        code = sorted({p.relative_to(f).as_posix() for f in self.folders for p in f.rglob("*.py")})
        parts = [(name, self.file(name)) for name in (MANIFEST, *code)]
        return canonical.digest(b"".join(
            f"{canonical.digest(path.read_bytes())} {name}\n".encode()
            for name, path in parts if path is not None
        ))  # fmt: skip

    def samples(self) -> list[Path]:
        """The sample inputs, sorted by name."""
        found = {p.name: p for folder in reversed(self.folders) for p in _listed(folder)}
        return [found[name] for name in sorted(found)]


def _listed(folder: Path) -> Iterator[Path]:
    samples = folder / "samples"
    return (p for p in samples.iterdir() if p.is_file()) if samples.is_dir() else iter(())


def _first(folders: tuple[Path, ...], relative: str) -> Path | None:
    return next((f / relative for f in folders if (f / relative).is_file()), None)


def find(deployment: Path | None = None) -> Mapping[str, Connector]:
    """All connectors by name. No code of any connector is imported.

    Two distributions with the same connector name raise ConnectorError that names both; a
    connector in the deployment folder wins over the package's, file by file.
    """
    roots: dict[str, list[tuple[Path, Path, str]]] = {}
    for name, folder, mappings, origin in _places(deployment):
        known = roots.setdefault(name, [])
        if known and origin != "deployment" and known[0][2] != "deployment":
            raise ConnectorError(f"two connectors are called {name}: {known[0][2]}, {origin}")
        known.append((folder, mappings, origin))
    return {name: _join(places) for name, places in sorted(roots.items())}


def _join(places: list[tuple[Path, Path, str]]) -> Connector:
    folders = tuple(folder for folder, _, _ in places)
    holding = next(f for f in folders if (f / MANIFEST).is_file())
    return Connector(
        manifest=read_manifest(holding),
        folders=folders,
        mapping_folders=tuple(mappings for _, mappings, _ in places),
        origin=places[0][2],
    )


def _places(deployment: Path | None) -> Iterator[tuple[str, Path, Path, str]]:
    packaged = {p.name for p in _folders(paths.connectors())}
    if deployment is not None:
        inside = deployment / "connectors"
        named = {p.name for p in _folders(inside)}
        for name in sorted(named | _mapping_only(deployment, packaged)):
            yield name, inside / name, deployment / "mappings" / name, "deployment"
    for folder in _folders(paths.connectors()):
        yield folder.name, folder, paths.mappings() / folder.name, "package"
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        folder = _foreign(point)
        yield point.name, folder, folder / "mappings", point.dist.name if point.dist else GROUP


def _mapping_only(deployment: Path, packaged: set[str]) -> set[str]:
    """Deployment folders that change only the mappings of a packaged connector."""
    top = deployment / "mappings"
    return {p.name for p in top.iterdir() if p.name in packaged} if top.is_dir() else set()


def _folders(top: Path) -> list[Path]:
    if not top.is_dir():
        return []
    return sorted(p for p in top.iterdir() if (p / MANIFEST).is_file())


def _foreign(point: EntryPoint) -> Path:
    """A foreign connector's folder: the entry point's value is the package that holds it."""
    try:
        return Path(str(files(point.value)))
    except ModuleNotFoundError as err:
        raise ConnectorError(f"connector {point.name}: no package {point.value}") from err
