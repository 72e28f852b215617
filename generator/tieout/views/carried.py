"""What a change is made of, as it was found: approvals, pipeline steps, commits and files."""

import re
from collections.abc import Iterable, Iterator

from tieout.checks.pipeline import cannot_place, merged_revisions
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change, Commit, Signature, StepResult
from tieout.model.results import Outcome
from tieout.text.words import digits, plural, visible
from tieout.views import words
from tieout.views.page import Cell, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

FILES_SHOWN = 40
_ID = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{32,}\b")
SIGNATURES = {
    "none": "unsigned",
    "good": "signed",
    "unknown-key": "signed with a key that the register does not have",
    "out-of-date": "signed with a key outside its days",
    "bad": "signed, and the signature does not fit its content",
    "unverifiable": "signed, and the signature cannot be verified here",
    "unreadable": "signed in a format that is not read",
}
COVERS = {"final": "the merged content", "earlier": "an earlier revision", "unspecified": "does not say which revision"}


def sections(snapshot: Snapshot, found: Change) -> tuple[Section, ...]:
    return (
        Section("Approvals that were found", (_approvals(snapshot, found),), "approvals"),
        *_enforced(found),
        *_results(found),
        Section("What was carried", (_commits(snapshot, found), *_proposed(snapshot, found)), "commits"),
        Section("Files", (_files(found),), "files"),
    )


def _approvals(snapshot: Snapshot, found: Change) -> Table:
    columns = (
        words.column("By"),
        words.column("When, UTC", "d", "When"),
        words.column("Known how"),
        words.column("Covers"),
        words.column("Found in"),
        words.column("Counts"),
    )
    authors = {author.key for author in found.authors}
    rows = tuple(_approval(snapshot, found, one, authors) for one in found.approvals)
    return Table(columns, rows, empty="No record of an approval was found in any source that was read.")


def is_misdated(found: Change, one: Approval) -> bool:
    """Whether a typed approval is dated by the change's own commit, whose clock is not believed."""
    return bool(found.claimed) and one.grade <= Grade.STATED and one.at == found.claimed


def _approval(snapshot: Snapshot, found: Change, one: Approval, authors: set[str]) -> Row:
    if one.by.robot:
        counts = "no: a robot's"
    elif one.by.key in authors:
        counts = "no: an author's own"
    elif one.after_the_fact:
        counts = "only as a later review"
    elif one.by.known and one.covers == "earlier":
        counts = "only as stated"
    else:
        counts = "yes" if one.by.known else "no: not in the register"
    return Row(
        (
            Cell(words.identity(snapshot.isms, one.by)),
            words.cell(words.minute(one.at)),
            words.cell(words.grade(one.grade)),
            words.cell(COVERS[one.covers]),
            words.cell(visible(one.where), ", whose date is not believed" if is_misdated(found, one) else ""),
            words.cell(counts),
        )
    )


def _enforced(found: Change) -> tuple[Section, ...]:
    """Statements about the forge's settings: beside the approvals, so that nobody takes one for the other."""
    if not found.source_controls:
        return ()
    columns = (words.column("Setting"), words.column("Since, UTC", "d", "Since"), words.column("Found in"))
    rows = tuple(
        Row(
            (
                words.cell(words.code(one.name)),
                words.cell(words.minute(one.since) if one.since else "not stated"),
                words.cell(visible(one.where)),
            )
        )
        for one in found.source_controls
    )
    told = "A note says so of this commit. Its signature is not verified here, it names no reviewer, and it is no approval."
    blocks = (Para(line(told)), Table(columns, rows))
    return (Section("What the forge is said to have enforced", blocks, "enforced"),)


def _results(found: Change) -> tuple[Section, ...]:
    if not found.results:
        return ()
    counted = any(one.counts for one in found.results)
    columns = (
        words.column("Step"),
        words.column("Result"),
        words.column("Finished, UTC", "d"),
        words.column("On commit"),
        *((words.column("What it found"),) if counted else ()),
        words.column("Known how"),
    )
    rows = tuple(_result(found, one, counted=counted) for one in found.results)
    return (Section("Pipeline steps on record", (Table(columns, rows),), "steps"),)


def _counted(one: StepResult) -> Iterator[str]:
    """What a step found, in words: `1,200 tests`, `90 of 120 lines covered`."""
    told = dict(one.counts)
    covered, lines = told.pop("lines covered", None), told.pop("lines", None)
    yield from (f"{digits(number)} {name}" for name, number in told.items())
    if covered is not None and lines is not None:
        yield f"{words.of(covered, lines)} lines covered"


