"""Violations of the rule that a second person approves what was merged."""

import json
from datetime import UTC, datetime, timedelta

from tieout.build.challenge.plan import CannotBePlantedError, Made, Plant, Violation, Who
from tieout.build.challenge.plants.casting import (
    high_risk_path,
    merging,
    new_file,
    number_of,
    one_person,
    proposed,
    repository,
    title,
    trailer,
    two_people,
    who,
)
from tieout.build.challenge.scene import Scene, path_for, people_of
from tieout.checks.case import tier_of
from tieout.model.grades import Grade
from tieout.model.records import Person, Service
from tieout.text.globs import matches_any

LEAVER = "planted-leaver"


def by_the_author(scene: Scene, service: Service) -> Plant:
    """The message says that the author reviewed it."""
    repo = repository(scene, service)
    author = who(one_person(scene, repo))
    name = f"self-approval-{service.id}"
    files = new_file(scene, service, repo, name)
    subject = title(scene, "Add what I reviewed myself")
    made = proposed(repo, name, subject, author, author, files, trailer("Reviewed-by", author))
    return Plant(made, subjects=(name,))


def by_second_address(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    author = next((person for person in people_of(scene, repo) if len(person.emails) > 1), None)
    if author is None:
        raise CannotBePlantedError("nobody who works here has a second address in the people register")
    name = f"second-address-{service.id}"
    files = new_file(scene, service, repo, name)
    first, second = who(author), who(author, 1)
    subject = title(scene, "Add what I reviewed under another address")
    made = proposed(repo, name, subject, first, second, files, trailer("Reviewed-by", second))
    return Plant(made, subjects=(name,))


def by_co_author(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    author, other = map(who, two_people(scene, repo))
    name = f"co-author-{service.id}"
    subject = f"{title(scene, 'Add what we wrote together')}\n\n{trailer('Co-authored-by', other)}"
    files = new_file(scene, service, repo, name)
    own = Made(f"{name}-own", repo, f"{subject}\n", author, files, aside=True)
    message = f"{merging(name)}\n\n{title(scene, 'Add what we wrote together')}\n\n{trailer('Reviewed-by', other)}\n"
    return Plant((own, Made(name, repo, message, other, files, merges=own.name)), subjects=(name,))


def only_stated(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    asked = scene.config.grades.get(tier_of(scene.isms, service.id), Grade.RECORDED)
    if asked <= Grade.STATED:
        raise CannotBePlantedError(
            f"tier {service.tier} asks for a statement, and a statement is what would be planted"
        )
    author, other = map(who, two_people(scene, repo))
    name = f"only-stated-{service.id}"
    files = new_file(scene, service, repo, name)
    subject = title(scene, "Add what a line says was reviewed")
    made = proposed(repo, name, subject, author, author, files, trailer("Reviewed-by", other))
    return Plant(made, subjects=(name,))


def by_a_leaver(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    author = who(one_person(scene, repo))
    gone, files_of_isms = _gone(scene)
    name = f"leaver-{service.id}"
    files = new_file(scene, service, repo, name)
    subject = title(scene, "Add what someone who left approved")
    made = proposed(repo, name, subject, author, author, files, trailer("Reviewed-by", gone))
    return Plant(made, files=files_of_isms, subjects=(LEAVER,))


def _gone(scene: Scene) -> tuple[Who, dict[str, bytes | None]]:
    """Somebody of the register who has left; put there for the purpose, so that no person of the operator's is named."""
    path = f"{scene.config.below}people.yml"
    if path not in scene.files:
        raise CannotBePlantedError(f"there is no {path} to which somebody who left could be added")
    left = scene.today - timedelta(days=100)
    gone = Who("Planted Leaver", "planted.leaver@challenge.invalid")
    entry = (
        f"\n- {{id: {LEAVER}, name: {gone.name}, emails: [{gone.email}], active: {{from: 2020-01-01, to: {left}}}}}\n"
    )
    return gone, {path: scene.files[path] + entry.encode()}


def high_risk(scene: Scene, service: Service) -> Plant:
    """Approved by somebody, who is neither owner of the path nor holds the approver role."""
    repo = repository(scene, service)
    name = f"high-risk-{service.id}"
    path = high_risk_path(scene, service, name)
    author, other = _neither_owner(scene, repo, path)
    subject = title(scene, "Change what is high-risk")
    made = proposed(
        repo,
        name,
        subject,
        who(author),
        who(other),
        {path: b"Planted by tieout challenge.\n"},
        trailer("Reviewed-by", who(other)),
    )
    return Plant((*made, *_record(scene, repo, name, (who(other),), f"{name}-own")), subjects=(name,))


def _neither_owner(scene: Scene, repo: str, path: str) -> tuple[Person, Person]:
    """An author, and somebody without any right to approve the path."""
    roles = {found.requires.approver_role for found in scene.isms.criteria.values()}
    owners = {
        owner
        for change in scene.facts.changes.values()
        if change.repo == repo and matches_any([changed.path for changed in change.paths], path)
        for owner in change.code_owners
    }
    people = people_of(scene, repo)
    without = [one for one in people if not roles.intersection(one.roles) and one.id not in owners]
    author = next((one for one in people if without and one is not without[-1]), None)
    if author is None:
        raise CannotBePlantedError("nobody works here who may not approve it")
    return author, without[-1]


# --- what a forge's export would say ---------------------------------------------------------------------------------


def recorded_self(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    author = who(one_person(scene, repo))
    name = f"recorded-self-{service.id}"
    record = _record(scene, repo, name, (author,), f"{name}-own")
    if not record:
        raise CannotBePlantedError("no review records are exported from the forge")
    files = new_file(scene, service, repo, name)
    subject = title(scene, "Add what the forge saw me approve")
    return Plant((*proposed(repo, name, subject, author, author, files), *record), subjects=(name,))


def stale(scene: Scene, service: Service) -> Plant:
    """The forge recorded an approval of the first of two commits."""
    repo = repository(scene, service)
    author, other = map(who, two_people(scene, repo))
    name = f"stale-{service.id}"
    record = _record(scene, repo, name, (other,), f"{name}-first")
    if not record:
        raise CannotBePlantedError("no review records are exported from the forge")
    subject = title(scene, "Add more than was approved")
    files = new_file(scene, service, repo, name)
    more: dict[str, bytes | None] = dict.fromkeys(files, b"This came after the approval.\n")
    first = Made(f"{name}-first", repo, f"{subject}\n", author, files, aside=True)
    last = Made(f"{name}-last", repo, f"{subject}, and more\n", author, more, aside=True, after=first.name)
    merge = Made(name, repo, f"{merging(name)}\n\n{subject}\n", author, more, merges=last.name)
    return Plant((first, last, merge, *record), subjects=(name,))


def failed_step(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    pipeline = scene.pipeline(service)
    steps = [step for step in pipeline.steps if step.type == "job"] if pipeline else []
    asked = [step for step in steps if service.id in scene.isms.applying(step.required)]
    if not asked:
        raise CannotBePlantedError(f"no pipeline record requires a step of type job of {service.id}")
    author, other = map(who, two_people(scene, repo))
    name = f"failed-step-{service.id}"
    record = _record(scene, repo, name, (other,), f"{name}-own", failed=tuple(_plain(step.match) for step in asked))
    if not record:
        raise CannotBePlantedError("no results of pipeline steps are exported")
    files = new_file(scene, service, repo, name)
    subject = title(scene, "Add what failed its tests")
    return Plant((*proposed(repo, name, subject, author, other, files), *record), subjects=(name,))


def _plain(match: str) -> str:
    return match.replace("*", "").replace("?", "x")


def _record(  # noqa: PLR0917 - a record has these parts
    scene: Scene, repo: str, name: str, approvers: tuple[Who, ...], approved: str, failed: tuple[str, ...] = ()
) -> tuple[Made, ...]:
    """The commit with which the forge's robot exports a review of a planted change; none where nothing is exported."""
    export = scene.export()
    if export is None:
        return ()
    path = next(filter(None, (path_for(pattern, f"challenge-{name}") for pattern in export.reviews)), "")
    if not path:
        return ()
    at = datetime.fromtimestamp(scene.moment, UTC).isoformat().replace("+00:00", "Z")
    head = f"@@{approved}@@"
    line = {
        "change": f"@@{name}@@",
        "repo": repo,
        "ref": number_of(name),
        "opened": at,
        "approvals": [{"by": by.email, "at": at, "commit": head} for by in approvers],
        "checks": [{"name": step, "result": "failed", "at": at, "commit": head} for step in failed],
    }
    robot = _robot(scene, export.id)
    content = json.dumps(line, sort_keys=True).encode() + b"\n"
    return (Made(f"{name}-record", export.id, f"Export of {name}\n", robot, {path: content}),)


def _robot(scene: Scene, repo: str) -> Who:
    """Who committed the last export."""
    last = scene.histories[repo].commits[scene.tip(repo)].committer
    return Who(last.name, last.email)


PLANTED = (
    Violation(
        "self-approval", "The author says in the message that they reviewed it", "changes",
        by_the_author, expects=("change-reviewed", "approver-not-author"),
    ),
    Violation(
        "self-approval-recorded", "The forge records an approval by the author", "changes",
        recorded_self, expects=("change-reviewed", "approver-not-author"),
    ),
    Violation(
        "second-address", "The author approves under a second address", "changes",
        by_second_address, expects=("change-reviewed", "approver-not-author"),
    ),
    Violation(
        "co-author", "A co-author approves", "changes",
        by_co_author, expects=("change-reviewed", "approver-not-author"),
    ),
    Violation(
        "only-stated", "A line in the message is the only approval, where more is asked", "changes",
        only_stated, expects=("change-reviewed",),
    ),
    Violation(
        "stale-approval", "A commit was added after the approval", "changes",
        stale, expects=("approval-covers-content", "change-reviewed"),
    ),
    Violation(
        "leaver-approves", "Someone who has left approves", "changes", by_a_leaver, expects=("no-leavers",),
    ),
    Violation(
        "high-risk-unowned", "A high-risk path is changed, and none of its owners approves", "changes",
        high_risk, expects=("high-risk-path-reviewed",),
    ),
    Violation(
        "failed-step", "A required step failed, and the change was merged", "changes",
        failed_step, expects=("required-steps-passed",),
    ),
)  # fmt: skip
