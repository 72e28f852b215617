"""Everything a reader sees, as finished values. All counting and sorting happens here; output only prints."""

from collections.abc import Callable, Iterable

from tieout.text.words import human_day
from tieout.views import (
    challenge,
    changes,
    checks,
    controls,
    deployments,
    documents,
    front,
    gaps,
    governance,
    identities,
    incidents,
    lapses,
    measures,
    narrow,
    navigation,
    packs,
    people,
    pipelines,
    populations,
    provenance,
    quarterly,
    reading,
    records,
    requirements,
    risks,
    running,
    samples,
    scope,
    services,
    soa,
    threats,
)
from tieout.views.page import Page, Site
from tieout.views.snapshot import Snapshot

Pages = Callable[[Snapshot], Iterable[Page]]

# Who makes which pages. Of two pages with the same path the first one counts, so that the generic pages of `records`
# stand last and fill in what nobody else has made.
MODULES: tuple[Pages, ...] = (
    scope.pages,
    services.pages,
    threats.pages,
    risks.pages,
    controls.pages,
    soa.pages,
    pipelines.pages,
    changes.pages,
    deployments.pages,
    quarterly.pages,
    running.pages,
    lapses.pages,
    gaps.pages,
    reading.pages,
    incidents.pages,
    measures.pages,
    people.pages,
    governance.pages,
    packs.pages,
    requirements.pages,
    documents.pages,
    challenge.pages,
    records.pages,
)
# Pages that count whole histories: they see also the changes that have no page of their own.
OF_WHOLE_HISTORIES: tuple[Pages, ...] = (
    provenance.pages,
    identities.pages,
    checks.pages,
    populations.pages,
    samples.pages,
)


def site(snapshot: Snapshot, previous: Snapshot | None) -> Site:
    """One audit as a reader sees it, compared with the audit before it where there is one."""
    narrowed = narrow.narrowed(snapshot)
    made: dict[str, Page] = {}
    for seen, makers in ((snapshot, OF_WHOLE_HISTORIES), (narrowed, MODULES)):
        for pages in makers:
            for page in pages(seen):
                made.setdefault(page.path, page)
    exists = frozenset(made)
    first = front.page(narrowed, previous, exists)
    made[first.path] = first
    date = snapshot.date
    return Site(
        date.key,
        snapshot.config.operator,
        front.heading(date),
        human_day(date.as_of),
        date.kind if date.record else "draft",
        navigation.build(narrowed, exists, compared=previous is not None),
        tuple(made[path] for path in sorted(made)),
        navigation.foot(snapshot, exists),
    )
