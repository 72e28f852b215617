"""A record of an own check as a `Check`, so that it is listed, judged, shown and exported like a built-in one."""

from collections.abc import Mapping
from functools import lru_cache

from tieout.checks.declared.conditions import asking, bare_name
from tieout.model.checks import STAGES, Check, ItemKind
from tieout.model.records import Condition, OwnCheck
from tieout.model.registers import BY_NAME, Isms
from tieout.text.words import human_list

_ALL = {
    "changes": "Changes on the protected branches of the services in the period",
    "deployments": "Production deployments of the services in the period",
    "repositories": "Linked repositories, as they stand at the audit date",
}
_KINDS: Mapping[str, ItemKind] = {"changes": "change", "deployments": "deployment", "repositories": "repository"}
PROVES = "That what was read says so, item by item, at the audit date."


def checks_of(isms: Isms, built_in: Mapping[str, Check]) -> dict[str, Check]:
    """The checks that the operator declares, by name. A built-in one's name is refused when the content is read."""
    return {id_: as_check(record) for id_, record in isms.own_checks.items() if id_ not in built_in}


def in_order(built_in: Mapping[str, Check], own: Mapping[str, Check]) -> dict[str, Check]:
    """All checks by stage, the built-in ones of a stage first."""
    every = (*built_in.values(), *own.values())
    return {check.id: check for check in sorted(every, key=lambda check: STAGES.index(check.stage))}


@lru_cache(maxsize=256)
def as_check(record: OwnCheck) -> Check:
    return Check(
        id=record.id,
        title=record.title,
        number="",
        population=_population(record),
        passes_when=f"{_capital(_listed(record.passes_when))}.",
        proves=record.proves or PROVES,
        cannot_prove=record.cannot_prove,
        remedy=record.remedy,
        stage=record.stage,
        annex_a=record.annex_a,
        kind=_KINDS.get(record.over, "record"),
    )


def _population(record: OwnCheck) -> str:
    everything = _ALL.get(record.over)
    if everything is None:
        everything = f"Records of the register {BY_NAME[record.over].path}, as they stand at the audit date"
    return f"{everything}, where {_listed(record.where)}" if record.where else everything


def _listed(conditions: tuple[Condition, ...]) -> str:
    return human_list(f"{bare_name(one)} {asking(one)}" for one in conditions)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
