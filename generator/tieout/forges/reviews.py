"""Facts about proposals -> review records, one for each that was merged."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tieout.forges.asked import Asked
from tieout.forges.facts import Checked, Fact, Kept, Proposal, Verdict, Version, Written
from tieout.forges.lines import Made, zoned

LISTED: Final = 250  # commits of a pull request that GitHub's REST answer lists at most
PAGE: Final = 20  # of GitLab's commits, which tell nowhere how many there are


@dataclass(slots=True)
class _Known:
    """Facts by what they are about."""

    verdicts: dict[int, list[Verdict]] = field(default_factory=lambda: defaultdict(list))
    by_file: dict[str, list[Written]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[int, list[Written]] = field(default_factory=lambda: defaultdict(list))
    checks: dict[str, list[Checked]] = field(default_factory=lambda: defaultdict(list))
    checks_of: dict[int, list[Checked]] = field(default_factory=lambda: defaultdict(list))
    versions: dict[int, list[Version]] = field(default_factory=lambda: defaultdict(list))


def make_reviews(facts: Iterable[Fact], incomplete: frozenset[int], asked: Asked) -> tuple[list[Made], Counter[str]]:
    """Records by their reference, and how many facts became no part of one, by the reason.

    `incomplete` are proposals whose commits are told in part only.
    """
    left: Counter[str] = Counter()
    proposals, known = _sort(facts, left)
    kept = {number: one for number, one in proposals.items() if _counts(one, asked.branches, left)}
    lists = _lists(known, kept.values())
    made = []
    used: set[int] = set()
    for number in sorted(kept):
        proposal = kept[number]
        commits = lists.get(number, [])
        checks = _checks_of(proposal, commits, known)
        used.update(map(id, checks))
        raws = {proposal.raw.digest: proposal.raw}
        record = _record(proposal, checks, known, raws, asked.repo)
        if authors := _authors(proposal, commits, number in incomplete, left, raws):
            record["authors"] = authors
        made.append(Made(_path(asked.repo, proposal.merged), _ordered(record, raws), tuple(raws.values())))
    _count_unused(known, proposals, lists, used, left)
    return made, left


def _sort(facts: Iterable[Fact], left: Counter[str]) -> tuple[dict[int, Proposal], _Known]:
    proposals: dict[int, Proposal] = {}
    known = _Known()
    for fact in facts:
        match fact:
            case Proposal():
                left["proposals that another answer tells as well"] += fact.number in proposals
                proposals[fact.number] = _fuller(proposals.get(fact.number), fact)
            case Verdict():
                known.verdicts[fact.number].append(fact)
            case Written(number=0):
                known.by_file[fact.file].append(fact)
            case Written():
                known.by_number[fact.number].append(fact)
            case Checked(number=0):
                known.checks[fact.commit].append(fact)
            case Checked():
                known.checks_of[fact.number].append(fact)
            case Version():
                known.versions[fact.proposal].append(fact)
            case _:
                pass
    return proposals, known


def _fuller(before: Proposal | None, now: Proposal) -> Proposal:
    """Of a proposal that is told twice the one that tells more: a list names no merger and no number of commits."""
    if before is None or before.merged != now.merged:
        return now if before is None or now.merged else before
    return now if (bool(now.merger), now.commits) >= (bool(before.merger), before.commits) else before


def _counts(proposal: Proposal, branches: Sequence[str], left: Counter[str]) -> bool:
    if proposal.number < 1:
        left["proposals without a number"] += 1
    elif not proposal.merged:
        left["proposals that were not merged"] += 1
    elif branches and proposal.base not in branches:
        left[f"proposals merged into {proposal.base or 'a branch that is not told'} (name it with --branch)"] += 1
    elif not proposal.change:
        left["merged proposals that do not tell the commit on the branch"] += 1
    else:
        return True
    return False


# --- who wrote it --------------------------------------------------------------------------------------------------


def _lists(known: _Known, proposals: Iterable[Proposal]) -> dict[int, list[Written]]:
    """The commits of each proposal: as its own answer tells them, else the file of commits that ends with its head."""
    ends: dict[str, str] = {}
    for file, commits in known.by_file.items():
        ends.setdefault(commits[-1].id, file)  # GitHub: the oldest first
        ends.setdefault(commits[0].id, file)  # GitLab: the newest first
    found = {number: list(commits) for number, commits in known.by_number.items()}
    for proposal in proposals:
        if proposal.head in ends:
            found.setdefault(proposal.number, []).extend(known.by_file[ends[proposal.head]])
    return found


def _authors(
    proposal: Proposal, commits: list[Written], partly: bool, left: Counter[str], raws: dict[str, Kept]
) -> list[dict[str, object]]:
    """Everybody, or nobody: of authors that are known in part, the missing one may be the reviewer."""
    ids = {commit.id for commit in commits}
    if not commits:
        left["records without authors, as no answer lists their commits"] += 1
        return []
    cut = len(ids) == LISTED if proposal.forge == "GitHub" and proposal.commits < 0 else len(ids) < proposal.commits
    cut = cut or (proposal.forge == "GitLab" and len(ids) % PAGE == 0)
    if partly or cut or proposal.head not in ids:
        left["records without authors, as their commits may not all be listed (save them with --paginate)"] += 1
        return []
    if any(not commit.by for commit in commits):
        left["records without authors, as a commit names nobody"] += 1
        return []
    named: dict[str, set[str]] = {proposal.opener: set()} if proposal.opener else {}
    for written in commits:
        raws[written.raw.digest] = written.raw
        for by in written.by:
            named.setdefault(by, set()).add(written.id)
    return [{"by": by, "commits": sorted(named[by])} for by in sorted(named)]


# --- the record ----------------------------------------------------------------------------------------------------


def _record(
    proposal: Proposal, checks: list[Checked], known: _Known, raws: dict[str, Kept], repo: str
) -> dict[str, object]:
    approvals = _approvals(proposal, known, raws)
    for check in checks:
        raws[check.raw.digest] = check.raw
    results = sorted({(check.name, check.at, check.commit, check.result) for check in checks})
    return {
        "change": proposal.change,
        "repo": repo,
        "ref": proposal.reference,
        "title": proposal.title,
        "opened": zoned(proposal.opened) if proposal.opened else "",
        "head": proposal.head,
        "approvals": approvals,
        "checks": [{"name": name, "result": result, "at": zoned(at), "commit": of} for name, at, of, result in results],
        "merged": {**({"by": proposal.merger} if proposal.merger else {}), "at": zoned(proposal.merged)},
    }


def _approvals(proposal: Proposal, known: _Known, raws: dict[str, Kept]) -> list[dict[str, object]]:
    """Verdicts, oldest first. What a note tells is not told again by GitLab's list of approvals."""
    verdicts = known.verdicts.get(proposal.number, [])
    noted = {verdict.by for verdict in verdicts if verdict.told_by == "note" and verdict.state == "approved"}
    found = set()
    for verdict in verdicts:
        if verdict.told_by == "approval" and verdict.by in noted:
            continue
        raws[verdict.raw.digest] = verdict.raw
        of = verdict.commit or _head_at(proposal, verdict.at, known, raws)
        found.add((verdict.at, verdict.by, verdict.state, of))
    return [
        {"by": by, "at": zoned(at), **({"commit": of} if of else {}), "state": state}
        for at, by, state, of in sorted(found)
    ]


