"""Problems as SARIF 2.1.0 (OASIS), with what GitHub's code scanning asks for beyond the standard."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import quote

from tieout import __version__
from tieout.codes import CODES
from tieout.output.problem_formats.report import Place, Report
from tieout.problems import Problem
from tieout.text import words

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "tieoutProblem/v1"
_WHOLE_FILE = "primaryLocationLineHash"  # what GitHub's upload works out by itself where a result has a line
_PLACE = re.compile(r"(?<=[^\s:]):\d+(:\d+)?")  # a line and column that a message names

_Json = str | int | list["_Json"] | dict[str, "_Json"]


def render(report: Report) -> str:
    """One run, with the rules that it found broken. ASCII alone."""
    codes = sorted({problem.code for problem in report.problems})
    index = {code: position for position, code in enumerate(codes)}
    driver: _Json = {
        "name": "Tieout",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in codes],
    }
    results: list[_Json] = [
        _result(problem, report.place(problem), index[problem.code], fingerprint)
        for problem, fingerprint in zip(report.problems, _fingerprints(report.problems), strict=True)
    ]
    run: _Json = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> _Json:
    meaning, remedy = CODES[code].meaning, CODES[code].remedy
    first, _, _ = meaning.partition(". ")
    return {
        "id": code,
        "shortDescription": {"text": first.removesuffix(".") + "."},
        "fullDescription": {"text": meaning},
        "help": {
            "text": f"{meaning}\n\nRemedy: {remedy}",
            "markdown": f"{meaning}\n\n**Remedy:** {remedy}",
        },
    }


def _result(problem: Problem, place: Place, rule: int, fingerprint: str) -> _Json:
    where: dict[str, _Json] = {"artifactLocation": {"uri": _uri(place.path), "uriBaseId": "%SRCROOT%"}}
    fingerprints: dict[str, _Json] = {FINGERPRINT: fingerprint}
    if place.line:
        region: dict[str, _Json] = {"startLine": place.line}
        if place.column:
            region["startColumn"] = place.column
        where["region"] = region
    else:
        fingerprints[_WHOLE_FILE] = fingerprint
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": _plain(place.message)},
        "locations": [{"physicalLocation": where}],
        "partialFingerprints": fingerprints,
    }


def _uri(path: str) -> str:
    """A relative reference (RFC 3986): `a:b` would be taken for a scheme, so the colon is encoded too."""
    return quote(path.encode("utf-8", "surrogateescape"))


def _plain(message: str) -> str:
    """The message with nothing that reads as an embedded link (SARIF 3.11.6), which a record's author could aim."""
    return re.sub(r"([\\\[\]])", r"\\\1", message) if "](" in message else message


def _fingerprints(problems: Iterable[Problem]) -> Iterable[str]:
    """What stays the same when lines move: the code, the file, the words, and which of several equals it is."""
    seen: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        same = (problem.code, problem.source.repo, problem.source.path, _PLACE.sub("", problem.message))
        seen[same] += 1
        told = "\0".join((*same, str(seen[same])))
        yield sha256(words.visible(told).encode()).hexdigest()
