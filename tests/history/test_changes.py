from dataclasses import replace

import pytest
from history.story import ADA, BEN, BOT, CLEO, DAY, FORGE, HERE, HOUR, START, Story, config, isms, service
from hypothesis import given
from hypothesis import strategies as st

from tieout.history import derive
from tieout.model.history import FOLLOWERS, clock_errors, entry_times
from tieout.model.records import Criterion, Incident
from tieout.model.settings import Emergency, Repository


def changes(story, pin=None, records=None, isms_=None, config_=None):
    histories = {"app": story.history()}
    pins = {"app": pin or story.pin()}
    if records:
        histories["records"], pins["records"] = records.history(), records.pin()
    facts, problems = derive(histories, pins, isms_ or isms(), config_ or config())
    assert problems == ()
    return list(facts.changes.values())


def keys(identities):
    return [identity.key for identity in identities]


def started():
    story = Story()
    story.commit("Start", {"a.txt": "1", "b.txt": "1"})
    return story


def squashed(base_moves=False, **merged):
    """A proposal of two commits by Ada and Cleo, squashed by the forge."""
    story = started()
    base = story.tip
    one = story.commit("One", {"a.txt": "2"}, on=base)
    two = story.commit("Two", {"c.txt": "3"}, on=one, author=CLEO)
    story.refs["refs/pull/5/head"] = two
    if base_moves:
        story.commit("Other work", {"a.txt": "9\n"}, author=BEN)
    story.commit("Both (#5)", merged or {"a.txt": "2", "c.txt": "3"}, committer=FORGE)
    return story


def test_a_direct_commit_is_told_from_a_merge_and_the_root():
    story = started()
    side = story.commit("Work", {"a.txt": "2"}, on=story.tip)
    story.commit("Merge pull request #1 from ada/work\n\nThe work", parents=(story.tip, side), author=BEN)
    story.commit("Straight in", {"a.txt": "3"})
    root, merge, direct = changes(story)
    assert (root.kind, merge.kind, direct.kind) == ("root", "merge", "direct")
    assert (merge.subject, merge.reference, merge.branch) == ("The work", "#1", "work")
    assert (merge.commits, keys(merge.authors), merge.merger.key) == ((side,), ["ada"], "ben")
    assert [change.order for change in (root, merge, direct)] == [0, 1, 2]


def test_a_merge_carries_only_what_the_branch_did_not_have():
    story = started()
    first = story.commit("One", {"c.txt": "1"}, on=story.tip)
    story.commit("Between", {"b.txt": "2"}, author=BEN)
    back = story.commit("Merge branch 'main' into work", parents=(first, story.tip), on=first)
    last = story.commit("Two", {"c.txt": "2"}, on=back, author=CLEO)
    story.commit("Merge branch 'work'", parents=(story.tip, last), author=BEN)
    merge = changes(story)[-1]
    assert merge.commits == (first, back, last)
    assert keys(merge.authors) == ["ada", "cleo"]
    assert merge.first_commit_time == story.commits[first].committer.time
    assert [path.path for path in merge.paths] == ["c.txt"]


def test_an_octopus_carries_all_its_branches():
    story = started()
    sides = [
        story.commit(f"Side {n}", {f"{n}.txt": "1"}, on=story.tip, author=who) for n, who in enumerate((ADA, CLEO))
    ]
    story.commit("Merge branches 'x' and 'y'", parents=(story.tip, *sides), author=BEN)
    merge = changes(story)[-1]
    assert merge.commits == tuple(sides)
    assert keys(merge.authors) == ["ada", "cleo"]


def test_co_authors_are_authors():
    story = started()
    story.commit("Work\n\nCo-authored-by: Ben Marsh <ben@example.org>\nCo-authored-by: X <x@y>\n", {"a.txt": "2"})
    assert keys(changes(story)[-1].authors) == ["ada", "ben", "x@y"]


@pytest.mark.parametrize("key", ["Co-Authored-By", "Coauthored-by", "Co-author", "Co-developed-by"])
def test_co_authors_are_read_as_people_spell_them(key):
    story = started()
    story.commit(f"Work\n\n{key}: Ben Marsh <ben@example.org>\n", {"a.txt": "2"})
    assert keys(changes(story)[-1].authors) == ["ada", "ben"]


