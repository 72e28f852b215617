"""What is wrong with new records, told where a person mends it: a wrong default once, at its line of the mapping."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tieout.content.imports.drafting import Draft
from tieout.content.imports.mapping import ColumnMap
from tieout.problems import Problem, Source
from tieout.text import frontmatter, yaml
from tieout.text.words import plural
from tieout.text.yaml import Place

_Keys = dict[tuple[str, int], list[tuple[Place, str]]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft in the file that it would be written to."""

    draft: Draft
    line: int = 1  # on which it begins


def once(problems: Iterable[Problem], placed: Mapping[str, Sequence[Placed]], given: ColumnMap) -> list[Problem]:
    """The problems of new records; those that come of a default are one, which says how many records have it."""
    known: _Keys = {}
    repeated: dict[Problem, int] = {}
    rest: list[Problem] = []
    for problem in problems:
        path = _default(problem, _at(problem, placed), known) if given.defaults else ""
        if path:
            told = replace(problem, source=given.parsed.source(("defaults", path), given.file))
            repeated[told] = repeated.get(told, 0) + 1
        else:
            rest.append(problem)
    return [
        replace(problem, message=f"defaults: {problem.message} ({plural(count, 'record')})")
        for problem, count in repeated.items()
    ] + rest


def draft_at(problem: Problem, placed: Mapping[str, Sequence[Placed]]) -> Draft | None:
    """The draft that a problem is in."""
    one = _at(problem, placed)
    return one.draft if one else None


def _at(problem: Problem, placed: Mapping[str, Sequence[Placed]]) -> Placed | None:
    inside = placed.get(problem.source.path, ())
    after = bisect_right(inside, problem.source.line, key=lambda one: one.line)
    return inside[after - 1] if after else None


def _default(problem: Problem, one: Placed | None, known: _Keys) -> str:
    """The path of the default that a problem is about; empty where it is about anything else."""
    line, column = problem.source.line, problem.source.column
    if one is None or not one.draft.defaults:
        return ""
    at = (problem.source.path, one.line)
    if at not in known:
        known[at] = _keys(one)
    before = [path for place, path in known[at] if place <= (line, column)]
    return next((path for path in one.draft.defaults if before and f"{before[-1]}.".startswith(f"{path}.")), "")


def _keys(placed: Placed) -> list[tuple[Place, str]]:
    """Where the names of the fields stand, in order, with their paths."""
    matter, _, above, _ = frontmatter.split(placed.draft.text.encode())
    data = matter or placed.draft.text.encode()
    parsed = yaml.parse(data, Source(line=placed.line + above))
    names = [(place, ".".join(part for part in path if isinstance(part, str))) for path, place in parsed.keys.items()]
    end = placed.line + above + data.count(b"\n")
    return [*sorted(names), ((end, 0), "")]
