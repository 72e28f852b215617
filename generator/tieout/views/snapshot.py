"""Everything the views may look at for one audit: the left side of the arrow from `measure` to `view`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tieout.graph import Graph
from tieout.model.documents import Document
from tieout.model.history import Facts, History
from tieout.model.records import Soa
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, Chain, Figure, Gap, Judgement, Said, Summary, Trace
from tieout.model.settings import Config
from tieout.problems import Problem


@dataclass(frozen=True, slots=True)
class Snapshot:
    date: AuditDate
    config: Config
    isms: Isms
    facts: Facts
    judgement: Judgement
    graph: Graph
    traces: Mapping[str, Trace]  # by risk
    gaps: tuple[Gap, ...]  # by chain, then id
    chains: tuple[Chain, ...]
    figures: tuple[Figure, ...]
    problems: tuple[Problem, ...] = ()  # of content and repositories, as they were at the pin
    histories: Mapping[str, History] = field(default_factory=dict)  # raw, for provenance and for the words of commits
    documents: Mapping[tuple[str, str], Document] = field(
        default_factory=dict
    )  # history of each record, by register and id
    audits: tuple[AuditDate, ...] = ()  # all that are published, newest first, for the switcher
    lock: str = ""  # digest of the pins: what this snapshot is; none where a working tree was read, which no pin names
    version: str = ""  # of the generator
    trends: tuple[Figure, ...] = ()  # figures of single months over all services, oldest first
    earlier: tuple[Summary, ...] = ()  # of every audit before this one, oldest first, for trends, ages and differences


def summarise(snapshot: Snapshot) -> Summary:
    """What later audits keep of this one."""
    return Summary(
        snapshot.date,
        {id_: replace(status, worst=None) for id_, status in snapshot.judgement.controls.items()},
        said(snapshot.isms.soa),
        tuple(replace(chain, gaps=()) for chain in snapshot.chains),
        snapshot.gaps,
        tuple(replace(figure, items=()) for figure in snapshot.figures),
    )


def said(statement: Soa | None) -> dict[str, Said]:
    """What a Statement of Applicability says, row by row."""
    entries = statement.entries.items() if statement else ()
    return {
        id_: Said(entry.status, ", ".join(entry.reasons)) if entry.applicable else Said("excluded", entry.why_not)
        for id_, entry in entries
    }
