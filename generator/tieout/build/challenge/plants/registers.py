"""Violations in what the ISMS itself says. Each is a record of its own, so that no record of the operator's is changed."""

import re
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from tieout.build.challenge.plan import CannotBePlantedError, Made, Plant, Violation
from tieout.build.challenge.plants.casting import block_end, new_file, repository, title, two_people, who
from tieout.build.challenge.scene import Scene, is_here
from tieout.model.records import Service

LONG_AGO = 1_200  # days: longer than any window


class Permission(NamedTuple):
    """An exception that is to be written."""

    id: str
    check: str
    service: str
    start: date
    end: date
    by: str  # who approved it


def overlong_exception(scene: Scene) -> Plant:
    start, end = scene.today - timedelta(days=30), scene.today + timedelta(days=700)
    permission = Permission("EXC-90001", "change-reference", _service(scene), start, end, _owner(scene))
    return Plant(files=_exception(scene, permission), subjects=(permission.id,))


def expired_in_use(scene: Scene, service: Service) -> Plant:
    """A push that an exception of somebody else permitted once, after its last day."""
    repo = repository(scene, service)
    author, other = two_people(scene, repo)
    name = f"expired-in-use-{service.id}"
    end = scene.today - timedelta(days=20)
    id_ = f"EXC-91{list(scene.isms.services).index(service.id):03d}"
    permission = Permission(id_, "no-direct-push", service.id, end - timedelta(days=60), end, other.id)
    subject = title(scene, "Push as we were permitted once")
    made = Made(name, repo, f"{subject}\n", who(author), new_file(scene, service, repo, name))
    return Plant((made,), files=_exception(scene, permission), subjects=(name, id_))


def _exception(scene: Scene, told: Permission) -> dict[str, bytes | None]:
    control = next(iter(scene.isms.controls), "")
    if not control:
        raise CannotBePlantedError("the register has no control that could compensate an exception")
    text = (
        f"title: Planted by tieout challenge\nowner: {told.by}\nstatus: approved\nexcepts: ['check:{told.check}']\n"
        f"scope: {{services: [{told.service}]}}\nfrom: {told.start}\nexpires: {told.end}\n"
        f"approved_by: {{person: {told.by}, on: {told.start}}}\ncompensating: [{control}]\nreason: To see whether it is noticed.\n"
    )
    path, content = _record(scene, "exceptions", told.id, text)
    return {path: content}


def overdue_supplier(scene: Scene) -> Plant:
    old = scene.today - timedelta(days=LONG_AGO)
    text = (
        f"title: Planted by tieout challenge\nowner: {_owner(scene)}\nstatus: active\ncriticality: high\nprovides: [other]\n"
        f"contract: {{security_terms: true, audit_right: true, incident_notice: 24h, exit_plan: {old}}}\n"
        f"assessed: {old}\nreview_every: 1y\n"
    )
    path, content = _record(scene, "suppliers", "challenge-supplier", text)
    return Plant(files={path: content}, subjects=("challenge-supplier",))


def stale_evidence(scene: Scene) -> Plant:
    """A control that is called implemented, and whose only evidence is old."""
    path, control = _control(scene)
    old = scene.today - timedelta(days=LONG_AGO)
    place, evidence = _evidence(scene, "EVD-90001", old, "url: https://challenge.invalid/evidence")
    return Plant(files={path: control, place: evidence}, subjects=("CTL-90001",))


def altered_evidence(scene: Scene) -> Plant:
    """A file of evidence that is not what it was when it was collected."""
    path, control = _control(scene)
    digest = sha256(b"as it was collected\n").hexdigest()
    file = "evidence/challenge.txt"
    place, evidence = _evidence(scene, "EVD-90002", scene.today, f"file: {file}\nsha256: '{digest}'")
    return Plant(
        files={path: control, place: evidence, file: b"as somebody changed it\n"},
        subjects=("EVD-90002",),
        says=("SHA-256",),
    )


def _control(scene: Scene) -> tuple[str, bytes]:
    text = (
        f"title: Planted by tieout challenge\nowner: {_owner(scene)}\nstatus: implemented\nkind: detective\nmode: manual\n"
        f"frequency: quarterly\nimplements: [A.8.24]\napplies_to: [{_service(scene)}]\nstage: outside\n"
        "enforced_by: ['process:planted']\nstatement: It is there to see whether it is noticed.\n"
    )
    return _record(scene, "controls", "CTL-90001", text)


