"""From the target of a request to a file of the site, and to nothing else on this machine."""

import os
import stat
from pathlib import Path
from urllib.parse import unquote

INDEX = "index.html"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_UNTYPED = "text/plain; charset=utf-8"  # SHA256SUMS
_OTHER = "application/octet-stream"
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe would be waited for


def parse_target(target: str) -> tuple[str, ...] | None:
    """The parts of a path below the site; None for whatever a page of ours never links to.

    Decoded once. Hidden names, and with them `..`, are no part of a site.
    """
    path = target.partition("#")[0].partition("?")[0]
    if not path.startswith("/"):
        return None
    try:
        *folders, name = unquote(path[1:], errors="strict").split("/")
    except UnicodeDecodeError:
        return None
    parts = (*folders, name or INDEX)
    return parts if all(map(_is_plain, parts)) else None


def _is_plain(part: str) -> bool:
    return bool(part) and not part.startswith(".") and part.isprintable() and "\\" not in part


def type_of(name: str) -> str:
    suffix = os.path.splitext(name)[1]  # noqa: PTH122 - a name of the site, no path of this machine
    return TYPES.get(suffix, _OTHER) if suffix else _UNTYPED


def read_file(folder: Path, parts: tuple[str, ...]) -> bytes | None:
    """A regular file below `folder`, or None. No symbolic link is followed, at any depth."""
    for _ in range(2):  # the folder may be exchanged for a newer one between two steps
        try:
            return _read(folder, parts)
        except OSError:
            continue
    return None


def _read(folder: Path, parts: tuple[str, ...]) -> bytes | None:
    handle = os.open(folder, _FLAGS | os.O_DIRECTORY)
    try:
        for part in parts:
            below = os.open(part, _FLAGS, dir_fd=handle)
            os.close(handle)
            handle = below
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with open(handle, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(handle)
