import json

import jsonschema
import pytest
from forges import saved
from forges.saved import graph, node, page

from tieout.forges.asked import Asked
from tieout.forges.collecting import collect
from tieout.history import records
from tieout.history.deployments import lines
from tieout.output import schemas
from tieout.output.record_schemas import DEPLOYMENT, REVIEW

FILES = schemas.render()


def faults(name, value):
    validator = jsonschema.Draft202012Validator(json.loads(FILES[name]), format_checker=jsonschema.FormatChecker())
    return sorted(error.message for error in validator.iter_errors(value))


def test_the_schemas_have_the_keys_that_are_read():
    assert sorted(REVIEW["properties"]) == sorted(records.KEYS)
    assert sorted(DEPLOYMENT["properties"]) == sorted(lines.KEYS)


def test_whatever_is_collected_fits_its_schema():
    files = {"a.json": graph(node()), "b.json": page(saved.deployment(), saved.deployment(43, creator=None))}
    added = collect(files, {}, Asked("pay"))[0].added
    for path, data in added.files.items():
        name = "review-record.json" if path.startswith("reviews/") else "deployment-record.json"
        for line in data.splitlines():
            assert faults(name, json.loads(line)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"authors": ["@ada"]}, "'@ada' is not of type 'object'"),
        ({"reviewers": []}, "('reviewers' was unexpected)"),
        ({"raw": ["0" * 64]}, "does not match"),
        ({"ref": None}, "None is not of type 'string'"),
    ],
)
def test_a_slip_is_told(change, fault):
    line = {"repo": "pay", "ref": "#7"}
    assert faults("review-record.json", line) == []
    assert any(fault in told for told in faults("review-record.json", line | change))
