"""JSON Schemas of one line of review and of deployment records, for whoever writes an export of their own.

Their readers are `history.records` and `history.deployments.lines`; a test holds the keys together.
"""

from typing import Any, Final

from tieout.history import records
from tieout.history.deployments import lines

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_COMMIT: Final[Schema] = {"type": "string", "pattern": "^[0-9a-fA-F]{7,64}$"}
_TIME: Final[Schema] = {"type": "string", "format": "date-time", "description": "With its zone: 2026-06-01T12:00:00Z."}
_WHO: Final[Schema] = _TEXT | {"description": "An e-mail address or a @login, as the register of people has it."}
_RAW: Final[Schema] = {
    "description": "SHA-256 of each answer of the forge that the record was made of, kept below raw/.",
    "type": "array",
    "items": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
}


def _object(needed: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "required": list(needed), "properties": properties}


def _list(part: Schema, words: str) -> Schema:
    return {"description": words, "type": "array", "items": part}


REVIEW: Final[Schema] = {
    "title": "review record",
    "description": "What a forge knows of one proposal: one line of a file that `reviews:` in tieout.yml names.",
    **_object(
        ("repo",),
        change=_COMMIT | {"description": "The commit on the protected branch."},
        repo=_TEXT | {"description": "The id of the repository in tieout.yml, or isms."},
        ref=_TEXT | {"description": "The forge's number: #412 or !88."},
        title={"type": "string"},
        opened=_TIME,
        authors=_list(
            _object(("by",), by=_WHO, commits={"type": "array", "items": _COMMIT}),
            "Everybody whom the forge names as author or co-author, and who opened it; left out where not all are known.",
        ),
        head=_COMMIT | {"description": "The last commit of the proposal."},
        approvals=_list(
            _object(
                ("by", "at"),
                by=_WHO,
                at=_TIME,
                commit=_COMMIT | {"description": "The revision that was reviewed."},
                state={"enum": ["approved", "dismissed", "changes_requested"]},
            ),
            "Reviews with a verdict.",
        ),
        checks=_list(
            _object(
                ("name", "result", "at"),
                name=_TEXT,
                result={"enum": list(records.RESULTS)},
                at=_TIME,
                commit=_COMMIT,
            ),
            "Results of the pipeline's steps.",
        ),
        merged=_object(("at",), by=_WHO, at=_TIME),
        raw=_RAW,
    ),
    "anyOf": [{"required": ["change"]}, {"required": ["ref"]}],
}

DEPLOYMENT: Final[Schema] = {
    "title": "deployment record",
    "description": "One deployment: one line of a file that `deployments:` in tieout.yml names.",
    **_object(
        ("deployment", "environment", "commit", "at"),
        deployment=_TEXT | {"description": "The source's own id."},
        service=_TEXT | {"description": "The id of the service in the register."},
        repo=_TEXT | {"description": "The id of the repository in tieout.yml, which stands for each service in it."},
        environment=_TEXT | {"description": "An id of the environments register."},
        commit=_COMMIT,
        version=_TEXT,
        digest=_TEXT | {"description": "sha256: of the artefact."},
        at=_TIME,
        by=_WHO,
        pipeline=_TEXT | {"description": "The pipeline's id or title in the register."},
        run=_TEXT | {"description": "The run of it: an id or an address."},
        strategy=_TEXT,
        result={"enum": list(lines.RESULTS)},
        rollback_of=_TEXT | {"description": "The id of the deployment that this one takes back."},
        raw=_RAW,
    ),
    "anyOf": [{"required": ["service"]}, {"required": ["repo"]}],
}

SCHEMAS: Final = {"review-record": REVIEW, "deployment-record": DEPLOYMENT}
