"""The small pieces all pages share: outcomes, grades, counts, days, and links to whatever has a page.

A name that leads nowhere stays a word: a link is made only to what this audit knows.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from tieout.model.checks import ItemKind
from tieout.model.grades import Grade
from tieout.model.history import Facts, Identity
from tieout.model.records import CommitRef, Record
from tieout.model.registers import REGISTERS, Isms
from tieout.model.requirements import resolve
from tieout.model.results import AuditDate, CheckResult, Item, Judgement, Outcome, Trace, TraceEvidence
from tieout.text.words import MONTHS, digits, human_day, plural, visible
from tieout.views import addresses
from tieout.views.page import Cell, Column, GradeMark, Inline, Line, Link, Mark, Markdown, MarkShape, Text, Voice, line

STAGE_WORDS: Mapping[str, str] = {
    "commit-review": "commit & review",
    "build-test": "build & test",
    "pre-prod": "pre-production",
    "deploy-prod": "deploy",
    "run-learn": "run & learn",
    "outside": "outside the pipeline",
}
OUTCOMES: tuple[Outcome, ...] = (
    Outcome.PASS,
    Outcome.EXCEPTED,
    Outcome.FAIL,
    Outcome.UNKNOWN,
    Outcome.NOT_APPLICABLE,
)
_SHAPES: Mapping[Outcome, tuple[MarkShape, str]] = {
    Outcome.PASS: ("pass", "pass"),
    Outcome.FAIL: ("fail", "fail"),
    Outcome.EXCEPTED: ("excepted", "excepted"),
    Outcome.UNKNOWN: ("unknown", "cannot tell"),
    Outcome.NOT_APPLICABLE: ("na", "not applicable"),
}
APART = "\N{EN SPACE}"  # between ids side by side: the lines under two links must not meet
DID_NOT_OCCUR = Mark("none", "did not occur")
_REGISTER_NAMES = tuple(register.name for register in REGISTERS)
_BY_PREFIX: Mapping[str, str] = {register.prefix: register.name for register in REGISTERS if register.prefix}
# a requirement, `ukgc-rts:RTS-12`; the key of a change or deployment, `odds-engine/c41d9e7f`; an id or slug
_NAME = re.compile(
    r"(?!(?:check|policy|runbook|step|process):)[a-z][a-z0-9.-]*:[A-Za-z0-9](?:[A-Za-z0-9.()/-]*[A-Za-z0-9)])?|"
    r"[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*/[0-9a-f]{8,}\b|[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)+"
)


# --- outcomes, grades and counts -----------------------------------------------------------------------------------


def outcome(verdict: Outcome, number: int = 0) -> Mark:
    """The mark of a verdict: `fail`, or `2 fail` with a number."""
    shape, words = _SHAPES[verdict]
    return Mark(shape, f"{digits(number)} {words}" if number else words)


def worst(result: CheckResult) -> Mark:
    """The mark of many items: the worst outcome that occurs; an empty population did not occur."""
    for verdict in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXCEPTED):
        if result.count(verdict):
            return outcome(verdict, result.count(verdict))
    if result.count(Outcome.PASS):
        return outcome(Outcome.PASS)
    return outcome(Outcome.NOT_APPLICABLE) if result.occurred else DID_NOT_OCCUR


def judged(result: CheckResult) -> int:
    """The items to which the check applies."""
    return len(result.items) - result.count(Outcome.NOT_APPLICABLE)


def trace_mark(found: Trace | None) -> Mark:
    """Whether the chain of a risk is whole, and how often it breaks."""
    if found is None:
        return Mark("unknown", "cannot tell")
    return Mark("pass", "complete") if found.complete else Mark("gap", plural(len(found.breaks), "break"))


def grade(found: Grade) -> GradeMark:
    return GradeMark(int(found), found.words)


def count(number: int, href: str = "", *, bad: bool = False) -> Cell:
    """A number that leads to its rows. A zero is printed soft and leads nowhere."""
    text = digits(number)
    inline: Inline = Link(text, href) if href and number else Text(text)
    return Cell((inline,), zero=not number, bad=bad and bool(number))


def of(part: int, whole: int) -> str:
    """454 of 455."""
    return f"{digits(part)} of {digits(whole)}"


def are(number: int) -> str:
    """`1 is`, `4 are`, `none is`."""
    return f"{digits(number) if number else 'none'} {'are' if number > 1 else 'is'}"


def none(number: int) -> str:
    """A number inside a sentence: nothing is `none`."""
    return digits(number) if number else "none"


def column(title: str, kind: str = "", label: str = "") -> Column:
    """A column of a table: kind `n` for numbers, `d` for days and ids."""
    # the same few heads stand over thousands of tables
    return _column(title, kind, label)


@lru_cache(maxsize=1024)
def _column(title: str, kind: str, label: str) -> Column:
    return Column((Text(title),), "n" if kind == "n" else "d" if kind == "d" else "", label)


def mark_column(mark: Mark) -> Column:
    """A column of numbers under a mark."""
    return Column((mark,), "n", sentence(mark.words))


def outcome_columns() -> tuple[Column, ...]:
    """One column an outcome, in the one order in which they are shown."""
    return tuple(mark_column(outcome(verdict)) for verdict in OUTCOMES)


def cell(*parts: Inline | str) -> Cell:
    return Cell(line(*parts))


def claim(text: str) -> Text:
    """What a person wrote; an empty one is written out."""
    return Text(text, "claim") if text else Text("not yet stated", "soft")


def code(text: str) -> Text:
    return Text(visible(text), "code")


def coded(text: str) -> Line:
    """A sentence of the program, in which what stands between backticks is in the voice of code."""
    parts = text.split("`")
    return tuple(Text(part, "code" if at % 2 else "") for at, part in enumerate(parts) if part)


def soft(text: str) -> Text:
    return Text(text, "soft")


def sentence(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def joined(parts: Iterable[Inline], separator: str = APART) -> Line:
    """Inline parts with a separator between them; `none` for no part."""
    found: list[Inline] = []
    for part in parts:
        found += [Text(separator), part] if found else [part]
    return tuple(found) or (soft("none"),)


def listed(parts: Iterable[Line]) -> Line:
    """`a`, `a and b`, `a, b and c`, each with its links."""
    *most, last = list(parts) or [()]
    found: list[Inline] = []
    for at, one in enumerate(most):
        found += [Text(", "), *one] if at else one
    return (*found, Text(" and "), *last) if most else last


def plain(parts: Line) -> str:
    """A line without its voices and links."""
    return "".join(part.words if isinstance(part, Mark | GradeMark) else part.text for part in parts)


# --- time ----------------------------------------------------------------------------------------------------------


def day(moment: date | int | None) -> str:
    """2026-09-30, in UTC; nothing for no day."""
    if not moment:
        return ""
    return (datetime.fromtimestamp(moment, UTC).date() if isinstance(moment, int) else moment).isoformat()


def minute(at: int) -> str:
    """2026-09-30 08:14, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(" ", "minutes")[:16]


