"""`tieout import`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from tieout.build.newest import Newest, read_newest
from tieout.cli import output
from tieout.cli.new import taken_ids
from tieout.content import catalogue, shipped
from tieout.content.imports import comply, csvfile, drafting, mapping, proposal, report, tables, targets, workbook
from tieout.content.imports.drafting import Draft, Place
from tieout.content.imports.mapping import ColumnMap
from tieout.content.imports.names import names_of
from tieout.content.imports.sheets import Sheet
from tieout.content.imports.values import Reading
from tieout.model.registers import REGISTERS, Register
from tieout.output.newfiles import write_new
from tieout.problems import BuildError, Problem
from tieout.text.words import human_list, plural, suggest, visible

POLICIES = "policies"
MOST_POLICIES = 2_000
MOST_SHOWN = 50  # problems of new records, which the person mends afterwards
# A record with one of these could not be read at all; whatever else is wrong, the person mends in the new file.
UNREADABLE = frozenset(
    {"invalid-value", "unknown-field", "id-grammar", "duplicate-id", "similar-id", "file-too-large", "not-a-list"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was called with."""

    source: Path
    mapping: Path | None
    dry_run: bool
    sheet: str
    encoding: str
    isms: Path

    @property
    def again(self) -> str:
        return "save it as map.yml, correct it, and add --mapping map.yml to the command; nothing was written."


@click.command(name="import")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="What the columns mean; without one a proposal is printed."
)
@click.option("--dry-run", is_flag=True, help="Tell what would be written, and write nothing.")
@click.option("--sheet", default="", help="The sheet of a workbook, where several hold something.")
@click.option(
    "--encoding", default=None, type=click.Choice(csvfile.ENCODINGS), help="What a CSV is written in, if not UTF-8."
)
@output.isms_option
def command(  # noqa: PLR0917 - click's signature
    kind: str, file: Path, mapping: Path | None, dry_run: bool, sheet: str, encoding: str | None, isms: Path
) -> int:
    """Registers kept elsewhere: risks, suppliers, services and actions from CSV or XLSX, and policies of comply.

    Without --mapping nothing is written, and a mapping is proposed. Only new files are written: all of them or none.
    """
    asked = Asked(file, mapping, dry_run, sheet, encoding or "", isms)
    if kind in {POLICIES, "policy"}:
        return _import_policies(asked)
    register = targets.register_of(kind)
    if register is None:
        near = suggest(kind, [*targets.KINDS, POLICIES])
        hint = (
            f"did you mean '{near}'?"
            if near
            else f"write {human_list(sorted({*targets.KINDS.values(), POLICIES}), 'or')}"
        )
        raise BuildError(f"'{kind}' cannot be imported ({hint})")
    return _import_table(asked, register)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(csvfile.MOST_BYTES + 1)
    except OSError as fault:
        raise BuildError(f"{path} cannot be read: {fault.strerror}.") from None


def _standing(asked: Asked) -> Newest:
    newest = read_newest(asked.isms)
    if newest.config is None:
        output.show_problems(newest.problems, err=True)
        raise BuildError("tieout.yml cannot be read; mend it first.")
    return newest


def _stop(problems: Iterable[Problem]) -> int:
    listed = list(problems)
    output.show_problems(listed, err=True)
    output.complain(f"{output.count(listed)}; nothing was written.")
    return 1


