"""The pages of docs/reference/ that are made from the code are the ones that the code makes now."""

from pathlib import Path

import pytest

from tieout.cli import reference
from tieout.config import Settings
from tieout.model.fields import fields_of
from tieout.model.registers import REGISTERS
from tieout.output import schemas

FOLDER = Path(__file__).parents[1] / "docs" / "reference"


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_of_the_reference_is_current(name):
    assert (FOLDER / name).read_text("utf-8") == reference.PAGES[name](), "run `make docs` and commit what it writes"


def test_the_schemas_are_current():
    made = schemas.render()
    there = {path.name: path.read_bytes() for path in (FOLDER / "schemas").iterdir()}
    assert there == dict(made), "run `make docs` and commit what it writes"


def _unexplained(part, where):
    for field in fields_of(part):
        if not field.explanation:
            yield f"{where}.{field.name}"
        if field.part:
            yield from _unexplained(field.part, f"{where}.{field.name}")


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_every_field_of_a_register_is_explained(register):
    assert list(_unexplained(register.model, register.name)) == []


def test_every_setting_is_explained():
    assert list(_unexplained(Settings, "tieout.yml")) == []
