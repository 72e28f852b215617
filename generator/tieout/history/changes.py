"""Steps of a protected branch as changes, with all that a register adds: people, services, marks, approvals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import pairwise

from tieout.history.approvals import MERGING, Step, find_approvals
from tieout.history.line import Line
from tieout.history.messages import Frame, find_references, frame_of, parse_named, trailers_of, values
from tieout.history.owners import owners_before, owners_of
from tieout.history.records import Record
from tieout.history.registers import Placed, Registers, is_steering
from tieout.history.signatures import judge
from tieout.history.steps import RawStep, steps_until
from tieout.model.history import Change, Commit, Identity, PathChange, Signature, StepResult
from tieout.model.records import Criterion
from tieout.model.settings import Emergency
from tieout.text.globs import matches_any

DIGITS = 8  # of a commit id in a change's key; more where two changes of a repository share them


@dataclass(frozen=True, slots=True)
class Marked:
    """What a change's text gives away."""

    frame: Frame
    commits: tuple[Commit, ...]  # the step and what it carries


def derive_changes(line: Line, last: int, registers: Registers) -> list[Change]:
    """The changes of one repository up to the position `last`, oldest first."""
    changes = [_derive(line, step, record, registers) for step, record in steps_until(line, last, registers.records)]
    return _told_apart(changes)


def _derive(line: Line, raw: RawStep, record: Record | None, registers: Registers) -> Change:
    commit = line.commit(raw.position)
    commits = tuple(line.history.commits[id_] for id_ in raw.commits)
    proposed = tuple(line.history.commits[id_] for id_ in raw.proposal.commits)
    signatures = _signatures((commit, *commits), registers)
    authors = _authors(commit, commits, proposed, registers)
    step = _step(line, raw, record, (authors, _merger(raw, commit, record, registers), signatures[0][1]))
    approvals = find_approvals(step, registers.people)
    for stranger in (*authors, *(approval.by for approval in approvals)):
        registers.strangers.note(stranger, line.history.repo)
    paths = _paths(line, raw)
    placed = _placed(paths, registers.placed.get(line.history.repo, ()))
    marked = Marked(_frame(raw, commits), tuple({each.id: each for each in (commit, *commits)}.values()))
    return Change(
        repo=line.history.repo,
        id=commit.id,
        kind=raw.kind,
        time=commit.committer.time,
        subject=marked.frame.title,
        body=marked.frame.body,
        commits=raw.commits,
        authors=authors,
        merger=step.merger,
        first_commit_time=min(each.committer.time for each in (*commits, *proposed)),
        reference=raw.reference,
        change_references=_tickets(marked, raw.reference, registers.config.change_references),
        branch=marked.frame.branch,
        restored=raw.restored,
        paths=paths,
        services=tuple(sorted(each.service.id for each in placed)),
        high_risk_paths=_high_risk(paths, placed),
        criteria=_criteria(paths, placed, registers),
        control_plane=_is_control_plane(paths, registers.control_plane.get(line.history.repo, ())),
        automated=bool(authors) and all(author.robot for author in authors),
        emergency=_emergency(marked, registers.config.emergency)
        or _named_in_incident(commit.id, raw.commits, registers.emergencies.get(line.history.repo, ())),
        approvals=approvals,
        signature=step.signature,
        signatures=signatures,
        results=_results(record),
        code_owners=_code_owners(line, raw, paths, commit.committer.time, registers),
        order=raw.position,
    )


def _step(
    line: Line, raw: RawStep, record: Record | None, who: tuple[tuple[Identity, ...], Identity, Signature]
) -> Step:
    """What the readers of approvals need. `who`: authors, merger, and the verdict on the step's signature."""
    commit = line.commit(raw.position)
    authors, merger, signature = who
    return Step(
        line=line,
        position=raw.position,
        kind=raw.kind,
        frame=raw.frame,
        commit=commit,
        carried=raw.commits,
        proposed=raw.proposal.commits,
        heads=frozenset({commit.id, *commit.parents[1:], *filter(None, (raw.proposal.head,)), *raw.commits[-1:]}),
        restored=raw.restored,
        authors=authors,
        merger=merger,
        record=record,
        signature=signature,
    )


# --- who -----------------------------------------------------------------------------------------------------------


def _authors(
    commit: Commit, commits: Sequence[Commit], proposed: Sequence[Commit], registers: Registers
) -> tuple[Identity, ...]:
    """Every author and co-author of what is carried or was proposed, in order of appearance."""
    found: dict[str, Identity] = {}
    texts = (commit, *commits, *proposed)
    for each in (*commits, *proposed):
        identity = registers.people.identify(each.author, each.author.time)
        found.setdefault(identity.key, identity)
    for each in texts:
        for value in values(trailers_of(each.message), "co-authored-by", "co-developed-by"):
            named = parse_named(value)
            identity = registers.people.find(named.name, named.email, each.author.time, named=True)
            found.setdefault(identity.key or identity.name.casefold(), identity)
    return tuple(found.values())


def _merger(raw: RawStep, commit: Commit, record: Record | None, registers: Registers) -> Identity:
    """Who brought it in: the forge's record, the merge's author, a `Merged-by` trailer, else the committer."""
    people = registers.people
    if record and record.merged and record.merged.by:
        return people.owner(record.merged.by, record.merged.at)
    stamp = commit.author if raw.kind == "merge" else commit.committer
    recorded = people.identify(stamp, commit.committer.time)
    stated = values(trailers_of(commit.message), MERGING)
    if stated and (recorded.robot or not recorded.known):
        named = parse_named(stated[-1])
        return people.find(named.name, named.email, commit.committer.time, named=True)
    return recorded


