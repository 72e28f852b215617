"""The repositories that a check on contents looks at, with one item for each, and what cannot be told of one."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tieout.checks.case import Case, Place, Verdict, item_of, strictest_first
from tieout.model.contents import RepositoryContents
from tieout.model.records import Service
from tieout.model.results import Item, Outcome
from tieout.text.globs import matches_any
from tieout.text.words import digits, human_list, plural, visible

SHOWN = 3  # of the things that are wrong in one item


class Source(NamedTuple):
    """A repository of a service, and the paths in it that are the service's own."""

    service: Service
    repo: str
    paths: tuple[str, ...]

    def owns(self, path: str) -> bool:
        return matches_any(self.paths, path)


Judge = Callable[[Source, RepositoryContents], Verdict]


def sources(case: Case) -> Iterator[Source]:
    """The repositories of the services that run, by service and repository."""
    for service in case.isms.services.values():
        if service.status in ("live", "retiring"):
            paths: dict[str, tuple[str, ...]] = {}
            for linked in service.repos:
                paths[linked.repo] = (*paths.get(linked.repo, ()), *linked.paths)
            yield from (Source(service, repo, paths[repo]) for repo in sorted(paths))


def judge_sources(case: Case, check: str, expected: str, judge: Judge) -> tuple[Item, ...]:
    """One item for each repository of each service that runs."""
    return tuple(
        repository_item(case, check, found.repo, [found.service.id], _judged(case, found, expected, judge))
        for found in sources(case)
    )


def _judged(case: Case, found: Source, expected: str, judge: Judge) -> Verdict:
    contents = case.facts.contents.get(found.repo)
    if contents is None or hole_of(case, found.repo):
        return cannot_tell(case, found.repo, expected)
    return doubted(contents, judge(found, contents))


def hole_of(case: Case, repo: str) -> str:
    """Why nothing of a repository could be read; empty where it was."""
    pin = case.facts.pins.get(repo)
    if repo in case.facts.missing:
        return case.facts.missing[repo]
    return "" if pin and pin.commit else "nothing of it lies before the audit's cut-off"


def cannot_tell(case: Case, repo: str, expected: str) -> Verdict:
    why = hole_of(case, repo) or "its files were not listed"
    reason = f"What stands in {repo} could not be read: {visible(why)}."
    return Verdict(Outcome.UNKNOWN, expected, "repository not read", reason)


def doubted(contents: RepositoryContents, verdict: Verdict) -> Verdict:
    """Where the list of files may not be whole, nothing is passed and nothing is said not to be there."""
    if not contents.doubt or verdict.outcome is Outcome.FAIL:
        return verdict
    reason = f"Not all files of {contents.repo} are known: {contents.doubt}."
    return Verdict(Outcome.UNKNOWN, verdict.expected, "files not all known", reason)


def repository_item(case: Case, check: str, repo: str, services: Iterable[str], verdict: Verdict) -> Item:
    """What stands at the pin is so at the end of the period."""
    service, *others = strictest_first(case.isms, services) or ("",)
    return item_of(check, Place("repository", repo, service, case.date.end, tuple(others)), verdict)


def shorten(found: Iterable[str], sep: str = "; ") -> str:
    """The first few, and how many more there are."""
    every = [visible(one) for one in found]
    if len(every) == SHOWN + 1:
        return sep.join(every)
    more = [f"and {digits(len(every) - SHOWN)} more"] if len(every) > SHOWN else []
    return sep.join([*every[:SHOWN], *more])


def listed(patterns: Iterable[str]) -> str:
    """The first patterns of a setting, as a list in a sentence."""
    every = [visible(one) for one in patterns]
    return human_list([*every[:4], *([f"{plural(len(every) - 4, 'more pattern')}"] if len(every) > 4 else [])])
