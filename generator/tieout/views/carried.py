"""What a change is made of, as it was found: approvals, pipeline steps, commits and files."""

from tieout.model.history import Approval, Change, Signature
from tieout.model.results import Outcome
from tieout.text.words import plural, visible
from tieout.views import words
from tieout.views.page import Cell, Row, Section, Table, Text
from tieout.views.snapshot import Snapshot

FILES_SHOWN = 40
SIGNATURES = {
    "none": "unsigned",
    "good": "signed",
    "unknown-key": "signed with a key that the register does not have",
    "out-of-date": "signed with a key outside its days",
    "bad": "signed, and the signature does not fit its content",
    "unreadable": "signed in a format that is not read",
}
COVERS = {"final": "the merged content", "earlier": "an earlier revision", "unspecified": "does not say which revision"}


def sections(snapshot: Snapshot, found: Change) -> tuple[Section, ...]:
    return (
        Section("Approvals that were found", (_approvals(snapshot, found),), "approvals"),
        *_results(found),
        Section("What was carried", (_commits(snapshot, found),), "commits"),
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
    rows = tuple(_approval(snapshot, one, authors) for one in found.approvals)
    return Table(columns, rows, empty="No record of an approval was found in any source that was read.")


def _approval(snapshot: Snapshot, one: Approval, authors: set[str]) -> Row:
    if one.by.robot:
        counts = "no: a robot's"
    elif one.by.key in authors:
        counts = "no: an author's own"
    elif one.after_the_fact:
        counts = "only as a later review"
    else:
        counts = "yes" if one.by.known else "no: not in the register"
    return Row(
        (
            Cell(words.identity(snapshot.isms, one.by)),
            words.cell(words.minute(one.at)),
            words.cell(words.grade(one.grade)),
            words.cell(COVERS[one.covers]),
            words.cell(visible(one.where)),
            words.cell(counts),
        )
    )


def _results(found: Change) -> tuple[Section, ...]:
    if not found.results:
        return ()
    columns = (
        words.column("Step"),
        words.column("Result"),
        words.column("Finished, UTC", "d"),
        words.column("On commit"),
    )
    shapes = {"passed": Outcome.PASS, "failed": Outcome.FAIL}
    rows = tuple(
        Row(
            (
                words.cell(words.code(one.name)),
                words.cell(words.outcome(shapes[one.result]) if one.result in shapes else one.result),
                words.cell(words.minute(one.at) if one.at else "not stated"),
                words.cell(words.code(one.commit[:8])),
            )
        )
        for one in found.results
    )
    return (Section("Pipeline steps on record", (Table(columns, rows),), "steps"),)


def _commits(snapshot: Snapshot, found: Change) -> Table:
    verdicts = dict(found.signatures)
    history = snapshot.histories.get(found.repo)
    rows = []
    for id_ in found.commits:
        commit = history.commits.get(id_) if history else None
        if commit is None:
            continue
        rows.append(
            Row(
                (
                    words.cell(words.code(id_[:8])),
                    words.cell(visible(commit.author.name), words.soft(f" {visible(commit.author.email)}")),
                    words.cell(words.minute(commit.committer.time)),
                    words.cell(visible(commit.subject)),
                    words.cell(signature(snapshot, verdicts.get(id_, Signature()))),
                )
            )
        )
    columns = (
        words.column("Commit"),
        words.column("Author, as Git has it", label="Author"),
        words.column("Committed, UTC", "d", "Committed"),
        words.column("Subject"),
        words.column("Signature"),
    )
    return Table(columns, tuple(rows))


def signature(snapshot: Snapshot, found: Signature) -> Text:
    signer = words.person(snapshot.isms, found.signer).text if found.signer else ""
    return Text(SIGNATURES[found.state] + (f" by {signer}" if found.state == "good" and signer else ""))


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
