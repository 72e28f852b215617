"""`tieout explain`."""

import click

from tieout import checks
from tieout.cli import output
from tieout.codes import CODES
from tieout.model.checks import Check
from tieout.problems import BuildError
from tieout.text import words


@click.command(name="explain")
@click.argument("name")
def command(name: str) -> int:
    """What a problem's code or a check means, and how to mend it. NAME stands in brackets behind each problem."""
    wanted = name.strip("[]").removeprefix("check:")
    if wanted in CODES:
        code = CODES[wanted]
        output.say(f"{wanted}\n\n{code.meaning}\n\n    {code.example}\n\nRemedy: {code.remedy}")
    elif wanted in checks.CHECKS:
        output.say(describe(checks.CHECKS[wanted]))
    else:
        near = words.suggest(wanted, [*CODES, *checks.CHECKS])
        raise BuildError(f"no problem or check is called '{wanted}'" + (f" (did you mean '{near}'?)." if near else "."))
    return 0


def describe(check: Check) -> str:
    """A check as its own documentation."""
    lines = (f"{name[:1].upper()}{name[1:]}: {text}" for name, text in facts(check).items())
    return "\n\n".join((f"{check.id} ({check.number}): {check.title}", *lines))


def facts(check: Check) -> dict[str, str]:
    """What a check says of itself, for the terminal and for the reference page."""
    settings = ", ".join(
        f"`{name}`" + (" (without it there is nothing to judge)" if name in check.needs else "")
        for name in check.parameters
    )
    told = {
        "population": check.population,
        "passes when": check.passes_when,
        "proves": check.proves,
        "cannot prove": check.cannot_prove,
        "reads": check.reads,
        "when it fails": check.remedy,
        "settings of its own": settings,
        "stage": check.stage,
        "usually supports": ", ".join(check.annex_a),
    }
    return {name: words for name, words in told.items() if words}
