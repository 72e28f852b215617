"""A repository under gittuf for tests, made by git's plumbing and SSH keys, in the forms that gittuf itself writes.

    log = GittufRepository(make_repository(tmp_path / "app"))
    log.policy(threshold=2, people={"ada": [ADA_KEY], "ben": [BEN_KEY]})    # signed by ROOT; recorded in the log
    first = log.push(commit(repo, "Start"), ADA_KEY)                        # a move of main
    log.authorise(second, BEN_KEY)                                          # of the next move, to that commit
    log.push(second, ADA_KEY)

Keys are made from names, and every commit has its time, so ids are the same in every run.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from gitfixtures import HOUR, START, git, write_object

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
ZEROS = "0" * 40
MAIN = "refs/heads/main"
APP = "https://gittuf.dev/github-app"
LOG, POLICY, ATTESTATIONS = ("refs/gittuf/" + name for name in ("reference-state-log", "policy", "attestations"))


def _field(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@dataclass(frozen=True)
class SigningKey:
    """An SSH key of somebody."""

    name: str

    @property
    def secret(self):
        return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.name.encode()).digest())

    @property
    def line(self):
        raw = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        return self.secret.public_key().public_bytes(*raw).decode()

    @property
    def public(self):
        return self.line.split()[1]

    @property
    def id(self):
        digest = hashlib.sha256(base64.b64decode(self.public)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    def sign(self, payload: bytes) -> str:
        digest = hashlib.sha512(payload).digest()
        message = b"SSHSIG" + b"".join(map(_field, (b"git", b"", b"sha512", digest)))
        proof = _field(b"ssh-ed25519") + _field(self.secret.sign(message))
        key = base64.b64decode(self.public)
        blob = b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(_field, (key, b"git", b"", b"sha512", proof)))
        text = base64.b64encode(blob).decode()
        lines = [text[at : at + 70] for at in range(0, len(text), 70)]
        return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"])

    def metadata(self):
        return {
            "keyid_hash_algorithms": None,
            "keytype": "ssh",
            "keyval": {"public": self.public},
            "scheme": "ssh-ed25519",
            "keyid": self.id,
        }


ROOT, ADA_KEY, BEN_KEY, CLEO_KEY, APP_KEY = (SigningKey(name) for name in ("root", "ada", "ben", "cleo", "app"))


def envelope(payload: object, *keys: SigningKey) -> bytes:
    """A DSSE envelope of gittuf, signed by each key."""
    inner = json.dumps(payload, separators=(",", ":")).encode()
    kind = b"application/vnd.gittuf+json"
    encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(inner), inner)
    proofs = [{"keyid": key.id, "sig": base64.b64encode(key.sign(encoded).encode() + b"\n").decode()} for key in keys]
    whole = {"payloadType": kind.decode(), "payload": base64.b64encode(inner).decode(), "signatures": proofs}
    return json.dumps(whole).encode()


def root_metadata(keys=(ROOT,), threshold=1, version=1, app=None, **more):
    people = {key.id: key.metadata() for key in (*keys, *([app] if app else []))}
    role = {"principalIDs": [key.id for key in keys], "threshold": threshold}
    apps = {APP: {"trusted": True, "principalIDs": [app.id], "threshold": 1}} if app else {}
    return {
        "type": "root",
        "schemaVersion": "https://gittuf.dev/policy/root/v0.2",
        "expires": "2027-01-01T00:00:00Z",
        "version": version,
        "principals": people,
        "roles": {"root": role, "targets": role},
        "githubApps": apps,
        **more,
    }


def rule_file(people, threshold=2, version=1, pattern=f"git:{MAIN}"):
    """`people`: keys by name; each has the account `name+1` at the forge."""
    principals = {
        name: {
            "personID": name,
            "keys": {key.id: key.metadata() for key in keys},
            "associatedIdentities": {APP: f"{name}+1"},
            "custom": {},
        }
        for name, keys in people.items()
    }
    allow = {"name": "gittuf-allow-rule", "paths": ["*"], "terminating": True, "principalIDs": None, "threshold": 1}
    rule = {"name": "protect-main", "paths": [pattern], "terminating": False, "principalIDs": sorted(people)}
    return {
        "type": "targets",
        "schemaVersion": "http://gittuf.dev/policy/rule-file/v0.2",
        "expires": "2027-01-01T00:00:00Z",
        "version": version,
        "targets": None,
        "delegations": {"principals": principals, "roles": [{**rule, "threshold": threshold}, allow]},
    }


@dataclass
class GittufRepository:
    path: Path
    clock: int = START
    number: int = 0
    tip: str = ZEROS  # of main, as last recorded
    attested: dict[str, bytes] = field(default_factory=dict)

    # --- the log -----------------------------------------------------------------------------------------------

    def entry(self, title, lines, key=None, *, number=None, parent=None):
        """One commit on the log, signed by `key`."""
        self.number = self.number + 1 if number is None else number
        message = "\n".join([title, "", *lines, f"number: {self.number}"])
        above = [parent] if parent else self._tip(LOG)
        return self._commit(LOG, EMPTY_TREE, above, message, key)

    def record(self, ref, target, key=None, **more):
        return self.entry("RSL Reference Entry", [f"ref: {ref}", f"targetID: {target}"], key, **more)

    def push(self, target, key=None, **more):
        made = self.record(MAIN, target, key, **more)
        self.tip = target
        return made

    def skip(self, *entries, key=None, says="d3Jvbmc="):
        block = ["-----BEGIN MESSAGE-----", says, "-----END MESSAGE-----"]
        self.number += 1
        lines = [*(f"entryID: {id_}" for id_ in entries), "skip: true", f"number: {self.number}", *block]
        return self._commit(LOG, EMPTY_TREE, self._tip(LOG), "\n".join(["RSL Annotation Entry", "", *lines]), key)

    # --- the policy --------------------------------------------------------------------------------------------

    def policy(self, people, *, threshold=2, signer=ROOT, root=None, version=1, app=None, **more):
        """A policy for main, applied: the root and the rule file, each signed by `signer`."""
        signed_root = envelope(root or root_metadata(version=version, app=app, **more), signer)
        rules = envelope(rule_file(people, threshold, version), signer)
        return self.apply({"metadata/root.json": signed_root, "metadata/targets.json": rules})

    def apply(self, files):
        made = self._commit(POLICY, self._tree(files), self._tip(POLICY), "Apply", None)
        self.record(POLICY, made, ROOT)
        return made

    # --- attestations ------------------------------------------------------------------------------------------

    def authorise(self, target, *keys, before=None, tree=None, path=None, strict=False):
        """Of the move of main from where it is to `target`, by each key."""
        tree = tree or self.tree_of(target)
        binding = (MAIN, before or self.tip, tree)
        inner = statement("reference-authorization/v0.2", binding, {"fromID": binding[1], "targetID": tree}, strict)
        self.attest(path or f"reference-authorizations/{MAIN}/{binding[1]}-{tree}", envelope(inner, *keys))

    def approve(self, target, *accounts, key=APP_KEY, dismissed=(), path=None):
        """As the forge's app tells of its reviews."""
        tree = self.tree_of(target)
        more = {
            "fromRevisionID": self.tip,
            "targetTreeID": tree,
            "approvers": list(accounts),
            "dismissedApprovers": list(dismissed),
        }
        inner = statement("github-pull-request-approval/v0.1", (MAIN, self.tip, tree), more)
        app = base64.urlsafe_b64encode(APP.encode()).decode()
        place = f"code-review-approvals/{MAIN}/{self.tip}-{tree}/github/{app}"
        self.attest(path or place, envelope(inner, key))

    def attest(self, path, content):
        """Content None takes the file away again."""
        self.attested = {**self.attested, path: content}
        files = {name: data for name, data in self.attested.items() if data is not None}
        self.record(
            ATTESTATIONS, self._commit(ATTESTATIONS, self._tree(files), self._tip(ATTESTATIONS), "Attest", None)
        )

    def tree_of(self, commit):
        return git(self.path, "rev-parse", f"{commit}^{{tree}}")

    # --- plumbing ----------------------------------------------------------------------------------------------

    def _tip(self, ref):
        found = git(self.path, "rev-parse", "--verify", "-q", ref, check=False)
        return [found] if found else []

    def _tree(self, files):
        below, here = {}, []
        for path, data in sorted(files.items()):
            name, _, rest = path.partition("/")
            if rest:
                below.setdefault(name, {})[rest] = data
            else:
                here.append(f"100644 blob {write_object(self.path, 'blob', data)}\t{name}")
        here += [f"040000 tree {self._tree(inner)}\t{name}" for name, inner in below.items()]
        return git(self.path, "mktree", stdin="\n".join(here).encode() + b"\n")

    def _commit(self, ref, tree, above, message, key):
        self.clock += HOUR // 60
        who = f"Someone <someone@example.org> {self.clock} +0000"
        head = "".join([f"tree {tree}\n", *(f"parent {id_}\n" for id_ in above), f"author {who}\ncommitter {who}\n"])
        signature = ""
        if key:
            armour = key.sign(f"{head}\n{message}".encode())
            signature = "gpgsig " + armour.replace("\n", "\n ") + "\n"
        made = write_object(self.path, "commit", f"{head}{signature}\n{message}".encode())
        git(self.path, "update-ref", ref, made)
        return made


def statement(kind, binding, predicate, strict=False):
    """As gittuf writes it, or with the keys of in-toto."""
    ref, _, tree = binding
    name, type_ = ("predicateType", "_type") if strict else ("predicate_type", "type")
    return {
        type_: "https://in-toto.io/Statement/v1",
        "subject": [{"digest": {"gitTree": tree}}],
        name: f"https://gittuf.dev/{kind}",
        "predicate": {"targetRef": ref, **predicate},
    }


def without(history, path):
    """The history whose attestations never had the file."""
    raw = history.gittuf
    paths = {id_: tuple(each for each in changes if each.path != path) for id_, changes in raw.paths.items()}
    return replace(history, gittuf=replace(raw, paths=paths))
