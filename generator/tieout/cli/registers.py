"""What `new` and `import` ask before a record begins: the register that is meant, its free ids, where its files lie."""

from collections.abc import Iterable
from pathlib import Path

from tieout.build.newest import Newest, read_newest
from tieout.cli import output
from tieout.content.registers import file_id
from tieout.model.registers import REGISTERS, Register
from tieout.problems import BuildError, Source
from tieout.repos import names
from tieout.text import words, yaml

_VENDORS = ("vendor", "vendors")  # as many call a supplier


def standing(isms: Path) -> Newest:
    """The ISMS as it lies there.

    Raises:
        BuildError: there is none, or its tieout.yml cannot be read.
    """
    newest = read_newest(isms)
    if newest.config is None:
        output.show_problems(newest.problems, err=True)
        raise BuildError("tieout.yml cannot be read; mend it first.")
    return newest


def find_register(kind: str) -> Register:
    """The register that a person means by its name, its singular, its prefix or its file.

    Raises:
        BuildError: none is called so.
    """
    wanted = kind.strip().lower().replace("-", " ")
    called: dict[str, Register] = {}
    for register in REGISTERS:
        for name in (register.name, register.kind, register.prefix, register.path.partition(".")[0]):
            called.setdefault(name.lower().replace("-", " "), register)
    called.pop("", None)
    called |= dict.fromkeys(_VENDORS, called["suppliers"])
    if wanted in called:
        return called[wanted]
    near = words.suggest(wanted, called)
    hint = f"did you mean '{near}'?" if near else f"there are {words.human_list(sorted(one.kind for one in REGISTERS))}"
    raise BuildError(f"no register is called '{kind}' ({hint}).")


def path_of(newest: Newest, inside: str) -> str:
    """Below the folder of tieout.yml, for a path below the content folder."""
    return f"{newest.config.below if newest.config else ''}{inside}"


def taken_ids(newest: Newest, register: Register) -> set[str]:
    """All ids that the register has, and had in any commit of any branch that is here: none is given twice."""
    place = path_of(newest, register.path)
    found = {record.id for record in newest.isms.register(register.name).values()}
    folder, prefix = newest.location.folder, newest.location.prefix
    if register.shape == "folder":
        there = (path.relative_to(folder).as_posix() for path in (folder / place).rglob("*") if path.is_file())
        paths = {*there, *names.read_names(folder, prefix, place)}
        return found | {id_ for path in paths if (id_ := file_id(register, path)[0])}
    here = folder / place
    versions = [*names.read_versions(folder, place), *([here.read_bytes()] if here.is_file() else [])]
    return found | {id_ for data in versions for id_ in _rows(register, data)}


def _rows(register: Register, data: bytes) -> Iterable[str]:
    value = yaml.parse(data, Source(), own=False).value
    for row in value if isinstance(value, list) else []:
        if isinstance(row, dict):
            yield from (id_ for name in ("id", register.row_id) if isinstance(id_ := row.get(name), str))
