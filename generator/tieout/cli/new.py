"""`tieout new`."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click

from tieout.build.newest import Newest, read_newest
from tieout.cli import output
from tieout.cli.author import own_record
from tieout.content import drafts, starts
from tieout.content.registers import file_id
from tieout.model.fields import FieldNote, fields_of
from tieout.model.registers import REGISTERS, Register
from tieout.output.newfiles import write_new
from tieout.problems import BuildError, Source
from tieout.repos import names
from tieout.text import words, yaml

# Days that are today's when a record begins.
_TODAY = frozenset({"opened", "raised"})


@click.command(name="new")
@click.argument("kind")
@click.argument("title")
@output.isms_option
@click.option(
    "--owner", default="", help="Id of the person or squad that owns it [default: you, by your e-mail address]."
)
def command(kind: str, title: str, isms: Path, owner: str) -> int:
    """Begin a record: the next free id, and every field explained.

    KIND is a register: risk, risks or RSK. A register with a file for each record gets a new file; of one that is a
    list the lines to paste are printed, since no file is ever changed.
    """
    register = find_register(kind)
    if not drafts.clean(title).strip():
        raise BuildError("the title is empty; name the record in a few words.")
    newest = read_newest(isms)
    if newest.config is None:
        output.show_problems(newest.problems, err=True)
        raise BuildError("tieout.yml cannot be read; mend it first.")
    today = datetime.now().astimezone().date()
    fields = begin(register, " ".join(title.split()), owner or own_record(newest, register), today)
    id_ = drafts.next_id(register, taken_ids(newest, register), title, today.year)
    return _write(newest, register, id_, fields)


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
    if wanted in called:
        return called[wanted]
    near = words.suggest(wanted, called)
    hint = f"did you mean '{near}'?" if near else f"there are {words.human_list(sorted(one.kind for one in REGISTERS))}"
    raise BuildError(f"no register is called '{kind}' ({hint}).")


def begin(register: Register, title: str, owner: str, today: date) -> dict[str, yaml.Value]:
    """What is known of a record that begins: its title, its owner, its first status, and today where that is meant."""
    fields: dict[str, yaml.Value] = {}
    for note in fields_of(register.model):
        if note.name in {"title", "name"}:
            fields[note.name] = title
        elif note.required:
            fields[note.name] = _first(note, owner, today)
    return fields


def _first(note: FieldNote, owner: str, today: date) -> yaml.Value:
    if note.name == "owner":
        return owner or None
    if note.name == "status" and note.choices:
        return note.choices[0]
    return today.isoformat() if note.name in _TODAY else None


def taken_ids(newest: Newest, register: Register) -> set[str]:
    """All ids that the register has, and had in any commit of any branch that is here: none is given twice."""
    content = newest.config.content if newest.config else "."
    place = register.path if content in {"", "."} else f"{content}/{register.path}"
    found = {record.id for record in newest.isms.register(register.name).values()}
    folder, prefix = newest.location.folder, newest.location.prefix
    if register.shape == "folder":
        there = (path.relative_to(folder).as_posix() for path in (folder / place).rglob("*") if path.is_file())
        paths = {*there, *names.read_names(folder, prefix, place)}
        return found | {id_ for path in paths if (id_ := file_id(register, path)[0])}
    here = folder / place
    versions = [*names.read_versions(folder, place), *([here.read_bytes()] if here.is_file() else [])]
    return found | {id_ for data in versions for id_ in _rows(data)}


def _rows(data: bytes) -> Iterable[str]:
    value = yaml.parse(data, Source(), own=False).value
    for row in value if isinstance(value, list) else []:
        if isinstance(row, dict):
            yield from (id_ for name in ("id", "power", "check") if isinstance(id_ := row.get(name), str))


def _shown(path: Path) -> str:
    """As short as it can be typed from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _schema_line(folder: Path, path: str, register: Register) -> str:
    """For editors, where the schemas lie beside tieout.yml as `tieout init` writes them. Not for front matter."""
    schema = f"{starts.SCHEMAS}/{register.name}.json"
    if path.endswith(".md") or not (folder / schema).is_file():
        return ""
    return f"# yaml-language-server: $schema={'../' * path.count('/')}{schema}\n"


def _write(newest: Newest, register: Register, id_: str, fields: dict[str, yaml.Value]) -> int:
    folder = newest.location.folder
    content = newest.config.content if newest.config else "."
    name = drafts.file_name(register, id_, str(fields.get("title") or fields.get("name") or ""))
    path = name if content == "." else f"{content}/{name}"
    if register.shape == "list":
        text = drafts.render_row(register, id_, fields, explained=True)
        if (folder / path).exists():
            click.echo(text, nl=False)
            output.complain(
                f"paste these lines at the end of {_shown(folder / path)}; no file is ever changed for you."
            )
            return 0
    elif register.shape == "single" and (folder / path).exists():
        raise BuildError(f"there is one {register.kind}, and it is written in {_shown(folder / path)}; edit it there.")
    else:
        text = drafts.render_record(register, fields, explained=True, form=name.rpartition(".")[2])
    write_new(folder, {path: (_schema_line(folder, path, register) + text).encode()})
    output.say(_shown(folder / path))
    output.complain(f"{id_}: fill in what is empty; `tieout check` names it.")
    return 0
