"""One change: who, what, when, on whose authority, under which safeguards; then everything behind these answers."""

from collections.abc import Iterable, Sequence

from tieout.checks.review import weight
from tieout.model.grades import Grade
from tieout.model.history import Change, Deployment, Identity
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, human_list, plural, visible
from tieout.views import addresses, aftermath, approval, carried, claims, words
from tieout.views.aftermath import KINDS
from tieout.views.around import Around
from tieout.views.page import Cell, Inline, Line, Link, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.snapshot import Snapshot

SUMMED = (Outcome.PASS, Outcome.EXCEPTED, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)


def page(snapshot: Snapshot, found: Change, around: Around) -> Page:
    items = around.changes.get(found.key, ())
    deployments = around.deployed.get(found.key, ())
    brought = tuple(item for one in deployments for item in around.deployments.get(one.key, ()))
    named = around.naming.get(found.key, ())
    crumbs = (
        Link("Changes", addresses.CHANGES),
        _month(snapshot, found),
        Text(found.short, "code"),
    )
    sections = (
        Section("", (Terms(_five(snapshot, found, around)),)),
        Section("How it was judged", (_judged(snapshot, items, brought),), "judged"),
        Section("In order of time", (aftermath.times(snapshot, found, deployments, named),), "times"),
        *aftermath.not_covering(snapshot, found, (*items, *brought)),
        *aftermath.done(snapshot, named),
        *carried.sections(snapshot, found),
        Section("Records that name it", (aftermath.table(snapshot, named),), "named"),
    )
    return Page(
        addresses.change(found.key),
        found.key,
        words.sentence(visible(found.subject)) or found.key,
        _lede(found, items, deployments, brought),
        sections,
        crumbs,
        _provenance(snapshot, found, around),
        addresses.CHANGES,
    )


def _month(snapshot: Snapshot, found: Change) -> Link | Text:
    month = addresses.month(found.time)
    inside = snapshot.date.start <= found.time <= snapshot.date.end
    title = f"{found.repo}, {words.human_month(month)}"
    return Link(title, addresses.changes(found.repo, month)) if inside else Text(f"{title}, before the period")


# --- the answer ----------------------------------------------------------------------------------------------------


def _lede(found: Change, items: Sequence[Item], deployments: Sequence[Deployment], brought: Sequence[Item]) -> Line:
    how = KINDS[found.kind]
    first = f"{words.sentence(how)} on {words.human(found.time)}"
    if deployments:
        first += f", in production {_after(deployments[0].at - found.time)}"
    best = approval.strongest(found)
    later = f" Reviewed afterwards, on {words.human(best.at)}." if best and best.after_the_fact else ""
    if not items:
        why = "it belongs to no service" if not found.services else "it lies outside the period"
        return line(f"{first}. It is not judged: {why}.")
    fails, applying = _counts(items)
    failed_there, there = _counts(brought)
    if not fails and not failed_there:
        passed = sum(item.outcome is Outcome.PASS for item in (*items, *brought))
        return line(f"{first}. No check failed; {words.of(passed, applying + there)} that apply passed.{later}")
    told = [f"{words.of(fails, applying)} checks of the change failed"] if fails else []
    told += (
        [f"{words.of(failed_there, there)} of its deployment" + ("" if fails else " failed")] if failed_there else []
    )
    link = Link(" and ".join(told), f"{addresses.change(found.key)}#judged")
    return line(f"{first}. ", link, f".{later}")


def _counts(items: Sequence[Item]) -> tuple[int, int]:
    """How many failed of those that apply."""
    fails = sum(item.outcome is Outcome.FAIL for item in items)
    return fails, sum(item.outcome is not Outcome.NOT_APPLICABLE for item in items)


def _after(seconds: int) -> str:
    if seconds < 0:
        return "before it was merged"
    minutes = seconds // 60
    if minutes < 120:
        return f"{plural(minutes, 'minute')} later"
    return f"{plural(minutes // 60, 'hour')} later" if minutes < 2880 else f"{plural(minutes // 1440, 'day')} later"


