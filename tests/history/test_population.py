"""The population of a repository ties out with its branch: every step in one change, every commit carried by one."""

from collections import Counter
from dataclasses import replace

from history.story import ADA, BEN, CLEO, DAY, FORGE, Story, config, isms
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.history import derive
from tieout.model.history import ancestors, first_parent_line
from tieout.repos import pins

HANDS = st.sampled_from((ADA, BEN, CLEO, FORGE))
MESSAGES = st.sampled_from(
    (
        "Work",
        "Work (#{number})",
        "Merge pull request #{number} from ben/work\n\nWork",
        "Merge branch 'work'\n\nSee merge request team/app!{number}",
        "Pick\n\n(cherry picked from commit {other})",
        'Revert "Work"\n\nThis reverts commit {other}.',
    )
)
SHAPES = st.sampled_from(("step", "step", "orphan", "side", "merge", "octopus", "rebase", "wrong way"))


@st.composite
def stories(draw):
    """A branch with whatever git allows: roots in the middle, merges of three, runs that repeat a proposal, any dates."""
    story = Story()
    story.commit("Start", {"a.txt": "0"})
    for number in range(draw(st.integers(0, 12))):
        known = sorted(story.commits)
        message = draw(MESSAGES).format(number=draw(st.integers(1, 4)), other=draw(st.sampled_from(known)))
        told = {"author": draw(HANDS), "committer": draw(HANDS), "at": story.clock + draw(st.integers(-DAY, DAY))}
        files = {f"{draw(st.sampled_from('ab'))}.txt": str(number)} if draw(st.booleans()) else {}
        picked = draw(st.lists(st.sampled_from(known), min_size=2, max_size=2, unique=True)) if known[1:] else known
        match draw(SHAPES):
            case "orphan":
                story.commit(message, files, parents=(), **told)
            case "side":
                story.commit(message, files, on=picked[0], **told)
            case "merge":
                story.commit(message, files, parents=(story.tip, picked[0]), **told)
            case "octopus":
                story.commit(message, files, parents=(story.tip, *picked), **told)
            case "wrong way":
                story.commit(message, files, parents=(picked[0], story.tip), **told)
            case "rebase":
                side = story.commit(message, {"c.txt": str(number)}, on=picked[0], author=BEN)
                last = story.commit("More", {"d.txt": str(number)}, on=side, author=BEN)
                story.refs[f"refs/pull/{number}/head"] = last
                story.copy(side, committer=FORGE)
                story.copy(last, committer=FORGE)
            case _:
                story.commit(message, files, **told)
    proposed = draw(st.dictionaries(st.integers(1, 4), st.sampled_from(sorted(story.commits)), max_size=4))
    story.refs |= {f"refs/pull/{number}/head": head for number, head in proposed.items()}
    return story


def tied_out(history, pin):
    """Steps of the branch and commits that the pin reaches, each as often as some change has it."""
    facts, _ = derive({"app": history}, {"app": pin}, isms(), config())
    line = set(first_parent_line(history, pin.commit))
    steps, carried = Counter(), Counter()
    for change in facts.changes.values():
        steps.update({change.id, *(line.intersection(change.commits) if change.kind == "rebase" else ())})
        carried.update({change.id, *change.commits})
    return steps, carried


@examples(60)
@given(stories(), st.data())
def test_each_step_is_in_one_change_and_each_commit_is_carried_by_one(story, data):
    history = story.history()
    pinned = data.draw(st.sampled_from(sorted(story.commits)), "on the branch or not, as before a rewriting")
    steps, carried = tied_out(history, story.pin(pinned))
    assert steps == Counter(first_parent_line(history, pinned))
    assert carried == Counter(ancestors(history, pinned))


WINDOWS = st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), max_size=4)


@examples(40)
@given(WINDOWS)
def test_steps_that_several_proposals_repeat_are_in_one_change_each(windows):
    """Nobody keeps one proposal from standing on copies of another's commits, or from naming steps of the branch anew."""
    story = Story()
    steps = [story.commit(f"Step {number}", {f"{number}.txt": "1"}, committer=FORGE) for number in range(8)]
    for number, (one, other) in enumerate(windows, 1):
        head = steps[0]
        for step in steps[min(one, other) : max(one, other) + 1]:
            head = story.copy(step, on=head)
        story.refs[f"refs/pull/{number}/head"] = head
    found, _ = tied_out(story.history(), story.pin())
    assert found == Counter(steps)


@examples(40)
@given(stories(), st.integers(-2 * DAY, 14 * DAY))
def test_the_pin_of_any_day_counts_the_steps_of_its_population(story, after):
    history = story.history()
    pin = pins.choose(history, min(one.committer.time for one in story.commits.values()) + after)
    steps, _ = tied_out(history, pin)
    assert sum(steps.values()) == pin.count


@examples(30)
@given(stories(), st.data())
def test_a_history_that_is_cut_off_ties_out_as_far_as_it_was_read(story, data):
    gone = data.draw(st.sets(st.sampled_from(sorted(set(story.commits) - {story.tip}) or [""]), max_size=3))
    history = story.history(complete=False)
    history = replace(history, commits={id_: one for id_, one in history.commits.items() if id_ not in gone})
    steps, carried = tied_out(history, story.pin())
    assert steps == Counter(first_parent_line(history, story.tip))
    assert carried == Counter(ancestors(history, story.tip))


def test_copies_of_the_branch_that_somebody_proposes_take_no_change_from_its_own_proposal():
    story = Story()
    start = story.commit("Start", {"a.txt": "1"})
    steps = []
    for number in (1, 2):
        story.refs[f"refs/pull/{number}/head"] = story.commit("Work", {f"{number}.txt": "1"}, on=story.tip, author=BEN)
        steps.append(story.commit(f"Work (#{number})", {f"{number}.txt": "1"}, author=BEN, committer=FORGE))
    story.refs["refs/pull/3/head"] = story.copy(steps[1], on=story.copy(steps[0], on=start))
    facts, _ = derive({"app": story.history()}, {"app": story.pin()}, isms(), config())
    told = [(change.kind, change.reference, change.restored) for change in facts.changes.values()]
    assert told == [("root", "", ""), ("squash", "#1", "same"), ("squash", "#2", "same")]


def test_a_proposal_on_copies_of_another_that_was_rebased_before_brings_the_rest():
    story = Story()
    start = story.commit("Start", {"a.txt": "1"})
    first = story.commit("First", {"b.txt": "1"}, on=start, author=BEN)
    second = story.commit("Second", {"c.txt": "1"}, on=first, author=BEN)
    third = story.commit("Third", {"d.txt": "1"}, on=story.copy(second, on=start), author=CLEO)
    story.refs |= {"refs/pull/1/head": second, "refs/pull/2/head": third}
    for commit in (first, second, third):
        story.copy(commit, committer=FORGE)
    facts, _ = derive({"app": story.history()}, {"app": story.pin()}, isms(), config())
    told = [(change.kind, change.reference, len(change.commits)) for change in facts.changes.values()]
    assert told == [("root", "", 1), ("rebase", "#1", 2), ("rebase", "#2", 1)]
    assert [[author.person for author in change.authors] for change in facts.changes.values()][1:] == [
        ["ben"],
        ["cleo"],
    ]
