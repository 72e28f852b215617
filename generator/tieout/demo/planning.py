"""All proposals of a service repository in the order of their merges: the story's own and the daily work around them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from tieout.demo.dice import Dice
from tieout.demo.hours import DAY, MINUTE, day_of, seconds, start_of
from tieout.demo.proposals import Draft, How, Proposal, draft_times
from tieout.demo.schedule import Slot, draw_slots
from tieout.demo.slips import propose_slips
from tieout.demo.specials import fixed_proposals, how_of
from tieout.demo.teams import (
    FIRST_DAY,
    PLATFORM,
    SIGNING_REQUIRED,
    SIGNING_RULE,
    SIGNING_STARTS,
    Team,
    owners_of,
    present,
    signs,
)
from tieout.demo.vocabulary import VOCABULARIES
from tieout.demo.works import Edit, Phrase, Vocabulary, package_version, phrase, slug

# The export of review records began repository by repository; what these merged before has no record.
EXPORT_BEGAN_AFTER = {"settlement": 14, "bet-api": 6, "feed-gateway": 6}
TICKETS = {
    "TRD": (972, 138),
    "PAY": (2141, 165),
    "PLY": (574, 69),
    "PRO": (445, 42),
}  # first number, numbers in 100 days
WITHOUT_TICKET = {("odds-engine", 17), ("wallet", 9), ("promo-engine", 12), ("bet-api", 21), ("market-config", 190)}
LATER_REMARKS = (
    "Say it in the words of the glossary",
    "Review: keep the default apart",
    "Add a line to the change log",
    "Review: name the limit, not the number",
    "Note the reason in the change log",
)
APRIL = seconds("2026-04-01T00:00Z")
REVERT_REASONS = (
    "Margins left their corridor within the hour.",
    "Alarm of the desk at noon: prices held too long.",
    "Error rate rose after the deployment.",
    "Traders saw prices that they could not explain.",
)


class People(NamedTuple):
    author: str
    coauthor: str
    reviewers: tuple[str, ...]
    merger: str
    signed: bool


def plan(team: Team) -> tuple[Proposal, ...]:
    """Numbered, oldest merge first."""
    fixed = [proposal for proposal in (*fixed_proposals(), *propose_slips()) if proposal.repo == team.repo]
    slots = draw_slots(team, [proposal.merged for proposal in fixed])
    used: set[str] = set()
    found: list[Proposal] = []
    for slot in sorted(slots):
        found.append(_revert(team, slot, found[-1]) if slot.kind == "revert" else _propose(team, slot, used))
    found += fixed
    found.sort(key=lambda proposal: proposal.merged)
    return tuple(_numbered(team, found))


def _numbered(team: Team, found: list[Proposal]) -> Iterator[Proposal]:
    """Numbers rise with gaps: some proposals were never merged."""
    number = team.first_number
    unexported = EXPORT_BEGAN_AFTER.get(team.repo, 0)
    for order, proposal in enumerate(found):
        number += 1 + Dice(team.repo, "number", order).below(3) // 2
        numbered = replace(proposal, number=number)
        robot = proposal.author == "dep-bot"
        if order < unexported:
            numbered = replace(numbered, recorded="not-exported", stated=numbered.reviewers, signed=False)
        elif proposal.mark == "stated-only":
            numbered = replace(numbered, recorded="without-approvals", stated=numbered.reviewers, signed=False)
        elif team.style in {"trailer-merge", "request-merge"}:
            numbered = replace(numbered, stated=numbered.reviewers)
        if (team.repo, order) in WITHOUT_TICKET and not robot and not proposal.label:
            numbered = _without_ticket(numbered)
        yield numbered


def _without_ticket(proposal: Proposal) -> Proposal:
    def bare(text: str) -> str:
        head, mark, rest = text.partition(": ")
        return rest if mark and head.partition("-")[0] in TICKETS else text

    body = "\n".join(line for line in proposal.body.splitlines() if not line.startswith("Ticket: ")).strip()
    drafts = tuple(draft._replace(subject=bare(draft.subject)) for draft in proposal.drafts)
    return replace(proposal, title=bare(proposal.title), body=body, drafts=drafts, branch=slug(bare(proposal.title)))


def _propose(team: Team, slot: Slot, used: set[str]) -> Proposal:
    dice = Dice(team.repo, "change", slot.time)
    words = VOCABULARIES[team.repo]
    ticket = _ticket(words.tickets, slot.time, dice)
    if slot.kind == "work" and dice.chance(9):
        return _update(team, words, slot, dice)
    said = _fresh_phrase(words, used, dice)
    who = _people(team, said.edit.path, slot.time, dice)
    in_title = dice.chance(65)
    title = f"{ticket}: {said.subject}" if in_title else said.subject
    body = said.why if in_title else f"{said.why}\n\nTicket: {ticket}"
    count = dice.pick((1, 1, 1, 2, 2, 2, 2, 3, 3, 4))
    start, *later = draft_times(slot.time, count, dice)
    drafts = _drafts(words, said, Draft(start, who.author, title, (said.edit,)), later, dice)
    how = how_of(team.repo)
    if team.style == "squash-or-rebase" and count == 1 and dice.chance(70):
        how = "rebase"
    hidden = how == "squash" and bool(who.coauthor) and count > 1 and dice.chance(30)
    if hidden:
        drafts = (*drafts[:-1], drafts[-1]._replace(author=who.coauthor))
    return Proposal(
        team.repo, 0, title, body, _branch(ticket, said.subject, who.author, dice), who.author, drafts,
        min(drafts[0].time + 8 * MINUTE + dice.below(40 * MINUTE), slot.time - 15 * MINUTE), slot.time, who.merger,
        who.reviewers, team.style, how, _signed(team, how, who, slot.time),
        coauthors=(who.coauthor,) if who.coauthor and not hidden else (),
        hidden=(who.coauthor,) if hidden else (), deploy=slot.kind == "mistake",
    )  # fmt: skip


def _signed(team: Team, how: How, who: People, time: int) -> bool:
    """A squash is the forge's own commit until the rule of April asks the merger's signature for it."""
    return who.signed and (how != "squash" or time >= SIGNING_RULE) and team.tier == 1


def _branch(ticket: str, subject: str, author: str, dice: Dice) -> str:
    words = slug(subject, 4)
    return dice.pick((f"{ticket.lower()}-{words}", f"{author.partition('-')[0]}/{words}", f"feature/{words}", words))


def _ticket(prefix: str, time: int, dice: Dice) -> str:
    first, rate = TICKETS[prefix]
    return f"{prefix}-{first + (time // DAY - start_of(FIRST_DAY) // DAY) * rate // 100 + dice.below(rate // 10)}"


def _fresh_phrase(words: Vocabulary, used: set[str], dice: Dice) -> Phrase:
    while True:
        said = phrase(dice.pick(words.works), words, dice)
        if said.subject not in used:
            used.add(said.subject)
            return said


def _people(team: Team, path: str, time: int, dice: Dice, author: str = "") -> People:
    """An author, one or two owners of the path who did not write it, and who merges."""
    reviewers: list[str] = []
    coauthor = ""
    while not reviewers:
        author = author or next(person for person in dice.shuffled(team.authors) if present(person, time))
        others = [person for person in team.authors if person != author and present(person, time)]
        coauthor = dice.pick(others) if others and dice.chance(9) and author != "dep-bot" else ""
        owners = [one for one in _asked(team, path, time) if one not in {author, coauthor} and present(one, time)]
        reviewers = dice.shuffled(owners)[: 2 if dice.chance(25) else 1]
        author = author if reviewers or author == "dep-bot" else ""
    merger = reviewers[0]
    strict = time >= SIGNING_REQUIRED or dice.chance(97)
    if team.tier == 1 and time >= SIGNING_RULE and strict:
        merger = _signing_merger(team, reviewers, {author, coauthor}, time, dice)
    willing = time >= SIGNING_RULE or dice.chance(45)
    signed = team.tier == 1 and time >= SIGNING_STARTS and willing and signs(merger, time)
    return People(author, coauthor, tuple(reviewers), merger, signed)


def _asked(team: Team, path: str, time: int) -> tuple[str, ...]:
    """Who may review a path. In April, until its owners were named, the squad's approver read everything."""
    unnamed = team.owners_since and APRIL <= time < seconds(team.owners_since)
    return team.approvers[:1] if unnamed else owners_of(team, path)