def _provenance(snapshot: Snapshot, found: Change, around: Around) -> tuple[tuple[str, Line], ...]:
    isms = snapshot.isms
    entries: list[tuple[str, Line]] = [
        ("Change", (words.code(f"{found.repo} {found.id}"),)),
        ("Service", words.records(isms, found.services, "services") if found.services else line("none")),
    ]
    tiers = sorted({isms.services[one].tier for one in found.services if one in isms.services})
    if tiers:
        entries.append(("Tier", line(", ".join(map(str, tiers)))))
    if found.reference:
        entries.append(("Forge", (words.code(found.reference),)))
    if found.emergency:
        entries.append(("Emergency", line(visible(found.emergency))))
    risky = len(found.high_risk_paths)
    all_risky = ", on a high-risk path" if risky == 1 else ", all on a high-risk path"
    some_risky = f", {digits(risky)} on a high-risk path" if risky else ""
    of_risk = all_risky if risky and risky == len(found.paths) else some_risky
    entries.append(("Files", line(f"{digits(len(found.paths))}{of_risk}")))
    for register, id_ in around.naming.get(found.key, ()):
        if register == "findings":
            finding = isms.findings[id_]
            entries.append(("Finding", line(words.record_of(register, finding), f" {finding.status}")))
    return tuple(entries)


# --- the five answers ----------------------------------------------------------------------------------------------


def _five(snapshot: Snapshot, found: Change, around: Around) -> tuple[tuple[str, tuple[Para, ...]], ...]:
    deployments = around.deployed.get(found.key, ())
    return (
        ("Who", _who(snapshot, found, deployments)),
        ("What", _what(snapshot, found)),
        ("When", (Para(_when(found, deployments)),)),
        ("On whose authority", _authority(snapshot, found)),
        ("Under which safeguards", _safeguards(snapshot, found, around)),
    )


def _who(snapshot: Snapshot, found: Change, deployments: Sequence[Deployment]) -> tuple[Para, ...]:
    """Each person once, with everything that person did."""
    deeds: dict[str, tuple[Identity, list[str]]] = {}
    for one in found.authors:
        deeds.setdefault(one.key, (one, []))[1].append("wrote it")
    deeds.setdefault(found.merger.key, (found.merger, []))[1].append("brought it to the branch")
    for deployment in deployments[:1]:
        if deployment.requested_by and deployment.requested_by.key != deployment.by.key:
            asked = deployment.requested_by
            deeds.setdefault(asked.key, (asked, []))[1].append("asked for its deployment")
        deeds.setdefault(deployment.by.key, (deployment.by, []))[1].append("deployed it")
    parts: list[Inline] = []
    alike: dict[str, list[Line]] = {}
    for who, done in deeds.values():
        alike.setdefault(human_list(done), []).append(words.identity(snapshot.isms, who))
    for deed, people in alike.items():
        parts += [*words.listed(people), Text(f" {deed}. ")]
    signed = line(
        f"The step on the branch is {carried.signature(snapshot, found.signature).text}.",
        *((words.soft(" No other name is on it."),) if len(deeds) == 1 else ()),
    )
    restored = {
        "same": "The proposal behind the squash was found; what was merged is what was proposed, and its authors are restored.",
        "different": "The proposal behind the squash was found, and differs from what was merged.",
        "cannot-tell": "The proposal behind the squash was found; the branch had changed the same files since, so it cannot be told whether what was merged is what was proposed.",
        "no-ref": _named_by_forge(found),
    }.get(found.restored)
    notes = (line(restored),) if restored else ()
    return (Para((*parts, *signed)), *(Para(note, "note") for note in (*notes, *claims.hidden(snapshot, found))))


def _named_by_forge(found: Change) -> str:
    first = "The proposal behind the squash was not found"
    if found.authorship == "record":
        return f"{first}; an export of the forge names its authors."
    return f"{first}: an author may be hidden."


def _what(snapshot: Snapshot, found: Change) -> tuple[Para, ...]:
    body = found.body.strip()
    references = ", ".join(found.change_references) or "no reference to a ticket"
    first = Para(line(visible(found.subject), Text(f" ({references})", "soft")))
    paragraphs = [part for part in body.split("\n\n") if part.strip()]
    return (
        first,
        *(Para(words.claimed(snapshot.isms, visible(part.replace("\n", " "))), "claim") for part in paragraphs),
        *(Para(told, "note") for told in claims.backlinks(snapshot, found)),
    )


