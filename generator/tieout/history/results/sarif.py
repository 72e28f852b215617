"""SARIF 2.1.0: how many findings a tool has, and which, so that each is known again in a later report.

A finding is known by the tool's own fingerprints where it gives them, else by path and line. Nothing else of it is kept.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple

from tieout.history.results.markup import RefusedError
from tieout.model.history import ScanFinding, Severity
from tieout.text.json_lines import LATEST

Object = Mapping[str, object]
MAX_BYTES = 20_000_000
MAX_TEXT = 300  # characters of a rule, a path or a fingerprint
LEVELS: Final = {"error": "error findings", "warning": "warnings", "note": "notes"}
_SEVERITIES: Final[Mapping[str, Severity]] = {"error": "high", "warning": "medium", "note": "low"}
_SCORES: Final[tuple[tuple[float, Severity], ...]] = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"))


class Sarif(NamedTuple):
    """What one file holds. `unknown`: the tool says that it did not end well, or nothing of a result."""

    result: Literal["ran", "unknown"]
    counts: tuple[tuple[str, int], ...]
    at: int
    tools: tuple[str, ...]
    findings: tuple[ScanFinding, ...]


def moment(text: str) -> int:
    """UTC seconds of a time with a zone; 0 for any other, as tools write the time of a machine nobody knows."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return 0
    return int(found.timestamp()) if found.tzinfo and 0 < found.timestamp() <= LATEST else 0


def parse_sarif(data: bytes) -> Sarif:
    """All runs of a file together.

    Raises:
        RefusedError: it is no SARIF, or too large.
    """
    runs = _runs(data)
    counts = dict.fromkeys((*LEVELS.values(), "suppressed"), 0)
    findings: dict[tuple[str, str], ScanFinding] = {}
    broken, at = not runs, 0
    for run in runs:
        for level, finding in _findings(run):
            counts["suppressed" if finding.suppressed else LEVELS.get(level, "warnings")] += 1
            findings[finding.key, finding.severity] = finding
        for told in _objects(run, "invocations"):
            broken = broken or told.get("executionSuccessful") is False
            at = max(at, moment(_text(told, "endTimeUtc")))
        broken = broken or not isinstance(run.get("results"), list)
    tools = tuple(sorted({_tool(run) for run in runs}))
    return Sarif("unknown" if broken else "ran", tuple(counts.items()), at, tools, tuple(sorted(findings.values())))


def _runs(data: bytes) -> list[Object]:
    if len(data) > MAX_BYTES:
        raise RefusedError(f"it is larger than {MAX_BYTES:,} bytes")
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RefusedError("it is not JSON that can be read") from None
    runs = value.get("runs") if isinstance(value, dict) else None
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        raise RefusedError("it is JSON, and not SARIF")
    return runs


def _findings(run: Object) -> Iterator[tuple[str, ScanFinding]]:
    """Each finding that counts, with its level; a finding says it itself, or its rule does, or it is a warning."""
    rule_of, tool = _rules(run), _tool(run)
    for found in _objects(run, "results"):
        if found.get("baselineState") == "absent" or found.get("kind", "fail") not in ("fail", "review", "open"):
            continue
        rule = rule_of(found)
        default = rule.get("defaultConfiguration")
        level = found.get("level") or (default.get("level", "warning") if isinstance(default, dict) else "warning")
        if level == "none" and not _is_suppressed(found):
            continue
        word = level if isinstance(level, str) else ""
        name = _text(found, "ruleId") or _text(rule, "id") or "no rule"
        yield word, ScanFinding(tool, name, _place(found), _severity(rule, word), _is_suppressed(found))


def _is_suppressed(found: Object) -> bool:
    states = [each.get("status", "accepted") for each in _objects(found, "suppressions")]
    return bool(states) and all(state == "accepted" for state in states)


def _severity(rule: Object, level: str) -> Severity:
    """By the score that code scanners put beside a rule (`security-severity`, 0 to 10); else by the level."""
    properties = rule.get("properties")
    told = properties.get("security-severity") if isinstance(properties, dict) else None
    try:
        score = float(told) if isinstance(told, (str, int, float)) else 0.0
    except ValueError:
        score = 0.0
    return next((word for least, word in _SCORES if score >= least), _SEVERITIES.get(level, "medium"))


def _place(found: Object) -> str:
    for name in ("fingerprints", "partialFingerprints"):
        told = found.get(name)
        if isinstance(told, dict) and told:
            return " ".join(
                f"{key}={value}"[:MAX_TEXT] for key, value in sorted(told.items()) if isinstance(value, str)
            )
    where = next(_objects(found, "locations"), {}).get("physicalLocation")
    where = where if isinstance(where, dict) else {}
    artifact, region = where.get("artifactLocation"), where.get("region")
    path = _text(artifact, "uri") if isinstance(artifact, dict) else ""
    line = region.get("startLine") if isinstance(region, dict) else 0
    return f"{path}:{line}" if isinstance(line, int) else path


def _tool(run: Object) -> str:
    tool = run.get("tool")
    driver = tool.get("driver") if isinstance(tool, dict) else None
    return (_text(driver, "name") if isinstance(driver, dict) else "") or "unnamed tool"


def _rules(run: Object) -> Callable[[Object], Object]:
    tool = run.get("tool")
    driver = tool.get("driver") if isinstance(tool, dict) else None
    told = list(_objects(driver, "rules")) if isinstance(driver, dict) else []
    by_id = {rule.get("id"): rule for rule in told if isinstance(rule.get("id"), str)}

    def rule_of(found: Object) -> Object:
        index = found.get("ruleIndex")
        if isinstance(index, int) and 0 <= index < len(told):
            return told[index]
        named = found.get("ruleId")
        return (by_id.get(named) if isinstance(named, str) else None) or {}

    return rule_of


def _text(value: Object, key: str) -> str:
    found = value.get(key)
    return found[:MAX_TEXT] if isinstance(found, str) else ""


def _objects(value: Object, key: str) -> Iterator[Object]:
    found = value.get(key)
    return (each for each in found if isinstance(each, dict)) if isinstance(found, list) else iter(())
