"""What several parts of the tests share: a whole small operator, made once and copied for each test."""

import shutil

import pytest
from hypothesis import settings
from tinyproject import Project, make

# Properties have no deadline, as other tests keep the cores busy. `make torture` tries them twenty times as often.
settings.register_profile("test", deadline=None)
settings.register_profile("torture", settings.get_profile("test"), max_examples=2_000)
settings.load_profile("test")


@pytest.fixture(scope="session", autouse=True)
def own_caches(tmp_path_factory):
    """What the tests derive is not kept among the caches of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return make(tmp_path_factory.mktemp("template"))


@pytest.fixture
def project(template, tmp_path):
    """A small operator of one's own, to be spoilt."""
    shutil.copytree(template.folder, tmp_path / "small", symlinks=True)
    return Project(tmp_path / "small")
