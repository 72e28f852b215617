"""Whom a change concerns, what got worse by it, and what only looks better because nothing asks for it any more."""

import pytest
from comments import review, section
from tinyproject import CONTENT, record

LICENCES = "isms/licences.yml"
RISK = "isms/risks/RSK-001-unreviewed.md"
CONTROL = "isms/controls/CTL-001-review.md"
KEYS = "isms/controls/CTL-003-keys.md"
OWN = "isms/requirements/ukgc-rts.yml"
LICENCE = (
    "- {id: LIC-GB, title: Remote licence, owner: ada, status: active, jurisdiction: GB, holder: Small Works,"
    " granted: 2021-04-01, frameworks: [ukgc-rts, gdpr], services: all-services}\n"
)
LESS = ("frameworks: [ukgc-rts, gdpr], services: all-services", "frameworks: [gdpr], services: pay")
EXCEPTION = record(
    "title: A key not counted\nowner: ada\nstatus: requested\nexcepts: [CTL-003]\nscope: {services: pay}\n"
    "from: 2026-04-01\nexpires: 2026-05-01\ncompensating: [CTL-001]\nreason: Nobody is there."
)
INCIDENT = record(
    "title: Money gone\nowner: ada\nstatus: open\nseverity: 1\nkind: fraud\nstarted: 2026-03-01T08:00Z\n"
    "detected: 2026-03-01T09:00Z\naffects: [pay]"
)
POLICY = record(
    "title: Keys\nowner: ada\nstatus: approved\napproved_by: {person: ben, on: 2026-03-01}\naudience: [all]\n"
    "implements: [A.8.24]\nenforced_by: [check:change-reviewed]\nreviewed: 2026-03-01\nreview_every: 3mo"
)


@pytest.fixture
def licensed(project):
    project.write({LICENCES: LICENCE})
    return project


def test_a_licence_is_concerned_by_its_own_conditions(licensed):
    licensed.write({LICENCES: LESS})
    (line,) = section(review(licensed).out, "Whom it concerns")
    assert line.startswith("- Licence **LIC-GB** Remote licence (GB): its own record changes (frameworks: ukgc-rts, ")
    assert line.endswith("gdpr → gdpr; services: all-services → pay)")


def test_a_licence_that_ends_is_told_and_what_it_asked_for_was_not_mended(licensed):
    licensed.write({LICENCES: ("status: active", "status: ended")})
    told = review(licensed).out
    assert "its own record changes (status: active → ended)" in told
    assert "2 requirement sets bind no longer" in told
    assert "closes" not in told
    assert not section(told, "Gaps closed")
    assert "- no licence in force and no audit held names ukgc-rts:" in section(
        told, "Gaps that no longer count, though nothing was mended"
    )
    assert any("binds no longer" in line for line in section(told, "Coverage by requirement set"))


def test_a_licence_that_comes_brings_its_sets(licensed):
    told = review(licensed).out
    assert "- Licence **LIC-GB** Remote licence (GB): its record is new" in section(told, "Whom it concerns")
    assert any(": binds now; 0 of " in line for line in section(told, "Coverage by requirement set"))


def test_an_audit_that_is_reported_is_concerned_by_it(project):
    project.write({"isms/audits/AUD-2026-01.md": ("status: planned", "status: reported")})
    assert section(review(project).out, "Whom it concerns") == [
        "- Audit **AUD-2026-01** First audit (reported, 2026-03-31): its own record changes (status: planned → reported)"
    ]


def test_a_requirement_that_is_called_not_applicable_concerns_the_licences_that_ask_for_it(licensed):
    licensed.write({OWN: "owner: ada\nnot_applicable:\n  RTS-6: No free play\n"})
    licensed.write({OWN: ("  RTS-6: No free play", "  RTS-6: No free play\n  RTS-12: No autoplay")})
    told = review(licensed).out
    assert section(told, "Whom it concerns") == ["- Licence **LIC-GB** Remote licence (GB): ukgc-rts"]
    assert told.split("\n")[1].startswith("**Changes ukgc-rts “UK Gambling Commission")
    (line,) = section(told, "Coverage by requirement set")
    assert "RTS-12 " in line
    assert line.endswith(" → not applicable")


def test_an_exception_concerns_the_services_it_is_for(licensed):
    licensed.write({"isms/exceptions/EXC-001-keys.md": EXCEPTION})
    assert section(review(licensed).out, "Whom it concerns")[:2] == [
        "- Services: pay",
        "- Licence **LIC-GB** Remote licence (GB): pay",
    ]


def test_gaps_of_a_record_that_is_removed_were_not_closed(project):
    project.write({CONTROL: ("enforced_by: [check:change-reviewed]\n", ""), KEYS: None})
    told = review(project).out
    assert "CTL-003 is removed" in "\n".join(section(told, "Gaps that no longer count, though nothing was mended"))
    assert "CTL-003" not in "\n".join(section(told, "Gaps closed"))


def test_the_headline_names_what_matters_most(project):
    actions = "".join(
        f"- {{id: ACT-00{number}, title: Do it, owner: ada, status: open, opened: 2026-03-02, due: 2026-06-01, for: [CTL-003]}}\n"
        for number in (1, 2)
    )
    project.write({"isms/incidents/INC-2026-001-money.md": INCIDENT, "isms/actions.yml": actions})
    assert review(project).out.split("\n")[1].startswith("**Adds INC-2026-001 “Money gone” and 2 actions; ")


def test_both_sides_are_judged_as_of_one_day(project):
    """The base is half a year old; what came by age since then is nothing that the pull request opens."""
    project.write({"isms/policies/POL-001-keys.md": POLICY}, time=1_773_000_000)
    project.write({"isms/squads.yml": CONTENT["isms/squads.yml"].replace("Money", "Treasury")}, time=1_790_000_000)
    told = review(project).out
    assert "both judged as of 21 September 2026" in told
    assert not section(told, "Gaps opened")
    project.write(
        {"isms/policies/POL-001-keys.md": ("reviewed: 2026-03-01", "reviewed: 2026-09-20")}, time=1_790_000_001
    )
    assert "- POL-001 was due for review on 2026-06-01. (`C8/POL-001/review-overdue`)" in section(
        review(project).out, "Gaps closed"
    )
