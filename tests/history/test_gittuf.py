"""A small repository under gittuf, made by plumbing, through the program's own reader to approvals."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import gittuffixtures as kit
import pytest
from gitfixtures import DAY, START, commit, make_repository, update_ref
from gittuffixtures import ADA_KEY, APP_KEY, BEN_KEY, CLEO_KEY, MAIN, ROOT, GittufRepository, SigningKey, without
from history.story import HERE, config, isms, person
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.config import load
from tieout.history import derive
from tieout.model.grades import Grade
from tieout.model.records import Key
from tieout.model.settings import Repository
from tieout.repos.histories import read_history
from tieout.repos.pins import choose

PEOPLE = {
    each.id: each
    for each in (
        person("ada", "Ada Stone", "ada@example.org", logins=("ada",)),
        person("ben", "Ben Marsh", "ben@example.org", logins=("ben",)),
        person("cleo", "Cleo Park", "cleo@example.org", logins=("cleo",)),
        person("review-app", "Review app", "app@example.org", kind="service-account"),
    )
}
TEAM = {"ada": [ADA_KEY], "ben": [BEN_KEY], "cleo": [CLEO_KEY]}
HELD = {"ada": ADA_KEY, "ben": BEN_KEY, "cleo": CLEO_KEY}


def register(**held):
    return {
        f"KEY-{who}": Key(id=f"KEY-{who}", place=HERE, person=who, key=key.line, **{"from": date(2020, 1, 1)})
        for who, key in held.items()
    }


@pytest.fixture
def repo(tmp_path):
    """A branch of one commit, taken up by gittuf under a policy of two."""
    log = GittufRepository(make_repository(tmp_path / "app.git", bare=True))
    log.policy(TEAM)
    log.push(commit(log.path, "Start", {"a": "1"}), ADA_KEY)
    return log


def change(repo, content="2"):
    """One more commit of the branch, not yet in the log."""
    return commit(repo.path, f"Change to {content}", {"a": content})


def read(repo):
    return read_history(repo.path, Repository("app", "../app"), lambda _: False)


def told(history, *, pins=(ROOT.id,), cutoff=None, people=PEOPLE, **held):
    settings = config(repositories={"app": Repository("app", "../app", root_keys=pins)})
    told_isms = isms(people=people, keys=register(**(held or HELD)), pipelines={}, environments={})
    return derive({"app": history}, {"app": choose(history, cutoff)}, told_isms, settings)


def approvals(facts):
    """Of the newest change, by gittuf: (person, grade, after the fact)."""
    newest = list(facts.changes.values())[-1]
    found = [each for each in newest.approvals if each.basis == "gittuf"]
    return [(each.by.person or each.by.name, each.grade, each.after_the_fact) for each in found]


def last_move(facts):
    return facts.gittuf["app"].moves[-1]


def codes(problems):
    return {problem.code for problem in problems if problem.code.startswith("gittuf")}


# --- what is proved ------------------------------------------------------------------------------------------------


def test_two_registered_keys_over_the_exact_move_are_a_signed_process(repo):
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    facts, problems = told(read(repo))
    log = facts.gittuf["app"]
    assert (log.pinned, log.policy, log.sound, log.tip_recorded) == (True, "yes", True, True)
    assert last_move(facts).verdict == "yes"
    assert sorted(approvals(facts)) == [("ada", Grade.PROCESS, False), ("ben", Grade.PROCESS, False)]
    assert codes(problems) == set()
    found = next(each for each in list(facts.changes.values())[-1].approvals if each.by.person == "ben")
    assert (found.covers, found.commit) == ("final", second)
    assert found.where.startswith(f"authorisation refs/gittuf/attestations:reference-authorizations/{MAIN}/")


def test_a_log_that_was_made_up_under_an_old_date_wakes_no_ended_key(repo):
    second = commit(repo.path, "Later", {"a": "2"}, time=START + 400 * DAY)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    history = read(repo)
    ended = datetime.fromtimestamp(START + 200 * DAY, UTC).date()
    assert max(entry.committer.time for entry in history.gittuf.log) < START + 200 * DAY
    keys = register(**HELD)
    keys["KEY-ben"] = keys["KEY-ben"].model_copy(update={"to": ended})
    settings = config(repositories={"app": Repository("app", "../app", root_keys=(ROOT.id,))})
    told_isms = isms(people=PEOPLE, keys=keys, pipelines={}, environments={})
    facts, _ = derive({"app": history}, {"app": choose(history, None)}, told_isms, settings)
    assert {grade for _, grade, _ in approvals(facts)} <= {Grade.STATED, Grade.SIGNED}
    assert ("ben", Grade.SIGNED, False) not in approvals(facts)
    assert Grade.PROCESS not in {grade for _, grade, _ in approvals(facts)}


def test_the_strict_keys_of_in_toto_are_read_too(repo):
    second = change(repo)
    repo.authorise(second, BEN_KEY, strict=True)
    repo.push(second, ADA_KEY)
    assert ("ben", Grade.PROCESS, False) in approvals(told(read(repo))[0])


def test_one_approval_where_two_are_asked_is_signed_and_the_move_is_reported(repo):
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second)
    facts, problems = told(read(repo))
    assert last_move(facts).verdict == "no"
    assert approvals(facts) == [("ben", Grade.SIGNED, False)]
    assert codes(problems) == {"gittuf-entry-unmet"}


def test_a_policy_that_nobody_pinned_makes_no_signed_process(repo):
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    history = read(repo)
    for pins in ((), (ADA_KEY.id,)):
        facts, _ = told(history, pins=pins)
        assert not facts.gittuf["app"].pinned
        assert facts.gittuf["app"].why
        assert {grade for _, grade, _ in approvals(facts)} == {Grade.SIGNED}


def test_a_key_outside_the_register_is_only_stated(repo):
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    assert approvals(told(read(repo), ada=ADA_KEY)[0]) == [("ben", Grade.STATED, False), ("ada", Grade.SIGNED, False)]


def test_one_person_with_two_keys_is_not_two(repo):
    spare = SigningKey("ben's other key")
    repo.policy({**TEAM, "deputy": [spare]}, version=2)
    second = change(repo)
    repo.authorise(second, BEN_KEY, spare)
    repo.push(second)
    keys = {**register(**HELD), "KEY-spare": register(ben=spare)["KEY-ben"]}
    settings = config(repositories={"app": Repository("app", "../app", root_keys=(ROOT.id,))})
    history = read(repo)
    registers = isms(people=PEOPLE, keys=keys, pipelines={}, environments={})
    facts, _ = derive({"app": history}, {"app": choose(history, None)}, registers, settings)
    assert last_move(facts).verdict == "yes"  # gittuf counts two principals
    assert approvals(facts) == [("ben", Grade.SIGNED, False)]


def test_one_key_under_two_names_is_one(repo):
    repo.policy({"ada": [ADA_KEY], "ada-again": [ADA_KEY]}, version=2)
    second = change(repo)
    repo.authorise(second, ADA_KEY)
    repo.push(second, ADA_KEY)
    facts, problems = told(read(repo))
    assert last_move(facts).verdict == "no"
    assert approvals(facts) == [("ada", Grade.SIGNED, False)]
    assert codes(problems) == {"gittuf-entry-unmet"}


def test_a_move_is_known_by_its_number_and_where_it_led(repo):
    target = change(repo)
    repo.push(target, BEN_KEY)
    move = last_move(told(read(repo))[0])
    assert (move.number, move.target) == (3, target)


def test_a_push_of_several_commits_is_covered_whole(repo):
    commit(repo.path, "One", {"b": "1"})
    second = commit(repo.path, "Two", {"b": "2"})
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    facts, _ = told(read(repo))
    changes = list(facts.changes.values())
    by = [sorted(each.by.person for each in one.approvals if each.basis == "gittuf") for one in changes]
    assert by == [[], ["ada", "ben"], ["ada", "ben"]]


# --- the forge's app -----------------------------------------------------------------------------------------------


def test_a_review_that_the_trusted_app_tells_is_recorded(repo):
    repo.policy(TEAM, version=2, app=APP_KEY)
    second = change(repo)
    repo.approve(second, "ben+1", "cleo+1", "stranger+1", dismissed=("ben+1",))  # dismissed once, and approved again
    repo.push(second, APP_KEY)
    facts, problems = told(read(repo))
    recorded = Grade.RECORDED
    found = sorted((who.split("@")[0], grade, late) for who, grade, late in approvals(facts))
    assert found == [("ben", recorded, False), ("cleo", recorded, False), ("stranger", recorded, False)]
    assert last_move(facts).verdict == "yes"
    assert codes(problems) == set()


def test_an_app_that_nothing_vouches_for_only_states(repo):
    repo.policy(TEAM, version=2, app=APP_KEY)
    second = change(repo)
    repo.approve(second, "ben+1")
    repo.push(second, APP_KEY)
    history = read(repo)
    assert approvals(told(history, pins=())[0]) == [("ben", Grade.STATED, False)]
    by_register = told(history, pins=(), **{**HELD, "review-app": APP_KEY})[0]
    assert approvals(by_register) == [("ben", Grade.RECORDED, False)]


def test_what_another_key_says_for_the_app_is_not_counted(repo):
    repo.policy(TEAM, version=2, app=APP_KEY)
    second = change(repo)
    repo.approve(second, "ben+1", key=CLEO_KEY)
    repo.push(second, APP_KEY)
    facts, problems = told(read(repo))
    assert approvals(facts) == []
    assert codes(problems) == {"gittuf-attestation-bad", "gittuf-entry-unmet"}


def test_an_account_is_no_address(repo):
    repo.policy(TEAM, version=2, app=APP_KEY)
    second = change(repo)
    repo.approve(second, "ben@example.org+1", "Ben Marsh", "ben")
    repo.push(second, APP_KEY)
    facts, _ = told(read(repo))
    assert not any(each.by.known for each in list(facts.changes.values())[-1].approvals if each.basis == "gittuf")


# --- what is forged or moved ---------------------------------------------------------------------------------------


def test_a_signature_by_a_key_outside_the_policy_counts_for_nothing(repo):
    second = change(repo)
    repo.authorise(second, SigningKey("stranger"))
    repo.push(second, ADA_KEY)
    facts, problems = told(read(repo))
    assert approvals(facts) == []
    assert codes(problems) == {"gittuf-attestation-bad", "gittuf-entry-unmet"}


def test_an_authorisation_moved_to_another_range_counts_for_nothing(repo):
    start = repo.tip
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    third = change(repo, "3")
    repo.attest(
        f"reference-authorizations/{MAIN}/{second}-{repo.tree_of(third)}",
        repo.attested[f"reference-authorizations/{MAIN}/{start}-{repo.tree_of(second)}"],
    )
    repo.push(third, ADA_KEY)
    facts, problems = told(read(repo))
    assert approvals(facts) == []
    assert codes(problems) == {"gittuf-attestation-bad", "gittuf-entry-unmet"}
    assert "another move" in "".join(problem.message for problem in problems)


def test_another_tree_than_the_authorised_one_counts_for_nothing(repo):
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    amended = commit(repo.path, "Change", {"a": "evil"}, parents=[repo.tip])
    repo.push(amended, ADA_KEY)
    facts, problems = told(read(repo))
    assert approvals(facts) == []
    assert codes(problems) == {"gittuf-entry-unmet"}


def test_a_forged_text_under_a_true_signature_counts_for_nothing(repo):
    repo.policy(TEAM, version=2, app=APP_KEY)
    second = change(repo)
    repo.approve(second, "cleo+1")
    path = list(repo.attested)[-1]
    outer = json.loads(repo.attested[path])
    forged = json.loads(kit.envelope({}))
    inner = kit.base64.b64decode(outer["payload"]).replace(b"cleo+1", b"ben+1")
    repo.attest(path, json.dumps({**forged, **outer, "payload": kit.base64.b64encode(inner).decode()}).encode())
    repo.push(second, APP_KEY)
    facts, problems = told(read(repo))
    assert approvals(facts) == []
    assert "gittuf-attestation-bad" in codes(problems)


def test_a_key_that_a_new_policy_dropped_does_not_count(repo):
    repo.policy({"ada": [ADA_KEY], "cleo": [CLEO_KEY]}, version=2)
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    facts, problems = told(read(repo))
    assert approvals(facts) == []
    assert "gittuf-attestation-bad" in codes(problems)


def test_the_policy_in_force_at_the_entry_decides(repo):
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    repo.policy({"ada": [ADA_KEY], "cleo": [CLEO_KEY]}, version=2)
    assert ("ben", Grade.PROCESS, False) in approvals(told(read(repo))[0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"signer": SigningKey("usurper"), "root": kit.root_metadata((SigningKey("usurper"),), version=2), "version": 2},
        {"version": 0},
        {"signer": SigningKey("usurper"), "version": 2},
    ],
)
def test_a_policy_that_the_one_before_does_not_vouch_for_is_reported(repo, wrong):
    repo.policy(TEAM, **wrong)
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    facts, problems = told(read(repo))
    assert facts.gittuf["app"].policy == "no"
    assert {grade for _, grade, _ in approvals(facts)} == {Grade.SIGNED}
    assert codes(problems) == {"gittuf-policy-bad"}


def test_an_old_policy_does_not_come_again(repo):
    """Its signatures hold for ever, so whoever may push could bring back a key that was taken out."""
    repo.policy({"ada": [ADA_KEY], "cleo": [CLEO_KEY]}, root=kit.root_metadata())
    repo.policy(TEAM)
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    facts, problems = told(read(repo))
    assert {grade for _, grade, _ in approvals(facts)} == {Grade.SIGNED}
    assert codes(problems) == {"gittuf-policy-bad"}


def test_an_entry_that_is_skipped_proves_nothing(repo):
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    entry = repo.push(second, ADA_KEY)
    repo.skip(entry, key=ADA_KEY)
    facts, problems = told(read(repo))
    assert last_move(facts).skipped
    assert {grade for _, grade, _ in approvals(facts)} == {Grade.STATED}
    assert codes(problems) == {"gittuf-tip-not-recorded"}


@pytest.mark.parametrize("pins", [(), (ROOT.id,)])
def test_whoever_can_only_push_states_and_no_more(tmp_path, pins):
    """All of it made anew, with keys and an app of one's own, under the names and accounts of others."""
    root, ada, ben, app = (SigningKey(f"forged {name}") for name in ("root", "ada", "ben", "app"))
    log = GittufRepository(make_repository(tmp_path / "app.git", bare=True))
    forged = kit.root_metadata((root,), app=app)
    log.policy({"ada": [ada], "ben": [ben]}, signer=root, root=forged)
    log.push(commit(log.path, "Start", {"a": "1"}), ada)
    second = commit(log.path, "Change", {"a": "2"})
    log.authorise(second, ben)
    log.approve(second, "ben+1", "cleo+1", key=app)
    log.push(second, ada)
    facts, _ = told(read(log), pins=pins, **{**HELD, "review-app": APP_KEY})
    assert last_move(facts).verdict == "yes"
    assert {grade for _, grade, _ in approvals(facts)} == {Grade.STATED}


