"""What a check is, apart from what it finds: so little that the names of all checks cost nothing to know."""

from dataclasses import dataclass
from typing import Literal

ItemKind = Literal["change", "deployment", "record", "repository"]
Stage = Literal["commit-review", "build-test", "pre-prod", "deploy-prod", "run-learn", "outside"]
STAGES: tuple[Stage, ...] = ("commit-review", "build-test", "pre-prod", "deploy-prod", "run-learn", "outside")


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
    needs: tuple[str, ...] = ()  # those of them without which there is nothing to judge: nobody said what is asked
