"""What a pull request does to the ISMS: two snapshots of one day side by side, as values that a text or a program prints.

Both sides are judged as of the same day against the same histories, so what differs comes from the content alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tieout.graph import Graph
from tieout.model.records import Risk
from tieout.model.registers import BY_NAME, Isms
from tieout.model.results import Gap, Trace
from tieout.text.words import human_list, plural
from tieout.views import sizes
from tieout.views.review import answered, compared, suspects, touched
from tieout.views.review.answered import CoverageChange, Lapsed
from tieout.views.review.compared import FileChange, ProblemChange, RecordChange, Side
from tieout.views.review.suspects import Suspect
from tieout.views.review.touched import Concerned, Moved

HIDDEN = 5  # unreadable records that are named
NAMED = 2  # records of one kind of change that the headline names
TITLE = 70  # characters of a title in it


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared, in words, and what could not be known."""

    base: str
    head: str
    as_of: date
    unknown: tuple[str, ...] = ()  # sentences


@dataclass(frozen=True, slots=True)
class Level:
    """A risk as it is sized: its residual score and what stands around it."""

    score: int
    band: str  # of the method; empty where it names none
    appetite: int | None  # highest accepted score of its area
    above: bool
    status: str
    inherent: int
    accepted_by: str  # person; empty: nobody


@dataclass(frozen=True, slots=True)
class RiskChange:
    """None on one side: the risk was not there, or is there no more."""

    id: str
    title: str
    old: Level | None
    new: Level | None

    @property
    def moved(self) -> int:
        """By how much the residual score rose."""
        return self.new.score - self.old.score if self.old and self.new else 0


@dataclass(frozen=True, slots=True)
class TraceChange:
    """A risk whose chain to evidence is complete on one side only, or stands on one side only."""

    id: str
    title: str
    old: bool | None  # complete; None: no trace
    new: bool | None
    breaks: tuple[str, ...]  # sentences, where it is not complete now


