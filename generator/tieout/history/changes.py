"""Steps of a protected branch as changes, with all that a register adds: people, services, marks, approvals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from tieout.history.approvals import MERGING, Merger, Step, find_approvals
from tieout.history.arrival import proposal_basis
from tieout.history.backlinks import with_backlinks
from tieout.history.line import Line
from tieout.history.makers import (
    Content,
    authorship,
    find_hidden,
    find_makers,
    is_bound,
    is_vouched,
    recorded_authors,
    robot_basis,
)
from tieout.history.messages import Frame, find_references, frame_of, parse_named, trailers_of, values
from tieout.history.owners import owners_before, owners_of
from tieout.history.records import Record
from tieout.history.registers import Placed, Registers, is_steering
from tieout.history.short_ids import DIGITS, digits_of
from tieout.history.signatures import judge
from tieout.history.source_controls import find_controls
from tieout.history.steps import RawStep, steps_until
from tieout.model.grades import Grade
from tieout.model.history import Change, Commit, Identity, PathChange, Signature, StepResult
from tieout.model.settings import Emergency


@dataclass(frozen=True, slots=True)
class Marked:
    """What a change's text gives away."""

    frame: Frame
    commits: tuple[Commit, ...]  # the step and what it carries


def derive_changes(line: Line, last: int, registers: Registers, cutoff: int = 0) -> list[Change]:
    """The changes of one repository up to the position `last`, oldest first. Notes from after the cut-off are not seen."""
    steps = steps_until(line, last, registers.records)
    changes = [_derive(line, step, record, registers, cutoff) for step, record in steps]
    _note_strangers(line, changes, registers)
    return with_backlinks(line, _told_apart(changes))


def _note_strangers(line: Line, changes: Iterable[Change], registers: Registers) -> None:
    """Whoever made or approved a change, each with the last one: changes are in the order in which they entered."""
    seen = {
        stranger: change.time
        for change in changes
        for stranger in (*change.authors, *[approval.by for approval in change.approvals])
    }
    for stranger, at in seen.items():
        registers.strangers.note(stranger, line.history.repo, at)


def _derive(line: Line, raw: RawStep, record: Record | None, registers: Registers, cutoff: int) -> Change:
    commit = line.commit(raw.position)
    known = line.history.commits
    commits = (commit,) if raw.commits == (commit.id,) else tuple([known[id_] for id_ in raw.commits])
    proposed = tuple([known[id_] for id_ in raw.proposal.commits])
    signatures = _signatures(line, (commit, *commits), registers)
    proven = dict(signatures)
    if registers.keys.any:  # without one, no signature of a proposal's commit is anybody's
        proven = {**dict(_signatures(line, proposed, registers)), **proven}
    content = Content(
        commit,
        commits,
        proposed,
        is_vouched(raw, record),
        line.times[raw.position],
        raw.added == "made",
        proven,
        recorded_authors(raw, record),
    )
    authors = find_makers(content, registers)
    automated = bool(authors) and all(author.robot for author in authors)
    merger = _merger(raw, commit, record, registers)
    step = _step(line, raw, record, (authors, merger, signatures[0][1]), (registers, cutoff))
    approvals = find_approvals(step, registers.people)
    paths = _paths(line, raw)
    placed = _placed(paths, registers.placed.get(line.history.repo, ()))
    results = _results(record)
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
        results=results,
        code_owners=_code_owners(line, raw, paths, commit.committer.time, registers),
        owners_beside=_owners_beside(line, raw, (paths, commit.committer.time), placed, registers),
        order=raw.position,
        claimed=0 if commit.committer.time == line.times[raw.position] else commit.committer.time,
        proposal=proposal_basis(line, raw, record, registers),
        source_controls=find_controls(line.history.notes.get(commit.id, ()), cutoff),
        authorship=authorship(raw, record, content),
        hidden_authors=find_hidden(raw, content, registers),
        proposed=raw.proposal.commits if raw.kind == "squash" else (),
        cut=not line.history.complete and any(id_ not in known for one in (commit, *commits) for id_ in one.parents),
        head=raw.proposal.head if raw.restored == "same" and results else "",
    )


def _step(
    line: Line,
    raw: RawStep,
    record: Record | None,
    who: tuple[tuple[Identity, ...], Merger, Signature],
    seen: tuple[Registers, int],
) -> Step:
    """What the readers of approvals need. `who`: authors, merger, and the verdict on the step's signature.

    `seen`: the registers, and the last second that the audit sees.
    """
    commit = line.commit(raw.position)
    authors, merger, signature = who
    registers, cutoff = seen
    log, _ = registers.logs.get(line.history.repo, (None, ()))
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
        cutoff=cutoff,
        bound=is_bound(raw, record),
        log=log,
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
    keys = registers.keys
    return tuple([(id_, judge(each.signature, _day_of(line, each), keys)) for id_, each in unique.items()])


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


def _owners_beside(
    line: Line, raw: RawStep, changed: tuple[Sequence[PathChange], int], placed: Sequence[Placed], registers: Registers
) -> tuple[str, ...]:
    """The code owners who own no path that is high-risk, or by which a criterion is met; nobody where none is."""
    paths, at = changed
    risky = [path for path in paths if any(each.owns(path.path) and _is_risky(each, path.path) for each in placed)]
    if not risky or len(risky) == len(paths):
        return ()
    mine = _code_owners(line, raw, risky, at, registers)
    return tuple(owner for owner in _code_owners(line, raw, paths, at, registers) if owner not in mine)


def _is_risky(placed: Placed, path: str) -> bool:
    return placed.is_high_risk(path) or any(
        not one.when.paths or placed.has(one.when.paths, path) for one in placed.criteria
    )


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
    risky = (
        path.path
        for each in placed
        if each.service.high_risk_paths
        for path in paths
        if each.is_high_risk(path.path) and each.owns(path.path)
    )
    return tuple(sorted(set(risky)))


def _criteria(paths: Sequence[PathChange], placed: Sequence[Placed], registers: Registers) -> tuple[str, ...]:
    met = {
        criterion.id
        for each in placed
        for criterion in each.criteria
        if not criterion.when.paths or any(each.has(criterion.when.paths, path.path) for path in paths)
    }
    return tuple(each.id for each in registers.isms.criteria.values() if each.id in met) if met else ()


def _is_control_plane(paths: Sequence[PathChange], patterns: tuple[str, ...]) -> bool:
    return any(is_steering(patterns, path.path) for path in paths)


def _results(record: Record | None) -> tuple[StepResult, ...]:
    return tuple(
        StepResult(*result[:4], grade=Grade.RECORDED if result.exported else Grade.STATED)
        for result in (record.results if record else ())
    )


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
    if not marks.trailers:
        return ""
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
