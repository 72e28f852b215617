"""An editor that follows the schemas and `tieout check` say the same of a record on its own."""

import json
from pathlib import Path

import jsonschema
import pytest

from tieout.content import registers
from tieout.model.registers import REGISTERS
from tieout.output import schemas
from tieout.problems import Source
from tieout.text import frontmatter, yaml

CONTENT = Path(__file__).parents[2] / "isms-content"
SCHEMAS = {name: json.loads(content) for name, content in schemas.render().items()}


def written(path):
    data = path.read_bytes()
    matter = frontmatter.split(data)[0] if path.suffix == ".md" else data
    return yaml.parse(matter, Source(path=path.name)).value


def faults(name, value):
    validator = jsonschema.Draft202012Validator(SCHEMAS[name], format_checker=jsonschema.FormatChecker())
    return sorted(error.message for error in validator.iter_errors(value))


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_every_record_of_the_demo_fits_its_schema(register):
    inside = CONTENT / "isms"
    paths = [path for path in inside.rglob("*") if path.is_file() and path.suffix in registers.ENDINGS]
    mine = [path for path in paths if registers.register_of(path.relative_to(inside).as_posix()) is register]
    assert mine, "the demo has no record here"
    for path in mine:
        assert faults(f"{register.name}.json", written(path)) == [], path.name


def test_the_settings_of_the_demo_fit_their_schema():
    assert faults("tieout.json", written(CONTENT / "tieout.yml")) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"ownr": "alice"}, "'ownr' was unexpected"),
        ({"treatment": "ignore"}, "'ignore' is not one of"),
        ({"inherent": {"likelihood": "4", "impact": 5}}, "'4' is not of type 'integer'"),
        ({"threats": []}, "is not valid under any"),
        ({"reviewed": "2026-02-30"}, "is not a 'date'"),
        ({"@id": "RSK-1"}, "'@id' was unexpected"),
    ],
)
def test_a_slip_in_a_risk_is_told_by_the_editor_too(change, fault):
    risk = next((CONTENT / "isms" / "risks").glob("RSK-007*"))
    assert any(fault in found for found in faults("risks.json", written(risk) | change))


def test_a_row_needs_its_id_and_may_say_yes():
    assert any("'id' is a required property" in found for found in faults("actions.json", [{"title": "x"}]))
    power = {"power": "pay", "title": "Pay", "system": "wallet", "roles": "cashier", "four_eyes": "yes"}
    assert faults("access.json", [power]) == []
