"""The operator's own registers and history as a plant needs them: who works here, what is where, what time it is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tieout.checks.case import day_of
from tieout.model.history import Facts, History, first_parent_line
from tieout.model.records import Person, Pipeline, Service
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, Judgement
from tieout.model.settings import ISMS, Config, Repository
from tieout.text.globs import matches, matches_any


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything before anything is planted. `moment` is the time of the first plant, after every commit of the operator."""

    isms: Isms
    config: Config
    facts: Facts
    judgement: Judgement
    histories: Mapping[str, History]
    trees: Mapping[str, Mapping[str, str]]  # by repository: every file at the tip, with its blob
    files: Mapping[str, bytes]  # of the ISMS
    audit: AuditDate
    moment: int

    @property
    def today(self) -> date:
        """The day on which something is planted."""
        return day_of(self.moment)

    def repository(self, service: Service) -> str:
        """The first linked repository of a service that was read and holds anything; empty where there is none."""
        pins = self.facts.pins
        there = (linked.repo for linked in service.repos if linked.repo in pins and pins[linked.repo].commit)
        return next((repo for repo in there if repo != ISMS), "")

    def tip(self, repo: str) -> str:
        return self.facts.pins[repo].commit

    def content(self, repo: str, path: str) -> bytes | None:
        """What a file holds at the tip, where its content was read."""
        return self.histories[repo].blobs.get(self.trees.get(repo, {}).get(path, ""))

    def pipeline(self, service: Service) -> Pipeline | None:
        return self.isms.pipelines.get(service.pipeline)

    def ticket(self) -> str:
        """A ticket id that counts, and a colon; empty where no prefix is configured."""
        return next((f"{prefix}-90001: " for prefix in self.config.change_references), "")

    def export(self) -> Repository | None:
        """The repository to which the forge's review records are exported, where it was read."""
        linked = self.config.repositories.values()
        return next((one for one in linked if one.reviews and one.id in self.trees), None)


def tree_at(history: History, tip: str) -> dict[str, str]:
    """Every file at a commit, with its blob: the first-parent line, played from its beginning."""
    found: dict[str, str] = {}
    for commit in first_parent_line(history, tip):
        for change in history.paths.get(commit, ()):
            if change.status == "D":
                found.pop(change.path, None)
            else:
                found[change.path] = change.blob
    return found


def people_of(scene: Scene, repo: str) -> tuple[Person, ...]:
    """People of the register who work today, those who changed the repository last before all others."""
    newest: dict[str, int] = {}
    for change in scene.facts.changes.values():
        if change.repo == repo:
            newest |= {author.person: change.order for author in change.authors if author.known}
    people = [person for person in scene.isms.people.values() if is_here(person, scene.today)]
    return tuple(sorted(people, key=lambda person: (-newest.get(person.id, -1), person.id)))


def is_here(person: Person, day: date) -> bool:
    """Whether someone is a person (no robot) with an address who works for the operator on a day."""
    span = person.active
    working = span is None or (span.from_ <= day and (span.to is None or day <= span.to))
    return working and not person.robot and bool(person.emails)


def path_for(pattern: str, name: str) -> str:
    """A path that a pattern means, with `name` in place of what the pattern leaves open; empty where none was found."""
    for filled in (name, f"{name}.txt", f"{name}.py"):
        path = pattern.strip("/").replace("**", filled).replace("*", filled).replace("?", "x")
        if matches(pattern, path):
            return path
    return ""


def path_of(service: Service, repo: str, name: str, without: Iterable[str] = ()) -> str:
    """A new path of a service, which none of the patterns `without` means; empty where none was found."""
    for pattern in _patterns(service, repo):
        for folder in ("", "docs/", "src/", "challenge/"):
            path = path_for(pattern, f"{folder}{name}")
            if path and not matches_any(tuple(without), path):
                return path
    return ""


def _patterns(service: Service, repo: str) -> Iterator[str]:
    for linked in service.repos:
        if linked.repo == repo:
            yield from linked.paths or ("**",)
