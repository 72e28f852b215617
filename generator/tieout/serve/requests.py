"""The server: a request in, bytes of the site out. It reads, and only for those it was started for."""

import errno
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import MappingProxyType
from urllib.parse import parse_qs

from tieout.problems import BuildError
from tieout.serve import dressing, files, hosts
from tieout.serve.showing import Showing

PATIENCE = 20  # seconds that a question for news is held open
_STATIC = Path(__file__).parent / "static"
_HTML = files.TYPES[".html"]
_TEXT = files.TYPES[".txt"]
_ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def answer(target: str, showing: Showing) -> Answer:
    """What a GET of `target` is told."""
    path = target.partition("?")[0]
    if path == dressing.CHANGED:
        return _news(target, showing)
    if path in {dressing.STYLE, dressing.SCRIPT}:
        name = path.removeprefix(dressing.OWN)
        return Answer(200, files.type_of(name), (_STATIC / name).read_bytes())
    parts = files.parse_target(target)
    if parts is None:
        return Answer(404, _TEXT, b"There is no such page.\n")
    found = showing.read(parts)
    if found is not None and files.type_of(parts[-1]) != _HTML:
        return Answer(200, files.type_of(parts[-1]), found)
    if found is None and showing.read((*parts, files.INDEX)) is not None:
        return Answer(307, _TEXT, b"", {"Location": f"/{path.strip('/')}/"})
    return _page(parts, found, showing)


def _page(parts: tuple[str, ...], found: bytes | None, showing: Showing) -> Answer:
    showing.in_view = parts
    notice = showing.notice
    seen = dressing.mark(found, notice)
    headers = {"Content-Security-Policy": "frame-ancestors 'none'"}
    if found is not None:
        return Answer(200, _HTML, dressing.dress(found, notice, seen), headers)
    if showing.read((files.INDEX,)) is None:
        blank = dressing.blank("Nothing to show yet", "The page appears here by itself once the site is built.")
        return Answer(503, _HTML, dressing.dress(blank, notice, seen), headers)
    blank = dressing.blank("There is no such page", f"Nothing is published at {'/'.join(parts)}.")
    return Answer(404, _HTML, dressing.dress(blank, notice, seen), headers)


def _news(target: str, showing: Showing) -> Answer:
    """Waits until a page, or the notice on it, is no longer what its reader has seen."""
    asked = parse_qs(target.partition("?")[2])
    page, seen = (next(iter(asked.get(name, ())), "") for name in ("page", "seen"))
    parts = files.parse_target(page)
    if parts is None:
        return Answer(404, _TEXT, b"There is no such page.\n")
    showing.in_view = parts
    changed = showing.wait(lambda: showing.mark(parts) != seen, PATIENCE)
    return Answer(200 if changed else 204, _TEXT, b"changed\n" if changed else b"")


class Handler(BaseHTTPRequestHandler):
    """One connection. The server it belongs to knows what is shown."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    server: "Server"

    def do_GET(self) -> None:
        self._send(self._answer())

    def do_HEAD(self) -> None:
        self._send(self._answer())

    def _answer(self) -> Answer:
        named = self.headers.get_all("Host", [])
        if len(named) != 1 or not hosts.is_allowed(named[0], self.server.host, self.server.port):
            return Answer(403, _TEXT, b"This address is not the one that tieout serve was started for.\n")
        return answer(self.path, self.server.showing)

    def _send(self, told: Answer) -> None:
        self.send_response(told.status)
        for name, value in {**_ALWAYS, "Content-Type": told.kind, **told.headers}.items():
            self.send_header(name, value)
        if told.status != 204:
            self.send_header("Content-Length", str(len(told.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Whatever is no GET and no HEAD, or no HTTP at all. Ends the connection, whose rest is not read."""
        self.close_connection = True
        allowed = {"Allow": "GET, HEAD"} if code == 501 else {}
        status = 405 if code == 501 else code
        self._send(Answer(status, _TEXT, b"Only GET and HEAD are answered.\n", {"Connection": "close", **allowed}))

    def version_string(self) -> str:
        return "tieout"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        """The terminal is for what was saved."""


class Server(ThreadingHTTPServer):
    """A thread a connection; questions for news keep theirs."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: str, port: int, showing: Showing, report: Callable[[BaseException], None]) -> None:
        self.host = host
        self.showing = showing
        self.report = report
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """Where a person opens it."""
        name = "localhost" if self.host in hosts.EVERYWHERE else hosts.bracketed(self.host)
        return f"http://{name}:{self.port}/"

    def server_bind(self) -> None:
        """Without asking the network for a name of this machine, as HTTPServer does."""
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """A reader who left is no fault."""
        fault = sys.exc_info()[1]
        if fault is not None and not isinstance(fault, (ConnectionError, TimeoutError)):
            self.report(fault)


def open_server(host: str, port: int, showing: Showing, report: Callable[[BaseException], None]) -> Server:
    """A server that listens. `report` is told of faults of ours.

    Raises:
        BuildError: the port is taken or not allowed, or there is no such host.
    """
    try:
        return Server(host, port, showing, report)
    except socket.gaierror as fault:
        raise BuildError(f"{host}: {fault.strerror}; name a host of this machine with --host.") from None
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise BuildError(f"port {port} of {host} is in use; name another one with --port.") from None
        raise BuildError(
            f"port {port} of {host}: {fault.strerror}; name another one with --port, or another --host."
        ) from None
