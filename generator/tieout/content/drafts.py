"""The text of records that do not exist yet: what `init`, `new` and `import` write. Pure; reads and writes no file."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tieout.model.fields import FieldNote, fields_of
from tieout.model.registers import Register
from tieout.text import yaml_lines
from tieout.text.words import human_list
from tieout.text.yaml import Value

_FORMS = MappingProxyType(
    {"day": "(day: 2026-11-30)", "time": "(time: 2026-11-30T14:05Z)", "duration": "(such as 90d, 3mo or 1y)"}
)


def render_record(
    register: Register, fields: Mapping[str, Value], body: str = "", *, explained: bool = False, form: str = "md"
) -> str:
    """One record as a file: Markdown with front matter, or plain YAML with `form` "yml".

    `fields` are by the names a person writes, in the order in which they are to stand; None is a field left empty.
    `explained` puts above each what it means, and below all the fields that could be added.
    """
    lines = "".join(_explained(register, fields) if explained else yaml_lines.fields(fields))
    if form != "md":
        return lines
    text = yaml_lines.clean(body).strip("\n")
    return f"---\n{lines}---\n" + (f"{text}\n" if text else "")


def render_row(register: Register, id_: str, fields: Mapping[str, Value], *, explained: bool = False) -> str:
    """One row of a register that is a list, ending with a line feed. Rows are joined as they are."""
    row = {register.row_id: id_, **fields}
    lines = "".join(_explained(register, row) if explained else yaml_lines.fields(row))
    return "- " + "".join(line if line == "\n" else f"  {line}" for line in lines.splitlines(keepends=True))[2:]


def _explained(register: Register, fields: Mapping[str, Value]) -> Iterator[str]:
    """The fields, each below its explanation; what is needed and not given is left empty, the rest stands as comments."""
    known = {note.name: note for note in fields_of(register.model)}
    wanted = [name for name, note in known.items() if note.required or name in fields]
    for name in dict.fromkeys((*(name for name in fields if name not in known), *wanted)):
        value = fields.get(name)
        if name in known:
            yield from _comment(known[name], register)
        yield from yaml_lines.fields({name: _blank(known[name]) if value is None and name in known else value})
    rest = [note for name, note in known.items() if name not in wanted]
    if rest:
        yield "#\n# What else can be said. To use a line, take away the # and the space in front of it.\n"
    for note in rest:
        yield "#\n"
        yield from (f"# {line}" for line in _comment(note, register))
        yield from (
            f"# {line}" for text in yaml_lines.fields({note.name: _blank(note)}) for line in text.splitlines(True)
        )


def _blank(note: FieldNote) -> Value:
    """A field to be filled in: one group with the names of what it needs, or nothing."""
    if note.part is None or note.many or note.kind != "group of fields":
        return None
    inner = [one.name for one in fields_of(note.part) if one.required] or [one.name for one in fields_of(note.part)]
    return dict.fromkeys(inner)


def _comment(note: FieldNote, register: Register) -> Iterator[str]:
    hint = _hint(note)
    said = f"{note.explanation}{' ' if note.explanation and hint else ''}{hint}"
    yield from (f"# {line}\n" for line in yaml_lines.wrapped(said or f"The {note.name} of the {register.kind}."))


def _hint(note: FieldNote) -> str:
    """What may be written: words, a form, the registers whose ids are meant, what each of several groups holds."""
    if note.choices:
        return f"({note.kind})"
    if note.links:
        meant = human_list(note.links, "or")
        return f"({note.kind}: {meant})"
    if note.part is not None:
        inner = ", ".join(one.name if one.required else f"{one.name}?" for one in fields_of(note.part))
        return f"({note.kind}: {inner})"
    if note.kind == "text" or "such as" in note.explanation:
        return ""
    return _FORMS.get(note.kind, f"({note.kind})")
