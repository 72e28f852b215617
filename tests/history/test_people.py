from datetime import date

import pytest
from history.story import PEOPLE, START, person

from tieout.history.owners import owners_of, parse_owners
from tieout.history.people import day_of, index_people
from tieout.model.history import Stamp

YEAR = 365 * 86400


def who(email, name="X", at=START, people=PEOPLE):
    return index_people(people).identify(Stamp(name, email, at), at)


def test_addresses_are_compared_without_case():
    assert who("BEN@example.ORG").person == "ben"
    assert who("ada@home.example").person == "ada"


def test_a_name_alone_never_identifies_an_author():
    assert not who("other@example.org", "Ada Stone").known


def test_a_leaver_keeps_the_identity():
    people = {"ada": person("ada", "Ada", "a@x", until=date(2021, 1, 1))}
    assert who("a@x", people=people).person == "ada"


def test_an_address_that_went_to_another_person_follows_the_day():
    people = {
        "old": person("old", "Old", "duty@x", until=date(2026, 6, 30)),
        "new": person("new", "New", "duty@x", since=date(2026, 7, 1)),
    }
    assert who("duty@x", people=people).person == "old"
    assert who("duty@x", at=START + YEAR, people=people).person == "new"


def test_an_address_that_two_active_people_share_belongs_to_nobody():
    people = {"a": person("a", "A", "team@x"), "b": person("b", "B", "team@x")}
    assert not who("team@x", people=people).known


def test_only_a_declared_service_account_is_a_robot():
    assert who("ci-bot@example.org").robot
    assert not who("deploy@x", "svc_deploy[bot]").robot


@pytest.mark.parametrize("email", ["123+adastone@users.noreply.github.com", "9-AdaStone@users.noreply.gitlab.com"])
def test_the_hidden_address_of_a_forge_leads_to_its_login(email):
    assert who(email).person == "ada"


def test_owners_are_found_by_address_or_login():
    people = index_people(PEOPLE)
    assert people.owner("@AdaStone", START).person == "ada"
    assert people.owner("ben@example.org", START).person == "ben"
    assert not people.owner("@org/team", START).known


def test_days_out_of_the_calendar_are_clamped():
    assert day_of(10**15).year == 9999
    assert day_of(-(10**15)).year == 1


def test_the_last_matching_rule_wins():
    data = b"# all\n* @all\n/pay/ @pay # money\npay/docs/*.md docs@x\npay/free\n"
    assert owners_of(data, "a/b") == ("@all",)
    assert owners_of(data, "pay/x/y") == ("@pay",)
    assert owners_of(data, "pay/docs/a.md") == ("docs@x",)
    assert owners_of(data, "pay/free/z") == ()


def test_each_section_has_its_own_last_rule():
    data = b"* @all\n[Docs][2] @docs\n*.md\n^[Sec]\nsec/ @sec\n"
    assert owners_of(data, "sec/a.md") == ("@all", "@docs", "@sec")
    assert [rule.section for rule in parse_owners(data)] == ["", "docs", "sec"]


def test_an_escaped_space_belongs_to_the_path():
    assert owners_of(rb"/a\ b/ @x", "a b/c") == ("@x",)
