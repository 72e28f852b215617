"""The lists of populations, samples and lapses as CSV: what a spreadsheet opens, and `sha256sum` counts on."""

from collections.abc import Iterator

from tieout.text import csv_table
from tieout.views import lapses, lists, samples
from tieout.views.snapshot import Snapshot


def render(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """`data/populations/*.csv`, `data/samples/*.csv` and `data/lapses.csv` of one audit."""
    by_check = lists.by_check(snapshot)
    for listed in {listed.name: listed for listed in by_check.values()}.values():
        yield listed.path, listed.content
    for drawn in samples.drawn_of(snapshot, by_check):
        content = csv_table.render(samples.columns(drawn), samples.rows(snapshot, drawn))
        yield f"data/samples/{drawn.listed.name}.csv", content
    stretches = (tuple(row.values()) for row in lapses.rows(snapshot))
    yield "data/lapses.csv", csv_table.render(lapses.COLUMNS, stretches)
