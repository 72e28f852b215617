"""One change: who, what, when, on whose authority, under which safeguards; then everything behind these answers."""

from collections.abc import Iterable, Sequence

from tieout.model.history import Approval, Change, Deployment, Signature
from tieout.model.records import Control
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, plural, visible
from tieout.views import addresses, approval, words
from tieout.views.page import Cell, Line, Link, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.snapshot import Snapshot

FILES_SHOWN = 40
KINDS = {
    "merge": "merged",
    "squash": "merged as one commit (squash)",
    "rebase": "merged by rebase",
    "direct": "pushed directly to the protected branch",
    "root": "first commit of the repository",
}
SIGNATURES = {
    "none": "unsigned",
    "good": "signed",
    "unknown-key": "signed with a key that the register does not have",
    "out-of-date": "signed with a key outside its days",
    "bad": "carries a signature that does not fit its content",
    "unreadable": "carries a signature of a format that is not read",
}
COVERS = {"final": "the merged content", "earlier": "an earlier revision", "unspecified": "does not say which revision"}


def page(snapshot: Snapshot, found: Change, items: Sequence[Item]) -> Page:
    deployments = [one for one in snapshot.facts.deployments.values() if found.key in one.changes]
    named = naming(snapshot, found)
    crumbs = (
        Link("Changes", addresses.CHANGES),
        _month(snapshot, found),
        Text(found.short, "code"),
    )
    sections = (
        Section("", (Terms(_five(snapshot, found, items, deployments)),)),
        Section("How it was judged", (_judged(snapshot, items),), "judged"),
        Section("In order of time", (_times(snapshot, found, deployments, named),), "times"),
        Section("Approvals that were found", (_approvals(snapshot, found),), "approvals"),
        *_results(found),
        Section("What was carried", (_commits(snapshot, found),), "commits"),
        Section("Files", (_files(found),), "files"),
        Section("Records that name it", (_named(snapshot, named),), "named"),
    )
    return Page(
        addresses.change(found.key),
        found.key,
        visible(found.subject) or found.key,
        _lede(found, items, deployments),
        sections,
        crumbs,
        _provenance(snapshot, found),
        addresses.CHANGES,
    )


def _month(snapshot: Snapshot, found: Change) -> Link | Text:
    month = addresses.month(found.time)
    inside = snapshot.date.start <= found.time <= snapshot.date.end
    title = f"{found.repo}, {month}"
    return Link(title, addresses.changes(found.repo, month)) if inside else Text(f"{title}, before the period")


def _lede(found: Change, items: Sequence[Item], deployments: Sequence[Deployment]) -> Line:
    fails = [item for item in items if item.outcome is Outcome.FAIL]
    how = KINDS[found.kind]
    first = f"{words.sentence(how)} on {words.human(found.time)}"
    if deployments:
        first += f", in production {_after(deployments[0].at - found.time)}"
    if not items:
        why = "it belongs to no service" if not found.services else "it lies outside the period"
        return line(f"{first}. It is not judged: {why}.")
    applying = [item for item in items if item.outcome is not Outcome.NOT_APPLICABLE]
    if not fails:
        return line(f"{first}. No check failed; {words.of(_passed(applying), len(applying))} that apply passed.")
    link = Link(
        f"{digits(len(fails))} of {plural(len(applying), 'check')} failed", f"{addresses.change(found.key)}#judged"
    )
    return line(f"{first}. ", link, ".")


def _passed(items: Iterable[Item]) -> int:
    return sum(item.outcome is Outcome.PASS for item in items)


def _after(seconds: int) -> str:
    if seconds < 0:
        return "before it was merged"
    minutes = seconds // 60
    if minutes < 120:
        return f"{plural(minutes, 'minute')} later"
    return f"{plural(minutes // 60, 'hour')} later" if minutes < 2880 else f"{plural(minutes // 1440, 'day')} later"


def _provenance(snapshot: Snapshot, found: Change) -> tuple[tuple[str, Line], ...]:
    entries: list[tuple[str, Line]] = [
        ("Change", (words.code(f"{found.repo} {found.id}"),)),
        ("Service", words.records(snapshot.isms, found.services, "services") if found.services else line("none")),
    ]
    tiers = sorted({snapshot.isms.services[one].tier for one in found.services if one in snapshot.isms.services})
    if tiers:
        entries.append(("Tier", line(", ".join(map(str, tiers)))))
    if found.reference:
        entries.append(("Forge", (words.code(found.reference),)))
    if found.emergency:
        entries.append(("Emergency", line(visible(found.emergency))))
    risky = len(found.high_risk_paths)
    of_risk = f", {digits(risky)} on a high-risk path" if risky else ""
    entries.append(("Files", line(f"{digits(len(found.paths))}{of_risk}")))
    return tuple(entries)


