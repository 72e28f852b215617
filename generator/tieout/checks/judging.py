"""Every check over its whole population in the period, exceptions applied after judging."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from types import MappingProxyType

from tieout.checks import (
    branch,
    claims,
    contents,
    deployment,
    evidence,
    exceptions,
    intact,
    kept,
    people,
    pipeline,
    registers,
    review,
    secrets,
    soa,
    upkeep,
)
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
from tieout.checks.declared import checks_of, in_order, judge_own
from tieout.checks.unread import as_read, unread
from tieout.model.checks import Check
from tieout.model.history import Change, Facts
from tieout.model.records import CheckSetting
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, CheckResult, Item, Judgement, Outcome
from tieout.model.settings import Config
from tieout.text.words import human_day, human_list

CHANGE_VERDICTS: Mapping[str, ChangeVerdict] = {
    "change-reviewed": review.change_reviewed,
    "approver-not-author": review.approver_not_author,
    "enough-approvals": review.enough_approvals,
    "approval-covers-content": review.approval_covers_content,
    "high-risk-approved": review.high_risk_approved,
    "high-risk-path-reviewed": review.high_risk_path_reviewed,
    "no-direct-push": branch.no_direct_push,
    "change-reference": branch.change_reference,
    "commits-signed": branch.commits_signed,
    "required-steps-passed": pipeline.required_steps_passed,
    "emergency-reviewed": review.emergency_reviewed,
    "no-secrets-or-real-data": secrets.no_secrets_or_real_data,
}
# Checks about some of the changes only; all others take the whole population.
BELONGS: Mapping[str, Callable[[Change], bool]] = {
    "high-risk-path-reviewed": review.is_high_risk,
    "emergency-reviewed": review.is_emergency,
    "approval-covers-content": review.is_approved_by_another,
}
# The same where registers and settings say what is asked: whether they do at all, and of which changes.
ASKED: Mapping[str, tuple[Callable[[Case], bool], Callable[[Case, Change], bool]]] = {
    "enough-approvals": (review.is_number_set, review.asks_approvals),
    "high-risk-approved": (review.has_criteria, review.meets_criterion),
}
DEPLOYMENT_VERDICTS: Mapping[str, DeploymentVerdict] = {
    "promotion-order": deployment.promotion_order,
    "author-not-deployer": deployment.author_not_deployer,
    "author-approver-deployer-distinct": deployment.author_approver_deployer_distinct,
    "deployed-by-pipeline": deployment.deployed_by_pipeline,
    "deployed-from-protected-branch": deployment.deployed_from_protected_branch,
}
REGISTER_JUDGES: Mapping[str, Callable[[Case], tuple[Item, ...]]] = {
    "batch-size": deployment.batch_size,
    "no-unrecorded-deployment": deployment.no_unrecorded_deployment,
    "releases-signed": deployment.releases_signed,
    "required-steps-configured": pipeline.required_steps_configured,
    "suppliers-assessed": registers.suppliers_assessed,
    "review-checklist": review.review_checklist,
    "dependencies-pinned": contents.dependencies_pinned,
    "mandatory-libraries": contents.mandatory_libraries,
    "policy-as-code-present": contents.policy_as_code_present,
    "environments-separated": contents.environments_separated,
    "records-reviewed": upkeep.records_reviewed,
    "evidence-intact": kept.evidence_intact,
    "no-leavers": people.no_leavers,
    "history-intact": intact.history_intact,
}
# These look at what all others found, each at the ones above it.
LAST_JUDGES: Mapping[str, Callable[[Case], tuple[Item, ...]]] = {
    "evidence-fresh": evidence.evidence_fresh,
    "exceptions-valid": exceptions.exceptions_valid,
    "soa-consistent": soa.soa_consistent,
}


def judge(isms: Isms, facts: Facts, date: AuditDate, config: Config) -> Judgement:
    """Every check, built in or declared, over its population in the period of one audit, and the freshness of evidence."""
    case = Case(isms, facts, date, config, first_deployed=first_deployments(facts))
    case = replace(case, in_period=changes_in_period(case))
    own = checks_of(isms, CHECKS)
    checks = in_order(CHECKS, own)
    judged = chain(_first_round(case), judge_own(case, own))
    found = {id_: _settled(case, checks[id_], items) for id_, items in judged}
    for id_, judge_last in LAST_JUDGES.items():
        later = replace(case, results=found)
        found[id_] = _settled(later, CHECKS[id_], judge_last(later))
    results = {id_: found[id_] for id_ in checks}
    shown = evidence.states(isms, results, date)
    statuses = claims.statuses(isms, results, shown)
    return Judgement(MappingProxyType(results), MappingProxyType(shown), MappingProxyType(statuses))


def _first_round(case: Case) -> Iterable[tuple[str, tuple[Item, ...]]]:
    for id_, items in judge_changes(case, CHANGE_VERDICTS).items():
        holes = unread(case, CHECKS[id_]) if id_ not in ASKED or ASKED[id_][0](case) else ()
        yield id_, (*items, *holes)
    deployments = deployments_in_period(case)
    for id_, verdict_on in DEPLOYMENT_VERDICTS.items():
        made = (deployment_item(case, CHECKS[id_], found, verdict_on(case, found)) for found in deployments)
        yield id_, (*made, *unread(case, CHECKS[id_]))
    for id_, judge_register in REGISTER_JUDGES.items():
        yield id_, judge_register(case)


def judge_changes(case: Case, verdicts: Mapping[str, ChangeVerdict]) -> dict[str, list[Item]]:
    """The items about changes, by check. All checks judge one change before the next, and share what they find of it."""
    found: dict[str, list[Item]] = {id_: [] for id_ in verdicts}
    rows = [(CHECKS[id_], verdict, _asking(case, id_), found[id_].append) for id_, verdict in verdicts.items()]
    for change in changes_in_period(case):
        for check, verdict, is_asked, add in rows:
            if is_asked is None or is_asked(change):
                add(change_item(case, check, change, as_read(case, change, verdict(case, change))))
    return found


def _asking(case: Case, check: str) -> Callable[[Change], bool] | None:
    """Which of the changes a check is about; None: all of them."""
    if check in ASKED:
        return partial(ASKED[check][1], case)
    return BELONGS.get(check)


def _settled(case: Case, check: Check, items: Iterable[Item]) -> CheckResult:
    """The items with the operator's settings and exceptions applied, oldest first."""
    setting = case.isms.checks.get(check.id)
    named = exceptions.naming(case.isms, check.id)
    if setting is not None:
        items = (_as_set(case, setting, item) for item in items)
    if named:
        items = (exceptions.apply(case, item, named) for item in items)
    return CheckResult(check, tuple(sorted(items, key=lambda item: (item.at, item.key, item.service))))


