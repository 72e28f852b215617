"""What reached the branch, what vouches for it, who approved it, who brought it in, and whom a squash hides."""

from collections import Counter

from tieout.history.makers import CO_AUTHORS
from tieout.history.messages import parse_named, trailers_of, values
from tieout.model.history import Approval, Change, Identity
from tieout.text.words import digits, plural
from tieout.views import words
from tieout.views.scout.evidence import Evidence, is_forge, key_of, knows, name_of, share
from tieout.views.scout.report import Finding, Recount

KINDS = (
    ("merge", "by a merge commit"),
    ("squash", "squashed into one commit"),
    ("rebase", "rebased, several commits or one"),
    ("direct", "direct: no sign of a proposal"),
    ("root", "the first commit"),
)
PROPOSALS = frozenset({"merge", "squash", "rebase"})
VOUCHING = (
    ("record", "an exported record of the forge"),
    ("ref", "the proposal's own ref, with the same content"),
    ("forge", "the forge, declared, as its committer"),
    ("number", "only a number in its message"),
    ("branch", "only a merge by git, without a number"),
    ("none", "nothing: direct, or the first commit"),
)
RESTORED = (
    ("same", "the proposal was read, and its content is what was merged"),
    ("cannot-tell", "the proposal was read; the branch had changed the same files"),
    ("different", "the proposal was read, and other content was merged"),
    ("no-ref", "the proposal's ref is not here"),
)
SIGNED_OFF = "signed-off-by"
MANY = 20  # proposals from which on it is told that one address brought in most
MERGERS = (
    ("other", "another address and name than any author"),
    ("silent", "an address that wrote nothing here: perhaps a robot"),
    ("perhaps", "an author's name under another address"),
    ("author", "one of the authors"),
    ("hand", "somebody who committed it as their own, under another's author line"),
    ("forge", "the forge: who pressed the button is not in Git"),
)


def all_of(evidence: Evidence) -> Finding:
    """How many changes reached the branch, and in which form."""
    changes, line = evidence.changes, evidence.line
    total = evidence.total()
    first, last = words.day(changes[0].time), words.day(changes[-1].time)
    steps = len(line.steps)
    together = steps - total.whole
    merges = sum(len(line.history.commits[step].parents) > 1 for step in line.steps)
    recounts = (
        Recount(f"git rev-list --first-parent --count {evidence.tip[:12]}", plural(steps, "first-parent commit")),
        Recount(
            f"git rev-list --first-parent --count {evidence.in_window(evidence.tip)}",
            f"{digits(steps - evidence.edge)} of them since {words.day(evidence.since)}",
        ),
        Recount(f"git rev-list --first-parent --merges --count {evidence.tip[:12]}", plural(merges, "merge commit")),
    )
    shallow = () if line.history.complete else ("history is cut off (shallow), so every count is a lower bound",)
    notes = (f"{plural(together, 'first-parent commit')} came with others as one rebased proposal",) if together else ()
    return Finding(
        "changes",
        "What reached the branch?",
        f"{plural(total.whole, 'change')} from {first} to {last}, {digits(total.recent)} of them since "
        f"{words.day(evidence.since)}.",
        "changes",
        evidence.rows(KINDS, lambda one: one.kind, changes),
        total,
        recounts=recounts,
        limits=shallow,
        notes=notes,
    )


# --- what vouches --------------------------------------------------------------------------------------------------


def vouching(evidence: Evidence) -> Finding:
    """What stands behind each change beside the words of its own message."""
    refs = [name for name in evidence.history.refs if is_proposal(name)]
    known = sum(bool(one.proposal) for one in evidence.changes)
    limits = []
    if any(one.code == "proposals-unread" for one in evidence.problems):
        limits.append(
            "the refs of proposals are here, and objects that they lead to are not: clone it anew, without --filter"
        )
    elif not refs:
        limits.append(
            "no refs of proposals are here, so a number in a message is only a claim; a forge keeps them: "
            "git fetch origin '+refs/pull/*/head:refs/pull/*/head' (GitLab: refs/merge-requests/*/head)"
        )
    limits.append("a number in a message can be typed by anybody who may push; no records of a forge were given")
    return Finding(
        "vouching",
        "What vouches for each change?",
        f"More than its own message vouches for {share(known, len(evidence.changes))} changes.",
        "changes",
        evidence.rows(VOUCHING, _vouched, evidence.changes),
        evidence.total(),
        recounts=(
            Recount(
                "git for-each-ref --format='%(refname)' 'refs/pull/*/head' 'refs/merge-requests/*/head' | wc -l",
                plural(len(refs), "ref") + " of proposals",
            ),
        ),
        limits=tuple(limits),
    )


