"""All figures of an audit with what they were computed from: never a bare percentage, and silence is not a zero."""

from collections.abc import Iterable

from tieout.model.results import Figure
from tieout.text.words import plural
from tieout.views import addresses, words
from tieout.views.page import Page, Para, Row, Section, Table, line
from tieout.views.snapshot import Snapshot

GROUPS = (("delivery", "Delivery"), ("security", "Security"), ("integrity", "Integrity"), ("compliance", "Compliance"))


def pages(snapshot: Snapshot) -> Iterable[Page]:
    figures = snapshot.figures
    if not figures:
        return
    overall = [figure for figure in figures if not figure.service]
    services = sorted({figure.service for figure in figures if figure.service})
    lede = line(
        f"{plural(len(overall), 'figure')} over all services and {plural(len(figures) - len(overall), 'figure')} of "
        f"{plural(len(services), 'service')}, each with the counts and the source behind it."
    )
    sections = [
        Section(title, (_table([figure for figure in overall if figure.group == group]),), group)
        for group, title in GROUPS
        if any(figure.group == group for figure in overall)
    ]
    sections += [
        Section(service, (_table([figure for figure in figures if figure.service == service]),), service)
        for service in services
    ]
    title = "Measures"
    note = Para(line(f"Period {words.period(snapshot.date)}. Figures are of services, never of persons."), "note")
    first = Section("", (note,))
    yield Page(addresses.MEASURES, title, title, lede, (first, *sections), nav=addresses.MEASURES)


def _table(figures: list[Figure]) -> Table:
    rows = tuple(
        Row(
            (
                words.cell(words.sentence(figure.title)),
                words.cell(_value(figure)),
                words.cell(figure.source),
                words.cell(words.soft(figure.limit)),
            )
        )
        for figure in figures
    )
    columns = ("Figure", "Value", "Computed from", "What it cannot say")
    return Table(tuple(words.column(title) for title in columns), rows)


def _value(figure: Figure) -> str:
    """`454 of 455` where there is a whole; what the figure says in words where there is none."""
    if figure.numerator is not None and figure.denominator is not None:
        counted = words.of(figure.numerator, figure.denominator)
        return counted if figure.value in {"", counted} else f"{figure.value} ({counted})"
    return figure.value
