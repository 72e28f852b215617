"""Raw commits and tags: the grammar, what is off it, and what a signature covers."""

import pytest
from gitfixtures import commit, git_bytes, make_repository, tag, write_object
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.model.history import Stamp
from tieout.repos.objects import parse_commit, parse_tag, parse_unusual_commit, tag_target
from tieout.repos.raw import digest

ID = "1" * 40
TREE, PARENT, OTHER = "a" * 40, "b" * 40, "c" * 40
AUTHOR = "Ada Stone <ada@example.org> 1759741200 +0100"
COMMITTER = "Ben Marsh <ben@example.org> 1759744800 -0330"
SSH = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----"
PGP = "-----BEGIN PGP SIGNATURE-----\n\niQIzBAAB\n-----END PGP SIGNATURE-----"


def text(*, parents=(PARENT,), author=AUTHOR, committer=COMMITTER, extra="", message="Subject\n\nBody\n"):
    above = "".join(f"parent {parent}\n" for parent in parents)
    return f"tree {TREE}\n{above}author {author}\ncommitter {committer}\n{extra}\n{message}".encode(
        "utf-8", "surrogateescape"
    )


def header(key, value):
    return f"{key} " + value.replace("\n", "\n ") + "\n"


def test_a_plain_commit():
    found = parse_commit(ID, text(parents=(PARENT, OTHER)))
    assert (found.tree, found.parents) == (TREE, (PARENT, OTHER))
    assert found.author == Stamp("Ada Stone", "ada@example.org", 1759741200, "+0100")
    assert found.committer == Stamp("Ben Marsh", "ben@example.org", 1759744800, "-0330")
    assert (found.subject, found.message, found.flags) == ("Subject", "Subject\n\nBody\n", ())


@pytest.mark.parametrize(
    ("data", "flags"),
    [
        (text(extra=f"author {AUTHOR}\n"), ("header-order", "many-authors")),
        (text(author="Ada <ada@example.org>"), ("bad-date-author", "malformed-author")),
        (text(author="Ada <ada@example.org> -5 +0000"), ("bad-date-author", "malformed-author")),
        (text(author="Ada <ada@example.org> 99999999999999999999 +0000"), ("bad-date-author", "malformed-author")),
        (text(author="Ada <ada@example.org> 01759741200 +0000"), ("bad-date-author", "malformed-author")),
        (text(author="Ada <ada@example.org> 1759741200 +051800"), ("malformed-author",)),
        (text(author="Ada ada@example.org 1759741200 +0000"), ("bad-date-author", "malformed-author")),
        (text(author="A<d>a <ada@example.org> 1759741200 +0000"), ("malformed-author",)),
        (text(message="Subject\n\0\nReviewed-by: Ben Marsh <ben@example.org>\n"), ("nul-in-message",)),
        (text(message="caf\udce9\n"), ("not-utf-8",)),
        (text(extra="encoding no-such\n"), ("unknown-encoding",)),
        (text(parents=("xyz",)), ("bad-parent",)),
        (text(parents=(PARENT, PARENT)), ("repeated-parent",)),
        (b"", ("bad-header", "no-author", "no-committer", "no-message", "no-tree")),
        (text(extra=header("gpgsig", SSH) + header("gpgsig", PGP)), ("many-signatures",)),
        (text(extra=header("gpgsig-sha256", SSH)), ("signature-of-another-hash",)),
    ],
)
def test_what_is_off_the_grammar_is_named(data, flags):
    assert parse_commit(ID, data).flags == flags


def test_of_two_authors_the_last_is_shown_as_git_does(tmp_path):
    repo = make_repository(tmp_path / "r", bare=True)
    tree = write_object(repo, "tree", b"")
    two = f"tree {tree}\nauthor {AUTHOR}\nauthor {COMMITTER}\ncommitter {AUTHOR}\n\nx\n".encode()
    made = write_object(repo, "commit", two)
    assert git_bytes(repo, "log", "-1", "--format=%an", made).decode().strip() == "Ben Marsh"
    assert parse_commit(made, two).author.name == "Ben Marsh"


def test_a_review_hidden_behind_a_nul_is_not_in_the_message():
    found = parse_commit(ID, text(message="Subject\0\n\nReviewed-by: Ben Marsh <ben@example.org>\n"))
    assert found.message == "Subject"


def test_a_declared_encoding_is_used():
    data = text(
        extra="encoding ISO-8859-1\n", message="caf\udce9\n", author="Ren\udce9 <r@example.org> 1759741200 +0000"
    )
    found = parse_commit(ID, data)
    assert (found.message, found.author.name, found.flags) == ("café\n", "René", ())


def test_bytes_that_are_no_text_stay_visible():
    assert parse_commit(ID, text(message="caf\udce9\n")).message == "caf\udce9\n"


