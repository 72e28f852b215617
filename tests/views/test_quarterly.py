"""The quarterly change report: every number has its rows, and the parts add up to the quarter."""

from dataclasses import replace

from views.snapshots import PRESENT, all_text, change, hrefs, table, text, whole

from tieout.model.results import CheckResult, Outcome
from tieout.views import addresses, quarterly, quarters


def pages(snapshot=None):
    return {page.path: page for page in quarterly.pages(snapshot or whole())}


def rows(page, anchor):
    return [[text(cell.line) for cell in row.cells] for row in table(page, anchor).rows]


def with_changes(*added):
    snapshot = whole()
    known = {**snapshot.facts.changes, **{one.key: one for one in added}}
    ordered = dict(sorted(known.items(), key=lambda pair: pair[1].time))
    return replace(snapshot, facts=replace(snapshot.facts, changes=ordered))


def test_each_quarter_of_the_period_has_a_page_and_the_part_of_one_says_so():
    found = pages()
    assert sorted(found) == ["services/wallet/2026-Q2.html", "services/wallet/2026-Q3.html"]
    second = dict(found["services/wallet/2026-Q2.html"].provenance)
    assert text(second["Reported"]) == "2026-06-06 to 2026-06-30, the part of the quarter in this audit's period"
    assert [link.href for link in quarters.links(whole(), "wallet")] == sorted(found)


def test_the_first_sentence_counts_what_failed():
    found = pages()
    assert text(found["services/wallet/2026-Q2.html"].lede) == (
        "1 change and 0 deployments; at least one check failed on 1 change."
    )
    assert text(found["services/wallet/2026-Q3.html"].lede).endswith("no check failed on any of them.")


def test_kinds_add_up_to_the_changes_and_each_kind_leads_to_its_rows():
    bot = change("cccc1111", "2026-07-09", automated=True)
    urgent = change("dddd1111", "2026-07-10", emergency="hotfix:")
    page = pages(with_changes(bot, urgent))["services/wallet/2026-Q3.html"]
    spoken = all_text(page)
    assert "Ordinary: 1 change" in spoken
    assert "Automated: 1 change" in spoken
    assert "Emergency: 1 change" in spoken
    assert {"#ordinary", "#automated", "#emergency"} <= set(hrefs(page))


def test_high_risk_changes_are_listed_with_who_approved_them():
    risky = change("eeee1111", "2026-07-11", criteria=("CRIT-01",))
    page = pages(with_changes(risky))["services/wallet/2026-Q3.html"]
    (row,) = rows(page, "high-risk")
    assert row[0] == "wallet/eeee1111"
    assert row[3:] == ["CRIT-01", "no record", "not judged"]


def test_deviations_and_used_exceptions_are_counted_and_lead_to_their_rows():
    snapshot = whole()
    deployed = snapshot.judgement.results["deployed-by-pipeline"]
    used = CheckResult(deployed.check, tuple(replace(item, exception="EXC-001") for item in deployed.items))
    results = {**snapshot.judgement.results, "deployed-by-pipeline": used}
    page = pages(replace(snapshot, judgement=replace(snapshot.judgement, results=results)))[
        "services/wallet/2026-Q3.html"
    ]
    assert rows(page, "deviations") == [
        ["Claim of no-direct-push", "1", "0", "0", "1"],
        ["Claim of deployed-by-pipeline", "1", "0", "1", "0"],
    ]
    ((name, permitted, after, what),) = rows(page, "exceptions")
    assert (name.split()[0], permitted, after, what) == ("EXC-001", "1", "0", "wallet/d0d0d0d0")
    assert addresses.check("no-direct-push", "wallet") in set(hrefs(page))


def test_an_open_period_is_told_so_far_and_a_quarter_without_anything_has_no_page():
    assert pages(whole(PRESENT)) == {}
    now = replace(whole(PRESENT), facts=with_changes(change("ffff1111", "2026-10-02")).facts)
    page = pages(now)["services/wallet/2026-Q4.html"]
    assert text(dict(page.provenance)["Reported"]).endswith(", so far")


def test_a_change_counts_as_failed_only_for_what_failed_on_it():
    failing = [item for result in whole().judgement.results.values() for item in result.items]
    assert any(item.outcome is Outcome.FAIL for item in failing)
