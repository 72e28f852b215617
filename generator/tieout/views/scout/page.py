"""The one page of `tieout scout`, in the vocabulary that all pages share. It stands alone: no audit, no navigation."""

from collections.abc import Iterator

from tieout.text.words import digits, plural, visible
from tieout.views import words
from tieout.views.page import Block, Cell, Chips, Inline, Items, Line, Link, Page, Para, Row, Section, Table, Text, line
from tieout.views.scout.report import Finding, Named, Report, Scouted, Stretch
from tieout.views.scout.report import Row as Counted

PATH = "index.html"
JOBS = 40  # of a repository that the page lists
_GREATEST = Para((Text("The greatest gain first."),), "note")


def page(report: Report) -> Page:
    """The page; several repositories stand one after the other, each with all of its findings."""
    read = report.read
    one = report.repositories[0] if len(report.repositories) == 1 else None
    heading = (
        f"What the history of {one.id} proves" if one else f"What {plural(len(report.repositories), 'history')} prove"
    )
    lede = _lede(report)
    sections = [Section("", (_chips(report),))] if len(read) > 1 else []
    for scouted in report.repositories:
        sections += _sections(scouted, alone=one is not None)
    sections.append(Section("What this does not say", (_limits(),), "limits"))
    provenance = _provenance(one, report) if one else (("Generator", line(f"Tieout {report.version}")),)
    return Page(PATH, one.id if one else "scout", heading, lede, tuple(sections), (Text("tieout scout"),), provenance)


def _lede(report: Report) -> Line:
    if len(report.repositories) == 1:
        only = report.repositories[0]
        return line(visible(f"It could not be read: {only.unread}.")) if only.unread else line(only.summary[0])
    totals = (one.finding("changes").total for one in report.read)
    changes = sum(total.recent for total in totals if total)
    text = f"{plural(len(report.read), 'history')} of {digits(len(report.repositories))} could be read; {plural(changes, 'change')}"
    return line(f"{text} reached their branches in the time that is looked at.")


def _provenance(one: Scouted, report: Report) -> tuple[tuple[str, Line], ...]:
    if one.unread:
        return (("Repository", (words.code(one.place),)), ("Generator", line(f"Tieout {report.version}")))
    return (
        ("Repository", (words.code(one.place),)),
        ("Branch", (words.code(one.branch),)),
        ("Commit", (_commit(one, one.commit),)),
        ("Looked at", line(f"{words.day(one.since)} to {words.day(one.newest)}")),
        ("History", line("whole" if one.complete else Text("cut off: counts are lower bounds", "late"))),
        ("Register", line("none: nobody is registered yet")),
        ("Generator", line(f"Tieout {report.version}")),
    )


def _chips(report: Report) -> Chips:
    return Chips(tuple((Link(one.id, f"#{one.id}"), False) for one in report.read))


def _anchor(one: Scouted, key: str) -> str:
    return f"{one.id}-{key}"


def _sections(one: Scouted, *, alone: bool) -> Iterator[Section]:
    title = "" if alone else one.id
    if one.unread:
        if not alone:
            yield Section(title, (Para(line(visible(f"It could not be read: {one.unread}."))),), one.id)
        return
    about: tuple[Block, ...] = () if alone else (Table((), _facts(one), "plain"),)
    said = one.summary[1:] if alone else one.summary
    yield Section(title, (*about, *(Para(line(sentence)) for sentence in said)), one.id)
    yield Section(
        "", (Chips(tuple((Link(found.title, f"#{_anchor(one, found.key)}"), False) for found in one.findings)),)
    )
    before = "" if alone else f"{one.id}: "
    if one.advice:
        yield Section(f"{before}What to do next?", (_GREATEST, _advice(one)), _anchor(one, "next"))
    for found in one.findings:
        yield Section(f"{before}{found.title}", tuple(_finding(one, found)), _anchor(one, found.key))


def _facts(one: Scouted) -> tuple[Row, ...]:
    report = Report("", (one,))
    return tuple(Row((words.cell(term), Cell(value))) for term, value in _provenance(one, report)[:-2])


def _advice(one: Scouted) -> Table:
    rows = tuple(
        Row((_command(advice.do), words.cell(advice.why), words.count(advice.gain), words.count(advice.whole)))
        for advice in one.advice
    )
    columns = (
        words.column("Do"),
        words.column("Because"),
        words.column("Changes looked at", "n", "Looked at"),
        words.column("In all", "n"),
    )
    return Table(columns, rows, "stack")


