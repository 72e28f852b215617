"""Manifests and lock files of Go, Rust, Ruby and PHP.

Tried on strongdm/comply and gittuf/gittuf (Go), rust-lang/mdBook, libp2p/rust-libp2p and
deuxfleurs-org/garage (Rust), jekyll/minima (Ruby) and composer/composer (PHP).
"""

import re
from collections.abc import Iterator

from tieout.history.contents.forms import (
    LOCAL,
    SHARED,
    Dependency,
    Locked,
    Named,
    UnreadableError,
    lines_of,
    normalised,
    parse_json,
    parse_toml,
    table,
    word,
)
from tieout.text.versions import is_exact

_MODULE = re.compile(r"(?:require\s+)?\"?([^\s\"()]{1,300})\"?\s+(v[^\s/]{1,100})")
_REPLACED = re.compile(
    r"(?:replace\s+)?([^\s]{1,300})(?:\s+v[^\s]{1,100})?\s+=>\s+([^\s]{1,300})(?:\s+(v[^\s]{1,100}))?"
)
_SUM = re.compile(r"([^\s]{1,300}) (v[^\s/]{1,100})(?:/go\.mod)? h1:")
_GEM = re.compile(r"\s*gem[\s(]+['\"]([A-Za-z0-9._-]{1,200})['\"](.{0,500})")
_RANGE = re.compile(r"\s*,\s*['\"]([^'\"]{1,100})['\"]")
_LOCKED_GEM = re.compile(r" {4}([A-Za-z0-9._-]{1,200}) \(([^()]{1,100})\)")
_PLATFORM = re.compile(r"php(?:-\w{1,20})?|hhvm|ext-.{1,100}|lib-.{1,100}|composer(?:-\w{1,30}-api)?")


# --- Go ------------------------------------------------------------------------------------------------------------


def read_go_mod(data: bytes) -> Named:
    """go.mod names exact versions of all it needs; go.sum holds what each has to be."""
    required: dict[str, str] = {}
    replaced: dict[str, tuple[str, str]] = {}
    for block, line in _blocks(data):
        if block == "require" and (found := _MODULE.match(line)):
            required[found[1]] = found[2]
        elif block == "replace" and (swapped := _REPLACED.match(line)):
            replaced[swapped[1]] = (swapped[2], swapped[3] or "")
    return Named(tuple(_module(path, version, replaced) for path, version in required.items()))


def _blocks(data: bytes) -> Iterator[tuple[str, str]]:
    """Each line with the directive that it belongs to."""
    block = ""
    for raw in lines_of(data):
        line = raw.partition("//")[0].strip()
        if block and line == ")":
            block = ""
        elif block:
            yield block, line
        elif line.endswith("("):
            block = line[:-1].strip()
        elif line:
            yield line.split()[0], line


def _module(path: str, version: str, replaced: dict[str, tuple[str, str]]) -> Dependency:
    other, at = replaced.get(path, (path, version))
    if not at:  # a folder
        return Dependency(path, version, "exact", exact=True, elsewhere=LOCAL)
    return Dependency(other, at, "exact")


def read_go_sum(data: bytes) -> Locked:
    locked: dict[str, tuple[str, ...]] = {}
    for line in lines_of(data):
        if (found := _SUM.match(line)) and found[2] not in locked.get(found[1], ())[-1:]:
            locked[found[1]] = (*locked.get(found[1], ()), found[2])
    return locked


# --- Rust ----------------------------------------------------------------------------------------------------------


def read_cargo(data: bytes) -> Named:
    value = parse_toml(data)
    places = [value, table(value, "workspace"), *table(value, "target").values()]
    groups = ("dependencies", "dev-dependencies", "build-dependencies")
    found = [one for place in places for group in groups for one in _crates(table(place, group))]
    return Named(tuple(dict.fromkeys(found)))


def _crates(group: object) -> Iterator[Dependency]:
    for key, told in table(group).items():
        name = normalised(word(table(told).get("package")) or key)
        asked = word(told) or word(table(told).get("version"))
        if "path" in table(told):
            yield Dependency(name, asked, "cargo", exact=True, elsewhere=LOCAL)
        elif "workspace" in table(told):
            yield Dependency(name, asked, "cargo", exact=True, elsewhere=SHARED)
        elif "git" in table(told):
            fixed = bool(re.fullmatch("[0-9a-f]{40}", word(table(told).get("rev"))))
            yield Dependency(name, asked, "cargo", fixed, "a repository")
        else:
            yield Dependency(name, asked, "cargo", is_exact(asked, "cargo"))


# --- Ruby ----------------------------------------------------------------------------------------------------------


def read_gemfile(data: bytes) -> Named:
    """Lines that begin with `gem`: a Gemfile is a program, and is not run."""
    found = []
    gemspec = False
    for line in lines_of(data):
        gemspec = gemspec or line.strip().startswith("gemspec")
        if gem := _GEM.match(line):
            ranges = _ranges(gem[2])
            local, repository = "path:" in gem[2], "git:" in gem[2] or "github:" in gem[2]
            elsewhere = LOCAL if local else "a repository" if repository else ""
            found.append(
                Dependency(gem[1], ", ".join(ranges), "ruby", local or is_exact(",".join(ranges), "ruby"), elsewhere)
            )
    limit = "What its gemspec asks for is not seen here." if gemspec else ""
    return Named(tuple(found), limit)


def _ranges(rest: str) -> list[str]:
    """The versions that follow the name, before any option."""
    ranges = []
    while found := _RANGE.match(rest):
        ranges.append(found[1])
        rest = rest[found.end() :]
    return ranges


def read_gemfile_lock(data: bytes) -> Locked:
    locked: dict[str, tuple[str, ...]] = {}
    for line in lines_of(data):
        if found := _LOCKED_GEM.match(line):
            locked[found[1]] = (*locked.get(found[1], ()), found[2])
    return locked


# --- PHP -----------------------------------------------------------------------------------------------------------


def read_composer(data: bytes) -> Named:
    value = parse_json(data)
    return Named(
        tuple(
            Dependency(name.casefold(), word(asked), "composer", is_exact(word(asked), "composer"))
            for group in ("require", "require-dev")
            for name, asked in table(value, group).items()
            if not _PLATFORM.fullmatch(name.casefold())
        )
    )


def read_composer_lock(data: bytes) -> Locked:
    value = parse_json(data)
    if not isinstance(value.get("packages"), list):
        raise UnreadableError("holds no packages")
    packages = [*_objects(value.get("packages")), *_objects(value.get("packages-dev"))]
    return {word(one.get("name")).casefold(): (word(one.get("version")),) for one in packages}


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
