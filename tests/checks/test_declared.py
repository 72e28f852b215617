"""Checks that an operator declares: every outcome, every operator, and the sentences they say it in."""

from datetime import date
from types import MappingProxyType

import pytest
from checks import factories as f

from tieout.checks.catalogue import CHECKS
from tieout.checks.declared.conditions import answer
from tieout.checks.declared.fields import CHANGES, DEPLOYMENTS, REPOSITORIES
from tieout.checks.declared.files import value_in
from tieout.checks.declared.values import Length, Parts, Unknown
from tieout.model import records as r
from tieout.model.checks import STAGES
from tieout.model.contents import RepositoryContents
from tieout.model.grades import Grade
from tieout.model.own_checks import OPERATOR_WORDS, OPERATORS, POPULATIONS, facts_of, populations
from tieout.model.results import Outcome
from tieout.model.settings import Config, Repository

AS_OF = date(2026, 9, 30)


def condition(field="", operator="present", value=None, **more):
    return r.Condition(field=field, operator=operator, value=value, **more)


def own(*passes_when, over="changes", where=(), **more):
    base = {"over": over, "where": where, "passes_when": passes_when, "stage": "commit-review", "annex_a": ("A.8.32",)}
    return f.record(r.OwnCheck, "limits", **(base | {"cannot_prove": "Much.", "remedy": "Do it."} | more))


def judged(check, *changes, config=f.CONFIG, facts=None, **registers):
    registers = f.isms(own_checks=f.by_id(check), **registers)
    return f.items("limits", registers, facts or f.facts(*changes), config)


TWO_TICKETS = condition("tickets", "at-least", 2)
ON_LIMITS = condition("paths", "matches", "limits/**")


# --- outcomes ------------------------------------------------------------------------------------------------------


def test_an_item_passes_where_all_that_is_asked_holds():
    check = own(condition("tickets", "contains", "SHOP-1"), condition("tier", "is", 1))
    (item,) = judged(check, f.change())
    assert (item.outcome, item.expected) == (Outcome.PASS, "tickets contains “SHOP-1”; tier 1")
    assert item.reason == "The field tickets is SHOP-1, and must contain “SHOP-1”. The field tier is 1, and must be 1."


def test_an_item_fails_where_one_thing_does_not_hold():
    (item,) = judged(own(TWO_TICKETS, condition("tier", "is", 1)), f.change())
    assert item.outcome is Outcome.FAIL
    assert item.reason == "The field tickets has 1 (SHOP-1), and must be at least 2."
    assert item.people == ("alice",)


def test_what_is_not_known_is_never_a_pass():
    check = own(condition("age-to-deployment", "within", "7d"))
    (item,) = judged(check, f.change())
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "Whether the field age-to-deployment is within 7 days cannot be told: no production deployment of it is known."
    )


def test_a_fail_is_told_before_what_is_not_known():
    (item,) = judged(own(condition("age-to-deployment", "within", "7d"), TWO_TICKETS), f.change())
    assert item.outcome is Outcome.FAIL


def test_the_check_does_not_apply_to_what_where_leaves_out():
    (item,) = judged(own(TWO_TICKETS, where=(ON_LIMITS,)), f.change())
    assert item.outcome is Outcome.NOT_APPLICABLE
    assert item.reason == "The check is about others. The field paths is src/price.py, and must match “limits/**”."


def test_where_it_cannot_be_told_whether_it_applies_the_item_is_unknown():
    late = condition("age-to-deployment", "within", "7d")
    (item,) = judged(own(condition("tier", "is", 1), where=(late,)), f.change())
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason.startswith("Whether the check is about this one cannot be told.")


def test_the_settings_of_all_checks_hold_for_own_ones():
    setting = f.record(r.CheckSetting, "limits", since="2026-07-15")
    (item,) = judged(own(TWO_TICKETS), f.change(), checks=f.by_id(setting))
    assert item.outcome is Outcome.NOT_APPLICABLE
    assert item.reason == "This was before the check was adopted on 15 July 2026."


