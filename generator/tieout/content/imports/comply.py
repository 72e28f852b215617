"""Policies of strongdm/comply -> drafts of policies. Its front matter is YAML above one line of dashes, often without the first.

What comply says and a policy here has no field for is kept in the text: requirements of other frameworks, revisions (history
comes from Git), the acronym. Its templates (`{{.Name}}`) stay as they are, and are listed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tieout.content import drafts, new_ids
from tieout.content.imports import lettered
from tieout.content.imports.drafting import HEADING, Draft, Place, escaped, missing, nested
from tieout.content.imports.mapping import OPEN, ColumnMap
from tieout.content.imports.proposal import entry_of
from tieout.content.imports.targets import targets_of
from tieout.model.registers import Register
from tieout.problems import Problem, Source, error, warning
from tieout.text import plain, yaml
from tieout.text.words import plural
from tieout.text.yaml import Value

LEFT = frozenset({"README.md"})
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{.*?\}\}")
_ANNEX = re.compile(r"(?:A\.)?([0-9]{1,2}(?:\.[0-9]{1,2}){1,2})")


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy as comply has it."""

    file: str
    name: str
    satisfies: Mapping[str, tuple[str, ...]]
    revisions: tuple[tuple[str, str], ...]
    other: tuple[tuple[str, str], ...]  # all that the front matter says besides
    body: str


@dataclass(frozen=True, slots=True)
class Annex:
    """What requirements can be resolved by."""

    controls: frozenset[str]  # of the edition of 2022
    successors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # control of 2013: its controls of 2022

    def of(self, id_: str, *, old: bool = False) -> tuple[str, ...]:
        """What an id may mean in the edition of 2022: itself, or its successors; `old` ids are of 2013 whatever their form."""
        match = _ANNEX.fullmatch(id_.strip())
        if match is None:
            return ()
        full = f"A.{match[1]}"
        if full in self.successors:
            return self.successors[full]
        below = sorted(
            {new for old, after in self.successors.items() if old.startswith(full + ".") for new in after}, key=_order
        )
        return (full,) if full in self.controls and not old else tuple(below)


def _order(id_: str) -> tuple[int, ...]:
    return tuple(int(part) for part in id_.split(".") if part.isdigit())


def parse(file: str, data: bytes) -> tuple[Policy | None, list[Problem]]:
    """A policy, or nothing for a file that is none."""
    place = Source(path=file)
    _, problems = plain.decode(data, place)
    if any(problem.code in {"not-utf8", "file-too-large"} for problem in problems):
        return None, list(problems)
    text, _ = plain.decode(data, place, own=False)
    told = [replace(problem, severity="warning") for problem in problems if problem.code == "control-character"]
    opening = _FENCE.match(text)
    start = opening.end() + 1 if opening else 0
    closing = _FENCE.search(text, start)
    if closing is None:
        message = "this is no policy of comply: a line of dashes (---) below its fields is missing; it is not imported"
        return None, [warning("import-left-out", message, place)]
    parsed = yaml.parse(text[start : closing.start()].encode(), Source(path=file, line=2 if opening else 1), own=False)
    value = parsed.value
    if parsed.problems or not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"]:
        said = parsed.problems[0].message if parsed.problems else "`name: …` is missing"
        return None, [
            error(
                "import-unreadable",
                f"the front matter cannot be read: {said}",
                parsed.problems[0].source if parsed.problems else place,
            )
        ]
    return _policy(file, value, text[closing.end() + 1 :]), told


def _policy(file: str, value: dict[str, Value], body: str) -> Policy:
    satisfies = value.get("satisfies")
    named = {name: tuple(_texts(ids)) for name, ids in satisfies.items()} if isinstance(satisfies, dict) else {}
    other = [(name, _shown(value[name])) for name in value if name not in {"name", "satisfies", "majorRevisions"}]
    if satisfies is not None and not isinstance(satisfies, dict):
        other.append(("satisfies", _shown(satisfies)))
    revisions = value.get("majorRevisions")
    rows = revisions if isinstance(revisions, list) else [] if revisions is None else [revisions]
    listed = tuple(
        (_shown(row.get("date")), _shown({name: one for name, one in row.items() if name != "date"}))
        if isinstance(row, dict)
        else ("", _shown(row))
        for row in rows
    )
    return Policy(
        file, str(value["name"]), named, listed, tuple((name, text) for name, text in other if text), body.strip("\n")
    )


def _texts(value: Value) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if one is not None:
            yield _shown(one)


def _shown(value: Value) -> str:
    if isinstance(value, dict):
        if set(value) == {"comment"}:
            return _shown(value["comment"])
        return "; ".join(f"{name}: {_shown(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return (
        {True: "true", False: "false"}.get(value, str(value))
        if isinstance(value, bool)
        else ""
        if value is None
        else str(value)
    )


def templates(policy: Policy) -> dict[str, int]:
    """Templates in the text, which nobody fills in here, with how often each stands there."""
    found: dict[str, int] = {}
    for one in _TEMPLATE.findall(policy.body):
        found[one] = found.get(one, 0) + 1
    return found


