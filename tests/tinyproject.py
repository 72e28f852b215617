"""A whole operator in a folder, in a second: an ISMS of a dozen records, one service repository, one of environments.

    made = make(tmp_path)                    # made.isms, made.service, made.environments: repositories with histories
    made.write({"isms/people.yml": "..."})   # changes the working tree of the ISMS; commits it unless told not to
    result = run("build", "--isms", made.isms, "--output", tmp_path / "site", "--no-pdf")
    result.code, result.out, result.err      # as a person sees them: the command runs in a process of its own

Ada writes, Ben reviews; one change of February has no second name, one of May is deployed by hand, and nobody wrote
down that the keys were counted.
"""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from gitfixtures import ADA, BEN, BOT, HOUR, commit, git, make_repository

from tieout import cli
from tieout.content import catalogue

AUDIT = "2026-03-31"
AHEAD = "2027-03-31"


def at(day, hour=9):
    """Seconds of an hour of a day, UTC."""
    return int(datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC).timestamp())


def record(fields, body=""):
    return f"---\n{fields.strip()}\n---\n{body}"


SOA = "\n".join(f"  {id_}: {{applicable: true, reasons: [baseline], status: planned}}" for id_ in catalogue.annex_a())

CONTENT = {
    "tieout.yml": """
schema: 1
operator: Small Works
repositories:
  pay:
    url: ../pay
  platform:
    url: ../platform
    only_robots_push: true
    kind: environments
change_references: [PAY]
""".lstrip(),
    "isms/scope.md": record(
        "title: All\nowner: ada\nstatus: approved\nstatement: The payment service.\nin: all-services\nout: []\nlocations: [Porto]"
    ),
    "isms/people.yml": "- {id: ada, name: Ada Stone, squad: money, emails: [ada@example.org]}\n"
    "- {id: ben, name: Ben Marsh, squad: money, emails: [ben@example.org]}\n"
    "- {id: ci-bot, name: Pipeline, kind: service-account, emails: [ci-bot@example.org]}\n",
    "isms/squads.yml": "- {id: money, title: Money, lead: ada}\n",
    "isms/environments.yml": "- {id: prod, title: Production, owner: money, kind: production, data: real}\n",
    "isms/services/pay.md": record(
        "title: Pay\nowner: money\nstatus: live\ntier: 2\nkind: application\nmission: Moves money.\n"
        "repos: [{repo: pay}]\npipeline: path\nenvironments: [prod]\nholds: [funds]"
    ),
    "isms/pipelines/path.yml": """
title: The path
owner: money
status: live
ci: {path: .ci/pipeline.yml, format: generic}
identities: [ci-bot@example.org]
deployments: {kind: gitops, repo: platform}
steps:
  - {id: review, stage: commit-review, title: Review, required: all, type: check, check: change-reviewed}
  - {id: unit, stage: build-test, title: Unit tests, required: all, type: job, match: "unit*"}
  - {id: deploy, stage: deploy-prod, title: Deployment by the pipeline, required: all, type: check, check: deployed-by-pipeline}
""".lstrip(),
    "isms/risk-method.yml": "title: Method\nowner: ada\nscale: {likelihood: [low, high], impact: [low, high]}\n"
    "impact_areas: [funds]\nscore: product\nbands: {low: 1-2, high: 3-4}\nappetite: {default: 2}\n",
    "isms/threats/THR-001-theft.md": record(
        "title: Money taken\nowner: ada\nstatus: active\ncategory: insider\nactor: insider\naffects: [pay]\nscenario: Someone changes an account."
    ),
    "isms/risks/RSK-001-unreviewed.md": record(
        "title: Unreviewed code moves money\nowner: ada\nstatus: treating\nthreats: [THR-001]\naffects: pay\nimpact_area: funds\n"
        "inherent: {likelihood: 2, impact: 2}\nresidual: {likelihood: 1, impact: 2}\ntreatment: modify\nreviewed: 2026-03-01",
        "Against it stands [[CTL-001]].\n",
    ),
    "isms/controls/CTL-001-review.md": record(
        "title: Review by a second person\nowner: money\nstatus: implemented\nkind: preventive\nmode: automated\nfrequency: per-change\n"
        "mitigates: RSK-001\nimplements: [A.8.32]\napplies_to: [tier-2]\nstage: commit-review\n"
        "enforced_by: [check:change-reviewed]\nstatement: Each change was approved by a second person."
    ),
    "isms/controls/CTL-002-pipeline.md": record(
        "title: Deployed by the pipeline\nowner: money\nstatus: implemented\nkind: preventive\nmode: automated\nfrequency: per-change\n"
        "mitigates: RSK-001\nimplements: [A.8.31]\napplies_to: [tier-2]\nstage: deploy-prod\n"
        "enforced_by: [check:deployed-by-pipeline]\nstatement: Only the pipeline deploys."
    ),
    "isms/controls/CTL-003-keys.md": record(
        "title: Keys counted\nowner: money\nstatus: implemented\nkind: detective\nmode: manual\nfrequency: quarterly\n"
        "implements: [A.8.24]\napplies_to: [tier-2]\nstage: outside\nenforced_by: [process:quarterly count]\n"
        "statement: Each quarter the keys are counted."
    ),
    "isms/soa.yml": f"title: SoA\nowner: ada\nstatus: approved\napproved_by: {{person: ada, on: 2026-01-05}}\nentries:\n{SOA}\n",
    "isms/audits/AUD-2026-01.md": record(
        f"title: First audit\nstatus: planned\nkind: internal\nauditor: Ines\ndate: {AUDIT}\n"
        f"period: {{from: 2026-01-01, to: {AUDIT}}}\ncriteria: [iso27001-2022]\nscope: [all-services]"
    ),
    "isms/audits/AUD-2027-01.md": record(
        f"title: Next audit\nstatus: planned\nkind: internal\nauditor: Ines\ndate: {AHEAD}\n"
        f"period: {{from: 2026-04-01, to: {AHEAD}}}\ncriteria: [iso27001-2022]\nscope: [all-services]"
    ),
}