def test_a_squash_gives_back_the_authors_of_its_proposal():
    change = changes(squashed())[-1]
    assert (change.kind, change.reference, change.restored, change.subject) == ("squash", "#5", "same", "Both")
    assert keys(change.authors) == ["ada", "cleo"]
    assert change.commits == (change.id,)


def test_a_squash_that_is_not_its_proposal_is_different():
    assert changes(squashed(**{"a.txt": "2", "c.txt": "other"}))[-1].restored == "different"
    assert changes(squashed(**{"a.txt": "2"}))[-1].restored == "different"
    assert changes(squashed(**{"a.txt": "2", "c.txt": "3", "d.txt": "4"}))[-1].restored == "different"


def test_a_proposal_longer_than_anybody_reviews_tells_nothing(monkeypatch):
    monkeypatch.setattr("tieout.history.proposals.MOST", 1)
    change = changes(squashed())[-1]
    assert (change.restored, change.authorship, keys(change.authors)) == ("cannot-tell", "message", ["ada"])


def test_a_file_that_the_branch_changed_meanwhile_cannot_be_compared():
    assert changes(squashed(True, **{"a.txt": "2 and 9", "c.txt": "3"}))[-1].restored == "cannot-tell"
    assert changes(squashed(True, **{"a.txt": "2 and 9", "c.txt": "x"}))[-1].restored == "different"


def test_a_proposal_that_took_the_branch_in_is_compared_with_its_newest_base():
    story = started()
    one = story.commit("One", {"c.txt": "1"}, on=story.tip)
    story.commit("Between", {"a.txt": "5"}, author=BEN)
    back = story.commit("Merge branch 'main' into work", parents=(one, story.tip), on=one)
    story.refs["refs/merge-requests/8/head"] = back
    story.commit("Work\n\nSee merge request g/app!8", {"c.txt": "1"})
    change = changes(story)[-1]
    assert (change.kind, change.restored) == ("squash", "same")


def test_a_squash_without_its_ref_says_so():
    story = started()
    story.commit("Work (#9)", {"a.txt": "2"})
    assert changes(story)[-1].restored == "no-ref"


def test_a_rebase_is_one_change_where_the_proposals_ref_shows_it():
    story = started()
    one = story.commit("One", {"a.txt": "2"}, on=story.tip)
    two = story.commit("Two", {"c.txt": "3"}, on=one, author=CLEO)
    story.refs["refs/pull/6/head"] = two
    story.commit("Between", {"b.txt": "2"})
    copies = (story.copy(one, committer=BEN), story.copy(two, committer=BEN))
    change = changes(story)[-1]
    assert (change.kind, change.reference, change.commits) == ("rebase", "#6", copies)
    assert [path.path for path in change.paths] == ["a.txt", "c.txt"]
    assert keys(change.authors) == ["ada", "cleo"]
    assert change.merger.key == "ben"
    assert len(changes(story)) == 3


def test_the_same_commits_without_a_ref_are_direct():
    story = started()
    one = story.commit("One", {"a.txt": "2"}, on=story.tip)
    story.commit("Between", {"b.txt": "2"})
    story.copy(one, committer=BEN)
    assert [change.kind for change in changes(story)] == ["root", "direct", "direct"]


def test_a_pin_sees_only_what_lies_before_it():
    story = started()
    early = story.pin()
    story.commit("Later", {"a.txt": "2"})
    assert len(changes(story, early)) == 1
    assert len(changes(story)) == 2


def test_a_pin_that_the_branch_has_lost_is_still_read():
    story = started()
    base = story.tip
    lost = story.commit("Lost", {"a.txt": "2"}, on=base)
    story.commit("Instead", {"a.txt": "3"})
    assert [change.subject for change in changes(story, story.pin(lost))] == ["Start", "Lost"]


def test_an_empty_pin_has_no_changes():
    assert changes(started(), Story().pin()) == []


