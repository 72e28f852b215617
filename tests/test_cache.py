import ast
import json
import os
import sqlite3
from pathlib import Path

import pytest
from gitfixtures import git
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from properties import examples
from tinyproject import call

from tieout import cache, checks, config, content
from tieout.build.newest import remembering
from tieout.content import files
from tieout.problems import Source
from tieout.repos import trees
from tieout.text import yaml

CHECKS = checks.CHECKS
RISK = "isms/risks/RSK-001-unreviewed.md"
PEOPLE = "isms/people.yml"


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The folder of the caches of a person of one's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "tieout"


def load(project):
    """The paths that were parsed, and what came of it."""
    read = trees.read_worktree(project.isms)
    settings_, _ = config.load(read["tieout.yml"], "tieout.yml")
    parsed = []

    def counted(path, data):
        parsed.append(path)
        return files.parse(path, data)

    with cache.opened(project.isms) as known:
        found = content.load(read, settings_, CHECKS, remembering(known, counted))
    return parsed, found


def fresh(project):
    """What comes of it without any cache."""
    read = trees.read_worktree(project.isms)
    settings_, _ = config.load(read["tieout.yml"], "tieout.yml")
    return content.load(read, settings_, CHECKS)


def rows(store, question="SELECT key, value, mark, run FROM derived"):
    with sqlite3.connect(store / cache.FILE) as connection:
        found = connection.execute(question).fetchall()
    connection.close()
    return found


def test_a_second_run_parses_nothing_and_finds_the_same(project, store):
    first, found = load(project)
    assert RISK in first
    assert load(project) == ([], found)
    assert found == fresh(project)


def test_an_edit_parses_one_file_even_when_size_and_time_stay(project, store):
    load(project)
    place = project.isms / RISK
    before = place.stat()
    place.write_text(place.read_text().replace("[THR-001]", "[THR-002]"))
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (place.stat().st_size, place.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    parsed, (_, problems) = load(project)
    assert parsed == [RISK]
    assert [str(problem.source) for problem in problems] == [f"{RISK}:5:11"]


def test_a_file_under_another_name_is_known(project, store):
    load(project)
    (project.isms / RISK).rename(project.isms / "isms/risks/RSK-001-renamed.md")
    parsed, (isms, _) = load(project)
    assert parsed == []
    assert isms.risks["RSK-001"].place.path == "isms/risks/RSK-001-renamed.md"


def test_what_is_wrong_is_told_at_the_same_place_the_second_time(project, store):
    project.write(
        {
            RISK: ("owner: ada", "owner: adam\ncolour: red"),
            PEOPLE: ("name: Ben Marsh, squad: money", "name: Ben Marsh, squad: monei"),
            "isms/squads.yml": ("lead: ada", "lead: ada, lead: ben"),
            "isms/controls/CTL-003-keys.md": "---\ntitle: [\n---\n",
        },
        commit_it=False,
    )
    expected = fresh(project)
    assert len(expected[1]) >= 4
    assert load(project)[1] == expected
    parsed, found = load(project)
    assert found == expected
    assert parsed == ["isms/controls/CTL-003-keys.md", "isms/squads.yml"]  # what cannot be parsed has a place to tell


def test_without_the_cache_all_is_as_before(project, store):
    _, found = load(project)
    (store / cache.FILE).unlink()
    parsed, again = load(project)
    assert RISK in parsed
    assert again == found


def spoil_row(file):
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE derived SET value = replace(value, 'treating', 'accepted')")
    connection.close()


def swap_rows(file):
    """Each key leads to the value of another, as in a damaged index."""
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT key, value, mark, run FROM derived ORDER BY key").fetchall()
        shifted = [(one[0], *other[1:]) for one, other in zip(found, found[1:] + found[:1], strict=True)]
        connection.executemany("REPLACE INTO derived VALUES (?, ?, ?, ?)", shifted)
    connection.close()


def other_table(file):
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE derived (key TEXT)")
    connection.close()


DAMAGES = {
    "nothing in it": lambda file: file.write_bytes(b""),
    "no database": lambda file: file.write_bytes(b"x" * 5000),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:6000]),
    "zeros in the middle": lambda file: file.write_bytes(
        file.read_bytes()[:4096] + bytes(8192) + file.read_bytes()[12288:]
    ),
    "altered values": spoil_row,
    "values of other keys": swap_rows,
    "another table": other_table,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_changes_nothing_and_is_mended(project, store, damage):
    _, found = load(project)
    DAMAGES[damage](store / cache.FILE)
    assert load(project)[1] == found
    load(project)
    assert load(project) == ([], found)


