"""OpenPGP signatures of commits and tags, verified in process against public key blocks of the register.

Formats: RFC 4880 and RFC 9580, version 4 keys and signatures, as git asks of GnuPG (a detached binary signature).
The mathematics alone: whose key it is and on which days it counts is the register's matter, so expiry, revocation and
user ids in a block are not looked at. What is older or rarer (version 3, DSA, SHA-1, text signatures) is unverifiable.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from tieout.history.signatures.verdicts import Checked, Malformed, Mathematics, Reader, Unverifiable

MAX_ARMOUR = 200_000  # characters; a key block with pictures and hundreds of certifications is no longer read
MAX_PACKETS = 2_000
SIGNATURE, PUBLIC_KEY, PUBLIC_SUBKEY = 2, 6, 14
BINARY, SUBKEY_BINDING, PRIMARY_BINDING = 0x00, 0x18, 0x19
# subpackets of a signature
ISSUER, KEY_FLAGS, EMBEDDED, ISSUER_FINGERPRINT = 16, 27, 32, 33
MAY_SIGN = 0x02
RSA_SMALLEST = 2048


class Digest(Protocol):
    """What hashlib's functions return."""

    def digest(self) -> bytes: ...


_Hash: TypeAlias = tuple[type[hashes.HashAlgorithm], Callable[[bytes], Digest]]
HASHES: Mapping[int, _Hash] = {
    8: (hashes.SHA256, hashlib.sha256),
    9: (hashes.SHA384, hashlib.sha384),
    10: (hashes.SHA512, hashlib.sha512),
    11: (hashes.SHA224, hashlib.sha224),
}
# Within a key block, which the operator chose, old keys bind their subkeys by SHA-1; for content it proves nothing.
BINDING_HASHES: Mapping[int, _Hash] = {**HASHES, 2: (hashes.SHA1, hashlib.sha1)}
CURVES: Mapping[bytes, type[ec.EllipticCurve]] = {
    bytes.fromhex("2a8648ce3d030107"): ec.SECP256R1,
    bytes.fromhex("2b81040022"): ec.SECP384R1,
    bytes.fromhex("2b81040023"): ec.SECP521R1,
}
ED25519_LEGACY = bytes.fromhex("2b06010401da470f01")
_BLOCK = re.compile(
    r"-----BEGIN PGP ([A-Z ]+)-----\n((?:[!-9;-~][ -~]*: ?[^\n]*\n)*)\n([A-Za-z0-9+/=\n]+?)\n(?:=([A-Za-z0-9+/]{4})\n)?-----END PGP \1-----\n*"
)


class Packet(NamedTuple):
    tag: int
    body: bytes


class PublicKey(NamedTuple):
    """A key or subkey that may sign: what is needed to verify with it."""

    fingerprint: str  # hexadecimal, upper case
    algorithm: int
    material: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature packet of version 4."""

    kind: int
    algorithm: int
    hash: int
    hashed: bytes  # everything that is hashed after the signed content, without the trailer
    proof: bytes
    inside: tuple[tuple[int, bytes], ...]  # hashed subpackets
    beside: tuple[tuple[int, bytes], ...]  # those that anyone may change

    @property
    def issuer(self) -> str:
        """Fingerprint or key id of the key that the signature names; empty where it names none."""
        for where in (self.inside, self.beside):
            for kind, value in where:
                if kind == ISSUER_FINGERPRINT and value[:1] == b"\x04":
                    return value[1:].hex().upper()
        found = (value.hex().upper() for where in (self.inside, self.beside) for kind, value in where if kind == ISSUER)
        return next(found, "")


def parse_keys(block: str) -> tuple[PublicKey, ...]:
    """The primary key of a public key block, and its subkeys that it binds for signing (and that bind themselves to it).

    Raises:
        Malformed: not one public key block of version 4.
    """
    packets = list(_packets(_dearmour(block, "PUBLIC KEY BLOCK")))
    if not packets or packets[0].tag != PUBLIC_KEY or sum(each.tag == PUBLIC_KEY for each in packets) != 1:
        raise Malformed
    primary = packets[0].body
    found = [_public(primary)]
    for place, packet in enumerate(packets):
        if packet.tag == PUBLIC_SUBKEY and packet.body[:1] == b"\x04" and _is_bound(primary, packets, place):
            found.append(_public(packet.body))
    return tuple(found)


def issuer_of(armour: str) -> str:
    """What a signature says about its key: fingerprint or key id, upper case; empty where it says nothing.

    Raises:
        Malformed: it is no signature of the format.
        Unverifiable: it is of a version that is not read.
    """
    return _signature_of(armour).issuer


@lru_cache(maxsize=1 << 18)
def verify(armour: str, payload: bytes, key: PublicKey) -> Mathematics:
    """Whether a detached signature over `payload` is made by that key."""
    try:
        signed = _signature_of(armour)
        if signed.kind != BINARY:
            return Mathematics("unverifiable")
        return Mathematics(_check(signed, payload, key))
    except Malformed:
        return Mathematics("unreadable")
    except (Unverifiable, UnsupportedAlgorithm):
        return Mathematics("unverifiable")


def is_named(issuer: str, key: PublicKey) -> bool:
    """Whether a fingerprint or key id is that of the key."""
    return len(issuer) >= 16 and key.fingerprint.endswith(issuer)


# --- armour and packets --------------------------------------------------------------------------------------------


def _dearmour(text: str, kind: str) -> bytes:
    """RFC 9580, section 6.2. Text before and after is refused; a checksum that is there has to fit."""
    plain = text.replace("\r\n", "\n").strip("\n") + "\n"
    match = _BLOCK.fullmatch(plain) if len(plain) <= MAX_ARMOUR else None
    if match is None or match[1] != kind:
        raise Malformed
    try:
        data = base64.b64decode(match[3].replace("\n", ""), validate=True)
        checksum = base64.b64decode(match[4]) if match[4] else b""
    except (binascii.Error, ValueError) as fault:
        raise Malformed from fault
    if checksum and int.from_bytes(checksum, "big") != _crc24(data):
        raise Malformed
    return data


def _turned(register: int) -> int:
    """Eight turns of RFC 9580's checksum."""
    for _ in range(8):
        register <<= 1
        if register & 0x1000000:
            register ^= 0x1864CFB
    return register & 0xFFFFFF


