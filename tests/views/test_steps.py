"""Required steps over time, and results: what the pages of a pipeline and of a change say of them."""

from dataclasses import replace

from views.snapshots import at, page_of, table, text, whole

from tieout.model.grades import Grade
from tieout.model.history import StepResult, StepSpan
from tieout.views import carried, site
from tieout.views.snapshot import Snapshot

GOOD = "aaaaaaaa" * 5


def with_facts(**changes: object) -> Snapshot:
    snapshot = whole()
    return replace(snapshot, facts=replace(snapshot.facts, **changes))  # type: ignore[arg-type]


def pipeline_page(snapshot: Snapshot):
    name = next(iter(snapshot.isms.pipelines))
    return page_of(site(snapshot, None), f"pipelines/{name}.html")


def rows(found):
    return [tuple(text(cell.line) for cell in row.cells) for row in found.rows]


def span(state, since, until, changes, **more):
    return StepSpan("wallet", "wallet", "unit", state, at(since), at(until) if until else 0, changes, **more)


SPANS = (
    span("missing", "2026-05-01", "2026-05-11", 2),
    span("present", "2026-05-11", "2026-06-27", 9, came="wallet/gone", left="wallet/badbadba"),
    span("missing", "2026-06-27", "2026-07-02", 3, came="wallet/badbadba", left="wallet/aaaaaaaa"),
    span("present", "2026-07-02", "", 1, came="wallet/aaaaaaaa"),
)


def test_a_page_tells_since_when_a_step_is_there_and_whether_it_was_ever_out() -> None:
    page = pipeline_page(with_facts(spans=SPANS))
    shown = rows(table(page, "since"))
    assert shown[0] == ("wallet in wallet",)
    assert [row[1:4] for row in shown[1:]] == [
        ("not there yet", "2026-05-01", "2026-05-11"),
        ("present", "2026-05-11", "2026-06-27"),
        ("missing", "2026-06-27", "2026-07-02"),
        ("present", "2026-07-02", "still"),
    ]
    assert [row[4] for row in shown[1:4]] == ["10 days, 2 changes", "47 days, 9 changes", "5 days, 3 changes"]
    assert [row[5] for row in shown[1:]] == [
        "the first change that was read", "wallet/gone", "wallet/badbadba", "wallet/aaaaaaaa",
    ]  # fmt: skip
    section = next(each for each in page.sections if each.anchor == "since")
    answer = text(section.blocks[0].line)  # type: ignore[union-attr]
    assert answer == "1 of 1 required steps was out at some time after coming: Unit tests of wallet (5 days)."


def test_a_step_that_is_still_out_one_that_never_came_and_one_that_cannot_be_told_say_so() -> None:
    for spans, said in (
        ((*SPANS[:2], span("beside", "2026-06-27", "", 3, why="on a schedule")), "and still is"),
        ((span("missing", "2026-05-01", "", 3),), "1 is not there yet"),
        ((span("unknown", "2026-05-01", "", 3, why="a template"),), "For 1 it cannot be told"),
        ((span("conditional", "2026-05-01", "", 3),), "None of 1 required step was ever out"),
    ):
        section = next(each for each in pipeline_page(with_facts(spans=spans)).sections if each.anchor == "since")
        assert said in text(section.blocks[0].line)  # type: ignore[union-attr]


def result(**changes):
    told = {"name": "unit-tests", "result": "passed", "at": at("2026-07-01"), "commit": GOOD, "grade": Grade.RECORDED}
    return StepResult(**{**told, **changes})


def with_results(*results: StepResult) -> Snapshot:
    changes = whole().facts.changes
    return with_facts(changes={**changes, "wallet/aaaaaaaa": replace(changes["wallet/aaaaaaaa"], results=results)})


def test_ran_and_passed_stands_apart_from_configured() -> None:
    assert [row[1:] for row in rows(table(pipeline_page(whole()), "runs"))[1:]] == [("2", "0", "0", "0", "2")] * 2
    shown = rows(table(pipeline_page(with_results(result())), "runs"))
    assert shown[1][1:] == ("2", "1", "0", "0", "1")
    stated = rows(table(pipeline_page(with_results(result(grade=Grade.STATED))), "runs"))
    assert stated[1][2] == "1 1 of them only stated"
    elsewhere = rows(table(pipeline_page(with_results(result(commit="9" * 40))), "runs"))
    assert elsewhere[1][1:] == ("2", "0", "1", "0", "1")


def test_a_change_shows_what_its_steps_found_and_what_proves_nothing_of_it() -> None:
    snapshot = with_results(
        result(
            counts=(("tests", 1200), ("failures", 0), ("lines covered", 90), ("lines", 120)),
            where=f"evidence:r/{GOOD}/1.xml",
            run="7",
        ),
        result(commit="9" * 40, result="failed", kept=True, grade=Grade.STATED),
    )
    (section,) = (
        each for each in carried.sections(snapshot, snapshot.facts.changes["wallet/aaaaaaaa"]) if each.anchor == "steps"
    )
    first, second = rows(section.blocks[0])
    assert first[0] == "unit-tests run 7"
    assert first[4:] == (
        "1,200 tests, 0 failures, 90 of 120 lines covered",
        "recorded by the forge evidence:r/aaaaaaaa…/1.xml",
    )
    assert second[2] == "no later than 2026-07-01 12:00"
    assert second[3] == "99999999 not what was merged, so it proves nothing of this change"
