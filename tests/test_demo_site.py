"""The demo's site, as a reader follows it. The demo goes through the same code as any operator's repositories."""

import json
import re
from pathlib import Path, PurePosixPath
from posixpath import normpath

import pytest

from tieout import demo
from tieout.build import pipeline

CONTENT = Path(__file__).parents[1] / "isms-content"
AUDIT = "2026-09-30"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    workspace = tmp_path_factory.mktemp("fennmoor")
    demo.write_demo(workspace / "demo", CONTENT)
    request = pipeline.Request(workspace / "demo" / "isms", workspace / "site", with_pdf=False)
    report = pipeline.build(request, lambda _: None)
    assert report.published, report.problems
    assert not report.problems, report.problems
    return workspace / "site"


def links_of(site, path, audit=AUDIT):
    """The links of a page's main part, as paths below the audit's folder."""
    main = read(site, path, audit).partition("<main")[2].partition("</main>")[0]
    folder = PurePosixPath(path).parent.as_posix()
    links = re.findall(r'<a [^>]*href="([^"#]*)', main)
    return [link if ":" in link else normpath(f"{folder}/{link}") if link else path for link in links]


def read(site, path, audit=AUDIT):
    return (site / audit / path).read_text("utf-8")


def rows(site, name, audit=AUDIT):
    return json.loads(read(site, f"data/{name}.json", audit))[name]


def test_there_are_three_audit_dates_and_the_present(site):
    assert sorted(path.name for path in site.iterdir() if (path / "index.html").exists()) == [
        "2026-03-31",
        "2026-06-05",
        "2026-09-30",
        "current",
    ]
    assert "2027-03-31" not in [path.name for path in site.iterdir()]
    assert "still to come" in (site / "index.html").read_text("utf-8")


def test_a_risk_leads_link_by_link_to_the_hotfix_and_to_the_check_that_caught_it(site):
    hotfix = next(row for row in rows(site, "changes") if row["subject"].startswith("hotfix:"))
    page = f"changes/{hotfix['key']}.html"
    risk = links_of(site, "risks/RSK-008.html")
    assert page in risk
    assert "checks/change-reviewed.html" in risk or "checks/change-reviewed/odds-engine.html" in risk
    change = links_of(site, page)
    assert "checks/change-reviewed/odds-engine.html" in change
    assert "findings/FND-2026-004.html" in change
    assert "incidents/INC-2026-003.html" in change
    assert page in links_of(site, "checks/change-reviewed.html")
    assert page in links_of(site, "findings/FND-2026-004.html")


def test_a_risk_leads_to_a_deployment_of_the_last_week_that_passed(site):
    deployments = {row["key"]: row for row in rows(site, "deployments")}
    last_week = 1_790_812_800 - 7 * 86_400  # the week before 2026-10-01, UTC
    passed = {
        item["key"]
        for item in rows(site, "items")
        if item["kind"] == "deployment" and item["outcome"] == "pass" and item["at"] >= last_week
    }
    reached = [link for link in links_of(site, "risks/RSK-008.html") if link.startswith("deployments/")]
    keys = {link.removeprefix("deployments/").removesuffix(".html") for link in reached}
    assert keys & passed, (keys, sorted(passed)[:5])
    key = min(keys & passed)
    assert deployments[key]["by"]["robot"]
    assert (site / AUDIT / f"deployments/{key}.html").is_file()


@pytest.mark.parametrize(
    ("audit", "changes", "reviewed", "outside"),
    [("2026-03-31", 402, 371, 9), ("2026-06-05", 318, 316, 2), ("2026-09-30", 455, 454, 5)],
)
def test_the_figures_are_those_of_the_story(site, audit, changes, reviewed, outside):
    items = rows(site, "items", audit)
    outcomes = [item["outcome"] for item in items if item["check"] == "change-reviewed"]
    assert len(outcomes) == changes
    assert outcomes.count("pass") == reviewed
    pipeline = [item["outcome"] for item in items if item["check"] == "deployed-by-pipeline"]
    assert pipeline.count("fail") + pipeline.count("excepted") == outside


@pytest.mark.parametrize("audit", ["2026-03-31", "2026-06-05", "2026-09-30", "current"])
def test_every_link_of_every_page_leads_to_a_page(site, audit):
    folder = site / audit
    known = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        for link in links_of(site, name, audit):
            assert link in known or re.match(r"(https?|mailto):", link), f"{audit}/{name} leads to {link}"


def test_the_front_page_says_what_the_rows_say(site):
    items = rows(site, "items")
    text = re.sub(r"<[^>]+>", " ", read(site, "index.html"))
    failed = sum(item["outcome"] == "fail" for item in items)
    assert f"{len(items):,}" in text
    assert re.search(rf"\b{failed}\b", text)
    traces = rows(site, "traces")
    assert f"{sum(trace['complete'] for trace in traces)} of {len(traces)}" in text


def test_the_expired_exception_and_the_gap_that_is_never_closed_are_shown(site):
    gone = [item for item in rows(site, "items") if item["exception"] == "EXC-003" and item["outcome"] == "fail"]
    assert any(item["check"] == "deployed-by-pipeline" for item in gone)
    assert "expired 2026-06-30" in read(site, "gaps.html")
    for audit in ("2026-06-05", "2026-09-30", "current"):
        assert any(gap["subject"] == "RSK-013" for gap in rows(site, "gaps", audit))
    assert any("THR-010" in gap["sentence"] for gap in rows(site, "gaps", "2026-03-31"))


def test_an_audit_that_was_planned_later_is_no_document_of_the_day(site):
    page = "documents/index.html"
    assert "AUD-2027-01" not in read(site, page)
    assert "AUD-2027-01" in read(site, page, "current")
