"""Violations on the way to production, each told in the source that the service's pipeline declares."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from tieout.build.challenge.plan import CannotBePlantedError, Made, Plant, Tagged, Violation, Who
from tieout.build.challenge.plants.casting import high_risk_path, new_file, one_person, repository, title, trailer, who
from tieout.build.challenge.scene import Scene, path_for
from tieout.history.deployments import path_pattern
from tieout.model.records import Pipeline, Service
from tieout.text.globs import matches

VERSIONS = ("v99.{}.0", "99.{}.0", "release-99.{}.0", "release/99.{}.0", "99.{}")

MOST = 50  # changes that are planted for one deployment


@dataclass(frozen=True, slots=True)
class Told:
    """A deployment that is to be told: of which commit (an id, or `@@name@@`), under which name, by whom."""

    name: str
    commit: str
    number: int  # of its version, another for each violation
    by: Who
    requested_by: Who | None = None
    before: bool = True  # whether the environment before production has it first


def by_a_person(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    person = who(one_person(scene, repo))
    name = f"by-a-person-{service.id}"
    return _told(scene, service, Told(name, scene.tip(repo), 1, person))


def off_the_branch(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    name = f"off-branch-{service.id}"
    author = who(one_person(scene, repo))
    files = new_file(scene, service, repo, name)
    side = Made(f"{name}-side", repo, title(scene, "Try something") + "\n", author, files, aside=True)
    return _told(scene, service, Told(name, f"@@{side.name}@@", 2, _robot(scene, service)), side)


def own_change(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    name = f"own-change-{service.id}"
    author = who(one_person(scene, repo))
    subject = title(scene, "Add what I deploy myself")
    change = Made(f"{name}-change", repo, f"{subject}\n", author, new_file(scene, service, repo, name))
    return _told(scene, service, Told(name, f"@@{change.name}@@", 3, _robot(scene, service), author), change)


def straight(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    name = f"straight-{service.id}"
    pipeline = _pipeline(scene, service)
    if pipeline.deployments.kind not in {"gitops", "records"}:
        raise CannotBePlantedError(
            f"deployments are read from {pipeline.deployments.kind}, which tell of no environment but production"
        )
    return _told(scene, service, Told(name, scene.tip(repo), 4, _robot(scene, service), before=False))


def high_risk(scene: Scene, service: Service) -> Plant:
    """A high-risk change that nobody approved is in production."""
    repo = repository(scene, service)
    name = f"high-risk-deployed-{service.id}"
    author = who(one_person(scene, repo))
    files = {high_risk_path(scene, service, name, by_criterion=True): b"Planted by tieout challenge.\n"}
    change = Made(f"{name}-change", repo, title(scene, "Change what is high-risk") + "\n", author, files)
    plant = _told(scene, service, Told(name, f"@@{change.name}@@", 5, _robot(scene, service)), change)
    return replace(plant, subjects=(*plant.subjects, change.name))


def unknown_commit(scene: Scene, service: Service) -> Plant:
    """What is deployed is in no history."""
    name = f"unknown-commit-{service.id}"
    if _pipeline(scene, service).deployments.kind == "tags":
        raise CannotBePlantedError("a tag cannot stand on a commit that is not there")
    return _told(scene, service, Told(name, "dead" * 10, 6, _robot(scene, service)))


def large_batch(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    setting = scene.isms.checks.get("batch-size")
    most = setting.most_changes if setting else None
    if most is None or most > MOST:
        raise CannotBePlantedError(f"no number of changes is set, or one above {MOST}")
    name = f"large-batch-{service.id}"
    author = who(one_person(scene, repo))
    made = tuple(
        Made(
            f"{name}-{number}",
            repo,
            title(scene, f"Change {number} of many") + "\n",
            author,
            new_file(scene, service, repo, f"{name}-{number}"),
        )
        for number in range(most + 1)
    )
    return _told(scene, service, Told(name, f"@@{made[-1].name}@@", 7, _robot(scene, service)), *made)


def unsigned_release(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    setting = scene.isms.checks.get("releases-signed")
    pipeline = scene.pipeline(service)
    tags = pipeline.deployments.pattern if pipeline and pipeline.deployments.kind == "tags" else ""
    pattern = (setting.releases if setting else "") or tags
    if not pattern:
        raise CannotBePlantedError("no pattern says which tags are releases")
    return _tagged(
        scene,
        service,
        pattern,
        Told(f"unsigned-release-{service.id}", scene.tip(repo), 8, who(one_person(scene, repo))),
        (),
    )


# --- in the words of each source -------------------------------------------------------------------------------------


def _told(scene: Scene, service: Service, told: Told, *before: Made) -> Plant:
    pipeline = _pipeline(scene, service)
    source = pipeline.deployments
    if source.kind == "gitops":
        return _in_environments(scene, service, pipeline, told, before)
    if source.kind == "tags":
        return _as_tag(scene, service, pipeline, told, before)
    if source.kind == "records":
        return _as_record(scene, service, pipeline, told, before)
    if source.kind == "integrations":
        raise CannotBePlantedError(
            "the pipeline declares no source of deployments beside merges, and a merge is no deployment"
        )
    raise CannotBePlantedError(f"deployments are read from a {source.kind}, to which no deployment alone can be added")


def _pipeline(scene: Scene, service: Service) -> Pipeline:
    found = scene.pipeline(service)
    if found is None:
        raise CannotBePlantedError(
            f"{service.id} names no pipeline record, so where its deployments are told is not known"
        )
    return found


def _in_environments(scene: Scene, service: Service, pipeline: Pipeline, told: Told, before: tuple[Made, ...]) -> Plant:
    source = pipeline.deployments
    if source.repo not in scene.trees:
        raise CannotBePlantedError(f"the environments repository {source.repo} could not be read")
    stages = _environments(scene, service)
    made: list[Made] = []
    for environment in stages if told.before else stages[-1:]:
        pattern = path_pattern(source.path, environment, service.id)
        path = next(filter(lambda path: matches(pattern, path), sorted(scene.trees[source.repo])), "")
        content = scene.content(source.repo, path)
        if content is None:
            raise CannotBePlantedError(f"no file tells which version of {service.id} is in {environment}")
        values = {
            source.version: VERSIONS[0].format(told.number),
            **({source.commit: told.commit} if source.commit else {}),
        }
        name = told.name if environment == stages[-1] else f"{told.name}-{environment}"
        message = _message(f"Deploy {service.id} to {environment}", told)
        made.append(Made(name, source.repo, message, told.by, {path: _with_values(content, values)}))
    return Plant((*before, *made), subjects=(told.name,))


def _with_values(content: bytes, values: Mapping[str, str]) -> bytes:
    """A YAML file with other values of some keys, each at its first place."""
    text = content.decode("utf-8", "surrogateescape")
    for key, value in values.items():
        last = key.rpartition(".")[2]
        text, changed = re.subn(rf"(?m)^(\s*{re.escape(last)}\s*:)[^\n]*$", rf"\g<1> {value}", text, count=1)
        if not changed:
            raise CannotBePlantedError(f"the file that tells the version has no line for {key}")
    return text.encode("utf-8", "surrogateescape")


def _as_tag(scene: Scene, service: Service, pipeline: Pipeline, told: Told, before: tuple[Made, ...]) -> Plant:
    return _tagged(scene, service, pipeline.deployments.pattern, told, before)


def _tagged(scene: Scene, service: Service, pattern: str, told: Told, before: tuple[Made, ...]) -> Plant:
    repo = repository(scene, service)
    names = (version.format(f"{told.number}{_number(service)}") for version in VERSIONS)
    tag = next((name for name in names if fnmatchcase(name, pattern) and name not in scene.histories[repo].tags), "")
    if not tag:
        raise CannotBePlantedError(f"no name of a tag was found that the pattern {pattern} means")
    message = _message(f"Release {tag}", told)
    return Plant(before, (Tagged(tag, repo, told.commit, told.by, message),), subjects=(tag,))


def _number(service: Service) -> int:
    """A number of a service's own: two services of one repository share its tags."""
    return sum(map(ord, service.id)) % 1000