def _as_set(case: Case, setting: CheckSetting, item: Item) -> Item:
    """Items before the check was adopted, or of a tier or service it is not meant for, are shown and not judged.

    What lasts is before it only where it had ended by then; what a record says is as old as the audit.
    """
    at = item.until or item.at
    if setting.since and (day_of(at) if at else case.date.as_of) < setting.since:
        reason = f"This was before the check was adopted on {human_day(setting.since)}."
        return _not_applicable(item, "before this check was adopted", reason)
    services = [id_ for id_ in (item.service, *item.others) if id_]
    if setting.services and services and not set(services).intersection(setting.services):
        reason = f"The check is set for {human_list(setting.services)} only, and this is of {human_list(services)}."
        return _not_applicable(item, "service not asked", reason)
    tiers = sorted({tier_of(case.isms, id_) for id_ in services})
    if setting.tiers and tiers and not set(tiers).intersection(setting.tiers):
        meant = human_list((str(tier) for tier in sorted(setting.tiers)), "or")
        reason = (
            f"The check is set for tier {meant}, and {human_list(services)} is of tier {human_list(map(str, tiers))}."
        )
        return _not_applicable(item, "tier not asked", reason)
    return item


def _not_applicable(item: Item, found: str, reason: str) -> Item:
    return replace(item, outcome=Outcome.NOT_APPLICABLE, found=found, reason=reason, grade=None, people=())
