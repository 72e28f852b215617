"""A scout reads any repository with the engine of a build, and says of each number what it is out of."""

from datetime import date
from hashlib import sha256

import pytest
from gitfixtures import ADA, BEN, BOT, DAY, START, commit, git, make_repository, tag, update_ref, write_object

from tieout.build.scout import Asked, scout
from tieout.views.scout.page import page
from tieout.views.scout.report import Report

CARA = "Cara Finch <cara@example.org>"
FORGE = "GitHub <noreply@github.com>"
CI = "on: push\njobs:\n  tests: {runs-on: x}\n"
PLAIN = Asked()
YEARS = 3 * 365 * DAY


def silent(_):
    return None


def scout_one(place, asked=PLAIN):
    (one,) = scout([str(place)], asked, silent).repositories
    return one


def counts(one, key):
    return {row.key: (row.whole, row.recent) for row in one.finding(key).rows if row.whole}


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A root three years ago, then: a merge by another, a squash that hides one, a squash without its ref, a direct push."""
    repo = make_repository(tmp_path_factory.mktemp("story") / "prices.git", bare=True)
    root = commit(
        repo, "Begin", {"a": "1\n", ".github/workflows/ci.yml": CI + "  old: {runs-on: x}\n"}, time=START - YEARS
    )
    side = commit(repo, "Raise a", {"a": "2\n"}, branch="side", parents=[root], author=BEN, time=START)
    merge = commit(
        repo, "Merge pull request #1 from x/side\n\nRaise a", {"a": "2\n"}, parents=[root, side], time=START + DAY
    )
    first = commit(repo, "Add b", {"b": "1\n"}, branch="p2", parents=[merge], author=BEN, time=START + DAY)
    head = commit(repo, "Mend b", {"b": "2\n"}, branch="p2", parents=[first], author=CARA, time=START + DAY)
    update_ref(repo, "refs/pull/2/head", head)
    git(repo, "update-ref", "-d", "refs/heads/p2")
    git(repo, "update-ref", "-d", "refs/heads/side")
    squashed = {"author": BEN, "committer": FORGE}
    commit(repo, "Add b (#2)", {"b": "2\n"}, **squashed, time=START + 2 * DAY)
    commit(
        repo, "Add c (#3)\n\nReviewed-by: Cara Finch <cara@example.org>", {"c": "1\n"}, **squashed, time=START + 3 * DAY
    )
    commit(repo, "Hurry", {".github/workflows/ci.yml": CI}, author="Ada Stone <ada@home.example>", time=START + 4 * DAY)
    tag(repo, "v1", message="Release 1", time=START + 4 * DAY)
    tag(repo, "light")
    return repo


@pytest.fixture(scope="module")
def told(story):
    return scout_one(story)


def test_each_change_is_counted_once_in_all_and_in_the_last_twelve_months(told):
    assert counts(told, "changes") == {"merge": (1, 1), "squash": (2, 2), "direct": (1, 1), "root": (1, 0)}
    assert told.finding("changes").total[2:4] == (5, 4)
    assert told.branch == "main"
    assert told.since == (START + 4 * DAY - 365 * DAY) // DAY * DAY


def test_rows_that_add_up_do(told):
    for found in told.findings:
        if found.disjoint and found.total:
            assert sum(row.whole for row in found.rows) == found.total.whole, found.key
            assert sum(row.recent for row in found.rows) == found.total.recent, found.key


def test_a_number_in_a_message_is_told_from_the_proposal_itself(told):
    assert counts(told, "vouching") == {"ref": (1, 1), "number": (2, 2), "none": (2, 1)}


def test_whom_a_squash_hides_comes_from_the_proposal(told):
    assert counts(told, "hidden") == {"same": (1, 1), "no-ref": (1, 1), "hidden": (1, 1)}
    (named,) = told.finding("hidden").named
    assert named.words == "Add b (1 more)"


def test_the_same_name_or_login_under_another_address_is_nobody_hidden(tmp_path):
    repo = make_repository(tmp_path / "x")
    commit(repo, "Begin", {"a": "1"})
    for number, (author, proposer) in enumerate(
        [("Ben <1+benm@users.noreply.github.com>", "benm <b@x.example>"), (BEN, "Ben Marsh <b@y.example>")], 1
    ):
        head = commit(
            repo,
            "Try",
            {f"{number}": "1"},
            branch=f"p{number}",
            parents=[git(repo, "rev-parse", "main")],
            author=proposer,
        )
        update_ref(repo, f"refs/pull/{number}/head", head)
        commit(repo, f"Add (#{number})", {f"{number}": "1"}, author=author, committer=FORGE)
    assert counts(scout_one(repo), "hidden") == {"same": (2, 2), "alike": (2, 2)}


def test_an_approval_is_counted_by_where_it_was_found_and_how_well_it_is_known(told):
    assert counts(told, "approvals") == {"merge message:stated": (1, 1), "none": (4, 3)}


def test_who_brought_it_in_is_told_by_address_and_name(told):
    assert counts(told, "mergers") == {"other": (1, 1), "forge": (2, 2)}


def test_releases_jobs_and_addresses_are_told(told):
    assert counts(told, "releases") == {"annotated": (1, 1), "lightweight": (1, 1), "branch": (2, 2)}
    jobs = {one.job: bool(one.until) for one in told.stretches}
    assert jobs == {"tests": False, "old": True}
    found = counts(told, "identities")
    assert (found["shared"], found["forge"]) == ((2, 2), (1, 1))
    assert told.finding("identities").total.whole == 4


def test_the_numbers_can_be_counted_again(story, told):
    for found in told.findings:
        for recount in found.recounts:
            words = recount.command.split()
            if words[:2] == ["git", "rev-list"] and "|" not in words:
                again = git(story, *(word.strip("'") for word in words[1:]))
                assert f"{again} " in f"{recount.gives} ", recount


def test_what_would_tell_most_comes_first(told):
    gains = [(one.gain, one.whole) for one in told.advice]
    assert gains == sorted(gains, reverse=True)
    assert {"tieout collect", "confirm people.yml", "protect the branch"} <= {one.do for one in told.advice}


def test_no_person_stands_on_the_page(told):
    shown = repr(page(Report("0", (told,))))
    for name in ("Ada Stone", "Ben Marsh", "Cara", "ada@", "ben@", "home.example"):
        assert name not in shown


def test_an_earlier_day_widens_the_window_and_another_branch_is_read(story):
    one = scout_one(story, Asked(since=date(2020, 1, 1)))
    assert one.finding("changes").total[2:4] == (5, 5)
    assert scout_one(story, Asked(branch="absent")).unread == "it has no branch absent; there is main"


def test_two_repositories_of_one_name_are_told_apart(story, tmp_path):
    other = make_repository(tmp_path / "prices")
    commit(other, "One", {"a": "1"})
    report = scout([str(other), str(story), str(tmp_path / "nowhere")], Asked(), silent)
    assert [one.id for one in report.repositories] == ["prices", "prices-2", "nowhere"]
    assert [bool(one.unread) for one in report.repositories] == [False, False, True]
    assert page(report).heading == "What 3 histories prove"


def test_a_repository_is_never_written_to(story):
    def state():
        return {path: sha256(path.read_bytes()).digest() for path in sorted(story.rglob("*")) if path.is_file()}

    before = state()
    scout_one(story)
    assert state() == before


# --- what may be wrong with a repository ---------------------------------------------------------------------------


def test_an_empty_repository_and_one_commit(tmp_path):
    empty = make_repository(tmp_path / "empty")
    assert scout_one(empty).unread
    commit(empty, "Only", {"a": "1"})
    one = scout_one(empty)
    assert counts(one, "changes") == {"root": (1, 1)}
    assert page(scout([str(empty)], Asked(), silent)).sections


def test_sha256_and_a_branch_of_an_odd_name(tmp_path):
    repo = make_repository(tmp_path / "new", object_format="sha256", branch="böse/☃")
    commit(repo, "One", {"a": "1"}, branch="böse/☃")
    one = scout_one(repo)
    assert (one.branch, len(one.commit)) == ("böse/☃", 64)


def test_a_shallow_clone_says_that_its_counts_are_lower_bounds(story, tmp_path):
    git(tmp_path, "clone", "-q", "--depth=2", f"file://{story}", "cut")
    one = scout_one(tmp_path / "cut")
    assert not one.complete
    assert "lower bound" in " ".join(one.finding("changes").limits)
    assert any(advice.do == "git fetch --unshallow" for advice in one.advice)


def test_hostile_names_are_shown_and_obey_nobody(tmp_path):
    repo = make_repository(tmp_path / "x")
    commit(repo, "<script>\u202e (#1)", {"a": "1"}, author="\u202eroot <x@\u200bexample.org>")
    tree = git(repo, "rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nparent {git(repo, 'rev-parse', 'HEAD')}\nauthor A <a@x> 1 +0000\nauthor \xff <b@x> 9 +0000\n"
    bad = write_object(repo, "commit", raw.encode("latin-1") + b"committer C <c@x> 99999999999999 +0000\n\nhi\0there")
    update_ref(repo, "refs/heads/main", bad)
    one = scout_one(repo)
    found = counts(one, "anomalies")
    assert {"many-authors", "nul-in-message", "invisible"} <= found.keys()
    assert one.drafted.people


@pytest.mark.parametrize("place", ["--upload-pack=x", "ext::sh -c x", "http://host/x", "", "git://host/x"])
def test_an_address_that_could_run_something_is_refused(place):
    assert scout_one(place).unread


@pytest.mark.parametrize(
    "place",
    [
        "https://me:s3cret@host.example/x",
        "https://s3cret@host.example/x",
        "http://s3cret@host.example/x",
        "ssh://me:s3cret@host.example/x",
    ],
)
def test_a_secret_in_an_address_is_neither_used_nor_shown(place):
    one = scout_one(place)
    assert one.unread
    assert "s3cret" not in repr(one)


def test_a_bare_repository_below_a_working_tree_can_be_named(tmp_path, monkeypatch):
    monkeypatch.chdir(make_repository(tmp_path / "tree"))
    commit(make_repository(tmp_path / "tree" / "forge" / "x.git", bare=True), "One", {"a": "1"})
    assert counts(scout_one("forge/x.git"), "changes") == {"root": (1, 1)}


def test_a_merger_that_never_wrote_is_no_second_name(tmp_path):
    repo = make_repository(tmp_path / "x")
    root = commit(repo, "Begin", {"a": "1"})
    side = commit(repo, "Add", {"b": "1"}, branch="side", parents=[root], author=BEN)
    commit(repo, "Merge branch 'side'", {"b": "1"}, parents=[root, side], author=BOT)
    own = commit(repo, "Add c", {"c": "1"}, branch="own", author="Ada Stone <ada@home.example>")
    commit(repo, "Merge branch 'own'", {"c": "1"}, parents=[git(repo, "rev-parse", "main"), own], author=ADA)
    assert counts(scout_one(repo), "mergers") == {"silent": (1, 1), "perhaps": (1, 1)}
