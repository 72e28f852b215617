"""What a commit message says: trailers, the frame that a forge or git puts around a merge, ticket ids. Only claims."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

MAX_MESSAGE = 1_000_000  # characters read of one message
Forge = Literal["", "github", "gitlab", "bitbucket", "bitbucket-server", "azure-devops", "gitea", "gerrit", "git"]


class Trailer(NamedTuple):
    key: str  # lower case, hyphens for spaces: reviewed-by
    value: str  # continuation lines joined by a space


class Named(NamedTuple):
    """A person as written in a trailer: `Name <address>`, or a name (or login) alone."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A message without the words that a forge or git adds. `squash`: a forge writes this form with one parent too."""

    forge: Forge
    title: str
    body: str
    reference: str = ""  # #412 or !88
    branch: str = ""
    squash: bool = False


# --- trailers ------------------------------------------------------------------------------------------------------

_TRAILER = re.compile(r"([A-Za-z0-9][A-Za-z0-9+-]*(?: [A-Za-z0-9+-]+){0,3}?)[ \t]*:(?!//)[ \t]*(.*)")
_GENERATED = ("Signed-off-by: ", "(cherry picked from commit ")
_ADDRESS = re.compile(r"<([^<>\s]+)>")  # searched for, as a pattern of the whole takes time by the square of the blanks
_AT_THE_END = re.compile(r"<[^<>\s]+>\s*\Z")
_LOGIN = re.compile(r"\s*@?[A-Za-z0-9][A-Za-z0-9._-]*\s*")
_BETWEEN = re.compile(r",(?:\s|$)")
_DIVIDER = re.compile(r"---(?:\s.*)?")


def parse_trailers(message: str) -> tuple[Trailer, ...]:
    """The trailers of the last paragraph, when that is a block of trailers by git's own rule; never of the subject.

    git: every line is a trailer, or one is written by git itself and at least a quarter of the lines are trailers.
    Keys may have spaces for hyphens, as FreeBSD writes `Reviewed by:`.
    """
    if ":" not in message.partition("\n")[2]:  # most messages have none, and nobody needs their paragraphs
        return ()
    paragraphs = paragraphs_of(message)
    return _parse_block(paragraphs[-1]) if len(paragraphs) > 1 else ()


@lru_cache(maxsize=1 << 18)
def trailers_of(message: str) -> tuple[Trailer, ...]:
    return parse_trailers(message)


def values(trailers: Iterable[Trailer], *keys: str) -> tuple[str, ...]:
    return tuple([trailer.value for trailer in trailers if trailer.key in keys])


def parse_named(value: str) -> Named:
    match = _ADDRESS.search(value)
    return Named(value[: match.start()].strip(), match[1]) if match else Named(value.strip(), "")


def parse_people(value: str) -> tuple[Named, ...]:
    """Everybody whom one line names: `Ann <ann@…>, Bob <bob@…>`, or logins as FreeBSD writes them: `kib, markj`."""
    parts = _BETWEEN.split(value)
    several = len(parts) > 1 and all(_AT_THE_END.search(part) or _LOGIN.fullmatch(part) for part in parts)
    named = (parse_named(part) for part in (parts if several else [value]))
    return tuple(each for each in named if each.name or each.email)


def is_divided(message: str) -> bool:
    """Whether a `---` line stands in it: what follows is for who applies a patch, and no part of what was approved."""
    return "\n---" in message and any(_DIVIDER.fullmatch(line) for line in lines_of(message))


def lines_of(message: str) -> list[str]:
    """Lines as git sees them: other separators of Unicode would let a subject forge a last paragraph."""
    return [line.rstrip("\r") for line in message[:MAX_MESSAGE].split("\n")]


