"""All figures of an audit, and a page for each measure: what it was counted from, over months, audits and services.

Never a bare percentage, silence is not a zero, and figures are of services, never of persons.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from tieout.metrics.declared import TARGET
from tieout.metrics.measured import FEW, NOT_MEASURED
from tieout.model.measures import MEASURES, Measure
from tieout.model.records import Control
from tieout.model.results import Counted, Figure
from tieout.text.words import human_day, human_list, plural
from tieout.views import addresses, words
from tieout.views.page import (
    Block,
    Cell,
    Column,
    Inline,
    Line,
    Link,
    Mark,
    Page,
    Para,
    Row,
    Section,
    Table,
    Terms,
    Text,
    line,
)
from tieout.views.snapshot import Snapshot

GROUPS = (("delivery", "Delivery"), ("security", "Security"), ("integrity", "Integrity"), ("compliance", "Compliance"))
SHOWN_AUDITS = 3  # before this one, in a list
TREND = 3  # months or audits below which there is no trend


def pages(snapshot: Snapshot) -> Iterable[Page]:
    if not snapshot.figures:
        return
    yield _index(snapshot)
    for id_ in shown(snapshot):
        yield _page(snapshot, id_)
    for id_ in _services(snapshot):
        yield _of_service(snapshot, id_)


def _services(snapshot: Snapshot) -> list[str]:
    return sorted({figure.service for figure in snapshot.figures if figure.service})


def shown(snapshot: Snapshot) -> dict[str, str]:
    """The title of each measure that has a page, by its id: built-in ones and the operator's own."""
    own = {figure.id: figure.title for figure in snapshot.figures if figure.metric == figure.id}
    there = {_measure_of(figure) for figure in snapshot.figures}
    return {**{id_: measure.title for id_, measure in MEASURES.items() if id_ in there}, **own}


def _measure_of(figure: Figure) -> str:
    return figure.id.partition("/")[0]


# --- the lists -----------------------------------------------------------------------------------------------------


def _index(snapshot: Snapshot) -> Page:
    overall = [figure for figure in snapshot.figures if not figure.service]
    told = [figure for figure in overall if figure.met is not None]
    missed = sum(figure.met is False for figure in told)
    untold = sum(bool(figure.target) and figure.met is None for figure in overall)
    targets = (
        f"{words.of(missed, len(told))} targets that can be compared {'is' if missed == 1 else 'are'} missed"
        if told
        else "No target is set that can be compared"
    )
    doubt = f"; of {plural(untold, 'further target')} it cannot be told" if untold else ""
    lede = line(
        f"{targets}{doubt}. {plural(len(overall), 'figure')} over all services, each with what it was counted from."
    )
    services = words.joined(Link(id_, addresses.measures_of(id_), "id") for id_ in _services(snapshot))
    note = f"Period {words.period(snapshot.date)}. Figures are of services, never of persons. One service alone: "
    sections = [Section("", (Para(line(note, *services), "note"),)), *_groups(snapshot, overall)]
    title = "Measures"
    return Page(addresses.MEASURES, title, title, lede, tuple(sections), nav=addresses.MEASURES)


def _of_service(snapshot: Snapshot, id_: str) -> Page:
    own = [figure for figure in snapshot.figures if figure.service == id_]
    title = f"Measures of {id_}"
    lede = line(f"{plural(len(own), 'figure')} of ", words.record(snapshot.isms, id_, "services"), ".")
    crumbs = (Link("Measures", addresses.MEASURES), Text(id_, "id"))
    sections = tuple(_groups(snapshot, own))
    return Page(addresses.measures_of(id_), title, title, lede, sections, crumbs, nav=addresses.MEASURES)


def _groups(snapshot: Snapshot, figures: Sequence[Figure]) -> Iterator[Section]:
    for group, title in GROUPS:
        if held := [figure for figure in figures if figure.group == group]:
            yield Section(title, (_table(snapshot, held),), group)


