"""Verdicts on whether a repository still holds what the audit before saw."""

from typing import NamedTuple

from tieout.checks.case import Case, Verdict, day_of, midnight, strictest_first
from tieout.model.history import Moved
from tieout.model.records import Audit
from tieout.model.results import Item, Outcome
from tieout.text.words import few_of, human_day, human_list, plural, visible

EXPECTED = "as the audit before saw it"
_WORST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS)
# Kinds of repositories whose commits records elsewhere name; of the others nothing does, until an audit seals them.
NAMED_ELSEWHERE = ("service", "environments")
DAY = 86_400


def history_intact(case: Case) -> tuple[Item, ...]:
    """One item a linked repository. Before the first audit nothing older was seen: only what moved is told."""
    before = audit_before(case)
    found = ((repo, _verdict(case, repo, before)) for repo in sorted(case.config.repositories))
    return tuple(_item(case, repo, verdict) for repo, verdict in found if verdict)


def audit_before(case: Case) -> Audit | None:
    """The last audit of an earlier day."""
    return next(reversed(_earlier(case)), None)


def _earlier(case: Case) -> list[Audit]:
    """The audits of earlier days, the oldest first."""
    found = (one for one in case.isms.audits.values() if one.date < case.date.as_of and one.id != case.date.record)
    return sorted(found, key=lambda one: (one.date, one.id))


def _verdict(case: Case, repo: str, before: Audit | None) -> Verdict | None:
    moved = [one for one in case.facts.moved.get(repo, ()) if one.since <= case.date.cutoff]
    if moved:
        reason = " ".join(_told(one) for one in moved)
        return Verdict(Outcome.FAIL, EXPECTED, human_list(dict.fromkeys(map(_shortly, moved))), reason)
    if before is None:
        return None
    if repo in case.facts.missing or repo not in case.facts.pins:
        why = case.facts.missing.get(repo, "it has no pin")
        return Verdict(Outcome.UNKNOWN, EXPECTED, "not read", f"The repository {repo} was not read, {why}.")
    sealed = _by_seals(case, repo)
    if sealed or case.config.repositories[repo].kind not in NAMED_ELSEWHERE:
        return sealed
    return _as_recorded(case, repo, before)


def _by_seals(case: Case, repo: str) -> Verdict | None:
    """By every commit that an earlier audit sealed, the worst of them, so that a later audit without a seal hides nothing."""
    found = [seal for one in reversed(_earlier(case)) if (seal := _as_sealed(case, repo, one))]
    return min(found, key=lambda verdict: _WORST.index(verdict.outcome), default=None)


def _as_sealed(case: Case, repo: str, before: Audit) -> Verdict | None:
    """By the commit that an audit sealed; nothing where it sealed none."""
    state = case.facts.sealed.get((before.id, repo))
    if state is None:
        return None
    named = f"{before.id} of {human_day(before.date)} sealed {repo} at {before.snapshot[repo][:12]}"
    if state == "kept":
        return Verdict(
            Outcome.PASS, EXPECTED, "sealed commit still there", f"{named}, and the branch still stands on it."
        )
    if state == "beside":
        reason = f"{named}. First parents no longer lead there: it was merged the wrong way round, so what were changes then are carried by one of them now."
        return Verdict(Outcome.FAIL, EXPECTED, "sealed commit is off the line", reason)
    if state == "gone":
        reason = f"{named}, and the branch no longer stands on it: history was rewritten since."
        return Verdict(Outcome.FAIL, EXPECTED, "sealed commit is gone", reason)
    reason = f"{named}, and the copy that was read is cut off, so whether the branch stands on it cannot be told."
    return Verdict(Outcome.UNKNOWN, EXPECTED, "cut off", reason)


class Witnesses(NamedTuple):
    """What records kept elsewhere remember of a repository: commits that are there, and records of lost ones."""

    reviews: int
    deployments: int
    absent: tuple[str, ...]  # deployments of commits that are in no history
    lost: tuple[str, ...]  # places of review records of such commits


def _witnesses(case: Case, repo: str, until: int) -> Witnesses:
    reviews = [one for one in case.facts.changes.values() if one.repo == repo and one.time <= until]
    deployed = [one for one in case.facts.deployments.values() if one.repo == repo and one.at <= until]
    deployed = [one for one in deployed if one.basis in {"environments repository", "deployment record"}]
    return Witnesses(
        sum(one.proposal == "record" for one in reviews),
        sum(bool(one.commit) and not one.absent for one in deployed),
        tuple(one.key for one in deployed if one.absent),
        tuple(where for where, at in case.facts.lost_reviews.get(repo, ()) if at <= until),
    )


def _as_recorded(case: Case, repo: str, before: Audit) -> Verdict:
    until = midnight(before.date) + DAY - 1
    seen = _witnesses(case, repo, until)
    day = human_day(before.date)
    if named := (*seen.absent, *seen.lost):
        counts = [plural(len(seen.absent), "deployment")] if seen.absent else []
        counts += [plural(len(seen.lost), "review record")] if seen.lost else []
        verb = "is of a commit" if len(named) == 1 else "are of commits"
        reason = f"{human_list(counts)} up to {before.id} of {day} ({few_of(named)}) {verb} that no history has: {repo} was rewritten, or the record is wrong."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "recorded commits not there", reason)
    told = [
        words
        for words, number in (
            (plural(seen.reviews, "review record"), seen.reviews),
            (plural(seen.deployments, "deployment"), seen.deployments),
        )
        if number
    ]
    if not told:
        reason = f"{before.id} of {day} sealed no commit of {repo}, and no record kept elsewhere names one from before, so nothing says how it stood then."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "nothing older was kept", reason)
    reason = f"{before.id} of {day} sealed no commit of {repo}; what {human_list(told)} up to then say was there is still there."
    return Verdict(Outcome.PASS, EXPECTED, "recorded commits still there", reason)


def _told(moved: Moved) -> str:
    name, before, now = visible(moved.name), moved.before[:12], moved.now[:12]
    if moved.kind == "tag":
        where = f"is at {now} now" if now else "is gone now"
        return f"The tag {name} was at {before} when it was read first, and {where}."
    if moved.kind == "line":
        return f"The branch {name} was at {before}, and first parents no longer lead there from {now}: it was merged the wrong way round."
    what = f"The branch {name}" if moved.kind == "branch" else name
    if not moved.now:
        return f"{what} was at {before} when it was read before, and is gone now."
    lost = plural(moved.lost, "commit")
    since = human_day(day_of(moved.since))
    return f"{what} was at {before} when it was read before, and is at {now} now, which does not stand on that: {lost}, the oldest of {since}, {'was' if moved.lost == 1 else 'were'} lost."


def _shortly(moved: Moved) -> str:
    if moved.kind == "tag":
        return f"tag {visible(moved.name)} {'moved' if moved.now else 'gone'}"
    return {"branch": "history rewritten", "line": "line moved", "ref": f"{visible(moved.name)} rewritten"}[moved.kind]


def _item(case: Case, repo: str, verdict: Verdict) -> Item:
    services = (id_ for id_, one in case.isms.services.items() if repo in {link.repo for link in one.repos})
    service, *others = strictest_first(case.isms, services) or ("",)
    words = (verdict.expected, verdict.found, verdict.reason)
    return Item("history-intact", "repository", repo, service, 0, verdict.outcome, *words, others=tuple(others))
