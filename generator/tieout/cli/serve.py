"""`tieout serve`."""

import fcntl
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import click

from tieout.build import world
from tieout.cli import output
from tieout.problems import BuildError
from tieout.repos import trees

if TYPE_CHECKING:
    from tieout.serve import live, requests

LONGEST = 2  # seconds that the end waits for a rebuild


@click.command(name="serve")
@output.isms_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="0: any that is free.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; others reach this machine only there."
)
def command(isms: Path, port: int, host: str) -> int:
    """Serve the site, rebuilt as the files of the ISMS are saved, until Ctrl-C.

    Problems stand on top of each page until they are mended. Nothing is published: the pages are kept in
    your own cache folder.
    """
    try:
        from tieout.serve import hosts, live, requests, showing  # noqa: PLC0415 - needs an extra
        from tieout.serve import notice as notices  # noqa: PLC0415
    except ModuleNotFoundError as fault:
        if fault.name != "watchfiles":
            raise
        raise BuildError("watchfiles is not installed: run `pip install 'tieout[serve]'`.") from None
    location = trees.locate(isms)
    folder = world.store(location) / "serve"
    with _alone(folder):
        there = (folder / "present" / "index.html").exists()
        shown = showing.Showing(folder / "present", folder / "past", notices.RENEWED if there else notices.FIRST)
        server = requests.open_server(host, port, shown, output.report_bug)
        output.say(f"serving {location.folder} at {server.address} until Ctrl-C")
        if not hosts.is_local(host):
            output.complain(f"whoever reaches this machine at {host} can read the whole ISMS there.")
        terminal = live.Terminal(
            output.say, lambda problems: output.show_problems(problems, err=True), output.report_bug
        )
        _serve(server, live.Live(isms, shown, terminal))
    return 0


def _serve(server: "requests.Server", builder: "live.Live") -> None:
    """Answers in threads while one thread builds; returns when the person ends it, raises when that thread cannot go on."""
    stop = Event()
    ended: list[BuildError] = []

    def build() -> None:
        try:
            builder.run(stop)
        except BuildError as fault:
            ended.append(fault)
        server.shutdown()

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    thread = Thread(target=build, daemon=True)
    thread.start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        server.showing.end()
        server.server_close()
        thread.join(LONGEST)
    if ended:
        raise ended[0]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two of one ISMS would write the same pages."""
    try:
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError:
        raise BuildError(
            f"{folder}: another tieout serve of this ISMS is running; end it, or open its address."
        ) from None
    except OSError as fault:
        raise BuildError(f"{folder}: {fault.strerror}; the served pages are kept there, so make it writable.") from None
