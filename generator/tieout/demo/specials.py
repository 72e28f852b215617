"""The changes that the story needs, told one by one: near misses, deviations, the incident and what followed it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from tieout.demo.dice import Dice
from tieout.demo.hours import HOUR, MINUTE, seconds
from tieout.demo.pipelines import Setup, render, render_owners
from tieout.demo.proposals import Draft, How, Proposal, draft_times
from tieout.demo.teams import SIGNING_RULE, TEAMS, Style, signs
from tieout.demo.works import Edit, slug

STYLES: dict[str, Style] = {team.repo: team.style for team in TEAMS} | {"platform-env": "squash"}
TIERS = {team.repo: team.tier for team in TEAMS} | {"platform-env": 1}


class Told(NamedTuple):
    """One change of the story. The rest of the proposal follows from the repository's style."""

    repo: str
    merged: str
    author: str
    reviewers: tuple[str, ...]
    title: str
    body: str
    edits: tuple[Edit, ...]
    label: str = ""
    merger: str = ""  # empty: the first reviewer
    deploy: bool = False
    mark: str = ""


def how_of(repo: str) -> How:
    return "merge" if STYLES[repo] in {"forge-merge", "trailer-merge", "request-merge"} else "squash"


def propose(told: Told) -> Proposal:
    merged = seconds(told.merged)
    merger = told.merger or told.reviewers[0]
    times = draft_times(merged, 1, Dice(told.repo, "told", told.merged), 26 * HOUR)
    subject = told.title
    after = SIGNING_RULE if how_of(told.repo) == "squash" else 0
    return Proposal(
        told.repo, 0, told.title, told.body, slug(subject), told.author,
        (Draft(times[0], told.author, subject, told.edits),),
        times[0] + 6 * MINUTE, merged, merger, told.reviewers, STYLES[told.repo], how_of(told.repo),
        signed=TIERS[told.repo] == 1 and merged >= after and signs(merger, merged),
        label=told.label, deploy=told.deploy, mark=told.mark,
    )  # fmt: skip


def _line(path: str, text: str) -> Edit:
    return Edit(path, "line", text)


def _block(path: str, text: str) -> Edit:
    return Edit(path, "block", text)


def _whole(path: str, text: str) -> Edit:
    return Edit(path, "whole", text)


RECONNECT = """// How the gateway comes back after the supplier has closed the channel.

export async function reconnect(channel: Channel, out: Outlet): Promise<void> {
  void channel.open();
  // Consumers need not know of it: they get the last message until the channel speaks again.
  while (!channel.speaking) {
    out.send({ ...channel.last, at: now() });
    await seconds(1);
  }
}
"""
# In the high-risk part of the engine: whether a price may be shown is decided where it is made.
CLOCK_RULE = "src/pricing/feed_clock.py"
CLOCK_HOTFIX = '''"""Prices stop when the clock of the feed stops."""

from feed.clock import DRIFT_SECONDS
from feed.state import FeedState


def suspend_when_clock_stops(feed: FeedState, now: float) -> bool:
    """True when no clock message came for longer than the drift allowed: every in-play market is then closed."""
    return now - feed.last_clock_at > DRIFT_SECONDS
'''
CLOCK_TEST = '''def test_markets_close_when_the_feed_clock_stops():
    """INC-2026-003: a feed that repeats old scores must not look alive."""
    feed = FeedState(last_clock_at=100.0, last_score_at=400.0)
    assert suspend_when_clock_stops(feed, now=400.0)
'''
TEST_GATEWAY = """# Gateway that the cap tests talk to. Not a real one.
url: https://gateway.test.invalid
{key}
"""
FAKE_KEY = "api_key: demo_test_key_0000_not_a_secret_0000"
LIMITS_DRAFT = '''"""Player limits stay as they are over a release. Draft: one limit of six, one path of four."""


def test_deposit_limit_survives_a_release():
    """Only the deposit limit of a day; loss, stake, session and product limits are not covered yet."""
    before = snapshot("deposit", "day")
    release("candidate")
    assert snapshot("deposit", "day") == before
'''

