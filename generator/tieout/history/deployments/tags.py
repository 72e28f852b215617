"""Deployments from annotated tags (D3): each proves that a release was cut, and by whom; not that it was deployed then.

A lightweight tag has neither date nor author, so it tells nothing and is named. Tried on pallets/flask (its releases of
0.x to 2.x are lightweight or annotated by turns) and on git/git (all annotated and signed).
"""

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from tieout.history.approvals import find_in_tag
from tieout.history.deployments.maker import Told, make_deployment
from tieout.history.deployments.sources import (
    Declared,
    Deployer,
    Pinned,
    is_own,
    is_unsigned,
    is_vouched,
    made,
    repos_of,
)
from tieout.history.makers import signer_of
from tieout.history.registers import Registers
from tieout.history.signatures import judge
from tieout.model.grades import Grade
from tieout.model.history import Deployment, Stamp, Tag
from tieout.problems import Problem, Source, warning
from tieout.text.words import few_of, plural, visible


def read_tags(declared: Declared) -> tuple[list[Deployment], list[Problem]]:
    """One for each annotated tag that matches the declared pattern."""
    source, pattern = declared.source, declared.told_by.pattern
    matching = [tag for tag in source.history.tags.values() if fnmatchcase(tag.name, pattern)]
    bare = [name for name, _ in _undated(source, pattern)]
    found = [
        _release(declared, tag, tag.tagger)
        for tag in matching
        if tag.annotated and tag.tagger and not tag.renamed and is_seen(source, tag)
    ]
    problems = [_bare_tags(source.history.repo, bare)] if bare else []
    problems += [_renamed_tag(source.history.repo, tag) for tag in matching if tag.renamed]
    return sorted(found, key=lambda each: (each.at, each.version)), problems


def list_undated(pinned: Mapping[str, Pinned], registers: Registers) -> dict[str, tuple[tuple[str, int], ...]]:
    """Release tags that count as no deployment since they carry no date, by service; services without any left out."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for service in registers.isms.services.values():
        pipeline = registers.isms.pipelines.get(service.pipeline)
        if pipeline and pipeline.deployments.kind == "tags":
            sources = [pinned[repo] for repo in repos_of(service) if repo in pinned]
            bare = [tag for source in sources for tag in _undated(source, pipeline.deployments.pattern)]
            found[service.id] = tuple(sorted(bare, key=lambda tag: (tag[1], tag[0])))
    return {id_: bare for id_, bare in sorted(found.items()) if bare}


def _undated(source: Pinned, pattern: str) -> list[tuple[str, int]]:
    """Lightweight tags that match, by name, each with the time of its commit; those of later commits are left out."""
    history = source.history
    return sorted(
        (tag.name, history.commits[tag.commit].committer.time)
        for tag in history.tags.values()
        if (not tag.annotated or tag.tagger is None)
        and fnmatchcase(tag.name, pattern)
        and source.line.entered.get(tag.commit, 0) <= source.last
    )


def _bare_tags(repo: str, names: list[str]) -> Problem:
    carry, they = ("carries", "it counts") if len(names) == 1 else ("carry", "they count")
    message = (
        f"{plural(len(names), 'release tag')} {carry} no date and no author ({few_of(list(map(visible, names)))}), so {they} as no deployment; "
        f"make annotated tags with 'git tag -a'"
    )
    return warning("lightweight-release-tag", message, Source(repo))


def _renamed_tag(repo: str, tag: Tag) -> Problem:
    message = (
        f"the ref {visible(tag.name)} holds the tag that was made as {visible(tag.written)}, so it counts as no "
        f"deployment; find out who set it up under that name, and tag the release anew"
    )
    return warning("tag-under-another-name", message, Source(repo))


def is_seen(source: Pinned, tag: Tag) -> bool:
    """Not dated after the cut-off, and not on a commit that the branch reached only after the pin."""
    later = source.line.entered.get(tag.commit, 0) > source.last
    return not later and (not source.cutoff or tag.tagger is None or tag.tagger.time <= source.cutoff)


def _release(declared: Declared, tag: Tag, tagger: Stamp) -> Deployment:
    source, registers = declared.source, declared.registers
    repo, at = source.history.repo, max(tagger.time, made(source, tag.commit))
    told = Told(
        basis="annotated tag",
        environment=declared.production,
        at=at,
        claimed=tagger.time,
        version=tag.name,
        repo=repo,
        commit=tag.commit,
        where=f"{repo}, tag {tag.name}",
        record=tag.object,
        deployer=_deployer(repo, tag, tagger, at, registers),
        message=tag.message,
    )
    approvals = find_in_tag(tag.message, at, tag.name, registers.people)
    return replace(make_deployment(declared, told), approvals=approvals)


def _deployer(repo: str, tag: Tag, tagger: Stamp, at: int, registers: Registers) -> Deployer:
    by = registers.people.identify(tagger, at)
    signature = judge(tag.signature, at, registers.keys)
    if is_own(signature, by):
        return Deployer(by, Grade.SIGNED)
    hand = next(signer_of(signature, registers), None)
    if hand is None and is_vouched(repo, by, at, registers):
        return Deployer(by, Grade.RECORDED)
    return Deployer(by, Grade.STATED, hand, is_unsigned(by, at, registers))
