"""Which file belongs to which register, and the id that a file's name gives. Opens nothing."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from tieout.model.registers import REGISTERS, Register
from tieout.problems import Problem, Source, error, warning
from tieout.text.words import plural, suggest

ENDINGS = (".md", ".yml", ".yaml")
# What people write records in when they do not know better; pictures and the like may lie beside a record.
_WRITTEN = frozenset({".txt", ".doc", ".docx", ".odt", ".rtf", ".orig", ".rej", ".bak", ".json"})
PROGRAMS = ".tieout/"  # beside tieout.yml, where earlier versions kept mirrors
FREE_FILES = frozenset({"README.md"})
MAX_ID = 64

_SLUG = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
_ID_AND_SLUG = re.compile(r"(?P<id>[A-Z]+(?:-(?:[A-Z0-9]+\.)*[A-Z0-9]+(?=-|$))+)(?:-(?P<slug>[A-Za-z0-9.-]+))?")
# Names that Windows keeps for devices: a page with such a name could not be written there.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The files of each register in order of path."""

    files: Mapping[str, tuple[str, ...]]  # by name of the register
    problems: tuple[Problem, ...]


def sort(paths: Collection[str], content: str) -> Sorted:
    """Give each Markdown and YAML file under the content folder to its register; what belongs to none is a warning.

    So is a file of another ending that looks like a record: it would be missed without a word.
    """
    found: dict[str, list[str]] = {register.name: [] for register in REGISTERS}
    problems: list[Problem] = []
    prefix = "" if content in {"", "."} else content.rstrip("/") + "/"
    for path in sorted(paths):
        inside = path.removeprefix(prefix)
        if not path.startswith(prefix) or _free(inside, prefix):
            continue
        if not path.endswith(ENDINGS):
            if fault := _unread(inside):
                problems.append(warning("unknown-file", fault, Source(path=path)))
            continue
        register = register_of(inside)
        if register is not None:
            found[register.name].append(path)
        else:
            message = f"this file belongs to no register{_meant(inside)}; move it, or take it out of {content}"
            problems.append(warning("unknown-file", message, Source(path=path)))
    planted = sorted(path for path in paths if path.startswith(PROGRAMS))
    if planted:
        message = (
            f"Git tracks {plural(len(planted), 'file')} below {PROGRAMS}, where only programs write; none of them is read. "
            f"Find out who put them there, and take them out with `git rm -r {PROGRAMS}`"
        )
        problems.append(error("tieout-folder-tracked", message, Source(path=planted[0])))
    if not any(found.values()):
        message = "the content folder holds no record; write scope.md first, or correct `content` in tieout.yml"
        problems.append(error("content-empty", message, Source(path=prefix or ".")))
    return Sorted({name: tuple(files) for name, files in found.items()}, tuple(problems))


def _free(inside: str, prefix: str) -> bool:
    """README files; and where the ISMS is the whole repository, tieout.yml and hidden folders such as .github."""
    parts = PurePosixPath(inside).parts
    return (
        parts[-1] in FREE_FILES
        or any(part.startswith(".") for part in parts)
        or (not prefix and inside == "tieout.yml")
    )


def _unread(inside: str) -> str:
    """Why a file of another ending was probably meant to be read; nothing for pictures, attachments and the like."""
    path = PurePosixPath(inside)
    register = register_of(inside)
    if any(one.path == inside for one in REGISTERS):
        return f"{inside} must be a folder; a file is not read here, and a symbolic link is not followed"
    if register is None or register.name == "evidence":
        return ""
    if not path.suffix:
        return "this is not read: a record ends in .md, and a symbolic link to a folder is not followed; rename it, or put the folder itself here"
    same = path.suffix.lower() in {*ENDINGS, ".markdown"}
    named = register.prefix and path.suffix.lower() in _WRITTEN and path.name.startswith(f"{register.prefix}-")
    return (
        f"this is not read: a record ends in .md, not in {path.suffix}; rename it, or copy its text into a record"
        if same or named
        else ""
    )


def register_of(inside: str) -> Register | None:
    """The register of a path below the content folder. A folder's files may stand in folders of their own, by year."""
    folder, slash, _ = inside.partition("/")
    for register in REGISTERS:
        if register.path == inside if register.shape != "folder" else slash and register.path == folder:
            return register
    return None


def _meant(inside: str) -> str:
    folder, slash, rest = inside.partition("/")
    near = suggest(folder, [register.path for register in REGISTERS if (register.shape == "folder") == bool(slash)])
    return f" (did you mean '{near}{slash}{rest}'?)" if near else ""


def file_id(register: Register, path: str) -> tuple[str, Problem | None]:
    """The id of the record in a file of a folder register, or of a single one; empty with a problem."""
    stem = PurePosixPath(path).stem
    if register.shape == "single":
        return stem, None
    if register.prefix:
        match = _ID_AND_SLUG.fullmatch(stem)
        if match is not None and match["id"].startswith(register.prefix + "-") and len(match["id"]) <= MAX_ID:
            return match["id"], None
        message = _elsewhere(match["id"] if match else "", register) or (
            f"the name of the file must begin with an id, such as {register.prefix}-007-in-a-few-words.md"
        )
        return "", error("id-grammar", message, Source(path=path))
    fault = _slug_fault(stem)
    return ("", error("id-grammar", fault, Source(path=path))) if fault else (stem, None)


def _elsewhere(id_: str, register: Register) -> str:
    """Where a file belongs whose id is that of another register; nothing when it is of none."""
    home = next((one for one in REGISTERS if one.prefix and id_.startswith(f"{one.prefix}-")), register)
    if home is register:
        return ""
    where = f"move the file to {home.path}/" if home.shape == "folder" else f"write it in {home.path}"
    return f"{id_} is the id of a {home.kind}; {where}, or give it an id such as {register.prefix}-007"


def row_fault(register: Register, id_: str) -> str:
    """What is wrong with the id of a row, or nothing."""
    if register.prefix and not (id_.startswith(register.prefix + "-") and _SLUG.fullmatch(id_) and len(id_) <= MAX_ID):
        return f"'{id_}' is not an id of this register; write {register.prefix}-007 or {register.prefix}-a-name"
    return "" if register.prefix else _slug_fault(id_)


def _slug_fault(slug: str) -> str:
    if not _SLUG.fullmatch(slug) or len(slug) > MAX_ID:
        return f"'{slug}' is not an id; use up to {MAX_ID} letters and digits, joined by - or ."
    if slug.partition(".")[0].lower() in _DEVICES:
        return f"'{slug}' is a name that Windows keeps for itself; choose another id"
    return ""


def normal(id_: str) -> str:
    """What two ids have in common that a reader would take for one: case and leading zeros aside."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", id_.lower())
