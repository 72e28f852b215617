"""All saved files -> the lines and answers that a records repository gains, and an account of everything that was read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tieout.forges import github, gitlab, graphql
from tieout.forges.answers import Item, UnreadableError, parse_answers
from tieout.forges.asked import Asked
from tieout.forges.deployments import make_deployments
from tieout.forges.facts import Fact, Told
from tieout.forges.lines import Added, add_lines
from tieout.forges.reviews import make_reviews
from tieout.problems import Problem, Source, error
from tieout.text.words import human_list, visible

EXPECTED = (
    "a pull or merge request, its reviews, approvals, notes, versions or commits, check-runs, statuses or jobs, a "
    "deployment or its statuses"
)


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of the files. With an error among the problems nothing is to be written."""

    added: Added
    read: Mapping[str, int]  # objects, by their kind
    left: Mapping[str, int]  # what became no part of a record, by the reason
    reviews: int = 0
    deployments: int = 0


def collect(
    saved: Mapping[str, bytes], standing: Mapping[str, bytes], asked: Asked
) -> tuple[Collected, tuple[Problem, ...]]:
    """`saved` are the answers by the name of their file, `standing` the files of records that are there by path."""
    read, problems = _read(saved)
    told = [one.told for one in read]
    facts: list[Fact] = [fact for one in told for fact in one.facts]
    incomplete = frozenset(number for one in told for number in one.incomplete)
    reviews, left = make_reviews(facts, incomplete, asked)
    deployments, more = make_deployments(facts, asked)
    left += more
    left.update(one.left for one in told if one.left)
    problems += _mixed(read)
    added = add_lines([*reviews, *deployments], standing)
    if added.too_long:
        left[f"records longer than any reader takes ({human_list(added.too_long)})"] += len(added.too_long)
    kinds = Counter(one.kind for one in told)
    collected = Collected(
        added,
        dict(sorted(kinds.items())),
        {why: left[why] for why in sorted(left) if left[why]},
        len(reviews),
        len(deployments),
    )
    return collected, tuple(sorted(problems, key=lambda problem: problem.order))


class Read(NamedTuple):
    """What an object of a file tells."""

    file: str
    told: Told


def _read(saved: Mapping[str, bytes]) -> tuple[list[Read], list[Problem]]:
    found: list[Read] = []
    problems = []
    for file in sorted(saved):
        try:
            found += [Read(file, _recognise(item)) for item in parse_answers(saved[file], file)]
        except UnreadableError as fault:
            problems.append(error("answer-unreadable", f"this is no answer of a forge: {fault}", Source(path=file)))
    return found, problems


def _recognise(item: Item) -> Told:
    for read in (github.read_item, graphql.read_item, gitlab.read_item):
        if told := read(item):
            return told
    keys = human_list(visible(key) for key in sorted(item.value)[:6]) or "nothing"
    raise UnreadableError(f"object {item.place} of it has {keys}; expected {EXPECTED}")


def _mixed(read: Sequence[Read]) -> list[Problem]:
    """Answers of several repositories would become changes of one."""
    first: dict[str, str] = {}
    for one in read:
        if one.told.origin:
            first.setdefault(one.told.origin, one.file)
    (origin, file), *others = first.items() or [("", "")]
    return [
        error(
            "answers-of-several",
            f"this speaks of {other}, and {file} of {origin}; collect each repository by itself, with its own --repo",
            Source(path=place),
        )
        for other, place in others
    ]