STORY: tuple[Told, ...] = (
    # a market that the forum allowed
    Told(
        "market-config", "2026-02-23T14:05Z", "nadia-petrov", ("callum-bray", "declan-royce"),
        "TRD-1165: Open the in-play corners market",
        "Allowed by the forum on 19 February (DEC-2026-005) with these limits; integrity monitoring has the market too.",
        (
            _line("markets/inplay.yml", "corners: {delay_seconds: 7}"),
            _line("limits/stakes.yml", "inplay.corners: 150"),
            _line("limits/liability.yml", "inplay_corners: 15000"),
        ),
        label="corners-market", deploy=True,
    ),
    # something that looks like a secret, and its removal on the same day
    Told(
        "promo-engine", "2026-04-14T09:31Z", "dev-anand", ("sofia-marin",),
        "PRO-525: Test caps against the gateway's sandbox", "The sandbox answers as the gateway will.",
        (_whole("tests/fixtures/gateway.yml", TEST_GATEWAY.format(key=FAKE_KEY)),), label="test-key-leak",
    ),
    Told(
        "promo-engine", "2026-04-14T14:05Z", "sofia-marin", ("dev-anand",),
        "PRO-526: Take the sandbox key out of the repository",
        "INC-2026-002. The key was revoked at 13:20; tests now read it from the runner.",
        (_whole("tests/fixtures/gateway.yml", TEST_GATEWAY.format(key="api_key_from: runner")),), label="test-key-removed",
    ),
    # two changes of the second period that only a trailer says were reviewed
    Told(
        "player-account", "2026-04-21T10:15Z", "bea-novak", ("omar-haddad",),
        "PLY-710: Reality check speaks the player's language", "Texts from the translators.",
        (_line("src/notify/events.py", "NOTIFY_SECONDS_REALITY_CHECK = 30"),), mark="stated-only",
    ),
    Told(
        "market-config", "2026-05-13T09:25Z", "declan-royce", ("callum-bray",),
        "TRD-1274: Order of the coupon for the cup", "As shown to the product group on Monday.",
        (_line("display/order.yml", "summer_nations_cup: 1"),), mark="stated-only",
    ),
    # retention, after the audit of June
    Told(
        "feed-gateway", "2026-06-18T10:50Z", "rosa-quint", ("amara-diallo",),
        "TRD-1324: Keep logs for five years", "ACT-2026-017: the licence asks for five years, we kept one.",
        (_line("config/logging.yml", "retention: 5y"),), label="log-retention", deploy=True,
    ),
    # the change that let the feed look alive while it stood still
    Told(
        "feed-gateway", "2026-06-24T13:30Z", "jonas-feld", ("rosa-quint",),
        "TRD-1332: Reconnect without closing the channel to consumers",
        "Each reconnect closed the channel to pricing for some seconds; now consumers do not notice it.",
        (_whole("src/feed/reconnect.ts", RECONNECT),), label="feed-reconnect", merger="amara-diallo", deploy=True,
    ),
    Told(
        "odds-engine", "2026-07-02T11:25Z", "jonas-feld", ("amara-diallo", "grace-adeyemi"),
        "TRD-1343: Tidy the feed clock rule and test it", "Follows the review of INC-2026-003: the rule of the hotfix, named and tested.",
        (
            _line("src/feed/clock.py", "DRIFT_SECONDS = 6"),
            _whole(CLOCK_RULE, CLOCK_HOTFIX.replace("every in-play market is then closed", "all in-play markets close")),
            _block("tests/test_pricing.py", CLOCK_TEST),
        ),
        label="feed-clock-tidy", merger="grace-adeyemi", deploy=True,
    ),
    # signed on the day after the replacement key came, before it was in the register
    Told(
        "wallet", "2026-07-17T13:40Z", "freya-dunn", ("lena-osei",),
        "PAY-2608: Ledger entries name the batch run", "Asked for by the reconciliation; the run was only in the log.",
        (_line("src/ledger/entries.py", "ENTRY_NAMES_RUN = True"),),
    ),
    Told(
        "settlement", "2026-07-17T15:25Z", "freya-dunn", ("lena-osei", "grace-adeyemi"),
        "PAY-2609: Run number on each settled bet", "The other half of PAY-2608.",
        (_line("src/settle/runs.py", "RUN_NUMBER_ON_BET = True"),),
    ),
    # the batch leaves the old host
    Told(
        "settlement", "2026-07-30T12:10Z", "freya-dunn", ("lena-osei", "grace-adeyemi"),
        "PAY-2631: batch: release through the golden path",
        "ACT-2026-023. The old host is switched off after the night run; EXC-003 had ended on 30 June.",
        (_whole("batch/release.yml", "# Where the batch is released from.\nhost: none\npipeline: golden-v3\n"),),
        label="batch-migrated", deploy=True,
    ),
    Told(
        "player-account", "2026-08-20T09:55Z", "bea-novak", ("omar-haddad",),
        "PLY-793: Draft of the player-limit tests", "A first test of six. Not wired into the pipeline yet: CTL-034 stays planned.",
        (_whole("tests/limits/test_limits_draft.py", LIMITS_DRAFT),), label="limits-test-draft", merger="grace-adeyemi",
    ),
    # vendor of the console: an address that the register does not know
    Told(
        "market-config", "2025-11-18T13:45Z", "tradedesk-build", ("callum-bray",),
        "TRD-1031: Console layout 7.2 for the desk", "Delivered by the supplier.",
        (_line("console/permissions.yml", "layout: [desk-7.2]"),),
    ),
    Told(
        "market-config", "2026-01-13T10:35Z", "tradedesk-build", ("nadia-petrov",),
        "TRD-1108: Console layout 7.3 for the desk", "Delivered by the supplier.",
        (_line("console/permissions.yml", "layout: [desk-7.3]"),),
    ),
    # changes of the wallet that their author's own second address approved
    *(
        Told(
            "wallet", merged, "tomasz-wilk", ("tomasz-wilk-at-home",), title, body, (_line(path, text),),
            merger="tomasz-wilk-at-home",
        )
        for merged, title, body, path, text in (
            ("2026-01-22T17:15Z", "PAY-2319: Retry instant bank calls 4 times", "Provider is slow this week.", "src/providers/retries.py", "RETRIES_INSTANT_BANK = 4"),
            ("2026-02-17T16:40Z", "PAY-2361: Hold voucher payouts 20 minutes", "As the desk asked.", "payouts/holds.py", "HOLD_MINUTES_VOUCHER = 20"),
            ("2026-03-05T15:50Z", "PAY-2388: Reconcile fees every 20 minutes", "Smaller differences, sooner.", "config/reconciliation.yml", "fee: {every_minutes: 20}"),
        )
    ),
    # what the old host released, before and after the exception ended
    *(
        Told(
            "settlement", merged, author, (reviewer, "grace-adeyemi"), f"PAY-{ticket}: batch: {what}", body,
            (_line("batch/runs.yml", text),), deploy=True, mark="batch",
        )
        for merged, author, reviewer, ticket, what, body, text in (
            ("2026-04-28T13:20Z", "freya-dunn", "lena-osei", 2478, "smaller runs of open liabilities", "The window of the old host is short.", "open_liabilities: {size: 750}"),
            ("2026-05-19T12:40Z", "kit-lowell", "freya-dunn", 2512, "jurisdiction split in its own run", "Asked for by tax.", "jurisdiction_split: {size: 800}"),
            ("2026-06-09T10:10Z", "tomasz-wilk", "freya-dunn", 2547, "daily totals in larger runs", "More bets a day in the cup.", "daily_totals: {size: 6000}"),
            ("2026-06-16T13:35Z", "freya-dunn", "grace-adeyemi", 2558, "voided bets twice a night", "Abandoned matches of the group stage.", "voided_bets: {size: 900}"),
            ("2026-06-25T11:55Z", "kit-lowell", "freya-dunn", 2573, "resettled bets before midnight", "Corrections come late in the knock-out stage.", "resettled_bets: {size: 1200}"),
            ("2026-07-08T14:30Z", "kit-lowell", "freya-dunn", 2595, "tax base for the semi-finals", "The month's figures are due on the tenth.", "tax_base: {size: 2500}"),
        )
    ),
)  # fmt: skip

