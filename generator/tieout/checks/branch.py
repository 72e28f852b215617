"""Verdicts on how a change stands on its branch: how it came there, what it refers to, who signed it."""

from collections.abc import Sequence

from tieout.checks.case import Case, Verdict, keys_of, names_of
from tieout.checks.robots import made_by_robot
from tieout.model.grades import Grade
from tieout.model.history import Change, Signature
from tieout.model.results import Outcome
from tieout.text.words import human_list, plural, visible

_PROPOSED = {"merge": "merged", "squash": "squashed from a proposal", "rebase": "rebased from a proposal"}
# In a few words, and of one commit and of several.
_BAD = {
    "none": ("unsigned", "is unsigned", "are unsigned"),
    "bad": ("with a bad signature", "has a bad signature", "have bad signatures"),
    "out-of-date": (
        "signed by a key that did not count on that day",
        "is signed by a key that did not count on that day",
        "are signed by keys that did not count on that day",
    ),
}
_UNREAD = (
    "signed by a key that is not registered",
    "is signed by a key that is not registered, or cannot be verified here",
    "are signed by keys that are not registered, or cannot be verified here",
)


def no_direct_push(case: Case, change: Change) -> Verdict:
    expected = "arrived by a proposal"
    if change.kind == "root":
        reason = "This is the first commit of the branch; nothing could be proposed before it."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "first commit", reason)
    words = _PROPOSED.get(change.kind, "")
    if words and (told := _told_of_proposal(change)):
        grade = Grade.STATED if change.proposal == "forge" else None
        reason = f"The change was {words}; {told}."
        return Verdict(Outcome.PASS, expected, words, reason, grade)
    who = names_of(case.isms, change.authors) or "someone who is not named"
    if change.automated:
        reason = f"A declared robot ({who}) pushed the change; the check is about people."
        return made_by_robot(case, change, expected, "pushed by a robot", reason)
    if words and change.restored == "different":
        reason = f"The message tells of the proposal {visible(change.reference)}, and what {who} put on the branch is not what was proposed there."
        return Verdict(Outcome.FAIL, expected, "not what was proposed", reason, people=keys_of(change.authors))
    if words:
        reason = f"Only its message says that the change was {words}; no review record, no proposal that was kept and no forge as committer bears it out."
        return Verdict(Outcome.UNKNOWN, expected, "only its message says so", reason, people=keys_of(change.authors))
    reason = (
        f"{who} put this commit on the protected branch directly: it is no merge, and no record tells of a proposal."
    )
    return Verdict(Outcome.FAIL, expected, "direct push", reason, people=keys_of((*change.authors, change.merger)))


def _told_of_proposal(change: Change) -> str:
    """What shows beside its own message that the change came by a proposal; empty where nothing does."""
    if change.proposal == "record":
        return "a review record tells of it"
    if change.restored == "different":
        return ""
    if change.proposal == "ref":
        return "it brought what was proposed"
    own = change.kind == "merge" and change.merger.key in {author.key for author in change.authors}
    return "the forge's own identity committed it" if change.proposal == "forge" and not own else ""


def change_reference(case: Case, change: Change) -> Verdict:
    expected = "a ticket and a title that says what"
    if not case.config.change_references:
        reason = "tieout.yml names no prefixes of tickets under change_references, so none can be recognised."
        return Verdict(Outcome.UNKNOWN, expected, "no prefixes configured", reason)
    if change.change_references:
        tickets = human_list(change.change_references)
        if len(_words_beside(change)) > 1:
            return Verdict(Outcome.PASS, expected, tickets, f"The change names {tickets} and says what it does.")
        reason = f"The change names {tickets}, but its title “{visible(change.subject)}” does not say what it does."
        return Verdict(Outcome.FAIL, expected, "no description", reason, people=keys_of(change.authors))
    if change.automated:
        reason = f"A declared robot ({names_of(case.isms, change.authors)}) made the change; nobody requested it by a ticket."
        return made_by_robot(case, change, expected, "made by a declared robot", reason)
    prefixes = human_list(case.config.change_references, "or")
    reason = f"The change names no ticket: neither its title, its body nor the messages that it carries hold one with the prefix {prefixes}."
    return Verdict(Outcome.FAIL, expected, "no ticket", reason, people=keys_of(change.authors))


