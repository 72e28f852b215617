"""Real Git repositories for tests, made quickly: fixed people, fixed days, the same commit ids in every run.

    repo = make_repository(tmp_path / "app")                       # one with a work tree; bare=True for one without
    first = commit(repo, "Add a page", {"page.md": "hello\n"})     # one process a commit
    side = commit(repo, "Try it", {"page.md": "hi\n"}, branch="side", parents=[first], author=BEN, time=DAY * 3)
    merge = commit(repo, "Merge side", {"page.md": "hi\n"}, parents=[first, side])
    tag(repo, "v1", message="Release 1")                           # annotated; without a message lightweight
    update_ref(repo, "refs/pull/7/head", side)
    odd = write_object(repo, "commit", b"tree ...")                # any bytes at all
    git(repo, "log", "--oneline")                                  # any other command; returns stdout

`files` maps a path to its new content; None deletes it, `Link("target")` makes a symlink, `Executable(...)` a script.
A commit's time defaults to one hour after the branch's tip. With a work tree, the checked-out branch follows.
Only the tests use this: the program itself runs git through `tieout.repos` alone.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

DAY = 86_400
HOUR = 3_600
START = 1_759_741_200  # 2025-10-06T09:00:00Z
ADA = "Ada Stone <ada@example.org>"
BEN = "Ben Marsh <ben@example.org>"
BOT = "ci-bot <ci-bot@example.org>"

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C",
    "TZ": "UTC",
}


class Link(str):
    """The target of a symbolic link."""

    __slots__ = ()


class Executable(str):
    """The text of a program."""

    __slots__ = ()


Content = str | bytes | None


def git(repo: Path, *arguments: str, stdin: bytes = b"", check: bool = True) -> str:
    """Run any git command in `repo` with a clean environment; its stdout without the last newline."""
    return git_bytes(repo, *arguments, stdin=stdin, check=check).decode("utf-8", "surrogateescape").removesuffix("\n")


def git_bytes(repo: Path, *arguments: str, stdin: bytes = b"", check: bool = True) -> bytes:
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", *arguments],
        cwd=repo,
        env=ENVIRONMENT,
        input=stdin,
        capture_output=True,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def make_repository(path: Path, *, bare: bool = False, object_format: str = "sha1", branch: str = "main") -> Path:
    """An empty repository at `path`, whose HEAD names `branch`."""
    path.mkdir(parents=True, exist_ok=True)
    kind = ["--bare"] if bare else []
    git(path, "init", "-q", "--template=", f"--object-format={object_format}", "-b", branch, *kind, ".")
    return path


def commit(
    repo: Path,
    message: str | bytes,
    files: Mapping[str | bytes, Content] | None = None,
    *,
    branch: str = "main",
    author: str = ADA,
    committer: str = "",
    time: int | None = None,
    authored: int | None = None,
    parents: Sequence[str] | None = None,
) -> str:
    """One more commit on `branch`, by default on its tip; returns its id. Times are seconds since 1970."""
    tip = git(repo, "rev-parse", "--verify", "-q", f"refs/heads/{branch}", check=False)
    above = list(parents) if parents is not None else [tip] if tip else []
    if time is None:
        time = int(git(repo, "log", "-1", "--format=%ct", above[0])) + HOUR if above else START
    stream = [
        f"commit refs/heads/{branch}",
        "mark :1",
        f"author {author} {time if authored is None else authored} +0000",
    ]
    stream.append(f"committer {committer or author} {time} +0000")
    head = "\n".join(stream).encode() + b"\n" + _data(message)
    head += b"".join(
        b"%s %s\n" % (b"merge" if index else b"from", parent.encode()) for index, parent in enumerate(above)
    )
    changes = b"".join(_change(path, content) for path, content in (files or {}).items())
    reset = b"" if above else f"reset refs/heads/{branch}\n".encode()
    made = git(repo, "fast-import", "--quiet", "--force", stdin=reset + head + changes + b"\nget-mark :1\n")
    _follow(repo, branch)
    return made


def tag(repo: Path, name: str, at: str = "main", *, message: str = "", tagger: str = ADA, time: int = START) -> str:
    """An annotated tag with a message, a lightweight one without; returns the id the ref points at."""
    target = git(repo, "rev-parse", "--verify", at)
    if message:
        kind = git(repo, "cat-file", "-t", target)
        text = f"object {target}\ntype {kind}\ntag {name}\ntagger {tagger} {time} +0000\n\n{message}\n"
        target = write_object(repo, "tag", text.encode())
    return update_ref(repo, f"refs/tags/{name}", target)


def write_object(repo: Path, kind: str, data: bytes) -> str:
    """Any bytes as an object, however malformed; returns its id."""
    return git(repo, "hash-object", "-w", "--stdin", "--literally", "-t", kind, stdin=data)


def update_ref(repo: Path, name: str, target: str) -> str:
    git(repo, "update-ref", name, target)
    return target


def object_file(repo: Path, object_id: str) -> Path:
    """Where a loose object lies, for tests that damage it."""
    store = repo / ".git" if (repo / ".git").is_dir() else repo
    return store / "objects" / object_id[:2] / object_id[2:]


def unpack(repo: Path) -> None:
    """Turn every pack into loose objects, for tests that damage one."""
    store = repo / ".git" if (repo / ".git").is_dir() else repo
    for pack in sorted((store / "objects" / "pack").glob("*.pack")):
        data = pack.read_bytes()
        for part in pack.parent.glob(pack.stem + ".*"):
            part.unlink()
        git(repo, "unpack-objects", "-q", stdin=data)


def _data(content: str | bytes) -> bytes:
    raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    return b"data %d\n%s\n" % (len(raw), raw)


def _change(path: str | bytes, content: Content) -> bytes:
    name = path.encode("utf-8", "surrogateescape") if isinstance(path, str) else path
    quoted = b'"%s"' % name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    if content is None:
        return b"D %s\n" % quoted
    mode = b"120000" if isinstance(content, Link) else b"100755" if isinstance(content, Executable) else b"100644"
    return b"M %s inline %s\n%s" % (mode, quoted, _data(content))


def _follow(repo: Path, branch: str) -> None:
    if (repo / ".git").is_dir() and git(repo, "symbolic-ref", "HEAD") == f"refs/heads/{branch}":
        git(repo, "reset", "-q", "--hard")
