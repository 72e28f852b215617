"""pom.xml of Maven, and build files of Gradle with their gradle.lockfile.

Maven has no lock file: a version that is a range, SNAPSHOT, LATEST or RELEASE is not pinned, and of the others only the
direct ones are seen. Tried on palantir/atlasdb (Gradle). A Gradle build file is a program: coordinates in quotes are read, and nothing is run.
"""

import re
from collections.abc import Mapping

from tieout.history.contents.forms import Dependency, Locked, Named, UnreadableError, lines_of, text_of
from tieout.history.results.markup import RefusedError, walk

_MOVING = re.compile(r"[\[(].{0,100}|.{0,100}(?:-SNAPSHOT|LATEST|RELEASE)|latest\..{1,40}|.{0,60}\+")
_PROPERTY = re.compile(r"\$\{([A-Za-z0-9._-]{1,100})\}")
_COORDINATES = re.compile(
    r"['\"]([A-Za-z0-9_.-]{1,100}:[A-Za-z0-9_.-]{1,100})(?::([^'\":@\s]{1,100}))?[^'\"\s]{0,100}['\"]"
)
_CATALOGUE = re.compile(r"\blibs\.[a-z]")
_LOCKED = re.compile(r"([A-Za-z0-9_.-]{1,100}:[A-Za-z0-9_.-]{1,100}):([^=\s]{1,100})=")
_MANAGED = "from elsewhere"


def read_pom(data: bytes) -> Named:
    """Dependencies and plugins of a pom.xml, with the properties of the same file put in."""
    properties: dict[str, str] = {}
    found: list[dict[str, str]] = []

    def tell(around: tuple[str, ...], text: str) -> None:
        if around[-2:-1] == ("properties",):
            properties[around[-1]] = text
        elif around[-1] in _PARTS and around[-2:-1] in (("dependency",), ("plugin",), ("parent",)):
            if not found or around[-1] in found[-1]:
                found.append({})
            found[-1][around[-1]] = text
        elif around[-1] in {"dependency", "plugin", "parent"}:
            found.append({})

    try:
        walk(data, lambda *_: None, tell)
    except RefusedError as fault:
        raise UnreadableError(f"is not read: {fault}") from None
    named = [_artefact(each, properties) for each in found if "artifactId" in each]
    limit = "Maven has no lock file, so what the direct dependencies bring with them is not pinned by anything here."
    return Named(tuple(named), limit, alone=True)


_PARTS = frozenset({"groupId", "artifactId", "version"})


def _artefact(told: Mapping[str, str], properties: Mapping[str, str]) -> Dependency:
    version = _PROPERTY.sub(lambda found: properties.get(found[1], found[0]), told.get("version", ""))
    name = f"{told.get('groupId', 'org.apache.maven.plugins')}:{told['artifactId']}"
    if not version or "${" in version:
        return Dependency(name, version, "composer", exact=True, elsewhere=_MANAGED)
    return Dependency(name, version, "composer", not _MOVING.fullmatch(version))


def read_gradle(data: bytes) -> Named:
    text = text_of(data)
    found = dict(_COORDINATES.findall(text))
    named = [
        Dependency(
            name,
            version,
            "composer",
            not _MOVING.fullmatch(version),
            "" if version and "$" not in version else _MANAGED,
        )
        for name, version in found.items()
    ]
    hidden = "takes versions from elsewhere, such as a catalogue or a platform, which is not read"
    managed = bool(_CATALOGUE.search(text)) or any(one.elsewhere for one in named)
    limit = "Of a build file of Gradle only coordinates in quotes are seen."
    return Named(tuple(named), limit, hidden if managed else "", alone=True)


def read_gradle_lock(data: bytes) -> Locked:
    locked: dict[str, tuple[str, ...]] = {}
    for line in lines_of(data):
        if found := _LOCKED.match(line):
            locked[found[1]] = (*locked.get(found[1], ()), found[2])
    return locked