def human(at: int) -> str:
    """27 June 2026, in UTC."""
    return human_day(datetime.fromtimestamp(at, UTC).date())


def human_month(month: str) -> str:
    """June 2026 for `2026-06`."""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def period(date_: AuditDate) -> str:
    """2026-06-06 to 2026-09-30; says so while it has not ended."""
    return f"{day(date_.start)} to {day(date_.end)}" + (", so far" if date_.open else "")


def late(due: date, today: date) -> Text:
    """A day that may have passed: says by how much."""
    over = (today - due).days
    unit = "day" if over == 1 else "days"
    return Text(f"{due.isoformat()}, {over} {unit} overdue", "late") if over > 0 else Text(due.isoformat())


# --- links ---------------------------------------------------------------------------------------------------------


def find(isms: Isms, id_: str, registers: Iterable[str] = ()) -> tuple[str, Record] | None:
    """The register and record of an id; of equal slugs the one of the first register named, then of the catalogue."""
    likely = _BY_PREFIX.get(id_.partition("-")[0])
    for name in (*registers, *((likely,) if likely else ()), *_REGISTER_NAMES):
        found = isms.register(name).get(id_)
        if found is not None:
            return name, found
    return None


def record(isms: Isms, id_: str, *registers: str) -> Link | Text:
    """A link to a record by its id; only the id where no record has it."""
    if id_ in isms.annex_a:
        return annex_a(isms, id_)
    found = find(isms, id_, registers)
    return requirement(isms, id_) if found is None else record_of(*found)


