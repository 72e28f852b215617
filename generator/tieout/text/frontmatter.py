"""A Markdown file cut in two: the YAML between its first two `---` lines, and the body below."""

import re

_FENCE = re.compile(rb"^---[ \t]*$", re.MULTILINE)


def split(data: bytes) -> tuple[bytes, str, int, int]:
    """The YAML, the body, and the number of lines that stand before each.

    Without front matter the YAML is empty, the body is everything and both numbers are 0. Windows line ends and a byte
    order mark are taken away; bytes that are not UTF-8 become U+FFFD in the body (`plain.decode` is the one to refuse them).
    """
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    opening = _FENCE.match(data)
    closing = _FENCE.search(data, opening.end()) if opening else None
    if opening is None or closing is None:
        return b"", data.decode("utf-8", "replace"), 0, 0
    matter = data[opening.end() + 1 : closing.start()]
    body = data[closing.end() + 1 :].decode("utf-8", "replace")
    return matter, body, 1, 2 + matter.count(b"\n")
