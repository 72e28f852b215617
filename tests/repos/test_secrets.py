"""Added lines that look like secrets: which are found, which are not, and that no value is ever kept."""

import pytest
from gitfixtures import commit, git, make_repository

from tieout.model.history import Commit, History, PathChange, SecretMatch, Stamp
from tieout.repos import secrets
from tieout.repos.secret_rules import RULES, find
from tieout.repos.secrets import Step, read_scans

# Put together here, so that this file does not hold what it looks for.
HEAD = b"-----BEGIN RSA " + b"PRIVATE KEY-----"
RANDOM = b"Zq8vT3nXk1Lw9RbY5sHd"
FORMS = {
    "private-key": HEAD,
    "aws-key": b"AKIA" + b"QX3VTB7LMZ5WJR2D",
    "github-token": b"ghp_" + b"a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "gitlab-token": b"glpat-" + RANDOM,
    "slack-token": b"xoxb-" + b"482019375620-" + RANDOM,
    "stripe-key": b"sk_live_" + RANDOM,
    "google-key": b"AIza" + b"SyB3xW8qLr5Tn1Vm7Kp4Zd9Hc2Jf6Yg0sQe",
    "npm-token": b"npm_" + b"a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "pypi-token": b"pypi-" + b"AgEIcHlwaS5vcmc" + RANDOM * 3,
    "sendgrid-key": b"SG." + b"aB3dE5gH7jK9mN1pQ3sT5v" + b"." + b"Zq8vT3nXk1Lw9RbY5sHd" * 2 + b"a1B",
    "web-token": b"eyJ" + b"hbGciOiJIUzI1NiJ9" + b".eyJ" + b"zdWIiOiIxMjM0NTY3ODkwIn0" + b"." + RANDOM * 2,
    "named-secret": b"api_key: " + RANDOM,
    "card-number": b"4539 5787 6362 1486",
    "bank-account": b"DE12 5001 0517 0648 4898 90",
}


def rules_in(line):
    return [found.rule for found in find(line)]


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_a_known_form_is_found(rule):
    assert rules_in(b"x = '" + FORMS[rule] + b"'\n" if rule != "named-secret" else FORMS[rule] + b"\n") == [rule]


@pytest.mark.parametrize(
    "line",
    [
        b"AKIA" + b"IOSFODNN7EXAMPLE",
        b"card: 4242 4242 4242 4242",
        b"card: 4539 5787 6362 1487",
        b"iban: DE89 3704 0044 0532 0130 00",
        b"iban: DE12 5001 0517 0648 4898 91",
        b"time: 1787319887000000",
        b"password = settings.database_password_1",
        b"password: ${DATABASE_PASSWORD_OF_STAGE_2}",
        b"api_key: your-api-key-goes-here-1234",
        b"token = get_token_from_vault_2(name)",
        b"secret: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1",
        b"-----BEGIN " + b"PUBLIC KEY-----",
        b"ClientRequestToken: 3faf3fb5-b289-41fc-b940-44151828f6cf",
    ],
)
def test_what_only_resembles_one_is_passed_over(line):
    assert rules_in(line) == []


def test_a_line_that_goes_on_and_on_is_looked_at_whole_and_in_time_that_grows_with_it():
    assert rules_in(b"x" * 300_000 + b" " + FORMS["aws-key"] + b" " + b"y" * 300_000) == ["aws-key"]
    assert rules_in((b"eyJ" + b"a" * 2_000 + b".") * 200) == []


# --- steps ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path):
    path = make_repository(tmp_path / "shop")
    commit(path, "Start", {"a.py": "one\n"})
    return path


def scan(path, kept=None):
    log = git(path, "log", "--first-parent", "--format=%H %P").split("\n")
    steps = [Step(*[*line.split(), ""][:2]) for line in log if line]
    return {
        git(path, "log", "-1", "--format=%s", id_).strip(): one
        for id_, one in read_scans(path / ".git", steps, kept).items()
    }


def test_the_step_that_brings_a_secret_is_named_with_its_line_and_never_with_its_value(repository):
    commit(repository, "Add a fixture", {"tests/gateway.yml": f"# one\nurl: x\n{FORMS['named-secret'].decode()}\n"})
    commit(repository, "Write more", {"tests/gateway.yml": f"# two\nurl: x\n{FORMS['named-secret'].decode()}\nmore\n"})
    found = scan(repository)
    (match,) = found["Add a fixture"].matches
    assert match[:3] == ("tests/gateway.yml", 3, "named-secret")
    assert RANDOM.decode() not in repr(found)
    assert len(match.mark) == 4
    assert found["Start"].matches == found["Write more"].matches == ()