def _words_beside(change: Change) -> list[str]:
    """The words of the title that are no ticket."""
    return [word for word in change.subject.split() if word.strip("[]():,.") and not _is_ticket(word, change)]


def _is_ticket(word: str, change: Change) -> bool:
    return any(ticket in word for ticket in change.change_references)


def commits_signed(case: Case, change: Change) -> Verdict:
    expected = "good signatures by registered keys"
    if change.automated:
        reason = f"A declared robot made the whole change ({names_of(case.isms, change.authors)}); the check is about people's commits."
        return made_by_robot(case, change, expected, "made by a declared robot", reason)
    signatures = _by_people(change)
    bad = any(signature.state in _BAD for _, signature in signatures)
    if change.kind == "merge" and change.commits == (change.id,) and not bad:
        reason = "The commits that the merge brought in were not read, so who signed them cannot be told."
        return Verdict(Outcome.UNKNOWN, expected, "not read", reason, people=keys_of(change.authors))
    if not signatures:
        reason = "The signatures of the commits that the change carries were not read."
        return Verdict(Outcome.UNKNOWN, expected, "not read", reason, people=keys_of(change.authors))
    for state, words in _BAD.items():
        if off := [commit for commit, signature in signatures if signature.state == state]:
            found = f"{len(off)} of {plural(len(signatures), 'commit')} {words[0]}"
            reason = f"{_which(off, len(signatures), words)}."
            return Verdict(Outcome.FAIL, expected, found, reason, people=keys_of(change.authors))
    if unread := [commit for commit, signature in signatures if signature.state != "good"]:
        found = f"{len(unread)} of {plural(len(signatures), 'commit')} {_UNREAD[0]}"
        reason = f"{_which(unread, len(signatures), _UNREAD)}; so who signed cannot be told."
        return Verdict(Outcome.UNKNOWN, expected, found, reason, people=keys_of(change.authors))
    signers = sorted({signature.signer for _, signature in signatures})
    if not all(signers):
        reason = "A signature verifies, but its key belongs to nobody in the register."
        return Verdict(Outcome.UNKNOWN, expected, "signer not known", reason)
    who = human_list(case.isms.people[id_].title if id_ in case.isms.people else id_ for id_ in signers)
    number = {1: "The commit is", 2: "Both commits are"}.get(len(signatures), f"All {len(signatures)} commits are")
    keys = "a registered key" if len(signers) == 1 else "registered keys"
    reason = f"{number} signed by {keys} that counted on the day: {who}."
    return Verdict(
        Outcome.PASS, expected, f"{len(signatures)} of {len(signatures)} signed", reason, Grade.SIGNED, tuple(signers)
    )


def _which(commits: Sequence[str], of: int, words: tuple[str, str, str]) -> str:
    """`2 of 3 commits are unsigned, the first of them 1a2b3c4d`."""
    if of == 1:
        return f"The commit {words[1]} ({commits[0][:8]})"
    one = len(commits) == 1
    named = commits[0][:8] if one else f"the first of them {commits[0][:8]}"
    return f"{len(commits)} of {plural(of, 'commit')} {words[1] if one else words[2]}{':' if one else ','} {named}"


def _by_people(change: Change) -> tuple[tuple[str, Signature], ...]:
    """The verdicts to look at: the forge's own merge step is left out where it carries commits of its own.

    A change by people and robots together is judged whole: a robot that works among people signs as they do.
    """
    forge_step = change.merger.robot and change.kind == "merge" and len(change.signatures) > 1
    return tuple(
        (commit, signature) for commit, signature in change.signatures if not (forge_step and commit == change.id)
    )
