"""What the operator sets for checks."""

from typing import Annotated, Literal

from pydantic import Field

from tieout.model.links import to
from tieout.model.records.basics import Day, Duration, Ids, Record, Text

Tier = Literal["1", "2", "3"]  # as a name in YAML is read
GradeWord = Literal["stated", "two-names", "recorded", "signed", "process"]
Percent = Annotated[int, Field(ge=1, le=100)]
LONGEST_EXCEPTION = Duration("6mo")  # that an exception may last, where the setting of exceptions-valid says nothing
Count = Annotated[int, Field(ge=1, le=1000)]


class CheckSetting(Record):
    """What the operator sets for a check. The id, written as `check`, is the check's name."""

    title: str = ""
    """What you call it."""
    since: Day | None = None
    """The first day that is judged; what came before is shown, and not judged."""
    tiers: tuple[Literal[1, 2, 3], ...] = ()
    """The tiers of services that are judged; leave it out for all."""
    services: Annotated[Ids, to("services")] = ()
    """The services that are judged; leave it out for all."""
    threshold: dict[Tier, Percent] = {}
    """How many of 100 items have to pass before a control counts as working, by tier; every one, where left out. What failed is shown whatever it is."""
    grades: dict[Tier, GradeWord] = {}
    """The lowest grade that counts for this check, by tier, where it is not that of tieout.yml."""
    within: Annotated[int, Field(ge=0)] | None = None
    """Working days, for checks with a limit."""
    approvals: dict[Tier, Count] = {}
    """How many people have to approve a change, by tier."""
    most_changes: Count | None = None
    """The most changes that one deployment may bring."""
    oldest: Duration | None = None
    """The longest that a change may wait for its deployment."""
    template: str = ""
    """The file in each repository that holds the checklist."""
    items: tuple[Text, ...] = ()
    """What has to stand in it, item by item."""
    paths: tuple[Text, ...] = ()
    """Patterns of the paths that are looked at."""
    allow: tuple[Text, ...] = ()
    """Patterns of paths that are passed over, each for a reason that `why` gives."""
    apart: dict[Text, Text] = {}
    """Environments that have to be kept apart, each with the pattern of its paths."""
    libraries: dict[Text, dict[Text, str]] = {}
    """By language, the libraries that have to be there and the lowest version of each (empty: any)."""
    soak: Duration | None = None
    """How long a version has to run in the environment before."""
    releases: str = ""
    """The pattern of the names of release tags."""
    roles: Annotated[Ids, to("roles")] = ()
    """The roles whose holders may do it, beside the pipeline."""
    longest: Duration | None = None
    """The longest that an exception may last."""
    why: str = ""
    """Why it is set so."""
