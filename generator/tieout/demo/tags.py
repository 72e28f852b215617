"""Annotated release tags of the services that deploy by version, made by the pipeline and signed once it has a key."""

from collections.abc import Iterable

from tieout.demo.releases import Release
from tieout.demo.services import Repository
from tieout.demo.teams import SIGNING_STARTS, Team, stamp


def tag_releases(team: Team, repository: Repository, releases: Iterable[Release]) -> None:
    """A hotfix has no tag: nobody ran the pipeline that makes one."""
    if not team.tagged:
        return
    for release in releases:
        if release.kind != "hotfix":
            changes = ", ".join(f"#{number}" for number in release.numbers)
            tagger = stamp("ci-bot", release.built)
            key = "ci-bot" if release.built >= SIGNING_STARTS else ""
            message = f"{team.repo} {release.version}\n\nChanges: {changes}"
            tag = repository.store.tag(release.version, release.commit, tagger, message, key)
            repository.refs[f"refs/tags/{release.version}"] = tag
