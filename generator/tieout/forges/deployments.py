"""Facts about deployments -> deployment records."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from tieout.forges.asked import Asked
from tieout.forges.facts import Deployed, Fact, Kept, Outcome, Progress
from tieout.forges.lines import Made, zoned

# GitHub: what a status says of the deployment's end. A later `inactive` only says that another one took its place.
ENDS: Final[dict[str, Outcome]] = {"success": "succeeded", "failure": "failed", "error": "failed"}
RUNNING: Final = frozenset({"queued", "pending", "in_progress", "waiting"})


def make_deployments(facts: Iterable[Fact], asked: Asked) -> tuple[list[Made], Counter[str]]:
    """Records in the order of their deployments, and how many facts became no part of one, by the reason."""
    left: Counter[str] = Counter()
    deployed: dict[str, Deployed] = {}
    progress: dict[str, list[Progress]] = defaultdict(list)
    for fact in facts:
        match fact:
            case Deployed():
                left["deployments that another answer tells as well"] += fact.id in deployed
                deployed[fact.id] = fact
            case Progress():
                progress[fact.deployment].append(fact)
            case _:
                pass
    made = []
    for one in sorted(deployed.values(), key=lambda one: (one.created, len(one.id), one.id)):
        raws = {one.raw.digest: one.raw}
        environment = asked.environments.get(one.environment, "") if asked.environments else one.environment
        if not environment:
            left[f"deployments to {one.environment} (name it with --environment)"] += 1
            continue
        ended = _ended(replace(one, environment=environment), progress.get(one.id, []), raws)
        made.append(
            Made(
                f"deployments/{asked.repo}/{zoned(one.created)[:7]}", _record(ended, asked, raws), tuple(raws.values())
            )
        )
    unclaimed = sum(len(found) for id_, found in progress.items() if id_ not in deployed)
    left["deployment statuses of deployments that no answer here tells of"] += unclaimed
    return made, left


def _ended(one: Deployed, progress: list[Progress], raws: dict[str, Kept]) -> Deployed:
    """With the outcome that the first ending status tells, and its time."""
    for step in sorted(progress, key=lambda step: (step.at, step.state)):
        raws[step.raw.digest] = step.raw
        one = replace(one, run=step.run or one.run)
        if step.state in ENDS:
            return replace(one, outcome=ENDS[step.state], at=step.at)
        if step.state in RUNNING:
            one = replace(one, outcome="in-progress", at=step.at)
    return one


def _record(one: Deployed, asked: Asked, raws: dict[str, Kept]) -> dict[str, object]:
    record = {
        "deployment": one.id,
        "repo": asked.repo,
        "environment": one.environment,
        "commit": one.commit,
        "version": one.version,
        "at": zoned(one.at or one.created),
        "by": one.by,
        "pipeline": asked.pipeline if one.run else "",  # who made it is not told where no run is
        "run": one.run,
        "result": one.outcome,
        "raw": [f"sha256:{digest}" for digest in sorted(raws)],
    }
    return {key: value for key, value in record.items() if value}
