"""One repository's history and facts -> everything that `tieout scout` says about it."""

from collections import Counter
from collections.abc import Iterable

from tieout.history.line import line_of
from tieout.model.history import Facts, History, Pin, Tag
from tieout.problems import Problem
from tieout.views.scout import advice, changes, identities, marks, steps
from tieout.views.scout.evidence import Evidence
from tieout.views.scout.report import Drafted, Scouted

PEOPLE = 400  # addresses in a draft: more than that nobody confirms by hand


def scouted(
    read: tuple[str, History, Pin, Facts], problems: tuple[Problem, ...], since: int, newest: int, web: str = ""
) -> Scouted:
    """The findings of one repository. `read`: the place as it was written, its history, pin and facts."""
    place, history, pin, facts = read
    own = tuple(one for one in facts.changes.values() if one.repo == history.repo)
    evidence = Evidence(history, line_of(history, pin.commit), own, facts, problems, since, newest)
    addresses = identities.gather(evidence)
    jobs = steps.stretches(facts.pipelines.get(history.repo, ()))
    findings = (
        changes.all_of(evidence),
        changes.vouching(evidence),
        changes.approvals(evidence),
        changes.mergers(evidence),
        changes.hidden(evidence),
        changes.direct(evidence),
        marks.signatures(evidence),
        marks.releases(evidence),
        steps.finding(evidence, jobs),
        identities.finding(evidence, addresses),
        marks.anomalies(evidence),
    )
    by_key = {one.key: one for one in findings}
    late = [one for one in addresses if one.last >= since]
    chosen = sorted(sorted(late, key=lambda one: (-one.last, one.email))[:PEOPLE], key=lambda one: one.email)
    return Scouted(
        id=history.repo,
        place=place,
        branch=history.branch,
        commit=pin.commit,
        first=own[0].time,
        newest=newest,
        since=since,
        complete=history.complete,
        summary=advice.summary(evidence, by_key),
        advice=advice.advise(evidence, by_key),
        findings=findings,
        stretches=jobs,
        problems=tuple(f"{one.message} [{one.code}]" for one in problems),
        web=web,
        drafted=Drafted(
            tuple(chosen),
            len(addresses) - len(chosen),
            tuple(one for one in jobs if not one.until),
            steps.formats_of(_present(evidence)),
            _pattern(history.tags.values()),
        ),
    )


def _present(evidence: Evidence) -> tuple[str, ...]:
    last = len(evidence.line.steps) - 1
    return tuple(path for path in evidence.line.files if steps.wanted(path) and evidence.line.blob_on_line(last, path))


def _pattern(tags: Iterable[Tag]) -> str:
    """A pattern of release tags: what most annotated names have before their first digit."""
    starts = Counter(
        _before_digit(tag.name) for tag in tags if tag.annotated and any(sign.isdigit() for sign in tag.name)
    )
    found = max(starts, key=lambda start: (starts[start], start), default=None)
    return "" if found is None else f"{found}[0-9]*" if not found else f"{found}*"


def _before_digit(name: str) -> str:
    return name[: next(place for place, sign in enumerate(name) if sign.isdigit())]


def unread(id_: str, place: str, why: str) -> Scouted:
    return Scouted(id_, place, unread=why)
