"""A linked repository -> our own bare mirror of it, as new as its source, and what is wrong with the source.

Nothing is ever written to the source. What its configuration, hooks, grafts and replacements would change does not
reach the mirror; that they are there is told. Of a mirror, only refs and objects are believed: it lies in a folder that
is the person's own, and one that says more than what is written here is made anew.
"""

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from tieout.model.settings import Repository
from tieout.problems import Problem, Source, error, warning
from tieout.repos import git, malformed, seen
from tieout.repos.histories import is_shallow, object_format
from tieout.text.addresses import without_secrets, without_secrets_within
from tieout.text.words import plural

READ = ("heads", "tags", "notes", "gittuf")  # refs/…/*
PROPOSALS = ("pull", "merge-requests")  # refs/…/*/head
_OWN = tuple(f"+refs/{name}/*:refs/{name}/*" for name in READ)
_PROPOSED = tuple(f"+refs/{name}/*/head:refs/{name}/*/head" for name in PROPOSALS)
_MIRRORED = re.compile(r"refs/(?:heads|tags|notes|gittuf)/.+|refs/(?:pull|merge-requests)/.+/head")
HEAD = "refs/tieout/head"  # of the ISMS's own repository: what is checked out, on a branch or not
_SCP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^-:].*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_MANY_REFS = 1_000  # git fetch writes a file for each, which are then slow to list; packed they are one
_FETCHED = "tieout-fetched"  # a file in the mirror, as old as what is in it
_UNREACHED = "tieout-unreached"  # a file in the mirror, there while its source could not be reached when last asked
# What git leaves behind when it is killed: locks, and packs that did not arrive whole.
_LEFT = ("*.lock", "refs/**/*.lock", "objects/pack/tmp_*", "objects/tmp_objdir-*", "objects/pack/*.lock")
_LEFT_OUT = "tieout-left-out"  # a file in the mirror: the offer whose proposals could not be fetched
_UNCHECKED = "tieout-unchecked"  # a file in the mirror: objects came in that git's own strict check refuses
_CONFIG = {
    "sha1": b"[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
    "sha256": b"[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n",
}
# What would make git read configuration or objects from elsewhere.
_ELSEWHERE = ("commondir", "config.worktree", "objects/info/alternates", "objects/info/http-alternates")
# Written by old versions of tools into many public histories, and without meaning: modes as 040000 for 40000.
_HARMLESS = ("fetch.fsck.zeroPaddedFilemode=ignore",)
_FETCH = (
    "fetch",
    "--quiet",
    "--force",
    "--prune",
    "--no-tags",
    "--update-shallow",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--no-recurse-submodules",
)
# git takes these two from upload-pack's own environment only, and a source's grafts would hide commits from us
_UPLOAD_PACK = "GIT_GRAFT_FILE=/dev/null GIT_NO_REPLACE_OBJECTS=1 git-upload-pack"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a repository is, once its URL was found allowed."""

    kind: Literal["local", "network"]
    location: str  # absolute path, or the URL itself


Result = tuple[Path | None, tuple[Problem, ...]]


def refresh(repository: Repository, base: Path, mirrors: Path, *, network: bool) -> Result:
    """Bring the mirror of `repository` up to date, or None where there is none to read.

    `base` is the folder of tieout.yml, which relative paths start from. A local source is always fetched; another only
    when `network` is true. A mirror that could not be brought up to date is returned as it was, with the problem.
    """
    address = locate_source(repository.url, base)
    if isinstance(address, str):
        return None, (_error(repository, "repository-url", address),)
    mirror = mirrors.absolute() / folder_of(repository, address)
    if address.kind == "network" and not network:
        found, problems = _as_it_was(repository, mirror)
    else:
        mirrors.mkdir(parents=True, exist_ok=True)
        with _alone(mirror):
            if address.kind == "local":
                found, problems = _refresh_local(repository, address.location, mirror, base)
            else:
                found, problems = _refresh_network(repository, address.location, mirror)
    return found, (*problems, *(seen.compare(repository, found, _all_refs(found)) if found else ()))


@contextmanager
def _alone(mirror: Path) -> Iterator[None]:
    """One process at a time fetches into a mirror; what an ended one left half done is taken away first."""
    with mirror.with_name(f"{mirror.name}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for pattern in _LEFT:
            for file in mirror.glob(pattern):
                shutil.rmtree(file) if file.is_dir() else file.unlink()
        yield


def folder_of(repository: Repository, address: Address) -> str:
    """The folder of a mirror. What came over a network is kept by its address: another one, which a branch may write
    into tieout.yml, is another mirror. A local source needs none, as it is fetched each time.
    """
    if address.kind == "local":
        return f"{repository.id}.git"
    return f"{repository.id}-{hashlib.sha256(address.location.encode()).hexdigest()[:16]}.git"


def locate_source(url: str, base: Path) -> Address | str:
    """Classify a URL; a string is the sentence that says why it is refused."""
    allowed, shown = "use https://, ssh://, git@host:path, file:// or a path", without_secrets(url)
    if not url or url.startswith("-") or "::" in url or not url.isprintable():
        return f"the address {shown!r} is not allowed; {allowed}"
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in ("https", "ssh"):
        user, _, host = _authority(url).rpartition("@")
        if ":" in user:
            return f"the address {shown} has a password in it; take it out, and give it to git's credential helper"
        return Address("network", url) if host and host[0] not in "-:" else f"{shown!r} names no host; {allowed}"
    if scheme and scheme[1].lower() == "file":
        authority = _authority(url)
        path = unquote(urlsplit(url).path) if authority in {"", "localhost"} else ""
        return Address("local", path) if path and "\0" not in path else f"{shown!r}: {allowed}"
    if scheme or (":" in url.partition("/")[0] and not _SCP.fullmatch(url)):
        return f"the address {shown!r} is of a kind that is not fetched; {allowed}"
    if _SCP.fullmatch(url):
        return Address("network", url)
    return Address("local", os.path.normpath(base.absolute() / url))


def _authority(url: str) -> str:
    """What stands between `://` and the path; more than that where it is not as it should be, so that no host is found."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ":"


