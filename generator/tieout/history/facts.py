"""From histories, pins and one audit's registers to `Facts`: the whole history up to the pins, for any check to judge."""

from collections.abc import Mapping

from tieout.history.changes import derive_changes
from tieout.history.deployments import Pinned, derive_deployments
from tieout.history.line import complete_id, line_of
from tieout.history.people import Strangers, index_people
from tieout.history.pipelines import derive_pipelines
from tieout.history.records import Record, Records, join_records, read_records
from tieout.history.registers import (
    ISMS,
    Registers,
    list_control_plane,
    list_emergencies,
    place_services,
)
from tieout.history.signatures import index_keys
from tieout.model.history import Change, Facts, History, Pin, UnknownIdentity
from tieout.model.records import Isms
from tieout.model.settings import Config
from tieout.problems import Problem, Source, warning

CHANGING = frozenset({"service", "environments", "template", "isms"})  # kinds of repositories whose steps are changes


def derive(
    histories: Mapping[str, History], pins: Mapping[str, Pin], isms: Isms, config: Config
) -> tuple[Facts, tuple[Problem, ...]]:
    """All meaning for one audit. Problems are sorted.

    Keys are ids of repositories, as each history's `repo` says; the ISMS's own is `isms`. A linked repository without
    a history or a pin is listed as missing, and the others are still derived.
    """
    registers, problems = _read_registers(histories, pins, isms, config)
    linked = [repo for repo in config.repositories if config.repositories[repo].kind in CHANGING]
    pinned = {
        repo: _pin(histories[repo], pins[repo], registers) for repo in linked if repo in histories and repo in pins
    }
    own = _pin(histories[ISMS], pins[ISMS], registers) if ISMS in histories and ISMS in pins else None
    deployments, wrong = derive_deployments(pinned, registers)
    changes = sorted(
        (change for each in pinned.values() for change in each.changes),
        key=lambda change: (change.time, change.repo, change.order),
    )
    pipelines = {repo: derive_pipelines(each.line, each.last, registers) for repo, each in pinned.items()}
    everything = {**pinned, **({ISMS: own} if own else {})}
    facts = Facts(
        pins=pins,
        changes={change.key: change for change in changes},
        isms_changes=own.changes if own else (),
        deployments={deployment.key: deployment for deployment in deployments},
        pipelines={repo: versions for repo, versions in sorted(pipelines.items()) if versions},
        unknown=_strangers(everything, registers),
        histories_incomplete=tuple(sorted(repo for repo, history in histories.items() if not history.complete)),
        missing=_missing(histories, pins, config),
        counts={repo: _count(histories[repo], pins[repo]) for repo in sorted(pins) if repo in histories},
    )
    found = (*problems, *wrong, *_unread_branches(isms, config))
    return facts, tuple(sorted(set(found), key=lambda problem: problem.order))


def _read_registers(
    histories: Mapping[str, History], pins: Mapping[str, Pin], isms: Isms, config: Config
) -> tuple[Registers, list[Problem]]:
    keys, problems = index_keys(isms.keys)
    records, wrong = _read_records(histories, pins, config)
    registers = Registers(
        isms=isms,
        config=config,
        people=index_people(isms.people),
        keys=keys,
        records=records,
        strangers=Strangers(),
        placed=place_services(isms, config),
        emergencies=list_emergencies(isms),
        control_plane=list_control_plane(isms, config),
    )
    return registers, [*problems, *wrong]


def _pin(history: History, pin: Pin, registers: Registers) -> Pinned:
    line = line_of(history, pin.commit)
    last = line.position.get(pin.commit, -1)
    changes = tuple(derive_changes(line, last, registers))
    return Pinned(line, last, changes, _by_commit(changes), pin.cutoff)


def _by_commit(changes: tuple[Change, ...]) -> dict[str, Change]:
    return {change.id: change for change in changes}


# --- records -------------------------------------------------------------------------------------------------------


def _read_records(
    histories: Mapping[str, History], pins: Mapping[str, Pin], config: Config
) -> tuple[Records, list[Problem]]:
    """The exports of all records repositories, each at its own pin."""
    found: list[Record] = []
    problems: list[Problem] = []
    for repo, linked in sorted(config.repositories.items()):
        if linked.reviews and repo in histories and repo in pins:
            line = line_of(histories[repo], pins[repo].commit)
            records, wrong = read_records(line, line.position.get(pins[repo].commit, -1), linked.reviews)
            found += records
            problems += wrong
    problems += _strange_repositories(found, config)
    records_ = join_records(
        found, lambda repo, commit: complete_id(histories[repo], commit) if repo in histories else commit
    )
    return records_, [*problems, *_unmatched(records_, histories)]


def _strange_repositories(records: list[Record], config: Config) -> list[Problem]:
    """One problem a file and repository, not one a line."""
    first: dict[tuple[Source, str], Record] = {}
    for record in records:
        if record.repo not in config.repositories and record.repo != ISMS:
            first.setdefault((Source(record.source.repo, record.source.path), record.repo), record)
    return [
        warning(
            "record-of-unknown-repository",
            f"the record is of the repository '{repo}', which tieout.yml does not link; link it or correct the export",
            record.source,
        )
        for (_, repo), record in first.items()
    ]


def _unmatched(records: Records, histories: Mapping[str, History]) -> list[Problem]:
    """Records of merged changes whose commit no ref leads to: rewritten history, or a wrong export."""
    return [
        warning(
            "record-without-change",
            f"the record is of commit {record.change[:12]}, which is not in the history of '{record.repo}'; "
            f"find out whether history was rewritten, and export the record again",
            record.source,
        )
        for record in records.all
        if record.merged and record.change and _is_absent(record, histories)
    ]


def _is_absent(record: Record, histories: Mapping[str, History]) -> bool:
    history = histories.get(record.repo)
    return history is not None and history.complete and record.change not in history.commits


# --- what is missing or unknown ------------------------------------------------------------------------------------


def _missing(histories: Mapping[str, History], pins: Mapping[str, Pin], config: Config) -> dict[str, str]:
    return {
        repo: f"its history could not be read from {linked.url}" if repo not in histories else "it has no pin"
        for repo, linked in sorted(config.repositories.items())
        if repo not in histories or repo not in pins
    }


def _count(history: History, pin: Pin) -> int:
    line = line_of(history, pin.commit)
    last = line.position.get(pin.commit, -1)
    return sum(1 + len(carried) for carried in line.carried[: last + 1])


def _strangers(pinned: Mapping[str, Pinned], registers: Registers) -> tuple[UnknownIdentity, ...]:
    for repo, each in pinned.items():
        for commit_id, position in each.line.entered.items():
            if position <= each.last:
                commit = each.line.history.commits[commit_id]
                author = registers.people.identify(commit.author, commit.author.time)
                committer = registers.people.identify(commit.committer, commit.committer.time)
                registers.strangers.note(author, repo, 1)
                if committer.key != author.key:
                    registers.strangers.note(committer, repo, 1)
    return registers.strangers.listed()


def _unread_branches(isms: Isms, config: Config) -> list[Problem]:
    found = []
    for service in isms.services.values():
        for linked in service.repos:
            repository = config.repositories.get(linked.repo)
            if repository and linked.branch not in {"", repository.branch}:
                message = (
                    f"{service.id} names the branch '{linked.branch}' of {linked.repo}, but tieout.yml reads "
                    f"'{repository.branch}', so its changes are not shown; name the same branch in both"
                )
                found.append(warning("branch-not-read", message, service.source))
    return found
