"""What stands in a repository at a pin, as far as checks ask for it: parsed values, never the bytes of a file.

Only what the settings of the audit ask for is read; everything else is empty here, which means nobody asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Ecosystem = Literal["javascript", "python", "go", "rust", "ruby", "php", "java"]
ECOSYSTEMS: tuple[Ecosystem, ...] = ("go", "java", "javascript", "php", "python", "ruby", "rust")
# commit, digest: it is what it is for ever; version: a name that can be moved, and is meant not to be
PinnedBy = Literal["commit", "digest", "version", "branch", "latest", "nothing", "unknown"]


class Loose(NamedTuple):
    """A dependency that is not pinned, or does not stand in its lock file as the manifest asks."""

    name: str
    why: str  # the rest of a sentence that begins with the name: "is asked for as >=1.2"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A file that says what a build takes in, held against its lock file."""

    path: str
    ecosystem: Ecosystem | Literal[""]  # empty: its form is not read
    lock: str = ""  # path of its lock file; empty: there is none, or it needs none
    lockless: bool = False  # its form goes with a lock file, and there is none
    direct: int = 0  # dependencies that it names
    loose: tuple[Loose, ...] = ()
    uncompared: int = 0  # dependencies whose version could not be compared with the lock file
    limit: str = ""  # what this form cannot tell, as a sentence
    why: str = ""  # it, or its lock file, could not be read
    libraries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # asked-for ones: their versions


class Taken(NamedTuple):
    """An action or a container image that a build takes in from elsewhere."""

    path: str
    kind: Literal["action", "image"]
    name: str  # as written, with its version
    pinned: PinnedBy


class Ignore(NamedTuple):
    """A marker that tells a scanner to pass over something."""

    path: str
    line: int
    marker: str
    exceptions: tuple[str, ...]  # ids of exceptions on the line


class Policy(NamedTuple):
    """A pattern of policy files, and the files of the repository that it means."""

    pattern: str
    files: tuple[str, ...]


class Template(NamedTuple):
    """The file of a repository that holds the reviewers' checklist."""

    text: str = ""
    there: bool = True
    why: str = ""  # it could not be read


class Owned(NamedTuple):
    """A rule of CODEOWNERS that no later one for the same pattern replaces."""

    pattern: str
    owners: tuple[str, ...]  # ids of persons; of others what is written: an address, a login, a team


class Crossing(NamedTuple):
    """A file of one environment that names a path of another."""

    path: str
    line: int
    named: str
    environment: str  # whose path it is


@dataclass(frozen=True, slots=True)
class Part:
    """The paths of one environment in an environments repository."""

    environment: str
    patterns: tuple[str, ...]
    files: int = 0
    shared: tuple[str, ...] = ()  # environments that have a file of these paths too
    owners: tuple[tuple[str, ...], ...] = ()  # the sets of code owners that its files have, as written
    crossings: tuple[Crossing, ...] = ()


@dataclass(frozen=True, slots=True)
class RepositoryContents:
    """One repository at its pin."""

    repo: str
    commit: str
    doubt: str = ""  # why the list of files may not be whole
    manifests: tuple[Manifest, ...] = ()
    taken: tuple[Taken, ...] = ()
    policies: tuple[Policy, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)  # patterns of policy files, and its CI file that names them
    infrastructure: bool = False  # it holds Terraform
    ignores: tuple[Ignore, ...] = ()
    scanned: int = 0  # files that were looked through for such markers
    parts: tuple[Part, ...] = ()  # by environment
    owner_file: str = ""  # path of its CODEOWNERS
    owned: tuple[Owned, ...] | None = None  # what that says; None: nobody asked, or it was not read
    template: Template | None = None  # None: the setting of review-checklist names no file
    # files that conditions of the operator's own checks mean; None: what they say was not asked, or not read
    own: Mapping[str, bytes | None] | None = None  # None: there are no such conditions
    unread: Mapping[str, str] = field(default_factory=dict)  # files that are there and could not be read, and why
