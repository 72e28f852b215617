"""Authorisations and code-review approvals, as they stood at a state of the attestations' ref.

Each is bound thrice to one move of a ref: by its path, by its subject and by its predicate. The strict in-toto keys
and those that gittuf's own program writes (`type`, `predicate_type`) are both read, and so is an approval's path with
and without the app's name. Tried on gittuf/gittuf.
"""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tieout.history.gittuf.envelopes import Envelope, parse_envelope
from tieout.history.gittuf.metadata import GITHUB_APP
from tieout.model.gittuf import RawGittuf

AUTHORISATIONS, APPROVALS = "reference-authorizations", "code-review-approvals"
STATEMENT = "https://in-toto.io/Statement/v1"
AUTHORISATION_V1 = "https://gittuf.dev/reference-authorization/v0.1"
AUTHORISATION_V2 = "https://gittuf.dev/reference-authorization/v0.2"
PULL_REQUEST_APPROVAL = "https://gittuf.dev/github-pull-request-approval/v0.1"
MOST_APPROVERS = 1_000


class Binding(NamedTuple):
    """One move of a ref: from a commit (zeros: from nothing) to a tree."""

    ref: str
    before: str
    tree: str

    @property
    def path(self) -> str:
        return f"{self.ref}/{self.before}-{self.tree}"


class Attestation(NamedTuple):
    path: str
    blob: str
    at: int  # committer time of the commit that brought it
    envelope: Envelope | None
    app: str = ""  # of an approval: the app that recorded it
    approvers: tuple[str, ...] = ()
    fault: str = ""  # why it does not speak of the move that it lies under


@dataclass(frozen=True, slots=True)
class Attested:
    """Every version of each file of the attestations' ref, by path: places on its line, blobs (or "")."""

    raw: RawGittuf
    place: Mapping[str, int]  # by commit
    files: Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]]
    below: Mapping[str, tuple[str, ...]]  # approval files by the path of their move

    def authorisation(self, move: Binding, last: int) -> Attestation | None:
        """As of the place `last`; None where there is none."""
        return self._read(f"{AUTHORISATIONS}/{move.path}", move, last)

    def approvals(self, move: Binding, last: int) -> Iterator[Attestation]:
        for path in self.below.get(move.path, ()):
            if found := self._read(path, move, last):
                yield found

    def _read(self, path: str, move: Binding, last: int) -> Attestation | None:
        places, blobs = self.files.get(path, ((), ()))
        found = bisect_right(places, last)
        blob = blobs[found - 1] if found else ""
        if not blob:
            return None
        envelope = parse_envelope(self.raw.blobs.get(blob, b""))
        at = self.raw.attestations[places[found - 1]].committer.time
        if envelope is None:
            return Attestation(path, blob, at, None, fault="is not an envelope as gittuf writes it")
        kind = APPROVALS if path.startswith(f"{APPROVALS}/") else AUTHORISATIONS
        fault = _fault(envelope, move, kind)
        app = _app(path.removeprefix(f"{APPROVALS}/{move.path}/")) if kind == APPROVALS else ""
        approvers = () if fault or kind != APPROVALS else _approvers(envelope)
        return Attestation(path, blob, at, envelope, app, approvers, fault)


def index_attestations(raw: RawGittuf) -> Attested:
    places: dict[str, list[int]] = {}
    blobs: dict[str, list[str]] = {}
    for place, commit in enumerate(raw.attestations):
        for change in raw.paths.get(commit.id, ()):
            places.setdefault(change.path, []).append(place)
            blobs.setdefault(change.path, []).append("" if change.status == "D" else change.blob)
    below: dict[str, list[str]] = {}
    for path in sorted(places):
        head, _, rest = path.partition("/")
        move, found, _ = rest.rpartition("/github")
        if head == APPROVALS and found:
            below.setdefault(move, []).append(path)
    return Attested(
        raw,
        {commit.id: place for place, commit in enumerate(raw.attestations)},
        {path: (tuple(places[path]), tuple(blobs[path])) for path in places},
        {move: tuple(paths) for move, paths in below.items()},
    )


def _app(system: str) -> str:
    """`github`, and below it the app's name in base64; without one it is gittuf's own."""
    try:
        name = base64.urlsafe_b64decode(system.removeprefix("github").removeprefix("/")).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return name or GITHUB_APP


def _fault(envelope: Envelope, move: Binding, kind: str) -> str:
    told = envelope.payload
    predicate = told.get("predicate")
    subject = told.get("subject")
    name = told.get("predicateType", told.get("predicate_type"))
    if told.get("_type", told.get("type")) != STATEMENT or not isinstance(predicate, dict):
        return "is not a statement as gittuf writes it"
    fields = _FIELDS.get((kind, str(name)))
    if fields is None:
        return "is of a kind that is not read"
    digests = [each.get("digest") for each in subject if isinstance(each, dict)] if isinstance(subject, list) else []
    trees = [digest.get("gitTree") for digest in digests if isinstance(digest, dict)]
    bound = (predicate.get("targetRef"), *(predicate.get(field) for field in fields))
    return "" if trees == [move.tree] and bound == move else "speaks of another move than the one it lies under"


_FIELDS = {
    (AUTHORISATIONS, AUTHORISATION_V1): ("fromRevisionID", "targetTreeID"),
    (AUTHORISATIONS, AUTHORISATION_V2): ("fromID", "targetID"),
    (APPROVALS, PULL_REQUEST_APPROVAL): ("fromRevisionID", "targetTreeID"),
}


def _approvers(envelope: Envelope) -> tuple[str, ...]:
    """Accounts as `login+number`.

    A dismissal takes the account out of `approvers`; `dismissedApprovers` only remembers that there was one, and
    keeps an account that approved again (three files of gittuf/gittuf, and its moves were met by them).
    """
    predicate = envelope.payload["predicate"]
    listed = predicate.get("approvers") if isinstance(predicate, dict) else None
    accounts = {each for each in listed if isinstance(each, str) and each} if isinstance(listed, list) else set()
    return tuple(sorted(accounts)[:MOST_APPROVERS])