def _shortened(where: str) -> str:
    """A place as a table can hold it: ids stand in it that nothing breaks."""
    return _ID.sub(r"\1…", visible(where))


def _result(found: Change, one: StepResult, *, counted: bool) -> Row:
    """One result; that of another commit than was merged, or proposed last, says nothing of this change."""
    shapes = {"passed": Outcome.PASS, "failed": Outcome.FAIL}
    heads = merged_revisions(found)
    counts = ", ".join(_counted(one))
    lost = "cannot be compared with what was merged" if cannot_place(found, heads) else "not what was merged"
    elsewhere = "" if one.commit in heads else f" {lost}, so it proves nothing of this change"
    when = f"no later than {words.minute(one.at)}" if one.kept else words.minute(one.at)
    return Row(
        (
            words.cell(words.code(visible(one.name)), words.soft(f" run {visible(one.run)}" if one.run else "")),
            words.cell(words.outcome(shapes[one.result]) if one.result in shapes else one.result),
            words.cell(when if one.at else "not stated"),
            words.cell(words.code(one.commit[:8]), words.soft(elsewhere)),
            *((words.cell(counts or words.soft("not told")),) if counted else ()),
            words.cell(words.grade(one.grade), words.soft(f" {_shortened(one.where)}" if one.where else "")),
        )
    )


_COMMIT = (
    words.column("Commit"),
    words.column("Author, as Git has it", label="Author"),
    words.column("Committed, UTC", "d", "Committed"),
    words.column("Subject"),
)


def _commits(snapshot: Snapshot, found: Change) -> Table:
    verdicts = dict(found.signatures)
    rows = [
        Row((*_commit(commit), words.cell(signature(snapshot, verdicts.get(commit.id, Signature())))))
        for commit in _read(snapshot, found, found.commits)
    ]
    return Table((*_COMMIT, words.column("Signature")), tuple(rows))


def _proposed(snapshot: Snapshot, found: Change) -> tuple[Para | Table, ...]:
    """What a squash made one commit of, as the forge kept it."""
    rows = tuple(Row(_commit(commit)) for commit in _read(snapshot, found, found.proposed))
    if not rows:
        return ()
    told = f"Under {visible(found.reference)} the forge keeps {plural(len(rows), 'commit')} that {_PROPOSED[found.restored]}."
    return Para(line(told)), Table(_COMMIT, rows)


_PROPOSED = {
    "same": "together changed what was merged",
    "different": "did not change what was merged",
    "cannot-tell": "were proposed; whether what was merged is what they changed cannot be told",
}


def _read(snapshot: Snapshot, found: Change, ids: Iterable[str]) -> list[Commit]:
    history = snapshot.histories.get(found.repo)
    return [history.commits[id_] for id_ in ids if id_ in history.commits] if history else []


def _commit(commit: Commit) -> tuple[Cell, ...]:
    return (
        words.cell(words.code(commit.id[:8])),
        words.cell(visible(commit.author.name), words.soft(f" {visible(commit.author.email)}")),
        words.cell(words.minute(commit.committer.time)),
        words.cell(visible(commit.subject)),
    )


OWNERS = {"person": "", "service-account": ", a robot's key", "forge": ", the forge's own key"}


def signature(snapshot: Snapshot, found: Signature) -> Text:
    """The verdict in words: whose key, and whether that is a person's; what a certificate claims stays a claim."""
    said = f", as its certificate says for {visible(found.claim)}" if found.claim else ""
    if found.state != "good" or not found.signer:
        return Text(SIGNATURES[found.state] + said)
    signer = snapshot.isms.people.get(found.signer)
    owner = OWNERS[signer.kind] if signer else ""
    return Text(f"{SIGNATURES[found.state]} by {words.person(snapshot.isms, found.signer).text}{owner}")


def _files(found: Change) -> Table:
    risky = set(found.high_risk_paths)
    statuses = {"A": "added", "M": "changed", "D": "removed", "T": "changed in kind"}
    rows = [
        Row(
            (
                words.cell(words.code(visible(one.path))),
                words.cell(statuses.get(one.status[:1], one.status)),
                words.cell("high-risk path" if one.path in risky else ""),
            )
        )
        for one in found.paths[:FILES_SHOWN]
    ]
    rest = len(found.paths) - FILES_SHOWN
    if rest > 0:
        rows.append(Row((words.cell(f"and {plural(rest, 'file')} more; data/changes.json lists all"),), "group"))
    return Table(
        (words.column("Path"), words.column("Change"), words.column("Note")), tuple(rows), empty="No file changed."
    )
