"""The table of codes and the program agree: what is emitted is explained, and what is explained is emitted."""

import ast
from pathlib import Path

import pytest

import tieout
from tieout.codes import CODES

PACKAGE = Path(tieout.__file__).parent
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py")) if path.name != "codes.py"}
# Functions whose first argument is a code: those of `problems`, and those that modules wrap around them.
EMITTERS = frozenset({"error", "warning", "Problem", "_report", "_refuse", "_stop"})


def name_of(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def emitted():
    found = set()
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            given = node.args[:1] if name_of(node) in EMITTERS else []
            given += [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            for part in given:
                # `"a" if condition else "b"` emits both; what is compared in the condition is no code.
                branches = [part.body, part.orelse] if isinstance(part, ast.IfExp) else [part]
                found |= {
                    (branch.value, path.relative_to(PACKAGE).as_posix())
                    for branch in branches
                    if isinstance(branch, ast.Constant) and isinstance(branch.value, str)
                }
    return found


def test_every_code_that_is_emitted_is_explained():
    assert sorted((code, path) for code, path in emitted() if code not in CODES) == []


def test_every_code_that_is_explained_is_emitted():
    written = {node.value for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert sorted(code for code in CODES if code not in written) == []


@pytest.mark.parametrize("code", CODES)
def test_code_is_explained_in_sentences(code):
    assert code == code.lower().replace(" ", "-")
    assert all(part[0].isupper() and part.endswith(".") for part in CODES[code])