def _head_at(proposal: Proposal, at: int, known: _Known, raws: dict[str, Kept]) -> str:
    """What the head was at that time; empty where no version tells."""
    before = [version for version in known.versions.get(proposal.id, ()) if version.at <= at] if proposal.id else []
    if not before:
        return ""
    newest = max(before, key=lambda version: (version.at, version.head))
    raws[newest.raw.digest] = newest.raw
    return newest.head


def _checks_of(proposal: Proposal, commits: list[Written], known: _Known) -> list[Checked]:
    ids = {proposal.head, proposal.change, *(commit.id for commit in commits)}
    return [
        *known.checks_of.get(proposal.number, ()),
        *(one for id_ in sorted(ids) for one in known.checks.get(id_, ())),
    ]


def _ordered(record: dict[str, object], raws: Mapping[str, Kept]) -> dict[str, object]:
    """In the order of the format, without what is not told."""
    told = {**record, "raw": [f"sha256:{digest}" for digest in sorted(raws)]}
    order = ("change", "repo", "ref", "title", "opened", "authors", "head", "approvals", "checks", "merged", "raw")
    return {key: told[key] for key in order if told.get(key)}


def _count_unused(
    known: _Known,
    proposals: Mapping[int, Proposal],
    lists: Mapping[int, list[Written]],
    used: set[int],
    left: Counter[str],
) -> None:
    """What no proposal that was given claims, so that nothing is dropped without a word."""
    reviews = sum(len(found) for number, found in known.verdicts.items() if number not in proposals)
    left["reviews of proposals that no answer here tells of (save those beside them)"] += reviews
    listed = {commit.id for commits in lists.values() for commit in commits}
    heads = {proposal.head for proposal in proposals.values()}
    commits = [commit for found in known.by_file.values() for commit in found if commit.id not in listed | heads]
    left["commits in a file that ends with the head of no merged proposal"] += len(commits)
    every = [check for found in (*known.checks.values(), *known.checks_of.values()) for check in found]
    left["checks of commits that belong to no merged proposal here"] += sum(id(check) not in used for check in every)
    heads_known = {proposal.id for proposal in proposals.values()}
    versions = sum(len(found) for of, found in known.versions.items() if of not in heads_known)
    left["versions of merge requests that no answer here tells of"] += versions


def _path(repo: str, merged: int) -> str:
    return f"reviews/{repo}/{zoned(merged)[:7]}"
