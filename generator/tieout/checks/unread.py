"""What could not be read of a population: one item for each service and repository, which no one can tell about.

Without it a repository that is missing, or cut off inside the period, would look like one in which nothing happened.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tieout.checks.case import Case, Verdict, day_of
from tieout.model.checks import Check
from tieout.model.history import Change
from tieout.model.records import Service
from tieout.model.results import Item, Outcome
from tieout.text.words import human_day, plural, visible


def unread(case: Case, check: Check) -> tuple[Item, ...]:
    """The holes in the population of a check about changes or deployments, by service and repository."""
    deployed = check.kind == "deployment"
    sources = _deployment_sources if deployed else _change_sources
    return tuple(
        Item(
            check=check.id,
            kind="repository",
            key=hole.repo,
            service=service.id,
            at=case.date.end,
            outcome=Outcome.UNKNOWN,
            expected="every one of the period",
            found=hole.found,
            reason=f"What happened to {service.id} cannot be told: {hole.why}.",
        )
        for service in case.isms.services.values()
        for hole in _holes(case, sources(case, service)) or (_unsaid(case, service) if deployed else ())
    )


class Hole(NamedTuple):
    """What cannot be told about a repository: what was found instead, and the rest of a sentence that says why."""

    repo: str
    found: str
    why: str


def _holes(case: Case, repos: Iterable[str]) -> tuple[Hole, ...]:
    return tuple(Hole(repo, "not read", why) for repo in sorted(set(repos)) if (why := _hole(case, repo)))


def _unsaid(case: Case, service: Service) -> tuple[Hole, ...]:
    """A live service of ours whose deployments nobody says where to find, or whose releases of the period have no date."""
    repos = sorted({link.repo for link in service.repos})
    if not repos or service.status not in ("live", "retiring"):
        return ()
    if service.pipeline not in case.isms.pipelines:
        why = f"{service.id} names no pipeline record, so where its deployments are recorded is not known"
        return (Hole(repos[0], "no source", why),)
    source = case.isms.pipelines[service.pipeline].deployments
    if source.kind == "integrations":
        why = "its pipeline names merges into the protected branch as the only source, and a merge is no deployment"
        return (Hole(repos[0], "integrations only", why),)
    if source.kind == "records" and not _holds_records(case, source.repo):
        why = f"tieout.yml names no files of deployment records in {source.repo}"
        return (Hole(source.repo, "no records", why),)
    if why := case.facts.unreleased.get(service.id, ""):
        return (Hole(repos[0], "no releases", why),)
    bare = [name for name, at in case.facts.undated.get(service.id, ()) if case.date.start <= at <= case.date.end]
    if not bare:
        return ()
    shown = ", ".join(map(visible, bare[:3])) + (", …" if len(bare) > 3 else "")
    why = f"{plural(len(bare), 'release tag')} of commits of the period without a date or an author ({shown})"
    return (Hole(repos[0], "releases without a date", f"there {'is' if len(bare) == 1 else 'are'} {why}"),)


def _holds_records(case: Case, repo: str) -> bool:
    linked = case.config.repositories.get(repo)
    return linked is not None and bool(linked.deployments)


def _change_sources(_: Case, service: Service) -> Iterable[str]:
    return (link.repo for link in service.repos)


def as_read(case: Case, change: Change, verdict: Verdict) -> Verdict:
    """The verdict, unless the copy of the repository begins with or within this change: what it carried was then not read."""
    if not change.cut and (change.order or change.repo not in case.facts.histories_incomplete):
        return verdict
    where = "is cut off within" if change.order else "begins with"
    reason = f"The copy of {change.repo} that was read {where} this step, so what it brought in cannot be told."
    return Verdict(Outcome.UNKNOWN, verdict.expected, "not read", reason)


def _deployment_sources(case: Case, service: Service) -> Iterator[str]:
    pipeline = case.isms.pipelines.get(service.pipeline)
    if pipeline is None:
        return
    if pipeline.deployments.kind in {"gitops", "records"}:
        yield pipeline.deployments.repo
    else:
        yield from _change_sources(case, service)


def _hole(case: Case, repo: str) -> str:
    """Why the period of a repository is not known whole; empty when it is."""
    if repo in case.facts.missing:
        return f"the repository {repo} was not read, {case.facts.missing[repo]}"
    if repo not in case.facts.pins:
        linked = repo in case.config.repositories
        why = "it has no pin" if linked else "tieout.yml does not link it"
        return f"the repository {repo} was not read, {why}"
    if repo not in case.facts.histories_incomplete:
        return ""
    # oldest first, so the first of its repository is the oldest
    first = next((change.time for change in case.facts.changes.values() if change.repo == repo), None)
    if first is not None and first <= case.date.start:
        return ""
    since = f"goes back to {human_day(day_of(first))} only" if first is not None else "does not go back to the period"
    return f"the copy of {repo} that was read is cut off and {since}"
