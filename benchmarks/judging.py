"""How judging grows with the number of changes: synthetic facts, all checks, in one process on one core.

    python benchmarks/judging.py [--sizes 10000 30000 100000] [--profile]

Each size is judged in a process of its own. The facts are literals of the model, no repository is read: six services of
three tiers, forty people (two have left), changes of which most are approved, some are by robots, some are high-risk, and
a deployment for about every fifth. All changes lie in the period. Printed are the seconds of the processor that `judge` took, what one change
costs in all checks together, how that grew against the size before, and each check's share; with --profile the
functions of `tieout` that took most. Linear means that what one change costs stays as it is.
"""

import argparse
import cProfile
import gc
import json
import pstats
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypedDict

from tieout.checks import judging
from tieout.checks.case import Case, changes_in_period, first_deployments
from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change, Deployment, Facts, Identity, PathChange, Pin, Signature, StepResult
from tieout.model.registers import Isms
from tieout.model.results import AuditDate
from tieout.model.settings import Config, Repository
from tieout.problems import Source

SIZES = (10_000, 30_000, 100_000)
NAMES = tuple(f"s{number}" for number in range(6))  # of services and their repositories
ROBOT = Identity("bot", "Bot", "bot@a.example", robot=True)
PEOPLE = [Identity(f"p{number}", f"Person {number}", f"p{number}@a.example") for number in range(40)]
BEGIN = 1_735_689_600  # 1 January 2025
SHOWN = 12  # checks by their share, and functions of a profile
YEAR = 365 * 86_400


class Judged(TypedDict):
    """What the process of one size says."""

    changes: int
    deployments: int
    items: int
    seconds: float
    memory: float  # MiB, at most
    facts: float  # MiB of that before anything was judged
    checks: dict[str, float]  # seconds by check
    outcomes: dict[str, int]


# --- in a process of its own -----------------------------------------------------------------------------------------


def judged(size: int, profile: bool) -> Judged:
    gc.set_threshold(100_000, 50, 50)  # as the command does
    isms, facts, config = operator(size)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    end = BEGIN + YEAR
    audit = AuditDate("2025-12-31", "AUD-1", "Audit", "internal", date(2025, 12, 31), end, BEGIN, end)
    watch = cProfile.Profile()
    begin = time.process_time()
    if profile:
        watch.enable()
    judgement = judging.judge(isms, facts, audit, config)
    if profile:
        watch.disable()
    seconds = time.process_time() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if profile:
        pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(SHOWN)
    outcomes = Counter(item.outcome.value for result in judgement.results.values() for item in result.items)
    return Judged(
        changes=len(facts.changes),
        deployments=len(facts.deployments),
        items=sum(outcomes.values()),
        seconds=seconds,
        memory=memory,
        facts=held,
        checks=shares(isms, facts, audit, config),
        outcomes=dict(outcomes),
    )


def shares(isms: Isms, facts: Facts, audit: AuditDate, config: Config) -> dict[str, float]:
    """Seconds by check, exceptions and settings applied, each judged by itself, so that those on changes share nothing."""
    case = Case(isms, facts, audit, config, first_deployed=first_deployments(facts))
    case = replace(case, in_period=changes_in_period(case))
    found, taken = {}, {}
    begin = time.process_time()
    for id_, verdict in judging.CHANGE_VERDICTS.items():
        judging._settled(case, judging.CHECKS[id_], judging.judge_changes(case, {id_: verdict})[id_])  # noqa: SLF001
        taken[id_] = time.process_time() - begin
        begin = time.process_time()
    for id_, items in judging._first_round(case):  # noqa: SLF001 - what `judge` does, with a watch
        found[id_] = judging._settled(case, judging.CHECKS[id_], items)  # noqa: SLF001
        taken.setdefault(id_, time.process_time() - begin)
        begin = time.process_time()
    for id_, judge_last in judging.LAST_JUDGES.items():
        later = replace(case, results=found)
        found[id_] = judging._settled(later, judging.CHECKS[id_], judge_last(later))  # noqa: SLF001
        taken[id_] = time.process_time() - begin
        begin = time.process_time()
    return taken