def test_services_are_found_by_their_paths():
    services = {
        "odds": service("odds", [{"repo": "app", "paths": ["odds/**"]}], high_risk_paths=["odds/price/**"]),
        "bets": service("bets", [{"repo": "app", "paths": ["bets/**"]}], tier=2),
    }
    story = Story()
    story.commit("Both", {"odds/price/x.py": "1", "bets/y.py": "1"})
    story.commit("Neither", {"README": "1"})
    both, neither = changes(story, isms_=isms(services=services))
    assert (both.services, both.high_risk_paths) == (("bets", "odds"), ("odds/price/x.py",))
    assert neither.services == ()


def test_criteria_hold_when_all_they_state_holds_for_one_service():
    def criterion(id_, **when):
        return Criterion(id=id_, place=HERE, title=id_, when=when, requires={})

    found = {
        c.id: c
        for c in (
            criterion("C1", tier=1, paths=["a.*"]),
            criterion("C2", tier=2),
            criterion("C3", services=["tier-1"]),
            criterion("C4", paths=["z"]),
        )
    }
    assert changes(started(), isms_=isms(criteria=found))[0].criteria == ("C1", "C3")


@pytest.mark.parametrize("path", [".ci/pipeline.yml", "CODEOWNERS", ".github/workflows/x.yml"])
def test_changes_of_what_steers_the_pipeline_are_control_plane(path):
    story = started()
    story.commit("Steer", {path: "* ada@example.org"})
    assert [change.control_plane for change in changes(story)] == [False, True]


def test_registers_that_steer_the_checks_are_control_plane():
    story = Story("isms")
    story.commit("Start", {"isms/people.yml": "1", "isms/risks/RSK-1.md": "1"})
    story.commit("A risk", {"isms/risks/RSK-1.md": "2"}, author=BEN)
    facts, _ = derive({"isms": story.history()}, {"isms": story.pin()}, isms(), config(repositories={}))
    assert [change.control_plane for change in facts.isms_changes] == [True, False]
    assert facts.changes == {}


def test_a_robots_own_change_is_automated():
    story = started()
    story.commit("Update the lock file", {"lock": "1"}, author=BOT)
    story.commit("Update\n\nCo-authored-by: Ada <ada@example.org>", {"lock": "2"}, author=BOT)
    assert [change.automated for change in changes(story)] == [False, True, False]


def test_the_marks_of_an_emergency():
    marks = config(emergency=Emergency(("hotfix:",), ("hotfix/*",), ("Emergency",)))
    story = started()
    story.commit("Hotfix: stop the clock", {"a.txt": "2"})
    side = story.commit("Clock", {"a.txt": "3"}, on=story.tip)
    story.commit("Merge pull request #2 from ada/hotfix/clock\n\nClock", parents=(story.tip, side), author=BEN)
    story.commit("Quick\n\nEmergency: INC-1", {"a.txt": "4"})
    story.commit("About hotfix: a word", {"a.txt": "5"})
    assert [change.emergency for change in changes(story, config_=marks)] == [
        "", "subject begins with hotfix:", "branch hotfix/clock", "trailer Emergency", "",
    ]  # fmt: skip


def test_an_incident_names_its_emergency_changes():
    story = started()
    named = story.commit("Restart", {"a.txt": "2"})
    incident = Incident(
        id="INC-1", place=HERE, title="t", owner="o", status="closed", severity=1, kind="integrity",
        started="2026-01-01T10:00Z", detected="2026-01-01T10:00Z", affects=["app"],
        emergency_changes=[{"repo": "app", "commit": named[:10]}],
    )  # fmt: skip
    assert changes(story, isms_=isms(incidents={"INC-1": incident}))[-1].emergency == "named in INC-1"


def test_ticket_ids_are_found_in_carried_commits():
    story = started()
    side = story.commit("Work\n\nFor TRD-7", {"a.txt": "2"}, on=story.tip)
    story.commit("Merge pull request #1 from ada/TRD-8-x\n\nThe work", parents=(story.tip, side), author=BEN)
    assert changes(story)[-1].change_references == ("TRD-8", "TRD-7")


