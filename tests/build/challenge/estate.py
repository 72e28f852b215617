"""A small operator who asked for everything that can be asked, so that every violation can be planted at its service.

made = adopt(project)        # of tinyproject: the same operator, grown
"""

from gitfixtures import BOT, commit, make_repository, tag
from tinyproject import at

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP9qT/unv8yaN2JIQh9/JneEAt20BPsGCl9tWgSVEfSj ada"
POLICY = "package main\n"
CHECKLIST = "- [ ] Tests are there\n"
NAMED = "records: {url: ../records, kind: records, only_robots_push: true, reviews: [reviews/**/*.jsonl]}"

REGISTERS = {
    "isms/people.yml": "- {id: ada, name: Ada Stone, squad: money, emails: [ada@example.org, ada@home.example]}\n"
    "- {id: ben, name: Ben Marsh, squad: money, emails: [ben@example.org]}\n"
    "- {id: cleo, name: Cleo Park, squad: money, roles: [limits-approver], emails: [cleo@example.org]}\n"
    "- {id: ci-bot, name: Pipeline, kind: service-account, emails: [ci-bot@example.org]}\n",
    "isms/roles.yml": "- {id: limits-approver, title: Approver of limits, powers: []}\n",
    "isms/keys.yml": f'- {{id: KEY-1, person: ada, key: "{KEY}", from: 2026-01-01}}\n',
    "isms/environments.yml": "- {id: test, title: Test, owner: money, kind: test, data: synthetic}\n"
    "- {id: prod, title: Production, owner: money, kind: production, data: real}\n",
    "isms/criteria.yml": "- id: CRIT-01\n  title: Limits\n  owner: ada\n  when: {services: [pay], paths: ['limits/**']}\n"
    "  requires: {approvals: 1, approver_role: limits-approver}\n",
    "isms/checks.yml": "- {id: dependencies-pinned, paths: ['**']}\n"
    "- {id: policy-as-code-present, paths: ['policy/**']}\n"
    "- {id: batch-size, most_changes: 8, oldest: 1y}\n"
    "- {id: review-checklist, template: checklist.md, items: [Tests are there]}\n"
    "- {id: mandatory-libraries, libraries: {python: {structlog: ''}}}\n"
    "- {id: releases-signed, releases: 'v*'}\n"
    "- {id: author-approver-deployer-distinct, tiers: [2]}\n",
}


def adopt(project):
    tieout = ("  platform:\n", f"  {NAMED}\n  platform:\n")
    service = ("environments: [prod]", "environments: [test, prod]\nhigh_risk_paths: ['limits/**']")
    project.write({**REGISTERS, "tieout.yml": tieout, "isms/services/pay.md": service}, time=at("2026-05-20"))
    commit(
        project.service,
        "PAY-7 Add what is asked",
        {"checklist.md": CHECKLIST, "limits/most": "1\n"},
        time=at("2026-05-20"),
    )
    tip = commit(project.service, "PAY-8 Tell a version", {"VERSION": "1\n"}, time=at("2026-05-21"))
    tag(project.service, "v0.1.0", "main~1", message="0.1.0", time=at("2026-05-20"))
    content = f"service: pay\nversion: 1.9.0\ncommit: {tip}\n"
    commit(project.environments, "Deploy to test", {"test/pay.yml": content}, author=BOT, time=at("2026-05-21", 10))
    files = {"prod/pay.yml": content, "policy/all.rego": POLICY, "CODEOWNERS": "/prod/ @ada\n/test/ @ben\n"}
    commit(project.environments, "Deploy to prod", files, author=BOT, time=at("2026-05-21", 11))
    records = make_repository(project.folder / "records")
    commit(records, "Begin the export", {"reviews/README": "One line a proposal.\n"}, author=BOT, time=at("2026-01-04"))
    return project
