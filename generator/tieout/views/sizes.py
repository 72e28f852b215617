"""How large risks are: bands, appetite, and the matrix as a picture and as a table."""

from collections.abc import Iterable, Mapping
from typing import Literal

from tieout.model.records import Risk, Size
from tieout.model.registers import Isms
from tieout.views import addresses, words
from tieout.views.page import Cell, Column, Inline, Link, Picture, Row, Shape, Table, Text

Band = Literal["", "h1", "h2", "h3", "h4"]
_BANDS: tuple[Band, ...] = ("h1", "h2", "h3", "h4")
_TOPS = (4, 9, 14, 25)  # highest score of each band where the method names none
_CELL, _LEFT, _TOP = 44, 24, 22  # of the picture


def appetite(isms: Isms, risk: Risk) -> int | None:
    """The highest accepted residual score of the risk's area; None where the method states none."""
    stated: Mapping[str, int] = isms.method.appetite if isms.method else {}
    return stated.get(risk.impact_area, stated.get("default"))


def above(isms: Isms, risk: Risk) -> bool:
    limit = appetite(isms, risk)
    return limit is not None and risk.status != "closed" and isms.score(risk.residual) > limit


def risks_above(isms: Isms) -> tuple[Risk, ...]:
    """Largest first."""
    return by_size(isms, (risk for risk in isms.risks.values() if above(isms, risk)))


def by_size(isms: Isms, risks: Iterable[Risk]) -> tuple[Risk, ...]:
    """Largest residual score first, then by id."""
    return tuple(sorted(risks, key=lambda risk: (-isms.score(risk.residual), risk.id)))


