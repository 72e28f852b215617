"""Nobody who has left still holds something."""

from dataclasses import replace

from tests.checks.factories import (
    ALICE,
    BOB,
    CAROL,
    CI_BOT,
    approval,
    by_id,
    change,
    exception,
    facts,
    isms,
    items,
    only,
    person,
    record,
    threat,
)

from tieout.model import records as r
from tieout.model.contents import Owned, RepositoryContents
from tieout.model.history import PathChange
from tieout.model.results import Outcome

CHECK = "no-leavers"
LEFT = {"from": "2020-01-01", "to": "2026-08-31"}


def staff(**fields):
    """Alice, who may have left, and a robot."""
    return by_id(person(ALICE, **fields), person(CI_BOT))


def test_somebody_who_is_there_passes_with_what_they_hold():
    registers = isms(people=staff(roles=["engineer"]))
    found = facts(change(code_owners=("alice",), approvals=(approval(ALICE),), authors=(BOB,)))
    item = only(CHECK, registers, found)
    assert (item.outcome, item.reason) == (
        Outcome.PASS,
        "Alice is with the organisation, and holds engineer, is a code owner and approved changes of the period.",
    )


def test_a_leaver_who_is_still_code_owner_fails_with_the_change_that_shows_it():
    registers = isms(people=staff(active=LEFT))
    late = change("z", "2026-09-20", code_owners=("alice",), paths=(PathChange("M", "payouts/rules.yml", "1" * 40),))
    item = only(CHECK, registers, facts(change(), late))
    assert (item.outcome, item.key, item.people) == (Outcome.FAIL, "alice", ("alice",))
    assert item.reason == (
        f"Alice left on 31 August 2026, but is code owner of payouts/rules.yml, as the change {late.key} of 20 September 2026 shows."
    )


def holding(*owned):
    return {"shop": RepositoryContents("shop", "f" * 40, owner_file="CODEOWNERS", owned=owned)}


def test_a_leaver_whom_the_code_owners_at_the_pin_still_name_fails_though_nothing_changed_there():
    registers = isms(people=staff(active=LEFT))
    item = only(CHECK, registers, facts(contents=holding(Owned("/payouts/", ("alice",)))))
    assert item.reason == (
        "Alice left on 31 August 2026, but is code owner of /payouts/, as CODEOWNERS of shop says at ffffffff."
    )


def test_the_code_owners_at_the_pin_decide_and_not_the_change_that_took_somebody_out():
    registers = isms(people=staff(active=LEFT))
    late = change("z", "2026-09-20", code_owners=("alice",), paths=(PathChange("M", "CODEOWNERS", "1" * 40),))
    assert only(CHECK, registers, facts(late, contents=holding())).outcome is Outcome.PASS


def test_a_leaver_whom_a_later_change_no_longer_names_is_clean():
    paths = (PathChange("M", "payouts/rules.yml", "1" * 40),)
    one = change("y", "2026-09-10", code_owners=("alice",), paths=paths)
    two = change("z", "2026-09-20", code_owners=("bob",), paths=paths)
    registers = isms(people=by_id(person(ALICE, active=LEFT), person(BOB)))
    by_key = {item.key: item for item in items(CHECK, registers, facts(one, two))}
    assert by_key["alice"].outcome is Outcome.PASS
    assert by_key["alice"].reason == "Alice left on 31 August 2026 and holds nothing any more."


def test_everything_that_was_left_behind_is_named():
    registers = isms(
        people=staff(active=LEFT, roles=["approver"]),
        access=by_id(record(r.Power, "approve", system="shop", roles=["approver"])),
        squads=by_id(record(r.Squad, "pricing", lead="alice")),
        keys=by_id(record(r.Key, "KEY-1", person="alice", key="ssh-ed25519 AAAA", **{"from": "2026-01-01"})),
        threats=by_id(threat(owner="alice")),
    )
    given = change("z", "2026-09-20", approvals=(approval(ALICE, day="2026-09-20"),), authors=(BOB,))
    item = only(CHECK, registers, facts(given))
    assert item.reason == (
        "Alice left on 31 August 2026, but the key KEY-1 still counts, leads or advises the squad pricing, holds roles that "
        f"give approve, is the owner of THR-1 and approved 1 change after that, the last being {given.key}."
    )


def test_records_that_are_over_may_keep_their_owner():
    registers = isms(people=staff(active=LEFT), threats=by_id(threat(owner="alice", status="retired")))
    assert only(CHECK, registers, facts()).outcome is Outcome.PASS


def test_whether_a_leaver_owns_code_that_was_not_read_cannot_be_told():
    registers = isms(people=staff(active=LEFT))
    item = only(CHECK, registers, replace(facts(), missing={"web": "it is not there"}))
    assert (item.outcome, item.reason) == (
        Outcome.UNKNOWN,
        "Alice left on 31 August 2026. Whether they still own code of web cannot be told, since that was not read whole.",
    )


def test_somebody_who_left_before_the_period_and_holds_nothing_is_past():
    registers = isms(people=staff(active=LEFT | {"to": "2025-12-31"}))
    item = only(CHECK, registers, facts())
    assert (item.outcome, item.reason) == (
        Outcome.NOT_APPLICABLE,
        "Alice left on 31 December 2025, before the period, and holds nothing any more.",
    )


def test_the_last_day_is_still_a_day():
    registers = isms(people=staff(active=LEFT | {"to": "2026-09-30"}, roles=["engineer"]))
    assert only(CHECK, registers, facts()).outcome is Outcome.PASS


def test_an_exception_permits_what_names_the_person():
    found = exception(excepts=["check:no-leavers", "alice"], expires="2026-10-31", scope={})
    registers = isms(
        people=by_id(person(ALICE, active=LEFT), person(CAROL)),
        squads=by_id(record(r.Squad, "pricing", lead="alice")),
        exceptions=by_id(found),
    )
    item = only(CHECK, registers, facts())
    assert (item.outcome, item.exception) == (Outcome.EXCEPTED, "EXC-1")


def test_a_code_owner_whom_nobody_knows_fails_and_a_team_cannot_be_told():
    registers = isms(people=staff())
    owned = change(code_owners=("@org/pricing", "dan@elsewhere.example"))
    team, stranger = items(CHECK, registers, facts(owned))
    assert (team.outcome, team.reason) == (
        Outcome.UNKNOWN,
        f"@org/pricing is a team of the forge and owns code, as the change {owned.key} of 1 July 2026 shows; who is in it cannot be told from here.",
    )
    assert (stranger.outcome, stranger.reason) == (
        Outcome.FAIL,
        f"dan@elsewhere.example owns code, as the change {owned.key} of 1 July 2026 shows, and is nobody in the people register.",
    )


def test_who_holds_nothing_and_has_not_left_is_not_asked():
    assert not items(CHECK, isms(people=staff()), facts())


def test_a_leaver_is_not_clean_where_the_changes_since_then_were_read_in_part():
    registers = isms(people=staff(active=LEFT))
    late = change("z", "2026-09-20")
    assert only(CHECK, registers, facts(late, histories_incomplete=("shop",))).outcome is Outcome.UNKNOWN
    whole = facts(change("a", "2026-08-01"), late, histories_incomplete=("shop",))
    assert only(CHECK, registers, whole).outcome is Outcome.PASS