def record(model: type[r.Record], id_: str, **fields: Any) -> Any:  # noqa: ANN401 - as in the factories of the tests
    return model.model_validate({"id": id_, "place": Source(path="x"), "title": id_, **fields})


def operator(size: int) -> tuple[Isms, Facts, Config]:
    """The registers of a middling operator, and as many changes as are asked."""
    isms, facts = registers(), history(size)
    return (
        isms,
        facts,
        Config(
            "It",
            change_references=("T",),
            repositories={name: Repository(name, f"../{name}") for name in (*NAMES, "env")},
        ),
    )


def registers() -> Isms:
    people = {
        f"p{number}": r.Person.model_validate(
            {
                "id": f"p{number}",
                "place": Source(),
                "name": f"Person {number}",
                "emails": [f"p{number}@a.example"],
                "roles": ["approver"] if number % 4 == 0 else [],
                "active": {"from": "2020-01-01", **({"to": "2025-06-30"} if number > 37 else {})},
            }
        )
        for number in range(40)
    }
    people["bot"] = r.Person.model_validate(
        {"id": "bot", "place": Source(), "name": "Bot", "emails": ["bot@a.example"], "kind": "service-account"}
    )
    services = {
        name: record(
            r.Service, name, owner="p0", status="live", tier=number % 3 + 1, kind="application", mission="Works.",
            repos=[{"repo": name}], pipeline="golden", environments=["test", "prod"], holds=["none"],
        )
        for number, name in enumerate(NAMES)
    }  # fmt: skip
    pipeline = record(
        r.Pipeline, "golden", owner="p0", status="live", ci={"path": "ci.yml", "format": "generic"},
        identities=["bot@a.example"], deployments={"kind": "gitops", "repo": "env"},
        steps=[
            {"id": step, "stage": "build-test", "title": step, "required": "all", "type": "job", "match": f"{step}*"}
            for step in ("unit", "lint", "scan")
        ],
    )  # fmt: skip
    exceptions = {
        f"EXC-{number}": record(
            r.Exemption, f"EXC-{number}", owner="p0", status="approved",
            excepts=["check:change-reviewed", "check:change-reference"], scope={"services": [NAMES[number % 6]], "paths": ["odd/**"]},
            compensating=["CTL-1"], reason="x", approved_by={"person": "p1", "on": "2025-01-01"},
            **{"from": "2025-01-01", "expires": "2025-06-30"},
        )
        for number in range(12)
    }  # fmt: skip
    criterion = record(
        r.Criterion, "CRIT-1", when={"paths": ["src/risky/**"]}, requires={"approvals": 1, "approver_role": "approver", "decision": True}
    )  # fmt: skip
    settings = [
        record(r.CheckSetting, "enough-approvals", approvals={"1": 2}),
        record(r.CheckSetting, "review-checklist", template="T.md", items=["Tests"]),
        record(r.CheckSetting, "batch-size", most_changes=20, oldest="30d"),
        record(r.CheckSetting, "commits-signed", since=date(2025, 2, 1), tiers=[1, 2]),
    ]
    environments = {
        name: record(r.Environment, name, owner="p0", kind=kind, data="synthetic")
        for name, kind in (("test", "test"), ("prod", "production"))
    }
    return Isms(
        services=services,
        people=people,
        pipelines={"golden": pipeline},
        environments=environments,
        exceptions=exceptions,
        criteria={"CRIT-1": criterion},
        checks={one.id: one for one in settings},
    )


