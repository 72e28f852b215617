import base64
import hashlib
import os
import re
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from history.story import ADA, DAY, HERE, START, Story, config, isms
from hypothesis import given, strategies
from properties import examples

from tieout.history import derive
from tieout.history.signatures import index_keys, judge, openpgp
from tieout.history.signatures.ssh import BEGIN, END, verify
from tieout.model.grades import Grade
from tieout.model.history import RawSignature
from tieout.model.records import Key

SECRET = ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a test key").digest())
PAYLOAD = b"tree 0\n\nA change\n"
needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen on this machine")


def field(data):
    return len(data).to_bytes(4, "big") + data


def mpint(number):
    return field(number.to_bytes(number.bit_length() // 8 + 1, "big"))


def armour(blob, width=70):
    text = base64.b64encode(blob).decode()
    return "\n".join([BEGIN, *(text[at : at + width] for at in range(0, len(text), width)), END])


def public_line(secret):
    public = secret.public_key()
    return public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def key_blob(secret):
    return base64.b64decode(public_line(secret).split()[1])


def envelope(key, prove, payload=PAYLOAD, namespace=b"git", algorithm=b"sha512"):
    digest = hashlib.new(algorithm.decode(), payload).digest()
    message = b"SSHSIG" + b"".join(map(field, (namespace, b"", algorithm, digest)))
    return b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(field, (key, namespace, b"", algorithm, prove(message))))


def prove_ed25519(message):
    return field(b"ssh-ed25519") + field(SECRET.sign(message))


def sign(payload=PAYLOAD, **changes):
    return RawSignature("ssh", armour(envelope(key_blob(SECRET), prove_ed25519, payload, **changes)), payload)


def key(secret=SECRET, person="ada", id_="KEY-1", since=date(2026, 1, 1), until=None):
    span = {"from": since, **({"to": until} if until else {})}
    return Key(id=id_, place=HERE, person=person, key=public_line(secret) + " a comment", **span)


def verdict(signature, *keys, at=START):
    return judge(signature, at, index_keys({each.id: each for each in keys})[0])


def test_a_good_signature_names_its_signer_and_key():
    found = verdict(sign(), key())
    assert (found.state, found.signer, found.key, found.format) == ("good", "ada", "KEY-1", "ssh")
    assert found.fingerprint.startswith("SHA256:")


def test_a_key_counts_on_the_days_of_the_register_only():
    assert verdict(sign(), key(since=date(2026, 1, 2))).state == "out-of-date"
    assert verdict(sign(), key(until=date(2026, 1, 1))).state == "good"
    assert verdict(sign(), key(until=date(2025, 12, 31), since=date(2025, 1, 1))).state == "out-of-date"
    renewed = key(id_="KEY-2", person="ada", since=date(2026, 1, 1))
    assert verdict(sign(), key(until=date(2025, 12, 31), since=date(2025, 1, 1)), renewed).key == "KEY-2"


def test_a_key_nobody_has_is_unknown_and_other_bytes_are_bad():
    assert verdict(sign()).state == "unknown-key"
    other = RawSignature("ssh", sign().armour, PAYLOAD + b" ")
    assert verdict(other, key()).state == "bad"


def test_a_signature_for_another_purpose_is_bad():
    assert verdict(sign(namespace=b"file"), key()).state == "bad"
    assert verdict(sign(algorithm=b"sha256"), key()).state == "good"
    assert verdict(sign(algorithm=b"sha1"), key()).state == "unverifiable"


def test_other_formats_are_kept_and_not_read():
    assert verdict(RawSignature("pgp", "-----BEGIN PGP SIGNATURE-----", b"x")).state == "unreadable"
    assert verdict(RawSignature("x509", "", b"x")).format == "x509"
    assert verdict(RawSignature()).state == "none"


def test_no_flipped_byte_leaves_a_signature_good():
    signature = sign()
    for at in range(len(signature.armour)):
        for bit in range(8):
            text = signature.armour.encode("latin-1")
            text = text[:at] + bytes([text[at] ^ (1 << bit)]) + text[at + 1 :]
            flipped = RawSignature("ssh", text.decode("latin-1"), PAYLOAD)
            assert verify(flipped).state != "good", (at, bit)


def test_what_is_added_or_cut_off_is_unreadable():
    blob = envelope(key_blob(SECRET), prove_ed25519)
    for broken in (blob + b"\0", blob[:-1], b"", blob[:6], b"SSHSIG\0\0\0\2" + blob[10:]):
        assert verify(RawSignature("ssh", armour(broken), PAYLOAD)).state == "unreadable"
    for text in ("", BEGIN, BEGIN + "\n" + END, sign().armour + "\nmore", " " + sign().armour):
        assert verify(RawSignature("ssh", text, PAYLOAD)).state == "unreadable"
    assert verify(RawSignature("ssh", armour(blob, 64), PAYLOAD)).state == "good"


@pytest.mark.parametrize(
    ("curve", "name", "digest"),
    [
        (ec.SECP256R1(), b"nistp256", hashes.SHA256()),
        (ec.SECP384R1(), b"nistp384", hashes.SHA384()),
        (ec.SECP521R1(), b"nistp521", hashes.SHA512()),
    ],
)
def test_ecdsa_is_verified_in_one_spelling(curve, name, digest):
    secret = ec.generate_private_key(curve)

    def prove(message, pad=b""):
        r, s = decode_dss_signature(secret.sign(message, ec.ECDSA(digest)))
        return field(b"ecdsa-sha2-" + name) + field(field(pad + mpint(r)[4:]) + mpint(s))

    def signed(pad):
        return RawSignature("ssh", armour(envelope(key_blob(secret), lambda m: prove(m, pad))), PAYLOAD)

    # An integer whose shortest form begins with a zero byte is found by signing again.
    assert "good" in {verify(signed(b"")).state for _ in range(20)}
    assert verify(signed(b"\0\0")).state == "unreadable"


def test_rsa_is_verified_with_sha2_only():
    secret = rsa.generate_private_key(65537, 2048)

    def signed(algorithm, digest):
        def prove(message):
            return field(algorithm) + field(secret.sign(message, padding.PKCS1v15(), digest))

        return verify(RawSignature("ssh", armour(envelope(key_blob(secret), prove)), PAYLOAD)).state

    assert signed(b"rsa-sha2-512", hashes.SHA512()) == "good"
    assert signed(b"rsa-sha2-256", hashes.SHA256()) == "good"
    assert signed(b"rsa-sha2-256", hashes.SHA512()) == "bad"
    assert signed(b"ssh-rsa", hashes.SHA1()) == "unverifiable"  # noqa: S303


def test_a_security_key_must_have_been_touched():
    blob = field(b"sk-ssh-ed25519@openssh.com") + key_blob(SECRET)[15:] + field(b"ssh:")

    def signed(flags):
        def prove(message):
            tail = bytes([flags]) + (7).to_bytes(4, "big")
            covered = hashlib.sha256(b"ssh:").digest() + tail + hashlib.sha256(message).digest()
            return field(b"sk-ssh-ed25519@openssh.com") + field(SECRET.sign(covered)) + tail

        return verify(RawSignature("ssh", armour(envelope(blob, prove)), PAYLOAD)).state

    assert (signed(1), signed(0)) == ("good", "bad")


def test_a_key_that_is_no_public_key_line_is_a_problem():
    bad = Key(id="KEY-9", place=HERE, person="ada", key="ssh-ed25519 AAAA", **{"from": date(2026, 1, 1)})
    _, problems = index_keys({"KEY-9": bad})
    assert [(problem.code, problem.source) for problem in problems] == [("bad-public-key", HERE)]


def test_the_mergers_own_signature_signs_the_approval():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    side = story.commit("Work", {"a.txt": "2"}, on=story.tip)
    story.commit("Merge branch 'x'", parents=(story.tip, side), author=("Ben", "ben@example.org"), signature=sign())
    for person, basis in (("ben", ["merger", "signature"]), ("cleo", ["merger"])):
        facts, _ = derive(
            {"app": story.history()}, {"app": story.pin()}, isms(keys={"KEY-1": key(person=person)}), config()
        )
        change = list(facts.changes.values())[-1]
        assert [each.basis for each in change.approvals] == basis
        assert change.signature.state == "good"
        assert change.signatures[1] == (side, verdict(RawSignature()))
    assert Grade.SIGNED > Grade.RECORDED


def test_signing_ones_own_work_is_no_approval():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    side = story.commit("Work", {"a.txt": "2"}, on=story.tip)
    story.commit("Merge branch 'x'", parents=(story.tip, side), author=ADA, signature=sign())
    facts, _ = derive({"app": story.history()}, {"app": story.pin()}, isms(keys={"KEY-1": key()}), config())
    assert list(facts.changes.values())[-1].approvals == ()


@needs_ssh_keygen
@pytest.mark.parametrize("kind", [["ed25519"], ["ecdsa", "-b", "256"], ["ecdsa", "-b", "521"], ["rsa", "-b", "2048"]])
def test_what_ssh_keygen_signs_is_good(tmp_path, kind):
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", *kind, "-N", "", "-C", "test", "-f", path], check=True)
    done = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", path], input=PAYLOAD, capture_output=True, check=True
    )
    line = (tmp_path / "key.pub").read_text()
    held = Key(id="KEY-1", place=HERE, person="ada", key=line, **{"from": date(2026, 1, 1)})
    assert verdict(RawSignature("ssh", done.stdout.decode(), PAYLOAD), held).state == "good"


