"""Steps of a protected branch as changes, with all that a register adds: people, services, marks, approvals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from tieout.history.approvals import MERGING, Merger, Step, find_approvals
from tieout.history.arrival import proposal_basis
from tieout.history.line import Line
from tieout.history.makers import Content, find_makers, is_vouched, robot_basis
from tieout.history.messages import Frame, find_references, frame_of, parse_named, trailers_of, values
from tieout.history.owners import owners_before, owners_of
from tieout.history.records import Record
from tieout.history.registers import Placed, Registers, is_steering
from tieout.history.short_ids import DIGITS, digits_of
from tieout.history.signatures import judge
from tieout.history.steps import RawStep, steps_until
from tieout.model.grades import Grade
from tieout.model.history import Change, Commit, Identity, PathChange, Signature, StepResult
from tieout.model.records import Criterion
from tieout.model.settings import Emergency
from tieout.text.globs import matches_any


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
    signatures = _signatures(line, (commit, *commits), registers)
    proven = {**dict(_signatures(line, proposed, registers)), **dict(signatures)}
    content = Content(
        commit, commits, proposed, is_vouched(raw, record), line.times[raw.position], raw.added == "made", proven
    )
    authors = find_makers(content, registers)
    automated = bool(authors) and all(author.robot for author in authors)
    step = _step(line, raw, record, (authors, _merger(raw, commit, record, registers), signatures[0][1]))
    approvals = find_approvals(step, registers.people)
    for stranger in (*authors, *(approval.by for approval in approvals)):
        registers.strangers.note(stranger, line.history.repo, line.times[raw.position])
    paths = _paths(line, raw)
    placed = _placed(paths, registers.placed.get(line.history.repo, ()))
    marked = Marked(_frame(raw, commits), tuple({each.id: each for each in (commit, *commits)}.values()))
    return Change(
        repo=line.history.repo,
        id=commit.id,
        kind=raw.kind,
        time=line.times[raw.position],
        subject=marked.frame.title,
        body=marked.frame.body,
        commits=raw.commits,
        authors=authors,
        merger=step.merger.who,
        first_commit_time=min(each.committer.time for each in (*commits, *proposed)),
        reference=raw.reference,
        change_references=_tickets(marked, raw.reference, registers.config.change_references),
        branch=marked.frame.branch,
        restored=raw.restored,
        merge_adds=raw.added,
        paths=paths,
        services=tuple(sorted(each.service.id for each in placed)),
        high_risk_paths=_high_risk(paths, placed),
        criteria=_criteria(paths, placed, registers),
        control_plane=_is_control_plane(paths, registers.control_plane.get(line.history.repo, ())),
        automated=automated,
        robot_basis=robot_basis(content, authors, registers) if automated else "",
        emergency=_emergency(marked, registers.config.emergency)
        or _named_in_incident(commit.id, raw.commits, registers.emergencies.get(line.history.repo, ())),
        approvals=approvals,
        signature=step.signature,
        signatures=signatures,
        results=_results(record),
        code_owners=_code_owners(line, raw, paths, commit.committer.time, registers),
        order=raw.position,
        claimed=0 if commit.committer.time == line.times[raw.position] else commit.committer.time,
        proposal=proposal_basis(line, raw, record, registers),
    )


def _step(line: Line, raw: RawStep, record: Record | None, who: tuple[tuple[Identity, ...], Merger, Signature]) -> Step:
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
        added=raw.added,
        authors=authors,
        merger=merger,
        record=record,
        signature=signature,
    )


# --- who -----------------------------------------------------------------------------------------------------------


def _merger(raw: RawStep, commit: Commit, record: Record | None, registers: Registers) -> Merger:
    """Who brought it in: the forge's record of this step, the merge's author or the committer; else who is said to have."""
    people, at = registers.people, commit.committer.time
    merged = record.merged if record and record.merged and record.merged.by else None
    by = people.owner(merged.by, merged.at) if merged else None
    if record and merged and by and merged.exported and _is_bound(raw, commit, record):
        return Merger(by, merged.at, Grade.TWO_NAMES, "merger", f"merge in review record {merged.source}")
    line = "author" if raw.kind == "merge" else "committer"
    where = f"{line} of commit {commit.id[:8]}"
    recorded = people.identify(commit.author if raw.kind == "merge" else commit.committer, at)
    if recorded.known and not recorded.robot:
        return Merger(recorded, at, Grade.TWO_NAMES, "merger", where)
    if merged and by:
        return Merger(by, merged.at, Grade.STATED, "review record", f"merge in review record {merged.source}")
    if stated := values(trailers_of(commit.message), MERGING):
        named = parse_named(stated[-1])
        who = people.find(named.name, named.email, at, named=True)
        return Merger(who, at, Grade.STATED, "trailer", f"trailer of commit {commit.id[:8]}")
    return Merger(recorded, at, Grade.TWO_NAMES, "merger", where)


def _is_bound(raw: RawStep, commit: Commit, record: Record) -> bool:
    """Whether the record is of this very step, and not only of a proposal that the message names."""
    return raw.restored == "same" or record.change in {commit.id, *commit.parents[1:], *raw.commits}


def _signatures(line: Line, commits: Iterable[Commit], registers: Registers) -> tuple[tuple[str, Signature], ...]:
    """Verdicts by the keys of the day: of a step, the day on which it entered the branch, whatever it claims."""
    unique = {each.id: each for each in commits}
    return tuple((id_, judge(each.signature, _day_of(line, each), registers.keys)) for id_, each in unique.items())


def _day_of(line: Line, commit: Commit) -> int:
    position = line.position.get(commit.id)
    return commit.committer.time if position is None else line.times[position]


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
    digits = digits_of(change.id for change in changes)
    return [replace(change, digits=digits[change.id]) if digits[change.id] > DIGITS else change for change in changes]
