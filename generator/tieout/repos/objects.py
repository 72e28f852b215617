"""Raw objects -> `Commit` and `Tag`.

The parser takes bytes and never fails: whatever is off the grammar of git's objects is named in `flags`. What Git
itself would show is kept (the last of two authors, the message up to a NUL byte), so that nobody is shown more.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from tieout.model.history import UNSIGNED, Commit, RawSignature, SignatureFormat, Stamp, Tag

NOBODY = Stamp("", "", 0)
LATEST = 253_402_300_799  # last second of the year 9999, the last that calendars here can tell
_ARMOUR: dict[bytes, SignatureFormat] = {
    b"-----BEGIN SSH SIGNATURE-----": "ssh",
    b"-----BEGIN PGP SIGNATURE-----": "pgp",
    b"-----BEGIN PGP MESSAGE-----": "pgp",
    b"-----BEGIN SIGNED MESSAGE-----": "x509",
}
_ID = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_WHO = re.compile(rb"([^<>\n\0]*) <([^<>\n\0]*)> (0|[1-9][0-9]{0,11}) ([+-][0-9]{4})")
_LOOSE_WHO = re.compile(rb"([^<]*)<?([^>]*)>?[^0-9+-]*([0-9]*)")
_ENCODINGS = re.compile(
    r"(utf-?8|us-ascii|ascii|latin-?[0-9]+|iso-?8859-?[0-9]+|(windows|cp)-?[0-9]{3,4}|koi8-[ru]|big5|gbk|gb18030|gb2312"
    r"|euc-?(jp|kr)|shift[_-]?jis|sjis|iso-2022-(jp|kr))",
    re.IGNORECASE,
)
# A commit with nothing unusual about it: nearly all are, and one match reads it. `parse_unusual_commit` says the same, slower.
_PLAIN = re.compile(
    rb"tree ([0-9a-f]{40}|[0-9a-f]{64})\n((?:parent (?:[0-9a-f]{40}|[0-9a-f]{64})\n)*)"
    rb"author ([^<>\n\0]*) <([^<>\n\0]*)> ([1-9][0-9]{0,10}) ([+-][0-9]{4})\n"
    rb"committer ([^<>\n\0]*) <([^<>\n\0]*)> ([1-9][0-9]{0,10}) ([+-][0-9]{4})\n"
    rb"(?:gpgsig(-sha256)? ([^\n\0]*\n(?: [^\n\0]*\n)*))?\n"
)
_SIGNATURES = {"sha1": b"gpgsig", "sha256": b"gpgsig-sha256"}
_COMMIT_ORDER = (b"tree", b"parent", b"author", b"committer")


class Header(NamedTuple):
    """One header with its continuation lines: `value` without their leading spaces, `raw` as it stands."""

    key: bytes
    value: bytes
    raw: bytes


def parse_commit(object_id: str, data: bytes) -> Commit:
    """The commit that `data` (the object without git's own prefix) holds. Never fails; see `Commit.flags`."""
    match = _PLAIN.match(data)
    if match is None or (match[12] and (match[11] is not None) is not (len(object_id) == 64)):
        return parse_unusual_commit(object_id, data)
    tree, above, name, email, time, zone, name_2, email_2, time_2, zone_2, _, armour = match.groups()
    author_name, author_email, odd = _names(name, email, "utf-8")
    author = committer = Stamp(author_name, author_email, int(time), _zone(zone))
    if time_2 != time or email_2 != email or name_2 != name or zone_2 != zone:  # else one value serves for both
        committer_name, committer_email, odd_2 = _names(name_2, email_2, "utf-8")
        committer = Stamp(committer_name, committer_email, int(time_2), _zone(zone_2))
        odd = odd or odd_2
    parents = tuple(above.decode("ascii").replace("parent ", "").split("\n")[:-1]) if above else ()
    message = data[match.end() :]
    if odd or b"\0" in message or (len(parents) > 1 and len(set(parents)) != len(parents)):
        return parse_unusual_commit(object_id, data)
    try:
        text = message.decode()
    except UnicodeDecodeError:
        return parse_unusual_commit(object_id, data)
    return Commit(
        object_id,
        tree.decode("ascii"),
        parents,
        author,
        committer,
        text,
        UNSIGNED if not armour else _signature(armour.replace(b"\n ", b"\n"), _without_signature(data, match)),
    )


def _without_signature(data: bytes, match: re.Match[bytes]) -> bytes:
    return data[: match.end(10) + 1] + data[match.end(12) :]


def parse_unusual_commit(object_id: str, data: bytes) -> Commit:
    """The whole grammar, and what is off it: the meaning of `parse_commit`, without its short way."""
    flags: set[str] = set()
    headers, text = _split(data, flags)
    _check_order(headers, _COMMIT_ORDER, flags)
    encoding = _encoding(headers, flags)
    return Commit(
        id=object_id,
        tree=_one_id(headers, b"tree", flags),
        parents=_parents(headers, flags),
        author=_who(headers, b"author", encoding, flags),
        committer=_who(headers, b"committer", encoding, flags),
        message=_message(text, encoding, flags),
        signature=_header_signature(object_id, headers, data, flags),
        flags=tuple(sorted(flags)),
    )


def parse_tag(name: str, object_id: str, data: bytes) -> Tag:
    """The annotated tag that `data` holds, under the name of its ref. Its `commit` is the object it names."""
    flags: set[str] = set()
    headers, _ = _split(data, flags)
    encoding = _encoding(headers, flags)
    at = _signature_start(data)
    payload = data[:at]
    raw = b"".join(header.raw for header in headers if header.key in _SIGNATURES.values())
    body = payload.partition(b"\n\n")[2]
    named = any(header.key == b"tagger" for header in headers)
    return Tag(
        name=name,
        object=object_id,
        commit=_one_id(headers, b"object", flags),
        annotated=True,
        tagger=_who(headers, b"tagger", encoding, flags) if named else None,
        message=_message(body, encoding, flags),
        signature=_signature(data[at:], payload.replace(raw, b"", 1) if raw else payload),
        written=next(
            (header.value.decode("utf-8", "surrogateescape") for header in headers if header.key == b"tag"), ""
        ),
    )


def tag_target(data: bytes) -> tuple[str, str]:
    """Type and id of what a tag object names; empty when it cannot be told."""
    headers, _ = _split(data, set())
    values = {header.key: header.value.decode("ascii", "replace") for header in headers}
    target = values.get(b"object", "")
    return (values.get(b"type", ""), target) if _ID.fullmatch(target) else ("", "")


def _split(data: bytes, flags: set[str]) -> tuple[list[Header], bytes]:
    """Headers and message. Continuation lines begin with a space; the first empty line ends the headers."""
    head, empty, text = data.partition(b"\n\n")
    if not empty:
        head = data.removesuffix(b"\n")
        flags.add("no-message")
    if b"\0" in head:
        flags.add("nul-in-header")
    headers: list[Header] = []
    for line in head.split(b"\n"):
        if line[:1] == b" " and headers:
            key, value, raw = headers[-1]
            headers[-1] = Header(key, value + b"\n" + line[1:], raw + line + b"\n")
        else:
            key, space, value = line.partition(b" ")
            if not space:
                flags.add("bad-header")
            headers.append(Header(key, value, line + b"\n"))
    return headers, text


def _check_order(headers: list[Header], order: tuple[bytes, ...], flags: set[str]) -> None:
    keys = [header.key for header in headers]
    known = [key for key in keys if key in order]
    if known != sorted(known, key=order.index) or keys[: len(known)] != known:
        flags.add("header-order")


def _values(headers: list[Header], key: bytes) -> list[bytes]:
    return [header.value for header in headers if header.key == key]


def _one_id(headers: list[Header], key: bytes, flags: set[str]) -> str:
    values = _values(headers, key)
    if len(values) != 1:
        flags.add(f"no-{key.decode()}" if not values else f"many-{key.decode()}s")
    text = values[-1].decode("ascii", "replace") if values else ""
    if values and not _ID.fullmatch(text):
        flags.add(f"bad-{key.decode()}")
        return ""
    return text


def _parents(headers: list[Header], flags: set[str]) -> tuple[str, ...]:
    texts = [value.decode("ascii", "replace") for value in _values(headers, b"parent")]
    parents = tuple(text for text in texts if _ID.fullmatch(text))
    if len(parents) != len(texts):
        flags.add("bad-parent")
    if len(set(parents)) != len(parents):
        flags.add("repeated-parent")
    return parents


def _encoding(headers: list[Header], flags: set[str]) -> str:
    names = [value.decode("ascii", "replace") for value in _values(headers, b"encoding")]
    if not names:
        return "utf-8"
    if len(names) > 1 or not _ENCODINGS.fullmatch(names[-1]):
        flags.add("unknown-encoding")
        return "utf-8"
    return names[-1]


def _text(raw: bytes, encoding: str, flags: set[str]) -> str:
    """Text in the declared encoding. Bytes that are not in it stay visible as lone surrogates (`surrogateescape`)."""
    try:
        return raw.decode(encoding)
    except (UnicodeError, LookupError):
        flags.add("not-utf-8" if encoding == "utf-8" else "not-in-its-encoding")
        return raw.decode("utf-8", "surrogateescape")


def _message(text: bytes, encoding: str, flags: set[str]) -> str:
    shown, hidden, _ = text.partition(b"\0")
    if hidden:
        flags.add("nul-in-message")
    return _text(shown, encoding, flags)


def _who(headers: list[Header], key: bytes, encoding: str, flags: set[str]) -> Stamp:
    values = _values(headers, key)
    if len(values) != 1:
        flags.add(f"no-{key.decode()}" if not values else f"many-{key.decode()}s")
    if not values:
        return NOBODY
    stamp, found = _parse_who(values[-1], encoding)
    flags.update(f"{word}-{key.decode()}" for word in found)
    return stamp


def _parse_who(line: bytes, encoding: str) -> tuple[Stamp, tuple[str, ...]]:
    match = _WHO.fullmatch(line)
    if match is not None and int(match[3]) <= LATEST:
        name, email, found = _names(match[1], match[2], encoding)
        return Stamp(name, email, int(match[3]), _zone(match[4])), found
    loose = _LOOSE_WHO.match(line)
    name, email, found = _names(loose[1].strip(), loose[2], encoding) if loose else ("", "", ())
    dated = re.search(rb"> (-?[0-9]+) ([+-][0-9]{1,6})$", line)
    time = int(dated[1][:13]) if dated else 0
    if dated and match is None and 0 < time <= LATEST and re.search(rb"> [1-9][0-9]* ", line):
        time_flag: tuple[str, ...] = ()
    else:
        time, time_flag = (time if 0 < time <= LATEST else 0), ("bad-date",)
    return Stamp(name, email, time), ("malformed", *time_flag, *found)


@lru_cache(maxsize=1 << 16)
def _names(name: bytes, email: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    """Few people, many commits: each name is decoded, and kept, once."""
    flags: set[str] = set()
    return _text(name, encoding, flags), _text(email, encoding, flags), tuple(sorted(flags))


@lru_cache(maxsize=256)
def _zone(raw: bytes) -> str:
    return raw.decode("ascii")


def _header_signature(object_id: str, headers: list[Header], data: bytes, flags: set[str]) -> RawSignature:
    """The signature of this object's own hash. It covers the object without any signature header."""
    own = _SIGNATURES["sha256" if len(object_id) == 64 else "sha1"]
    signing = [header for header in headers if header.key in _SIGNATURES.values()]
    if not signing:
        return UNSIGNED
    armours = [header.value for header in signing if header.key == own]
    if len(armours) != 1:
        flags.add("many-signatures" if armours else "signature-of-another-hash")
    if not armours:
        return UNSIGNED
    covered = b"".join(header.raw for header in headers if header.key not in _SIGNATURES.values())
    rest = data[len(b"".join(header.raw for header in headers)) :]
    return _signature(b"\n".join(armours) + b"\n", covered + rest)


def _signature(armour: bytes, payload: bytes) -> RawSignature:
    if not armour:
        return UNSIGNED
    begin = armour.partition(b"\n")[0].rstrip()
    return RawSignature(_ARMOUR.get(begin, "other"), armour.decode("ascii", "replace"), payload)


def _signature_start(data: bytes) -> int:
    """Where a tag's signature begins: at the last line that opens one, as git has it; the end where none does."""
    starts = [data.rfind(b"\n" + begin) + 1 for begin in _ARMOUR]
    return max(starts) or len(data)