def history(size: int) -> Facts:
    changes: dict[str, Change] = {}
    deployments: dict[str, Deployment] = {}
    waiting: dict[str, list[str]] = {}
    for number in range(size):
        service = NAMES[number % 6]
        id_ = f"{number:040x}"[::-1]
        carried = tuple(f"{number:039x}{letter}"[::-1] for letter in "abc")
        at = BEGIN + number * YEAR // size
        author, other = PEOPLE[number % 37], PEOPLE[(number * 7 + 1) % 40]
        automated = number % 11 == 0
        approvals = (
            Approval(other, at - 60, Grade.RECORDED, "final", "review record", "r:1", carried[-1]),
            Approval(author, at - 90, Grade.STATED, "unspecified", "trailer", "t"),
        )[: 0 if number % 13 == 0 else 2]
        risky = number % 5 == 0
        change = Change(
            service, id_, "direct" if number % 97 == 0 else "merge", at, f"T-{number} do a thing", "", carried,
            (ROBOT,) if automated else (author,), other, at - 3600,
            change_references=(f"T-{number}",) if number % 9 else (),
            paths=(PathChange("M", "src/risky/a.py" if risky else "src/b.py", "0" * 40),),
            services=(service,), high_risk_paths=("src/risky/a.py",) if risky else (), criteria=("CRIT-1",) if risky else (),
            automated=automated, approvals=approvals, code_owners=("p3",) if risky else (), digits=40, order=number // 6,
            proposal="record", signatures=tuple((one, Signature("good", "ssh", author.person, "K")) for one in (id_, *carried)),
            results=tuple(StepResult(step, "passed", at - 30, carried[-1]) for step in ("unit", "lint", "scan")),
        )  # fmt: skip
        changes[change.key] = change
        waiting.setdefault(service, []).append(change.key)
        if len(waiting[service]) == 5:
            deployment = Deployment(
                service, "prod", at + 600, f"1.{number}", id_, service, "environments repository", Grade.TWO_NAMES, "env",
                f"{number:x}".ljust(40, "f"), ROBOT, True, requested_by=other, changes=tuple(waiting.pop(service)), on_branch=True,
                earlier=(("test", at + 300),), digits=40,
            )  # fmt: skip
            deployments[deployment.key] = deployment
    pins = {name: Pin(name, "main", "f" * 40, "e" * 40, 1, size, 0) for name in (*NAMES, "env")}
    return Facts(pins=pins, changes=changes, deployments=deployments)


# --- beside each other -----------------------------------------------------------------------------------------------


def tell(size: int, profile: bool, before: float) -> Iterator[str]:
    command = [sys.executable, __file__, "--one", str(size), str(int(profile))]
    told: Judged = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    each = told["seconds"] / told["changes"] * 1e6
    grown = f"{each / before:.2f}" if before else ""
    yield f"{told['changes']:>9,} {told['deployments']:>12,} {told['items']:>10,} {told['seconds']:>8.2f} {each:>10.1f} {grown:>7} {told['memory']:>7,.0f} {told['facts']:>9,.0f}"
    if size == max(SIZES) or profile:
        yield "  " + ", ".join(f"{number:,} {word}" for word, number in sorted(told["outcomes"].items()))
        whole = sum(told["checks"].values())
        ordered = sorted(told["checks"].items(), key=lambda one: -one[1])
        for id_, seconds in ordered[:SHOWN]:
            yield f"  {id_:<36} {seconds:>7.2f} s {seconds / whole:>6.0%}"
    yield f"={each}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--profile", action="store_true", help="name the functions that took most")
    asked = parser.parse_args()
    print(
        f"{'changes':>9} {'deployments':>12} {'items':>10} {'seconds':>8} {'µs/change':>10} {'× last':>7} {'MiB':>7} {'of facts':>9}"
    )
    before = 0.0
    for size in asked.sizes:
        for line in tell(size, asked.profile, before):
            if line.startswith("="):
                before = float(line[1:])
            else:
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(judged(int(sys.argv[2]), sys.argv[3] == "1")))
    else:
        sys.exit(main())