def _evidence(scene: Scene, id_: str, day: date, source: str) -> tuple[str, bytes]:
    text = (
        f"title: Planted by tieout challenge\nkind: attestation\nproves: [CTL-90001]\nobserved: {{from: {day}, to: {day}}}\n"
        f"collected: {day}\ncollected_by: {_owner(scene)}\norigin: tieout challenge\n{source}\n"
    )
    return f"{scene.config.below}evidence/{id_}.yml", text.encode()


def overdue_review(scene: Scene) -> Plant:
    old = scene.today - timedelta(days=LONG_AGO)
    owner = _owner(scene)
    text = (
        f"title: Planted by tieout challenge\nowner: {owner}\nstatus: approved\naudience: [all]\n"
        f"approved_by: {{person: {owner}, on: {old}}}\nreviewed: {old}\nreview_every: 1y\n"
    )
    path, content = _record(scene, "policies", "POL-90001", text)
    return Plant(files={path: content}, subjects=("POL-90001",))


def _record(scene: Scene, register: str, id_: str, fields: str) -> tuple[str, bytes]:
    return (
        f"{scene.config.below}{register}/{id_}.md",
        f"---\n{fields}---\nNothing of this is the operator's own.\n".encode(),
    )


def _owner(scene: Scene) -> str:
    found = next((id_ for id_, person in scene.isms.people.items() if is_here(person, scene.today)), "")
    if not found:
        raise CannotBePlantedError("the people register has nobody who works here now and could own a record")
    return found


def _service(scene: Scene) -> str:
    found = next((service.id for service in scene.isms.services.values()), "")
    if not found:
        raise CannotBePlantedError("the register has no service")
    return found


def contradiction(scene: Scene) -> Plant:
    """A row of the statement is excluded, and a control implements it."""
    path = f"{scene.config.below}soa.yml"
    lines = scene.files.get(path, b"").decode("utf-8", "replace").split("\n")
    used = {
        row for control in scene.isms.controls.values() if control.status == "implemented" for row in control.implements
    }
    entries = scene.isms.soa.entries if scene.isms.soa else {}
    for row in sorted(id_ for id_, entry in entries.items() if entry.applicable and id_ in used):
        named = re.compile(rf"(\s+)(['\"]?){re.escape(row)}\2:.*")
        begin, found = next(
            ((at, match) for at, line in enumerate(lines) if (match := named.fullmatch(line))), (0, None)
        )
        if found:
            excluded = f"{found[1]}{row}: {{applicable: false, why_not: Planted by tieout challenge}}"
            text = "\n".join([*lines[:begin], excluded, *lines[block_end(lines, begin, len(found[1])) :]])
            return Plant(files={path: text.encode()}, subjects=(row,))
    raise CannotBePlantedError("no row of the statement is included and implemented by a control that is")


PLANTED = (
    Violation(
        "expired-exception-used", "A permission that has expired is used", "changes",
        expired_in_use, expects=("no-direct-push", "exceptions-valid"),
    ),
    Violation(
        "overlong-exception", "An exception lasts for years", "registers",
        plant_once=overlong_exception, expects=("exceptions-valid",),
    ),
    Violation(
        "supplier-not-assessed", "A supplier that matters is past its assessment", "registers",
        plant_once=overdue_supplier, expects=("suppliers-assessed",),
    ),
    Violation(
        "stale-evidence", "The only evidence of a control is years old", "registers",
        plant_once=stale_evidence, expects=("evidence-fresh",),
    ),
    Violation(
        "altered-evidence", "A file of evidence was altered after it was collected", "registers",
        plant_once=altered_evidence, expects=("evidence-intact",),
    ),
    Violation(
        "review-overdue", "A policy is past its review", "registers",
        plant_once=overdue_review, expects=("records-reviewed",),
    ),
    Violation(
        "soa-contradiction", "The statement excludes what a control implements", "registers",
        plant_once=contradiction, expects=("soa-consistent",),
    ),
)  # fmt: skip
