"""Populations: for each service, whether its changes and deployments are all there, with the commands to count again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tieout.checks import reconcile
from tieout.checks.case import Case
from tieout.checks.reconcile import Reconciliation
from tieout.history.tally import Tally
from tieout.model.history import Change
from tieout.model.results import Outcome
from tieout.text.words import plural, visible
from tieout.views import addresses, proof, reconciled, words
from tieout.views.lists import Listed
from tieout.views.page import Block, Cell, Columns, Line, Link, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.proof import Proofs
from tieout.views.snapshot import Snapshot

INDEX = addresses.POPULATIONS
NAV = addresses.CHANGES  # the entry that they stand under
INTACT = "history-intact"


def pages(snapshot: Snapshot) -> Iterable[Page]:
    """Of the facts of the whole history: what belongs to no service is counted too."""
    proofs = proof.gather(snapshot)
    case = Case(snapshot.isms, snapshot.facts, snapshot.date, snapshot.config)
    pairs = reconcile.reconcile(case)
    named = [id_ for id_, service in snapshot.isms.services.items() if service.repos]
    if not named or not snapshot.judgement.results:
        return
    yield _index(snapshot, named, proofs, pairs)
    for id_ in named:
        yield _service(snapshot, id_, proofs, pairs.get(id_))


def _index(snapshot: Snapshot, named: Sequence[str], proofs: Proofs, pairs: Mapping[str, Reconciliation]) -> Page:
    rows = tuple(_index_row(snapshot, id_, proofs.tallies.get(id_, ()), pairs.get(id_)) for id_ in named)
    changes = sum(one.changes for id_ in named for one in proofs.tallies.get(id_, ()))
    lost = sum(abs(one.unexplained) for id_ in named for one in proofs.tallies.get(id_, ()))
    unread = sum(not proofs.tallies.get(id_) for id_ in named)
    lede = line(
        f"{plural(len(named), 'service')} with {plural(changes, 'change')} in the period; "
        + (
            f"{plural(lost, 'commit')} of the branches not accounted for"
            if lost
            else "every commit of the branches is accounted for"
        )
        + (f", and {plural(unread, 'service')} could not be counted." if unread else ".")
    )
    columns = (
        words.column("Service"),
        words.column("Commits", "n"),
        words.column("Changes", "n"),
        words.column("Inside them", "n"),
        words.column("Left out", "n"),
        words.column("Unaccounted", "n"),
        words.column("Deployments", "n"),
        words.column("Deployed changes", "n"),
    )
    note = Para(
        line(
            "A change that touches two services is counted in both. Left out: commits of the branch that are no change of the service, each with its reason on its page."
        ),
        "note",
    )
    blocks: tuple[Block, ...] = (*proof.so_far(snapshot), note, Table(columns, rows, "run"))
    crumbs = (Link("Changes", addresses.CHANGES), Text("populations"))
    return Page(
        INDEX,
        "Populations",
        "Populations: is anything missing?",
        lede,
        (Section("", blocks, "services"),),
        crumbs,
        nav=NAV,
    )


def _index_row(snapshot: Snapshot, id_: str, found: Sequence[Tally], pair: Reconciliation | None) -> Row:
    href = addresses.population(id_)
    name = words.cell(Link(id_, href))
    if not found:
        return Row((name, Cell((words.soft(_unread(snapshot, id_)),), span=7)))
    lost = sum(abs(one.unexplained) for one in found)
    return Row(
        (
            name,
            words.count(sum(one.commits for one in found)),
            words.count(sum(one.changes for one in found), href),
            words.count(sum(one.inside for one in found)),
            words.count(sum(left.commits for one in found for left in one.left_out), href),
            words.count(lost, href, bad=True),
            words.count(len(pair.deployments) if pair else 0, href),
            words.count(pair.count("deployed") if pair else 0, href),
        )
    )


def _unread(snapshot: Snapshot, id_: str) -> str:
    """Why the commits of a service cannot be counted."""
    repos = sorted({link.repo for link in snapshot.isms.services[id_].repos})
    whys = [f"{repo}: {snapshot.facts.missing.get(repo, 'nothing of it lies before the cut-off')}" for repo in repos]
    return f"cannot tell: {'; '.join(whys)}"


# --- one service ---------------------------------------------------------------------------------------------------


def _service(snapshot: Snapshot, id_: str, proofs: Proofs, pair: Reconciliation | None) -> Page:
    found = proofs.tallies.get(id_, ())
    changes = _changes(snapshot, id_)
    sections = (
        Section("Does every commit count?", (*proof.so_far(snapshot), *_commits(snapshot, id_, found)), "commits"),
        *_by_month(changes),
        *_both_ways(snapshot, pair),
        Section("The lists", _lists(snapshot, id_, proofs), "lists"),
        Section("Is the history what it was?", (Para(_intact(snapshot, id_)),), "history"),
    )
    crumbs = (Link("Changes", NAV), Link("Populations", INDEX), words.record(snapshot.isms, id_, "services"))
    heading = f"The changes and deployments of {id_}: is anything missing?"
    provenance = (("Period", line(words.period(snapshot.date))), ("Extracted by", line(f"Tieout {snapshot.version}")))
    return Page(
        addresses.population(id_),
        f"Population {id_}",
        heading,
        _lede(snapshot, id_, found),
        sections,
        crumbs,
        provenance,
        NAV,
    )


def _changes(snapshot: Snapshot, id_: str) -> list[Change]:
    start, end = snapshot.date.start, snapshot.date.end
    return [one for one in snapshot.facts.changes.values() if start <= one.time <= end and id_ in one.services]


def _lede(snapshot: Snapshot, id_: str, found: Sequence[Tally]) -> Line:
    if not found:
        return line(f"{words.sentence(_unread(snapshot, id_))}.")
    so_far = " so far" if snapshot.date.open else ""
    commits, changes = sum(one.commits for one in found), sum(one.changes for one in found)
    lost = sum(abs(one.unexplained) for one in found)
    end = f"{plural(lost, 'commit')} not accounted for" if lost else "every one is accounted for"
    cut = (
        ""
        if all(one.complete for one in found)
        else " The copy that was read is cut off, so the numbers are lower bounds."
    )
    return line(
        f"{plural(changes, 'change')}{so_far}, out of {plural(commits, 'commit')} that the branch took in the period: {end}.{cut}"
    )


def _commits(snapshot: Snapshot, id_: str, found: Sequence[Tally]) -> Iterator[Block]:
    for one in found:
        yield Terms(tuple(_terms(one)))
        if one.left_out:
            yield _left_out(one)
    if not found:
        yield Para(line(f"{words.sentence(_unread(snapshot, id_))}."))


def _terms(one: Tally) -> Iterator[tuple[str, tuple[Para, ...]]]:
    yield "Source", (Para(line("The branch ", words.code(one.branch), " of ", words.code(one.repo))),)
    if not one.new:
        yield "Range", (Para(line("The branch has no commit up to the end of the period.")),)
        return
    first = (
        line(words.code(one.old), ", the last commit before the period")
        if one.old
        else line("the first commit of the branch")
    )
    yield "From", (Para(first),)
    yield "To", (Para(line(words.code(one.new), ", the last commit of the period")),)
    yield (
        "Count it again",
        (
            Para(proof.gives(f"git -C {one.repo} rev-list --first-parent --count {one.range}", str(one.steps))),
            Para(proof.gives(f"git -C {one.repo} rev-list --count {one.range}", str(one.commits))),
            Para(
                line(
                    f"In the folder of any clones; in that of the mirrors write {one.repo}.git. The first counts steps of the branch, the second all commits."
                ),
                "note",
            ),
        ),
    )
    yield "So", (Para(line(f"{plural(one.commits, 'commit')}: ", *proof.equation(one))),)
    if one.elsewhere:
        told = f"{plural(one.elsewhere, 'change')} of the period {'bears' if one.elsewhere == 1 else 'bear'} a date outside it, and counts by its neighbours on the branch."
        yield "Clocks", (Para(line(told)),)
    if not one.complete:
        yield "Limits", (Para(line("The copy is cut off: these numbers are lower bounds.")),)


def _left_out(one: Tally) -> Table:
    columns = (
        words.column("Left out because they"),
        words.column("Steps", "n"),
        words.column("Commits", "n"),
        words.column("First of them"),
    )
    rows = tuple(
        Row(
            (
                words.cell(left.why),
                words.count(left.steps),
                words.count(left.commits),
                words.cell(words.code(left.first[:12])),
            )
        )
        for left in one.left_out
    )
    return Table(columns, rows, "run")


def _by_month(changes: Sequence[Change]) -> tuple[Section, ...]:
    if not changes:
        return ()
    counted = Counter(addresses.month(change.time) for change in changes)
    repos = {change.repo for change in changes}
    ledger = {month: addresses.changes(min(repos), month) if len(repos) == 1 else "" for month in counted}
    months = [(words.human_month(month), number, ledger[month]) for month, number in sorted(counted.items())]
    entries: tuple[tuple[str, tuple[Block, ...]], ...] = (
        ("By month", (reconciled.counted("Changes", months, len(changes)),)),
        ("By kind", (proof.table("Changes", proof.kinds(changes)),)),
    )
    return (Section("When they came", (Columns(entries),), "months"),)


# --- with deployments ----------------------------------------------------------------------------------------------


def _both_ways(snapshot: Snapshot, pair: Reconciliation | None) -> tuple[Section, ...]:
    title, anchor = "Do changes and deployments agree?", "deployments"
    if pair is None:
        return (Section(title, (Para(line("The service had no change and no deployment in the period.")),), anchor),)
    return (Section(title, tuple(reconciled.blocks(snapshot, pair)), anchor),)


# --- the files and the history -------------------------------------------------------------------------------------


def _lists(snapshot: Snapshot, id_: str, proofs: Proofs) -> tuple[Block, ...]:
    """Each list that holds items of the service, with the checks that judge it."""
    judged: dict[str, list[str]] = {}
    known: dict[str, Listed] = {}
    for check, listed in proofs.lists.items():
        known[listed.name] = listed
        judged.setdefault(listed.name, []).append(check)
    rows = []
    for name, checks in judged.items():
        number = sum(id_ in (item.service, *item.others) for item in known[name].items)
        if number:
            links = words.joined((words.check(snapshot.judgement, check, id_) for check in checks), ", ")
            rows.append(Row((words.cell(words.code(known[name].path)), words.count(number), Cell(links))))
    columns = (words.column("File"), words.column("Rows of it", "n"), words.column("Judged by"))
    note = Para(
        line("How to count the rows of a list again stands on the page of each check for this service."),
        "note",
    )
    return (note, Table(columns, tuple(rows), empty="Nothing of the service was judged in the period."))


def _intact(snapshot: Snapshot, id_: str) -> Line:
    result = snapshot.judgement.results.get(INTACT)
    repos = {link.repo for link in snapshot.isms.services[id_].repos}
    items = [item for item in result.items if item.key.partition("/")[0] in repos] if result else []
    if not items:
        return line("No check compared it with an earlier audit: whether history was rewritten since is not told here.")
    worst = next(
        (item for verdict in (Outcome.FAIL, Outcome.UNKNOWN) for item in items if item.outcome is verdict), items[0]
    )
    return line(
        words.outcome(worst.outcome),
        f" {visible(worst.reason)} ",
        Link("The check", addresses.check(INTACT)),
        Text("."),
    )
