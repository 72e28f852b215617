"""package.json, with the lock files of npm, Yarn (both forms) and pnpm.

Tried on npm/cli, expressjs/express, babel/babel-loader (Yarn) and colinhacks/zod (pnpm).
"""

import re
from collections.abc import Iterator

from tieout.history.contents.forms import (
    LOCAL,
    Dependency,
    Locked,
    Named,
    UnreadableError,
    lines_of,
    parse_json,
    table,
    word,
)
from tieout.text.versions import is_exact

_LOCAL = ("file:", "link:", "workspace:", "portal:", "./", "../", "~/", "/")
_COMMIT = re.compile(r"#[0-9a-f]{40}$")
_YARN = re.compile(r'"?((?:@[^@/\s"]{1,100}/)?[^@\s",]{1,200})@')
_YARN_VERSION = re.compile(r'  version:? "?([^"\s]{1,100})"?$')
_PNPM_KEY = re.compile(r"  ['\"]?([^\s'\"]{3,500}?)['\"]?:")
_PNPM = re.compile(r"^/?((?:@[^/@\s]{1,100}/)?[^/@\s]{1,200})[@/]([^(_\s]{1,100})")


def read_package(data: bytes) -> Named:
    """Of a package.json: dependencies, devDependencies and optionalDependencies. Peers are somebody else's to bring."""
    found = parse_json(data)
    return Named(
        tuple(
            _dependency(name, word(asked))
            for group in ("dependencies", "devDependencies", "optionalDependencies")
            for name, asked in table(found, group).items()
        )
    )


def _dependency(name: str, asked: str) -> Dependency:
    if asked.startswith(_LOCAL):
        return Dependency(name, asked, "npm", exact=True, elsewhere=LOCAL)
    if asked.startswith("npm:"):
        return Dependency(name, asked, "npm", is_exact(asked.rpartition("@")[2], "npm"), "another name")
    if ":" in asked or "/" in asked:
        return Dependency(name, asked, "npm", bool(_COMMIT.search(asked)), "a repository or an archive")
    return Dependency(name, asked, "npm", is_exact(asked, "npm"))


def read_npm_lock(data: bytes) -> Locked:
    """package-lock.json and npm-shrinkwrap.json, versions 1 to 3: what is installed at the top, or further down."""
    found = parse_json(data)
    packages, dependencies = table(found, "packages"), table(found, "dependencies")
    if not packages and not dependencies and "lockfileVersion" not in found:
        raise UnreadableError("holds neither packages nor dependencies")
    locked: dict[str, tuple[str, ...]] = {}
    for path, package in packages.items():
        name = path.rpartition("node_modules/")[2]
        if "node_modules/" in path:
            own = table(packages, word(table(package).get("resolved"))) if "link" in table(package) else table(package)
            locked[name] = (*locked.get(name, ()), word(own.get("version")))
    for name, package in dependencies.items():
        locked.setdefault(name, (word(table(package).get("version")),))
    return locked


def read_yarn_lock(data: bytes) -> Locked:
    """yarn.lock of Yarn 1 and of later ones: a heading of the ranges asked for, then the version."""
    locked: dict[str, tuple[str, ...]] = {}
    names: tuple[str, ...] = ()
    for line in lines_of(data):
        if line and not line.startswith((" ", "#")):
            names = tuple(dict.fromkeys(_heads(line)))
        elif names and (version := _YARN_VERSION.match(line)):
            for name in names:
                locked[name] = (*locked.get(name, ()), version[1])
            names = ()
    return locked


def _heads(line: str) -> Iterator[str]:
    for part in line.rstrip(":").strip('"').split(", "):
        if head := _YARN.match(part.strip()):
            yield head[1]


def read_pnpm_lock(data: bytes) -> Locked:
    """pnpm-lock.yaml, versions 5 to 9: the keys of its packages, line by line: pnpm writes them, so they stand so."""
    locked: dict[str, tuple[str, ...]] = {}
    inside, seen = False, False
    for line in lines_of(data):
        if line and not line.startswith((" ", "#")):
            inside = line.rstrip() in {"packages:", "snapshots:"}
            seen = seen or line.startswith("lockfileVersion:")
        elif inside and (key := _PNPM_KEY.match(line)) and (found := _PNPM.match(key[1])):
            locked[found[1]] = tuple(dict.fromkeys((*locked.get(found[1], ()), found[2])))
    if not seen:
        raise UnreadableError("names no lockfileVersion")
    return locked
