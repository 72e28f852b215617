"""What `tieout check` costs, beside a loop that does nothing but load the same YAML: python benchmarks/check.py [RECORDS]

Writes an operator with as many records (5,000 unless told), in registers as a person fills them, always the same ones.
Prints medians of whole processes and the ratio of their processor time to the loop's, and what each run read, parsed and validated. Quote the
ratios and the counts: machines differ and are noisy.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from statistics import median

TIEOUT = str(Path(sys.executable).with_name("tieout"))
RUNS = 5
EVERY = ("check, cold", "check, again", "check, one file changed")
SERVICES, PEOPLE = 40, 120
# what a hundred records are made of, beside services and people
SHARES = {"threats": 6, "risks": 25, "controls": 22, "decisions": 8, "incidents": 5, "evidence": 24, "actions": 10}
PROSE = (
    "the price a player saw is the price that counts and whoever changes it leaves a trace in the log of the desk",
    "limits are read from the table of the market before each bet so a late message from the feed suspends it first",
    "keys are held by two people of different squads and the drill of the quarter showed that both know where they are",
    "a withdrawal to a new method waits for an hour which most thieves do not have and most players do not mind",
)
WORDS = [word for line in PROSE for word in line.split()]
SOA = "".join(
    f"  A.{part}.{number}: {{applicable: true, reasons: [risk, baseline], status: implemented, owner: squad-1}}\n"
    for part, last in ((5, 37), (6, 8), (7, 14), (8, 34))
    for number in range(1, last + 1)
)


# --- an operator of any size -----------------------------------------------------------------------------------------


class Author:
    """Writes records that link to each other; the same ones for the same number."""

    def __init__(self, records: int) -> None:
        self.dice = random.Random(records)  # nothing secret, and the same each time
        left = records - SERVICES - PEOPLE
        self.sizes = {name: left * share // 100 for name, share in SHARES.items()}

    def text(self, least: int, most: int) -> str:
        start = self.dice.randrange(len(WORDS))
        words = list(islice((WORDS * 9)[start:], self.dice.randint(least, most)))
        return " ".join(words).capitalize() + "."

    def day(self) -> date:
        return date(2025, 1, 1) + timedelta(days=self.dice.randrange(600))

    def some(self, prefix: str, size: int, most: int, width: int = 4) -> str:
        chosen = {self.dice.randint(1, size) for _ in range(self.dice.randint(1, most))}
        return f"[{', '.join(f'{prefix}-{number:0{width}}' for number in sorted(chosen))}]"

    def services(self, most: int) -> str:
        return self.some("service", SERVICES, most, 1)

    def person(self) -> str:
        return f"person-{self.dice.randint(1, PEOPLE)}"

    def body(self) -> str:
        paragraphs = [self.text(30, 70) for _ in range(self.dice.randint(1, 4))]
        linked = f"See [[RSK-{self.dice.randint(1, self.sizes['risks']):04}]] and [[service-{self.dice.randint(1, SERVICES)}]]."
        return "\n\n".join([*paragraphs, linked]) + "\n"

    def files(self) -> Iterator[tuple[str, str]]:
        yield from ISMS.items()
        for number in range(1, SERVICES + 1):
            yield f"isms/services/service-{number}.md", self.record(SERVICE, number)
        people = (f"- {{id: person-{n}, name: Person {n}, squad: squad-{n % 9 + 1}, emails: [p{n}@example.org]}}\n" for n in range(1, PEOPLE + 1))  # fmt: skip
        yield "isms/people.yml", "".join(people)
        yield "isms/actions.yml", "".join(self.fill(ACTION, number) for number in range(1, self.sizes["actions"] + 1))
        for folder, prefix, form in FOLDERS:
            for number in range(1, self.sizes[folder] + 1):
                ending = "yml" if folder == "evidence" else "md"
                whole = self.fill(form, number) if folder == "evidence" else self.record(form, number)
                yield f"isms/{folder}/{prefix}-{number:04}-{self.dice.choice(WORDS)}.{ending}", whole

    def record(self, form: str, number: int) -> str:
        return f"---\n{self.fill(form, number)}---\n{self.body()}"

    def fill(self, form: str, number: int) -> str:
        day = self.day()
        size = self.sizes
        return form.lstrip("\n").format(
            number=number,
            title=self.text(4, 9)[:-1],
            text=self.text(12, 30)[:-1],
            squad=f"squad-{self.dice.randint(1, 9)}",
            person=self.person(),
            day=day,
            later=day + timedelta(days=60),
            service=self.services(1),
            services=self.services(4),
            threats=self.some("THR", size["threats"], 3),
            risks=self.some("RSK", size["risks"], 3),
            controls=self.some("CTL", size["controls"], 3),
            annex=f"[A.8.{self.dice.randint(1, 34)}, A.5.{self.dice.randint(1, 37)}]",
            low=self.dice.randint(1, 3),
            high=self.dice.randint(3, 5),
        )


SQUADS = "".join(f"- {{id: squad-{number}, title: Squad {number}, lead: person-{number}}}\n" for number in range(1, 10))
ISMS = {
    "tieout.yml": "schema: 1\noperator: Large Works\n",
    "isms/scope.md": "---\ntitle: All\nowner: squad-1\nstatus: approved\nstatement: All of it.\nin: all-services\nout: []\nlocations: [Porto]\n---\n",
    "isms/squads.yml": SQUADS,
    "isms/environments.yml": "- {id: prod, title: Production, owner: squad-1, kind: production, data: real}\n",
    "isms/forums/board.md": "---\ntitle: The board\nowner: squad-1\nmembers: [person-1, person-2]\nquorum: 2\ncadence: monthly\n---\n",
    "isms/risk-method.yml": "title: Method\nowner: squad-1\nscale: {likelihood: [a, b, c, d, e], impact: [a, b, c, d, e]}\n"
    "impact_areas: [funds]\nscore: product\nbands: {low: 1-4, medium: 5-12, high: 13-25}\nappetite: {default: 25}\n",
    "isms/soa.yml": f"title: SoA\nowner: squad-1\nstatus: approved\napproved_by: {{person: person-1, on: 2026-01-05}}\nentries:\n{SOA}",
}
SERVICE = """
title: {title}
owner: {squad}
status: live
tier: {low}
kind: application
mission: {text}
repos: []
unlinked_why: {text}
environments: [prod]
holds: [bets, prices]
depends_on: {services}
rto: 15m
secure_by_design:
  implementation: {controls}
