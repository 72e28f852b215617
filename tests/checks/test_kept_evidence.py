"""Evidence is what it was: its file, its hash, its day against the history, and how long it is kept."""

from types import MappingProxyType

import pytest
from tests.checks.factories import by_id, change, evidence, exception, facts, isms, only, record

from tieout.model import records as r
from tieout.model.history import PathChange
from tieout.model.registers import EvidenceFile
from tieout.model.results import Outcome

CHECK = "evidence-intact"
FILE = MappingProxyType({"x": EvidenceFile("x", "ab" * 32, 10)})
BEGUN = change("begun", "2026-01-01", repo="isms", paths=())


def filed(day: str, status: str = "A", path: str = "x", blob: str = "1" * 40):
    return change(f"{day}{path}", day, repo="isms", paths=(PathChange(status, path, blob),))


def history(*changes):
    return facts(isms_changes=(BEGUN, *changes))


def held(found=FILE, **fields):
    base = {"sha256": "ab" * 32, "retain": "5y"}
    registers = {name: fields.pop(name) for name in ("licences", "exceptions") if name in fields}
    return isms(evidence=by_id(evidence(**(base | fields))), files=found, **registers)


def licence(**fields):
    base = {"owner": "bob", "status": "active", "jurisdiction": "GB", "holder": "Shop", "granted": "2020-01-01"}
    return record(r.Licence, "LIC-GB", **(base | {"services": "all-services", "retain": "5y"} | fields))


def test_a_file_that_came_when_it_was_collected_and_did_not_change_passes():
    item = only(CHECK, held(), history(filed("2026-09-22")))
    assert (item.outcome, item.reason) == (
        Outcome.PASS,
        "EVD-1 was collected on 20 September 2026, its file was committed on 22 September 2026 and still has the SHA-256 that was written down.",
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"found": {}}, "EVD-1 names x, which is not there."),
        ({"sha256": ""}, "EVD-1 names x and no SHA-256 of it."),
        (
            {"sha256": "CD" * 32},
            "EVD-1 says that the SHA-256 of x begins with cdcdcdcdcdcd, and it begins with abababababab.",
        ),
        (
            {"collected": "2026-09-01"},
            "EVD-1 speaks of days up to 20 September 2026, and was collected on 1 September 2026.",
        ),
        (
            {"licences": by_id(licence()), "retain": "3y"},
            "EVD-1 is kept for 3 years, and LIC-GB asks for 5 years.",
        ),
        (
            {"licences": by_id(licence()), "retain": None},
            "EVD-1 does not say how long it is kept, and LIC-GB asks for 5 years.",
        ),
    ],
)
def test_what_is_wrong_with_evidence_is_told(fields, reason):
    item = only(CHECK, held(**fields), history(filed("2026-09-10" if "collected" in fields else "2026-09-22")))
    assert (item.outcome, item.reason, item.people) == (Outcome.FAIL, reason, ("bob",))


def test_a_file_that_was_committed_long_after_its_day_is_back_dated():
    item = only(CHECK, held(to="2026-03-01", valid_for="1y"), history(filed("2026-09-28")))
    assert item.outcome is Outcome.FAIL
    assert item.reason == (
        "EVD-1 says that it was collected on 1 March 2026, and its file was committed 211 days later, on 28 September 2026."
    )


def test_ten_working_days_are_allowed_and_the_operator_may_set_others():
    found = history(filed("2026-09-14"))
    assert only(CHECK, held(to="2026-08-31"), found).outcome is Outcome.PASS
    strict = record(r.CheckSetting, CHECK, within=3)
    registers = isms(evidence=by_id(evidence(to="2026-08-31", sha256="ab" * 32)), files=FILE, checks=by_id(strict))
    assert only(CHECK, registers, found).outcome is Outcome.FAIL


def test_a_day_that_comes_after_the_commit_is_no_day_of_collection():
    item = only(CHECK, held(to="2026-09-20"), history(filed("2026-09-01")))
    assert "its file was committed before that, on 1 September 2026" in item.reason
    assert item.outcome is Outcome.FAIL


def test_a_file_that_was_only_moved_came_when_its_content_came():
    moved = change(
        "m", "2026-09-29", repo="isms", paths=(PathChange("D", "old", "0" * 40), PathChange("A", "x", "1" * 40))
    )
    item = only(CHECK, held(to="2026-03-01"), history(filed("2026-03-02", path="old"), moved))
    assert item.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("registers", "history", "reason"),
    [
        (
            held(file="", url="https://elsewhere.example/x", sha256=""),
            history(),
            "EVD-1 is kept elsewhere: nobody can tell from here whether it is what it was.",
        ),
        (held(), history(), "EVD-1 has a file that no commit holds, so that nobody can tell when it came."),
        (
            held(to="2025-05-15"),
            history(filed("2026-01-01")),
            "EVD-1 was collected on 15 May 2025, before the history of this ISMS begins, so that nobody can tell when its file came.",
        ),
    ],
)
def test_what_nobody_can_tell_is_unknown(registers, history, reason):
    item = only(CHECK, registers, history)
    assert (item.outcome, item.reason) == (Outcome.UNKNOWN, reason)


def test_what_is_unknown_takes_nothing_from_what_is_wrong():
    item = only(CHECK, held(to="2025-05-15", sha256="cd" * 32), history(filed("2026-01-01")))
    assert item.outcome is Outcome.FAIL
    assert "Beside that, EVD-1 was collected on 15 May 2025, before the history of this ISMS begins" in item.reason


def test_a_file_that_was_kept_long_enough_may_be_gone():
    item = only(CHECK, held(found={}, to="2025-01-31", retain="1y"), history())
    assert (item.outcome, item.reason) == (
        Outcome.NOT_APPLICABLE,
        "EVD-1 had to be kept until 31 January 2026, so its file may be gone.",
    )
    longer = held(found={}, to="2025-01-31", retain="1y", licences=by_id(licence()))
    assert only(CHECK, longer, history()).outcome is Outcome.FAIL


def test_a_licence_asks_for_the_services_that_run_under_it():
    for licences in (licence(status="ended"), licence(granted="2026-12-01"), licence(services=["web"])):
        registers = held(services=["shop"], retain="1y", licences=by_id(licences))
        assert only(CHECK, registers, history(filed("2026-09-22"))).outcome is Outcome.PASS


def test_an_exception_permits_what_it_names():
    found = exception(excepts=["check:evidence-intact"], expires="2026-10-31")
    registers = held(services=["shop"], sha256="cd" * 32, exceptions=by_id(found))
    item = only(CHECK, registers, history(filed("2026-09-22")))
    assert (item.outcome, item.exception) == (Outcome.EXCEPTED, "EXC-1")


def test_a_record_that_was_there_and_names_a_day_to_come_fails_and_does_not_hide():
    item = only(CHECK, held(to="2026-10-05"), history())
    assert item.outcome is Outcome.FAIL
    assert "EVD-1 says that it was collected on 5 October 2026, a day that was still to come" in item.reason


def test_a_copy_of_the_isms_that_is_cut_off_does_not_tell_when_the_files_of_its_first_step_came():
    edge = change("edge", "2026-09-20", repo="isms", paths=(PathChange("A", "x", "1" * 40),))
    item = only(CHECK, held(), facts(isms_changes=(edge,), histories_incomplete=("isms",)))
    assert (item.outcome, item.reason) == (
        Outcome.UNKNOWN,
        (
            "EVD-1 has a file that is older than the copy of the history of this ISMS that was read, so that nobody can tell "
            "when it came."
        ),
    )
