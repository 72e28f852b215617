"""What stands in the repositories is read at each audit's pins, by that audit's own settings."""

from gitfixtures import commit
from tinyproject import AUDIT

from tieout.build import dates, pipeline, world

SETTING = "- id: dependencies-pinned\n  paths: [requirements.txt]\n  why: What we ship.\n"


def snapshots(project):
    read, problems = world.read(project.isms, lambda _: None)
    assert read
    assert not [problem for problem in problems if problem.severity == "error"]
    plan = dates.plan(read, ())
    return {date.key: pipeline.conclude(read, date, plan.dates) for date in plan.needed}


def test_files_of_a_real_repository_are_judged_at_the_pin(project):
    commit(project.service, "PAY-9 Pin", {"requirements.txt": "flask==3.0.2\n"})
    project.write({"isms/checks.yml": SETTING})
    found = snapshots(project)
    assert found[AUDIT].judgement.results["dependencies-pinned"].items == ()  # nobody had asked then
    (item,) = found["current"].judgement.results["dependencies-pinned"].items
    assert (item.key, item.service) == ("pay", "pay")
    assert item.reason == "The 1 dependency at requirements.txt has a version that stands still."


def test_what_is_not_committed_is_not_judged(project):
    project.write({"isms/checks.yml": SETTING}, commit_it=False)
    commit(project.service, "PAY-9 Loose", {"requirements.txt": "flask\n"})
    (project.service / "requirements.txt").write_text("flask==3.0.2\n")
    (item,) = snapshots(project)["current"].judgement.results["dependencies-pinned"].items
    assert item.reason == "At the audit's commit of pay: in requirements.txt flask is asked for at any version."
