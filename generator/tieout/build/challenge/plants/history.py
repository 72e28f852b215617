"""Violations against what was read before: a moved tag, a rewritten branch, a commit that is dated back."""

from tieout.build.challenge.plan import CannotBePlantedError, Made, Moved, Plant, Violation
from tieout.build.challenge.plants.casting import new_file, one_person, repository, title, who
from tieout.build.challenge.scene import Scene
from tieout.model.records import Service

YEAR = 365 * 86_400  # seconds


def moved_tag(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    history, tip = scene.histories[repo], scene.tip(repo)
    tag = max((name for name, tag in history.tags.items() if tag.commit != tip), default="")
    if not tag:
        raise CannotBePlantedError(f"{repo} has no tag that could be moved")
    return Plant(moved=(Moved(repo, f"refs/tags/{tag}", tip),), repos=(repo,), says=(tag,))


def rewritten(scene: Scene, service: Service) -> Plant:
    """The newest step of the branch is thrown away."""
    repo = repository(scene, service)
    history = scene.histories[repo]
    parents = history.commits[scene.tip(repo)].parents
    if not parents or not history.complete:
        raise CannotBePlantedError(f"{repo} has no step that could be thrown away, or was not read whole")
    return Plant(
        moved=(Moved(repo, f"refs/heads/{history.branch}", parents[0]),), repos=(repo,), says=("history rewritten",)
    )


def backdated(scene: Scene, service: Service) -> Plant:
    """A push that says it was made a year ago, when another audit's period was: it is judged where it came all the same."""
    repo = repository(scene, service)
    name = f"backdated-{service.id}"
    author = who(one_person(scene, repo))
    subject = title(scene, "Add what should have been there a year ago")
    files = new_file(scene, service, repo, name)
    return Plant((Made(name, repo, f"{subject}\n", author, files, earlier=YEAR),), subjects=(name,))


PLANTED = (
    Violation(
        "tag-moved", "A tag is moved to another commit", "history", moved_tag, expects=("history-intact",),
    ),
    Violation(
        "branch-rewritten", "The newest step of a branch is thrown away by a forced push", "history",
        rewritten, expects=("history-intact",),
    ),
    Violation(
        "backdated-push", "A commit that nobody reviewed is dated back by a year", "changes",
        backdated, expects=("change-reviewed", "no-direct-push"),
    ),
)  # fmt: skip
