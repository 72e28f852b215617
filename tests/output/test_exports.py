"""The rows behind the pages, for programs."""

import json
import os

from tieout.output import exports


def test_a_name_that_is_no_utf8_is_kept_to_the_byte():
    name = os.fsdecode(b"caf\xe9 \xe2\x82\xac.txt")
    data = exports.table({"count": 1}, "rows", [{"path": name}])
    assert b'"caf\\udce9 \xe2\x82\xac.txt"' in data
    assert os.fsencode(json.loads(data)["rows"][0]["path"]) == b"caf\xe9 \xe2\x82\xac.txt"
