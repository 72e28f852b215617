"""Who a request may name as its host. Pure.

A page of any site can let its own name lead to 127.0.0.1 and then read what is served there (DNS rebinding). Such a
request still carries that name; an address in digits cannot be turned so.
"""

from ipaddress import ip_address

LOCAL = ("localhost", "127.0.0.1", "[::1]")
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
_HTTP = 80


def is_allowed(named: str, host: str, port: int) -> bool:
    """Whether a `Host` header is one of this server, which was told to listen at `host` and `port`."""
    name, colon, digits = named.strip().lower().rpartition(":")
    if not colon or digits.endswith("]"):  # no port, as a browser leaves out that of http
        name, digits = named.strip().lower(), str(_HTTP)
    if digits != str(port):
        return False
    return name in LOCAL or name == bracketed(host.lower()) or (host in EVERYWHERE and _is_address(name))


def bracketed(host: str) -> str:
    """A host as it stands in an address: version 6 in brackets."""
    return f"[{host}]" if ":" in host else host


def is_local(host: str) -> bool:
    return bracketed(host) in LOCAL


def _is_address(name: str) -> bool:
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
