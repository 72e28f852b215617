"""`tieout import`."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from pathlib import Path

import click

from tieout.build.newest import Newest, read_newest
from tieout.cli import output
from tieout.cli.registers import find_register, path_of, standing, taken_ids
from tieout.content import catalogue, shipped
from tieout.content.imports import (
    comply,
    csvfile,
    drafting,
    mapping,
    proposal,
    report,
    retelling,
    tables,
    targets,
    workbook,
)
from tieout.content.imports.drafting import Draft, Place
from tieout.content.imports.mapping import ColumnMap
from tieout.content.imports.names import names_of
from tieout.content.imports.retelling import Placed
from tieout.content.imports.sheets import Sheet
from tieout.content.imports.values import Reading
from tieout.model.registers import Register
from tieout.output.newfiles import write_new
from tieout.problems import BuildError, Problem, Source, error
from tieout.text.words import human_list, plural, visible

POLICIES = "policies"
_ID = re.compile(r"^[A-Z]+(?:-[0-9]+)+-?")
MOST_POLICIES = 2_000
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls"})
TABLES = frozenset({*WORKBOOKS, ".csv", ".tsv", ".tab", ".txt", ""})
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
    register = find_register(kind)
    if register.name == POLICIES:
        return _import_policies(asked, register)
    if register.name not in proposal.SYNONYMS:
        raise BuildError(
            f"'{kind}' cannot be imported; write {human_list(sorted([*proposal.SYNONYMS, POLICIES]), 'or')}."
        )
    return _import_table(asked, register)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(csvfile.MOST_BYTES + 1)
    except OSError as fault:
        raise BuildError(f"{path} cannot be read: {fault.strerror}.") from None


def _stop(problems: Iterable[Problem]) -> int:
    listed = list(problems)
    output.show_problems(listed, err=True)
    output.complain(f"{output.count(listed)}; nothing was written.")
    return 1


def _bad(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


# --- tables --------------------------------------------------------------------------------------------------------


def _import_table(asked: Asked, register: Register) -> int:
    newest = standing(asked.isms)
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
        click.echo(visible(proposal.render(table, register, names_of(newest.isms), _words(newest))), nl=False)
        output.complain(f"{plural(len(table.rows), 'row')} below row {table.header}; {asked.again}")
        return 1 if _bad(problems) else 0
    problems += mapping.check_columns(given, table)
    if _bad(problems):
        return _stop(problems)
    place = Place(register, frozenset(taken_ids(newest, register)), _year())
    scale = {name: len(words) for name, words in _words(newest).items()}
    drafts, found = drafting.draft(table, Reading(given, names_of(newest.isms), scale), place)
    about = tuple(report.columns(table, given))
    return _finish(asked, newest, register, Understood(drafts, [*problems, *found], given, about))


def _sheet(asked: Asked, wanted: str) -> tuple[Sheet | None, list[Problem]]:
    data, name, ending = _read(asked.source), asked.source.name, asked.source.suffix.lower()
    if ending not in TABLES:
        message = f"a file that ends in {ending} is no table that is read; copy the table into a spreadsheet, and save it as CSV or XLSX"
        return None, [error("import-unreadable", message, Source(path=name))]
    if ending in WORKBOOKS or data.startswith(b"PK\3\4"):
        return workbook.parse(data, name, wanted)
    return csvfile.parse(data, name, asked.encoding)


def _words(newest: Newest) -> dict[str, tuple[str, ...]]:
    """The words of the risk method, from the lowest to the highest; nothing without a method."""
    scale = newest.isms.method.scale if newest.isms.method else None
    return {"likelihood": scale.likelihood, "impact": scale.impact} if scale else {}


def _year() -> int:
    return datetime.now().astimezone().year


# --- policies ------------------------------------------------------------------------------------------------------


def _import_policies(asked: Asked, register: Register) -> int:
    newest = standing(asked.isms)
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
    return _finish(asked, newest, register, Understood(drafts, [*problems, *more], given))


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
    given: ColumnMap
    about: tuple[str, ...] = ()  # what becomes of each column


def _finish(asked: Asked, newest: Newest, register: Register, understood: Understood) -> int:
    """Check the drafts as if they were in place; then tell, or write them all."""
    drafts, problems = understood.drafts, list(understood.problems)
    if not drafts and not _bad(problems):
        raise BuildError(f"{asked.source} holds no row to import; nothing was written.")
    files = _files(newest, register, drafts)
    _refuse_repeated(asked, newest, register, files)
    # What a cell that cannot be read leaves empty is not missing: the records are looked at once all cells are read.
    stops, later = ([], []) if _bad(problems) else _check(asked, newest, register, files, understood)
    rows = {} if register.shape == "list" else dict(zip(files, (draft.row for draft in drafts), strict=True))
    problems += [_with_row(problem, rows, asked.source.name) for problem in stops]
    paste = register.shape == "list" and any((newest.location.folder / path).exists() for path in files)
    told = [
        *(report.rows(drafts) if asked.dry_run else ()),
        *understood.about,
        *report.instead(drafts),
        *report.missing(drafts),
    ]
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


def _refuse_repeated(asked: Asked, newest: Newest, register: Register, files: Iterable[str]) -> None:
    """Numbered records get the next free numbers, so a table that is imported twice would be there twice without a clash."""
    new = {_words_of(path) for path in files}
    folder = newest.location.folder / (newest.config.content if newest.config else ".") / register.path
    if (
        register.shape == "folder"
        and register.prefix
        and new <= {_words_of(path.name) for path in folder.rglob("*.md")} - {""}
    ):
        raise BuildError(
            f"{folder.name}/ has a record for each row of {asked.source} already, as after an import of the same table; "
            "nothing was written. Delete those records, or leave out the rows."
        )


def _words_of(path: str) -> str:
    """What stands behind the id in the name of a file."""
    return _ID.sub("", path.rpartition("/")[2])


def _with_row(problem: Problem, rows: Mapping[str, int], name: str) -> Problem:
    """The file that it names was never written, so the row that it would have come from is said too."""
    row = rows.get(problem.source.path, 0)
    return replace(problem, message=f"{problem.message} (row {row} of {visible(name)})") if row else problem


def _unreadable(problem: Problem, draft: Draft | None, known: Container[str]) -> bool:
    """Whether a record cannot be read; fields of one that was read and do not go together are for a person to judge."""
    if problem.code == "invalid-value":
        return draft is None or draft.id not in known
    return problem.code in UNREADABLE or problem.code.startswith("yaml-")


def _files(newest: Newest, register: Register, drafts: Iterable[Draft]) -> dict[str, bytes]:
    """By path below the folder of tieout.yml. Rows of a list make one file, which is only checked where it exists."""
    if register.shape != "list":
        return {path_of(newest, draft.path): draft.text.encode() for draft in drafts}
    path = path_of(newest, register.path)
    here = newest.location.folder / path
    before = here.read_bytes().rstrip(b"\n") + b"\n" if here.is_file() else b""
    return {path: before.lstrip(b"\n") + "".join(draft.text for draft in drafts).encode()}


def _placed(register: Register, files: Mapping[str, bytes], drafts: Sequence[Draft]) -> dict[str, list[Placed]]:
    """Where each draft stands in the files."""
    if register.shape != "list":
        return {path: [Placed(draft)] for path, draft in zip(files, drafts, strict=True)}
    [(path, data)] = files.items()
    lengths = [draft.text.count("\n") for draft in drafts]
    first = data.count(b"\n") - sum(lengths) + 1
    starts = accumulate(lengths[:-1], initial=first)
    return {path: [Placed(draft, line) for draft, line in zip(drafts, starts, strict=True)]}


def _check(
    asked: Asked, newest: Newest, register: Register, files: Mapping[str, bytes], understood: Understood
) -> tuple[list[Problem], list[Problem]]:
    """What `tieout check` will say that it does not say now: what stops the import, and what is mended afterwards."""
    placed = _placed(register, files, understood.drafts)
    after = read_newest(asked.isms, files)
    known = {str(problem) for problem in newest.problems}
    found = [problem for problem in after.problems if str(problem) not in known]
    ids = after.isms.register(register.name)
    stops: list[Problem] = []
    later: list[Problem] = []
    for one in found:
        (stops if _unreadable(one, retelling.draft_at(one, placed), ids) else later).append(one)
    return retelling.once(stops, placed, understood.given), retelling.once(later, placed, understood.given)
