"""What is wrong with the settings of checks.yml: parameters that nobody reads, limits of tiers that are not judged.

Numbers, days and words of a single field are seen to where every field is; names of checks among the links.
"""

from collections.abc import Iterable, Iterator, Mapping

from tieout.content.records import Written
from tieout.model.checks import Check
from tieout.model.contents import ECOSYSTEMS
from tieout.model.records import CheckSetting
from tieout.problems import Problem, error
from tieout.text.versions import at_least
from tieout.text.words import human_list, suggest, visible

COMMON = ("title", "why", "since", "tiers", "services", "threshold")  # what every check reads
_FRAME = frozenset({"id", "body", "place", *COMMON})
_BY_TIER = ("threshold", "grades", "approvals")
_PATTERNS = ("paths", "allow", "template", "releases")


def check(written: Iterable[Written], built_in: Mapping[str, Check], own: frozenset[str]) -> list[Problem]:
    """The faults of all settings that could be read; `own` are the ids of checks that the operator declares.

    One of a check that nobody knows is told among the links.
    """
    problems: list[Problem] = []
    for entry in written:
        if isinstance(entry.record, CheckSetting) and built_in:
            found = built_in.get(entry.id)
            if found or entry.id in own:
                problems += _unread(entry, entry.record, found.parameters if found else ())
            problems += _unset(entry, entry.record, found) if found else ()
            problems += _tiers(entry, entry.record)
            problems += _patterns(entry, entry.record)
            problems += _libraries(entry, entry.record)
    return problems


def _unread(entry: Written, record: CheckSetting, reads: tuple[str, ...]) -> Iterator[Problem]:
    for name in sorted(record.model_fields_set - _FRAME - set(reads)):
        own = (
            f"{human_list(reads)}, and like every check {human_list(COMMON)}" if reads else f"only {human_list(COMMON)}"
        )
        message = f"{name}: the check {entry.id} does not read this; it reads {own}; delete the line"
        yield error("unknown-parameter", message, entry.key(name))


def _unset(entry: Written, record: CheckSetting, found: Check) -> Iterator[Problem]:
    """A setting that leaves out what the check cannot do without: it would be taken for one that is judged."""
    given = record.model_fields_set
    if found.needs and given.isdisjoint(found.needs):
        names = human_list(found.needs, "or")
        message = f"{names}: is missing; without it the check {entry.id} judges nothing, whatever else is set"
        yield error("missing-field", message, entry.place("id"))


def _tiers(entry: Written, record: CheckSetting) -> Iterator[Problem]:
    for name in _BY_TIER:
        for tier in sorted(getattr(record, name)):
            if record.tiers and int(tier) not in record.tiers:
                judged = human_list(map(str, sorted(record.tiers)))
                message = f"{name}.{tier}: the check is set for tier {judged} only; delete it, or add {tier} to tiers"
                yield error("tier-not-judged", message, entry.key(name, tier))


def _patterns(entry: Written, record: CheckSetting) -> Iterator[Problem]:
    for name in _PATTERNS:
        value = getattr(record, name)
        given = ((value, (name,)),) if isinstance(value, str) else ((one, (name, at)) for at, one in enumerate(value))
        for pattern, path in given:
            yield from _pattern(entry, name, pattern, path) if name in record.model_fields_set else ()
    for environment, pattern in record.apart.items():
        yield from _pattern(entry, f"apart.{environment}", pattern, ("apart", environment))


def _libraries(entry: Written, record: CheckSetting) -> Iterator[Problem]:
    """Languages whose manifests nobody reads, and lowest versions that nothing can be compared with."""
    for language, asked in record.libraries.items():
        if language.casefold() not in ECOSYSTEMS:
            near = suggest(language.casefold(), ECOSYSTEMS)
            known = f"did you mean '{near}'?" if near else human_list(ECOSYSTEMS, "or")
            message = f"libraries: unknown language '{visible(language)}' ({known})"
            yield error("invalid-value", message, entry.key("libraries", language))
        for name, lowest in asked.items():
            if lowest and at_least(lowest, lowest) is None:
                message = f"libraries.{language}.{name}: '{visible(lowest)}' is not a lowest version such as 2.4.1; correct it"
                yield error("invalid-value", message, entry.key("libraries", language, name))


def _pattern(entry: Written, name: str, pattern: str, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if not pattern.strip().strip("/"):
        message = f"{name}: an empty pattern matches nothing; write one such as src/**, or delete the line"
        yield error("invalid-value", message, entry.place(*path))
    elif pattern != pattern.strip():
        message = f"{name}: '{visible(pattern)}' begins or ends with a space, which is in no path; delete it"
        yield error("invalid-value", message, entry.place(*path))
