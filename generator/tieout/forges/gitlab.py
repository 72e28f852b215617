"""GitLab's REST answers, each recognised by its shape.

Tried on the answers that xanzy/go-gitlab keeps for its tests (merge requests and commits of gitlab.com, notes, jobs,
approval states); approvals, versions and deployments have the shapes of GitLab's documentation (gitlabhq/gitlabhq,
doc/api). Approvals have their time from the system notes, or from `approved_at` where GitLab is new enough to give it;
the commit that an approval covers is the head that the newest version before it had.
"""

import re
from typing import Final

from tieout.forges.answers import Item, Value
from tieout.forges.facts import (
    CHECK_UNTOLD,
    COMMIT_UNTOLD,
    DEPLOYMENT_UNTOLD,
    Checked,
    Deployed,
    Outcome,
    Proposal,
    Result,
    State,
    Told,
    Verdict,
    Version,
    Written,
)
from tieout.forges.fields import account, address, co_authors, commit, kept, number, part, parts, text, time

_OF_PROPOSAL = re.compile(r"refs/merge-requests/([0-9]{1,12})/")

NOTES: Final[dict[str, State]] = {
    "approved this merge request": "approved",
    "unapproved this merge request": "dismissed",
    "requested changes": "changes_requested",
}
STATUSES: Final[dict[str, Result]] = {
    "success": "passed",
    "failed": "failed",
    "skipped": "skipped",
    "manual": "skipped",
}
OUTCOMES: Final[dict[str, Outcome]] = {
    "success": "succeeded",
    "failed": "failed",
    "running": "in-progress",
    "created": "in-progress",
    "blocked": "in-progress",
}


def read_item(item: Item) -> Told | None:
    """What one object tells; None where it is none of GitLab's."""
    value = item.value
    if "iid" in value and "target_branch" in value and "source_branch" in value:
        return _proposal(item)
    if "approved_by" in value and "iid" in value:
        return _approvals(item)
    if "approval_rules_overwritten" in value:
        return Told("approval state", left="approval states, which name no time and no merge request; save its notes")
    if "noteable_iid" in value and "system" in value:
        return _note(item)
    if "short_id" in value and "author_email" in value:
        return _written(item)
    if "head_commit_sha" in value and "merge_request_id" in value:
        return _version(item)
    if "environment" in value and "sha" in value and "status" in value and "ref" in value:
        return _deployed(item)
    if "pipeline" in value and "stage" in value and "status" in value:
        return _job(item)
    if "sha" in value and "name" in value and "status" in value and "allow_failure" in value:
        return _status(item)
    if "sha" in value and "ref" in value and "status" in value and "web_url" in value:
        return Told("pipeline", _origin(value), left="pipelines, which name no steps; save their jobs")
    return None


def _origin(value: Value) -> str:
    found = number(value, "project_id")
    return f"project {found}" if found >= 0 else ""


def _proposal(item: Item) -> Told:
    value = item.value
    merged = time(value, "merged_at")
    change = next((id_ for key in ("merge_commit_sha", "squash_commit_sha", "sha") if (id_ := commit(value, key))), "")
    merger = account(value, "merge_user") if value.get("merge_user") else account(value, "merged_by")
    proposal = Proposal(
        "GitLab",
        number(value, "iid"),
        kept(item.own),
        text(value, "title"),
        time(value, "created_at"),
        account(value, "author"),
        text(value, "target_branch"),
        commit(value, "sha"),
        merged,
        merger if merged else "",
        change if merged else "",
        id=max(number(value, "id"), 0),
    )
    return Told("merge request", _origin(value), (proposal,))


def _approvals(item: Item) -> Told:
    value, raw = item.value, kept(item.page)
    found, left = [], ""
    for given in parts(value, "approved_by"):
        by, at = account(given, "user"), time(given, "approved_at")
        if by and at:
            found.append(Verdict(number(value, "iid"), by, at, "approved", raw, told_by="approval"))
        else:
            left = "approvals without a time, as older GitLab gives them; what its notes tell counts"
    return Told("approvals of a merge request", _origin(value), tuple(found), left)


def _note(item: Item) -> Told:
    """Only what GitLab itself wrote: anybody may type the same words into a comment."""
    value = item.value
    state = NOTES.get(text(value, "body").strip()) if value["system"] is True else None
    by, at, of = account(value, "author"), time(value, "created_at"), number(value, "noteable_iid")
    if text(value, "noteable_type") != "MergeRequest" or state is None or not by or not at:
        return Told("note", _origin(value), left="notes that are no approval")
    return Told("note", _origin(value), (Verdict(of, by, at, state, kept(item.page), told_by="note"),))


def _written(item: Item) -> Told:
    value = item.value
    author = address(text(value, "author_email"))
    by = tuple(dict.fromkeys((author, *co_authors(text(value, "message"))))) if author else ()
    id_ = commit(value, "id")
    if not id_:
        return Told("commit", left=COMMIT_UNTOLD)
    return Told("commit", facts=(Written(id_, by, kept(item.page), item.file),))


def _version(item: Item) -> Told:
    value = item.value
    of, head, at = number(value, "merge_request_id"), commit(value, "head_commit_sha"), time(value, "created_at")
    if of < 0 or not head or not at:
        return Told("version", left="versions that do not tell their merge request, head or time")
    return Told("version", facts=(Version(of, head, at, kept(item.page)),))


def _job(item: Item) -> Told:
    value = item.value
    pipeline = part(value, "pipeline")
    of = commit(pipeline, "sha") or commit(value, "commit", "id")
    found = _OF_PROPOSAL.match(text(pipeline, "ref") or text(value, "ref"))
    return _checked(item, "job", of, _origin(pipeline), int(found[1]) if found else 0)


def _status(item: Item) -> Told:
    return _checked(item, "commit status", commit(item.value, "sha"), "", 0)


def _checked(item: Item, kind: str, of: str, where: str, proposal: int) -> Told:
    value = item.value
    name = text(value, "name")
    at = time(value, "finished_at") or time(value, "started_at") or time(value, "created_at")
    if not name or not at or not of:
        return Told(kind, where, left=CHECK_UNTOLD)
    result = STATUSES.get(text(value, "status"), "unknown")
    return Told(kind, where, (Checked(name, result, at, of, kept(item.page), proposal),))


def _deployed(item: Item) -> Told:
    value = item.value
    job = part(value, "deployable")
    id_, of, created = number(value, "id"), commit(value, "sha"), time(value, "created_at")
    environment = text(value, "environment", "name")
    if id_ < 0 or not of or not created or not environment:
        return Told("deployment", left=DEPLOYMENT_UNTOLD)
    outcome = OUTCOMES.get(text(value, "status"), "unknown")
    ended = time(value, "finished_at") or time(job, "finished_at") or time(value, "updated_at")
    fact = Deployed(
        str(id_),
        environment,
        of,
        created,
        kept(item.own),
        account(value, "user"),
        outcome,
        ended if outcome in {"succeeded", "failed"} else created,
        text(value, "ref") if job.get("tag") is True else "",
        text(job, "pipeline", "web_url") or text(job, "web_url"),
    )
    return Told("deployment", _origin(part(job, "pipeline")), (fact,))
