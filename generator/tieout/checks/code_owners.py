"""Who owns code at the audit's pins: as CODEOWNERS stands there; where it was not read, as the changes up to it show."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tieout.checks.case import day_of
from tieout.model.history import Change, Facts
from tieout.text.words import human_day, human_list, plural, visible

SHOWN = 2  # patterns or paths that a sentence names


class Owning(NamedTuple):
    owner: str  # id of a person; of others what is written
    what: str  # `payouts/rules.yml`
    seen: str  # `as the change shop@1a2b3c4d of 20 September 2026 shows`


def owners_at_pin(facts: Facts) -> Iterator[Owning]:
    """All owners that the CODEOWNERS of each repository names, by repository and owner."""
    for repo, contents in sorted(facts.contents.items()):
        patterns: dict[str, list[str]] = {}
        for rule in contents.owned or ():
            for owner in rule.owners:
                patterns.setdefault(owner, []).append(visible(rule.pattern))
        seen = f"as {contents.owner_file} of {repo} says at {contents.commit[:8]}"
        yield from (Owning(owner, _few(patterns[owner]), seen) for owner in sorted(patterns))


def owners_since(facts: Facts, after: int) -> Iterator[Owning]:
    """Where no CODEOWNERS was read: the owners that the newest changes from a time on name, the newest change first."""
    for change in reversed(_newest_by_path(_untold(facts), after)):
        what = human_list(visible(changed.path) for changed in change.paths[:SHOWN])
        seen = f"as the change {change.key} of {human_day(day_of(change.time))} shows"
        yield from (Owning(owner, what, seen) for owner in change.code_owners)


def _few(patterns: list[str]) -> str:
    more = [plural(len(patterns) - SHOWN, "more pattern")] if len(patterns) > SHOWN else []
    return human_list([*patterns[:SHOWN], *more])


def _untold(facts: Facts) -> Iterable[Change]:
    told = {repo for repo, contents in facts.contents.items() if contents.owned is not None}
    return (change for change in facts.changes.values() if change.repo not in told)


def _newest_by_path(changes: Iterable[Change], after: int) -> list[Change]:
    """The changes from a time on that were the last to touch one of their paths: they tell who owns it now."""
    newest: dict[tuple[str, str], Change] = {}
    for change in changes:
        if change.time >= after:
            newest.update({(change.repo, changed.path): change for changed in change.paths})
    unique = {change.key: change for change in newest.values()}
    return sorted(unique.values(), key=lambda change: (change.time, change.repo, change.order))