# --- the chain -----------------------------------------------------------------------------------------------------


def test_a_log_that_was_rolled_back_does_not_have_the_tip(repo):
    before = repo._tip(kit.LOG)[0]
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    update_ref(repo.path, kit.LOG, before)
    facts, problems = told(read(repo))
    assert not facts.gittuf["app"].tip_recorded
    assert approvals(facts) == []
    assert codes(problems) == {"gittuf-tip-not-recorded"}


def test_a_number_that_is_left_out_breaks_the_chain(repo):
    repo.record("refs/heads/other", repo.tip, ADA_KEY, number=9)
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    facts, problems = told(read(repo))
    assert not facts.gittuf["app"].sound
    assert {grade for _, grade, _ in approvals(facts)} == {Grade.SIGNED}
    assert codes(problems) == {"gittuf-log-broken"}


def test_a_commit_that_history_lost_is_reported(repo):
    lost = change(repo, "lost")
    repo.authorise(lost, BEN_KEY)
    repo.push(lost, ADA_KEY)
    start = repo.tip
    kept = commit(repo.path, "Kept", {"a": "kept"}, parents=[kit.git(repo.path, "rev-parse", f"{lost}^")])
    repo.authorise(kept, BEN_KEY)
    repo.push(kept, ADA_KEY)
    facts, problems = told(read(repo))
    assert start == lost
    assert codes(problems) == {"gittuf-target-lost"}
    assert approvals(facts) == []  # the move is from a commit that is not on the branch, so it covers no step