# --- the five answers ----------------------------------------------------------------------------------------------


def _five(
    snapshot: Snapshot, found: Change, items: Sequence[Item], deployments: Sequence[Deployment]
) -> tuple[tuple[str, tuple[Para, ...]], ...]:
    return (
        ("Who", _who(snapshot, found)),
        ("What", _what(snapshot, found)),
        ("When", (Para(_when(found, deployments)),)),
        ("On whose authority", _authority(snapshot, found)),
        ("Under which safeguards", _safeguards(snapshot, items)),
    )


def _who(snapshot: Snapshot, found: Change) -> tuple[Para, ...]:
    authors = words.joined((part for one in found.authors for part in words.identity(snapshot.isms, one)), ", ")
    said = Para((*authors, Text(" wrote it. ")))
    merger = Para(
        (
            *words.identity(snapshot.isms, found.merger),
            Text(f" brought it to the branch; the step is {SIGNATURES[found.signature.state]}."),
        )
    )
    restored = {
        "same": "The proposal behind the squash was found; what was merged is what was proposed, and its authors are restored.",
        "different": "The proposal behind the squash was found, and differs from what was merged.",
        "no-ref": "The proposal behind the squash was not found: an author may be hidden.",
    }.get(found.restored)
    return (said, merger, *((Para(line(restored), "note"),) if restored else ()))


def _what(snapshot: Snapshot, found: Change) -> tuple[Para, ...]:
    body = found.body.strip()
    references = ", ".join(found.change_references) or "no reference to a ticket"
    first = Para(line(visible(found.subject), Text(f" ({references})", "soft")))
    paragraphs = [part for part in body.split("\n\n") if part.strip()]
    return (
        first,
        *(Para(words.claimed(snapshot.isms, visible(part.replace("\n", " "))), "claim") for part in paragraphs),
    )


def _when(found: Change, deployments: Sequence[Deployment]) -> Line:
    parts: list[Text | Link] = [
        Text(f"First commit {words.minute(found.first_commit_time)}, on the branch {words.minute(found.time)}")
    ]
    if deployments:
        first = deployments[0]
        parts += [
            Text(", in production "),
            Link(words.minute(first.at), addresses.deployment(first.key)),
            Text(" UTC."),
        ]
    else:
        parts.append(Text(" UTC; not in production at the audit date, as far as the declared source tells."))
    return tuple(parts)


def _authority(snapshot: Snapshot, found: Change) -> tuple[Para, ...]:
    best = approval.strongest(found)
    if best is None:
        return (Para((Text("No record of an approval by anybody else.", "late"),)),)
    paragraphs = [
        Para((*words.identity(snapshot.isms, best.by), Text(f", {words.minute(best.at)} "), words.grade(best.grade)))
    ]
    if best.after_the_fact:
        paragraphs.append(Para((Text("After the change had been merged.", "late"),)))
    return tuple(paragraphs)


def _safeguards(snapshot: Snapshot, items: Sequence[Item]) -> tuple[Para, ...]:
    """The controls whose checks held, and those whose checks did not."""
    groups = (
        ("held", "pass", Outcome.PASS),
        ("did not hold", "fail", Outcome.FAIL),
        ("excepted", "excepted", Outcome.EXCEPTED),
        ("cannot tell", "unknown", Outcome.UNKNOWN),
    )
    failing = {item.check for item in items if item.outcome is Outcome.FAIL}
    paragraphs = []
    for title, _, outcome in groups:
        checks = {item.check for item in items if item.outcome is outcome}
        if outcome is not Outcome.FAIL:
            checks -= failing
        controls = [control.id for control in _controls(snapshot, checks)]
        if outcome is Outcome.PASS:
            broken = {control.id for control in _controls(snapshot, failing)}
            controls = [id_ for id_ in controls if id_ not in broken]
        if controls:
            mark = words.outcome(outcome)._replace(words=title)
            paragraphs.append(Para((mark, Text(" "), *words.records(snapshot.isms, controls, "controls"))))
    return tuple(paragraphs) or (Para(line("No control names a check that judges it.")),)


