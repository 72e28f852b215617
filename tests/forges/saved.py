"""Answers of GitHub and GitLab as their programs save them, with invented people: the keys of the real ones, cut short."""

import json

HEAD, EARLY, MERGED, OTHER = "a" * 40, "b" * 40, "c" * 40, "d" * 40
API = "https://api.github.com/repos/acme/pay"


def page(*objects):
    return json.dumps(list(objects)).encode()


def user(login, kind="User"):
    return {"login": login, "id": 7, "type": kind, "site_admin": False}


def pull(number=7, **changes):
    """As a single pull request is answered; a list has neither `merged_by` nor `commits`."""
    return {
        "url": f"{API}/pulls/{number}",
        "id": 1000 + number,
        "html_url": f"https://github.com/acme/pay/pull/{number}",
        "number": number,
        "state": "closed",
        "title": "Round half up",
        "user": user("ada"),
        "created_at": "2026-03-01T09:00:00Z",
        "merged_at": "2026-03-02T10:00:00Z",
        "merge_commit_sha": MERGED,
        "head": {"label": "acme:round", "ref": "round", "sha": HEAD},
        "base": {"label": "acme:main", "ref": "main", "sha": OTHER},
        "merged": True,
        "merged_by": user("ben"),
        "commits": 2,
        **changes,
    }


def listed(number=7, **changes):
    return {
        key: value for key, value in pull(number, **changes).items() if key not in {"merged_by", "merged", "commits"}
    }


def review(by="ben", state="APPROVED", at="2026-03-01T12:00:00Z", number=7, **changes):
    return {
        "id": 80,
        "user": user(by),
        "body": "",
        "state": state,
        "html_url": f"https://github.com/acme/pay/pull/{number}#pullrequestreview-80",
        "pull_request_url": f"{API}/pulls/{number}",
        "author_association": "MEMBER",
        "_links": {"pull_request": {"href": f"{API}/pulls/{number}"}},
        "submitted_at": at,
        "commit_id": HEAD,
        **changes,
    }


def commit(id_=HEAD, login="ada", email="ada@example.org", message="PAY-7 Round half up", **changes):
    return {
        "sha": id_,
        "commit": {
            "author": {"name": "Ada Stone", "email": email, "date": "2026-03-01T08:00:00Z"},
            "committer": {"name": "GitHub", "email": "noreply@github.com", "date": "2026-03-01T08:00:00Z"},
            "message": message,
        },
        "url": f"{API}/commits/{id_}",
        "author": user(login) if login else None,
        "committer": user("web-flow"),
        "parents": [],
        **changes,
    }


def check_run(name="unit", conclusion="success", of=HEAD, **changes):
    return {
        "id": 1,
        "head_sha": of,
        "url": f"{API}/check-runs/1",
        "status": "completed",
        "conclusion": conclusion,
        "started_at": "2026-03-01T09:01:00Z",
        "completed_at": "2026-03-01T09:02:00Z",
        "name": name,
        "check_suite": {"id": 2},
        **changes,
    }


def status(context="lint", state="success", of=HEAD):
    return {
        "url": f"{API}/statuses/{of}",
        "id": 3,
        "state": state,
        "description": None,
        "target_url": None,
        "context": context,
        "created_at": "2026-03-01T09:03:00Z",
        "updated_at": "2026-03-01T09:03:00Z",
    }


def deployment(id_=41, **changes):
    return {
        "url": f"{API}/deployments/{id_}",
        "id": id_,
        "sha": MERGED,
        "ref": "v1.4.0",
        "task": "deploy",
        "payload": {},
        "environment": "production",
        "creator": user("deploys[bot]", "Bot"),
        "created_at": "2026-03-02T11:00:00Z",
        "updated_at": "2026-03-02T11:00:00Z",
        "statuses_url": f"{API}/deployments/{id_}/statuses",
        **changes,
    }


def progress(state, at, of=41):
    return {
        "url": f"{API}/deployments/{of}/statuses/1",
        "id": 1,
        "state": state,
        "creator": user("deploys[bot]", "Bot"),
        "environment": "production",
        "log_url": "https://github.com/acme/pay/actions/runs/9",
        "target_url": "",
        "created_at": at,
        "deployment_url": f"{API}/deployments/{of}",
    }


