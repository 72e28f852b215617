"""Who made a change: told best by the signer, then by the committer, then by the author line.

Anyone may type an author line, so whoever signed or committed the content is among its makers, and nobody approves
what they made. A squash or rebase is the exception where more than its message shows that it only brings a proposal:
there the committer did what a merger does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tieout.history.messages import parse_named, trailers_of, values
from tieout.history.records import Record
from tieout.history.registers import Registers
from tieout.history.signatures import has_key
from tieout.history.steps import RawStep
from tieout.model.history import Commit, Identity, Signature


@dataclass(frozen=True, slots=True)
class Content:
    """The commits behind one change, and the verdicts on the signatures of those of the branch."""

    step: Commit
    carried: tuple[Commit, ...]  # the step itself when it carries none
    proposed: tuple[Commit, ...]
    vouched: bool  # see `is_vouched`
    at: int  # when the step entered the branch
    made: bool  # a merge that adds files of its own
    signatures: Mapping[str, Signature]

    @property
    def entered(self) -> tuple[Commit, ...]:
        """The steps that brought content by themselves; none where a merge, or a squash, only brings a proposal."""
        if len(self.step.parents) > 1:
            return (self.step,) if self.made else ()
        return () if self.vouched else self.carried

    @property
    def all(self) -> tuple[Commit, ...]:
        """Every commit whose content it is, the branch's own before those of the proposal."""
        own = {each.id: each for each in (*self.carried, *self.entered)}
        return (*own.values(), *self.proposed)


def is_vouched(raw: RawStep, record: Record | None) -> bool:
    """Whether a squash or rebase is seen to bring a proposal: the same content, or the forge's record of this very step."""
    if raw.kind not in {"squash", "rebase"} or raw.restored == "different":
        return False
    if raw.kind == "rebase" and not raw.proposal.commits:  # moved forward without a new commit: the proposal itself
        return False
    bound = record is not None and record.change in raw.commits and record.merged is not None and record.merged.exported
    return bound or raw.restored == "same"


def find_makers(content: Content, registers: Registers) -> tuple[Identity, ...]:
    """Every author and co-author of what is carried or was proposed, in order of appearance; then other hands in it."""
    found: dict[str, Identity] = {}
    for who in (*_authors(content, registers), *_hands(content, registers)):
        found.setdefault(who.key or who.name.casefold(), who)
    return tuple(found.values())


def _authors(content: Content, registers: Registers) -> Iterator[Identity]:
    for each in content.all:
        yield registers.people.identify(each.author, each.author.time)
    for each in (content.step, *content.carried, *content.proposed):
        for value in values(trailers_of(each.message), "co-authored-by", "co-developed-by"):
            named = parse_named(value)
            yield registers.people.find(named.name, named.email, each.author.time, named=True)


def _hands(content: Content, registers: Registers) -> Iterator[Identity]:
    """Committers and signers of content. Of a proposal's commits a committer nobody registered is taken for a forge's editor."""
    entered = {each.id for each in content.entered}
    brought = {each.id for each in content.carried} if content.vouched else set()
    for each in content.all:
        if each.id in entered or (len(each.parents) < 2 and each.id not in brought):
            committer = registers.people.identify(each.committer, each.committer.time)
            if not committer.robot and (committer.known or each.id in entered):
                yield committer
            yield from signer_of(content.signatures.get(each.id, Signature()), registers)


def signer_of(signature: Signature, registers: Registers) -> Iterator[Identity]:
    """The person whose good signature it is; nobody where it is a robot's, or none that counts."""
    person = registers.isms.people.get(signature.signer) if signature.state == "good" else None
    if person is not None and person.kind == "person":
        yield Identity(person.id, person.title, next(iter(person.emails), ""))


RobotBasis = Literal["", "signature", "address", "missing"]


def robot_basis(content: Content, authors: Iterable[Identity], registers: Registers) -> RobotBasis:
    """How it is known that a robot made a step that no proposal vouches for; empty for all other changes."""
    robots = {who.person for who in authors if who.robot}
    if not content.entered or not robots:
        return ""
    signed = (content.signatures.get(each.id, Signature()) for each in content.entered)
    if all(one.state == "good" and one.signer in robots for one in signed):
        return "signature"
    return "missing" if any(has_key(registers.keys, robot, content.at) for robot in robots) else "address"