def test_what_is_said_after_the_move_is_told_as_such(repo):
    start = repo.tip
    second = change(repo)
    repo.push(second, ADA_KEY)
    repo.authorise(second, BEN_KEY, before=start)
    facts, _ = told(read(repo))
    assert approvals(facts) == [("ben", Grade.SIGNED, True)]
    assert last_move(facts).verdict == "no"


def test_an_audit_sees_nothing_that_came_later(repo):
    start, moved = repo.tip, repo.clock
    second = commit(repo.path, "Change", {"a": "2"}, time=moved + 30)
    repo.push(second, ADA_KEY)
    cutoff = repo.clock
    repo.authorise(second, BEN_KEY, before=start)
    history = read(repo)
    assert approvals(told(history, cutoff=cutoff)[0]) == []
    assert approvals(told(history, cutoff=repo.clock)[0]) == [("ben", Grade.SIGNED, True)]
    facts, problems = told(history, cutoff=cutoff - 1)  # the entry came after the commit that the pin has
    assert facts.gittuf["app"].tip_recorded
    assert codes(problems) == set()


def test_a_branch_before_gittuf_is_not_judged(tmp_path):
    log = GittufRepository(make_repository(tmp_path / "app.git", bare=True))
    commit(log.path, "Start", {"a": "1"})
    old = commit(log.path, "Old", {"a": "0"})
    log.policy(TEAM)
    log.push(old, ADA_KEY)
    facts, _ = told(read(log))
    move = last_move(facts)
    assert (move.first, facts.gittuf["app"].since) == (-1, move.at)
    assert approvals(facts) == []