ROLLOUTS: tuple[tuple[str, str, Setup, str, str], ...] = (
    *(
        (repo, merged, Setup(version, pre_prod=repo != "wallet"), "", "")
        for version, merges in (
            ("v3.2.1", {"odds-engine": "2025-11-14T09:40Z", "settlement": "2025-11-17T10:20Z", "wallet": "2025-11-19T09:15Z", "market-config": "2025-11-20T10:05Z"}),
            ("v3.3.0", {"odds-engine": "2026-01-16T09:30Z", "feed-gateway": "2026-01-19T10:10Z", "wallet": "2026-01-20T11:00Z", "bet-api": "2026-01-26T09:50Z", "player-account": "2026-01-28T13:30Z", "promo-engine": "2026-01-29T10:40Z"}),
            ("v3.4.1", {"odds-engine": "2026-03-13T09:20Z", "settlement": "2026-03-16T10:15Z", "market-config": "2026-03-18T09:35Z", "wallet": "2026-03-18T13:10Z", "bet-api": "2026-03-19T10:25Z", "promo-engine": "2026-03-20T09:45Z", "player-account": "2026-03-19T14:30Z"}),
        )
        for repo, merged in merges.items()
    ),
    ("feed-gateway", "2026-03-17T09:50Z", Setup("v3.4.1", frozenset({"sast"})), "", "Static analysis may fail until its old findings are gone."),
    ("feed-gateway", "2026-05-05T13:15Z", Setup("v3.4.1"), "PLT-588: Static analysis must pass again", "The old findings are gone."),
    ("wallet", "2026-05-12T10:45Z", Setup("v3.4.1"), "PLT-596: Pre-production check before payouts and ledger go live", "ACT-2026-009: the wallet was the one service without it."),
)  # fmt: skip
CI_PATHS = {team.repo: team.ci for team in TEAMS}


