"""New files in a person's own folder: all of them or none, and never in the place of another.

For commands that begin something (`init`, `new`, `import`). What is there already stays as it is.
"""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from tieout.problems import BuildError
from tieout.text.words import human_list, plural, visible

_REMEDIES = {errno.ENOSPC: "make room", errno.EDQUOT: "make room", errno.ENAMETOOLONG: "choose a shorter name"}
_NAMED = 10  # clashes that are named one by one


def write_new(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes `files` (by path below `folder`, which is made when it is missing).

    Each is written whole beside its place first and then given its name, which fails when somebody else was quicker;
    whatever fails, what was given a name is taken away again. No symbolic link below `folder` is followed.

    Raises:
        BuildError: a file is there already (all of them are named), or the disk does not allow it; nothing was written.
    """
    _refuse_taken(folder, files)
    made: list[Path] = []
    done = False
    stage = None
    try:
        made += _make_folder(folder)
        stage = Path(tempfile.mkdtemp(prefix=".tieout-new-", dir=folder))
        for number, (path, data) in enumerate(sorted(files.items())):
            (stage / str(number)).write_bytes(data)
            target = folder / path
            made += _make_folder(target.parent)
            _name(stage / str(number), target, made)
        done = True
    except FileExistsError as fault:
        raise BuildError(
            f"{fault.filename2 or fault.filename}: came into being just now; nothing was written."
        ) from None
    except OSError as fault:
        raise BuildError(
            f"{folder}: {fault.strerror}; nothing was written, so {_REMEDIES.get(fault.errno or 0, 'make it writable')} and try again."
        ) from None
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
        if not done:
            _take_away(made)


def _refuse_taken(folder: Path, files: Iterable[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise BuildError(f"{folder} is a file; name a folder.")
    taken: list[str] = []
    for path in sorted(files):
        steps = PurePosixPath(path)
        if steps.is_absolute() or ".." in steps.parts:
            raise BuildError(f"{visible(path)} does not lie below {folder}; nothing was written.")
        for above in reversed(steps.parents[:-1]):
            place = folder / above
            if os.path.lexists(place) and not stat.S_ISDIR(place.lstat().st_mode):
                raise BuildError(f"{place} is no folder of its own (a file or a link); nothing was written.")
        if os.path.lexists(folder / path):
            taken.append(path)
    if taken:
        more = [plural(len(taken) - _NAMED, "more file")] if len(taken) > _NAMED else []
        raise BuildError(
            f"{folder}: {human_list([*taken[:_NAMED], *more])} {'is' if len(taken) == 1 else 'are'} there already; nothing was "
            "written, as no file is ever overwritten. Move what is there, or choose another place."
        )


def _make_folder(folder: Path) -> list[Path]:
    """The folders that had to be made, outermost first."""
    absent = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return absent[::-1]


def _name(ready: Path, target: Path, made: list[Path]) -> None:
    """Gives a finished file its name, unless that is taken. Where there are no hard links it is written in its place.

    It is `made` as soon as it is there, since a disk that fills up leaves a part of it.
    """
    try:
        os.link(ready, target)
        made.append(target)
    except FileExistsError:
        raise
    except OSError:
        with target.open("xb") as file:
            made.append(target)
            file.write(ready.read_bytes())


def _take_away(made: list[Path]) -> None:
    for place in reversed(made):
        try:
            if place.is_dir() and not place.is_symlink():
                place.rmdir()
            else:
                place.unlink()
        except OSError:  # somebody has put something there since; it is theirs
            continue
