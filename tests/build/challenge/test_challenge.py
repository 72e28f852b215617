"""Every violation, planted at a small operator who asked for everything; and that nothing of the operator's is touched."""

import json
import shutil
from hashlib import sha256

import pytest
from build.challenge.estate import adopt
from tinyproject import Project, at, digests

from tieout import views
from tieout.build import dates, pipeline, world
from tieout.build.challenge import run
from tieout.build.challenge.plants import UNCHALLENGED, VIOLATIONS, asked
from tieout.checks.catalogue import CHECKS
from tieout.content import challenges
from tieout.output import challenge as written
from tieout.text.json_lines import find_object


def quiet(_):
    pass


@pytest.fixture(scope="module")
def operator(template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("challenged") / "small"
    shutil.copytree(template.folder, folder, symlinks=True)
    return adopt(Project(folder))


@pytest.fixture(scope="module")
def challenged(operator):
    found, problems = run.challenge(run.Request(operator.isms), quiet)
    assert found, problems
    return found


def of(found, violation):
    return {trial.check: trial for trial in found.trials if trial.violation == violation}


def test_every_check_of_the_catalogue_has_a_plant_or_a_reason_why_none():
    planted = {check for violation in VIOLATIONS for check in asked(violation)}
    assert not planted & set(UNCHALLENGED)
    assert planted | set(UNCHALLENGED) == set(CHECKS)


def test_violations_have_ids_and_titles_of_their_own():
    assert len({violation.id for violation in VIOLATIONS}) == len(VIOLATIONS)
    assert len({violation.title for violation in VIOLATIONS}) == len(VIOLATIONS)
    assert all((violation.plant is None) != (violation.plant_once is None) for violation in VIOLATIONS)


def test_where_everything_is_asked_everything_is_caught(challenged):
    missed = [(trial.violation, trial.check, trial.reason) for trial in challenged.trials if trial.answer == "missed"]
    assert missed == []
    left = {trial.violation for trial in challenged.trials if trial.answer == "not planted"}
    assert left == set()


def test_a_catch_says_in_the_checks_own_words_what_was_seen(challenged):
    push = of(challenged, "direct-push")["no-direct-push"]
    assert push.reason.startswith("Ada Stone put this commit on the protected branch directly: it is no merge")
    assert "change-reviewed" in push.also
    removed = of(challenged, "step-removed")["required-steps-configured"]
    assert "without unit" in removed.reason


def test_nothing_changes_where_nothing_was_planted(challenged):
    assert challenged.beside == ()


def test_nothing_of_the_operators_is_touched(operator, challenged):
    before = everything(operator)
    again, _ = run.challenge(run.Request(operator.isms), quiet)
    assert everything(operator) == before
    assert written.render(again) == written.render(challenged)


def everything(operator):
    """All files of the ISMS and of the linked repositories; the mirrors with their refs, objects and times."""
    mirrors = operator.kept / "mirrors"
    objects = {path: path.stat().st_mtime_ns for path in mirrors.glob("*/objects/**/*") if path.is_file()}
    told = {path: sha for path, sha in digests(mirrors).items() if not path.endswith(("tieout-fetched", ".lock"))}
    return digests(operator.folder), told, objects, digests(operator.kept / "histories")


def test_what_is_judged_is_judged_as_a_build_judges(operator):
    read, _ = world.read(operator.isms, quiet)
    scene = run.set_scene(read)
    built = pipeline.conclude(read, scene.audit, dates.plan(read, ("current",)).dates)
    assert scene.judgement.results == built.judgement.results


def test_a_service_and_a_check_alone_can_be_asked_for(operator):
    asked_for = run.Request(operator.isms, services=("pay",), checks=("change-reference",))
    found, _ = run.challenge(asked_for, quiet)
    assert {(trial.service, trial.check) for trial in found.trials} == {("pay", "change-reference")}


def test_the_result_says_what_it_was_made_on(challenged):
    told = json.loads(written.render(challenged))
    assert set(told["pins"]) == {"isms", "pay", "platform", "records"}
    assert (told["newest"], told["as_of"]) == ("2026-05-21", "2026-05-28")
    assert (told["caught"], told["missed"]) == (len(challenged.trials), 0)
    assert len(told["trials"]) == len(challenged.trials)


def test_the_written_result_is_read_back_as_it_was(challenged):
    assert challenges.read(find_object(written.render(challenged))) == challenged


def test_a_kept_result_has_a_page_that_tells_what_was_caught(operator, challenged, tmp_path):
    shutil.copytree(operator.folder, tmp_path / "small", symlinks=True)
    kept = Project(tmp_path / "small")
    data = written.render(challenged)
    fields = (
        "title: The checks were challenged\nkind: test-result\nproves: [CTL-001]\nobserved: {from: 2026-05-21, to: 2026-05-21}\n"
        "collected: 2026-05-21\ncollected_by: ada\norigin: tieout challenge\nfile: evidence/challenge.json\n"
        f"sha256: '{sha256(data).hexdigest()}'\n"
    )
    kept.write({"evidence/challenge.json": data, "isms/evidence/EVD-050.yml": fields}, time=at("2026-05-22"))
    snapshot, _ = pipeline.snapshot(kept.isms, "current", quiet)
    (page,) = views.challenge.pages(snapshot)
    number = len(challenged.trials)
    assert "".join(part.text for part in page.lede) == (
        "Known violations were planted in scratch copies of the repositories, as they stood on 21 May 2026: "
        f"{number} of {number} were caught by the check that should notice, none missed."
    )
    assert [section.title for section in page.sections] == [
        "What was missed, and why?",
        "What was caught",
        "What could not be planted",
    ]
