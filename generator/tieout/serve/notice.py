"""What stands on top of every page while its content is being mended, as a value and as HTML. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from tieout.problems import Problem
from tieout.text import words

MOST = 100  # problems that a page shows
Tone = Literal["error", "warning", "quiet"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence and the problems behind it. Without a sentence nothing is shown."""

    sentence: str = ""
    tone: Tone = "quiet"
    problems: tuple[Problem, ...] = ()


NOTHING = Notice()
FIRST = Notice("The site is built for the first time; this page shows it as soon as it is there.")
RENEWED = Notice("These pages are of the last time; they are being renewed.")
_STAY = "the pages stay as they were"


def of_errors(problems: Sequence[Problem]) -> Notice:
    """The newest content has errors, so that nothing was rebuilt."""
    return Notice(f"{count(problems)}: {_STAY} until the errors are mended.", "error", _sorted(problems))


def of_report(problems: Sequence[Problem]) -> Notice:
    """The pages are of the newest content, and this is wrong with it."""
    if not problems:
        return NOTHING
    errors = any(problem.severity == "error" for problem in problems)
    rest = ": the pages show what is unknown because of it." if errors else "."
    return Notice(count(problems) + rest, "error" if errors else "warning", _sorted(problems))


def of_refusal(message: str) -> Notice:
    """The environment did not allow the work."""
    return Notice(f"Not rebuilt, and {_STAY}. {message}", "error")


def of_fault(kind: str) -> Notice:
    """A fault of ours."""
    return Notice(f"A fault of Tieout ({kind}), told in the terminal: {_STAY}. The next save tries again.", "error")


def count(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`; what there is none of is left out."""
    errors = sum(problem.severity == "error" for problem in problems)
    counted = ((errors, "error"), (len(problems) - errors, "warning"))
    return ", ".join(words.plural(number, noun) for number, noun in counted if number)


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """In the one order of problems, errors first."""
    return tuple(sorted(problems, key=lambda problem: (problem.severity != "error", problem.order)))


def render(notice: Notice) -> str:
    """The notice as HTML; nothing for none. Foreign text is escaped and its invisible characters are shown."""
    if not notice.sentence:
        return ""
    head = f"<strong>{_text(notice.sentence)}</strong>"
    if not notice.problems:
        return f'<aside class="tieout-serve {notice.tone}" aria-label="tieout serve"><p>{head}</p></aside>'
    lines = "".join(map(_line, notice.problems[:MOST]))
    left = len(notice.problems) - MOST
    more = f"<li>{words.digits(left)} more: <code>tieout check</code> lists them all</li>" if left > 0 else ""
    opened = " open" if notice.tone == "error" else ""
    return (
        f'<aside class="tieout-serve {notice.tone}" aria-label="tieout serve"><details{opened}>'
        f"<summary>{head}</summary><ul>{lines}{more}</ul></details></aside>"
    )


def _line(problem: Problem) -> str:
    place = f"<code>{_text(str(problem.source))}</code>: " if str(problem.source) else ""
    severity = f'<span class="{problem.severity}">{problem.severity}</span>'
    return f"<li>{place}{severity}: {_text(problem.message)} <code>[{_text(problem.code)}]</code></li>"


def _text(text: str) -> str:
    return escape(words.visible(text))
