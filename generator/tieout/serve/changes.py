"""Which saves matter: the files of the ISMS, its theme, and a commit. The only door to watchfiles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import watchfiles

from tieout.problems import BuildError

TICK = 200  # milliseconds after which nothing having changed is told too
_MARKER = ".tieout-site"
_OURS = frozenset({".git", ".tieout"})
_BUILT = re.compile(r"\.[^/]+\.(?:stage-[0-9a-f]+|lock)")  # beside a site that is being built
# What editors write beside the file a person edits: vim, Emacs, JetBrains, Finder.
_PASSING = re.compile(r".*\.sw.|.*~|4913|\.#.*|#.*#|.*\.___jb_...___|\.DS_Store")
# A commit or a checkout, but not what `git status` and `git add` write.
_MOVES = ("HEAD", "logs/HEAD", "reftable/tables.list")


@dataclass(frozen=True, slots=True)
class Watched:
    """Absolute folders, free of symbolic links."""

    folder: Path  # of tieout.yml
    git: Path | None = None  # the git directory, where it was found
    theme: Path | None = None  # where it stands elsewhere

    @property
    def paths(self) -> tuple[Path, ...]:
        """What is to be watched, none below another."""
        others = (path for path in (self.git, self.theme) if path is not None and path.is_dir())
        return (self.folder, *(path for path in others if not path.is_relative_to(self.folder)))


def watched(folder: Path, top: Path, theme: Path | None) -> Watched:
    """What to watch of an ISMS below the top of its repository."""
    return Watched(folder.resolve(), _git_directory(top.resolve()), theme.resolve() if theme else None)


def _git_directory(top: Path) -> Path | None:
    """`.git`, or where a linked work tree's file of that name leads."""
    place = top / ".git"
    if place.is_dir():
        return place
    try:
        word, _, path = place.read_text("utf-8").strip().partition(": ")
    except (OSError, UnicodeDecodeError):
        return None
    return (top / path).resolve() if word == "gitdir" else None


def matters(path: Path, watched: Watched) -> bool:
    """Whether a change of this file can change what is shown."""
    if watched.git is not None and path.is_relative_to(watched.git):
        return path.relative_to(watched.git).as_posix() in _MOVES
    if watched.theme is not None and path.is_relative_to(watched.theme):
        return not _PASSING.fullmatch(path.name)
    if not path.is_relative_to(watched.folder):
        return False
    parts = path.relative_to(watched.folder).parts
    if not parts or parts[0] == "site" or _OURS & {*parts} or any(map(_BUILT.fullmatch, parts)):
        return False
    if _PASSING.fullmatch(path.name):
        return False
    above = (watched.folder.joinpath(*parts[:depth]) for depth in range(1, len(parts)))
    return not any((folder / _MARKER).exists() for folder in above)


def follow(watched: Watched, stop: Event) -> Iterator[frozenset[Path]]:
    """The files of each burst of saves; an empty set at each tick without one, and at first.

    A burst ends when nothing was written for 50 ms, or after 1.6 s: an editor saves by several steps, and a checkout
    writes many files.

    Raises:
        BuildError: this machine does not let so many files be watched.
    """
    try:
        bursts = watchfiles.watch(
            *watched.paths,
            watch_filter=lambda _, path: matters(Path(path), watched),
            stop_event=stop,
            rust_timeout=TICK,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for burst in bursts:
            yield frozenset(Path(path) for _, path in burst)
    except OSError as fault:
        raise BuildError(
            f"{watched.folder}: cannot be watched ({fault}); set WATCHFILES_FORCE_POLLING=1, or raise the limit "
            "fs.inotify.max_user_watches."
        ) from None