def _refresh_local(repository: Repository, location: str, mirror: Path, base: Path) -> Result:
    source = Path(location)
    if not source.is_dir():
        return _kept(mirror), (
            _error(
                repository,
                "repository-missing",
                f"there is no folder {_name(repository)}{_instead(mirror)}; clone the repository there, or correct its "
                "url in tieout.yml",
            ),
        )
    store = _git_directory(source)
    if store is None:
        return _kept(mirror), (
            _error(
                repository,
                "repository-missing",
                f"{_name(repository)} is not a git repository{_instead(mirror)}; correct its url in tieout.yml",
            ),
        )
    if _comes_with_content(store, base):
        message = (
            f"{_name(repository)} lies among the files of the ISMS, where it is no evidence: whoever writes the content "
            "could have written it. Keep it outside, or as a clone with a .git of its own, and correct its url in tieout.yml"
        )
        return None, (_error(repository, "repository-url", message),)
    owners = tuple(dict.fromkeys((source, source / ".git", store)))
    result, problems = _fetch(repository, str(source), mirror, git.Where(mirror.parent, owners=owners))
    failed = any(problem.severity == "error" for problem in problems)
    return result, (*_source_faults(repository, store), *(_partial(repository, store) if failed else ()), *problems)


def _refresh_network(repository: Repository, url: str, mirror: Path) -> Result:
    result, problems = _fetch(repository, url, mirror, git.Where(mirror.parent, network=True))
    if result is not None and is_shallow(result):
        problems = (_shallow(repository), *problems)
    return result, problems


