"""How to read the site: its voices, marks, grades and words, each shown as it looks."""

from collections.abc import Iterable

from tieout.model.grades import Grade
from tieout.views import addresses, words
from tieout.views.page import Mark, MarkShape, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.snapshot import Snapshot

MARKS: tuple[tuple[MarkShape, str, str], ...] = (
    ("pass", "pass", "The rule holds for the item, and the records show it."),
    ("fail", "fail", "The rule does not hold, or an exception that covered it had ended."),
    (
        "excepted",
        "excepted",
        "The rule does not hold, and an approved exception in force covers it. The deviation stays.",
    ),
    ("unknown", "cannot tell", "The records do not allow a verdict. It is never counted as a pass."),
    ("na", "not applicable", "The rule does not apply: another tier, or before the check was adopted."),
    ("none", "did not occur", "There was nothing to judge: neither a pass nor a fail."),
    ("flag", "contradiction", "What is claimed and what is shown contradict each other."),
    ("gap", "gap", "A link that should exist and does not."),
)
GRADES: tuple[tuple[Grade, str], ...] = (
    (Grade.NONE, "Nothing says it."),
    (Grade.STATED, "Somebody with write access typed it."),
    (Grade.TWO_NAMES, "Another committer's identity recorded it."),
    (Grade.RECORDED, "An export of the forge says it, bound to the revision."),
    (Grade.SIGNED, "A key that was its owner's on that day signed it."),
    (Grade.PROCESS, "A threshold of keys signed the exact change of the branch."),
)
VOICES = (
    ("Derived", Text("Plain text is what the program computed.")),
    ("Written", Text("This is what a person wrote.", "claim")),
    ("Held by Git", Text("ids, hashes, paths and commands", "code")),
)
WORDS = (
    ("Change", Text("One step on the first-parent line of a protected branch.")),
    ("Population", Text("Every item that a check judges in the period; the outcomes add up to it.")),
    ("Pin", Text("The commit of a repository that an audit speaks about: the last before the end of its day.")),
    ("As of", Text("The audit date. Overdue, fresh and expired are judged on that day, not today.")),
    ("Gap", Text("A link that should exist and does not.")),
    (
        "Shown",
        Text(
            "What the records say of a control, beside what is claimed. It works with deviations where something failed "
            "and what was judged last passed; it does not work where what was judged last failed."
        ),
    ),
    (
        "To be done",
        Text("A gap that the ISMS itself speaks of: what is called planned, and nobody claims to be there."),
    ),
)


def pages(_: Snapshot) -> Iterable[Page]:
    marks = tuple(Row((words.cell(Mark(shape, name)), words.cell(meaning))) for shape, name, meaning in MARKS)
    grades = tuple(Row((words.cell(words.grade(grade)), words.cell(meaning))) for grade, meaning in GRADES)
    sections = (
        Section("Three voices", (_terms(VOICES),), "voices"),
        Section("Outcomes", (Table((words.column("Mark"), words.column("Meaning")), marks, "plain"),), "outcomes"),
        Section(
            "How well a fact is known",
            (Table((words.column("Grade"), words.column("How the fact is known")), grades, "plain"),),
            "grades",
        ),
        Section("Words", (_terms(WORDS),), "words"),
    )
    lede = line("Three voices, eight marks and six grades; a word always stands beside a mark.")
    path = addresses.HOW_TO_READ
    yield Page(path, "How to read", "How to read this site", lede, sections, nav=path)


def _terms(entries: tuple[tuple[str, Text], ...]) -> Terms:
    return Terms(tuple((term, (Para((meaning,)),)) for term, meaning in entries))