def _controls(snapshot: Snapshot, checks: Iterable[str]) -> list[Control]:
    wanted = {f"check:{check}" for check in checks}
    return [control for control in snapshot.isms.controls.values() if wanted & set(control.enforced_by)]


# --- behind the answers --------------------------------------------------------------------------------------------


def _judged(snapshot: Snapshot, items: Sequence[Item]) -> Table:
    columns = (
        words.column("Check"),
        words.column("Expected"),
        words.column("Found"),
        words.column("Outcome"),
        words.column("Why"),
    )
    rows = []
    for item in items:
        title = snapshot.judgement.results[item.check].check.title
        service = f", {item.service}" if len({one.service for one in items}) > 1 and item.service else ""
        href = addresses.check(item.check, item.service)
        rows.append(
            Row(
                (
                    words.cell(Link(title, href), Text(service, "soft")),
                    words.cell(visible(item.expected)),
                    words.cell(visible(item.found)),
                    words.cell(words.outcome(item.outcome)),
                    Cell(words.linked(snapshot.isms, visible(item.reason))),
                )
            )
        )
    return Table(columns, tuple(rows), empty="No check judges it.")


def _times(
    snapshot: Snapshot, found: Change, deployments: Sequence[Deployment], named: Sequence[tuple[str, str]]
) -> Table:
    events: list[tuple[int, Line, str]] = [
        (found.first_commit_time, line("First commit"), "committer's clock"),
        (found.time, line(words.sentence(KINDS[found.kind])), "committer's clock"),
    ]
    events.extend(
        (one.at, (Text("Approved by "), *words.identity(snapshot.isms, one.by)), one.basis) for one in found.approvals
    )
    finished = [result.at for result in found.results if result.at]
    if finished:
        failed = sum(result.result == "failed" for result in found.results)
        end = f", {digits(failed)} failed" if failed else ""
        events.append(
            (max(finished), line(f"Last of {plural(len(finished), 'pipeline step')} finished{end}"), "review record")
        )
    for one_deployment in deployments:
        href = addresses.deployment(one_deployment.key)
        events.append(
            (
                one_deployment.at,
                line("Deployed to ", Link(one_deployment.environment, href), f" as {visible(one_deployment.version)}"),
                one_deployment.basis,
            )
        )
    events.extend(_stated(snapshot, named))
    rows = tuple(
        Row((words.cell(words.minute(at)), Cell(what), words.cell(basis)))
        for at, what, basis in sorted(events, key=lambda event: (event[0], event[2]))
    )
    return Table((words.column("Time, UTC", "d"), words.column("What"), words.column("Known from")), rows)


def _stated(snapshot: Snapshot, named: Sequence[tuple[str, str]]) -> list[tuple[int, Line, str]]:
    """The times that incidents which name the change state."""
    events: list[tuple[int, Line, str]] = []
    for register, id_ in named:
        incident = snapshot.isms.incidents.get(id_) if register == "incidents" else None
        if incident is None:
            continue
        link = words.record(snapshot.isms, id_, "incidents")
        for word, moment in (
            ("started", incident.started),
            ("detected", incident.detected),
            ("restored", incident.restored),
        ):
            if moment is not None:
                events.append((int(moment.timestamp()), (link, Text(f" {word}")), "incident record"))
    return events


def _approvals(snapshot: Snapshot, found: Change) -> Table:
    columns = (
        words.column("By"),
        words.column("When, UTC", "d", "When"),
        words.column("Known how"),
        words.column("Covers"),
        words.column("Found in"),
        words.column("Counts"),
    )
    authors = {author.key for author in found.authors}
    rows = tuple(_approval(snapshot, one, authors) for one in found.approvals)
    return Table(columns, rows, empty="No record of an approval was found in any source that was read.")


def _approval(snapshot: Snapshot, one: Approval, authors: set[str]) -> Row:
    if one.by.robot:
        counts = "no: a robot's"
    elif one.by.key in authors:
        counts = "no: an author's own"
    elif one.after_the_fact:
        counts = "only as a later review"
    else:
        counts = "yes" if one.by.known else "no: not in the register"
    return Row(
        (
            Cell(words.identity(snapshot.isms, one.by)),
            words.cell(words.minute(one.at)),
            words.cell(words.grade(one.grade)),
            words.cell(COVERS[one.covers]),
            words.cell(visible(one.where)),
            words.cell(counts),
        )
    )