def band(isms: Isms, score: int) -> Band:
    """The shade of a score, from the bands of the method (four shades from the lowest to the highest band)."""
    tops = _tops(isms)
    place = next((at for at, top in enumerate(tops) if score <= top), len(tops) - 1)
    return _BANDS[min(place * len(_BANDS) // len(tops), 3)]


def _tops(isms: Isms) -> tuple[int, ...]:
    stated = isms.method.bands.values() if isms.method else ()
    found = sorted(int(last) for words_ in stated if (last := words_.rpartition("-")[2].strip()).isdigit())
    return tuple(found) or _TOPS


def steps(isms: Isms) -> int:
    """Steps of the scale, five where the method states none."""
    return max(len(isms.method.scale.likelihood), len(isms.method.scale.impact)) if isms.method else 5


def product(size: Size) -> str:
    return f"{size.likelihood} × {size.impact}"


# --- the picture of one risk ---------------------------------------------------------------------------------------


def picture(isms: Isms, risk: Risk) -> Picture:
    """The matrix with I, R and T: before controls, now, intended. The stepped line is the appetite."""
    n = steps(isms)
    shapes = [*_wash(isms, risk, n), *_grid(n), *_points(risk, n)]
    title = f"{risk.id}: likelihood by impact {product(risk.inherent)} before controls, {product(risk.residual)} now"
    title += f", {product(risk.target)} intended" if risk.target else ""
    side = _CELL * n
    return Picture(side + _LEFT + 8, side + _TOP + 36, title, tuple(shapes), small=True)


def _at(likelihood: int, impact: int, n: int) -> tuple[int, int]:
    """Upper left corner of a cell; likelihood upwards, impact to the right."""
    return _LEFT + _CELL * (impact - 1), _TOP + _CELL * (n - likelihood)


def _wash(isms: Isms, risk: Risk, n: int) -> list[Shape]:
    limit = appetite(isms, risk)
    if limit is None:
        return []
    cells = [(li, im) for li in range(1, n + 1) for im in range(1, n + 1) if isms.score_at(li, im) > limit]
    shapes = [Shape("rect", "wash", x=_at(*c, n)[0], y=_at(*c, n)[1], w=_CELL, h=_CELL) for c in cells]
    return [*shapes, *_stairs(isms, limit, n)]


def _stairs(isms: Isms, limit: int, n: int) -> list[Shape]:
    """The line between what is within appetite and what is above it."""
    strokes = []
    for likelihood in range(1, n + 1):
        for impact in range(1, n + 1):
            if isms.score_at(likelihood, impact) <= limit:
                continue
            x, y = _at(likelihood, impact, n)
            if impact > 1 and isms.score_at(likelihood, impact - 1) <= limit:
                strokes.append(f"M{x} {y}V{y + _CELL}")
            if likelihood > 1 and isms.score_at(likelihood - 1, impact) <= limit:
                strokes.append(f"M{x} {y + _CELL}H{x + _CELL}")
    return [Shape("path", "thick", "".join(strokes))] if strokes else []


def _grid(n: int) -> list[Shape]:
    side = _CELL * n
    shapes = []
    for at in range(n + 1):
        y, x = _TOP + _CELL * at, _LEFT + _CELL * at
        shapes.append(Shape("path", "hr", f"M{_LEFT} {y}H{_LEFT + side}M{x} {_TOP}V{_TOP + side}"))
    for step in range(1, n + 1):
        x, y = _at(step, step, n)
        shapes.append(Shape("text", "t-s t-e", x=_LEFT - 8, y=y + 26, text=str(step)))
        shapes.append(Shape("text", "t-s t-c", x=x + _CELL / 2, y=_TOP + side + 15, text=str(step)))
    shapes.append(Shape("text", "t-s t-e", x=_LEFT + side, y=_TOP + side + 30, text="impact"))
    return [*shapes, Shape("text", "t-s", x=0, y=12, text="likelihood")]


def _points(risk: Risk, n: int) -> list[Shape]:
    """Circles I, R and T, side by side where they share a cell."""
    points: list[tuple[str, Size, str, str]] = [("I", risk.inherent, "bx", ""), ("R", risk.residual, "on", " inv")]
    points += [("T", risk.target, "bx dash", "")] if risk.target else []
    shapes = []
    for name, size, circle, ink in points:
        if max(size.likelihood, size.impact) > n:
            continue
        sharing = [
            other for other, place, _, _ in points if (place.likelihood, place.impact) == (size.likelihood, size.impact)
        ]
        x, y = _at(size.likelihood, size.impact, n)
        step = _CELL / (len(sharing) + 1)
        middle = x + step * (sharing.index(name) + 1)
        radius = 12 if len(sharing) == 1 else 7
        shapes.append(Shape("circle", circle, x=middle, y=y + 22, w=radius))
        shapes.append(Shape("text", f"t-c t-b{ink}", x=middle, y=y + 26, text=name))
    return shapes


# --- the table of all risks ----------------------------------------------------------------------------------------


def matrix(isms: Isms, risks: Iterable[Risk]) -> Table:
    """Risks by likelihood (down) and impact (right), with their residual score. Only cells that hold a risk are shaded."""
    n = steps(isms)
    held: dict[tuple[int, int], list[Risk]] = {}
    for risk in risks:
        held.setdefault((risk.residual.likelihood, risk.residual.impact), []).append(risk)
    columns = (
        Column((words.soft("likelihood ↓ impact →"),)),
        *(words.column(_step(isms, "impact", at)) for at in range(1, n + 1)),
    )
    rows = tuple(
        Row(
            (
                words.cell(_step(isms, "likelihood", li)),
                *(_cell(isms, isms.score_at(li, im), held.get((li, im), ())) for im in range(1, n + 1)),
            )
        )
        for li in range(n, 0, -1)
    )
    return Table(columns, rows, "cells", label="Risk matrix")


def _step(isms: Isms, axis: Literal["likelihood", "impact"], step: int) -> str:
    """`3 possible`: the word of the method, which may already begin with its number."""
    stated: tuple[str, ...] = getattr(isms.method.scale, axis) if isms.method else ()
    word = stated[step - 1] if step <= len(stated) else ""
    return word if word.startswith(str(step)) else f"{step} {word}".strip()


def _cell(isms: Isms, score: int, risks: Iterable[Risk]) -> Cell:
    found = by_size(isms, risks)
    if not found:
        return Cell((words.soft(str(score)),))
    parts: list[Inline] = [Text(f"{score} ")]
    parts += words.joined((Link(risk.id, addresses.record("risks", risk.id), "id") for risk in found), " ")
    return Cell(tuple(parts), band=band(isms, score), over=any(above(isms, risk) for risk in found))