def _as_it_was(repository: Repository, mirror: Path) -> Result:
    if not _is_ours(mirror):
        message = f"{_name(repository)} was not fetched yet; run `tieout sync`"
        return None, (_error(repository, "repository-unfetched", message),)
    problems = _unchecked(repository, mirror)
    if (mirror / _UNREACHED).exists():
        message = f"{_name(repository)} could not be reached when last asked{_instead(mirror)}; run `tieout sync` again"
        problems = (warning("repository-unreachable", message, Source(repository.id)), *problems)
    return mirror, (_shallow(repository), *problems) if is_shallow(mirror) else problems


def _fetch(repository: Repository, source: str, mirror: Path, outside: git.Where) -> Result:
    """Ask for the source's refs; fetch only when they are not the mirror's."""
    outside = git.Where(outside.folder, owners=outside.owners, ceiling=outside.folder.parent, network=outside.network)
    listed = git.run(outside, "ls-remote", "--quiet", *_upload_pack(outside), "--end-of-options", source)
    if not listed.good:
        kept = _kept(mirror)
        if kept:
            (kept / _UNREACHED).touch()
        return kept, (_unreachable(repository, listed, outside, kept),)
    offered = _parse_refs(listed.out)
    _prepare(mirror, offered, shallow_before=is_shallow(mirror))
    replaced = _replaced(repository, offered)
    if _wanted(repository, offered) == _mirrored(mirror):
        _note_fetched(mirror)
        return mirror, (*replaced, *_unchecked(repository, mirror))
    if _left_out(mirror, offered) and _own_refs(_wanted(repository, offered)) == _own_refs(_mirrored(mirror)):
        _note_fetched(mirror)
        return mirror, (*replaced, _proposals_unread(repository), *_unchecked(repository, mirror))
    where = git.at_mirror(mirror, owners=outside.owners, network=outside.network)
    head = (f"+HEAD:{HEAD}",) if _follows_head(repository, offered) else ()
    if _take(where, mirror, source, (*_OWN, *_PROPOSED, *head)):
        left_out: tuple[Problem, ...] = ()
    elif _take(where, mirror, source, (*_OWN, *head)):
        left_out = (_proposals_unread(repository),)
        (mirror / _LEFT_OUT).write_bytes(_digest(offered))
    else:
        message = f"the objects of {_name(repository)} could not all be read; run `git fsck` there, or clone it anew"
        return _kept(mirror), (*replaced, _error(repository, "repository-damaged", message))
    if len(offered) > _MANY_REFS:
        git.run(where, "pack-refs", "--all")
    _note_fetched(mirror)
    return mirror, (*replaced, *left_out, *_unchecked(repository, mirror))


def _left_out(mirror: Path, offered: dict[str, str]) -> bool:
    """Whether the same proposals could not be fetched before: to try again takes as long as to fetch them all."""
    file = mirror / _LEFT_OUT
    return file.is_file() and file.read_bytes() == _digest(offered)


def _digest(offered: dict[str, str]) -> bytes:
    listed = "".join(f"{id_} {name}\n" for name, id_ in sorted(offered.items()))
    return hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest().encode()


def _own_refs(refs: dict[str, str]) -> dict[str, str]:
    """Without proposals."""
    proposed = tuple(f"refs/{name}/" for name in PROPOSALS)
    return {name: id_ for name, id_ in refs.items() if not name.startswith(proposed)}


def _take(where: git.Where, mirror: Path, source: str, refspecs: tuple[str, ...]) -> bool:
    """Fetch, strictly; else without git's check of the objects' form, and list what it would have refused."""
    arguments = (*_FETCH, *_upload_pack(where), "--end-of-options", source, *refspecs)
    if git.run(where, *arguments, settings=_HARMLESS).good:
        return True
    if not git.run(where, *arguments, settings=("transfer.fsckObjects=false",)).good:
        return False
    (mirror / _UNCHECKED).write_bytes(malformed.render(malformed.list_malformed(mirror)))
    return True