@needs_ssh_keygen
def test_a_commit_that_git_signed_is_good(tmp_path):
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    clean = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    settings = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={path}", "-c", "user.name=Ada", "-c", "user.email=a@x"]

    def git(*arguments):
        return subprocess.run(
            ["git", *settings, *arguments], cwd=tmp_path, env=clean, capture_output=True, check=True
        ).stdout

    git("init", "-q", "repo")
    git("-C", "repo", "commit", "-q", "--allow-empty", "-S", "-m", "Signed\n\nA body.")
    raw = git("-C", "repo", "cat-file", "commit", "HEAD").decode()
    head, _, rest = raw.partition("gpgsig ")
    signature, _, tail = rest.partition("-----END SSH SIGNATURE-----\n")
    text = signature.replace("\n ", "\n") + "-----END SSH SIGNATURE-----"
    held = Key(
        id="KEY-1", place=HERE, person="ada", key=(tmp_path / "key.pub").read_text(), **{"from": date(2026, 1, 1)}
    )
    assert verdict(RawSignature("ssh", text, (head + tail).encode()), held).state == "good"


def test_a_date_set_back_does_not_bring_an_ended_key_back():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("Work", {"a.txt": "2"}, at=START + 20 * DAY)
    story.commit("More", {"a.txt": "3"}, at=START, signature=sign())
    ended = {"KEY-1": key(until=date(2026, 1, 5))}
    facts, _ = derive({"app": story.history()}, {"app": story.pin()}, isms(keys=ended), config())
    assert list(facts.changes.values())[-1].signature.state == "out-of-date"


