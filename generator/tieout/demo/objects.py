"""Git objects made in memory: blobs, trees, commits and annotated tags, named by SHA-1 as Git names them."""

import hashlib
from collections.abc import Mapping
from typing import Literal, NamedTuple

from tieout.demo.keys import sign

Kind = Literal["commit", "tree", "blob", "tag"]
Files = dict[str, str]  # path: blob id


class Stamp(NamedTuple):
    """Who and when: an author, committer or tagger line."""

    name: str
    email: str
    time: int

    def __str__(self) -> str:
        return f"{self.name} <{self.email}> {self.time} +0000"


class CommitText(NamedTuple):
    """What a commit says, before it has an id. `signer` is a person id, or empty."""

    parents: tuple[str, ...]
    author: Stamp
    committer: Stamp
    message: str
    signer: str = ""


class Store:
    """The objects of one repository, each once, in the order in which they were made."""

    __slots__ = ("_folders", "objects")

    def __init__(self) -> None:
        self.objects: dict[str, tuple[Kind, bytes]] = {}
        self._folders: dict[tuple[tuple[str, str], ...], str] = {}  # trees already made, by what is in them

    def put(self, kind: Kind, body: bytes) -> str:
        name = hashlib.sha1(b"%s %d\x00" % (kind.encode(), len(body)) + body, usedforsecurity=False).hexdigest()
        self.objects.setdefault(name, (kind, body))
        return name

    def blob(self, text: str) -> str:
        return self.put("blob", text.encode())

    def text(self, blob: str) -> str:
        return self.objects[blob][1].decode()

    def tree(self, files: Mapping[str, str]) -> str:
        """The tree that holds these files, all of them ordinary ones."""
        inside = tuple(files.items())
        known = self._folders.get(inside)
        if known is None:
            known = self._folders[inside] = self._new_tree(files)
        return known

    def _new_tree(self, files: Mapping[str, str]) -> str:
        entries: list[tuple[str, bytes]] = []
        folders: dict[str, dict[str, str]] = {}
        for path, blob in files.items():
            head, slash, rest = path.partition("/")
            if slash:
                folders.setdefault(head, {})[rest] = blob
            else:
                entries.append((head, b"100644 %s\x00%s" % (head.encode(), bytes.fromhex(blob))))
        for name, folder in folders.items():
            # Git sorts a folder as if its name ended in a slash.
            entries.append((name + "/", b"40000 %s\x00%s" % (name.encode(), bytes.fromhex(self.tree(folder)))))
        return self.put("tree", b"".join(entry for _, entry in sorted(entries)))

    def commit(self, files: Mapping[str, str], said: CommitText) -> str:
        tree = self.tree(files)
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in said.parents)]
        head = "\n".join([*lines, f"author {said.author}", f"committer {said.committer}"])
        body = f"\n\n{said.message.strip()}\n"
        if said.signer:
            armour = sign(said.signer, (head + body).encode())
            head += "\ngpgsig " + armour.rstrip("\n").replace("\n", "\n ")
        return self.put("commit", (head + body).encode())

    def tag(self, name: str, commit: str, tagger: Stamp, message: str, signer: str = "") -> str:
        """An annotated tag; its signature, where it has one, ends the message."""
        text = f"object {commit}\ntype commit\ntag {name}\ntagger {tagger}\n\n{message.strip()}\n"
        return self.put("tag", (text + (sign(signer, text.encode()) if signer else "")).encode())
