"""What the server answers, asked through real sockets; and the small rules behind it."""

import socket
from http.client import HTTPConnection
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.problems import BuildError, Source, error, warning
from tieout.serve import dressing, files, hosts, notice, requests
from tieout.serve.showing import Showing

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'"
PAGE = (
    '<!doctype html>\n<html><head><meta charset="utf-8">\n'
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n</head>\n'
    '<body data-page="a > b">\n<main>Hello</main></body></html>\n'
).encode()
WRONG = error(
    "unknown-person", "owner: unknown person 'alise'", Source(path="isms/risks/RSK-007.md", line=7, column=12)
)


@pytest.fixture
def showing(tmp_path):
    for place in ("present/current", "past/2026-03-31"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "index.html").write_bytes(PAGE)
    (tmp_path / "present/index.html").write_bytes(PAGE)
    (tmp_path / "present/.tieout-site").write_bytes(b"ours")
    (tmp_path / "present/current/SHA256SUMS").write_bytes(b"0  index.html\n")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "present/current/link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "present/linked").symlink_to(tmp_path)
    return Showing(tmp_path / "present", tmp_path / "past")


@pytest.fixture
def server(showing):
    faults = []
    made = requests.open_server("127.0.0.1", 0, showing, faults.append)
    Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield made
    showing.end()
    made.shutdown()
    made.server_close()
    assert faults == []


def ask(server, target, method="GET", host=None):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest(method, target, skip_host=True)
    connection.putheader("Host", f"127.0.0.1:{server.port}" if host is None else host)
    connection.endheaders()
    told = connection.getresponse()
    body = told.read()
    connection.close()
    return told, body


def seen_in(body):
    return body.partition(b'data-seen="')[2].partition(b'"')[0].decode()


def test_page_is_sent_with_the_script_and_the_published_file_stays_as_it_was(server, showing):
    told, body = ask(server, "/current/")
    assert told.status == 200
    assert (told.headers["Content-Type"], told.headers["Cache-Control"]) == ("text/html; charset=utf-8", "no-store")
    assert b'<script src="/.tieout/serve.js"' in body
    assert b"<main>Hello</main>" in body
    assert (showing.present / "current/index.html").read_bytes() == PAGE
    assert showing.in_view == ("current", "index.html")


def test_audit_of_the_past_and_other_files_are_found_and_nothing_is_listed(server):
    assert ask(server, "/2026-03-31/index.html")[0].status == 200
    told, body = ask(server, "/current/SHA256SUMS")
    assert (told.headers["Content-Type"], body) == ("text/plain; charset=utf-8", b"0  index.html\n")
    told, _ = ask(server, "/current")
    assert (told.status, told.headers["Location"]) == (307, "/current/")
    assert ask(server, "/.tieout/serve.css")[0].headers["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/current/%2e%2e/%2e%2e/secret.txt",
        "/current/..%5c..%5csecret.txt",
        "/current/link.txt",
        "/linked/secret.txt",
        "/.tieout-site",
        "/%2Ftmp/x",
        "/current//index.html",
        "/current/index.html%00.txt",
        "/%ff",
        "/current/nothing.html",
        "/.tieout/serve.py",
        "/.tieout/changed?page=/../secret.txt&seen=",
        "http://127.0.0.1/secret.txt",
    ],
)
def test_nothing_outside_the_site_is_sent(server, target):
    told, body = ask(server, target)
    assert told.status == 404
    assert b"secret" not in body.replace(target.encode(), b"").replace(b"secret.txt", b"")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1", "", "127.0.0.1:{port}.evil.example"]
)
def test_request_for_another_host_is_refused(server, host):
    assert ask(server, "/current/", host=host.format(port=server.port))[0].status == 403


