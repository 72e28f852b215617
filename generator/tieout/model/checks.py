"""What a check is, apart from what it finds: so little that the names of all checks cost nothing to know."""

from dataclasses import dataclass
from typing import Literal

ItemKind = Literal["change", "deployment", "record", "repository"]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over a population: its own documentation, and what it needs to be listed anywhere."""

    id: str
    title: str  # a claim in plain words: "Change reviewed by a second person, at the grade its tier asks"
    number: str  # G1 … G33
    population: str  # in words
    passes_when: str
    proves: str
    cannot_prove: str
    remedy: str
    stage: str
    annex_a: tuple[str, ...]
    kind: ItemKind
