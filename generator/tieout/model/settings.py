"""What `tieout.yml` says, as values. `config` reads it; history, checks and views are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tieout.model.grades import Grade

ISMS = "isms"  # id of the ISMS's own repository in every stage; it may hold services too
RepositoryKind = Literal["service", "environments", "records", "template", "isms"]


@dataclass(frozen=True, slots=True)
class Repository:
    """A linked repository. `url` is a path (relative to the folder of tieout.yml) or a URL."""

    id: str
    url: str
    branch: str = "main"
    kind: RepositoryKind = "service"
    # records: shell patterns of exported review records, JSON lines, one change a line
    reviews: tuple[str, ...] = ()
    line: int = 0  # in tieout.yml
    root_keys: tuple[str, ...] = ()  # fingerprints of the keys that sign the first root of gittuf's policy
    deployments: tuple[str, ...] = ()  # records: patterns of files of deployment records, JSON lines
    only_robots_push: bool = False  # the operator's word that the forge lets nobody else push there
    results: tuple[str, ...] = ()  # records: patterns of run records (.jsonl) and of files that tools left, see `paths`


@dataclass(frozen=True, slots=True)
class Emergency:
    """The operator's marks of an emergency change; nothing else makes a change one, except a direct push."""

    subjects: tuple[str, ...] = ()  # first words of a subject, such as hotfix:
    branches: tuple[str, ...] = ()  # shell patterns of merged branches, such as hotfix/*
    trailers: tuple[str, ...] = ()  # keys of a trailer, such as Emergency


@dataclass(frozen=True, slots=True)
class Forge:
    """Where the ISMS's own repository is on the web: addresses with places to fill in; an empty one makes no link."""

    edit: str = ""  # with {path} and perhaps {branch}: where the file of a page is edited
    history: str = ""  # with {path} and perhaps {branch}: where the commits of a file are listed
    change: str = ""  # with {commit}: where a commit is shown


@dataclass(frozen=True, slots=True)
class Config:
    """`tieout.yml`, schema 1."""

    operator: str
    content: str = "isms"  # folder of the registers, beside tieout.yml
    branch: str = "main"  # protected branch of the ISMS's own repository
    repositories: Mapping[str, Repository] = field(default_factory=dict)
    change_references: tuple[str, ...] = ()  # prefixes of ticket ids: TRD matches TRD-123
    emergency: Emergency = Emergency()
    # lowest grade of an approval that counts, by service tier
    grades: Mapping[int, Grade] = field(
        default_factory=lambda: {1: Grade.RECORDED, 2: Grade.TWO_NAMES, 3: Grade.STATED}
    )
    forge: Forge = Forge()
    theme: str = ""  # folder of a theme that overrides the default one, file by file
    folder: str = ""  # of tieout.yml below the top of its repository; whoever reads the files knows it

    @property
    def below(self) -> str:
        """What the paths of all records begin with, seen from the folder of tieout.yml: `isms/`, or nothing."""
        return "" if self.content in {"", "."} else f"{self.content}/"
