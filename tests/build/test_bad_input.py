"""Bad input ends in one clear sentence with the place and the remedy, and in the right exit code."""

import json
import shutil

import html5lib
import pytest
from gitfixtures import DAY, commit, git, make_repository, object_file, unpack
from tinyproject import AHEAD, AUDIT, CONTENT, Project, at, call, digests, make, run

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
RISK = "isms/risks/RSK-001-unreviewed.md"


def build(project, *words):
    return call("build", *words, "--isms", project.isms, "--output", project.folder / "site", "--no-pdf")


def text_of(project, page, audit=AUDIT):
    """The words of the main part of a page."""
    document = html5lib.parse((project.folder / "site" / audit / page).read_text("utf-8"), namespaceHTMLElements=False)
    return " ".join(" ".join(document.find(".//main").itertext()).split())


def rows(project, name, audit=AUDIT):
    return json.loads((project.folder / "site" / audit / "data" / f"{name}.json").read_text("utf-8"))[name]


# --- errors of the newest content: nothing is published ------------------------------------------------------------

SLIPS = {
    "an unknown id": (
        {RISK: ("THR-001", "THR-010")},
        f"{RISK}:5:11: error: threats: unknown threat 'THR-010'; correct it, or write its record [unknown-id]",
    ),
    "an unknown person": (
        {RISK: ("owner: ada", "owner: adda")},
        f"{RISK}:3:8: error: owner: unknown person 'adda' (did you mean 'ada'?) [unknown-person]",
    ),
    "a duplicated id": (
        {"isms/risks/RSK-001-again.md": CONTENT[RISK]},
        f"{RISK}: error: the id RSK-001 is already used in isms/risks/RSK-001-again.md; give one of the two another id [duplicate-id]",
    ),
    "a duplicated row": (
        {"isms/squads.yml": CONTENT["isms/squads.yml"] * 2},
        "isms/squads.yml:2:8: error: the id money is already used in isms/squads.yml:1:3; give one of the two another id [duplicate-id]",
    ),
    "a tab in YAML": (
        {"isms/squads.yml": "- id: money\n\ttitle: Money\n"},
        "isms/squads.yml:2:1: error: a tab is not allowed in YAML; use spaces (in text, write \\t in double quotes) [yaml-tab]",
    ),
    "a file that is not UTF-8": (
        {"isms/scope.md": CONTENT["isms/scope.md"].replace("Porto", "Málaga").encode("latin-1")},
        "isms/scope.md:8:14: error: byte 0xe1 is not valid UTF-8; save the file as UTF-8 [not-utf8]",
    ),
    "settings that are not UTF-8": (
        {"tieout.yml": CONTENT["tieout.yml"].replace("Small", "Smäll").encode("latin-1")},
        "tieout.yml:2:13: error: byte 0xe4 is not valid UTF-8; save the file as UTF-8 [not-utf8]",
    ),
    "an empty content folder": (
        {path: None for path in CONTENT if path.startswith("isms/")},
        "isms/: error: the content folder holds no record; write scope.md first, or correct `content` in tieout.yml [content-empty]",
    ),
    "a branch of the ISMS that is not there": (
        {"tieout.yml": ("operator", "branch: trunk\noperator")},
        "tieout.yml: error: branch: there is no branch trunk in the repository of the ISMS (there is main); correct it [branch-missing]",
    ),
    "an address that would run a program": (
        {"tieout.yml": ("../pay", '"ext::sh -c touch% x"')},
        "tieout.yml:5:10: error: pay: url: 'ext::sh -c touch% x' is neither a path nor a URL; use https://, ssh://, git@host:path, file:// or a path [invalid-value]",
    ),
}


@pytest.fixture(scope="session")
def published(template):
    """The small operator with a site that a build wrote before."""
    folder = template.folder.parent / f"{template.folder.name}-published"
    shutil.copytree(template.folder, folder, symlinks=True)
    assert build(Project(folder)).code == 0
    return Project(folder)


