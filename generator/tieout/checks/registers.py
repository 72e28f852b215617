"""Verdicts on records about suppliers, as they stand at the audit date."""

from collections.abc import Iterator
from datetime import date

from tieout.checks.case import Case, Fault, Verdict, record_item
from tieout.model.records import Duration, Supplier
from tieout.model.results import Item, Outcome
from tieout.text.words import human_day, human_list, plural

PERIODS = {"high": Duration("1y"), "medium": Duration("2y")}  # where the record sets no period of its own
IN_USE = ("onboarding", "active", "exiting")


def suppliers_assessed(case: Case) -> tuple[Item, ...]:
    """One item for each supplier in use that has a period of assessment."""
    return tuple(
        record_item(
            "suppliers-assessed", id_, supplier_assessed(supplier, case.date.as_of), services_of(case, supplier)
        )
        for id_, supplier in case.isms.suppliers.items()
        if supplier.status in IN_USE and assessed_every(supplier)
    )


def services_of(case: Case, supplier: Supplier) -> tuple[str, ...]:
    """Services that name the supplier, or that the supplier names."""
    return tuple(
        id_
        for id_, service in case.isms.services.items()
        if id_ in supplier.services or supplier.id in service.supplied_by
    )


def assessed_every(supplier: Supplier) -> Duration | None:
    return supplier.review_every or PERIODS.get(supplier.criticality)


def supplier_assessed(supplier: Supplier, as_of: date) -> Verdict:
    every = assessed_every(supplier)
    expected = f"assessed every {every.words if every else ''}" + (
        ", contract terms" if supplier.criticality == "high" else ""
    )
    faults = tuple(supplier_faults(supplier, as_of))
    if not faults and supplier.assessed:
        reason = f"{supplier.title} was last assessed on {human_day(supplier.assessed)}, and nothing asked of a supplier of {supplier.criticality} criticality is missing."
        return Verdict(Outcome.PASS, expected, f"assessed {supplier.assessed.isoformat()}", reason)
    reason = f"{supplier.title} ({supplier.criticality}) {human_list(fault.words for fault in faults)}."
    return Verdict(
        Outcome.FAIL, expected, faults[0].words if faults else "not assessed", reason, people=(supplier.owner,)
    )


def supplier_faults(supplier: Supplier, as_of: date) -> Iterator[Fault]:
    """What is missing or overdue."""
    every = assessed_every(supplier)
    if supplier.assessed is None or supplier.assessed > as_of:
        yield Fault("never-assessed", "has never been assessed")
    elif every and every.after(supplier.assessed) < as_of:
        yield Fault(
            "assessed-long-ago",
            f"was last assessed on {human_day(supplier.assessed)}, {_months(supplier.assessed, as_of)} ago",
        )
    newest: dict[str, date] = {}
    for assurance in supplier.assurance:
        newest[assurance.kind] = max(assurance.valid_to, newest.get(assurance.kind, assurance.valid_to))
    for kind, valid_to in sorted(newest.items()):
        if valid_to < as_of:
            yield Fault(f"assurance/{kind}", f"has no valid {kind} since {human_day(valid_to)}")
    if supplier.criticality == "high":
        yield from _contract_faults(supplier)


def _contract_faults(supplier: Supplier) -> Iterator[Fault]:
    contract = supplier.contract
    if contract is None:
        yield Fault("no-contract", "has no contract on record")
        return
    terms = {
        "security terms": contract.security_terms,
        "a right to audit": contract.audit_right,
        "a time for notice of incidents": contract.incident_notice is not None,
        "an exit plan": contract.exit_plan is not None,
    }
    if missing := [name for name, present in terms.items() if not present]:
        yield Fault("contract-terms", f"has a contract without {human_list(missing)}")


def _months(start: date, end: date) -> str:
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return plural(months, "month") if months else plural((end - start).days, "day")
