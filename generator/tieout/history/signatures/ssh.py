"""SSH signatures of commits and tags, verified in process.

Format: OpenSSH PROTOCOL.sshsig. Strict: one spelling of each signature, namespace `git`, SHA-2 only. The mathematics
alone: whose key it is, and on which days it counts, is the register's matter.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tieout.history.signatures.verdicts import Malformed, Mathematics, Reader, Unverifiable
from tieout.model.history import RawSignature

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


@lru_cache(maxsize=4096)
def fingerprint(key: bytes) -> str:
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


@lru_cache(maxsize=1 << 20)
def verify(signature: RawSignature) -> Mathematics:
    """Whether an SSH signature covers its payload, and was made for git and no other use."""
    try:
        return _verify(_dearmour(signature.armour), signature.payload)
    except Malformed:
        return Mathematics("unreadable")
    except (Unverifiable, UnsupportedAlgorithm):
        return Mathematics("unverifiable")


def _verify(blob: bytes, payload: bytes) -> Mathematics:
    reader = Reader(blob)
    if reader.take(6) != b"SSHSIG" or reader.number(4) != 1:
        raise Malformed
    key, namespace, reserved, algorithm, signed = (reader.string() for _ in range(5))
    reader.end()
    if namespace != NAMESPACE:
        return Mathematics("bad", key)
    if algorithm not in HASHES:
        raise Unverifiable
    digest = HASHES[algorithm](payload).digest()
    message = b"SSHSIG" + b"".join(map(_string, (namespace, reserved, algorithm, digest)))
    try:
        _check(key, signed, message)
    except InvalidSignature:
        return Mathematics("bad", key)
    return Mathematics("good", key)


# --- the format ----------------------------------------------------------------------------------------------------


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _dearmour(armour: str) -> bytes:
    """The blob between the armour's lines: all of one width but the last, and no other spelling of the same bytes."""
    lines = armour.removesuffix("\n").split("\n")
    if len(armour) > MAX_ARMOUR or len(lines) < 3 or lines[0] != BEGIN or lines[-1] != END:
        raise Malformed
    body = lines[1:-1]
    if any(len(line) != len(body[0]) for line in body[:-1]) or not 0 < len(body[-1]) <= len(body[0]):
        raise Malformed
    return _decode("".join(body))


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Malformed from fault
    if base64.b64encode(data).decode() != text:
        raise Malformed
    return data


def parse_public_line(line: str) -> bytes:
    """The blob of a line of a .pub file.

    Raises:
        Malformed: it is none.
    """
    words = line.split()
    if len(words) < 2:
        raise Malformed
    blob = _decode(words[1])
    if Reader(blob).string() != words[0].encode():
        raise Malformed
    return blob


# --- the algorithms ------------------------------------------------------------------------------------------------


def _check(key: bytes, signature: bytes, message: bytes) -> None:
    """Raise InvalidSignature, or Unverifiable where the algorithm is not one we verify."""
    reader, signed = Reader(key), Reader(signature)
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
        raise Unverifiable


def _covered(reader: Reader, signed: Reader, message: bytes) -> bytes:
    """What a security key signs (OpenSSH PROTOCOL.u2f): application, flags, counter and the message's digest."""
    application = reader.string()
    flags, counter = signed.take(1), signed.take(4)
    if not flags[0] & USER_PRESENT:
        raise InvalidSignature
    return hashlib.sha256(application).digest() + flags + counter + hashlib.sha256(message).digest()


def _check_ed25519(reader: Reader, signed: Reader, message: bytes, *, hardware: bool = False) -> None:
    point, proof = reader.string(), signed.string()
    covered = _covered(reader, signed, message) if hardware else message
    reader.end()
    signed.end()
    if len(point) != 32 or len(proof) != 64:
        raise Malformed
    try:
        public = ed25519.Ed25519PublicKey.from_public_bytes(point)
    except ValueError as fault:
        raise Malformed from fault
    public.verify(proof, covered)


def _check_ecdsa(reader: Reader, signed: Reader, message: bytes, curve: bytes, *, hardware: bool = False) -> None:
    if curve not in CURVES or reader.string() != curve:
        raise Malformed
    point = reader.string()
    numbers = Reader(signed.string())
    proof = encode_dss_signature(numbers.mpint(), numbers.mpint())
    numbers.end()
    covered = _covered(reader, signed, message) if hardware else message
    reader.end()
    signed.end()
    shape, digest = CURVES[curve]
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(shape(), point)
    except ValueError as fault:
        raise Malformed from fault
    public.verify(proof, covered, ec.ECDSA(digest()))


def _check_rsa(reader: Reader, signed: Reader, message: bytes, digest: hashes.HashAlgorithm) -> None:
    exponent, modulus = reader.mpint(), reader.mpint()
    proof = signed.string()
    reader.end()
    signed.end()
    if modulus.bit_length() < RSA_SMALLEST:
        raise InvalidSignature
    try:
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as fault:
        raise Malformed from fault
    public.verify(proof, message, padding.PKCS1v15(), digest)