def _proposals_unread(repository: Repository) -> Problem:
    message = (
        f"objects that only proposals of {_name(repository)} lead to are missing there, so none of its proposals is read and "
        f"what squashes brought cannot be told; clone it anew, without --filter"
    )
    return _error(repository, "proposals-unread", message)


def _upload_pack(where: git.Where) -> tuple[str, ...]:
    return () if where.network else (f"--upload-pack={_UPLOAD_PACK}",)


def _wanted(repository: Repository, offered: dict[str, str]) -> dict[str, str]:
    """The refs that the mirror should have."""
    wanted = {name: object_id for name, object_id in offered.items() if _MIRRORED.fullmatch(name)}
    return wanted | {HEAD: offered["HEAD"]} if _follows_head(repository, offered) else wanted


def _follows_head(repository: Repository, offered: dict[str, str]) -> bool:
    return repository.kind == "isms" and "HEAD" in offered


def _parse_refs(out: bytes) -> dict[str, str]:
    """`ls-remote`: id, tab, name. What a tag leads to (`^{}`) is left out."""
    lines = (line.split("\t", 1) for line in out.decode("utf-8", "surrogateescape").split("\n") if "\t" in line)
    return {name: object_id for object_id, name in lines if not name.endswith("^{}")}


def _mirrored(mirror: Path) -> dict[str, str]:
    """The refs of the source, as the mirror has them."""
    return {name: object_id for name, object_id in _all_refs(mirror).items() if not name.startswith(seen.OURS)}


def _all_refs(mirror: Path) -> dict[str, str]:
    answer = git.run(git.at_mirror(mirror), "for-each-ref", "--format=%(objectname)%09%(refname)")
    return _parse_refs(answer.out)


def _prepare(mirror: Path, offered: dict[str, str], *, shallow_before: bool) -> None:
    """An empty mirror in the source's hash algorithm, unless a usable one is there."""
    wanted = "sha256" if any(len(object_id) == 64 for object_id in offered.values()) else "sha1"
    usable = _is_ours(mirror) and not shallow_before and (not offered or object_format(mirror) == wanted)
    if usable:
        return
    shutil.rmtree(mirror, ignore_errors=True)
    outside = git.Where(mirror.parent)
    git.run(
        outside,
        "init",
        "--quiet",
        "--bare",
        "--template=",
        f"--object-format={wanted}",
        "--end-of-options",
        str(mirror),
    )
    (mirror / "config").write_bytes(_CONFIG[wanted])


def _is_ours(mirror: Path) -> bool:
    """Whether a mirror is there, and as we make it: its configuration could name programs and other stores."""
    file = mirror / "config"
    plain = file.is_file() and not mirror.is_symlink() and file.read_bytes() in _CONFIG.values()
    return plain and not any(os.path.lexists(mirror / name) for name in _ELSEWHERE)


def _git_directory(source: Path) -> Path | None:
    """The directory that holds the objects of `source` (with or without a work tree, or linked to another's)."""
    where = git.Where(source, owners=(source, source / ".git"), ceiling=source.resolve().parent)
    answer = git.run(where, "rev-parse", "--path-format=absolute", "--git-common-dir")
    return Path(os.fsdecode(answer.out.removesuffix(b"\n"))) if answer.good and answer.out else None


def _comes_with_content(store: Path, base: Path) -> bool:
    """Whether Git could have written `store` with a commit of the ISMS: in its tree, and below no `.git`."""
    places = (base.resolve(), *base.resolve().parents)
    top = next((place for place in places if (place / ".git").exists()), None)
    real = store.resolve()
    return top is not None and real.is_relative_to(top) and ".git" not in real.relative_to(top).parts


def _source_faults(repository: Repository, store: Path) -> tuple[Problem, ...]:
    """What the source's own files say about it: cut off, partial, or with a view of history that is not the true one."""
    problems: list[Problem] = []
    if is_shallow(store):
        problems.append(_shallow(repository))
    grafts = store / "info" / "grafts"
    if grafts.is_file() and grafts.read_bytes().strip():
        message = (
            f"info/grafts of {_name(repository)} pretends other parents; the true history is read. Delete the file"
        )
        problems.append(warning("history-grafted", message, Source(repository.id)))
    return tuple(problems)


