"""What a pull request does, as the Markdown of a comment, and the same as JSON. Counts and order come from `views.review.impact`.

Sections stand in the order in which a reviewer needs them: what is wrong, what it does, what to look at again, what changed.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from tieout.model.differences import Difference, count_words, edits
from tieout.model.results import Gap
from tieout.output import exports
from tieout.output.comment import MOST, code, text
from tieout.text.words import digits, human_day, human_list, plural
from tieout.views.review.answered import CoverageChange, Lapsed, StateChange
from tieout.views.review.compared import FileChange, ProblemChange, RecordChange
from tieout.views.review.impact import Impact, Level, RiskChange, TraceChange
from tieout.views.review.suspects import Suspect
from tieout.views.review.touched import ISO, Concerned, Moved

Item = TypeVar("Item")

SCHEMA = 1
MARK = "<!-- tieout review -->"  # the first line: a later run finds its own comment by it
_SIGNS = {"added": "new", "changed": "changed", "removed": "removed", "moved": "moved"}
_TITLES = {"soa": "Statement of applicability", "method": "Risk method", "checks": "Settings of checks"}
_AROUND = 4  # words shown on either side of a change
_MOST_EDITED = 40  # words; beyond them a text's changes are counted only


@dataclass(frozen=True, slots=True)
class Caps:
    """How much is shown before `and N more`."""

    items: int
    fields: int
    longest: int


# The first that fits into one comment is taken.
CAPS = (Caps(40, 12, 400), Caps(20, 6, 200), Caps(8, 3, 120), Caps(3, 1, 60))


def render(impact: Impact, most: int = MOST) -> str:
    """Markdown of at most `most` characters."""
    found = ""
    for caps in CAPS:
        found = "\n".join(_lines(impact, caps)).rstrip("\n") + "\n"
        if len(found) <= most:
            return found
    cut = "\n… and more than a comment holds; run `tieout review` to read it whole.\n"
    return found[: found.rfind("\n", 0, most - len(cut)) + 1] + cut


def render_json(impact: Impact) -> str:
    """The same as one object; names and shapes are stable within a `schema`."""
    body = exports.plain(impact)
    if not isinstance(body, dict):
        raise TypeError("an impact is an object")
    return json.dumps({"schema": SCHEMA, **body, "errors": impact.errors}, indent=1, ensure_ascii=True) + "\n"


def _lines(impact: Impact, caps: Caps) -> Iterator[str]:
    what = impact.compared
    yield MARK
    yield f"**{text(impact.headline, 600)}**"
    yield ""
    yield (
        f"<sub>{text(what.base)} → {text(what.head)}, both judged as of {human_day(what.as_of)} "
        "against the same histories.</sub>"
    )
    yield ""
    for sentence in what.unknown:
        yield f"> {text(sentence, 600)}"
        yield ""
    for title, lines in _sections(impact, caps):
        shown = list(lines)
        if shown:
            yield f"### {title}"
            yield ""
            yield from shown
            yield ""


def _sections(impact: Impact, caps: Caps) -> Iterator[tuple[str, Iterable[str]]]:
    yield "New problems", _problems(impact, caps)
    yield "Problems mended", _capped(impact.mended, caps, _problem)
    yield "Residual risk", _risks(impact, caps)
    yield "Statement of applicability", _soa(impact)
    yield "Coverage by requirement set", _capped(impact.coverage, caps, _coverage)
    yield "Gaps opened", _capped(impact.opened, caps, _gap)
    yield "Gaps closed", _capped(impact.closed, caps, _gap)
    yield "Gaps that no longer count, though nothing was mended", _lapsed(impact.lapsed, caps)
    yield "Traces", _traces(impact, caps)
    yield "Look at again", _suspects(impact.suspects, caps, "; these rely on it and were not looked at again")
    yield (
        "Looked at again",
        _suspects(impact.settled, caps, " since these were last looked at, and they are looked at now"),
    )
    yield "Days that moved", _capped(impact.days, caps, _moved)
    yield "Whom it concerns", _concerned(impact, caps)
    yield "Records", _records(impact.records, caps)
    yield "Other files", _capped(impact.files, caps, _file)


def _capped(items: Sequence[Item], caps: Caps, line: Callable[[Item, Caps], str]) -> Iterator[str]:
    yield from (f"- {line(item, caps)}" for item in items[: caps.items])
    if len(items) > caps.items:
        yield f"- … and {digits(len(items) - caps.items)} more"


def _named(id_: str, title: str) -> str:
    if not id_:
        return f"**{text(title)}**"
    return f"**{text(id_)}** {text(title)}" if title and title != id_ else f"**{text(id_)}**"


# --- problems ------------------------------------------------------------------------------------------------------


def _problems(impact: Impact, caps: Caps) -> Iterator[str]:
    yield from _capped(impact.problems, caps, _problem)
    if impact.errors:
        yield ""
        yield "With an error in the newest content `tieout build` publishes nothing; `tieout explain CODE` tells what each means."


def _problem(problem: ProblemChange, caps: Caps) -> str:
    place = f"{code(str(problem.source))}: " if str(problem.source) else ""
    return f"{problem.severity}: {place}{text(problem.message, caps.longest)} ({code(problem.code)})"


# --- risks ---------------------------------------------------------------------------------------------------------


def _risks(impact: Impact, caps: Caps) -> Iterator[str]:
    yield from _capped(impact.risks, caps, _risk)
    before, after = impact.above_appetite
    if impact.risks:
        yield f"- Above appetite: {plural(after, 'risk')}{'' if before == after else f' (before: {before})'}"


def _risk(change: RiskChange, _: Caps) -> str:
    name = _named(change.id, change.title)
    old, new = change.old, change.new
    if new is None:
        return f"{name}: removed; its residual score was {_score(old)}" if old else name
    if old is None:
        return f"{name}: new, inherent {new.inherent}, residual {_score(new)}{_appetite(new)}"
    parts = []
    if old.score != new.score or old.band != new.band:
        parts.append(f"residual {_score(old)} → {_score(new)}{_appetite(new)}")
    if old.inherent != new.inherent:
        parts.append(f"inherent {old.inherent} → {new.inherent}")
    if old.appetite != new.appetite:
        parts.append(f"appetite {_limit(old)} → {_limit(new)}")
    if old.above != new.above and old.score == new.score:
        parts.append("now above appetite" if new.above else "no longer counted above appetite")
    if old.status != new.status:
        parts.append(f"{text(old.status)} → {text(new.status)}")
    if old.accepted_by != new.accepted_by:
        parts.append(f"accepted by {text(new.accepted_by)}" if new.accepted_by else "acceptance withdrawn")
    elif new.accepted_by and new.score > old.score:
        parts.append(f"{text(new.accepted_by)} accepted it at {old.score}, not at {new.score}")
    return f"{name}: {'; '.join(parts)}"


def _score(level: Level | None) -> str:
    if level is None:
        return "not stated"
    return f"{level.score} ({text(level.band)})" if level.band else str(level.score)


def _limit(level: Level) -> str:
    return "not stated" if level.appetite is None else str(level.appetite)


def _appetite(level: Level) -> str:
    if level.appetite is None:
        return ", no appetite is stated"
    return f", {'above' if level.above else 'within'} the appetite of {level.appetite}"


# --- the statement of applicability, coverage, gaps, traces --------------------------------------------------------


def _soa(impact: Impact) -> Iterator[str]:
    changed = [f"{claim} {old} → {new}" for claim, old, new in impact.soa if old != new]
    same = [f"{claim} {new}" for claim, old, new in impact.soa if old == new]
    beside = f"; as before: {', '.join(same)}" if same else ""
    if changed:
        yield f"- {', '.join(changed)}{beside}. The rows stand below."


def _coverage(change: CoverageChange, caps: Caps) -> str:
    old, new, title = change.old, change.new, text(change.title)
    if new is None:
        was = f" (before: {old.covered} of {old.applicable} covered)" if old else ""
        return f"{title}: binds no longer: no licence in force and no audit held names it{was}"
    if old is None:
        return f"{title}: binds now; {new.covered} of {new.applicable} covered with fresh evidence"
    if change.set != ISO:
        before = "" if old == new else f" (before: {old.covered} of {old.applicable})"
        moved = f"; {_states(change.moved, caps)}" if change.moved else ""
        return f"{title}: {new.covered} of {new.applicable} covered with fresh evidence{before}{moved}"
    return (
        f"{text(change.title)}: {_from_to(old.applicable, new.applicable)} applicable; of these "
        f"{_from_to(old.implemented, new.implemented)} claimed as implemented, "
        f"{_from_to(old.covered, new.covered)} with an implemented control"
    )


def _states(moved: Sequence[StateChange], caps: Caps) -> str:
    """The requirements by how they moved: `RTS-12 and RTS-13 covered → not applicable`."""
    ways = dict.fromkeys((one.old, one.new) for one in moved)
    told = (
        f"{_few([one.id for one in moved if (one.old, one.new) == way], caps)} {_state(way[0])} → {_state(way[1])}"
        for way in ways
    )
    return ", ".join(told)


def _state(state: str) -> str:
    return text(state.replace("-", " ")) or "not there"


def _from_to(old: int, new: int) -> str:
    return str(new) if old == new else f"{old} → {new}"


def _gap(gap: Gap, caps: Caps) -> str:
    return f"{text(gap.sentence, caps.longest)} ({code(gap.id)})"


def _lapsed(found: Sequence[Lapsed], caps: Caps) -> Iterator[str]:
    """By the reason, since one reason often takes many gaps away."""
    for why in dict.fromkeys(one.why for one in found):
        yield f"- {text(why)}:"
        yield from (f"  {line}" for line in _capped([one.gap for one in found if one.why == why], caps, _gap))


def _traces(impact: Impact, caps: Caps) -> Iterator[str]:
    found = impact.traces
    yield from _capped(found.changed, caps, _trace)
    if found.changed:
        yield (
            f"- Complete from threat to evidence: {found.new_complete} of {found.new_total} "
            f"(before: {found.old_complete} of {found.old_total})"
        )


def _trace(change: TraceChange, caps: Caps) -> str:
    words = {None: "none", True: "complete", False: "incomplete"}
    broken = f": {text(' '.join(change.breaks[:2]), caps.longest)}" if change.new is False and change.breaks else ""
    return f"{_named(change.id, change.title)}: {words[change.old]} → {words[change.new]}{broken}"


# --- suspect links -------------------------------------------------------------------------------------------------


def _suspects(found: Sequence[Suspect], caps: Caps, told: str) -> Iterator[str]:
    """By target: what of it changed, and the records that rely on it."""
    groups = [
        (key, list(group))
        for key, group in groupby(found, lambda one: (one.target_register, one.target, one.target_title, one.fields))
    ]
    for (_, target, title, fields), group in groups[: caps.items]:
        yield f"- {_named(target, title)}: {human_list(map(text, fields))} changed{told}:"
        yield from (f"  {line}" for line in _capped(group, caps, _looker))
    if len(groups) > caps.items:
        yield f"- … and {digits(len(groups) - caps.items)} more"


def _looker(suspect: Suspect, _: Caps) -> str:
    return f"{_named(suspect.id, suspect.title)}, {text(suspect.link.replace('_', ' '))}"


# --- days, services, licences, audits ------------------------------------------------------------------------------


def _moved(moved: Moved, _: Caps) -> str:
    days = (moved.new - moved.old).days
    way = f"{plural(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
    return f"{_named(moved.id, moved.title)}: {text(moved.field)} {moved.old} → {moved.new}, {way}"


def _concerned(impact: Impact, caps: Caps) -> Iterator[str]:
    if impact.services:
        names = f"all {len(impact.services)}" if impact.all_services else _few(impact.services, caps)
        yield f"- Services: {names}"
    services = impact.services if impact.all_services else ()
    for licence in impact.licences[: caps.items]:
        yield f"- Licence {_named(licence.id, licence.title)} ({text(licence.about)}): {_by(licence, services, caps)}"
    for audit in impact.audits[: caps.items]:
        yield f"- Audit {_named(audit.id, audit.title)} ({text(audit.about)}): {_by(audit, services, caps)}"


def _by(concerned: Concerned, everything: tuple[str, ...], caps: Caps) -> str:
    services = concerned.services
    by = f"all {len(services)} services" if services and services == everything else _few(services, caps)
    whom = human_list(part for part in (by, _few(concerned.sets, caps)) if part)
    return "; ".join(part for part in (_own(concerned, caps), whom) if part)


def _own(concerned: Concerned, caps: Caps) -> str:
    """What became of the record of a licence or an audit itself."""
    if concerned.how != "changed":
        return f"its record is {_SIGNS[concerned.how]}" if concerned.how else ""
    told = "; ".join(_difference(one, caps) for one in concerned.own[: caps.fields])
    return f"its own record changes ({told}{'; …' if len(concerned.own) > caps.fields else ''})"


def _few(ids: Sequence[str], caps: Caps) -> str:
    shown = ", ".join(text(id_) for id_ in ids[: caps.items])
    return shown + (f" and {len(ids) - caps.items} more" if len(ids) > caps.items else "")


# --- records and files ---------------------------------------------------------------------------------------------


def _records(changes: Sequence[RecordChange], caps: Caps) -> Iterator[str]:
    for name, group in groupby(changes, lambda change: change.register):
        of_register = list(group)
        title = _TITLES.get(name, name.capitalize())
        yield f"**{title}** ({_tally(of_register)})"
        yield ""
        for change in of_register[: caps.items]:
            yield from _record(change, caps)
        if len(of_register) > caps.items:
            yield f"- … and {digits(len(of_register) - caps.items)} more"
        yield ""


def _tally(changes: Sequence[RecordChange]) -> str:
    counts = [(sum(change.how == how for change in changes), sign) for how, sign in _SIGNS.items()]
    return ", ".join(f"{digits(count)} {sign}" for count, sign in counts if count)


def _record(change: RecordChange, caps: Caps) -> Iterator[str]:
    if change.how != "changed":
        said = "; ".join(_said(one, caps) for one in change.fields[: caps.fields])
        yield f"- {_SIGNS[change.how]}: {_named(change.name, change.title)}{f': {said}' if said else ''}"
        return
    yield f"- {_named(change.name, change.title)}"
    yield from (f"  - {_difference(one, caps)}" for one in change.fields[: caps.fields])
    if len(change.fields) > caps.fields:
        yield f"  - … and {digits(len(change.fields) - caps.fields)} more fields"


def _said(one: Difference, caps: Caps) -> str:
    return f"{text(one.field)} {text(one.new or one.old, min(caps.longest, 120))}"


def _difference(one: Difference, caps: Caps) -> str:
    name = text(one.field)
    if one.old and one.new and one.is_long:
        return f"{name}: {_edited(one, caps)}"
    if not one.old:
        return f"{name}: added {text(one.new, caps.longest)}"
    if not one.new:
        return f"{name}: removed {text(one.old, caps.longest)}"
    return f"{name}: {text(one.old, caps.longest)} → {text(one.new, caps.longest)}"


def _edited(one: Difference, caps: Caps) -> str:
    """A long text by its changed words, or by how many they are."""
    added, removed = count_words(one.old, one.new)
    runs = edits(one.old, one.new)
    changed = sum(len(run.text.split()) for run in runs if run.kind != "kept")
    counted = f"text changed: +{digits(added)} −{digits(removed)} words"
    if not changed:
        return "text changed: line breaks and spaces only"
    shown = " ".join(_run(run.kind, run.text, at, len(runs)) for at, run in enumerate(runs))
    return counted if changed > _MOST_EDITED or len(shown) > 2 * caps.longest else shown


def _run(kind: str, words: str, place: int, count: int) -> str:
    if kind == "removed":
        return f"~~{text(words, 10_000)}~~"
    if kind == "added":
        return f"**{text(words, 10_000)}**"
    split = words.split()
    before = [] if place == 0 else split[:_AROUND]
    after = [] if place == count - 1 else split[max(len(before), len(split) - _AROUND) :]
    gap = ["…"] if len(before) + len(after) < len(split) else []
    return text(" ".join([*before, *gap, *after]), 10_000)


def _file(file: FileChange, caps: Caps) -> str:
    return f"{_SIGNS[file.how]}: {code(file.path)}: {text(file.what, caps.longest)}"
