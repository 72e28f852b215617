"""`tieout explain`."""

from collections.abc import Mapping
from pathlib import Path

import click

from tieout import checks
from tieout.build.newest import read_newest
from tieout.checks.declared import checks_of
from tieout.cli import output
from tieout.codes import CODES
from tieout.model.checks import Check
from tieout.problems import BuildError
from tieout.text import words


@click.command(name="explain")
@click.argument("name")
@output.isms_option
def command(name: str, isms: Path) -> int:
    """What a problem's code or a check means, and how to mend it. NAME stands in brackets behind each problem.

    A check of your own is explained from isms/own-checks.yml.
    """
    wanted = name.strip("[]").removeprefix("check:")
    if wanted in CODES:
        code = CODES[wanted]
        output.say(f"{wanted}\n\n{code.meaning}\n\n    {code.example}\n\nRemedy: {code.remedy}")
    elif wanted in checks.CHECKS:
        output.say(describe(checks.CHECKS[wanted]))
    elif wanted in (own := _own_checks(isms)):
        output.say(describe(own[wanted]))
    else:
        near = words.suggest(wanted, [*CODES, *checks.CHECKS, *own])
        raise BuildError(f"no problem or check is called '{wanted}'" + (f" (did you mean '{near}'?)." if near else "."))
    return 0


def _own_checks(isms: Path) -> Mapping[str, Check]:
    """Those that the operator declares; none where the command runs outside an ISMS."""
    try:
        return checks_of(read_newest(isms).isms, checks.CHECKS)
    except BuildError:
        return {}


def describe(check: Check) -> str:
    """A check as its own documentation."""
    lines = (f"{name[:1].upper()}{name[1:]}: {text}" for name, text in facts(check).items())
    number = check.number or "your own"
    return "\n\n".join((f"{check.id} ({number}): {check.title}", *lines))


def _or_others(check: Check, name: str) -> str:
    """It, or another setting that would do as well."""
    return words.human_list(("it", *(f"`{other}`" for other in check.needs if other != name)), "or")


def facts(check: Check) -> dict[str, str]:
    """What a check says of itself, for the terminal and for the reference page."""
    settings = ", ".join(
        f"`{name}`" + (f" (without {_or_others(check, name)} there is nothing to judge)" if name in check.needs else "")
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
