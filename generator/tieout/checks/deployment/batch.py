"""The verdict on the size of deployments: how many changes at once, and how long the oldest of them had waited."""

from collections.abc import Iterator
from datetime import timedelta

from tieout.checks.case import Case, Verdict, day_of, deployment_item, deployments_in_period
from tieout.checks.catalogue import CHECKS
from tieout.checks.deployment.brought import changes_of, nothing_brought
from tieout.checks.deployment.lengths import length, over
from tieout.checks.unread import unread
from tieout.model.history import Change, Deployment
from tieout.model.records import CheckSetting, Event
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, human_day, human_list, plural

BATCH = "batch-size"
NEAR = timedelta(days=14)  # before an event and after it, batches grow


def batch_size(case: Case) -> tuple[Item, ...]:
    """One item a deployment of the period; none at all where neither limit is set."""
    setting, check = case.setting(BATCH), CHECKS[BATCH]
    if setting.most_changes is None and setting.oldest is None:
        return ()
    first = _first_told(case)
    found = (
        deployment_item(case, check, one, _judge(case, one, setting, is_first=one.key in first))
        for one in deployments_in_period(case)
    )
    return (*found, *unread(case, check))


def _first_told(case: Case) -> set[str]:
    """Keys of the first deployments that brought changes of each repository of each service: the source begins there."""
    first: dict[tuple[str, str], str] = {}
    for one in case.facts.deployments.values():
        if one.changes:
            first.setdefault((one.service, one.repo), one.key)
    return set(first.values())


def _judge(case: Case, deployment: Deployment, setting: CheckSetting, *, is_first: bool) -> Verdict:
    expected = human_list(_limits(setting))
    if found := nothing_brought(deployment, expected, "its changes"):
        return found
    number = plural(len(deployment.changes), "change")
    if is_first:
        reason = (
            f"It is the first deployment of {deployment.service} that the source tells of, and takes in all that "
            f"came before it ({number}); which of them it brought cannot be told."
        )
        return Verdict(Outcome.UNKNOWN, expected, "first deployment told", reason)
    changes = changes_of(case, deployment)
    if len(changes) < len(deployment.changes) and setting.oldest is not None:
        reason = f"Of {number} that it brought, {digits(len(changes))} could be read, so the oldest is not known."
        return Verdict(Outcome.UNKNOWN, expected, "changes not read", reason)
    oldest = min(changes, key=lambda one: (one.time, one.key), default=None)
    faults = list(_faults(deployment, setting, oldest))
    found_words = number + (f", oldest {length(deployment.at - oldest.time)}" if oldest else "")
    told = f"It brought {number}{_oldest(deployment, oldest)}{_event(case, deployment)}"
    if faults:
        return Verdict(Outcome.FAIL, expected, found_words, f"{told}; {human_list(faults)}.", deployment.grade)
    return Verdict(Outcome.PASS, expected, found_words, f"{told}.", deployment.grade)


def _limits(setting: CheckSetting) -> Iterator[str]:
    if setting.most_changes is not None:
        yield f"at most {plural(setting.most_changes, 'change')}"
    if setting.oldest is not None:
        yield f"none older than {setting.oldest.words}"


def _faults(deployment: Deployment, setting: CheckSetting, oldest: Change | None) -> Iterator[str]:
    if setting.most_changes is not None and len(deployment.changes) > setting.most_changes:
        yield f"at most {digits(setting.most_changes)} may come at once"
    if setting.oldest is not None and oldest and deployment.at > over(setting.oldest, oldest.time):
        yield f"none may wait longer than {setting.oldest.words}"


def _oldest(deployment: Deployment, oldest: Change | None) -> str:
    if oldest is None:
        return ""
    waited = length(deployment.at - oldest.time)
    if len(deployment.changes) == 1:
        return f", {oldest.key}, which had waited {waited}"
    return f", of which the oldest, {oldest.key}, had waited {waited}"


def _event(case: Case, deployment: Deployment) -> str:
    """The nearest event of the register, a peak before any other: batches that grow around one show a freeze."""
    day = day_of(deployment.at)
    near = [one for one in case.isms.events.values() if one.from_ - NEAR <= day <= one.to + NEAR]
    if not near:
        return ""
    event = min(near, key=lambda one: (one.kind != "peak", _away(one, deployment), one.id))
    days = _away(event, deployment)
    span = f"{event.title} ({human_day(event.from_)} to {human_day(event.to)})"
    if not days:
        return f", during {span}"
    return f", {plural(days, 'day')} {'before' if day < event.from_ else 'after'} {span}"


def _away(event: Event, deployment: Deployment) -> int:
    """Days from the deployment to the event; none within it."""
    day = day_of(deployment.at)
    return max((event.from_ - day).days, (day - event.to).days, 0)
