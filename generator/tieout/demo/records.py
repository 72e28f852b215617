"""Exported review records (`forge-records`): one JSON line a merged change, committed by the exporting robot."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from tieout.demo.dice import Dice
from tieout.demo.hours import DAY, HOUR, MINUTE, earlier_working, seconds, text
from tieout.demo.objects import CommitText
from tieout.demo.pipelines import Setup, jobs_of
from tieout.demo.services import Repository, Step
from tieout.demo.specials import ROLLOUTS
from tieout.demo.styles import address
from tieout.demo.teams import TEAMS, stamp

REPO = "forge-records"
STARTED = seconds("2025-10-02T05:00Z")
RESULTS_BEGAN = seconds("2025-12-01T00:00Z")
SERVICES = frozenset(team.repo for team in TEAMS)


class Line(NamedTuple):
    """One line of an export. `known` is when the forge could tell it, `month` the file it belongs to."""

    known: int
    repo: str
    month: str
    text: str


def lines_of(step: Step) -> Iterator[Line]:
    proposal = step.proposal
    if proposal.recorded == "not-exported":
        return
    approvals = [] if proposal.recorded == "without-approvals" else list(_approvals(step))
    yield _line(step, approvals, list(_checks(step)), step.time)
    if proposal.how == "direct":
        late = seconds("2026-07-01T09:30Z")
        yield _line(step, [_approval("amara-diallo", late, step.commit)], [], late)


def _line(step: Step, approvals: list[dict[str, str]], checks: list[dict[str, str]], known: int) -> Line:
    proposal = step.proposal
    mark = "!" if proposal.style == "request-merge" else "#"
    record = {
        "change": step.commit,
        "repo": proposal.repo,
        "ref": f"{mark}{proposal.number}" if proposal.number and proposal.how != "direct" else "",
        "title": proposal.title,
        "opened": text(proposal.opened),
        "approvals": approvals,
        "checks": checks,
        "merged": {"by": address(proposal.merger), "at": text(step.time)},
    }
    return Line(
        known, proposal.repo, text(step.time)[:7], json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    )


def _approval(person: str, time: int, commit: str) -> dict[str, str]:
    return {"by": address(person), "at": text(time), "commit": commit}


def _approvals(step: Step) -> Iterator[dict[str, str]]:
    """After the last commit, before the merge; each names the head that was merged. Some came before the last commit."""
    if seen := step.proposal.seen:
        time = (step.proposal.drafts[seen - 1].time + step.proposal.drafts[seen].time) // 2
        yield from (_approval(person, time, step.heads[seen - 1]) for person in step.proposal.reviewers)
        return
    dice = Dice(step.proposal.repo, "approvals", step.proposal.number)
    for number, person in enumerate(step.proposal.reviewers):
        share = dice.between(45, 65) + 12 * number
        wished = step.last_draft + (step.time - step.last_draft) * share // 100
        day = earlier_working(wished)
        late = step.time - (step.time - step.last_draft) // (8 + 2 * number)
        yield _approval(
            person,
            day if day > step.last_draft + 4 * MINUTE else min(late, wished) if wished % DAY > 8 * HOUR else late,
            step.heads[-1],
        )


def setup_of(repo: str, time: int) -> Setup:
    """The CI file that a proposal was checked with."""
    found = [
        (seconds(merged), setup) for name, merged, setup, _, _ in ROLLOUTS if name == repo and seconds(merged) <= time
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else Setup("v3.2.0", pre_prod=repo != "wallet")


def _checks(step: Step) -> Iterator[dict[str, str]]:
    proposal = step.proposal
    if proposal.repo not in SERVICES:
        yield _check("content-check", "passed", step.last_draft + 2 * MINUTE, step.heads[-1])
        return
    setup = setup_of(proposal.repo, step.time)
    jobs = [job for job in jobs_of(proposal.repo, setup) if job != "deploy-prod"]
    if proposal.how == "direct":
        yield from (_check(job, "passed", step.time + 33 * MINUTE, step.commit) for job in jobs)  # finished at 21:14
        return
    dice = Dice(proposal.repo, "checks", proposal.number)
    missing = _missing(step, jobs, dice)
    if proposal.failed:
        yield from _stopped_and_mended(step, jobs)
        return
    wait = min((step.time - step.last_draft) // 3, 17 * MINUTE)
    for job in jobs:
        result = "failed" if job in setup.may_fail and dice.chance(70) else "passed"
        if job not in missing:
            yield _check(job, result, step.last_draft + wait // 2 + dice.below(wait // 2), step.heads[-1])


def _stopped_and_mended(step: Step, jobs: list[str]) -> Iterator[dict[str, str]]:
    """All jobs on the first commit, some of them red, and all again on the last; the minutes are those of INC-2026-001."""
    first = step.proposal.drafts[0].time + 7 * MINUTE + 4
    yield from (
        _check(job, "failed" if job in step.proposal.failed else "passed", first, step.heads[0]) for job in jobs
    )
    yield from (_check(job, "passed", step.last_draft + 17 * MINUTE + 31, step.heads[-1]) for job in jobs)


def _check(name: str, result: str, time: int, commit: str) -> dict[str, str]:
    return {"name": name, "result": result, "at": text(time), "commit": commit}


def _missing(step: Step, jobs: list[str], dice: Dice) -> frozenset[str]:
    """The export of results began in December 2025, and in its first month some were lost before it saw them."""
    if step.time >= seconds("2026-01-01T00:00Z"):
        return frozenset()
    lost = dice.below(100) if step.time >= RESULTS_BEGAN else 0
    return frozenset(jobs if lost < 8 else [dice.pick(jobs)] if lost < 20 else [])


def export_time(known: int) -> int:
    """The export that is the first to tell a fact: each night, a little before the day ends."""
    night = known - known % DAY + 23 * HOUR + 40 * MINUTE
    return night if known < night else night + DAY


def build_records(steps: Iterable[Step], started: str = "Review records of the forge, exported") -> Repository:
    """The evidence repository: each export adds the lines that the one before could not have."""
    repository = Repository(REPO)
    store = repository.store
    robot = stamp("records-bot", STARTED)
    files = {
        "README.md": store.blob(
            "# forge-records\n\nReview records as the forge tells them: `reviews/<repository>/<month>.jsonl`.\n"
        )
    }
    repository.enter(STARTED, store.commit(files, CommitText((), robot, robot, started)), files)
    lines = sorted(line for step in steps for line in lines_of(step))
    texts: dict[str, str] = {}
    for moment, group in groupby(lines, key=lambda line: export_time(line.known)):
        night = list(group)
        for line in night:
            path = f"reviews/{line.repo}/{line.month}.jsonl"
            texts[path] = f"{texts.get(path, '')}{line.text}\n"
        changed = sorted({f"reviews/{line.repo}/{line.month}.jsonl" for line in night})
        _export(repository, moment, len(night), {path: texts[path] for path in changed})
    return repository


def _export(repository: Repository, moment: int, count: int, texts: dict[str, str]) -> None:
    store, tip = repository.store, repository.tip
    files = tip.files | {path: store.blob(body) for path, body in texts.items()}
    robot = stamp("records-bot", moment)
    message = f"Export of {text(moment)[:10]}: {count} records"
    repository.enter(moment, store.commit(files, CommitText((tip.commit,), robot, robot, message)), files)
