"""The management review pack: the inputs of clause 9.3.2 in their order and the results of 9.3.3, since the last review.

Every heading stands, and one without a record says which register would fill it: that nothing was looked at is a
finding of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from tieout.checks.case import day_of
from tieout.model.documents import Revision
from tieout.model.records import Action, Finding, Record, Review
from tieout.model.results import Gap, Outcome
from tieout.text.words import digits, human_day, plural, visible
from tieout.views import addresses, gaps, governance, measures, tables, words
from tieout.views.packs import treatment
from tieout.views.page import Block, Cell, Line, Link, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.records import listing
from tieout.views.revisions import told
from tieout.views.snapshot import Snapshot

Input = tuple[str, str, Callable[[Snapshot, date], tuple[Block, ...]]]
_GROUP_ORDER = ("delivery", "security", "integrity", "compliance")


def pages(snapshot: Snapshot) -> Iterator[Page]:
    since = _since(snapshot)
    sections = [Section(title, body(snapshot, since), anchor) for anchor, title, body in INPUTS]
    empty = sum(not _is_filled(section) for section in sections)
    last = _last(snapshot)
    begun = line("the last review, ", words.record_of("reviews", last)) if last else line("the period's first day")
    lede = line(
        f"{words.of(len(sections) - empty, len(sections))} inputs of 9.3.2 have a record since ",
        *begun,
        f": {human_day(since)} to {human_day(snapshot.date.as_of)}.",
    )
    register = (Link("Management reviews", addresses.index("reviews")),) if snapshot.isms.reviews else ()
    crumbs = (*register, Text("ISO/IEC 27001:2022, 9.3"))
    results = Section("Results of the last review (9.3.3)", _results(snapshot, last), "results")
    title = "Management review pack"
    yield Page(addresses.REVIEW_PACK, title, title, lede, (*sections, results), crumbs, nav=addresses.REVIEW_PACK)


def _last(snapshot: Snapshot) -> Review | None:
    held = [one for one in snapshot.isms.reviews.values() if one.date <= snapshot.date.as_of]
    return max(held, key=lambda one: (one.date, one.id), default=None)


def _since(snapshot: Snapshot) -> date:
    last = _last(snapshot)
    return last.date if last else day_of(snapshot.date.start)


def _nothing(what: str) -> tuple[Block, ...]:
    return (Para(line(Mark("none", "nothing recorded"), f" {what}")),)


def _is_filled(section: Section) -> bool:
    first = section.blocks[0]
    return not (isinstance(first, Para) and any(isinstance(one, Mark) and one.shape == "none" for one in first.line))


# --- a to c: what was agreed, and what changed around us --------------------------------------------------------------


def _earlier_actions(snapshot: Snapshot, since: date) -> tuple[Block, ...]:
    """a: of earlier reviews, whichever side wrote the link."""
    reviews = {id_: one for id_, one in snapshot.isms.reviews.items() if one.date <= since}
    named = {id_ for one in reviews.values() for id_ in one.actions}
    held = [
        one for id_, one in snapshot.isms.actions.items() if id_ in named or not reviews.keys().isdisjoint(one.for_)
    ]
    if not held:
        return _nothing("No earlier review left an action.")
    done = sum(one.status == "done" for one in held)
    return (Para(line(f"{words.of(done, len(held))} done.")), _actions(snapshot, held))


def _actions(snapshot: Snapshot, held: Iterable[Action]) -> Table:
    columns = tuple(words.column(title) for title in ("Action", "Owner", "Due", "State"))
    return Table(
        columns,
        tuple(
            Row(
                (
                    words.cell(words.record_of("actions", one), f" {one.title}"),
                    words.cell(words.person(snapshot.isms, one.owner)),
                    words.cell(
                        words.late(one.due, snapshot.date.as_of) if one.status == "open" else Text(one.due.isoformat())
                    ),
                    words.cell(one.status),
                )
            )
            for one in sorted(held, key=lambda one: (one.status != "open", one.due, one.id))
        ),
    )


def _changed(snapshot: Snapshot, since: date, register: str) -> tuple[Block, ...]:
    """What the history of the files says: records that came, changed or went since the last review."""
    rows = tuple(
        Row(
            (
                words.cell(words.day(revision.change.time)),
                words.cell(words.record(snapshot.isms, id_, register)),
                Cell((*words.linked(snapshot.isms, visible(revision.change.subject)), *told(revision))),
            )
        )
        for id_, revision in _revised(snapshot, since, register)
    )
    if not rows:
        return ()
    columns = (words.column("Day", "d"), words.column("Record"), words.column("What changed"))
    return (Table(columns, rows),)


def _revised(snapshot: Snapshot, since: date, register: str) -> list[tuple[str, Revision]]:
    found = [
        (id_, revision)
        for (name, id_), document in snapshot.documents.items()
        if name == register
        for revision in document.revisions
        if day_of(revision.change.time) > since and revision.kind not in {"layout", "moved"}
    ]
    return sorted(found, key=lambda one: (one[1].change.time, one[0]))


def _issues(snapshot: Snapshot, since: date) -> tuple[Block, ...]:
    """b: clause 4.1."""
    found = _changed(snapshot, since, "issues")
    if found:
        return found
    if not snapshot.isms.issues:
        return _nothing("The register of issues (context.yml) is empty.")
    known = plural(len(snapshot.isms.issues), "issue")
    return _nothing(f"None of {known} of the register changed.")


def _parties(snapshot: Snapshot, since: date) -> tuple[Block, ...]:
    """c: clause 4.2, with the requirement sets that licences bring."""
    found = (*_changed(snapshot, since, "parties"), *_changed(snapshot, since, "licences"))
    if found:
        return found
    if not snapshot.isms.parties:
        return _nothing("The register of interested parties (parties.yml) is empty.")
    return _nothing(f"None of {plural(len(snapshot.isms.parties), 'party', 'parties')} of the register changed.")


# --- d: how it performs -------------------------------------------------------------------------------------------------


def _nonconformities(snapshot: Snapshot, since: date) -> tuple[Block, ...]:
    """D 1: what was raised since, and what is open from before."""
    held = [
        one
        for one in snapshot.isms.findings.values()
        if one.kind == "nonconformity" and one.raised <= snapshot.date.as_of and (one.raised > since or _is_open(one))
    ]
    late = governance.overdue(snapshot)
    if not held and not snapshot.isms.findings:
        return _nothing("The register of findings is empty.")
    head = Para(
        line(
            f"{plural(len(held), 'nonconformity', 'nonconformities')} raised since or still open; ",
            Link(f"{plural(len(late), 'action')} overdue", addresses.ACTIONS) if late else "no action overdue",
            " of all.",
        )
    )
    return (head, listing(snapshot, "findings", held, ("severity", "raised"))) if held else (head,)


def _is_open(finding: Finding) -> bool:
    return finding.status != "closed"


def _measured(snapshot: Snapshot, _: date) -> tuple[Block, ...]:
    """D 2: targets first, then every check that did not pass whole."""
    aimed = [figure for figure in snapshot.figures if figure.target and not figure.service]
    results = [result for result in snapshot.judgement.results.values() if result.count(Outcome.FAIL)]
    blocks: list[Block] = []
    if aimed:
        order = sorted(aimed, key=lambda one: (_GROUP_ORDER.index(one.group), one.id))
        rows = tuple(
            Row(
                (
                    words.cell(words.sentence(one.title)),
                    Cell(measures.value(snapshot, one)),
                    Cell(measures.target(snapshot, one)),
                )
            )
            for one in order
        )
        blocks.append(Table(tuple(words.column(title) for title in ("Figure", "Value", "Target")), rows))
    if results:
        blocks.append(Para(line("Checks in which something failed:"), "note"))
        blocks.append(tables.results(results, lambda result: addresses.check(result.check.id)))
    if snapshot.figures and blocks:
        blocks.append(Para(line("All figures: ", Link("measures", addresses.MEASURES), "."), "note"))
    return tuple(blocks) if blocks else _nothing("No target is set, and no check failed.")


def _audited(snapshot: Snapshot, since: date) -> tuple[Block, ...]:
    """D 3."""
    held = [one for one in snapshot.isms.audits.values() if since < one.date <= snapshot.date.as_of]
    if not held:
        return _nothing("No audit was held since the last review.")
    return (listing(snapshot, "audits", held, ("kind", "date")),)


def _objectives(snapshot: Snapshot, _: date) -> tuple[Block, ...]:
    """D 4."""
    held = [one for one in snapshot.isms.objectives.values() if one.status == "active"]
    if not held:
        return _nothing("No objective is active (objectives.yml).")
    missed = [one for one in held if governance.is_missed(one)]
    rows = tuple(
        Row(
            (
                words.cell(words.record_of("objectives", one), f" {one.title}"),
                words.cell(words.claim(one.target)),
                words.cell(f"{one.results[-1].period}: {one.results[-1].value}" if one.results else words.soft("none")),
                words.cell(
                    Mark("fail", "missed")
                    if one in missed
                    else Mark("pass", "met")
                    if one.results
                    else Mark("none", "no result")
                ),
            )
        )
        for one in held
    )
    columns = tuple(words.column(title) for title in ("Objective", "Target", "Last result", "Judged"))
    return (
        Para(line(f"{words.of(len(held) - len(missed), len(held))} active objectives not missed.")),
        Table(columns, rows),
    )


# --- e to g ---------------------------------------------------------------------------------------------------------------


def _feedback(snapshot: Snapshot, since: date) -> tuple[Block, ...]:
    """e: what came from outside, as findings of reports and incidents that had to be reported."""
    reports = [one for one in snapshot.isms.findings.values() if one.origin == "report" and one.raised > since]
    incidents = [
        one
        for one in snapshot.isms.incidents.values()
        if one.reportable is not None and since < day_of(int(one.started.timestamp())) <= snapshot.date.as_of
    ]
    blocks: list[Block] = []
    if reports:
        blocks.append(listing(snapshot, "findings", reports, ("raised",)))
    if incidents:
        blocks += [
            Para(line("Incidents for which it was decided whether to report them:"), "note"),
            listing(snapshot, "incidents", incidents, ("severity", "started")),
        ]
    return tuple(blocks) or _nothing("No finding came from a report, and no incident was weighed for reporting.")


def _risks(snapshot: Snapshot, since: date) -> tuple[Block, ...]:
    """F."""
    if not snapshot.isms.risks:
        return _nothing("The register of risks is empty.")
    found = _changed(snapshot, since, "risks")
    head = Para(line(*treatment.summary(snapshot), " ", Link("The treatment plan", addresses.TREATMENT), "."))
    return (head, *([Para(line("Risks that changed since:"), "note"), *found] if found else []))


def _improvement(snapshot: Snapshot, since: date) -> tuple[Block, ...]:
    """g: opportunities and observations that are open or new, and what the program found wrong since."""
    held: list[Record] = [
        one
        for one in snapshot.isms.findings.values()
        if one.kind in {"opportunity", "observation"} and (_is_open(one) or one.raised > since)
    ]
    wrong = [gap for gap in snapshot.gaps if gap.kind != "open"]
    blocks: list[Block] = []
    if held:
        blocks.append(listing(snapshot, "findings", held, ("kind", "raised")))
    if wrong:
        blocks.append(
            Para(line(Link(f"{digits(len(wrong))} things", addresses.GAPS), " are known to be wrong:"), "note")
        )
        blocks.append(gaps.table(snapshot, _gravest(wrong)))
    return tuple(blocks) or _nothing("No opportunity is recorded.")


def _gravest(wrong: Sequence[Gap]) -> list[Gap]:
    return sorted(wrong, key=lambda gap: (gaps.ORDER.index(gap.kind), gap.id))


INPUTS: tuple[Input, ...] = (
    ("a", "a) Actions of earlier reviews", _earlier_actions),
    ("b", "b) Changes in external and internal issues", _issues),
    ("c", "c) Changes in what interested parties need", _parties),
    ("d1", "d 1) Nonconformities and corrective actions", _nonconformities),
    ("d2", "d 2) Monitoring and measurement", _measured),
    ("d3", "d 3) Audit results", _audited),
    ("d4", "d 4) Information security objectives", _objectives),
    ("e", "e) Feedback from interested parties", _feedback),
    ("f", "f) Risk assessment and the treatment plan", _risks),
    ("g", "g) Opportunities for improvement", _improvement),
)


# --- results -----------------------------------------------------------------------------------------------------------------


def _results(snapshot: Snapshot, last: Review | None) -> tuple[Block, ...]:
    if last is None:
        return _nothing("No management review is recorded (reviews).")
    decided = [snapshot.isms.decisions[id_] for id_ in last.decisions if id_ in snapshot.isms.decisions]
    agreed = [snapshot.isms.actions[id_] for id_ in last.actions if id_ in snapshot.isms.actions]
    told_: Line = line(words.record_of("reviews", last), f" of {human_day(last.date)}, ")
    told_ += line(f"{plural(len(decided), 'decision')} and {plural(len(agreed), 'action')}.")
    blocks: list[Block] = [Para(told_)]
    if decided:
        blocks.append(listing(snapshot, "decisions", decided, ("kind", "date")))
    if agreed:
        blocks.append(_actions(snapshot, agreed))
    return tuple(blocks)
