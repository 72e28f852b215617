"""Whether records were read again when that was due, and whether the history bears the claimed day out."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from tieout.checks.case import Case, Verdict, record_item, working_days
from tieout.checks.filed import Filed, filed, late_by, limit
from tieout.model.records import Duration, Policy, Record, Soa
from tieout.model.registers import Isms, Register
from tieout.model.results import Item, Outcome
from tieout.text.words import human_day, plural

ID = "records-reviewed"
# Their own check judges these: of a supplier the assessment counts.
APART = frozenset({"suppliers"})
# What is over, or has not begun, needs no reading.
OVER: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "threats": frozenset({"retired"}),
        "risks": frozenset({"closed"}),
        "controls": frozenset({"retired", "planned"}),
        "policies": frozenset({"draft", "superseded"}),
        "soa": frozenset({"draft"}),
        "scope": frozenset({"draft"}),
        "services": frozenset({"planned", "retired"}),
        "decisions": frozenset({"proposed", "superseded", "withdrawn"}),
        "exceptions": frozenset({"requested", "rejected", "revoked"}),
        "objectives": frozenset({"achieved", "dropped"}),
        "licences": frozenset({"applied", "ended"}),
        "issues": frozenset({"closed"}),
        "findings": frozenset({"closed"}),
        "incidents": frozenset({"closed"}),
        "actions": frozenset({"done", "cancelled"}),
    }
)
ZONES = timedelta(days=1)  # a day that is still to come in UTC has begun elsewhere


def records_reviewed(case: Case) -> tuple[Item, ...]:
    """One item for each record that says how often it is to be read again, or of which the risk method says it."""
    when = filed(case)
    return tuple(
        record_item(ID, record.id, _verdict(case, when, register, record, every), _services(case.isms, record))
        for register, record in case.isms.records()
        if register.name not in APART and (every := case.isms.review_period(record))
    )


def _services(isms: Isms, record: Record) -> tuple[str, ...]:
    """The services that a record is about, so that they can be asked for one by one."""
    if record.id in isms.services:
        return (record.id,)
    named = getattr(record, "affects", ()) or getattr(record, "services", ())
    return isms.applying(named)


def _verdict(case: Case, when: Filed, register: Register, record: Record, every: Duration) -> Verdict:
    expected = f"read again every {every.words}"
    if record.status in OVER.get(register.name, ()):
        reason = f"{record.id} is {record.status}, so nobody has to read it."
        return Verdict(Outcome.NOT_APPLICABLE, expected, record.status, reason)
    last = last_read(record)
    if last is None:
        return _never(case, when, register, record, every)
    if last > case.date.as_of + ZONES:
        reason = f"{record.id} says that it was read on {human_day(last)}, a day that was still to come."
        return Verdict(Outcome.FAIL, expected, "a day to come", reason, people=_owner(record))
    due = every.after(last)
    if working_days(due, case.date.as_of) > limit(case, ID):
        late = (case.date.as_of - due).days
        reason = f"{record.id} was last read on {human_day(last)} and due again on {human_day(due)}: {plural(late, 'day')} late{_owed(case.isms, record)}."
        return Verdict(Outcome.FAIL, expected, f"{plural(late, 'day')} late", reason, people=_owner(record))
    return _borne_out(case, when, record, last, every)


def last_read(record: Record) -> date | None:
    """The day on which a record was last read; who approves a policy or the Statement of Applicability has read it."""
    approved = record.approved_by.on if isinstance(record, (Policy, Soa)) and record.approved_by else None
    days = [day for day in (record.reviewed, approved) if day]
    return max(days, default=None)


def _owner(record: Record) -> tuple[str, ...]:
    return (record.owner,) if record.owner else ()


def _owed(isms: Isms, record: Record) -> str:
    known = isms.people.get(record.owner) or isms.squads.get(record.owner) or isms.roles.get(record.owner)
    return f"; {known.title if known else record.owner} answers for it" if record.owner else ""


def _never(case: Case, when: Filed, register: Register, record: Record, every: Duration) -> Verdict:
    """A record without a day of review: its first day counts, where its file holds it alone."""
    expected = f"read again every {every.words}"
    days = when.changed_on(record.place.path) if register.shape != "list" else ()
    if not days:
        reason = f"{record.id} is to be read every {every.words} and names no day on which it was, and nothing tells since when it stands."
        return Verdict(Outcome.UNKNOWN, expected, "no day", reason, people=_owner(record))
    due = every.after(days[0])
    if working_days(due, case.date.as_of) <= limit(case, ID):
        reason = f"{record.id} is new since {human_day(days[0])} and due to be read on {human_day(due)}."
        return Verdict(Outcome.PASS, expected, f"written {days[0].isoformat()}", reason)
    late = (case.date.as_of - due).days
    reason = f"{record.id} stands since {human_day(days[0])}, was due to be read on {human_day(due)} and names no day on which it was: {plural(late, 'day')} late{_owed(case.isms, record)}."
    return Verdict(Outcome.FAIL, expected, f"{plural(late, 'day')} late", reason, people=_owner(record))


def _borne_out(case: Case, when: Filed, record: Record, last: date, every: Duration) -> Verdict:
    """A review leaves a commit: at least the one that wrote its day down, near that day."""
    expected = f"read again every {every.words}"
    said = f"{record.id} says that it was last read on {human_day(last)}"
    days = when.changed_on(record.place.path)
    if not days or (when.begun and last < when.begun):
        why = "before the history of this ISMS begins" if days else "and no commit holds it"
        if when.cut and not days:
            why = "and the copy of the history of this ISMS that was read holds no change of its file"
        reason = f"{said}, {why}, so that nobody can tell when that was written down."
        return Verdict(Outcome.UNKNOWN, expected, "not to be told", reason, people=_owner(record))
    after = next((day for day in days if day + ZONES >= last), None)
    if after is None:
        reason = f"{said}; its file was last changed before that, on {human_day(days[-1])}, so the day was written down before it came."
        return Verdict(Outcome.FAIL, expected, "written down before its day", reason, people=_owner(record))
    if late := late_by(last, after, limit(case, ID)):
        reason = f"{said}; its file was first changed {plural(late, 'day')} after that, on {human_day(after)}, so the day was written down long afterwards."
        return Verdict(
            Outcome.FAIL, expected, f"written down {plural(late, 'day')} later", reason, people=_owner(record)
        )
    reason = f"{said}, which a change of its file on {human_day(after)} bears out."
    due = every.after(last)
    if due < case.date.as_of:
        reason = f"{reason} It was due again on {human_day(due)}, within the {plural(limit(case, ID), 'working day')} that are allowed for it."
    return Verdict(Outcome.PASS, expected, f"read {last.isoformat()}", reason)
