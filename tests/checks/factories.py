"""Small registers and facts, each valid as it stands; a test says only what it is about."""

from datetime import date
from types import MappingProxyType
from typing import Any

from tieout.checks.case import midnight
from tieout.checks.judging import judge
from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.history import (
    Approval,
    Change,
    Deployment,
    Facts,
    Identity,
    Job,
    PathChange,
    Pin,
    PipelineVersion,
    Signature,
    StepResult,
)
from tieout.model.registers import AnnexControl, Isms
from tieout.model.results import AuditDate, Item, Judgement
from tieout.model.settings import Config
from tieout.problems import Source

START, END, AS_OF = date(2026, 6, 6), date(2026, 9, 30), date(2026, 9, 30)
AUDIT = AuditDate(
    "2026-09-30", "AUD-1", "Audit", "surveillance", AS_OF, midnight(END) + 86399, midnight(START), midnight(END) + 86399
)
ALICE, BOB, CAROL = (Identity(name, name.title(), f"{name}@shop.example") for name in ("alice", "bob", "carol"))
CI_BOT = Identity("ci-bot", "CI", "ci-bot@shop.example", robot=True)
DEP_BOT = Identity("dep-bot", "Updates", "dep-bot@shop.example", robot=True)
STRANGER = Identity("", "Someone", "someone@elsewhere.example")
CONFIG = Config("Shop", change_references=("SHOP",))


def at(day: str, hour: int = 12) -> int:
    return midnight(date.fromisoformat(day)) + hour * 3600


def record(model: type[r.Record], id_: str, **fields: Any) -> Any:
    return model.model_validate({"id": id_, "place": Source(path=f"{id_}.md"), "title": id_, **fields})


def by_id(*found: r.Record) -> MappingProxyType[str, Any]:
    return MappingProxyType({one.id: one for one in found})


def service(id_: str = "shop", tier: int = 1, **fields: Any) -> r.Service:
    base = {"owner": "bob", "status": "live", "tier": tier, "kind": "application", "mission": "Sells."}
    base |= {"repos": [{"repo": id_}], "pipeline": "golden", "environments": ["dev", "test", "prod"], "holds": ["none"]}
    return record(r.Service, id_, **(base | fields))


def person(identity: Identity, **fields: Any) -> r.Person:
    kind = "service-account" if identity.robot else "person"
    found = {"id": identity.person, "place": Source(), "name": identity.name, "emails": [identity.email], "kind": kind}
    return r.Person.model_validate(found | fields)


def pipeline(*steps: dict[str, Any]) -> r.Pipeline:
    unit = {"id": "unit", "stage": "build-test", "title": "Unit", "required": "all", "type": "job", "match": "unit*"}
    return record(
        r.Pipeline,
        "golden",
        owner="bob",
        status="live",
        ci={"path": "ci.yml", "format": "generic"},
        identities=[CI_BOT.email],
        deployments={"kind": "gitops", "repo": "env"},
        steps=list(steps or (unit,)),
    )


def control(id_: str = "CTL-1", **fields: Any) -> r.Control:
    base = {"owner": "bob", "status": "implemented", "kind": "preventive", "mode": "automated"}
    base |= {"frequency": "per-change", "mitigates": ["RSK-1"], "implements": ["A.8.32"], "statement": "It holds."}
    base |= {"applies_to": ["all-services"], "stage": "commit-review", "enforced_by": ["check:change-reviewed"]}
    return record(r.Control, id_, **(base | fields))


def risk(id_: str = "RSK-1", **fields: Any) -> r.Risk:
    base = {"owner": "bob", "status": "treating", "threats": ["THR-1"], "affects": ["shop"], "impact_area": "funds"}
    base |= {"inherent": {"likelihood": 4, "impact": 5}, "residual": {"likelihood": 2, "impact": 4}}
    return record(r.Risk, id_, **(base | {"treatment": "modify"} | fields))


def threat(id_: str = "THR-1", **fields: Any) -> r.Threat:
    base = {"owner": "bob", "status": "active", "category": "fraud", "actor": "external", "affects": ["shop"]}
    return record(r.Threat, id_, **(base | {"scenario": "Somebody does."} | fields))


def evidence(id_: str = "EVD-1", to: str = "2026-09-20", **fields: Any) -> r.Evidence:
    base = {"kind": "test-result", "proves": ["CTL-1"], "observed": {"from": "2026-01-01", "to": to}}
    base |= {"collected": to, "collected_by": "bob", "origin": "export", "file": "x", "sha256": "0"}
    return record(r.Evidence, id_, **(base | fields))


def exception(id_: str = "EXC-1", **fields: Any) -> r.Exemption:
    base = {"owner": "bob", "status": "approved", "excepts": ["check:change-reviewed"], "scope": {"services": ["shop"]}}
    base |= {"from": "2026-06-01", "expires": "2026-08-31", "compensating": ["CTL-1"], "reason": "It takes time."}
    return record(r.Exemption, id_, **(base | {"approved_by": {"person": "carol", "on": "2026-06-01"}} | fields))


