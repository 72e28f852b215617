"""Calendar quarters, UTC."""

from datetime import UTC, datetime

from tieout.model.quarters import Quarter, quarter_of, quarters


def at(text):
    return int(datetime.fromisoformat(f"{text}+00:00").astimezone(UTC).timestamp())


def test_a_quarter_begins_and_ends_with_its_months():
    third = Quarter(2026, 3)
    assert (str(third), third.start, third.end) == ("2026-Q3", at("2026-07-01T00:00:00"), at("2026-09-30T23:59:59"))
    assert Quarter(2026, 4).next == Quarter(2027, 1)


def test_every_quarter_that_a_period_touches_is_listed():
    found = quarters(at("2025-12-31T23:59:59"), at("2026-04-01T00:00:00"))
    assert [str(one) for one in found] == ["2025-Q4", "2026-Q1", "2026-Q2"]
    assert quarter_of(at("2026-04-01T00:00:00")) == Quarter(2026, 2)
