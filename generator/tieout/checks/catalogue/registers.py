"""Checks on what the registers say, as they stand at the audit date."""

from tieout.model.checks import Check

DECLARED: tuple[Check, ...] = (
    Check(
        id="evidence-fresh",
        title="Every implemented control has evidence in date",
        number="G25",
        population="Controls with status implemented, at the audit date",
        passes_when="An evidence record, or an item that passed a check which enforces the control, is not older than the "
        "window of the control's frequency; valid_for on a record sets its own window.",
        proves="That the records hold something recent about the control.",
        cannot_prove="That the evidence is good. An item that failed shows no control at work: its own check says so.",
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
        passes_when="It names who approved it and when, lasts six months at most (or as `longest` says), names a compensating control, and nothing "
        "relied on it after its last day.",
        proves="That the permission was given and kept to, as far as the other checks see its use.",
        cannot_prove="That the compensating control was enough. Where something that it was about was not read after its "
        "end, whether it was used then is unknown.",
        remedy="Renew or end the exception by a decision before it expires, and name its compensating control.",
        stage="outside",
        annex_a=("A.5.36", "A.8.32"),
        kind="record",
        parameters=("longest",),
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
    Check(
        id="evidence-intact",
        title="Evidence is what it was when it was collected, and is kept as long as it must be",
        number="G26",
        population="Evidence records collected by the audit date",
        passes_when="The file is there and has the SHA-256 of the record, it was committed within ten working days of the "
        "day of its collection (or `within`), and it is kept at least as long as each licence in force asks (`retain`).",
        proves="That the file did not change since its hash was written down, and when it came into the history.",
        cannot_prove="That the file tells the truth, or that both file and hash were not replaced in one change: the "
        "history of the record shows that. What is kept elsewhere, or is older than the history, is unknown.",
        remedy="Restore the file from the history, commit evidence when it is collected, or lengthen `retain`.",
        stage="outside",
        annex_a=("A.5.28", "A.5.33"),
        kind="record",
        parameters=("within",),
    ),
    Check(
        id="records-reviewed",
        title="Every record that has a rhythm of review was read again in time",
        number="G27",
        population="Records that say how often they are to be read again, and risks for whose band the risk method says it",
        passes_when="The last day of review is no longer ago than its rhythm and ten working days allow (or `within`), and "
        "its file was changed within as many days of it: a review changes the record, or at least writes down its day.",
        proves="That somebody wrote down a review near the day it is said to have been held.",
        cannot_prove="That anybody read it. A change of the file near that day may have been about something else, or "
        "about another row of the same list.",
        remedy="Read the record, correct what is no longer true, and write the day into `reviewed` on that day.",
        stage="outside",
        annex_a=("A.5.1",),
        kind="record",
        parameters=("within",),
    ),
    Check(
        id="no-leavers",
        title="Nobody who has left still holds a role, a key, a record or a path of the code",
        number="G31",
        population="People of the register who hold something or have left, and the other code owners that CODEOWNERS "
        "names at the audit date",
        passes_when="The person is with the organisation at the audit date or holds nothing any more, and approved nothing "
        "after the last day; each code owner is a person of the register.",
        proves="That the registers and the CODEOWNERS files name nobody who is gone.",
        cannot_prove="What the forge itself allows: its administrators and members are not read. Where "
        "CODEOWNERS was not read at the audit date, paths that nothing changed since somebody left are not looked at.",
        remedy="Hand over what the person held, take them out of CODEOWNERS, and end their keys.",
        stage="commit-review",
        annex_a=("A.5.16", "A.5.18", "A.6.5"),
        kind="record",
        reads="CODEOWNERS of GitHub and GitLab, people.yml, squads.yml, roles.yml, access.yml and keys.yml",
    ),
    Check(
        id="soa-consistent",
        title="The Statement of Applicability agrees with itself and with the other records",
        number="G33",
        population="The rows of Annex A, once there is a statement",
        passes_when="The row has an entry with its reason; excluded, nothing speaks against it: no control, supplier, "
        "office or check; included, what it claims is borne out: a risk where it says risk, an action until it is "
        "implemented, and evidence and a check that passed something where it is.",
        proves="That the statement does not contradict what else is recorded.",
        cannot_prove="That an exclusion is right.",
        remedy="Correct the row or what contradicts it, and have the statement approved again.",
        stage="outside",
        annex_a=("A.5.36",),
        kind="record",
    ),
)