def _signing_merger(team: Team, reviewers: list[str], authors: set[str], time: int, dice: Dice) -> str:
    """A reviewer with a key; else another owner with one; else the platform squad."""

    def signing(people: Sequence[str]) -> list[str]:
        return [person for person in people if signs(person, time) and present(person, time) and person not in authors]

    return (signing(reviewers) or dice.shuffled(signing(team.owners[0][1])) or signing(PLATFORM))[0]


def _drafts(words: Vocabulary, said: Phrase, first: Draft, times: list[int], dice: Dice) -> tuple[Draft, ...]:
    """The first draft makes the change, the next ones test it, note it and keep the reason."""
    note = Edit("CHANGELOG.md", "note", f"- {said.subject}.")
    test = Edit(words.tests, "block", _test(words, said))
    drafts = [first]
    for number, time in enumerate(times):
        if number == 0:
            drafts.append(Draft(time, first.author, f"Test: {said.subject[:1].lower()}{said.subject[1:]}", (test,)))
        elif number == 1:
            drafts.append(Draft(time, first.author, dice.pick(LATER_REMARKS), (note,)))
        else:
            line = f"- {day_of(time)}: {said.why}"
            drafts.append(
                Draft(time, first.author, "Keep the reason with the code", (Edit("docs/reasons.md", "note", line),))
            )
    return tuple(drafts)


