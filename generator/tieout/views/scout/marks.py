"""Signatures of the steps, release tags, and what is odd about commits and names."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from tieout.model.history import Change, Commit, Tag, clock_errors
from tieout.text.confusable import is_mixed
from tieout.text.words import digits, plural, visible
from tieout.views import oddities
from tieout.views.scout.evidence import NEWEST, Evidence, share
from tieout.views.scout.report import Finding, Named, Recount, Row

DAY = 86_400
# The keys with which GitHub signs what is committed on its web pages; published at github.com/web-flow.gpg.
WEB_FLOW = ("4AEE18F83AFDEB23", "B5690EEEBB952194")
_FORMATS = {"ssh": "SSH", "pgp": "OpenPGP", "x509": "X.509", "other": "a form that is not known"}
_STATES = {
    "good": "verified by a registered key",
    "out-of-date": "by a registered key on a day on which it did not count",
    "unknown-key": "by a key that nobody registered",
    "bad": "does not fit what it stands on",
    "unverifiable": "cannot be verified here",
    "unreadable": "cannot be verified here",
}


def signatures(evidence: Evidence) -> Finding:
    """Signatures of the commits of the first-parent line, by form and by whose key they name."""
    signed = [one for one in evidence.changes if one.signature.state != "none"]
    keys = {one.signature.fingerprint for one in signed if one.signature.fingerprint}
    rows = evidence.rows((), _signed, evidence.changes)
    none = [row for row in rows if row.key == "none"]
    rows = (*sorted((row for row in rows if row.key != "none"), key=lambda row: (-row.whole, row.key)), *none)
    limits = ["whose a key is, is told once keys.yml says so, with its days"] if signed else []
    if any(one.signature.format == "pgp" for one in signed):
        limits.append("which OpenPGP key it is, is what the signature says of itself; the key itself is not in Git")
    if any(one.signature.format == "x509" for one in signed):
        limits.append("X.509 and gitsign signatures need a root of trust that is not in Git")
    named = f", by {plural(len(keys), 'different key')}" if keys else ""
    return Finding(
        "signatures",
        "What is signed?",
        f"{share(len(signed), len(evidence.changes)).capitalize()} changes entered with a signature{named}.",
        "changes",
        tuple(Row(row.key, _words_of(row.key), row.whole, row.recent) for row in rows),
        evidence.total(),
        recounts=(
            Recount(
                f"git rev-list --first-parent --header {evidence.tip[:12]} | grep -a -c '^gpgsig'",
                plural(_signed_steps(evidence), "signed first-parent commit"),
            ),
        ),
        limits=tuple(limits),
    )


def _signed_steps(evidence: Evidence) -> int:
    return sum(bool(evidence.history.commits[step].signature.format) for step in evidence.line.steps)


def _signed(change: Change) -> str:
    found = change.signature
    if found.state == "none":
        return "none"
    forge = "-forge" if found.format == "pgp" and found.fingerprint.upper().endswith(WEB_FLOW) else ""
    return f"{found.format or 'other'}{forge}:{found.state}"


def _words_of(key: str) -> str:
    if key == "none":
        return "not signed"
    form, _, state = key.partition(":")
    kind = _FORMATS.get(form.removesuffix("-forge"), form)
    said = _STATES.get(state, state)
    return f"{kind}, naming the key of GitHub's web pages: {said}" if form.endswith("-forge") else f"{kind}: {said}"


# --- releases ------------------------------------------------------------------------------------------------------


def releases(evidence: Evidence) -> Finding:
    """Tags by how much stands behind them. One that leads to no commit is none."""
    tags = sorted(evidence.history.tags.values(), key=lambda tag: (_when(evidence, tag), tag.name))
    annotated = [tag for tag in tags if tag.annotated]
    on_branch = [tag for tag in tags if tag.commit in evidence.line.entered]
    row = _tag_rows(evidence)
    rows = (
        row("signed", "annotated and signed", (tag for tag in annotated if tag.signature.format)),
        row("annotated", "annotated: who and when, unsigned", (tag for tag in annotated if not tag.signature.format)),
        row(
            "lightweight", "lightweight: a name alone, without who and when", (tag for tag in tags if not tag.annotated)
        ),
        row("branch", f"on {evidence.history.branch}", on_branch),
        row("renamed", "under another name than its maker gave it", (tag for tag in tags if tag.renamed)),
    )
    return Finding(
        "releases",
        "What was released?",
        f"{plural(len(tags), 'tag')}, {digits(len(annotated))} of them annotated, so that they say who made them and when."
        if tags
        else "No tag leads to a commit.",
        "tags",
        rows,
        row("all", "tags", tags),
        disjoint=False,
        recounts=(
            Recount(
                "git for-each-ref --format='%(objecttype)' refs/tags | sort | uniq -c",
                f"{digits(len(annotated))} tag objects among {plural(len(tags), 'tag')} that lead to a commit",
            ),
        ),
        limits=("whether what a tag names was deployed; no record of a deployment was given",) if tags else (),
        named=tuple(Named(tag.commit, _when(evidence, tag), visible(tag.name)) for tag in tags[-NEWEST:][::-1]),
        naming="The newest",
    )


def _tag_rows(evidence: Evidence) -> Callable[[str, str, Iterable[Tag]], Row]:
    def row(key: str, words_: str, chosen: Iterable[Tag]) -> Row:
        found = tuple(chosen)
        return Row(key, words_, len(found), sum(_when(evidence, tag) >= evidence.since for tag in found))

    return row


def _when(evidence: Evidence, tag: Tag) -> int:
    commit = evidence.history.commits.get(tag.commit)
    return tag.tagger.time if tag.tagger else commit.committer.time if commit else 0


# --- anomalies -----------------------------------------------------------------------------------------------------


def anomalies(evidence: Evidence) -> Finding:
    """What is odd about the commits that the branch holds. Each may be harmless; none is passed over."""
    commits = [(evidence.history.commits[id_], at) for id_, at in evidence.line.entered.items()]
    found = Counter[str]()
    recent = Counter[str]()
    newest: dict[str, tuple[int, str]] = {}
    wrong = clock_errors([evidence.history.commits[step].committer.time for step in evidence.line.steps])
    clocks = {evidence.line.steps[position] for position in wrong}
    claimed = {one.id for one in evidence.changes if one.claimed}
    for commit, position in commits:
        entered = evidence.line.times[position]
        for key in _oddities(commit, claimed, clocks):
            found[key] += 1
            recent[key] += entered >= evidence.since
            newest[key] = max(newest.get(key, (0, "")), (entered, commit.id))
    rows = tuple(
        Row(key, _odd_words(key), found[key], recent[key], f"newest: {newest[key][1][:12]}") for key in sorted(found)
    )
    odd = plural(len(rows), "kind") + " of oddity"
    faults = tuple(f"{one.message} [{one.code}]" for one in evidence.problems)
    return Finding(
        "anomalies",
        "What is odd?",
        f"{odd[:1].upper()}{odd[1:]} in {plural(len(commits), 'commit')} that the branch holds."
        if rows
        else f"Nothing, in {plural(len(commits), 'commit')} that the branch holds.",
        "commits",
        rows,
        Row("all", "commits", len(commits), sum(evidence.line.times[at] >= evidence.since for _, at in commits)),
        disjoint=False,
        recounts=(Recount(f"git rev-list --count {evidence.tip[:12]}", plural(len(commits), "commit")),),
        notes=faults,
    )


def _odd_words(key: str) -> str:
    return {
        "backwards": "dated before, or long after, what stands around it on the branch",
        "author-later": "an author's date more than a day after the committer's",
        "invisible": "a name with characters that nobody sees, or that turn the reading direction",
        "alphabets": "a name that mixes alphabets in one word",
    }.get(key) or oddities.words_of(key)


def _oddities(commit: Commit, claimed: set[str], clocks: set[str]) -> Iterator[str]:
    yield from commit.flags
    if commit.id in clocks:
        yield "clock"
    elif commit.id in claimed:
        yield "backwards"
    if commit.author.time > commit.committer.time + DAY:
        yield "author-later"
    names = {commit.author.name, commit.committer.name, commit.author.email, commit.committer.email}
    if any(_is_veiled(name) for name in names):
        yield "invisible"
    if any(not name.isascii() and is_mixed(name) for name in names):
        yield "alphabets"


@lru_cache(maxsize=1 << 16)
def _is_veiled(name: str) -> bool:
    return visible(name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")) != name.encode(
        "utf-8", "surrogateescape"
    ).decode("utf-8", "replace")
