"""The paths that a person, a hook or a pipeline names -> places in the ISMS."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tieout.cli import output
from tieout.problems import BuildError
from tieout.repos import revisions, trees
from tieout.text import words

WHOLE = "."


@dataclass(frozen=True, slots=True)
class Asked:
    """Files and folders below the folder of tieout.yml. A path that Git knows, but that is gone, counts as one."""

    places: frozenset[str]

    def covers(self, path: str) -> bool:
        """Whether the file is one of them, or lies in one of them."""
        if path in self.places or WHOLE in self.places:
            return True
        return any(path[:end] in self.places for end, letter in enumerate(path) if letter == "/")


EVERYTHING = Asked(frozenset({WHOLE}))


def ask(paths: Iterable[Path], location: trees.Location) -> Asked:
    """The places that the paths mean; those outside the ISMS are told on stderr.

    Raises:
        BuildError: a path is unknown to the disk and to Git, so that a slip in a name does not pass for a clean
            file; or all of them lie outside the ISMS.
    """
    folder = location.folder.resolve()
    by_place: dict[str, Path] = {}
    outside: list[Path] = []
    parents: dict[str, str] = {}
    for path in paths:
        place = _below(folder, _real(path, parents))
        if place:
            by_place[place] = path
        else:
            outside.append(path)
    _refuse_unknown(by_place, outside, location)
    if outside and not by_place:
        raise BuildError(f"{outside[0]} lies outside the ISMS ({location.folder}); name files or folders of the ISMS.")
    if outside:
        output.complain(
            f"{words.plural(len(outside), 'path')} outside the ISMS not looked at: {outside[0]}{_more(outside)}."
        )
    return Asked(frozenset(by_place))


def _refuse_unknown(by_place: dict[str, Path], outside: list[Path], location: trees.Location) -> None:
    missing = {place: path for place, path in by_place.items() if not os.path.lexists(path)}
    known = revisions.forgotten(location, missing) if missing else frozenset()
    unknown = [path for place, path in missing.items() if place not in known]
    unknown += [path for path in outside if not by_place and not os.path.lexists(path)]
    if unknown:
        raise BuildError(f"there is no {unknown[0]}; name files or folders of the ISMS.")


def _more(paths: list[Path]) -> str:
    return f" and {len(paths) - 1} more" if len(paths) > 1 else ""


def _real(path: Path, parents: dict[str, str]) -> str:
    """The path without symbolic links, but for a file that is one: the ISMS knows it by its own name.

    A hook passes many files of few folders, so what a folder really is is asked once.
    """
    above, name = os.path.split(path)
    if name in {"", ".", ".."} or path.is_dir():
        return os.path.realpath(path)
    if above not in parents:
        parents[above] = os.path.realpath(above or ".")
    return os.path.join(parents[above], name)  # noqa: PTH118 - thousands of them, and Path is ten times as slow


def _below(folder: Path, real: str) -> str:
    """The path below the ISMS's folder; `.` for that folder and those that hold it, nothing for what lies outside."""
    whole = str(folder)
    if real == whole or whole.startswith(real.rstrip("/") + "/"):
        return WHOLE
    start = whole.rstrip("/") + "/"
    return real.removeprefix(start) if real.startswith(start) else ""
