"""What all registers are made of: durations, times, lists of ids, and the fields that every record may have."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import total_ordering
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from tieout.model.links import to
from tieout.problems import Source
from tieout.text.words import plural

Frequency = Literal["per-change", "continuous", "daily", "weekly", "monthly", "quarterly", "yearly", "on-event"]
Visibility = Literal["public", "regulator", "internal"]


@total_ordering
@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as a person writes it: `90d`, `3mo`, `1y`, `4h`, `15m`, `2w`. Months and years are calendar ones."""

    text: str

    PATTERN = re.compile(r"([0-9]{1,4})(m|h|d|w|mo|y)")

    @property
    def parts(self) -> tuple[int, str]:
        match = self.PATTERN.fullmatch(self.text)
        if match is None:
            raise ValueError(f"'{self.text}' is not a duration such as 90d, 3mo, 1y or 4h")
        return int(match[1]), match[2]

    @property
    def minutes(self) -> int:
        """Nominal length, for comparison: a month counts 30 days and a year 365."""
        amount, unit = self.parts
        return amount * {"m": 1, "h": 60, "d": 1440, "w": 10080, "mo": 43200, "y": 525600}[unit]

    @property
    def words(self) -> str:
        """`3 months`."""
        amount, unit = self.parts
        names = {"m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
        return plural(amount, names[unit])

    def after(self, day: date) -> date:
        """The day this length after `day`; the last day of a shorter month where the day does not exist."""
        amount, unit = self.parts
        months = {"mo": amount, "y": 12 * amount}.get(unit)
        if months is None:
            return day + min(timedelta(minutes=self.minutes), date.max - day)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        if year > date.max.year:
            return date.max
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    def __lt__(self, other: "Duration") -> bool:
        return self.minutes < other.minutes

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        def parse(text: str) -> "Duration":
            duration = cls(text)
            _ = duration.parts
            return duration

        return core_schema.no_info_after_validator_function(parse, core_schema.str_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": f"^{cls.PATTERN.pattern}$"}


_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})")


def _instant(value: object) -> object:
    """A time to the minute with its zone is enough for a person: `2026-06-27T19:58Z`."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value
    raise ValueError("a time is written with its zone, as in 2026-06-27T19:58Z")


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _one_or_many(value: object) -> object:
    """A single id may be written without brackets."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> object:
    """A day is written as text: a number would be taken for seconds since 1970."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    if isinstance(value, date):
        return value
    raise PydanticCustomError("date_type", "a day of the calendar")


def _yes_or_no(value: object) -> object:
    """YAML's words for truth differ between its versions; a field that asks yes or no means the same by both."""
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


# In strict mode, in which the loader validates, these must hand on the very type: a datetime, a tuple, a bool.
Instant = Annotated[
    AwareDatetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "pattern": f"^{_INSTANT.pattern}$"})
]
Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, Field(min_length=1)]
_LIST_OF_IDS: JsonSchemaValue = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Ids = Annotated[tuple[str, ...], BeforeValidator(_one_or_many), WithJsonSchema(_LIST_OF_IDS)]
Some = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_many),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
"""Ids of which there is at least one."""
YesNo = Annotated[bool, BeforeValidator(_yes_or_no), WithJsonSchema({"enum": [True, False, "yes", "no"]})]


class Part(BaseModel):
    """A group of fields inside a record."""

    # built on first use: a part is then built inside its record only, which halves the time to import
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, validate_by_name=True)


class Record(Part):
    """What every record may have. The first three are given by the loader, under names that nobody can write."""

    id: str = Field(validation_alias="@id")
    place: Source = Field(validation_alias="@place")
    body: str = Field(default="", validation_alias="@body")
    """Markdown below the front matter; empty for a row of a list."""
    title: Text
    """What it is called, in a few words."""
    owner: Annotated[str, to("people", "squads")] = ""
    """The person or squad that answers for it."""
    status: str = ""
    """How far it is."""
    reviewed: Day | None = None
    """The day on which a person last read it through and found it true."""
    review_every: Duration | None = None
    """How often that is due, such as `6mo` or `1y`."""
    tags: tuple[str, ...] = ()
    """Words of your own, to find it by."""
    confidential: Visibility = "internal"
    """Who may be handed the record as a whole: anybody (`public`), the `regulator`, or nobody outside (`internal`)."""


class CommitRef(Part):
    """One commit of a linked repository."""

    repo: Annotated[Text, to("repositories")]
    """The repository, by its name in tieout.yml."""
    commit: Text
    """The id of the commit, whole or its first eight or more digits."""


class Approved(Part):
    """Who approved something, and on which day."""

    person: Annotated[Text, to("people")]
    """The person who approved."""
    on: Day
    """The day of the approval."""
    decision: Annotated[str, to("decisions", edge="decided_by")] = ""
    """The decision that it rests on."""


class Span(Part):
    """From one day to another, both included."""

    from_: Day = Field(alias="from")
    """The first day."""
    to: Day
    """The last day."""