@pytest.mark.parametrize("host", ["localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_request_for_this_machine_is_answered(server, host):
    assert ask(server, "/current/", host=host.format(port=server.port))[0].status == 200


def test_host_rules():
    assert hosts.is_allowed("localhost", "127.0.0.1", 80)
    assert hosts.is_allowed("isms.example:8000", "isms.example", 8000)
    assert hosts.is_allowed("10.0.0.7:8000", "0.0.0.0", 8000)  # noqa: S104
    assert hosts.is_allowed("[fe80::1]:8000", "::", 8000)
    assert not hosts.is_allowed("evil.example:8000", "0.0.0.0", 8000)  # noqa: S104
    assert not hosts.is_allowed("10.0.0.7:8000", "127.0.0.1", 8000)


def test_only_get_and_head_are_answered(server):
    told, body = ask(server, "/current/", "HEAD")
    assert (told.status, body) == (200, b"")
    assert int(told.headers["Content-Length"]) == len(ask(server, "/current/")[1])
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        told, _ = ask(server, "/current/", method)
        assert (told.status, told.headers["Allow"]) == (405, "GET, HEAD")


def test_reader_is_told_when_the_page_or_the_notice_changes(server, showing):
    seen = seen_in(ask(server, "/current/")[1])
    question = f"/.tieout/changed?page=/current/&seen={seen}"
    waiting = []
    thread = Thread(target=lambda: waiting.append(ask(server, question)[0].status))
    thread.start()
    showing.change(notice.NOTHING)  # nothing that this reader would see
    showing.change(notice.of_errors([WRONG]))
    thread.join(5)
    assert waiting == [200]
    _, body = ask(server, "/current/")
    assert b"isms/risks/RSK-007.md:7:12" in body
    seen = seen_in(body)
    showing.change(showing.notice, {"current/index.html": PAGE.replace(b"Hello", b"Fresh")})
    assert ask(server, f"/.tieout/changed?page=/current/&seen={seen}")[0].status == 200
    assert b"Fresh" in ask(server, "/current/")[1]


def test_page_that_is_not_there_yet_waits_for_it_too(server, showing):
    told, body = ask(server, "/current/new.html")
    assert told.status == 404
    assert seen_in(body)
    (showing.present / "index.html").unlink()
    assert ask(server, "/current/new.html")[0].status == 503


def test_port_in_use_is_one_sentence(server, showing):
    with pytest.raises(BuildError, match=rf"port {server.port} of 127.0.0.1 is in use; name another one with --port\."):
        requests.open_server("127.0.0.1", server.port, showing, print)


def test_host_that_is_none_is_one_sentence(showing):
    with pytest.raises(BuildError, match="name a host of this machine with --host"):
        requests.open_server("no.such.host.invalid", 0, showing, print)


def test_reader_who_leaves_is_no_fault(server):
    with socket.create_connection(("127.0.0.1", server.port)) as gone:
        gone.sendall(b"GET /current/ HTTP/1.1\r\nHost: ")
    assert ask(server, "/current/")[0].status == 200


def test_policy_lets_the_server_through_and_nothing_else():
    assert dressing.allow("default-src 'none'; style-src 'self'; img-src 'self'") == (
        "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; script-src 'self'"
    )
    assert dressing.allow("script-src https://x.example 'none'") == "script-src https://x.example 'self'"
    assert dressing.allow("") == ""


def test_page_is_dressed_in_its_head_and_at_the_top_of_its_body():
    text = dressing.dress(PAGE, notice.of_errors([WRONG]), "1234").decode()
    assert "connect-src 'self'" in text
    assert (
        text.index("serve.js") < text.index("</head>") < text.index('<body data-page="a > b">') < text.index("<aside")
    )
    assert text.index("<aside") < text.index("<main>")
    assert dressing.dress(b"no page at all", notice.NOTHING, "1").endswith(b"no page at all")


def test_notice_names_place_severity_message_and_code():
    text = notice.render(
        notice.of_errors([warning("line-ends", "the file has Windows line ends", Source(path="a.md")), WRONG])
    )
    assert "1 error, 1 warning: the pages stay as they were until the errors are mended." in text
    plain = "".join(part.partition(">")[2] for part in text.split("<"))
    assert "isms/risks/RSK-007.md:7:12: error: owner: unknown person &#x27;alise&#x27; [unknown-person]" in plain
    assert plain.index("error: owner") < plain.index("warning: the file")
    assert "<details open>" in text
    assert "<details>" in notice.render(notice.of_report([warning("line-ends", "x", Source(path="a.md"))]))
    assert notice.render(notice.of_report([])) == ""


def test_long_list_says_how_many_more():
    text = notice.render(notice.of_errors([error("x", f"{n}", Source(path="a.md")) for n in range(1234)]))
    assert text.count("<li>") == notice.MOST + 1
    assert "1,134 more" in text


@given(st.text(), st.text())
def test_foreign_text_in_a_notice_is_neither_markup_nor_invisible(message, path):
    text = notice.render(notice.of_errors([error("x", message, Source(path=path))]))
    inside = text.partition("<ul>")[2]
    for tag in (
        "<li>",
        "</li>",
        "<code>",
        "</code>",
        '<span class="error">',
        "</span>",
        "</ul>",
        "</details>",
        "</aside>",
    ):
        inside = inside.replace(tag, "")
    assert not set(inside) & {"<", ">", '"', "\x00", "\x1b", "\u202e"}


@given(st.text())
def test_any_target_gives_plain_parts_or_nothing(target):
    parts = files.parse_target(target)
    assert parts is None or all(part and part[0] != "." and not {"/", "\\", "\0"} & set(part) for part in parts)


def test_answers_cannot_be_embedded_by_another_site(server):
    told, _ = ask(server, "/current/")
    wanted = {"Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "Server": "tieout"}
    assert {name: told.headers[name] for name in wanted} == wanted
