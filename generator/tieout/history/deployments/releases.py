"""Release tags as such, whatever tells of deployments: who made each, and what its signature shows.

Which tags are releases the operator says: by the setting of the check `releases-signed`, else by the pipeline's own source
of tags. Tried on pallets/flask (lightweight and annotated by turns) and git/git (all annotated and signed).
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from tieout.history.deployments.sources import Pinned, made, repos_of
from tieout.history.deployments.tags import is_seen
from tieout.history.registers import Registers
from tieout.history.signatures import judge
from tieout.model.history import ReleaseTag, Tag
from tieout.model.records import Service


def list_releases(pinned: Mapping[str, Pinned], registers: Registers) -> dict[str, tuple[ReleaseTag, ...]]:
    """By service, oldest first; services of which nobody said what their releases are, or that have none, are left out."""
    told: dict[tuple[str, str], ReleaseTag] = {}
    found: dict[str, tuple[ReleaseTag, ...]] = {}
    for service in registers.isms.services.values():
        pattern = pattern_of(service, registers)
        tags = _read(service, pattern, (pinned, registers), told) if pattern else ()
        found[service.id] = tuple(sorted(tags, key=lambda tag: (tag.at, tag.repo, tag.name)))
    return {id_: tags for id_, tags in sorted(found.items()) if tags}


def pattern_of(service: Service, registers: Registers) -> str:
    """Which tags of a service are releases; empty where nobody said so."""
    setting = registers.isms.checks.get("releases-signed")
    if setting and setting.releases:
        return setting.releases
    pipeline = registers.isms.pipelines.get(service.pipeline)
    sources = (pipeline.deployments, pipeline.deployments.cross_check) if pipeline else ()
    return next((source.pattern for source in sources if source and source.kind == "tags"), "")


def _read(
    service: Service,
    pattern: str,
    known: tuple[Mapping[str, Pinned], Registers],
    told: dict[tuple[str, str], ReleaseTag],
) -> Iterator[ReleaseTag]:
    """The tags of the service's repositories; `told` holds those that another service of the repository has asked for."""
    pinned, registers = known
    for repo in repos_of(service):
        source = pinned.get(repo)
        for tag in source.history.tags.values() if source else ():
            if source and fnmatchcase(tag.name, pattern) and is_seen(source, tag) and _is_dated(source, tag):
                if (repo, tag.name) not in told:
                    told[repo, tag.name] = _release(source, tag, registers)
                yield told[repo, tag.name]


def _is_dated(source: Pinned, tag: Tag) -> bool:
    """Whether anything says when it was made: itself, or the commit that it leads to, up to the cut-off."""
    if tag.tagger:
        return True
    commit = source.history.commits.get(tag.commit)
    return commit is not None and (not source.cutoff or commit.committer.time <= source.cutoff)


def _release(source: Pinned, tag: Tag, registers: Registers) -> ReleaseTag:
    repo = source.history.repo
    if tag.tagger is None:
        at = source.history.commits[tag.commit].committer.time
        return ReleaseTag(repo, tag.name, tag.commit, at, tag.annotated)
    at = max(tag.tagger.time, made(source, tag.commit))
    by = registers.people.identify(tag.tagger, at)
    signature = judge(tag.signature, at, registers.keys)
    return ReleaseTag(repo, tag.name, tag.commit, at, tag.annotated, by, signature, tag.written)