def test_a_repository_without_gittuf_has_no_log(tmp_path):
    path = make_repository(tmp_path / "app.git", bare=True)
    commit(path, "Start", {"a": "1"})
    history = read_history(path, Repository("app", "../app"), lambda _: False)
    assert history.gittuf is None
    assert told(history)[0].gittuf == {}


def test_root_keys_are_fingerprints():
    text = 'schema: 1\noperator: Small\nrepositories:\n  app: {url: ../app, gittuf: {root_keys: ["%s"]}}\n'
    settings, problems = load((text % ROOT.id).encode(), "tieout.yml")
    assert problems == ()
    assert settings.repositories["app"].root_keys == (ROOT.id,)
    settings, problems = load((text % "root@example.org").encode(), "tieout.yml")
    assert settings is None
    assert [problem.code for problem in problems] == ["invalid-value"]


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"globalRules": [{"name": "g", "type": "threshold", "paths": ["git:*"], "threshold": 3}]}, "no"),
        ({"globalRules": [{"name": "g", "type": "threshold", "paths": ["git:refs/tags/*"], "threshold": 3}]}, "yes"),
        ({"globalRules": [{"name": "g", "type": "block-force-pushes", "paths": ["git:*"]}]}, "yes"),
        ({"globalRules": [{"name": "g", "type": "moonphase", "paths": ["git:*"]}]}, "cannot tell"),
        ({"globalRules": [{"name": "g", "type": "threshold", "paths": ["git:\\*"], "threshold": 3}]}, "cannot tell"),
        ({"multiRepository": {"controllerRepositories": [{"name": "head"}]}}, "cannot tell"),
        ({"version": "newest"}, "cannot tell"),
    ],
)
def test_global_rules_are_met_beside_the_branchs_own(repo, more, verdict):
    repo.policy(TEAM, root=kit.root_metadata(**{"version": 2, **more}), version=2)
    second = commit(repo.path, "Work", {"a": "2"})
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    facts, _ = told(read(repo))
    assert last_move(facts).verdict == verdict
    assert (Grade.PROCESS in {grade for _, grade, _ in approvals(facts)}) is (verdict == "yes")