logging: {{format: std-2, correlation_id: true, retention: 5y}}
"""
THREAT = """
title: {title}
owner: {squad}
status: active
category: fraud
actor: external
affects: {services}
teams: [{squad}]
scenario: {text}
peak_impact: {text}
authority_expects: {text}
abuse_cases:
  - {{id: AB-{number}a, text: {text}, test: trading/test_case}}
  - {{id: AB-{number}b, text: {text}}}
likelihood_trend: rising
sources: [own statistics, bulletin of the supplier]
reviewed: {day}
review_every: 6mo
"""
RISK = """
title: {title}
owner: {person}
status: treating
threats: {threats}
affects: {services}
impact_area: funds
inherent: {{likelihood: {high}, impact: 5}}
residual: {{likelihood: {low}, impact: 4}}
target: {{likelihood: 1, impact: 3, by: 2026-12-31}}
treatment: modify
reviewed: {day}
review_every: 6mo
"""
CONTROL = """
title: {title}
owner: {squad}
status: implemented
kind: preventive
mode: automated
frequency: per-change
mitigates: {risks}
implements: {annex}
applies_to: {services}
stage: commit-review
enforced_by: ["process:{title}", check:change-reviewed]
statement: {text}
"""
DECISION = """
title: {title}
owner: {person}
status: decided
date: {day}
forum: board
kind: change
present: [person-1, person-2, person-3]
decides: {controls}
decision: {text}
why: {text}
"""
INCIDENT = """
title: {title}
owner: {person}
status: resolved
severity: {high}
kind: integrity
started: {day}T15:12Z
detected: {day}T15:19Z
responded: {day}T15:40Z
restored: {day}T19:05Z
affects: {services}
threats: {threats}
cause: external
"""
EVIDENCE = """
title: {title}
kind: scan
proves: {controls}
services: {service}
observed: {{from: {day}, to: {day}}}
collected: {later}
collected_by: {person}
origin: {text}
url: https://example.org/evidence/{number}
valid_for: 6mo
retain: 5y
"""
ACTION = """
- id: ACT-{number:04}
  title: {title}
  owner: {person}
  status: done
  opened: {day}
  due: {later}
  done: {later}
  for: {risks}
