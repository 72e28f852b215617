"""A starting ISMS joined with the drafts of a scout, as a person left them: repositories, people, services, pipelines. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping

from tieout.problems import BuildError, Source
from tieout.text import yaml, yaml_lines
from tieout.text.yaml import Value

SETTINGS, PEOPLE = "tieout.yml", "isms/people.yml"
FIRST = "first-service"  # of the starting ISMS: the first drafted service takes its place
_SERVICES, _PIPELINES = "isms/services/", "isms/pipelines/"
_NONE_LINKED = "repositories: {}\n"
_ROW_ID = re.compile(r"^- id: *(\S+)", re.MULTILINE)


def is_draft(path: str) -> bool:
    """Whether a file of a draft is one that a starting ISMS takes up."""
    folder, _, name = path.rpartition("/")
    in_register = (
        f"{folder}/" in {_SERVICES, _PIPELINES} and name.endswith((".md", ".yml")) and not name.startswith(".")
    )
    return path in {SETTINGS, PEOPLE} or in_register


def join(start: Mapping[str, bytes], drafts: Mapping[str, bytes], owner: str, address: str) -> dict[str, bytes]:
    """The files of a start with the drafts taken up, by path. `owner` is the id of the person who begins it.

    An entry of the draft with the owner's address is the owner's: its other addresses become theirs.

    Raises:
        BuildError: a draft cannot be read, or holds nothing to begin with.
    """
    taken = {path: data for path, data in drafts.items() if is_draft(path)}
    services = sorted(path for path in taken if path.startswith(_SERVICES))
    if SETTINGS not in taken or not services:
        raise BuildError(
            f"a draft holds {SETTINGS} and {_SERVICES}…; run `tieout scout REPO --output DIR` and name that DIR."
        )
    first = _id_of(services[0])
    texts = {path: data.decode() for path, data in start.items() if path != f"{_SERVICES}{FIRST}.md"}
    texts = {path: text.replace(FIRST, first) if path.startswith("isms/") else text for path, text in texts.items()}
    texts[SETTINGS] = _linked(texts[SETTINGS], taken[SETTINGS])
    texts[PEOPLE] += "".join(_people(texts[PEOPLE], taken.get(PEOPLE, b""), owner, address))
    others = _addresses(taken.get(PEOPLE, b""), address)
    texts[PEOPLE] = _with_addresses(texts[PEOPLE], address, others)
    added = {path: data for path, data in taken.items() if path not in {SETTINGS, PEOPLE}}
    return {**{path: text.encode() for path, text in texts.items()}, **added}


def _id_of(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md").removesuffix(".yml")


def _read(data: bytes, path: str) -> Value:
    parsed = yaml.parse(data, Source(path=path))
    if parsed.problems:
        raise BuildError(f"{parsed.problems[0]}; mend the draft and run the command again.")
    return parsed.value


def _linked(settings: str, draft: bytes) -> str:
    """The settings with the repositories of the draft, and its operator where the start has none yet."""
    value = _read(draft, SETTINGS)
    repositories = value.get("repositories") if isinstance(value, dict) else None
    if not isinstance(repositories, dict) or not repositories:
        raise BuildError(f"{SETTINGS} of the draft links no repositories; run `tieout scout` again.")
    return settings.replace(_NONE_LINKED, "repositories:\n" + "".join(yaml_lines.fields(repositories, "  ")), 1)


# --- people --------------------------------------------------------------------------------------------------------


def _people(start: str, draft: bytes, owner: str, address: str) -> Iterator[str]:
    """The entries of the draft as they are written, with their comments; without the owner's own."""
    taken = {owner, *_ROW_ID.findall(start)}
    for text in _entries(draft):
        value = _read(text.encode(), PEOPLE)
        row = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}
        if address.casefold() in (one.casefold() for one in _emails(row)):
            continue
        id_ = str(row.get("id", ""))
        free = next(each for number in range(1, len(taken) + 2) if (each := _numbered(id_, number)) not in taken)
        taken.add(free)
        yield "\n" + (text if free == id_ else _ROW_ID.sub(f"- id: {free}", text, count=1))


def _numbered(id_: str, number: int) -> str:
    return id_ if number == 1 else f"{id_}-{number}"


def _entries(draft: bytes) -> Iterator[str]:
    """The rows of a list as text, each with the comment right above it."""
    comment: list[str] = []
    lines: list[str] = []
    for line in draft.decode("utf-8", "replace").splitlines(keepends=True):
        if line.startswith("- "):
            if lines:
                yield "".join(lines)
            lines = [*comment, line]
            comment = []
        elif line.startswith("#"):
            comment.append(line)
        elif not line.strip():
            comment = []
        elif lines:
            lines += [*comment, line]
            comment = []
    if lines:
        yield "".join(lines)


def _emails(row: Mapping[str, Value]) -> tuple[str, ...]:
    emails = row.get("emails")
    return tuple(str(one) for one in emails) if isinstance(emails, list) else (str(emails),) if emails else ()


def _addresses(draft: bytes, address: str) -> tuple[str, ...]:
    """Further addresses of the entry that has the owner's."""
    value = _read(draft, PEOPLE) if draft else None
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    own = (_emails(row) for row in rows if address.casefold() in (one.casefold() for one in _emails(row)))
    return tuple(one for emails in own for one in emails if one.casefold() != address.casefold())


def _with_addresses(people: str, address: str, others: Iterable[str]) -> str:
    written = [yaml_lines.quoted(one) for one in (address, *others)]
    return people.replace(f"emails: [{written[0]}]", f"emails: [{', '.join(written)}]", 1)
