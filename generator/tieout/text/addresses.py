"""Addresses of repositories as people may see them: what a person should have kept to themselves is left out."""

import re

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_AUTHORITY = re.compile(r"[^/?#]*")
_WITHIN = re.compile(r"(?<=://)[^/\s@]*@")
_PORT = re.compile(r"[^:]*(:[0-9]*)?|\[.*")


def without_secrets(address: str) -> str:
    """An address without a password, a token that stands for a user, and what follows a question mark.

    Whoever reads the messages and pages of a build need not be allowed to read a repository. The user of an ssh address
    is no secret, and stays; so does the other form of one, `git@host:path`.
    """
    scheme = _SCHEME.match(address)
    if scheme is None:
        return address
    head, rest = scheme[0], address[scheme.end() :]
    authority = _AUTHORITY.match(rest)
    ends = authority.end() if authority else 0
    if "@" not in rest[:ends] and not _PORT.fullmatch(rest[:ends]):  # a slash within the password
        ends = len(rest)
    told, at, host = rest[:ends].rpartition("@")
    user, colon, _ = told.partition(":")
    named = scheme[1].lower() == "ssh"
    shown = "***" if at and not named else f"{user}:***" if colon else user
    path, asks, _ = rest[ends:].partition("?")
    return f"{head}{shown}{at}{host}{path}{'?***' if asks else ''}"


def without_secrets_within(text: str) -> str:
    """A sentence with all addresses in it as above, as far as they are written as they should be."""
    return _WITHIN.sub("***@", text)
