"""Foreign text inside the Markdown of a comment on a forge: shown, and never obeyed.

A comment notifies whom it mentions, links what it names and renders what it holds. So no text of a record may mention a
person or team, refer to an issue, link, embed, open a code fence, or hide anything. GitHub's and GitLab's dialects.
"""

import re

from tieout.text.words import visible

MOST = 65_536  # characters of a comment on GitHub; GitLab takes more
LONGEST = 200  # of one text that stands in a line
_HOLD = "&#8203;"  # a space without width: what it stands in is no mention, reference or address any more

_ESCAPED = re.compile(r"[\\`*_\[\]|~$^=]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# @team, #12, !45, ~label, %milestone, $snippet, &epic; GH-12; an address; :emoji:
_REFERRING = re.compile(r"(?<=[@#!%&~$])(?=[\w\[\"'-])|(?<=\bGH-)(?=[0-9])|(?<=:)(?=[\w+-]+:)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<=:)(?=//)|\b(?<=www)(?=\.)|(?<=\bmailto)(?=:)|(?<=\bxmpp)(?=:)", re.IGNORECASE)
# At the start of an item: a heading, a quotation, a list in the list.
_OPENING = re.compile(r"^([0-9]+(?=[.)])|(?=[#+>=-]))(.)")
_MARK = "\ue000"  # for _HOLD, until all else is escaped; a private character of the text itself is shown as its code


def text(foreign: str, longest: int = LONGEST) -> str:
    """A text on one line, at most `longest` characters of it, that means nothing but itself."""
    shown = " ".join(visible(foreign).replace(_MARK, "⟨U+E000⟩").split())
    if len(shown) > longest:
        shown = shown[: longest - 1].rstrip() + "…"
    held = _REFERRING.sub(_MARK, _ADDRESS.sub(_MARK, shown))
    escaped = _ESCAPED.sub(lambda match: "\\" + match[0], re.sub("[&<>]", lambda match: _ENTITIES[match[0]], held))
    start = _OPENING.sub(r"\1\\\2", escaped, count=1)
    return start.replace(_MARK, _HOLD)


def code(foreign: str, longest: int = LONGEST) -> str:
    """A path or a code as a code span, in a fence longer than any inside."""
    shown = " ".join(visible(foreign).split())
    if len(shown) > longest:
        shown = "…" + shown[len(shown) - longest + 1 :]
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    room = " " if len(fence) > 1 or not shown else ""
    return f"{fence}{room}{shown}{room}{fence}"