def _as_record(scene: Scene, service: Service, pipeline: Pipeline, told: Told, before: tuple[Made, ...]) -> Plant:
    repo = pipeline.deployments.repo
    linked = scene.config.repositories.get(repo)
    path = next(
        filter(None, (path_for(one, f"challenge-{told.name}") for one in (linked.deployments if linked else ()))), ""
    )
    if not path or repo not in scene.trees:
        raise CannotBePlantedError(f"no file of deployment records in {repo or 'any repository'} can be written")
    last = scene.histories[repo].commits[scene.tip(repo)].committer
    at = datetime.fromtimestamp(scene.moment, UTC).isoformat().replace("+00:00", "Z")
    lines = []
    stages = _environments(scene, service)
    for environment in stages if told.before else stages[-1:]:
        line = {
            "deployment": told.name, "service": service.id, "environment": environment, "commit": told.commit,
            "version": VERSIONS[0].format(told.number), "at": at, "by": (told.requested_by or told.by).email, "result": "succeeded",
        }  # fmt: skip
        lines.append(json.dumps(line, sort_keys=True).encode() + b"\n")
    made = Made(told.name, repo, f"Export of {told.name}\n", Who(last.name, last.email), {path: b"".join(lines)})
    return Plant((*before, made), subjects=(told.name,))


