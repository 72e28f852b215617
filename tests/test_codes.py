"""The table of codes and the program agree: what is emitted is explained and shown, and what is explained is emitted."""

import ast
from pathlib import Path

import code_triggers
import pytest
from content.test_content_problems import CASES

import tieout
from tieout.codes import (
    CODES,
    audits,
    challenges,
    content,
    histories,
    imports,
    own_checks,
    repositories,
    requirements,
    text,
)

PACKAGE = Path(tieout.__file__).parent
TABLE = PACKAGE / "codes"
SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != TABLE]
# Functions that are given a code, with its place among their arguments: those of `problems`, and what modules wrap around them.
EMITTERS = dict.fromkeys(("error", "warning", "Problem", "told", "_report", "_refuse", "_stop"), 0) | {"_error": 1}
SLIPS = {line for _, lines in CASES for line in lines}  # each is what a test of that table prints


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    return code_triggers.make(tmp_path_factory.mktemp("estate"))


@pytest.fixture(scope="module")
def printed(estate):
    return code_triggers.printed_by(estate)


@pytest.fixture(scope="module")
def nodes():
    """Every call and every text of the program, with the module it is in."""
    trees = ((path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8"))) for path in SOURCES)
    return [
        (name, node) for name, tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Constant)
    ]


def name_of(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def codes_in(call):
    """The codes that a call is given as such."""
    at = EMITTERS.get(name_of(call), len(call.args))
    for part in (*call.args[at : at + 1], *(keyword.value for keyword in call.keywords if keyword.arg == "code")):
        # `"a" if condition else "b"` emits both; what is compared in the condition is no code.
        branches = [part.body, part.orelse] if isinstance(part, ast.IfExp) else [part]
        yield from (one.value for one in branches if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_every_code_that_is_emitted_is_explained(nodes):
    emitted = {(code, path) for path, node in nodes if isinstance(node, ast.Call) for code in codes_in(node)}
    assert len(emitted) > len(CODES) / 2
    assert sorted((code, path) for code, path in emitted if code not in CODES) == []


def test_every_code_that_is_explained_is_emitted(nodes):
    written = {node.value for _, node in nodes if isinstance(node, ast.Constant)}
    assert sorted(CODES.keys() - written) == []


def test_no_code_stands_in_two_families():
    families = (text, content, requirements, histories, repositories, audits, imports, own_checks, challenges)
    assert sum(len(family.CODES) for family in families) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_code_is_explained_in_sentences(code):
    assert code == code.lower().replace(" ", "-")
    told = (CODES[code].meaning, CODES[code].remedy)
    assert all(part[0].isupper() and part.endswith(".") for part in told)


@pytest.mark.parametrize("code", CODES)
def test_the_example_of_a_code_is_what_the_program_prints(code, estate, printed, tmp_path_factory):
    example = CODES[code].example
    assert example.endswith(f" [{code}]")
    if example in SLIPS:
        return
    assert code in code_triggers.ESTATE or code in code_triggers.ALONE, "show in code_triggers how it comes about"
    alone = code_triggers.ALONE.get(code)
    assert example in (alone(estate, tmp_path_factory.mktemp(code)) if alone else printed)


def test_every_example_names_its_place_and_nothing_of_one_machine():
    for code in CODES.values():
        place, _, message = code.example.partition(": ")
        assert place, code.example
        assert message.startswith(("error: ", "warning: ")), code.example
        assert "/tmp" not in code.example


def test_everything_that_is_made_to_happen_is_a_code():
    assert sorted({*code_triggers.ESTATE, *code_triggers.ALONE} - CODES.keys()) == []
