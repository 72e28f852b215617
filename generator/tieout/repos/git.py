"""The door to the git process: every call of git in the program goes through `run` or `running`.

Commands are fixed shapes; text from a repository is never an option, only standard input or what stands behind
`--end-of-options`. Standard error is never parsed. What a repository configures for itself does not run here.
"""

import fcntl
import os
import re
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from io import BufferedReader
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import NamedTemporaryFile, TemporaryFile
from threading import Thread, Timer
from typing import TYPE_CHECKING, BinaryIO, cast

from tieout.problems import BuildError

if TYPE_CHECKING:
    from git.cmd import Git
    from git.exc import GitCommandNotFound

READ_TIMEOUT = 600  # seconds
FETCH_TIMEOUT = 3600
_BUFFER = 1 << 20
_REMEMBERED = 4096  # bytes kept of standard error, to quote it

# What fetching over a network may take from the user's own GIT_* variables: how to reach a host, nothing about repositories.
_NETWORK = re.compile(
    r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_.+|PROXY_SSL_.+|HTTP_.+|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)"
)
_STRICT = {
    "HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ASKPASS": "/bin/false",
    "SSH_ASKPASS": "/bin/false",
    "GIT_ALLOW_PROTOCOL": "file",
}
_ALWAYS = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_FLUSH": "0",  # git log and its kin flush after each commit otherwise: a quarter of the time
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "TZ": "UTC",
}
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.quotePath=false",
    "core.packedGitWindowSize=2m",  # most of git's memory is the mapped pack; smaller windows cost no time
    "core.packedGitLimit=56m",  # with less, git maps and unmaps without end: a sixth of the time
    "core.deltaBaseCacheLimit=16m",
    "core.bigFileThreshold=64m",  # what is larger is passed on in pieces
    "protocol.ext.allow=never",
    "transfer.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.graftFileDeprecated=false",
)
_OPTIONS = ("--no-pager", *(word for setting in _SETTINGS for word in ("-c", setting)))
_NO_GIT = "git was not found on the PATH; install Git 2.36 or newer and run again"
_users: dict[str, str] = {}  # GIT_* variables that the program was started with


@dataclass(frozen=True, slots=True)
class Where:
    """Where a command runs, and what it may trust.

    `mirror` is one of our own, and the only repository looked at; without it git discovers the one that
    holds `folder`, no higher than `ceiling`. `owners` are read although another user may own them (usual in CI).
    """

    folder: Path
    mirror: Path | None = None
    owners: tuple[Path, ...] = ()
    ceiling: Path | None = None
    network: bool = False  # the user's own configuration, agent, helpers and proxy apply
    bare: bool = True  # a folder that looks like a bare repository is taken for one


def at_mirror(mirror: Path, *, owners: tuple[Path, ...] = (), network: bool = False) -> Where:
    return Where(mirror, mirror, (mirror, *owners), network=network)


def around(folder: Path) -> Where:
    """The repository around `folder`, whoever owns it: it is the one the person is working in.

    In a working tree a bare repository is refused: its files can come with a commit, unlike those of a `.git`.
    """
    places = (folder, *folder.parents)
    tree = any((place / ".git").exists() for place in places)
    return Where(folder, owners=tuple(owner for place in places for owner in (place, place / ".git")), bare=not tree)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    out: bytes
    said: str = ""  # the telling line of standard error, to be quoted to a person, never understood

    @property
    def good(self) -> bool:
        return self.status == 0