def paragraphs_of(message: str) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for line in lines_of(message):
        if line.strip(" \t"):
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _parse_block(lines: list[str]) -> tuple[Trailer, ...]:
    found: list[tuple[str, list[str]]] = []
    others, generated = 0, False
    for line in lines:
        match = _TRAILER.fullmatch(line)
        generated = generated or line.startswith(_GENERATED)
        if line[0] in " \t" and found:
            found[-1][1].append(line.strip())
        elif match:
            found.append((match[1].casefold().replace(" ", "-"), [match[2].strip()]))
        elif not line.startswith(_GENERATED[1]):
            others += 1
    whole = found and (not others or (generated and len(found) * 3 >= others))
    return tuple(Trailer(key, " ".join(parts).strip()) for key, parts in found) if whole else ()


# --- frames --------------------------------------------------------------------------------------------------------

_GITHUB = re.compile(r"Merge pull request #([0-9]+) from ([^/\s]+)/(\S+)")
_GITEA = re.compile(r"Merge pull request '(.*)' \(#([0-9]+)\) from (\S+) into (\S+)")
_BITBUCKET = re.compile(r"Merged in (\S+) \(pull request #([0-9]+)\)")
_BITBUCKET_SERVER = re.compile(r"Merge pull request #([0-9]+) in \S+ from (\S+) to \S+")
_BITBUCKET_SERVER_TITLE = re.compile(r"Pull request #([0-9]+): (.+)")
_BITBUCKET_SERVER_BODY = re.compile(r"Merge in \S+ from (\S+) to \S+")
_AZURE = re.compile(r"Merged PR ([0-9]+): (.+)")
_GIT = re.compile(r"Merge (?:branch|remote-tracking branch|tag|commit) '([^']+)'(?: of \S+)?(?: into \S+)?")
_GITLAB_SEE = re.compile(r"See merge request (?:\S*!|\S+/merge_requests/)([0-9]+)")
_GITEA_ON = re.compile(r"https?://\S+/pulls/([0-9]+)")
_GERRIT_ON = re.compile(r"https?://\S+/([0-9]+)/?")
_CHANGE_ID = re.compile(r"I[0-9a-f]{8,64}")
_SQUASH = re.compile(r"(.*\S) +\(([#!][0-9]+)\)")


@lru_cache(maxsize=1 << 18)
def frame_of(message: str) -> Frame:
    """Read the first frame that fits; a message in none of them is its own title and body."""
    subject, _, rest = message[:MAX_MESSAGE].partition("\n")
    subject, rest = subject.strip(), rest.replace("\r\n", "\n").strip("\n")
    if "\nReviewed-on:" in message and (frame := _read_reviewed_on(subject, rest, trailers_of(message))):
        return frame
    for read in _READERS if subject.startswith(_FRAMED) else (_read_gitlab, _read_squash):
        frame = read(subject, rest)
        if frame is not None:
            return frame
    return Frame("", subject, rest)


def _titled(body: str, fallback: str) -> tuple[str, str]:
    """The proposal's title is the first paragraph of the body, unless that is a block of trailers."""
    head, _, tail = body.partition("\n")
    trailer = _TRAILER.fullmatch(head.strip())
    if not head.strip() or (trailer and trailer[1].casefold().endswith("-by")):
        return fallback, body
    return head.strip(), tail.strip("\n")


def _read_github(subject: str, body: str) -> Frame | None:
    match = _GITHUB.fullmatch(subject)
    if match is None:
        return None
    title, rest = _titled(body, subject)
    return Frame("github", title, rest, f"#{match[1]}", match[3])


def _read_gitea(subject: str, body: str) -> Frame | None:
    match = _GITEA.fullmatch(subject)
    return Frame("gitea", match[1], body, f"#{match[2]}", match[3]) if match else None


def _read_reviewed_on(subject: str, body: str, trailers: Iterable[Trailer]) -> Frame | None:
    """The footers with which Gerrit submits a change, and Gitea and Forgejo squash or rebase one."""
    on = next(iter(values(trailers, "reviewed-on")), "")
    ids = values(trailers, "change-id")
    if (match := _GERRIT_ON.fullmatch(on)) and any(_CHANGE_ID.fullmatch(id_) for id_ in ids):
        return Frame("gerrit", subject, body, f"c/{match[1]}", squash=True)
    if (match := _GITEA_ON.fullmatch(on)) and not _GITEA.fullmatch(subject):
        numbered = _SQUASH.fullmatch(subject)
        return Frame("gitea", numbered[1] if numbered else subject, body, f"#{match[1]}", squash=True)
    return None


