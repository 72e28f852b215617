"""What blobs alone cannot tell, asked of the repositories in a second reading: patches of a few files, trees of merges.

Pure: `undecided` names the files, `repos.patches` reads them, and `with_patches` gives the history that has them; of
merges `unjoined_of`, `repos.joins` and `with_joins` do the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice

from tieout.history import line as lines
from tieout.history import steps
from tieout.history.backlinks import compare_claims, unsettled
from tieout.history.line import Line, complete_id, line_of
from tieout.history.proposals import Comparison, compare_each, compare_files
from tieout.history.records import Record, Records, join_records, read_records
from tieout.history.steps import RawStep, steps_until
from tieout.model.history import BlobPair, History, Joining, TreePair
from tieout.model.settings import Repository

MOST_JOINS = 1_000
Asked = dict[TreePair, frozenset[BlobPair]]


def undecided(histories: Mapping[str, History], linked: Mapping[str, Repository]) -> dict[str, Asked]:
    """By repository: pairs of trees, and the blobs between them whose patches could tell and were not asked for yet.

    Squashes and rebases of the protected branches beside their proposals, and reverts and cherry-picks beside what
    they name. Steps that only a review record tells to be a squash are among them, whoever wrote the record.
    """
    records = _all_records(histories, linked)
    return {repo: asked for repo, history in sorted(histories.items()) if (asked := undecided_of(history, records))}


def undecided_of(history: History, records: Records = Records()) -> Asked:  # noqa: B008 - a frozen value
    """The same of one repository."""
    line = line_of(history, "")
    found: dict[TreePair, set[BlobPair]] = {}
    for one in unsettled(chain(_of_steps(line, records), compare_claims(line))):
        for trees, blobs in (
            (one.merged, {doubt.merged for doubt in one.doubts}),
            (one.wished, {doubt.wished for doubt in one.doubts}),
        ):
            found.setdefault(trees, set()).update(pair for pair in blobs if pair not in history.patches)
    return {trees: frozenset(blobs) for trees, blobs in sorted(found.items()) if blobs}


def with_patches(history: History, patches: Mapping[BlobPair, str]) -> History:
    """The history that has these patches too. Lines and steps that were read already are kept for it."""
    return _goes_on(history, replace(history, patches={**history.patches, **patches})) if patches else history


def unjoined_of(history: History) -> tuple[Joining, ...]:
    """Merges of two parents of which nobody can tell whether they add anything, and that were not asked for yet.

    The newest `MOST_JOINS` of a history: in a large tree each takes git some hundredths of a second.
    """
    line = line_of(history, "")
    merges = (line.commit(step.position) for step in reversed(steps.steps_of(line)) if step.added == "cannot-tell")
    asked = ((one.id, *one.parents) for one in merges if len(one.parents) == 2 and one.id not in history.joins)
    return tuple(islice(asked, max(0, MOST_JOINS - len(history.joins))))


def with_joins(history: History, joins: Mapping[str, str]) -> History:
    """The history that has these trees too, as `with_patches`."""
    return _goes_on(history, replace(history, joins={**history.joins, **joins})) if joins else history


def _goes_on(history: History, new: History) -> History:
    for before, after in lines.go_on(history, new):
        steps.read_again(before, after)
    return new


def _of_steps(line: Line, records: Records) -> Iterator[Comparison]:
    for step, _ in steps_until(line, len(line.steps) - 1, records):
        if step.restored == "cannot-tell":
            yield from _compare(line, step)


def _compare(line: Line, step: RawStep) -> Iterator[Comparison]:
    if step.kind == "rebase":
        yield from compare_each(line, step.position, step.proposal)
    else:
        yield compare_files(line, step.position, step.proposal)


def _all_records(histories: Mapping[str, History], linked: Mapping[str, Repository]) -> Records:
    """The records as they stand now, whoever put them there: which ones are believed is judged later."""
    found: list[Record] = []
    for repo, repository in sorted(linked.items()):
        if repository.reviews and repo in histories:
            line = line_of(histories[repo], "")
            found += read_records(line, len(line.steps) - 1, repository.reviews, lambda _: True)[0]
    return join_records(
        found, lambda repo, commit: complete_id(histories[repo], commit) if repo in histories else commit
    )