def _bad(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


# --- tables --------------------------------------------------------------------------------------------------------


def _import_table(asked: Asked, register: Register) -> int:
    newest = _standing(asked)
    given = ColumnMap()
    problems: list[Problem] = []
    if asked.mapping:
        given, problems = mapping.parse(_read(asked.mapping), str(asked.mapping), targets.targets_of(register.model))
    sheet, found = _sheet(asked, asked.sheet or given.sheet)
    problems += found
    if sheet is None:
        return _stop(problems)
    header = given.header if asked.mapping else proposal.header_row(sheet, register)
    table, found = tables.parse(sheet, header)
    problems += found
    if table is None:
        return _stop(problems)
    if not asked.mapping:
        output.show_problems(problems, err=True)
        scale = newest.isms.method.scale if newest.isms.method else None
        words = {"likelihood": scale.likelihood, "impact": scale.impact} if scale else {}
        click.echo(visible(proposal.render(table, register, names_of(newest.isms), words)), nl=False)
        output.complain(f"{plural(len(table.rows), 'row')} below row {table.header}; {asked.again}")
        return 1 if _bad(problems) else 0
    problems += mapping.check_columns(given, table)
    if _bad(problems):
        return _stop(problems)
    place = Place(register, frozenset(taken_ids(newest, register)), _year())
    drafts, found = drafting.draft(table, Reading(given, names_of(newest.isms)), place)
    about = tuple(report.columns(table, given))
    return _finish(asked, newest, register, Understood(drafts, [*problems, *found], about))


def _sheet(asked: Asked, wanted: str) -> tuple[Sheet | None, list[Problem]]:
    data, name = _read(asked.source), asked.source.name
    if asked.source.suffix.lower() in {".xlsx", ".xlsm", ".xls"} or data.startswith(b"PK\3\4"):
        return workbook.parse(data, name, wanted)
    return csvfile.parse(data, name, asked.encoding)


def _year() -> int:
    return datetime.now().astimezone().year


# --- policies ------------------------------------------------------------------------------------------------------


def _import_policies(asked: Asked) -> int:
    register = next(one for one in REGISTERS if one.name == POLICIES)
    newest = _standing(asked)
    annex = comply.Annex(frozenset(catalogue.annex_a()), shipped.successors())
    policies: list[comply.Policy] = []
    problems: list[Problem] = []
    for path in _policy_files(asked.source):
        policy, found = comply.parse(path.relative_to(asked.source).as_posix(), _read(path))
        policies += [policy] if policy else []
        problems += found
    if not policies:
        output.show_problems(problems, err=True)
        raise BuildError(f"{asked.source} holds no policy of comply; name the folder with its policies.")
    if not asked.mapping:
        output.show_problems(problems, err=True)
        click.echo(visible(comply.propose(policies, register, annex)), nl=False)
        output.complain(f"{plural(len(policies), 'policy', 'policies')}; {asked.again}")
        return 1 if _bad(problems) else 0
    given, found = mapping.parse(
        _read(asked.mapping), str(asked.mapping), targets.targets_of(register.model), mapping.POLICY_PARTS
    )
    place = Place(register, frozenset(taken_ids(newest, register)), _year())
    problems += found
    if _bad(problems):
        return _stop(problems)
    drafts, more = comply.draft(policies, given, place, annex)
    return _finish(asked, newest, register, Understood(drafts, [*problems, *more]))


def _policy_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BuildError(f"{folder} is no folder; name the folder with comply's policies.")
    files = sorted(path for path in folder.glob("*.md") if path.is_file() and path.name not in comply.LEFT)
    if len(files) > MOST_POLICIES:
        raise BuildError(f"{folder} holds {len(files):,} files, and the limit is {MOST_POLICIES:,}.")
    return files


# --- writing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Understood:
    """What came of the source."""

    drafts: list[Draft]
    problems: list[Problem]
    about: tuple[str, ...] = ()  # what becomes of each column


def _finish(asked: Asked, newest: Newest, register: Register, understood: Understood) -> int:
    """Check the drafts as if they were in place; then tell, or write them all."""
    drafts, problems = understood.drafts, list(understood.problems)
    if not drafts and not _bad(problems):
        raise BuildError(f"{asked.source} holds no row to import; nothing was written.")
    files = _files(newest, register, drafts)
    checked = _checked(asked, newest, files) if drafts else []
    problems += [problem for problem in checked if _unreadable(problem)]
    later = [problem for problem in checked if not _unreadable(problem)]
    paste = register.shape == "list" and any((newest.location.folder / path).exists() for path in files)
    told = [*(report.rows(drafts) if asked.dry_run else ()), *understood.about, *report.missing(drafts)]
    for line in told:
        click.echo(visible(line), err=paste and not asked.dry_run)
    output.show_problems(later[:MOST_SHOWN], err=True)
    if len(later) > MOST_SHOWN:
        output.complain(
            f"and {plural(len(later) - MOST_SHOWN, 'more problem')} of the new records; `tieout check` shows them all."
        )
    if _bad(problems):
        return _stop(problems)
    output.show_problems(problems, err=True)
    count = plural(len(drafts), "record")
    if asked.dry_run:
        output.complain(f"{count} would be written, with {output.count(later)}; nothing was written.")
    elif paste:
        click.echo("".join(draft.text for draft in drafts), nl=False)
        output.complain(
            f"{count}: paste these lines at the end of {next(iter(files))}; no file is ever changed by a command."
        )
    else:
        write_new(newest.location.folder, files)
        for path in files:
            output.say(path)
        output.complain(
            f"{count} written, with {output.count(later)}; fill in what is missing, and look at each before you commit it."
        )
    return 1 if _bad(later) else 0


def _unreadable(problem: Problem) -> bool:
    return problem.code in UNREADABLE or problem.code.startswith("yaml-")


def _files(newest: Newest, register: Register, drafts: Iterable[Draft]) -> dict[str, bytes]:
    """By path below the folder of tieout.yml. Rows of a list make one file, which is only checked where it exists."""
    content = newest.config.content if newest.config else "."
    prefix = "" if content in {"", "."} else f"{content.rstrip('/')}/"
    if register.shape != "list":
        return {prefix + draft.path: draft.text.encode() for draft in drafts}
    here = newest.location.folder / prefix / register.path
    before = here.read_bytes().rstrip(b"\n") + b"\n" if here.is_file() else b""
    return {prefix + register.path: before.lstrip(b"\n") + "".join(draft.text for draft in drafts).encode()}


def _checked(asked: Asked, newest: Newest, files: Mapping[str, bytes]) -> list[Problem]:
    """What `tieout check` will say that it does not say now."""
    known = {str(problem) for problem in newest.problems}
    return [problem for problem in read_newest(asked.isms, files).problems if str(problem) not in known]
