"""GitHub's REST answers, each recognised by its shape.

Tried on the answers that PyGithub/PyGithub keeps for its tests (pull requests, commits, check-runs, statuses,
deployments and their statuses, recorded from api.github.com between 2018 and 2023), and on GitHub's own examples.
"""

import re
from dataclasses import replace
from typing import Final

from tieout.forges.answers import Item, Value
from tieout.forges.facts import (
    CHECK_UNTOLD,
    COMMIT_UNTOLD,
    DEPLOYMENT_UNTOLD,
    Checked,
    Deployed,
    Progress,
    Proposal,
    Result,
    State,
    Told,
    Verdict,
    Written,
)
from tieout.forges.fields import account, address, co_authors, commit, kept, number, part, text, time

_REPOSITORY = re.compile(r"https?://[^/]+/(?:api/v3/)?repos/([^/]+/[^/]+)(?:/|$)")
_NUMBER = re.compile(r"/pulls?/([0-9]{1,12})(?:[#/]|$)")
_STATUS_OF = re.compile(r"/statuses/([0-9a-f]{40})$")
_DEPLOYMENT = re.compile(r"/deployments/([0-9]{1,19})$")
_VERSION = re.compile(r"v?[0-9]+(\.[0-9]+)+\S*")

VERDICTS: Final[dict[str, State]] = {
    "approved": "approved",
    "changes_requested": "changes_requested",
    "dismissed": "dismissed",
}
CONCLUSIONS: Final[dict[str, Result]] = {
    "success": "passed",
    "failure": "failed",
    "error": "failed",
    "timed_out": "failed",
    "startup_failure": "failed",
    "skipped": "skipped",
}


def read_item(item: Item) -> Told | None:
    """What one object tells; None where it is none of GitHub's."""
    value = item.value
    if "number" in value and "sha" in part(value, "base") and "sha" in part(value, "head"):
        return _proposal(item)
    if "pull_request_url" in value and ("submitted_at" in value or "commit_id" in value):
        return _verdict(item)
    if "sha" in value and "author" in value and "message" in part(value, "commit"):
        return _written(item)
    if "head_sha" in value and "conclusion" in value and "name" in value and "check_suite" in value:
        return _check_run(item)
    if "deployment_url" in value and "state" in value:
        return _progress(item)
    if "statuses_url" in value and "environment" in value and "sha" in value:
        return _deployed(item)
    if "context" in value and "state" in value and "target_url" in value:
        return _status(item)
    return None


def _origin(value: Value, key: str = "url") -> str:
    """owner/name, from the address of the object, or of another of its repository."""
    found = _REPOSITORY.match(text(value, key))
    return found[1].lower() if found else ""


def _proposal(item: Item) -> Told:
    value = item.value
    merged = time(value, "merged_at")
    proposal = Proposal(
        "GitHub",
        number(value, "number"),
        kept(item.own),
        text(value, "title"),
        time(value, "created_at"),
        account(value, "user"),
        text(value, "base", "ref"),
        commit(value, "head", "sha"),
        merged,
        account(value, "merged_by") if merged else "",
        commit(value, "merge_commit_sha") if merged else "",  # before, it is a trial merge's
        number(value, "commits"),
    )
    return Told("pull request", _origin(value), (proposal,))


def _verdict(item: Item) -> Told:
    value = item.value
    found = _NUMBER.search(text(value, "pull_request_url") or text(value, "html_url"))
    state = VERDICTS.get(text(value, "state").lower())
    told = Told("review", _origin(value, "pull_request_url"))
    by, at = account(value, "user"), time(value, "submitted_at")
    if state is None:
        return replace(told, left="reviews without a verdict (comments, or not yet sent)")
    if not found or not by or not at:
        return replace(told, left="reviews that do not tell their pull request, author or time")
    verdict = Verdict(int(found[1]), by, at, state, kept(item.page), commit(value, "commit_id"))
    return replace(told, facts=(verdict,))


def _written(item: Item) -> Told:
    value = item.value
    inner = part(value, "commit")
    names = (
        address(text(inner, "author", "email")),
        account(value, "author") if value.get("author") is not None else "",
        *co_authors(text(inner, "message")),
    )
    id_ = commit(value, "sha")
    if not id_:
        return Told("commit", _origin(value), left=COMMIT_UNTOLD)
    by = tuple(dict.fromkeys(name for name in names if name)) if names[0] or names[1] else ()
    return Told("commit", _origin(value), (Written(id_, by, kept(item.page), item.file),))


def _check_run(item: Item) -> Told:
    value = item.value
    at = time(value, "completed_at") or time(value, "started_at")
    return _checked(
        item, "check", (text(value, "name"), text(value, "conclusion"), at, commit(value, "head_sha")), _origin(value)
    )


def _status(item: Item) -> Told:
    """Of a commit; in a combined answer the commit is named around the statuses, else in the address of each."""
    value = item.value
    found = _STATUS_OF.search(text(value, "url"))
    of = found[1] if found else commit(item.around, "sha")
    at = time(value, "updated_at") or time(value, "created_at")
    return _checked(item, "commit status", (text(value, "context"), text(value, "state"), at, of), _origin(value))


def _checked(item: Item, kind: str, told: tuple[str, str, int, str], where: str) -> Told:
    name, word, at, of = told
    if not name or not at or not of:
        return Told(kind, where, left=CHECK_UNTOLD)
    return Told(kind, where, (Checked(name, CONCLUSIONS.get(word.lower(), "unknown"), at, of, kept(item.page)),))


def _deployed(item: Item) -> Told:
    value = item.value
    id_, of, created = number(value, "id"), commit(value, "sha"), time(value, "created_at")
    environment = text(value, "environment")
    if id_ < 0 or not of or not created or not environment:
        return Told("deployment", _origin(value), left=DEPLOYMENT_UNTOLD)
    raw, by, version = kept(item.own), account(value, "creator"), version_in(text(value, "ref"))
    return Told("deployment", _origin(value), (Deployed(str(id_), environment, of, created, raw, by, version=version),))


def version_in(reference: str) -> str:
    """A tag that is a version's name; of a branch or a commit nothing."""
    return reference if _VERSION.fullmatch(reference) else ""


def _progress(item: Item) -> Told:
    value = item.value
    found = _DEPLOYMENT.search(text(value, "deployment_url"))
    at = time(value, "created_at")
    if not found or not at:
        return Told("deployment status", _origin(value), left="deployment statuses that do not tell their deployment")
    run = text(value, "log_url") or text(value, "target_url")
    fact = Progress(found[1], text(value, "state").lower(), at, kept(item.page), run)
    return Told("deployment status", _origin(value), (fact,))
