"""The messages that a forge or a person puts around a change, style by style (GitHub's, GitLab's and git's own forms)."""

from tieout.demo.proposals import Proposal
from tieout.demo.teams import ADDRESSES, mention


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _trailers(*pairs: tuple[str, tuple[str, ...]]) -> str:
    return "\n".join(f"{key}: {mention(person)}" for key, people in pairs for person in people)


def merge_message(proposal: Proposal) -> str:
    """Of a merge commit: three habits of three squads."""
    text = _split_trailers(proposal.body)
    if proposal.style == "forge-merge":
        owner = "fennmoor"
        stated = _trailers(("Reviewed-by", proposal.stated))
        head = f"Merge pull request #{proposal.number} from {owner}/{proposal.branch}"
        return _joined(head, proposal.title, text[0], _block(text[1], stated))
    if proposal.style == "request-merge":
        see = f"See merge request fennmoor/{proposal.repo}!{proposal.number}"
        approved = _trailers(("Approved-by", proposal.stated))
        return _joined(
            f"Merge branch '{proposal.branch}' into 'main'", proposal.title, text[0], see, _block(text[1], approved)
        )
    reviewed = _trailers(("Reviewed-by", proposal.stated))
    return _joined(f"Merge branch '{proposal.branch}'", proposal.title, text[0], _block(text[1], reviewed))


def squash_message(proposal: Proposal) -> str:
    """`Title (#12)` with the body and who helped."""
    text = _split_trailers(proposal.body)
    named = _trailers(("Reviewed-by", proposal.stated), ("Co-authored-by", proposal.coauthors))
    return _joined(f"{proposal.title} (#{proposal.number})", text[0], _block(text[1], named))


def draft_message(proposal: Proposal, number: int) -> str:
    """Of a commit of the proposal. The first names the co-authors, where they are named."""
    draft = proposal.drafts[number]
    helped = _trailers(("Co-authored-by", tuple(one for one in proposal.coauthors if one != draft.author)))
    text = _split_trailers(proposal.body if number == 0 else draft.body)
    return _joined(draft.subject, text[0], _block(text[1], helped if number == 0 else ""))


def _block(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _split_trailers(body: str) -> tuple[str, str]:
    """Prose, and the `Ticket:` line that belongs to the trailers at the end."""
    head, mark, ticket = body.rpartition("\n\nTicket: ")
    return (head, f"Ticket: {ticket}") if mark else (body, "")


def address(person: str) -> str:
    return ADDRESSES[person][1]
