"""`tieout collect` as a person uses it: where it writes, what it says, and what it refuses."""

import json

import pytest
from forges import saved
from forges.saved import page, pull, review
from gitfixtures import git, make_repository
from tinyproject import call, digests

ANSWERS = {
    "pull-7.json": json.dumps(pull()).encode(),
    "reviews-7.json": page(review()),
    "commits-7.json": page(saved.commit(saved.EARLY), saved.commit()),
    "deployments.json": page(saved.deployment()),
    "statuses-41.json": page(saved.progress("success", "2026-03-02T11:06:00Z")),
}
WRITTEN = ["deployments/pay/2026-03.jsonl", "reviews/pay/2026-03.jsonl"]


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    for name, data in ANSWERS.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def into(tmp_path):
    return make_repository(tmp_path / "records")


def collect(source, into, *more):
    return call("collect", source, "--repo", "pay", "--into", into, *more)


def files(into):
    return {path: digest for path, digest in digests(into).items() if not path.startswith(".git/")}


def test_records_and_answers_are_written_and_everything_is_accounted_for(source, into):
    (source / "notes.txt").write_text("mine")
    told = collect(source, into)
    assert told.code == 0
    assert told.out.splitlines() == [
        "read: 2 × commit, 1 × deployment, 1 × deployment status, 1 × pull request and 1 × review",
        "made: 1 review record, 1 deployment record",
        f"not looked at: 1 file of another kind, such as {source.as_posix()}/notes.txt",
        "deployments/pay/2026-03.jsonl: 1 line",
        "reviews/pay/2026-03.jsonl: 1 line",
    ]
    assert told.err == (
        "tieout: 2 lines and 5 answers written, 0 records as before; "
        "have them committed by the robot that the people register declares.\n"
    )
    written = files(into)
    assert [path for path in written if not path.startswith("raw/")] == WRITTEN
    answers = {path: digest for path, digest in written.items() if path.startswith("raw/")}
    assert len(answers) == 5
    assert all(path == f"raw/{digest[:2]}/{digest}.json" for path, digest in answers.items())


def test_running_it_again_changes_no_byte_and_says_so(source, into):
    collect(source, into)
    before = files(into)
    told = collect(source, into)
    assert told.err == "tieout: 0 lines and 0 answers written, 2 records as before.\n"
    assert files(into) == before


def test_a_later_run_appends_and_keeps_the_lines_and_the_mode(source, into):
    collect(source, into)
    path = into / WRITTEN[1]
    path.chmod(0o640)
    first = path.read_bytes()
    (source / "reviews-7.json").write_bytes(page(review(), review("cleo", at="2026-03-05T12:00:00Z")))
    assert "reviews/pay/2026-03.jsonl: 1 line" in collect(source, into).out
    assert path.read_bytes().startswith(first)
    assert path.read_bytes().count(b"\n") == 2
    assert path.stat().st_mode & 0o777 == 0o640


def test_one_bad_file_and_nothing_is_written(source, into):
    (source / "pull-8.json").write_text('{"message": "Not Found", "documentation_url": "x", "status": "404"}')
    told = collect(source, into)
    assert told.code == 1
    assert "pull-8.json: error: this is no answer of a forge: the forge answered with an error (Not Found)" in told.out
    assert told.err == "tieout: 1 error, 0 warnings; nothing was written.\n"
    assert files(into) == {}


def test_an_answer_that_was_altered_stops_it(source, into):
    collect(source, into)
    (into / WRITTEN[1]).unlink()
    altered = min((into / "raw").rglob("*.json"))
    for place in (into / "raw").rglob("*.json"):
        place.write_text("{}")
    told = collect(source, into)
    assert (told.code, WRITTEN[1] in files(into)) == (2, False)
    assert "the answer was altered" in told.err
    assert altered.read_text() == "{}"


def refused(source, into, *more):
    before = digests(into) if into.exists() else {}
    told = collect(source, into, *more)
    assert told.code == 2
    assert (digests(into) if into.exists() else {}) == before
    return told.err


def test_only_a_records_repository_is_written_to(source, tmp_path, project):
    (tmp_path / "plain").mkdir()
    assert "is not the top of a Git working tree" in refused(source, tmp_path / "plain")
    assert "is not the top of a Git working tree" in refused(source, tmp_path / "nowhere")
    assert "holds the ISMS" in refused(source, project.isms)
    assert "may be a repository of something else" in refused(source, project.service)


def test_a_readme_beside_the_records_is_no_matter(source, into):
    (into / "README.md").write_text("What the forge told.\n")
    (into / ".gitlab-ci.yml").write_text("")
    assert collect(source, into).code == 0


def test_no_link_leads_elsewhere(source, into, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (into / ".keep").write_text("")
    (into / "reviews").mkdir()
    (into / "reviews" / "pay").symlink_to(outside)
    (into / "deployments").mkdir()
    (into / "deployments" / "web.jsonl").write_text("")
    assert collect(source, into).code == 2
    assert list(outside.iterdir()) == []


def test_a_repository_and_a_source_must_be_named_rightly(source, into, tmp_path):
    assert "is no id of a repository" in call("collect", source, "--repo", "../pay", "--into", into).err
    assert "cannot be read" in call("collect", tmp_path / "gone.json", "--repo", "pay", "--into", into).err
    (tmp_path / "empty").mkdir()
    assert "holds no saved answer" in call("collect", tmp_path / "empty", "--repo", "pay", "--into", into).err


def test_another_branch_is_counted_where_it_is_named(source, into):
    (source / "pull-7.json").write_bytes(json.dumps(pull(base={"ref": "trunk", "sha": saved.OTHER})).encode())
    assert "left out: 1 × proposals merged into trunk (name it with --branch)" in collect(source, into).out
    assert "made: 1 review record" in collect(source, into, "--branch", "trunk").out
    assert git(into, "status", "--porcelain") != ""
