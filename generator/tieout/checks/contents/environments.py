"""G20: do production and the other environments stand apart in the environments repository."""

from collections.abc import Iterable, Iterator

from tieout.checks.case import Case, Verdict
from tieout.checks.contents.population import cannot_tell, doubted, hole_of, repository_item, shorten
from tieout.model.contents import Crossing, Part, RepositoryContents
from tieout.model.grades import Grade
from tieout.model.results import Item, Outcome
from tieout.text.globs import matches_any
from tieout.text.words import human_list, plural, visible

CHECK = "environments-separated"
EXPECTED = "production apart in paths, owners and references"


def environments_separated(case: Case) -> tuple[Item, ...]:
    """One item for each environments repository."""
    return tuple(
        repository_item(case, CHECK, repo, _services(case, repo), _verdict(case, repo))
        for repo, linked in sorted(case.config.repositories.items())
        if linked.kind == "environments"
    )


def _services(case: Case, repo: str) -> Iterator[str]:
    for service in case.isms.services.values():
        pipeline = case.isms.pipelines.get(service.pipeline)
        if pipeline and pipeline.deployments.repo == repo:
            yield service.id


def _verdict(case: Case, repo: str) -> Verdict:
    if hole_of(case, repo):
        return cannot_tell(case, repo, EXPECTED)
    contents = case.facts.contents.get(repo) or RepositoryContents(repo, "")
    return doubted(contents, _judge(case, contents))


def _judge(case: Case, contents: RepositoryContents) -> Verdict:
    production = [one for one in contents.parts if _is_production(case, one)]
    others = [one for one in contents.parts if not _is_production(case, one)]
    if why := _untold(contents, production, others):
        return Verdict(Outcome.UNKNOWN, EXPECTED, "paths not known", why)
    apart = [one for one in others if one.files]
    wrong = [*_shared(production, apart), *_owned(contents, production, apart), *_crossed(production, apart)]
    if wrong:
        reason = f"At the audit's commit of {contents.repo}, {shorten(wrong)}."
        return Verdict(Outcome.FAIL, EXPECTED, f"{plural(len(wrong), 'thing')} not apart", reason, Grade.STATED)
    patterns = tuple(pattern for one in contents.parts for pattern in one.patterns)
    ours = {contents.owner_file, "files of the environments"}
    unread = [path for path in contents.unread if path in ours or matches_any(patterns, path)]
    if unread:
        reason = f"Not all of {contents.repo} could be read: {shorten(f'{path}: {contents.unread[path]}' for path in sorted(unread))}."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "not all of it could be read", reason)
    reason = (
        f"In {contents.repo}, {_told(production)} {'stands' if len(production) == 1 else 'stand'} apart from {_told(apart)}: "
        f"each has paths and a set of code owners of its own in {contents.owner_file}, and no file names a path of the "
        f"other side.{_both(production, apart)}"
    )
    return Verdict(
        Outcome.PASS, EXPECTED, f"{human_list(one.environment for one in production)} apart", reason, Grade.STATED
    )


def _is_production(case: Case, part: Part) -> bool:
    found = case.isms.environments.get(part.environment)
    return found.kind == "production" if found else part.environment.casefold() in {"prod", "production"}


def _untold(contents: RepositoryContents, production: list[Part], others: list[Part]) -> str:
    """Why it is not known where the environments stand, as a sentence; empty where it is."""
    remedy = "name their paths under apart in the setting of this check"
    if not contents.parts:
        return f"No pipeline says where the environments stand in {contents.repo}; {remedy}."
    if not any(one.files for one in production):
        return f"No file of production was found in {contents.repo}; {remedy}."
    if not others:
        return f"The pipelines say where production stands in {contents.repo}, and not where other environments do; {remedy}."
    if not any(one.files for one in others):
        names = human_list(one.environment for one in others)
        return f"{contents.repo} holds no file of {names}, so production is apart from nothing there; if they stand elsewhere, {remedy}."
    return ""


def _shared(production: list[Part], others: list[Part]) -> Iterator[str]:
    for one in production:
        if same := [other.environment for other in others if other.environment in one.shared]:
            yield f"some files are both of {one.environment} and of {human_list(same)}"


def _owned(contents: RepositoryContents, production: list[Part], others: list[Part]) -> Iterator[str]:
    if not contents.owner_file:
        yield "there is no CODEOWNERS, so whoever may approve a change of one environment may approve that of any other"
        return
    for one in production:
        if not one.files or contents.owner_file in contents.unread:
            continue
        if () in one.owners:
            yield f"files of {one.environment} have no code owner in {contents.owner_file}"
        same = [other for other in others if set(one.owners) & set(other.owners) - {()}]
        if same:
            shared = sorted(set(one.owners) & set().union(*(set(other.owners) for other in same)) - {()})
            names = human_list(other.environment for other in same)
            yield f"{one.environment} and {names} have the same code owners, {human_list(map(visible, shared[0]))}"


def _crossed(production: list[Part], others: list[Part]) -> Iterator[str]:
    names = {one.environment for one in production}
    for one in (*production, *others):
        inside = one.environment in names
        crossing = [found for found in one.crossings if (found.environment in names) != inside]
        yield from _words(one, crossing)


def _words(part: Part, crossings: Iterable[Crossing]) -> Iterator[str]:
    for one in crossings:
        yield f"{one.path}:{one.line}, of {part.environment}, names {one.named}, of {one.environment}"


def _told(parts: list[Part]) -> str:
    return human_list(f"{one.environment} ({plural(one.files, 'file')})" for one in parts if one.files)


def _both(production: list[Part], others: list[Part]) -> str:
    """Who owns files on both sides: the sets differ, and these are in both."""
    mine = {owner for one in production for owners in one.owners for owner in owners}
    theirs = {owner for one in others for owners in one.owners for owner in owners}
    both = sorted(map(visible, mine & theirs))
    return f" {human_list(both)} may approve on both sides." if both else ""
