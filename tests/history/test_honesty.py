"""What is told never says more than what is there: fewer facts prove no more, and words prove no more than words.

Proposals are made up with the evidence that a shop may have of them, and judged from end to end. The forge is honest
here: its records and refs say what happened. Who typed, pushed or forged is everybody else.
"""

import json
from datetime import UTC, date, datetime
from typing import NamedTuple

from history.story import ADA, BEN, BOT, CLEO, DAY, FORGE, HOUR, START, Story, config, isms, service
from history.test_signatures import key, sign
from hypothesis import example, given
from hypothesis import strategies as st
from properties import examples

from tieout.checks.case import Case
from tieout.checks.judging import BELONGS, CHANGE_VERDICTS
from tieout.checks.review import prior_support, weight
from tieout.history import derive
from tieout.model.grades import Grade
from tieout.model.history import UNSIGNED, Note, Stamp
from tieout.model.results import AuditDate, Outcome

CHECKS = ("change-reviewed", "approver-not-author", "high-risk-path-reviewed", "emergency-reviewed")
YEAR = AuditDate("", "A", "Audit", "x", date(2026, 12, 31), START + 360 * DAY, START - DAY, START + 360 * DAY)
WORST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS)
WHO = {"ada": ADA, "ben": BEN, "cleo": CLEO}
people = st.sampled_from(sorted(WHO))


class Way(NamedTuple):
    """What happened: who wrote the two commits of a proposal, and who brought it in, and how."""

    style: str
    authors: tuple[str, str]
    named: bool  # the message names both authors
    merger: str
    altered: bool  # what a squash brought is not what was proposed
    moved: bool  # the branch had changed the same file meanwhile
    tier: int


class Piece(NamedTuple):
    """One piece of evidence, which may be missing."""

    kind: str
    by: str = ""
    of: str = ""  # the revision that it names


ways = st.builds(
    Way,
    st.sampled_from(("merge", "squash", "squash", "rebase", "direct")),
    st.tuples(people, people),
    st.booleans(),
    st.sampled_from((*sorted(WHO), "forge")),
    st.booleans(),
    st.booleans(),
    st.integers(1, 3),
)
revisions = st.sampled_from(("head", "head", "first", ""))
pieces = st.one_of(
    st.sampled_from(
        [Piece(kind) for kind in ("ref", "ref", "merged", "merged", "head", "authors", "signature", "key")]
    ),
    st.builds(Piece, st.sampled_from(("exported", "exported", "typed", "note", "late")), people, revisions),
    st.builds(Piece, st.just("trailer"), people),
)
evidence = st.frozensets(pieces, max_size=7)


class Told(NamedTuple):
    changes: list  # what the proposal became on the branch
    outcomes: dict  # by check: the worst of these
    grade: Grade  # at which the least of them counts as approved by somebody who did not write it


def tell(way, known):
    """Judge the proposal by the pieces of evidence that are known."""
    story, revision = Story(), {}
    story.commit("Start", {"a.txt": "1", "CODEOWNERS": "* ben@example.org cleo@example.org\n"})
    base = story.tip
    first = story.commit("One", {"a.txt": "2"}, on=base, author=WHO[way.authors[0]])
    head = story.commit("Two", {"b.txt": "2"}, on=first, author=WHO[way.authors[1]])
    if way.moved:
        story.commit("Meanwhile", {"a.txt": "9"})
    landed = story.tip
    _land(story, way, known, (first, head))
    if Piece("ref") in known and way.style != "direct":
        story.refs["refs/pull/5/head"] = head
    revision = {"first": first, "head": head if way.style != "direct" else story.tip, "": ""}
    histories = {"app": _with_notes(story, known, revision), "records": _records(story, way, known, revision)}
    registers = isms(
        services={"app": service(tier=way.tier, high_risk_paths=["**"])},
        keys={"KEY-1": key(person=way.merger)} if Piece("key") in known and way.merger in WHO else {},
    )
    return _judged(histories, registers, story, landed)