def requirement(isms: Isms, text: str) -> Link | Text:
    """A link to a requirement, or to a set of them, as it is written; only the id where there is none."""
    if text in isms.requirement_sets:
        return Link(text, addresses.record("requirements", text), "id")
    found = resolve(isms.requirement_sets, text)
    return Link(text, addresses.requirement(found.set, found.id), "id") if found else Text(text, "id")


def record_of(register: str, found: Record) -> Link:
    """A link to a record whose register is known."""
    by_name = register in {"people", "squads"}
    voice: Voice = "" if by_name or register == "services" else "id"
    return Link(found.title if by_name else found.id, addresses.record(register, found.id), voice)


def named(isms: Isms, id_: str, *registers: str) -> Line:
    """A link to a record, and its title after it."""
    found = find(isms, id_, registers)
    link = record(isms, id_, *registers)
    if found is None or found[1].title in {"", link.text}:
        return (link,)
    return (link, Text(f" {found[1].title}"))


def records(isms: Isms, ids: Iterable[str], *registers: str) -> Line:
    """Links side by side: ids stand apart by a space, names of several words need a comma."""
    found = [record(isms, id_, *registers) for id_ in ids]
    return joined(found, APART if all(part.voice == "id" for part in found) else ", ")


def annex_a(isms: Isms, id_: str) -> Link | Text:
    """Annex A in the short form of the standard: `8.32` for `A.8.32`."""
    short = id_.removeprefix("A.")
    return Link(short, addresses.annex_a(id_), "id") if id_ in isms.annex_a else Text(id_, "id")


def person(isms: Isms, id_: str) -> Link | Text:
    """A person or squad by name; an id or address that the register does not have stays as it is written."""
    for register in ("people", "squads"):
        found = isms.register(register).get(id_)
        if found is not None:
            return Link(found.title, addresses.record(register, id_))
    return Text(visible(id_)) if id_ else soft("nobody")


def identity(isms: Isms, who: Identity) -> Line:
    """Who, by the register; the name and address of Git where the register has none."""
    if who.person in isms.people:
        return (person(isms, who.person),)
    return (Text(visible(who.name)), soft(f" {visible(who.email)}, not in the register"))


def check(judgement: Judgement, id_: str, service: str = "") -> Link | Text:
    """A check by its id; leads to the rows of one service where one is named."""
    return Link(id_, check_rows(judgement, id_, service), "id") if id_ in judgement.results else Text(id_, "id")


def check_rows(judgement: Judgement, id_: str, service: str) -> str:
    """Where the rows of a check for a service stand: on a page of their own, else on the page of the check."""
    own = any(item.service == service for item in judgement.results[id_].items)
    return addresses.check(id_, service if own else "")


def change(facts: Facts, key: str) -> Link | Text:
    found = facts.changes.get(key)
    return Link(key, addresses.change(key), "id") if found else Text(key, "id")


def deployment(facts: Facts, key: str) -> Link | Text:
    return Link(key, addresses.deployment(key), "id") if key in facts.deployments else Text(key, "id")


def find_change(facts: Facts, reference: CommitRef) -> str:
    """The key of the change that is, or carries, a commit; empty when this audit knows none."""
    for key, found in facts.changes.items():
        carried = (found.id, *found.commits)
        if found.repo == reference.repo and any(commit.startswith(reference.commit) for commit in carried):
            return key
    return ""


