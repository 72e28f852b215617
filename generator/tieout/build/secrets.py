"""Which steps of which repositories are looked at for secrets: those that some audit of the newest content judges."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from tieout.checks.case import midnight
from tieout.checks.secrets import CHECK
from tieout.model.history import History
from tieout.model.records import Audit
from tieout.model.registers import Isms
from tieout.repos import secrets

YEAR = 365 * 86_400  # seconds: how far the present reaches back before the first audit


def since(audits: Iterable[Audit], first_content: int, today: int) -> int:
    """The first second of the earliest period that is judged: of an audit that has come, or of the present before any."""
    starts = [midnight(audit.period.from_) for audit in audits if midnight(audit.date) <= today]
    return min(starts) if starts else min(first_content, today - YEAR)


def with_scans(
    found: Mapping[str, History], isms: Isms, start: int, mirror_of: Callable[[str], Path | None], kept: Path
) -> dict[str, History]:
    """The histories of the services' repositories with what their added lines look like. `kept` is a folder of our own."""
    setting = isms.checks.get(CHECK)
    if setting and "**" in setting.allow:
        return dict(found)
    read = dict(found)
    for repo in sorted({link.repo for service in isms.services.values() for link in service.repos} & found.keys()):
        mirror = mirror_of(repo)
        steps = secrets.steps_since(found[repo], start)
        if mirror and mirror.is_dir() and steps:
            scans = secrets.read_scans(mirror, steps, kept / f"{mirror.name}.json")
            if scans != found[repo].secret_scans:  # a history that is held stays the one that conclusions were had from
                read[repo] = replace(found[repo], secret_scans=scans)
    return read
