"""What a deployment brought, as far as it can be told: the words that several verdicts share."""

from tieout.checks.case import Case, Verdict
from tieout.model.history import Change, Deployment
from tieout.model.results import Outcome
from tieout.text.words import visible

RECORD = "deployment record"


def fate(deployment: Deployment) -> str:
    """Why nothing is known to have reached production, as the beginning of a sentence."""
    return "The deployment failed" if deployment.result == "failed" else "The deployment was not at its end"


def nothing_brought(deployment: Deployment, expected: str, about: str) -> Verdict | None:
    """The verdict where no change is known to have come with it; `about` is what then cannot be told of them."""
    if not deployment.reached:
        reason = f"{fate(deployment)}, so no change is known to have reached production with it."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing deployed", reason)
    if not deployment.commit:
        reason = f"The deployed commit cannot be told from the record, so neither can {about}."
        return Verdict(Outcome.UNKNOWN, expected, "deployed commit not known", reason)
    if deployment.absent:
        commit = visible(deployment.commit[:8])
        reason = f"The deployed commit {commit} is in no history that was read, so {about} cannot be told."
        return Verdict(Outcome.UNKNOWN, expected, "deployed commit in no history", reason)
    if not deployment.changes:
        reason = "No change reached production for the first time with this deployment."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing new deployed", reason)
    return None


def changes_of(case: Case, deployment: Deployment) -> tuple[Change, ...]:
    """The changes that first reached production with it, as far as they were read."""
    return tuple(case.facts.changes[key] for key in deployment.changes if key in case.facts.changes)