def _table(snapshot: Snapshot, figures: Sequence[Figure]) -> Table:
    """A group of rows for each measure, headed by what it is counted from; the earlier audits beside the value."""
    earlier = [
        (one.date.as_of.isoformat(), {(held.id, held.service): held for held in one.figures})
        for one in snapshot.earlier[-SHOWN_AUDITS:]
    ]
    titles = [
        "Figure",
        *(day for day, _ in earlier),
        snapshot.date.as_of.isoformat() if snapshot.date.record else "Now",
        *(["Target"] if any(one.target for one in figures) else []),
    ]
    rows: list[Row] = []
    for id_, held in groupby(sorted(figures, key=_order), key=_measure_of):
        rows.append(_head(snapshot, id_, own := list(held)))
        rows += [_row(snapshot, figure, earlier, with_target="Target" in titles) for figure in own]
    return Table(tuple(words.column(title) for title in titles), tuple(rows))


def _order(figure: Figure) -> int:
    """Built-in measures in the order of their numbers, then the operator's own."""
    known = list(MEASURES)
    return known.index(_measure_of(figure)) if _measure_of(figure) in MEASURES else len(known)


def _head(snapshot: Snapshot, id_: str, figures: Sequence[Figure]) -> Row:
    measure = MEASURES.get(id_)
    told = f"{words.sentence(figures[0].source)}. {measure.limit if measure else figures[0].limit}".strip()
    title = shown(snapshot)[id_]
    return Row((words.cell(Link(title, addresses.measure(id_)), words.soft(f" {told}")),), "group")


def _row(
    snapshot: Snapshot,
    figure: Figure,
    earlier: Sequence[tuple[str, dict[tuple[str, str], Figure]]],
    *,
    with_target: bool,
) -> Row:
    before = [held.get((figure.id, figure.service)) for _, held in earlier]
    return Row(
        (
            words.cell(words.sentence(figure.title)),
            *(words.cell(short(one) if one else words.soft("not counted")) for one in before),
            Cell(value(snapshot, figure)),
            *([Cell(target(snapshot, figure))] if with_target else []),
        )
    )


def short(figure: Figure) -> str:
    """The value without the reason why there is none."""
    return NOT_MEASURED if figure.value.startswith(NOT_MEASURED) else _said(figure)


def value(snapshot: Snapshot, figure: Figure) -> Line:
    """`454 of 455`, or what the figure says in words; below five items the items that count stand beside it."""
    told: list[Inline] = [Text(_said(figure))]
    few = [item for item in figure.items if item.counts]
    if figure.denominator is not None and 0 < figure.denominator < FEW and few:
        told += [Text(": "), *words.listed((_link(snapshot, item),) for item in few)]
    return tuple(told)


def _said(figure: Figure) -> str:
    if figure.numerator is not None and figure.denominator:
        return words.of(figure.numerator, figure.denominator)
    return figure.value


def target(snapshot: Snapshot, figure: Figure) -> Line:
    """What is to be reached, who says so, and whether it is."""
    if not figure.target:
        return ()
    mark = {True: Mark("pass", "reached"), False: Mark("fail", "not reached"), None: Mark("unknown", "cannot tell")}
    set_by = words.record(snapshot.isms, figure.metric, "metrics")
    return line(mark[figure.met], f", {asked(figure.target)} ", set_by)


def asked(target_: str) -> str:
    """A target in words: `at most 5 a quarter` for `<= 5 a quarter`."""
    found = TARGET.fullmatch(target_.strip())
    if found is None:
        return target_
    sign = {"<=": "at most", "≤": "at most", ">=": "at least", "≥": "at least", "<": "under", ">": "over", "=": "just"}
    return f"{sign[found[1]]} {found[2]} {found[3]}".strip()


def _link(snapshot: Snapshot, item: Counted) -> Inline:
    href = words.item_href(snapshot.isms, snapshot.facts, item.kind, item.key)
    return Link(item.key, href, "id") if href else Text(item.key, "id")


# --- one measure ----------------------------------------------------------------------------------------------------


