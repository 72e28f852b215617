"""From histories, pins and one audit's registers to `Facts`: the whole history up to the pins, for any check to judge."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial

from tieout.history.changes import derive_changes
from tieout.history.deployments import Pinned, derive_deployments, list_releases, list_undated
from tieout.history.gittuf import note_log
from tieout.history.identities import find_alike, list_unknown, tell_alike
from tieout.history.line import Line, complete_id, line_of
from tieout.history.near_misses import list_near_misses
from tieout.history.oddities import find_oddities
from tieout.history.origins import Writers, is_by_robots
from tieout.history.people import Strangers, index_people
from tieout.history.pipelines import derive_pipelines
from tieout.history.pipelines.spans import derive_spans
from tieout.history.records import Record, Records, join_records, read_records
from tieout.history.registers import (
    Registers,
    list_control_plane,
    list_emergencies,
    place_services,
    repository_of,
)
from tieout.history.results import join_results, list_scans, read_results
from tieout.history.sealed import find_sealed
from tieout.history.signatures import index_keys
from tieout.model.history import Change, Facts, History, Pin, SecretScan
from tieout.model.registers import Isms
from tieout.model.settings import ISMS, Config
from tieout.problems import Problem, Source, warning
from tieout.text.addresses import without_secrets
from tieout.text.words import visible

DAY = 86_400
NAMED = 3  # commits that a message names, the newest first
CHANGING = frozenset({"service", "environments", "template"})  # kinds of repositories whose steps are changes


def derive(
    histories: Mapping[str, History], pins: Mapping[str, Pin], isms: Isms, config: Config
) -> tuple[Facts, tuple[Problem, ...]]:
    """All meaning for one audit. Problems are sorted.

    Keys are ids of repositories, as each history's `repo` says; the ISMS's own is `isms`. A linked repository without
    a history or a pin is listed as missing, and the others are still derived.
    """
    registers, problems = _read_registers(histories, pins, isms, config)
    shared = [ISMS] if ISMS in registers.placed else []  # the ISMS is a folder beside a service's code
    linked = [*(repo for repo in config.repositories if config.repositories[repo].kind in CHANGING), *shared]
    pinned = {
        repo: _pin(histories[repo], pins[repo], registers) for repo in linked if repo in histories and repo in pins
    }
    own = pinned.get(ISMS)
    if own is None and ISMS in histories and ISMS in pins:
        own = _pin(histories[ISMS], pins[ISMS], registers)
    deployed = derive_deployments(pinned, _pin_exports(histories, pins, config), registers)
    changes = sorted(
        (change for each in pinned.values() for change in each.changes),
        key=lambda change: (change.time, change.repo, change.order),
    )
    results, unbound = read_results(histories, pins, isms, config, registers.writers)
    changes = join_results(changes, results, histories)
    others = {repo: (each.line, each.last) for repo, each in pinned.items()}
    pipelines = {repo: derive_pipelines(each.line, each.last, registers, others) for repo, each in pinned.items()}
    everything = {**pinned, **({ISMS: own} if own else {})}
    alike = find_alike(everything, registers)
    facts = Facts(
        pins=pins,
        moved={repo: one.moved for repo, one in sorted(histories.items()) if one.moved},
        sealed=find_sealed(histories, pins, isms),
        secret_scans=_secret_scans(changes, histories),
        changes={change.key: change for change in changes},
        isms_changes=own.changes if own else (),
        deployments={deployment.key: deployment for deployment in deployed.deployments},
        pipelines={repo: versions for repo, versions in sorted(pipelines.items()) if versions},
        unknown=list_unknown(everything, registers),
        lookalikes=alike,
        oddities=tuple(
            odd for _, each in sorted(everything.items()) for odd in find_oddities(each.line, each.last, each.cutoff)
        ),
        histories_incomplete=tuple(sorted(repo for repo, history in histories.items() if not history.complete)),
        missing=_missing(histories, pins, config),
        counts={repo: _count(histories[repo], pins[repo]) for repo in sorted(pins) if repo in histories},
        undated=list_undated(pinned, registers),
        releases=list_releases(pinned, registers),
        told_environments=deployed.told_environments,
        unmatched=deployed.unmatched,
        unreleased=deployed.unreleased,
        scans=list_scans(results, histories),
        spans=derive_spans(pipelines, changes, isms, [repo for repo, each in histories.items() if not each.complete]),
        lost_reviews=_lost_reviews(registers.records, histories),
        gittuf={repo: log for repo, (log, _) in sorted(registers.logs.items())},
    )
    logged = (problem for _, told in registers.logs.values() for problem in told)
    found = (
        *problems,
        *unbound,
        *deployed.problems,
        *_misdated(facts),
        *tell_alike(alike),
        *logged,
        *_unread_branches(isms, config),
        *_near_misses(everything),
    )
    return facts, tuple(sorted(set(found), key=lambda problem: problem.order))


def _secret_scans(changes: list[Change], histories: Mapping[str, History]) -> dict[str, SecretScan]:
    """By key of each change whose lines were looked at."""
    scanned = ((change, histories[change.repo].secret_scans.get(change.id)) for change in changes)
    return {change.key: found for change, found in scanned if found is not None}


def _read_registers(
    histories: Mapping[str, History], pins: Mapping[str, Pin], isms: Isms, config: Config
) -> tuple[Registers, list[Problem]]:
    keys, problems = index_keys(isms.keys)
    people = index_people(isms.people)
    guarded = frozenset(repo for repo, linked in config.repositories.items() if linked.only_robots_push)
    writers = Writers(people, keys, guarded)
    records, wrong = _read_records(histories, pins, config, writers)
    registers = Registers(
        isms=isms,
        config=config,
        people=people,
        keys=keys,
        records=records,
        strangers=Strangers(),
        placed=place_services(isms, config),
        emergencies=list_emergencies(isms),
        control_plane=list_control_plane(isms, config),
        writers=writers,
    )
    return registers, [*problems, *wrong]


def _pin(history: History, pin: Pin, registers: Registers) -> Pinned:
    line = line_of(history, pin.commit)
    last = line.position.get(pin.commit, -1)
    note_log(line, last, pin.cutoff, registers)
    changes = tuple(derive_changes(line, last, registers, pin.cutoff))
    return Pinned(line, last, changes, _by_commit(changes), pin.cutoff)


def _pin_exports(histories: Mapping[str, History], pins: Mapping[str, Pin], config: Config) -> dict[str, Pinned]:
    """The repositories that hold deployment records, each at its own pin. Their steps are no changes."""
    found: dict[str, Pinned] = {}
    for repo, linked in sorted(config.repositories.items()):
        if linked.deployments and repo in histories and repo in pins:
            line = line_of(histories[repo], pins[repo].commit)
            found[repo] = Pinned(line, line.position.get(pins[repo].commit, -1), (), {}, pins[repo].cutoff)
    return found


def _by_commit(changes: tuple[Change, ...]) -> dict[str, Change]:
    return {change.id: change for change in changes}


# --- records -------------------------------------------------------------------------------------------------------


def _read_records(
    histories: Mapping[str, History], pins: Mapping[str, Pin], config: Config, writers: Writers
) -> tuple[Records, list[Problem]]:
    """The exports of all records repositories, each at its own pin. `writers` tells robots from people."""
    found: list[Record] = []
    problems: list[Problem] = []
    for repo, linked in sorted(config.repositories.items()):
        if linked.reviews and repo in histories and repo in pins:
            line = line_of(histories[repo], pins[repo].commit)
            last = line.position.get(pins[repo].commit, -1)
            is_export = cache(partial(_is_export, line, writers))
            records, wrong = read_records(line, last, linked.reviews, is_export)
            found += records
            problems += wrong
    problems += _strange_repositories(found, config)
    records_ = join_records(
        found, lambda repo, commit: complete_id(histories[repo], commit) if repo in histories else commit
    )
    return records_, [*problems, *_unmatched(records_, histories)]


def _is_export(line: Line, writers: Writers, position: int) -> bool:
    return is_by_robots(line, position, writers)


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


def _lost_reviews(records: Records, histories: Mapping[str, History]) -> dict[str, tuple[tuple[str, int], ...]]:
    """By repository, where each such record stands and when it says that the change was merged."""
    lost: dict[str, list[tuple[str, int]]] = {}
    for record in records.all:
        if record.merged and record.change and _is_absent(record, histories):
            where = f"{record.source.repo}:{record.source.path}:{record.source.line}"
            lost.setdefault(record.repo, []).append((where, record.merged.at))
    return {repo: tuple(sorted(found)) for repo, found in sorted(lost.items())}


def _is_absent(record: Record, histories: Mapping[str, History]) -> bool:
    history = histories.get(record.repo)
    return history is not None and history.complete and record.change not in history.commits


# --- what is missing or unknown ------------------------------------------------------------------------------------


def _missing(histories: Mapping[str, History], pins: Mapping[str, Pin], config: Config) -> dict[str, str]:
    return {
        repo: f"its history could not be read from {without_secrets(linked.url)}"
        if repo not in histories
        else "it has no pin"
        for repo, linked in sorted(config.repositories.items())
        if repo not in histories or repo not in pins
    }


def _count(history: History, pin: Pin) -> int:
    line = line_of(history, pin.commit)
    last = line.position.get(pin.commit, -1)
    return sum(1 + len(carried) for carried in line.carried[: last + 1])


def _misdated(facts: Facts) -> list[Problem]:
    """One problem a repository whose steps or release tags carry dates more than a day from when they can be from."""
    found: dict[str, list[tuple[int, str, int]]] = {}
    for change in (*facts.changes.values(), *facts.isms_changes):
        if change.claimed:
            found.setdefault(change.repo, []).append((change.time, f"commit {change.short}", change.claimed))
    for release in facts.deployments.values():
        if release.claimed and release.basis in {"annotated tag", "deployment record"}:
            tagged = release.basis == "annotated tag"
            words = f"tag {visible(release.version)}" if tagged else f"deployment {visible(release.id)}"
            found.setdefault(release.repo, []).append((release.at, words, release.claimed))
    problems = []
    for repo, dated in found.items():
        wrong = [one for one in reversed(dict.fromkeys(dated)) if abs(one[0] - one[2]) > DAY]
        wrong.sort(key=lambda one: one[0], reverse=True)
        named = (f"{what} is dated {_day(claimed)}, and counts on {_day(at)}" for at, what, claimed in wrong[:NAMED])
        more = f"; so are {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        message = f"dates do not fit what stands before or after them: {'; '.join(named)}{more}; find out who made them"
        problems += [warning("dated-before-its-parent", message, Source(repo))] if wrong else []
    return problems


def _near_misses(pinned: Mapping[str, Pinned]) -> list[Problem]:
    return [problem for _, each in sorted(pinned.items()) for problem in list_near_misses(each.line, each.last)]


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _unread_branches(isms: Isms, config: Config) -> list[Problem]:
    found = []
    for service in isms.services.values():
        for linked in service.repos:
            repository = repository_of(config, linked.repo)
            if repository and linked.branch not in {"", repository.branch}:
                message = (
                    f"{service.id} names the branch '{linked.branch}' of {linked.repo}, but tieout.yml reads "
                    f"'{repository.branch}', so its changes are not shown; name the same branch in both"
                )
                found.append(warning("branch-not-read", message, service.place))
    return found
