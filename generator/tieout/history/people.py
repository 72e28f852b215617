"""Who is who: the dated register of people, read by address, login or name. Unknown addresses stay unknown."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tieout.model.history import Identity, Stamp, UnknownIdentity
from tieout.model.records import Active, Person

# The address a forge gives an account that hides its own: 1234+login@users.noreply.github.com, 12-login@… for GitLab.
_HIDDEN = re.compile(r"(?:[0-9]+[+-])?([A-Za-z0-9][A-Za-z0-9_.-]*)@users\.noreply\.[a-z0-9.-]+")


_FIRST_DAY = date(1970, 1, 1).toordinal()


def day_of(time: int) -> date:
    """The UTC day of a time; times before year 1 or after 9999 are clamped, as a commit may claim any."""
    return date.fromordinal(_FIRST_DAY + min(max(time, -62135596800), 253402300799) // 86_400)


@dataclass(frozen=True, slots=True)
class People:
    """The register, indexed. An address that two active people share belongs to nobody."""

    by_email: Mapping[str, tuple[Person, ...]]
    by_login: Mapping[str, tuple[Person, ...]]
    by_name: Mapping[str, tuple[Person, ...]]
    robots: frozenset[str]
    spans: Mapping[str, Active] = field(default_factory=dict)  # by person who is not said to have been here always
    _known: dict[tuple[str, str], Identity] = field(default_factory=dict, compare=False, repr=False)

    def identify(self, stamp: Stamp, at: int) -> Identity:
        """The identity behind an author or committer line on that day."""
        known = self._known.get((stamp.name, stamp.email))
        return self.find(stamp.name, stamp.email, at) if known is None else known

    def find(self, name: str, email: str, at: int, *, named: bool = False) -> Identity:
        """By address, then by the login in a hidden address; by login or name alone only where `named` allows it.

        A commit's author line is never matched by its name: anyone may type one.
        """
        known = self._known.get((name, email))
        if known is not None and not named:
            return known
        candidates = self._candidates(name, email, named=named)
        person = _choose(candidates, at)
        identity = (
            Identity(person.id, name or person.title, email, person.id in self.robots)
            if person
            else Identity("", name, email)
        )
        if len(candidates) < 2 and not named:
            self._known[name, email] = identity
        return identity

    def owner(self, text: str, at: int) -> Identity:
        """An e-mail address or a @login, as CODEOWNERS and review records write it."""
        login = text.removeprefix("@")
        if "@" in login:
            return self.find("", text, at)
        if text == login:
            return self.find(login, "", at, named=True)
        person = _choose(self.by_login.get(login.casefold(), ()), at)  # a stranger's login may be a person's name
        return Identity(person.id, login, "", person.id in self.robots) if person else Identity("", login, "")

    def absence(self, identity: Identity, at: int) -> Literal["", "early", "left", "unknown"]:
        """Why somebody could approve nothing at that time: they had not come yet, or had left. Empty: they could."""
        span = self.spans.get(identity.person)
        if span is None:
            return ""
        if at <= 0:
            return "unknown"
        day = day_of(at)
        return "early" if day < span.from_ else "left" if span.to and span.to < day else ""

    def _candidates(self, name: str, email: str, *, named: bool) -> tuple[Person, ...]:
        if email:
            found = self.by_email.get(email.casefold(), ())
            hidden = _HIDDEN.fullmatch(email)
            return found or (self.by_login.get(hidden[1].casefold(), ()) if hidden else ())
        if not named:
            return ()
        return self.by_login.get(name.removeprefix("@").casefold(), ()) or self.by_name.get(name.casefold(), ())


def index_people(people: Mapping[str, Person]) -> People:
    persons = tuple(people.values())
    return People(
        _index((address.casefold(), person) for person in persons for address in person.emails),
        _index((login.removeprefix("@").casefold(), person) for person in persons for login in person.logins),
        _index((person.title.casefold(), person) for person in persons if person.kind == "person"),
        frozenset(person.id for person in persons if person.robot),
        {person.id: person.active for person in persons if person.active is not None},
    )


def _index(pairs: Iterable[tuple[str, Person]]) -> dict[str, tuple[Person, ...]]:
    found: dict[str, dict[str, Person]] = {}
    for key, person in pairs:
        found.setdefault(key, {})[person.id] = person
    return {key: tuple(persons.values()) for key, persons in found.items()}


def _choose(candidates: tuple[Person, ...], at: int) -> Person | None:
    """The only candidate, active or not (leavers are a check's matter); of several, the only one active that day."""
    if len(candidates) == 1:
        return candidates[0]
    day = day_of(at)
    active = [person for person in candidates if _is_active(person, day)]
    return active[0] if len(active) == 1 else None


def _is_active(person: Person, day: date) -> bool:
    span = person.active
    return span is None or (span.from_ <= day and (span.to is None or day <= span.to))


@dataclass(slots=True)
class Strangers:
    """Addresses nobody has, gathered while the facts are derived."""

    names: dict[str, set[str]] = field(default_factory=dict)
    repos: dict[str, set[str]] = field(default_factory=dict)
    commits: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def note(self, identity: Identity, repo: str, at: int, commits: int = 0) -> None:
        if identity.known:
            return
        key = identity.email.casefold() or identity.name
        self.names.setdefault(key, set()).add(identity.name)
        self.repos.setdefault(key, set()).add(repo)
        self.commits[key] = self.commits.get(key, 0) + commits
        self.last[key] = max(self.last.get(key, at), at)

    def listed(self) -> tuple[UnknownIdentity, ...]:
        """By address. `commits` counts those written or recorded under it; 0: named in a record or trailer only."""
        return tuple(
            UnknownIdentity(
                email=key,
                names=tuple(sorted(self.names[key] - {""})),
                repos=tuple(sorted(self.repos[key])),
                commits=self.commits[key],
                last=self.last[key],
            )
            for key in sorted(self.names)
        )
