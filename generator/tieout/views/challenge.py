"""The newest kept result of `tieout challenge`: whether the checks were seen to notice."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from tieout.model.challenge import Challenge, Trial
from tieout.model.records import Evidence
from tieout.text.words import digits, few_of, human_day, plural
from tieout.views import addresses, words
from tieout.views.page import Cell, Fold, Line, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

CAUGHT = Mark("pass", "caught")
BLUNT = "The catch tells little where the check passes nothing"


def pages(snapshot: Snapshot) -> Iterable[Page]:
    """One page, of the newest result that was collected by the audit date; none where none is kept."""
    kept = [
        (record, snapshot.isms.challenges[record.id])
        for record in snapshot.isms.evidence.values()
        if record.id in snapshot.isms.challenges and record.collected <= snapshot.date.as_of
    ]
    if not kept:
        return
    record, found = max(kept, key=lambda one: (one[0].collected, one[0].id))
    yield Page(
        addresses.CHALLENGE,
        "Challenge",
        "Would the checks notice?",
        _lede(found),
        tuple(_sections(snapshot, record, found)),
        nav=addresses.CHALLENGE,
    )


def _lede(found: Challenge) -> Line:
    planted = found.count("caught") + found.count("missed")
    missed, left = found.count("missed"), found.count("not planted")
    return line(
        f"Known violations were planted in scratch copies of the repositories, as they stood on {human_day(found.newest)}: "
        f"{words.of(found.count('caught'), planted)} were caught by the check that should notice, "
        f"{digits(missed) if missed else 'none'} missed"
        + (f"; {plural(left, 'trial')} could not be made." if left else ".")
    )


def _sections(snapshot: Snapshot, record: Evidence, found: Challenge) -> Iterator[Section]:
    kept = line(
        "The result is kept as ",
        words.record(snapshot.isms, record.id, "evidence"),
        f"; it was made with Tieout {found.version} and judged as of {human_day(found.as_of)}, when the time in which an "
        "emergency has to be reviewed was over. Nothing was written into a repository.",
    )
    missed = [trial for trial in found.trials if trial.answer == "missed"]
    caught = [trial for trial in found.trials if trial.answer == "caught"]
    left = [trial for trial in found.trials if trial.answer == "not planted"]
    yield Section(
        "What was missed, and why?", (Para(kept, "note"), _table(snapshot, missed, "Nothing was missed.")), "missed"
    )
    yield Section("What was caught", (_caught(snapshot, caught),), "caught")
    folded = Fold(
        f"{plural(len(left), 'trial')}, each with the reason", (_table(snapshot, left, "Everything was planted."),)
    )
    yield Section("What could not be planted", (folded,) if left else (Para(line("Everything was planted.")),), "left")
    if found.beside or found.unchallenged:
        yield Section("What else is to be told", (_others(snapshot, found),), "others")


def _table(snapshot: Snapshot, trials: Iterable[Trial], empty: str) -> Table:
    columns = tuple(map(words.column, ("What was planted", "Service", "Check", "Why")))
    rows = tuple(
        Row(
            (
                words.cell(one.title),
                _service(snapshot, one.service),
                _check(snapshot, one.check),
                words.cell(one.reason),
            )
        )
        for one in trials
    )
    return Table(columns, rows, empty=empty)


def _caught(snapshot: Snapshot, trials: list[Trial]) -> Table:
    columns = tuple(map(words.column, ("What was planted", "Check", "Where", "One of them, in the words of the check")))
    groups = groupby(trials, lambda one: (one.title, one.check))
    rows = tuple(_caught_row(snapshot, title, check, list(alike)) for (title, check), alike in groups)
    return Table(columns, rows, empty="Nothing was caught.")


def _caught_row(snapshot: Snapshot, title: str, check: str, alike: list[Trial]) -> Row:
    blunt = [one.service for one in alike if one.blunt]
    services = [one.service for one in alike if one.service]
    where = f" at {plural(len(services), 'service')}" if services else ""
    note = f" {BLUNT}: {few_of(blunt)}." if blunt else ""
    cells = (words.cell(CAUGHT, where), words.cell(alike[0].reason, Text(note, "soft")))
    return Row((words.cell(title), _check(snapshot, check), *cells))


def _others(snapshot: Snapshot, found: Challenge) -> Table:
    columns = tuple(map(words.column, ("Check", "What")))
    changed = (
        (one.check, f"{one.item} was {one.before} before and {one.after} after, and nothing was planted there.")
        for one in found.beside
    )
    rows = (*changed, *((check, f"Not challenged. {why}") for check, why in found.unchallenged.items()))
    return Table(columns, tuple(Row((_check(snapshot, check), words.cell(what))) for check, what in rows))


def _check(snapshot: Snapshot, id_: str) -> Cell:
    return words.cell(words.check(snapshot.judgement, id_))


def _service(snapshot: Snapshot, id_: str) -> Cell:
    return words.cell(words.record(snapshot.isms, id_, "services") if id_ else Text("once", "soft"))
