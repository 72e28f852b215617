"""SSH signatures of commits and tags, verified in process against the dated keys of the register.

Format: OpenSSH PROTOCOL.sshsig. Strict: one spelling of each signature, namespace `git`, SHA-2 only. What is
not SSH stays `unreadable` with its format. Nothing here runs a process or reads a file.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tieout.history.people import day_of
from tieout.model.history import RawSignature, Signature
from tieout.model.records import Key
from tieout.problems import Problem, error

BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
MAX_ARMOUR = 100_000
NAMESPACE = b"git"
HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
CURVES: Mapping[bytes, tuple[type[ec.EllipticCurve], type[hashes.HashAlgorithm]]] = {
    b"nistp256": (ec.SECP256R1, hashes.SHA256),
    b"nistp384": (ec.SECP384R1, hashes.SHA384),
    b"nistp521": (ec.SECP521R1, hashes.SHA512),
}
RSA_HASHES: Mapping[bytes, type[hashes.HashAlgorithm]] = {
    b"rsa-sha2-256": hashes.SHA256,
    b"rsa-sha2-512": hashes.SHA512,
}
RSA_SMALLEST = 2048
USER_PRESENT = 0x01  # flag of a security key: it was touched

Checked = Literal["good", "bad", "unreadable"]


class _Malformed(Exception):  # noqa: N818 - not a fault of the program: the signature is not in the format
    """The bytes are not a signature or key of the format."""


@dataclass(frozen=True, slots=True)
class Mathematics:
    """Whether the bytes are signed by the key that the signature names. Says nothing about whose key it is."""

    state: Checked
    key: bytes = b""  # public key blob

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key) if self.key else ""


@dataclass(frozen=True, slots=True)
class Keys:
    """The register of keys by public key blob."""

    by_blob: Mapping[bytes, tuple[Key, ...]]


def fingerprint(key: bytes) -> str:
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def index_keys(keys: Mapping[str, Key]) -> tuple[Keys, tuple[Problem, ...]]:
    """The keys by their blob; a line that is no OpenSSH public key is a problem, and counts for nothing."""
    found: dict[bytes, list[Key]] = {}
    problems = []
    for key in keys.values():
        try:
            found.setdefault(_parse_public_line(key.key), []).append(key)
        except _Malformed:
            message = f"{key.id}: the key is not a line of an OpenSSH public key file; paste the .pub file's one line"
            problems.append(error("bad-public-key", message, key.place))
    return Keys({blob: tuple(held) for blob, held in found.items()}), tuple(problems)


def judge(signature: RawSignature, at: int, keys: Keys) -> Signature:
    """The verdict by the keys and the UTC day of `at`, the committer's (or tagger's) time."""
    if not signature.format:
        return Signature()
    if signature.format != "ssh":
        return Signature("unreadable", signature.format)
    checked = verify(signature)
    if checked.state != "good":
        return Signature(checked.state, "ssh", fingerprint=checked.fingerprint)
    held = keys.by_blob.get(checked.key, ())
    if not held:
        return Signature("unknown-key", "ssh", fingerprint=checked.fingerprint)
    day = day_of(at)
    valid = [key for key in held if _is_valid(key, day)]
    key = (valid or list(held))[0]
    return Signature("good" if valid else "out-of-date", "ssh", key.person, key.id, checked.fingerprint)


def has_key(keys: Keys, person: str, at: int) -> bool:
    """Whether the register gives a person or robot a key that counts on the UTC day of `at`."""
    day = day_of(at)
    return any(key.person == person and _is_valid(key, day) for held in keys.by_blob.values() for key in held)


def _is_valid(key: Key, day: date) -> bool:
    return key.from_ <= day and (key.to is None or day <= key.to)


@lru_cache(maxsize=1 << 20)
def verify(signature: RawSignature) -> Mathematics:
    """Whether an SSH signature covers its payload. Unreadable: not the format, or an algorithm we do not verify."""
    try:
        return _verify(_dearmour(signature.armour), signature.payload)
    except (_Malformed, UnsupportedAlgorithm):
        return Mathematics("unreadable")


def _verify(blob: bytes, payload: bytes) -> Mathematics:
    reader = _Reader(blob)
    if reader.take(6) != b"SSHSIG" or reader.number(4) != 1:
        raise _Malformed
    key, namespace, reserved, algorithm, signed = (reader.string() for _ in range(5))
    reader.end()
    if namespace != NAMESPACE:
        return Mathematics("bad", key)
    if algorithm not in HASHES:
        raise _Malformed
    digest = HASHES[algorithm](payload).digest()
    message = b"SSHSIG" + b"".join(map(_string, (namespace, reserved, algorithm, digest)))
    try:
        _check(key, signed, message)
    except InvalidSignature:
        return Mathematics("bad", key)
    return Mathematics("good", key)


# --- the format ----------------------------------------------------------------------------------------------------


class _Reader:
    """Length-prefixed fields of RFC 4251, section 5."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise _Malformed
        taken, self._at = self._data[self._at : end], end
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def string(self) -> bytes:
        return self.take(self.number(4))

    def mpint(self) -> int:
        """A positive integer in its one shortest form."""
        data = self.string()
        if not data or data[0] & 0x80 or (data[0] == 0 and not (len(data) > 1 and data[1] & 0x80)):
            raise _Malformed
        return int.from_bytes(data, "big")

    def end(self) -> None:
        if self._at != len(self._data):
            raise _Malformed


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _dearmour(armour: str) -> bytes:
    """The blob between the armour's lines: all of one width but the last, and no other spelling of the same bytes."""
    lines = armour.removesuffix("\n").split("\n")
    if len(armour) > MAX_ARMOUR or len(lines) < 3 or lines[0] != BEGIN or lines[-1] != END:
        raise _Malformed
    body = lines[1:-1]
    if any(len(line) != len(body[0]) for line in body[:-1]) or not 0 < len(body[-1]) <= len(body[0]):
        raise _Malformed
    return _decode("".join(body))


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise _Malformed from fault
    if base64.b64encode(data).decode() != text:
        raise _Malformed
    return data