def test_a_locked_cache_is_done_without_and_kept(project, store):
    _, found = load(project)
    other = sqlite3.connect(store / cache.FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    parsed, again = load(project)
    other.execute("ROLLBACK")
    other.close()
    assert RISK in parsed
    assert again == found
    assert load(project) == ([], found)


def test_of_two_at_once_one_may_keep_nothing_and_both_are_right(project, store):
    _, found = load(project)
    with cache.opened(project.isms) as other:
        other.get("kind", b"reads")
        other.put("kind", b"a", [1])
        project.write({RISK: ("owner: ada", "owner: ben")}, commit_it=False)
        assert load(project)[1] == fresh(project) != found
    with cache.opened(project.isms) as known:
        assert known.get("kind", b"a") == [1]
    load(project)
    assert load(project) == ([], fresh(project))


def test_a_cache_that_comes_with_the_content_is_not_believed(project, tmp_path, monkeypatch):
    """A pull request brings a cache in which its own bad file reads as a good one, to a CI job whose home is the checkout."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    good = project.isms.joinpath(RISK).read_bytes()
    bad = good.replace(b"THR-001", b"THR-999")
    with cache.opened(project.isms) as forged:
        forged.put("markdown", bad, files.pack(files.parse(RISK, good)))
    brought = (tmp_path / "caches" / "tieout" / cache.FILE).read_bytes()
    project.write({RISK: bad, ".cache/tieout/" + cache.FILE: brought})
    assert RISK not in load(project)[0]  # as the person's own it would be believed
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(project.isms))
    (project.isms / ".cache" / "tieout").chmod(0o700)
    parsed, (_, problems) = load(project)
    assert RISK in parsed
    assert [problem.code for problem in problems if problem.severity == "error"] == ["unknown-id"]
    assert git(project.isms, "status", "--porcelain") == ""


def test_a_cache_in_any_working_tree_is_not_used(project, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.service / "caches"))
    load(project)
    assert not (project.service / "caches").exists()


def test_beside_an_isms_without_a_repository_a_cache_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "isms" / "caches"))
    (tmp_path / "isms").mkdir()
    with cache.opened(tmp_path / "isms") as known:
        assert known.connection is None
    assert list((tmp_path / "isms").iterdir()) == []


def test_a_cache_that_others_may_write_to_is_not_used(project, store):
    load(project)
    store.chmod(0o777)
    assert RISK in load(project)[0]


@pytest.mark.parametrize("home", [None, "", "relative", "/dev/null", "/nonexistent"])
def test_without_a_home_there_is_no_cache(project, tmp_path, monkeypatch, home):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME")
    monkeypatch.chdir(tmp_path)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    assert load(project)[0] == load(project)[0]
    assert not (tmp_path / "relative").exists()
    assert not Path("/nonexistent").exists()


def test_another_version_of_the_program_believes_nothing(project, store, monkeypatch):
    load(project)
    monkeypatch.setattr(cache, "_program", lambda: b"another")
    assert RISK in load(project)[0]


def test_everything_that_decides_how_a_file_is_parsed_is_in_the_key():
    """A parser that changed, and whose old answers were believed, would be worse than none."""
    package = Path(cache.__file__).parent
    seen, left = set(), {"content/files.py"}
    while left:
        name = left.pop()
        seen.add(name)
        found = [
            node
            for node in ast.walk(ast.parse((package / name).read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
        ]
        modules = {f"{node.module}.{alias.name}" for node in found for alias in node.names} | {
            node.module for node in found
        }
        inside = {module.removeprefix("tieout.").replace(".", "/") + ".py" for module in modules if "tieout." in module}
        left |= {path for path in inside if (package / path).is_file()} - seen
    assert {"problems.py", "text/yaml.py", "text/markdown.py"} <= seen
    assert {name for name in seen if name not in cache.DERIVING and name.split("/")[0] not in cache.DERIVING} == set()


def test_what_nobody_asks_for_is_dropped(project, store):
    for run in range(cache.DROPPED + 2):
        with cache.opened(project.isms) as known:
            known.put("kind", b"%d" % run, [run])
            if run == 0:
                known.put("kind", b"asked", ["yes"])
            else:
                assert known.get("kind", b"asked") == ["yes"]
    values = {json.loads(value)[0] for (value,) in rows(store, "SELECT value FROM derived")}
    assert values == {"yes", *range(1, cache.DROPPED + 2)}


def test_a_run_with_nothing_new_writes_nothing(project, store):
    load(project)
    before = (store / cache.FILE).read_bytes()
    load(project)
    assert (store / cache.FILE).read_bytes() == before


def test_a_full_cache_makes_room(project, store, monkeypatch):
    load(project)
    monkeypatch.setattr(cache, "_PAGES", 30)
    with cache.opened(project.isms) as known:
        known.put("kind", b"large", ["x" * 500_000])
    assert not (store / cache.FILE).exists()
    monkeypatch.undo()


def test_the_command_says_the_same_with_and_without(project, store):
    project.write({RISK: ("owner: ada", "owner: adam")}, commit_it=False)
    first, second = call("check", "--isms", project.isms), call("check", "--isms", project.isms)
    assert first.code == 1
    assert (second.code, second.out, second.err) == (first.code, first.out, first.err)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text("ab é😀:'\"-\\", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abé", max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_packed_keeps_every_place(value):
    parsed = yaml.parse(json.dumps(value, indent=1, ensure_ascii=False).encode(), Source(path="a.yml", line=3))
    again = yaml.unpack(json.loads(json.dumps(yaml.pack(parsed))))
    assert not parsed.problems
    assert again.value == parsed.value
    assert (dict(again.places), dict(again.keys)) == (parsed.places, parsed.keys)


@examples(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_after_any_edits_the_cache_makes_no_difference(data, project, store):
    path = data.draw(st.sampled_from([RISK, PEOPLE, "isms/services/pay.md", "isms/soa.yml", "isms/risk-method.yml"]))
    place = project.isms / path
    before = place.read_bytes()
    start = data.draw(st.integers(0, len(before)))
    piece = data.draw(st.sampled_from([b"", b"x", b"\n", b": ", b"- ", b"\t", b"[[THR-009]]", b"1", b"'", b"\xff"]))
    place.write_bytes(before[:start] + piece + before[start + data.draw(st.integers(0, 3)) :])
    expected = fresh(project)
    assert load(project)[1] == expected
    assert load(project)[1] == expected
    place.write_bytes(before)