# One step a byte: a history has tens of thousands of signatures, and eight steps a byte were a quarter of its reading.
_TURNED = tuple(_turned(byte << 16) for byte in range(256))


def _crc24(data: bytes) -> int:
    register = 0xB704CE
    for byte in data:
        register = (register << 8 & 0xFFFFFF) ^ _TURNED[register >> 16 ^ byte]
    return register


def _packets(data: bytes) -> Iterator[Packet]:
    """RFC 9580, section 4.2, both formats of a header. Bodies in parts are for streams, and refused."""
    reader = Reader(data)
    for _ in range(MAX_PACKETS):
        if not reader.left:
            return
        head = reader.number(1)
        if not head & 0x80:
            raise Malformed
        if head & 0x40:
            yield Packet(head & 0x3F, reader.take(_length(reader)))
        elif head & 0x03 == 3:
            raise Malformed
        else:
            yield Packet((head >> 2) & 0x0F, reader.take(reader.number(1 << (head & 0x03))))
    raise Malformed


def _length(reader: Reader) -> int:
    first = reader.number(1)
    if first < 192:
        return first
    if first < 224:
        return ((first - 192) << 8) + reader.number(1) + 192
    if first == 255:
        return reader.number(4)
    raise Malformed


def _subpackets(data: bytes) -> tuple[tuple[int, bytes], ...]:
    reader = Reader(data)
    found = []
    while reader.left:
        first = reader.number(1)
        size = (
            first if first < 192 else ((first - 192) << 8) + reader.number(1) + 192 if first < 255 else reader.number(4)
        )
        if size < 1:
            raise Malformed
        found.append((reader.number(1) & 0x7F, reader.take(size - 1)))
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _signature_of(armour: str) -> Signed:
    packets = list(_packets(_dearmour(armour, "SIGNATURE")))
    if len(packets) != 1 or packets[0].tag != SIGNATURE:
        raise Malformed
    return _parse_signature(packets[0].body)


def _parse_signature(body: bytes) -> Signed:
    reader = Reader(body)
    if reader.number(1) != 4:
        raise Unverifiable
    kind, algorithm, hash_ = reader.number(1), reader.number(1), reader.number(1)
    inside = reader.take(reader.number(2))
    hashed = body[: 6 + len(inside)]
    beside = reader.take(reader.number(2))
    reader.take(2)
    proof = reader.take(reader.left)
    return Signed(kind, algorithm, hash_, hashed, proof, _subpackets(inside), _subpackets(beside))


# --- keys ----------------------------------------------------------------------------------------------------------


def _public(body: bytes) -> PublicKey:
    """RFC 9580, sections 5.5.2 and 5.5.4."""
    reader = Reader(body)
    if reader.number(1) != 4:
        raise Malformed
    reader.take(4)
    algorithm = reader.number(1)
    return PublicKey(_fingerprint(body), algorithm, reader.take(reader.left))


def _fingerprint(body: bytes) -> str:
    return hashlib.sha1(_framed(body), usedforsecurity=False).hexdigest().upper()


def _framed(body: bytes) -> bytes:
    return b"\x99" + len(body).to_bytes(2, "big") + body


