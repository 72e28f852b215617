"""Approvals that a message states: in a commit, in a forge's merge message, in an annotated tag. Anyone can type them.

Tried, with the lines that were read on the default branch: trailers of mailed patches on spdk/dpdk (24,635) and git/git
(4,739), of FreeBSD's form on TritonDataCenter/sdc-imgapi (22, and 168 below the subject, which are none), GitLab's
template on gitlabhq/gitlab-runner (4,664), Mergify on instructlab/instructlab (457, and 663 that stand elsewhere),
Gitea and Forgejo on eden-emulator/mirror (2,109) and deuxfleurs-org/garage (25), Gerrit's footers on golang/text (790),
Bitbucket Cloud on c3g/GenPipes (257) and beancount/beancount (30). No public repository of Bitbucket Server was found.
"""

from collections.abc import Iterator

from tieout.history.approvals.step import Step
from tieout.history.messages import Named, is_divided, parse_people, trailers_of, values
from tieout.history.people import People
from tieout.model.grades import Grade
from tieout.model.history import Approval

APPROVING = ("reviewed-by", "approved-by", "acked-by")


def approvers_in(message: str) -> tuple[Named, ...]:
    """Whom the trailers of a message name. A line without a name approves nothing, nor does one below a `---` line."""
    stated = values(trailers_of(message), *APPROVING)
    if not stated or is_divided(message):
        return ()
    return tuple(named for value in stated for named in parse_people(value))


def from_trailers(step: Step, people: People) -> Iterator[Approval]:
    """Trailers of the step cover no named revision; those of a carried commit cover the proposal up to it."""
    last = step.carried[-1] if step.carried else ""
    for commit_id in dict.fromkeys((*step.carried, step.commit.id)):
        commit = step.commit if commit_id == step.commit.id else step.line.history.commits[commit_id]
        approvers = approvers_in(commit.message)
        if not approvers:
            continue
        whole = commit_id in {step.commit.id, last}
        forged = commit_id == step.commit.id and step.frame.forge not in {"", "git"}
        where = f"{'merge message' if forged else 'trailer'} of commit {commit_id[:8]}"
        for named in approvers:
            at = commit.committer.time
            by = people.find(named.name, named.email, at, named=True)
            yield Approval(
                by,
                at,
                Grade.STATED,
                "unspecified" if whole else "earlier",
                "merge message" if forged else "trailer",
                where,
                "" if whole else commit_id,
            )


def find_in_tag(message: str, at: int, tag: str, people: People) -> tuple[Approval, ...]:
    """Approvals that the message of an annotated tag states."""
    found = []
    for named in approvers_in(message):
        by = people.find(named.name, named.email, at, named=True)
        if not by.robot:
            where, away = f"message of tag {tag}", people.absence(by, at)
            found.append(Approval(by, at, Grade.STATED, "unspecified", "tag", where, absence=away))
    return tuple(found)