@pytest.mark.parametrize(
    ("armour", "kind"),
    [
        (SSH, "ssh"),
        (PGP, "pgp"),
        (SSH.replace("SSH SIGNATURE", "SIGNED MESSAGE"), "x509"),
        (PGP.replace("SIGNATURE", "MESSAGE"), "pgp"),
        ("something else", "other"),
    ],
)
def test_a_signature_covers_the_commit_without_its_header(armour, kind):
    merged = header("mergetag", f"object {OTHER}\ntype commit\n\n{PGP}")
    for extra, rest in ((header("gpgsig", armour), ""), (merged + header("gpgsig", armour), merged)):
        found = parse_commit(ID, text(extra=extra))
        assert (found.signature.format, found.flags) == (kind, ())
        assert found.signature.armour == armour + "\n"
        assert found.signature.payload == text(extra=rest)


def test_a_sha256_commit_is_signed_under_its_own_header_and_covers_neither():
    data = text(extra=header("gpgsig", PGP) + header("gpgsig-sha256", SSH)).replace(b"a" * 40, b"a" * 64)
    found = parse_commit("1" * 64, data)
    assert (found.signature.format, found.signature.payload) == ("ssh", text().replace(b"a" * 40, b"a" * 64))


def test_a_tag_and_its_signature():
    payload = f"object {PARENT}\ntype commit\ntag v1\ntagger {AUTHOR}\n\nRelease 1\n"
    found = parse_tag("v1", ID, (payload + SSH + "\n").encode())
    assert (found.name, found.object, found.commit, found.annotated) == ("v1", ID, PARENT, True)
    assert (found.tagger, found.message) == (Stamp("Ada Stone", "ada@example.org", 1759741200, "+0100"), "Release 1\n")
    assert (found.signature.format, found.signature.payload) == ("ssh", payload.encode())
    assert tag_target(payload.encode()) == ("commit", PARENT)


def test_a_tag_without_tagger_or_signature():
    found = parse_tag("v1", ID, f"object {PARENT}\ntype commit\ntag v1\n\nOld\n".encode())
    assert (found.tagger, found.signature.format, found.message) == (None, "", "Old\n")


def test_a_digest_is_the_id_that_git_gives(tmp_path):
    for object_format in ("sha1", "sha256"):
        repo = make_repository(tmp_path / object_format, object_format=object_format)
        made = commit(repo, "one", {"a": "1"})
        named = tag(repo, "v1", message="Release 1")
        for object_id, kind in ((made, "commit"), (named, "tag")):
            assert digest(object_id, kind, git_bytes(repo, "cat-file", kind, object_id)) == object_id


LINES = st.sampled_from(
    [
        *(
            f"tree {TREE}",
            f"parent {PARENT}",
            f"author {AUTHOR}",
            f"committer {COMMITTER}",
            "encoding latin1",
            "",
            " x",
        ),
        *(
            "gpgsig -----BEGIN SSH SIGNATURE-----",
            " -----END SSH SIGNATURE-----",
            "gpgsig-sha256 y",
            "mergetag z",
            "HG:a b",
        ),
        *("author <> 0 +0000", "committer x <y> 1 +0000", "caf\udce9", "\0", "Reviewed-by: Ben <b@example.org>"),
    ]
)


@examples(150)
@given(st.lists(LINES, max_size=12) | st.text(max_size=80).map(lambda text: [text.encode("utf-8", "replace").decode()]))
def test_any_bytes_give_a_commit_and_the_short_way_says_what_the_long_way_says(lines):
    data = "\n".join(lines).encode("utf-8", "surrogateescape")
    for object_id in (ID, "1" * 64):
        assert parse_commit(object_id, data) == parse_unusual_commit(object_id, data)
    parse_tag("v1", ID, data)


@examples(150)
@given(
    st.sets(st.sampled_from(["0", "1", "2", "3"])),
    st.sampled_from(
        ["", header("gpgsig", SSH), header("gpgsig", " \n x"), header("gpgsig-sha256", PGP), "encoding utf-8\n"]
    ),
    st.binary(max_size=40),
    st.sampled_from(
        [AUTHOR, COMMITTER, " <> 1 +0000", "A <b> 99999999999 +9999", "é <é> 1 +0000", "\udce9 <x> 5 +0000"]
    ),
)
def test_well_formed_commits_are_read_alike_by_both_ways(parents, extra, message, author):
    data = (
        text(parents=tuple(digit * 40 for digit in sorted(parents)), extra=extra, author=author, message="") + message
    )
    for object_id in (ID, "1" * 64):
        assert parse_commit(object_id, data) == parse_unusual_commit(object_id, data)


@examples(100)
@given(st.binary(max_size=60), st.integers(0, 300), st.integers(0, 255))
def test_no_flipped_byte_raises(tail, position, value):
    data = bytearray(text(extra=header("gpgsig", SSH)) + tail)
    data[position % len(data)] = value
    assert parse_commit(ID, bytes(data)) == parse_unusual_commit(ID, bytes(data))


def test_a_tag_tells_the_name_it_was_made_under():
    data = f"object {PARENT}\ntype commit\ntag v1\n\nOld\n".encode()
    assert [(parse_tag(name, ID, data).written, parse_tag(name, ID, data).renamed) for name in ("v1", "v2")] == [
        ("v1", False),
        ("v1", True),
    ]
