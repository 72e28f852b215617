"""The demo operator, challenged at two of its services: the estate is large, and its registers are a real one's."""

from pathlib import Path

from tieout import demo
from tieout.build.challenge import run

CONTENT = Path(__file__).parents[3] / "isms-content"
# What the demo's own settings leave out, in the words of the check.
CHOSEN = {
    ("own-change-deployed", "promo-engine", "author-approver-deployer-distinct"),
    ("high-risk-deployed", "promo-engine", "author-approver-deployer-distinct"),
    ("unsigned-commit", "promo-engine", "commits-signed"),
}


def test_the_demos_checks_notice_what_is_planted_unless_its_settings_leave_it_out(tmp_path):
    demo.write_demo(tmp_path / "demo", CONTENT)
    asked = run.Request(tmp_path / "demo" / "isms", services=("odds-engine", "promo-engine"))
    found, problems = run.challenge(asked, lambda _: None)
    assert found, problems
    missed = {(one.violation, one.service, one.check): one.reason for one in found.trials if one.answer == "missed"}
    assert set(missed) <= CHOSEN
    assert all("is of tier 2" in reason for reason in missed.values())
    assert found.count("caught") > 60
    assert found.beside == ()