def _message(words: str, told: Told) -> str:
    ending = f"\n\n{trailer('Requested-by', told.requested_by)}" if told.requested_by else ""
    return f"{words}{ending}\n"


def _environments(scene: Scene, service: Service) -> tuple[str, ...]:
    """The environments up to the first one of production, in the service's order."""
    known = scene.isms.environments
    own = [id_ for id_ in service.environments or known if id_ in known]
    place = next((number for number, id_ in enumerate(own) if known[id_].kind == "production"), -1)
    if place < 0:
        raise CannotBePlantedError(f"no environment of {service.id} is one of production")
    return tuple(own[: place + 1])


def _robot(scene: Scene, service: Service) -> Who:
    """An identity of the pipeline."""
    for identity in _pipeline(scene, service).identities:
        for person in scene.isms.people.values():
            if identity == person.id and person.emails:
                return Who(person.title, person.emails[0])
            if identity.casefold() in {email.casefold() for email in person.emails}:
                return Who(person.title, identity)
        if "@" in identity:
            return Who(identity.partition("@")[0], identity)
    return who(one_person(scene, repository(scene, service)))


PLANTED = (
    Violation(
        "deployed-by-a-person", "A person deploys, past the pipeline", "deployments",
        by_a_person, expects=("deployed-by-pipeline",),
    ),
    Violation(
        "deployed-off-branch", "A commit is deployed that is not on the protected branch", "deployments",
        off_the_branch, expects=("deployed-from-protected-branch",),
    ),
    Violation(
        "own-change-deployed", "An author deploys their own change", "deployments",
        own_change, expects=("author-not-deployer", "author-approver-deployer-distinct"),
    ),
    Violation(
        "straight-to-production", "A version goes to production and was nowhere before", "deployments",
        straight, expects=("promotion-order",),
    ),
    Violation(
        "high-risk-deployed", "A high-risk change that nobody approved is deployed", "deployments",
        high_risk, expects=("high-risk-approved", "author-approver-deployer-distinct"),
    ),
    Violation(
        "unknown-commit-deployed", "A commit is deployed that is in no history", "deployments",
        unknown_commit, expects=("no-unrecorded-deployment", "deployed-from-protected-branch"),
    ),
    Violation(
        "large-batch", "More changes are deployed at once than may be", "deployments",
        large_batch, expects=("batch-size",),
    ),
    Violation(
        "unsigned-release", "A release tag is not signed", "deployments", unsigned_release, expects=("releases-signed",),
    ),
)  # fmt: skip
