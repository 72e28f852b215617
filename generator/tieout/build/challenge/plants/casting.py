"""Who plays in a violation, and the commits that several violations are made of."""

from collections.abc import Mapping
from zlib import crc32

from tieout.build.challenge.plan import CannotBePlantedError, Made, Who
from tieout.build.challenge.scene import Scene, path_for, path_of, people_of
from tieout.model.records import Person, Service


def number_of(name: str) -> str:
    """The number of a proposal that the forge never had."""
    return f"#{900_000 + crc32(name.encode()) % 100_000}"


def repository(scene: Scene, service: Service) -> str:
    """The repository of a service.

    Raises:
        CannotBePlantedError: there is none that could be read.
    """
    found = scene.repository(service)
    if not found:
        raise CannotBePlantedError("no linked repository of the service could be read")
    return found


def who(person: Person, address: int = 0) -> Who:
    return Who(person.title, person.emails[address])


def one_person(scene: Scene, repo: str) -> Person:
    """Somebody who works here and commits to the repository.

    Raises:
        CannotBePlantedError: there is nobody.
    """
    people = people_of(scene, repo)
    if not people:
        raise CannotBePlantedError("the people register has nobody with an address who works here now")
    return people[0]


def two_people(scene: Scene, repo: str) -> tuple[Person, Person]:
    """An author and somebody else.

    Raises:
        CannotBePlantedError: there is only one.
    """
    people = people_of(scene, repo)
    if len(people) < 2:
        raise CannotBePlantedError("the people register has no two people with addresses who work here now")
    return people[0], people[1]


def new_file(scene: Scene, service: Service, repo: str, name: str) -> dict[str, bytes | None]:
    """A new file of the service which is no high-risk path.

    Raises:
        CannotBePlantedError: every path of the service is one.
    """
    path = path_of(service, repo, name, _risky(scene, service))
    if not path:
        raise CannotBePlantedError(f"no path of {service.id} in {repo} was found that is not high-risk")
    return {path: f"Planted by tieout challenge: {name}.\n".encode()}


def _risky(scene: Scene, service: Service) -> tuple[str, ...]:
    criteria = (found.when.paths for found in scene.isms.criteria.values())
    return (*service.high_risk_paths, *(path for paths in criteria for path in paths))


def title(scene: Scene, words: str) -> str:
    """A title as it should be: with a ticket, where the operator has any."""
    return f"{scene.ticket()}{words}"


def trailer(key: str, person: Who) -> str:
    return f"{key}: {person.name} <{person.email}>"


def proposed(  # noqa: PLR0917 - a proposal has these parts
    repo: str, name: str, subject: str, author: Who, merger: Who, files: Mapping[str, bytes | None], trailers: str = ""
) -> tuple[Made, Made]:
    """A proposal of one commit, and the merge that brings it. The change is the commit called `name`."""
    own = Made(f"{name}-own", repo, f"{subject}\n", author, files, aside=True)
    ending = f"\n\n{trailers}" if trailers else ""
    message = f"{merging(name)}\n\n{subject}{ending}\n"
    return own, Made(name, repo, message, merger, files, merges=own.name)


def merging(name: str) -> str:
    """The first line of a merge, as a forge writes it."""
    return f"Merge pull request {number_of(name)} from challenge/{name}"


def high_risk_path(scene: Scene, service: Service, name: str, *, by_criterion: bool = False) -> str:
    """A new path of a service that is high-risk, by a criterion's word or else, unless that is asked, by the service's.

    Raises:
        CannotBePlantedError: none is declared.
    """
    told = (found.when for found in scene.isms.criteria.values())
    patterns = [path for when in told if service.id in when.services for path in when.paths]
    patterns += [] if by_criterion else service.high_risk_paths
    path = next(filter(None, (path_for(pattern, name) for pattern in patterns)), "")
    if not path:
        where = "no criterion names a path" if by_criterion else "no high-risk path"
        raise CannotBePlantedError(f"{where} of {service.id}{'' if by_criterion else ' is declared'}")
    return path


def block_end(lines: list[str], begin: int, indent: int) -> int:
    """The first line after a block, whose own lines stand further in."""
    for number in range(begin + 1, len(lines)):
        if lines[number].strip() and len(lines[number]) - len(lines[number].lstrip()) <= indent:
            return number
    return len(lines)