def is_proposal(ref: str) -> bool:
    parts = ref.split("/")
    return len(parts) == 4 and (parts[1], parts[3]) in {
        ("pull", "head"),
        ("merge-requests", "head"),
        ("pull-requests", "from"),
    }


def _vouched(change: Change) -> str:
    if change.proposal:
        return change.proposal
    if change.reference:
        return "number"
    return "branch" if change.kind in PROPOSALS else "none"


# --- approvals -----------------------------------------------------------------------------------------------------


def approvals(evidence: Evidence) -> Finding:
    """Approvals by where they were found and how well they are known; an author's own is none."""
    found: dict[tuple[str, int, str], list[Change]] = {}
    own: list[Change] = []
    some: list[Change] = []
    for change in evidence.changes:
        counted = [one for one in change.approvals if not _is_own(one, change)]
        some += [change] if counted else []
        own += [change] if len(counted) < len(change.approvals) else []
        for basis, grade, words_ in sorted({(one.basis, int(one.grade), one.grade.words) for one in counted}):
            found.setdefault((basis, grade, words_), []).append(change)
    rows = [
        evidence.row(f"{basis}:{words_.replace(' ', '-')}", f"{basis}: {words_}", chosen)
        for (basis, _, words_), chosen in sorted(found.items(), key=lambda each: (-each[0][1], each[0]))
    ]
    rows += [evidence.row("own", "only or also by an author: no approval", own)] if own else []
    kept = {id(one) for one in some}
    rows.append(evidence.row("none", "no approval found", (one for one in evidence.changes if id(one) not in kept)))
    return Finding(
        "approvals",
        "Who else approved it?",
        f"An approval by somebody else is written down for {share(len(some), len(evidence.changes))} changes.",
        "changes",
        tuple(rows),
        evidence.total(),
        disjoint=False,
        limits=(
            "without a register of people two addresses may be one person, so nobody's merge counts as a second name yet",
            "reviews that only the forge's database holds are not in Git; `tieout collect` takes them from its saved answers",
        ),
    )


def _is_own(approval: Approval, change: Change) -> bool:
    return knows(change.authors, approval.by)


# --- who brought it in ---------------------------------------------------------------------------------------------


def mergers(evidence: Evidence) -> Finding:
    """Whether whoever brought a proposal in is one of those who wrote it, by address and name."""
    proposed = [one for one in evidence.changes if one.kind in PROPOSALS]
    wrote = {key_of(who) for one in evidence.changes for who in _authors(evidence, one)}
    sorts = {one.id: _merger(evidence, one, wrote) for one in proposed}
    others = sum(sort == "other" for sort in sorts.values())
    rows = evidence.rows(MERGERS, lambda one: sorts[one.id], proposed)
    most = Counter(key_of(one.merger) for one in proposed if sorts[one.id] == "other").most_common(1)
    return Finding(
        "mergers",
        "Who brought the proposals in?",
        f"Somebody with another name and address than its authors brought in {share(others, len(proposed))} proposals.",
        "changes that came as a proposal",
        rows,
        evidence.total("proposals", proposed),
        notes=(f"one address brought in {share(most[0][1], others)} of these; a robot's merge is no approval",)
        if most and others >= MANY and most[0][1] * 2 > others
        else (),
        limits=(
            (
                "two addresses may be one person: a merge by another person is an approval of grade two names once both "
                "stand in people.yml"
            ),
            *(
                ("the forge commits squashes itself; its records say who merged (`tieout collect`)",)
                if rows[5].whole
                else ()
            ),
        ),
    )


def _merger(evidence: Evidence, change: Change, wrote: set[str]) -> str:
    who = change.merger
    if is_forge(who):
        return "forge"
    authors = [one for one in change.authors if not is_forge(one)]
    if key_of(who) in {key_of(one) for one in _authors(evidence, change)}:
        return "author"
    if key_of(who) in {key_of(one) for one in authors}:
        return "author" if change.kind == "merge" or change.restored == "same" else "hand"
    if knows(authors, who):
        return "perhaps"
    return "other" if key_of(who) in wrote else "silent"


