"""Deployments from a release branch (D4): each step of its own proves that a release was cut; not that it was deployed.

The steps are the branch's first-parent ones down to where it left the protected branch. A branch that is only moved
forward has none, so nothing says when: that is told. Tried on ansible/ansible (`stable-2.*`, steps that are
backports), openstack/glance (`stable/*`) and pallets/flask (`stable`, which is merged forward); git/git moves `maint` forward.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from tieout.history.deployments.maker import Told, make_deployment
from tieout.history.deployments.sources import Declared, Deployer, find_deployer, is_own, is_unsigned, is_vouched
from tieout.history.makers import signer_of
from tieout.history.signatures import judge
from tieout.model.grades import Grade
from tieout.model.history import Commit, Deployment, History, entry_times
from tieout.problems import Problem, Source, warning
from tieout.text.words import visible

HEADS = "refs/heads/"


def read_branches(declared: Declared) -> tuple[list[Deployment], list[Problem]]:
    """One for each step of the declared branch; of several branches that share a step, one."""
    history, cutoff = declared.source.history, declared.source.cutoff
    steps: dict[str, tuple[int, str]] = {}
    for name in release_branches(declared):
        for step, at in _own_steps(declared, history.refs[HEADS + name]):
            if not cutoff or at <= cutoff:
                steps.setdefault(step, (at, name))
    names = _tag_names(history)
    found = [_release(declared, history.commits[step], at, (name, names)) for step, (at, name) in steps.items()]
    problems = [] if steps else _nothing(declared)
    return sorted(found, key=lambda each: (each.at, each.record)), problems


def release_branches(declared: Declared) -> list[str]:
    """The branches that match, without the protected one."""
    history, pattern = declared.source.history, declared.pipeline.deployments.branch
    names = (ref.removeprefix(HEADS) for ref in history.refs if ref.startswith(HEADS))
    return sorted(name for name in names if fnmatchcase(name, pattern) and name != history.branch)


def why_nothing(declared: Declared) -> str:
    """Why the declared branch tells of no deployment, as the rest of a sentence."""
    repo, pattern = declared.source.history.repo, visible(declared.pipeline.deployments.branch)
    branches = release_branches(declared)
    if not branches:
        return f"{repo} has no release branch {pattern}"
    if len(branches) == 1:
        return f"the release branch {visible(branches[0])} of {repo} has no step of its own"
    return f"the {len(branches)} release branches {pattern} of {repo} have no step of their own"


def _nothing(declared: Declared) -> list[Problem]:
    message = (
        f"{why_nothing(declared)}, so no deployment is counted there; name the branch that releases are merged into, "
        f"and merge with 'git merge --no-ff'"
    )
    return [warning("release-branch-tells-nothing", message, Source(declared.source.history.repo))]


def _own_steps(declared: Declared, tip: str) -> Iterator[tuple[str, int]]:
    """The steps of a branch since it left the protected one, oldest first, each with when it entered the branch."""
    history, line = declared.source.history, declared.source.line
    steps: list[str] = []
    current = tip
    while current in history.commits and current not in line.position:
        steps.append(current)
        current = next(iter(history.commits[current].parents), "")
    steps.reverse()
    left = [line.times[line.position[current]]] if current in line.position else []
    times = entry_times([*left, *(history.commits[step].committer.time for step in steps)])
    return zip(steps, times[len(left) :], strict=True)


def _release(declared: Declared, step: Commit, at: int, named: tuple[str, dict[str, str]]) -> Deployment:
    repo, (branch, tags) = declared.source.history.repo, named
    commit = _content(declared.source.history, step)
    told = Told(
        basis="release branch",
        environment=declared.production,
        at=at,
        claimed=step.committer.time,
        version=tags.get(step.id) or tags.get(commit) or step.id[:8],
        repo=repo,
        commit=commit,
        where=f"{repo}, commit {step.id[:8]} of branch {branch}",
        record=step.id,
        deployer=_deployer(declared, step, at),
        message=step.message,
    )
    return make_deployment(declared, told)


def _content(history: History, step: Commit) -> str:
    """The commit whose content the step releases: the merged one where the merge adds nothing to it, else the step."""
    for side in step.parents[1:]:
        if side in history.commits and history.commits[side].tree == step.tree:
            return side
    return step.id


def _deployer(declared: Declared, step: Commit, at: int) -> Deployer:
    """Who made the step: the author of a merge; of anything else who committed it, as its author wrote its content."""
    registers = declared.registers
    if len(step.parents) > 1:
        return find_deployer(declared.source.history.repo, step, at, None, registers)
    by = registers.people.identify(step.committer, at)
    signature = judge(step.signature, at, registers.keys)
    if is_own(signature, by):
        return Deployer(by, Grade.SIGNED)
    hand = next((who for who in signer_of(signature, registers) if who.key != by.key), None)
    if hand is None and is_vouched(declared.source.history.repo, by, at, registers):
        return Deployer(by, Grade.RECORDED)
    return Deployer(by, Grade.STATED, hand, is_unsigned(by, at, registers))


def _tag_names(history: History) -> dict[str, str]:
    """By commit, the first tag that stands on it under its own name."""
    found: dict[str, str] = {}
    for name in sorted(history.tags):
        if not history.tags[name].renamed:
            found.setdefault(history.tags[name].commit, name)
    return found
