"""Manifests of all forms, each held against the lock file that goes with it.

In step means: every dependency of the manifest stands in the lock file, at a version that the manifest allows as far as
numbers tell. What a dependency brings with it, and whether the hashes are true, is for the tool itself.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from tieout.history.contents import java, javascript, others, python
from tieout.history.contents.forms import (
    LOCAL,
    MAX_DEPENDENCIES,
    MAX_LOCK,
    MAX_MANIFEST,
    SHARED,
    Dependency,
    Locked,
    Named,
    UnreadableError,
    normalised,
    parse_packages,
)
from tieout.model.contents import Ecosystem, Loose, Manifest
from tieout.text.versions import allows, lowest

MAX_MANIFESTS = 500  # of one repository
SHIPPED_IN = frozenset({"node_modules", "vendor"})  # folders in which other people's manifests lie

ReadLock = Callable[[bytes], Locked]


class Form(NamedTuple):
    """A kind of manifest, and the lock files that may go with it, the first that is there counts."""

    ecosystem: Ecosystem
    read: Callable[[bytes], Named]
    locks: tuple[tuple[str, ReadLock], ...] = ()
    workspace: bytes = b""  # what a manifest in a folder above holds where its lock file is for those below too


_NPM: tuple[tuple[str, ReadLock], ...] = (
    ("package-lock.json", javascript.read_npm_lock),
    ("npm-shrinkwrap.json", javascript.read_npm_lock),
    ("pnpm-lock.yaml", javascript.read_pnpm_lock),
    ("yarn.lock", javascript.read_yarn_lock),
)
_PYTHON: tuple[tuple[str, ReadLock], ...] = (
    ("uv.lock", parse_packages),
    ("poetry.lock", parse_packages),
    ("pdm.lock", parse_packages),
    ("pylock.toml", parse_packages),
    ("requirements.txt", python.read_compiled),
)
_GRADLE = Form("java", java.read_gradle, (("gradle.lockfile", java.read_gradle_lock),))
FORMS: Mapping[str, Form] = {
    "package.json": Form("javascript", javascript.read_package, _NPM, b'"workspaces"'),
    "pyproject.toml": Form("python", python.read_pyproject, _PYTHON, b"[tool.uv.workspace"),
    "Pipfile": Form("python", python.read_pipfile, (("Pipfile.lock", python.read_pipfile_lock),)),
    "go.mod": Form("go", others.read_go_mod, (("go.sum", others.read_go_sum),)),
    "Cargo.toml": Form("rust", others.read_cargo, (("Cargo.lock", parse_packages),), b"[workspace"),
    "Gemfile": Form("ruby", others.read_gemfile, (("Gemfile.lock", others.read_gemfile_lock),)),
    "composer.json": Form("php", others.read_composer, (("composer.lock", others.read_composer_lock),)),
    "pom.xml": Form("java", java.read_pom),
    "build.gradle": _GRADLE,
    "build.gradle.kts": _GRADLE,
}
_REQUIREMENTS = Form("python", python.read_requirements)


def form_of(path: str) -> Form | None:
    """What kind of manifest a path is by its name; a text file with `requirements` in its path is pip's."""
    *folders, name = path.split("/")
    if name.endswith(".txt") and any("requirements" in part for part in (name, *folders[-1:])):
        return _REQUIREMENTS
    return FORMS.get(name)


def wanted_beside(path: str) -> Iterator[str]:
    """The files that may be needed to judge a manifest: its lock files, and the manifests of workspaces above it."""
    name = path.rpartition("/")[2]
    for at, _ in lock_paths(path):
        above = at.rpartition("/")[0]
        yield at
        yield f"{above}/{name}" if above else name


def is_shipped(path: str) -> bool:
    """Whether a path lies among what was taken in from others."""
    return not SHIPPED_IN.isdisjoint(path.split("/")[:-1])


def lock_paths(path: str) -> Iterator[tuple[str, ReadLock]]:
    """Where the lock file of a manifest may lie, the nearest first."""
    form = form_of(path)
    folder = path.rpartition("/")[0]
    for place in _upwards(folder) if form and form.workspace else [folder]:
        for name, read in form.locks if form else ():
            yield (f"{place}/{name}" if place else name), read


def beside(path: str, name: str) -> str:
    """The path of a file that a manifest names, from its own folder; empty where it leads out of the repository."""
    parts = path.split("/")[:-1]
    for part in name.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _upwards(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]


# --- one manifest --------------------------------------------------------------------------------------------------


