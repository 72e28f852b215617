"""The demo's signing keys and SSH signatures (OpenSSH PROTOCOL.sshsig, namespace git, SHA-512).

A private key is the SHA-256 of a published sentence: anyone can make it, so it protects nothing and may be shown.
"""

import base64
import hashlib
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KIND = b"ssh-ed25519"
MAGIC = b"SSHSIG"
NAMESPACE = b"git"
HASH = b"sha512"


def _string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


@cache
def private_key(person: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"tieout demo key: {person}".encode()).digest())


@cache
def public_blob(person: str) -> bytes:
    return _string(KIND) + _string(private_key(person).public_key().public_bytes_raw())


def public_line(person: str) -> str:
    """One line as in an OpenSSH public key file."""
    return f"ssh-ed25519 {base64.b64encode(public_blob(person)).decode()} {person}"


def sign(person: str, message: bytes) -> str:
    """The armoured signature that `ssh-keygen -Y sign -n git` makes, with a line feed at its end."""
    frame = _string(NAMESPACE) + _string(b"") + _string(HASH)
    signed = MAGIC + frame + _string(hashlib.sha512(message).digest())
    signature = _string(KIND) + _string(private_key(person).sign(signed))
    blob = MAGIC + (1).to_bytes(4, "big") + _string(public_blob(person)) + frame + _string(signature)
    body = base64.b64encode(blob).decode()
    lines = [body[start : start + 70] for start in range(0, len(body), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])
