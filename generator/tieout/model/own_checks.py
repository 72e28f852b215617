"""What a check that the operator declares may ask: the fields of each population, and the operators that fit a field.

The lists are closed. What a field holds is read in `checks.declared`; nothing here looks at a fact.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from tieout.model.fields import FieldNote, fields_of
from tieout.model.records import Part
from tieout.model.registers import BY_NAME, REGISTERS

Kind = Literal["text", "texts", "number", "yes-no", "day", "duration", "grade", "parts", "any"]
AS_OF = "as-of"  # in the place of a day: the day of the audit
GRADES = ("none", "stated", "two-names", "recorded", "signed", "process")

KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "text": "text",
        "texts": "list of texts",
        "number": "whole number",
        "yes-no": "yes or no",
        "day": "day",
        "duration": "length of time",
        "grade": "grade",
        "parts": "group of fields, or several",
        "any": "whatever stands there",
    }
)
OPERATORS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        "is": ("text", "number", "yes-no", "day", "grade", "any"),
        "is-not": ("text", "number", "yes-no", "day", "grade", "any"),
        "one-of": ("text", "texts", "number", "any"),
        "contains": ("text", "texts", "any"),
        "matches": ("text", "texts", "any"),
        "at-least": ("number", "grade", "texts", "parts", "any"),
        "at-most": ("number", "grade", "texts", "parts", "any"),
        "present": ("text", "texts", "number", "yes-no", "day", "duration", "grade", "parts", "any"),
        "absent": ("text", "texts", "number", "yes-no", "day", "duration", "grade", "parts", "any"),
        "before": ("day",),
        "after": ("day",),
        "within": ("day", "duration"),
    }
)
OPERATOR_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "is": "It is the value.",
        "is-not": "It is known, and is not the value.",
        "one-of": "It is one of the values; of a list, one of its texts is.",
        "contains": "The text has the value in it; of a list, one of its texts is the value.",
        "matches": "The whole text fits the shell pattern (`*`, `?`, `[abc]`); of a list, one of its texts does. "
        "Paths are compared as in CODEOWNERS, where `*` stays within a folder and `**` does not.",
        "at-least": "The number is the value or more; of a list or of groups, there are so many; a grade is that or a better one.",
        "at-most": "The number is the value or less; of a list or of groups, there are no more; a grade is that or a lesser one.",
        "present": "There is something. Takes no value.",
        "absent": "There is nothing, and that is known. Takes no value.",
        "before": "The day is earlier than the value: a day, or `as-of` for the day of the audit.",
        "after": "The day is later than the value: a day, or `as-of` for the day of the audit.",
        "within": "The day lies no longer than this before the audit, and not after it; a length of time is this or shorter.",
    }
)


class Fact(NamedTuple):
    """One field of a population."""

    name: str
    kind: Kind
    words: str


_CHANGES = (
    Fact("repository", "text", "The repository that it entered."),
    Fact("services", "texts", "The services that it belongs to."),
    Fact("tier", "number", "The tier of the strictest of these services."),
    Fact("subject", "text", "Its title, without the forge's frame."),
    Fact("body", "text", "What its message says below the title."),
    Fact("kind", "text", "How it came: merge, squash, rebase, direct or root."),
    Fact("branch", "text", "The merged branch, as the message of the merge names it."),
    Fact("reference", "text", "The forge's number of its proposal, such as #412."),
    Fact("tickets", "texts", "The tickets that it names."),
    Fact("paths", "texts", "The paths that it changed."),
    Fact("high-risk-paths", "texts", "Those of them that a service calls high-risk."),
    Fact("criteria", "texts", "The criteria that make it high-risk."),
    Fact("high-risk", "yes-no", "Whether it touches high-risk paths or meets a criterion."),
    Fact("control-plane", "yes-no", "Whether it touches CI files, code owners or registers."),
    Fact("automated", "yes-no", "Whether declared robots alone made it."),
    Fact("emergency", "yes-no", "Whether it is marked as an emergency."),
    Fact("reverted", "yes-no", "Whether a later change says that it takes it back."),
    Fact("authors-count", "number", "How many people and robots wrote it; unknown where only its message tells."),
    Fact(
        "approvals-count",
        "number",
        "How many known people who are none of its authors approved it before it entered the branch.",
    ),
    Fact("approval-grade", "grade", "How well the best of these approvals is known."),
    Fact("signed", "yes-no", "Whether the step and every commit it carries have a good signature of a registered key."),
    Fact("steps-passed", "texts", "Pipeline steps that passed, by name; unknown where no result of it was found."),
    Fact("steps-failed", "texts", "Pipeline steps that failed, by name; unknown where no result of it was found."),
    Fact("day", "day", "The day on which it entered the branch."),
    Fact("age-at-entry", "duration", "From its oldest commit to its entry."),
    Fact("deployed", "yes-no", "Whether a production deployment that was read brought it."),
    Fact(
        "age-to-deployment",
        "duration",
        "From its entry to the first production deployment of it; unknown while there is none.",
    ),
)
_DEPLOYMENTS = (
    Fact("service", "text", "The service that was deployed."),
    Fact("tier", "number", "The tier of the service."),
    Fact("environment", "text", "The environment."),
    Fact("version", "text", "The version, as the source tells it."),
    Fact(
        "source", "text", "What tells of it: environments repository, annotated tag, deployment record, release branch."
    ),
    Fact("grade", "grade", "How well it is known."),
    Fact("by-pipeline", "yes-no", "Whether an identity of the service's pipeline made it."),
    Fact("requested", "yes-no", "Whether the person who triggered it is known."),
    Fact(
        "on-branch",
        "yes-no",
        "Whether the deployed commit lies on the protected branch; unknown where nobody can tell.",
    ),
    Fact("changes-count", "number", "How many changes first reached production with it; unknown where its commit is."),
    Fact("oldest-change", "duration", "From the entry of the oldest of these changes to the deployment."),
    Fact("approvals-count", "number", "How many people approved it."),
    Fact("result", "text", "succeeded, failed, rolled-back or in-progress; unknown where the source tells none."),
    Fact("strategy", "text", "Canary, blue-green and so on, where the record says so."),
    Fact("host", "text", "Where it was released from, where the record says so."),
    Fact("artefact", "text", "The digest of what was deployed, where the record says so."),
    Fact("environments-before", "texts", "The environments in which the same version was before."),
    Fact("day", "day", "The day of the deployment."),
    Fact("weekday", "text", "monday to sunday, UTC."),
    Fact("hour", "number", "The hour of its time, 0 to 23, UTC."),
)
_REPOSITORIES = (
    Fact("id", "text", "Its name in tieout.yml."),
    Fact("kind", "text", "service, environments, records or template, as tieout.yml says."),
    Fact("branch", "text", "The protected branch."),
    Fact("services", "texts", "The services that it belongs to."),
    Fact("tier", "number", "The tier of the strictest of these services; nothing where it belongs to none."),
    Fact("tags", "number", "How many tags lead to commits of the branch."),
    Fact("complete", "yes-no", "Whether its history was read whole."),
    Fact("newest-commit", "day", "The day of the last commit of the branch."),
)
POPULATIONS: Mapping[str, tuple[Fact, ...]] = MappingProxyType(
    {"changes": _CHANGES, "deployments": _DEPLOYMENTS, "repositories": _REPOSITORIES}
)
# Registers whose records an own check cannot be about: single files, and the settings of checks themselves.
_NOT_JUDGED = frozenset({"checks", "own_checks", *(one.name for one in REGISTERS if one.shape == "single")})
_FILE = Fact("file", "any", "A file of the repository.")


def populations() -> tuple[str, ...]:
    """Everything that an own check may be over."""
    return (*POPULATIONS, *(register.name for register in REGISTERS if register.name not in _NOT_JUDGED))


@cache
def facts_of(over: str) -> Mapping[str, Fact]:
    """The fields of a population by name; none where there is no such population."""
    if over in POPULATIONS:
        return MappingProxyType({fact.name: fact for fact in POPULATIONS[over]})
    if over not in populations():
        return MappingProxyType({})
    found = [Fact("id", "text", "The id of the record."), *_of_part(BY_NAME[over].model, "")]
    return MappingProxyType({fact.name: fact for fact in found})


def _of_part(model: type[Part], before: str) -> list[Fact]:
    found: list[Fact] = []
    for note in fields_of(model):
        found.append(Fact(before + note.name, _kind(note), note.explanation))
        if note.part and note.kind == "group of fields":
            found += _of_part(note.part, f"{before}{note.name}.")
    return found


def _kind(note: FieldNote) -> Kind:
    if note.part or note.kind.startswith("group"):
        return "parts"
    if note.many:
        return "texts"
    kinds: dict[str, Kind] = {
        "whole number": "number",
        "yes or no": "yes-no",
        "day": "day",
        "time": "day",
        "duration": "duration",
    }
    return kinds.get(note.kind, "text")


def operators_for(kind: Kind) -> tuple[str, ...]:
    return tuple(operator for operator, kinds in OPERATORS.items() if kind in kinds)
