"""What the messages of the reference state log say, as gittuf writes them."""

import pytest
from history.story import START, Story
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.history.gittuf.entries import parse_entry, parse_log

A, B = "a" * 40, "b" * 40
MOVE = f"RSL Reference Entry\n\nref: refs/heads/main\ntargetID: {A}\nnumber: 7"
NOTE = f"RSL Annotation Entry\n\nentryID: {A}\nentryID: {B}\nskip: true\nnumber: 8\n-----BEGIN MESSAGE-----\nd3Jvbmc=\n-----END MESSAGE-----"
COPY = f"RSL Propagation Entry\n\nref: refs/heads/main\ntargetID: {A}\nupstreamRepository: https://git.example/up\nupstreamEntryID: {B}\nnumber: 9"


def commits(*messages):
    """A line of commits with these messages, oldest first."""
    story = Story()
    made = [story.commit(message) for message in messages]
    return tuple(story.commits[id_] for id_ in made)


def parsed(message):
    (commit,) = commits(message)
    return parse_entry(commit, START)


def test_the_three_forms():
    move, note, copy = (parsed(message) for message in (MOVE, NOTE, COPY))
    assert (move.kind, move.ref, move.target, move.number) == ("reference", "refs/heads/main", A, 7)
    assert (note.kind, note.about, note.skip, note.number) == ("annotation", (A, B), True, 8)
    assert (copy.kind, copy.ref, copy.target, copy.number) == ("propagation", "refs/heads/main", A, 9)


def test_entries_of_old_had_no_number():
    assert parsed(MOVE.removesuffix("\nnumber: 7")).number == 0


@pytest.mark.parametrize(
    "message",
    [
        "Merge branch main",
        MOVE.replace("Reference", "reference"),
        MOVE.replace(A, A[:-1]),
        MOVE.replace(A, A.upper()),
        MOVE + "\nnumber: 8",
        MOVE + "\nref: refs/heads/other",
        MOVE + "\nskip: true",
        MOVE.replace("number: 7", "number: 07"),
        MOVE.replace("\n\n", "\n"),
        NOTE.replace("true", "yes"),
        NOTE.replace("-----END MESSAGE-----", ""),
        COPY.replace(f"upstreamEntryID: {B}", "upstreamEntryID: HEAD"),
    ],
)
def test_what_is_not_exactly_of_a_form_is_no_entry(message):
    assert parsed(message) is None


def numbered(*numbers):
    return [MOVE.replace("number: 7", f"number: {number}") for number in numbers]


@pytest.mark.parametrize(
    ("messages", "fault", "sound"),
    [
        (numbered(1, 2, 3), "", 3),
        (numbered(1, 2, 4), "has the number 4 after 2", 2),
        (numbered(1, 1), "has the number 1 after 1", 1),
        (numbered(2, 3), "has the number 2 after 0", 0),
        ([numbered(1)[0], "Something else", *numbered(2)], "not in the form of one", 1),
        ([*numbered(1), NOTE.replace("number: 8", "number: 2")], "about an entry that is not before it", 1),
    ],
)
def test_where_the_chain_first_breaks(messages, fault, sound):
    log = parse_log(commits(*messages), 0)
    assert log.sound == sound
    assert (fault in log.faults[0]) if fault else not log.faults


def test_a_log_whose_beginning_is_cut_off_is_broken():
    log = parse_log(commits(*numbered(1, 2))[1:], 0)
    assert log.sound == 0
    assert "are missing" in log.faults[0]


def test_entries_after_the_cutoff_are_not_seen():
    made = commits(*numbered(1, 2, 3))
    assert len(parse_log(made, made[1].committer.time).entries) == 2


@examples(100)
@given(st.text(max_size=80), st.sampled_from((MOVE, NOTE, COPY)), st.integers(0, 200))
def test_no_message_crashes_the_parser(junk, message, at):
    parsed(message[:at] + junk + message[at:])
    parsed(junk)
