"""The command line: parse, call, print, exit code. Each command is a function in a module of its own.

Commands are imported when they are called: `tieout --help` starts in a few hundredths of a second.
"""

import gc
import os
import sys
from importlib import import_module
from keyword import iskeyword

import click

from tieout import __version__
from tieout.cli import output
from tieout.problems import BuildError

# name: one line for the list of commands, in the order of a working day
COMMANDS = {
    "demo": "Write the demo operator: its ISMS and its service repositories, with their histories.",
    "init": "A starting ISMS, to be filled in: it checks clean and builds a site.",
    "scout": "What the history of any repository proves today; no ISMS is needed.",
    "new": "Begin a record: the next free id, and every field explained.",
    "import": "Registers kept elsewhere: CSV, XLSX, and policies of comply.",
    "check": "Everything wrong with the content, named to the column.",
    "review": "What a pull request does to risks, controls, SoA and traces, as Markdown for a comment.",
    "collect": "A forge's saved API answers into review and deployment records.",
    "sync": "Fetch the linked repositories into the mirrors.",
    "build": "The site and the PDFs, for all audits and the present.",
    "serve": "The site at a local port, rebuilt and reloaded as files are saved.",
    "trace": "The chain through one risk, in the terminal.",
    "sample": "The items of a check that an auditor would draw, with the worksheet filled in.",
    "challenge": "Whether the checks would notice: known violations, planted in scratch copies of the mirrors.",
    "export": "What Tieout knows, in a form for other programs: schemas of the registers.",
    "explain": "What a problem or a check means, and how to mend it.",
}


class Commands(click.Group):
    """The table above as a click group that imports late."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = cmd_name + "_" * iskeyword(cmd_name)  # `import` may not be the name of a module
        command: click.Command = import_module(f"tieout.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tieout")
def tieout() -> None:
    """An audit site from an ISMS kept in Git: from a threat to last week's deployment.

    Exit codes: 0 clean, 1 problems or a failed verification, 2 usage or environment, 3 a bug in Tieout.
    """


def main() -> None:
    """The command `tieout`."""
    gc.set_threshold(100_000, 50, 50)  # what a command makes lives to its end: looking for garbage finds none
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # what is installed beside us has no say, and is not looked for
    try:
        status = tieout.main(prog_name="tieout", standalone_mode=False)
    except click.exceptions.Abort:
        output.complain("stopped.")
        sys.exit(130)
    except click.ClickException as fault:
        fault.show()
        sys.exit(2)
    except BuildError as fault:
        output.complain(str(fault))
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    except BaseException as fault:
        if isinstance(fault, (KeyboardInterrupt, SystemExit)):
            raise
        output.report_bug(fault)
        sys.exit(3)
    finally:
        gc.freeze()  # nor when Python ends
    sys.exit(status if isinstance(status, int) else 0)
