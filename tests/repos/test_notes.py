"""Notes as they come from real repositories: any depth of folders, every version, and what is off told."""

from gitfixtures import ADA, BEN, DAY, START, commit, git, make_repository, update_ref, write_object

from tieout.repos import notes, reading

REVIEW = "refs/notes/review"


def noted(repo, files, *, ref=REVIEW, by=ADA, time=START, parents=None, message="Notes added"):
    """One more commit on a notes ref: `files` maps a path in its tree to the note."""
    tip = git(repo, "rev-parse", "--verify", "-q", ref, check=False)
    above = parents if parents is not None else [tip] if tip else []
    made = commit(repo, message, files, branch="scratch-notes", author=by, time=time, parents=above)
    git(repo, "update-ref", "-d", "refs/heads/scratch-notes")
    return update_ref(repo, ref, made)


def read(repo):
    return notes.read_notes(repo, "app", reading.read_refs(repo))


def bare(tmp_path):
    repo = make_repository(tmp_path / "app", bare=True)
    return repo, commit(repo, "Start", {"a.txt": "1"})


def folded(object_id, depth):
    return "/".join([*(object_id[2 * level : 2 * level + 2] for level in range(depth)), object_id[2 * depth :]])


def test_a_note_is_found_at_any_depth_of_folders(tmp_path):
    repo, first = bare(tmp_path)
    others = ["e" * 40, "f" * 40]
    noted(repo, {first: "flat\n", folded(others[0], 1): "one\n", folded(others[1], 3): "three\n"})
    found, problems = read(repo)
    assert problems == ()
    assert {id_: versions[0].data for id_, versions in found.items()} == {
        first: b"flat\n",
        others[0]: b"one\n",
        others[1]: b"three\n",
    }


def test_git_itself_writes_notes_that_are_read(tmp_path):
    repo, first = bare(tmp_path)
    who = ["-c", "user.name=Ben", "-c", "user.email=ben@example.org"]
    git(repo, *who, "notes", "--ref=review", "add", "-m", "Code-Review+2: Ben <ben@example.org>", first)
    note = read(repo)[0][first][0]
    assert (note.ref, note.data, note.by.email) == (
        REVIEW,
        b"Code-Review+2: Ben <ben@example.org>\n",
        "ben@example.org",
    )
    assert note.where == f"{REVIEW} on {first[:8]}, commit {note.commit[:8]}"


def test_every_version_has_its_time_and_its_writer_and_a_removal_is_one(tmp_path):
    repo, first = bare(tmp_path)
    noted(repo, {first: "one\n"}, time=START)
    noted(repo, {first: "two\n"}, by=BEN, time=START + DAY)
    noted(repo, {first: None}, time=START + 2 * DAY)
    versions = read(repo)[0][first]
    assert [(each.data, each.at - START) for each in versions] == [(b"one\n", 0), (b"two\n", DAY), (b"", 2 * DAY)]
    assert [each.by.name if each.by else "" for each in versions] == ["Ada Stone", "Ben Marsh", ""]
    assert versions[-1].blob == ""


def test_a_note_that_only_moves_into_a_folder_is_as_old_as_before(tmp_path):
    repo, first = bare(tmp_path)
    noted(repo, {first: "one\n"}, time=START)
    noted(repo, {first: None, folded(first, 1): "one\n"}, by=BEN, time=START + DAY)
    assert [(each.at, each.by.name) for each in read(repo)[0][first]] == [(START, "Ada Stone")]


def test_a_note_dated_before_the_one_below_it_came_no_earlier(tmp_path):
    repo, first = bare(tmp_path)
    noted(repo, {"e" * 40: "x\n"}, time=START + 9 * DAY)
    noted(repo, {first: "backdated\n"}, time=START - 90 * DAY)
    assert read(repo)[0][first][0].at == START + 9 * DAY


def test_what_a_merge_of_notes_made_has_no_writer(tmp_path):
    repo, first = bare(tmp_path)
    base = noted(repo, {first: "one\n"})
    side = noted(repo, {first: "one\nside\n"}, by=BEN, time=START + DAY)
    update_ref(repo, REVIEW, base)
    ours = noted(repo, {first: "ours\none\n"}, time=START + DAY)
    noted(repo, {first: "ours\none\nside\n", "e" * 40: "x\n"}, time=START + 2 * DAY, parents=[ours, side])
    versions = read(repo)[0][first]
    assert [each.data for each in versions] == [b"one\n", b"ours\none\n", b"ours\none\nside\n"]
    assert versions[-1].by is None


def test_a_note_that_a_merge_only_brought_keeps_its_writer(tmp_path):
    repo, first = bare(tmp_path)
    base = noted(repo, {first: "one\n"})
    side = noted(repo, {"e" * 40: "from the side\n"}, by=BEN, time=START + DAY)
    noted(repo, {"e" * 40: "from the side\n"}, time=START + 2 * DAY, parents=[base, side])
    (version,) = read(repo)[0]["e" * 40]
    assert (version.by.name, version.at) == ("Ben Marsh", START + 2 * DAY)


def test_refs_that_nobody_reads_cost_nothing(tmp_path):
    repo, first = bare(tmp_path)
    noted(repo, {first: "mail\n"}, ref="refs/notes/amlog")
    assert read(repo) == ({}, ())


def test_what_is_no_note_is_told_once_a_ref(tmp_path):
    repo, first = bare(tmp_path)
    noted(repo, {first: "one\n", "README": "hello\n", folded(first, 1): "again\n"})
    found, (problem,) = read(repo)
    assert len(found[first]) == 1
    assert str(problem) == (
        "app: warning: refs/notes/review holds entries that are not read (1 beside another note on the same object, "
        "1 whose name is no object's id), so what they say of reviews is unknown; find out who wrote them "
        "[notes-not-read]"
    )


def test_a_notes_ref_of_another_kind_of_object_is_told(tmp_path):
    repo, _ = bare(tmp_path)
    update_ref(repo, REVIEW, write_object(repo, "blob", b"no history\n"))
    assert [problem.code for problem in read(repo)[1]] == ["notes-not-read"]


def test_a_huge_note_is_not_read_and_hides_the_one_before_it(tmp_path, monkeypatch):
    monkeypatch.setattr(notes, "NOTE_LIMIT", 10)
    repo, first = bare(tmp_path)
    noted(repo, {first: "small\n"})
    noted(repo, {first: "x" * 11}, time=START + DAY)
    found, problems = read(repo)
    assert [each.data for each in found[first]] == [b"small\n", b""]
    assert "1 of more than 10 bytes" in problems[0].message


def test_notes_beyond_all_bounds_are_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(notes, "TOTAL_LIMIT", 10)
    repo, first = bare(tmp_path)
    noted(repo, {first: "12345678\n", "e" * 40: "abcdefgh\n"})
    found, problems = read(repo)
    assert sorted(each[0].data for each in found.values()) in ([b"", b"12345678\n"], [b"", b"abcdefgh\n"])
    assert "1 beyond 10 bytes in all" in problems[0].message
