"""Violations on the way of a change to its branch."""

from tieout.build.challenge.plan import CannotBePlantedError, Made, Plant, Violation, Who
from tieout.build.challenge.plants.casting import (
    high_risk_path,
    new_file,
    one_person,
    proposed,
    repository,
    title,
    two_people,
    who,
)
from tieout.build.challenge.scene import Scene
from tieout.model.records import Service


def direct_push(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    author = who(one_person(scene, repo))
    name = f"direct-push-{service.id}"
    made = Made(
        name, repo, title(scene, "Add a file that nobody saw") + "\n", author, new_file(scene, service, repo, name)
    )
    return Plant((made,), subjects=(name,))


def without_ticket(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    author, other = two_people(scene, repo)
    name = f"without-ticket-{service.id}"
    files = new_file(scene, service, repo, name)
    return Plant(proposed(repo, name, "Change something", who(author), who(other), files), subjects=(name,))


def unsigned(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    keyed = {key.person for key in scene.isms.keys.values() if key.from_ <= scene.today and not _over(key.to, scene)}
    if not keyed:
        raise CannotBePlantedError("keys.yml has no key that counts now, so nobody is asked to sign")
    author, other = two_people(scene, repo)
    name = f"unsigned-{service.id}"
    files = new_file(scene, service, repo, name)
    subject = title(scene, "Add a commit without a signature")
    return Plant(proposed(repo, name, subject, who(author), who(other), files), subjects=(name,))


def _over(day: object, scene: Scene) -> bool:
    return day is not None and str(day) < scene.today.isoformat()


def emergency(scene: Scene, service: Service) -> Plant:
    """Marked as the operator marks one; without any mark, a direct push is one."""
    repo = repository(scene, service)
    author = who(one_person(scene, repo))
    name = f"emergency-{service.id}"
    marks = scene.config.emergency
    subject = title(scene, "Mend it in a hurry")
    if marks.subjects:
        subject = f"{marks.subjects[0]} {subject}"
    ending = f"\n\n{marks.trailers[0]}: yes" if marks.trailers and not marks.subjects else ""
    made = Made(name, repo, f"{subject}{ending}\n", author, new_file(scene, service, repo, name))
    return Plant((made,), subjects=(name,))


def stranger(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    nobody = Who("Nobody Known", "nobody.known@challenge.invalid")
    reviewer = who(one_person(scene, repo))
    name = f"stranger-{service.id}"
    files = new_file(scene, service, repo, name)
    subject = title(scene, "Add a file from outside")
    return Plant(proposed(repo, name, subject, nobody, reviewer, files), subjects=(name,))


def too_few(scene: Scene, service: Service) -> Plant:
    """Nobody approves, where checks.yml or a criterion says how many have to."""
    repo = repository(scene, service)
    name = f"too-few-{service.id}"
    asked = scene.isms.checks.get("enough-approvals")
    files = new_file(scene, service, repo, name)
    if not asked or str(service.tier) not in asked.approvals:
        files = {high_risk_path(scene, service, name, by_criterion=True): b"Planted by tieout challenge.\n"}
    author = who(one_person(scene, repo))
    subject = title(scene, "Add what nobody approved")
    return Plant(proposed(repo, name, subject, author, author, files), subjects=(name,))


def without_checklist(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    setting = scene.isms.checks.get("review-checklist")
    template = setting.template if setting else ""
    if template not in scene.trees[repo]:
        raise CannotBePlantedError(f"{template or 'a checklist'} does not stand in {repo}, so it cannot be taken away")
    name = f"without-checklist-{service.id}"
    author = who(one_person(scene, repo))
    made = Made(name, repo, title(scene, "Take the checklist away") + "\n", author, {template: None})
    return Plant((made,), subjects=(name,), repos=(repo,))


PLANTED = (
    Violation(
        "direct-push", "A person pushes to the protected branch, and nobody reviews it", "changes",
        direct_push, expects=("change-reviewed", "no-direct-push"),
    ),
    Violation("without-ticket", "A change names no ticket", "changes", without_ticket, expects=("change-reference",)),
    Violation(
        "unsigned-commit", "A person commits without a signature", "changes", unsigned, expects=("commits-signed",)
    ),
    Violation(
        "emergency-without-review", "An emergency change is never reviewed", "changes",
        emergency, expects=("emergency-reviewed",),
    ),
    Violation(
        "author-unknown", "Someone whom no register knows writes a change", "changes",
        stranger, unsure=("change-reviewed",),
    ),
    Violation(
        "too-few-approvals", "A change has fewer approvals than are asked", "changes",
        too_few, expects=("enough-approvals",),
    ),
    Violation(
        "without-checklist", "The checklist for reviewers is taken away", "changes",
        without_checklist, expects=("review-checklist",),
    ),
)  # fmt: skip
