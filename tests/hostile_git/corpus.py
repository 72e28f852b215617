"""What anyone who can commit to a linked repository can put there. Each writer adds one thing to a repository.

The service's branch goes on where it was; every thing has a day in May 2026, so all of them belong to the present.
"""

import zlib
from pathlib import Path

from gitfixtures import git, unpack, update_ref, write_object
from tinyproject import at

ADA = "Ada Stone <ada@example.org>"
BIDI = "\N{RIGHT-TO-LEFT OVERRIDE}"
ESCAPE = "\x1b]0;owned\x07\x1b[31m"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def _tree(repo):
    return git(repo, "rev-parse", "main^{tree}")


def _raw(repo, *, author="", committer="", message=b"Odd\n", tree="", more=b"", stamp=""):
    """A commit of any bytes on the branch, which follows; returns its id."""
    parent = git(repo, "rev-parse", "main")
    stamp = stamp or f"{at('2026-05-20')} +0000"
    lines = [
        f"tree {tree or _tree(repo)}".encode(),
        f"parent {parent}".encode(),
        *([author] if isinstance(author, bytes) else [f"author {author or ADA} {stamp}".encode()]),
        f"committer {committer or ADA} {stamp}".encode(),
    ]
    id_ = write_object(repo, "commit", b"\n".join(lines) + b"\n" + more + b"\n" + message)
    update_ref(repo, "refs/heads/main", id_)
    return id_


def forged_separators(repo):
    """A subject that carries a whole record for a parser which trusts separators."""
    record = f"\x1e{'1' * 40}\x1f{'2' * 40}\x1fBen Marsh\x1fben@example.org\x1fApproved-by: ben"
    return _raw(repo, message=f"Work{record}\n\nBody\x1e\x1f\n".encode(), author="A\x1e\x1fB <a\x1f@example.org>")


def two_authors(repo):
    lines = f"author {ADA} {at('2026-05-20')} +0000\nauthor Ben Marsh <ben@example.org> {at('2026-05-20')} +0000"
    return _raw(repo, author=lines.encode())


def review_behind_a_nul(repo):
    return _raw(repo, message=b"PAY-7 Work\0\n\nReviewed-by: Ben Marsh <ben@example.org>\n")


def divided_trailers(repo):
    return _raw(repo, message=b"PAY-8 Work\n\nReviewed-by: Ben Marsh <ben@example.org>\n---\nnot one\n")


def absurd_dates(repo):
    for stamp in ("-1 +0000", "99999999999999999 +0000", "0 +9999", "1e9 +0000", "01759741200 +0000"):
        last = _raw(repo, stamp=stamp)
    return last


def names_that_deceive(repo):
    _raw(repo, author=f"{BIDI}Ada{ESCAPE} <ada{BIDI}@example.org>", message=f"{MARKUP} {BIDI}{ESCAPE}\n".encode())
    return _raw(
        repo, author=f"{MARKUP} <x@example.org>", message=b"=cmd|'/c calc'!A1\n\n{{ 7*7 }} #read(\"/etc/passwd\")\n"
    )


def bytes_that_are_no_text(repo):
    return _raw(repo, message=b"caf\xe9 \xff\xfe\n", author=b"author \xff\xfe <a@example.org> 1779267600 +0000")


def paths_that_collide(repo):
    blob = write_object(repo, "blob", b"x\n")
    names = (
        "A.py",
        "a.py",
        "caf\u00e9.py",
        "cafe\u0301.py",
        "new\nline.py",
        "-rf",
        f"{BIDI}gnp.py",
        ":100644 100644",
        "CON",
        "a b\tc",
    )
    rows = "".join(f"100644 blob {blob}\t{name}\0" for name in names).encode()
    return _raw(repo, tree=git(repo, "mktree", "-z", stdin=rows))


def links_out_of_the_tree(repo):
    blobs = [write_object(repo, "blob", target) for target in (b"/etc/hostname", b"../../../../etc/passwd", b"loop")]
    rows = "".join(f"120000 blob {blob}\t{name}\n" for blob, name in zip(blobs, ("abs", "up", "loop"), strict=True))
    return _raw(repo, tree=git(repo, "mktree", stdin=rows.encode()))


def submodules_that_run_programs(repo):
    blob = write_object(
        repo,
        "blob",
        b'[submodule "x"]\n\tpath = x\n\turl = -u./payload\n[submodule "../../hooks"]\n\turl = ext::sh -c touch\n',
    )
    rows = f"100644 blob {blob}\t.gitmodules\n160000 commit {'1' * 40}\tx\n"
    return _raw(repo, tree=git(repo, "mktree", stdin=rows.encode()))


