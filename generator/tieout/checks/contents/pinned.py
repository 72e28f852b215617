"""G15: does everything that a build takes in have a version that stands still."""

from collections.abc import Iterator

from tieout.checks.case import Case, Verdict
from tieout.checks.contents.population import Source, judge_sources, listed, shorten
from tieout.model.contents import Manifest, RepositoryContents, Taken
from tieout.model.grades import Grade
from tieout.model.records import CheckSetting
from tieout.model.results import Item, Outcome
from tieout.text.globs import matches_any
from tieout.text.words import digits, human_list, plural, visible

CHECK = "dependencies-pinned"
EXPECTED = "every dependency pinned"
_WHY = {
    "branch": "which names a branch or another name that moves",
    "latest": "which is whatever is newest",
    "nothing": "which names no version",
}


def dependencies_pinned(case: Case) -> tuple[Item, ...]:
    """One item for each repository of a service that runs; none where no setting says which files are looked at."""
    setting = case.setting(CHECK)
    if not setting.paths:
        return ()
    return judge_sources(case, CHECK, EXPECTED, lambda source, contents: _judge(setting, source, contents))


def _judge(setting: CheckSetting, source: Source, contents: RepositoryContents) -> Verdict:
    def is_meant(path: str) -> bool:
        return source.owns(path) and matches_any(setting.paths, path) and not matches_any(setting.allow, path)

    manifests = [one for one in contents.manifests if is_meant(one.path)]
    taken = [one for one in contents.taken if is_meant(one.path)]
    unread = {
        path: why for path, why in contents.unread.items() if is_meant(path) or path in {"manifests", "build files"}
    }
    number = _number(manifests, taken)
    if loose := [*_loose(manifests), *_moving(taken)]:
        reason = f"At the audit's commit of {source.repo}: {shorten(loose)}.{_limits(manifests, taken)}"
        count = sum(one.direct if one.lockless else len(one.loose) for one in manifests) + len([*_moving(taken)])
        return Verdict(Outcome.FAIL, EXPECTED, f"{digits(count)} not pinned, of {number}", reason, Grade.STATED)
    unknown = [*(one.why for one in manifests if one.why), *(f"{path}: {why}" for path, why in sorted(unread.items()))]
    unknown += [
        f"{one.path} takes in {one.name}, and what that is stands elsewhere" for one in taken if one.pinned == "unknown"
    ]
    if unknown:
        reason = f"Whether all is pinned in {source.repo} cannot be told: {shorten(unknown)}."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "not all of it could be read", reason)
    if not manifests and not taken:
        reason = f"In the repository {source.repo} nothing of {source.service.id} takes anything in, at the paths {listed(setting.paths)}."
        return Verdict(Outcome.NOT_APPLICABLE, EXPECTED, "no manifest", reason)
    alone = sum(one.direct for one in manifests) + len(taken) == 1
    whole, verb = ("The", "has") if alone else ("All", "have")
    places = _places(manifests, taken)
    reason = f"{whole} {number} at {places} {verb} a version that stands still.{_limits(manifests, taken)}"
    return Verdict(Outcome.PASS, EXPECTED, f"{number}, all pinned", reason, Grade.STATED)


def _loose(manifests: list[Manifest]) -> Iterator[str]:
    for one in manifests:
        if one.lockless:
            yield f"{one.path} has no lock file, and {_exact(one)}"
        else:
            yield from (f"in {one.path} {each.name} {each.why}" for each in one.loose)


def _exact(manifest: Manifest) -> str:
    """How many dependencies a manifest without a lock file names exactly."""
    number, exact = plural(manifest.direct, "dependency", "dependencies"), manifest.direct - len(manifest.loose)
    verb = "is" if exact == 1 else "are"
    if exact == manifest.direct:
        return f"its {number} {verb} named exactly, and not what they bring with them"
    if manifest.direct == 1:
        return f"its {number} is not named exactly"
    return f"of its {number} {digits(exact) if exact else 'none'} {verb} named exactly"


def _number(manifests: list[Manifest], taken: list[Taken]) -> str:
    """What was looked at, counted."""
    direct = sum(one.direct for one in manifests)
    words = [plural(direct, "dependency", "dependencies")] if direct or not taken else []
    return human_list([*words, *([plural(len(taken), "action or image", "actions and images")] if taken else [])])


def _moving(taken: list[Taken]) -> Iterator[str]:
    return (f"{one.path} takes in {one.name}, {_WHY[one.pinned]}" for one in taken if one.pinned in _WHY)


def _places(manifests: list[Manifest], taken: list[Taken]) -> str:
    paths = dict.fromkeys((*(one.path for one in manifests), *(one.path for one in taken)))
    return shorten(paths, ", ")


def _limits(manifests: list[Manifest], taken: list[Taken]) -> str:
    """What the answer leaves open, as sentences."""
    said = []
    if movable := sum(one.pinned == "version" for one in taken):
        verb = "is" if movable == 1 else "are"
        said.append(
            f"{plural(movable, 'action or image', 'actions and images')} {verb} named by a version, which can be moved."
        )
    if uncompared := sum(one.uncompared for one in manifests):
        of = plural(uncompared, "dependency", "dependencies")
        said.append(f"The versions of {of} could not be compared with the lock file, in which they stand.")
    said += dict.fromkeys(visible(one.limit) for one in manifests if one.limit)
    return "".join(f" {one}" for one in said)
