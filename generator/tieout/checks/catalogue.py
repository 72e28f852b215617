"""What each check claims, proves and cannot prove: declarations only, in the order of the pipeline's stages.

A new check is one entry here, one verdict function in the module of its family and one entry in a table of `judging`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tieout.model.checks import Check

_DECLARED: tuple[Check, ...] = (
    Check(
        id="change-reviewed",
        title="Every change was reviewed by a second person, at the grade its tier asks",
        number="G1",
        population="Changes on the protected branches of the services in the period",
        passes_when="A known person who is no author of the change approved it before it entered the branch, and that "
        "approval is known at least as well as the strictest service it touches demands.",
        proves="That the records show a second person's approval of the change, and how well that is known.",
        cannot_prove="That the second person read the change with care; or who sat at the keyboard. An approval of an "
        "earlier revision counts as stated only. A declared robot's own changes are listed as not applicable.",
        remedy="Protect the branch so that a merge needs an approval, export the forge's review records, and add every "
        "address that commits to the people register.",
        stage="commit-review",
        annex_a=("A.5.3", "A.8.28", "A.8.32"),
        kind="change",
    ),
    Check(
        id="approver-not-author",
        title="No change was approved by its own authors alone",
        number="G6",
        population="Changes on the protected branches of the services in the period",
        passes_when="At least one approval given before the change entered the branch is by a known person who wrote "
        "none of it, co-authors included.",
        proves="That the approver and the authors are different entries of the people register.",
        cannot_prove="That two addresses which are not in the register belong to two people. A change without any "
        "approval is not applicable here: the check change-reviewed judges it. Where only its own message says who wrote "
        "a squash, the answer is unknown.",
        remedy="Forbid authors to approve their own changes in the forge, and list all addresses of a person in one "
        "entry of the people register.",
        stage="commit-review",
        annex_a=("A.5.3", "A.8.32"),
        kind="change",
    ),
    Check(
        id="high-risk-path-reviewed",
        title="Every change of a high-risk path was approved by an owner of that path",
        number="G2",
        population="Changes in the period that touch a high-risk path or meet a high-risk criterion",
        passes_when="A person outside the author set, who is code owner of the changed paths at that commit or holds "
        "the approver role of the criterion, approved the change before it entered the branch, at the grade its tier asks; "
        "and it has as many approvers, and the ticket, that the criterion asks.",
        proves="That someone with the right to approve this part of the code did so.",
        cannot_prove="That the paths called high-risk are the right ones.",
        remedy="Name code owners for the high-risk paths, require their approval in the forge, and give the approver "
        "role of each criterion to people who review.",
        stage="commit-review",
        annex_a=("A.5.3", "A.8.4", "A.8.32"),
        kind="change",
    ),
    Check(
        id="no-direct-push",
        title="No person pushed to a protected branch directly",
        number="G7",
        population="Changes on the protected branches of the services in the period",
        passes_when="The change arrived as a merge, a squash or a rebase of something proposed, and more than its message "
        "says so: a review record of it, the proposal that the forge kept, or the forge's identity as committer.",
        proves="That what entered the branch was proposed, as far as the forge kept a trace of it.",
        cannot_prove="That the branch was protected while the merge was made; a merge can also be made by hand.",
        remedy="Protect the branch for administrators as well, and make every change by a pull request.",
        stage="commit-review",
        annex_a=("A.8.4", "A.8.32"),
        kind="change",
    ),
    Check(
        id="change-reference",
        title="Every change names the request behind it and says what it does",
        number="G24",
        population="Changes on the protected branches of the services in the period",
        passes_when="Its title, body or carried messages name a ticket with a configured prefix, and its title says "
        "something beside the ticket.",
        proves="That the change points to a request.",
        cannot_prove="That the ticket exists, or was approved: tickets are outside Git.",
        remedy="Name the ticket in the title of the pull request, and list the prefixes under change_references in "
        "tieout.yml.",
        stage="commit-review",
        annex_a=("A.8.32",),
        kind="change",
    ),
    Check(
        id="commits-signed",
        title="Every commit by a person carries a good signature",
        number="G22",
        population="Changes on the protected branches of the services in the period",
        passes_when="The step and all commits it carries are signed by keys of the register that counted on that day; "
        "the merge step of the forge's own account is left out.",
        proves="That whoever made the commits held a key of the person in the register.",
        cannot_prove="When the commit was made, or that the key was not stolen.",
        remedy="Have people sign with a key of keys.yml, and reject unsigned commits in the forge.",
        stage="commit-review",
        annex_a=("A.5.28", "A.8.4", "A.8.32"),
        kind="change",
    ),
    Check(
        id="required-steps-configured",
        title="Every required step stands in the pipeline of each service",
        number="G14",
        population="Each version of the CI configuration that was in force in the period, for each service and "
        "repository",
        passes_when="For each required step of type job, a job of a matching name is configured and may not fail.",
        proves="What the configuration asked to run while that version was in force; the newest version is what "
        "stands at the audit date, earlier ones show a lapse.",
        cannot_prove="That a job of that name does what its name says, or that it ran.",
        remedy="Add the missing job to the CI configuration and do not allow it to fail, or correct the step in the "
        "pipeline register.",
        stage="build-test",
        annex_a=("A.8.8", "A.8.25", "A.8.29"),
        kind="repository",
    ),
    Check(
        id="required-steps-passed",
        title="Every required step passed on the merged content before deployment",
        number="G16",
        population="Changes on the protected branches of the services in the period",
        passes_when="An exported record holds, for each required step of type job up to the build, a result passed on "
        "the merged revision, dated before the change was first deployed.",
        proves="That the forge recorded the step as passed for this revision.",
        cannot_prove="That the tests are good. Steps after the merge are judged only where the record holds their "
        "result.",
        remedy="Export the results of the pipeline with the review records, and make required steps block the merge.",
        stage="build-test",
        annex_a=("A.8.29",),
        kind="change",
    ),
    Check(
        id="promotion-order",
        title="Every version ran in the environment before production first",
        number="G18",
        population="Production deployments of the period",
        passes_when="The same version was in the last environment before production earlier than in production.",
        proves="The order in which the environments repository asked for the version.",
        cannot_prove="That the environments really ran it, or that anybody looked at it there.",
        remedy="Let the pipeline promote a version from environment to environment, and never set it in production "
        "by hand.",
        stage="pre-prod",
        annex_a=("A.8.29", "A.8.31"),
        kind="deployment",
    ),
    Check(
        id="author-not-deployer",
        title="No one brought their own change to production",
        number="G5",
        population="Production deployments of the period",
        passes_when="Neither the person who deployed nor the person who triggered the pipeline is in the author set of "
        "a change that first reaches production with it.",
        proves="That writing and deploying were done by different entries of the people register.",
        cannot_prove="Who used a shared account, or who asked the person that triggered the pipeline.",
        remedy="Have someone who wrote none of the changes trigger the deployment, and record who triggered it.",
        stage="deploy-prod",
        annex_a=("A.5.3", "A.8.31"),
        kind="deployment",
    ),
    Check(
        id="deployed-by-pipeline",
        title="Every production deployment was made by the approved pipeline",
        number="G11",
        population="Production deployments of the period",
        passes_when="The deployer is an identity of the service's pipeline.",
        proves="Under which identity the deployment was recorded.",
        cannot_prove="That the identity was used by the pipeline alone, unless the commit is signed.",
        remedy="Take away people's right to write the production path, and deploy through the pipeline.",
        stage="deploy-prod",
        annex_a=("A.8.19", "A.8.32"),
        kind="deployment",
    ),
    Check(
        id="deployed-from-protected-branch",
        title="Every deployed commit lies on the protected branch",
        number="G13",
        population="Production deployments of the period",
        passes_when="The protected branch led to the deployed commit when it was deployed.",
        proves="That what was deployed went into the branch whose changes are judged here.",
        cannot_prove="That the artefact was built from that commit.",
        remedy="Build releases from the protected branch only, and record the commit with each deployment.",
        stage="deploy-prod",
        annex_a=("A.8.4", "A.8.31", "A.8.32"),
        kind="deployment",
    ),
    Check(
        id="emergency-reviewed",
        title="Every emergency change was reviewed in time",
        number="G30",
        population="Changes of the period with a mark of an emergency, and direct pushes by people",
        passes_when="A known person outside the author set approved it at the grade its tier asks, beforehand or within "
        "the limit of working days (two, where checks.yml says nothing else; Monday to Friday).",
        proves="That the records show a review, and on which day.",
        cannot_prove="That a change without a mark was none in haste.",
        remedy="Record the retrospective review in the forge within the limit, and name the change in its incident.",
        stage="run-learn",
        annex_a=("A.5.26", "A.8.32"),
        kind="change",
    ),
    Check(
        id="evidence-fresh",
        title="Every implemented control has evidence in date",
        number="G25",
        population="Controls with status implemented, at the audit date",
        passes_when="An evidence record, or an item judged by a check that enforces the control, is not older than the "
        "window of the control's frequency; valid_for on a record sets its own window.",
        proves="That the records hold something recent about the control.",
        cannot_prove="That the evidence is good. Where an item was judged a fail, the control ran and failed: its check "
        "says so.",
        remedy="Collect evidence for the control, or change its status if it no longer runs.",
        stage="outside",
        annex_a=("A.5.36",),
        kind="record",
    ),
    Check(
        id="exceptions-valid",
        title="Every exception was approved, short, compensated and not used after its end",
        number="G29",
        population="Approved exceptions that were in force in the period, or were used in it after their end",
        passes_when="It names who approved it and when, lasts six months at most, names a compensating control, and nothing "
        "relied on it after its last day.",
        proves="That the permission was given and kept to, as far as the other checks see its use.",
        cannot_prove="That the compensating control was enough.",
        remedy="Renew or end the exception by a decision before it expires, and name its compensating control.",
        stage="outside",
        annex_a=("A.5.36", "A.8.32"),
        kind="record",
    ),
    Check(
        id="suppliers-assessed",
        title="Every supplier that matters was assessed in time, under a contract with security terms",
        number="G28",
        population="Suppliers in use at the audit date, of high or medium criticality or with a period of review",
        passes_when="The last assessment is within its period, no assurance has run out and, for high criticality, the "
        "contract has security terms, a right to audit, a time for notice of incidents and an exit plan.",
        proves="That the register records the assessment and the terms.",
        cannot_prove="What the assessment found.",
        remedy="Assess the supplier, renew its assurance, or complete the contract's entry in its record.",
        stage="outside",
        annex_a=("A.5.19", "A.5.20", "A.5.22"),
        kind="record",
    ),
)

CHECKS: Mapping[str, Check] = MappingProxyType({check.id: check for check in _DECLARED})
