"""One move of a branch against the policy that was in force: whose signatures count, and whether they are enough.

As gittuf does it: one matching rule that is met is enough, and every global rule that matches has to be met beside it.
The entry's own signature, an authorisation's and the approvals of a trusted app all count, each principal once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from tieout.history.gittuf.attestations import Attestation
from tieout.history.gittuf.envelopes import (
    ORDER,
    Person,
    PolicyKey,
    Proofs,
    Signed,
    count_signers,
    find_proofs,
    match,
    signed_commit,
    signed_envelope,
    weakest,
)
from tieout.history.gittuf.metadata import Role, Rule, UnreadMetadata, is_match
from tieout.history.gittuf.policies import State
from tieout.model.gittuf import Verdict
from tieout.model.history import Commit

NO_RULE = Rule("", (), Role((), 0))
MOST_RULES = 20  # that match one branch
Owner = Callable[[PolicyKey], str]  # the person whose key it was by the register on the day; empty: nobody's
Place = Callable[[PolicyKey], Verdict]


class AppApproval(NamedTuple):
    """An app's attestation, with the verdict on the app's signature."""

    attestation: Attestation
    verdict: Verdict
    keys: tuple[PolicyKey, ...]  # of the app, that are shown to have signed


class Word(NamedTuple):
    """What attestations say for one move, as they lay there at a time."""

    authorisation: Attestation | None = None
    approvals: tuple[AppApproval, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """All that speaks for one move, as of its entry."""

    ref: str
    entry: Commit
    authorisation: Attestation | None
    approvals: tuple[AppApproval, ...]
    forward: bool | None  # the branch only grew; None: cannot tell

    @property
    def places(self) -> tuple[Place, ...]:
        """Where signatures of keys may stand."""
        envelope = self.authorisation.envelope if self.authorisation and not self.authorisation.fault else None
        return (signed_commit(self.entry.signature), signed_envelope(envelope))


class Outcome(NamedTuple):
    verdict: Verdict | Literal["not protected"]
    why: str
    process: bool  # two persons or more, and as many as the rule asks, by registered keys of their own
    counted: tuple[str, ...] = ()  # principals of rules so met who signed
    pushed_by: tuple[
        str, ...
    ] = ()  # principals whose signature of the entry was one of two or more that a met rule asks


class Tried(NamedTuple):
    """One rule alone."""

    verdict: Verdict
    process: bool = False
    counted: tuple[str, ...] = ()
    pushed_by: tuple[str, ...] = ()


def judge_apps(state: State | None, attestations: Iterator[Attestation]) -> tuple[AppApproval, ...]:
    """Whether each approval is signed by the app that the policy trusts under its name."""
    found = []
    for attestation in attestations:
        if attestation.fault:
            found.append(AppApproval(attestation, "no", ()))
            continue
        if state is None:
            found.append(AppApproval(attestation, "cannot tell", ()))
            continue
        role = state.root.apps.get(attestation.app, Role((), 0))
        people = [state.root.people[id_] for id_ in role.principals if id_ in state.root.people]
        places = (signed_envelope(attestation.envelope),)
        keys = tuple(key for proof in find_proofs(people, places).values() for key in proof.keys)
        found.append(AppApproval(attestation, count_signers(people, places).meets(role.threshold), keys))
    return tuple(found)


def judge_rules(case: Case, state: State | None, why: str, owner: Owner) -> Outcome:
    """The verdict on one move by the policy as it stands; whether that policy is to be trusted is another matter."""
    if state is None:
        return Outcome("cannot tell", why, process=False)
    target = f"git:{case.ref}"
    try:
        rules = list(islice(state.matching(target), MOST_RULES + 1))
        wanted, fault = _global_rules(case, state, target)
    except UnreadMetadata as unread:
        return Outcome("cannot tell", str(unread), process=False)
    if len(rules) > MOST_RULES:
        return Outcome("cannot tell", f"more than {MOST_RULES} rules of the policy are about the branch", process=False)
    if not rules and not wanted and fault is None:
        return Outcome("not protected", "no rule of the policy is about the branch", process=False)
    unread_kind = _unread(state)
    tried = [_try(case, state, rule, wanted, owner) for rule in rules or [(NO_RULE, state.everybody)]]
    best = max((each.verdict for each in tried), key=ORDER.index)
    verdict = weakest((best, fault or "yes", "cannot tell" if unread_kind else "yes"))
    if verdict != "yes":
        return Outcome(verdict, unread_kind or _say(verdict, fault), process=False)
    return Outcome(
        verdict,
        "",
        any(each.process for each in tried),
        tuple(sorted({who for each in tried for who in each.counted})),
        tuple(sorted({who for each in tried for who in each.pushed_by})),
    )


def _try(case: Case, state: State, found: tuple[Rule, Mapping[str, Person]], wanted: int, owner: Owner) -> Tried:
    """One rule alone, with the threshold `wanted` by global rules beside it. A rule without a name asks nothing."""
    rule, people = found
    asked = [people[id_] for id_ in rule.role.principals if id_ in people] if rule.name else list(people.values())
    needed = max(rule.role.threshold, wanted)
    verdict: Verdict = _count(case, asked, state).meets(rule.role.threshold) if rule.name else "yes"
    if wanted:
        verdict = weakest((verdict, _count(case, list(state.everybody.values()), state).meets(wanted)))
    if verdict != "yes":
        return Tried(verdict)
    proofs = find_proofs(asked, case.places)
    process = _persons(proofs, owner) >= max(2, needed)
    pushed = tuple(find_proofs(asked, case.places[:1])) if needed > 1 else ()
    return Tried(verdict, process, tuple(proofs) if process else (), pushed)


def _say(verdict: Verdict, fault: Verdict | None) -> str:
    if fault == "no":
        return "the branch was moved to a commit that does not follow the one before, which the policy forbids"
    words: dict[Verdict, str] = {
        "yes": "",
        "no": "fewer of the policy's principals signed or approved than its rule asks",
        "cannot tell": "signatures that are not verified offline decide whether its rule is met",
    }
    return words[verdict]


def _unread(state: State) -> str:
    if state.has_file_rules:
        return "the policy has rules about files, which are not read"
    if state.root.controlled:
        return "the policy of another repository applies too, which is not read"
    return ""


def _global_rules(case: Case, state: State, target: str) -> tuple[int, Verdict | None]:
    """The highest threshold of global rules that match, and what the others say; raises UnreadMetadata."""
    wanted, verdicts = 0, []
    for rule in state.root.rules:
        if not is_match(rule.patterns, target):
            continue
        if rule.kind == "threshold":
            wanted = max(wanted, rule.threshold)
        elif rule.kind == "block-force-pushes":
            answers: Mapping[bool | None, Verdict] = {True: "yes", False: "no", None: "cannot tell"}
            verdicts.append(answers[case.forward])
        else:
            raise UnreadMetadata("the policy has a global rule of a kind that is not read")
    return wanted, weakest(verdicts) if verdicts else None


def _count(case: Case, asked: list[Person], state: State) -> Signed:
    """Principals by their own signatures, then by the approvals of trusted apps; nobody twice."""
    signed = count_signers(asked, case.places)
    by, perhaps = set(signed.by), set(signed.perhaps)
    for approval in case.approvals:
        app = approval.attestation.app
        if app not in state.root.apps or approval.verdict == "no":
            continue
        approved = {person.id for person in asked if person.accounts.get(app, "") in approval.attestation.approvers}
        by, perhaps = (by | approved, perhaps) if approval.verdict == "yes" else (by, perhaps | approved)
    return Signed(tuple(sorted(by)), tuple(sorted(perhaps - by)))


def _persons(proofs: Mapping[str, Proofs], owner: Owner) -> int:
    """How many persons of the register signed, each as a principal of their own and with keys of their own."""
    owners = {
        principal: tuple(sorted({person for key in proof.keys if (person := owner(key))}))
        for principal, proof in proofs.items()
    }
    return len(match(owners))
