"""The pages of docs/reference/ that are made from the code's own definitions: `python -m tieout.cli.reference DIRECTORY`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tieout import checks
from tieout.cli import explain
from tieout.cli.own_checks_page import own_checks_page
from tieout.codes import CODES
from tieout.config import Settings
from tieout.metrics.measured import FEW
from tieout.model.checks import Check
from tieout.model.fields import FieldNote, fields_of
from tieout.model.measures import MEASURES, Measure
from tieout.model.records import Part
from tieout.model.registers import BY_NAME, REGISTERS, Register
from tieout.output import files, schemas
from tieout.text.words import human_list

NOTE = "<!-- made by `make docs` from the code; edits here are overwritten -->\n"


def problems() -> str:
    """Every problem code with its meaning and remedy."""
    rows = "\n".join(
        f"## {name}\n\n{code.meaning}\n\n```text\n{code.example}\n```\n\nRemedy: {code.remedy}\n"
        for name, code in sorted(CODES.items())
    )
    return f"{NOTE}\n# Problems\n\n{len(CODES)} codes. `tieout explain CODE` prints the same.\n\n{rows}"


def checks_page() -> str:
    """Every check as its declaration says."""
    head = f"{NOTE}\n# Checks\n\n{len(checks.CHECKS)} checks. `tieout explain CHECK` prints the same; [outcomes.md](outcomes.md) shows what each says, outcome by outcome.\n"
    return "\n".join((head, *map(described, checks.CHECKS.values())))


def described(check: Check) -> str:
    table = "\n".join(f"| {name} | {words} |" for name, words in explain.facts(check).items())
    return f"## {check.id} ({check.number})\n\n{check.title}.\n\n| | |\n|---|---|\n{table}\n"


def registers_page() -> str:
    """Every register and field, with who may see it."""
    head = f"""{NOTE}
# Registers

{len(REGISTERS)} registers, below the content folder that tieout.yml names. A record of a folder is a Markdown file whose
front matter holds its fields (or a YAML file where it needs no prose), and its id is the beginning of the file's name.
A record of a list is a row of one YAML file, and begins with its id. An unknown field is an error.

Ids of other records are links. A link is written on one side; the other is worked out. Days are written 2026-06-05, times
2026-06-27T19:58Z, durations 90d, 3mo, 1y or 4h. A single id needs no brackets. When a record was made, changed and
approved, and by whom, is never written: it comes from Git.

*Seen by* says who may be handed a field when a record leaves the house: anybody, a regulator, or nobody. The text below
the front matter is internal.

| register | where | id |
|---|---|---|
"""
    rows = "\n".join(f"| [{one.name}](#{one.name}) | `{one.path}` | {_id_form(one)} |" for one in REGISTERS)
    return f"{head}{rows}\n\n" + "\n".join(map(_register, REGISTERS))


def _id_form(register: Register) -> str:
    if register.shape == "single":
        return "one file"
    if register.shape == "list":
        return f"`{register.row_id}: {register.prefix}-…`" if register.prefix else f"`{register.row_id}:` a name"
    return f"`{register.prefix}-007-in-a-few-words.md`" if register.prefix else "`a-name.md`"


def _register(register: Register) -> str:
    return f"## {register.name}\n\n{_told(register.model)}\n\n{_fields(register.model)}\n"


def _told(model: type[Part]) -> str:
    return " ".join((model.__doc__ or "").split())


def _fields(model: type[Part]) -> str:
    head = "| field | | what it is | says | seen by |\n|---|---|---|---|---|\n"
    return head + "\n".join(_rows(model, ""))


def _rows(model: type[Part], before: str) -> Iterator[str]:
    for field in fields_of(model):
        need = _need(field, within=bool(before)) or (f"`{field.default}`" if field.default else "")
        yield f"| `{before}{field.name}` | {need} | {_kind(field)} | {field.explanation} | {_SEEN[field.visibility]} |"
        if field.part:
            yield from _rows(field.part, f"{before}{field.name}.")


def _need(field: FieldNote, *, within: bool) -> str:
    """A field of a group is needed only where there is the group."""
    return ("needed in it" if within else "required") if field.required else ""


_SEEN = {"public": "anybody", "regulator": "regulator", "internal": "nobody outside"}


def _kind(field: FieldNote) -> str:
    linked = [f"[{to}](#{to})" for to in field.links if to in BY_NAME]
    also = f"; also read as {human_list(field.also, 'or')}" if field.also else ""
    return field.kind + (f" of {human_list(linked, 'or')}" if linked else "") + also


def configuration_page() -> str:
    """Every setting of tieout.yml."""
    head = f"""{NOTE}
# tieout.yml

{_told(Settings)} It stands in the folder that is the ISMS: the top of its own repository, or a folder of a larger one.
The name `isms` stands for the repository that it lies in. An unknown field is an error. What review records look like is
told in [review-records.md](review-records.md), deployment records in [deployments.md](deployments.md)
and run records in [run-records.md](run-records.md); how CI files are read, in [pipelines.md](pipelines.md), and manifests and other
contents, in [contents.md](contents.md).

| field | | what it is | says |
|---|---|---|---|
"""
    return head + "\n".join(_settings(Settings, "")) + "\n"


def _settings(model: type[Part], before: str) -> Iterator[str]:
    for field in fields_of(model):
        need = _need(field, within=bool(before)) or (f"`{field.default}`" if field.default and not field.part else "")
        yield f"| `{before}{field.name}` | {need} | {field.kind} | {field.explanation} |"
        if field.part:
            each = "<name>." if field.kind.startswith("group:") else ""
            yield from _settings(field.part, f"{before}{field.name}.{each}")


def measures_page() -> str:
    """Every figure that is counted, with the ids that a metric of the register may name."""
    head = f"""{NOTE}
# Measures

{len(MEASURES)} measures. Each figure is shown with what it was counted from: n of N, or a quantile that occurred (nearest rank). "No data"
is never a zero, and below {FEW} items the items stand in place of a rate. Figures are of services, never of persons.

A metric of the register ([registers.md](registers.md#metrics)) gives a figure a name and a target (`measure: F2/median`, `target: <= 2 days`), or brings
numbers of its own from a CSV file. A target is compared where it can be: a sign, a number and, for a length of time, its unit; for a share `>= 90 of 100`;
for numbers of your own `<= 5 a quarter`, by the last whole quarter. Nothing is reached by what was left out: a quarter with a month without a row, a repository that was
not read, or changes that cannot be told make *cannot tell* of *reached*.

"""
    return head + "\n".join(map(_measure, MEASURES.values()))


def _measure(measure: Measure) -> str:
    ids = "\n".join(f"| `{measure.id}{'/' if part else ''}{part}` | {title} |" for part, title in measure.parts.items())
    limit = f"\n\nWhat it cannot say: {measure.limit}" if measure.limit else ""
    told = f"{measure.definition}\n\nCounted from: {measure.source}.{limit}"
    return f"## {measure.id} {measure.title}\n\n{told}\n\n| id | figure |\n|---|---|\n{ids}\n"


def own_checks() -> str:
    """What a check of the operator's own may ask."""
    return f"{NOTE}{own_checks_page()}"


PAGES = {
    "measures.md": measures_page,
    "problems.md": problems,
    "checks.md": checks_page,
    "registers.md": registers_page,
    "own-checks.md": own_checks,
    "configuration.md": configuration_page,
}


def write(folder: Path) -> None:
    """Writes each page and schema that changed."""
    files.write(folder, {name: make().encode() for name, make in PAGES.items()})
    files.write(folder / "schemas", schemas.render())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
