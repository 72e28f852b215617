"""The four doors of the front page: three links each for auditor, regulator, executive and squad, computed."""

from collections.abc import Iterable

from tieout.model.results import Outcome
from tieout.text.words import plural
from tieout.views import addresses, deviations, governance, sizes, words
from tieout.views.page import Block, Columns, Items, Link, Para, line
from tieout.views.snapshot import Snapshot


def columns(snapshot: Snapshot, found: tuple[deviations.Deviation, ...], exists: frozenset[str]) -> Columns:
    """Three links each for four readers, computed; a door without a page behind it is not shown."""
    readers: tuple[tuple[str, tuple[Link | None, ...]], ...] = (
        (
            "Auditor",
            (
                _riskiest(snapshot),
                Link("Every change of the period", addresses.CHANGES),
                Link("Statement of Applicability", addresses.SOA),
            ),
        ),
        (
            "Regulator",
            (
                _weightiest(snapshot),
                _weightiest_deviation(snapshot, found),
                Link("Where each figure comes from", addresses.PROVENANCE),
            ),
        ),
        (
            "Executive",
            (
                Link("Threats and services", addresses.index("threats")),
                _above_door(snapshot),
                _missed(snapshot),
            ),
        ),
        (
            "Squad",
            (
                Link("Your pipeline and its controls", addresses.index("pipelines")),
                _owed(snapshot),
                _untold(snapshot),
            ),
        ),
    )
    return Columns(tuple((reader, _door(links, exists)) for reader, links in readers))


def _door(links: Iterable[Link | None], exists: frozenset[str]) -> tuple[Block, ...]:
    lines = tuple((link,) for link in links if link and link.href.partition("#")[0] in exists)
    return (Items(lines),) if lines else (Para(line(words.soft("Nothing is recorded yet."))),)


def _riskiest(snapshot: Snapshot) -> Link | None:
    """The largest risk whose trace is whole, else the largest."""
    ranked = sizes.by_size(snapshot.isms, snapshot.isms.risks.values())
    whole = [risk for risk in ranked if risk.id in snapshot.traces and snapshot.traces[risk.id].complete]
    top = next(iter(whole or ranked), None)
    return Link(f"Follow {top.id} to its evidence", f"{addresses.record('risks', top.id)}#trace") if top else None


def _weightiest(snapshot: Snapshot) -> Link | None:
    """The service of the highest tier with the most functions that a licence calls critical, then with the most risks."""
    isms = snapshot.isms
    weight = {id_: sum(id_ in isms.applying(risk.affects) for risk in isms.risks.values()) for id_ in isms.services}
    ranked = sorted(
        isms.services.values(),
        key=lambda service: (service.tier, -len(service.rts_critical), -weight[service.id], service.id),
    )
    return Link(f"How {ranked[0].id} is secured", addresses.record("services", ranked[0].id)) if ranked else None


def _weightiest_deviation(snapshot: Snapshot, found: tuple[deviations.Deviation, ...]) -> Link | None:
    """The change or deployment that failed most checks; of equals the newest."""
    ranked = sorted(found, key=lambda deviation: -len(deviation.items))
    top = next((deviation for deviation in ranked if deviation.kind in {"change", "deployment"}), None)
    if top is None:
        return Link("All changes of the period", addresses.CHANGES)
    href = words.item_href(snapshot.isms, snapshot.facts, top.kind, top.key)
    change = snapshot.facts.changes.get(top.key) if top.kind == "change" else None
    kind = "emergency change" if change and change.emergency else top.kind
    failed = plural(len(top.items), "check")
    return Link(f"The {kind} of {words.human(top.at)}, which failed {failed}", href) if href else None


def _missed(snapshot: Snapshot) -> Link:
    """Objectives, first those that were missed."""
    missed = sum(governance.is_missed(found) for found in snapshot.isms.objectives.values())
    told = f"{plural(missed, 'objective')} missed, of {len(snapshot.isms.objectives)}" if missed else "Objectives"
    return Link(told, addresses.OBJECTIVES)


def _owed(snapshot: Snapshot) -> Link:
    """Actions, first those that are late."""
    late = len(governance.overdue(snapshot))
    told = f"Actions you own; {late} of all {'is' if late == 1 else 'are'} overdue" if late else "Actions you own"
    return Link(told, addresses.ACTIONS)


def _above_door(snapshot: Snapshot) -> Link:
    above = len(sizes.risks_above(snapshot.isms))
    whom = "it" if above == 1 else "them"
    told = f"{plural(above, 'risk')} above appetite, and who accepted {whom}" if above else "Risks above appetite"
    return Link(told, addresses.ABOVE_APPETITE)


def _untold(snapshot: Snapshot) -> Link:
    """The check with the most items that cannot be told."""
    results = sorted(
        snapshot.judgement.results.values(), key=lambda result: (-result.count(Outcome.UNKNOWN), result.check.id)
    )
    if results and results[0].count(Outcome.UNKNOWN):
        told = plural(results[0].count(Outcome.UNKNOWN), "item that", "items that")
        return Link(f"{told} cannot be told", addresses.check(results[0].check.id))
    return Link("Checks and what they found", addresses.CHECKS)
