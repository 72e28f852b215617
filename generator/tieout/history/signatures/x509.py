"""X.509 signatures of commits and tags (smimesign, gitsign): told apart, never verified here.

A certificate proves nothing without its issuer's, and one that lives for ten minutes (Sigstore's) nothing without a log
that dates it; neither is in the repository. So what the certificate says is kept as a claim.
"""

import base64
import binascii
import re
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

MAX_ARMOUR = 100_000
_BLOCK = re.compile(r"-----BEGIN SIGNED MESSAGE-----\n([A-Za-z0-9+/=\n]+)-----END SIGNED MESSAGE-----\n*")


@lru_cache(maxsize=1 << 16)
def claim_of(armour: str) -> tuple[str, str]:
    """For whom and by whom the signer's certificate was issued, and its SHA-256; empty where that cannot be read."""
    match = _BLOCK.fullmatch(armour) if len(armour) <= MAX_ARMOUR else None
    if match is None:
        return "", ""
    try:
        found = pkcs7.load_der_pkcs7_certificates(base64.b64decode(match[1].replace("\n", ""), validate=True))
        signers = [one for one in found if not _issues(one)] or found
        names = _names(signers[0])
        issuer = _common_name(signers[0].issuer)
        digest = signers[0].fingerprint(hashes.SHA256()).hex().upper()
    except (binascii.Error, ValueError, UnsupportedAlgorithm, IndexError):
        return "", ""
    return f"{names or 'nobody it names'}, by {issuer or 'an issuer without a name'}", digest


def _issues(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _names(certificate: x509.Certificate) -> str:
    """The addresses it is for; else its common name."""
    try:
        other = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return _common_name(certificate.subject)
    found = [*other.get_values_for_type(x509.RFC822Name), *other.get_values_for_type(x509.UniformResourceIdentifier)]
    return ", ".join(found) or _common_name(certificate.subject)


def _common_name(name: x509.Name) -> str:
    return ", ".join(str(one.value) for one in name.get_attributes_for_oid(NameOID.COMMON_NAME))
