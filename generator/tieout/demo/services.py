"""Proposals become the commits of a service repository: branches, merges, squashes, rebases, tags' targets, pull refs."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from tieout.demo.dice import Dice
from tieout.demo.hours import MINUTE, seconds
from tieout.demo.objects import CommitText, Files, Store
from tieout.demo.pipelines import Setup, render, render_owners
from tieout.demo.proposals import Draft, Proposal
from tieout.demo.styles import draft_message, merge_message, squash_message
from tieout.demo.teams import Team, signs_drafts, stamp
from tieout.demo.vocabulary import VOCABULARIES
from tieout.demo.works import Edit, Vocabulary, apply, package_version, phrase, slug

IMPORTED = seconds("2025-10-01T10:00Z")
IMPORTED_FROM = date(2025, 9, 20)


class Step(NamedTuple):
    """One step of the protected branch and what it took in."""

    proposal: Proposal
    commit: str
    heads: tuple[str, ...]  # commits of the proposal, oldest first; the step itself for a direct push
    time: int
    last_draft: int  # committer time of the proposal's head


class Base(NamedTuple):
    """The branch as it stood after one step."""

    time: int
    commit: str
    files: Files


@dataclass(slots=True)
class Repository:
    """A repository that grows."""

    name: str
    store: Store = field(default_factory=Store)
    refs: dict[str, str] = field(default_factory=dict)
    line: list[Base] = field(default_factory=list)

    @property
    def tip(self) -> Base:
        return self.line[-1]

    def enter(self, time: int, commit: str, files: Files) -> None:
        self.line.append(Base(time, commit, files))
        self.refs["refs/heads/main"] = commit


def edited(store: Store, files: Files, edits: Iterable[Edit]) -> Files:
    """The files after the edits. A file that does not exist yet starts empty."""
    texts: dict[str, str] = {}
    for edit in edits:
        before = texts.get(edit.path)
        if before is None:
            before = store.text(files[edit.path]) if edit.path in files else ""
        texts[edit.path] = apply(before, edit)
    return files | {path: store.blob(text) for path, text in texts.items()}


def build(team: Team, proposals: Sequence[Proposal]) -> tuple[Repository, tuple[Step, ...]]:
    """The whole history of one service."""
    repository = Repository(team.repo)
    _import(repository, team)
    steps: list[Step] = []
    for proposal in proposals:
        steps.append(_merge(repository, _filled(proposal, steps, repository)))
    return repository, tuple(steps)


def _import(repository: Repository, team: Team) -> None:
    """The first commit: the code as it came from the old code host."""
    words = VOCABULARIES[team.repo]
    store = repository.store
    texts = first_files(words) | {
        team.ci: render(team.repo, Setup("v3.2.0", pre_prod=team.repo != "wallet")),
    }
    if not team.owners_since:
        texts["CODEOWNERS"] = render_owners(team)
    dice = Dice(team.repo, "import")
    whole = [Edit(path, "whole", text) for path, text in texts.items()]
    files = edited(store, {}, [*whole, *(phrase(work, words, dice).edit for work in words.works for _ in range(3))])
    author = stamp("yuki-arden", IMPORTED)
    message = f"Import {team.repo} from the old code host\n\nState of 30 September 2025; older history stays there, read-only."
    repository.enter(IMPORTED, store.commit(files, CommitText((), author, author, message)), files)


def first_files(words: Vocabulary) -> dict[str, str]:
    texts = {path: f"{head}\n" for path, head in words.headers.items()}
    texts["README.md"] = f"# {words.repo}\n\n{words.about}\n"
    texts["CHANGELOG.md"] = "# Changes\n\n- Import from the old code host.\n"
    texts["docs/reasons.md"] = "# Why it is so\n\n- One line for a reason that the code cannot tell.\n"
    texts[words.tests] = "// Tests.\n" if words.language == "typescript" else '"""Tests."""\n'
    if words.language == "typescript":
        rows = "".join(f'    "{name}": "{package_version(name, IMPORTED_FROM)}",\n' for name in words.dependencies)
        texts["package.json"] = (
            f'{{\n  "name": "{words.repo}",\n  "dependencies": {{\n{rows}    "@fennmoor/golden": "3.2.0"\n  }}\n}}\n'
        )
    else:
        texts["requirements.txt"] = "".join(
            f"{name}=={package_version(name, IMPORTED_FROM)}\n" for name in words.dependencies
        )
    return texts


def _filled(proposal: Proposal, steps: list[Step], repository: Repository) -> Proposal:
    """A revert learns what it takes back."""
    if not proposal.reverts:
        return proposal
    last, before, after = steps[-1], repository.line[-2].files, repository.tip.files
    title = f'Revert "{last.proposal.title}"'
    changed = sorted(path for path in after.keys() | before.keys() if after.get(path) != before.get(path))
    edits = tuple(Edit(path, "whole", repository.store.text(before[path])) for path in changed if path in before)
    reason, _, ticket = proposal.body.partition("\n\n")
    draft = Draft(proposal.drafts[0].time, proposal.author, title, edits)
    return replace(
        proposal,
        title=title,
        body=f"This reverts commit {last.commit}.\n\n{reason}\n\n{ticket}",
        branch=f"revert-{last.proposal.number}-{slug(last.proposal.title, 3)}",
        drafts=(draft,),
    )


def _merge(repository: Repository, proposal: Proposal) -> Step:
    tip = repository.tip
    if proposal.how == "direct":
        return _push(repository, proposal, tip)
    heads, files, last = _branch(repository, proposal)
    step = {"merge": _merge_commit, "squash": _squash, "rebase": _rebase}[proposal.how]
    commit = step(repository, proposal, heads, files)
    space = "merge-requests" if proposal.style == "request-merge" else "pull"
    repository.refs[f"refs/{space}/{proposal.number}/head"] = heads[-1]
    repository.enter(proposal.merged, commit, files)
    return Step(proposal, commit, heads, proposal.merged, last)


def _push(repository: Repository, proposal: Proposal, tip: Base) -> Step:
    files = edited(repository.store, tip.files, proposal.drafts[0].edits)
    who = stamp(proposal.author, proposal.merged)
    said = CommitText((tip.commit,), who, who, f"{proposal.title}\n\n{proposal.body}", proposal.author)
    commit = repository.store.commit(files, said)
    repository.enter(proposal.merged, commit, files)
    return Step(proposal, commit, (commit,), proposal.merged, proposal.merged)


def _branch(repository: Repository, proposal: Proposal) -> tuple[tuple[str, ...], Files, int]:
    """The proposal's commits and the files after its merge.

    A branch leaves where its first commit was made. Where main has since changed a file that it changes too, its
    people rebase it on the tip, as the forge asks of them: author dates stay, committer dates move.
    """
    store, line = repository.store, repository.line
    start = line[max(bisect_right(line, proposal.drafts[0].time, key=lambda base: base.time) - 1, 0)]
    touched = {edit.path for draft in proposal.drafts for edit in draft.edits}
    moved = any(start.files.get(path) != repository.tip.files.get(path) for path in touched)
    base = repository.tip if moved else start
    parent, files, time = base.commit, base.files, base.time + MINUTE
    heads: list[str] = []
    for number, draft in enumerate(proposal.drafts):
        after = edited(store, files, draft.edits)
        if after == files:
            note = f"docs/notes/{proposal.number}.md"  # already as wished: only the reason is new
            after = edited(store, files, [Edit(note, "whole", f"# {proposal.title}\n\n{proposal.body}\n")])
            touched.add(note)
        time = max(draft.time, time + MINUTE)
        signer = draft.author if proposal.signed and signs_drafts(draft.author, time) else ""
        author, committer = stamp(draft.author, draft.time), stamp(draft.author, time)
        parent = store.commit(after, CommitText((parent,), author, committer, draft_message(proposal, number), signer))
        heads.append(parent)
        files = after
    merged = repository.tip.files | {path: files[path] for path in touched if path in files}
    return tuple(heads), merged, time


def _merge_commit(repository: Repository, proposal: Proposal, heads: tuple[str, ...], files: Files) -> str:
    author = stamp(proposal.merger, proposal.dated or proposal.merged)
    own = proposal.signed or proposal.style != "forge-merge"
    committer = author if own else stamp("forge", proposal.merged)
    parents = (repository.tip.commit, heads[-1])
    signer = proposal.merger if proposal.signed else ""
    return repository.store.commit(files, CommitText(parents, author, committer, merge_message(proposal), signer))


def _squash(repository: Repository, proposal: Proposal, _: tuple[str, ...], files: Files) -> str:
    author = stamp(proposal.author, proposal.merged)
    committer = stamp(proposal.merger if proposal.signed else "forge", proposal.merged)
    signer = proposal.merger if proposal.signed else ""
    said = CommitText((repository.tip.commit,), author, committer, squash_message(proposal), signer)
    return repository.store.commit(files, said)


def _rebase(repository: Repository, proposal: Proposal, _: tuple[str, ...], files: Files) -> str:
    """One commit, replayed on the tip by the merger."""
    author = stamp(proposal.author, proposal.drafts[0].time)
    committer = stamp(proposal.merger, proposal.merged)
    signer = proposal.merger if proposal.signed else ""
    said = CommitText((repository.tip.commit,), author, committer, draft_message(proposal, 0), signer)
    return repository.store.commit(files, said)
