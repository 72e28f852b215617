"""The import rules of CONTRIBUTING.md, executed: layers point one way, and a library enters by one door."""

import ast
from pathlib import Path

import pytest

PACKAGE = "tieout"
ROOT = Path(__file__).parents[1] / "generator" / PACKAGE

# Lowest first. A module may import its own part and any lower layer; parts of one layer never import each other.
LAYERS = [
    {"__init__", "problems", "codes"},
    {"text"},
    {"model"},
    {"config", "repos", "content", "forges", "history", "checks"},
    {"coverage"},
    {"demo", "documents", "graph", "gaps"},
    {"metrics"},
    {"views"},
    {"output"},
    {"cache"},
    {"build"},
    {"serve"},
    {"cli"},
    {"__main__"},
]
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
# One arrow inside a layer is wanted: gaps reads the traces of the graph.
BESIDE = {("gaps", "graph")}

DOORS = {
    "click": ("cli",),
    "confusable_homoglyphs": ("text.confusable",),
    "cryptography": ("history.signatures", "demo"),
    "git": ("repos.git",),
    "jinja2": ("output.html",),
    "markdown_it": ("text.markdown",),
    "markupsafe": ("output.html",),
    "openpyxl": ("content.imports.workbook",),
    "networkx": ("graph", "gaps"),
    "pydantic": ("model", "content", "config"),
    "pydantic_core": ("model", "content", "config"),
    "rich": ("cli",),
    "subprocess": ("repos.git",),
    "typst": ("output.pdf",),
    "watchfiles": ("serve.changes",),
    "xlsxwriter": ("output.workbook",),
    "yaml": ("text.yaml",),
}


def names_imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def name_of(path: Path) -> str:
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return dotted.removesuffix(".__init__")


MODULES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down_and_libraries_use_their_door(path):
    own = name_of(path)
    part = own.split(".")[0]
    assert part in RANK, f"{own} belongs to no layer"
    for name in sorted(names_imported(path)):
        top, _, rest = name.partition(".")
        if top == PACKAGE and rest:
            other = rest.split(".")[0]
            if other not in RANK:  # a name of the package itself, such as __version__
                continue
            allowed = other == part or RANK[other] < RANK[part] or (part, other) in BESIDE
            assert allowed, f"{own} may not import {other}"
        elif top in DOORS:
            assert own.startswith(DOORS[top]), f"{top} may not be imported in {own}"


def test_nothing_below_build_reads_the_clock_or_the_environment():
    """The same pins give the same bytes: a stage is told what it would have read."""
    allowed = {"repos.git", "repos.mirrors", "repos.trees", "cache", "cli"}
    for path in MODULES:
        own = name_of(path)
        if own.startswith(tuple(allowed)):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                spelled = ast.unparse(node)
                assert spelled not in {"os.environ", "time.time", "date.today", "datetime.now", "datetime.utcnow"}, (
                    f"{own}:{node.lineno}: {spelled}"
                )