def test_a_rule_file_below_a_rule_is_an_alternative_for_its_principals(repo):
    """A rule that leads to another file: whoever that file names may meet its rules, if the rule's principals signed it."""
    top = kit.rule_file({"ada": [ADA_KEY]}, threshold=1, version=2, pattern="git:refs/heads/*")
    below = kit.rule_file({"ben": [BEN_KEY], "cleo": [CLEO_KEY]})
    below["delegations"]["roles"][0]["name"] = "protect-more"
    for signer, trusted in ((ADA_KEY, "yes"), (BEN_KEY, "no")):
        repo.apply(
            {
                "metadata/root.json": kit.envelope(kit.root_metadata(version=2), ROOT),
                "metadata/targets.json": kit.envelope(top, ROOT),
                "metadata/protect-main.json": kit.envelope(below, signer),
            }
        )
        made = change(repo, signer.name)
        repo.authorise(made, BEN_KEY, CLEO_KEY)
        repo.push(made)
        facts, _ = told(read(repo))
        log = facts.gittuf["app"]
        assert (log.policy, log.moves[-1].verdict) == (trusted, "yes")
        expected = Grade.PROCESS if trusted == "yes" else Grade.SIGNED
        assert sorted(approvals(facts)) == [("ben", expected, False), ("cleo", expected, False)]