def test_what_a_step_only_moves_it_does_not_bring(repository):
    commit(repository, "Add", {"a.py": f"{FORMS['aws-key'].decode()}\n"})
    commit(repository, "Move", {"a.py": None, "b.py": f"first\n{FORMS['aws-key'].decode()}\n"})
    assert scan(repository)["Move"].matches == ()


def test_a_secret_that_comes_back_is_brought_again(repository):
    commit(repository, "Add", {"b.py": f"{FORMS['aws-key'].decode()}\n"})
    commit(repository, "Remove", {"b.py": "\n"})
    commit(repository, "Restore", {"b.py": f"{FORMS['aws-key'].decode()}\n"})
    found = scan(repository)
    assert [len(found[name].matches) for name in ("Add", "Remove", "Restore")] == [1, 0, 1]


def test_lines_that_look_like_the_frame_of_a_patch_are_lines(repository):
    commit(
        repository,
        "Add",
        {"b.txt": f"diff --git a/x b/x\n+++ b/elsewhere\n@@ -0,0 +1 @@\n{FORMS['aws-key'].decode()}\n"},
    )
    assert [match.path for match in scan(repository)["Add"].matches] == ["b.txt"]


def test_a_path_with_odd_characters_is_told_as_it_is(repository):
    commit(repository, "Add", {'od"d\té.txt': f"{FORMS['aws-key'].decode()}\n"})
    assert [match.path for match in scan(repository)["Add"].matches] == ['od"d\té.txt']


def test_a_large_text_is_told_and_a_binary_file_is_none(repository):
    large = "a line of text\n" * 80_000
    commit(repository, "Add", {"large.txt": large, "small.bin": b"\0" + FORMS["aws-key"], "photo.png": large})
    found = scan(repository)["Add"]
    assert (found.matches, found.unread) == ((), ("large.txt",))


def test_what_was_looked_at_is_kept_and_believed_only_as_it_was_written(repository, tmp_path):
    kept = tmp_path / "kept" / "shop.json"
    commit(repository, "Add", {"b.py": f"{FORMS['stripe-key'].decode()}\n"})
    first = scan(repository, kept)
    assert RANDOM not in kept.read_bytes()
    assert scan(repository, kept) == first
    kept.write_bytes(kept.read_bytes().replace(b"stripe-key", b"harmless!!"))
    assert scan(repository, kept) == first


def test_other_rules_look_again(repository, tmp_path, monkeypatch):
    kept = tmp_path / "kept" / "shop.json"
    scan(repository, kept)
    monkeypatch.setattr(secrets, "VERSION", 999)
    assert secrets._read_kept(kept) == {}


def told(**changed):
    """Three steps, each of its own tree, with so many changed paths."""

    def made(id_, parents, time):
        stamp = Stamp("A", "a@a.example", time)
        return Commit(id_, f"tree of {id_}", parents, stamp, stamp, "x")

    commits = {"c": made("c", ("b",), 300), "b": made("b", ("a",), 200), "a": made("a", (), 100)}
    numbers = {"a": 1, "b": 1, "c": 1} | changed
    paths = {id_: tuple(PathChange("A", f"{n}.py", "0" * 40) for n in range(number)) for id_, number in numbers.items()}
    return History("shop", refs={"refs/heads/main": "c"}, commits=commits, paths=paths)


def test_only_steps_of_the_time_that_is_judged_are_looked_at():
    assert secrets.steps_since(told(), 150) == (Step("c", "b"), Step("b", "a"))
    assert secrets.steps_since(told(), 0)[-1] == Step("a", "")
    assert secrets.steps_since(told(), 400) == ()


@pytest.mark.parametrize("number", [0, secrets.MOST_FILES + 1])
def test_a_step_whose_changes_are_too_many_is_left_out(number):
    """A tree of ten objects may stand for millions of files; of a step that changed too many to be read none is known."""
    assert secrets.steps_since(told(b=number), 150) == (Step("c", "b"),)


def test_a_match_is_a_place_and_a_rule():
    assert SecretMatch._fields == ("path", "line", "rule", "mark")
