"""DSSE envelopes as gittuf writes them, and whether a key signed one, or signed a commit.

SSH and OpenPGP keys are verified in process. A keyless (sigstore) signature can only be believed with the public
transparency log at hand, so it gives "cannot tell"; so does any other kind of key. Format: DSSE v1; gittuf signs the
pre-authentication encoding in the SSH namespace `git`.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tieout.history.signatures import openpgp, ssh
from tieout.history.signatures.verdicts import Malformed
from tieout.model.gittuf import Verdict
from tieout.model.history import RawSignature
from tieout.text.json_lines import WrongLine, parse_object

PAYLOAD_TYPE = "application/vnd.gittuf+json"
MOST_SIGNATURES = 100
ORDER: tuple[Verdict, ...] = ("no", "cannot tell", "yes")


class PolicyKey(NamedTuple):
    """A key as metadata has it. `kind` is ssh, gpg, sigstore-oidc or what else it says."""

    id: str
    kind: str
    public: str

    @property
    def blob(self) -> bytes:
        """The public key blob of an SSH key; empty of any other, or where it cannot be read."""
        try:
            return base64.b64decode(self.public, validate=True) if self.kind == "ssh" else b""
        except (binascii.Error, ValueError):
            return b""

    @property
    def name(self) -> str:
        """What tells keys apart, whatever they are called: the fingerprint, where it can be had."""
        if self.kind == "gpg":
            return next((key.fingerprint for key in _openpgp_keys(self.public)), self.id)
        return ssh.fingerprint(self.blob) if self.blob else self.id


class Person(NamedTuple):
    """A principal of a policy: a key, or a person with keys and accounts at forges."""

    id: str
    keys: tuple[PolicyKey, ...]
    accounts: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was signed, and the signatures: (key id, the signature's own bytes)."""

    payload: Mapping[str, object]
    encoded: bytes  # what the signatures cover
    signatures: tuple[tuple[str, bytes], ...]


class Signed(NamedTuple):
    """Principals who signed, each with a key of their own, and those who may have in a way that is not verified here."""

    by: tuple[str, ...]
    perhaps: tuple[str, ...]

    def meets(self, threshold: int) -> Verdict:
        if threshold < 1:
            return "no"
        if len(self.by) >= threshold:
            return "yes"
        return "cannot tell" if len(self.by) + len(self.perhaps) >= threshold else "no"


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on what needs all of them; nothing needed is nothing shown."""
    return min(verdicts, key=ORDER.index, default="cannot tell")


def parse_envelope(data: bytes) -> Envelope | None:
    """An envelope with gittuf's payload type; None for anything else."""
    try:
        outer = parse_object(data)
        payload = base64.b64decode(_text(outer.get("payload")), validate=True)
        inner = parse_object(payload)
        signatures = outer.get("signatures")
        if outer.get("payloadType") != PAYLOAD_TYPE or not isinstance(signatures, list):
            return None
        if len(signatures) > MOST_SIGNATURES or not all(isinstance(each, dict) for each in signatures):
            return None
        listed = tuple((_text(each.get("keyid", "")), base64.b64decode(_text(each.get("sig")))) for each in signatures)
    except (WrongLine, binascii.Error, ValueError):
        return None
    kind = PAYLOAD_TYPE.encode()
    encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    return Envelope(inner, encoded, listed)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not text")  # noqa: TRY004 - one kind of fault for the reader above
    return value


def signed_envelope(envelope: Envelope | None) -> Callable[[PolicyKey], Verdict]:
    """Which keys signed an envelope. A signature under another key's id is none of this key."""

    def signed(key: PolicyKey) -> Verdict:
        if envelope is None:
            return "no"
        mine = [proof for id_, proof in envelope.signatures if id_ in {key.id, ""}]
        return _best(_check(key, proof.decode("latin-1"), envelope.encoded) for proof in mine)

    return signed


def signed_commit(signature: RawSignature) -> Callable[[PolicyKey], Verdict]:
    """Which keys signed a commit."""

    def signed(key: PolicyKey) -> Verdict:
        if not signature.format:
            return "no"
        kinds = {"ssh": "ssh", "pgp": "gpg", "x509": "sigstore-oidc"}
        if kinds.get(signature.format, key.kind) != key.kind:
            return "no"
        return _check(key, signature.armour, signature.payload)

    return signed


def _best(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=ORDER.index, default="no")


def _check(key: PolicyKey, armour: str, payload: bytes) -> Verdict:
    if key.kind == "ssh":
        checked = ssh.verify(RawSignature("ssh", armour, payload))
        if checked.state == "unverifiable":
            return "cannot tell"
        return "yes" if checked.state == "good" and checked.key == key.blob != b"" else "no"
    if key.kind == "gpg":
        return _best(_check_openpgp(public, armour, payload) for public in _openpgp_keys(key.public))
    return "cannot tell"


def _check_openpgp(public: openpgp.PublicKey, armour: str, payload: bytes) -> Verdict:
    state = openpgp.verify(armour, payload, public).state
    return "yes" if state == "good" else "cannot tell" if state == "unverifiable" else "no"


@lru_cache(maxsize=1024)
def _openpgp_keys(block: str) -> tuple[openpgp.PublicKey, ...]:
    try:
        return openpgp.parse_keys(block)
    except Malformed:
        return ()


class Proofs(NamedTuple):
    """Keys by which a principal is shown to have signed, or may have in a way that is not verified here."""

    keys: tuple[PolicyKey, ...]
    perhaps: tuple[PolicyKey, ...]


def find_proofs(people: Iterable[Person], places: Iterable[Callable[[PolicyKey], Verdict]]) -> dict[str, Proofs]:
    """By principal who signed or may have, over all places where a signature may stand."""
    asked = tuple(places)
    found = {}
    for person in sorted(people, key=lambda person: person.id):
        verdicts = [(key, _best(place(key) for place in asked)) for key in sorted(person.keys)]
        keys = tuple(key for key, verdict in verdicts if verdict == "yes")
        perhaps = tuple(key for key, verdict in verdicts if verdict == "cannot tell")
        if keys or perhaps:
            found[person.id] = Proofs(keys, perhaps)
    return found


def count_signers(people: Iterable[Person], places: Iterable[Callable[[PolicyKey], Verdict]]) -> Signed:
    """Who signed; one key counts for one principal only, whatever the policy calls it.

    Principals and keys are matched so that as many count as can: which of two is met first decides nothing.
    """
    proofs = find_proofs(people, places)
    taken = match({principal: tuple(key.name for key in proof.keys) for principal, proof in proofs.items()})
    perhaps = (principal for principal, proof in proofs.items() if proof.perhaps and not proof.keys)
    return Signed(tuple(sorted(taken)), tuple(perhaps))


def match(choices: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Each left side to one right side of its own, for as many as can be (augmenting paths)."""
    holder: dict[str, str] = {}

    def place(left: str, seen: set[str]) -> bool:
        for right in choices[left]:
            if right not in seen:
                seen.add(right)
                if right not in holder or place(holder[right], seen):
                    holder[right] = left
                    return True
        return False

    for left in sorted(choices):
        place(left, set())
    return {left: right for right, left in holder.items()}