def test_code_owners_are_those_before_the_change():
    story = Story()
    story.commit("Start", {"CODEOWNERS": "* ben@example.org\n/pay/ @adastone @org/team\n", "a.txt": "1"})
    story.commit("Pay", {"pay/x": "1"})
    story.commit("Mine now", {"CODEOWNERS": "* ada@example.org\n", "a.txt": "2"})
    story.commit("Next", {"a.txt": "3"})
    assert [change.code_owners for change in changes(story)] == [("ben",), ("@org/team", "ada"), ("ben",), ("ada",)]


def test_code_owners_of_what_is_not_high_risk_stand_beside():
    story = Story()
    story.commit("Start", {"CODEOWNERS": "* ben@example.org\n/pay/ ada@example.org\n", "a.txt": "1"})
    story.commit("Both", {"pay/x": "1", "a.txt": "2"})
    story.commit("Risk", {"pay/x": "2"})
    story.commit("None", {"a.txt": "3"})
    found = changes(story, isms_=isms(services={"app": service("app", [{"repo": "app"}], high_risk_paths=["pay/**"])}))
    assert [change.code_owners for change in found] == [("ben",), ("ada", "ben"), ("ada",), ("ben",)]
    assert [change.owners_beside for change in found] == [(), ("ben",), (), ()]


def test_short_ids_that_meet_are_lengthened():
    story = started()
    second = story.commit("Second", {"a.txt": "2"})
    ids = {commit: f"abcdef12{number}" + commit[9:] for number, commit in enumerate(story.commits)}
    story.commits = {
        ids[id_]: replace(commit, id=ids[id_], parents=tuple(ids[parent] for parent in commit.parents))
        for id_, commit in story.commits.items()
    }
    story.paths = {ids[id_]: paths for id_, paths in story.paths.items()}
    story.tip = ids[second]
    found = changes(story)
    assert [change.key for change in found] == ["app/abcdef120", "app/abcdef121"]


