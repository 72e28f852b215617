"""Who works where in the demo: people, robots, the style of each repository, and how much happens in which window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tieout.demo.hours import seconds
from tieout.demo.objects import Stamp

Style = Literal["forge-merge", "squash", "trailer-merge", "request-merge", "squash-or-rebase"]
DOMAIN = "fennmoor.example"

NAMES: Mapping[str, str] = {
    person: " ".join(part.capitalize() for part in person.split("-"))
    for person in (
        "amara-diallo", "callum-bray", "lena-osei", "omar-haddad", "sofia-marin", "yuki-arden", "marcus-thorne",
        "tobias-okafor", "maren-lindqvist", "declan-royce", "ines-varga", "priya-menon", "hugo-santini", "grace-adeyemi",
        "jonas-feld", "rosa-quint", "nadia-petrov", "tomasz-wilk", "freya-dunn", "kit-lowell", "bea-novak", "dev-anand",
        "ravi-sole", "ilse-bakker",
    )
}  # fmt: skip

ADDRESSES: Mapping[str, tuple[str, str]] = {
    **{person: (name, f"{person.partition('-')[0]}@{DOMAIN}") for person, name in NAMES.items()},
    "tomasz-wilk-at-home": ("Tomasz Wilk", "tomasz.wilk@home.example"),
    "ci-bot": ("Fennmoor CI", f"ci-bot@{DOMAIN}"),
    "forge": ("Fennmoor Forge", f"noreply@forge.{DOMAIN}"),
    "dep-bot": ("dep-bot", f"dep-bot@{DOMAIN}"),
    "records-bot": ("records-bot", f"records-bot@{DOMAIN}"),
    "tradedesk-build": ("tradedesk build", "build@tradedesk.example"),
    "isms": ("Fennmoor ISMS", f"isms@{DOMAIN}"),
}

# The days from which people sign: two groups got their hardware, and one key was used before it was registered.
SIGNING_STARTS = seconds("2026-02-10T00:00Z")
_SECOND_GROUP = seconds("2026-04-14T00:00Z")
KEYS_SINCE: Mapping[str, int] = {
    **dict.fromkeys(
        (
            "amara-diallo", "jonas-feld", "rosa-quint", "callum-bray", "nadia-petrov", "lena-osei", "yuki-arden", "ravi-sole",
            "tobias-okafor", "maren-lindqvist", "hugo-santini", "grace-adeyemi",
        ),
        SIGNING_STARTS,
    ),
    **dict.fromkeys(("kit-lowell", "tomasz-wilk", "omar-haddad", "bea-novak"), _SECOND_GROUP),
    "freya-dunn": seconds("2026-07-16T00:00Z"),
}  # fmt: skip
SIGNING_RULE = seconds("2026-04-15T00:00Z")  # from here on tier 1 signs, with few exceptions
SIGNING_REQUIRED = seconds("2026-07-22T00:00Z")  # and from here on without any
DRAFTS_UNSIGNED = ("kit-lowell", seconds("2026-06-08T00:00Z"))  # on a new laptop, until the forge refused them
LAST_DAY_OF_KIT = seconds("2026-08-28T00:00Z")  # he leaves on the 31st, after a holiday

# Last days of the windows; an audit date ends the second, the third and the sixth.
WINDOW_ENDS: tuple[date, ...] = (
    date(2025, 12, 31),
    date(2026, 3, 31),
    date(2026, 6, 5),
    date(2026, 7, 7),
    date(2026, 9, 24),
    date(2026, 9, 30),
    date(2026, 10, 15),
)
FIRST_DAY = date(2025, 10, 6)


@dataclass(frozen=True, slots=True)
class Team:
    """One service repository and the people who work in it."""

    repo: str
    tier: int
    style: Style
    authors: tuple[str, ...]  # more often named, more often author
    owners: tuple[tuple[str, tuple[str, ...]], ...]  # CODEOWNERS: pattern and people, the last that matches wins
    releasers: tuple[str, ...]  # who asks for a deployment
    approvers: tuple[str, ...]  # who approves one in production
    changes: tuple[int, ...]  # by window
    deployments: tuple[int, ...]  # to production, by window
    version: tuple[int, int]  # major and first minor
    first_number: int  # of its pull requests
    tagged: bool = True  # releases carry an annotated tag
    ci: str = ".ci/pipeline.yml"
    owners_since: str = ""  # day of the first CODEOWNERS, where it was not there from the beginning


PLATFORM = ("yuki-arden", "ravi-sole")
TEAMS: tuple[Team, ...] = (
    Team(
        "odds-engine", 1, "forge-merge",
        ("jonas-feld", "jonas-feld", "jonas-feld", "rosa-quint", "rosa-quint", "rosa-quint", "amara-diallo"),
        (
            ("*", ("amara-diallo", "jonas-feld", "rosa-quint", "grace-adeyemi")),
            ("src/pricing/**", ("amara-diallo", "rosa-quint", "grace-adeyemi")),
            ("config/limits/**", ("amara-diallo", "callum-bray", "grace-adeyemi")),
            (".ci/**", PLATFORM),
        ),
        ("jonas-feld", "rosa-quint", "ravi-sole", "yuki-arden"),
        ("amara-diallo", "grace-adeyemi"),
        (38, 38, 66, 44, 46, 6, 10), (30, 31, 55, 40, 44, 4, 7), (3, 20), 412,
    ),
    Team(
        "market-config", 1, "squash",
        ("nadia-petrov", "nadia-petrov", "declan-royce", "callum-bray", "nadia-petrov"),
        (
            ("*", ("callum-bray", "nadia-petrov", "declan-royce")),
            ("markets/**", ("callum-bray", "declan-royce", "nadia-petrov", "amara-diallo")),
            ("limits/**", ("callum-bray", "declan-royce", "amara-diallo")),
            (".ci/**", PLATFORM),
        ),
        ("nadia-petrov", "ravi-sole", "yuki-arden"),
        ("callum-bray", "declan-royce"),
        (33, 33, 60, 38, 42, 4, 8), (17, 17, 16, 28, 36, 2, 5), (2026, 1), 688, tagged=False,
    ),
    Team(
        "feed-gateway", 1, "forge-merge",
        ("rosa-quint", "jonas-feld", "jonas-feld", "amara-diallo"),
        (
            ("*", ("amara-diallo", "jonas-feld", "rosa-quint", "grace-adeyemi")),
            ("src/feed/**", ("amara-diallo", "rosa-quint", "jonas-feld")),
            (".ci/**", PLATFORM),
        ),
        ("rosa-quint", "jonas-feld", "ravi-sole"),
        ("amara-diallo", "grace-adeyemi"),
        (20, 22, 34, 20, 24, 2, 4), (8, 8, 7, 12, 16, 2, 2), (2, 8), 201, owners_since="2026-04-17T09:20Z",
    ),
    Team(
        "bet-api", 1, "squash-or-rebase",
        ("nadia-petrov", "nadia-petrov", "callum-bray", "ravi-sole"),
        (
            ("*", ("callum-bray", "nadia-petrov", "grace-adeyemi")),
            ("src/bets/**", ("callum-bray", "nadia-petrov", "amara-diallo")),
            (".github/**", PLATFORM),
        ),
        ("nadia-petrov", "yuki-arden", "ravi-sole"),
        ("callum-bray", "grace-adeyemi"),
        (20, 23, 34, 20, 25, 3, 5), (8, 9, 7, 13, 17, 2, 3), (5, 3), 330, ci=".github/workflows/ci.yml",
    ),
    Team(
        "settlement", 1, "trailer-merge",
        ("freya-dunn", "freya-dunn", "tomasz-wilk", "kit-lowell", "lena-osei"),
        (
            ("*", ("lena-osei", "tomasz-wilk", "freya-dunn", "kit-lowell", "grace-adeyemi")),
            ("src/settle/**", ("lena-osei", "freya-dunn", "grace-adeyemi")),
            ("batch/**", ("lena-osei", "freya-dunn", "grace-adeyemi")),
            (".ci/**", PLATFORM),
        ),
        ("freya-dunn", "tomasz-wilk", "yuki-arden", "ravi-sole"),
        ("lena-osei", "grace-adeyemi"),
        (19, 19, 26, 15, 19, 2, 4), (7, 7, 5, 9, 10, 1, 2), (5, 11), 155,
    ),
    Team(
        "wallet", 1, "request-merge",
        ("tomasz-wilk", "tomasz-wilk", "freya-dunn", "kit-lowell", "lena-osei"),
        (
            ("*", ("lena-osei", "tomasz-wilk", "freya-dunn", "grace-adeyemi")),
            ("src/ledger/**", ("lena-osei", "freya-dunn", "grace-adeyemi")),
            ("payouts/**", ("kit-lowell", "lena-osei")),
            (".ci/**", PLATFORM),
        ),
        ("freya-dunn", "tomasz-wilk", "yuki-arden", "ravi-sole"),
        ("lena-osei", "grace-adeyemi"),
        (21, 41, 46, 28, 36, 4, 7), (8, 16, 10, 18, 25, 3, 4), (8, 2), 520, owners_since="2026-04-17T10:05Z",
    ),
    Team(
        "player-account", 1, "squash-or-rebase",
        ("bea-novak", "bea-novak", "bea-novak", "omar-haddad"),
        (
            ("*", ("omar-haddad", "bea-novak", "grace-adeyemi")),
            ("src/limits/**", ("omar-haddad", "bea-novak", "grace-adeyemi")),
            ("src/auth/**", ("omar-haddad", "bea-novak", "grace-adeyemi")),
            (".ci/**", PLATFORM),
        ),
        ("bea-novak", "ravi-sole", "yuki-arden"),
        ("omar-haddad", "grace-adeyemi"),
        (17, 18, 24, 15, 20, 2, 3), (5, 6, 5, 6, 7, 1, 2), (4, 6), 260, owners_since="2026-04-17T13:15Z",
    ),
    Team(
        "promo-engine", 2, "squash",
        ("dev-anand", "dev-anand", "sofia-marin"),
        (
            ("*", ("sofia-marin", "dev-anand", "marcus-thorne")),
            ("campaigns/**", ("sofia-marin", "dev-anand", "marcus-thorne")),
            (".ci/**", PLATFORM),
        ),
        ("dev-anand", "ravi-sole", "yuki-arden"),
        ("sofia-marin", "marcus-thorne"),
        (18, 22, 28, 20, 18, 2, 4), (6, 7, 5, 6, 7, 1, 2), (2026, 1), 118, tagged=False,
    ),
)  # fmt: skip


def stamp(person: str, time: int) -> Stamp:
    return Stamp(*ADDRESSES[person], time)


def mention(person: str) -> str:
    """`Name <address>`, as a trailer writes it."""
    name, email = ADDRESSES[person]
    return f"{name} <{email}>"


def signs(person: str, time: int) -> bool:
    """Whether the person signs by that time."""
    return person in KEYS_SINCE and time >= KEYS_SINCE[person]


def signs_drafts(person: str, time: int) -> bool:
    """Whether the person signs the commits of a proposal, and not the merge only."""
    forgetful, since = DRAFTS_UNSIGNED
    return signs(person, time) and not (person == forgetful and since <= time < SIGNING_REQUIRED)


def owners_of(team: Team, path: str) -> tuple[str, ...]:
    """Owners of a path by the last rule that matches."""
    found = team.owners[0][1]
    for pattern, people in team.owners[1:]:
        if path.startswith(pattern.removesuffix("**")):
            found = people
    return found


def present(person: str, time: int) -> bool:
    return person != "kit-lowell" or time < LAST_DAY_OF_KIT
