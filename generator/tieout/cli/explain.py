"""`tieout explain`."""

import click

from tieout import checks
from tieout.cli import output
from tieout.codes import CODES
from tieout.model.results import Check
from tieout.problems import BuildError
from tieout.text import words


@click.command(name="explain")
@click.argument("name")
def command(name: str) -> int:
    """What a problem's code or a check means, and how to mend it. NAME stands in brackets behind each problem."""
    wanted = name.strip("[]").removeprefix("check:")
    if wanted in CODES:
        code = CODES[wanted]
        output.say(f"{wanted}\n\n{code.meaning}\n\nRemedy: {code.remedy}")
    elif wanted in checks.CHECKS:
        output.say(describe(checks.CHECKS[wanted]))
    else:
        near = words.suggest(wanted, [*CODES, *checks.CHECKS])
        raise BuildError(f"no problem or check is called '{wanted}'" + (f" (did you mean '{near}'?)." if near else "."))
    return 0


def describe(check: Check) -> str:
    """A check as its own documentation."""
    return "\n\n".join(
        (
            f"{check.id} ({check.number}): {check.title}",
            f"Population: {check.population}",
            f"Passes when: {check.passes_when}",
            f"Proves: {check.proves}",
            f"Cannot prove: {check.cannot_prove}",
            f"Remedy: {check.remedy}",
            f"Stage: {check.stage}. Usually supports: {', '.join(check.annex_a)}",
        )
    )
