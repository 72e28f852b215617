"""Do the repositories hold the checklist that reviewers go through, and do changes show it ticked.

Read are task lists of Markdown: `- [ ] …`, with `*`, `+` or a number for the dash, and x or X for what is done. An item
that is asked stands in such a line, whatever its case and spaces, with words before or after it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from tieout.checks.case import Case, Place, Verdict, change_item, changes_in_period, item_of, keys_of, names_of
from tieout.checks.catalogue import CHECKS
from tieout.checks.robots import made_by_robot
from tieout.checks.unread import as_read, unread
from tieout.model.contents import Template
from tieout.model.grades import Grade
from tieout.model.history import Change
from tieout.model.results import Item, Outcome
from tieout.text.words import human_list, plural, visible

CHECK = "review-checklist"
LINE = 1000  # characters of a line that are looked at
_TASK = re.compile(r"[ \t>]{0,20}(?:[-*+]|[0-9]{1,3}[.)])[ \t]{1,4}\[([ xX])\][ \t]+(\S.*)")


def tasks_of(text: str) -> dict[str, bool]:
    """The lines of the task lists of a text, as they are compared, and whether each is ticked; of two alike the worse."""
    found: dict[str, bool] = {}
    for line in text.splitlines():
        if task := _TASK.match(line[:LINE]):
            words = _plain(task[2])
            found[words] = task[1] != " " and found.get(words, True)
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def review_checklist(case: Case) -> tuple[Item, ...]:
    """One item for each live service and repository of it, and one for each change of the period; none where no template is set."""
    return tuple(_items(case)) if case.setting(CHECK).template else ()


def _items(case: Case) -> Iterator[Item]:
    for service in case.isms.services.values():
        if service.status in ("live", "retiring"):
            for repo in sorted({link.repo for link in service.repos}):
                place = Place("repository", repo, service.id, case.date.end)
                yield item_of(CHECK, place, template_holds(case, repo))
    for change in changes_in_period(case):
        yield change_item(case, CHECKS[CHECK], change, as_read(case, change, checklist_ticked(case, change)))
    read = case.facts.pins.keys() - case.facts.missing.keys()  # of the others the items above tell
    yield from (hole for hole in unread(case, CHECKS[CHECK]) if hole.key in read)


# --- the template --------------------------------------------------------------------------------------------------


def template_holds(case: Case, repo: str) -> Verdict:
    setting = case.setting(CHECK)
    path = visible(setting.template)
    asked = f"with {plural(len(setting.items), 'item')}" if setting.items else "with a task list"
    expected = f"{path} {asked}"
    pin = case.facts.pins.get(repo)
    if repo in case.facts.missing or pin is None or not pin.commit:
        why = case.facts.missing.get(repo, "nothing of it lies before the audit's cut-off")
        reason = f"The repository {repo} could not be read: {why}."
        return Verdict(Outcome.UNKNOWN, expected, "repository not read", reason)
    template = _template(case, repo)
    if template is None or template.why or (not template.there and repo in case.facts.histories_incomplete):
        reason = f"What stands in {path} of {repo} at {pin.commit[:8]} was not read{f', {template.why}' if template and template.why else ''}; so it cannot be told which items it holds."
        return Verdict(Outcome.UNKNOWN, expected, "file not read", reason)
    if not template.there:
        reason = f"{repo} holds no file {path} at {pin.commit[:8]}, so no proposal begins with the checklist."
        return Verdict(Outcome.FAIL, expected, "no such file", reason)
    tasks = tasks_of(template.text)
    lacks = [item for item in setting.items if not _lines(tasks, item)]
    if lacks or not tasks:
        what = f"leaves out {_named(lacks)}" if lacks else "holds no task list"
        reason = f"{path} of {repo} at {pin.commit[:8]} {what}."
        return Verdict(Outcome.FAIL, expected, f"{len(lacks)} missing" if lacks else "no task list", reason)
    held = f"{path} of {repo} at {pin.commit[:8]} holds {'all that is asked: ' if setting.items else ''}"
    number = plural(len(setting.items or tasks), "item")
    return Verdict(Outcome.PASS, expected, number, f"{held}{number} to tick.", Grade.STATED)


# --- a change ------------------------------------------------------------------------------------------------------


def checklist_ticked(case: Case, change: Change) -> Verdict:
    """By the text that Git keeps of the proposal. Anybody who may merge can write it, so it is stated at most."""
    expected = "the checklist ticked"
    if change.automated:
        reason = f"A declared robot made the whole change ({names_of(case.isms, change.authors)}), so no person goes through a checklist for it."
        return made_by_robot(case, change, expected, "made by a declared robot", reason)
    items = _asked(case, change)
    tasks = tasks_of(change.body)
    ticked = {item: all(tasks[line] for line in lines) for item in items if (lines := _lines(tasks, item))}
    if not ticked:
        reason = "The message of the change does not hold the checklist; what the proposal said is kept by the forge and not in Git, so it cannot be told whether the items were ticked."
        return Verdict(Outcome.UNKNOWN, expected, "no checklist in the message", reason, people=keys_of(change.authors))
    bare = [item for item in items if item in ticked and not ticked[item]]
    gone = [item for item in items if item not in ticked]
    if bare or gone:
        parts = [
            *([f"leaves {_named(bare)} unticked"] if bare else []),
            *([f"leaves out {_named(gone)}"] if gone else []),
        ]
        reason = f"The checklist in the message of the change {human_list(parts)}."
        found = f"{len(items) - len(bare) - len(gone)} of {len(items)} ticked"
        return Verdict(Outcome.FAIL, expected, found, reason, Grade.STATED, keys_of(change.authors))
    reason = f"The message of the change holds the checklist with {plural(len(items), 'item')} ticked."
    return Verdict(Outcome.PASS, expected, f"{len(items)} of {len(items)} ticked", reason, Grade.STATED)


def _template(case: Case, repo: str) -> Template | None:
    contents = case.facts.contents.get(repo)
    return contents.template if contents else None


def _asked(case: Case, change: Change) -> tuple[str, ...]:
    """What has to be ticked: the items that are set, else those of the template as it stands at the pin."""
    if items := case.setting(CHECK).items:
        return items
    template = _template(case, change.repo)
    return tuple(tasks_of(template.text)) if template else ()


def _lines(tasks: Mapping[str, bool], item: str) -> tuple[str, ...]:
    """The line of a task list that is an item, else those that it stands in."""
    wanted = _plain(item)
    return (wanted,) if wanted in tasks else tuple(line for line in tasks if wanted in line)


def _named(items: Iterable[str]) -> str:
    return human_list(f"“{visible(item)}”" for item in items)
