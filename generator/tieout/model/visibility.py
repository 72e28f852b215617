"""Who may be handed which field. A list of what is allowed: a field that stands nowhere here is internal, so a new one
leaks nothing. A record is withheld whole by its own `confidential`; this table speaks of what is in the records that are
handed out. Free text below the front matter is internal unless the record is public.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tieout.model import records as r
from tieout.model import requirements as q
from tieout.model.records.basics import Part, Visibility

# class: (fields for anybody, fields for a regulator); names as in the class, inherited ones hold for all records
ALLOWED: Mapping[type[Part], tuple[str, str]] = MappingProxyType(
    {
        r.Record: ("id title status", "owner reviewed review_every"),
        r.CommitRef: ("repo", "commit"),
        r.Approved: ("on", "person decision"),
        r.Span: ("from_ to", ""),
        r.Excluded: ("what why", ""),
        r.Scope: ("statement in_ out locations", "interfaces decided_by"),
        r.Issue: ("kind", "affects"),
        r.Party: ("kind requirements", "needs why_not"),
        r.Licence: ("jurisdiction holder granted renews frameworks services retain", ""),
        r.Event: ("kind from_ to", ""),
        r.ServiceRepo: ("", "repo branch paths"),
        r.Logging: ("", "format correlation_id retention"),
        r.Service: (
            "tier kind mission rts_critical jurisdictions",
            (
                "repos pipeline environments holds journeys depends_on supplied_by rto rpo high_risk_paths secure_by_design "
                "logging unlinked_why"
            ),
        ),
        r.Template: ("", "repo ref"),
        r.CiFiles: ("", "path format"),
        r.SecondSource: ("kind", "repo path version commit pattern"),
        r.DeploymentSource: ("kind", "repo path version commit pattern branch cross_check"),
        r.Step: ("id stage title type check", "required match evidence since"),
        r.Pipeline: ("", "template ci deployments steps"),
        r.Environment: ("kind data", "network"),
        r.AbuseCase: ("", "id text"),
        r.Threat: (
            "category actor",
            "affects teams scenario peak_impact authority_expects abuse_cases likelihood_trend",
        ),
        r.Scale: ("likelihood impact", ""),
        r.Size: ("", "likelihood impact"),
        r.Target: ("", "by"),
        r.RiskMethod: ("scale impact_areas score matrix bands", "appetite accept_authority"),
        r.Acceptance: ("on until", "person decision"),
        r.Risk: ("impact_area treatment", "threats affects inherent residual target accepted_by"),
        r.Control: (
            "kind mode frequency implements satisfies stage statement",
            "mitigates applies_to enforced_by",
        ),
        r.SoaEntry: ("applicable reasons status why_not", "owner action note"),
        r.Soa: ("version_note approved_by entries additional", ""),
        r.Active: ("", "from_ to"),
        r.Training: ("", "course on"),
        r.Person: ("kind", "squad roles active training"),
        r.Squad: ("mission", "lead partner"),
        r.Role: ("powers conflicts_with", ""),
        r.Power: ("four_eyes logged", "system roles"),
        r.Key: ("from_ to", "person key"),
        r.Assurance: ("kind valid_to", ""),
        r.Contract: ("", "security_terms audit_right incident_notice exit_plan"),
        r.Supplier: ("provides criticality", "services assurance contract assessed decided_by"),
        r.Forum: ("cadence quorum", "members scope escalation"),
        r.Decision: ("date kind", "forum present criteria decides decision why actions supersedes"),
        r.CriterionWhen: ("tier", "services paths"),
        r.CriterionRequires: ("approvals approver_role change_reference decision", ""),
        r.Criterion: ("", "when requires"),
        r.ExceptionScope: ("services", "paths"),
        r.Exemption: ("from_ expires", "excepts scope approved_by compensating reason"),
        r.Policy: ("approved_by audience implements supersedes", "enforced_by"),
        r.Runbook: ("", "services threats exercised exercise_every"),
        r.Reportable: ("decided", "to why by"),
        r.ReviewAfter: ("held", ""),
        r.Incident: (
            "severity kind",
            (
                "started detected responded restored affects threats caused_by cause emergency_changes tested_controls "
                "disputed_markets reportable pir raises"
            ),
        ),
        r.Correction: ("done", "what"),
        r.Elsewhere: ("checked", "result"),
        r.Effectiveness: ("verified result", "by evidence"),
        r.Finding: (
            "kind severity raised",
            "origin raised_by audit against affects changes correction cause elsewhere actions effectiveness",
        ),
        r.Action: ("opened due done", "for_ change"),
        r.ObjectiveResult: ("period met", "value"),
        r.Objective: ("target by", "metric service evaluated results"),
        r.Metric: ("group unit better target measure", "data origin"),
        r.Evidence: (
            "kind observed collected",
            "proves services collected_by origin file url sha256 valid_for retain",
        ),
        r.Audit: ("kind auditor date period criteria", "auditors scope asked findings snapshot"),
        r.Review: ("date", "present inputs decisions actions"),
        r.CheckSetting: (
            (
                "since tiers services threshold grades within approvals most_changes oldest "
                "template items paths apart libraries soak releases roles longest"
            ),
            "allow why",
        ),
        r.Condition: ("", "field file at operator value"),
        r.OwnCheck: ("over stage annex_a proves cannot_prove remedy", "where passes_when"),
        q.Signed: ("on", "person note"),
        q.OwnRequirement: ("id title of annex_a clauses each basis confidence on", "by note"),
        q.OwnMapping: ("annex_a clauses on", "by note"),
        q.OwnSet: (
            "edition published supersedes renamed jurisdiction issuer confidence requirements",
            "origin mappings not_applicable confirmed confirmed_mappings",
        ),
    }
)


def visibility_of(model: type[Part], field: str) -> Visibility:
    """Who may see a field of a class, by the class that speaks of it first."""
    for parent in model.__mro__:
        public, regulator = ALLOWED.get(parent, ("", ""))
        if field in public.split():
            return "public"
        if field in regulator.split():
            return "regulator"
    return "internal"
