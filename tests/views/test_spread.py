"""Whether what failed is systematic: of how many, which services and which months."""

from dataclasses import replace

from tests.checks.factories import BOB, approval, change, facts, isms, judged, service
from views.snapshots import text, whole

from tieout.model.history import Facts
from tieout.views import spread


def told(happened: Facts) -> list[list[str]]:
    registers = isms(services={"shop": service(), "web": service("web")})
    snapshot = replace(whole(), isms=registers, facts=happened, judgement=judged(registers, happened))
    return [[text(cell.line) for cell in row.cells] for row in spread.table(snapshot).rows]


def test_what_failed_more_than_once_is_told_with_what_it_is_part_of() -> None:
    unseen = [change(name, day) for name, day in (("a", "2026-07-01"), ("b", "2026-08-01"))]
    seen = change("c", "2026-08-02", services=("web",), approvals=(approval(BOB),))
    rows = {row[0]: row[1:] for row in told(facts(*unseen, seen))}
    assert rows["change-reviewed"] == ["2 of 3", "shop of 2", "2 of 2", "none"]


def test_what_failed_once_is_not_in_the_table() -> None:
    rows = {row[0] for row in told(facts(change("a"), change("b", approvals=(approval(BOB),))))}
    assert "change-reviewed" not in rows