"""
FOLDERS = (
    ("threats", "THR", THREAT),
    ("risks", "RSK", RISK),
    ("controls", "CTL", CONTROL),
    ("decisions", "DEC", DECISION),
    ("incidents", "INC", INCIDENT.replace("{high}", "3")),
    ("evidence", "EVD", EVIDENCE),
)


def write(folder: Path, records: int) -> None:
    for path, text in Author(records).files():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    git = ("git", "-C", str(folder), "-c", "user.name=bench", "-c", "user.email=bench@example.org")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "All of it"]):
        subprocess.run([*git, *words], check=True)


# --- what it costs ---------------------------------------------------------------------------------------------------


def seconds(commands: dict[str, Callable[[], list[str]]]) -> dict[str, tuple[float, float]]:
    """Medians of wall and processor time of each command, run in turn, so that a slow spell of the machine meets them all."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, prepare in commands.items():
            command = prepare()
            before, start = os.times(), time.perf_counter()
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wall, after = time.perf_counter() - start, os.times()
            used = after.children_user + after.children_system - before.children_user - before.children_system
            taken[name].append((wall, used))
    return {
        name: (median(wall for wall, _ in times), median(used for _, used in times)) for name, times in taken.items()
    }


def measure(isms: Path, changed: Path, caches: Path, goal: str, meant: tuple[str, ...]) -> None:
    """Cold, again, and after one file was changed; beside the loop. The goal, for the runs that are meant, is of a quiet machine."""
    check = [TIEOUT, "check", "--isms", str(isms)]
    text = changed.read_text("utf-8")
    edits = iter(range(1_000))

    def cold() -> list[str]:
        shutil.rmtree(caches, ignore_errors=True)
        return check

    def edited() -> list[str]:
        changed.write_text(f"{text}\nEdit {next(edits)}.\n", "utf-8")
        return check

    found = seconds(
        {
            "loop": lambda: [sys.executable, __file__, "--loop", str(isms)],
            "check, cold": cold,
            "check, again": lambda: check,
            "check, one file changed": edited,
        }
    )
    for name, (wall, used) in found.items():
        beside = "" if name == "loop" else f"   ratio {used / found['loop'][1]:5.2f}   {goal if name in meant else ''}"
        print(f"  {name:<26}{wall:8.2f} s, of the processor {used:6.2f} s{beside}".rstrip())
    cold()
    for name in ("cold", "again"):
        count(name, isms)
    edited()
    count("one file changed", isms)
    changed.write_text(text, "utf-8")


def count(name: str, isms: Path) -> None:
    """What one run does, told by the very functions that the command calls."""
    from tieout import cache, checks, config, content
    from tieout.build.newest import count_records, remembering
    from tieout.content import files
    from tieout.repos import trees

    read = trees.read_worktree(isms)
    settings, _ = config.load(read["tieout.yml"], "tieout.yml")
    assert settings is not None
    parsed: list[str] = []

    def counted(path: str, data: bytes) -> files.File:
        parsed.extend({path} & read.keys())  # not what comes with the program
        return files.parse(path, data)

    with cache.opened(isms) as known:
        found, problems = content.load(read, settings, frozenset(checks.CHECKS), remembering(known, counted))
    print(
        f"  {name}: {len(read):,} files read, {len(parsed):,} parsed, {count_records(found)} validated, {len(problems)} problems"
    )


def loop(isms: Path) -> None:
    """The least that reads the same: each front matter and each YAML file by the fastest loader there is."""
    import yaml

    for path in sorted((isms / "isms").rglob("*.*")):
        data = path.read_bytes()
        yaml.load(data.split(b"---\n")[1] if path.suffix == ".md" else data, Loader=yaml.CSafeLoader)


def main(records: int) -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or every run would compile the program again
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["XDG_CACHE_HOME"] = str(folder)
        subprocess.run([TIEOUT, "demo", str(folder / "demo")], check=True, stdout=subprocess.DEVNULL)
        demo = folder / "demo" / "isms"
        write(folder / "large", records)
        print("the demo")
        measure(demo, next(demo.glob("isms/risks/*.md")), folder / "tieout", "goal under 0.5 s", EVERY)
        print(f"{records:,} records")
        scope = folder / "large" / "isms" / "scope.md"
        measure(folder / "large", scope, folder / "tieout", "goal under 3 s for 5,000", EVERY[:1])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--loop"]:
        loop(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 5_000)
