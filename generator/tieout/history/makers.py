"""Who made a change: told best by the signer, then by the committer, then by the author line.

Anyone may type an author line, so whoever signed or committed the content is among its makers, and nobody approves
what they made. A squash or rebase is the exception where more than its message shows that it only brings a proposal:
there the committer did what a merger does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tieout.history.messages import Named, frame_of, parse_named, trailers_of, values
from tieout.history.records import Record, RecordedAuthor
from tieout.history.registers import Registers
from tieout.history.signatures import has_key
from tieout.history.steps import RawStep
from tieout.model.history import Authorship, Commit, Identity, Signature

CO_AUTHORS = ("co-authored-by", "coauthored-by", "co-author", "co-developed-by")


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
    recorded: tuple[RecordedAuthor, ...] = ()  # whom the forge's record of the proposal names as its authors

    @property
    def entered(self) -> tuple[Commit, ...]:
        """The steps that brought content by themselves; none where a merge, or a squash, only brings a proposal."""
        if len(self.step.parents) > 1:
            return (self.step,) if self.made else ()
        return () if self.vouched else self.carried

    @property
    def all(self) -> tuple[Commit, ...]:
        """Every commit whose content it is, the branch's own before those of the proposal."""
        added = tuple(each for each in self.entered if each not in self.carried) if self.made else ()
        return (*self.carried, *added, *self.proposed)


def is_vouched(raw: RawStep, record: Record | None) -> bool:
    """Whether a squash or rebase is seen to bring a proposal: the same content, or the forge's record of this very step."""
    if raw.kind not in {"squash", "rebase"} or raw.restored == "different":
        return False
    if raw.kind == "rebase" and not raw.proposal.commits:  # moved forward without a new commit: the proposal itself
        return False
    return is_bound(raw, record) or raw.restored == "same"


def is_bound(raw: RawStep, record: Record | None) -> bool:
    """Whether it is the forge's own record of this very step."""
    return record is not None and record.change in raw.commits and record.merged is not None and record.merged.exported


def recorded_authors(raw: RawStep, record: Record | None) -> tuple[RecordedAuthor, ...]:
    """The authors whom a record names, of a step that came by a proposal. Whoever typed them can only add some."""
    return record.authors if record is not None and raw.kind in {"merge", "squash", "rebase"} else ()


def authorship(raw: RawStep, record: Record | None, content: Content) -> Authorship:
    """How it is known that nobody's part in a change is hidden.

    A merge or rebase brings its own commits. A squash has one author line, and co-author trailers that nobody has to
    write: only its proposal, where it is shown to be that, or the forge's own list of authors tells who wrote it. So it
    is of a merge that carries somebody's squash.
    """
    if raw.kind == "squash":
        if content.vouched and content.proposed:
            return "proposal"
        named = is_bound(raw, record) and any(author.exported for author in content.recorded)
        return "record" if named else "message"
    if raw.kind == "merge" and any(_is_squash(each) for each in content.carried):
        return "proposal" if raw.restored == "same" else "message"
    return "commits"


def _is_squash(commit: Commit) -> bool:
    return len(commit.parents) == 1 and frame_of(commit.message).squash


def find_hidden(raw: RawStep, content: Content, registers: Registers) -> tuple[Identity, ...]:
    """People who wrote what was proposed, and whom neither an author line nor a co-author trailer of the step names.

    The forge's own list counts beside the proposal's commits; who only opened it wrote nothing. Where the step is not
    what was proposed, nobody can be said to be hidden in it.
    """
    if raw.restored == "different" or not (content.proposed or content.recorded):
        return ()
    named = {who.key for who in _named((content.step, *content.carried), registers)}
    wrote = [*_named(content.proposed, registers)]
    wrote += [who for author, who in _recorded(content, registers) if author.exported and author.commits]
    found = {who.key: who for who in wrote if not who.robot and who.key not in named}
    return tuple(found.values())


def find_makers(content: Content, registers: Registers) -> tuple[Identity, ...]:
    """Every author and co-author of what is carried or was proposed, in order of appearance; then other hands in it."""
    found: dict[str, Identity] = {}
    everything = content.all
    recorded = [who for _, who in _recorded(content, registers)] if content.recorded else []
    for who in dict.fromkeys(
        (*_authors(content, everything, registers), *recorded, *_hands(content, everything, registers))
    ):
        found.setdefault(who.key or who.name.casefold(), who)
    return tuple(found.values())


def _authors(content: Content, everything: Iterable[Commit], registers: Registers) -> Iterator[Identity]:
    identify = registers.people.identify
    yield from [identify(each.author, each.author.time) for each in everything]
    alone = len(content.carried) == 1 and content.carried[0] is content.step
    above = () if alone else (content.step,)
    yield from _co_authors((*above, *content.carried, *content.proposed), registers)


def _co_authors(commits: Iterable[Commit], registers: Registers) -> Iterator[Identity]:
    for each in commits:
        for named in _co_authors_in(each.message):
            yield registers.people.find(named.name, named.email, each.author.time, named=True)


@lru_cache(maxsize=1 << 18)
def _co_authors_in(message: str) -> tuple[Named, ...]:
    """Asked for each commit of a branch, for every audit."""
    return tuple(parse_named(value) for value in values(trailers_of(message), *CO_AUTHORS))


def _named(commits: Sequence[Commit], registers: Registers) -> Iterator[Identity]:
    """Whom author lines and co-author trailers name."""
    identify = registers.people.identify
    yield from [identify(each.author, each.author.time) for each in commits]
    yield from _co_authors(commits, registers)


def _recorded(content: Content, registers: Registers) -> Iterator[tuple[RecordedAuthor, Identity]]:
    """Whom the record names. A login that nobody registered adds nobody where the commits it names are known anyway."""
    known = {each.id for each in content.all}
    for author in content.recorded:
        who = registers.people.owner(author.by, content.at)
        if who.known or not author.commits or not known.issuperset(author.commits):
            yield author, who


def _hands(content: Content, everything: Iterable[Commit], registers: Registers) -> Iterator[Identity]:
    """Committers and signers of content. Of a proposal's commits a committer nobody registered is taken for a forge's editor."""
    entered = {each.id for each in content.entered}
    brought = {each.id for each in content.carried} if content.vouched else set()
    identify = registers.people.identify
    for each in everything:
        if each.id in entered or (len(each.parents) < 2 and each.id not in brought):
            committer = identify(each.committer, each.committer.time)
            if not committer.robot and (committer.person or each.id in entered):
                yield committer
            if signature := content.signatures.get(each.id):
                yield from signer_of(signature, registers)


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