def _land(story, way, known, commits):
    first, head = commits
    merger = FORGE if way.merger == "forge" else WHO[way.merger]
    words = [f"Reviewed-by: {WHO[one.by][0]} <{WHO[one.by][1]}>" for one in sorted(known) if one.kind == "trailer"]
    words += [f"Co-authored-by: {WHO[one][0]} <{WHO[one][1]}>" for one in way.authors] if way.named else []
    words = "\n\n" + "\n".join(words) if words else ""
    signature = sign() if Piece("signature") in known and way.merger in WHO else UNSIGNED
    files = {"a.txt": "2 and 9" if way.moved else "2", "b.txt": "2 and more" if way.altered else "2"}
    author = WHO[way.authors[0]]
    if way.style == "merge":
        story.commit(
            f"Merge pull request #5 from x/y\n\nWork{words}",
            parents=(story.tip, head),
            author=merger,
            signature=signature,
        )
    elif way.style == "squash":
        story.commit(f"Work (#5){words}", files, author=author, committer=merger, signature=signature)
    elif way.style == "rebase":
        story.copy(first, committer=merger)
        story.copy(head, committer=merger, signature=signature)
    else:
        story.commit(f"Work{words}", files, author=author)


def _records(story, way, known, revision):
    """The forge's export of the proposal, and what somebody typed beside it."""
    told = {"repo": "app", "ref": "#5", "opened": _moment(START)}
    if not way.altered or way.style != "squash":  # the forge never made a squash of something else
        told["change"] = story.tip
    lines = []
    if exported := {one for one in known if one.kind in {"exported", "late", "merged", "head", "authors"}}:
        line = told | {"approvals": [_approval(story, one, revision) for one in sorted(exported) if one.by]}
        if Piece("merged") in known and way.style != "direct":
            by = "" if way.merger == "forge" else WHO[way.merger][1]
            line["merged"] = {"by": by, "at": _moment(story.clock)}
        if Piece("head") in known:
            line["head"] = revision["head"]
        if Piece("authors") in known:
            line["authors"] = [{"by": WHO[one][1], "commits": [revision["head"]]} for one in way.authors]
        lines.append((line, BOT))
    typed = [one for one in sorted(known) if one.kind == "typed"]
    if typed:  # with it, an author and a head of the typist's own choice
        more = {"authors": [{"by": WHO[way.authors[0]][1]}], "head": revision["first"], "change": story.tip}
        more["merged"] = {"by": BEN[1], "at": _moment(story.clock)}
        lines.append((told | more | {"approvals": [_approval(story, one, revision) for one in typed]}, BEN))
    records = Story("records")
    records.commit("Start", {"README": "x"})
    for number, (line, by) in enumerate(lines):
        records.commit("Export", {f"reviews/app/{number}.jsonl": json.dumps(line) + "\n"}, author=by)
    return records.history()


def _approval(story, piece, revision):
    at = story.clock + (HOUR if piece.kind == "late" else -60)
    return {"by": WHO[piece.by][1], "at": _moment(at), "commit": revision[piece.of]}


def _with_notes(story, known, revision):
    lines = {}
    for one in sorted(known):
        if one.kind == "note":
            target = revision[one.of] or story.tip
            lines.setdefault(target, []).append(f"Code-Review+2: {WHO[one.by][0]} <{WHO[one.by][1]}>\n")
    at = story.clock
    return story.history(
        notes={
            target: (Note("refs/notes/review", target, "b", "".join(told).encode(), "c" * 40, at, Stamp(*FORGE, at)),)
            for target, told in lines.items()
        }
    )


