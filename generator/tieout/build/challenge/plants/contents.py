"""Violations in what a repository holds: a secret in a fixture, a dependency that is not pinned, a finding passed over."""

from collections.abc import Iterable

from tieout.build.challenge.plan import CannotBePlantedError, Made, Plant, Violation
from tieout.build.challenge.plants.casting import one_person, repository, title, who
from tieout.build.challenge.scene import Scene, path_of
from tieout.history.deployments import path_pattern
from tieout.model.records import Service
from tieout.text.globs import matches, matches_any

# The form of a key that a cloud provider gives out; made up, and split so that no scanner takes this file for one.
_KEY = "AKIA" + "QZ7WX3VN5TB2RM4K"
_PRIVATE = (
    "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEAplantedplantedplanted\n-----END RSA " + "PRIVATE KEY-----"
)
# What takes something in without saying which version of it.
MANIFESTS = {
    "challenge/requirements.txt": "requests\nflask>=2\n",
    "challenge/package.json": '{"name": "planted", "dependencies": {"left-pad": "*"}}\n',
    "challenge/Dockerfile": "FROM alpine\n",
    "challenge/go.mod": "module planted\n\nrequire example.org/planted v1.0.0\n",
    ".github/workflows/challenge.yml": "on: push\njobs:\n  planted:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@main\n",
    "requirements.txt": "requests\nflask>=2\n",
    "package.json": '{"name": "planted", "dependencies": {"left-pad": "*"}}\n',
    "Dockerfile": "FROM alpine\n",
}
# A manifest that takes in nothing, by language.
BARE = {
    "python": ("requirements.txt", "# nothing\n"),
    "javascript": ("package.json", '{"name": "planted"}\n'),
    "go": ("go.mod", "module planted\n"),
    "php": ("composer.json", '{"name": "planted/planted"}\n'),
    "ruby": ("Gemfile", "source 'https://gems.invalid'\n"),
    "rust": ("Cargo.toml", '[package]\nname = "planted"\n'),
}


def secret(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    name = f"secret-{service.id}"
    if not path_of(service, repo, name):
        raise CannotBePlantedError(f"no path of {service.id} in {repo} was found")
    text = f"aws_access_key_id = {_KEY}\ncard = 4111111111111111\n{_PRIVATE}\n"
    author = who(one_person(scene, repo))
    path = f"tests/fixtures/{name}.txt"
    made = Made(name, repo, title(scene, "Add test data") + "\n", author, {path: text.encode()})
    return Plant((made,), subjects=(name,), repos=(repo, path))


def unpinned(scene: Scene, service: Service) -> Plant:
    repo = repository(scene, service)
    name = f"unpinned-{service.id}"
    setting = scene.isms.checks.get("dependencies-pinned")
    patterns, allowed = (setting.paths, setting.allow) if setting else ((), ())
    fit = (path for path in MANIFESTS if matches_any(patterns, path) and not matches_any(allowed, path))
    path = next((path for path in fit if path not in scene.trees[repo]), "")
    if not path:
        raise CannotBePlantedError("the patterns of `paths` mean no new file of a form that is planted here")
    author = who(one_person(scene, repo))
    made = Made(name, repo, title(scene, "Take something in") + "\n", author, {path: MANIFESTS[path].encode()})
    return Plant((made,), subjects=(name,), repos=(repo,), says=(path,))


def without_library(scene: Scene, service: Service) -> Plant:
    """A manifest of a language that takes in nothing of what is prescribed for it."""
    repo = repository(scene, service)
    setting = scene.isms.checks.get("mandatory-libraries")
    languages = [language for language in (setting.libraries if setting else ()) if language in BARE]
    if not languages:
        raise CannotBePlantedError("no library of a language is prescribed whose manifest is planted here")
    path, text = BARE[languages[0]]
    name = f"without-library-{service.id}"
    author = who(one_person(scene, repo))
    changed = (
        {old: _bare(scene, repo, old, setting.libraries[languages[0]]) for old in _manifests(scene, repo, path)}
        if setting
        else {}
    )
    files = {path: text.encode(), **changed}
    made = Made(name, repo, title(scene, "Do without the library") + "\n", author, files)
    return Plant((made,), subjects=(name,), repos=(repo,))


def _manifests(scene: Scene, repo: str, name: str) -> list[str]:
    """Files of that name in any folder."""
    return sorted(path for path in scene.trees[repo] if path.rpartition("/")[2] == name)


def _bare(scene: Scene, repo: str, path: str, libraries: Iterable[str]) -> bytes:
    """A manifest without the lines that name a library; empty where it was not read."""
    content = scene.content(repo, path) or b""
    return b"\n".join(line for line in content.split(b"\n") if not any(name.encode() in line for name in libraries))


def passed_over(scene: Scene) -> Plant:
    """A finding of a scanner is passed over in the environments, and no exception says so."""
    repo = _environments(scene)
    author = who(one_person(scene, repo))
    text = b'resource "x" "planted" { #tfsec:ignore:aws-s3-enable-bucket-encryption\n}\n'
    made = Made("passed-over", repo, title(scene, "Quieten the scanner") + "\n", author, {"challenge.tf": text})
    return Plant((made,), subjects=("passed-over",), repos=(repo,), says=("challenge.tf",))


def joined(scene: Scene) -> Plant:
    """A file of production names a file of another environment."""
    repo = _environments(scene)
    production, other = _files_of(scene, repo)
    content = scene.content(repo, production)
    if content is None:
        raise CannotBePlantedError(f"{production} of {repo} was not read")
    author = who(one_person(scene, repo))
    text = content.rstrip() + f"\nplanted: {other}\n".encode()
    made = Made("joined", repo, title(scene, "Take a value from elsewhere") + "\n", author, {production: text})
    return Plant((made,), subjects=("joined",), repos=(repo,), says=(production,))


def _environments(scene: Scene) -> str:
    linked = scene.config.repositories.values()
    found = next((one.id for one in linked if one.kind == "environments" and one.id in scene.trees), "")
    if not found:
        raise CannotBePlantedError("no environments repository is linked")
    return found


def _files_of(scene: Scene, repo: str) -> tuple[str, str]:
    """A version file of production and one of another environment."""
    production: list[str] = []
    others: list[str] = []
    for service in scene.isms.services.values():
        pipeline = scene.pipeline(service)
        if pipeline and pipeline.deployments.kind == "gitops" and pipeline.deployments.repo == repo:
            for environment, record in scene.isms.environments.items():
                pattern = path_pattern(pipeline.deployments.path, environment, service.id)
                found = [path for path in sorted(scene.trees[repo]) if matches(pattern, path)]
                (production if record.kind == "production" else others).extend(found)
    if not production or not others:
        raise CannotBePlantedError(f"{repo} has no files of production and of another environment side by side")
    return production[0], others[0]


PLANTED = (
    Violation(
        "secret-in-fixture", "A key and a card number are committed with the test data", "changes",
        secret, expects=("no-secrets-or-real-data",),
    ),
    Violation(
        "unpinned-dependency", "Something is taken in whose version nobody fixed", "changes",
        unpinned, expects=("dependencies-pinned",),
    ),
    Violation(
        "library-missing", "A service does without a prescribed library", "changes",
        without_library, expects=("mandatory-libraries",),
    ),
    Violation(
        "finding-passed-over", "A scanner is told to pass over a finding, and no exception permits it", "changes",
        plant_once=passed_over, expects=("policy-as-code-present",),
    ),
    Violation(
        "environments-joined", "A file of production takes something from another environment", "changes",
        plant_once=joined, expects=("environments-separated",),
    ),
)  # fmt: skip
