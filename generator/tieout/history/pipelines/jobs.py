"""What the readers of all formats share: the jobs a CI file configures, and how they read a value of foreign YAML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tieout.model.history import Job

MAX_DEPTH = 10  # of includes, extends, templates and called workflows
MAX_JOBS = 2000  # of one file, and of one version
# Whether a change starts something: each one, some, or none (`beside`: by hand, on a schedule, on a tag).
Reach = Literal["each", "some", "beside"]


@dataclass(frozen=True, slots=True)
class Jobs:
    """What one CI file (or several) configures, and what of it could not be seen: then a job may be missing here."""

    jobs: tuple[Job, ...] = ()
    why: tuple[str, ...] = ()

    @property
    def readable(self) -> bool:
        return not self.why


class Run(NamedTuple):
    """For which changes something runs; `how` says what starts it where no change does."""

    reach: Reach = "each"
    how: str = ""


EACH = Run()
SOME = Run("some")


def join(parts: Iterable[Jobs]) -> Jobs:
    jobs: list[Job] = []
    why: dict[str, None] = {}
    for part in parts:
        jobs += part.jobs
        why |= dict.fromkeys(part.why)
        if len(jobs) > MAX_JOBS:
            return Jobs(tuple(jobs[:MAX_JOBS]), (*why, f"there are more than {MAX_JOBS} jobs"))
    return Jobs(tuple(jobs), tuple(why))


def both(one: Run, other: Run) -> Run:
    """What runs only where both let it."""
    order: tuple[Reach, ...] = ("beside", "some", "each")
    return min(one, other, key=lambda run: order.index(run.reach))


def job_of(name: str, stage: str, may_fail: bool, run: Run, title: str = "") -> Job:
    how = run.how or "something else" if run.reach == "beside" else ""
    return Job(name, stage, may_fail, run.reach != "each", title if title != name else "", how)


def mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[object]:
    """A list as it is, nothing as no item, anything else as its only item."""
    return value if isinstance(value, list) else [] if value is None else [value]


def word(value: object) -> str:
    return value if isinstance(value, str) else ""


def may_fail(value: object) -> bool:
    """Whatever is not plainly false may be true: an expression, a list of exit codes."""
    return value not in (None, False, "false", "no", "off", "")
