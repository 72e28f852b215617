"""Every check over its whole population in the period, exceptions applied after judging."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from tieout.checks import branch, deployment, evidence, exceptions, pipeline, registers, review
from tieout.checks.case import (
    Case,
    ChangeVerdict,
    DeploymentVerdict,
    change_item,
    changes_in_period,
    day_of,
    deployment_item,
    deployments_in_period,
    first_deployments,
    tier_of,
)
from tieout.checks.catalogue import CHECKS
from tieout.checks.unread import as_read, unread
from tieout.model.history import Change, Facts
from tieout.model.records import CheckSetting
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, CheckResult, Item, Judgement, Outcome
from tieout.model.settings import Config
from tieout.text.words import human_day, human_list

CHANGE_VERDICTS: Mapping[str, ChangeVerdict] = {
    "change-reviewed": review.change_reviewed,
    "approver-not-author": review.approver_not_author,
    "high-risk-path-reviewed": review.high_risk_path_reviewed,
    "no-direct-push": branch.no_direct_push,
    "change-reference": branch.change_reference,
    "commits-signed": branch.commits_signed,
    "required-steps-passed": pipeline.required_steps_passed,
    "emergency-reviewed": review.emergency_reviewed,
}
# Checks about some of the changes only; all others take the whole population.
BELONGS: Mapping[str, Callable[[Change], bool]] = {
    "high-risk-path-reviewed": review.is_high_risk,
    "emergency-reviewed": review.is_emergency,
}
DEPLOYMENT_VERDICTS: Mapping[str, DeploymentVerdict] = {
    "promotion-order": deployment.promotion_order,
    "author-not-deployer": deployment.author_not_deployer,
    "deployed-by-pipeline": deployment.deployed_by_pipeline,
    "deployed-from-protected-branch": deployment.deployed_from_protected_branch,
}
REGISTER_JUDGES: Mapping[str, Callable[[Case], tuple[Item, ...]]] = {
    "required-steps-configured": pipeline.required_steps_configured,
    "suppliers-assessed": registers.suppliers_assessed,
}
# These look at what all others found, each at the ones above it.
LAST_JUDGES: Mapping[str, Callable[[Case], tuple[Item, ...]]] = {
    "evidence-fresh": evidence.evidence_fresh,
    "exceptions-valid": exceptions.exceptions_valid,
}


def judge(isms: Isms, facts: Facts, date: AuditDate, config: Config) -> Judgement:
    """Every check of the catalogue over its population in the period of one audit, and the freshness of evidence."""
    case = Case(isms, facts, date, config, first_deployed=first_deployments(facts))
    found = {id_: _settled(case, id_, items) for id_, items in _first_round(case)}
    for id_, judge_last in LAST_JUDGES.items():
        later = replace(case, results=found)
        found[id_] = _settled(later, id_, judge_last(later))
    results = {id_: found[id_] for id_ in CHECKS}
    return Judgement(MappingProxyType(results), MappingProxyType(evidence.states(isms, results, date)))


def _first_round(case: Case) -> Iterable[tuple[str, tuple[Item, ...]]]:
    changes, deployments = changes_in_period(case), deployments_in_period(case)
    for id_, verdict in CHANGE_VERDICTS.items():
        population = filter(BELONGS[id_], changes) if id_ in BELONGS else changes
        items = (change_item(case, CHECKS[id_], one, as_read(case, one, verdict(case, one))) for one in population)
        yield id_, (*items, *unread(case, CHECKS[id_]))
    for id_, verdict_on in DEPLOYMENT_VERDICTS.items():
        made = (deployment_item(CHECKS[id_], found, verdict_on(case, found)) for found in deployments)
        yield id_, (*made, *unread(case, CHECKS[id_]))
    for id_, judge_register in REGISTER_JUDGES.items():
        yield id_, judge_register(case)


def _settled(case: Case, check: str, items: Iterable[Item]) -> CheckResult:
    """The items with the operator's settings and exceptions applied, oldest first."""
    setting = case.isms.checks.get(check)
    settled = (exceptions.apply(case, _as_set(case.isms, setting, item)) for item in items)
    return CheckResult(CHECKS[check], tuple(sorted(settled, key=lambda item: (item.at, item.key, item.service))))


def _as_set(isms: Isms, setting: CheckSetting | None, item: Item) -> Item:
    """Items before the check was adopted, or of a tier or service it is not meant for, are shown and not judged."""
    if setting is None:
        return item
    if setting.since and item.at and day_of(item.at) < setting.since:
        reason = f"This was before the check was adopted on {human_day(setting.since)}."
        return _not_applicable(item, "before this check was adopted", reason)
    services = [id_ for id_ in (item.service, *item.others) if id_]
    if setting.services and services and not set(services).intersection(setting.services):
        reason = f"The check is set for {human_list(setting.services)} only."
        return _not_applicable(item, "service not asked", reason)
    tiers = sorted({tier_of(isms, id_) for id_ in services})
    if setting.tiers and tiers and not set(tiers).intersection(setting.tiers):
        meant = human_list((str(tier) for tier in sorted(setting.tiers)), "or")
        reason = (
            f"The check is set for tier {meant}, and {human_list(services)} is of tier {human_list(map(str, tiers))}."
        )
        return _not_applicable(item, "tier not asked", reason)
    return item


def _not_applicable(item: Item, found: str, reason: str) -> Item:
    return replace(item, outcome=Outcome.NOT_APPLICABLE, found=found, reason=reason, grade=None, people=())
