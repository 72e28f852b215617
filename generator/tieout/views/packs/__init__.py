"""Documents that a meeting or an authority asks for whole, filled from the records: what is empty says so."""

from collections.abc import Iterator

from tieout.views.packs import programme, review, treatment
from tieout.views.page import Page
from tieout.views.snapshot import Snapshot


def pages(snapshot: Snapshot) -> Iterator[Page]:
    for pack in (review, programme, treatment):
        yield from pack.pages(snapshot)
