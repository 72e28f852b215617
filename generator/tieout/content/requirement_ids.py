"""Ids of requirements and of their sets: known or not, and what was probably meant. Suggests, never guesses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tieout.content.registers import normal
from tieout.model.registers import AnnexControl
from tieout.model.requirements import CLAUSES, STANDARD, RequirementSet, Sets, candidates
from tieout.text.words import human_list, suggest, visible

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)+")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the program knows by itself."""

    sets: Sets
    annex: Mapping[str, AnnexControl]
    successors: Mapping[str, tuple[str, ...]]  # control of the edition of 2013: its controls of 2022


def known(catalogue: Catalogue, sets: Sets, text: str) -> str:
    """Nothing for an id of Annex A or of a requirement; else what is wrong with it, and what was probably meant."""
    found = candidates(sets, text)
    if len(found) == 1 or text in catalogue.annex:
        return ""
    if found:
        keys = [one.key for one in found]
        return f"'{visible(text)}' is a requirement of {human_list(one.set for one in found)}; write {human_list(keys, 'or')}"
    name, colon, id_ = text.partition(":")
    if not colon:
        return _unknown_alone(catalogue, sets, text)
    held = sets.get(CLAUSES if name == "clause" else name)
    if held is None:
        return _unknown_set(sets, name, id_)
    if name == "clause":
        return f"ISO/IEC 27001:2022 has no clause '{visible(id_)}'; correct it"
    return f"unknown requirement '{visible(id_)}' of {held.id}{_instead(held, name, id_)}"


def _instead(held: RequirementSet, name: str, id_: str) -> str:
    """By what differs in case or zeros only: numbers that look alike mean different things."""
    near = held.renamed.get(id_) or next((one for one in held.requirements if normal(one) == normal(id_)), "")
    if near:
        return f" (did you mean '{name}:{near}'?)"
    return "; correct it" if held.shipped else f"; correct it, or add it to requirements/{held.id}.yml"


def _unknown_set(sets: Sets, name: str, id_: str) -> str:
    for held in sets.values():
        if held.supersedes == name:
            now = held.find(held.renamed.get(id_, id_))
            rest = f"write {now.key}" if now else f"look for it in {held.id}"
            return f"the set {name} was superseded by {held.id}{_on(held.published)}; {rest}"
    fits = [held.id for held in sets.values() if held.find(id_) and held.id.startswith(name)]
    near = fits[0] if len(fits) == 1 else suggest(name, sets)
    return f"unknown requirement set '{visible(name)}'" + (
        f" (did you mean '{near}:{id_}'?)" if near else f"; correct it, or write requirements/{visible(name)}.yml"
    )


def _unknown_alone(catalogue: Catalogue, sets: Sets, text: str) -> str:
    if moved := became(catalogue, text):
        return moved
    if _NUMBER.fullmatch(text):
        meant = [f"A.{text}"] if f"A.{text}" in catalogue.annex else []
        meant += [f"clause:{text}"] if sets.get(CLAUSES) and sets[CLAUSES].find(text) else []
        rest = (
            f" (did you mean {human_list(meant, 'or')}?)"
            if meant
            else "; write it as set:id, such as pci-dss-4.0.1:6.5"
        )
        return f"'{visible(text)}' names no set{rest}"
    same = [f"{held.id}:{one}" for held in sets.values() for one in held.requirements if normal(one) == normal(text)]
    near = f" (did you mean '{same[0]}'?)" if same else "; write it as set:id, such as pci-dss-4.0.1:6.5"
    return f"unknown requirement '{visible(text)}'{near}"


def became(catalogue: Catalogue, text: str) -> str:
    """What a control of Annex A of 2013 became, as a sentence; nothing for any other text."""
    after = () if text in catalogue.annex else catalogue.successors.get(text, ())
    return f"{text} is of the edition of 2013; it became {human_list(after)}" if after else ""


def known_set(sets: Sets, text: str) -> str:
    """Nothing for a set that a licence or an audit may name; else what is wrong with it."""
    if text == STANDARD or text in sets:
        return ""
    new = next((held for held in sets.values() if held.supersedes == text), None)
    if new:
        return f"the set {text} was superseded by {new.id}{_on(new.published)}; write {new.id}"
    near = suggest(text, (*sets, STANDARD))
    return f"unknown requirement set '{visible(text)}'" + (
        f" (did you mean '{near}'?)" if near else f"; correct it, or write requirements/{visible(text)}.yml"
    )


def _on(day: date | None) -> str:
    return f" on {day}" if day else ""
