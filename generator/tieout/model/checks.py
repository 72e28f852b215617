"""What a check is, apart from what it finds: so little that the names of all checks cost nothing to know."""

from dataclasses import dataclass
from typing import Literal

ItemKind = Literal["change", "deployment", "record", "repository"]
Stage = Literal["commit-review", "build-test", "pre-prod", "deploy-prod", "run-learn", "outside"]
STAGES: tuple[Stage, ...] = ("commit-review", "build-test", "pre-prod", "deploy-prod", "run-learn", "outside")
# What an item of kind `repository` is, where it is a part of one.
_PARTS = {"required-steps-configured": "configuration", "releases-signed": "release tag"}


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over a population: its own documentation, and what it needs to be listed anywhere."""

    id: str
    title: str  # a claim in plain words: "Change reviewed by a second person, at the grade its tier asks"
    number: str  # G1 … G33; empty for a check that the operator declares
    population: str  # in words
    passes_when: str
    proves: str
    cannot_prove: str
    remedy: str
    stage: Stage
    annex_a: tuple[str, ...]
    kind: ItemKind
    reads: str = ""  # the formats it parses, in words; whatever has another form gives `unknown`
    parameters: tuple[str, ...] = ()  # fields of its setting in checks.yml, beside those that every check has
    # those of them of which one has to be set, or there is nothing to judge: nobody said what is asked
    needs: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()  # that are judged where no tiers are set; empty: all


def thing(check: str, kind: str) -> str:
    """What a reader calls one item of a check: `change`, `repository`, `release tag`."""
    return _PARTS.get(check, kind) if kind == "repository" else kind
