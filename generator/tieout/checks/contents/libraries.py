"""G19: do the services use the libraries that the operator prescribes, at the lowest version or a later one."""

from collections.abc import Mapping

from tieout.checks.case import Case, Verdict
from tieout.checks.contents.population import Source, judge_sources, shorten
from tieout.model.contents import ECOSYSTEMS, Manifest, RepositoryContents
from tieout.model.grades import Grade
from tieout.model.results import Item, Outcome
from tieout.text.globs import matches_any
from tieout.text.versions import at_least
from tieout.text.words import human_list, plural, visible

CHECK = "mandatory-libraries"


def mandatory_libraries(case: Case) -> tuple[Item, ...]:
    """One item for each repository of a service that runs; none where no setting names a library."""
    setting = case.setting(CHECK)
    if not setting.libraries:
        return ()
    asked = {language.casefold(): names for language, names in sorted(setting.libraries.items())}
    expected = human_list(
        f"{name} {version}".strip() for names in asked.values() for name, version in sorted(names.items())
    )

    def judge(source: Source, contents: RepositoryContents) -> Verdict:
        manifests = [
            one
            for one in contents.manifests
            if source.owns(one.path)
            and one.ecosystem in asked
            and (not setting.paths or matches_any(setting.paths, one.path))
            and not matches_any(setting.allow, one.path)
        ]
        return _judge(asked, expected, source, manifests, contents.unread.get("manifests", ""))

    return judge_sources(case, CHECK, expected, judge)


def _judge(
    asked: Mapping[str, Mapping[str, str]], expected: str, source: Source, manifests: list[Manifest], left_out: str
) -> Verdict:
    """`left_out`: why not all manifests were looked at; empty where they were."""
    there = {one.ecosystem for one in manifests}
    strange = sorted(language for language in asked if language not in ECOSYSTEMS)
    wrong: list[str] = []
    unknown = [f"no manifest of {visible(language)} is read here" for language in strange]
    unknown += [one.why for one in manifests if one.why] + ([f"of its manifests {left_out}"] if left_out else [])
    found: list[str] = []
    for language in sorted(there):
        own = [one for one in manifests if one.ecosystem == language]
        for name, lowest in sorted(asked[language].items()):
            said, words = _look(own, name, lowest)
            {"there": found, "wrong": wrong, "unknown": unknown}[said].append(words)
    if wrong and not left_out and not any(one.why for one in manifests):
        reason = f"At the audit's commit of {source.repo}: {shorten(wrong)}."
        return Verdict(Outcome.FAIL, expected, f"{len(wrong)} missing or too old", reason, Grade.STATED)
    if wrong or unknown:
        reason = f"Whether {source.repo} has every library that is asked for cannot be told: {shorten(unknown)}."
        return Verdict(Outcome.UNKNOWN, expected, "cannot be told", reason)
    if not there:
        reason = f"{source.repo} has no manifest of {human_list(sorted(asked), 'or')} in which {source.service.id} could name them."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "no manifest of that language", reason)
    number = plural(len(found), "library", "libraries")
    reason = f"{source.repo} has {shorten(found, ', ')}, by {shorten((one.path for one in manifests), ', ')}."
    return Verdict(Outcome.PASS, expected, f"{number}, all there", reason, Grade.STATED)


def _look(manifests: list[Manifest], name: str, lowest: str) -> tuple[str, str]:
    """Whether one library is there, and the words for it."""
    versions = [version for one in manifests for version in one.libraries.get(name, ())]
    if not any(name in one.libraries for one in manifests):
        places = shorten((one.path for one in manifests), ", ")
        return "wrong", f"{name} stands in none of {places}" if manifests[1:] else f"{name} does not stand in {places}"
    answers = {version: at_least(version, lowest) for version in sorted(set(versions))}
    low = [version for version, enough in answers.items() if enough is False]
    if low:
        return "wrong", f"{name} is there at {human_list(low)}, and {lowest} is asked for"
    untold = [version or "an unnamed version" for version, enough in answers.items() if enough is None]
    if untold:
        return "unknown", f"{name} is there at {human_list(untold)}, which cannot be compared with {lowest}"
    return "there", f"{name} {human_list(filter(None, answers))}".strip()
