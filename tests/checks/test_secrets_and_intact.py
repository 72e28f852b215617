"""Verdicts on histories: what came in with a change, and what went out of a repository."""

from checks import factories as f

from tieout.checks.secrets import WORDS
from tieout.model import records as r
from tieout.model.history import Moved, SecretMatch, SecretScan
from tieout.model.results import Outcome
from tieout.model.settings import Config, Repository
from tieout.repos.secret_rules import RULES

SECRETS = "no-secrets-or-real-data"
MATCH = SecretMatch("tests/gateway.yml", 3, "named-secret", "0a1b")
KEY = f.change().key


def with_scan(*matches, unread=()):
    return f.facts(f.change(), secret_scans={KEY: SecretScan(tuple(matches), tuple(unread))})


def setting(**fields):
    return f.isms(checks=f.by_id(f.record(r.CheckSetting, SECRETS, **fields)))


def test_a_change_that_brought_one_fails_and_the_row_names_place_and_rule():
    item = f.only(SECRETS, f.isms(), with_scan(MATCH))
    assert (item.outcome, item.found, item.people) == (Outcome.FAIL, "1 line: named-secret", ("alice",))
    assert item.reason == (
        "tests/gateway.yml:3 looks like a value behind a name such as api_key or password. The value is not shown here."
    )


def test_the_incident_that_names_the_change_is_named():
    incident = f.record(
        r.Incident,
        "INC-1",
        owner="bob",
        status="open",
        severity=4,
        kind="security",
        started="2026-07-01T10:00Z",
        detected="2026-07-01T11:00Z",
        affects=["shop"],
        caused_by=[{"repo": "shop", "commit": f.change().id[:12]}],
    )
    item = f.only(SECRETS, f.isms(incidents=f.by_id(incident)), with_scan(MATCH))
    assert item.reason.endswith("The value is not shown here. INC-1 names this change.")


def test_a_text_that_is_too_large_is_unknown():
    item = f.only(SECRETS, f.isms(), with_scan(unread=["data/large.csv"]))
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "1 file of more than a megabyte (data/large.csv) was not looked at line by line; no other line that the change "
        "added looks like a secret."
    )


def test_paths_narrow_what_is_looked_at_and_allow_passes_over_some():
    assert f.only(SECRETS, setting(paths=["src/**"]), with_scan(MATCH)).outcome is Outcome.PASS
    assert f.only(SECRETS, setting(allow=["tests/**"]), with_scan(MATCH)).outcome is Outcome.PASS
    assert f.only(SECRETS, setting(allow=["docs/**"]), with_scan(MATCH)).outcome is Outcome.FAIL


def test_the_check_can_be_switched_off():
    item = f.only(SECRETS, setting(allow=["**"]), f.facts(f.change()))
    assert (item.outcome, item.found) == (Outcome.NOT_APPLICABLE, "switched off")


def test_every_rule_has_words():
    assert set(WORDS) == {rule.name for rule in RULES}


# --- history-intact ------------------------------------------------------------------------------------------------

INTACT = "history-intact"
LINKED = Config("Shop", repositories={"shop": Repository("shop", "../shop")})
OLD, NEW = "a" * 40, "b" * 40


def audit(id_="AUD-0", day="2026-06-05", **fields):
    base = {
        "owner": "bob",
        "status": "closed",
        "kind": "internal",
        "date": day,
        "auditor": "Hugo",
        "scope": ["all-services"],
    }
    base |= {"period": {"from": "2026-01-01", "to": day}, "criteria": ["iso27001-2022"]}
    return f.record(r.Audit, id_, **(base | fields))


def intact(*audits, **facts):
    found = f.items(INTACT, f.isms(audits=f.by_id(*audits)), f.facts(**facts), LINKED)
    return found[0] if found else None


def test_before_the_first_audit_nothing_older_was_seen():
    assert intact() is None


def test_a_sealed_commit_that_the_branch_stands_on_passes():
    item = intact(audit(snapshot={"shop": OLD}), sealed={("AUD-0", "shop"): "kept"})
    assert (item.outcome, item.service) == (Outcome.PASS, "shop")
    assert item.reason == "AUD-0 of 5 June 2026 sealed shop at aaaaaaaaaaaa, and the branch still stands on it."


def test_a_sealed_commit_that_is_gone_fails():
    item = intact(audit(snapshot={"shop": OLD}), sealed={("AUD-0", "shop"): "gone"})
    assert item.outcome is Outcome.FAIL
    assert item.reason.endswith("and the branch no longer stands on it: history was rewritten since.")


def test_a_sealed_commit_that_was_merged_the_wrong_way_round_fails():
    item = intact(audit(snapshot={"shop": OLD}), sealed={("AUD-0", "shop"): "beside"})
    assert (item.outcome, item.found) == (Outcome.FAIL, "sealed commit is off the line")


