"""What failed in the period: every failing item, grouped by what it is about, with the finding that names it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tieout.model.checks import ItemKind, thing
from tieout.model.history import Facts
from tieout.model.records import CommitRef, Finding, Incident
from tieout.model.results import Item, Judgement, Outcome
from tieout.text.words import plural, visible
from tieout.views import words
from tieout.views.page import Cell, Inline, Line, Row, Table, Text, line
from tieout.views.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Deviation:
    """One change, deployment, record or repository with all checks it failed."""

    kind: ItemKind
    key: str
    at: int
    items: tuple[Item, ...]  # in the order of the catalogue
    findings: tuple[Finding, ...]
    incidents: tuple[Incident, ...]


def find(snapshot: Snapshot) -> tuple[Deviation, ...]:
    """All deviations, newest first."""
    grouped: dict[tuple[ItemKind, str], list[Item]] = {}
    for item in failing(snapshot.judgement):
        grouped.setdefault((item.kind, item.key), []).append(item)
    named = _Named.of(snapshot)
    found = (
        Deviation(kind, key, max(item.at for item in items), tuple(items), *named.about(snapshot.facts, kind, key))
        for (kind, key), items in grouped.items()
    )
    return tuple(sorted(found, key=lambda deviation: (-deviation.at, deviation.kind, deviation.key)))


def failing(judgement: Judgement) -> tuple[Item, ...]:
    """Every failing item, in the order of the catalogue."""
    return tuple(item for result in judgement.results.values() for item in result.items if item.outcome is Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class _Named:
    """Findings and incidents by the change that they name, and by the commit where it is no known change."""

    findings: Mapping[str, tuple[Finding, ...]]
    incidents: Mapping[str, tuple[Incident, ...]]
    by_commit: Mapping[tuple[str, str], tuple[Finding, ...]]
    against: Mapping[str, tuple[Finding, ...]]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "_Named":
        isms, facts = snapshot.isms, snapshot.facts
        findings: dict[str, tuple[Finding, ...]] = {}
        commits: dict[tuple[str, str], tuple[Finding, ...]] = {}
        against: dict[str, tuple[Finding, ...]] = {}
        for finding in isms.findings.values():
            for reference in finding.changes:
                key = words.find_change(facts, reference)
                findings[key] = (*findings.get(key, ()), finding)
                place = (reference.repo, reference.commit)
                commits[place] = (*commits.get(place, ()), finding)
            for id_ in (*finding.against, *finding.affects):
                against[id_] = (*against.get(id_, ()), finding)
        incidents: dict[str, tuple[Incident, ...]] = {}
        for incident in isms.incidents.values():
            for key in _keys(facts, (*incident.caused_by, *incident.emergency_changes)):
                incidents[key] = (*incidents.get(key, ()), incident)
        return cls(findings, incidents, commits, against)

    def about(self, facts: Facts, kind: ItemKind, key: str) -> tuple[tuple[Finding, ...], tuple[Incident, ...]]:
        """What names this change; for a deployment also what names a change it brought, or its own record."""
        keys = [key]
        findings: list[Finding] = []
        deployment = facts.deployments.get(key) if kind == "deployment" else None
        if deployment:
            keys += deployment.changes
            for (_, commit), held in self.by_commit.items():
                findings += held if deployment.record.startswith(commit) else ()
        if kind == "record":
            findings += self.against.get(key, ())
        findings += [finding for key_ in keys if key_ for finding in self.findings.get(key_, ())]
        incidents = [incident for key_ in keys if key_ for incident in self.incidents.get(key_, ())]
        return _unique(findings), tuple({incident.id: incident for incident in incidents}.values())


def _keys(facts: Facts, references: Iterable[CommitRef]) -> tuple[str, ...]:
    found = (words.find_change(facts, reference) for reference in references)
    return tuple(dict.fromkeys(key for key in found if key))


def _unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    by_id = {finding.id: finding for finding in findings}
    return tuple(by_id[id_] for id_ in sorted(by_id))


# --- as a table ----------------------------------------------------------------------------------------------------

MANY = 4  # from so many on, what failed only one check, and is named by nothing, is told in one row


@dataclass(frozen=True, slots=True)
class Alike:
    """Many items that failed the same one check and that no finding or incident names, newest first."""

    deviations: tuple[Deviation, ...]


def gather(found: Iterable[Deviation]) -> tuple[Deviation | Alike, ...]:
    """Deviations newest first; many alike in one row, at the place of the newest of them."""
    listed = tuple(found)
    by_check: dict[str, list[Deviation]] = {}
    for deviation in listed:
        if len(deviation.items) == 1 and not deviation.findings and not deviation.incidents:
            by_check.setdefault(deviation.items[0].check, []).append(deviation)
    many = {check: tuple(held) for check, held in by_check.items() if len(held) >= MANY}
    alike = {(one.kind, one.key): check for check, held in many.items() for one in held}
    rows: list[Deviation | Alike] = []
    for deviation in listed:
        check = alike.get((deviation.kind, deviation.key))
        if check is None:
            rows.append(deviation)
        elif deviation is many[check][0]:
            rows.append(Alike(many[check]))
    return tuple(rows)


def table(snapshot: Snapshot, found: Iterable[Deviation | Alike]) -> Table:
    columns = (
        words.column("Date", "d"),
        words.column("What happened", label="What"),
        words.column("Judged"),
        words.column("Cause"),
        words.column("What was done", label="Done"),
    )
    rows = tuple(_alike_row(snapshot, one) if isinstance(one, Alike) else _row(snapshot, one) for one in found)
    return Table(columns, (*rows, *_excepted(snapshot)), empty="No item failed a check in the period.")


def _row(snapshot: Snapshot, found: Deviation) -> Row:
    return Row(
        (
            words.cell(words.day(found.at or snapshot.date.as_of)),
            Cell(_what(snapshot, found)),
            Cell(_judged(snapshot, found)),
            Cell(_cause(found)),
            Cell(_done(snapshot, found)),
        )
    )


def _excepted(snapshot: Snapshot) -> tuple[Row, ...]:
    """Deviations that an exception permits, one row an exception: they stay deviations."""
    held: dict[str, list[Item]] = {}
    for result in snapshot.judgement.results.values():
        for item in result.items:
            if item.outcome is Outcome.EXCEPTED and item.exception in snapshot.isms.exceptions:
                held.setdefault(item.exception, []).append(item)
    return tuple(_excepted_row(snapshot, id_, held[id_]) for id_ in sorted(held))


def _excepted_row(snapshot: Snapshot, id_: str, items: Sequence[Item]) -> Row:
    isms = snapshot.isms
    exemption = isms.exceptions[id_]
    keys = {(item.kind, item.key) for item in items}
    kinds = sorted({item.kind for item in items})
    kind = kinds[0] if len(kinds) == 1 else "item"
    checks = dict.fromkeys(item.check for item in items)
    services = sorted({item.service for item in items if item.service})
    newest = max(items, key=lambda item: (item.at, item.key))
    of = f" of {', '.join(services)}" if services else ""
    told = line(f"{plural(len(keys), kind)}{of}, newest ", words.item(isms, snapshot.facts, newest), ".")
    judged = words.joined((words.check(snapshot.judgement, check) for check in checks), ", ")
    compensated = words.records(isms, exemption.compensating, "controls")
    done = line("covered by ", words.record_of("exceptions", exemption), ", compensated by ", *compensated)
    return Row(
        (
            words.cell(words.day(newest.at or snapshot.date.as_of)),
            Cell(told),
            Cell((words.outcome(Outcome.EXCEPTED, len(items)), Text(" "), *judged)),
            words.cell(words.claim(exemption.reason.strip())),
            Cell(done),
        )
    )


def _alike_row(snapshot: Snapshot, found: Alike) -> Row:
    newest, oldest = found.deviations[0], found.deviations[-1]
    check = snapshot.judgement.results[newest.items[0].check].check
    number = len(found.deviations)
    kind = thing(check.id, newest.kind)
    since = f"since {words.day(oldest.at)} " if oldest.at else ""
    told = f"{plural(number, kind)} {since}failed this check and no other, newest "
    return Row(
        (
            words.cell(words.day(newest.at or snapshot.date.as_of)),
            Cell(
                line(told, words.item(snapshot.isms, snapshot.facts, newest.items[0]), f". The claim: {check.title}.")
            ),
            Cell((words.outcome(Outcome.FAIL, number), Text(" "), words.check(snapshot.judgement, check.id))),
            words.cell(words.claim("")),
            words.cell(words.soft("no finding or incident names them")),
        )
    )


def _what(snapshot: Snapshot, found: Deviation) -> Line:
    """What it is, then the reason of the first check; its own page tells the reasons of the others."""
    link = words.item(snapshot.isms, snapshot.facts, found.items[0])
    reason = visible(found.items[0].reason)
    if reason.startswith(found.key):
        return words.linked(snapshot.isms, reason)
    change = snapshot.facts.changes.get(found.key) if found.kind == "change" else None
    title = f" {words.sentence(visible(change.subject)).rstrip('.')}." if change else ""
    more = f" {plural(len(found.items), 'check')} failed." if len(found.items) > 1 else ""
    return line(link, f"{title} {reason}{more}")


def _judged(snapshot: Snapshot, found: Deviation) -> Line:
    checks = words.joined((words.check(snapshot.judgement, item.check) for item in found.items), ", ")
    return (words.outcome(Outcome.FAIL), Text(" "), *checks)


def _cause(found: Deviation) -> Line:
    causes = dict.fromkeys(finding.cause for finding in found.findings if finding.cause)
    return (words.claim(" ".join(causes)),)


def _done(snapshot: Snapshot, found: Deviation) -> Line:
    """The findings and incidents that name it, with their state and the actions that are owed."""
    isms = snapshot.isms
    parts: list[Inline] = []
    for finding in found.findings:
        parts += line("; " if parts else "", words.record_of("findings", finding), f" {finding.status}")
        for id_ in finding.actions:
            action = isms.actions.get(id_)
            state = f" {action.status} {words.day(action.done)}".rstrip() if action else " not in the register"
            title = f" {action.title.rstrip('.')}," if action else ""
            parts += line(", ", words.record(isms, id_, "actions"), title, state)
    for incident in found.incidents:
        parts += line("; " if parts else "", words.record_of("incidents", incident), f" {incident.status}")
    return tuple(part for part in parts if part != Text("")) or (words.soft("no finding or incident names it"),)


def summary(found: Iterable[Deviation]) -> str:
    """`15 failed items about 9 things`: the items tie out with the table of checks."""
    listed = tuple(found)
    items = sum(len(deviation.items) for deviation in listed)
    causes = sum(any(finding.cause for finding in deviation.findings) for deviation in listed)
    about = plural(len(listed), "change, deployment or record", "changes, deployments and records")
    return f"{plural(items, 'failed item')}, about {about}; for {words.of(causes, len(listed))} a cause is stated."