def _page(snapshot: Snapshot, id_: str) -> Page:
    overall = [one for one in snapshot.figures if _measure_of(one) == id_ and not one.service]
    own = [one for one in snapshot.figures if _measure_of(one) == id_ and one.service]
    measure = MEASURES.get(id_)
    sections = [Section("In this period", (_parts(snapshot, overall),), "period")]
    if own:
        sections.append(Section("By service", (_by_service(snapshot, own),), "services"))
    sections += _over_time(snapshot, id_, overall)
    # the rows may be many hundreds: what they are is told before them
    sections.append(Section("How it is counted", (_definition(snapshot, measure, overall[0]),), "definition"))
    sections.append(Section("What it was counted from", _items(snapshot, overall), "items"))
    title = shown(snapshot)[id_]
    crumbs = (Link("Measures", addresses.MEASURES), Text(id_, "id"))
    when = f"{words.human(snapshot.date.start)} to {words.human(snapshot.date.end)}"
    so_far = ", so far" if snapshot.date.open else ""
    lede = line(f"{words.sentence(overall[0].title)}: ", *value(snapshot, overall[0]), f". {when}{so_far}.")
    return Page(addresses.measure(id_), title, title, lede, tuple(sections), crumbs, nav=addresses.MEASURES)


def _parts(snapshot: Snapshot, figures: Sequence[Figure]) -> Table:
    with_target = any(figure.target for figure in figures)
    rows = tuple(_row(snapshot, figure, (), with_target=with_target) for figure in figures)
    titles = ("Figure", "Value", *(("Target",) if with_target else ()))
    return Table(tuple(words.column(title) for title in titles), rows)


def _by_service(snapshot: Snapshot, figures: Sequence[Figure]) -> Table:
    ids = list(dict.fromkeys(figure.id for figure in figures))
    titles = {figure.id: figure.title for figure in figures}
    by = {(figure.service, figure.id): figure for figure in figures}
    rows = tuple(
        Row(
            (
                words.cell(words.record(snapshot.isms, service, "services")),
                *(words.cell(short(by[service, id_]) if (service, id_) in by else "") for id_ in ids),
            )
        )
        for service in sorted({figure.service for figure in figures if figure.items})
    )
    return Table((words.column("Service"), *(words.column(titles[id_]) for id_ in ids)), rows, "run")


# --- over time -------------------------------------------------------------------------------------------------------


def _over_time(snapshot: Snapshot, id_: str, overall: Sequence[Figure]) -> Iterator[Section]:
    monthly = [one for one in snapshot.trends if _measure_of(one) == id_]
    if len({one.month for one in monthly}) >= TREND:
        note = "A check is judged inside the audit's period alone, so its figures begin there. The last month ends with the period."
        yield Section("By month", (Para(line(note), "note"), _by_month(snapshot, monthly)), "months")
    dates = [(one.date.as_of, one.figures) for one in snapshot.earlier]
    if dates:
        told = [(human_day(day), held) for day, held in (*dates, (snapshot.date.as_of, snapshot.figures))]
        few = "Two dates are no trend yet." if len(told) < TREND else ""
        table = _side_by_side(overall, told, short)
        yield Section("Over the audits", (*((Para(line(few), "note"),) if few else ()), table), "audits")


def _by_month(snapshot: Snapshot, figures: Sequence[Figure]) -> Table:
    """A row a month, with the controls that were introduced in it: whether they changed something is for the reader."""
    ids = list(dict.fromkeys(figure.id for figure in figures))
    titles = {figure.id: figure.title for figure in figures}
    by = {(figure.month, figure.id): figure for figure in figures}
    came = introduced(snapshot)
    rows = tuple(
        Row(
            (
                words.cell(words.human_month(month)),
                *(words.cell(short(by[month, id_]) if (month, id_) in by else words.soft("not judged")) for id_ in ids),
                Cell(words.joined(words.record_of("controls", one) for one in came.get(month, ()))),
            )
        )
        for month in sorted({figure.month for figure in figures})
    )
    columns = (
        words.column("Month", "d"),
        *(words.column(titles[id_]) for id_ in ids),
        words.column("Controls introduced"),
    )
    return Table(columns, rows, "run")