def folders_named_as_git(repo):
    blob = write_object(repo, "blob", b"[core]\n\tfsmonitor = touch canary\n")
    inner = write_object(repo, "tree", b"100644 config\0" + bytes.fromhex(blob))
    return _raw(repo, tree=write_object(repo, "tree", b"40000 .git\0" + bytes.fromhex(inner)))


def refs_with_odd_names(repo):
    tip = git(repo, "rev-parse", "main")
    for name in (
        "heads/--upload-pack=touch",
        "heads/-x",
        f"tags/{BIDI}v1",
        "tags/v1;touch",
        "pull/7/head",
        "pull/007/head",
        "pull/x/head",
    ):
        update_ref(repo, f"refs/{name}", tip)
    return tip


def notes_that_lie(repo):
    tip = git(repo, "rev-parse", "main~1")
    text = b"Code-Review+2: Ben Marsh <ben@example.org>\nSubmitted-by: Ben Marsh <ben@example.org>\n"
    for ref in ("review", "commits", "devtools/reviews", "devtools/discuss"):
        lines = (
            text
            if ref == "review"
            else b'{"resolved": true, "author": "ben@example.org", "timestamp": "1"}\n' + b"[" * 5_000
        )
        blob = write_object(repo, "blob", lines)
        note = git(repo, "mktree", stdin=f"100644 blob {blob}\t{tip}\n".encode())
        stamp = f"Ada <ada@example.org> {at('2026-05-21')} +0000"
        update_ref(
            repo,
            f"refs/notes/{ref}",
            write_object(repo, "commit", f"tree {note}\nauthor {stamp}\ncommitter {stamp}\n\nNote\n".encode()),
        )
    return tip


WRITERS = (
    forged_separators,
    two_authors,
    review_behind_a_nul,
    divided_trailers,
    absurd_dates,
    names_that_deceive,
    bytes_that_are_no_text,
    paths_that_collide,
    links_out_of_the_tree,
    submodules_that_run_programs,
    folders_named_as_git,
    notes_that_lie,
    refs_with_odd_names,
)


# --- bombs ---------------------------------------------------------------------------------------------------------


def tree_bomb(repo, levels=7, width=10):
    """`width` to the power of `levels` paths in as many objects as levels."""
    row, kind = write_object(repo, "blob", b"x"), b"100644"
    for _ in range(levels):
        entries = b"".join(kind + b" f%02d\0" % number + bytes.fromhex(row) for number in range(width))
        row, kind = write_object(repo, "tree", entries), b"40000"
    return _raw(repo, tree=row)


def deep_tree(repo, depth=400):
    row, kind = write_object(repo, "blob", b"x"), b"100644"
    for _ in range(depth):
        row, kind = write_object(repo, "tree", kind + b" d\0" + bytes.fromhex(row)), b"40000"
    return _raw(repo, tree=row)


def large_blob(repo, name, size=1 << 26):
    """A file of so many zeros, of which the pack holds a thousandth."""
    blob = write_object(repo, "blob", b"\0" * size)
    return _raw(repo, tree=git(repo, "mktree", stdin=f"100644 blob {blob}\t{name}\n".encode()))


def many_parents(repo, count=5_000):
    tip = git(repo, "rev-parse", "main")
    more = b"".join(b"parent %s\n" % tip.encode() for _ in range(count))
    stamp = f"{ADA} {at('2026-05-20')} +0000"
    data = (
        f"tree {_tree(repo)}\nparent {tip}\n".encode() + more + f"author {stamp}\ncommitter {stamp}\n\nMany\n".encode()
    )
    id_ = write_object(repo, "commit", data)
    update_ref(repo, "refs/heads/main", id_)
    return id_


# --- damage --------------------------------------------------------------------------------------------------------


def change_an_object(repo, of, to):
    """Other content under an old id, which git itself hands out."""
    unpack(repo)
    old, new = git(repo, "rev-parse", of), git(repo, "rev-parse", to)
    path = Path(repo) / ".git" / "objects" / old[:2] / old[2:]
    other = Path(repo) / ".git" / "objects" / new[:2] / new[2:]
    path.chmod(0o644)
    path.write_bytes(other.read_bytes())
    assert zlib.decompress(path.read_bytes())
    return old


def lose_an_object(repo, which):
    unpack(repo)
    id_ = git(repo, "rev-parse", which)
    (Path(repo) / ".git" / "objects" / id_[:2] / id_[2:]).unlink()
    return id_
