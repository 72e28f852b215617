"""What a forge is said to have enforced for a commit: notes of the SLSA source tool in `refs/notes/commits`.

Each line is a Sigstore bundle with a DSSE envelope, or the envelope alone. `REVIEW_ENFORCED` and its like tell of the
forge's settings at that commit; no reviewer is named, so none of this is an approval. No signature is verified here.

Tried on slsa-framework/source-tool: 248 notes with 259 verification summaries and 234 statements of provenance;
CONTINUITY_ENFORCED 202, PROVENANCE_AVAILABLE 202, TAG_HYGIENE 174, GH_REQUIRED_CHECK_test 168; levels
SLSA_SOURCE_LEVEL_3 221, SLSA_SOURCE_LEVEL_2 35. REVIEW_ENFORCED is in none of them.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from tieout.model.history import Note, SourceControl
from tieout.text.json_lines import JsonObject, find_object, find_objects

REF = "refs/notes/commits"
SUMMARY = "https://slsa.dev/verification_summary/"
PROVENANCE = re.compile(r"https://[^/]+/slsa-framework/slsa-source-poc/source-provenance/.+")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,199}")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?Z")
_PER_COMMIT = 100


def find_controls(notes: Iterable[Note], cutoff: int) -> tuple[SourceControl, ...]:
    """The controls of one commit by name, from its notes (all versions, oldest first) as they stood at the cut-off.

    A statement whose subject is another object is of that object, and left out. Of several, the last one counts.
    """
    seen = [note for note in notes if note.ref == REF and not 0 < cutoff < note.at]
    if not seen or not seen[-1].data:
        return ()
    last = seen[-1]
    found = dict(parse_controls(last.data, last.object))
    return tuple(SourceControl(name, found[name], last.where) for name in sorted(found)[:_PER_COMMIT])


@lru_cache(maxsize=4096)
def parse_controls(data: bytes, commit: str) -> tuple[tuple[str, int], ...]:
    """(name, since) of every statement about `commit` in a note; `since` 0 where it does not tell."""
    return tuple(
        (name, since)
        for _, bundle in find_objects(data)
        for name, since in _controls(_statement(bundle), commit)
        if _NAME.fullmatch(name)
    )


def _statement(bundle: JsonObject) -> JsonObject:
    envelope = bundle.get("dsseEnvelope", bundle)
    payload = envelope.get("payload") if isinstance(envelope, dict) else None
    try:
        return find_object(base64.b64decode(payload, validate=True)) if isinstance(payload, str) else {}
    except (binascii.Error, ValueError):
        return {}


def _controls(statement: JsonObject, commit: str) -> Iterator[tuple[str, int]]:
    kind, predicate = statement.get("predicateType"), statement.get("predicate")
    if not isinstance(kind, str) or not isinstance(predicate, dict) or not _is_of(statement, commit):
        return
    if kind.startswith(SUMMARY):
        levels = predicate.get("verifiedLevels") if predicate.get("verificationResult") == "PASSED" else None
        yield from ((level, 0) for level in (levels if isinstance(levels, list) else ()) if isinstance(level, str))
    elif PROVENANCE.fullmatch(kind):
        controls, properties = predicate.get("controls"), predicate.get("properties")
        for control in controls if isinstance(controls, list) else ():
            if isinstance(control, dict) and isinstance(control.get("name"), str):
                yield control["name"], _moment(control.get("since"))
        for name, told in properties.items() if isinstance(properties, dict) else ():
            yield name, _moment(told.get("since")) if isinstance(told, dict) else 0


def _is_of(statement: JsonObject, commit: str) -> bool:
    subjects = statement.get("subject")
    for subject in subjects if isinstance(subjects, list) else ():
        named = subject.get("digest") if isinstance(subject, dict) else None
        if isinstance(named, dict) and named.get("gitCommit") == commit:
            return True
    return False


def _moment(text: object) -> int:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    try:
        return int(datetime.fromisoformat(match[1]).replace(tzinfo=UTC).timestamp()) if match else 0
    except ValueError:
        return 0