def introduced(snapshot: Snapshot) -> dict[str, list[Control]]:
    """The controls by the month of the change that first called them implemented. Those of the first content are left out."""
    found: dict[str, list[Control]] = {}
    begun = min((one.time for one in snapshot.facts.isms_changes), default=0)
    for id_, control in snapshot.isms.controls.items():
        document = snapshot.documents.get(("controls", id_))
        for revision in document.revisions if document else ():
            if isinstance(revision.record, Control) and revision.record.status == "implemented":
                if revision.change.time > begun:
                    found.setdefault(addresses.month(revision.change.time), []).append(control)
                break
    return found


def _side_by_side(
    overall: Sequence[Figure], told: list[tuple[str, tuple[Figure, ...]]], said: Callable[[Figure], str]
) -> Table:
    held = [(title, {one.id: one for one in figures if not one.service}) for title, figures in told]
    rows = tuple(
        Row(
            (
                words.cell(words.sentence(figure.title)),
                *(words.cell(said(by[figure.id]) if figure.id in by else words.soft("not counted")) for _, by in held),
            )
        )
        for figure in overall
    )
    return Table((words.column("Figure"), *(words.column(title) for title, _ in held)), rows)


# --- what it was counted from -----------------------------------------------------------------------------------------


def _items(snapshot: Snapshot, figures: Sequence[Figure]) -> tuple[Block, ...]:
    """Every item once, with what it adds to each figure that counts it."""
    counted = [figure for figure in figures if figure.items]
    if not counted:
        return (Para(line("Nothing of the period.")),)
    groups: dict[frozenset[tuple[str, str]], list[Figure]] = {}
    for figure in counted:
        groups.setdefault(frozenset((item.kind, item.key) for item in figure.items), []).append(figure)
    blocks: list[Block] = []
    for held in groups.values():
        titles = human_list(words.sentence(figure.title) for figure in held)
        blocks += [Para(line(f"{titles}:"), "note"), _counted(snapshot, held)]
    return tuple(blocks)


def _counted(snapshot: Snapshot, figures: Sequence[Figure]) -> Table:
    """One row an item; a figure of n of N has a mark where it counts."""
    by: dict[tuple[str, str, int, str], dict[str, Counted]] = {}
    for figure in figures:
        for item in figure.items:
            by.setdefault((item.kind, item.key, item.at, item.service), {})[figure.id] = item
    shares = [figure for figure in figures if figure.denominator is not None]
    columns: list[Column] = [words.column("Item"), words.column("Service"), words.column("Day", "d")]
    columns += [words.column(figure.title) for figure in shares] or []
    columns.append(words.column("Value"))
    rows = tuple(
        Row(
            (
                words.cell(_link(snapshot, next(iter(items.values())))),
                words.cell(words.record(snapshot.isms, service, "services") if service else ""),
                words.cell(words.day(at) if at else ""),
                *(words.cell("counts" if figure.id in items and items[figure.id].counts else "") for figure in shares),
                words.cell(human_list(dict.fromkeys(one.value for one in items.values() if one.value))),
            )
        )
        for (_, _, at, service), items in sorted(by.items(), key=lambda one: (one[0][2], one[0]))
    )
    return Table(tuple(columns), rows)


def _definition(snapshot: Snapshot, measure: Measure | None, figure: Figure) -> Terms:
    if measure is None:
        own = words.record(snapshot.isms, figure.metric, "metrics")
        return Terms(
            (
                ("Who counts", (Para(line("The operator, as ", own, " says.")),)),
                ("Counted from", (Para(line(figure.source)),)),
                ("What it cannot say", (Para(line(figure.limit)),)),
            )
        )
    better = {
        "lower": "A lower figure is better.",
        "higher": "A higher figure is better.",
        "": "Neither way is better.",
    }
    entries = [
        ("Definition", measure.definition),
        ("Counted from", measure.source),
        ("Reading", better[measure.better]),
    ]
    entries += [("What it cannot say", measure.limit)] if measure.limit else []
    return Terms(tuple((name, (Para(line(told)),)) for name, told in entries))
