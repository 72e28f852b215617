"""Checks on approvals: was a change seen by someone who did not write it, and by the right someone."""

from tieout.model.checks import Check

DECLARED: tuple[Check, ...] = (
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
        parameters=("grades",),
    ),
    Check(
        id="approver-not-author",
        title="No change was approved by its own authors alone",
        number="G1a",
        population="Changes on the protected branches of the services in the period",
        passes_when="At least one approval given before the change entered the branch is by a known person who wrote "
        "none of it, co-authors included.",
        proves="That the approver and the authors are different entries of the people register.",
        cannot_prove="That two addresses which are not in the register belong to two people. It is a part of G1, listed by "
        "itself since a change that its own author approved is worse than one that nobody did. A change without any "
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
        passes_when="A person outside the author set, who is code owner of a changed path that is high-risk at that commit or holds "
        "the approver role of the criterion, approved the change before it entered the branch, at the grade its tier asks; "
        "and it has as many approvers, and the ticket, that the criterion asks.",
        proves="That someone with the right to approve this part of the code did so.",
        cannot_prove="That the paths called high-risk are the right ones.",
        remedy="Name code owners for the high-risk paths, require their approval in the forge, and give the approver "
        "role of each criterion to people who review.",
        stage="commit-review",
        annex_a=("A.5.3", "A.8.4", "A.8.32"),
        kind="change",
        parameters=("grades",),
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
        parameters=("grades", "within"),
    ),
    Check(
        id="enough-approvals",
        title="Every change was approved by as many people as its tier or its criteria ask",
        number="G3",
        population="Changes of the period in a tier for which `approvals` is set, and those that meet a criterion",
        passes_when="As many known people who wrote none of it approved the change before it entered the branch, each at "
        "the grade its tier asks; of what the tier and the criteria ask the most counts.",
        proves="How many entries of the people register, beside the authors, approved the change.",
        cannot_prove="That each of them read it. Who may approve what is for high-risk-path-reviewed to judge. Where "
        "neither `approvals` is set nor a criterion is written, nobody said how many are asked, and nothing is judged.",
        remedy="Have the forge ask as many approvals before a merge as checks.yml and criteria.yml do.",
        stage="commit-review",
        annex_a=("A.5.3", "A.8.32"),
        kind="change",
        parameters=("approvals", "grades"),
    ),
    Check(
        id="approval-covers-content",
        title="What was approved is what entered the branch",
        number="G4",
        population="Changes of the period that somebody outside their authors approved before they entered the branch",
        passes_when="A known person who wrote none of it approved the last revision, or only merges of the branch itself "
        "came after the approval.",
        proves="That nothing was added between the approval and the merge, as far as the approval names its revision.",
        cannot_prove="What an approval covers that names no revision, as a trailer does: that is unknown. Whoever merged "
        "a change took it as it was then; that they read it again nobody can tell, and the row says whose approval counts.",
        remedy="Have the forge dismiss approvals when something is added, and export the revision with each approval.",
        stage="commit-review",
        annex_a=("A.8.32",),
        kind="change",
        reads="Revisions that review records, notes, gittuf and the merger's own commit name.",
    ),
    Check(
        id="review-checklist",
        title="Reviewers go through a checklist",
        number="G9",
        population="Each repository of a live service at the audit date, and the changes of the period",
        passes_when="The file that `template` names stands in the repository and holds the `items`; and where the message "
        "of a change holds the checklist, all of its items are ticked.",
        proves="That proposals begin with the checklist; and that somebody ticked it, where Git keeps the text.",
        cannot_prove="That what is ticked was done. What a proposal says is kept by the forge; where the message of the "
        "merge or squash does not repeat it, a change is unknown. Anybody who may merge can write the message.",
        remedy="Add the file to each repository, and have the forge put the text of the proposal into the message.",
        stage="commit-review",
        annex_a=("A.5.8", "A.8.28"),
        kind="repository",
        reads="Task lists of Markdown: `- [ ]` and `- [x]`, also with `*`, `+` or a number.",
        parameters=("template", "items"),
        needs=("template",),
    ),
    Check(
        id="high-risk-approved",
        title="Every high-risk change was approved by the role it needs before it reached production",
        number="G10",
        population="Changes of the period that meet a criterion of criteria.yml",
        passes_when="For each role that its criteria name, a known holder, or a code owner of a changed path that is high-risk at that "
        "commit, who wrote none of it approved the change before the first production deployment, at the grade its tier "
        "asks; and where a criterion asks a decision, one that was "
        "taken by then names the change, or is named by it.",
        proves="That those with the right to do so agreed before the change took effect. An approval after the merge "
        "counts, as long as it came before production.",
        cannot_prove="That the criteria are the right ones. Where no production deployment of the change is recorded, an "
        "approval that is missing, or came after the merge, is unknown so far. An approval of the deployment as a whole "
        "is not counted.",
        remedy="Let production wait for the approval of the role that the criterion names, and name the decision in the "
        "proposal.",
        stage="deploy-prod",
        annex_a=("A.5.3", "A.8.32"),
        kind="change",
        parameters=("grades",),
    ),
)