def node(number=7, **changes):
    """A pull request as the guide's GraphQL query asks for it."""
    people = {"totalCount": 1, "nodes": [{"email": "ada@example.org", "user": {"login": "ada"}}]}
    contexts = {
        "pageInfo": {"hasNextPage": False},
        "nodes": [
            {"__typename": "CheckRun", "name": "unit", "conclusion": "SUCCESS", "completedAt": "2026-03-01T09:02:00Z"},
            {"__typename": "StatusContext", "context": "lint", "state": "SUCCESS", "createdAt": "2026-03-01T09:03:00Z"},
        ],
    }
    return {
        "number": number,
        "url": f"https://github.com/acme/pay/pull/{number}",
        "title": "Round half up",
        "createdAt": "2026-03-01T09:00:00Z",
        "mergedAt": "2026-03-02T10:00:00Z",
        "baseRefName": "main",
        "headRefOid": HEAD,
        "author": {"__typename": "User", "login": "ada"},
        "mergedBy": {"__typename": "User", "login": "ben"},
        "mergeCommit": {"oid": MERGED},
        "reviews": {
            "pageInfo": {"hasNextPage": False},
            "nodes": [
                {
                    "author": {"__typename": "User", "login": "ben"},
                    "state": "APPROVED",
                    "submittedAt": "2026-03-01T12:00:00Z",
                    "commit": {"oid": HEAD},
                }
            ],
        },
        "commits": {
            "totalCount": 2,
            "pageInfo": {"hasNextPage": False},
            "nodes": [{"commit": {"oid": EARLY, "authors": people}}, {"commit": {"oid": HEAD, "authors": people}}],
        },
        "last": {"nodes": [{"commit": {"oid": HEAD, "statusCheckRollup": {"contexts": contexts}}}]},
        **changes,
    }


def graph(*nodes, kind="pullRequests", **beside):
    page_info = {"hasNextPage": False, "endCursor": "Y3Vyc29y"}
    return json.dumps(
        {"data": {"repository": {kind: {"pageInfo": page_info, "nodes": list(nodes)}}}, **beside}
    ).encode()


# --- GitLab --------------------------------------------------------------------------------------------------------


def member(name):
    return {
        "id": 5,
        "username": name,
        "name": name.title(),
        "state": "active",
        "web_url": f"https://gitlab.example/{name}",
    }


def merge_request(iid=8, **changes):
    return {
        "id": 500 + iid,
        "iid": iid,
        "project_id": 3,
        "title": "Round half up",
        "state": "merged",
        "created_at": "2026-03-01T10:00:00.123+01:00",
        "merged_at": "2026-03-02T10:00:00.000Z",
        "merge_user": member("ben"),
        "merged_by": member("ben"),
        "target_branch": "main",
        "source_branch": "round",
        "author": member("ada"),
        "sha": HEAD,
        "merge_commit_sha": None,
        "squash_commit_sha": MERGED,
        "web_url": f"https://gitlab.example/acme/pay/-/merge_requests/{iid}",
        **changes,
    }


def note(body="approved this merge request", by="ben", at="2026-03-01T12:00:00.500Z", *, system=True, iid=8):
    return {
        "id": 301,
        "type": None,
        "body": body,
        "author": member(by),
        "created_at": at,
        "system": system,
        "noteable_id": 508,
        "noteable_type": "MergeRequest",
        "project_id": 3,
        "noteable_iid": iid,
    }


def approvals(*given, iid=8):
    return {
        "id": 508,
        "iid": iid,
        "project_id": 3,
        "state": "merged",
        "approvals_required": 1,
        "approved_by": list(given),
    }


def version(head, at):
    return {
        "id": 110,
        "head_commit_sha": head,
        "base_commit_sha": OTHER,
        "start_commit_sha": OTHER,
        "created_at": at,
        "merge_request_id": 508,
        "state": "collected",
        "real_size": "1",
    }


def written(id_=HEAD, email="ada@example.org", message="PAY-8 Round half up\n"):
    return {
        "id": id_,
        "short_id": id_[:8],
        "title": "PAY-8 Round half up",
        "author_name": "Ada Stone",
        "author_email": email,
        "created_at": "2026-03-01T08:00:00.000+00:00",
        "message": message,
        "parent_ids": [],
    }


def job(name="unit", state="success", of=HEAD, ref="round"):
    return {
        "id": 6,
        "status": state,
        "stage": "test",
        "name": name,
        "ref": ref,
        "tag": False,
        "allow_failure": False,
        "created_at": "2026-03-01T09:00:00.000Z",
        "finished_at": "2026-03-01T09:02:00.000Z",
        "user": member("ada"),
        "commit": {"id": of, "short_id": of[:8]},
        "pipeline": {"id": 6, "project_id": 3, "ref": ref, "sha": of, "status": "success"},
    }


def gitlab_deployment(id_=42, **changes):
    return {
        "id": id_,
        "iid": 2,
        "ref": "v1.4.0",
        "sha": MERGED,
        "created_at": "2026-03-02T11:00:00.000Z",
        "updated_at": "2026-03-02T11:05:00.000Z",
        "status": "success",
        "user": member("deploys"),
        "environment": {"id": 9, "name": "production"},
        "deployable": {
            "id": 664,
            "status": "success",
            "stage": "deploy",
            "name": "deploy-production",
            "ref": "v1.4.0",
            "tag": True,
            "finished_at": "2026-03-02T11:04:00.000Z",
            "pipeline": {"id": 36, "project_id": 3, "web_url": "https://gitlab.example/acme/pay/-/pipelines/36"},
        },
        **changes,
    }