def test_a_copy_that_is_cut_off_cannot_tell():
    item = intact(audit(snapshot={"shop": OLD}), sealed={("AUD-0", "shop"): "unknown"})
    assert item.outcome is Outcome.UNKNOWN


def test_what_records_kept_elsewhere_name_is_still_there():
    change = f.change(day="2026-06-01", proposal="record")
    deployed = f.deployment(day="2026-06-02")
    (item,) = f.items(INTACT, f.isms(audits=f.by_id(audit())), f.facts(change, deployments=(deployed,)), LINKED)
    assert item.outcome is Outcome.PASS
    assert item.reason == (
        "AUD-0 of 5 June 2026 sealed no commit of shop; what 1 review record and 1 deployment up to then say was there is "
        "still there."
    )


def test_a_deployment_of_a_commit_that_no_history_has_cannot_be_told_from_a_wrong_record():
    lost = f.deployment(day="2026-06-02", absent=True)
    (item,) = f.items(INTACT, f.isms(audits=f.by_id(audit())), f.facts(deployments=(lost,)), LINKED)
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason.endswith("is of a commit that no history has: shop was rewritten, or the record is wrong.")


def test_where_nothing_older_was_kept_it_cannot_be_told():
    item = intact(audit())
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "nothing older was kept")


def test_before_a_seal_nothing_is_asked_of_repositories_that_no_record_names():
    config = Config("Shop", repositories={"kept": Repository("kept", "../kept", kind="records")})
    registers = f.isms(audits=f.by_id(audit(snapshot={"kept": OLD})))
    assert f.items(INTACT, registers, f.facts(pins={"kept": f.facts().pins["shop"]}), config) == ()
    sealed = f.facts(pins={"kept": f.facts().pins["shop"]}, sealed={("AUD-0", "kept"): "kept"})
    assert f.only(INTACT, registers, sealed, config).outcome is Outcome.PASS


def test_a_repository_that_was_not_read_cannot_be_told():
    assert (
        intact(audit(), missing={"shop": "it is not there"}).reason
        == "The repository shop was not read, it is not there."
    )


REWRITTEN = Moved("branch", "main", OLD, NEW, 2, f.at("2026-05-01"))


def test_a_rewritten_branch_fails_and_says_what_was_lost():
    item = intact(moved={"shop": (REWRITTEN,)})
    assert (item.outcome, item.found) == (Outcome.FAIL, "history rewritten")
    assert item.reason == (
        "The branch main was at aaaaaaaaaaaa when it was read before, and is at bbbbbbbbbbbb now, which does not stand on "
        "that: 2 commits, the oldest of 1 May 2026, were lost."
    )


def test_an_audit_that_ended_before_is_as_it_was():
    assert intact(moved={"shop": (REWRITTEN._replace(since=f.at("2026-10-05")),)}) is None


def test_a_moved_tag_and_one_that_is_gone_fail():
    tags = (Moved("tag", "v1", OLD, NEW, 0, f.at("2026-05-01")), Moved("tag", "v2", OLD, "", 0, f.at("2026-05-01")))
    item = intact(moved={"shop": tags})
    assert item.found == "tag v1 moved and tag v2 gone"
    assert item.reason == (
        "The tag v1 was at aaaaaaaaaaaa when it was read first, and is at bbbbbbbbbbbb now. The tag v2 was at aaaaaaaaaaaa "
        "when it was read first, and is gone now."
    )


def test_a_line_that_moved_and_notes_that_were_rewritten_fail():
    line = Moved("line", "main", OLD, NEW, 0, f.at("2026-05-01"))
    notes = Moved("ref", "refs/notes/review", OLD, "", 0, f.at("2026-05-01"))
    item = intact(moved={"shop": (line, notes)})
    assert item.found == "line moved and refs/notes/review rewritten"
    assert "it was merged the wrong way round" in item.reason


def test_a_review_record_of_a_commit_that_no_history_has_is_not_outweighed_by_others():
    seen = f.change(day="2026-06-01", proposal="record")
    lost = {"shop": (("records:reviews.jsonl:4", f.at("2026-06-02")),)}
    (item,) = f.items(INTACT, f.isms(audits=f.by_id(audit())), f.facts(seen, lost_reviews=lost), LINKED)
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "recorded commits not there")
    assert item.reason == (
        "1 review record up to AUD-0 of 5 June 2026 (records:reviews.jsonl:4) is of a commit that no history has: shop was "
        "rewritten, or the record is wrong."
    )
    later = {"shop": (("records:reviews.jsonl:4", f.at("2026-06-20")),)}
    (item,) = f.items(INTACT, f.isms(audits=f.by_id(audit())), f.facts(seen, lost_reviews=later), LINKED)
    assert item.outcome is Outcome.PASS
