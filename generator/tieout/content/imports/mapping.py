"""map.yml: what the columns and words of a table mean here. A person writes it; what it does not say is not guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from tieout.content.imports.tables import Table
from tieout.content.imports.targets import BODY, ID, Target
from tieout.problems import Problem, Source, error
from tieout.text import yaml
from tieout.text.words import human_list, suggest
from tieout.text.yaml import Parsed, Path, Value

DateOrder = Literal["day-first", "month-first", "iso", ""]
ORDERS = ("day-first", "month-first", "iso")
OPEN = "?"  # a place that the person has yet to decide
REST = "*"  # all other values
TABLE_PARTS = ("sheet", "header", "dates", "columns", "where_empty", "values", "people", "defaults", "leave_out")
POLICY_PARTS = ("defaults", "requirements")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What was written, and where."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by name of the column: paths of fields
    values: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)  # by path: word of the table -> value here
    where_empty: Mapping[str, str] = field(
        default_factory=dict
    )  # by path: column that fills it where its own says nothing
    people: Mapping[str, str] = field(default_factory=dict)  # name in the table: id; for all fields that name people
    defaults: Mapping[str, Value] = field(default_factory=dict)  # by path; for rows that say nothing
    dates: DateOrder = ""
    header: int = 0  # row of the names of the columns; 0 the first that is not empty
    sheet: str = ""
    leave_out: tuple[str, ...] = ()  # columns that are not to be kept
    requirements: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # of policies
    parsed: Parsed = field(default_factory=Parsed)
    file: Source = field(default_factory=Source)

    def place(self, *path: str | int) -> Source:
        """Where the name of a part is written."""
        where = self.parsed.keys.get(path)
        return (
            Source(path=self.file.path, line=where[0], column=where[1])
            if where
            else self.parsed.source(path, self.file)
        )


def parse(
    data: bytes, name: str, targets: Mapping[str, Target], parts: tuple[str, ...] = TABLE_PARTS
) -> tuple[ColumnMap, list[Problem]]:
    """What map.yml says, and what is wrong with it."""
    file = Source(path=name)
    parsed = yaml.parse(data, file)
    if any(problem.severity == "error" for problem in parsed.problems):
        return ColumnMap(), list(parsed.problems)
    reader = _Reader(parsed, file, targets)
    if not isinstance(parsed.value, dict):
        return ColumnMap(), [
            error("import-mapping", "the mapping is written as `columns:` with a line for each column", file)
        ]
    return reader.read(parsed.value, parts), [*parsed.problems, *reader.problems]


@dataclass(slots=True)
class _Reader:
    parsed: Parsed
    file: Source
    targets: Mapping[str, Target]
    problems: list[Problem] = field(default_factory=list)

    def read(self, given: dict[str, Value], parts: tuple[str, ...]) -> ColumnMap:
        for name in given:
            if name not in parts:
                self._tell(
                    f"{name}: unknown part{_meant(name, parts) or f'; there are {human_list(parts)}'}",
                    (name,),
                    name=True,
                )
        dates = given.get("dates") or ""
        if dates and dates not in ORDERS:
            self._tell(f"dates: '{dates}' is not one of {human_list(ORDERS, 'or')}", ("dates",))
        header = given.get("header") or 0
        if not isinstance(header, int) or isinstance(header, bool) or header < 0:
            self._tell("header: must be the number of a row", ("header",))
            header = 0
        return ColumnMap(
            columns=self._columns(given),
            values={path: dict(words) for path, words in self._groups(given, "values", known=True)},
            where_empty=self._where_empty(given),
            people=self._people(given),
            defaults=self._defaults(given),
            dates=cast("DateOrder", dates if dates in ORDERS else ""),
            header=header,
            sheet=self._text(given, "sheet"),
            leave_out=self._texts(given.get("leave_out"), ("leave_out",)),
            requirements={
                name: {old: self._texts(new, ("requirements", name, old)) for old, new in words.items()}
                for name, words in self._groups(given, "requirements", known=False)
            },
            parsed=self.parsed,
            file=self.file,
        )

    def _columns(self, given: dict[str, Value]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        taken: dict[str, str] = {}
        for column, value in self._group(given, "columns").items():
            paths = self._texts(value, ("columns", column))
            good = [path for path in paths if self._known(path, ("columns", column))]
            for path in good:
                if path != BODY and taken.setdefault(path, column) != column:
                    hint = f"; if this column is for its empty cells, write it below `where_empty`, as {path}: {column}"
                    self._tell(f"{column}: {path} is filled from '{taken[path]}' already{hint}", ("columns", column))
            found[" ".join(column.split())] = tuple(good)
        return found

    def _known(self, path: str, at: Path) -> bool:
        if path in {ID, BODY} or path in self.targets:
            return True
        inner = [name for name in self.targets if name.startswith(path + ".")]
        if path == OPEN:
            self._tell(f"{at[-1]}: decide which field it is, or delete the line to keep the column in the text", at)
        elif inner:
            self._tell(f"{at[-1]}: {path} is a group of fields; write {human_list(inner, 'or')}", at)
        else:
            self._tell(f"{at[-1]}: no field is called '{path}'{_meant(path, [ID, BODY, *self.targets])}", at)
        return False

    def _where_empty(self, given: dict[str, Value]) -> dict[str, str]:
        found: dict[str, str] = {}
        for path, column in self._group(given, "where_empty").items():
            at = ("where_empty", path)
            if column is not None and not isinstance(column, str):
                self._tell(f"where_empty: beside {path} stands the name of a column", at)
            elif self._path_known(path, at) and self._decided(column, at, "which column counts") and column:
                found[path] = " ".join(column.split())
        return found

    def _people(self, given: dict[str, Value]) -> dict[str, str]:
        people: dict[str, str] = {}
        for name, id_ in self._group(given, "people").items():
            if id_ is not None and not isinstance(id_, str):
                self._tell(f"people: the id of '{name}' is text", ("people", name))
            elif self._decided(id_, ("people", name)):
                people[name] = str(id_ or "")
        return people

    def _defaults(self, given: dict[str, Value]) -> dict[str, Value]:
        defaults = self._group(given, "defaults")
        return {
            path: value
            for path, value in defaults.items()
            if (path not in {ID, BODY} or self._not_default(path))
            and self._path_known(path, ("defaults", path))
            and self._decided(value, ("defaults", path))
        }

    def _not_default(self, path: str) -> bool:
        self._tell(f"defaults: {path} is different for each row; map a column to it", ("defaults", path), name=True)
        return False

    def _groups(self, given: dict[str, Value], part: str, *, known: bool) -> Iterator[tuple[str, dict[str, Value]]]:
        for path, words in self._group(given, part).items():
            if known and not self._path_known(path, (part, path)):
                continue
            if not isinstance(words, dict):
                self._tell(f"{part}: below {path} stands a line for each word", (part, path))
                continue
            yield path, {word: value for word, value in words.items() if self._decided(value, (part, path, word))}

    def _path_known(self, path: str, at: Path) -> bool:
        if path in self.targets:
            return True
        self._tell(f"{at[0]}: no field is called '{path}'{_meant(path, self.targets)}", at, name=True)
        return False

    def _decided(self, value: Value, at: Path, what: str = "what it is here") -> bool:
        if value == OPEN:
            self._tell(f'{at[-1]}: decide {what}, or write "" to leave the field out', at)
        return value != OPEN

    def _group(self, given: dict[str, Value], part: str) -> dict[str, Value]:
        value = given.get(part)
        if value is not None and not isinstance(value, dict):
            self._tell(f"{part}: must be a group of lines", (part,))
        return value if isinstance(value, dict) else {}

    def _texts(self, value: Value, at: Path) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else [] if value is None or value == "" else [value]
        if not all(isinstance(one, str) for one in listed):
            self._tell(f"{at[-1]}: must be text, or a list of texts", at)
        return tuple(one for one in listed if isinstance(one, str))

    def _text(self, given: dict[str, Value], part: str) -> str:
        return next(iter(self._texts(given.get(part), (part,))), "")

    def _tell(self, message: str, at: Path, *, name: bool = False) -> None:
        where = self.parsed.keys.get(at) if name else None
        place = (
            Source(path=self.file.path, line=where[0], column=where[1]) if where else self.parsed.source(at, self.file)
        )
        self.problems.append(error("import-mapping", message, place))


def _meant(word: str, choices: object) -> str:
    listed = list(cast("list[str]", choices))
    near = suggest(word, listed)
    return f" (did you mean '{near}'?)" if near else ""


def check_columns(given: ColumnMap, table: Table) -> list[Problem]:
    """Columns that the mapping names and the table does not have."""
    problems = []
    named = [(column, given.place("columns", written)) for column, written in _as_written(given)]
    named += [
        (column, given.parsed.source(("where_empty", path), given.file)) for path, column in given.where_empty.items()
    ]
    named += [(column, given.parsed.source(("leave_out", at), given.file)) for at, column in enumerate(given.leave_out)]
    for column, place in named:
        if column not in table.columns:
            near = suggest(column, table.columns)
            hint = f" (did you mean '{near}'?)" if near else f"; they are named in row {table.header}"
            problems.append(error("import-mapping", f"the table has no column '{column}'{hint}", place))
    return problems


def _as_written(given: ColumnMap) -> Iterator[tuple[str, str]]:
    value = given.parsed.value
    columns = value.get("columns") if isinstance(value, dict) else None
    for written in columns if isinstance(columns, dict) else ():
        yield " ".join(written.split()), written