def _is_bound(primary: bytes, packets: list[Packet], place: int) -> bool:
    """Whether the primary key binds the subkey at `place` for signing, and the subkey says so too (0x19)."""
    subkey = packets[place].body
    content = _framed(primary) + _framed(subkey)
    for packet in packets[place + 1 :]:
        if packet.tag != SIGNATURE:
            return False
        try:
            binding = _parse_signature(packet.body)
            if binding.kind != SUBKEY_BINDING or not _allows_signing(binding):
                continue
            back = [_parse_signature(value) for kind, value in binding.inside + binding.beside if kind == EMBEDDED]
            sound = _check(binding, content, _public(primary), BINDING_HASHES) == "good"
            if sound and any(
                one.kind == PRIMARY_BINDING and _check(one, content, _public(subkey), BINDING_HASHES) == "good"
                for one in back
            ):
                return True
        except (Malformed, Unverifiable, UnsupportedAlgorithm):
            continue
    return False


def _allows_signing(binding: Signed) -> bool:
    return any(kind == KEY_FLAGS and value[:1] and value[0] & MAY_SIGN for kind, value in binding.inside)


# --- the mathematics -----------------------------------------------------------------------------------------------


def _check(signed: Signed, content: bytes, key: PublicKey, known: Mapping[int, _Hash] = HASHES) -> Checked:
    """RFC 9580, section 5.2.4: the hash covers the content, the hashed part of the signature and its length.

    The two bytes of the hash that a signature shows beside it are a hint only, and wrong in those GitHub made until April 2021.
    """
    if signed.hash not in known or signed.algorithm != key.algorithm or key.algorithm not in _VERIFIERS:
        raise Unverifiable
    trailer = b"\x04\xff" + len(signed.hashed).to_bytes(4, "big")
    algorithm, hash_ = known[signed.hash]
    digest = hash_(content + signed.hashed + trailer).digest()
    try:
        _VERIFIERS[key.algorithm](key.material, signed.proof, digest, algorithm())
    except InvalidSignature:
        return "bad"
    except ValueError as fault:  # numbers that make no key
        raise Malformed from fault
    return "good"


def _check_rsa(material: bytes, proof: bytes, digest: bytes, algorithm: hashes.HashAlgorithm) -> None:
    key, signed = Reader(material), Reader(proof)
    modulus, exponent = _mpi(key), _mpi(key)
    number = _mpi(signed)
    key.end()
    signed.end()
    if modulus.bit_length() < RSA_SMALLEST:
        raise Unverifiable
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    size = (modulus.bit_length() + 7) // 8
    if number.bit_length() > size * 8:
        raise InvalidSignature
    public.verify(number.to_bytes(size, "big"), digest, padding.PKCS1v15(), Prehashed(algorithm))


def _check_ecdsa(material: bytes, proof: bytes, digest: bytes, algorithm: hashes.HashAlgorithm) -> None:
    key, signed = Reader(material), Reader(proof)
    curve = CURVES.get(key.take(key.number(1)))
    if curve is None:
        raise Unverifiable
    point = _mpi_bytes(key)
    first, second = _mpi(signed), _mpi(signed)
    key.end()
    signed.end()
    public = ec.EllipticCurvePublicKey.from_encoded_point(curve(), point)
    public.verify(encode_dss_signature(first, second), digest, ec.ECDSA(Prehashed(algorithm)))


def _check_eddsa(material: bytes, proof: bytes, digest: bytes, _: hashes.HashAlgorithm) -> None:
    key, signed = Reader(material), Reader(proof)
    point = key.take(key.number(1)) == ED25519_LEGACY and _mpi_bytes(key)
    first, second = _mpi_bytes(signed), _mpi_bytes(signed)
    key.end()
    signed.end()
    if not point or len(point) != 33 or point[0] != 0x40 or len(first) > 32 or len(second) > 32:
        raise Unverifiable
    public = ed25519.Ed25519PublicKey.from_public_bytes(point[1:])
    public.verify(first.rjust(32, b"\0") + second.rjust(32, b"\0"), digest)


def _check_ed25519(material: bytes, proof: bytes, digest: bytes, _: hashes.HashAlgorithm) -> None:
    if len(material) != 32 or len(proof) != 64:
        raise Malformed
    ed25519.Ed25519PublicKey.from_public_bytes(material).verify(proof, digest)


_VERIFIERS: Mapping[int, Callable[[bytes, bytes, bytes, hashes.HashAlgorithm], None]] = {
    1: _check_rsa,
    3: _check_rsa,
    19: _check_ecdsa,
    22: _check_eddsa,
    27: _check_ed25519,
}


def _mpi_bytes(reader: Reader) -> bytes:
    """RFC 9580, section 3.2: a number of so many bits. GitHub counts the zeros before it too, so that is not held against it."""
    return reader.take((reader.number(2) + 7) // 8)


def _mpi(reader: Reader) -> int:
    return int.from_bytes(_mpi_bytes(reader), "big")