def _parse_public_line(line: str) -> bytes:
    words = line.split()
    if len(words) < 2:
        raise _Malformed
    blob = _decode(words[1])
    if _Reader(blob).string() != words[0].encode():
        raise _Malformed
    return blob


# --- the algorithms ------------------------------------------------------------------------------------------------


def _check(key: bytes, signature: bytes, message: bytes) -> None:
    """Raise InvalidSignature, or _Malformed where the algorithm is not one we verify."""
    reader, signed = _Reader(key), _Reader(signature)
    kind, algorithm = reader.string(), signed.string()
    if kind == b"ssh-ed25519" and algorithm == kind:
        _check_ed25519(reader, signed, message)
    elif kind == b"sk-ssh-ed25519@openssh.com" and algorithm == kind:
        _check_ed25519(reader, signed, message, hardware=True)
    elif kind.startswith(b"ecdsa-sha2-") and algorithm == kind:
        _check_ecdsa(reader, signed, message, kind.removeprefix(b"ecdsa-sha2-"))
    elif kind == b"sk-ecdsa-sha2-nistp256@openssh.com" and algorithm == kind:
        _check_ecdsa(reader, signed, message, b"nistp256", hardware=True)
    elif kind == b"ssh-rsa" and algorithm in RSA_HASHES:
        _check_rsa(reader, signed, message, RSA_HASHES[algorithm]())
    else:
        raise _Malformed


def _covered(reader: _Reader, signed: _Reader, message: bytes) -> bytes:
    """What a security key signs (OpenSSH PROTOCOL.u2f): application, flags, counter and the message's digest."""
    application = reader.string()
    flags, counter = signed.take(1), signed.take(4)
    if not flags[0] & USER_PRESENT:
        raise InvalidSignature
    return hashlib.sha256(application).digest() + flags + counter + hashlib.sha256(message).digest()


def _check_ed25519(reader: _Reader, signed: _Reader, message: bytes, *, hardware: bool = False) -> None:
    point, proof = reader.string(), signed.string()
    covered = _covered(reader, signed, message) if hardware else message
    reader.end()
    signed.end()
    if len(point) != 32 or len(proof) != 64:
        raise _Malformed
    try:
        public = ed25519.Ed25519PublicKey.from_public_bytes(point)
    except ValueError as fault:
        raise _Malformed from fault
    public.verify(proof, covered)


def _check_ecdsa(reader: _Reader, signed: _Reader, message: bytes, curve: bytes, *, hardware: bool = False) -> None:
    if curve not in CURVES or reader.string() != curve:
        raise _Malformed
    point = reader.string()
    numbers = _Reader(signed.string())
    proof = encode_dss_signature(numbers.mpint(), numbers.mpint())
    numbers.end()
    covered = _covered(reader, signed, message) if hardware else message
    reader.end()
    signed.end()
    shape, digest = CURVES[curve]
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(shape(), point)
    except ValueError as fault:
        raise _Malformed from fault
    public.verify(proof, covered, ec.ECDSA(digest()))


def _check_rsa(reader: _Reader, signed: _Reader, message: bytes, digest: hashes.HashAlgorithm) -> None:
    exponent, modulus = reader.mpint(), reader.mpint()
    proof = signed.string()
    reader.end()
    signed.end()
    if modulus.bit_length() < RSA_SMALLEST:
        raise InvalidSignature
    try:
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as fault:
        raise _Malformed from fault
    public.verify(proof, message, padding.PKCS1v15(), digest)
