"""One demo for all tests of this folder, with a told history of two pull requests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo.told_texts import FILES, FIRST, SECOND, write_told

from tieout.demo import Demo, fill_content, write_demo

PROGRAM = """
import json
from tieout.demo import TOLD, build_forge
from tieout.demo.isms import build_isms
from tieout.demo.records import build_records
from tieout.demo.told import read_told, states

forge = build_forge()
isms, steps = build_isms(states(read_told(TOLD), forge.labels), None)
records = build_records([*forge.steps, *steps])
print(json.dumps({
    "labels": {" ".join(pair): commit for pair, commit in sorted(forge.labels.items())},
    "tips": {one.name: one.tip.commit for one in (isms, *forge.repositories, records)},
}, indent=1))
"""


@pytest.fixture(scope="session", autouse=True)
def elsewhere() -> Iterator[subprocess.Popen[str]]:
    """The same demo in another zone, locale and hash seed. Begun with the first test, as it takes as long as ours."""
    here = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, env=here) as process:
        yield process
        process.kill()


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pulls = {"2025-10-06-first.yml": FIRST, "2026-07-02-hotfix.yml": SECOND}
    return write_told(tmp_path_factory.mktemp("told"), pulls, FILES)


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory, told: Path) -> Path:
    folder = tmp_path_factory.mktemp("content")
    fill_content(told, folder)
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, content: Path, told: Path) -> Demo:
    return write_demo(tmp_path_factory.mktemp("demo") / "here", content, told)