def _when(found: Change, deployments: Sequence[Deployment]) -> Line:
    word = "Pushed" if found.kind == "direct" else "On the branch"
    entered = f"{word} {words.minute(found.time)} UTC"
    parts: list[Inline] = [Text(entered)]
    if found.first_commit_time != found.time:
        parts = [Text(f"First commit {words.minute(found.first_commit_time)}, {entered[:1].lower()}{entered[1:]}")]
    if deployments:
        first = deployments[0]
        parts += [Text(", in production "), Link(words.minute(first.at), addresses.deployment(first.key)), Text(".")]
    else:
        parts.append(Text("; not in production at the audit date, as far as the declared source tells."))
    if found.claimed:
        parts.append(Text(f" Its own date, {words.minute(found.claimed)}, is not believed.", "late"))
        parts.append(Text(" It does not fit the commits around it."))
    return tuple(parts)


def _authority(snapshot: Snapshot, found: Change) -> tuple[Para, ...]:
    best = approval.strongest(found)
    if best is None:
        return (Para((Text("No record of an approval by anybody else.", "late"),)),)
    known = (words.grade(weight(best)), *approval.reach(found, best))
    by = line(*words.identity(snapshot.isms, best.by), f", {words.minute(best.at)} ", *known)
    if best.after_the_fact:
        before = line(words.grade(Grade.NONE), Text(" before it entered the branch.", "late"))
        return (Para(before), Para(line("Afterwards: ", *by)))
    return (Para(by),)


def _safeguards(snapshot: Snapshot, found: Change, around: Around) -> tuple[Para, ...]:
    """The controls whose checks held, and those whose checks did not, on the change and on its deployment."""
    items = [*around.changes.get(found.key, ())]
    items += [item for one in around.deployed.get(found.key, ()) for item in around.deployments.get(one.key, ())]
    groups = (
        ("held", Outcome.PASS),
        ("did not hold", Outcome.FAIL),
        ("excepted", Outcome.EXCEPTED),
        ("cannot tell", Outcome.UNKNOWN),
    )
    broken = _controls(around, items, Outcome.FAIL)
    paragraphs = []
    for title, outcome in groups:
        controls = _controls(around, items, outcome)
        if outcome is not Outcome.FAIL:
            controls -= broken
        if controls:
            mark = words.outcome(outcome)._replace(words=title)
            paragraphs.append(Para((mark, Text(" "), *words.records(snapshot.isms, sorted(controls), "controls"))))
    return tuple(paragraphs) or (Para(line("No control names a check that judges it.")),)


def _controls(around: Around, items: Iterable[Item], outcome: Outcome) -> set[str]:
    checks = {item.check for item in items if item.outcome is outcome}
    return {control.id for check in checks for control in around.controls.get(check, ())}


# --- how it was judged ---------------------------------------------------------------------------------------------


def _judged(snapshot: Snapshot, items: Sequence[Item], brought: Sequence[Item]) -> Table:
    columns = ("Check", "Expected", "Found", "Outcome", "Why")
    several = len({one.service for one in items}) > 1
    rows = [verdict(snapshot, item, several=several) for item in items]
    if brought:
        rows.append(Row((Cell(line("Its deployment"), span=5),), "group"))
        rows += [verdict(snapshot, item) for item in brought]
    if len(rows) > 1:
        rows.append(_sum(items, brought))
    return Table(tuple(words.column(title) for title in columns), tuple(rows), empty="No check judges it.")


def verdict(snapshot: Snapshot, item: Item, *, several: bool = False) -> Row:
    """One check of one item: asked, found, judged. `several`: the item is judged once for each of its services."""
    title = snapshot.judgement.results[item.check].check.title
    service = f", {item.service}" if several and item.service else ""
    return Row(
        (
            words.cell(Link(title, addresses.check(item.check, item.service)), Text(service, "soft")),
            words.cell(visible(item.expected)),
            words.cell(visible(item.found)),
            words.cell(words.outcome(item.outcome)),
            Cell(words.linked(snapshot.isms, visible(item.reason))),
        )
    )


def _sum(items: Sequence[Item], brought: Sequence[Item]) -> Row:
    """How the verdicts add up."""
    held = [item.outcome for item in (*items, *brought)]
    told = ", ".join(words.outcome(one, held.count(one)).words for one in SUMMED if one in held)
    return Row((words.cell(plural(len(held), "verdict")), Cell(line(told), span=4)), "total")
