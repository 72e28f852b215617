"""Problems as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from tieout.output.problem_formats.report import Report, one_line
from tieout.problems import Problem

# What the runner decodes: in a message, and besides that in a property. Without the line ends nothing that stands in
# a message can begin a line, and so it can begin no command of its own.
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report) -> str:
    """A line for each problem."""
    return "".join(_command(report, problem) for problem in report.problems)


def _command(report: Report, problem: Problem) -> str:
    place = report.place(problem)
    properties = {
        "file": one_line(place.path),
        "line": str(place.line) if place.line else "",
        "col": str(place.column) if place.line and place.column else "",
        "title": one_line(problem.code),
    }
    told = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items() if value)
    return f"::{problem.severity} {told}::{place.message.translate(_DATA)}\n"