@dataclass(frozen=True, slots=True)
class Traces:
    old_complete: int
    old_total: int
    new_complete: int
    new_total: int
    changed: tuple[TraceChange, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything a reviewer is told."""

    compared: Compared
    headline: str
    records: tuple[RecordChange, ...]
    files: tuple[FileChange, ...]
    problems: tuple[ProblemChange, ...]  # new ones, errors first
    mended: tuple[ProblemChange, ...]
    suspects: tuple[Suspect, ...]
    settled: tuple[Suspect, ...]
    risks: tuple[RiskChange, ...]
    above_appetite: tuple[int, int]  # risks, before and after
    soa: tuple[tuple[str, int, int], ...]  # claim, rows before and after; empty when nothing changed
    coverage: tuple[CoverageChange, ...]
    opened: tuple[Gap, ...]
    closed: tuple[Gap, ...]
    lapsed: tuple[Lapsed, ...]  # that count no more, though nothing was mended
    gaps: tuple[int, int]  # before and after
    traces: Traces
    days: tuple[Moved, ...]
    services: tuple[str, ...]
    all_services: bool
    licences: tuple[Concerned, ...]
    audits: tuple[Concerned, ...]

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


def impact(old: Side, new: Side, what: Compared, as_written: Mapping[str, Isms]) -> Impact:
    """`as_written`: the content as it was when a touched record was last written before, by node (see `suspects`)."""
    records = compared.compare_records(old, new)
    problems, mended = compared.compare_problems(old, new)
    concerned = touched.services(old.isms, new.isms, records)
    claimed = touched.sets(old.isms, new.isms, records)
    opened, gone = _gaps(old, new)
    closed, lapsed = answered.part(gone, old, new)
    found = Impact(
        compared=replace(what, unknown=(*what.unknown, *_hidden(old, new))),
        headline="",
        records=records,
        files=compared.compare_files(old, new, records),
        problems=problems,
        mended=mended,
        suspects=suspects.raised(_graph(new), new.isms, records),
        settled=suspects.settled(_graph(old), old.isms, records, as_written),
        risks=tuple(_risks(old, new)),
        above_appetite=_above_appetite(old, new),
        soa=_soa(old.isms, new.isms) if not _is_soa_hidden(old, new) else (),
        coverage=_coverage(old, new),
        opened=opened,
        closed=closed,
        lapsed=lapsed,
        gaps=(len(old.snapshot.gaps), len(new.snapshot.gaps)),
        traces=_traces(old, new),
        days=tuple(touched.moved_days(records)),
        services=concerned,
        all_services=len(concerned) > 1 and set(concerned) >= set(new.isms.services),
        licences=touched.licences(old.isms, new.isms, touched.By(records, concerned, claimed)),
        audits=touched.audits(old.isms, new.isms, touched.By(records, concerned, claimed)),
    )
    return _with_headline(found)


def _hidden(old: Side, new: Side) -> Iterator[str]:
    lost = tuple(dict.fromkeys((*new.hidden, *old.hidden)))
    if lost:
        more = f" and {len(lost) - HIDDEN} more" if len(lost) > HIDDEN else ""
        names = human_list(lost[:HIDDEN]) if not more else ", ".join(lost[:HIDDEN])
        yield (
            f"{names}{more} cannot be read on one side, so what hangs on it may show as opened or closed, "
            "complete or incomplete, only for that."
        )


def _is_soa_hidden(old: Side, new: Side) -> bool:
    return any(side.hides("soa", side.isms.soa.id if side.isms.soa else "soa") for side in (old, new))


def _graph(side: Side) -> Graph:
    return side.snapshot.graph


# --- risks ---------------------------------------------------------------------------------------------------------


def _risks(old: Side, new: Side) -> list[RiskChange]:
    """Those whose level is another, the largest now first; a record that cannot be read on one side is left out."""
    found = []
    for id_ in sorted({*old.isms.risks, *new.isms.risks}):
        if _is_hidden(old, new, id_):
            continue
        before, after = old.isms.risks.get(id_), new.isms.risks.get(id_)
        was = _level(old.isms, before) if before else None
        now = _level(new.isms, after) if after else None
        named = after or before
        if was != now and named:
            found.append(RiskChange(id_, named.title, was, now))
    return sorted(found, key=lambda one: (-(one.new.score if one.new else 0), one.id))


def _above_appetite(old: Side, new: Side) -> tuple[int, int]:
    """How many on either side; one that cannot be read on one side is counted on neither."""
    before, after = (
        [risk for risk in sizes.risks_above(side.isms) if not _is_hidden(old, new, risk.id)] for side in (old, new)
    )
    return len(before), len(after)


def _is_hidden(old: Side, new: Side, risk: str) -> bool:
    return old.hides("risks", risk) or new.hides("risks", risk)


def _level(isms: Isms, risk: Risk) -> Level:
    score = isms.score(risk.residual)
    accepted = risk.accepted_by.person if risk.accepted_by else ""
    return Level(
        score=score,
        band=isms.method.band_of(score) if isms.method else "",
        appetite=sizes.appetite(isms, risk),
        above=sizes.above(isms, risk),
        status=risk.status,
        inherent=isms.score(risk.inherent),
        accepted_by=accepted,
    )


# --- the statement of applicability and coverage -------------------------------------------------------------------


def _soa(old: Isms, new: Isms) -> tuple[tuple[str, int, int], ...]:
    before, after = _claims(old), _claims(new)
    if before == after:
        return ()
    return tuple((claim, before.get(claim, 0), after.get(claim, 0)) for claim in dict.fromkeys((*before, *after)))


def _claims(isms: Isms) -> dict[str, int]:
    entries = list(isms.soa.entries.values()) if isms.soa else []
    counts = {
        "applicable": sum(entry.applicable for entry in entries),
        "excluded": sum(not entry.applicable for entry in entries),
    }
    for status in ("implemented", "partial", "planned", "not-implemented"):
        counts[status] = sum(entry.applicable and entry.status == status for entry in entries)
    return {claim: count for claim, count in counts.items() if count}


def _coverage(old: Side, new: Side) -> tuple[CoverageChange, ...]:
    """Without the sets of which the statement of applicability, or their own file, cannot be read on one side."""
    hidden = {touched.ISO} if _is_soa_hidden(old, new) else set()
    hidden |= {id_ for side in (old, new) for id_ in side.unreadable.get("requirements", ())}
    return tuple(one for one in answered.compare(old, new) if one.set not in hidden)


# --- gaps and traces -----------------------------------------------------------------------------------------------


def _gaps(old: Side, new: Side) -> tuple[tuple[Gap, ...], tuple[Gap, ...]]:
    """By their ids, which stay the same when a sentence tells of more days; none of a record that cannot be read."""
    before = {gap.id: gap for gap in old.snapshot.gaps}
    after = {gap.id: gap for gap in new.snapshot.gaps}
    opened = [gap for id_, gap in after.items() if id_ not in before]
    gone = [gap for id_, gap in before.items() if id_ not in after]
    left_out = {gap.subject for gap in (*opened, *gone) if _is_unread(old, new, gap.subject)}
    return (
        tuple(gap for gap in opened if gap.subject not in left_out),
        tuple(gap for gap in gone if gap.subject not in left_out),
    )


def _is_unread(old: Side, new: Side, subject: str) -> bool:
    """Whether the record, or the requirement set, that a gap is about is there on one side and cannot be read on the other."""
    about = subject.partition(":")[0]
    holding = [name for name in BY_NAME for side in (old, new) if about in side.isms.register(name)]
    return any(side.hides(name, about) for name in holding for side in (old, new))


def _traces(old: Side, new: Side) -> Traces:
    before, after = (
        {id_: trace for id_, trace in side.snapshot.traces.items() if not _is_hidden(old, new, id_)}
        for side in (old, new)
    )
    changed = []
    for id_ in sorted({*before, *after}):
        was, now = _complete(before.get(id_)), _complete(after.get(id_))
        if was != now:
            titled = new.isms.risks.get(id_) or old.isms.risks.get(id_)
            breaks = after[id_].breaks if id_ in after else ()
            changed.append(TraceChange(id_, titled.title if titled else "", was, now, breaks))
    return Traces(
        sum(trace.complete for trace in before.values()),
        len(before),
        sum(trace.complete for trace in after.values()),
        len(after),
        tuple(changed),
    )


def _complete(trace: Trace | None) -> bool | None:
    return trace.complete if trace else None


# --- the headline --------------------------------------------------------------------------------------------------


def _with_headline(found: Impact) -> Impact:
    parts = [*_about_records(found), *_about_risks(found), *_about_the_rest(found)]
    text = "; ".join(parts) if parts else "changes nothing that is read"
    return replace(found, headline=f"{text[0].upper()}{text[1:]}.")


def _about_records(found: Impact) -> Iterator[str]:
    verbs = (("adds", "added"), ("changes", "changed"), ("removes", "removed"))
    groups = [(verb, [one for one in found.records if one.how == how]) for verb, how in verbs]
    told = [f"{verb} {_counted(changes)}" for verb, changes in groups if changes]
    if told:
        yield human_list(told)
    elif found.files:
        yield f"changes {plural(len(found.files), 'file')} and no record"


# What a reader asks for first; the other registers follow in the order of the table.
_FIRST = (
    *("licences", "incidents", "risks", "exceptions", "findings", "services", "threats", "controls", "decisions"),
    *("policies", "suppliers", "soa", "requirements", "pipelines"),
)


def _counted(changes: list[RecordChange]) -> str:
    """Two records by name. Of more those that matter most by name, if they are few, and the others by their number."""
    if len(changes) <= NAMED:
        return human_list(map(_named, changes))
    kinds = list(dict.fromkeys(one.kind for one in changes))
    if len(kinds) == 1:
        return _many(kinds[0], len(changes))
    first = min((one.register for one in changes), key=lambda name: _FIRST.index(name) if name in _FIRST else 99)
    leading = [one for one in changes if one.register == first]
    others = [one.kind for one in changes if one.register != first]
    names = [*map(_named, leading)] if len(leading) <= NAMED else [_many(leading[0].kind, len(leading))]
    rest = _many(others[0], len(others)) if len({*others}) == 1 else plural(len(others), "other record")
    return human_list([*names, rest])


_PLURALS = {
    "row": ("row of the SoA", "rows of the SoA"),
    "evidence": ("evidence record", "evidence records"),
    "criterion": ("criterion", "criteria"),
    "person": ("person", "people"),
}


def _many(kind: str, count: int) -> str:
    """A number of records of one kind."""
    return plural(count, *_PLURALS.get(kind, (kind,)))


def _named(change: RecordChange) -> str:
    status = next((one for one in change.fields if one.path == ("status",) and one.old and one.new), None)
    way = f" ({status.old} → {status.new})" if status and change.how == "changed" else ""
    title = change.title if len(change.title) <= TITLE else change.title[: TITLE - 1] + "…"
    quoted = f"“{title}”" if change.title != change.name else ""
    return " ".join(filter(None, (change.name, quoted))) + way


def _about_risks(found: Impact) -> Iterator[str]:
    moved = [one for one in found.risks if one.moved]
    if len(moved) == 1 and (one := moved[0]).old and one.new:
        verb = "raises" if one.moved > 0 else "lowers"
        yield f"{verb} the residual risk of {one.id} from {one.old.score} to {one.new.score}"
    elif moved:
        up = sum(one.moved > 0 for one in moved)
        yield " and ".join(
            f"{verb} the residual score of {plural(count, 'risk')}"
            for verb, count in (("raises", up), ("lowers", len(moved) - up))
            if count
        )
    before, after = found.above_appetite
    if before != after:
        yield f"{plural(after, 'risk')} above appetite instead of {before}"


def _about_the_rest(found: Impact) -> Iterator[str]:
    gaps = [
        f"{verb} {plural(len(which), 'gap')}"
        for verb, which in (("opens", found.opened), ("closes", found.closed))
        if which
    ]
    yield from [human_list(gaps)] if gaps else []
    unbound = [one for one in found.coverage if one.new is None]
    if unbound:
        named = unbound[0].set if len(unbound) == 1 else plural(len(unbound), "requirement set")
        yield f"{named} {'binds' if len(unbound) == 1 else 'bind'} no longer"
    if found.lapsed:
        yield f"{plural(len(found.lapsed), 'gap')} no longer {'counts' if len(found.lapsed) == 1 else 'count'}"
    if found.suspects:
        yield f"leaves {plural(len(found.suspects), 'link')} to look at again"
    warnings = len(found.problems) - found.errors
    new = [plural(count, noun) for count, noun in ((found.errors, "error"), (warnings, "warning")) if count]
    yield from [f"introduces {human_list(new)}"] if new else []
    if found.mended:
        yield f"mends {plural(len(found.mended), 'problem')}"