# --- OpenPGP: keys and signatures made once with GnuPG 2.2, over PAYLOAD ------------------------------------------


OPENPGP = Path(__file__).parent / "openpgp"


def pgp(name, payload=PAYLOAD):
    return RawSignature("pgp", (OPENPGP / f"{name}.sig").read_text(), payload)


def pgp_key(name, **span):
    block = (OPENPGP / f"{name}.asc").read_text()
    return Key(id=f"KEY-{name}", place=HERE, person=name, key=block, **{"from": date(2026, 1, 1), **span})


@pytest.mark.parametrize("name", ["ada", "bo", "cai", "dee"])  # RSA, Ed25519, P-256, and a subkey that may sign
def test_an_openpgp_signature_names_its_signer_and_key(name):
    found = verdict(pgp(name), pgp_key("ada"), pgp_key("bo"), pgp_key("cai"), pgp_key("dee"))
    assert (found.state, found.signer, found.key, found.format) == ("good", name, f"KEY-{name}", "pgp")
    assert re.fullmatch("[0-9A-F]{40}", found.fingerprint)


@pytest.mark.parametrize("name", ["ada", "bo", "cai", "dee"])
def test_an_openpgp_signature_over_other_content_is_bad(name):
    assert verdict(pgp(name, PAYLOAD + b"x"), pgp_key(name)).state == "bad"