def _read_bitbucket(subject: str, body: str) -> Frame | None:
    if match := _BITBUCKET.fullmatch(subject):
        title, rest = _titled(body, subject)
        return Frame("bitbucket", title, rest, f"#{match[2]}", match[1], squash=True)
    if match := _BITBUCKET_SERVER.fullmatch(subject):
        title, rest = _titled(body, subject)
        return Frame("bitbucket-server", title, rest, f"#{match[1]}", match[2])
    titled, below = _BITBUCKET_SERVER_TITLE.fullmatch(subject), _BITBUCKET_SERVER_BODY.match(body)
    if titled and below:
        rest = body[below.end() :].strip("\n")
        return Frame("bitbucket-server", titled[2], rest, f"#{titled[1]}", below[1], squash=True)
    return None


def _read_azure(subject: str, body: str) -> Frame | None:
    match = _AZURE.fullmatch(subject)
    return Frame("azure-devops", match[2], body, f"!{match[1]}", squash=True) if match else None


def _read_gitlab(subject: str, body: str) -> Frame | None:
    if "See merge request " not in body:
        return None
    lines = body.split("\n")
    see = next((number for number, line in enumerate(lines) if _GITLAB_SEE.fullmatch(line.strip())), None)
    if see is None:
        return None
    match = _GITLAB_SEE.fullmatch(lines[see].strip())
    reference = f"!{match[1]}" if match else ""
    rest = "\n".join(lines[:see] + lines[see + 1 :]).strip("\n")
    merge = _GIT.fullmatch(subject)
    if merge is None:
        return Frame("gitlab", subject, rest, reference, squash=True)
    title, rest = _titled(rest, subject)
    return Frame("gitlab", title, rest, reference, merge[1])


def _read_git(subject: str, body: str) -> Frame | None:
    match = _GIT.fullmatch(subject)
    if match is None:
        return None
    branch = match[1].removeprefix("origin/") if "remote-tracking" in subject else match[1]
    title, rest = _titled(body, subject)
    return Frame("git", title, rest, "", branch)


def _read_squash(subject: str, body: str) -> Frame | None:
    match = _SQUASH.fullmatch(subject)
    if match is None:
        return None
    forge: Forge = "github" if match[2].startswith("#") else "gitlab"
    return Frame(forge, match[1], body, match[2], squash=True)


_READERS = (_read_github, _read_gitea, _read_bitbucket, _read_azure, _read_gitlab, _read_git, _read_squash)
_FRAMED = ("Merge", "Pull request #")  # how a subject begins that any of them but GitLab's and a squash's reads


# --- ticket ids ----------------------------------------------------------------------------------------------------


def find_references(prefixes: tuple[str, ...], texts: Iterable[str]) -> tuple[str, ...]:
    """Ticket ids in the order of their first mention. `TRD` (or `TRD-`) matches TRD-123 and TRD-2026-003; `#` matches #123."""
    pattern = _references(prefixes)
    if pattern is None:
        return ()
    return tuple(dict.fromkeys(found for text in texts for found in pattern.findall(text)))


@lru_cache(maxsize=64)
def _references(prefixes: tuple[str, ...]) -> re.Pattern[str] | None:
    words = sorted({prefix.removesuffix("-") for prefix in prefixes if prefix.removesuffix("-")})
    if not words:
        return None
    spelled = "|".join(re.escape(word) + ("-" if word[-1].isalnum() else "") for word in words)
    return re.compile(rf"(?<![A-Za-z0-9-])(?:{spelled})[0-9]+(?:-[0-9]+)*(?![A-Za-z0-9])")
