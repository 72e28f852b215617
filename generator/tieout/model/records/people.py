"""People, squads, roles, powers and keys: who may do what, and from which day to which."""

from typing import Annotated, Literal

from pydantic import Field

from tieout.model.links import to
from tieout.model.records.basics import Day, Ids, Part, Record, Some, Text, YesNo


class Active(Part):
    """From when to when a person is with the organisation."""

    from_: Day = Field(alias="from")
    """The first day."""
    to: Day | None = None
    """The last day, once a person has left."""


class Training(Part):
    """A course that a person took."""

    course: Text
    """What was taught."""
    on: Day
    """The day on which it was finished."""


class Person(Record):
    """A person, a declared robot, or the forge itself. Commits are given to people by their addresses."""

    title: str = Field(alias="name", min_length=1)
    """First and last name, or what the robot is."""
    kind: Literal["person", "service-account", "forge"] = "person"
    """A person; a robot; or the account under which the forge itself commits and signs, such as GitHub's web-flow."""
    squad: Annotated[str, to("squads")] = ""
    """The squad the person works in."""
    roles: Annotated[Ids, to("roles")] = ()
    """The roles the person holds."""
    emails: Some
    """All addresses that stand in commits; one address belongs to one person."""
    logins: tuple[str, ...] = ()
    """Names of accounts at the forge."""
    active: Active | None = None
    """From when to when the person is with the organisation."""
    training: tuple[Training, ...] = ()
    """Courses taken."""

    @property
    def robot(self) -> bool:
        return self.kind != "person"


class Squad(Record):
    """A team that owns services end to end."""

    lead: Annotated[str, to("people")] = ""
    """The person who leads it."""
    partner: Annotated[str, to("people")] = ""
    """The security partner who works with it."""
    oncall: str = ""
    """How it is called at night."""
    mission: str = ""
    """What it is for, in one line."""


class Role(Record):
    """What a person may do by office."""

    powers: Annotated[Ids, to("access", "words")] = ()
    """What the role may do, as powers of access.yml or in a word."""
    conflicts_with: Annotated[Ids, to("roles")] = ()
    """Roles that nobody may hold at the same time."""


class Power(Record):
    """Access to a powerful function. The id, written as `power`, is its name."""

    title: str = ""
    """What it is called; the id, where this is empty."""
    system: Text
    """Where it is exercised."""
    roles: Annotated[Ids, to("roles")]
    """Which roles have it."""
    four_eyes: YesNo = False
    """Whether two people are needed."""
    logged: YesNo = False
    """Whether each use is logged."""


class Key(Record):
    """A signing key and the days on which it counts for its person."""

    title: str = ""
    """What it is called."""
    person: Annotated[Text, to("people")]
    """Whose key it is."""
    key: Text
    """One line as in an OpenSSH public key file, or an OpenPGP public key block as `gpg --armor --export` prints it."""
    from_: Day = Field(alias="from")
    """The first day on which it counts."""
    to: Day | None = None
    """The last day on which it counts."""
