"""Why believe this: the pins, how to recount them, what is odd, and what none of it proves."""

from collections.abc import Iterable

from tieout.model.gittuf import ReferenceLog
from tieout.model.history import Pin
from tieout.model.settings import Repository
from tieout.text.words import plural, visible
from tieout.views import addresses, identities, oddities, words
from tieout.views.page import Block, Cell, Items, Line, Link, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot


def pages(snapshot: Snapshot) -> Iterable[Page]:
    yield _provenance(snapshot)


def _provenance(snapshot: Snapshot) -> Page:
    facts, uncommitted = snapshot.facts, snapshot.date.uncommitted
    read = [pin for pin in facts.pins.values() if pin.commit]
    working = "The ISMS was read from a working tree, so no commit gives these pages again."
    lede = line(
        f"Everything here was computed from {plural(len(read), 'repository')} at the commits below"
        + ("; the same commits and the same version of the generator give the same bytes." if snapshot.lock else ".")
        + (f" {working}" if uncommitted else "")
        if read
        else f"No commit was read. {working}"
        if uncommitted
        else "No commit was read."
    )
    sections = [
        Section("What was read", (_pins(snapshot),), "pins"),
        Section("What could not be read", (_missing(snapshot),), "missing"),
        Section("Does it tie out?", _counts(snapshot), "counts"),
        Section("Count it yourself", _recount(snapshot), "recount"),
        Section("Dates that were passed over", (_passed_over(snapshot),), "clocks"),
        Section("Whose commits they are", (_whose(snapshot),), "whose"),
        Section("What is odd about commits", (_oddities(snapshot),), "oddities"),
        *_logs(snapshot),
        Section("What this does not prove", (_limits(snapshot),), "limits"),
    ]
    title = "Provenance"
    heading = "Where this comes from, and how to check it"
    return Page(addresses.PROVENANCE, title, heading, lede, tuple(sections), (), _lock(snapshot), addresses.PROVENANCE)


def _lock(snapshot: Snapshot) -> tuple[tuple[str, Line], ...]:
    digest = " ".join(snapshot.lock[index : index + 4] for index in range(0, len(snapshot.lock), 4))
    return (
        ("As of", line(words.day(snapshot.date.as_of))),
        ("Period", line(words.period(snapshot.date))),
        ("Generator", line(f"Tieout {snapshot.version}")),
        ("Digest of the pins", (words.code(digest) if digest else Text("none, uncommitted", "late"),)),
    )


def _pins(snapshot: Snapshot) -> Table:
    rows = tuple(_pin(snapshot, id_, pin) for id_, pin in sorted(snapshot.facts.pins.items()))
    columns = (
        words.column("Repository"),
        words.column("Branch"),
        words.column("Commit"),
        words.column("Committed", "d"),
        words.column("First-parent line", "n", "Line"),
        words.column("Tags", "n"),
        words.column("History"),
    )
    return Table(columns, rows)


def _pin(snapshot: Snapshot, id_: str, pin: Pin) -> Row:
    whole = Text("a lower bound: incomplete", "late") if id_ in snapshot.facts.histories_incomplete else Text("whole")
    if not pin.commit:
        why = "no commit yet" if snapshot.date.uncommitted and id_ == "isms" else "nothing yet at the audit date"
        nothing = Cell(line(why), span=5)
        return Row((words.cell(words.code(id_)), words.cell(words.code(pin.branch)), nothing))
    stamp = " uncommitted changes on top" if pin.uncommitted else ""
    return Row(
        (
            words.cell(words.code(id_)),
            words.cell(words.code(pin.branch.removeprefix("refs/heads/"))),
            words.cell(words.code(pin.commit), Text(stamp, "late")),
            words.cell(words.day(pin.time)),
            words.count(pin.count),
            words.count(pin.tags),
            words.cell(whole),
        )
    )


def _missing(snapshot: Snapshot) -> Table:
    isms = snapshot.isms
    rows = [
        Row((words.cell(words.code(id_)), words.cell(visible(why))))
        for id_, why in sorted(snapshot.facts.missing.items())
    ]
    rows += [
        Row(
            (
                words.cell(words.record(isms, service.id, "services")),
                words.cell(service.unlinked_why or _unlinked(service.kind)),
            )
        )
        for service in isms.services.values()
        if not service.repos
    ]
    return Table((words.column("What"), words.column("Why")), tuple(rows), empty="Every linked repository was read.")


def _unlinked(kind: str) -> str:
    if kind == "supplier-run":
        return "run by a supplier: there is evidence from the supplier only"
    return "no repository is linked, and no reason is given"


def _counts(snapshot: Snapshot) -> tuple[Block, ...]:
    """Commits up to the pin: those that are changes, by whose they are, and those carried inside them. It adds up."""
    numbers: dict[str, list[int]] = {}
    for found in snapshot.facts.changes.values():
        row = numbers.setdefault(found.repo, [0, 0, 0, 0])
        row[0 if found.services else 1 if not found.automated else 2] += 1
        row[3] += sum(commit != found.id for commit in found.commits)
    for repo, row in numbers.items():
        counted = snapshot.facts.counts.get(repo, 0)
        row += [counted - sum(row), counted]
    rows = [Row((words.cell(words.code(repo)), *map(words.count, row))) for repo, row in sorted(numbers.items())]
    total = Row(
        (words.cell("All"), *(words.count(sum(column)) for column in zip(*numbers.values(), strict=True))), "total"
    )
    columns = (
        words.column("Repository"),
        words.column("Changes of services", "n", "Services"),
        words.column("Changes of no service", "n", "None"),
        words.column("Steps of robots outside services", "n", "Robots"),
        words.column("Commits carried inside them", "n", "Carried"),
        words.column("Other", "n"),
        words.column("Commits counted by Git", "n", "By Git"),
    )
    table = Table(columns, (*rows, total) if rows else (), "run", empty="No change was read.")
    counted = sum(row[-1] for row in numbers.values())
    answer = (
        "Not wholly: what stands under Other is neither a change nor carried inside one."
        if any(row[4] for row in numbers.values())
        else f"Yes: of {plural(counted, 'commit')} that Git counts, each is a change, a step of a robot or carried inside one."
    )
    note = (
        "Repositories without changes to judge, such as the ISMS itself and exported records, are counted below only."
    )
    return (Para(line(answer)), Para(line(note), "note"), table) if rows else (table,)


