"""The policies that the log names, one after another, and whether each is signed as it has to be.

The first is trusted when keys that tieout.yml names signed its root; each later one when enough root principals of
the one before signed its root, no version went back, no file that was replaced came again, and its own rule files
are signed as its root demands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tieout.history.gittuf.entries import Entry
from tieout.history.gittuf.envelopes import (
    Envelope,
    Person,
    Signed,
    count_signers,
    parse_envelope,
    signed_envelope,
    weakest,
)
from tieout.history.gittuf.metadata import (
    Role,
    Root,
    Rule,
    RuleFile,
    UnreadMetadata,
    parse_root,
    parse_rules,
    walk_rules,
)
from tieout.model.gittuf import POLICY, RawGittuf, Verdict

ROOT, RULES = "metadata/root.json", "metadata/targets.json"
MOST_POLICIES = 2_000  # of one repository; later ones cannot be told
TRUSTED_ON_USE = "tieout.yml names no root keys, so whoever may push could have made the policy"


@dataclass(frozen=True, slots=True)
class State:
    """The files of one policy, parsed."""

    root: Root
    signed_root: Envelope
    rules: RuleFile | None = None
    signed_rules: Envelope | None = None
    below: Mapping[str, tuple[RuleFile, Envelope]] = field(default_factory=dict)  # by rule

    def matching(self, target: str) -> Iterator[tuple[Rule, dict[str, Person]]]:
        if self.rules is not None:
            yield from walk_rules(self.rules, {name: rules for name, (rules, _) in self.below.items()}, target)

    @property
    def files(self) -> tuple[RuleFile, ...]:
        return (*([self.rules] if self.rules else []), *(rules for rules, _ in self.below.values()))

    @property
    def payloads(self) -> frozenset[bytes]:
        """What was signed, file by file."""
        signed = (self.signed_root, self.signed_rules, *(envelope for _, envelope in self.below.values()))
        return frozenset(envelope.encoded for envelope in signed if envelope)

    @property
    def everybody(self) -> dict[str, Person]:
        """All principals, by id; no two differ (`_refuse_doubles`)."""
        return {**self.root.people, **{id_: person for rules in self.files for id_, person in rules.people.items()}}

    @property
    def has_file_rules(self) -> bool:
        every = (rule for rules in self.files for rule in rules.rules)
        return any(pattern.startswith("file") for rule in every for pattern in rule.patterns)


class Policy(NamedTuple):
    """What was in force from one entry of the log on."""

    state: State | None  # None: it cannot be read
    trusted: Verdict  # it and all before it
    pinned: bool
    why: str  # why it is not trusted, in words


NONE = Policy(None, "cannot tell", False, "no policy was in force")


def derive_policies(raw: RawGittuf, entries: tuple[Entry, ...], pins: tuple[str, ...]) -> list[tuple[int, Policy]]:
    """Each policy with the place of its entry in the log, oldest first."""
    named = [(place, entry) for place, entry in enumerate(entries) if entry.ref == POLICY]
    files = _files_by_commit(raw, frozenset(entry.target for _, entry in named[:MOST_POLICIES]))
    found: list[tuple[int, Policy]] = []
    gone: set[bytes] = set()  # files that a later policy replaced
    for place, entry in named:
        before = found[-1][1] if found else None
        read = _read_state(raw, files.get(entry.target))
        policy = _judge(read, before, pins)
        if before and before.state and policy.state:
            gone |= before.state.payloads - policy.state.payloads
            if gone & policy.state.payloads:
                policy = policy._replace(trusted="no", why=policy.why if before.trusted == "no" else _say("no"))
        found.append((place, policy))
    return found


def _judge(read: State | str, before: Policy | None, pins: tuple[str, ...]) -> Policy:
    if isinstance(read, str):
        doubt: Verdict = weakest((before.trusted, "cannot tell")) if before else "cannot tell"
        return Policy(None, doubt, before.pinned if before else False, read)
    why = before.why if before and before.trusted != "yes" else ""
    own = _check_itself(read)
    if before is None:
        pinned = bool(pins) and _is_pinned(read, pins)
        why = why or ("" if pinned else _why_unpinned(read, pins))
        return Policy(read, own, pinned, why or _say(own))
    after = _check_after(before.state, read) if before.state else "cannot tell"
    trusted = weakest((before.trusted, own, after))
    return Policy(read, trusted, before.pinned, why or _say(weakest((own, after))) or before.why)


def _say(verdict: Verdict) -> str:
    words: dict[Verdict, str] = {
        "yes": "",
        "no": "the policy is not signed as it has to be, or goes back to an older version",
        "cannot tell": "the policy is signed in a way that is not verified offline",
    }
    return words[verdict]


def _is_pinned(state: State, pins: tuple[str, ...]) -> bool:
    """Whether enough root principals signed with keys that are named, by fingerprint or OpenPGP fingerprint."""
    role = state.root.roles.get("root", Role((), 0))
    named = {pin.casefold() for pin in pins}
    people = [
        Person(
            person.id, tuple(key for key in person.keys if key.name.casefold() in named and key.kind in {"ssh", "gpg"})
        )
        for person in _principals(role, state.root.people)
    ]
    return count_signers(people, (signed_envelope(state.signed_root),)).meets(role.threshold) == "yes"


def _why_unpinned(state: State, pins: tuple[str, ...]) -> str:
    if not pins:
        return TRUSTED_ON_USE
    signed = _signed(state.root.roles.get("root", Role((), 0)), state.root.people, state.signed_root)
    return "no key that tieout.yml names is shown to have signed the first root" + (
        "; it is signed in a way that is not verified offline" if signed.perhaps else ""
    )


def _principals(role: Role, people: Mapping[str, Person]) -> list[Person]:
    return [people[id_] for id_ in role.principals if id_ in people]


def _signed(role: Role, people: Mapping[str, Person], envelope: Envelope | None) -> Signed:
    return count_signers(_principals(role, people), (signed_envelope(envelope),))


def _check_itself(state: State) -> Verdict:
    """The root by its own keys, the rule file by those that the root names, each further file by its rule's."""
    roles, people = state.root.roles, state.root.people
    needed = roles.get("root", Role((), 0))
    verdicts = [_signed(needed, people, state.signed_root).meets(needed.threshold)]
    if state.rules is not None:
        needed = roles.get("targets", Role((), 0))
        verdicts.append(_signed(needed, people, state.signed_rules).meets(needed.threshold))
        verdicts.extend(_check_below(state, state.rules))
    return weakest(verdicts)


