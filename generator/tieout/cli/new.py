"""`tieout new`."""

from datetime import date, datetime
from pathlib import Path

import click

from tieout.build.newest import Newest
from tieout.cli import output
from tieout.cli.author import own_id
from tieout.cli.registers import find_register, path_of, standing, taken_ids
from tieout.content import drafts, new_ids, starts
from tieout.model.fields import FieldNote, fields_of
from tieout.model.registers import Register
from tieout.output.newfiles import write_new
from tieout.problems import BuildError
from tieout.text import yaml, yaml_lines

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
    if not yaml_lines.clean(title).strip():
        raise BuildError("the title is empty; name the record in a few words.")
    newest = standing(isms)
    today = datetime.now().astimezone().date()
    fields = begin(register, " ".join(title.split()), owner or own_id(newest, register), today)
    id_ = new_ids.next_id(register, taken_ids(newest, register), title, today.year)
    return _write(newest, register, id_, fields)


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
    name = new_ids.file_name(register, id_, str(fields.get("title") or fields.get("name") or ""))
    path = path_of(newest, name)
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