def _recount(snapshot: Snapshot) -> tuple[Para | Table, ...]:
    """For each repository the length of its first-parent line, and all commits up to the pin."""
    pins = [(id_, pin) for id_, pin in sorted(snapshot.facts.pins.items()) if pin.commit]
    rows = [_command(f"git -C {id_} rev-list --first-parent --count {pin.commit}", pin.count) for id_, pin in pins]
    rows += [
        _command(f"git -C {id_} rev-list --count {pin.commit}", snapshot.facts.counts[id_])
        for id_, pin in pins
        if id_ in snapshot.facts.counts
    ]
    note = Para(
        line(
            "In a full clone of each repository, these commands give these numbers. ",
            "In this folder, ",
            words.code("sha256sum -c SHA256SUMS"),
            " checks every file.",
        )
    )
    return (note, Table((words.column("Command"), words.column("Gives", "n")), tuple(rows), "plain"))


def _command(command: str, gives: int) -> Row:
    return Row((words.cell(words.code(command)), words.count(gives)))


def _passed_over(snapshot: Snapshot) -> Table:
    rows = tuple(
        Row(
            (
                words.cell(words.code(id_)),
                Cell(words.joined((words.code(commit[:12]) for commit in pin.passed_over), ", ")),
            )
        )
        for id_, pin in sorted(snapshot.facts.pins.items())
        if pin.passed_over
    )
    empty = "None: no commit is dated after the twenty that follow it."
    return Table((words.column("Repository"), words.column("Commits with a clock error")), rows, empty=empty)


def _whose(snapshot: Snapshot) -> Para:
    return Para(line(*identities.summary(snapshot), " ", Link("Addresses and robots", addresses.IDENTITIES), "."))


def _oddities(snapshot: Snapshot) -> Table:
    """Dates that do not fit, and objects off git's grammar: each may be harmless, and none is passed over."""
    rows = tuple(
        Row(
            (
                words.cell(words.code(one.repo)),
                words.cell(oddities.words_of(one.kind)),
                Cell(words.joined((words.code(id_[:12]) for id_ in one.newest), " ")),
                words.count(one.commits),
            )
        )
        for one in snapshot.facts.oddities
    )
    columns = (
        words.column("Repository"),
        words.column("What"),
        words.column("The newest of them"),
        words.column("Commits", "n"),
    )
    return Table(columns, rows, empty="No commit is dated or written oddly.")


def _logs(snapshot: Snapshot) -> tuple[Section, ...]:
    """The reference state logs of gittuf: what they say of each protected branch, and how far that was verified."""
    rows = tuple(
        Row(
            (
                words.cell(words.code(repo)),
                words.cell(words.day(log.since) if log.since else words.soft("never")),
                words.count(len(log.moves)),
                words.count(sum(move.verdict == "yes" for move in log.moves)),
                words.count(sum(move.verdict == "no" and not move.skipped for move in log.moves)),
                words.count(sum(move.skipped for move in log.moves)),
                words.cell(_policy_words(log)),
            )
        )
        for repo, log in sorted(snapshot.facts.gittuf.items())
    )
    columns = (
        words.column("Repository"),
        words.column("Since", "d"),
        words.column("Moves of the branch", "n", "Moves"),
        words.column("Rules met", "n"),
        words.column("Not met", "n"),
        words.column("Marked as not to count", "n", "Skipped"),
        words.column("Policy"),
    )
    return (Section("What gittuf's log says", (Table(columns, rows),), "gittuf"),) if rows else ()


def _policy_words(log: ReferenceLog) -> str:
    root = "its root is pinned by tieout.yml" if log.pinned else "its root is not pinned, so it is taken as it stands"
    signed = {"yes": "signed as it asks", "no": "not signed as it asks", "cannot tell": "its signatures cannot be told"}
    tip = "" if log.tip_recorded else "; the branch's newest commit is in no entry"
    broken = "" if log.sound else "; the log itself is broken"
    return f"{root}; {signed[log.policy]}{f' ({log.why})' if log.why else ''}{tip}{broken}"


def _limits(snapshot: Snapshot) -> Items:
    exported = [linked for _, linked in sorted(snapshot.config.repositories.items()) if linked.kind == "records"]
    return Items(
        (
            line("Who sat at a keyboard: addresses and keys are mapped to people by the operator's register."),
            *(line(f"That the robot alone wrote {linked.id}: {_exporters(linked)}.") for linked in exported),
            line("Whether a ticket exists behind its number: only the reference is read."),
            line("That a deployed version ran: a source tells that it was asked for, released or recorded."),
            line("Dates below the grade “recorded by the forge” are what the committer's machine said."),
        )
    )


def _exporters(linked: Repository) -> str:
    """What a line of an exported record rests on."""
    if not linked.only_robots_push:
        return "its lines count as the forge's only where a robot's registered key signed them"
    return "a robot without a registered key is believed by its address, as the operator says that nobody else may push there"
