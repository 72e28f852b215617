"""Everything the views may look at for one audit: the left side of the arrow from `measure` to `view`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tieout.graph import Graph
from tieout.model.documents import Document
from tieout.model.history import Facts, History
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, Chain, Figure, Gap, Judgement, Trace
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
