"""The population of an own check, item by item: where it applies, whether what is asked holds, and why."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from tieout.checks.case import (
    Case,
    Verdict,
    change_item,
    changes_in_period,
    deployment_item,
    deployments_in_period,
    keys_of,
    record_item,
)
from tieout.checks.declared.conditions import Answer, answer, asking, bare_name
from tieout.checks.declared.fields import CHANGES, DEPLOYMENTS, REPOSITORIES, View, field_of, services_in
from tieout.checks.declared.files import ask_file
from tieout.checks.declared.values import Value
from tieout.checks.unread import as_read, unread
from tieout.model.checks import Check
from tieout.model.history import Change, Deployment
from tieout.model.records import Condition, OwnCheck, Record
from tieout.model.results import Item, Outcome
from tieout.model.settings import Repository

Ask = Callable[[Condition], Answer]


def judge_own(case: Case, checks: Mapping[str, Check]) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """The items of each own check, by its name."""
    probe = next((check for check in checks.values() if check.kind in {"change", "deployment"}), None)
    holes = unread(case, replace(probe, kind="deployment")) if probe else ()
    view = View(case, frozenset(item.service for item in holes))
    for id_, check in checks.items():
        record = case.isms.own_checks[id_]
        yield id_, tuple(_items(view, record, check))


def _items(view: View, record: OwnCheck, check: Check) -> Iterable[Item]:
    case = view.case
    if record.over == "changes":
        yield from (_change(view, record, check, one) for one in changes_in_period(case))
        yield from unread(case, check)
    elif record.over == "deployments":
        yield from (_deployment(view, record, check, one) for one in deployments_in_period(case))
        yield from unread(case, check)
    elif record.over == "repositories":
        yield from (_repository(view, record, one) for _, one in sorted(case.config.repositories.items()))
    else:
        held: Mapping[str, Record] = getattr(case.isms, record.over)
        yield from (_record(case, record, one) for one in held.values())


def _change(view: View, record: OwnCheck, check: Check, change: Change) -> Item:
    verdict = decide(record, _asking(view.case, lambda name: CHANGES[name](view, change)))
    people = keys_of(change.authors) if verdict.outcome is Outcome.FAIL else ()
    return change_item(view.case, check, change, as_read(view.case, change, verdict._replace(people=people)))


def _deployment(view: View, record: OwnCheck, check: Check, deployment: Deployment) -> Item:
    verdict = decide(record, _asking(view.case, lambda name: DEPLOYMENTS[name](view, deployment)))
    return deployment_item(view.case, check, deployment, verdict)


def _record(case: Case, record: OwnCheck, one: Record) -> Item:
    verdict = decide(record, _asking(case, lambda name: field_of(one, name)))
    people = (one.owner,) if verdict.outcome is Outcome.FAIL and one.owner in case.isms.people else ()
    return record_item(record.id, one.id, verdict._replace(people=people), _services_of(case, record.over, one))


def _repository(view: View, record: OwnCheck, repository: Repository) -> Item:
    case = view.case
    verdict = _unread(case, record, repository) or decide(record, _of_repository(view, repository))
    service, *others = services_in(case, repository.id) or ("",)
    words = (verdict.expected, verdict.found, verdict.reason)
    return Item(record.id, "repository", repository.id, service, 0, verdict.outcome, *words, others=tuple(others))


def _of_repository(view: View, repository: Repository) -> Ask:
    def ask(condition: Condition) -> Answer:
        if condition.file:
            return ask_file(view.case, repository.id, condition)
        return answer(condition, REPOSITORIES[condition.field](view, repository), view.case.date.as_of)

    return ask


def _unread(case: Case, record: OwnCheck, repository: Repository) -> Verdict | None:
    if repository.id in case.facts.pins and repository.id not in case.facts.missing:
        return None
    why = case.facts.missing.get(repository.id, "it has no pin")
    reason = f"The repository {repository.id} was not read, {why}."
    return Verdict(Outcome.UNKNOWN, _expected(record), "not read", reason)


def _services_of(case: Case, over: str, record: Record) -> tuple[str, ...]:
    if over == "services":
        return (record.id,)
    named = getattr(record, "services", None) or getattr(record, "applies_to", None) or getattr(record, "affects", ())
    return case.isms.applying(named) if isinstance(named, tuple) else ()


def _asking(case: Case, read: Callable[[str], Value]) -> Ask:
    return lambda condition: answer(condition, read(condition.field), case.date.as_of)


def decide(record: OwnCheck, ask: Ask) -> Verdict:
    """Not applicable where a condition of `where` does not hold; else a fail before what cannot be told, before a pass."""
    expected = _expected(record)
    belongs = [ask(condition) for condition in record.where]
    for found in belongs:
        if found.holds is False:
            return Verdict(Outcome.NOT_APPLICABLE, expected, found.found, f"The check is about others. {found.reason}")
    for found in belongs:
        if found.holds is None:
            reason = f"Whether the check is about this one cannot be told. {found.reason}"
            return Verdict(Outcome.UNKNOWN, expected, found.found, reason)
    asked = [ask(condition) for condition in record.passes_when]
    for outcome, holds in ((Outcome.FAIL, False), (Outcome.UNKNOWN, None)):
        told = [found for found in asked if found.holds is holds]
        if told:
            return Verdict(outcome, expected, told[0].found, " ".join(found.reason for found in told))
    return Verdict(
        Outcome.PASS, expected, "; ".join(found.found for found in asked), " ".join(found.reason for found in asked)
    )


def _expected(record: OwnCheck) -> str:
    return "; ".join(f"{bare_name(one)} {asking(one).removeprefix('is ')}" for one in record.passes_when)
