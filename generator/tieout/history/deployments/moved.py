"""Release tags held against deployments: a tag of a deployed version that leads to another commit than the one deployed.

Git keeps no trace of where a tag was before. But the record of a deployment names version and commit at once, and what
somebody does to the tag afterwards does not change the record. Tried with the 69 tags of pallets/flask.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tieout.history.deployments.sources import Pinned, repos_of
from tieout.history.deployments.tags import is_seen
from tieout.history.registers import Registers
from tieout.model.history import Deployment, Tag, TagElsewhere
from tieout.problems import Problem, Source, warning
from tieout.text.words import human_list, plural, visible

NAMED = 3  # tags that a message names
OWN_COMMIT = frozenset({"deployment record", "environments repository"})  # sources that name version and commit at once


def with_tags(
    deployments: Iterable[Deployment], pinned: Mapping[str, Pinned], registers: Registers
) -> Iterator[Deployment]:
    """The deployments, each with the tag of its version where that leads elsewhere.

    Where several services share a repository, a tag names none of them, so nothing is compared.
    """
    shared = _shared(registers)
    for each in deployments:
        source = pinned.get(each.repo)
        tag = _elsewhere(each, source) if source and each.basis in OWN_COMMIT and each.repo not in shared else None
        yield replace(each, tag=_told(tag, registers)) if tag else each


def tell_moved(deployments: Sequence[Deployment]) -> Iterator[Problem]:
    """One problem a repository that has such tags, the newest deployments first."""
    found: dict[str, dict[str, Deployment]] = {}
    for each in reversed(deployments):
        if each.tag:
            found.setdefault(each.repo, {}).setdefault(each.tag.name, each)
    for repo, listed in sorted(found.items()):
        named = [_where(each, each.tag) for each in list(listed.values())[:NAMED] if each.tag]
        more = [f"{len(listed) - NAMED} more"] if len(listed) > NAMED else []
        what = plural(len(listed), "release tag")
        leads = "leads" if len(listed) == 1 else "lead"
        message = (
            f"{what} {leads} to another commit than was deployed as that version: {human_list([*named, *more])}; "
            f"find out who moved {'it' if len(listed) == 1 else 'them'}, or correct the record"
        )
        yield warning("tag-not-as-deployed", message, Source(repo))


def _where(each: Deployment, tag: TagElsewhere) -> str:
    return f"{visible(tag.name)} is at {tag.commit[:8]}, where {each.commit[:8]} was deployed on {_day(each.at)}"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _shared(registers: Registers) -> frozenset[str]:
    seen: dict[str, int] = {}
    for service in registers.isms.services.values():
        for repo in repos_of(service):
            seen[repo] = seen.get(repo, 0) + 1
    return frozenset(repo for repo, services in seen.items() if services > 1)


def _elsewhere(each: Deployment, source: Pinned) -> Tag | None:
    """The tag of the version, where none of that name is on the deployed commit. One under another name tells nothing."""
    tags = source.history.tags
    names = (each.version, f"v{each.version}") if each.version and each.commit in source.history.commits else ()
    known = [tags[name] for name in names if name in tags and not tags[name].renamed and is_seen(source, tags[name])]
    return None if any(tag.commit == each.commit for tag in known) else next(iter(known), None)


def _told(tag: Tag, registers: Registers) -> TagElsewhere:
    if tag.tagger is None:
        return TagElsewhere(tag.name, tag.commit)
    by = registers.people.identify(tag.tagger, tag.tagger.time)
    return TagElsewhere(tag.name, tag.commit, tag.tagger.time, by)