def _results(found: Change) -> tuple[Section, ...]:
    if not found.results:
        return ()
    columns = (
        words.column("Step"),
        words.column("Result"),
        words.column("Finished, UTC", "d"),
        words.column("On commit"),
    )
    shapes = {"passed": Outcome.PASS, "failed": Outcome.FAIL}
    rows = tuple(
        Row(
            (
                words.cell(words.code(one.name)),
                words.cell(words.outcome(shapes[one.result]) if one.result in shapes else one.result),
                words.cell(words.minute(one.at) if one.at else "not stated"),
                words.cell(words.code(one.commit[:8])),
            )
        )
        for one in found.results
    )
    return (Section("Pipeline steps on record", (Table(columns, rows),), "steps"),)


def _commits(snapshot: Snapshot, found: Change) -> Table:
    verdicts = dict(found.signatures)
    history = snapshot.histories.get(found.repo)
    rows = []
    for id_ in found.commits:
        commit = history.commits.get(id_) if history else None
        if commit is None:
            continue
        rows.append(
            Row(
                (
                    words.cell(words.code(id_[:8])),
                    words.cell(visible(commit.author.name), words.soft(f" {visible(commit.author.email)}")),
                    words.cell(words.minute(commit.committer.time)),
                    words.cell(visible(commit.subject)),
                    words.cell(signature(snapshot, verdicts.get(id_, Signature()))),
                )
            )
        )
    columns = (
        words.column("Commit"),
        words.column("Author, as Git has it", label="Author"),
        words.column("Committed, UTC", "d", "Committed"),
        words.column("Subject"),
        words.column("Signature"),
    )
    return Table(columns, tuple(rows))


def signature(snapshot: Snapshot, found: Signature) -> Text:
    signer = words.person(snapshot.isms, found.signer).text if found.signer else ""
    return Text(SIGNATURES[found.state] + (f" by {signer}" if found.state == "good" and signer else ""))


def _files(found: Change) -> Table:
    risky = set(found.high_risk_paths)
    statuses = {"A": "added", "M": "changed", "D": "removed", "T": "changed in kind"}
    rows = [
        Row(
            (
                words.cell(words.code(visible(one.path))),
                words.cell(statuses.get(one.status[:1], one.status)),
                words.cell("high-risk path" if one.path in risky else ""),
            )
        )
        for one in found.paths[:FILES_SHOWN]
    ]
    rest = len(found.paths) - FILES_SHOWN
    if rest > 0:
        rows.append(Row((words.cell(f"and {plural(rest, 'file')} more; data/changes.json lists all"),), "group"))
    return Table(
        (words.column("Path"), words.column("Change"), words.column("Note")), tuple(rows), empty="No file changed."
    )


# --- records that name it ------------------------------------------------------------------------------------------


def naming(snapshot: Snapshot, found: Change) -> tuple[tuple[str, str], ...]:
    """(register, id) of each incident, finding and action that names the change or a commit it carries."""
    isms = snapshot.isms
    references = [("incidents", one.id, (*one.caused_by, *one.emergency_changes)) for one in isms.incidents.values()]
    references += [("findings", one.id, one.changes) for one in isms.findings.values()]
    references += [("actions", one.id, (one.change,) if one.change else ()) for one in isms.actions.values()]
    carried = (found.id, *found.commits)
    return tuple(
        (register, id_)
        for register, id_, commits in references
        if any(one.repo == found.repo and any(id_.startswith(one.commit) for id_ in carried) for one in commits)
    )


def _named(snapshot: Snapshot, named: Sequence[tuple[str, str]]) -> Table:
    rows = []
    for register, id_ in named:
        found = snapshot.isms.register(register)[id_]
        rows.append(
            Row(
                (
                    Cell(words.named(snapshot.isms, id_, register)),
                    words.cell(found.status),
                    words.cell(words.person(snapshot.isms, found.owner)),
                )
            )
        )
    columns = (words.column("Record"), words.column("Status"), words.column("Owner"))
    return Table(columns, tuple(rows), empty="No incident, finding or action names it.")
