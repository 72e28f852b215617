"""Contents of files at a pin, by blob id: a second, short reading of what an audit's settings ask for.

They are not kept: lock files are large, and of their thousands of versions only those at the pins count.
"""

from collections.abc import Iterable
from pathlib import Path

from tieout.problems import BuildError
from tieout.repos import git, raw

FILE_LIMIT = 20_000_000  # bytes of one file; lock files are the largest
ALL_LIMIT = 200_000_000  # bytes of all files of one repository


def read_contents(mirror: Path, repo: str, blobs: Iterable[str]) -> dict[str, bytes]:
    """The blobs that are there and within the limits, each re-hashed. Other objects, such as submodules, are left out.

    Raises:
        BuildError: the mirror is damaged, naming the object.
    """
    asked = sorted(set(blobs))
    if not asked:
        return {}
    try:
        return _read(mirror, asked)
    except raw.DamagedObjectError as fault:
        raise BuildError(
            f"{repo}: object {fault.object} in the mirror {mirror} is damaged: "
            f"delete that folder and run the command again"
        ) from None


def _read(mirror: Path, asked: list[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    room = ALL_LIMIT
    listed = "".join(f"{blob}\n" for blob in asked).encode("ascii")
    with git.running(git.at_mirror(mirror), "cat-file", "--batch", "--buffer", stdin=listed) as process:
        for object_id, kind, size, data in raw.read_objects(process, FILE_LIMIT):
            if kind == "blob" and size <= FILE_LIMIT and size <= room:
                found[object_id] = data
                room -= size
    return found
