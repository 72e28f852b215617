"""requirements.txt, pyproject.toml and Pipfile, with the lock files of Poetry, uv, PDM and Pipenv, and pylock.toml.

Tried on pallets/flask, encode/httpx, ansible/ansible and beancount/beancount.
"""

import re
from collections.abc import Iterator

from tieout.history.contents.forms import (
    LOCAL,
    MAX_LINE,
    Dependency,
    Locked,
    Named,
    UnreadableError,
    normalised,
    parse_json,
    parse_toml,
    table,
    text_of,
    word,
    words,
)
from tieout.text.versions import is_exact

_REQUIREMENT = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[^\]]{0,500}\])?\s*(?:\(([^)]{0,500})\)|([^;@]{0,500}))"
)
_AT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,200})\s*(?:\[[^\]]{0,500}\])?\s*@\s*(\S{1,1000})")
_FIXED = re.compile(r"@[0-9a-f]{40}(?:[#?]|$)|#(?:.*&)?sha(?:256|384|512)=[0-9a-f]{32,}")
_CONSTRAINTS = re.compile(r"(?:-c|--constraint)[ =]\s*(\S{1,300})")
_OTHER = re.compile(r"(?:-r|--requirement)[ =]\s*(\S{1,300})")


def read_requirements(data: bytes) -> Named:
    """A requirements file of pip. What it takes from another one is judged with that one."""
    found: list[Dependency] = []
    also: list[str] = []
    others: list[str] = []
    for line in _logical_lines(text_of(data)):
        if taken := _CONSTRAINTS.match(line):
            also.append(taken[1])
        elif taken := _OTHER.match(line):
            others.append(taken[1])
        elif not line.startswith("-"):
            found.append(_requirement(line, hashed="--hash=" in line))
        elif line.startswith(("-e", "--editable")) and "://" in line:
            address = line.split()[-1][:MAX_LINE]
            name = normalised(address.rpartition("egg=")[2][:100])
            found.append(Dependency(name, address, "python", bool(_FIXED.search(address)), "a repository"))
    limit = (
        f"What it takes from {', '.join(others[:3])} is judged with that file, where the setting names its path."
        if others
        else ""
    )
    return Named(tuple(found), limit, also=tuple(also), alone=True)


def _logical_lines(text: str) -> Iterator[str]:
    """Lines without comments, those that end in a backslash joined."""
    waiting = ""
    for line in text.split("\n"):
        bare = re.sub(r"(?:^|\s)#.*", "", line[:2000]).strip()
        if bare.endswith("\\"):
            waiting = (waiting + bare[:-1] + " ")[:20_000]
        else:
            if whole := (waiting + bare).strip():
                yield whole
            waiting = ""
    if waiting.strip():
        yield waiting.strip()


def _requirement(line: str, *, hashed: bool = False) -> Dependency:
    """One requirement of PEP 508."""
    line = line[:MAX_LINE]
    if at := _AT.match(line):
        return Dependency(normalised(at[1]), at[2], "python", bool(_FIXED.search(at[2])), "a repository or an archive")
    found = _REQUIREMENT.match(line)
    if not found or line.startswith((".", "/")) or "://" in line:
        local = line.startswith((".", "/")) and "://" not in line
        fixed = local or hashed or bool(_FIXED.search(line))
        return Dependency(line[:100], line, "python", fixed, LOCAL if local else "a repository or an archive")
    asked = (found[2] or found[3] or "").split(" --")[0].strip()
    return Dependency(normalised(found[1]), asked, "python", hashed or is_exact(asked, "python"))


def read_pyproject(data: bytes) -> Named:
    """The dependencies of a project, its extras and groups, in the standard's form and in Poetry's.

    What the build of the project itself takes in (`build-system`) stands in no lock file and is left out.
    """
    value = parse_toml(data)
    project = table(value, "project")
    extras = table(project, "optional-dependencies").values()
    groups = (*table(value, "dependency-groups").values(), *table(value, "tool", "pdm", "dev-dependencies").values())
    listed = [*words(project.get("dependencies")), *(one for group in (*extras, *groups) for one in words(group))]
    listed += words(table(value, "tool", "uv").get("dev-dependencies"))
    poetry = table(value, "tool", "poetry")
    own = [table(poetry, "dependencies"), table(poetry, "dev-dependencies")]
    own += [table(group, "dependencies") for group in table(poetry, "group").values()]
    name = normalised(word(project.get("name")) or word(poetry.get("name")))
    found = [*map(_requirement, listed), *(one for each in own for one in _poetry(each))]
    return Named(tuple(dict.fromkeys(one for one in found if one.name != name)), hidden=_dynamic(project))


def _dynamic(project: object) -> str:
    moving = "dependencies" in words(table(project).get("dynamic"))
    return "works out its dependencies when it is built, so they are not seen here" if moving else ""


def _poetry(group: object) -> Iterator[Dependency]:
    for name, told in table(group).items():
        if name == "python":
            continue
        asked = word(told) or word(table(told).get("version"))
        place = next((key for key in ("path", "git", "url") if key in table(told)), "")
        fixed = place == "path" or bool(re.fullmatch("[0-9a-f]{40}", word(table(told).get("rev"))))
        exact = fixed if place else is_exact(asked, "poetry") or is_exact(asked, "python")
        yield Dependency(normalised(name), asked, "poetry", exact, _PLACES[place])


_PLACES = {"": "", "path": LOCAL, "git": "a repository", "url": "an archive"}


def read_pipfile(data: bytes) -> Named:
    value = parse_toml(data)
    return Named(tuple(one for group in ("packages", "dev-packages") for one in _poetry(table(value, group))))


def read_pipfile_lock(data: bytes) -> Locked:
    value = parse_json(data)
    groups = [table(value, group) for group in value if group != "_meta"]
    if not groups:
        raise UnreadableError("holds no packages")
    return {
        normalised(name): (word(table(told).get("version")).lstrip("="),)
        for group in groups
        for name, told in group.items()
    }


def is_compiled(data: bytes) -> bool:
    """Whether pip-tools or uv wrote a requirements file from a manifest: its head says so."""
    return b"autogenerated by" in data[:1000]


def read_compiled(data: bytes) -> Locked:
    return read_pinned_requirements(data)


def read_pinned_requirements(data: bytes) -> Locked:
    """A requirements file that serves as a lock file, or as constraints: what it pins."""
    named = read_requirements(data).dependencies
    return {one.name: (one.asked.lstrip("= "),) for one in named if one.exact}
