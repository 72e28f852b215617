"""GitHub's GraphQL answers to the queries of the guide: pull requests and deployments, with all that hangs on them.

A query may leave fields out; what is then not told is not in the record. Written after GitHub's published schema and the
answers that public clients keep for their tests; no repository was found that keeps a whole answer to such a query.
"""

import re

from tieout.forges.answers import Item, Value
from tieout.forges.facts import (
    DEPLOYMENT_UNTOLD,
    Checked,
    Deployed,
    Fact,
    Kept,
    Progress,
    Proposal,
    Told,
    Verdict,
    Written,
)
from tieout.forges.fields import account, address, co_authors, commit, kept, number, part, parts, text, time
from tieout.forges.github import CONCLUSIONS, VERDICTS, version_in

_ORIGIN = re.compile(r"https?://[^/]+/([^/]+/[^/]+)/")


def read_item(item: Item) -> Told | None:
    """What one node tells; None where it is none of GitHub's."""
    value = item.value
    if "headRefOid" in value and "number" in value:
        return _proposal(item)
    if "commitOid" in value and "environment" in value:
        return _deployed(item)
    return None


def _origin(value: Value) -> str:
    found = _ORIGIN.match(text(value, "url"))
    return found[1].lower() if found else ""


def _proposal(item: Item) -> Told:
    value, raw = item.value, kept(item.own)
    count, merged = number(value, "commits", "totalCount"), time(value, "mergedAt")
    proposal = Proposal(
        "GitHub",
        number(value, "number"),
        raw,
        text(value, "title"),
        time(value, "createdAt"),
        account(value, "author"),
        text(value, "baseRefName"),
        commit(value, "headRefOid"),
        merged,
        account(value, "mergedBy") if merged else "",
        commit(value, "mergeCommit", "oid") if merged else "",
        count,
    )
    facts: list[Fact] = [proposal]
    for node in parts(value, "reviews"):
        facts += _verdicts(node, proposal.number, raw)
    found = [part(node, "commit") for node in parts(value, "commits")]
    facts += [_written(one, proposal.number, raw, item.file) for one in found if commit(one, "oid")]
    # the query asks for the results of the last commit beside the list of all of them
    rated = [*found, *(part(node, "commit") for node in parts(value, "last"))]
    for one in rated:
        for node in parts(one, "statusCheckRollup", "contexts"):
            facts += _checks(node, commit(one, "oid"), raw)
    left = [what for what in ("reviews", "commits") if _goes_on(value, what)]
    left += ["checks"] if any(_goes_on(one, "statusCheckRollup", "contexts") for one in rated) else []
    return Told(
        "pull request",
        _origin(value),
        tuple(facts),
        f"{' and '.join(left)} beyond the first page of a pull request; save its own answers too" if left else "",
        (proposal.number,)
        if any(number(one, "authors", "totalCount") > len(parts(one, "authors")) for one in found)
        else (),
    )


def _goes_on(value: Value, *path: str) -> bool:
    return part(value, *path, "pageInfo").get("hasNextPage") is True


def _verdicts(node: Value, of: int, raw: Kept) -> list[Fact]:
    state = VERDICTS.get(text(node, "state").lower())
    by, at = account(node, "author"), time(node, "submittedAt")
    if state is None or not by or not at:
        return []
    return [Verdict(of, by, at, state, raw, commit(node, "commit", "oid"))]


def _written(value: Value, of: int, raw: Kept, file: str) -> Written:
    """Authors as GitHub counts them, co-authors included."""
    names: list[str] = []
    authors = [part(value, "author")] if "author" in value else []
    for author in (*authors, *parts(value, "authors")):
        login = account(author, "user") if author.get("user") is not None else ""
        names += [name for name in (address(text(author, "email")), login) if name]
    names += co_authors(text(value, "message")) if names else ()
    return Written(commit(value, "oid"), tuple(dict.fromkeys(names)), raw, file, of)


def _checks(node: Value, of: str, raw: Kept) -> list[Fact]:
    name = text(node, "name") or text(node, "context")
    word = text(node, "conclusion") or text(node, "state")
    at = time(node, "completedAt") or time(node, "startedAt") or time(node, "createdAt")
    if not name or not at or not of:
        return []
    return [Checked(name, CONCLUSIONS.get(word.lower(), "unknown"), at, of, raw)]


def _deployed(item: Item) -> Told:
    value, raw = item.value, kept(item.own)
    id_, of, created = number(value, "databaseId"), commit(value, "commitOid"), time(value, "createdAt")
    environment = text(value, "environment")
    if id_ < 0 or not of or not created or not environment:
        return Told("deployment", left=DEPLOYMENT_UNTOLD)
    statuses = [
        Progress(str(id_), text(node, "state").lower(), time(node, "createdAt"), raw, text(node, "logUrl"))
        for node in parts(value, "statuses")
        if time(node, "createdAt")
    ]
    by, version = account(value, "creator"), version_in(text(value, "ref", "name"))
    deployed = Deployed(str(id_), environment, of, created, raw, by, version=version)
    left = (
        "statuses beyond the first page of a deployment; save its own answer too" if _goes_on(value, "statuses") else ""
    )
    return Told("deployment", facts=(deployed, *statuses), left=left)
