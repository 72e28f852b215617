"""`tieout init` gives an ISMS that checks clean and builds, wherever it is written and whoever writes it."""

import re
from datetime import date

import pytest
from gitfixtures import git
from tinyproject import call, digests, run

from tieout.content import catalogue
from tieout.content.starts import STARTS, Author, render


@pytest.fixture(scope="module", params=STARTS)
def begun(request, tmp_path_factory):
    """A start written by somebody whom Git's settings do not know, in a folder that is in no repository."""
    folder = tmp_path_factory.mktemp(request.param) / "x"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", "/nonexistent")
        made = call("init", folder, "--start", request.param, "--operator", 'Kestrel "Odds": & Co')
    assert made.code == 0, made.err
    return folder


def test_it_checks_clean_and_builds_with_no_other_step(begun):
    checked = call("check", "--isms", begun)
    assert (checked.code, checked.err) == (0, ""), checked.out
    built = call("build", "--no-pdf", "--isms", begun, "--output", begun / "site")
    assert built.code == 0, built.err
    assert "[not-committed]" in built.err
    page = (begun / "site" / "current" / "index.html").read_text("utf-8")
    assert "Kestrel &#34;Odds&#34;: &amp; Co" in page
    assert "no commit" in page


def test_nothing_in_it_claims_to_be_done(begun):
    text = "\n".join(path.read_text("utf-8") for path in sorted((begun / "isms").rglob("*.*")))
    assert not re.search(r"^status: (implemented|approved|accepted|assessed|reported)", text, re.MULTILINE)
    rows = [line for line in (begun / "isms" / "soa.yml").read_text("utf-8").splitlines() if line.startswith("  A.")]
    assert len(rows) == len(catalogue.annex_a()) == 93
    assert all("status: planned" in row and "action: ACT-" in row for row in rows)


def test_no_word_is_left_unfilled(begun):
    for path in (path for path in begun.rglob("*") if path.is_file() and "site" not in path.parts):
        assert not re.search(r"@[a-z0-9-]+@", path.read_text("utf-8")), path


def test_each_yaml_register_names_a_schema_that_is_there(begun):
    lists = sorted((begun / "isms").rglob("*.yml"))
    assert lists
    for path in lists:
        schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text("utf-8"))
        assert schema, path
        assert (path.parent / schema[1]).is_file(), path


def test_the_first_person_is_the_one_of_gits_settings(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text('[user]\nname = "Zoë: Müller"\nemail = Zoe@example.org\n')
    made = run("init", "x", cwd=tmp_path, HOME=str(home))
    assert made.out.splitlines()[0].endswith(" in x; owned by Zoë: Müller <Zoe@example.org>")
    people = (tmp_path / "x" / "isms" / "people.yml").read_text("utf-8")
    assert '- id: zoe-muller\n  name: "Zoë: Müller"\n' in people
    assert run("check", cwd=tmp_path / "x").code == 0


def test_a_second_init_names_what_is_there_and_writes_nothing(tmp_path):
    (tmp_path / "isms").mkdir()
    (tmp_path / "isms" / "scope.md").write_text("mine")
    (tmp_path / "README.md").write_text("mine too")
    before = digests(tmp_path)
    refused = call("init", tmp_path)
    assert refused.code == 2
    assert "README.md and isms/scope.md are there already; nothing was written" in refused.err
    assert digests(tmp_path) == before


def test_no_isms_is_written_inside_another(begun):
    before = digests(begun)
    for folder in (begun / "isms", begun / "a" / "b"):
        refused = call("init", folder)
        assert refused.code == 2
        assert refused.err.count(".") >= 1
        assert f"is inside the ISMS of {begun}" in refused.err
    assert digests(begun) == before


def test_a_folder_that_holds_an_isms_is_refused_in_a_sentence(begun):
    refused = call("init", begun)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.endswith(" holds an ISMS already (tieout.yml); nothing was written. Name another folder.\n")


def test_it_can_be_written_into_a_repository_that_has_other_things(tmp_path):
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "service.py").write_text("0\n")
    assert call("init", tmp_path).code == 0
    assert call("check", "--isms", tmp_path).code == 0


def test_once_committed_its_history_begins(tmp_path):
    assert call("init", tmp_path).code == 0
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "Begin")
    built = call("build", "--isms", tmp_path, "--output", tmp_path / "site", "--no-pdf")
    assert (built.code, built.err) == (0, "")


def test_the_same_start_on_the_same_day_is_the_same_bytes():
    author = Author("@operator@", "Ada", "ada@example.org")
    first = render("minimal", author, date(2026, 12, 31))
    assert first == render("minimal", author, date(2026, 12, 31))
    assert 'operator: "@operator@"' in first["tieout.yml"].decode()  # a name is never taken for a word to fill
    assert b"ACT-2026-001" in first["isms/actions.yml"]
    assert any(path.startswith("isms/audits/AUD-2027-01-") for path in first)


def test_the_starts_name_nobody_of_the_demo():
    demo = re.compile(r"fennmoor|okafor|diallo|feedline|nimbus|payrail|kycwell|gamewright|tradedesk", re.IGNORECASE)
    made = render("sportsbook", Author("x", "y", "z@example.org"), date(2026, 1, 1))
    assert not [path for path, data in made.items() if demo.search(path + data.decode())]
