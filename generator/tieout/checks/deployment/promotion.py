"""The verdict on the order of environments: was the same version in the one before, and for long enough?"""

from typing import NamedTuple

from tieout.checks.case import Case, Verdict
from tieout.checks.deployment.brought import RECORD, fate
from tieout.checks.deployment.lengths import length, over
from tieout.model.grades import Grade
from tieout.model.history import Deployment
from tieout.model.records import Duration, Service
from tieout.model.results import Outcome
from tieout.text.words import human_list, visible

ORDER = "promotion-order"


class _Before(NamedTuple):
    """An environment that is asked for, in which the same version stood, and since when."""

    environment: str
    at: int


def promotion_order(case: Case, deployment: Deployment) -> Verdict:
    required = _environments_before(case, case.isms.services[deployment.service])
    soak = case.setting(ORDER).soak
    expected = f"first in {human_list(required, 'or')}" if required else "first in an earlier environment"
    expected += f" for {soak.words}" if soak else ""
    if untold := _untold(case, deployment, required, expected):
        return untold
    version = f"{deployment.service} {visible(deployment.version)}"
    before = [_Before(name, at) for name, at in deployment.earlier if name in required and at < deployment.at]
    if not before:
        reason = f"{version} went to production, and was not in {human_list(required, 'or')} before."
        return Verdict(Outcome.FAIL, expected, f"not in {human_list(required, 'or')}", reason, deployment.grade)
    first = min(before, key=lambda one: (one.at, one.environment))
    return _soaked(deployment, first, soak, (version, expected))


def _soaked(deployment: Deployment, first: _Before, soak: Duration | None, words: tuple[str, str]) -> Verdict:
    """The verdict on how long it had been there; without a limit any time is enough."""
    version, expected = words
    waited = length(deployment.at - first.at)
    if soak and deployment.at < over(soak, first.at):
        reason = f"{version} came to {first.environment} only {waited} before production; {soak.words} are asked."
        return Verdict(
            Outcome.FAIL, expected, f"{waited} in {first.environment}", reason, min(deployment.grade, Grade.STATED)
        )
    reason = f"{version} came to {first.environment} {waited} before production."
    return Verdict(Outcome.PASS, expected, f"first in {first.environment}, for {waited}", reason, Grade.STATED)


def _untold(case: Case, deployment: Deployment, required: tuple[str, ...], expected: str) -> Verdict | None:
    if deployment.basis not in {"environments repository", RECORD}:
        what = "tag" if deployment.basis == "annotated tag" else deployment.basis
        reason = f"The deployment is read from a {what}, which says nothing about earlier environments."
        return Verdict(Outcome.UNKNOWN, expected, "no environments repository", reason)
    if not deployment.reached:
        reason = f"{fate(deployment)}, so no version is known to have come to production with it."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing deployed", reason)
    if not required:
        reason = f"No environment before production is declared for {deployment.service}, so no order can be asked."
        return Verdict(Outcome.UNKNOWN, expected, "none declared", reason)
    told = set(case.facts.told_environments.get(deployment.service, ()))
    if deployment.basis == RECORD and told.isdisjoint(required):
        reason = f"The deployment records of {deployment.service} tell nothing of {human_list(required, 'or')}."
        return Verdict(Outcome.UNKNOWN, expected, "earlier environments not told", reason)
    return None


def _environments_before(case: Case, service: Service) -> tuple[str, ...]:
    """The last environment before production as the service lists them; else all of the kind nearest to production."""
    known = case.isms.environments
    own = [id_ for id_ in service.environments if id_ in known]
    first = next((place for place, id_ in enumerate(own) if known[id_].kind == "production"), len(own))
    if own:
        return tuple(own[max(first - 1, 0) : first])
    for kind in ("staging", "test", "development"):
        if found := tuple(id_ for id_, environment in known.items() if environment.kind == kind):
            return found
    return ()
