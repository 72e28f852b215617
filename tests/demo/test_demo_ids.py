"""The same commit ids on every machine and every run: `ids.json` is the list that an id is checked against."""

import json
import subprocess
from pathlib import Path

from tieout.demo import Demo

KNOWN = json.loads((Path(__file__).parent / "ids.json").read_text(encoding="utf-8"))


def test_ids_are_the_listed_ones_in_another_zone_locale_and_hash_seed(elsewhere: subprocess.Popen[str]):
    said, _ = elsewhere.communicate()
    assert json.loads(said) == KNOWN, (
        f"if the told history was meant to change, this is the new tests/demo/ids.json:\n{said}"
    )


def test_labels_are_the_listed_ones(demo: Demo):
    assert demo.labels == KNOWN["labels"]