@pytest.mark.parametrize("people", [{"ada": [SigningKey("usurper")]}, {"usurper": [SigningKey("usurper")]}])
def test_a_rule_file_cannot_name_anew_what_leads_to_it(repo, people):
    """Signed by its own key, under the name of a principal or of the rule that would have to sign it."""
    usurper = SigningKey("usurper")
    repo.apply(
        {
            "metadata/root.json": kit.envelope(kit.root_metadata(version=2), ROOT),
            "metadata/targets.json": kit.envelope(kit.rule_file({"ada": [ADA_KEY]}, threshold=1, version=2), ROOT),
            "metadata/protect-main.json": kit.envelope(kit.rule_file(people, threshold=1), usurper),
        }
    )
    repo.push(change(repo), usurper)
    facts, problems = told(read(repo))
    assert (facts.gittuf["app"].policy, last_move(facts).verdict) == ("cannot tell", "cannot tell")
    assert codes(problems) == {"gittuf-unreadable"}


def test_the_older_form_of_a_policy_is_read(repo):
    """v0.1: keys instead of principals, and no schema."""
    root = kit.root_metadata(version=2)
    role = {"keyids": [ROOT.id], "threshold": 1}
    keys = {key.id: key.metadata() for key in (ADA_KEY, BEN_KEY)}
    allow = {"name": "gittuf-allow-rule", "paths": ["*"], "terminating": True, "keyids": [], "threshold": 1}
    rule = {**allow, "name": "protect-main", "paths": [f"git:{MAIN}"], "keyids": sorted(keys), "threshold": 2}
    old_root = {"type": "root", "version": 2, "expires": "", "keys": root["principals"], "roles": dict.fromkeys(("root", "targets"), role)}  # fmt: skip
    old_rules = {"type": "targets", "version": 2, "targets": None, "delegations": {"keys": keys, "roles": [rule, allow]}}  # fmt: skip
    files = {"metadata/root.json": old_root, "metadata/targets.json": old_rules}
    repo.apply({path: kit.envelope(told_, ROOT) for path, told_ in files.items()})
    second = change(repo)
    repo.authorise(second, BEN_KEY)
    repo.push(second, ADA_KEY)
    assert sorted(approvals(told(read(repo))[0])) == [("ada", Grade.PROCESS, False), ("ben", Grade.PROCESS, False)]


