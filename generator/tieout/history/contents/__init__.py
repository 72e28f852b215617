"""What stands in the linked repositories at an audit's pins: manifests, what builds take in, policies, environments.

Pure, in two steps: `ask` names the files by what the audit's settings ask, and `describe` is given their contents. What
was read is parsed here, so checks see values and never bytes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tieout.history.contents import builds, manifests, parts, policies
from tieout.history.contents.asking import Asked, ask
from tieout.history.contents.forms import UnreadableError
from tieout.history.owners import parse_owners
from tieout.history.people import People, index_people
from tieout.model.contents import Owned, Policy, RepositoryContents, Taken, Template
from tieout.model.history import Facts
from tieout.model.registers import Isms

__all__ = ["Asked", "ask", "describe", "join"]

MAX_TEMPLATE = 100_000  # bytes

_NOT_READ = "it could not be read, or is larger than is read"


def describe(asked: Asked, contents: Mapping[str, bytes]) -> RepositoryContents:
    """One repository, from the contents of its files by blob id; what is not among them could not be read."""
    there = {path: contents.get(blob) for path, blob in asked.blobs}
    unread = dict(asked.left_out)
    questions = asked.questions
    libraries = dict(questions.libraries)
    found = []
    for path in asked.manifests:
        form = manifests.form_of(path)
        found.append(manifests.describe(path, there, libraries.get(form.ecosystem, ()) if form else ()))
    owners = there.get(asked.owner_file) if asked.owner_file else b""
    if owners is None:
        unread[asked.owner_file] = _NOT_READ
    known = owners is not None and questions.owners and (asked.owner_file or not asked.doubt)
    unread |= {path: _NOT_READ for path in (*asked.ci, *asked.scanned, *asked.environments) if there[path] is None}
    return RepositoryContents(
        asked.repo,
        asked.commit,
        asked.doubt,
        tuple(found),
        _taken(asked, there, unread),
        tuple(Policy(pattern, files) for pattern, files in asked.policies),
        _named_policies(asked, there),
        asked.infrastructure,
        tuple(one for path in asked.scanned for one in policies.find_ignores(path, there[path] or b"")),
        len(asked.scanned),
        parts.describe(questions.environments, asked.environments, owners or b"", there),
        asked.owner_file,
        tuple(_owned(owners or b"")) if known else None,
        _template(asked, there) if questions.template else None,
        {path: there.get(path) for path in asked.own} if questions.own.all else None,
        unread,
    )


def join(facts: Facts, found: Mapping[str, RepositoryContents], isms: Isms) -> Facts:
    """With what was read, the code owners by their ids in the register."""
    people = index_people(isms.people)
    return replace(facts, contents={repo: _named(one, people, facts.pins[repo].time) for repo, one in found.items()})


def _named(contents: RepositoryContents, people: People, at: int) -> RepositoryContents:
    if not contents.owned:
        return contents

    def ids(owners: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({people.owner(owner, at).person or owner for owner in owners}))

    return replace(contents, owned=tuple(Owned(pattern, ids(owners)) for pattern, owners in contents.owned))


def _owned(data: bytes) -> Iterator[Owned]:
    """The rules of CODEOWNERS: a later one for the same pattern, in its section, replaces an earlier one."""
    rules = {(rule.section, rule.pattern): rule for rule in parse_owners(data)}
    return (Owned(rule.pattern, rule.owners) for rule in rules.values() if rule.owners)


def _template(asked: Asked, there: Mapping[str, bytes | None]) -> Template:
    if not asked.template:
        return Template(there=False)
    data = there[asked.template]
    if data is None or len(data) > MAX_TEMPLATE:
        why = f"is longer than {MAX_TEMPLATE:,} bytes" if data else "could not be read, or is larger than is read"
        return Template(why=f"since it {why}")
    return Template(data.decode("utf-8", "replace"))


def _taken(asked: Asked, there: Mapping[str, bytes | None], unread: dict[str, str]) -> tuple[Taken, ...]:
    """What the build files take in; those that cannot be read are added to `unread`."""
    found: list[Taken] = []
    for path in asked.builds:
        data = there[path]
        if data is None:
            unread[path] = _NOT_READ
            continue
        try:
            found += builds.read_build_file(path, data)
        except UnreadableError as fault:
            unread[path] = f"it {fault}"
    return tuple(found)


def _named_policies(asked: Asked, there: Mapping[str, bytes | None]) -> dict[str, str]:
    """The patterns of policy files that a CI file of this repository names, each with the first such file."""
    found: dict[str, str] = {}
    for path in asked.ci:
        for pattern in policies.find_named(asked.questions.policies, there[path] or b""):
            found.setdefault(pattern, path)
    return found
