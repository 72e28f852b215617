"""What Git holds about the file of a record: its changes, and who approved the last one, with the grade."""

from collections.abc import Mapping, Sequence

from tieout.model.history import Approval, Change, Facts
from tieout.model.registers import Isms
from tieout.views import words
from tieout.views.page import Line, Text

FileHistory = Mapping[str, Sequence[Change]]


def index(facts: Facts) -> FileHistory:
    """The changes of the ISMS by the path they touched, newest first."""
    found: dict[str, list[Change]] = {}
    for change in reversed(facts.isms_changes):
        for touched in change.paths:
            found.setdefault(touched.path, []).append(change)
    return found


def of_path(files: FileHistory, path: str) -> Sequence[Change]:
    """The changes of one file, newest first.

    Records are named from the folder of tieout.yml, Git's paths from the root of the repository: where the ISMS is a
    folder of a larger repository, the file is the only one whose path ends so.
    """
    if path in files or not path:
        return files.get(path, ())
    longer = sorted(found for found in files if found.endswith(f"/{path}"))
    return files[longer[0]] if len(longer) == 1 else ()


def strongest(change: Change) -> Approval | None:
    """The best approval by a person who wrote none of it; a robot's and one's own are none."""
    authors = {author.key for author in change.authors}
    others = [found for found in change.approvals if not found.by.robot and found.by.key not in authors]
    return max(others, key=lambda found: (found.grade, -found.at), default=None)


def words_of(isms: Isms, change: Change) -> Line:
    """Who approved a change, with the grade; `no record` is written out."""
    found = strongest(change)
    if found is None:
        return (Text("no record", "late"),)
    after = (words.soft(", after the fact"),) if found.after_the_fact else ()
    return (*words.identity(isms, found.by), Text(" "), words.grade(found.grade), *after)


def last(isms: Isms, changes: Sequence[Change]) -> Line:
    """The approval of the last change of a file."""
    return words_of(isms, changes[0]) if changes else (Text("no record", "late"),)
