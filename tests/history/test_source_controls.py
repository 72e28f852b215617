"""What notes of the SLSA source tool say that a forge enforced: told as that, and never as an approval."""

import base64
import json

from history.story import CLEO, Story, config, isms
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.history import derive
from tieout.history.source_controls import parse_controls
from tieout.model.history import Note, SourceControl, Stamp

REF = "refs/notes/commits"
PROVENANCE = "https://github.com/slsa-framework/slsa-source-poc/source-provenance/v1-draft"
SUMMARY = "https://slsa.dev/verification_summary/v1"
COMMIT = "c" * 40
REVIEWED = {"controls": [{"name": "REVIEW_ENFORCED", "since": "2025-03-02T20:14:30.184665988Z"}]}


def statement(predicate, kind=PROVENANCE, commit=COMMIT):
    return {"predicateType": kind, "subject": [{"digest": {"gitCommit": commit}}], "predicate": predicate}


def bundle(told, bare=False):
    envelope = {
        "payloadType": "application/vnd.in-toto+json",
        "payload": base64.b64encode(json.dumps(told).encode()).decode(),
    }
    return json.dumps(envelope if bare else {"dsseEnvelope": envelope})


def read(*lines, commit=COMMIT):
    return dict(parse_controls("\n".join(lines).encode(), commit))


def test_controls_are_read_with_their_days_from_a_bundle_or_a_bare_envelope():
    for bare in (False, True):
        assert read(bundle(statement(REVIEWED), bare)) == {"REVIEW_ENFORCED": 1_740_946_470}


def test_the_older_form_names_properties():
    told = statement({"properties": {"SLSA_SOURCE_LEVEL_2": {"since": "2025-02-24T15:24:23Z"}, "ODD": 7}})
    assert read(bundle(told)) == {"SLSA_SOURCE_LEVEL_2": 1_740_410_663, "ODD": 0}


def test_levels_of_a_summary_are_read_where_it_passed():
    passed = {"verificationResult": "PASSED", "verifiedLevels": ["SLSA_SOURCE_LEVEL_3", 7]}
    assert read(bundle(statement(passed, SUMMARY))) == {"SLSA_SOURCE_LEVEL_3": 0}
    assert read(bundle(statement(passed | {"verificationResult": "FAILED"}, SUMMARY))) == {}


def test_a_statement_of_another_commit_is_not_of_this_one():
    assert read(bundle(statement(REVIEWED, commit="d" * 40))) == {}


def test_other_predicates_and_names_that_are_none_are_left_out():
    assert read(bundle(statement(REVIEWED, "https://example.org/other"))) == {}
    assert read(bundle(statement({"controls": [{"name": "<b>bold</b>"}, {"name": ""}, "x"]}))) == {}


@given(data=st.binary(max_size=300))
@examples(100)
def test_any_bytes_are_read_without_harm(data):
    assert parse_controls(data, COMMIT) == ()
    parse_controls(json.dumps({"payload": base64.b64encode(data).decode()}).encode(), COMMIT)


def test_an_enforced_review_is_a_fact_of_its_own_and_no_approval():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    commit = story.commit("Work", {"a.txt": "2"})
    at = story.clock + 5
    note = Note(
        REF, commit, "b" * 40, bundle(statement(REVIEWED, commit=commit)).encode(), "e" * 40, at, Stamp(*CLEO, at)
    )
    history = story.history(notes={commit: (note,)})
    for cutoff, controls in ((0, 1), (at, 1), (at - 1, 0)):
        facts, _ = derive({"app": history}, {"app": story.pin(cutoff=cutoff)}, isms(), config())
        change = list(facts.changes.values())[-1]
        assert change.approvals == ()
        assert len(change.source_controls) == controls
    where = f"refs/notes/commits on {commit[:8]}, commit eeeeeeee"
    assert find(history, story, commit) == (SourceControl("REVIEW_ENFORCED", 1_740_946_470, where),)


def find(history, story, commit):
    facts, _ = derive({"app": history}, {"app": story.pin()}, isms(), config())
    return next(change for change in facts.changes.values() if change.id == commit).source_controls