def _authors(evidence: Evidence, change: Change) -> list[Identity]:
    """The author lines of what a change carries."""
    carried = (evidence.history.commits[id_] for id_ in change.commits)
    return [Identity("", one.author.name, one.author.email) for one in carried]


# --- whom a squash hides -------------------------------------------------------------------------------------------


def hidden(evidence: Evidence) -> Finding:
    """Squashes whose proposal had more authors than the commit names, and whether what was merged was proposed."""
    squashes = [one for one in evidence.changes if one.kind == "squash"]
    read = [one for one in squashes if one.restored not in {"", "no-ref"}]
    unnamed = {one.id: _hidden(evidence, one) for one in read}
    found = [one for one in read if unnamed[one.id][0]]
    alike = [one for one in read if unnamed[one.id] > (0, 0) and not unnamed[one.id][0]]
    without = len(squashes) - len(read)
    return Finding(
        "hidden",
        "Whom do squashes hide?",
        f"The proposal can be read for {share(len(read), len(squashes))} squashes; {_hide(len(found))} an author whom the "
        "commit does not name."
        if read
        else f"The proposal can be read for none of {plural(len(squashes), 'squash')}, so whom they hide cannot be told."
        if squashes
        else "Nothing was squashed, so no author is hidden by it.",
        "squashes",
        (
            *evidence.rows(RESTORED, lambda one: one.restored or "no-ref", squashes),
            evidence.row("hidden", "of those read: more authors than the commit names", found),
            evidence.row("alike", "of those read: an author named otherwise, or only as signing it off", alike),
        ),
        evidence.total("squashes", squashes),
        disjoint=False,
        limits=(
            (
                f"for {plural(without, 'squash')} the authors are those that the commit names, and perhaps others: "
                "fetch refs/pull/*/head, or `tieout collect`"
            ),
        )
        if without
        else (),
        notes=("an author counts as named where a name, address or login agrees; others may still be the same person",)
        if found
        else (),
        named=tuple(one._replace(words=f"{one.words} ({unnamed[one.id][0]} more)") for one in evidence.named(found)),
        naming="The newest that name fewer authors than were proposed",
    )


def _hide(number: int) -> str:
    return f"{digits(number)} of them {'hides' if number == 1 else 'hide'}" if number else "none of them hides"


def _hidden(evidence: Evidence, change: Change) -> tuple[int, int]:
    """How many people wrote what was proposed whom the squash names nowhere, and how many more it names otherwise.

    The latter have the name of somebody whom it names, under another address: one person, as far as can be seen.
    """
    unnamed = [one for one in change.hidden_authors if not is_forge(one)]
    alike = [one for one in unnamed if knows(_named(evidence, change), one)]
    return len({name_of(one) or key_of(one) for one in unnamed if one not in alike}), len(alike)


def _named(evidence: Evidence, change: Change) -> list[Identity]:
    """Whom the commit names: author, committer, co-authors, and who signed it off."""
    commit = evidence.history.commits[change.id]
    told = (parse_named(value) for value in values(trailers_of(commit.message), *CO_AUTHORS, SIGNED_OFF))
    lines = (Identity("", each.name, each.email) for each in (commit.author, commit.committer))
    return [*lines, *(Identity("", each.name, each.email) for each in told)]


def direct(evidence: Evidence) -> Finding:
    """Changes with no sign of a proposal, the newest by their ids."""
    found = [one for one in evidence.changes if one.kind == "direct"]
    total = evidence.total()
    row = evidence.row("direct", "direct: no sign of a proposal", found)
    approved = [one for one in found if any(not _is_own(each, one) for each in one.approvals)]
    return Finding(
        "direct",
        "What went around a proposal?",
        f"{share(row.recent, total.recent)[:1].upper()}{share(row.recent, total.recent)[1:]} changes since "
        f"{words.day(evidence.since)} came directly; {share(row.whole, total.whole)} in all.",
        "changes",
        (row, evidence.row("approved", "of these: approved by somebody else, in Git", approved)),
        total,
        disjoint=False,
        limits=(
            (
                "a proposal that was rebased or squashed without a number, and whose ref is not here, looks the same; "
                "the forge's records would tell (`tieout collect`)"
            ),
        )
        if found
        else (),
        named=evidence.named(found),
        naming="The newest",
    )
