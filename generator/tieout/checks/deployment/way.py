"""Verdicts on the way a version came to production: by the approved pipeline, from the protected branch."""

from tieout.checks.case import Case, Verdict, day_of, keys_of, name_of, tier_of
from tieout.checks.deployment.brought import RECORD
from tieout.model.grades import Grade
from tieout.model.history import Deployment, Identity
from tieout.model.results import Outcome
from tieout.text.words import human_day, visible


def deployed_by_pipeline(case: Case, deployment: Deployment) -> Verdict:
    expected = "an identity of the pipeline"
    host = f" from {visible(deployment.host)}" if deployment.host else ""
    who = name_of(case.isms, deployment.by)
    people = (deployment.by.key,)
    if deployment.basis == RECORD and (verdict := _as_recorded(case, deployment, expected)):
        return verdict
    if deployment.by_pipeline and deployment.hand:
        return _under_its_name(case, deployment, deployment.hand, expected)
    if deployment.by_pipeline and deployment.unsigned:
        reason = (
            f"The record carries the address of {who}, which has a registered key, and not its signature; anyone can "
            f"type an address, so who deployed cannot be told."
        )
        return Verdict(Outcome.UNKNOWN, expected, f"{who}, unsigned", reason, deployment.grade, people)
    if deployment.by_pipeline and (lack := _too_little(case, deployment)):
        return Verdict(Outcome.UNKNOWN, expected, f"{who}, {deployment.grade.words}", lack, deployment.grade, people)
    if deployment.by_pipeline:
        what = f"{deployment.service} {visible(deployment.version)}"
        reason = f"{who}, an identity of the pipeline, deployed {what}{host}."
        return Verdict(Outcome.PASS, expected, who + host, reason, deployment.grade, people)
    known = "" if deployment.by.known else ", who is not in the people register,"
    reason = f"{who}{known} deployed {deployment.service} {visible(deployment.version)}{host}, outside the approved pipeline."
    return Verdict(Outcome.FAIL, expected, who + host, reason, deployment.grade, people)


def _too_little(case: Case, deployment: Deployment) -> str:
    """Why the name of the pipeline is not known well enough for the tier of the service; empty where it is."""
    tier = tier_of(case.isms, deployment.service)
    needed = case.grade("deployed-by-pipeline", tier)
    if deployment.grade >= needed:
        return ""
    who = name_of(case.isms, deployment.by)
    return (
        f"The record carries the address of {who}, which is {deployment.grade.words} and no more: whoever may push there can "
        f"type it. Tier {tier} asks {needed.words} or better, so who deployed cannot be told."
    )


def _as_recorded(case: Case, deployment: Deployment, expected: str) -> Verdict | None:
    """What is told of a deployment record alone; nothing where it is judged as any other."""
    who = name_of(case.isms, deployment.by)
    if not deployment.by.key:
        reason = "The record does not say who deployed, or its lines contradict each other in it."
        return Verdict(Outcome.UNKNOWN, expected, "nobody named", reason, deployment.grade)
    if deployment.by_pipeline and deployment.grade < Grade.RECORDED:
        typist = deployment.hand
        by = f"{name_of(case.isms, typist)} committed that line" if typist else "not declared robots alone committed it"
        reason = f"A record names {who}, and {by}; anyone can type a record, so who deployed cannot be told."
        people = keys_of((deployment.by, *((typist,) if typist else ())))
        return Verdict(Outcome.UNKNOWN, expected, "a record that was typed", reason, deployment.grade, people)
    if deployment.by_pipeline and not deployment.by.robot and deployment.run:
        run = visible(deployment.run)
        reason = f"The pipeline of {deployment.service} deployed it in its run {run}, which {who} triggered."
        people = (deployment.by.key,)
        return Verdict(Outcome.PASS, expected, f"run {run}, triggered by {who}", reason, deployment.grade, people)
    return None


def _under_its_name(case: Case, deployment: Deployment, hand: Identity, expected: str) -> Verdict:
    """The pipeline is named as the author, and somebody else signed or committed the record."""
    who, other = name_of(case.isms, deployment.by), name_of(case.isms, hand)
    people = keys_of((deployment.by, hand))
    if not hand.known:
        reason = (
            f"The record names {who} as its author, and {other}, who is not in the people register, committed it, so "
            f"who deployed cannot be told; if that address is the forge's own, register it as a service account."
        )
        return Verdict(Outcome.UNKNOWN, expected, f"committed by {other}", reason, deployment.grade, people)
    reason = (
        f"The record names {who} as its author, and {other} signed or committed it; so {other} deployed "
        f"{deployment.service} {visible(deployment.version)}, outside the approved pipeline."
    )
    return Verdict(Outcome.FAIL, expected, f"{other} under the name of {who}", reason, deployment.grade, people)


def deployed_from_protected_branch(case: Case, deployment: Deployment) -> Verdict:
    expected = "a commit of the protected branch"
    pin = case.facts.pins.get(deployment.repo)
    branch = pin.branch if pin else "the protected branch"
    if deployment.absent:
        commit = visible(deployment.commit[:8])
        reason = f"The deployed commit {commit} is in no history that was read, so it is not on {branch} of {deployment.repo}."
        return Verdict(Outcome.FAIL, expected, f"{commit} in no history", reason, deployment.grade)
    if deployment.on_branch is None:
        reason = (
            f"The deployed commit of {deployment.service} {visible(deployment.version)} cannot be told or was not read."
        )
        return Verdict(Outcome.UNKNOWN, expected, "commit not known", reason)
    commit = deployment.commit[:8]
    if deployment.on_branch:
        reason = f"The deployed commit {commit} is on {branch} of {deployment.repo}."
        return Verdict(Outcome.PASS, expected, f"{commit} on {branch}", reason, deployment.grade)
    if deployment.arrived:
        came = human_day(day_of(deployment.arrived))
        reason = (
            f"The deployed commit {commit} came to {branch} of {deployment.repo} only after it was deployed, on {came}."
        )
        return Verdict(Outcome.FAIL, expected, f"{commit} not yet on {branch}", reason, deployment.grade)
    reason = f"The deployed commit {commit} is not on {branch} of {deployment.repo}."
    return Verdict(Outcome.FAIL, expected, f"{commit} not on {branch}", reason, deployment.grade)
