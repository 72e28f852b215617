"""An audit that is built again, beside the one that was published: what has come to it since, and what has gone."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tieout.history import late
from tieout.model.history import History, Pin
from tieout.model.results import AuditDate
from tieout.problems import Problem, Source, warning
from tieout.text.words import few_of, plural


def read_pins(folder: Path) -> dict[str, str]:
    """Commit by repository, as the manifest of a published audit has it; nothing where none was published, or a draft."""
    try:
        told = json.loads((folder / "manifest.json").read_bytes())
        if told["audit"]["draft"]:
            return {}
        return {str(row["repository"]): str(row["commit"]) for row in told["pins"] if row["commit"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def find_late(
    published: Mapping[str, str], pins: Mapping[str, Pin], histories: Mapping[str, History], date: AuditDate
) -> Iterator[Problem]:
    """One problem a repository whose pin is not the published one."""
    for repo, before in sorted(published.items()):
        if repo in pins and repo in histories and pins[repo].commit and pins[repo].commit != before:
            yield _problem(repo, late.compare(histories[repo], before, pins[repo].commit), date)


def _problem(repo: str, moved: late.Moved, date: AuditDate) -> Problem:
    came = f"{_named(moved.late)} dated before its end came to the branch" if moved.late else ""
    gone = f"{_named(moved.gone)} {'is' if len(moved.gone) == 1 else 'are'} no longer on it" if moved.gone else ""
    message = (
        f"since {date.record} of {date.as_of} was published, {' and '.join(filter(None, (came, gone)))}; the audit that was "
        f"published did not show it so. Find out why, before this one takes its place"
    )
    return warning("late-arrival", message, Source(repo))


def _named(ids: tuple[str, ...]) -> str:
    return f"{plural(len(ids), 'commit')} ({few_of([id_[:12] for id_ in ids])})"