def supplier(id_: str = "feed", **fields: Any) -> r.Supplier:
    terms = {"security_terms": True, "audit_right": True, "incident_notice": "24h", "exit_plan": "2026-01-15"}
    base = {"owner": "bob", "status": "active", "criticality": "high", "provides": ["data-feed"], "services": ["shop"]}
    return record(
        r.Supplier, id_, **(base | {"contract": terms, "assessed": "2026-02-10", "review_every": "1y"} | fields)
    )


def isms(**registers: Any) -> Isms:
    """One tier 1 service, three people, two robots and a pipeline, unless the test says otherwise."""
    environments = [
        record(r.Environment, "dev", owner="bob", kind="development", data="synthetic"),
        record(r.Environment, "prod", owner="bob", kind="production", data="real"),
        record(r.Environment, "test", owner="bob", kind="test", data="synthetic"),
    ]
    base: dict[str, Any] = {
        "services": by_id(service()),
        "pipelines": by_id(pipeline()),
        "environments": by_id(*environments),
        "people": by_id(*(person(one) for one in (ALICE, BOB, CAROL, CI_BOT, DEP_BOT))),
        "annex_a": MappingProxyType(
            {id_: AnnexControl(id_, id_, "technological") for id_ in ("A.5.23", "A.8.29", "A.8.30", "A.8.32")}
        ),
    }
    return Isms(**(base | registers))


def approval(by: Identity = BOB, grade: Grade = Grade.RECORDED, day: str = "2026-07-01", **fields: Any) -> Approval:
    base: dict[str, Any] = {"covers": "final", "basis": "review record", "where": "records:reviews.jsonl:1"}
    return Approval(by, at(day, 11), grade, **(base | fields))


def change(name: str = "a", day: str = "2026-07-01", **fields: Any) -> Change:
    """A merged, signed and ticketed change of the shop by Alice, approved by nobody."""
    id_ = name.encode().hex().ljust(40, "0")
    base: dict[str, Any] = {
        "repo": "shop",
        "id": id_,
        "kind": "merge",
        "time": at(day),
        "subject": "SHOP-1 round prices down",
        "body": "",
        "commits": (id_[:-1] + "1",),
        "authors": (ALICE,),
        "merger": BOB,
        "first_commit_time": at(day, 1),
        "change_references": ("SHOP-1",),
        "services": ("shop",),
        "paths": (PathChange("M", "src/price.py", "0" * 40),),
        "signatures": ((id_, signed(BOB)), (id_[:-1] + "1", signed(ALICE))),
    }
    return Change(**(base | fields))


def signed(by: Identity) -> Signature:
    return Signature("good", "ssh", by.person, f"KEY-{by.person}")


def deployment(name: str = "d", day: str = "2026-07-02", **fields: Any) -> Deployment:
    """A deployment by the pipeline, triggered by Carol, of the change `a`."""
    base: dict[str, Any] = {
        "service": "shop",
        "environment": "prod",
        "at": at(day),
        "version": "1.2.3",
        "commit": change().id,
        "repo": "shop",
        "basis": "environments repository",
        "grade": Grade.SIGNED,
        "where": "env",
        "record": name.encode().hex().ljust(40, "0"),
        "by": CI_BOT,
        "by_pipeline": True,
        "requested_by": CAROL,
        "changes": (change().key,),
        "on_branch": True,
        "earlier": (("dev", at("2026-07-01", 13)), ("test", at("2026-07-01", 14))),
    }
    return Deployment(**(base | fields))


def version(day: str = "2026-01-01", jobs: tuple[Job, ...] = (Job("unit-tests"),), **fields: Any) -> PipelineVersion:
    return PipelineVersion("shop", day.encode().hex().ljust(40, "0"), at(day), "ci.yml", "generic", jobs, **fields)


def passed(name: str = "unit-tests", result: Any = "passed", day: str = "2026-07-01") -> StepResult:
    return StepResult(name, result, at(day, 10), change().commits[-1], Grade.RECORDED)


def facts(*changes: Change, deployments: tuple[Deployment, ...] = (), **fields: Any) -> Facts:
    ordered = sorted(changes, key=lambda one: (one.time, one.repo, one.order))
    base: dict[str, Any] = {
        "pins": {
            repo: Pin(repo, "main", "f" * 40, "e" * 40, at("2026-09-30"), len(changes), 0)
            for repo in ("aaa", "env", "shop", "web")
        },
        "changes": {one.key: one for one in ordered},
        "deployments": {one.key: one for one in sorted(deployments, key=lambda one: one.at)},
        "pipelines": {"shop": (version(),)},
    }
    return Facts(**(base | fields))


def judged(registers: Isms, found: Facts, config: Config = CONFIG) -> Judgement:
    return judge(registers, found, AUDIT, config)


def items(check: str, registers: Isms, found: Facts, config: Config = CONFIG) -> tuple[Item, ...]:
    return judged(registers, found, config).results[check].items


def only(check: str, registers: Isms, found: Facts, config: Config = CONFIG) -> Item:
    (item,) = items(check, registers, found, config)
    return item
