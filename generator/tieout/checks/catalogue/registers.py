"""Checks on what the registers say, as they stand at the audit date."""

from tieout.model.checks import Check

DECLARED: tuple[Check, ...] = (
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
)