def describe(path: str, there: Mapping[str, bytes | None], libraries: tuple[str, ...]) -> Manifest:
    """A manifest held against its lock file. `there` has all files that were asked for and exist: None, unreadable."""
    form = form_of(path)
    if form is None:
        return Manifest(path, "", why=f"{path} is of a form that is not read here")
    ecosystem = form.ecosystem
    lock, read_lock = _lock_of(path, form, there)
    at = path
    try:
        named = _named(form.read, _data(there, path, MAX_MANIFEST))
        at = lock
        locked = _locked(read_lock, _data(there, lock, MAX_LOCK)) if read_lock else {}
    except UnreadableError as fault:
        return Manifest(path, ecosystem, lock, why=f"{at} {fault}")
    if named.hidden and not lock:
        return Manifest(path, ecosystem, why=f"{path} {named.hidden}", libraries=_libraries(named, {}, libraries))
    also = [beside(path, one) for one in named.also]
    constraints = {name: found for one in also for name, found in _constraints(there, one).items()}
    loose, uncompared = _compare(named, locked if lock else None, constraints, lock)
    hidden = f"{path} {named.hidden}." if named.hidden else ""
    limits = [
        named.limit,
        hidden,
        *(f"The constraints at {one} could not be read." for one in also if there.get(one) is None),
    ]
    return Manifest(
        path,
        ecosystem,
        lock,
        bool(named.dependencies) and not lock and not named.alone,
        len(named.dependencies),
        loose,
        uncompared,
        " ".join(filter(None, limits)),
        libraries=_libraries(named, locked or constraints, libraries),
    )


def _lock_of(path: str, form: Form, there: Mapping[str, bytes | None]) -> tuple[str, ReadLock | None]:
    """The nearest lock file: in a folder above only where a workspace is there, and a requirements file only where pip-tools
    or uv wrote it.
    """
    folder, _, name = path.rpartition("/")
    for at, read in lock_paths(path):
        above = at.rpartition("/")[0]
        data = there.get(f"{above}/{name}" if above else name)
        pnpm = at.endswith("pnpm-lock.yaml")
        if at not in there or (above != folder and not pnpm and form.workspace not in (data or b"")):
            continue
        if read is not python.read_compiled or python.is_compiled(there[at] or b""):
            return at, read
    return "", None


def _data(there: Mapping[str, bytes | None], path: str, limit: int) -> bytes:
    data = there.get(path)
    if data is None:
        raise UnreadableError("could not be read, or is larger than is read")
    if len(data) > limit:
        raise UnreadableError(f"is larger than the {limit:,} bytes that are read")
    return data


@lru_cache(maxsize=256)
def _named(read: Callable[[bytes], Named], data: bytes) -> Named:
    named = read(data)
    if len(named.dependencies) > MAX_DEPENDENCIES:
        raise UnreadableError(f"names more than {MAX_DEPENDENCIES:,} dependencies")
    return named


@lru_cache(maxsize=32)
def _locked(read: ReadLock, data: bytes) -> Locked:
    return read(data)


def _constraints(there: Mapping[str, bytes | None], path: str) -> Locked:
    data = there.get(path)
    return python.read_pinned_requirements(data) if data is not None and len(data) <= MAX_MANIFEST else {}


def _compare(named: Named, locked: Locked | None, constraints: Locked, lock: str) -> tuple[tuple[Loose, ...], int]:
    """What is not pinned or not in step, sorted by name, and how many versions could not be compared."""
    loose: dict[str, Loose] = {}
    uncompared = 0
    for one in named.dependencies:
        if locked is None:
            found = _without_lock(named, one, constraints)
        elif one.elsewhere:
            found, uncompared = None, uncompared + (one.elsewhere not in {LOCAL, SHARED})
        else:
            found = _in_lock(one, locked, lock)
            uncompared += found is None and not _allowed(one, locked[one.name])
        if found:
            loose.setdefault(one.name, found)
    return tuple(loose[name] for name in sorted(loose)), uncompared


def _without_lock(named: Named, one: Dependency, constraints: Locked) -> Loose | None:
    if one.exact or (named.alone and one.name in constraints):
        return None
    if one.elsewhere:
        return Loose(one.name, f"is taken from {one.elsewhere}, at no fixed commit or hash")
    return Loose(one.name, f"is asked for as {one.asked[:60]}" if one.asked else "is asked for at any version")


def _in_lock(one: Dependency, locked: Locked, lock: str) -> Loose | None:
    name = lock.rpartition("/")[2]
    versions = locked.get(one.name)
    if versions is None:
        return Loose(one.name, f"does not stand in {name}")
    if all(allows(one.asked, version, one.style) is False for version in versions) and versions:
        return Loose(one.name, f"is asked for as {one.asked[:60]}, and {name} has {', '.join(versions[:3])}")
    return None


def _allowed(one: Dependency, versions: tuple[str, ...]) -> bool:
    return any(allows(one.asked, version, one.style) for version in versions)


def _libraries(named: Named, locked: Locked, wanted: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The asked-for libraries that the manifest or its lock file has: versions of the lock file, else what is asked."""
    asked = {one.name: one for one in named.dependencies}
    found: dict[str, tuple[str, ...]] = {}
    for library in wanted:
        names = [name for name in (library, normalised(library), library.casefold()) if name in locked or name in asked]
        if names and locked.get(names[0]):
            found[library] = locked[names[0]]
        elif names:
            found[library] = (_least(asked[names[0]]),) if names[0] in asked else ("",)
    return found


def _least(one: Dependency) -> str:
    if one.style == "exact":
        return one.asked
    return one.asked.lstrip("= v") if one.exact else lowest(one.asked, one.style)