def _check_below(state: State, rules: RuleFile) -> Iterator[Verdict]:
    """Each further file by the rule that leads to it, with the principals known on the way there."""
    waiting, people = list(rules.rules), dict(rules.people)
    left = dict(state.below)
    while waiting:
        rule = waiting.pop(0)
        if rule.name not in left:
            continue
        found, envelope = left.pop(rule.name)
        yield _signed(rule.role, people, envelope).meets(rule.role.threshold)
        waiting = [*found.rules, *waiting]
        people |= found.people
    if left:  # files that no rule leads to
        yield "no"


def _check_after(before: State, state: State) -> Verdict:
    """The root of a new policy is signed by the old one's root principals, and no file is older or gone."""
    versions = [(before.root.version, state.root.version)]
    if before.rules:
        versions.append((before.rules.version, state.rules.version if state.rules else -1))
    for name, (rules, _) in before.below.items():
        versions.append((rules.version, state.below[name][0].version if name in state.below else -1))
    if any(new < old for old, new in versions):
        return "no"
    role = before.root.roles.get("root", Role((), 0))
    return _signed(role, before.root.people, state.signed_root).meets(role.threshold)


# --- files ---------------------------------------------------------------------------------------------------------


def _files_by_commit(raw: RawGittuf, wanted: frozenset[str]) -> dict[str, dict[str, str]]:
    """Blob ids by path after each wanted commit of the policy's line."""
    found: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    for commit in raw.policy:
        for change in raw.paths.get(commit.id, ()):
            files.pop(change.path, None)
            if change.status != "D":
                files[change.path] = change.blob
        if commit.id in wanted:
            found[commit.id] = {path: blob for path, blob in files.items() if path.endswith(".json")}
    return found


def _read_state(raw: RawGittuf, files: Mapping[str, str] | None) -> State | str:
    """The state, or why it cannot be read."""
    if files is None:
        return "the log names a policy that is not on the policy's ref any more"
    try:
        envelopes = {
            path: _envelope(raw, path, blob) for path, blob in sorted(files.items()) if path.startswith("metadata/")
        }
        if ROOT not in envelopes:
            return "the policy has no root metadata"
        root = parse_root(envelopes[ROOT])
        main = envelopes.get(RULES)
        below = {
            path.removeprefix("metadata/").removesuffix(".json"): (parse_rules(envelope), envelope)
            for path, envelope in envelopes.items()
            if path not in {ROOT, RULES}
        }
        state = State(root, envelopes[ROOT], parse_rules(main) if main else None, main, below)
        _refuse_doubles(state)
    except UnreadMetadata as fault:
        return str(fault)
    return state


def _refuse_doubles(state: State) -> None:
    """A rule file can name anew what another one names, to have its own keys taken for those of others."""
    people: dict[str, Person] = {}
    names: set[str] = set()
    for told in (state.root.people, *(rules.people for rules in state.files)):
        if any(people.setdefault(id_, person) != person for id_, person in told.items()):
            raise UnreadMetadata("the policy has two principals of one name")
    for rules in state.files:
        if len({rule.name for rule in rules.rules} - names) != len(rules.rules):
            raise UnreadMetadata("the policy has two rules of one name")
        names |= {rule.name for rule in rules.rules}


def _envelope(raw: RawGittuf, path: str, blob: str) -> Envelope:
    envelope = parse_envelope(raw.blobs.get(blob, b""))
    if envelope is None:
        raise UnreadMetadata(f"{path} is not an envelope as gittuf writes it")
    return envelope
