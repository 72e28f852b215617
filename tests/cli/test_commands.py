"""The commands as a person uses them: what they print, where, and with which exit code."""

import subprocess
import sys

import pytest
from gitfixtures import git
from tinyproject import AUDIT, call, run

from tieout import demo

RISK = "isms/risks/RSK-001-unreviewed.md"
HEAVY = "pydantic", "networkx", "typst", "jinja2", "git", "yaml", "markdown_it", "cryptography", "rich"


def test_help_lists_the_commands_in_the_order_of_a_working_day_without_heavy_imports():
    asked = (
        "import sys; sys.argv = ['tieout', '--help']\n"
        "from tieout.cli import main\n"
        "try: main()\n"
        f"finally: print('loaded', *sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded"
    listed = [line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.startswith("  ")]
    assert [word for word in listed if word in {"demo", "check", "sync", "build", "trace", "explain"}] == [
        "demo",
        "check",
        "sync",
        "build",
        "trace",
        "explain",
    ]


# Those that `check` needs beside the schema and YAML would make each commit of each person wait.
NOT_FOR_A_CHECK = (
    "markdown_it",
    "networkx",
    "jinja2",
    "typst",
    "cryptography",
    "rich",
    "openpyxl",
    "tieout.model.history",
)


def test_a_second_check_imports_nothing_that_it_does_not_need(project, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    asked = (
        f"import sys; sys.argv = ['tieout', 'check', '--isms', {str(project.isms)!r}]\n"
        "from tieout.cli import main\n"
        "try: main()\n"
        f"finally: print('loaded', *sorted(set({NOT_FOR_A_CHECK!r}) & set(sys.modules)))\n"
    )
    for loaded in ("loaded markdown_it", "loaded"):  # the first run parses what the second remembers
        done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == loaded


@pytest.mark.parametrize("command", ["demo", "check", "sync", "build", "trace", "explain"])
def test_every_command_explains_itself(command):
    ended = call(command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: tieout {command}")


def test_an_unknown_command_is_a_usage_error():
    ended = call("biuld")
    assert ended.code == 2
    assert "biuld" in ended.err


# --- check ---------------------------------------------------------------------------------------------------------


def test_check_of_a_clean_isms_says_how_much_it_read(project):
    ended = call("check", "--isms", project.isms)
    assert (ended.code, ended.out, ended.err) == (0, "clean: 17 records in 12 registers\n", "")


def test_check_works_from_any_folder_below(project):
    assert run("check", cwd=project.isms / "isms" / "risks").code == 0


def test_check_with_paths_shows_only_what_is_wrong_there(project, monkeypatch):
    project.write({RISK: ("THR-001", "THR-010"), "isms/squads.yml": "- id: money\n\ttitle: Money\n"}, commit_it=False)
    whole = call("check", "--isms", project.isms)
    assert (whole.code, whole.out.count("\n")) == (1, 2)
    assert whole.err == "tieout: 2 errors, 0 warnings; tieout explain CODE tells what a code means.\n"
    monkeypatch.chdir(project.isms / "isms")
    for named in ("risks", "risks/RSK-001-unreviewed.md", project.isms / RISK):
        ended = call("check", named)
        assert (ended.code, ended.out.count("\n")) == (1, 1)
        assert ended.out.startswith(f"{RISK}:5:11: error: threats: unknown threat 'THR-010'")
    clean = call("check", "threats", "people.yml")
    assert (clean.code, clean.out) == (0, "clean: 2 paths\n")
    assert call("check", ".", "..").out == whole.out


def test_check_of_a_path_that_is_not_there_is_not_clean(project):
    ended = call("check", "nowhere.md", "--isms", project.isms)
    assert (ended.code, ended.err) == (2, "tieout: there is no nowhere.md; name files or folders of the ISMS.\n")


def test_check_needs_no_history_and_writes_nothing(project):
    (project.isms / ".git").rename(project.folder / "away")
    assert call("check", "--isms", project.isms).code == 0
    assert not project.kept.exists()


def test_hostile_words_of_a_file_reach_the_terminal_visibly(project):
    project.write({RISK: ("THR-001", '"THR-\u202e\u001b[2J"')}, commit_it=False)
    ended = call("check", "--isms", project.isms)
    assert ended.code == 1
    assert "\u202e" not in ended.out
    assert "\x1b" not in ended.out


# --- explain -------------------------------------------------------------------------------------------------------


def test_explain_a_code_and_a_check():
    code = call("explain", "[yaml-tab]")
    assert (code.code, code.out.splitlines()[0]) == (0, "yaml-tab")
    assert "Remedy: Use spaces" in code.out
    check = call("explain", "check:change-reviewed")
    assert check.code == 0
    assert check.out.startswith("change-reviewed (G1): Every change was reviewed by a second person")
    assert "Cannot prove: " in check.out


def test_explain_an_unknown_name_suggests_the_nearest():
    ended = call("explain", "yaml-tabs")
    assert (ended.code, ended.err) == (
        2,
        "tieout: no problem or check is called 'yaml-tabs' (did you mean 'yaml-tab'?).\n",
    )
    assert call("explain", "xyzzy").err == "tieout: no problem or check is called 'xyzzy'.\n"


def test_explain_a_check_of_ones_own_inside_an_isms(project):
    own = (
        "- check: exit-plans\n  title: Every supplier has an exit plan\n  over: suppliers\n  passes_when:\n"
        "    - {field: title, operator: present}\n  stage: outside\n  annex_a: [A.5.19]\n"
        "  cannot_prove: That it works.\n  remedy: Write one.\n"
    )
    project.write({"isms/own-checks.yml": own})
    ended = call("explain", "check:exit-plans", "--isms", project.isms)
    assert (ended.code, ended.out.splitlines()[0]) == (0, "exit-plans (your own): Every supplier has an exit plan")


# --- trace ---------------------------------------------------------------------------------------------------------


def test_trace_leads_from_the_threat_through_the_controls_to_the_newest_change(project):
    ended = call("trace", "RSK-001", "--isms", project.isms)
    newest = git(project.service, "rev-parse", "main")[:8]
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "RSK-001 Unreviewed code moves money, as of 2026-05-12\n"
        "  from THR-001 Money taken\n"
        "  CTL-001 Review by a second person\n"
        "    A.8.32 · commit-review · check:change-reviewed\n"
        f"    pass: 2 of 2, newest 2026-05-12 pay/{newest}\n"
        "  CTL-002 Deployed by the pipeline\n"
        "    A.8.31 · deploy-prod · check:deployed-by-pipeline\n"
        f"    FAIL: 1 of 2, failed last pay/{deployed(project, '2026-05-12')}, "
        f"newest 2026-04-14 pay/{deployed(project, '2026-04-14')}\n"
        "  complete\n"
    )
    assert call("trace", "CTL-002", "--isms", project.isms).out == ended.out
    assert call("trace", "THR-001", "--isms", project.isms, "--audit", AUDIT).out.splitlines()[0].endswith(AUDIT)


def deployed(project, day):
    return git(project.environments, "log", "--format=%H", f"--since={day}T00:00Z", f"--until={day}T23:59Z")[:8]


def test_trace_through_an_unknown_record_suggests_the_nearest(project):
    ended = call("trace", "RSK-01", "--isms", project.isms)
    assert (ended.code, ended.err) == (2, "tieout: no risk's trace leads through 'RSK-01' (did you mean 'RSK-001'?).\n")


def test_trace_of_content_with_errors_names_them(project):
    project.write({RISK: ("THR-001", "THR-010")})
    ended = call("trace", "RSK-001", "--isms", project.isms)
    assert ended.code == 1
    assert ended.err.startswith(f"{RISK}:5:11: error: ")


# --- sync ----------------------------------------------------------------------------------------------------------


def test_sync_fetches_and_says_where(project):
    ended = call("sync", "--isms", project.isms)
    assert (ended.code, ended.err) == (0, "")
    mirrors = project.kept / "mirrors"
    assert ended.out == f"3 of 3 repositories in {mirrors}\nnext: tieout build\n"
    assert sorted(path.name for path in mirrors.glob("*.git")) == [
        "isms.git",
        "pay.git",
        "platform.git",
    ]


def test_sync_of_a_host_that_does_not_answer_is_one_sentence_and_the_others_are_fetched(project):
    project.write({"tieout.yml": ("../pay", "https://127.0.0.1:9/pay.git")})
    ended = call("sync", "--isms", project.isms)
    assert ended.code == 1
    first, *rest = ended.out.splitlines()
    assert first.startswith("pay: error: https://127.0.0.1:9/pay.git could not be read (git says: ")
    assert first.endswith("check the address and your access, then run `tieout sync` again [repository-unreachable]")
    assert rest == [f"2 of 3 repositories in {project.kept / 'mirrors'}", "next: tieout build"]


# --- demo ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_demo(monkeypatch):
    """The command without the second it takes to make the year: what is written is tested in tests/demo."""
    monkeypatch.setattr(demo, "build_forge", lambda: pytest.fail("made before the folder was looked at"))


def test_demo_refuses_a_folder_that_holds_something_else(tmp_path, small_demo):
    (tmp_path / "thesis.txt").write_text("mine")
    ended = call("demo", tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"tieout: {tmp_path}: the folder is not empty and holds no earlier demo; name a new or an empty folder.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_demo_refuses_a_file(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    assert call("demo", tmp_path / "thesis.txt").code == 2