def test_a_repository_that_was_not_read_is_a_hole_of_the_population():
    missing = f.facts(pins={}, missing={"shop": "its history could not be read"})
    (item,) = judged(own(TWO_TICKETS), facts=missing)
    assert (item.outcome, item.kind, item.key) == (Outcome.UNKNOWN, "repository", "shop")


def test_own_checks_stand_among_the_built_in_ones_of_their_stage():
    results = f.judged(f.isms(own_checks=f.by_id(own(TWO_TICKETS))), f.facts()).results
    stages = [STAGES.index(result.check.stage) for result in results.values()]
    assert stages == sorted(stages)
    assert set(results) == {*CHECKS, "limits"}


def test_a_record_that_took_the_name_of_a_built_in_check_is_not_judged():
    check = own(TWO_TICKETS).model_copy(update={"id": "change-reviewed"})
    results = f.judged(f.isms(own_checks=f.by_id(check)), f.facts(f.change())).results
    assert results["change-reviewed"].check is CHECKS["change-reviewed"]


def test_evidence_of_a_control_is_an_item_of_the_own_check_that_enforces_it():
    control = f.control(enforced_by=["check:limits"])
    registers = f.isms(own_checks=f.by_id(own(condition("tier", "is", 1))), controls=f.by_id(control))
    assert f.judged(registers, f.facts(f.change(day="2026-09-20"))).evidence["CTL-1"].fresh


# --- the words of a check -------------------------------------------------------------------------------------------


def test_a_check_says_in_words_what_it_is_about_and_what_it_asks():
    check = own(condition("approvals-count", "at-least", 2), condition("body", "present"), where=(ON_LIMITS,))
    found = f.judged(f.isms(own_checks=f.by_id(check)), f.facts()).results["limits"].check
    assert found.number == ""
    assert found.population == (
        "Changes on the protected branches of the services in the period, where paths matches “limits/**”"
    )
    assert found.passes_when == "Approvals-count is at least 2 and body is filled in."


def test_a_check_over_a_register_names_its_file():
    check = own(condition("assessed", "within", "1y"), over="suppliers")
    found = f.judged(f.isms(own_checks=f.by_id(check)), f.facts()).results["limits"].check
    assert found.population == "Records of the register suppliers, as they stand at the audit date"


# --- operators ------------------------------------------------------------------------------------------------------

HOLDS = [
    ("is", "x", "x", True),
    ("is", "x", "y", False),
    ("is", "x", None, False),
    ("is", 2, 2, True),
    ("is", True, True, True),
    ("is", "no", False, True),
    ("is", "recorded", Grade.RECORDED, True),
    ("is", "as-of", AS_OF, True),
    ("is-not", "x", "y", True),
    ("is-not", "x", "x", False),
    ("is-not", "x", "", None),
    ("one-of", ("x", "y"), "y", True),
    ("one-of", ("x", "y"), ("z", "y"), True),
    ("one-of", (1, 2), 2, True),
    ("one-of", ("x",), "z", False),
    ("contains", "ric", "price", True),
    ("contains", "price", ("price", "odds"), True),
    ("contains", "pric", ("price",), False),
    ("matches", "p?ic*", "price", True),
    ("matches", "p", "price", False),
    ("at-least", 2, 2, True),
    ("at-least", 2, ("a",), False),
    ("at-least", 1, None, False),
    ("at-least", "recorded", Grade.STATED, False),
    ("at-least", "stated", None, False),
    ("at-least", 2, "v2", None),
    ("at-most", 2, Parts(3), False),
    ("at-most", 0, None, True),
    ("present", None, "x", True),
    ("present", None, (), False),
    ("present", None, False, True),
    ("absent", None, "", True),
    ("before", "2026-01-01", date(2025, 12, 31), True),
    ("after", "as-of", date(2026, 9, 30), False),
    ("after", "as-of", date(2026, 10, 1), True),
    ("within", "1y", date(2025, 9, 30), True),
    ("within", "1y", date(2025, 9, 29), False),
    ("within", "1y", date(2026, 10, 1), False),
    ("within", "1y", None, False),
    ("within", "1d", Length(86_400), True),
    ("within", "1d", Length(86_401), False),
]


