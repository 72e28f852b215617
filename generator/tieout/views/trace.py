"""The picture of one risk's trace: threat, risk, control, Annex A, stage, check, evidence.

One row a control; the rule under the row is the link. A missing link is a broken line that ends in its sentence.
Text is wrapped by the number of its characters, as no font can be measured here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from textwrap import wrap
from types import MappingProxyType

from tieout.model.records import Risk
from tieout.model.results import Outcome, Trace, TraceEvidence, TraceRow
from tieout.text.words import plural, visible
from tieout.views import addresses, sizes, words
from tieout.views.page import Link, Picture, Shape
from tieout.views.snapshot import Snapshot

WIDTH = 960
LINE = 14  # height of a line of text
TOP = 34  # below the heads
RISK, CONTROL, ANNEX, STAGE, CHECK, EVIDENCE = 128, 270, 472, 586, 666, 844
SPINE, BAR, BRANCH = 252, 578, 652  # where the risk branches, the bar of a stage, where a control branches
# characters that fit in a column
IN_THREAT, IN_RISK, IN_CONTROL, IN_CHECK, IN_EVIDENCE, IN_SENTENCE = 18, 20, 32, 23, 18, 48
_STAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "commit-review": ("Commit", "& review"),
        "build-test": ("Build", "& test"),
        "pre-prod": ("Pre-", "production"),
        "deploy-prod": ("Deploy",),
        "run-learn": ("Run", "& learn"),
        "outside": ("Outside",),
    }
)
_TICK = "l-1.4 1.6 4.4 4.2 6.6-8.4-1.6-1.3-5.1 6.5z"
_CROSS = "l1.5-1.5 3 3 3-3 1.5 1.5-3 3 3 3-1.5 1.5-3-3-3 3-1.5-1.5 3-3z"


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of text in a column."""

    text: str
    cls: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A row with its lines, from the top, before it has a place."""

    stage: str
    control: tuple[Piece, ...]
    annex: tuple[tuple[Piece, ...], ...]
    check: tuple[Piece, ...]
    evidence: tuple[Piece, ...]
    mark: str  # a shape of `mark_shape`
    sentence: tuple[Piece, ...] = ()
    breaks_at: int = 0  # x from which the rule is broken; 0: whole
    breaks: bool = False  # whether that breaks the chain
    again: bool = False  # of the control in the row above: its name and Annex A stand there

    @property
    def height(self) -> int:
        right = max(len(self.check), len(self.evidence)) + len(self.sentence)
        return LINE * max(len(self.control), len(self.annex), right, 1) + 10


def picture(snapshot: Snapshot, risk: Risk, trace: Trace) -> Picture:
    """The trace of a risk as strokes and words, 960 units wide."""
    rows = _together([_lay(snapshot, row, breaks=row.gap in trace.breaks) for row in trace.rows])
    told = {row.gap for row in trace.rows}
    rows += [_broken(sentence) for sentence in trace.breaks if sentence not in told]
    rows = rows or [_broken(f"{risk.id} is mitigated by no control.")]
    left = _left_height(snapshot, risk)
    rules = _rules(rows, left)
    shapes = [*_heads(), *_left(snapshot, risk, rules, rules[0] - rows[0].height)]
    for at, (row, y) in enumerate(zip(rows, rules, strict=True)):
        shapes += _row(row, y, rules[at - 1] if row.again else 0)
    shapes += _stage_bars(snapshot, rows, rules)
    height = max(rules[-1], TOP + left) + 8
    title = f"Trace of {risk.id} from its threats to evidence: {plural(len(trace.rows), 'row')}, {plural(len(trace.breaks), 'break')}"
    return Picture(WIDTH, height, title, tuple(shapes), _caption(snapshot, trace), "Trace, scrolls sideways")


def _together(rows: Sequence[Laid]) -> list[Laid]:
    """A control with several checks at one stage is named once; its other checks branch off its line."""
    found = list(rows[:1])
    for above, row in pairwise(rows):
        same = above.control == row.control and above.stage == row.stage and not row.breaks_at and not above.breaks_at
        found.append(replace(row, control=(), annex=(), again=True) if same else row)
    return found


def _caption(snapshot: Snapshot, trace: Trace) -> str:
    services = sorted({service for row in trace.rows for service in row.services})
    whom = f" Counts are for {', '.join(services)}, {words.period(snapshot.date)}." if services else ""
    return "Read along a line: the line is the link. An id is repeated rather than a line crossed." + whom


# --- what a row says -----------------------------------------------------------------------------------------------


def _lay(snapshot: Snapshot, row: TraceRow, *, breaks: bool) -> Laid:
    """A row of a control that is not yet in place breaks nothing: what it lacks is said, and its line is faint."""
    control = snapshot.isms.controls.get(row.control)
    title = control.title if control else ""
    return Laid(
        row.stage,
        (
            Piece(row.control, "t-m", addresses.record("controls", row.control) if control else ""),
            *_lines(title, IN_CONTROL),
        ),
        _annex_lines(snapshot, row.annex_a),
        _enforcement(snapshot, row.enforcement),
        _evidence(snapshot, row.evidence) if row.enforcement or row.evidence.kind != "none" else (),
        _shape_of(row.evidence) if row.enforcement or row.evidence.kind != "none" else "",
        _lines(row.gap, IN_SENTENCE, "no" if breaks else "t-s") if row.gap else (),
        (EVIDENCE - 18 if row.enforcement else CHECK - 2) if row.gap else 0,
        breaks,
    )


def _broken(sentence: str) -> Laid:
    return Laid("", (), (), (), (), "", _lines(sentence, IN_SENTENCE, "no"), SPINE, breaks=True)


def _lines(text: str, width: int, cls: str = "", href: str = "") -> tuple[Piece, ...]:
    return tuple(Piece(part, cls, href) for part in wrap(visible(text), width))


def _annex_lines(snapshot: Snapshot, ids: Iterable[str]) -> tuple[tuple[Piece, ...], ...]:
    """Three ids a line."""
    pieces = []
    for id_ in ids:
        link = words.annex_a(snapshot.isms, id_)
        pieces.append(Piece(link.text, "t-m", link.href if isinstance(link, Link) else ""))
    return tuple(tuple(pieces[at : at + 3]) for at in range(0, len(pieces), 3))


def _enforcement(snapshot: Snapshot, text: str) -> tuple[Piece, ...]:
    """What enforces the control, with the page that explains it."""
    parts = words.reference(snapshot.isms, snapshot.judgement, text) if text else ()
    href = next((part.href for part in parts if isinstance(part, Link)), "")
    return _lines(words.plain(parts), IN_CHECK, "", href)


def _evidence(snapshot: Snapshot, shown: TraceEvidence) -> tuple[Piece, ...]:
    """The count or the words, then the day; leads to the newest failing item, else to the newest passing one."""
    href = words.item_href(snapshot.isms, snapshot.facts, shown.worst_kind, shown.worst) if shown.worst else ""
    href = href or words.item_href(snapshot.isms, snapshot.facts, shown.newest_kind, shown.newest)
    if shown.kind == "evidence" and shown.newest in snapshot.isms.evidence:
        href = addresses.record("evidence", shown.newest)
    bad = "no t-b" if shown.outcome is Outcome.FAIL else ""
    counted = words.of(shown.passed, shown.population) if shown.population else ""
    first = _lines(counted or _silent(shown), IN_EVIDENCE, bad, href)
    name = _lines(shown.newest, IN_EVIDENCE, "t-m", href) if shown.kind == "evidence" else ()
    day = (Piece(words.evidence_day(snapshot.facts, shown), "t-s"),) if shown.day and not name else ()
    return (*first, *(name if name and name[0].text != (first[0].text if first else "") else ()), *day)


def _silent(shown: TraceEvidence) -> str:
    if shown.kind == "check" and shown.outcome is None:
        return "did not occur"
    return shown.words or "nothing is recorded"


def _shape_of(shown: TraceEvidence) -> str:
    if shown.outcome is None:
        return "none" if shown.kind == "check" else "gap"
    return {Outcome.NOT_APPLICABLE: "none"}.get(shown.outcome, shown.outcome.value)


# --- where it stands -----------------------------------------------------------------------------------------------


def _rules(rows: Sequence[Laid], left: int) -> list[int]:
    """The y of the rule under each row; more air where the stage changes."""
    y, found = TOP, []
    for at, row in enumerate(rows):
        y += row.height + (12 if at and row.stage != rows[at - 1].stage else 0)
        found.append(y)
    shift = max(0, (left - (y - TOP)) // 2)
    return [rule + shift for rule in found]


def _heads() -> list[Shape]:
    places = (
        (0, "Threat"),
        (RISK, "Risk"),
        (CONTROL - 2, "Control"),
        (ANNEX - 2, "Annex A"),
        (BAR, "Stage"),
        (CHECK - 2, "Check"),
        (EVIDENCE - 18, "Evidence in the period"),
    )
    return [*(_text(x, 12, Piece(title, "t-s")) for x, title in places), Shape("path", "hr", "M0 22H960")]


def _text(x: float, y: float, piece: Piece) -> Shape:
    return Shape("text", piece.cls, x=x, y=y, text=piece.text, href=piece.href)


def _column(x: float, bottom: float, pieces: Sequence[Piece]) -> list[Shape]:
    """Lines of text that end at a baseline."""
    return [_text(x, bottom - LINE * (len(pieces) - 1 - at), piece) for at, piece in enumerate(pieces)]


def _row(row: Laid, y: int, above: int) -> list[Shape]:
    """`above`: the rule from which the row branches off; 0 where it comes from the spine."""
    whole = row.breaks_at or WIDTH
    start = f"M{BRANCH} {above}V{y}" if above else f"M{SPINE} {y}"
    shapes = [Shape("path", "ln", f"{start}H{whole}")] if whole > SPINE else []
    if row.breaks_at:
        shapes.append(Shape("path", "no-l dash" if row.breaks else "ln dash", f"M{row.breaks_at} {y}H{WIDTH}"))
    first = BRANCH if above else 0
    shapes += [Shape("circle", "dot", x=x, y=y, w=2) for x in (CONTROL - 2, ANNEX - 2, CHECK - 2) if first < x < whole]
    base = y - 6
    shapes += _column(CONTROL, base, row.control)
    for at, line in enumerate(row.annex):
        x = float(ANNEX)
        for piece in line:
            shapes.append(_text(x, base - LINE * (len(row.annex) - 1 - at), piece))
            x += 6.76 * (len(piece.text) + 1)
    above = base - LINE * len(row.sentence)
    shapes += _column(CHECK, above, row.check)
    shapes += _column(EVIDENCE, above, row.evidence)
    shapes += _column(CHECK, base, row.sentence)
    if row.mark:
        first = above - LINE * (len(row.evidence) - 1)
        shapes += mark(row.mark, EVIDENCE - 15, first)
    return shapes


def mark(shape: str, x: float, base: float) -> list[Shape]:
    """The shape of an outcome before a text whose baseline is `base`."""
    strokes = {
        "pass": ("ok", f"M{x:g} {base - 3.5:g}{_TICK}"),
        "fail": ("no", f"M{x:g} {base - 6:g}{_CROSS}"),
        "excepted": ("ex", f"M{x + 4:g} {base - 8.5:g}l4.5 4.5-4.5 4.5-4.5-4.5zm0 2.5l-2 2 2 2 2-2z"),
        "gap": ("no", f"M{x:g} {base - 5:g}h4v3h-4zM{x + 6:g} {base - 5:g}h4v3h-4z"),
    }
    if shape in strokes:
        cls, d = strokes[shape]
        return [Shape("path", cls, d)]
    if shape == "unknown":
        return [Shape("text", "un t-b", x=x, y=base, text="?")]
    return [Shape("circle", "ln", x=x + 4, y=base - 4, w=3.5)]


def _stage_bars(snapshot: Snapshot, rows: Sequence[Laid], rules: Sequence[int]) -> list[Shape]:
    """A bar beside the rows of one stage, with its name once, linked to the pipeline."""
    shapes: list[Shape] = []
    at = 0
    href = addresses.index("pipelines") if snapshot.isms.pipelines else ""
    while at < len(rows):
        last = at
        while last + 1 < len(rows) and rows[last + 1].stage == rows[at].stage:
            last += 1
        if rows[at].stage:
            top = rules[at] - rows[at].height + 10
            shapes.append(Shape("path", "thick", f"M{BAR} {top}V{rules[last]}"))
            pieces = tuple(Piece(part, "", href) for part in _STAGES.get(rows[at].stage, (rows[at].stage,)))
            shapes += _column(STAGE, top + LINE * len(pieces) - 4, pieces)
        at = last + 1
    return shapes


# --- the left side: threats and the risk ---------------------------------------------------------------------------


def _threat(snapshot: Snapshot, id_: str) -> tuple[Piece, ...]:
    found = snapshot.isms.threats.get(id_)
    href = addresses.record("threats", id_) if found else ""
    return (Piece(id_, "t-m", href), *_lines(found.title if found else "not in the register", IN_THREAT))


def _left_height(snapshot: Snapshot, risk: Risk) -> int:
    threats = sum(LINE * len(_threat(snapshot, id_)) + 24 for id_ in risk.threats)
    return max(threats, 2 * LINE * (len(wrap(risk.title, IN_RISK)) + 1))


def _left(snapshot: Snapshot, risk: Risk, rules: Sequence[int], top: int) -> list[Shape]:
    """Threats and risk beside the middle of the rows; `top` is where the first row begins."""
    threats = [_threat(snapshot, id_) for id_ in risk.threats]
    blocks = [LINE * len(pieces) + 24 for pieces in threats]
    middle = (top + rules[-1]) / 2
    shapes = _risk(snapshot, risk, middle)
    y = max(float(TOP), middle - sum(blocks) / 2)
    for pieces, height in zip(threats, blocks, strict=True):
        rule = y + height - 12
        shapes += _column(0, rule - 6, pieces)
        shapes.append(Shape("path", "ln", f"M0 {rule:g}H112V{middle:g}H{RISK}"))
        shapes.append(Shape("circle", "dot", x=0, y=rule, w=2.5))
        y += height
    if not threats:
        shapes += _column(0, middle - 6, _lines(f"{risk.id} names no threat.", IN_THREAT, "no"))
        shapes.append(Shape("path", "no-l dash", f"M0 {middle:g}H{RISK}"))
    spine_top, spine_end = min(rules[0], middle), max(rules[-1], middle)
    return [*shapes, Shape("path", "ln", f"M{SPINE} {spine_top:g}V{spine_end:g}")]


def _risk(snapshot: Snapshot, risk: Risk, middle: float) -> list[Shape]:
    size = f"residual {snapshot.isms.score(risk.residual)}, {risk.residual.likelihood} × {risk.residual.impact}"
    appetite = sizes.appetite(snapshot.isms, risk)
    told = (Piece(size, "t-s"), Piece(f"appetite {appetite}" if appetite is not None else "no appetite stated", "t-s"))
    above = (Piece(risk.id, "t-m t-b"), *_lines(risk.title, IN_RISK))
    return [
        *_column(RISK, middle - 8, above),
        *(_text(RISK, middle + 18 + LINE * at, piece) for at, piece in enumerate(told)),
        Shape("circle", "on", x=RISK, y=middle, w=3.5),
        Shape("path", "thick", f"M{RISK} {middle:g}H{SPINE}"),
    ]
