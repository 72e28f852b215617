"""The repository of the ISMS itself: the told pull requests as a forge merges them, then what was edited since."""

from collections.abc import Iterable, Mapping

from tieout.demo.hours import HOUR, MINUTE
from tieout.demo.objects import CommitText, Files
from tieout.demo.proposals import Draft, Proposal
from tieout.demo.services import Repository, Step
from tieout.demo.styles import draft_message, merge_message
from tieout.demo.teams import stamp
from tieout.demo.told import Pull
from tieout.demo.works import slug

REPO = "isms"


def build_isms(
    states: Iterable[tuple[Pull, Mapping[str, bytes]]], content: Mapping[str, bytes] | None
) -> tuple[Repository, tuple[Step, ...]]:
    """The repository and its merged pull requests. `content`: what a visitor may have edited; None leaves it out."""
    repository = Repository(REPO)
    steps: list[Step] = []
    for number, (pull, contents) in enumerate(states, 1):
        files = {path: repository.store.put("blob", body) for path, body in contents.items()}
        steps.append(_merge(repository, _proposal(pull, number), files))
    if content is not None:
        _edit(repository, content)
    return repository, tuple(steps)


def _proposal(pull: Pull, number: int) -> Proposal:
    branch = f"{pull.author.partition('-')[0]}/{slug(pull.title, 4)}"
    return Proposal(
        REPO, number, pull.title, pull.body.strip(), branch, pull.author,
        (Draft(pull.opened, pull.author, pull.title, ()),), pull.opened, pull.merged, pull.merged_by, pull.approved_by,
        "forge-merge", signed=pull.signed, coauthors=pull.coauthors,
    )  # fmt: skip


def _merge(repository: Repository, proposal: Proposal, files: Files) -> Step:
    """One commit on a branch and its merge; the branch follows the tip, as a register has one newest row."""
    tip = repository.tip if repository.line else None
    earliest = tip.time + MINUTE if tip else 0
    time = min(max(proposal.opened, earliest), proposal.merged - 10)
    author, committer = stamp(proposal.author, proposal.opened), stamp(proposal.author, time)
    parents = (tip.commit,) if tip else (_first(repository, proposal.opened - HOUR),)
    head = repository.store.commit(files, CommitText(parents, author, committer, draft_message(proposal, 0)))
    repository.refs[f"refs/pull/{proposal.number}/head"] = head
    merger = stamp(proposal.merger, proposal.merged)
    by = merger if proposal.signed else stamp("forge", proposal.merged)
    signer = proposal.merger if proposal.signed else ""
    said = CommitText((repository.tip.commit, head), merger, by, merge_message(proposal), signer)
    repository.enter(proposal.merged, repository.store.commit(files, said), files)
    return Step(proposal, repository.tip.commit, (head,), proposal.merged, time)


def _first(repository: Repository, time: int) -> str:
    """The empty commit that a forge makes with a new repository."""
    robot = stamp("forge", time)
    commit = repository.store.commit({}, CommitText((), robot, robot, "Initial commit"))
    repository.enter(time, commit, {})
    return commit


def _edit(repository: Repository, content: Mapping[str, bytes]) -> None:
    """The difference between the told end and the content, as one direct commit a minute later."""
    tip = repository.tip
    files = {path: repository.store.put("blob", body) for path, body in content.items()}
    if files == tip.files:
        return
    robot = stamp("isms", tip.time + MINUTE)
    changed = sum(files.get(path) != tip.files.get(path) for path in files.keys() | tip.files.keys())
    message = f"Edit the registers\n\nWhat was changed in the content since the told history ends: {changed} {'file' if changed == 1 else 'files'}."
    commit = repository.store.commit(files, CommitText((tip.commit,), robot, robot, message))
    repository.enter(tip.time + MINUTE, commit, files)