@pytest.mark.parametrize("slip", SLIPS)
def test_an_error_in_the_newest_content_publishes_nothing_and_leaves_the_old_site(published, tmp_path, slip):
    changes, sentence = SLIPS[slip]
    shutil.copytree(published.folder, tmp_path / "own", symlinks=True)
    project = Project(tmp_path / "own")
    before = digests(project.folder / "site")
    project.write(changes)
    ended = build(project)
    assert (ended.code, ended.out) == (1, "")
    assert (
        ended.err == f"{sentence}\ntieout: 1 error, 0 warnings; nothing is published, the old site stays as it was.\n"
    )
    assert digests(project.folder / "site") == before


def test_an_error_in_the_first_content_leaves_no_folder(project):
    project.write({RISK: ("THR-001", "THR-010")})
    assert build(project).code == 1
    assert sorted(path.name for path in project.folder.iterdir()) == ["isms", "pay", "platform"]


def test_the_same_slip_before_the_audit_is_mended_since_and_shown_at_that_audit(project):
    git(project.isms, "reset", "-q", "--hard", "main~1")
    project.write({RISK: ("THR-001", "THR-010")}, time=at("2026-03-01"))
    project.write({RISK: ("THR-010", "THR-001")}, time=at("2026-04-05"))
    assert build(project).code == 0
    assert "THR-010" in text_of(project, "gaps.html") + text_of(project, "provenance.html")


# --- faults of linked repositories: published, with what is unknown shown as unknown -------------------------------


def remove(project):
    shutil.rmtree(project.service)


def forget_git(project):
    shutil.rmtree(project.service / ".git")


def never_synced(project):
    project.write({"tieout.yml": ("../pay", "https://git.example.invalid/pay.git")})


def refuse(project):
    project.write({"tieout.yml": ("../pay", "ftp://git.example.invalid/pay.git")})


def damage(project):
    unpack(project.service)
    lost = object_file(project.service, git(project.service, "rev-parse", "main~2"))
    lost.chmod(0o644)
    lost.unlink()


def empty(project):
    remove(project)
    make_repository(project.service)


def misname_branch(project):
    project.write({"tieout.yml": ("../pay", "../pay\n    branch: trunk")})


UNREAD = {
    "missing": (remove, "there is no folder ../pay; clone the repository there, or correct its url in tieout.yml", "repository-missing"),
    "no repository": (forget_git, "../pay is not a git repository; correct its url in tieout.yml", "repository-missing"),
    "not synced": (never_synced, "https://git.example.invalid/pay.git was not fetched yet; run `tieout sync`", "repository-unfetched"),
    "refused": (refuse, "the address 'ftp://git.example.invalid/pay.git' is of a kind that is not fetched; use https://, ssh://, git@host:path, file:// or a path", "repository-url"),
    "damaged": (damage, "the objects of ../pay could not all be read; run `git fsck` there, or clone it anew", "repository-damaged"),
    "empty": (empty, "there is no branch main in ../pay; correct `branch` in tieout.yml, or make it there", "branch-missing"),
    "another branch": (misname_branch, "there is no branch trunk in ../pay (there is main); correct `branch` in tieout.yml, or make it there", "branch-missing"),
}  # fmt: skip


@pytest.mark.parametrize("fault", UNREAD)
def test_a_repository_that_cannot_be_read_is_one_sentence_and_unknown_on_the_pages(project, fault):
    spoil, sentence, code = UNREAD[fault]
    spoil(project)
    ended = build(project)
    assert (ended.code, ended.err) == (1, f"pay: error: {sentence} [{code}]\n")
    assert "open file://" in ended.out
    front = text_of(project, "index.html")
    assert sentence in front
    assert "What changed in pay cannot be told." in front
    assert "1 of 1 risks" not in front
    assert sentence in text_of(project, "provenance.html")
    page = text_of(project, "checks/change-reviewed/pay.html")
    assert "0 of 1 passed, 1 cannot be told." in page
    assert sentence in page
    judged = {item["check"]: item["outcome"] for item in rows(project, "items") if item["key"] == "pay"}
    assert judged["change-reviewed"] == judged["no-direct-push"] == judged["required-steps-configured"] == "unknown"
    passed = [item for item in rows(project, "items") if item["kind"] == "change"]
    assert passed == []