@pytest.mark.parametrize(("operator", "given", "value", "holds"), HOLDS)
def test_operator(operator, given, value, holds):
    found = answer(condition("title", operator, given), value, AS_OF)
    assert found.holds is holds
    assert found.reason.endswith(".")


@pytest.mark.parametrize("operator", OPERATORS)
def test_no_operator_takes_what_is_not_known_for_an_answer(operator):
    given = {"one-of": ("x",), "within": "1y", "before": "as-of", "after": "as-of"}.get(operator, 1)
    assert answer(condition("title", operator, given), Unknown("nobody wrote it"), AS_OF).holds is None


def test_every_operator_has_a_case_and_words():
    assert {operator for operator, *_ in HOLDS} == set(OPERATORS) == set(OPERATOR_WORDS)


# --- fields ---------------------------------------------------------------------------------------------------------


def test_every_field_has_a_reader_and_every_reader_a_field():
    readers = {"changes": CHANGES, "deployments": DEPLOYMENTS, "repositories": REPOSITORIES}
    assert {over: [fact.name for fact in facts] for over, facts in POPULATIONS.items()} == {
        over: list(found) for over, found in readers.items()
    }


@pytest.mark.parametrize("field", sorted(facts_of("changes")))
def test_every_field_of_changes_can_be_asked(field):
    items = judged(own(condition(field, "present")), f.change(approvals=(f.approval(),)))
    assert [item.kind for item in items] == ["change"]


@pytest.mark.parametrize("field", sorted(facts_of("deployments")))
def test_every_field_of_deployments_can_be_asked(field):
    check = own(condition(field, "present"), over="deployments")
    items = judged(check, facts=f.facts(f.change(), deployments=(f.deployment(),)))
    assert [item.kind for item in items] == ["deployment"]


def test_approvals_count_only_people_outside_the_authors():
    by_both = (f.approval(f.ALICE), f.approval(f.BOB), f.approval(f.BOB, Grade.STATED))
    (item,) = judged(own(condition("approvals-count", "is", 1)), f.change(approvals=by_both))
    assert item.outcome is Outcome.PASS


def test_approvals_are_unknown_where_an_author_may_hide():
    change = f.change(authors=(f.STRANGER,), approvals=(f.approval(),))
    (item,) = judged(own(condition("approvals-count", "at-least", 1)), change)
    assert item.outcome is Outcome.UNKNOWN
    assert "not everybody who wrote it is known" in item.reason


def test_a_change_that_a_deployment_brought_has_an_age():
    facts = f.facts(f.change(), deployments=(f.deployment(),))
    (item,) = judged(own(condition("age-to-deployment", "within", "7d")), facts=facts)
    assert item.reason == "The field age-to-deployment is 1 day, and must be within 7 days."


# --- records --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", [one for one in populations() if one not in POPULATIONS])
def test_every_register_can_be_judged(over):
    registers = f.isms(own_checks=f.by_id(own(condition("id", "present"), over=over)))
    items = f.judged(registers, f.facts()).results["limits"].items
    assert {item.outcome for item in items} <= {Outcome.PASS}


def test_a_record_is_judged_by_what_it_says_at_the_audit_date():
    check = own(condition("contract.exit_plan", "within", "1y"), over="suppliers")
    feed, cloud = f.supplier(), f.supplier("cloud", contract=None)
    found = {item.key: item for item in judged(check, suppliers=f.by_id(feed, cloud))}
    assert found["feed"].outcome is Outcome.PASS
    assert found["feed"].others == ("shop",)
    assert found["cloud"].reason == "The field contract.exit_plan is empty, and must be within 1 year."


