"""Files that a person asked for by name, outside the site."""

from collections.abc import Mapping
from pathlib import Path

from tieout.problems import BuildError


def write(folder: Path, found: Mapping[str, bytes]) -> None:
    """Writes each file into a folder, which is made where it is missing; only what differs is touched.

    Raises:
        BuildError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in found.items():
            path = folder / name
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
    except OSError as fault:
        raise BuildError(f"{fault.filename}: {fault.strerror}; name a folder that can be written to.") from None
