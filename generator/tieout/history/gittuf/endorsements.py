"""Whose word stands under one move: authorisations by key, approvals as an app told them, and the entry's own signature.

Persons are known by a key of the register that was theirs on the day, or by their account at the forge; an e-mail
address alone tells nobody. What is not signed as the policy asks is nobody's word, and is reported.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tieout.history.gittuf.attestations import Attestation
from tieout.history.gittuf.envelopes import Person, PolicyKey, Proofs, find_proofs, signed_commit, signed_envelope
from tieout.history.gittuf.metadata import GITHUB_APP
from tieout.history.gittuf.policies import State
from tieout.history.gittuf.rules import AppApproval, Case, Outcome, Owner, Word
from tieout.history.people import People, day_of
from tieout.history.signatures import Keys
from tieout.model.gittuf import ATTESTATIONS, LOG, Endorsement, Verdict
from tieout.model.history import Identity


class Known(NamedTuple):
    """What one audit knows of people and keys. A key is looked up on the day of the log's entry, or of a later
    attestation: nobody makes an old key count by an old date on what the log took up afterwards.
    """

    people: People
    keys: Keys
    titles: dict[str, str]  # names of persons, by id
    at: int = 0

    def owner_at(self, at: int) -> Owner:
        """Whose key it was on the UTC day of `at`; empty for a key of nobody, of a robot, or of two people."""
        return lambda key: person if (person := self._holder(key, at)) not in self.people.robots else ""

    def robot_at(self, at: int) -> Owner:
        return lambda key: person if (person := self._holder(key, at)) in self.people.robots else ""

    def with_time(self, at: int) -> "Known":
        return self._replace(at=at)

    def _holder(self, key: PolicyKey, at: int) -> str:
        held = [
            *self.keys.by_blob.get(key.blob, ()),
            *(mine for public, mine in self.keys.by_issuer.get(key.name[-16:], ()) if public.fingerprint == key.name),
        ]
        day = day_of(at)
        holders = {each.person for each in held if each.from_ <= day and (each.to is None or day <= each.to)}
        return holders.pop() if len(holders) == 1 else ""

    def by_account(self, account: str, app: str, at: int) -> Identity:
        """An account as gittuf's app for GitHub writes it: `login+number`."""
        login, _, number = account.rpartition("+")
        if app != GITHUB_APP or "@" in account or not login or not number.isdigit():
            return Identity("", account, "")
        return self.people.find(login, f"{number}+{login}@users.noreply.github.com", at)

    def by_id(self, person: str) -> Identity:
        return Identity(person, self.titles.get(person, person), "", person in self.people.robots)


def endorse(
    case: Case,
    later: Word,
    state: State | None,
    outcome: Outcome,
    known: Known,
) -> tuple[tuple[Endorsement, ...], tuple[str, ...]]:
    """All that speaks for a move, each person once a kind, and what is wrong with what lies there.

    `later` is what lay there last: whoever is only named there spoke after the move had been recorded.
    """
    faults: list[str] = []
    found = [
        *_from_authorisation(case.authorisation, state, outcome, known, faults),
        *_from_apps(case.approvals, known, faults),
        *_from_entry(case, state, outcome, known),
    ]
    more = [
        *_from_authorisation(later.authorisation, state, outcome, known, faults),
        *_from_apps(later.approvals, known, faults),
    ]
    then = {(each.kind, each.by.key or each.by.name) for each in found}
    found += [each._replace(late=True) for each in more if (each.kind, each.by.key or each.by.name) not in then]
    best: dict[tuple[str, str], Endorsement] = {}
    for each in sorted(found, key=lambda each: (each.verified != "yes", not each.registered, each.at, each.where)):
        best.setdefault((each.kind, each.by.key or each.by.name), each)
    ordered = sorted(best.values(), key=lambda each: (each.at, each.kind, each.by.key, each.by.name))
    return tuple(ordered), tuple(dict.fromkeys(faults))


def _from_authorisation(
    found: Attestation | None, state: State | None, outcome: Outcome, known: Known, faults: list[str]
) -> Iterator[Endorsement]:
    if found is None:
        return
    where = f"{ATTESTATIONS}:{found.path} ({found.blob[:8]})"
    if found.fault:
        faults.append(f"the authorisation {found.fault}")
        return
    people = state.everybody if state else {}
    proofs = find_proofs(people.values(), (signed_envelope(found.envelope),))
    if not proofs and state:
        faults.append("the authorisation is signed by no key of the policy")
    for key, verdict in _keys_of(proofs):
        person = known.owner_at(max(found.at, known.at))(key) if verdict == "yes" else ""
        holders = [people[id_] for id_, proof in proofs.items() if key in (*proof.keys, *proof.perhaps)]
        by = known.by_id(person) if person else _by_policy(holders, known, found.at)
        counted = any(holder.id in outcome.counted for holder in holders)
        yield Endorsement("authorisation", by, found.at, verdict, bool(person), key.name, where, counted=counted)


def _keys_of(proofs: dict[str, Proofs]) -> list[tuple[PolicyKey, Verdict]]:
    """Each key once, whatever the principals are that have it."""
    keys: dict[PolicyKey, Verdict] = {key: "cannot tell" for proof in proofs.values() for key in proof.perhaps}
    keys |= {key: "yes" for proof in proofs.values() for key in proof.keys}
    return sorted(keys.items())


def _by_policy(holders: list[Person], known: Known, at: int) -> Identity:
    """Whose key it is by the policy: the person of the register with the account that it names there."""
    accounts = sorted((app, account) for holder in holders for app, account in holder.accounts.items())
    found = {identity for app, account in accounts if (identity := known.by_account(account, app, at)).known}
    return found.pop() if len(found) == 1 else Identity("", holders[-1].id, "")


def _from_apps(told: tuple[AppApproval, ...], known: Known, faults: list[str]) -> Iterator[Endorsement]:
    for attestation, verdict, keys in told:
        if attestation.fault:
            faults.append(f"the approval {attestation.fault}")
        elif verdict == "no":
            faults.append("the approval is not signed by an app that the policy trusts")
        else:
            robot = known.robot_at(max(attestation.at, known.at))
            for account in attestation.approvers:
                yield Endorsement(
                    "approval",
                    known.by_account(account, attestation.app, attestation.at),
                    attestation.at,
                    verdict,
                    registered=any(robot(key) for key in keys),
                    key=keys[0].name if keys else "",
                    where=f"{ATTESTATIONS}:{attestation.path} ({attestation.blob[:8]})",
                )


def _from_entry(case: Case, state: State | None, outcome: Outcome, known: Known) -> Iterator[Endorsement]:
    """Who signed the entry, where that was one of two signatures or more that a met rule asks."""
    people = state.everybody if state else {}
    proofs = find_proofs(
        (people[id_] for id_ in outcome.pushed_by if id_ in people), (signed_commit(case.entry.signature),)
    )
    owner = known.owner_at(known.at)
    keys = {key.name: person for proof in proofs.values() for key in proof.keys if (person := owner(key))}
    for name, person in sorted(keys.items()):
        where = f"{LOG} ({case.entry.id[:8]})"
        yield Endorsement("entry", known.by_id(person), known.at, "yes", True, name, where, counted=True)