def _partial(repository: Repository, store: Path) -> tuple[Problem, ...]:
    """A source that was cloned with a filter lacks objects only where a fetch from it fails."""
    if not any((store / "objects" / "pack").glob("*.promisor")):
        return ()
    message = f"{_name(repository)} is a partial clone and lacks files; clone it again without --filter"
    return (_error(repository, "repository-partial", message),)


def _shallow(repository: Repository) -> Problem:
    message = (
        f"{_name(repository)} is a shallow clone: older history is missing and counts are lower bounds; "
        "run `git fetch --unshallow` there (in CI set fetch-depth: 0)"
    )
    return _error(repository, "repository-shallow", message)


def _replaced(repository: Repository, offered: dict[str, str]) -> tuple[Problem, ...]:
    names = sorted(name.removeprefix("refs/replace/") for name in offered if name.startswith("refs/replace/"))
    if not names:
        return ()
    message = (
        f"refs/replace shows other content for {plural(len(names), 'object')} at the source (first: {names[0][:12]}); "
        "the true history is read. Delete what is there with `git replace -d`"
    )
    return (warning("history-replaced", message, Source(repository.id)),)


def _unchecked(repository: Repository, mirror: Path) -> tuple[Problem, ...]:
    if not (mirror / _UNCHECKED).exists():
        return ()
    listed = malformed.describe(malformed.parse((mirror / _UNCHECKED).read_bytes()))
    message = (
        f"git's strict check refuses some objects of this history{': ' if listed else ''}{listed}; they were read all "
        "the same, each by its id, and nothing of them is run. `git fsck --strict` in the source tells more"
    )
    return (warning("repository-malformed-objects", message, Source(repository.id)),)


def _unreachable(repository: Repository, listed: git.Answer, outside: git.Where, kept: Path | None) -> Problem:
    remedy = (
        "check the address and your access, then run `tieout sync` again"
        if outside.network
        else "check it with `git fsck`"
    )
    quoted = without_secrets_within(listed.said.replace(repository.url, without_secrets(repository.url)))
    said = f" (git says: {quoted})" if outside.network and listed.said else ""
    instead = f"; what was fetched {_age(kept)} is read instead" if kept and outside.network else ""
    message = f"{_name(repository)} could not be read{said}{instead}; {remedy}"
    return _error(repository, "repository-unreachable", message)


def _note_fetched(mirror: Path) -> None:
    (mirror / _FETCHED).touch()
    (mirror / _UNREACHED).unlink(missing_ok=True)


def _instead(mirror: Path) -> str:
    """What is read of a repository that is not there, where something is."""
    if not _kept(mirror):
        return ""
    file = mirror / _FETCHED
    day = f"on {datetime.fromtimestamp(int(file.stat().st_mtime), UTC).date()}" if file.exists() else "before"
    return f"; what was fetched {day} is read instead"


def _age(mirror: Path) -> str:
    """When a mirror was last found to be as new as its source, as a day and as days before now."""
    file = mirror / _FETCHED
    if not file.exists():
        return "before"
    fetched = int(file.stat().st_mtime)
    days = max(0, int(time.time()) - fetched) // 86_400
    return f"on {datetime.fromtimestamp(fetched, UTC).date()} ({plural(days, 'day')} ago)"


def _kept(mirror: Path) -> Path | None:
    return mirror if _is_ours(mirror) and _mirrored(mirror) else None


def _name(repository: Repository) -> str:
    """A repository in a message: as tieout.yml writes it, since messages are published and a path of this machine is not."""
    return "the repository of the ISMS" if repository.kind == "isms" else without_secrets(repository.url)


def _error(repository: Repository, code: str, message: str) -> Problem:
    return error(code, message, Source(repository.id))