def propose_rollouts() -> Iterator[Proposal]:
    """The platform squad's changes of CI files, from version to version of the golden path."""
    for number, (repo, merged, setup, title, body) in enumerate(ROLLOUTS):
        label = "preprod-check" if title.startswith("PLT-596") else ""
        yield propose(
            Told(
                repo, merged, "ravi-sole", ("yuki-arden",), title or f"PLT-{420 + number * 6}: Golden path {setup.version}",
                body or "See the release notes of the golden path.",
                (_whole(CI_PATHS[repo], render(repo, setup)),), label=label,
            )
        )  # fmt: skip


def propose_owner_files() -> Iterator[Proposal]:
    """Three repositories named no owners until April."""
    for team in TEAMS:
        if team.owners_since:
            title = f"PLT-{523 + len(team.repo) % 5}: Name the owners of each path"
            body = "The forge asks owners for their review from today."
            edits = (_whole("CODEOWNERS", render_owners(team)),)
            yield propose(Told(team.repo, team.owners_since, "ravi-sole", (team.approvers[0],), title, body, edits))


def propose_near_miss() -> Proposal:
    """A rounding error that the property tests stopped on the third of February; mended on the fourth."""
    wrong = _block(
        "src/settle/rounding.py", "def exact_fraction(price: Decimal) -> Decimal:\n    return price.quantize(CENT)\n"
    )
    right = _block(
        "src/settle/rounding.py",
        "def exact_fraction(price: Decimal) -> Fraction:\n    return Fraction(price)  # rounded once, at the payout\n",
    )
    base = propose(
        Told(
            "settlement", "2026-02-04T11:05Z", "rosa-quint", ("lena-osei", "freya-dunn"),
            "PAY-2339: Round fractional prices once, at the payout",
            "The first version rounded twice; the property tests found a bet that paid a cent too much (INC-2026-001).",
            (wrong,), label="near-miss-rounding", deploy=True,
        )
    )  # fmt: skip
    drafts = (
        Draft(
            seconds("2026-02-03T15:12Z"), "rosa-quint", "PAY-2339: Round fractional prices before the payout", (wrong,)
        ),
        Draft(
            seconds("2026-02-04T10:31Z"), "rosa-quint", "Keep the exact fraction, round at the payout only", (right,)
        ),
    )
    return replace(
        base,
        drafts=drafts,
        opened=seconds("2026-02-03T15:14Z"),
        failed=("properties",),
        branch="fractional-odds-rounding",
    )


def propose_hotfix() -> Proposal:
    """The direct push of the quarter final: no branch, no review, signed by the one who pushed it."""
    time = seconds("2026-06-27T20:41Z")
    subject = "hotfix: suspend markets when the feed clock stops"
    body = "Feed stalls at the quarter final and markets stay open (INC-2026-003).\nPushed by me, review to follow."
    edits = (_whole(CLOCK_RULE, CLOCK_HOTFIX),)
    return Proposal(
        "odds-engine", 0, subject, body, "", "jonas-feld", (Draft(time, "jonas-feld", subject, edits),), time, time,
        "jonas-feld", (), "forge-merge", "direct", signed=True, label="feed-clock-hotfix", deploy=True, mark="hotfix",
    )  # fmt: skip


@cache
def fixed_proposals() -> tuple[Proposal, ...]:
    told = (*map(propose, STORY), *propose_rollouts(), *propose_owner_files(), propose_near_miss(), propose_hotfix())
    return tuple(sorted(told, key=lambda proposal: (proposal.merged, proposal.repo)))
