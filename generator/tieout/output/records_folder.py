"""The working tree of a records repository: what stands there, and what `collect` adds. Nothing else is touched."""

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tieout.output.newfiles import write_new
from tieout.problems import BuildError

CONFIG: Final = "tieout.yml"
RECORDS: Final = ("reviews", "deployments")
BESIDE: Final = ("readme", "license", "licence", "codeowners", "security", "contributing")
MOST_BYTES: Final = 8_000_000  # of a file of records that somebody else made; ours are smaller


def check_folder(folder: Path) -> None:
    """Whether records belong here: the top of a working tree that holds records, or nothing yet.

    Raises:
        BuildError: it is no such folder; an ISMS and a repository with anything else in it are never written to.
    """
    if not (folder / ".git").exists():
        raise BuildError(
            f"{folder} is not the top of a Git working tree; clone the records repository (or `git init` a new one), "
            "and name its folder with --into."
        )
    if (folder / CONFIG).exists() or any(folder.glob(f"*/{CONFIG}")):
        raise BuildError(f"{folder} holds the ISMS; records are kept in a repository of their own, which --into names.")
    if any(_record_files(folder)):
        return
    strange = sorted(place.name for place in folder.iterdir() if not _is_beside(place))
    if strange:
        raise BuildError(
            f"{folder} holds no records but {strange[0]!r}, so it may be a repository of something else; name the "
            "working tree of the records repository with --into."
        )


def _is_beside(place: Path) -> bool:
    return place.name.startswith(".") or (place.is_file() and place.name.lower().startswith(BESIDE))


def _record_files(folder: Path) -> Iterator[Path]:
    for top in RECORDS:
        if _is_folder(folder / top):
            yield from sorted((folder / top).glob("**/*.jsonl"))


def read_standing(folder: Path, repo: str) -> Mapping[str, bytes]:
    """The files of records of one repository, by path."""
    found: dict[str, bytes] = {}
    for top in RECORDS:
        own = folder / top / repo
        if not (_is_folder(folder / top) and _is_folder(own)):
            continue
        for place in sorted(own.glob("*.jsonl")):
            if not stat.S_ISREG(place.lstat().st_mode) or place.lstat().st_size > MOST_BYTES:
                raise BuildError(f"{place} is no file of records (a link, a folder, or too large); move it away.")
            found[place.relative_to(folder).as_posix()] = place.read_bytes()
    return found


def _is_folder(place: Path) -> bool:
    """A folder of its own, and no link to another place."""
    return place.is_dir() and not place.is_symlink()


def write_added(folder: Path, files: Mapping[str, bytes], answers: Mapping[str, bytes]) -> int:
    """New answers first, then the files of records: no line names an answer that is not there. Returns the new answers.

    A file of records is replaced whole, so whoever reads sees the lines before or all of them.

    Raises:
        BuildError: an answer is there with other bytes, or the disk does not allow it. What was written then stands,
            and running the command again completes it.
    """
    fresh = {path: data for path, data in answers.items() if not _is_there(folder, path, data)}
    begun = {path: data for path, data in files.items() if not os.path.lexists(folder / path)}
    write_new(folder, {**fresh, **begun})
    for path in sorted(files.keys() - begun.keys()):
        try:
            _replace(folder / path, files[path])
        except OSError as fault:
            raise BuildError(f"{folder / path}: {fault.strerror}; mend that, and run the command again.") from None
    return len(fresh)


def _is_there(folder: Path, path: str, data: bytes) -> bool:
    place = folder / path
    if not os.path.lexists(place):
        return False
    if not stat.S_ISREG(place.lstat().st_mode) or place.read_bytes() != data:
        raise BuildError(
            f"{place} holds other bytes than its name says: the answer was altered; bring it back from the commit "
            "before, and run the command again. Nothing was written."
        )
    return True


def _replace(place: Path, data: bytes) -> None:
    handle, beside = tempfile.mkstemp(prefix=".tieout-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(stat.S_IMODE(place.stat().st_mode))
        Path(beside).replace(place)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
