"""The copy of a page that is sent: with the notice on top and the script that renews it. Pure; no file changes.

A published page allows no script but its own and no request at all. The copy allows both from this server, and
nothing else.
"""

import re
from hashlib import sha256
from html import escape, unescape

from tieout.serve import notice as notices
from tieout.serve.notice import Notice

OWN = "/.tieout/"  # hidden, as no path of a site is
STYLE, SCRIPT, CHANGED = f"{OWN}serve.css", f"{OWN}serve.js", f"{OWN}changed"
_DIRECTIVES = ("connect-src", "script-src", "style-src")
_POLICY = re.compile(
    rb"""(<meta\s[^>]*http-equiv=["']?content-security-policy["']?[^>]*\scontent=")([^"]*)(")""", re.IGNORECASE
)
_HEAD = re.compile(rb"</head\s*>", re.IGNORECASE)
_BODY = re.compile(rb"""<body(?:\s(?:"[^"]*"|'[^']*'|[^>"'])*)?>""", re.IGNORECASE)


def mark(page: bytes | None, notice: Notice) -> str:
    """A short name of what a reader is shown: it changes when the page or the notice does."""
    shown = b"-" if page is None else b"+" + page
    return sha256(shown + b"\0" + notices.render(notice).encode()).hexdigest()[:16]


def dress(page: bytes, notice: Notice, seen: str) -> bytes:
    """The page with the notice, the script and its sheet. `seen` is its mark, which the script asks with."""
    head = f'<link rel="stylesheet" href="{STYLE}"><script src="{SCRIPT}" data-seen="{seen}" defer></script>'.encode()
    top = notices.render(notice).encode()
    page = _POLICY.sub(lambda found: found[1] + _allowed(found[2]) + found[3], page, count=1)
    body = _BODY.search(page)
    if body is None:
        return top + head + page
    page = page[: body.end()] + top + page[body.end() :]
    return _HEAD.sub(lambda found: head + found[0], page, count=1)


def _allowed(policy: bytes) -> bytes:
    return escape(allow(unescape(policy.decode()))).replace("&#x27;", "'").encode()


def allow(policy: str) -> str:
    """A content security policy that also lets this server's own script, sheet and requests through."""
    given = {words[0].lower(): words[1:] for part in policy.split(";") if (words := part.split())}
    for name in _DIRECTIVES:
        sources = given.get(name, given.get("default-src"))
        if sources is not None:
            given[name] = [*(source for source in sources if source not in {"'none'", "'self'"}), "'self'"]
    return "; ".join(" ".join((name, *sources)) for name, sources in given.items())


def blank(title: str, words: str) -> bytes:
    """A page of our own, where the site has none."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'\">\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f'<noscript><meta http-equiv="refresh" content="2"></noscript>\n'
        f'</head>\n<body class="tieout-blank">\n<main><h1>{escape(title)}</h1>\n<p>{escape(words)}</p></main>\n'
        f"</body>\n</html>\n"
    ).encode()
