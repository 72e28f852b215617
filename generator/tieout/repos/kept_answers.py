"""Answers of git that hold for good, such as what a commit added: one file of ours, sealed, and made anew where it is not whole.

Deleting it changes nothing but the time taken. `version` names the rules by which the answers were had.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from tieout.repos.kept import digest


def read_answers(file: Path, version: object) -> dict[str, object]:
    """What is kept; nothing where it is of other rules, or not as it was written."""
    try:
        text, _, sealed = file.read_bytes().rpartition(b"\n")
        told = json.loads(text) if digest(text).encode("ascii") == sealed else {}
    except (OSError, ValueError):
        return {}
    answers = told.get("answers") if isinstance(told, dict) and told.get("version") == version else None
    return answers if isinstance(answers, dict) else {}


def write_answers(file: Path, version: object, answers: Mapping[str, object]) -> None:
    """Puts a new file in the place of the old one; where that cannot be, nothing is kept."""
    text = json.dumps({"version": version, "answers": answers}, sort_keys=True).encode("ascii")
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, prefix="part-", delete=False) as part:
            part.write(text + b"\n" + digest(text).encode("ascii"))
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).rename(file)