def _test(words: Vocabulary, said: Phrase) -> str:
    name = slug(said.subject, 9).replace("-", "_")
    subject = said.edit.text.partition("\n")[0]
    if words.language == "typescript":
        wish = subject.split("(")[0].removeprefix("export function ").partition(" = ")
        key, value = wish[0].removeprefix("export const "), wish[2].rstrip(";")
        claim = f"expect({key}).toBe({value});" if value else f"expect({key}).toBeTypeOf('function');"
        return f'test("{said.subject}", () => {{\n  {claim}\n}});\n'
    module = said.edit.path.rpartition("/")[2].partition(".")[0]
    if said.edit.path.endswith(".yml"):
        key = subject.split(":")[0]
        claim = f'assert read("{said.edit.path}")["{key}"] == parse("{key}", {subject.partition(": ")[2]!r})'
    elif " = " in subject:
        claim = f"assert {module}.{subject.replace(' = ', ' == ', 1)}"
    else:
        claim = f"assert holds_for_all({module}.{subject.removeprefix('def ').partition('(')[0]})"
    return f'def test_{name}():\n    """{said.subject}."""\n    {claim}\n'


def _revert(team: Team, slot: Slot, mistake: Proposal) -> Proposal:
    """Takes the step before it back; its title and edits are filled in when that step has an id."""
    dice = Dice(team.repo, "revert", slot.time)
    ticket = _ticket(VOCABULARIES[team.repo].tickets, slot.time, dice)
    who = _people(team, mistake.drafts[0].edits[0].path, slot.time, dice)
    time = slot.time - 40 * MINUTE - dice.below(20 * MINUTE)
    reason = dice.pick(REVERT_REASONS)
    how = how_of(team.repo)
    return Proposal(
        team.repo, 0, "", f"{reason}\n\nTicket: {ticket}", "revert", who.author, (Draft(time, who.author, "", ()),),
        time + 5 * MINUTE, slot.time, who.merger, who.reviewers, team.style, how,
        _signed(team, how, who, slot.time), reverts=True, deploy=True,
    )  # fmt: skip


def _update(team: Team, words: Vocabulary, slot: Slot, dice: Dice) -> Proposal:
    """A dependency update of the robot, merged by a person."""
    package = dice.pick(words.dependencies)
    version = package_version(package, day_of(slot.time))
    title = f"Update {package} to {version}"
    line = f'    "{package}": "{version}",' if words.language == "typescript" else f"{package}=={version}"
    who = _people(team, words.manifest, slot.time, dice, author="dep-bot")
    time = slot.time - dice.between(3, 30) * 50 * MINUTE
    how = how_of(team.repo)
    return Proposal(
        team.repo, 0, title, f"Release notes are linked in the register of packages.\n\nTicket: PLT-{300 + (slot.time // DAY) % 97}",
        f"dep-bot/{slug(package)}-{version}", "dep-bot", (Draft(time, "dep-bot", title, (Edit(words.manifest, "line", line),)),),
        time + MINUTE, slot.time, who.merger, who.reviewers, team.style, how, _signed(team, how, who, slot.time),
    )  # fmt: skip
