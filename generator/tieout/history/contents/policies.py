"""Policy as code: which patterns of policy files a CI file names, and markers that tell a scanner to pass something over."""

import re
from collections.abc import Iterable, Iterator

from tieout.history.contents.forms import MAX_MANIFEST, lines_of
from tieout.model.contents import Ignore
from tieout.text.globs import matches

MAX_SCANNED = 5000  # files that are looked through for markers
_SCANNED = (
    ".tf", ".tfvars", ".hcl", ".tf.json", ".yml", ".yaml", ".json", ".rego", ".bicep", ".template", ".toml", ".sh", ".py",
    ".js", ".ts", ".go", ".rb", ".java", "Dockerfile", ".trivyignore", ".checkov.baseline",
)  # fmt: skip
_MARKERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("tfsec:ignore", re.compile(r"\btfsec:ignore\b")),
    ("checkov:skip", re.compile(r"\b(?:checkov|bridgecrew):skip\b")),
    ("trivy:ignore", re.compile(r"\btrivy:ignore\b")),
    ("kics-scan", re.compile(r"\bkics-scan (?:ignore|disable)")),
    ("nosemgrep", re.compile(r"\bnosem(?:grep)?\b")),
    ("terrascan:skip", re.compile(r"\bts:skip=")),
    ("hadolint ignore", re.compile(r"\bhadolint (?:global )?ignore=")),
    ("tflint-ignore", re.compile(r"\btflint-ignore\b")),
    ("kube-linter", re.compile(r"\bignore-check\.kube-linter\.io/")),
)
# One search over a file tells that most have none.
_ANY = re.compile(rb"tfsec:ignore|:skip|trivy:ignore|kics-scan|nosem|ts:skip|hadolint|tflint-ignore|ignore-check\.")
_EXCEPTION = re.compile(r"\bEXC-[A-Za-z0-9](?:[A-Za-z0-9.-]{0,60}[A-Za-z0-9])?")
_TOKEN = re.compile(r"[^\s'\"`=,;()\[\]{}<>|&:]{1,300}")
# Settings that a tool takes up by itself: to run the tool is to use them.
_TAKEN_UP = {
    ".tflint.hcl": ("tflint",),
    ".checkov.": ("checkov",),
    ".tfsec": ("tfsec",),
    "trivy": ("trivy",),
    ".semgrep": ("semgrep",),
    "kics": ("kics",),
    ".rego": ("conftest", "opa"),
    ".hadolint.": ("hadolint",),
}


def is_infrastructure(path: str) -> bool:
    return path.endswith((".tf", ".tf.json"))


def may_hold_markers(path: str) -> bool:
    return path.endswith(_SCANNED)


def find_ignores(path: str, data: bytes) -> Iterator[Ignore]:
    """The markers of one file, line by line, with the exceptions that the line names."""
    if len(data) > MAX_MANIFEST or not _ANY.search(data):
        return
    for number, line in enumerate(lines_of(data), start=1):
        for name, marker in _MARKERS:
            if marker.search(line):
                yield Ignore(path, number, name, tuple(dict.fromkeys(_EXCEPTION.findall(line))))


def find_named(patterns: Iterable[str], data: bytes) -> Iterator[str]:
    """The patterns whose files a CI file names: a path of them, the folder they lie in, or the tool that takes them up."""
    tokens = {_plain(token) for line in lines_of(data) for token in _TOKEN.findall(line.partition("#")[0])}
    for pattern in patterns:
        stem = _stem(pattern)
        tools = {tool for part, known in _TAKEN_UP.items() if part in pattern for tool in known}
        if tokens & tools or any(_names(token, stem, pattern) for token in tokens):
            yield pattern


def _names(token: str, stem: str, pattern: str) -> bool:
    if stem and (token == stem or token.startswith(f"{stem}/") or token == pattern.strip("/")):
        return True
    folder = stem.rpartition("/")[0]
    return bool(folder and token == folder) or ("/" in token and matches(pattern, token))


def _plain(token: str) -> str:
    return token.removeprefix("./").strip("/")


def _stem(pattern: str) -> str:
    """The folders, or the whole path, that a pattern names without a wildcard."""
    fixed: list[str] = []
    for part in pattern.strip("/").split("/"):
        if "*" in part or "?" in part:
            break
        fixed.append(part)
    return "/".join(fixed)
