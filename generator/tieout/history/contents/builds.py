"""What a build takes in besides dependencies: actions of GitHub workflows, and container images, with how each is pinned.

Read are workflows and actions of GitHub, .gitlab-ci.yml, compose files and Dockerfiles. What stands in a variable cannot
be told, and neither can what a script fetches.
"""

import re
from collections.abc import Iterator

from tieout.history.contents.forms import MAX_MANIFEST, UnreadableError, lines_of
from tieout.model.contents import PinnedBy, Taken
from tieout.problems import Source
from tieout.text.globs import matches_any
from tieout.text.yaml import parse

MAX_BUILDS = 500
_GITHUB = ("/.github/workflows/*.yml", "/.github/workflows/*.yaml", "action.yml", "action.yaml")
_GITLAB = ("/.gitlab-ci.yml", "/.gitlab/ci/**/*.yml", "/.gitlab/ci/**/*.yaml")
_COMPOSE = ("docker-compose*.yml", "docker-compose*.yaml", "compose.yml", "compose.yaml")
_DOCKER = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile")
_ALL = (*_GITHUB, *_GITLAB, *_COMPOSE, *_DOCKER)
_ACTION = re.compile(r"[^\s@]{1,300}@(\S{1,300})")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VERSION = re.compile(r"v?\d{1,9}(?:[.-][0-9A-Za-z_.-]{1,100})?")
_FROM = re.compile(r"\s*FROM\s+(?:--platform=\S{1,100}\s+)?(\S{1,500})(?:\s+AS\s+(\S{1,100}))?\s*", re.IGNORECASE)
_OPEN = "$"


def is_build_file(path: str) -> bool:
    return matches_any(_ALL, path)


def read_build_file(path: str, data: bytes) -> tuple[Taken, ...]:
    """What one file takes in, each once, in its order.

    Raises:
        UnreadableError: it is not YAML, or beyond the limits.
    """
    if matches_any(_DOCKER, path):
        if len(data) > MAX_MANIFEST:
            raise UnreadableError("is larger than is read")
        return tuple(dict.fromkeys(_stages(path, data)))
    parsed = parse(data, Source(), own=False)
    if parsed.problems:
        raise UnreadableError("is not YAML that can be read whole")
    if matches_any(_GITHUB, path):
        return tuple(dict.fromkeys(_of_github(path, parsed.value)))
    return tuple(dict.fromkeys(_images(path, parsed.value)))


def _of_github(path: str, value: object) -> Iterator[Taken]:
    for key, told in _pairs(value):
        if key == "uses" and isinstance(told, str) and not told.startswith("./"):
            if told.startswith("docker://"):
                yield _image(path, told.removeprefix("docker://"))
            else:
                yield Taken(path, "action", told[:200], _action(told))
        elif key == "container" and isinstance(told, str):
            yield _image(path, told)
        elif key == "image" and isinstance(told, str) and told != "Dockerfile" and not told.startswith("./"):
            yield _image(path, told.removeprefix("docker://"))


def _action(uses: str) -> PinnedBy:
    found = _ACTION.fullmatch(uses)
    if not found:
        return "nothing"
    if _COMMIT.fullmatch(found[1]):
        return "commit"
    return "version" if _VERSION.fullmatch(found[1]) else "branch"


def _images(path: str, value: object) -> Iterator[Taken]:
    """`image: name` and `image: {name: …}` of each job, or of each service of a compose file; services of GitLab are a
    list of either. What a compose file builds itself is not taken in.
    """
    compose = matches_any(_COMPOSE, path)
    top = value if isinstance(value, dict) else {}
    blocks = top.get("services") if compose else top
    inner = [one for one in (blocks.values() if isinstance(blocks, dict) else []) if isinstance(one, dict)]
    for block in inner if compose else [top, *inner]:
        if "build" not in block:
            yield from _of_block(path, block)


def _of_block(path: str, block: dict[str, object]) -> Iterator[Taken]:
    for key, told in block.items():
        if key == "image" and isinstance(told, str | dict):
            name = told.get("name") if isinstance(told, dict) else told
            if isinstance(name, str) and name:
                yield _image(path, name)
        elif key == "services" and isinstance(told, list):
            for one in told:
                name = one.get("name") if isinstance(one, dict) else one
                if isinstance(name, str):
                    yield _image(path, name)


def _image(path: str, name: str) -> Taken:
    return Taken(path, "image", name[:200], _tagged(name))


def _tagged(name: str) -> PinnedBy:
    if re.search(r"@sha256:[0-9a-f]{64}$", name):
        return "digest"
    if _OPEN in name:
        return "unknown"
    tag = name.rpartition("/")[2].partition(":")[2]
    return "latest" if tag == "latest" else "version" if tag else "nothing"


def _stages(path: str, data: bytes) -> Iterator[Taken]:
    stages = {"scratch"}
    for line in lines_of(data):
        if found := _FROM.fullmatch(line):
            if found[1].casefold() not in stages:
                yield _image(path, found[1])
            if found[2]:
                stages.add(found[2].casefold())


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    """Every field of a document with its value, whatever is around it. The parser limits how deep that is."""
    if isinstance(value, dict):
        for key, told in value.items():
            yield key, told
            yield from _pairs(told)
    elif isinstance(value, list):
        for one in value:
            yield from _pairs(one)
