"""The whole product over repositories that somebody hostile wrote: nothing runs, nothing breaks, nothing is believed."""

import json
import re
import shutil
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pytest
from gitfixtures import git
from hostile_git import corpus
from tinyproject import Project, call


def build(project):
    return call("build", "--isms", project.isms, "--output", project.folder / "site", "--no-pdf")


def changes(project, day="current"):
    rows = json.loads((project.folder / "site" / day / "data" / "changes.json").read_text())
    return rows if isinstance(rows, list) else rows["changes"]


class Marks(HTMLParser):
    """What a browser would run or hide."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if (
            (tag == "script" and not named.get("src"))
            or tag in {"iframe", "object", "embed", "style"}
            or any(name.startswith("on") for name in named)
        ):
            self.found.append((tag, attributes))
        if (named.get("href") or "").startswith(("javascript:", "data:")) or (tag == "img" and named.get("src") == "x"):
            self.found.append((tag, attributes))


def strange(text):
    """Characters that steer a terminal, or a reader's eye."""
    return {letter for letter in text if letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cf", "Cs"}}


@pytest.fixture(scope="module")
def spoilt(template, tmp_path_factory):
    """An operator whose service repository has all of the corpus, built once."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(template.folder, folder / "small", symlinks=True)
    project = Project(folder / "small")
    written = {writer.__name__: writer(project.service) for writer in corpus.WRITERS}
    return project, written, build(project)


def test_the_site_is_published_and_the_refused_objects_are_told(spoilt):
    project, _, ended = spoilt
    assert (project.folder / "site" / "current" / "index.html").is_file()
    assert "[repository-malformed-objects]" in ended.err
    assert ended.code in {0, 1}


def test_every_step_of_the_hostile_branch_is_counted(spoilt, template):
    project, _, _ = spoilt
    before = git(template.service, "rev-parse", "main")
    steps = git(project.service, "rev-list", "--first-parent", "main", f"^{before}").split()
    assert len(steps) > len(corpus.WRITERS)
    assert set(steps) <= {row["id"] for row in changes(project)}


def test_no_page_and_no_message_holds_a_character_that_steers_or_hides(spoilt):
    project, _, ended = spoilt
    assert strange(ended.out + ended.err) == set()
    for page in (project.folder / "site").rglob("*.html"):
        assert strange(page.read_text()) == set(), page


def test_no_page_runs_what_a_name_or_a_subject_says(spoilt):
    project, _, _ = spoilt
    for page in (project.folder / "site").rglob("*.html"):
        marks = Marks()
        marks.feed(page.read_text())
        assert marks.found == [], page


def test_no_link_out_of_the_tree_is_followed(spoilt):
    project, _, _ = spoilt
    secret = Path("/etc/passwd").read_text().partition("\n")[0]
    assert all(secret not in page.read_text() for page in (project.folder / "site").rglob("*.html"))


@pytest.mark.parametrize("name", ["review_behind_a_nul", "divided_trailers", "forged_separators", "two_authors"])
def test_no_forged_review_is_more_than_stated(spoilt, name):
    project, written, _ = spoilt
    (row,) = [row for row in changes(project) if row["id"] == written[name]]
    assert {approval["grade"] for approval in row["approvals"]} <= {"stated", "none"}
    if name == "review_behind_a_nul":
        assert row["approvals"] == []


def test_a_note_that_anyone_wrote_is_at_most_two_names(spoilt):
    project, written, _ = spoilt
    found = [row for row in changes(project) if row["id"] == written["notes_that_lie"]]
    assert all(approval["grade"] in {"stated", "two_names"} for row in found for approval in row["approvals"])


def test_what_is_odd_about_a_commit_is_told_on_the_page_of_provenance(spoilt):
    project, _, _ = spoilt
    page = (project.folder / "site" / "current" / "provenance.html").read_text()
    for words in ("two author lines", "a NUL in the message", "date that is none", "text that is not in UTF-8"):
        assert words in page


# --- damage --------------------------------------------------------------------------------------------------------


def test_an_object_with_other_content_under_its_id_is_refused_by_the_fetch(project):
    corpus.change_an_object(project.service, "main:pay.py", "main~1:pay.py")
    ended = build(project)
    assert ended.code == 1
    assert re.search(r"^pay: error: .*\[repository-damaged\]$", ended.err, re.MULTILINE)


def test_a_missing_object_is_told_and_the_rest_is_published(project):
    corpus.lose_an_object(project.service, "main~2^{tree}")
    ended = build(project)
    assert ended.code == 1
    assert "[repository-damaged]" in ended.err
    assert (project.folder / "site" / "index.html").is_file()


# --- bombs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bomb",
    [
        corpus.tree_bomb,
        corpus.deep_tree,
        corpus.many_parents,
        lambda repo: corpus.large_blob(repo, "pay.py"),
        lambda repo: corpus.large_blob(repo, "CODEOWNERS"),
    ],
    ids=["tree", "depth", "parents", "blob", "code-owners"],
)
def test_a_bomb_ends_in_a_site_or_a_sentence(project, bomb):
    bomb(project.service)
    ended = build(project)
    assert ended.code in {0, 1}
    assert "Traceback" not in ended.err