def _signatures(commits: Iterable[Commit], registers: Registers) -> tuple[tuple[str, Signature], ...]:
    unique = {each.id: each for each in commits}
    return tuple((id_, judge(each.signature, each.committer.time, registers.keys)) for id_, each in unique.items())


def _code_owners(
    line: Line, raw: RawStep, paths: Sequence[PathChange], at: int, registers: Registers
) -> tuple[str, ...]:
    data = owners_before(line, raw.first_position(line))
    written = {owner for path in paths for owner in owners_of(data, path.path)} if data else set()
    known = ((owner, registers.people.owner(owner, at)) for owner in written)
    return tuple(sorted({identity.person or owner for owner, identity in known}))


# --- what ----------------------------------------------------------------------------------------------------------


def _paths(line: Line, raw: RawStep) -> tuple[PathChange, ...]:
    """Changed paths of the step; of a rebase, the last change of each path in the run."""
    if raw.kind != "rebase":
        return line.paths(line.steps[raw.position])
    found = {change.path: change for commit in raw.commits for change in line.paths(commit)}
    return tuple(found[path] for path in sorted(found))


def _placed(paths: Sequence[PathChange], candidates: Sequence[Placed]) -> tuple[Placed, ...]:
    return tuple(each for each in candidates if any(each.owns(path.path) for path in paths))


def _high_risk(paths: Sequence[PathChange], placed: Sequence[Placed]) -> tuple[str, ...]:
    risky = (path.path for path in paths for each in placed if each.owns(path.path) and each.is_high_risk(path.path))
    return tuple(sorted(set(risky)))


def _criteria(paths: Sequence[PathChange], placed: Sequence[Placed], registers: Registers) -> tuple[str, ...]:
    return tuple(
        criterion.id
        for criterion in registers.isms.criteria.values()
        if any(_meets(criterion, each, paths, registers) for each in placed)
    )


def _meets(criterion: Criterion, placed: Placed, paths: Sequence[PathChange], registers: Registers) -> bool:
    """All that the criterion states holds for one service and its own paths."""
    when, service = criterion.when, placed.service
    if when.tier is not None and service.tier != when.tier:
        return False
    if when.services and service.id not in registers.isms.applying(when.services):
        return False
    return not when.paths or any(placed.owns(path.path) and matches_any(when.paths, path.path) for path in paths)


def _is_control_plane(paths: Sequence[PathChange], patterns: tuple[str, ...]) -> bool:
    return any(is_steering(patterns, path.path) for path in paths)


def _results(record: Record | None) -> tuple[StepResult, ...]:
    return tuple(StepResult(*result) for result in record.results) if record else ()


def _tickets(marked: Marked, reference: str, prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """Ticket ids of all its messages. The number of the proposal itself is no ticket, where tickets look alike."""
    found = find_references(prefixes, (commit.message for commit in marked.commits))
    return tuple(ticket for ticket in found if ticket != reference)


def _frame(raw: RawStep, commits: Sequence[Commit]) -> Frame:
    """A merge without a title of its own is known by the one commit it carries."""
    untitled = raw.kind == "merge" and raw.frame.title.startswith("Merge ")
    if not untitled or len(commits) != 1:
        return raw.frame
    return replace(raw.frame, title=frame_of(commits[0].message).title)


# --- emergencies ---------------------------------------------------------------------------------------------------


def _emergency(marked: Marked, marks: Emergency) -> str:
    """The first mark found, in words; empty where there is none."""
    subjects = (marked.frame.title, *(commit.subject for commit in marked.commits[:1]))
    for mark in marks.subjects:
        if any(subject.strip().casefold().startswith(mark.casefold()) for subject in subjects):
            return f"subject begins with {mark}"
    branch = marked.frame.branch
    if branch and any(fnmatchcase(branch, pattern) for pattern in marks.branches):
        return f"branch {branch}"
    wanted = {key.casefold().replace(" ", "-") for key in marks.trailers}
    trailers = (trailer for commit in marked.commits for trailer in trailers_of(commit.message))
    found = next((trailer for trailer in trailers if trailer.key in wanted), None)
    return f"trailer {found.key.capitalize()}" if found else ""


def _named_in_incident(step: str, commits: Sequence[str], named: Sequence[tuple[str, str]]) -> str:
    for commit, incident in named:
        if len(commit) >= 7 and any(own.startswith(commit) for own in (step, *commits)):
            return f"named in {incident}"
    return ""


# --- keys ----------------------------------------------------------------------------------------------------------


def _told_apart(changes: list[Change]) -> list[Change]:
    """Lengthen the short ids where two changes of the repository would share one."""
    shared = {short for short, times in Counter(change.short for change in changes).items() if times > 1}
    if not shared:
        return changes
    ids = sorted(change.id for change in changes if change.short in shared)
    alike = max(_common(first, second) for first, second in pairwise(ids))
    return [replace(change, digits=alike + 1) if change.short in shared else change for change in changes]


def _common(first: str, second: str) -> int:
    return next((place for place, (a, b) in enumerate(zip(first, second, strict=True)) if a != b), len(first))
