"""The same commit ids on every machine and every run: `ids.json` is the list that an id is checked against."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tieout.demo import Demo

KNOWN = json.loads((Path(__file__).parent / "ids.json").read_text(encoding="utf-8"))
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


def test_ids_are_the_listed_ones_in_another_zone_locale_and_hash_seed():
    here = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=here).stdout
    assert json.loads(said) == KNOWN, (
        f"if the told history was meant to change, this is the new tests/demo/ids.json:\n{said}"
    )


def test_labels_are_the_listed_ones(demo: Demo):
    assert demo.labels == KNOWN["labels"]
