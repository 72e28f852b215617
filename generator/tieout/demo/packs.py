"""A repository on disk, written without Git: one pack with its index (version 2), packed refs, HEAD and config.

Formats: gitformat-pack(5), gitrepository-layout(5).
"""

import hashlib
import zlib
from collections.abc import Mapping
from pathlib import Path

from tieout.demo.objects import Kind, Store

TYPES: Mapping[Kind, int] = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
FOLDERS = ("info", "objects/info", "objects/pack", "refs/heads", "refs/tags")


def _entry(kind: Kind, body: bytes) -> bytes:
    """Type and length in 4 then 7 bits a byte, least significant first, then the deflated body."""
    size = len(body)
    byte = (TYPES[kind] << 4) | (size & 15)
    size >>= 4
    head = bytearray()
    while size:
        head.append(byte | 0x80)
        byte = size & 0x7F
        size >>= 7
    head.append(byte)
    return bytes(head) + zlib.compress(body, 1)


def render_pack(store: Store) -> tuple[bytes, bytes]:
    """The pack of all objects and its index."""
    parts = [b"PACK" + (2).to_bytes(4, "big") + len(store.objects).to_bytes(4, "big")]
    places: list[tuple[bytes, int, int]] = []
    offset = len(parts[0])
    for name, (kind, body) in store.objects.items():
        entry = _entry(kind, body)
        places.append((bytes.fromhex(name), zlib.crc32(entry), offset))
        parts.append(entry)
        offset += len(entry)
    pack = b"".join(parts)
    checksum = _sha1(pack)
    return pack + checksum, _render_index(sorted(places), checksum)


def _render_index(places: list[tuple[bytes, int, int]], checksum: bytes) -> bytes:
    fanout = [0] * 256
    for name, _, _ in places:
        fanout[name[0]] += 1
    total = 0
    table = bytearray()
    for count in fanout:
        total += count
        table += total.to_bytes(4, "big")
    names = b"".join(name for name, _, _ in places)
    sums = b"".join(crc.to_bytes(4, "big") for _, crc, _ in places)
    # Offsets below 2^31 need no second table; the demo stays far below.
    offsets = b"".join(offset.to_bytes(4, "big") for _, _, offset in places)
    index = b"\xfftOc" + (2).to_bytes(4, "big") + bytes(table) + names + sums + offsets + checksum
    return index + _sha1(index)


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _render_refs(refs: Mapping[str, str], store: Store) -> str:
    lines = ["# pack-refs with: peeled fully-peeled sorted "]
    for name in sorted(refs):
        kind, body = store.objects[refs[name]]
        lines.append(f"{refs[name]} {name}")
        if kind == "tag":
            lines.append("^" + body[len(b"object ") :].partition(b"\n")[0].decode())
    return "\n".join([*lines, ""])


def write_repository(folder: Path, store: Store, refs: Mapping[str, str], *, bare: bool = True) -> None:
    """Writes the whole repository into `folder` (the `.git` folder itself where it is not bare)."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)
    pack, index = render_pack(store)
    stem = "pack-" + pack[-20:].hex()
    (folder / "objects/pack" / f"{stem}.pack").write_bytes(pack)
    (folder / "objects/pack" / f"{stem}.idx").write_bytes(index)
    config = f"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = {str(bare).lower()}\n"
    texts = {"HEAD": "ref: refs/heads/main\n", "config": config, "packed-refs": _render_refs(refs, store)}
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
