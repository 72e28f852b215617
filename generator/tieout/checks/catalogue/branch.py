"""Checks on how a change stands on its branch."""

from tieout.model.checks import Check

DECLARED: tuple[Check, ...] = (
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
)
