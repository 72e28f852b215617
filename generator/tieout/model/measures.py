"""What each figure is: how it is counted, from what, and what it cannot say. Declarations only (domain F.3).

A figure's id is that of its measure, or that with a part behind a stroke: `F2/median`. An operator's own metrics have
their own ids and are no part of this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Group = Literal["delivery", "security", "integrity", "compliance"]
Better = Literal["lower", "higher", ""]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its definition, and the titles of its figures by their part (the whole has none)."""

    id: str  # F1 … F26
    title: str
    group: Group
    definition: str
    source: str
    limit: str  # what it cannot say
    parts: Mapping[str, str]
    better: Better = ""  # empty: neither way is better in itself


_DECLARED = (
    Measure(
        "F1",
        "Deployment frequency",
        "delivery",
        "Production deployments in the stretch, of all its days; and the median of the times from one to the next of the "
        "same service. Deployments that are known to have failed, or not to have ended, are left out.",
        "production deployments of the period",
        "Where releases are read from tags, it counts releases.",
        {"": "Production deployments", "between": "Median time between deployments of a service"},
        "higher",
    ),
    Measure(
        "F2",
        "Lead time for changes",
        "delivery",
        "For each change that first reached production in the stretch: the time of that deployment, less the committer time of its "
        "first commit. Median and the time within which 85 of 100 were. Beside it the same from the merge.",
        "changes first deployed in the period",
        "A squash whose proposal was not kept shows the time of the squash as its first commit.",
        {
            "median": "First commit to production, median",
            "p85": "First commit to production, 85 of 100 within",
            "merged-median": "Merge to production, median",
            "merged-p85": "Merge to production, 85 of 100 within",
        },
        "lower",
    ),
    Measure(
        "F3",
        "Change failures and rework",
        "delivery",
        "Production deployments that failed or were rolled back, that carry a change which an incident of severity 1 to 3 names as "
        "its cause, or that were followed within a day by an emergency change of the same service, or by a revert of one of theirs. "
        "Each cause by itself, and the deployments with at least one.",
        "production deployments, incidents of severity 1 to 3, changes marked as an emergency, reverts",
        "Undercounts what nobody recorded.",
        {
            "": "Deployments that failed",
            "incident": "Deployments named as the cause of an incident",
            "emergency": "Deployments followed by an emergency change within a day",
            "revert": "Deployments with a change that was reverted within a day",
            "rolled-back": "Deployments rolled back",
            "rework": "Deployments made to put something right",
        },
        "lower",
    ),
    Measure(
        "F4",
        "Time to restore",
        "delivery",
        "For incidents that began in the stretch, of the kinds availability and integrity, that name a change as their cause and are "
        "restored: from the start to the restored service, and from when somebody noticed.",
        "incidents of the kinds availability and integrity that name a change as their cause",
        "When an incident began is an estimate.",
        {
            "median": "Time to restore a failed deployment, median",
            "p85": "Time to restore a failed deployment, 85 of 100 within",
            "worst": "Time to restore a failed deployment, longest",
            "detected": "From notice to restored service, median",
        },
        "lower",
    ),
    Measure(
        "F5",
        "Through the approved pipeline",
        "integrity",
        "Production deployments made by an identity of the service's pipeline from the protected branch, of all; and the "
        "changes that they brought, of all changes that were brought.",
        "checks deployed-by-pipeline and deployed-from-protected-branch, both passed",
        "Under which identity a deployment was recorded, not who held it.",
        {"": "Deployments through the approved pipeline", "changes": "Changes that came through the approved pipeline"},
        "higher",
    ),
    Measure(
        "F6",
        "Batch size",
        "delivery",
        "For each production deployment that brought changes: how many, and the age of the oldest, from its merge. Median and largest. "
        "Beside it those within seven days before an event of the register.",
        "production deployments of the period that brought changes",
        "Where nothing is deployed before an event, there is no batch to count.",
        {
            "median": "Changes in a deployment, median",
            "most": "Changes in a deployment, most",
            "oldest": "Oldest change in a deployment, longest wait",
            "events": "Deployments in the seven days before an event",
        },
        "lower",
    ),
    Measure(
        "F7",
        "Segregation of duties",
        "integrity",
        "Changes of tier 1 and 2 that their own authors alone approved, or brought to production themselves, of all of tier 1 and 2. "
        "What an exception covers is left out.",
        "checks approver-not-author and author-not-deployer, tiers 1 and 2, without what is excepted",
        "One person with two addresses that are not in the register is not seen.",
        {"": "Changes that broke segregation of duties"},
        "lower",
    ),
    Measure(
        "F8",
        "Exceptions",
        "compliance",
        "Approved exceptions that began, are in force, ended or were used after their end; and the fails that they permit.",
        "register of exceptions",
        "",
        {
            "opened": "Exceptions that began in the period",
            "open": "Exceptions in force",
            "expired": "Exceptions that expired in the period",
            "used-after-expiry": "Exceptions used after their end",
            "relied-on": "Fails that an exception permits",
        },
        "lower",
    ),
    Measure(
        "F9",
        "Overdue actions",
        "compliance",
        "Open actions past their day, by the days since; and the days that were set anew for open actions, which the file's history shows.",
        "register of actions, open ones",
        "",
        {
            "": "Overdue actions",
            "1-30": "Actions 1 to 30 days overdue",
            "31-60": "Actions 31 to 60 days overdue",
            "61-90": "Actions 61 to 90 days overdue",
            "over-60": "Actions more than 60 days overdue",
            "over-90": "Actions more than 90 days overdue",
            "moved": "Open actions whose day was moved",
        },
        "lower",
    ),
    Measure(
        "F10",
        "Findings",
        "compliance",
        "Findings that are open, by severity, and the age of the oldest; and for findings closed in the period the time from the day they "
        "were raised to the change that closed them.",
        "register of findings",
        "A finding is closed when the change that says so came to the ISMS.",
        {
            "": "Open findings",
            "major": "Open major nonconformities",
            "minor": "Open minor nonconformities",
            "oldest": "Age of the oldest open finding",
            "resolved": "Findings closed in the period, median time",
            "resolved-p85": "Findings closed in the period, 85 of 100 within",
            "reopened": "Findings opened again after they were closed",
        },
        "lower",
    ),
    Measure(
        "F11",
        "Evidence in date",
        "compliance",
        "Implemented controls whose newest evidence, or newest item that passed a check of theirs, lies inside the window of their frequency, of all implemented.",
        "evidence register and checks, implemented controls",
        "Freshness says nothing about quality.",
        {"": "Implemented controls with evidence in date"},
        "higher",
    ),
    Measure(
        "F12",
        "Open vulnerabilities",
        "security",
        "Findings in the newest result of each tool in each repository at the audit date, by severity; the same finding (tool, rule and "
        "fingerprint, or place) counts once; those that somebody suppressed are counted apart.",
        "SARIF results of the evidence repositories",
        "A tool that left no result is not seen.",
        {
            "": "Open vulnerabilities",
            "critical": "Open vulnerabilities, critical",
            "high": "Open vulnerabilities, high",
            "medium": "Open vulnerabilities, medium",
            "low": "Open vulnerabilities, low",
            "suppressed": "Vulnerabilities that somebody suppressed",
            "oldest": "Age of the oldest open critical or high vulnerability",
        },
        "lower",
    ),
    Measure(
        "F13",
        "Time to mend a vulnerability",
        "security",
        "For findings that a tool no longer reports: from its first result with the finding to its first result without it, by severity.",
        "series of SARIF results of one tool in one repository",
        "As exact as the interval of the scans; moved code may look new.",
        {
            "critical": "Time to mend a critical vulnerability, median",
            "high": "Time to mend a high vulnerability, median",
            "medium": "Time to mend a medium vulnerability, median",
            "low": "Time to mend a low vulnerability, median",
        },
        "lower",
    ),
    Measure(
        "F14",
        "Time to detect",
        "security",
        "From the start of an incident of the stretch to when somebody noticed, by kind.",
        "register of incidents",
        "When an incident began is an estimate.",
        {"": "Time to detect an incident, median"},
        "lower",
    ),
    Measure(
        "F15",
        "Time to respond",
        "security",
        "From the notice of an incident of the stretch to when somebody began to act, and to the restored service.",
        "register of incidents",
        "",
        {"": "Time to respond to an incident, median", "restored": "Notice to restored service, median"},
        "lower",
    ),
    Measure(
        "F17",
        "Disputed markets",
        "integrity",
        "The disputed markets that the incidents of the stretch name, by the severity of the incident.",
        "register of incidents",
        "Disputes without an incident are an operator's own metric.",
        {"": "Disputed markets named by incidents"},
        "lower",
    ),
    Measure(
        "F19",
        "Tests of high-risk code",
        "security",
        "Lines covered of the lines that a coverage report counts in high-risk paths, in the newest report about a deployed change; and the "
        "required test steps that have a result, of those required.",
        "coverage reports and results bound to changes",
        "Coverage is not the quality of tests.",
        {"": "Lines of high-risk paths that tests run through", "suites": "Required steps that left a result"},
        "higher",
    ),
    Measure(
        "F20",
        "Pipeline runs",
        "delivery",
        "Runs of a pipeline on commits of the protected branch in which every recorded step passed, of all runs.",
        "run records bound to changes",
        "A run that left no record is not seen.",
        {"": "Pipeline runs that passed"},
        "higher",
    ),
    Measure(
        "F21",
        "Reviews of changes",
        "integrity",
        "Changes that the check change-reviewed passes, of all that it judges; what is excepted or cannot be told stands in the whole. "
        "And by the grade of the approval.",
        "check change-reviewed",
        "",
        {
            "": "Changes reviewed at the grade their tier asks",
            "process": "Changes reviewed, signed process",
            "signed": "Changes reviewed, signed",
            "recorded": "Changes reviewed, recorded by the forge",
            "two_names": "Changes reviewed, two names",
            "stated": "Changes reviewed, stated",
        },
        "higher",
    ),
    Measure(
        "F22",
        "Signed commits",
        "integrity",
        "Changes whose commits by people all carry a good signature of a key of the register, of all that are judged.",
        "check commits-signed",
        "",
        {"": "Changes whose commits by people are all signed"},
        "higher",
    ),
    Measure(
        "F23",
        "Change references",
        "integrity",
        "Changes that name a ticket and say what they do, of all that are judged.",
        "check change-reference",
        "That the ticket exists is not verified.",
        {"": "Changes with a change reference"},
        "higher",
    ),
    Measure(
        "F24",
        "Records past their review",
        "compliance",
        "Records that have a day of review and a rhythm, and are past their time, of all that have both.",
        "all registers, records with reviewed and review_every",
        "",
        {"": "Records past their review"},
        "lower",
    ),
    Measure(
        "F25",
        "Complete risk traces",
        "compliance",
        "Open risks whose chain leads from the threat to evidence in date, of all; and applicable controls of Annex A the same.",
        "traceability graph, chains C1 and C2",
        "Completeness is not effectiveness.",
        {"": "Complete risk traces"},
        "higher",
    ),
    Measure(
        "F26",
        "Exposure of risk",
        "security",
        "Open risks above the appetite of their impact area, of these accepted by name, and by band. Scores are ordinal and never averaged.",
        "register of risks and risk method",
        "",
        {"": "Risks above appetite", "accepted": "Risks above appetite that are accepted by name"},
        "lower",
    ),
)

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.id: measure for measure in _DECLARED})
FIGURES = frozenset(f"{measure.id}/{part}" if part else measure.id for measure in _DECLARED for part in measure.parts)