def test_changes_of_all_repositories_stand_in_order_of_time():
    one, two = started(), Story("web")
    two.commit("Web", {"w": "1"}, at=START + HOUR // 2)
    repositories = {"app": Repository("app", "a"), "web": Repository("web", "w"), "gone": Repository("gone", "g")}
    facts, _ = derive(
        {"app": one.history(), "web": two.history(complete=False)},
        {"app": one.pin(), "web": two.pin()},
        isms(),
        config(repositories=repositories),
    )
    assert [change.repo for change in facts.changes.values()] == ["web", "app"]
    assert facts.histories_incomplete == ("web",)
    assert list(facts.missing) == ["gone"]
    assert facts.counts == {"app": 1, "web": 1}


def test_unknown_addresses_are_listed_with_their_names_and_counts():
    story = started()
    story.commit("One", {"a.txt": "2"}, author=("Vendor", "Build@Vendor.example"))
    story.commit("Two", {"a.txt": "3"}, author=("V.", "build@vendor.example"))
    facts, _ = derive({"app": story.history()}, {"app": story.pin()}, isms(), config())
    assert [(u.email, u.names, u.repos, u.commits, u.last) for u in facts.unknown] == [
        ("build@vendor.example", ("V.", "Vendor"), ("app",), 2, story.clock)
    ]


def test_a_shallow_history_is_read_as_far_as_it_goes():
    story = started()
    second = story.commit("Second", {"a.txt": "2"})
    del story.commits[story.commits[second].parents[0]]
    assert [change.subject for change in changes(story)] == ["Second"]


def test_long_histories_take_time_in_proportion_and_no_recursion():
    story = started()
    base = story.tip
    for number in range(3000):
        base = story.commit(f"Side {number}", on=base)
    story.commit("Merge branch 'long'", parents=(story.tip, base), author=BEN)
    assert len(changes(story)[-1].commits) == 3000


def test_a_merge_of_a_squash_gives_back_the_authors_too():
    story = started()
    base = story.tip
    one = story.commit("One", {"a.txt": "2"}, on=base)
    two = story.commit("Two", {"c.txt": "3"}, on=one, author=CLEO)
    story.refs["refs/merge-requests/5/head"] = two
    flat = story.commit("Both", {"a.txt": "2", "c.txt": "3"}, on=base)
    story.commit("Merge branch 'x' into 'main'\n\nBoth\n\nSee merge request g/a!5", parents=(base, flat), author=BEN)
    change = changes(story)[-1]
    assert (change.kind, change.restored, keys(change.authors)) == ("merge", "same", ["ada", "cleo"])


def test_the_isms_beside_the_code_is_no_part_of_the_service():
    story = Story("isms")
    story.commit("Code", {"src/a.py": "1", ".ci/pipeline.yml": "jobs: {unit: {}}\n"})
    story.commit("A risk", {"isms/risks/RSK-1.md": "1", "tieout.yml": "1"})
    beside = isms(services={"app": service(repos=[{"repo": "isms"}])})
    facts, problems = derive({"isms": story.history()}, {"isms": story.pin()}, beside, config(repositories={}))
    assert problems == ()
    assert [change.services for change in facts.changes.values()] == [("app",), ()]
    assert [change.id for change in facts.isms_changes] == [change.id for change in facts.changes.values()]
    assert list(facts.pipelines) == ["isms"]


@given(st.lists(st.integers(1, 99), max_size=60))
def test_entry_times_never_go_back_and_are_those_of_believable_steps(times):
    entered = entry_times(times)
    assert list(entered) == sorted(entered)
    right = {time for index, time in enumerate(times) if index not in clock_errors(times)}
    assert set(entered) <= right


def test_an_isms_in_a_folder_leaves_the_population_with_all_of_that_folder():
    story = Story("isms")
    story.commit("Code", {"src/a.py": "1"})
    story.commit("Evidence", {"ours/evidence/a.csv": "1"})
    story.commit("People", {"ours/isms/people.yml": "1"})
    story.commit("No people of ours", {"isms/people.yml": "1"})
    beside = isms(services={"app": service(repos=[{"repo": "isms"}])})
    settings = config(repositories={}, folder="ours")
    facts, _ = derive({"isms": story.history()}, {"isms": story.pin()}, beside, settings)
    assert [(change.services, change.control_plane) for change in facts.changes.values()] == [
        (("app",), False),
        ((), False),
        ((), True),
        (("app",), False),
    ]


def test_no_change_leaves_every_period_by_a_false_date():
    story = started()
    story.commit("Work", {"a.txt": "2"})
    before = story.clock
    story.commit("From long ago", {"a.txt": "3"}, at=1)
    story.clock = before
    story.commit("From the future", {"a.txt": "4"}, at=before + 10**9)
    story.clock = before
    for number in range(FOLLOWERS):
        story.commit(f"Work {number}", {"a.txt": f"{number}0"})
    facts, problems = derive({"app": story.history()}, {"app": story.pin()}, isms(), config())
    found = {change.subject: (change.time, change.claimed) for change in facts.changes.values()}
    assert found["Work"] == (before, 0)
    assert found["From long ago"] == (before, 1)
    assert found["From the future"] == (before, before + 10**9)
    assert found["Work 0"] == (before + HOUR, 0)
    odd = [story.commits[id_].id[:8] for id_ in story.commits if story.commits[id_].subject.startswith("From")]
    assert [(problem.code, problem.source.repo) for problem in problems] == [("dated-before-its-parent", "app")]
    assert problems[0].message == (
        "dates do not fit what stands before or after them: "
        f"commit {odd[1]} is dated 2057-09-09, and counts on 2026-01-01; "
        f"commit {odd[0]} is dated 1970-01-01, and counts on 2026-01-01; find out who made them"
    )


def test_clocks_that_differ_by_less_than_a_day_are_no_finding():
    story = started()
    story.clock += 2 * DAY
    story.commit("Work", {"a.txt": "2"})
    story.commit("More", {"a.txt": "3"}, at=story.clock - DAY)
    assert changes(story)[-1].claimed


def test_the_number_of_the_proposal_is_no_ticket():
    story = started()
    story.commit("Work (#9)\n\nCloses #4", {"a.txt": "2"})
    assert changes(story, config_=config(change_references=("#",)))[-1].change_references == ("#4",)
