"""The one place where a deployment is made, whatever told of it: what every source tells, and what Git adds to it."""

from typing import Literal, NamedTuple

from tieout.history.deployments.sources import (
    Declared,
    Deployer,
    arrived,
    is_absent,
    is_pipeline,
    on_branch,
    released_from,
    requested,
)
from tieout.model.history import Deployment


class Told(NamedTuple):
    """What a source tells of one deployment."""

    basis: Literal["environments repository", "annotated tag", "deployment record", "release branch"]
    environment: str
    at: int
    claimed: int  # what its own clock said; `at` where that is believed
    version: str
    repo: str  # repository of the service, and the commit of it
    commit: str
    where: str  # for a person
    record: str  # id of what tells it
    deployer: Deployer
    message: str = ""  # of the commit or tag that tells it


def make_deployment(declared: Declared, told: Told) -> Deployment:
    """The deployment with its place on the protected branch; its deployer is noted where no register has them."""
    registers, deployer, code = declared.registers, told.deployer, declared.pinned.get(told.repo)
    if deployer.by.key:
        registers.strangers.note(deployer.by, declared.source.history.repo, told.at)
    return Deployment(
        service=declared.service.id,
        environment=told.environment,
        at=told.at,
        version=told.version,
        commit=told.commit,
        repo=told.repo,
        basis=told.basis,
        grade=deployer.grade,
        where=told.where,
        record=told.record,
        by=deployer.by,
        by_pipeline=is_pipeline(deployer.by, declared.pipeline),
        hand=deployer.hand,
        unsigned=deployer.unsigned,
        requested_by=requested(told.message, told.at, registers),
        on_branch=on_branch(code, told.commit, told.at),
        arrived=arrived(code, told.commit),
        host=released_from(told.message),
        claimed=0 if told.claimed == told.at else told.claimed,
        absent=is_absent(declared, told.commit),
    )