def _ended(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def _coded(text: str) -> Line:
    """A sentence whose parts between ` are commands."""
    parts = text.split("`")
    return tuple(words.code(part) if number % 2 else Text(visible(part)) for number, part in enumerate(parts) if part)


def _command(text: str) -> Cell:
    return Cell((words.code(text),) if text.startswith(("git ", "tieout ")) else (Text(words.sentence(text)),))


def _finding(one: Scouted, found: Finding) -> Iterator[Block]:
    yield Para(line(found.answer))
    if found.rows and (found.total is None or found.total.whole):  # of nothing, the sentence says enough
        yield _counts(one, found)
    if found.key == "pipelines" and one.stretches:
        more = f" The first {digits(JOBS)} of {digits(len(one.stretches))}." if len(one.stretches) > JOBS else ""
        yield Para((Text(f"When each job was configured.{more}"),), "note")
        yield _jobs(one.stretches)
    if found.named:
        yield Para((Text(f"{found.naming}:"),), "note")
        yield _named(one, found)
    for limit in found.limits:
        yield Para((Text("Cannot tell: ", "strong"), *_coded(_ended(limit))), "note")
    for note in found.notes:
        yield Para(_coded(_ended(words.sentence(note))), "note")
    if found.recounts:
        yield Items(
            tuple(
                (Text("Count again: ", "soft"), words.code(each.command), Text(f" gives {each.gives}."))
                for each in found.recounts
            )
        )


def _counts(one: Scouted, found: Finding) -> Table:
    noted = any(row.note for row in found.rows)
    rows = [_count(row, noted=noted) for row in found.rows]
    if found.total:
        rows.append(_count(found.total, noted=noted, total=found.disjoint, words_=f"All {found.total.words}"))
    columns = (
        words.column(words.sentence(found.unit)),
        words.column(f"Since {words.day(one.since)}", "n"),
        words.column("In all", "n"),
        *((words.column("Note"),) if noted else ()),
    )
    return Table(columns, tuple(rows), "run")


def _count(row: Counted, *, noted: bool, total: bool = False, words_: str = "") -> Row:
    cells = (words.cell(words.sentence(words_ or row.words)), words.count(row.recent), words.count(row.whole))
    note = (words.cell(visible(row.note)),) if noted else ()
    return Row((*cells, *note), "total" if total else "")


def _named(one: Scouted, found: Finding) -> Table:
    rows = tuple(
        Row((Cell((_commit(one, each.id),)), words.cell(words.day(each.at)), Cell((words.claim(_short(each)),))))
        for each in found.named
    )
    entered, named = ("Made", "Tag") if found.key == "releases" else ("Entered", "As it says of itself")
    columns = (words.column("Commit", "d"), words.column(entered, "d"), words.column(named))
    return Table(columns, rows, "run")


def _short(each: Named) -> str:
    return each.words if len(each.words) <= 160 else f"{each.words[:159]}…"


def _commit(one: Scouted, id_: str) -> Inline:
    return Link(id_[:12], f"{one.web}{id_}", "code") if one.web else words.code(id_[:12])


def _jobs(stretches: tuple[Stretch, ...]) -> Table:
    rows = tuple(
        Row(
            (
                Cell((words.code(each.job),)),
                words.cell(words.day(each.since)),
                words.cell(words.day(each.until) if each.until else words.soft("still")),
                words.cell("may fail" if each.may_fail else f"only {visible(each.beside)}" if each.beside else ""),
                Cell((words.code(each.path),)),
            )
        )
        for each in stretches[:JOBS]
    )
    columns = (
        words.column("Job"),
        words.column("From", "d"),
        words.column("Until", "d"),
        words.column(""),
        words.column("File"),
    )
    return Table(columns, rows, "run")


def _limits() -> Items:
    return Items(
        (
            line("Nobody is registered, so an address is not yet a person, and no two of them are taken for one."),
            line(
                "What a message states can be typed by anybody who may push; it is counted as stated, and never as more."
            ),
            line("A robot is one once it is declared; the form of an address is a hint."),
            line(
                "Nobody's work is counted. Addresses stand in the draft of people only, each with its first and last day."
            ),
        )
    )