# --- properties ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A move with all kinds of evidence."""
    log = GittufRepository(make_repository(tmp_path_factory.mktemp("full") / "app.git", bare=True))
    log.policy(TEAM, app=APP_KEY)
    log.push(commit(log.path, "Start", {"a": "1"}), ADA_KEY)
    second = commit(log.path, "Change", {"a": "2"})
    log.authorise(second, BEN_KEY, CLEO_KEY)
    log.approve(second, "ben+1", "cleo+1")
    log.push(second, ADA_KEY)
    return read(log), tuple(log.attested)


def unsigned(history, who):
    """The history in whose log and attestations nothing is signed by that key."""
    raw = history.gittuf
    key = HELD[who].id.encode()
    blobs = {}
    for id_, data in raw.blobs.items():
        outer = json.loads(data)
        outer["signatures"] = [each for each in outer["signatures"] if each["keyid"].encode() != key]
        blobs[id_] = json.dumps(outer).encode()
    log = tuple(
        replace(each, signature=replace(each.signature, format=""))
        if HELD[who].public[:20] in each.signature.armour.replace("\n", "")
        else each
        for each in raw.log
    )
    return replace(history, gittuf=replace(raw, blobs=blobs, log=log))


def dropped(history, who):
    """The history whose policy never had that key, signed as it has to be."""
    raw = history.gittuf
    id_ = next(each.blob for each in raw.paths[raw.policy[0].id] if each.path == "metadata/targets.json")
    rules = kit.envelope(kit.rule_file({**TEAM, who: []}), ROOT)
    return replace(history, gittuf=replace(raw, blobs={**raw.blobs, id_: rules}))


def best(facts):
    """The highest grade for each person."""
    found = {}
    for who, grade, late in approvals(facts):
        found[who] = max(found.get(who, Grade.NONE), Grade.STATED if late else grade)
    return found


@examples(30)
@given(st.data())
def test_removing_evidence_never_raises_a_grade(full, data):
    history, files = full
    registered = {**HELD, "review-app": APP_KEY}
    everything = [*files, *(f"signature of {who}" for who in HELD), *(f"key of {who}" for who in registered), "pin"]
    everything += [f"policy's key of {who}" for who in HELD]
    found: list[dict[str, Grade]] = []
    removed: set[str] = set()
    for part in (st.just(set()), st.sets(st.sampled_from(everything))):  # with all of it, and with some of it gone
        removed |= data.draw(part)
        changed = history
        for path in files:
            changed = without(changed, path) if path in removed else changed
        for who in HELD:
            changed = unsigned(changed, who) if f"signature of {who}" in removed else changed
        gone = next((who for who in HELD if f"policy's key of {who}" in removed), "")
        changed = dropped(changed, gone) if gone else changed
        kept = {who: key for who, key in registered.items() if f"key of {who}" not in removed}
        kept |= {"review-app": SigningKey("nobody's")} if not kept else {}
        found.append(best(told(changed, pins=() if "pin" in removed else (ROOT.id,), **kept)[0]))
    before, after = found
    assert all(grade <= before.get(who, Grade.NONE) for who, grade in after.items() if who in PEOPLE)


@examples(30)
@given(st.sampled_from(("log", "policy", "attestations")), st.binary(max_size=60), st.randoms(use_true_random=False))
def test_no_bytes_crash_the_reader_or_raise_a_grade(full, part, junk, random):
    history, _ = full
    raw = history.gittuf
    blobs = {id_: junk if random.random() < 0.3 else data for id_, data in raw.blobs.items()}
    log = tuple(
        replace(each, message=junk.decode("latin-1")) if part == "log" and random.random() < 0.3 else each
        for each in raw.log
    )
    spoiled = replace(history, gittuf=replace(raw, blobs=blobs if part != "log" else raw.blobs, log=log))
    before, after = best(told(history)[0]), best(told(spoiled)[0])
    assert all(grade <= before.get(who, Grade.NONE) for who, grade in after.items() if who in PEOPLE)
