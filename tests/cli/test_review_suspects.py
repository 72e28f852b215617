"""Which links a change makes doubtful: the same whichever side wrote them, and until somebody looks again."""

import pytest
from comments import review, section
from tinyproject import CONTENT, record

CONTROL = "isms/controls/CTL-001-review.md"
RISK = "isms/risks/RSK-001-unreviewed.md"
SERVICE = "isms/services/pay.md"
SUPPLIER = "isms/suppliers/bank.md"
STATEMENT = ("Each change was approved by a second person.", "Each change of tier 1 was approved by a second person.")
LINKED = ("holds: [funds]", "holds: [funds]\nsupplied_by: bank")
BANK = "title: Bank\nowner: ada\nstatus: active\ncriticality: low\nprovides: [payments]\n"
OF_PAY = [
    "- **bank** Bank: criticality changed; these rely on it and were not looked at again:",
    "  - **pay** Pay, supplied by",
]


def look_again(project, **options):
    return section(review(project, **options).out, "Look at again")


@pytest.mark.parametrize("sides", ["service", "supplier", "both"])
def test_a_service_relies_on_its_supplier_whichever_side_says_so(project, sides):
    supplier = BANK + ("services: pay" if sides != "service" else "")
    project.write({SUPPLIER: record(supplier), SERVICE: LINKED if sides != "supplier" else CONTENT[SERVICE] + "\n"})
    project.write({SUPPLIER: record(supplier.replace("low", "medium"))})
    assert look_again(project) == OF_PAY
    assert "- Services: pay" in section(review(project).out, "Whom it concerns")


def test_a_new_owner_is_no_second_look(project):
    project.write({CONTROL: STATEMENT, RISK: ("owner: ada", "owner: ben")})
    assert "  - **RSK-001** Unreviewed code moves money, mitigated by" in look_again(project)


def test_a_new_size_of_a_risk_is_a_second_look_at_its_controls(project):
    project.write({CONTROL: STATEMENT, RISK: ("{likelihood: 1, impact: 2}", "{likelihood: 2, impact: 2}")})
    assert "RSK-001" not in "\n".join(look_again(project))


def test_a_new_owner_settles_no_suspect_link_and_the_later_look_does(project):
    project.write({CONTROL: STATEMENT})
    project.write({RISK: ("owner: ada", "owner: ben")})
    assert not section(review(project).out, "Looked at again")
    project.write({RISK: ("reviewed: 2026-03-01", "reviewed: 2026-05-20")})
    assert section(review(project).out, "Looked at again") == [
        "- **CTL-001** Review by a second person: statement changed since these were last looked at, and they are looked at now:",
        "  - **RSK-001** Unreviewed code moves money, mitigated by",
    ]


def test_a_service_relies_on_the_controls_that_make_it_secure(project):
    project.write({SERVICE: ("holds: [funds]", "holds: [funds]\nsecure_by_design: {testing: [CTL-001, by hand]}")})
    project.write({CONTROL: STATEMENT})
    assert "  - **pay** Pay, secure by design" in look_again(project)
