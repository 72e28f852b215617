"""Annotated release tags of the services that deploy by version, made by the pipeline and signed once it has a key."""

from collections.abc import Iterable, Sequence

from tieout.demo.hours import MINUTE
from tieout.demo.releases import Release
from tieout.demo.services import Repository, Step
from tieout.demo.slips import TAG_MOVED
from tieout.demo.teams import SIGNING_STARTS, Team, stamp


def tag_releases(team: Team, repository: Repository, releases: Sequence[Release], steps: Iterable[Step]) -> None:
    """A hotfix has no tag: nobody ran the pipeline that makes one. Of a tag that was moved only the end is left."""
    if not team.tagged:
        return
    moved = {_last_before(releases, step): step for step in steps if step.proposal.mark == TAG_MOVED}
    for release in releases:
        if release.kind != "hotfix":
            changes = ", ".join(f"#{number}" for number in release.numbers)
            later = moved.get(release)
            message = f"{team.repo} {release.version}\n\nChanges: {changes}"
            if later:
                said = f"{message}, #{later.proposal.number}"
                tagger = stamp(later.proposal.author, later.time + 50 * MINUTE)
                tag = repository.store.tag(release.version, later.commit, tagger, said, later.proposal.author)
            else:
                key = "ci-bot" if release.built >= SIGNING_STARTS else ""
                tagger = stamp("ci-bot", release.built)
                tag = repository.store.tag(release.version, release.commit, tagger, message, key)
            repository.refs[f"refs/tags/{release.version}"] = tag


def _last_before(releases: Iterable[Release], step: Step) -> Release:
    return max((release for release in releases if release.prod < step.time), key=lambda release: release.built)
