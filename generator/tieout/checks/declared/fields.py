"""The value of each field of an item: one reader a field of `model.own_checks`. Whatever cannot be told says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

from tieout.checks.case import Case, day_of, strictest_first, tier_of
from tieout.checks.declared.values import Known, Length, Parts, Unknown, Value
from tieout.checks.review import authors_known, authors_whole, prior_support, weight
from tieout.model.history import Change, Deployment
from tieout.model.links import written_name
from tieout.model.records import Duration, Part, Record
from tieout.model.settings import Repository

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class View:
    """A case, and the services whose deployments of the period are not known whole."""

    case: Case
    untold: frozenset[str]


# --- changes -------------------------------------------------------------------------------------------------------


def _authors_count(_: View, change: Change) -> Value:
    if change.authorship == "message" or not change.authors:
        return Unknown("nothing but its message tells who wrote it")
    if not authors_whole(change):
        return Unknown("the commits that it carries were not read")
    return len({author.key for author in change.authors})


def _approvals_count(_: View, change: Change) -> Value:
    found = prior_support(change)
    told, possible = ({approval.by.key for approval in one} for one in found)
    if possible and not authors_known(change):
        return Unknown("not everybody who wrote it is known, so an approval may be by one of its authors")
    if told != possible:
        return Unknown("who gave an approval, or on which day, is not known")
    return len(told)


def _approval_grade(view: View, change: Change) -> Value:
    count = _approvals_count(view, change)
    if isinstance(count, Unknown) or not count:
        return count if isinstance(count, Unknown) else None
    return max(map(weight, prior_support(change).told))


def _signed(_: View, change: Change) -> Value:
    states = {signature.state for _, signature in change.signatures}
    if not states:
        return Unknown("the signatures of its commits were not read")
    if states & {"none", "bad", "out-of-date"}:
        return False
    if states != {"good"}:
        return Unknown("it is signed by a key that is not registered, or that cannot be verified here")
    return True


def _steps(change: Change, result: str) -> Value:
    if not change.results:
        return Unknown("no result of a pipeline step was found for it")
    return tuple(sorted({found.name for found in change.results if found.result == result}))


def _deployed(view: View, change: Change) -> Value:
    if change.key in view.case.first_deployed:
        return True
    return _undeployed(view, change) if not view.untold.isdisjoint(change.services) else False


def _undeployed(_: View, change: Change) -> Unknown:
    return Unknown(f"the deployments of {change.services[0] if change.services else 'its service'} are not known whole")


def _age_to_deployment(view: View, change: Change) -> Value:
    first = view.case.first_deployed.get(change.key)
    if first is None:
        return Unknown("no production deployment of it is known")
    return Length(max(first - change.time, 0))


CHANGES: Mapping[str, Callable[[View, Change], Value]] = MappingProxyType(
    {
        "repository": lambda _, change: change.repo,
        "services": lambda _, change: change.services,
        "tier": lambda view, change: min((tier_of(view.case.isms, one) for one in change.services), default=None),
        "subject": lambda _, change: change.subject,
        "body": lambda _, change: change.body,
        "kind": lambda _, change: change.kind,
        "branch": lambda _, change: change.branch,
        "reference": lambda _, change: change.reference,
        "tickets": lambda _, change: change.change_references,
        "paths": lambda _, change: tuple(path.path for path in change.paths),
        "high-risk-paths": lambda _, change: change.high_risk_paths,
        "criteria": lambda _, change: change.criteria,
        "high-risk": lambda _, change: bool(change.high_risk_paths or change.criteria),
        "control-plane": lambda _, change: change.control_plane,
        "automated": lambda _, change: change.automated,
        "emergency": lambda _, change: bool(change.emergency),
        "reverted": lambda _, change: bool(change.reverted_by),
        "authors-count": _authors_count,
        "approvals-count": _approvals_count,
        "approval-grade": _approval_grade,
        "signed": _signed,
        "steps-passed": lambda _, change: _steps(change, "passed"),
        "steps-failed": lambda _, change: _steps(change, "failed"),
        "day": lambda _, change: day_of(change.time),
        "age-at-entry": lambda _, change: Length(max(change.time - change.first_commit_time, 0)),
        "deployed": _deployed,
        "age-to-deployment": _age_to_deployment,
    }
)


# --- deployments ---------------------------------------------------------------------------------------------------


def _on_branch(_: View, deployment: Deployment) -> Value:
    return Unknown("where its commit lies was not read") if deployment.on_branch is None else deployment.on_branch


def _changes_count(_: View, deployment: Deployment) -> Value:
    if deployment.absent or not deployment.commit:
        return Unknown("the commit that was deployed is not known")
    return len(deployment.changes)


def _oldest_change(view: View, deployment: Deployment) -> Value:
    count = _changes_count(view, deployment)
    if isinstance(count, Unknown):
        return count
    times = [view.case.facts.changes[key].time for key in deployment.changes if key in view.case.facts.changes]
    return Length(max(deployment.at - min(times), 0)) if times else None


def _result(_: View, deployment: Deployment) -> Value:
    if deployment.result in {"", "unknown"}:
        return Unknown("its source tells no result")
    return deployment.result


DEPLOYMENTS: Mapping[str, Callable[[View, Deployment], Value]] = MappingProxyType(
    {
        "service": lambda _, one: one.service,
        "tier": lambda view, one: tier_of(view.case.isms, one.service),
        "environment": lambda _, one: one.environment,
        "version": lambda _, one: one.version,
        "source": lambda _, one: one.basis,
        "grade": lambda _, one: one.grade,
        "by-pipeline": lambda _, one: one.by_pipeline,
        "requested": lambda _, one: one.requested_by is not None and one.requested_by.known,
        "on-branch": _on_branch,
        "changes-count": _changes_count,
        "oldest-change": _oldest_change,
        "approvals-count": lambda _, one: len({found.by.key for found in one.approvals if found.by.known}),
        "result": _result,
        "strategy": lambda _, one: one.strategy,
        "host": lambda _, one: one.host,
        "artefact": lambda _, one: one.artefact,
        "environments-before": lambda _, one: tuple(dict.fromkeys(name for name, _ in one.earlier)),
        "day": lambda _, one: day_of(one.at),
        "weekday": lambda _, one: WEEKDAYS[day_of(one.at).weekday()],
        "hour": lambda _, one: one.at // 3600 % 24,
    }
)


# --- repositories --------------------------------------------------------------------------------------------------


def services_in(case: Case, repo: str) -> tuple[str, ...]:
    """The services that have something in a repository, the strictest first."""
    return strictest_first(
        case.isms, (id_ for id_, one in case.isms.services.items() if repo in {link.repo for link in one.repos})
    )


def _tier(view: View, repository: Repository) -> Value:
    services = services_in(view.case, repository.id)
    return tier_of(view.case.isms, services[0]) if services else None


def _newest_commit(view: View, repository: Repository) -> Value:
    pin = view.case.facts.pins[repository.id]
    return day_of(pin.time) if pin.commit else None


REPOSITORIES: Mapping[str, Callable[[View, Repository], Value]] = MappingProxyType(
    {
        "id": lambda _, one: one.id,
        "kind": lambda _, one: one.kind,
        "branch": lambda _, one: one.branch,
        "services": lambda view, one: services_in(view.case, one.id),
        "tier": _tier,
        "tags": lambda view, one: view.case.facts.pins[one.id].tags,
        "complete": lambda view, one: one.id not in view.case.facts.histories_incomplete,
        "newest-commit": _newest_commit,
    }
)


# --- records -------------------------------------------------------------------------------------------------------


def field_of(record: Record, name: str) -> Value:
    """What a record says under the name that a person writes, such as `contract.exit_plan`."""
    held: object = record
    for step in name.split("."):
        if held is None:
            return None
        held = getattr(held, _attributes(type(held))[step])
    return _as_value(held)


def _attributes(model: type[object]) -> Mapping[str, str]:
    if not issubclass(model, Part):
        return {}
    return {"id": "id", **{written_name(name, field): name for name, field in model.model_fields.items()}}


def _as_value(held: object) -> Known | None:
    if isinstance(held, Duration):
        return Length(held.minutes * 60)
    if isinstance(held, datetime):
        return held.astimezone(UTC).date()
    if isinstance(held, (bool, int, date)):
        return held
    if isinstance(held, Part):
        return Parts(1)
    if isinstance(held, Mapping):
        return Parts(len(held)) if held else None
    if isinstance(held, tuple):
        texts = tuple(one for one in held if isinstance(one, str))
        return (texts if len(texts) == len(held) else Parts(len(held))) if held else None
    return str(held) if held is not None and held != "" else None
