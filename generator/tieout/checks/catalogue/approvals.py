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
)
