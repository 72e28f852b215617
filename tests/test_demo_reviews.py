"""`tieout review` over the demo's own pull requests says what the story says happened."""

import re
from functools import cached_property
from pathlib import Path

import pytest
from gitfixtures import git

from tieout.build import review
from tieout.demo import write_demo
from tieout.output import review as printed
from tieout.repos import trees
from tieout.repos.spans import Commit, Span

CONTENT = Path(__file__).parents[1] / "isms-content"
GOLDEN = Path(__file__).parent / "cases" / "reviews"


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fennmoor") / "demo"
    write_demo(folder, CONTENT)
    return Reviews(folder / "isms")


class Reviews:
    """The merged pull requests of the demo's ISMS, each content and all histories read once."""

    def __init__(self, folder):
        self.location = trees.locate(folder)
        log = git(folder, "log", "--first-parent", "--merges", "--reverse", "--format=%H %P %s")
        self.merges = [line.split(" ", 3) for line in log.splitlines()]
        self.read = {}

    @cached_property
    def world(self):
        return review.gather(self.location, review.read_worktree(self.location), lambda _: None)

    def content(self, commit):
        if commit not in self.read:
            self.read[commit] = review.read_content(self.location, commit)
        return self.read[commit]

    def of(self, merge, *, world=None):
        new, old = merge[:2]
        span = Span(Commit(old, "base"), Commit(new, "head"), merge_base=False)
        return review.compare(self.location, span, self.content(old), self.content(new), world)

    def told(self, words, *, histories=False):
        """The comment on the one pull request whose branch ends in these words."""
        (merge,) = (one for one in self.merges if one[3].endswith(words))
        return printed.render(self.of(merge, world=self.world if histories else None))


def test_the_rounding_risk_falls_after_the_near_miss(reviews):
    assert reviews.told("/rounding-risk-after-near", histories=True) == (GOLDEN / "rounding-risk.md").read_text("utf-8")


def test_the_quarter_final_raises_the_risk_of_unreviewed_pricing_code(reviews):
    told = reviews.told("/unreviewed-pricing-code-it")
    assert "raises the residual risk of RSK-008 from 8 to 12" in told
    assert "residual 8 (medium) → 12 (high), above the appetite of 6" in told
    assert "**CTL-005** Branch protection without bypass, mitigates" in told


def test_two_controls_have_slipped(reviews):
    told = reviews.told("/two-controls-have-slipped")
    assert "implemented 86 → 84, partial 3 → 5; as before: applicable 89, excluded 4" in told
    assert "A.5.27: applicable, and CTL-035 not implemented yet. (`C2/A.5.27/no-implemented-control`)" in told
    assert "Partial in the third quarter of 2026: no review was held." in told
    assert "Audit **AUD-2026-03** Surveillance after the summer (planned, 2026-09-30): all 11 services" in told


def test_a_due_date_is_moved_in_the_open(reviews):
    told = reviews.told("/limit-tests-moved-end")
    assert re.search(r"\*\*ACT-2026-014\*\* .*: due 2026-07-31 → 2026-10-31, 92 days later", told)


@pytest.mark.parametrize("place", range(3, 170, 40))
def test_no_changed_file_is_dropped_in_silence(reviews, place):
    merge = reviews.merges[place]
    found = reviews.of(merge)
    old, new = (reviews.content(commit).files for commit in (merge[1], merge[0]))
    differing = {path for path in {*old, *new} if old.get(path) != new.get(path)}
    told = {path for change in found.records for path in change.paths} | {file.path for file in found.files}
    assert differing <= told
    assert len(printed.render(found)) <= 65_536
    assert not found.errors
