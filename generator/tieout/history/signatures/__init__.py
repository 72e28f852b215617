"""Signatures of commits and tags, judged by the dated keys of the register. Nothing here runs a process or reads a file.

SSH and OpenPGP signatures are verified; X.509 ones are told apart, with what their certificate claims.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tieout.history.people import day_of
from tieout.history.signatures import openpgp, ssh, x509
from tieout.history.signatures.openpgp import PublicKey
from tieout.history.signatures.verdicts import Malformed, Unverifiable
from tieout.model.history import RawSignature, Signature
from tieout.model.records import Key
from tieout.problems import Problem, error

_NONE = Signature()
_PGP_BLOCK = "-----BEGIN PGP PUBLIC KEY BLOCK-----"


@dataclass(frozen=True, slots=True)
class Keys:
    """The register of keys: SSH ones by public key blob, OpenPGP ones by the last 16 digits of the fingerprint."""

    by_blob: Mapping[bytes, tuple[Key, ...]]
    by_issuer: Mapping[str, tuple[tuple[PublicKey, Key], ...]]

    @property
    def all(self) -> tuple[Key, ...]:
        mine = [key for held in self.by_blob.values() for key in held]
        return (*mine, *(key for held in self.by_issuer.values() for _, key in held))

    @property
    def any(self) -> bool:
        return bool(self.by_blob or self.by_issuer)


def index_keys(keys: Mapping[str, Key]) -> tuple[Keys, tuple[Problem, ...]]:
    """The keys by what signatures name them by; what is no public key is a problem, and counts for nothing."""
    by_blob: dict[bytes, list[Key]] = {}
    by_issuer: dict[str, list[tuple[PublicKey, Key]]] = {}
    problems = []
    for key in keys.values():
        try:
            if key.key.lstrip().startswith(_PGP_BLOCK):
                for public in openpgp.parse_keys(key.key):
                    by_issuer.setdefault(public.fingerprint[-16:], []).append((public, key))
            else:
                by_blob.setdefault(ssh.parse_public_line(key.key), []).append(key)
        except Malformed:
            message = (
                f"{key.id}: the key is neither a line of an OpenSSH public key file nor an OpenPGP public key block; "
                f"paste the .pub file's one line, or what `gpg --armor --export` prints"
            )
            problems.append(error("bad-public-key", message, key.place))
    indexed = Keys(
        {blob: tuple(held) for blob, held in by_blob.items()},
        {issuer: tuple(held) for issuer, held in by_issuer.items()},
    )
    return indexed, tuple(problems)


def judge(signature: RawSignature, at: int, keys: Keys) -> Signature:
    """The verdict by the keys and the UTC day of `at`, the committer's (or tagger's) time."""
    if not signature.format:
        return _NONE
    if signature.format == "ssh":
        return _judge_ssh(signature, at, keys)
    if signature.format == "pgp":
        return _judge_openpgp(signature, at, keys)
    if signature.format == "x509":
        claim, digest = x509.claim_of(signature.armour)
        return Signature("unverifiable" if digest else "unreadable", "x509", fingerprint=digest, claim=claim)
    return Signature("unreadable", signature.format)


def _judge_ssh(signature: RawSignature, at: int, keys: Keys) -> Signature:
    checked = ssh.verify(signature)
    told = Signature(checked.state, "ssh", fingerprint=ssh.fingerprint(checked.key) if checked.key else "")
    return told if told.state != "good" else _by_register(told, keys.by_blob.get(checked.key, ()), at)


def _judge_openpgp(signature: RawSignature, at: int, keys: Keys) -> Signature:
    """By whichever registered key the signature names. Its name is a claim until the mathematics bears it out."""
    try:
        issuer = openpgp.issuer_of(signature.armour)
    except Malformed:
        return Signature("unreadable", "pgp")
    except Unverifiable:
        return Signature("unverifiable", "pgp")
    named = [(public, key) for public, key in keys.by_issuer.get(issuer[-16:], ()) if openpgp.is_named(issuer, public)]
    if not named:
        return Signature("unknown-key" if issuer else "unverifiable", "pgp", fingerprint=issuer)
    states = [openpgp.verify(signature.armour, signature.payload, public).state for public, _ in named]
    told = Signature("good", "pgp", fingerprint=named[0][0].fingerprint)
    if "good" not in states:
        return replace(told, state=min(states))
    good = tuple(key for (_, key), state in zip(named, states, strict=True) if state == "good")
    return _by_register(told, good, at)


def _by_register(good: Signature, held: tuple[Key, ...], at: int) -> Signature:
    """Whose key it is, and whether it counted on the day."""
    if not held:
        return replace(good, state="unknown-key")
    day = day_of(at)
    valid = [key for key in held if _is_valid(key, day)]
    key = (valid or list(held))[0]
    return Signature("good" if valid else "out-of-date", good.format, key.person, key.id, good.fingerprint)


def has_key(keys: Keys, person: str, at: int) -> bool:
    """Whether the register gives a person or robot a key that counts on the UTC day of `at`."""
    day = day_of(at)
    return any(key.person == person and _is_valid(key, day) for key in keys.all)


def _is_valid(key: Key, day: date) -> bool:
    return key.from_ <= day and (key.to is None or day <= key.to)
