"""What tools leave behind, as counts: JUnit, Cobertura and JaCoCo in XML, SARIF in JSON. Read with limits, never believed in part.

Tried on the SARIF files of github/codeql-action and on public reports of pytest, Playwright and coverage.py. A report says
what was found. Whether a step passed it says only for tests: of findings and coverage the pipeline decides.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from tieout.history.results.markup import RefusedError, walk
from tieout.text.json_lines import LATEST

Said = Literal["passed", "failed", "skipped", "unknown", "ran"]
MAX_BYTES = 20_000_000
LEVELS: Final = {"error": "error findings", "warning": "warnings", "note": "notes"}
_FAILED = frozenset({"failure", "error"})


@dataclass(frozen=True, slots=True)
class Report:
    kind: Literal["tests", "findings", "coverage"]
    result: Said
    counts: tuple[tuple[str, int], ...]
    at: int = 0  # when it ended, where it says so with a zone


@lru_cache(maxsize=4096)
def parse_report(data: bytes) -> Report:
    """A report in any of the formats that are read.

    Raises:
        RefusedError: it is none of them, or holds what is refused.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _parse_sarif(data)
    found = _Elements()
    walk(data, found.start)
    if found.root in ("testsuites", "testsuite"):
        return found.tests()
    if found.root in ("coverage", "report"):
        return found.coverage()
    raise RefusedError(f"its first element is {found.root[:40]!r}, which no report that is read begins with")


@dataclass(slots=True)
class _Elements:
    """What the elements of a report add up to."""

    root: str = ""
    tests_seen: int = 0
    failed: int = 0
    skipped: int = 0
    told_tests: int = 0  # by the attributes of the outermost suites
    told_failed: int = 0
    marked: bool = False  # the test at hand was counted as failed or skipped
    at: int = 0
    covered: int = -1  # -1: not told
    valid: int = -1
    lines: list[bool] = field(default_factory=list)

    def start(self, names: tuple[str, ...], attributes: Mapping[str, str]) -> None:
        name = names[-1]
        if len(names) == 1:
            self.root = name
        if name == "testcase":
            self.tests_seen, self.marked = self.tests_seen + 1, False
        elif name == "testsuite":
            self._suite(names, attributes)
        elif len(names) > 1 and names[-2] == "testcase" and not self.marked:
            self.failed += name in _FAILED
            self.skipped += name == "skipped"
            self.marked = name in _FAILED or name == "skipped"
        elif len(names) > 1 and names[-2] == "testcase" and name in _FAILED and self.skipped:
            self.failed += 1  # skipped and failed at once: the worse counts
        elif name == "coverage" and len(names) == 1:
            self.covered, self.valid = _number(attributes, "lines-covered"), _number(attributes, "lines-valid")
        elif name == "line" and names[-3:-1] == ("class", "lines"):
            self.lines.append(_number(attributes, "hits") > 0)
        elif name == "counter" and len(names) == 2 and attributes.get("type") == "LINE":
            self.covered = _number(attributes, "covered")
            missed = _number(attributes, "missed")
            self.valid = self.covered + missed if min(self.covered, missed) >= 0 else -1

    def _suite(self, names: tuple[str, ...], attributes: Mapping[str, str]) -> None:
        self.at = max(self.at, _moment(attributes.get("timestamp", "")))
        if "testsuite" not in names[:-1]:
            self.told_tests += max(_number(attributes, "tests"), 0)
            self.told_failed += max(_number(attributes, "failures"), 0) + max(_number(attributes, "errors"), 0)

    def tests(self) -> Report:
        """Each test as it stands; where a suite claims more of them, or more failures, the worse is taken."""
        total, failed = max(self.tests_seen, self.told_tests), max(self.failed, self.told_failed)
        result: Said = "failed" if failed else "unknown" if not total else "passed"
        if not failed and total and self.skipped >= total:
            result = "skipped"
        return Report("tests", result, (("tests", total), ("failures", failed), ("skipped", self.skipped)), self.at)

    def coverage(self) -> Report:
        covered, valid = self.covered, self.valid
        if (covered < 0 or valid < 0) and self.lines:
            covered, valid = sum(self.lines), len(self.lines)
        if not 0 <= covered <= valid:
            raise RefusedError("it does not say how many lines are covered of how many")
        return Report("coverage", "ran", (("lines covered", covered), ("lines", valid)))


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _moment(text: str) -> int:
    """UTC seconds of a time with a zone; 0 for any other, as tools write the time of a machine nobody knows."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0
    return int(moment.timestamp()) if moment.tzinfo and 0 < moment.timestamp() <= LATEST else 0


# --- SARIF ---------------------------------------------------------------------------------------------------------


def _parse_sarif(data: bytes) -> Report:
    if len(data) > MAX_BYTES:
        raise RefusedError(f"it is larger than {MAX_BYTES:,} bytes")
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RefusedError("it is not JSON that can be read") from None
    runs = value.get("runs") if isinstance(value, dict) else None
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        raise RefusedError("it is JSON, and not SARIF")
    counts = dict.fromkeys((*LEVELS.values(), "suppressed"), 0)
    broken, at = not runs, 0
    for run in runs:
        for level in _levels(run):
            counts[level] += 1
        for told in _objects(run, "invocations"):
            broken = broken or told.get("executionSuccessful") is False
            ended = told.get("endTimeUtc")
            at = max(at, _moment(ended) if isinstance(ended, str) else 0)
        broken = broken or not isinstance(run.get("results"), list)
    result: Said = "unknown" if broken else "ran"
    return Report("findings", result, tuple(counts.items()), at)


def _levels(run: Mapping[str, object]) -> Iterator[str]:
    """The level of each finding that counts; a finding says it itself, or its rule does, or it is a warning."""
    rules = _rules(run)
    for found in _objects(run, "results"):
        if found.get("baselineState") == "absent" or found.get("kind", "fail") not in ("fail", "review", "open"):
            continue
        states = [each.get("status", "accepted") for each in _objects(found, "suppressions")]
        if states and all(state == "accepted" for state in states):
            yield "suppressed"
            continue
        level = found.get("level") or rules(found)
        if level != "none":
            yield LEVELS.get(level if isinstance(level, str) else "", "warnings")


def _rules(run: Mapping[str, object]) -> Callable[[Mapping[str, object]], object]:
    tool = run.get("tool")
    driver = tool.get("driver") if isinstance(tool, dict) else None
    told = list(_objects(driver, "rules")) if isinstance(driver, dict) else []
    by_id = {rule.get("id"): rule for rule in told if isinstance(rule.get("id"), str)}

    def level(found: Mapping[str, object]) -> object:
        index = found.get("ruleIndex")
        known = isinstance(index, int) and 0 <= index < len(told)
        rule = told[index] if known and isinstance(index, int) else None
        named = found.get("ruleId")
        rule = rule or (by_id.get(named) if isinstance(named, str) else None)
        default = (rule or {}).get("defaultConfiguration")
        return default.get("level", "warning") if isinstance(default, dict) else "warning"

    return level


def _objects(value: Mapping[str, object], key: str) -> Iterator[Mapping[str, object]]:
    found = value.get(key)
    return (each for each in found if isinstance(each, dict)) if isinstance(found, list) else iter(())