def test_an_openpgp_key_counts_on_the_days_of_the_register_only():
    assert verdict(pgp("bo"), pgp_key("bo", **{"from": date(2026, 1, 2)})).state == "out-of-date"


def test_an_openpgp_key_that_is_not_registered_is_named_and_vouches_for_nobody():
    found = verdict(pgp("bo"), pgp_key("ada"))
    assert (found.state, found.signer) == ("unknown-key", "")
    assert found.fingerprint == openpgp.parse_keys(pgp_key("bo").key)[0].fingerprint


@pytest.mark.parametrize("name", ["ada-sha1", "ada-text"])
def test_an_openpgp_signature_by_old_means_is_unverifiable(name):
    assert verdict(pgp(name), pgp_key("ada")).state == "unverifiable"


def test_a_subkey_that_the_primary_key_does_not_bind_signs_nothing():
    """Another's signing subkey, moved behind one's own primary key."""
    packets = list(openpgp._packets(openpgp._dearmour(pgp_key("dee").key, "PUBLIC KEY BLOCK")))
    other = list(openpgp._packets(openpgp._dearmour(pgp_key("bo").key, "PUBLIC KEY BLOCK")))
    planted = [*other, *packets[packets.index(next(p for p in packets if p.tag == 14)) :]]
    body = b"".join(bytes([0xC0 | p.tag, 255]) + len(p.body).to_bytes(4, "big") + p.body for p in planted)
    text = base64.b64encode(body).decode()
    block = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{text}\n-----END PGP PUBLIC KEY BLOCK-----\n"
    assert len(openpgp.parse_keys(pgp_key("dee").key)) == 2
    assert len(openpgp.parse_keys(block)) == 1


@examples(60)
@given(data=strategies.data())
def test_a_changed_openpgp_signature_is_never_good(data):
    armoured = (OPENPGP / "ada.sig").read_text()
    blob = openpgp._dearmour(armoured, "SIGNATURE")
    hashed = len(openpgp._parse_signature(next(openpgp._packets(blob)).body).hashed)
    head = len(blob) - len(next(openpgp._packets(blob)).body)
    place = data.draw(strategies.integers(0, head + hashed - 1) | strategies.integers(len(blob) - 256, len(blob) - 1))
    flipped = blob[:place] + bytes([blob[place] ^ data.draw(strategies.integers(1, 255))]) + blob[place + 1 :]
    text = f"-----BEGIN PGP SIGNATURE-----\n\n{base64.b64encode(flipped).decode()}\n-----END PGP SIGNATURE-----\n"
    assert verdict(RawSignature("pgp", text, PAYLOAD), pgp_key("ada")).state != "good"


@examples(200)
@given(text=strategies.text(max_size=300), data=strategies.binary(max_size=300))
def test_no_text_breaks_the_readers_of_signatures(text, data):
    block = base64.b64encode(data).decode()
    for kind, format_ in (("PGP SIGNATURE", "pgp"), ("SIGNED MESSAGE", "x509"), ("SSH SIGNATURE", "ssh")):
        for armour_ in (text, f"-----BEGIN {kind}-----\n\n{block}\n-----END {kind}-----\n"):
            assert verdict(RawSignature(format_, armour_, PAYLOAD), pgp_key("ada")).state not in {"good", "none"}


def test_an_x509_signature_is_told_with_what_its_certificate_claims():
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kestrel CA")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    secret = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(name, name, secret.public_key(), 7, day, day + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name("ada@kestrel.example")]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    signed = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(PAYLOAD)
        .add_signer(certificate, secret, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    )
    text = base64.encodebytes(signed).decode()
    found = verdict(
        RawSignature("x509", f"-----BEGIN SIGNED MESSAGE-----\n{text}-----END SIGNED MESSAGE-----\n", PAYLOAD)
    )
    assert (found.state, found.signer, found.claim) == ("unverifiable", "", "ada@kestrel.example, by Kestrel CA")
