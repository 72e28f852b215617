import base64
import hashlib
import os
import shutil
import subprocess
from datetime import date

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from history.story import ADA, DAY, HERE, START, Story, config, isms

from tieout.history import derive
from tieout.history.signatures import BEGIN, END, index_keys, judge, verify
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
    assert verdict(sign(algorithm=b"sha1"), key()).state == "unreadable"


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
    assert signed(b"ssh-rsa", hashes.SHA1()) == "unreadable"  # noqa: S303


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
