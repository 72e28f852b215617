"""The environments repository (`platform-env`): what runs where, branch protection, networks, canaries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tieout.demo.hours import MINUTE, seconds
from tieout.demo.objects import CommitText
from tieout.demo.proposals import Proposal
from tieout.demo.releases import Release
from tieout.demo.services import Repository, Step, edited
from tieout.demo.specials import Told, propose
from tieout.demo.styles import squash_message
from tieout.demo.teams import SIGNING_STARTS, TEAMS, mention, signs, stamp
from tieout.demo.works import Edit

REPO = "platform-env"
ENVIRONMENTS = ("dev", "test", "prod")
STARTED = seconds("2025-10-01T11:00Z")
FIRST_NUMBER = 61
FIRST_RUN = 18200


@dataclass(frozen=True, slots=True)
class Event:
    """One commit to come."""

    time: int
    author: str
    message: str
    edits: tuple[Edit, ...]
    signer: str = ""
    label: str = ""
    proposal: Proposal | None = None


def _protection(repo: str, *, bypass: bool, signed: str) -> Edit:
    text = (
        f"# Protection of the main branch of {repo}; the forge is set from this file.\nrepository: {repo}\nbranch: main\n"
        f"required_approvals: 1\ncode_owner_review: true\nsigned_commits: {signed}\nadmin_bypass: {str(bypass).lower()}\n"
    )
    return Edit(f"protection/{repo}.yml", "whole", text)


def _protections(*, bypass: bool, signed: str, tiers: tuple[int, ...] = (1,)) -> tuple[Edit, ...]:
    return tuple(_protection(team.repo, bypass=bypass, signed=signed) for team in TEAMS if team.tier in tiers)


def _canaries(*services: str) -> tuple[Edit, ...]:
    text = "# Requests of 100 that see a new version first, for some minutes each.\nservice: {}\nshares: [5, 25]\nminutes: [15, 15]\nroll_back_on: [errors, latency, refused-bets]\n"
    return tuple(Edit(f"canary/{service}.yml", "whole", text.format(service)) for service in services)


def _file(path: str, text: str) -> tuple[Edit, ...]:
    return (Edit(path, "whole", text),)


def _row(path: str, text: str) -> tuple[Edit, ...]:
    return (Edit(path, "line", text),)


FIRST_FILES: tuple[Edit, ...] = (
    Edit("README.md", "whole", "# platform-env\n\nWhat runs where. The pipeline writes versions; people propose the rest.\n"),
    Edit("CODEOWNERS", "whole", "* yuki@fennmoor.example ravi@fennmoor.example\nprod/** ci-bot@fennmoor.example yuki@fennmoor.example\n"),
    Edit("network/prod.yml", "whole", "# Who may talk to whom in production.\ndefault: deny\nodds-engine: [feed-gateway, market-config]\nbet-api: [odds-engine, wallet, player-account]\n"),
    Edit("network/test.yml", "whole", "# Who may talk to whom in test.\ndefault: deny\nall: [all]\n"),
    Edit("network/dev.yml", "whole", "# Who may talk to whom in development.\ndefault: allow\n"),
    *_protections(bypass=True, signed="free", tiers=(1, 2)),
)  # fmt: skip

# Proposals of people: merged at, author, who reviewed and merged, title, body, edits, label.
PEOPLE: tuple[Told, ...] = tuple(
    Told(REPO, merged, author, (reviewer,), title, body, edits, label=label)
    for merged, author, reviewer, title, body, edits, label in (
        ("2025-10-21T09:40Z", "ravi-sole", "yuki-arden", "PLT-301: Settlement may ask the wallet", "For the daily reconciliation.", _row("network/prod.yml", "settlement: [wallet]"), ""),
        ("2025-11-06T13:10Z", "ravi-sole", "yuki-arden", "PLT-312: Promotions may ask the player account", "Eligibility asks for limits.", _row("network/prod.yml", "promo-engine: [player-account, wallet]"), ""),
        ("2025-12-02T10:25Z", "yuki-arden", "ravi-sole", "PLT-325: No route from test to production", "Second of two controls; the account boundary is the first.", _row("network/test.yml", "production: []"), ""),
        ("2026-01-15T14:30Z", "yuki-arden", "ravi-sole", "PLT-344: Test becomes a copy of production", "Every version is in test before it is in production.", _row("network/test.yml", "copy_of: prod"), ""),
        ("2026-02-09T15:20Z", "ravi-sole", "yuki-arden", "PLT-361: Deployments are signed by the pipeline", "The key lives in the vault of the build cluster.", _file("policy/signing.yml", "# Commits of the pipeline carry its signature from 10 February 2026.\nci-bot: required\n"), ""),
        ("2026-02-26T11:05Z", "ravi-sole", "yuki-arden", "PLT-377: Feed only from the supplier's addresses", "Two ranges, by their letter of 20 February.", _row("network/prod.yml", "feed-gateway: [feedline-a, feedline-b]"), ""),
        ("2026-03-11T09:15Z", "yuki-arden", "ravi-sole", "PLT-402: Policy for the infrastructure scan", "Read by the golden path from v3.4.", _file("policy/infrastructure.yml", "# Rules of the infrastructure scan.\npublic_storage: deny\nopen_ports: [443]\nencryption_at_rest: required\n"), ""),
        ("2026-04-15T08:45Z", "yuki-arden", "ravi-sole", "PLT-521: Signed commits on tier 1", "Asked for, not yet enforced: three people wait for their keys.", _protections(bypass=True, signed="asked for"), ""),
        ("2026-05-07T10:50Z", "ravi-sole", "yuki-arden", "PLT-584: More nodes for the cup", "Twice the peak of the last final.", _file("capacity/cup.yml", "# Smallest number of nodes, 8 June to 14 July.\nodds-engine: 12\nbet-api: 16\nfeed-gateway: 6\nwallet: 10\n"), ""),
        ("2026-05-11T14:25Z", "yuki-arden", "ravi-sole", "PLT-594: Canary with rollback for the first services", "5 then 25 of 100 requests for half an hour, taken back without a person.", _canaries("odds-engine", "wallet", "bet-api"), ""),
        ("2026-05-29T13:40Z", "yuki-arden", "ravi-sole", "PLT-622: Canary for the rest of tier 1", "DEC-2026-010: smaller batches and a canary instead of a freeze.", _canaries("market-config", "feed-gateway", "settlement", "player-account"), ""),
        ("2026-06-12T09:30Z", "ravi-sole", "yuki-arden", "PLT-640: Alarm route of the cup", "One number for the desk, whatever the squad.", _file("alerts/routes.yml", "# Who is called.\ndefault: squad\n2026-06-11..2026-07-12: cup-desk\n"), ""),
        ("2026-07-08T10:20Z", "yuki-arden", "ravi-sole", "PLT-671: Remove the administrator bypass on tier 1", "ACT-2026-021, after FND-2026-004: nobody pushes past review, administrators neither.", _protections(bypass=False, signed="asked for"), "bypass-removed"),
        ("2026-07-15T12:15Z", "ravi-sole", "yuki-arden", "PLT-680: Capacity back to normal", "The cup is over.", _file("capacity/cup.yml", "# Smallest number of nodes.\nodds-engine: 6\nbet-api: 8\nfeed-gateway: 4\nwallet: 6\n"), ""),
        ("2026-07-22T08:35Z", "ravi-sole", "yuki-arden", "PLT-688: Refuse unsigned changes on tier 1", "The last key was registered on Monday.", _protections(bypass=False, signed="required"), ""),
        ("2026-07-31T09:05Z", "ravi-sole", "yuki-arden", "PLT-696: Switch off batch-01", "The batch runs on the golden path since last night.", _row("network/prod.yml", "batch-01: []"), ""),
        ("2026-08-19T14:20Z", "yuki-arden", "ravi-sole", "PLT-715: Second region for the restore exercise", "Continuity exercise of 20 August.", _row("network/prod.yml", "restore-region: [odds-engine, wallet]"), ""),
        ("2026-09-16T10:35Z", "ravi-sole", "yuki-arden", "PLT-742: Metrics leave through one gateway", "One place to see what leaves.", _row("network/prod.yml", "metrics: [metrics-gateway]"), ""),
        ("2026-10-07T09:50Z", "yuki-arden", "ravi-sole", "PLT-768: Protect promo-engine like tier 1", "Asked for by the squad itself.", (_protection("promo-engine", bypass=False, signed="required"),), ""),
    )
)  # fmt: skip


def _version_file(environment: str, release: Release, run: str) -> Edit:
    text = f"service: {release.repo}\nversion: {release.version}\ncommit: {release.commit}\nrun: {run}\n"
    return Edit(f"{environment}/{release.repo}.yml", "whole", text)


def _release_events(release: Release, run: int) -> Iterator[Event]:
    """dev, test and prod; a hotfix knows production only."""
    head = f"Deploy {release.repo} {release.version} to"
    changes = "Changes: " + ", ".join(f"#{number}" if number else "direct push" for number in release.numbers)
    if release.kind != "hotfix":
        for environment, time in (("dev", release.built), ("test", release.test)):
            edit = _version_file(environment, release, str(run))
            yield Event(time, "ci-bot", f"{head} {environment}\n\n{changes}", (edit,), _pipeline_key(time))
    trailers = [f"Requested-by: {mention(release.requested_by)}"] if release.requested_by else []
    trailers += ["Released-from: batch-01", "Exception: EXC-003"] if release.kind == "batch" else []
    trailers += [f"Approved-by: {mention(person)}" for person in release.approved_by]
    text = {"hotfix": "Feed stalls, markets stay open (INC-2026-003). Deployed by me.", "by-hand": "By hand: the pipeline's runner was not available."}.get(release.kind, changes)  # fmt: skip
    edit = _version_file("prod", release, str(run) if release.kind == "pipeline" else release.kind)
    signer = _pipeline_key(release.prod) if release.by == "ci-bot" else ""
    message = "\n\n".join(part for part in (f"{head} prod", text, "\n".join(trailers)) if part)
    yield Event(release.prod, release.by, message, (edit,), signer, release.label)


def _pipeline_key(time: int) -> str:
    return "ci-bot" if time >= SIGNING_STARTS else ""


def _people_events() -> Iterator[Event]:
    for number, told in enumerate(PEOPLE):
        proposal = replace(propose(told), number=FIRST_NUMBER + number * 3)
        signer = proposal.merger if signs(proposal.merger, proposal.merged) else ""
        yield Event(
            proposal.merged, proposal.author, squash_message(proposal), told.edits, signer, told.label,
            replace(proposal, signed=bool(signer)),
        )  # fmt: skip


def build_environments(
    imports: Mapping[str, str], releases: Iterable[Release]
) -> tuple[Repository, tuple[Step, ...], dict[str, str]]:
    """The repository, the merged proposals of its people, and its labelled commits. `imports`: first commits by service."""
    repository = Repository(REPO)
    _start(repository, imports)
    ordered = sorted(releases, key=lambda release: (release.built, release.repo))
    events = [event for run, release in enumerate(ordered) for event in _release_events(release, FIRST_RUN + 3 * run)]
    events += _people_events()
    steps: list[Step] = []
    labels: dict[str, str] = {}
    for event in sorted(events, key=lambda event: (event.time, event.message)):
        step = _commit(repository, event)
        if event.label:
            labels[event.label] = repository.tip.commit
        steps += [step] if step else []
    return repository, tuple(steps), labels


def _start(repository: Repository, imports: Mapping[str, str]) -> None:
    store = repository.store
    files = edited(store, {}, FIRST_FILES)
    yuki, robot = stamp("yuki-arden", STARTED), stamp("ci-bot", STARTED + 30 * MINUTE)
    first = store.commit(files, CommitText((), yuki, yuki, "Import of networks and branch protection"))
    repository.enter(STARTED, first, files)
    edits = [
        _version_file(environment, Release(team.repo, _first_version(team.version, tagged=team.tagged), imports[team.repo], (), 0, 0, 0, "pipeline", "", "", ()), str(FIRST_RUN - 1))
        for team in TEAMS
        for environment in ENVIRONMENTS
    ]  # fmt: skip
    files = edited(store, files, edits)
    second = store.commit(files, CommitText((first,), robot, robot, "Import of the running versions"))
    repository.enter(STARTED + 30 * MINUTE, second, files)


def _first_version(version: tuple[int, int], *, tagged: bool) -> str:
    return f"v{version[0]}.{version[1]}.0" if tagged else "2025.10.01-1"


def _commit(repository: Repository, event: Event) -> Step | None:
    """Appends the event; the second of two in one moment comes half a minute later."""
    tip = repository.tip
    time = event.time if event.time > tip.time else tip.time + 30
    files = edited(repository.store, tip.files, event.edits)
    author = stamp(event.author, time)
    committer, head = author, ""
    if event.proposal:
        committer = stamp(event.proposal.merger if event.signer else "forge", time)
        head = _proposed(repository, event.proposal)
    said = CommitText((tip.commit,), author, committer, event.message, event.signer)
    commit = repository.store.commit(files, said)
    repository.enter(time, commit, files)
    if not event.proposal:
        return None
    return Step(event.proposal, commit, (head,), time, max(event.proposal.drafts[0].time, tip.time + 10))


def _proposed(repository: Repository, proposal: Proposal) -> str:
    """The proposal's own commit, kept under its ref; rebased on the tip, which moves every hour."""
    tip, draft = repository.tip, proposal.drafts[0]
    files = edited(repository.store, tip.files, draft.edits)
    time = max(draft.time, tip.time + 10)
    said = CommitText(
        (tip.commit,), stamp(draft.author, draft.time), stamp(draft.author, time), f"{draft.subject}\n\n{proposal.body}"
    )
    head = repository.store.commit(files, said)
    repository.refs[f"refs/pull/{proposal.number}/head"] = head
    return head
