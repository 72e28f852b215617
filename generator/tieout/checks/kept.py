"""Whether evidence is still what it was when it was collected: its file, its hash, its day and how long it is kept."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tieout.checks.case import Case, Fault, Verdict, record_item
from tieout.checks.filed import Filed, filed, late_by, limit
from tieout.model.records import Evidence, Licence
from tieout.model.registers import Isms
from tieout.model.results import Item, Outcome
from tieout.text.words import human_day, human_list, plural, visible

ID = "evidence-intact"
EXPECTED = "its file, with its hash, committed when it was collected, kept as long as is asked"
ZONES = timedelta(days=1)  # a day that is still to come in UTC has begun elsewhere


def evidence_intact(case: Case) -> tuple[Item, ...]:
    """One item for each evidence record that was there at the audit date."""
    when = filed(case)
    return tuple(
        record_item(ID, id_, evidence_kept(case, when, record), record.services)
        for id_, record in case.isms.evidence.items()
    )


def evidence_kept(case: Case, when: Filed, record: Evidence) -> Verdict:
    if _given_up(case, record):
        until = record.retain.after(record.observed.to) if record.retain else record.observed.to
        reason = f"{record.id} had to be kept until {human_day(until)}, so its file may be gone."
        return Verdict(Outcome.NOT_APPLICABLE, EXPECTED, "kept long enough", reason)
    faults = tuple(_faults(case, when, record))
    doubts = tuple(_doubts(case, when, record))
    if faults:
        told = human_list(fault.words for fault in faults)
        more = f" Beside that, {record.id} {human_list(doubt.words for doubt in doubts)}." if doubts else ""
        found = faults[0].words if len(faults) == 1 else plural(len(faults), "fault")
        return Verdict(
            Outcome.FAIL, EXPECTED, found, f"{record.id} {told}.{more}", people=_people(case.isms, record.collected_by)
        )
    if doubts:
        told = human_list(doubt.words for doubt in doubts)
        return Verdict(Outcome.UNKNOWN, EXPECTED, doubts[0].words, f"{record.id} {told}.")
    came = when.came_on(record.file)
    reason = (
        f"{record.id} was collected on {human_day(record.collected)}, its file was committed on "
        f"{human_day(came or record.collected)} and still has the SHA-256 that was written down."
    )
    return Verdict(Outcome.PASS, EXPECTED, "as it was collected", reason)


def _people(isms: Isms, written: str) -> tuple[str, ...]:
    return (written,) if written in isms.people else ()


def _given_up(case: Case, record: Evidence) -> bool:
    """Whether the file is gone after the time for which the record, and every licence, asked it to be kept."""
    if not record.file or record.file in case.isms.files or record.retain is None:
        return False
    demanded = [licence.retain for licence in licences_of(case.isms, record, case.date.as_of) if licence.retain]
    return all(length.after(record.observed.to) < case.date.as_of for length in (record.retain, *demanded))


def _faults(case: Case, when: Filed, record: Evidence) -> Iterator[Fault]:
    """What is wrong with an evidence record."""
    held = case.isms.files.get(record.file)
    if record.file and held is None:
        yield Fault("no-file", f"names {visible(record.file)}, which is not there")
    elif held and not record.sha256:
        yield Fault("no-hash", f"names {visible(record.file)} and no SHA-256 of it")
    elif held and record.sha256.lower() != held.sha256:
        yield Fault(
            "altered",
            f"says that the SHA-256 of {visible(record.file)} begins with {record.sha256[:12].lower()}, and it begins with {held.sha256[:12]}",
        )
    if record.collected > case.date.as_of + ZONES:
        yield Fault(
            "to-come", f"says that it was collected on {human_day(record.collected)}, a day that was still to come"
        )
    if held:
        yield from _day_faults(when, record, limit(case, ID))
    yield from _retention_faults(case.isms, record, case.date.as_of)


def _day_faults(when: Filed, record: Evidence, allowed: int) -> Iterator[Fault]:
    """The claimed day beside the day of the commit; for what is older than the history nothing can be said."""
    if record.observed.to > record.collected + ZONES:
        words = (
            f"speaks of days up to {human_day(record.observed.to)}, and was collected on {human_day(record.collected)}"
        )
        yield Fault("before-its-days", words)
    came = when.came_on(record.file)
    if came is None or _is_older(when, record):
        return
    if late := late_by(record.collected, came, allowed):
        words = f"says that it was collected on {human_day(record.collected)}, and its file was committed {plural(late, 'day')} later, on {human_day(came)}"
        yield Fault("committed-late", words)
    elif came + ZONES < record.collected:
        words = f"says that it was collected on {human_day(record.collected)}, and its file was committed before that, on {human_day(came)}"
        yield Fault("committed-before", words)


def _is_older(when: Filed, record: Evidence) -> bool:
    return when.begun is not None and record.collected < when.begun


def _retention_faults(isms: Isms, record: Evidence, as_of: date) -> Iterator[Fault]:
    for licence in licences_of(isms, record, as_of):
        asked = licence.retain
        if asked and record.retain is None:
            yield Fault(
                f"retention/{licence.id}", f"does not say how long it is kept, and {licence.id} asks for {asked.words}"
            )
        elif asked and record.retain and record.retain < asked:
            words = f"is kept for {record.retain.words}, and {licence.id} asks for {asked.words}"
            yield Fault(f"retention/{licence.id}", words)


def licences_of(isms: Isms, record: Evidence, as_of: date) -> tuple[Licence, ...]:
    """The licences in force under which a service of the record runs; every one, where the record names no service."""
    return tuple(
        licence
        for licence in isms.licences.values()
        if licence.status == "active" and licence.granted <= as_of and _is_under(isms, record.services, licence)
    )


def _is_under(isms: Isms, services: Iterable[str], licence: Licence) -> bool:
    about = set(services)
    return not about or not about.isdisjoint(isms.applying(licence.services))


def _doubts(case: Case, when: Filed, record: Evidence) -> Iterator[Fault]:
    """What nobody can tell from here."""
    if not record.file:
        yield Fault("link-only", "is kept elsewhere: nobody can tell from here whether it is what it was")
    elif record.file not in case.isms.files:
        return
    elif when.came_on(record.file) is None and when.cut:
        yield Fault(
            "cut-off",
            "has a file that is older than the copy of the history of this ISMS that was read, so that nobody can tell when it came",
        )
    elif when.came_on(record.file) is None:
        yield Fault("not-committed", "has a file that no commit holds, so that nobody can tell when it came")
    elif _is_older(when, record):
        words = f"was collected on {human_day(record.collected)}, before the history of this ISMS begins, so that nobody can tell when its file came"
        yield Fault("before-the-history", words)
