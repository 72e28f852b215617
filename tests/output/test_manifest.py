"""The manifest names every file and every pin, and standard tools can check it."""

import json
import subprocess
from dataclasses import replace
from datetime import date

from tieout.model.history import Pin
from tieout.model.results import AuditDate
from tieout.output import manifest

DATE = AuditDate("2026-09-30", "AUD-1", "Audit", "surveillance", date(2026, 9, 30), 2, 0, 1)
PINS = {"isms": Pin("isms", "main", "a" * 40, "b" * 40, 1, 3, 0)}


def sealed():
    files = [("index.html", b"front"), ("risks/RSK-001.html", b"risk")]
    return dict(manifest.sealed(files, date=DATE, pins=PINS, version="0.1.0", lock=manifest.digest_pins(DATE, PINS)))


def test_sha256sum_accepts_what_was_written(tmp_path):
    for path, content in sealed().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    done = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False)
    assert done.returncode == 0
    (tmp_path / "index.html").write_bytes(b"forged")
    done = subprocess.run(["sha256sum", "-c", "--quiet", "--status", "SHA256SUMS"], cwd=tmp_path, check=False)
    assert done.returncode == 1


def test_the_digest_of_the_pins_changes_with_every_pin():
    moved = {"isms": Pin("isms", "main", "c" * 40, "b" * 40, 1, 3, 0)}
    assert manifest.digest_pins(DATE, PINS) != manifest.digest_pins(DATE, moved)


def test_the_manifest_names_the_pins_and_the_files():
    value = json.loads(sealed()["manifest.json"])
    assert [row["path"] for row in value["files"]] == ["index.html", "risks/RSK-001.html"]
    assert value["pins"][0]["commit"] == "a" * 40
    assert value["lock"] == manifest.digest_pins(DATE, PINS)


def test_a_name_that_is_no_utf8_can_be_listed():
    assert b'"caf\\udce9.txt"' in manifest.canonical({"path": "caf\udce9.txt"})


def test_a_ref_that_moves_changes_the_digest_and_is_in_the_manifest():
    moved = {"isms": replace(PINS["isms"], refs="d" * 64)}
    assert manifest.digest_pins(DATE, PINS) != manifest.digest_pins(DATE, moved)
    assert manifest.pin_rows(moved)[0]["refs"] == "d" * 64