# --- files ----------------------------------------------------------------------------------------------------------

LINKED = Config("Shop", repositories={"shop": Repository("shop", "../shop")})


def of_files(*passes_when, files=MappingProxyType({}), **more):
    contents = {"shop": RepositoryContents("shop", "f" * 40, own=files)}
    facts = f.facts(contents=contents, **more)
    (item,) = judged(own(*passes_when, over="repositories"), config=LINKED, facts=facts)
    return item


def test_a_file_that_has_to_be_there():
    asked = condition(operator="present", file="SECURITY.md")
    assert of_files(asked, files={"SECURITY.md": None}).outcome is Outcome.PASS
    missing = of_files(asked)
    assert (missing.outcome, missing.service) == (Outcome.FAIL, "shop")
    assert missing.reason == "The file SECURITY.md is not there, and must be there."


def test_a_file_that_must_not_be_there():
    asked = condition(operator="absent", file="**/*.pem")
    assert of_files(asked).outcome is Outcome.PASS
    assert of_files(asked, files={"keys/a.pem": None}).reason == "The file **/*.pem is there, and must be absent."


def test_a_file_may_be_in_the_part_of_a_copy_that_was_cut_off():
    item = of_files(condition(operator="absent", file="*.pem"), histories_incomplete=("shop",))
    assert item.outcome is Outcome.UNKNOWN


def test_a_text_in_a_file():
    asked = condition(operator="contains", value="security@", file="SECURITY.md")
    assert of_files(asked, files={"SECURITY.md": b"write to security@shop.example\n"}).outcome is Outcome.PASS
    assert of_files(asked, files={"SECURITY.md": b"call us\n"}).outcome is Outcome.FAIL
    assert of_files(asked, files={"SECURITY.md": None}).outcome is Outcome.UNKNOWN


def test_a_line_of_each_file_that_a_pattern_means():
    asked = condition(operator="matches", value="FROM *@sha256:*", file="**/Dockerfile")
    files = {"a/Dockerfile": b"FROM x@sha256:0\n", "b/Dockerfile": b"FROM x:latest\n"}
    item = of_files(asked, files=files)
    assert (item.outcome, item.found) == (Outcome.FAIL, "b/Dockerfile no such line")
    assert item.reason == "The file b/Dockerfile has no such line, and must match “FROM *@sha256:*”."


def test_what_is_in_a_file_that_is_not_there_fails_and_says_so():
    item = of_files(condition(operator="is-not", value=3, file="values.yaml", at="replicas.min"))
    assert (item.outcome, item.found) == (Outcome.FAIL, "values.yaml not there")
    assert item.reason == "There is no file values.yaml, and replicas.min in values.yaml must be not 3."


VALUES = b"replicas: {min: 2}\nimages: [a, b]\nempty:\nflag: true\nsteps: [{name: x}]\n"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("replicas.min", 2),
        ("replicas", Parts(1)),
        ("images", ("a", "b")),
        ("images.1", "b"),
        ("steps.0.name", "x"),
        ("steps", Parts(1)),
        ("empty", None),
        ("flag", True),
        ("replicas.max", None),
        ("images.9", None),
    ],
)
def test_a_value_at_a_place_of_a_file(place, value):
    assert value_in(VALUES, place) == value


def test_json_is_read_as_well_and_what_is_neither_is_unknown():
    assert value_in(b'{"a": {"b": "c"}}', "a.b") == "c"
    assert isinstance(value_in(b"a: [", "a"), Unknown)


def test_a_value_in_a_file():
    asked = condition(operator="at-least", value=3, file="values.yaml", at="replicas.min")
    item = of_files(asked, files={"values.yaml": VALUES})
    assert item.reason == "Replicas.min in values.yaml is 2, and must be at least 3."
