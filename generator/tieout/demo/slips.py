"""Three small slips of the week after the daily work was told: a tag that was moved, a wrong clock, an old approval.

All come after the audits, so only the present shows them. What is told here is only ever added to, and at the end.
"""

from collections.abc import Iterator
from dataclasses import replace

from tieout.demo.hours import seconds
from tieout.demo.proposals import Draft, Proposal
from tieout.demo.specials import Told, propose
from tieout.demo.works import Edit

TAG_MOVED = "tag-moved"  # mark of the change onto which its author moved the tag of the release before it

# The release of the 19th counts each start as a jump. Its mending is put under the tag of that release, for the notes.
COUNTED = Told(
    "feed-gateway", "2026-10-19T09:40Z", "jonas-feld", ("amara-diallo",),
    "TRD-1497: Count clock jumps by channel", "One channel can hide in the total.",
    (Edit("src/metrics/counters.ts", "line", 'export const COUNTER_CLOCK_JUMP_BY_CHANNEL = "feed_clock_jump_total";'),),
    deploy=True,
)  # fmt: skip
MENDED = Told(
    "feed-gateway", "2026-10-20T08:55Z", "rosa-quint", ("amara-diallo",),
    "TRD-1499: Leave the warm-up of a channel out of the count", "Each start counted as a jump of the clock.",
    (Edit("src/metrics/warm_up.ts", "whole", "// Until a channel counts.\n\nexport const WARM_UP_MS = 30000;\n"),),
    label="tag-moved", mark=TAG_MOVED,
)  # fmt: skip
# The laptop on which the second of these was merged had been flat for some days, and so had its clock.
BELOW = Told(
    "settlement", "2026-10-20T09:30Z", "freya-dunn", ("lena-osei", "grace-adeyemi"),
    "PAY-2771: Wait 8 minutes for a correction of the handicap", "Three minutes were shorter than the supplier's own.",
    (Edit("src/settle/wait.py", "line", "WAIT_MINUTES_HANDICAP = 8"),),
)  # fmt: skip
BACKDATED = Told(
    "settlement", "2026-10-20T10:20Z", "tomasz-wilk", ("freya-dunn", "grace-adeyemi"),
    "PAY-2768: Hold handicap payouts above 10000", "Was meant to be in before the reconciliation of the fifteenth.",
    (Edit("src/settle/holds.py", "line", "HOLD_ABOVE_HANDICAP = 10000"),), label="backdated",
)  # fmt: skip
CLOCK_OF_THE_LAPTOP = "2026-10-14T16:05Z"
# Customer service asked for another number when the review was done. The forge let the old approval stand.
STALE = Told(
    "player-account", "2026-10-20T15:05Z", "bea-novak", ("omar-haddad",),
    "PLY-841: Tell the player of a new payout account within 30 s", "A payout to a stranger's account can then still be stopped.",
    (Edit("src/notify/events.py", "line", "NOTIFY_SECONDS_PAYOUT_ACCOUNT = 30"),), label="stale-approval", merger="bea-novak",
)  # fmt: skip
SEEN, UNSEEN = "2026-10-20T08:50Z", "2026-10-20T14:40Z"


def propose_slips() -> Iterator[Proposal]:
    """The slips, and the changes that they need around them."""
    yield from map(propose, (COUNTED, MENDED, BELOW))
    yield replace(propose(BACKDATED), dated=seconds(CLOCK_OF_THE_LAPTOP))
    later = Edit("src/notify/events.py", "line", "NOTIFY_SECONDS_PAYOUT_ACCOUNT = 90")
    drafts = (
        Draft(seconds(SEEN), STALE.author, STALE.title, STALE.edits),
        Draft(seconds(UNSEEN), STALE.author, "Customer service asks for 90 s", (later,)),
    )
    yield replace(propose(STALE), drafts=drafts, opened=seconds(SEEN) + 300, seen=1)
