"""The files of the ISMS -> typed, linked records, with everything that is wrong. Opens no file and knows no history."""

from collections.abc import Mapping
from types import MappingProxyType

from tieout.content import (
    catalogue,
    challenges,
    check_settings,
    evidence,
    links,
    own_checks,
    records,
    registers,
    requirement_ids,
    requirements,
    rules,
    series,
)
from tieout.content.files import Parse, parse
from tieout.content.records import Written
from tieout.model.checks import Check
from tieout.model.records import Record
from tieout.model.registers import REGISTERS, Isms
from tieout.model.settings import ISMS, Config
from tieout.problems import Problem

NONE: Mapping[str, Check] = MappingProxyType({})


def load(
    files: Mapping[str, bytes], config: Config, checks: Mapping[str, Check] = NONE, parse_file: Parse = parse
) -> tuple[Isms, tuple[Problem, ...]]:
    """The ISMS as far as it can be read, and all its problems in order of place.

    `files` is by path relative to the folder of tieout.yml; `checks` are the built-in checks by name (without
    them, links to checks are not looked at). A record with an error is left out of the result; its id still counts as
    existing, and links into a register that could not be read are let pass, so that one slip is told once.
    `parse_file` may know what it parsed before.
    """
    sorted_files = registers.sort(files, config.content)
    problems = list(sorted_files.problems)
    unread: set[str] = set()
    written: dict[str, list[Written]] = {}
    for register in REGISTERS:
        entries: list[Written] = []
        for path in sorted_files.files[register.name]:
            found, faults = records.parse(register, path, files[path], parse_file)
            entries += found
            problems += faults
            if not found and any(fault.severity == "error" for fault in faults):
                unread.add(register.name)
        problems += records.same_ids(entries)
        written[register.name] = entries
    every = [entry for entries in written.values() for entry in entries]
    known = catalogue.load(parse_file)
    sets, faults = requirements.join(known, written["requirements"])
    problems += faults
    own_sets = {entry.id for entry in written["requirements"]}  # those that cannot be read, too
    problems += links.check(
        every,
        links.Outside(
            annex=frozenset(known.annex),
            repositories=frozenset({ISMS, *config.repositories}),
            checks=frozenset(checks),
            requirement=requirements.checking(known, sets, written["requirements"]),
            set=lambda text: "" if text in own_sets else requirement_ids.known_set(sets, text),
            unread=frozenset(unread),
        ),
    )
    problems += rules.check(every, known.annex, config.content)
    problems += own_checks.check(written["own_checks"], frozenset(checks))
    problems += check_settings.check(written["checks"], checks, frozenset(entry.id for entry in written["own_checks"]))
    held, faults = evidence.check(every, files)
    problems += faults
    challenged, faults = challenges.load(every, files)
    problems += faults
    counted, faults = series.load(every, files, frozenset(entry.id for entry in written["services"]))
    problems += faults
    isms = Isms(
        **{register.name: _register(register.shape, written[register.name]) for register in REGISTERS},  # type: ignore[arg-type]
        annex_a=dict(known.annex),
        files=held,
        series=counted,
        challenges=challenged,
        requirement_sets=sets,
    )
    return isms, tuple(sorted(set(problems), key=lambda problem: problem.order))


def _register(shape: str, entries: list[Written]) -> Mapping[str, Record] | Record | None:
    """The good records of a register in order of id; of two with one id the first."""
    by_id = {entry.id: entry.record for entry in reversed(entries) if entry.record is not None}
    if shape == "single":
        return next(iter(by_id.values()), None)
    return dict(sorted(by_id.items()))
