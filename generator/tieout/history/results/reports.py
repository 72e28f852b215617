"""What tools leave behind, as counts: JUnit, Cobertura and JaCoCo in XML, SARIF in JSON. Read with limits, never believed in part.

Tried on the SARIF files of github/codeql-action and on public reports of pytest, Playwright and coverage.py. A report says
what was found. Whether a step passed it says only for tests: of findings and coverage the pipeline decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from tieout.history.results.markup import RefusedError, walk
from tieout.history.results.sarif import moment, parse_sarif
from tieout.model.history import FileCoverage, ScanFinding

Said = Literal["passed", "failed", "skipped", "unknown", "ran"]
MAX_PATH = 1000  # characters
_FAILED = frozenset({"failure", "error"})


@dataclass(frozen=True, slots=True)
class Report:
    kind: Literal["tests", "findings", "coverage"]
    result: Said
    counts: tuple[tuple[str, int], ...]
    at: int = 0  # when it ended, where it says so with a zone
    tools: tuple[str, ...] = ()  # that looked for findings
    findings: tuple[ScanFinding, ...] = ()
    coverage: tuple[FileCoverage, ...] = ()


@lru_cache(maxsize=4096)
def parse_report(data: bytes) -> Report:
    """A report in any of the formats that are read.

    Raises:
        RefusedError: it is none of them, or holds what is refused.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        told = parse_sarif(data)
        return Report("findings", told.result, told.counts, told.at, told.tools, told.findings)
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
    files: dict[str, list[int]] = field(default_factory=dict)  # of each file the lines covered and all of them
    package: str = ""  # at hand
    file: str = ""  # at hand

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
        elif name == "class" and self.root == "coverage":
            self.file = attributes.get("filename", "")[:MAX_PATH]
        elif name == "line" and names[-3:-1] == ("class", "lines"):
            self._line(_number(attributes, "hits") > 0)
        elif name == "package" and self.root == "report":
            self.package = attributes.get("name", "")[:MAX_PATH]
        elif name == "sourcefile":
            self.file = f"{self.package}/{attributes.get('name', '')}"[:MAX_PATH]
        elif name == "counter" and names[-2] == "sourcefile" and attributes.get("type") == "LINE":
            covered, missed = _number(attributes, "covered"), _number(attributes, "missed")
            self.files[self.file] = [max(covered, 0), max(covered, 0) + max(missed, 0)]
        elif name == "counter" and len(names) == 2 and attributes.get("type") == "LINE":
            self.covered = _number(attributes, "covered")
            missed = _number(attributes, "missed")
            self.valid = self.covered + missed if min(self.covered, missed) >= 0 else -1

    def _line(self, covered: bool) -> None:
        self.lines.append(covered)
        counted = self.files.setdefault(self.file, [0, 0])
        counted[0] += covered
        counted[1] += 1

    def _suite(self, names: tuple[str, ...], attributes: Mapping[str, str]) -> None:
        self.at = max(self.at, moment(attributes.get("timestamp", "")))
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
        files = tuple(FileCoverage(path, *counted) for path, counted in sorted(self.files.items()) if path)
        return Report("coverage", "ran", (("lines covered", covered), ("lines", valid)), coverage=files)


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
