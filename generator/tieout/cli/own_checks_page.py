"""The reference of the operator's own checks: populations, fields and operators, from the lists that validation reads."""

from collections.abc import Iterable

from tieout.model.own_checks import KIND_WORDS, OPERATOR_WORDS, OPERATORS, POPULATIONS, Fact, populations
from tieout.text.words import human_list

_HEAD = """
# Checks of your own

A check of your own is a row of `own-checks.yml`. It says what it is over, and what has to hold, as conditions of a field,
an operator and a value. There is no expression language, and nothing in the content is ever run. How to write one is told
in [the guide](../guide/own-checks.md), its fields in [registers.md](registers.md#own_checks).

It is judged like a built-in check: settings in `checks.yml` (`since`, `tiers`, `services`, `threshold`) and exceptions hold
for it, controls name it as `check:name`, and it has its pages and exports. It is listed behind the built-in checks of its
stage. A name that a built-in check has is refused.

| an item is | when |
|---|---|
| not applicable | a condition of `where` does not hold |
| unknown | it cannot be told whether a condition of `where` holds; or nothing fails and something cannot be told |
| a fail | a condition of `passes_when` does not hold |
| a pass | all of them hold, and all of them are known |

What is not known is never a pass: a change that no deployment brought has no age at its deployment, and where nobody can
tell who wrote a change, nobody can tell how many others approved it. A field that is empty is known to be empty: it is
`absent`, it is none of the values that are asked for, and whether it `is-not` a value cannot be told.

## Populations

`over` is `changes` (those of the period), `deployments` (those of the period), `repositories` (the linked ones, at the
audit date), or one of these registers, whose records are judged as they stand at the audit date: {registers}.

Of a register every field can be asked by its name in [registers.md](registers.md), with a full stop inside groups, such as
`contract.exit_plan`; and `id`. Of a list of groups, or a group with names of your own, only how many there are.
"""

_FILES = """
## Files of repositories

A check over `repositories` may name a `file` in the place of a field: a path, or a pattern as in CODEOWNERS. The files are
those of the protected branch at the audit's pin.

| condition | holds when |
|---|---|
| `{file: SECURITY.md, operator: present}` | there is such a file |
| `{file: "**/*.pem", operator: absent}` | there is none |
| `{file: SECURITY.md, operator: contains, value: security@}` | the text is in each file that is meant |
| `{file: "**/Dockerfile", operator: matches, value: "FROM *@sha256:*"}` | each has a line that fits the shell pattern |
| `{file: deploy/values.yaml, at: replicas.min, operator: at-least, value: 2}` | the value at that place of the YAML or JSON file does |

In `at`, a full stop goes one level deeper, and a number counts the rows of a list from 0. A pattern without a slash
means such files in every folder; `/pyproject.toml` is the one at the top. Where no file is meant, nothing but `absent`
holds. A file that cannot be read as YAML or JSON, or whose contents were not read, is unknown.
"""


def own_checks_page() -> str:
    """Everything but the head comes from the lists by which `tieout check` judges a condition."""
    registers = human_list(f"`{name}`" for name in populations() if name not in POPULATIONS)
    tables = "\n".join(f"### Fields of {over}\n\n{_fields(facts)}\n" for over, facts in POPULATIONS.items())
    return f"{_HEAD.replace('{registers}', registers)}\n{tables}\n## Operators\n\n{_operators()}\n{_FILES}"


def _fields(facts: Iterable[Fact]) -> str:
    rows = "\n".join(f"| `{fact.name}` | {KIND_WORDS[fact.kind]} | {fact.words} |" for fact in facts)
    return f"| field | holds | what it is |\n|---|---|---|\n{rows}\n"


def _operators() -> str:
    rows = "\n".join(
        f"| `{name}` | {human_list((KIND_WORDS[kind] for kind in OPERATORS[name] if kind != 'any'), 'or')} | {words} |"
        for name, words in OPERATOR_WORDS.items()
    )
    return f"| operator | fits | holds when |\n|---|---|---|\n{rows}\n"
