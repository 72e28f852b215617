"""What goes into the PDF of an audit: a cover with the pins, then chapters made of the same blocks as the pages."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tieout.model.history import Pin
from tieout.text.words import plural
from tieout.views import revisions
from tieout.views.page import Block, Chips, Fold, Line, Page, Section, Site, Table, Text, line
from tieout.views.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    lede: Line
    sections: tuple[Section, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """One PDF. `timestamp` is the audit's cut-off: the file knows no other time."""

    name: str  # of the file, below the audit's folder
    operator: str
    title: str
    when: str
    answer: Line
    cover: tuple[tuple[str, Line], ...]
    lock: str  # digest of the pins, hexadecimal
    foot: str
    chapters: tuple[Chapter, ...]
    timestamp: int
    language: str = "en"


# (path of the page, title of the chapter, whether it turns the paper)
CHAPTERS = (
    ("soa.html", "Statement of Applicability", True),
    ("gaps.html", "What is wrong, and what is open", True),
    ("risks/index.html", "Risks", False),
    ("risks/treatment-plan.html", "Risk treatment plan", True),
    ("checks/index.html", "Control results", True),
)


def path_of(site: Site) -> str:
    """Where an audit's PDF stands in its folder."""
    return f"pdf/{site.key}.pdf"


def bundle(snapshot: Snapshot, site: Site) -> Bundle:
    """The bundle of an audit: cover, Statement of Applicability, gaps, risks and their treatment, results of the checks with every exception row."""
    pages = {page.path: page for page in site.pages}
    front = pages["index.html"]
    chapters = [
        Chapter(title, pages[path].lede, _printable(pages[path].sections), landscape)
        for path, title, landscape in CHAPTERS
        if path in pages
    ]
    deviations = _deviations(snapshot, pages)
    return Bundle(
        name=path_of(site),
        operator=site.operator,
        title=front.heading.partition(",")[0],
        when=site.when,
        answer=front.lede,
        cover=_cover(snapshot),
        lock=snapshot.lock,
        foot=f"{site.operator}, {site.what} {site.key}" if site.key != "current" else f"{site.operator}, draft",
        chapters=(*chapters, *deviations),
        timestamp=snapshot.date.cutoff,
    )


def _printable(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Chips lead to other pages and folds are opened by hand; on paper there are none."""
    kept = []
    for section in sections:
        blocks: tuple[Block, ...] = tuple(block for block in section.blocks if not isinstance(block, Chips | Fold))
        if blocks:
            kept.append(replace(section, blocks=blocks))
    return tuple(kept)


def _deviations(snapshot: Snapshot, pages: dict[str, Page]) -> list[Chapter]:
    """The rows that did not pass, check by check, as the pages of the checks show them."""
    sections = []
    for id_, result in snapshot.judgement.results.items():
        page = pages.get(f"checks/{id_}.html")
        if page is None or not result.items:
            continue
        blocks = tuple(
            block for section in _printable(page.sections) if section.anchor == "exceptions" for block in section.blocks
        )
        if any(isinstance(block, Table) and block.rows for block in blocks):
            sections.append(Section(result.check.title, blocks))
    if not sections:
        return []
    occurred = sum(result.occurred for result in snapshot.judgement.results.values())
    clean = occurred - len(sections)
    rest = f" {plural(clean, 'further check')} {'has' if clean == 1 else 'have'} no such row." if clean else ""
    return [
        Chapter(
            "Rows that did not pass",
            line(f"Every item that failed, was excepted or cannot be told.{rest}"),
            tuple(sections),
            landscape=True,
        )
    ]


def _cover(snapshot: Snapshot) -> tuple[tuple[str, Line], ...]:
    date, isms = snapshot.date, snapshot.isms
    audit = isms.audits.get(date.record)
    rows: list[tuple[str, Line]] = []
    if isms.scope is not None:
        rows.append(("Scope", (Text(isms.scope.statement.strip(), "claim"),)))
    if audit is not None:
        rows.append(("Period", line(f"{audit.period.from_} to {audit.period.to}")))
        rows.append(("Auditor", line(audit.auditor)))
        rows.append(("Approved by", revisions.approved(snapshot, revisions.of(snapshot, audit))))
    rows.extend((_pin_title(id_), _pin_line(pin)) for id_, pin in sorted(snapshot.facts.pins.items(), key=_isms_first))
    rows.extend((id_, line(f"could not be read: {why}")) for id_, why in sorted(snapshot.facts.missing.items()))
    rows.append(("Generator", line(f"Tieout {snapshot.version}")))
    return tuple(rows)


def _isms_first(entry: tuple[str, Pin]) -> tuple[bool, str]:
    return (entry[0] != "isms", entry[0])


def _pin_title(id_: str) -> str:
    return "ISMS" if id_ == "isms" else id_


def _pin_line(pin: Pin) -> Line:
    if not pin.commit:
        return line("nothing yet at the audit date")
    stamp = " (uncommitted)" if pin.uncommitted else ""
    return line(Text(pin.commit, "code"), f" {datetime.fromtimestamp(pin.time, UTC).date()}{stamp}")