@dataclass(slots=True)
class Process:
    """A git process under way. `status` and `said` are known once its `with` block has ended."""

    stdout: BufferedReader
    stdin: BinaryIO
    ended: Callable[[], bool]
    wait: Callable[[], int]  # until it has ended: its status
    status: int = -1
    said: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may use before the system ends it, where the system can (Linux); 0 is without a bound."""

    memory: int = 0  # bytes of its own data, without the files that it maps
    file: int = 0  # bytes of a file that it writes


def run(
    where: Where,
    *arguments: str,
    stdin: bytes = b"",
    settings: Sequence[str] = (),
    timeout: int = 0,
    bounds: Bounds = Bounds(),
) -> Answer:
    """Run one command to its end."""
    with running(where, *arguments, stdin=stdin, settings=settings, timeout=timeout, bounds=bounds) as process:
        out = process.stdout.read()
    return Answer(process.status, out, process.said)


@contextmanager
def running(
    where: Where,
    *arguments: str,
    stdin: bytes | Process | None = b"",
    settings: Sequence[str] = (),
    timeout: int = 0,
    bounds: Bounds = Bounds(),
) -> Iterator[Process]:
    """Start a command, whose output is read as it comes; when the block ends, so does the process.

    A `stdin` that is given goes through a file, so that nothing waits for anything; of another process it is what that
    one writes, and nobody else reads it then. With None the caller writes to `process.stdin`, from a thread of its own
    unless it reads in between, and closes it.
    """
    command = ["git", *_OPTIONS]
    command += ["-c", "core.commitGraph=false"] if where.mirror else []  # it tells of parents without hashing anything
    command += [] if where.bare else ["-c", "safe.bareRepository=explicit"]
    command += [*(word for setting in settings for word in ("-c", setting)), *arguments]
    with _configuration(where) as configuration, _input(stdin) as source:
        child = _start(command, where, configuration, source)
        _bound(child, bounds)
        heard = _Listener(child)
        watchdog = Timer(timeout or (FETCH_TIMEOUT if where.network else READ_TIMEOUT), child.kill)
        watchdog.daemon = True
        watchdog.start()
        process = Process(
            BufferedReader(child.stdout.raw, _BUFFER),  # type: ignore[union-attr]
            child.stdin,  # type: ignore[arg-type]
            lambda: child.poll() is not None,
            child.wait,
        )
        try:
            yield process
        except BaseException:
            child.kill()
            raise
        finally:
            _close(process)
            process.status = child.wait()
            watchdog.cancel()
            process.said = heard.telling_line()


def widen(*streams: BufferedReader) -> None:
    """Room for a megabyte in each pipe, where the system has it: the process then waits less for whoever reads."""
    for stream in streams:
        with suppress(OSError, AttributeError):
            fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _BUFFER)


class _Listener(Thread):
    """Empties standard error, which would otherwise fill and stop git, and keeps its end."""

    def __init__(self, child: Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.stream = cast("BufferedReader", child.stderr)
        self.heard = b""
        self.start()

    def run(self) -> None:
        while chunk := self.stream.read1(_BUFFER):
            self.heard = (self.heard + chunk)[-_REMEMBERED:]
        self.stream.close()

    def telling_line(self) -> str:
        self.join()
        lines = self.heard.decode("utf-8", "replace").split("\n")
        said = [line for line in lines if line.strip()]
        # after these git goes on with advice, which would be all that is quoted
        telling = [line for line in said if line.startswith(("ssh:", "fatal:", "error:"))]
        last = (telling[:1] or said[-1:] or [""])[0]
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in last)[:300]


def _start(command: list[str], where: Where, configuration: str, source: BinaryIO | None) -> Popen[bytes]:
    _take_git_variables()
    door, not_found = _door()
    if not os.access(where.folder, os.X_OK):  # GitPython would run in the current folder instead
        raise BuildError(
            f"git could not be started in {where.folder}: there is no such folder, or it may not be entered"
        )
    try:
        started = door(where.folder).execute(
            command,
            istream=source if source is not None else cast("BinaryIO", PIPE),
            as_process=True,
            shell=False,
            env=_environment(where, configuration),
        )
    except not_found:
        raise BuildError(_NO_GIT) from None
    child = cast("Popen[bytes]", started.proc)
    started.proc = None  # from here on the child is ours: GitPython would end it whenever its wrapper is collected
    return child


def _bound(child: Popen[bytes], bounds: Bounds) -> None:
    limit = getattr(resource, "prlimit", None)
    for kind, most in ((resource.RLIMIT_DATA, bounds.memory), (resource.RLIMIT_FSIZE, bounds.file)):
        if limit is not None and most:
            with suppress(OSError, ValueError):  # it ended already, or has a lower one
                limit(child.pid, kind, (most, most))


@cache
def _door() -> tuple[type["Git"], type["GitCommandNotFound"]]:
    """GitPython's way to the git process, and what it raises when there is none.

    Raises:
        BuildError: there is no git, for which GitPython looks when it is imported.
    """
    try:
        from git.cmd import Git  # noqa: PLC0415 - looks for git, so a machine without it is told so here
        from git.exc import GitCommandNotFound  # noqa: PLC0415
    except ImportError:
        raise BuildError(_NO_GIT) from None
    return Git, GitCommandNotFound


def _close(process: Process) -> None:
    process.stdout.close()  # first: a git that still writes then ends by itself
    with suppress(BrokenPipeError, AttributeError):
        process.stdin.close()


def _take_git_variables() -> None:
    """GitPython hands the program's own environment on: in a hook that would aim every command at another repository."""
    for name in [name for name in os.environ if name.startswith("GIT_") and not name.startswith("GIT_PYTHON_")]:
        _users[name] = os.environ.pop(name)


def _environment(where: Where, configuration: str) -> dict[str, str]:
    chosen = dict(_ALWAYS)
    if where.network:
        chosen |= {name: value for name, value in _users.items() if _NETWORK.fullmatch(name)}
        chosen["GIT_ALLOW_PROTOCOL"] = "https:ssh"
    else:
        chosen |= _STRICT | {"GIT_CONFIG_GLOBAL": configuration}
    if where.mirror is not None:
        chosen["GIT_DIR"] = str(where.mirror)
    if where.ceiling is not None:
        chosen["GIT_CEILING_DIRECTORIES"] = str(where.ceiling)
    return chosen


@contextmanager
def _configuration(where: Where) -> Iterator[str]:
    """Our own global configuration file: git's upload-pack takes `safe.directory` from nowhere else."""
    with NamedTemporaryFile("wb", prefix="tieout-", suffix=".gitconfig") as file:
        for path in dict.fromkeys(place for owner in where.owners for place in (owner, owner.resolve())):
            file.write(b'[safe]\n\tdirectory = "%s"\n' % _quoted(os.fsencode(path)))
        file.flush()
        yield file.name


def _quoted(value: bytes) -> bytes:
    return value.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")


@contextmanager
def _input(given: bytes | Process | None) -> Iterator[BinaryIO | None]:
    if not isinstance(given, bytes):
        yield None if given is None else cast("BinaryIO", given.stdout)
        return
    with TemporaryFile() as file:
        file.write(given)
        file.seek(0)
        yield cast("BinaryIO", file)
