"""Exceptions: what they cover after judging, and whether they were valid themselves.

An exception never erases a deviation: it turns a fail into *excepted*, and only where check, service, path and day
all match. All services and all changed paths of an item must lie in its scope: a permission for one part does not
stretch to another. After its last day the same match leaves the fail, and the fail names the exception.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from tieout.checks.case import Case, Fault, Verdict, day_of, record_item
from tieout.checks.evidence import checks_of
from tieout.model.records import LONGEST_EXCEPTION, Duration, Exemption
from tieout.model.registers import Isms
from tieout.model.results import CheckResult, Item, Outcome
from tieout.text.globs import matches_any
from tieout.text.words import human_day, human_list, plural

TAKEN = ("decided", "superseded")  # statuses of a decision that was taken


def approved_on(isms: Isms, exception: Exemption) -> date | None:
    """The day from which an exception counts as approved; nothing where nobody did, or no day and no decision tells when."""
    if exception.status != "approved" or exception.approved_by is None:
        return None
    decision = isms.decisions.get(exception.approved_by.decision)
    if decision and decision.status not in TAKEN:
        return None
    return exception.approved_by.on or (decision.date if decision else None)


def last_day(exception: Exemption) -> date:
    """The last day on which an exception counts; its approval may end before it does."""
    until = exception.approved_by.until if exception.approved_by else None
    return min(exception.expires, until) if until else exception.expires


def is_in_force(isms: Isms, exception: Exemption, day: date) -> bool:
    """Whether an exception counts on a day: approved by then by somebody, and neither it nor its approval over."""
    approved = approved_on(isms, exception)
    return approved is not None and max(exception.from_, approved) <= day <= last_day(exception)


def naming(isms: Isms, check: str) -> tuple[Exemption, ...]:
    """The approved exceptions that name a check, or a control that it enforces, or any record: found once a check."""
    enforced = {f"check:{check}", *(id_ for id_, control in isms.controls.items() if check in checks_of(control))}
    return tuple(
        found
        for found in isms.exceptions.values()
        if approved_on(isms, found) and any(id_ in enforced or not id_.startswith("check:") for id_ in found.excepts)
    )


def apply(case: Case, item: Item, named: Iterable[Exemption]) -> Item:
    """The item as its exceptions leave it. Only a fail is ever excepted, and what lasts only as a whole.

    `named`: the exceptions that may be about its check, see `naming`.
    """
    if item.outcome is not Outcome.FAIL:
        return item
    first = day_of(item.at) if item.at else case.date.as_of
    last = day_of(item.until) if item.until else first
    about = [found for found in named if _is_about(case, found, item)]
    own = [found for found in about if found.approved_by and found.approved_by.person in _doers(case, item)]
    for exception in about:
        since = approved_on(case.isms, exception) or exception.expires
        if exception not in own and max(exception.from_, since) <= first and last <= last_day(exception):
            reason = f"{item.reason} {exception.id} permits it until {human_day(last_day(exception))}."
            return replace(item, outcome=Outcome.EXCEPTED, exception=exception.id, reason=reason)
    if own:
        reason = (
            f"{item.reason} {human_list(found.id for found in own)} permits nothing here: who approved it did this."
        )
        return replace(item, reason=reason)
    return _ended(item, [found for found in about if last_day(found) < last], last)


def _ended(item: Item, over: list[Exemption], day: date) -> Item:
    """The fail with the exception that covered it once, where there is one."""
    if not over:
        return item
    newest = max(over, key=lambda found: (last_day(found), found.id))
    end = last_day(newest)
    words = f"{newest.id} expired on {human_day(end)}, {plural((day - end).days, 'day')} before"
    words += " the end of this" if item.until else " this"
    return replace(item, exception=newest.id, reason=f"{item.reason} {words}.")


def _doers(case: Case, item: Item) -> frozenset[str]:
    """The persons whose doing an item is: nobody permits what is their own."""
    deployment = case.facts.deployments.get(item.key) if item.kind == "deployment" else None
    if deployment:
        actors = (deployment.by, deployment.requested_by)
        return frozenset((*item.people, *(actor.person for actor in actors if actor and actor.known)))
    change = case.facts.changes.get(item.key)
    return frozenset(author.person for author in change.authors if author.known) if change else frozenset()


def _is_about(case: Case, exception: Exemption, item: Item) -> bool:
    return (
        _names(case.isms, exception, item)
        and _covers_services(case.isms, exception, item)
        and _covers_paths(case, exception, item)
    )


def _names(isms: Isms, exception: Exemption, item: Item) -> bool:
    excepts = set(exception.excepts)
    by_control = any(item.check in checks_of(isms.controls[id_]) for id_ in exception.excepts if id_ in isms.controls)
    return f"check:{item.check}" in excepts or by_control or (item.kind == "record" and item.key in excepts)


def _covers_services(isms: Isms, exception: Exemption, item: Item) -> bool:
    """An exception that names no service covers none, except the very record it is about."""
    services = {item.service, *item.others} - {""}
    if not services:
        return item.key in exception.excepts
    return services <= set(isms.applying(exception.scope.services))


def _covers_paths(case: Case, exception: Exemption, item: Item) -> bool:
    if not exception.scope.paths:
        return True
    paths = tuple(_paths(case, item))
    return bool(paths) and all(matches_any(exception.scope.paths, path) for path in paths)


def _paths(case: Case, item: Item) -> Iterator[str]:
    """The paths an item is about: those its changes touch. None can be told for records and configurations."""
    keys: Iterable[str] = (item.key,) if item.kind == "change" else ()
    if item.kind == "deployment" and item.key in case.facts.deployments:
        keys = case.facts.deployments[item.key].changes
    for key in keys:
        if key in case.facts.changes:
            yield from (changed.path for changed in case.facts.changes[key].paths)


def uses_after_expiry(results: Mapping[str, CheckResult]) -> dict[str, tuple[Item, ...]]:
    """Items of the period that failed and relied on an exception that had ended, by exception."""
    uses: dict[str, list[Item]] = {}
    for result in results.values():
        for item in result.items:
            if item.exception and item.outcome is Outcome.FAIL:
                uses.setdefault(item.exception, []).append(item)
    return {id_: tuple(sorted(items, key=lambda item: (item.at, item.key, item.check))) for id_, items in uses.items()}


def exceptions_valid(case: Case) -> tuple[Item, ...]:
    """One item for each approved exception that was in force in the period, or was used in it after its end."""
    uses, holes = uses_after_expiry(case.results), _holes(case.results)
    return tuple(
        record_item(
            "exceptions-valid",
            id_,
            exception_valid(case, found, uses.get(id_, ()), holes),
            _services(case.isms, found),
        )
        for id_, found in case.isms.exceptions.items()
        if found.status == "approved" and (id_ in uses or _in_force(case, found))
    )


def exception_valid(case: Case, exception: Exemption, uses: tuple[Item, ...], holes: tuple[Item, ...]) -> Verdict:
    """`uses`: what relied on it after its end; `holes`: what was not read of any population."""
    isms = case.isms
    expected = f"approved, at most {longest(isms).words}, compensated, not used after its end"
    faults = tuple(exception_faults(isms, exception, uses))
    if faults:
        reason = f"{exception.id} {human_list(fault.words for fault in faults)}."
        return Verdict(Outcome.FAIL, expected, f"{plural(len(faults), 'fault')}", reason, people=(exception.owner,))
    approved, end = approved_on(isms, exception), last_day(exception)
    told = f"{exception.id} was approved{_by(isms, exception)} on {human_day(approved or exception.from_)} and is compensated by {human_list(exception.compensating)}"
    over = end < day_of(case.date.cutoff)
    if over and (doubt := _doubt(case.isms, exception, end, holes)):
        reason = (
            f"{told}; whether anything relied on it after its end, on {human_day(end)}, cannot be told. {doubt.reason}"
        )
        return Verdict(Outcome.UNKNOWN, expected, "use after its end not known", reason, people=(exception.owner,))
    after = "nothing is seen to have relied on it after that" if over else "that day is still to come"
    if end == day_of(case.date.cutoff):
        after = "that is the day of the audit"
    reason = f"{told}. Its last day is {human_day(end)}; {after}."
    return Verdict(Outcome.PASS, expected, f"until {end.isoformat()}", reason)


def _by(isms: Isms, exception: Exemption) -> str:
    """` by Bob (DEC-2026-004)`."""
    given = exception.approved_by
    if given is None:
        return ""
    person = isms.people.get(given.person)
    return f" by {person.title if person else given.person}" + (f" ({given.decision})" if given.decision else "")


def _holes(results: Mapping[str, CheckResult]) -> tuple[Item, ...]:
    """What was not read of the populations."""
    return tuple(
        item
        for result in results.values()
        for item in result.items
        if item.kind == "repository" and item.outcome is Outcome.UNKNOWN
    )


def _doubt(isms: Isms, exception: Exemption, end: date, holes: tuple[Item, ...]) -> Item | None:
    """What was not read of that which it is about, and lasts beyond its end: it may have been used there."""
    return next(
        (
            item
            for item in holes
            if (not item.until or day_of(item.until) > end)
            and _names(isms, exception, item)
            and _covers_services(isms, exception, item)
        ),
        None,
    )


def longest(isms: Isms) -> Duration:
    """The longest that an exception may last, as the operator set it."""
    setting = isms.checks.get("exceptions-valid")
    return (setting.longest if setting else None) or LONGEST_EXCEPTION


def exception_faults(isms: Isms, exception: Exemption, uses: tuple[Item, ...]) -> Iterator[Fault]:
    """What is wrong with an approved exception."""
    if exception.approved_by is None:
        yield Fault("no-approver", "names nobody who approved it")
    elif approved_on(isms, exception) is None:
        yield Fault("no-approval", "names neither the day of its approval nor a decision that was taken")
    limit = longest(isms)
    if exception.expires > limit.after(exception.from_):
        words = f"lasts from {human_day(exception.from_)} to {human_day(exception.expires)}, longer than {limit.words}"
        yield Fault("too-long", words)
    if things := sorted({item.key for item in uses}):
        checks = human_list(sorted({item.check for item in uses}))
        words = (
            f"expired on {human_day(last_day(exception))}, and {human_list(things)} relied on it after that ({checks})"
        )
        yield Fault("used-after-expiry", words)


def _in_force(case: Case, exception: Exemption) -> bool:
    return exception.from_ <= day_of(case.date.end) and exception.expires >= day_of(case.date.start)


def _services(isms: Isms, exception: Exemption) -> tuple[str, ...]:
    return isms.applying(exception.scope.services)
