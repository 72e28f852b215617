"""Claim against evidence as a reader sees it: the status of a control, how it stood at each audit, what leans on it.

The statuses themselves are worked out in `checks.claims`; here they only get their words and marks.
"""

from collections.abc import Iterable, Mapping

from tieout.checks import claims
from tieout.model.records import Control, Risk
from tieout.model.results import AuditDate, ControlStatus, Shows
from tieout.text.words import human_list, plural
from tieout.views import shown, words
from tieout.views.page import Cell, Line, Mark, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

# In the order in which a sentence counts them: what is wrong stands last, where it is read.
_COUNTED: Mapping[Shows, tuple[str, str]] = {
    "works": ("works", "work"),
    "deviates": ("works with deviations", "work with deviations"),
    "did-not-occur": ("had nothing to judge", "had nothing to judge"),
    "unknown": ("cannot be told", "cannot be told"),
    "unenforced": ("is enforced by nothing", "are enforced by nothing"),
    "not-evidenced": ("is not evidenced", "are not evidenced"),
    "fails": ("does not work", "do not work"),
}


def of(snapshot: Snapshot, control: Control) -> ControlStatus:
    return claims.of(snapshot.isms, snapshot.judgement, control)


def told(snapshot: Snapshot, status: ControlStatus) -> Line:
    """The mark and, for whoever asks why, the sentences behind it."""
    return line(shown.mark(status), ". ", *words.linked(snapshot.isms, status.reason))


def summary(statuses: Iterable[ControlStatus]) -> str:
    """`20 work, 12 work with deviations and 1 does not work`; empty where there is none."""
    found = [status.shown for status in statuses]
    parts = [
        f"{number} {one if number == 1 else many}"
        for word, (one, many) in _COUNTED.items()
        if (number := found.count(word))
    ]
    return human_list(parts)


# --- over the audits -----------------------------------------------------------------------------------------------


def over_audits(snapshot: Snapshot, control: Control) -> tuple[Section, ...]:
    """What was claimed and shown at each audit so far, newest first; nothing where this is the first."""
    if not snapshot.earlier:
        return ()
    then = [(one.date, one.controls.get(control.id)) for one in reversed(snapshot.earlier)]
    rows = tuple(_audit_row(date, status) for date, status in [(snapshot.date, of(snapshot, control)), *then])
    columns = (
        words.column("Audit", "d"),
        words.column("Claimed"),
        words.column("Shown"),
        words.column("Passed", "n"),
        words.column("Failed", "n"),
    )
    note = Para(line("Each line by the rules and the records of its own day."), "note")
    return (Section("At each audit", (note, Table(columns, rows)), "audits"),)


def _audit_row(date: AuditDate, status: ControlStatus | None) -> Row:
    day = words.cell(date.as_of.isoformat())
    if status is None:
        return Row((day, Cell(line(words.soft("not in the register")), span=4)))
    passed = words.of(status.passed, status.population) if status.population else ""
    failed = words.count(status.failed, bad=True) if status.population else words.cell("")
    return Row((day, words.cell(status.claim), words.cell(shown.mark(status)), words.cell(passed), failed))


# --- what leans on it ----------------------------------------------------------------------------------------------


def leaning(snapshot: Snapshot, risk: Risk) -> tuple[ControlStatus, ...]:
    """The controls that a residual size counts on in vain; of a closed risk, nothing does."""
    return () if risk.status == "closed" else claims.leaning(snapshot.isms, snapshot.judgement, risk.id)


def leaning_note(snapshot: Snapshot, risk: Risk) -> tuple[Para, ...]:
    """`Residual 6 leans on CTL-002, which does not work. …`, one paragraph a control."""
    score = snapshot.isms.score(risk.residual)
    return tuple(
        Para(
            line(
                Mark("flag", "leans"),
                f" The residual score of {score} leans on ",
                words.record(snapshot.isms, status.control, "controls"),
                f", which is claimed as implemented and {_verb(status)}. ",
                *words.linked(snapshot.isms, status.reason),
            )
        )
        for status in leaning(snapshot, risk)
    )


def _verb(status: ControlStatus) -> str:
    verbs = {
        "fails": "is shown not to work",
        "unenforced": "enforced by nothing",
        "unknown": "of which it cannot be told whether it works",
    }
    return verbs.get(status.shown, "is not evidenced")


def leaning_cell(snapshot: Snapshot, risk: Risk) -> Cell:
    """For a table of risks: the controls that its residual size counts on in vain."""
    found = leaning(snapshot, risk)
    if not found:
        return Cell(())
    ids = words.records(snapshot.isms, (status.control for status in found), "controls")
    return Cell((Mark("flag", plural(len(found), "control")), Text(" "), *ids), bad=True)
