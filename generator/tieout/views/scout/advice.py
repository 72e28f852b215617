"""What can be proved today in a few sentences, and what to do next, by how many changes it would tell more about."""

from collections.abc import Iterable, Iterator

from tieout.model.history import Change
from tieout.text.words import digits, human_list, plural
from tieout.views import words
from tieout.views.scout.evidence import Evidence, share
from tieout.views.scout.report import Advice, Finding, Row


def _rows(finding: Finding) -> dict[str, Row]:
    return {row.key: row for row in finding.rows}


def summary(evidence: Evidence, found: dict[str, Finding]) -> tuple[str, ...]:
    """The sentences a head of engineering or an auditor would want first. All of them are about the window."""
    recent = evidence.recent
    window = f"from {words.day(evidence.since)} to {words.day(evidence.newest)}"
    if not recent:
        return (f"No change reached {evidence.history.branch} {window}; the newest came before it.",)
    kinds, vouched, approved, merged = (_rows(found[key]) for key in ("changes", "vouching", "approvals", "mergers"))
    told = [f"{digits(row.recent)} {_KINDS[key]}" for key, row in kinds.items() if row.recent and key in _KINDS]
    sentences = [f"{plural(recent, 'change')} reached {evidence.history.branch} {window}: {human_list(told)}."]
    behind = sum(row.recent for key, row in vouched.items() if key in {"ref", "record", "forge"})
    none = approved["none"].recent
    sentences.append(
        f"Proved today: the content, order and message of each; for {share(behind, recent)} the proposal that it came from; "
        f"for {share(recent - none, recent)} an approval that somebody else wrote down; for "
        f"{share(found['signatures'].total.recent - _rows(found['signatures']).get('none', _NONE).recent, recent)} "  # type: ignore[union-attr]
        "a signature, which names a key and no person yet."
    )
    forge = merged["forge"].recent
    missing = [f"who approved {share(none, recent)}"] if none else []
    missing += [f"who merged {share(forge, recent)}, as the forge did it for them"] if forge else []
    lost = _rows(found["hidden"])["no-ref"].recent
    missing += [f"whether {plural(lost, 'squash')} hid an author"] if lost else []
    if missing:
        sentences.append(f"Not to be told from this repository alone: {human_list(missing)}.")
    return tuple(sentences)


GERRIT = "refs/notes/review"  # where Gerrit writes down who reviewed what
_NONE = Row("none", "", 0, 0)
_KINDS = {
    "merge": "by a merge",
    "squash": "squashed",
    "rebase": "rebased",
    "direct": "direct",
    "root": "the first commit",
}


def advise(evidence: Evidence, found: dict[str, Finding]) -> tuple[Advice, ...]:
    """What to do next, the greatest gain in the window first; what would tell nothing new is left out."""
    offered = [one for one in _offered(evidence, found) if one.whole]
    return tuple(sorted(offered, key=lambda one: (-one.gain, -one.whole, one.do)))


def _offered(evidence: Evidence, found: dict[str, Finding]) -> Iterator[Advice]:
    vouched, merged, hidden = (_rows(found[key]) for key in ("vouching", "mergers", "hidden"))
    if not evidence.history.complete:
        total = evidence.total()
        yield Advice(
            "git fetch --unshallow", "history is cut off, so nothing before it can be told", total.recent, total.whole
        )
    number = vouched["number"]
    if not any(name.startswith(("refs/pull/", "refs/merge-requests/")) for name in evidence.history.refs):
        yield Advice(
            "git fetch origin '+refs/pull/*/head:refs/pull/*/head'",
            "gives the proposals back: their authors, and whether what was merged is what was proposed",
            number.recent,
            number.whole,
        )
    if GERRIT not in evidence.history.refs:
        reviewed = evidence.row("", "", (one for one in evidence.changes if _has_gerrit_id(evidence, one)))
        why = "Gerrit's own record of each review: its Change-Id stands in these messages, and its notes are not here"
        if reviewed.whole * 10 >= len(evidence.changes):  # a few were only taken over from elsewhere
            yield Advice(f"git fetch origin {GERRIT}:{GERRIT}", why, reviewed.recent, reviewed.whole)
    framed = _sum(vouched[key] for key in ("ref", "number", "record", "forge"))
    yield Advice(
        "tieout collect",
        "the forge's records of reviews and merges, saved as they are: who approved which revision, and who merged",
        *framed,
    )
    other = merged["other"]
    yield Advice(
        "confirm people.yml",
        "each merge by a person who is no author counts as a second name once both are registered",
        other.recent,
        other.whole,
    )
    robots = merged["silent"]
    yield Advice(
        "declare the robots",
        "an address that merges and never writes may be one; a robot's merge is no approval",
        robots.recent,
        robots.whole,
    )
    signed = _sum(
        row for row in found["signatures"].rows if row.key.endswith((":unknown-key", ":unverifiable", ":unreadable"))
    )
    yield Advice("write keys.yml", "a signature names a person once its key is registered with its days", *signed)
    direct, approved = found["direct"].rows
    yield Advice(
        "protect the branch",
        "what comes directly has no proposal to approve, and nobody else approved these; find out what they were",
        direct.recent - approved.recent,
        direct.whole - approved.whole,
    )
    different = hidden["different"]
    yield Advice(
        "look at the squashes that differ from their proposals",
        "other content was merged than was proposed",
        different.recent,
        different.whole,
    )


def _has_gerrit_id(evidence: Evidence, change: Change) -> bool:
    messages = (evidence.history.commits[id_].message for id_ in change.commits)
    return any("\nChange-Id: I" in message for message in messages)


def _sum(rows: Iterable[Row]) -> tuple[int, int]:
    found = list(rows)
    return sum(row.recent for row in found), sum(row.whole for row in found)
