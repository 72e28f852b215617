"""Checks on the histories themselves: whether they still are what was read, and what was put into them."""

from tieout.model.checks import Check

DECLARED: tuple[Check, ...] = (
    Check(
        id="history-intact",
        title="Nothing that an earlier audit saw was rewritten or moved",
        number="G32",
        population="Linked repositories, from the audit before to this one: those of services and environments, and any other "
        "that the audit before sealed. For the first audit there is nothing older.",
        passes_when="Nothing that was read before has gone (commits of the protected branch, notes, gittuf's log) or moved "
        "(tags), and the commit that the audit before sealed, or the commits that review and deployment records of "
        "its time name, are still on the branch.",
        proves="That the history of then is still the beginning of the history of now, as far as something kept elsewhere "
        "remembers it: the audit's seal, records of reviews and deployments, and our own mirrors.",
        cannot_prove="That nothing was rewritten which nobody had read, recorded or sealed. A mirror that is new remembers "
        "nothing, and nothing but a seal names commits of templates and of records.",
        remedy="Find out who rewrote or moved it and why, keep what was lost (the mirror still has it), and forbid forced "
        "pushes and the moving of tags in the forge.",
        stage="outside",
        annex_a=("A.5.33", "A.8.4"),
        kind="repository",
    ),
    Check(
        id="no-secrets-or-real-data",
        title="No change brought a secret or real people's data into a repository",
        number="G21",
        population="Changes on the protected branches of the services in the period, by the lines that they added",
        passes_when="No line that it added to a text file looks like a private key, a key or token of a known form, a value "
        "behind a name such as api_key or password, or a payment card or bank account with right check digits. What it "
        "only moved, the published examples and test numbers, and the paths under `allow` do not count.",
        proves="That no known form of a secret came in with a change of the period. A match is never shown or stored: the "
        "row has its file, line and rule.",
        cannot_prove="That there is no secret of another form, in a binary file, or from before; or that a match is real: a "
        "key made for tests looks like any other.",
        remedy="Replace the secret first, and then take it out: who has a copy of the history has the secret. Put paths whose "
        "matches are known to be harmless under `allow` in checks.yml, with the reason in `why`; `allow: ['**']` switches "
        "the check off.",
        stage="commit-review",
        annex_a=("A.5.17", "A.8.12", "A.8.24", "A.8.33"),
        kind="change",
        reads="text files up to a megabyte, line by line",
        parameters=("paths", "allow"),
    ),
)
