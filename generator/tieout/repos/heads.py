"""Which branch of a repository people merge into, as the repository itself says: where its HEAD points.

Asked of the source, since a mirror has no HEAD of its own. Nothing is written anywhere.
"""

from pathlib import Path

from tieout.repos import git
from tieout.repos.mirrors import Address

USUAL = ("main", "master", "trunk", "develop", "devel")  # branches that people merge into, as a rule
_BRANCH = "refs/heads/"


def head_of(address: Address) -> str:
    """The branch that HEAD names, without `refs/heads/`; empty where HEAD is detached, unborn or cannot be read."""
    folder = Path(address.location) if address.kind == "local" else Path.cwd()
    if not folder.is_dir():
        return ""
    where = git.Where(
        folder,
        owners=(folder, folder / ".git") if address.kind == "local" else (),
        ceiling=folder.resolve().parent,
        network=address.kind == "network",
    )
    answer = git.run(where, "ls-remote", "--quiet", "--symref", "--end-of-options", address.location, "HEAD")
    for line in answer.out.decode("utf-8", "surrogateescape").split("\n") if answer.good else ():
        target, _, name = line.partition("\t")
        if name == "HEAD" and target.startswith(f"ref: {_BRANCH}"):
            return target.removeprefix(f"ref: {_BRANCH}")
    return ""


def choose(branches: tuple[str, ...], head: str) -> str:
    """The branch to read: HEAD's where it is there, else a usual name, else the only one; empty where nobody can tell."""
    for name in (head, *USUAL):
        if name and name in branches:
            return name
    return branches[0] if len(branches) == 1 else ""