def draft(
    policies: Iterable[Policy], given: ColumnMap, place: Place, annex: Annex
) -> tuple[list[Draft], list[Problem]]:
    """A draft for each policy. It is a `draft` until somebody approves it here, unless the mapping has a status."""
    policies = list(policies)
    free = new_ids.FreeIds(place.register, place.taken, place.year)
    made: list[Draft] = []
    problems = _unknown(policies, given)
    for policy in policies:
        body, items = lettered.convert(policy.body)
        implements, kept = _requirements(policy, given)
        unknown = sorted(set(implements) - annex.controls, key=_order)
        problems += [
            error(
                "import-mapping",
                f"requirements: there is no {id_} in Annex A of 2022; correct it",
                given.place("requirements"),
            )
            for id_ in unknown
        ]
        flat: dict[str, Value] = {"status": "draft", **given.defaults, "title": " ".join(policy.name.split())}
        if implements:
            flat["implements"] = list(implements)
        fields = nested(flat, place.register)
        id_ = free(policy.name)
        text = drafts.render_record(place.register, fields, f"{body}\n\n{_kept(policy, kept)}")
        made.append(
            Draft(
                0,
                id_,
                new_ids.file_name(place.register, id_, policy.name),
                fields,
                text,
                (),
                missing(fields, place.register),
                defaults=tuple(path for path in given.defaults if path != "title"),
            )
        )
        if items:
            message = f"lists with letters, which Markdown does not know, are written as `- a. …` with the letters that Pandoc gives them ({plural(items, 'item')}); look at them"
            problems.append(warning("import-list", message, Source(path=policy.file)))
        for one, count in templates(policy).items():
            message = f"the template {one} is kept as text ({plural(count, 'time')}); write what it stands for"
            problems.append(warning("import-template", message, Source(path=policy.file)))
    return made, problems


def _unknown(policies: Iterable[Policy], given: ColumnMap) -> list[Problem]:
    """Lines of the mapping about requirements that no policy names."""
    named = {(framework, id_) for policy in policies for framework, ids in policy.satisfies.items() for id_ in ids}
    return [
        error(
            "import-mapping",
            f"requirements: no policy satisfies {id_} of '{framework}'; correct it, or delete the line",
            given.place("requirements", framework, id_),
        )
        for framework, words in given.requirements.items()
        for id_ in words
        if (framework, id_) not in named
    ]


def _requirements(policy: Policy, given: ColumnMap) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """Controls of Annex A that the mapping gives for what the policy satisfies, and all of it as comply says it."""
    found: dict[str, None] = {}
    for framework, ids in policy.satisfies.items():
        words = given.requirements.get(framework, {})
        for id_ in ids:
            found |= dict.fromkeys(words.get(id_, ()))
    kept = [(framework, ", ".join(ids)) for framework, ids in policy.satisfies.items() if ids]
    return tuple(sorted(found, key=_order)), kept


def _kept(policy: Policy, kept: list[tuple[str, str]]) -> str:
    lines = [f"- Satisfies {escaped(framework)}: {escaped(ids)}" for framework, ids in kept]
    lines += [f"- {escaped(name)}: {escaped(' '.join(text.split()))}" for name, text in policy.other]
    parts = [HEADING, f"{escaped(policy.file)}, a policy of comply."]
    parts += ["\n".join(lines)] if lines else []
    if policy.revisions:
        rows = "".join(f"| {escaped(day)} | {escaped(' '.join(text.split()))} |\n" for day, text in policy.revisions)
        parts.append(f"| Revision | Comment |\n| --- | --- |\n{rows}".rstrip())
    return "\n\n".join(parts)


# --- the proposal ----------------------------------------------------------------------------------------------------


def propose(policies: Iterable[Policy], register: Register, annex: Annex) -> str:
    """A first mapping: who owns them, whom they speak to, and what of Annex A the ids of other frameworks may mean."""
    listed = list(policies)
    lines = [
        f"# How {plural(len(listed), 'policy of comply', 'policies of comply')} {'is' if len(listed) == 1 else 'are'} read. Correct it, then run the command again with --mapping.",
        "defaults:",
        *(f"  {entry_of(name, OPEN)}" for name in ("owner", "audience")),
        "# What a policy satisfies is kept in its text; where controls of Annex A (2022) stand here, it implements them too.",
    ]
    frameworks: dict[str, dict[str, None]] = {}
    for policy in listed:
        for framework, ids in policy.satisfies.items():
            frameworks.setdefault(framework, {}).update(dict.fromkeys(ids))
    resolved = {name: _resolved(name, ids, annex) for name, ids in frameworks.items() if _about_annex(name)}
    if any(resolved.values()):
        lines.append(
            "# Ids of 2013 (three numbers, or beside such) stand with their successors. Look at each line, and take out what is not meant."
        )
        lines.append("requirements:")
        for framework, found in resolved.items():
            lines.append(f"  {entry_of(framework, None)}")
            lines += [
                f"    {entry_of(id_, list(after))}"
                for id_, after in sorted(found.items(), key=lambda one: _order(one[0]))
            ]
    for framework, named in frameworks.items():
        rest = [id_ for id_ in named if id_ not in resolved.get(framework, {})]
        if rest:
            lines.append(f"# {framework}: {plural(len(rest), 'id')} kept in the text ({', '.join(rest)})")
    lines.append(f"# Fields: {', '.join(targets_of(register.model))}")
    return "\n".join(" ".join(line.splitlines()) if line.startswith("#") else line for line in lines) + "\n"


def _resolved(framework: str, ids: Iterable[str], annex: Annex) -> dict[str, tuple[str, ...]]:
    old = "2013" in framework or any(id_.removeprefix("A.").count(".") == 2 for id_ in ids)
    return {id_: after for id_ in ids if (after := annex.of(id_, old=old))}


def _about_annex(framework: str) -> bool:
    return "27001" in framework or "27002" in framework