def commit(facts: Facts, reference: CommitRef) -> Link | Text:
    key = find_change(facts, reference)
    return change(facts, key) if key else code(f"{reference.repo} {reference.commit[:8]}")


def evidence_day(facts: Facts, shown: TraceEvidence) -> str:
    """The day of what a trace leads to: of the failing item where there is one, else of the newest."""
    change_ = facts.changes.get(shown.worst) if shown.worst_kind == "change" else None
    deployment_ = facts.deployments.get(shown.worst) if shown.worst_kind == "deployment" else None
    if change_:
        return day(change_.time)
    return day(deployment_.at if deployment_ else shown.day)


def item_href(isms: Isms, facts: Facts, kind: ItemKind | str, key: str) -> str:
    """The page of an item of a population; empty when it has none of its own."""
    if kind == "change" and key in facts.changes:
        return addresses.change(key)
    if kind == "deployment" and key in facts.deployments:
        return addresses.deployment(key)
    link = record(isms, key) if kind == "record" else None
    return link.href if isinstance(link, Link) else ""


def item(isms: Isms, facts: Facts, judged: Item) -> Link | Text:
    """An item by its key; where it has no page of its own, the rows of its check."""
    if judged.kind == "record":
        found = record(isms, judged.key)
        return found if isinstance(found, Link) else Link(judged.key, addresses.check(judged.check), "id")
    href = item_href(isms, facts, judged.kind, judged.key)
    return Link(judged.key, href or addresses.check(judged.check), "id")


def reference(isms: Isms, judgement: Judgement, text: str) -> Line:
    """One entry of `enforced_by` and its like: `check:…`, `policy:…`, `runbook:…`, `step:pipeline/step`, `process:…`."""
    kind, colon, rest = text.partition(":")
    if not colon:
        return (record(isms, text),)
    if kind == "check":
        return (check(judgement, rest),)
    if kind in {"policy", "runbook"}:
        return named(isms, rest)
    if kind == "step":
        pipeline, _, step = rest.partition("/")
        return (Text("step "), Text(step, "code"), Text(" of "), record(isms, pipeline, "pipelines"))
    return (claim(rest),) if kind == "process" else (Text(text, "id"),)


# --- text that names records ---------------------------------------------------------------------------------------


def _target(isms: Isms, name: str) -> str:
    """The page of an id as a text may name it: with a prefix, of Annex A, or of a service."""
    if name in isms.annex_a:
        return addresses.annex_a(name)
    if ":" in name or name in isms.requirement_sets:
        link = requirement(isms, name)
        return link.href if isinstance(link, Link) else ""
    register = _BY_PREFIX.get(name.partition("-")[0])
    if register and name in isms.register(register):
        return addresses.record(register, name)
    return addresses.record("services", name) if name in isms.services else ""


def _of_key(facts: Facts, key: str) -> str:
    """The page of a change, else of a deployment; a key may name both where a service is called as its repository."""
    if key in facts.changes:
        return addresses.change(key)
    return addresses.deployment(key) if key in facts.deployments else ""


def linked(isms: Isms, text: str, facts: Facts | None = None) -> Line:
    """A sentence with a link at each record that it names; with facts, also at each change or deployment."""
    parts: list[Inline] = []
    end = 0
    for match in _NAME.finditer(text):
        href = _target(isms, match[0]) or (_of_key(facts, match[0]) if facts else "")
        if href:
            parts += [Text(text[end : match.start()]), Link(match[0], href, "" if match[0] in isms.services else "id")]
            end = match.end()
    return tuple(part for part in (*parts, Text(text[end:])) if part != Text(""))


def claimed(isms: Isms, text: str) -> Line:
    """A sentence that a person wrote, with a link at each record that it names."""
    return tuple(Text(part.text, "claim") if isinstance(part, Text) else part for part in linked(isms, text))


def markdown(isms: Isms, text: str) -> Markdown:
    """Text a person wrote, with the pages of the records that it names."""
    names = {match[0] for match in _NAME.finditer(text)}
    return Markdown(text, tuple(sorted((name, href) for name in names if (href := _target(isms, name)))))
