"""What should lead on and does not: the twelve chains and the contradictions of the statement of applicability.

Each gap is a sentence about one record with an id that stays the same from audit to audit.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from tieout.gaps import accepted, events, governance, requirements, risks
from tieout.gaps.known import Known
from tieout.model.history import Facts
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, Chain, Gap, Judgement, Trace

__all__ = ["CHAINS", "find"]

CHAINS: tuple[Callable[[Known], Chain], ...] = (
    risks.risk_traces,
    requirements.follow,
    events.incidents,
    risks.services,
    governance.decisions,
    governance.exceptions,
    governance.suppliers,
    governance.policies,
    governance.objectives,
    events.findings,
    events.changes,
    governance.people,
    risks.applicability,
)


def find(
    isms: Isms, facts: Facts, judgement: Judgement, traces: Mapping[str, Trace], date: AuditDate
) -> tuple[tuple[Gap, ...], tuple[Chain, ...]]:
    """All gaps, by chain (C1 to C12, then SoA) and id; and each chain with its count of complete subjects."""
    known = Known(isms, facts, judgement, traces, date)
    chains = tuple(_completed(known, follow(known)) for follow in CHAINS)
    return tuple(gap for chain in chains for gap in chain.gaps), chains


def _completed(known: Known, chain: Chain) -> Chain:
    return replace(chain, gaps=tuple(accepted.completed(known, gap) for gap in chain.gaps))