def test_a_missing_environments_repository_leaves_deployments_unknown(project):
    shutil.rmtree(project.environments)
    ended = build(project)
    assert ended.code == 1
    assert ended.err.startswith("platform: error: there is no folder ../platform; clone")
    assert ended.err.count("\n") == 1
    assert "1 cannot be told" in text_of(project, "checks/deployed-by-pipeline/pay.html")


def test_a_repository_that_goes_missing_is_shown_as_it_was_read_last(project):
    assert build(project).code == 0
    changes = rows(project, "changes")
    remove(project)
    ended = build(project)
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert rows(project, "changes") == changes


def test_a_shallow_repository_is_a_lower_bound_and_what_was_cut_off_is_unknown(project):
    git(project.folder, "clone", "-q", "--depth=2", project.service.as_uri(), "shallow")
    remove(project)
    (project.folder / "shallow").rename(project.service)
    ended = build(project)
    assert ended.code == 1
    assert ended.err == (
        "pay: error: ../pay is a shallow clone: older history is missing and counts are lower bounds; "
        "run `git fetch --unshallow` there (in CI set fetch-depth: 0) [repository-shallow]\n"
    )
    assert "a lower bound: incomplete" in text_of(project, "provenance.html", "current")
    assert "does not go back to the period" in text_of(project, "checks/change-reviewed/pay.html")
    now = [item["outcome"] for item in rows(project, "items", "current") if item["check"] == "change-reviewed"]
    assert now == ["unknown", "pass", "unknown"]


def test_a_sha256_repository_works(tmp_path):
    project = make(tmp_path, object_format="sha256")
    ended = build(project)
    assert (ended.code, ended.err) == (0, "")
    assert all(len(change["id"]) == 64 for change in rows(project, "changes") if change["repo"] == "pay")
    assert {item["outcome"] for item in rows(project, "items") if item["check"] == "change-reviewed"} == {
        "pass",
        "fail",
    }


def test_a_service_whose_history_begins_after_the_audit_has_nothing_to_judge_then(project):
    remove(project)
    make_repository(project.service)
    commit(project.service, "PAY-9 Start again", {"pay.py": "1\n"}, time=at("2026-04-20"))
    ended = build(project)
    assert (ended.code, ended.err) == (0, "")
    assert [one for one in rows(project, "items") if one["check"] == "change-reviewed"] == []
    assert "Did not occur" in text_of(project, "checks/change-reviewed.html")


# --- audit dates ---------------------------------------------------------------------------------------------------


def test_an_audit_before_the_first_commit_is_told_and_the_rest_is_published(project):
    path = "isms/audits/AUD-2026-01.md"
    project.write({path: CONTENT[path].replace("2026-03-31", "2025-09-30").replace("2026-01-01", "2025-01-01")})
    sentence = (
        "AUD-2026-01 is dated 2025-09-30, but the ISMS has no commit before 2026-01-05, so nothing can be shown of "
        "that day; correct the date, or bring the earlier history into its repository"
    )
    ended = build(project)
    assert (ended.code, ended.err) == (1, f"{path}: error: {sentence} [audit-before-history]\n")
    assert sorted(one.name for one in (project.folder / "site").iterdir() if (one / "index.html").exists()) == [
        "current"
    ]
    named = build(project, "AUD-2026-01")
    assert (named.code, named.err) == (2, f"tieout: {path}: {sentence}.\n")


def test_an_audit_still_to_come_is_listed(published):
    again = build(published)
    assert again.code == 0
    assert f"AUD-2027-01 of {AHEAD} is still to come" in again.out
    page = (published.folder / "site" / "index.html").read_text("utf-8")
    assert "Next audit" in page
    assert "still to come" in page
    assert not (published.folder / "site" / AHEAD).exists()


