"""Problems as a JUnit report: a test case for each file of the ISMS, so that a file without fault is seen to pass."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from tieout.output.problem_formats.report import Report, one_line
from tieout.problems import Problem
from tieout.text import words

SUITE = "tieout check"


def render(report: Report) -> str:
    """XML 1.0 in ASCII. All errors of a file are one failure, since readers take only one; warnings are its output."""
    by_file: dict[str, list[Problem]] = {path: [] for path in report.files}
    for problem in report.problems:
        by_file.setdefault(report.file(problem), []).append(problem)
    cases = [_case(report, path, found) for path, found in sorted(by_file.items())]
    failed = sum(any(problem.severity == "error" for problem in found) for found in by_file.values())
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="0"'
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{SUITE}" {counts}>',
        f'<testsuite name="{SUITE}" {counts}>',
        *cases,
        "</testsuite>",
        "</testsuites>",
    )
    return "".join(f"{line}\n" for line in lines).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _case(report: Report, path: str, found: Iterable[Problem]) -> str:
    whole = f"{report.folder}/{path}" if report.folder else path
    folder, _, _ = path.rpartition("/")
    start = f"<testcase classname={_attribute(folder or SUITE)} name={_attribute(path)} file={_attribute(whole)}"
    errors = [problem for problem in found if problem.severity == "error"]
    warnings = [problem for problem in found if problem.severity == "warning"]
    inside = ""
    if errors:
        count = quoteattr(words.plural(len(errors), "error"))
        inside += f'<failure message={count} type="problem">{_text(errors)}</failure>'
    if warnings:
        inside += f"<system-out>{_text(warnings)}</system-out>"
    return f"{start}>{inside}</testcase>" if inside else f"{start}/>"


def _text(problems: Iterable[Problem]) -> str:
    lines = "\n".join(one_line(str(problem)) for problem in problems)
    # GitLab and Jenkins take this for the path of a file to show, which nobody's record may choose
    return escape(lines.replace("[[ATTACHMENT|", "[[ATTACHMENT |"))


def _attribute(value: str) -> str:
    return quoteattr(one_line(value))
