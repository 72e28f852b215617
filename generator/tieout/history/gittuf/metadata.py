"""Root and rule files of a policy, in both forms that gittuf has written (v0.1 without a schema, v0.2), as values.

Facts of the form: `principals` and `principalIDs` in v0.2, `keys` and `keyids` in v0.1. The last rule of a file is
gittuf's own allow rule and is never looked at. Patterns are shell patterns in which `*` passes over `/`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from tieout.history.gittuf.envelopes import Envelope, Person, PolicyKey

ROOT_V2 = "https://gittuf.dev/policy/root/v0.2"
RULES_V2 = "http://gittuf.dev/policy/rule-file/v0.2"
GITHUB_APP = "https://gittuf.dev/github-app"  # the name of the only app in v0.1
MOST = 1_000  # principals or rules of one file
LONGEST_PATTERN = 1_000


class UnreadMetadata(Exception):  # noqa: N818 - not a fault of the program: the file is not of a known form
    """What of a file is not of a known form."""


class Role(NamedTuple):
    """Who may sign, and how many of them have to."""

    principals: tuple[str, ...]
    threshold: int


class Rule(NamedTuple):
    name: str
    patterns: tuple[str, ...]
    role: Role
    terminating: bool = False


class GlobalRule(NamedTuple):
    name: str
    kind: str  # threshold, block-force-pushes, or what is not known
    patterns: tuple[str, ...]
    threshold: int = 0


@dataclass(frozen=True, slots=True)
class Root:
    version: int
    people: Mapping[str, Person]
    roles: Mapping[str, Role]
    apps: Mapping[str, Role] = field(default_factory=dict)  # trusted ones only
    rules: tuple[GlobalRule, ...] = ()
    controlled: bool = False  # another repository's policy applies too


@dataclass(frozen=True, slots=True)
class RuleFile:
    version: int
    people: Mapping[str, Person]
    rules: tuple[Rule, ...]  # without the allow rule at the end


def parse_root(envelope: Envelope) -> Root:
    """Raises UnreadMetadata."""
    told = envelope.payload
    if told.get("type") != "root" or told.get("schemaVersion", ROOT_V2) != ROOT_V2:
        raise UnreadMetadata("the root metadata is not in a form that is read")
    apps = {
        _text(name): _role(app)
        for name, app in _map(told.get("githubApps")).items()
        if _map(app).get("trusted") is True
    }
    roles = {name: _role(role) for name, role in _map(told.get("roles")).items()}
    if told.get("githubApprovalsTrusted") is True and "github-app" in roles:
        apps.setdefault(GITHUB_APP, roles["github-app"])
    shared = _map(told.get("multiRepository"))
    return Root(
        _number(told.get("version", 0)),
        _people(told.get("principals", told.get("keys"))),
        roles,
        apps,
        tuple(_global_rule(rule) for rule in _list(told.get("globalRules"))),
        bool(shared.get("controllerRepositories")),
    )


def parse_rules(envelope: Envelope) -> RuleFile:
    """Raises UnreadMetadata."""
    told = envelope.payload
    if told.get("type") != "targets" or told.get("schemaVersion", RULES_V2) != RULES_V2:
        raise UnreadMetadata("the rule file is not in a form that is read")
    delegations = _map(told.get("delegations"))
    rules = [_rule(rule) for rule in _list(delegations.get("roles"))]
    return RuleFile(
        _number(told.get("version", 0)),
        _people(delegations.get("principals", delegations.get("keys"))),
        tuple(rules[:-1]),
    )


def is_match(patterns: tuple[str, ...], target: str) -> bool:
    """Whether any pattern matches.

    Raises:
        UnreadMetadata: a pattern with an escape, or longer than anybody's.
    """
    for pattern in patterns:
        if "\\" in pattern or len(pattern) > LONGEST_PATTERN:
            raise UnreadMetadata("a rule has a pattern that is not read")
    return any(fnmatchcase(target, pattern) for pattern in patterns)


def walk_rules(rules: RuleFile, below: Mapping[str, RuleFile], target: str) -> Iterator[tuple[Rule, dict[str, Person]]]:
    """The rules that match `target`, as gittuf finds them: depth first into the rule files of matching rules.

    Each comes with the principals known at that place. Raises UnreadMetadata for a pattern that is not read.
    """
    people = dict(rules.people)
    groups = [list(rules.rules)]
    seen = {"targets"}
    while groups:
        group = groups.pop(0)
        while group:
            rule = group.pop(0)
            if not is_match(rule.patterns, target):
                continue
            yield rule, dict(people)
            if rule.name in seen or rule.name not in below:
                continue
            seen.add(rule.name)
            people |= below[rule.name].people
            groups.insert(0, list(below[rule.name].rules))
            if rule.terminating:
                break


# --- fields --------------------------------------------------------------------------------------------------------


def _rule(value: object) -> Rule:
    told = _map(value)
    patterns = tuple(_text(path) for path in _list(told.get("paths")))
    return Rule(_text(told.get("name")), patterns, _role(told), told.get("terminating") is True)


def _global_rule(value: object) -> GlobalRule:
    told = _map(value)
    patterns = tuple(_text(path) for path in _list(told.get("paths")))
    return GlobalRule(_text(told.get("name", "")), _text(told.get("type")), patterns, _number(told.get("threshold", 0)))


def _role(value: object) -> Role:
    told = _map(value)
    listed = told.get("principalIDs", told.get("keyids"))
    return Role(tuple(sorted({_text(id_) for id_ in _list(listed)})), _number(told.get("threshold")))


def _people(value: object) -> dict[str, Person]:
    """By the name under which they are listed, which is what roles name."""
    return {id_: _person(id_, _map(told)) for id_, told in _map(value).items()}


def _person(id_: str, told: Mapping[str, object]) -> Person:
    if "personID" not in told:
        return Person(id_, (_key(told),))
    accounts = {app: _text(account) for app, account in _map(told.get("associatedIdentities")).items()}
    return Person(id_, tuple(_key(_map(key)) for key in _map(told.get("keys")).values()), accounts)


def _key(told: Mapping[str, object]) -> PolicyKey:
    public = _text(_map(told.get("keyval")).get("public", ""))
    return PolicyKey(_text(told.get("keyid")), _text(told.get("keytype")), public)


def _map(value: object) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > MOST:
        raise UnreadMetadata("a field is not in the form that gittuf writes")
    return value


def _list(value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST:
        raise UnreadMetadata("a field is not in the form that gittuf writes")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UnreadMetadata("a field is not in the form that gittuf writes")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
        raise UnreadMetadata("a field is not in the form that gittuf writes")
    return value
