"""Where the commits that earlier audits sealed stand now: on the line of the pin, beside it, or nowhere."""

from collections.abc import Mapping

from tieout.history.line import line_of
from tieout.model.history import History, Pin, SealedState
from tieout.model.registers import Isms


def find_sealed(
    histories: Mapping[str, History], pins: Mapping[str, Pin], isms: Isms
) -> dict[tuple[str, str], SealedState]:
    """By id of the audit record and of the repository, for every commit that a record's `snapshot` names."""
    found: dict[tuple[str, str], SealedState] = {}
    for audit in isms.audits.values():
        for repo, commit in sorted(audit.snapshot.items()):
            if repo in histories and repo in pins:
                found[audit.id, repo] = _state(histories[repo], pins[repo], commit)
    return found


def _state(history: History, pin: Pin, commit: str) -> SealedState:
    if not pin.commit:
        return "gone"
    line = line_of(history, pin.commit)
    last = line.position[pin.commit]
    if line.position.get(commit, last + 1) <= last:
        return "kept"
    if line.entered.get(commit, last + 1) <= last:
        return "beside"
    return "gone" if history.complete else "unknown"
