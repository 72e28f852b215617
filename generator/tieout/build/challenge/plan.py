"""What is to be planted, as values: commits, tags and files that nobody made, and the checks that should notice them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tieout.build.challenge.scene import Scene
from tieout.model.records import Service

# Plants of one round stand in one history together; those of another begin again from the operator's own.
Round = Literal["changes", "deployments", "history", "registers"]


class CannotBePlantedError(Exception):
    """Why a violation has no place here, as a sentence without its full stop."""


class Who(NamedTuple):
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Made:
    """A commit to be planted. `@@name@@` in a message or a file stands for the id of the commit of that name."""

    name: str
    repo: str
    message: str
    author: Who
    files: Mapping[str, bytes | None]
    committer: Who | None = None  # the author, where it is left out
    merges: str = ""  # name of the commit that it merges
    aside: bool = False  # it begins a side line from the tip, and is on the branch only once something merges it
    after: str = ""  # name of the side commit on which it stands; it is aside as well
    earlier: int = 0  # seconds by which its clock is wrong


@dataclass(frozen=True, slots=True)
class Tagged:
    """An annotated tag to be planted, on the commit of that name or id."""

    name: str
    repo: str
    on: str
    tagger: Who
    message: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A ref of the source that is put on another commit than it was, as a forced push does."""

    repo: str
    ref: str
    on: str  # id


@dataclass(frozen=True, slots=True)
class Plant:
    """One violation at one place. An item notices it that is about one of the `subjects`."""

    commits: tuple[Made, ...] = ()
    tags: tuple[Tagged, ...] = ()
    moved: tuple[Moved, ...] = ()
    files: Mapping[str, bytes | None] = field(default_factory=dict)  # of the ISMS, by path from its top
    subjects: tuple[str, ...] = ()  # names of commits, names of tags or ids of records
    repos: tuple[str, ...] = ()  # subjects too, where an item is about a repository as a whole
    says: tuple[str, ...] = ()  # words that the item has to say, where it may be bad for another reason


PlantFunction = Callable[[Scene, Service], Plant]
OncePlantFunction = Callable[[Scene], Plant]


@dataclass(frozen=True, slots=True)
class Violation:
    """A kind of violation, and the checks that should notice it."""

    id: str
    title: str
    round: Round
    plant: PlantFunction | None = None  # at each service
    plant_once: OncePlantFunction | None = None  # once, whatever the services
    expects: tuple[str, ...] = ()  # checks that should fail
    unsure: tuple[str, ...] = ()  # checks for which it is as honest to say that they cannot tell
