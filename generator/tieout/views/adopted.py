"""What the operator set for a check, beside what counts where nothing is set; and what has to be set before it judges."""

from collections.abc import Iterator

from tieout.checks.case import UNSET, Case, day_of
from tieout.checks.thresholds import ALL, threshold_of
from tieout.model.checks import Check
from tieout.model.grades import Grade
from tieout.model.records import LONGEST_EXCEPTION, CheckSetting
from tieout.text.words import human_list, plural, visible
from tieout.views import addresses, words
from tieout.views.page import Cell, Line, Link, Mark, Row, Table, line
from tieout.views.snapshot import Snapshot

FILE = "checks.yml"
TIERS = (1, 2, 3)


def missing(snapshot: Snapshot, check: Check) -> Line:
    """What nobody has said yet, so that there is nothing to judge; empty where nothing is missing."""
    setting = _setting(snapshot, check)
    if not check.needs or any(is_set(setting, name) for name in check.needs):
        return ()
    told = words.joined((words.code(name) for name in check.needs), " or ")
    return line(
        Mark("none", "not adopted"), ": set ", *told, f" of {check.id} in {snapshot.config.below}{FILE}, and it judges."
    )


def is_set(setting: CheckSetting, name: str) -> bool:
    return bool(getattr(setting, name) != getattr(UNSET, name))


def table(snapshot: Snapshot, check: Check) -> Table:
    """Every setting that the check reads, as it counts in this audit."""
    columns = (words.column("Setting"), words.column("In force"), words.column("Set by"))
    return Table(columns, tuple(_rows(snapshot, check)))


def narrowed(snapshot: Snapshot) -> Line:
    """Every check that the operator's settings make ask less than it could: a sentence for the front page, empty where none.

    Whoever may change the settings must not be able to switch a check off where no reader looks.
    """
    told = [
        (result.check.id, how)
        for result in snapshot.judgement.results.values()
        if (how := _less(snapshot, result.check))
    ]
    if not told:
        return ()
    parts = [line(Link(id_, f"{addresses.check(id_)}#settings", "id"), f" ({how})") for id_, how in told]
    begin = f"What {FILE} leaves out of {plural(len(told), 'check')}, which is no pass: "
    return line(begin, *words.listed(parts), ".")


def _less(snapshot: Snapshot, check: Check) -> str:
    """What a setting leaves out, in a few words; nothing where the check asks as much as without one."""
    setting = _setting(snapshot, check)
    parts = []
    if setting.since and setting.since > day_of(snapshot.date.start):
        late = setting.since > snapshot.date.as_of
        parts.append(f"{'everything: judged' if late else 'judged'} only from {words.day(setting.since)}")
    if setting.tiers:
        parts.append(f"tier {human_list(map(str, sorted(setting.tiers)), 'and')} only")
    if setting.services:
        parts.append(f"{human_list(setting.services)} only")
    if "allow" in check.parameters and setting.allow:
        parts.append(f"passes over {human_list(map(visible, setting.allow))}")
    if any(asked < ALL for asked in setting.threshold.values()):
        asked = human_list(f"{of} of 100 in tier {tier}" for tier, of in sorted(setting.threshold.items()))
        parts.append(f"counted as enough: {asked}")
    if lower := [tier for tier in TIERS if _is_lower(snapshot, check, tier)]:
        parts.append(f"a lower grade than elsewhere in tier {human_list(map(str, lower))}")
    if setting.longest and setting.longest > LONGEST_EXCEPTION:
        parts.append(f"exceptions of up to {setting.longest.words}")
    return ", ".join(parts)


def _is_lower(snapshot: Snapshot, check: Check, tier: int) -> bool:
    case = Case(snapshot.isms, snapshot.facts, snapshot.date, snapshot.config)
    return case.grade(check.id, tier) < snapshot.config.grades.get(tier, Grade.RECORDED)


def _setting(snapshot: Snapshot, check: Check) -> CheckSetting:
    return snapshot.isms.checks.get(check.id) or UNSET


def _rows(snapshot: Snapshot, check: Check) -> Iterator[Row]:
    setting = _setting(snapshot, check)
    yield _row("since", words.day(setting.since) or "the beginning", own=is_set(setting, "since"))
    tiers = ", ".join(map(str, setting.tiers or check.tiers))
    yield _row("tiers", tiers or "all", own=is_set(setting, "tiers"))
    yield _row("services", ", ".join(setting.services) or "all", own=is_set(setting, "services"))
    asked = ", ".join(f"tier {tier}: {threshold_of(setting, tier)} of 100" for tier in TIERS)
    yield _row("threshold", asked if setting.threshold else "every one", own=is_set(setting, "threshold"))
    for name in check.parameters:
        if name == "grades":
            yield _row(name, _grades(snapshot, check), own=is_set(setting, name))
        else:
            own = is_set(setting, name)
            yield _row(name, _words(getattr(setting, name)) if own else _unset(check, name), own=own)
    if setting.why:
        yield Row((words.cell(words.code("why")), words.cell(words.claim(setting.why)), words.cell(FILE)))


def _row(name: str, value: str, *, own: bool) -> Row:
    return Row(
        (words.cell(words.code(name)), Cell(line(value)), words.cell(FILE if own else words.soft("as Tieout has it")))
    )


def _unset(check: Check, name: str) -> str:
    if name not in check.needs:
        return "not set"
    others = [other for other in check.needs if other != name]
    return f"not set: nothing is judged without {human_list(('it', *others), 'or')}"


def _grades(snapshot: Snapshot, check: Check) -> str:
    case = Case(snapshot.isms, snapshot.facts, snapshot.date, snapshot.config)
    return ", ".join(f"tier {tier}: {case.grade(check.id, tier).words}" for tier in TIERS)


def _words(value: object) -> str:
    """A value of a setting as a person would write it."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_words(held)}" for name, held in value.items()) or "any"
    if isinstance(value, tuple):
        return ", ".join(map(_words, value))
    return str(getattr(value, "words", value)) or "any"
