"""CI files of the demo over time: the golden path's versions, and where a service differs from it."""

from collections.abc import Mapping
from typing import NamedTuple

from tieout.demo.hours import seconds
from tieout.demo.teams import PLATFORM, Team, mention


class Version(NamedTuple):
    """One version of the golden path."""

    name: str
    at: int
    author: str
    jobs: tuple[str, ...]
    why: str


RUNS: Mapping[str, tuple[str, str]] = {  # stage and command of each job
    "build": ("build-test", "make build"),
    "unit-tests": ("build-test", "make test"),
    "properties": ("build-test", "make properties"),
    "exposure-limit-tests": ("build-test", "make test-limits"),
    "promotion-cap-tests": ("build-test", "make test-caps"),
    "secret-scan": ("build-test", "golden secrets --whole-tree"),
    "sast": ("build-test", "golden sast --format sarif"),
    "dependency-scan": ("build-test", "golden dependencies --fail-on high"),
    "iac-scan": ("pre-prod", "golden iac --policy policy/"),
    "pre-prod-check": ("pre-prod", "golden pre-prod --environment test"),
    "synthetic-bets": ("pre-prod", "golden synthetic --journeys all"),
    "deploy-prod": ("deploy-prod", "golden deploy --environment prod"),
}
BASE = ("build", "unit-tests", "secret-scan", "pre-prod-check", "deploy-prod")
SCANS = ("sast", "dependency-scan")
GOLDEN: tuple[Version, ...] = (
    Version("v3.2.0", seconds("2025-10-01T09:10Z"), "yuki-arden", BASE, "The golden path as all services use it."),
    Version("v3.2.1", seconds("2025-11-12T10:30Z"), "ravi-sole", BASE, "Cache by lock file, not by branch."),
    Version("v3.3.0", seconds("2026-01-14T13:05Z"), "ravi-sole", BASE, "Tests run in the image that is deployed."),
    Version(
        "v3.4.0", seconds("2026-03-10T10:40Z"), "ravi-sole", (*BASE[:3], *SCANS, "iac-scan", *BASE[3:4], "synthetic-bets", BASE[4]),
        "Static analysis, dependency and infrastructure scans, synthetic bets before production.",
    ),
    Version(
        "v3.4.1", seconds("2026-03-12T15:20Z"), "yuki-arden", (*BASE[:3], *SCANS, "iac-scan", *BASE[3:4], "synthetic-bets", BASE[4]),
        "Synthetic bets wait for the test environment to be ready.",
    ),
)  # fmt: skip

EXTRA: Mapping[str, tuple[str, ...]] = {
    "odds-engine": ("properties", "exposure-limit-tests"),
    "settlement": ("properties",),
    "market-config": ("exposure-limit-tests",),
    "bet-api": ("exposure-limit-tests",),
    "promo-engine": ("promotion-cap-tests",),
}
WITHOUT_SYNTHETIC = frozenset({"promo-engine"})  # tier 2: nobody bets on a campaign


class Setup(NamedTuple):
    """What a service's CI file is made of at one time."""

    version: str
    may_fail: frozenset[str] = frozenset()
    pre_prod: bool = True


def jobs_of(repo: str, setup: Setup) -> tuple[str, ...]:
    golden = next(version for version in GOLDEN if version.name == setup.version)
    jobs = list(golden.jobs)
    jobs[2:2] = EXTRA.get(repo, ())
    dropped = set() if setup.pre_prod else {"iac-scan", "pre-prod-check", "synthetic-bets"}
    dropped |= {"synthetic-bets"} if repo in WITHOUT_SYNTHETIC else set()
    return tuple(job for job in jobs if job not in dropped)


def render(repo: str, setup: Setup) -> str:
    if repo == "bet-api":
        return _render_hosted(repo, setup)
    lines = [
        "# From the golden path; changes here need an owner of the platform.",
        f"template: golden-pipeline@{setup.version}",
        "jobs:",
    ]
    for job in jobs_of(repo, setup):
        stage, run = RUNS[job]
        lines += [f"  {job}:", f"    stage: {stage}", f"    run: {run}"]
        lines += ["    allow_failure: true"] if job in setup.may_fail else []
    return "\n".join([*lines, ""])


def _render_hosted(repo: str, setup: Setup) -> str:
    lines = [
        "# Follows the golden path by hand, " + setup.version + ".",
        "name: ci",
        "on:",
        "  push: {branches: [main]}",
        "  pull_request: {}",
        "jobs:",
    ]
    for job in jobs_of(repo, setup):
        lines += [f"  {job}:", "    runs-on: hosted-small"]
        lines += ["    continue-on-error: true"] if job in setup.may_fail else []
        lines += ["    steps:", "      - uses: actions/checkout@v4", f"      - run: {RUNS[job][1]}"]
    return "\n".join([*lines, ""])


def render_template(version: Version) -> str:
    lines = ["# The golden path: every service's pipeline starts from this file.", f"version: {version.name}", "jobs:"]
    for job in version.jobs:
        stage, run = RUNS[job]
        lines += [f"  {job}:", f"    stage: {stage}", f"    run: {run}"]
    return "\n".join([*lines, ""])


def render_owners(team: Team) -> str:
    """CODEOWNERS with addresses. A leaver stays in it until somebody takes him out: nobody does."""
    lines = ["# Who must review what. The last rule that matches wins."]
    for pattern, people in team.owners:
        addresses = [mention(person).partition("<")[2].rstrip(">") for person in people]
        lines.append(f"{pattern} {' '.join(addresses)}")
    return "\n".join(
        [*lines, f"CODEOWNERS {' '.join(mention(person).partition('<')[2].rstrip('>') for person in PLATFORM)}", ""]
    )