def _moment(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _judged(histories, registers, story, landed=""):
    pins = {"app": story.pin(), "records": _pin_of(histories["records"])}
    facts, _ = derive(histories, pins, registers, config())
    after = story.commits[landed].committer.time if landed else 0
    changes = [each for each in facts.changes.values() if each.repo == "app" and each.time > after]
    case = Case(registers, facts, YEAR, config())
    outcomes = {}
    for check in CHECKS:
        belongs = BELONGS.get(check, bool)
        found = [CHANGE_VERDICTS[check](case, each).outcome for each in changes if belongs(each)]
        outcomes[check] = next((outcome for outcome in WORST if outcome in found), Outcome.NOT_APPLICABLE)
    grades = [prior_support(each).best for each in changes]
    return Told(changes, outcomes, min((weight(best) if best else Grade.NONE for best in grades), default=Grade.NONE))


def _pin_of(history):
    story = Story(history.repo)
    story.commits, story.tip = dict(history.commits), history.refs["refs/heads/main"]
    return story.pin()


# --- less evidence proves no more ----------------------------------------------------------------------------------


@examples(120)
@given(ways, evidence)
def test_less_evidence_of_an_approval_never_raises_a_grade_nor_makes_anything_pass(way, known):
    whole = tell(way, known)
    for piece in known:
        if piece.kind == "merged" and way.merger == "forge":
            continue  # it names nobody, so it proves no approval: all it does is contradict a merger that somebody typed
        less = tell(way, known - {piece})
        parted = _plain(less) > _plain(whole)
        if parted and piece.kind != "ref":
            continue  # nothing but the record told it from a plain commit, whose author line is all there is
        assert less.grade <= whole.grade, piece
        # a rebase without its ref is as many plain commits, each with an author of its own
        for check in CHECKS[:1] if parted else CHECKS:
            if whole.outcomes[check] in {Outcome.FAIL, Outcome.UNKNOWN}:
                assert less.outcomes[check] is not Outcome.PASS, (check, piece)


def _plain(told):
    return sum(change.kind == "direct" for change in told.changes)


@examples(60)
@given(ways.map(lambda way: way._replace(style="squash")), evidence)
def test_nobody_is_independent_of_a_squash_whose_authors_nobody_proves(way, known):
    known -= {Piece("ref")}
    if Piece("merged") in known and not way.altered:
        known -= {Piece("authors")}
    told = tell(way, known)
    (change,) = told.changes
    assert change.authorship == "message"
    assert told.grade is Grade.NONE
    assert Outcome.PASS not in {told.outcomes["approver-not-author"], told.outcomes["change-reviewed"]}
    if prior_support(change).possible:
        assert told.outcomes["approver-not-author"] is Outcome.UNKNOWN


def test_a_squash_with_its_ref_and_its_record_is_reviewed():
    """The properties above would hold of a program that never finds anything."""
    known = {Piece("ref"), Piece("merged"), Piece("exported", "ben", "head")}
    way = Way("squash", ("ada", "ada"), named=True, merger="forge", altered=False, moved=False, tier=1)
    whole = tell(way, known)
    assert (whole.outcomes["change-reviewed"], whole.grade) == (Outcome.PASS, Grade.RECORDED)
    by_list = known - {Piece("ref")} | {Piece("head"), Piece("authors")}
    assert tell(way, by_list).grade is Grade.RECORDED
    signed = {Piece("ref"), Piece("signature"), Piece("key")}
    assert tell(way._replace(style="merge", merger="ben"), signed).grade is Grade.SIGNED
    assert tell(way._replace(authors=("ada", "ben")), known).outcomes["approver-not-author"] is Outcome.FAIL


# --- what can be forged or typed -----------------------------------------------------------------------------------

names = st.sampled_from((ADA, BEN, CLEO, FORGE, BOT))
said = st.sampled_from(("Reviewed-by", "Approved-by", "Acked-by", "Merged-by", "Co-authored-by", "Reviewed-on"))
trailer = st.builds(lambda word, who: f"{word}: {who[0]} <{who[1]}>", said, names)
subjects = st.sampled_from(
    (
        "Work",
        "Work (#5)",
        "Merge pull request #5 from ben/work\n\nWork",
        "Merge branch 'work' into 'main'\n\nWork\n\nSee merge request team/app!5",
        "Merged PR 5: Work",
        "Deploy app 1",
    )
)


class Forged(NamedTuple):
    """One step as somebody with a keyboard and the right to push can make it."""

    shape: str
    subject: str
    trailers: tuple[str, ...]
    author: tuple[str, str]
    committer: tuple[str, str]
    beside: tuple[str, str]  # author and committer of what a merge carries, or a ref proposes
    late: int
    noted: tuple[str, str] | None
    noting: tuple[str, str]


forged = st.builds(
    Forged,
    st.sampled_from(("plain", "merge", "proposal", "copy")),
    subjects,
    st.lists(trailer, max_size=3).map(tuple),
    names,
    names,
    names,
    st.integers(-3 * DAY, 3 * DAY),
    st.none() | names,
    names,
)


def forge(steps):
    story, notes = Story(), {}
    story.commit("Start", {"a.txt": "1"})
    for number, step in enumerate(steps):
        message = step.subject + ("\n\n" + "\n".join(step.trailers) if step.trailers else "")
        files = {"a.txt": f"{number}", f"{number}.txt": "1"}
        told = {"author": step.author, "committer": step.committer, "at": story.clock + HOUR + step.late}
        side = ""
        if step.shape != "plain":
            side = story.commit(message, files, on=story.tip, author=step.beside, at=story.clock + HOUR)
            story.refs["refs/pull/5/head"] = side
        if step.shape == "merge":
            story.commit(message, parents=(story.tip, side), **told)
        elif step.shape == "copy":
            story.copy(side, committer=step.committer)
        else:
            story.commit(message, files, **told)
        if step.noted:
            line = f"Code-Review+2: {step.noted[0]} <{step.noted[1]}>\n".encode()
            by = Stamp(*step.noting, story.clock)
            notes[story.tip] = (Note("refs/notes/review", story.tip, "b", line, "c" * 40, story.clock, by),)
    return story, story.history(notes=notes)


def grades(told):
    return {found.grade for change in told.changes for found in change.approvals} | {told.grade}


def type_records(lines, by):
    records = Story("records")
    records.commit("Start", {"reviews/app/1.jsonl": "".join(json.dumps(line) + "\n" for line in lines)}, author=by)
    return records.history()


@examples(120)
@given(st.lists(forged, min_size=1, max_size=4))
def test_what_can_be_pushed_never_exceeds_two_names(steps):
    story, history = forge(steps)
    told = _judged({"app": history, "records": type_records([], ADA)}, _tier(1), story)
    assert max(grades(told)) <= Grade.TWO_NAMES
    assert told.outcomes["change-reviewed"] is not Outcome.PASS  # tier 1 asks for more


exports = st.frozensets(st.sampled_from([Piece(kind) for kind in ("ref", "merged", "head", "authors")]))
PLAIN = Way("squash", ("ada", "ada"), named=False, merger="forge", altered=False, moved=False, tier=1)
TYPED = frozenset({Piece("typed", "ben", "first")})
beside = st.frozensets(st.builds(Piece, st.sampled_from(("typed", "typed", "trailer")), people, revisions), min_size=1)


@examples(120)
@example(PLAIN, frozenset({Piece("merged"), Piece("authors")}), "ben", "first", TYPED)  # a stale approval, typed fresh
@example(PLAIN._replace(moved=True), frozenset({Piece("ref")}), "ben", "head", TYPED)  # a merge that nobody exported
@given(ways.map(lambda way: way._replace(style="squash", named=False)), exports, people, revisions, beside)
def test_words_beside_evidence_add_no_more_than_a_statement(way, known, approver, revision, words):
    known |= {Piece("exported", approver, revision)}
    assert tell(way, known | words).grade <= max(Grade.STATED, tell(way, known).grade)


@examples(120)
@given(st.lists(forged, min_size=1, max_size=3), st.lists(st.tuples(people, st.booleans()), max_size=3))
def test_what_can_be_typed_never_exceeds_a_statement(steps, approvals):
    """Ada types trailers, notes and records, says who approved and wrote and merged, and signs with her own name."""
    own = [step._replace(author=ADA, committer=ADA, beside=ADA, noting=ADA) for step in steps]
    story, history = forge(own)
    line = {
        "repo": "app",
        "change": story.tip,
        "ref": "#5",
        "opened": _moment(START),
        "head": story.tip,
        "authors": [{"by": ADA[1], "commits": [story.tip]}],
        "merged": {"by": BEN[1], "at": _moment(story.clock + DAY)},
        "approvals": [
            {"by": WHO[who][1], "at": _moment(story.clock), "commit": story.tip if named else ""}
            for who, named in approvals
        ],
    }
    told = _judged({"app": history, "records": type_records([line], ADA)}, _tier(2), story)
    assert max(grades(told)) <= Grade.STATED
    assert told.outcomes["change-reviewed"] is not Outcome.PASS  # tier 2 asks for two names


def _tier(tier):
    return isms(services={"app": service(tier=tier)})
