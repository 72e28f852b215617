"""What people hold who are no longer there: roles, squads, keys, records, paths of code, approvals they could not give."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain

from tieout.checks.case import Case, Fault, Verdict, changes_in_period, day_of, midnight, record_item
from tieout.checks.code_owners import Owning, owners_at_pin, owners_since
from tieout.checks.upkeep import OVER
from tieout.model.history import Facts
from tieout.model.records import Person
from tieout.model.registers import Isms
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, human_day, human_list, plural, visible

ID = "no-leavers"
EXPECTED = "known to the register, and with the organisation"
SHOWN = 3  # records that a sentence names before it counts the rest
HISTORICAL = frozenset({"evidence", "audits", "reviews", "decisions", "incidents"})  # what was then stays as it was


def no_leavers(case: Case) -> tuple[Item, ...]:
    """One item for each person who holds something or has left, and for each code owner that nobody of the register is."""
    people = {id_: one for id_, one in case.isms.people.items() if one.kind == "person"}
    duties = _duties(case, people)
    items = (
        record_item(ID, id_, _person(case, one, duties.get(id_, ())))
        for id_, one in people.items()
        if duties.get(id_) or left_on(one, case.date.as_of)
    )
    return (*items, *_strangers(case))


def left_on(person: Person, as_of: date) -> date | None:
    """A person's last day, once it is past."""
    last = person.active.to if person.active else None
    return last if last and last < as_of else None


def _person(case: Case, person: Person, duties: tuple[str, ...]) -> Verdict:
    last = left_on(person, case.date.as_of)
    if last is None:
        reason = f"{person.title} is with the organisation, and {human_list(duties)}."
        return Verdict(Outcome.PASS, EXPECTED, "active", reason)
    begun = f"{person.title} left on {human_day(last)}"
    faults = tuple(_left_over(case, person, last))
    if faults:
        reason = f"{begun}, but {human_list(fault.words for fault in faults)}."
        return Verdict(Outcome.FAIL, EXPECTED, f"left {last.isoformat()}", reason, people=(person.id,))
    unread = sorted({repo for repo in case.facts.missing if repo != "isms"} | _cut_off(case, midnight(last) + 86_400))
    if unread:
        reason = f"{begun}. Whether they still own code of {human_list(unread)} cannot be told, since that was not read whole."
        return Verdict(Outcome.UNKNOWN, EXPECTED, f"left {last.isoformat()}", reason)
    if last < day_of(case.date.start):
        reason = f"{begun}, before the period, and holds nothing any more."
        return Verdict(Outcome.NOT_APPLICABLE, EXPECTED, f"left {last.isoformat()}", reason)
    return Verdict(Outcome.PASS, EXPECTED, f"left {last.isoformat()}", f"{begun} and holds nothing any more.")


def _cut_off(case: Case, since: int) -> set[str]:
    """The repositories of services of which not all changes from a time on were read."""
    linked = {link.repo for service in case.isms.services.values() for link in service.repos}
    cut = linked.intersection(case.facts.histories_incomplete)
    return {
        repo for repo in cut if not any(one.repo == repo and one.time < since for one in case.facts.changes.values())
    }


def _left_over(case: Case, person: Person, last: date) -> Iterator[Fault]:
    yield from still_held(case.isms, case.facts, person, last)
    if records := _owned(case.isms, person.id):
        rest = [f"{digits(len(records) - SHOWN)} more"] if len(records) > SHOWN else []
        yield Fault("records", f"is the owner of {human_list([*records[:SHOWN], *rest])}")
    after = midnight(last) + 86_400
    approved = [
        change
        for change in changes_in_period(case)
        if any(one.by.person == person.id and one.at >= after for one in change.approvals)
    ]
    if approved:
        verb = f"approved {plural(len(approved), 'change')} after that, the last being {approved[-1].key}"
        yield Fault("approvals", verb)


def still_held(isms: Isms, facts: Facts, person: Person, last: date) -> Iterator[Fault]:
    """What the registers and the code still give to a person whose last day was `last`."""
    id_ = person.id
    owned = [one for one in owners_at_pin(facts) if one.owner == id_]
    owned += [one for one in owners_since(facts, midnight(last) + 86_400) if one.owner == id_][:1]
    if owned:
        yield Fault("code-owner", f"is code owner of {', and of '.join(f'{one.what}, {one.seen}' for one in owned)}")
    for key in isms.keys.values():
        if key.person == id_ and (key.to is None or key.to > last):
            yield Fault(f"key/{key.id}", f"the key {key.id} still counts")
    for squad in isms.squads.values():
        if id_ in (squad.lead, squad.partner):
            yield Fault(f"squad/{squad.id}", f"leads or advises the squad {squad.id}")
    if powers := powers_of(isms, person.roles):
        yield Fault("powers", f"holds roles that give {human_list(powers)}")


def powers_of(isms: Isms, roles: Iterable[str]) -> list[str]:
    held = set(roles)
    return sorted(id_ for id_, power in isms.access.items() if held.intersection(power.roles))


def _owned(isms: Isms, person: str) -> list[str]:
    """The records in force that name a person as their owner."""
    return [
        record.id
        for register, record in isms.records()
        if record.owner == person
        and register.name not in HISTORICAL
        and record.status not in OVER.get(register.name, ())
    ]


# --- who has to be there -------------------------------------------------------------------------------------------


def _duties(case: Case, people: Mapping[str, Person]) -> dict[str, tuple[str, ...]]:
    """In words, what each person of the register holds that only somebody who is there may hold."""
    isms = case.isms
    changes = changes_in_period(case)
    owners = set(_code_owners(case))
    approvers = {one.by.person for change in changes for one in change.approvals}
    held: dict[str, tuple[str, ...]] = {}
    for id_, person in people.items():
        leads = [squad.id for squad in isms.squads.values() if id_ in (squad.lead, squad.partner)]
        words = (
            f"holds {human_list(person.roles)}" if person.roles else "",
            f"leads or advises {human_list(leads)}" if leads else "",
            "is a code owner" if id_ in owners else "",
            "approved changes of the period" if id_ in approvers else "",
        )
        if told := tuple(word for word in words if word):
            held[id_] = told
    return held


def _strangers(case: Case) -> Iterator[Item]:
    """Code owners that are no person of the register: a team, or nobody known."""
    for owner, owning in sorted(_code_owners(case).items()):
        if owner in case.isms.people:
            continue
        name = visible(owner)
        if "/" in owner:
            reason = (
                f"{name} is a team of the forge and owns code, {owning.seen}; who is in it cannot be told from here."
            )
            verdict = Verdict(Outcome.UNKNOWN, EXPECTED, "a team", reason)
        else:
            reason = f"{name} owns code, {owning.seen}, and is nobody in the people register."
            verdict = Verdict(Outcome.FAIL, EXPECTED, "nobody", reason)
        yield record_item(ID, owner, verdict)


def _code_owners(case: Case) -> dict[str, Owning]:
    """All that own code at the audit date, and where that is seen; where no CODEOWNERS was read, of what changed in the period."""
    found: dict[str, Owning] = {}
    for one in chain(owners_at_pin(case.facts), owners_since(case.facts, case.date.start)):
        found.setdefault(one.owner, one)
    return found
