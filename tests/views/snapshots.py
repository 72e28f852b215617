"""Literal snapshots: a small house with everything in it, and a tiny one with nearly nothing."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

from tieout import graph
from tieout.model.checks import Check
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change, Deployment, Facts, Identity, Job, PathChange, Pin, PipelineVersion
from tieout.model.records import (
    Action,
    Audit,
    Control,
    Criterion,
    Decision,
    Environment,
    Evidence,
    Exemption,
    Finding,
    Incident,
    Issue,
    Key,
    Licence,
    Metric,
    Objective,
    Party,
    Person,
    Pipeline,
    Policy,
    Power,
    Record,
    Risk,
    RiskMethod,
    Role,
    Runbook,
    Scope,
    Service,
    Soa,
    Squad,
    Supplier,
    Threat,
)
from tieout.model.registers import AnnexControl, Isms
from tieout.model.results import AuditDate, Chain, CheckResult, EvidenceState, Figure, Gap, Item, Judgement, Outcome
from tieout.model.settings import Config
from tieout.problems import Source
from tieout.views.page import (
    Block,
    Chips,
    Columns,
    Fold,
    Inline,
    Items,
    Line,
    Link,
    Markdown,
    Page,
    Para,
    Picture,
    Site,
    Table,
    Terms,
)
from tieout.views.snapshot import Snapshot

R = TypeVar("R", bound=Record)


def at(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00+00:00").astimezone(UTC).timestamp())


def record(model: type[R], id_: str, **fields: object) -> R:
    path = f"isms/{model.__name__.casefold()}/{id_}.md"
    title = {} if "name" in fields else {"title": f"Title of {id_}"}
    return model.model_validate({"id": id_, "place": Source("", path, 1, 1), **title, **fields})


def by_id(*records: R) -> Mapping[str, R]:
    return {found.id: found for found in sorted(records, key=lambda found: found.id)}


ALICE = Identity("alice-archer", "Alice Archer", "alice@example.test")
BOB = Identity("bob-baker", "Bob Baker", "bob@example.test")
ROBOT = Identity("ci-bot", "ci-bot", "ci@example.test", robot=True)
AUDIT = AuditDate(
    "2026-09-30",
    "AUD-2026-01",
    "Title of AUD-2026-01",
    "surveillance",
    date(2026, 9, 30),
    at("2026-09-30"),
    at("2026-06-06"),
    at("2026-09-30"),
)
PRESENT = AuditDate(
    "current",
    "",
    "The present",
    "draft",
    date(2026, 10, 14),
    at("2026-10-14"),
    at("2026-10-01"),
    at("2026-10-14"),
    open=True,
)
ANNEX_A = {
    "A.5.3": AnnexControl("A.5.3", "Segregation of duties", "organizational"),
    "A.7.12": AnnexControl("A.7.12", "Cabling security", "physical"),
    "A.8.4": AnnexControl("A.8.4", "Access to source code", "technological"),
    "A.8.32": AnnexControl("A.8.32", "Change management", "technological"),
}


def change(short: str, day: str, **fields: object) -> Change:
    found = {
        "kind": "merge",
        "subject": f"PAY-1 change {short}",
        "body": "",
        "commits": (short * 5,),
        "authors": (ALICE,),
        "merger": BOB,
        "services": ("wallet",),
        **fields,
    }
    return Change("wallet", short * 5, time=at(day), first_commit_time=at(day), **found)


def isms_change(short: str, day: str, *paths: str, approvals: tuple[Approval, ...] = ()) -> Change:
    touched = tuple(PathChange("M", path, "b" * 40) for path in paths)
    return Change(
        "isms",
        short * 5,
        "merge",
        at(day),
        f"Revise RSK-001 {short}",
        "",
        (short * 5,),
        (ALICE,),
        BOB,
        at(day),
        paths=touched,
        approvals=approvals,
    )


def approval(grade: Grade = Grade.RECORDED, by: Identity = BOB) -> Approval:
    return Approval(by, at("2026-07-01"), grade, "final", "review record", "records:1")


def check(id_: str, kind: str = "change", stage: str = "commit-review", annex: tuple[str, ...] = ("A.8.32",)) -> Check:
    return Check(id_, f"Claim of {id_}", "G0", "changes of the period", "", "", "", "", stage, annex, kind)


def item(
    check_: str, key: str, outcome: Outcome, *, kind: str = "change", service: str = "wallet", day: str = "2026-07-01"
) -> Item:
    return Item(check_, kind, key, service, at(day), outcome, "expected", "found", f"{key} is {outcome.value}.")


def house() -> Isms:
    """One service that is judged and one that a supplier runs, with a record in every register."""
    size = {"likelihood": 2, "impact": 4}
    return Isms(
        scope=record(
            Scope,
            "scope",
            owner="bob-baker",
            status="approved",
            statement="Paying out.",
            **{"in": ["all-services"]},
            out=[{"what": "The canteen", "why": "No data."}],
            locations=["Valletta"],
        ),
        issues=by_id(record(Issue, "CTX-01", owner="bob-baker", kind="climate", status="active", affects=["wallet"])),
        parties=by_id(
            record(Party, "PTY-01", owner="bob-baker", kind="regulator", needs=["Fair play"], requirements=["RTS 8"])
        ),
        licences=by_id(
            record(
                Licence,
                "LIC-GB",
                owner="bob-baker",
                status="active",
                jurisdiction="GB",
                holder="Us",
                granted=date(2020, 1, 1),
                services=["wallet"],
            )
        ),
        services=by_id(
            record(
                Service,
                "wallet",
                owner="payments",
                status="live",
                tier=1,
                kind="application",
                mission="Keeps the money.",
                repos=[{"repo": "wallet"}],
                pipeline="golden",
                holds=["funds"],
                supplied_by=["cloud-co"],
                secure_by_design={"testing": ["CTL-001"]},
            ),
            record(
                Service,
                "games",
                owner="payments",
                status="live",
                tier=2,
                kind="supplier-run",
                mission="Draws numbers.",
                repos=[],
                holds=["random"],
            ),
        ),
        pipelines=by_id(
            record(
                Pipeline,
                "golden",
                owner="payments",
                status="live",
                ci={"path": ".ci/pipeline.yml", "format": "generic"},
                identities=["ci@example.test"],
                deployments={"kind": "tags"},
                steps=[
                    {
                        "id": "review",
                        "stage": "commit-review",
                        "title": "Review",
                        "required": "all",
                        "type": "check",
                        "check": "change-reviewed",
                    },
                    {
                        "id": "unit",
                        "stage": "build-test",
                        "title": "Unit tests",
                        "required": ["tier-1"],
                        "type": "job",
                        "match": "unit*",
                    },
                    {
                        "id": "limits",
                        "stage": "build-test",
                        "title": "Limit tests",
                        "required": ["tier-1"],
                        "type": "job",
                        "match": "limits*",
                    },
                ],
            )
        ),
        environments=by_id(record(Environment, "prod", owner="payments", kind="production", data="real")),
        threats=by_id(
            record(
                Threat,
                "THR-001",
                owner="bob-baker",
                status="active",
                category="insider",
                actor="insider",
                affects=["wallet"],
                scenario="An insider moves money.",
                abuse_cases=[{"id": "AB-1", "text": "Pay oneself"}],
            ),
            record(
                Threat,
                "THR-002",
                owner="bob-baker",
                status="active",
                category="fraud",
                actor="player",
                affects=["games"],
                scenario="Nobody thought it through.",
            ),
        ),
        method=record(
            RiskMethod,
            "risk-method",
            owner="bob-baker",
            scale={
                "likelihood": ["1 rare", "2 rare", "3 rare", "4 often", "5 often"],
                "impact": ["1 small", "2", "3", "4", "5 large"],
            },
            impact_areas=["funds"],
            score="product",
            bands={"low": "1-4", "medium": "5-9", "high": "10-14", "critical": "15-25"},
            appetite={"default": 9, "funds": 6},
        ),
        risks=by_id(
            record(
                Risk,
                "RSK-001",
                owner="alice-archer",
                status="treating",
                threats=["THR-001"],
                affects=["wallet"],
                impact_area="funds",
                inherent={"likelihood": 4, "impact": 5},
                residual=size,
                treatment="modify",
                accepted_by={"person": "bob-baker", "decision": "DEC-2026-001", "until": date(2026, 12, 31)},
                body="See CTL-001 and nothing-else.",
            ),
            record(
                Risk,
                "RSK-002",
                owner="alice-archer",
                status="assessed",
                threats=["THR-001"],
                affects=["wallet"],
                impact_area="uptime",
                inherent=size,
                residual={"likelihood": 2, "impact": 2},
                treatment="retain",
            ),
        ),
        controls=by_id(
            record(
                Control,
                "CTL-001",
                owner="payments",
                status="implemented",
                kind="preventive",
                mode="automated",
                frequency="per-change",
                mitigates=["RSK-001"],
                implements=["A.8.32", "A.8.4"],
                applies_to=["all-services"],
                stage="commit-review",
                enforced_by=["check:change-reviewed", "policy:POL-01"],
                statement="A second person reviews every change.",
            ),
            record(
                Control,
                "CTL-002",
                owner="payments",
                status="planned",
                kind="detective",
                mode="manual",
                frequency="quarterly",
                mitigates=["RSK-001"],
                implements=["A.5.3"],
                applies_to=["wallet"],
                stage="run-learn",
                statement="Access is reviewed.",
            ),
        ),
        soa=record(
            Soa,
            "soa",
            owner="bob-baker",
            approved_by={"person": "bob-baker", "on": date(2026, 6, 1)},
            entries={
                "A.8.32": {"applicable": True, "reasons": ["risk"], "status": "implemented"},
                "A.5.3": {"applicable": True, "reasons": ["risk"], "status": "implemented"},
                "A.7.12": {"applicable": False, "why_not": "No cables of ours."},
            },
        ),
        people=by_id(
            record(
                Person,
                "alice-archer",
                name="Alice Archer",
                squad="payments",
                roles=["lead"],
                emails=["alice@example.test"],
                active={"from": date(2020, 1, 1)},
            ),
            record(Person, "bob-baker", name="Bob Baker", emails=["bob@example.test"]),
            record(Person, "ci-bot", name="Pipeline", kind="service-account", emails=["ci@example.test"]),
        ),
        squads=by_id(record(Squad, "payments", lead="alice-archer")),
        roles=by_id(record(Role, "lead", powers=["pay-out"])),
        access=by_id(record(Power, "pay-out", system="wallet", roles=["lead"])),
        keys=by_id(record(Key, "KEY-01", person="alice-archer", key="ssh-ed25519 AAAA", **{"from": date(2026, 1, 1)})),
        suppliers=by_id(
            record(
                Supplier,
                "cloud-co",
                owner="payments",
                status="active",
                criticality="high",
                provides=["cloud"],
                services=["wallet"],
            )
        ),
        decisions=by_id(
            record(
                Decision,
                "DEC-2026-001",
                owner="bob-baker",
                status="decided",
                date=date(2026, 3, 20),
                forum="forum",
                kind="risk-acceptance",
                present=["bob-baker"],
                decides=["RSK-001"],
                decision="Retain it.",
                why="Not yet.",
                criteria=["CRIT-01"],
            )
        ),
        criteria=by_id(record(Criterion, "CRIT-01", when={"tier": 1}, requires={"approvals": 2})),
        exceptions=by_id(
            record(
                Exemption,
                "EXC-001",
                owner="bob-baker",
                status="approved",
                excepts=["check:change-reviewed"],
                scope={"services": ["wallet"]},
                **{"from": date(2026, 4, 1)},
                expires=date(2026, 6, 30),
                compensating=["CTL-001"],
                reason="Old host.",
            )
        ),
        policies=by_id(
            record(Policy, "POL-01", owner="bob-baker", status="approved", audience=["all"], implements=["A.8.32"])
        ),
        runbooks=by_id(record(Runbook, "RB-01", owner="payments", services=["wallet"], threats=["THR-001"])),
        incidents=by_id(
            record(
                Incident,
                "INC-2026-001",
                owner="bob-baker",
                status="closed",
                severity=2,
                kind="integrity",
                started="2026-06-27T19:58Z",
                detected="2026-06-27T20:00Z",
                affects=["wallet"],
                emergency_changes=[{"repo": "wallet", "commit": "badbadba"}],
                raises=["FND-2026-001"],
            )
        ),
        findings=by_id(
            record(
                Finding,
                "FND-2026-001",
                owner="bob-baker",
                status="closed",
                kind="nonconformity",
                severity="minor",
                origin="check",
                raised=date(2026, 6, 28),
                against=["A.8.32", "CTL-001", "clause:8.1"],
                changes=[{"repo": "wallet", "commit": "badbadba"}],
                cause="A bypass was left open.",
                actions=["ACT-2026-001"],
            )
        ),
        actions=by_id(
            record(
                Action,
                "ACT-2026-001",
                owner="alice-archer",
                status="open",
                opened=date(2026, 7, 1),
                due=date(2026, 8, 31),
                **{"for": ["FND-2026-001"]},
                change={"repo": "wallet", "commit": "aaaaaaaa"},
            )
        ),
        objectives=by_id(
            record(
                Objective,
                "OBJ-01",
                owner="alice-archer",
                status="active",
                metric="MET-01",
                target="= 0",
                by=date(2026, 12, 31),
                results=[{"period": "2026 Q2", "value": "1", "met": False}],
            )
        ),
        metrics=by_id(record(Metric, "MET-01", owner="alice-archer", group="compliance", unit="count", better="lower")),
        evidence=by_id(
            record(
                Evidence,
                "EVD-2026-001",
                kind="minutes",
                proves=["CTL-001"],
                observed={"from": date(2026, 9, 1), "to": date(2026, 9, 2)},
                collected=date(2026, 9, 3),
                collected_by="bob-baker",
                origin="minutes",
            )
        ),
        audits=by_id(
            record(
                Audit,
                "AUD-2026-01",
                status="running",
                kind="surveillance",
                auditor="Larch",
                date=date(2026, 9, 30),
                period={"from": date(2026, 6, 6), "to": date(2026, 9, 30)},
                criteria=["iso27001-2022"],
                scope=["wallet"],
                findings=["FND-2026-001"],
                asked="Is the wallet safe, RSK-001 above all?",
            )
        ),
        annex_a=ANNEX_A,
    )


def facts() -> Facts:
    good, bad = (
        change("aaaaaaaa", "2026-07-02"),
        change("badbadba", "2026-06-27", kind="direct", subject="hotfix: stop"),
    )
    deployed = Deployment(
        "wallet",
        "prod",
        at("2026-07-03"),
        "v2",
        good.id,
        "wallet",
        "annotated tag",
        Grade.SIGNED,
        "wallet v2",
        "d0d0d0d0" * 5,
        ROBOT,
        by_pipeline=True,
        changes=(good.key,),
    )
    return Facts(
        pins={
            "isms": Pin("isms", "main", "e" * 40, "f" * 40, at("2026-09-29"), 4, 0),
            "wallet": Pin("wallet", "main", good.id, "f" * 40, at("2026-09-29"), 12, 1),
        },
        changes={found.key: found for found in (bad, good)},
        isms_changes=(
            isms_change("11111111", "2026-06-01", "isms/risk/RSK-001.md", "isms/control/CTL-001.md"),
            isms_change(
                "22222222", "2026-07-01", "isms/risk/RSK-001.md", approvals=(approval(Grade.SIGNED, ALICE), approval())
            ),
        ),
        deployments={deployed.key: deployed},
        pipelines={
            "wallet": (
                PipelineVersion(
                    "wallet", good.id, at("2026-01-01"), ".ci/pipeline.yml", "generic", (Job("unit-tests"),)
                ),
            )
        },
    )


def judgement() -> Judgement:
    reviewed = CheckResult(
        check("change-reviewed"),
        (
            item("change-reviewed", "wallet/badbadba", Outcome.FAIL, day="2026-06-27"),
            item("change-reviewed", "wallet/aaaaaaaa", Outcome.PASS),
        ),
    )
    pushed = CheckResult(
        check("no-direct-push", annex=("A.8.4",)),
        (
            item("no-direct-push", "wallet/badbadba", Outcome.FAIL, day="2026-06-27"),
            item("no-direct-push", "wallet/aaaaaaaa", Outcome.UNKNOWN),
        ),
    )
    deployed = CheckResult(
        check("deployed-by-pipeline", "deployment", "deploy-prod"),
        (item("deployed-by-pipeline", "wallet/d0d0d0d0", Outcome.EXCEPTED, kind="deployment"),),
    )
    empty = CheckResult(check("emergency-reviewed", stage="run-learn"), ())
    recorded = CheckResult(
        check("suppliers-assessed", "record", "outside"),
        (item("suppliers-assessed", "cloud-co", Outcome.FAIL, kind="record", service=""),),
    )
    results = {result.check.id: result for result in (reviewed, pushed, deployed, empty, recorded)}
    fresh = EvidenceState(
        "CTL-001", "EVD-2026-001", date(2026, 9, 2), fresh=True, window="92 days", reason="EVD-2026-001 is in date."
    )
    return Judgement(results, {"CTL-001": fresh})


def whole(when: AuditDate = AUDIT) -> Snapshot:
    isms, judged = house(), judgement()
    connected = graph.build(isms, judged)
    gap = Gap("C1/THR-002/no-risk", "C1", "missing", "THR-002", "THR-002 leads to no risk.")
    return Snapshot(
        when,
        Config("Harbour Games"),
        isms,
        facts(),
        judged,
        connected,
        graph.traces(connected, isms, judged, when),
        (gap,),
        (Chain("C1", "Threat to evidence", 1, 2, (gap,)), Chain("C3", "Incident to improvement", 0, 0, ())),
        (Figure("F1", "Production deployments", "delivery", "1", None, None, "tags of wallet"),),
        lock="5d1f90ac" * 8,
        version="0.1.0",
    )


def tiny() -> Snapshot:
    """One service and two records, nothing linked, nothing judged."""
    isms = Isms(
        services=by_id(
            record(
                Service,
                "shop",
                owner="nobody-known",
                status="live",
                tier=3,
                kind="application",
                mission="Sells things.",
                repos=[],
                holds=["none"],
            )
        ),
        threats=by_id(
            record(
                Threat,
                "THR-1",
                status="active",
                owner="x",
                category="fraud",
                actor="external",
                affects=["shop"],
                scenario="Theft.",
            )
        ),
        risks=by_id(
            record(
                Risk,
                "RSK-1",
                owner="x",
                status="assessed",
                threats=["THR-9"],
                affects=["shop"],
                impact_area="money",
                inherent={"likelihood": 1, "impact": 1},
                residual={"likelihood": 1, "impact": 1},
                treatment="retain",
            )
        ),
        annex_a=ANNEX_A,
    )
    connected = graph.build(isms, Judgement())
    return Snapshot(
        PRESENT,
        Config("Small Shop"),
        isms,
        Facts(),
        Judgement(),
        connected,
        graph.traces(connected, isms, Judgement(), PRESENT),
        (),
        (),
        (),
    )


def empty() -> Snapshot:
    return Snapshot(
        PRESENT, Config("Nobody yet"), Isms(), Facts(), Judgement(), graph.build(Isms(), Judgement()), {}, (), (), ()
    )


# --- reading pages ---------------------------------------------------------------------------------------------------


def blocks(page: Page) -> Iterator[Block]:
    stack: list[Block] = [block for section in page.sections for block in section.blocks]
    while stack:
        block = stack.pop(0)
        yield block
        if isinstance(block, Columns):
            stack += [inner for _, inner_blocks in block.entries for inner in inner_blocks]
        if isinstance(block, Fold):
            stack += block.blocks
        if isinstance(block, Terms):
            stack += [para for _, paras in block.entries for para in paras]


def lines(page: Page) -> Iterator[Line]:
    yield page.lede
    yield tuple(page.crumbs)
    yield from (words for _, words in page.provenance)
    for block in blocks(page):
        if isinstance(block, Table):
            yield from (column.title for column in block.columns)
            yield from (cell.line for row in block.rows for cell in row.cells)
        elif isinstance(block, Para):
            yield block.line
        elif isinstance(block, Items):
            yield from block.lines
        elif isinstance(block, Chips):
            yield tuple(link for link, _ in block.links)


def hrefs(page: Page) -> Iterator[str]:
    for words in lines(page):
        yield from (part.href for part in words if isinstance(part, Link))
    for block in blocks(page):
        if isinstance(block, Picture):
            yield from (shape.href for shape in block.shapes if shape.href)
        elif isinstance(block, Markdown):
            yield from (href for _, href in block.links)


def anchors(page: Page) -> frozenset[str]:
    found = {section.anchor for section in page.sections}
    for block in blocks(page):
        if isinstance(block, Table):
            found |= {block.anchor, *(row.anchor for row in block.rows)}
    return frozenset(found - {""})


def text(words: tuple[Inline, ...]) -> str:
    return "".join(part.text if hasattr(part, "text") else part.words for part in words)


def page_of(site: Site, path: str) -> Page:
    return next(page for page in site.pages if page.path == path)


def table(page: Page, anchor: str) -> Table:
    section = next(section for section in page.sections if section.anchor == anchor)
    return next(block for block in section.blocks if isinstance(block, Table))


def all_text(page: Page) -> str:
    spoken = [text(words) for words in lines(page)]
    for block in blocks(page):
        if isinstance(block, Table) and not block.rows:
            spoken.append(block.empty)
        if isinstance(block, Picture):
            spoken.append(" ".join(shape.text for shape in block.shapes))
    return "\n".join(spoken)
