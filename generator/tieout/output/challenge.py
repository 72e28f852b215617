"""The result of a challenge as JSON with stable bytes: what is kept as evidence that the checks were seen to notice."""

import json

from tieout.model.challenge import Challenge
from tieout.output.exports import plain

FORMAT = 1


def render(found: Challenge) -> bytes:
    """One line a trial; the same challenge of the same commits gives the same bytes."""
    head = {
        "challenge": FORMAT,
        "operator": found.operator,
        "newest": found.newest.isoformat(),
        "as_of": found.as_of.isoformat(),
        "version": found.version,
        "pins": dict(found.pins),
        "caught": found.count("caught"),
        "missed": found.count("missed"),
        "not_planted": found.count("not planted"),
        "unchallenged": dict(sorted(found.unchallenged.items())),
    }
    opening = json.dumps(head, indent=1, sort_keys=True, ensure_ascii=False).removesuffix("\n}")
    tables = {"trials": [plain(one) for one in found.trials], "beside": [plain(one) for one in found.beside]}
    text = "".join(f',\n "{name}": [{_lines(rows)}]' for name, rows in tables.items())
    return f"{opening}{text}\n}}\n".encode(errors="backslashreplace")


def _lines(rows: list[object]) -> str:
    return ",".join(f"\n  {json.dumps(row, sort_keys=True, ensure_ascii=False)}" for row in rows)
