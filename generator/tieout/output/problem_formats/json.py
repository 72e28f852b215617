"""Problems as one JSON object, for programs of one's own."""

import json

from tieout.output.problem_formats.report import Report, one_line
from tieout.problems import Problem

SCHEMA = 1  # raised when a field changes its meaning or goes; a new field does not raise it


def render(report: Report) -> str:
    """ASCII alone, so that no setting of a terminal or a pipe can break it."""
    held = {
        "schema": SCHEMA,
        "content": report.content,
        "folder": one_line(report.folder),
        "counts": {
            "records": report.records,
            "registers": report.registers,
            "files": len(report.files),
            "errors": report.errors,
            "warnings": report.warnings,
            "elsewhere": report.elsewhere,
        },
        "problems": [_problem(problem) for problem in report.problems],
    }
    return json.dumps(held, indent=2) + "\n"


def _problem(problem: Problem) -> dict[str, str | int]:
    source = problem.source
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": one_line(problem.message),
        "path": one_line(source.path),
        "line": source.line,
        "column": source.column,
        "repo": one_line(source.repo),
    }
