"""Checks that the operator declares: a population, and conditions that name a field, an operator and a value."""

from typing import Annotated, Literal

from tieout.model.checks import Stage
from tieout.model.links import to
from tieout.model.records.basics import Part, Record, Some, Text

Operator = Literal[
    "is",
    "is-not",
    "one-of",
    "contains",
    "matches",
    "at-least",
    "at-most",
    "present",
    "absent",
    "before",
    "after",
    "within",
]


class Condition(Part):
    """One thing that is asked of an item. It names a field of the item or, of a repository, a file."""

    field: str = ""
    """The field that is looked at, of those that the population has."""
    file: str = ""
    """The path of a file of the repository, or a pattern: then every file that it means is looked at."""
    at: str = ""
    """The place of a value in a YAML or JSON file, with full stops between its names, such as `replicas.min` or `jobs.0.image`."""
    operator: Operator
    """What is asked of it."""
    value: str | int | bool | tuple[str | int, ...] | None = None
    """What it is compared with; a list for `one-of`, nothing for `present` and `absent`."""


class OwnCheck(Record):
    """A check of your own. The id, written as `check`, is its name, which controls and exceptions use as `check:name`."""

    over: Text
    """What is judged: changes, deployments, repositories, or the records of a register, such as suppliers."""
    where: tuple[Condition, ...] = ()
    """Conditions that an item has to meet to be judged at all; the check does not apply to the others."""
    passes_when: tuple[Condition, ...]
    """Conditions that all have to hold."""
    stage: Stage
    """The stage of the pipeline at which it is asked."""
    annex_a: Annotated[Some, to("annex")]
    """The controls of Annex A that it usually supports."""
    proves: str = ""
    """What it shows where it passes, in a sentence; left out, that the facts say what is asked."""
    cannot_prove: Text
    """What a reader might take it to show, and it does not."""
    remedy: Text
    """What to do about an item that fails."""
