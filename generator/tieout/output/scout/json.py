"""What a scout found, for programs. The form is stable: fields are only ever added. No address of a person is in it."""

import json

from tieout.views.scout.report import Finding, Report, Row, Scouted

FORMAT = 1


def render(report: Report) -> str:
    """One object; times are seconds since 1970, UTC, and 0 where there is none."""
    told = {
        "format": FORMAT,
        "tieout": report.version,
        "repositories": [_repository(one) for one in report.repositories],
    }
    return json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _repository(one: Scouted) -> dict[str, object]:
    if one.unread:
        return {"id": one.id, "place": one.place, "unread": one.unread}
    return {
        "id": one.id,
        "place": one.place,
        "branch": one.branch,
        "commit": one.commit,
        "first": one.first,
        "newest": one.newest,
        "since": one.since,
        "complete": one.complete,
        "summary": list(one.summary),
        "advice": [each._asdict() for each in one.advice],
        "findings": {each.key: _finding(each) for each in one.findings},
        "jobs": [each._asdict() for each in one.stretches],
        "problems": list(one.problems),
    }


def _finding(found: Finding) -> dict[str, object]:
    return {
        "title": found.title,
        "answer": found.answer,
        "unit": found.unit,
        "rows": [_row(row) for row in found.rows],
        "of": _row(found.total) if found.total else None,
        "rows_add_up": found.disjoint,
        "count_again": [each._asdict() for each in found.recounts],
        "cannot_tell": list(found.limits),
        "notes": list(found.notes),
        "named": [each._asdict() for each in found.named],
    }


def _row(row: Row) -> dict[str, object]:
    return row._asdict()