@dataclass(frozen=True, slots=True)
class Project:
    """Where the repositories of one operator are."""

    folder: Path

    @property
    def kept(self):
        """Where Tieout keeps the mirrors of this ISMS: no working tree."""
        isms = self.isms.resolve()
        return Path(os.environ["XDG_CACHE_HOME"]) / "tieout" / f"isms-{sha256(os.fsencode(isms)).hexdigest()[:12]}"

    @property
    def isms(self):
        return self.folder / "isms"

    @property
    def service(self):
        return self.folder / "pay"

    @property
    def environments(self):
        return self.folder / "platform"

    def write(self, files, *, commit_it=True, time=None):
        """Changes files of the ISMS; None deletes one, a pair `(old, new)` replaces a spot that occurs once."""
        ready = {path: self._changed(path, change) for path, change in files.items()}
        if commit_it:
            return commit(self.isms, "Change the ISMS", ready, time=time)
        for path, content in ready.items():
            target = self.isms / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink() if content is None else target.write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )
        return ""

    def _changed(self, path, change):
        if not isinstance(change, tuple):
            return change
        text = (self.isms / path).read_text()
        assert text.count(change[0]) == 1, (path, change[0])
        return text.replace(*change)


def make(folder, *, object_format="sha1"):
    """Writes the operator below `folder`."""
    made = Project(folder)
    isms = make_repository(made.isms)
    first = {path: content for path, content in CONTENT.items() if "AUD-2027" not in path}
    commit(isms, "First registers", first, time=at("2026-01-05"))
    commit(isms, "Plan the next audit", {"isms/audits/AUD-2027-01.md": CONTENT["isms/audits/AUD-2027-01.md"]}, author=BEN, time=at("2026-04-02"))  # fmt: skip
    _write_service(made, object_format)
    return made


def _write_service(made, object_format):
    pay = make_repository(made.service, object_format=object_format)
    jobs = "jobs:\n  unit: {stage: test, run: make test}\n"
    tip = commit(pay, "PAY-1 Start", {"pay.py": "0\n", ".ci/pipeline.yml": jobs}, time=at("2026-01-02"))
    merged = {}
    for number, day in enumerate(("2026-01-12", "2026-02-03", "2026-03-10", "2026-04-14", "2026-05-12"), 2):
        time = at(day)
        side = commit(pay, f"PAY-{number} Work", {"pay.py": f"{number}\n"}, branch=f"work-{number}", parents=[tip], time=time)  # fmt: skip
        if day == "2026-02-03":
            tip = commit(pay, f"PAY-{number} Straight in", {"pay.py": f"{number}\n"}, parents=[tip], time=time)
        else:
            words = f"Merge pull request #{number} from ada/work-{number}\n\nPAY-{number} Work"
            tip = commit(pay, words, {"pay.py": f"{number}\n"}, parents=[tip, side], author=BEN, time=time + HOUR)
        merged[day] = tip
        git(pay, "branch", "-q", "-D", f"work-{number}")
    platform = make_repository(made.environments)
    commit(platform, "Start", {"README": "Where things run.\n"}, time=at("2026-01-03"))
    for number, (day, change) in enumerate(merged.items(), 1):
        files = {"prod/pay.yml": f"service: pay\nversion: 1.{number}.0\ncommit: {change}\n"}
        commit(platform, f"Deploy pay 1.{number}.0", files, author=ADA if day == "2026-05-12" else BOT, time=at(day, 15))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


def run(*words, cwd=None, umask=-1, **environment):
    """`python -m tieout WORDS` in a process of its own, as a person runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "tieout", *map(str, words)],
        cwd=cwd,
        env={**{name: os.environ[name] for name in ("PATH", "XDG_CACHE_HOME")}, "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        umask=umask,
        check=False,
        encoding="utf-8",
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def call(*words):
    """The same in this process: quicker, and as far as its answer and exit code go the same."""
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["tieout", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            cli.main()
    return Ended(end.value.code or 0, out.getvalue(), err.getvalue())


def digests(folder):
    """SHA-256 of every file below a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
