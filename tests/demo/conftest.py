"""One demo for all tests of this folder, with a told history of two pull requests."""

from pathlib import Path

import pytest
from demo.told_texts import FILES, FIRST, SECOND, write_told

from tieout.demo import Demo, fill_content, write_demo


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
