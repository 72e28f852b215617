"""Whoever stands in a history and not in the register of people: listed with what the repositories say of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tieout.history.deployments import Pinned
from tieout.history.lookalikes import find_lookalikes
from tieout.history.mailmap import index_mailmap, mailmap_of
from tieout.history.registers import Registers
from tieout.model.history import Identity, Lookalike, UnknownIdentity
from tieout.problems import Problem, Source, warning
from tieout.text.words import NAMED, few_of, visible


def list_unknown(pinned: Mapping[str, Pinned], registers: Registers) -> tuple[UnknownIdentity, ...]:
    """Addresses of commits, records and trailers that nobody has, with the count of commits under each."""
    for repo, each in pinned.items():
        for (author, committer), positions in _pairs_of(each, registers).items():
            entered = each.line.times[max(positions)]
            registers.strangers.note(author, repo, entered, len(positions))
            if committer.key != author.key:
                registers.strangers.note(committer, repo, entered, len(positions))
    return _with_mailmaps(registers.strangers.listed(), pinned)


def _pairs_of(pinned: Pinned, registers: Registers) -> dict[tuple[Identity, Identity], list[int]]:
    """Authors with their committers, and where on the line what they committed entered it."""
    identify, commits = registers.people.identify, pinned.line.history.commits
    found: dict[tuple[Identity, Identity], list[int]] = {}
    for commit_id, position in pinned.line.entered.items():
        if position <= pinned.last:
            commit = commits[commit_id]
            author = identify(commit.author, commit.author.time)
            committer = identify(commit.committer, commit.committer.time)
            found.setdefault((author, committer), []).append(position)
    return found


def _with_mailmaps(found: Iterable[UnknownIdentity], pinned: Mapping[str, Pinned]) -> tuple[UnknownIdentity, ...]:
    maps = {repo: index_mailmap(lines) for repo, each in pinned.items() if (lines := mailmap_of(each.line, each.last))}
    return tuple(
        replace(
            one,
            mailmap=tuple(
                (repo, told)
                for repo in one.repos
                if repo in maps
                for told in dict.fromkeys(maps[repo].said_of(name, one.email) for name in (*one.names, ""))
                if told
            )[:NAMED],
        )
        for one in found
    )


def find_alike(pinned: Mapping[str, Pinned], registers: Registers) -> tuple[Lookalike, ...]:
    """Names of authors and committers that a reader cannot tell from another's, or that hide something."""
    return find_lookalikes(_everybody(pinned, registers))


def _everybody(pinned: Mapping[str, Pinned], registers: Registers) -> Iterable[tuple[Identity, str]]:
    """Everybody who committed, and the registered people under the names that the register gives them."""
    for person in registers.isms.people.values():
        yield Identity(person.id, person.title, person.emails[0] if person.emails else ""), ""
    for repo, each in pinned.items():
        commits = (each.line.history.commits[id_] for id_, at in each.line.entered.items() if at <= each.last)
        stamps = {(stamp.name, stamp.email): stamp for one in commits for stamp in (one.author, one.committer)}
        for stamp in stamps.values():
            yield registers.people.identify(stamp, stamp.time), repo


def tell_alike(alike: Iterable[Lookalike]) -> list[Problem]:
    """One problem a repository."""
    by_repo: dict[str, list[Lookalike]] = {}
    for one in alike:
        by_repo.setdefault(one.repo, []).append(one)
    return [_problem(repo, found) for repo, found in sorted(by_repo.items())]


def _problem(repo: str, found: list[Lookalike]) -> Problem:
    shown = [
        f"'{visible(one.name)}' <{visible(one.email)}>"
        + (f" reads like '{visible(one.other)}' <{visible(one.other_email)}>" if one.other else "")
        + f" ({one.how})"
        for one in found
    ]
    message = f"names that are not what they seem: {few_of(shown, '; ')}; find out who they are, and list each person's addresses"
    return warning("confusable-name", message, Source(repo))
