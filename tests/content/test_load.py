from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from properties import examples

from tieout import content
from tieout.content import catalogue, registers
from tieout.model.records import Duration
from tieout.model.registers import BY_NAME, REGISTERS
from tieout.model.settings import Config
from tieout.problems import Problem, Source


def test_small_isms_has_no_problem(small, load):
    assert load(small)[1] == []


def test_records_are_typed_and_in_order_of_id(small, load):
    isms, _ = load(small)
    risk = isms.risks["RSK-007"]
    assert (risk.threats, risk.affects, isms.score(risk.residual)) == (("THR-001",), ("odds",), 2)
    assert risk.reviewed == date(2026, 5, 28)
    assert risk.body == "Why this matters: [[CTL-004]]."
    assert risk.place == Source("", "isms/risks/RSK-007-odds-tampering.md")
    assert list(isms.people) == ["alice", "bob"]
    assert isms.people["bob"].place == Source("", "isms/people.yml", 4, 3)
    assert isms.scope is not None
    assert isms.scope.in_ == ("all-services",)
    assert len(isms.annex_a) == 93
    assert isms.soa is not None
    assert isms.soa.id == "soa"


def test_time_without_seconds_and_durations_are_read(small, load):
    small["isms/incidents/INC-2026-001-x.md"] = (
        b"---\ntitle: I\nowner: alice\nstatus: open\nseverity: 3\nkind: security\naffects: odds\nstarted: 2026-06-27T19:58Z\n"
        b"detected: 2026-06-27T22:00+02:00\nreview_every: 3mo\n---\n"
    )
    isms, problems = load(small)
    assert problems == []
    incident = isms.incidents["INC-2026-001"]
    assert incident.started == datetime(2026, 6, 27, 19, 58, tzinfo=UTC)
    assert incident.detected == datetime(2026, 6, 27, 20, 0, tzinfo=UTC)
    assert incident.review_every == Duration("3mo")


def test_record_with_an_error_is_left_out_and_its_links_still_lead_to_it(small, load):
    path = "isms/threats/THR-001-odds.md"
    small[path] = small[path].replace(b"actor: insider", b"actor: nobody")
    isms, problems = load(small)
    assert isms.threats == {}
    assert len(problems) == 1


def test_all_problems_of_all_files_come_sorted(small, load):
    for path in small:
        small[path] = small[path].replace(b"alice", b"alise", 1).replace(b"status: ", b"stats: ", 1)
    _, problems = load(small)
    assert len(problems) > 5
    assert problems == sorted(problems, key=lambda text: (text.split(":")[0], *map(int, text.split(":")[1:3])))


def test_windows_files_give_the_same_records(small, load):
    plain, _ = load(small)
    windows, problems = load({path: data.replace(b"\n", b"\r\n") for path, data in small.items()})
    assert windows == plain
    assert {problem.rpartition("[")[2] for problem in problems} == {"line-ends]"}


def test_evidence_file_is_held_with_its_hash(small, load):
    small["evidence/a.json"] = b"{}"
    small["isms/evidence/EVD-1.yml"] = (
        b"title: E\nowner: alice\nkind: scan\nproves: CTL-004\nobserved: {from: 2026-01-01, to: 2026-01-31}\n"
        b"collected: 2026-02-01\ncollected_by: ci@a.example\norigin: scanner\nfile: evidence/a.json\n"
        b"sha256: 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n"
    )
    isms, problems = load(small)
    assert problems == []
    assert [(file.path, file.size) for file in isms.files.values()] == [("evidence/a.json", 2)]


def test_links_to_checks_are_let_pass_when_no_checks_are_known(small):
    small["isms/checks.yml"] = b"- {id: any-check}\n"
    config = Config(operator="Small", repositories={"odds": None})
    assert content.load(small, config)[1] == ()


def test_both_sides_of_a_link_may_be_written_when_they_agree(small, load):
    small["isms/suppliers/cloud.md"] = small["isms/suppliers/cloud.md"].replace(b"status:", b"services: odds\nstatus:")
    assert load(small)[1] == []


def test_isms_may_be_the_whole_repository(small):
    files = {path.removeprefix("isms/"): data for path, data in small.items()}
    files[".github/workflows/ci.yml"] = b"on: push\n"
    config = Config(operator="Small", content=".", repositories={"odds": None})
    assert content.load(files, config)[1] == ()


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_every_register_finds_its_file(register):
    inside = f"{register.path}/x.md" if register.shape == "folder" else register.path
    assert registers.register_of(inside) is register


@pytest.mark.parametrize(
    ("stem", "id_"),
    [
        ("RSK-007-odds-tampering", "RSK-007"),
        ("RSK-007", "RSK-007"),
        ("RSK-2026-003-2nd-outage", "RSK-2026-003"),
        ("RSK-1.2-x", "RSK-1.2"),
        ("RSK-", ""),
        ("RSK-odds", ""),
        ("THR-007-x", ""),
        ("RSK-007 odds", ""),
        ("RSK-" + "1" * 70, ""),
    ],
)
def test_id_is_the_file_name_up_to_the_slug(stem, id_):
    risks = BY_NAME["risks"]
    assert registers.file_id(risks, f"isms/risks/{stem}.md")[0] == id_


def test_annex_a_is_whole_and_in_the_order_of_the_standard():
    ids = list(catalogue.annex_a())
    clauses = {"A.5": 37, "A.6": 8, "A.7": 14, "A.8": 34}
    assert ids == [f"{clause}.{number}" for clause, many in clauses.items() for number in range(1, many + 1)]
    assert {control.theme for control in catalogue.annex_a().values()} == {
        "organizational",
        "people",
        "physical",
        "technological",
    }


@examples(150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_in_any_file_give_records_or_problems(data, small, load):
    path = data.draw(st.sampled_from(sorted(small)))
    written = small[path]
    start = data.draw(st.integers(0, len(written)))
    piece = data.draw(
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from(
                [b"9999-12-31", b"[]", b"{}", b"null", b"- ", b"\n", b": ", b"'", b"&a ", b"0", b"[[x]]", b"9999y"]
            ),
        )
    )
    end = data.draw(st.integers(start, min(len(written), start + 12)))
    isms, problems = content.load({**small, path: written[:start] + piece + written[end:]}, Config(operator="Small"))
    assert isms.annex_a
    assert all(isinstance(problem, Problem) for problem in problems)