@pytest.mark.parametrize("name", [AHEAD, "AUD-2027-01"])
def test_naming_an_audit_still_to_come_is_an_error(project, name):
    ended = build(project, name)
    assert ended.code == 2
    assert ended.err == (
        f"tieout: AUD-2027-01 is dated {AHEAD} and the newest commit is of 2026-05-12: "
        "it is listed, and can be built once that day has passed.\n"
    )
    assert not (project.folder / "site").exists()


def test_an_unknown_audit_is_an_error_with_the_nearest_name(project):
    assert build(project, "2026-03-30").err == "tieout: no audit is called 2026-03-30 (did you mean 2026-03-31?).\n"
    assert build(project, "next").code == 2


# --- the ISMS's own repository -------------------------------------------------------------------------------------


def test_a_shallow_checkout_of_the_isms_in_ci_is_an_error_of_the_environment(project):
    git(project.folder, "clone", "-q", "--depth=1", project.isms.as_uri(), "ci")
    ci = project.folder / "ci"
    ended = call("build", "--isms", ci, "--output", project.folder / "site", "--no-pdf")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"tieout: {ci}: a shallow clone of the ISMS cannot show how it stood on an audit's day; "
        "run `git fetch --unshallow` there (in CI set fetch-depth: 0).\n"
    )
    assert not (project.folder / "site").exists()
    assert call("check", "--isms", ci).code == 0
    git(ci, "fetch", "-q", "--unshallow")
    assert call("build", "--isms", ci, "--output", project.folder / "site", "--no-pdf").code == 0


def test_a_whole_checkout_in_ci_without_a_branch_builds_the_same_audits(project):
    assert build(project).code == 0
    before = digests(project.folder / "site" / AUDIT)
    git(project.isms, "checkout", "-q", "--detach")
    git(project.isms, "branch", "-q", "-D", "main")
    ended = build(project)
    head = git(project.isms, "rev-parse", "HEAD")[:8]
    assert ended.code == 0
    assert ended.err == (
        f"isms: warning: there is no branch main here, so the commit that is checked out, {head}, is taken as its "
        "newest; run `git checkout -B main` if it is [branch-missing]\n"
    )
    assert digests(project.folder / "site" / AUDIT) == before
    assert "31 March 2026" in text_of(project, "index.html")


def test_a_folder_without_an_isms_is_told_so(tmp_path):
    ended = call("build", "--isms", tmp_path, "--output", tmp_path / "site")
    assert ended.code == 2
    assert ended.err == (
        f"tieout: no tieout.yml in {tmp_path} or above it; run `tieout init` to begin one there, "
        "or `tieout demo DIR` for an example\n"
    )


def test_an_output_folder_that_holds_something_else_is_refused(project):
    (project.folder / "site").mkdir()
    (project.folder / "site" / "thesis.txt").write_text("mine")
    ended = build(project)
    assert ended.code == 2
    assert ended.err.endswith("holds files that Tieout did not write; empty it or name another --output.\n")
    assert (project.folder / "site" / "thesis.txt").read_text() == "mine"


def test_a_bug_is_told_as_one_with_what_to_send(project, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("seven by zero")

    monkeypatch.setattr("tieout.build.dates.plan", broken)
    ended = build(project)
    assert ended.code == 3
    assert "ZeroDivisionError: seven by zero" in ended.err
    assert ended.err.rstrip().splitlines()[-1].startswith("tieout: this is a fault of Tieout ")
    assert "please report it with the lines above." in ended.err
    assert not (project.folder / "site").exists()


def test_a_word_that_is_no_option_is_a_usage_error():
    ended = run("build", "--nonsense")
    assert ended.code == 2
    assert "No such option" in ended.err


def test_a_commit_with_a_wrong_clock_is_passed_over_and_said(project):
    for day in range(25):
        time = at("2027-06-01") if day == 1 else at("2026-05-13") + day * DAY
        commit(project.service, f"PAY-{day} More", {"pay.py": f"{day}\n"}, time=time)
    assert build(project).code == 0
    wrong = git(project.service, "rev-parse", "main~23")
    assert wrong[:8] in text_of(project, "provenance.html", "current")
