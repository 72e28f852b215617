"""The guide from an empty folder to a first pull request, followed word for word, with the answers that it promises."""

import contextlib
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from gitfixtures import ENVIRONMENT, commit, git, make_repository
from test_guide import files_of
from tinyproject import at, call

GUIDE = Path(__file__).parent.parent / "docs" / "guide" / "write-your-isms.md"
STEP = re.compile(
    r"^`(?P<file>[^`\n]+)`:\n\n```markdown\n(?P<text>.*?)^```\n"
    r"|^```\n(?P<typed>.*?)^```\n|^```text\n(?P<answer>.*?)^```\n"
    r"|^- In `(?P<where>[^`]+)`, `(?P<old>[^`]+)` (?:becomes `(?P<new>[^`]+)`|is deleted)\.$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    lines: list[str]


def type_in(place, commands, home):
    """Runs each line; those of Tieout in this process, which is quicker."""
    code, lines = 0, []
    with contextlib.chdir(place), pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        for line in commands.splitlines():
            words = shlex.split(line)
            if words[0] == "tieout":
                ended = call(*words[1:])
                code, lines = code or ended.code, [*lines, *ended.out.splitlines(), *ended.err.splitlines()]
            elif words[0] == "cd":
                os.chdir(words[1])
            else:
                done = subprocess.run(words, env=typed_environment(home), capture_output=True, text=True, check=False)
                code, lines = code or done.returncode, [*lines, *done.stdout.splitlines(), *done.stderr.splitlines()]
    return Answer(code, lines)


def typed_environment(home):
    return {**{name: value for name, value in ENVIRONMENT.items() if "GIT_CONFIG" not in name}, "HOME": str(home)}


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """What each block of commands said beside what the guide says it says, and the folder at the end."""
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / ".gitconfig").write_text("[user]\nname = Ada Lind\nemail = ada@kestrel.example\n")
    prices = make_repository(folder / "prices")
    commit(prices, "Start", {"a.py": "0\n"}, author="Ada Lind <ada@kestrel.example>", time=at("2026-06-01"))
    isms = folder / "our-isms"
    place, said = folder, []
    for step in STEP.finditer(GUIDE.read_text("utf-8")):
        if step["file"]:
            assert (isms / step["file"]).is_file(), f"{step['file']} was not begun by a command"
            (isms / step["file"]).write_text(step["text"], "utf-8")
        elif step["where"]:
            path = isms / step["where"]
            text = path.read_text("utf-8")
            assert text.count(step["old"] + ("" if step["new"] else "\n")) == 1, step[0]
            path.write_text(text.replace(step["old"] + ("" if step["new"] else "\n"), step["new"] or ""), "utf-8")
        elif step["typed"]:
            # the PDF takes longest, and is looked at elsewhere
            answer = type_in(place, step["typed"].replace("tieout build", "tieout build --no-pdf"), folder)
            said.append((step["typed"], answer, []))
            place = isms if step["typed"].startswith("cd ") else place
        else:
            said[-1][2].extend(step["answer"].splitlines())
    return isms, said


def slips(promised):
    return any(": error: " in line for line in promised)


def test_every_command_answers_as_the_guide_says(followed):
    _, said = followed
    assert len(said) >= 10
    for typed, answer, promised in said:
        assert set(promised) <= set(answer.lines), (typed, answer.lines)


def test_only_the_check_with_the_slips_and_nothing_else_ends_with_a_fault(followed):
    _, said = followed
    ended = {typed: answer.code for typed, answer, promised in said if not slips(promised)}
    assert set(ended.values()) == {0}, {typed: answer.lines for typed, answer, _ in said if answer.code}
    assert [answer.code for _, answer, promised in said if slips(promised)] == [1]


def test_the_linked_repository_is_on_the_site_and_was_not_written_to(followed):
    isms, _ = followed
    assert "prices" in (isms / "site" / "current" / "provenance.html").read_text("utf-8")
    assert git(isms.parent / "prices", "status", "--porcelain") == ""


def test_the_guide_shows_whole_files(followed):
    assert len(files_of(GUIDE.read_text("utf-8"))) == 3
