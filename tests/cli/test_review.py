"""`tieout review`: what a pull request does, as a reviewer reads it. Over a small operator with real histories."""

import json
import re
import shutil

from comments import review, section
from gitfixtures import commit, git
from tinyproject import CONTENT, call

from tieout.build import review as build
from tieout.output import review as printed
from tieout.output.comment import MOST

CONTROL = "isms/controls/CTL-001-review.md"
RISK = "isms/risks/RSK-001-unreviewed.md"
KEYS = "isms/controls/CTL-003-keys.md"
STATEMENT = ("Each change was approved by a second person.", "Each change of tier 1 was approved by a second person.")
ACTION = "- {{id: ACT-001, title: Count the keys, owner: ada, status: open, opened: 2026-01-05, due: {due}, for: [CTL-003]}}\n"


def test_a_raised_risk_is_said_in_words(project):
    project.write({RISK: ("residual: {likelihood: 1, impact: 2}", "residual: {likelihood: 2, impact: 2}")})
    told = review(project)
    assert told.code == 0, told.err
    assert "raises the residual risk of RSK-001 from 2 to 4" in told.out
    assert "1 risk above appetite instead of 0" in told.out
    assert section(told.out, "Residual risk") == [
        "- **RSK-001** Unreviewed code moves money: residual 2 (low) → 4 (high), above the appetite of 2",
        "- Above appetite: 1 risk (before: 0)",
    ]
    assert section(told.out, "Records")[-2:] == [
        "- **RSK-001** Unreviewed code moves money",
        "  - residual.likelihood: 1 → 2",
    ]


def test_a_changed_statement_makes_those_who_rely_on_it_suspect(project):
    project.write({CONTROL: STATEMENT})
    assert section(review(project).out, "Look at again") == [
        "- **CTL-001** Review by a second person: statement changed; these rely on it and were not looked at again:",
        "  - **RSK-001** Unreviewed code moves money, mitigated by",
        "  - **A.8.32** Change management, implemented by",
    ]


def test_a_new_owner_makes_nothing_suspect(project):
    project.write({CONTROL: ("owner: money", "owner: ada")})
    told = review(project).out
    assert "  - owner: money → ada" in section(told, "Records")
    assert not section(told, "Look at again")


def test_a_record_that_is_reviewed_in_the_same_pull_request_is_not_suspect(project):
    project.write({CONTROL: STATEMENT, RISK: ("reviewed: 2026-03-01", "reviewed: 2026-05-02")})
    assert "RSK-001" not in "\n".join(section(review(project).out, "Look at again"))


def test_a_suspect_link_is_settled_by_a_review(project):
    project.write({CONTROL: STATEMENT})
    project.write({"isms/squads.yml": ("title: Money", "title: Money and keys")})
    project.write({RISK: ("reviewed: 2026-03-01", "reviewed: 2026-05-02")})
    assert section(review(project).out, "Looked at again") == [
        "- **CTL-001** Review by a second person: statement changed since these were last looked at, and they are looked at now:",
        "  - **RSK-001** Unreviewed code moves money, mitigated by",
    ]


def test_a_settled_row_of_a_list_is_found_behind_changes_of_its_neighbours(project):
    rows = "- {id: a, title: A, unit: days, group: delivery, better: lower, owner: ada}\n- {id: b, title: B, unit: days, group: delivery, better: lower, owner: ada}\n"
    goals = "".join(
        f"- {{id: OBJ-0{number}, title: Goal, owner: ada, status: active, metric: MET-A, target: less, by: 2026-12-31}}\n"
        for number in (1, 2)
    )
    project.write({"isms/metrics.yml": rows.replace("id: ", "id: MET-").replace("-a,", "-A,").replace("-b,", "-B,"), "isms/objectives.yml": goals})  # fmt: skip
    project.write({"isms/metrics.yml": ("{id: MET-A, title: A, unit: days", "{id: MET-A, title: A, unit: hours")})
    project.write({"isms/objectives.yml": ("{id: OBJ-02, title: Goal", "{id: OBJ-02, title: Other goal")})
    project.write({"isms/objectives.yml": ("{id: OBJ-01, title: Goal", "{id: OBJ-01, title: First goal")})
    assert section(review(project).out, "Looked at again") == [
        "- **MET-A** A: unit changed since these were last looked at, and they are looked at now:",
        "  - **OBJ-01** Goal, metric",
    ]


def test_an_error_that_is_introduced_ends_with_1_and_is_no_removed_record(project):
    project.write(
        {RISK: ("threats: [THR-001]", "threats: [THR-009]"), KEYS: ("status: implemented", "status: finished")}
    )
    told = review(project)
    assert told.code == 1
    assert "introduces 2 errors" in told.out
    problems = section(told.out, "New problems")
    assert problems[0].startswith("- error: `isms/controls/CTL-003-keys.md:4:9`: status: ")
    assert problems[1].startswith("- error: `isms/risks/RSK-001-unreviewed.md:5:11`: threats: unknown threat 'THR-009'")
    assert "removed" not in told.out
    assert section(told.out, "Other files") == [
        f"- changed: `{KEYS}`: cannot be read on one side, so what it does is not known; see the problems"
    ]


def test_an_error_that_is_mended_ends_with_0(project):
    project.write({RISK: ("threats: [THR-001]", "threats: [THR-009]")})
    project.write({RISK: ("threats: [THR-009]", "threats: [THR-001]")})
    told = review(project)
    assert told.code == 0
    assert "mends 1 problem" in told.out


def test_a_problem_whose_line_moved_is_not_new(project):
    project.write({RISK: ("threats: [THR-001]", "threats: [THR-009]")})
    project.write({RISK: ("title: Unreviewed", "tags: [money]\ntitle: Unreviewed")})
    told = review(project)
    assert told.code == 0
    assert not section(told.out, "New problems")
    assert not section(told.out, "Problems mended")


def test_a_file_that_moved_is_no_change_of_its_record(project):
    project.write({CONTROL: None, "isms/controls/2026/CTL-001-second-person.md": CONTENT[CONTROL]})
    told = review(project).out
    assert not section(told, "Records")
    assert section(told, "Other files") == [
        f"- moved: `isms/controls/2026/CTL-001-second-person.md`: moved from {CONTROL.replace('_', '')}; its record says the same"
    ]


def test_files_that_are_no_records_are_told(project):
    project.write({
        "README.md": "Hello\n",
        "isms/people.yml": ("- {id: ben", "# the second\n- {id: ben"),
        "tieout.yml": ("change_references: [PAY]", "change_references: [PAY, KEY]"),
    })  # fmt: skip
    assert section(review(project).out, "Other files") == [
        "- new: `README.md`: no record; +1 −0 lines",
        "- changed: `isms/people.yml`: its records say the same: layout, comments or the order of rows",
        "- changed: `tieout.yml`: settings: change references; +1 −1 lines",
    ]


def test_a_row_of_the_soa_is_told_by_itself_and_counted(project):
    row = "  A.7.4: {applicable: true, reasons: [baseline], status: planned}"
    project.write({"isms/soa.yml": (row, "  A.7.4: {applicable: false, why_not: We have no building of our own}")})
    told = review(project).out
    assert section(told, "Statement of applicability") == [
        "- applicable 93 → 92, planned 93 → 92, excluded 0 → 1. The rows stand below."
    ]
    assert section(told, "Records")[2:5] == [
        "- **A.7.4** Physical security monitoring",
        "  - applicable: yes → no",
        "  - reasons: removed baseline",
    ]
    assert section(told, "Coverage by requirement set")[0].startswith(
        "- ISO/IEC 27001:2022, Annex A: 93 → 92 applicable; "
    )


def test_a_due_date_that_moved_is_told_by_its_days(project):
    project.write({"isms/actions.yml": ACTION.format(due="2026-06-01")})
    project.write({"isms/actions.yml": ACTION.format(due="2026-07-31")})
    assert section(review(project).out, "Days that moved") == [
        "- **ACT-001** Count the keys: due 2026-06-01 → 2026-07-31, 60 days later"
    ]


def test_a_gap_and_a_trace_that_are_opened(project):
    project.write({CONTROL: ("enforced_by: [check:change-reviewed]\n", "")})
    told = review(project)
    assert any("CTL-001 is enforced by nothing" in line for line in section(told.out, "Gaps opened"))


def test_the_audit_ahead_and_the_services_are_named(project):
    project.write({CONTROL: STATEMENT})
    assert section(review(project).out, "Whom it concerns") == [
        "- Services: pay",
        "- Audit **AUD-2026-01** First audit (planned, 2026-03-31): pay and iso27001-2022",
        "- Audit **AUD-2027-01** Next audit (planned, 2027-03-31): pay and iso27001-2022",
    ]


def test_three_dots_leave_out_what_the_base_gained_meanwhile(project):
    base = git(project.isms, "rev-parse", "HEAD")
    commit(project.isms, "On main", {"isms/squads.yml": "- {id: money, title: Treasury, lead: ada}\n"})
    main = git(project.isms, "rev-parse", "HEAD")
    commit(project.isms, "Proposed", {CONTROL: CONTENT[CONTROL].replace(*STATEMENT)}, branch="work", parents=[base])
    both = review(project, span="main..work").out
    own = review(project, span="main...work").out
    assert "money “Treasury”" not in own
    assert "**money** Money" in both
    assert "CTL-001" in own
    assert f"{base[:8]}, where it parted from main → " in own
    assert f"{main[:8]} → " in both


def test_one_name_is_compared_with_the_working_tree(project):
    project.write({CONTROL: STATEMENT}, commit_it=False)
    told = review(project, span="HEAD").out
    assert "→ the working tree" in told
    assert "**CTL-001**" in told


def test_nothing_that_changed_is_said(project):
    assert "**Changes nothing that is read.**" in review(project, span="HEAD..HEAD").out


def test_a_name_that_is_no_commit_ends_with_2(project):
    told = review(project, span="nowhere..HEAD")
    assert told.code == 2
    assert "nowhere" in told.err
    assert review(project, span="--output=x..HEAD").code == 2


def test_without_the_linked_repositories_the_content_is_compared_and_the_rest_is_unknown(project):
    shutil.rmtree(project.service)
    shutil.rmtree(project.environments)
    project.write({CONTROL: STATEMENT})
    told = review(project)
    assert told.code == 0
    assert "> 2 of 2 linked repositories could not be read here (pay and platform)" in told.out
    assert "**RSK-001**" in "\n".join(section(told.out, "Look at again"))


def test_a_merged_pull_request_is_judged_as_of_its_day(project):
    project.write({CONTROL: STATEMENT}, time=1_778_000_000)
    project.write({RISK: ("reviewed: 2026-03-01", "reviewed: 2026-05-20")}, time=1_779_500_000)
    assert "as of 5 May 2026" in review(project, span="HEAD~2..HEAD~1").out


def test_a_settings_file_that_cannot_be_read_is_an_error_and_the_rest_is_compared(project):
    project.write({"tieout.yml": ("schema: 1", "schema: 9"), CONTROL: STATEMENT})
    told = review(project)
    assert told.code == 1
    assert any("tieout.yml" in line for line in section(told.out, "New problems"))
    assert "CTL-001" in told.out


def test_the_json_says_the_same(project):
    project.write({RISK: ("residual: {likelihood: 1, impact: 2}", "residual: {likelihood: 2, impact: 2}")})
    said = json.loads(review(project, "--json").out)
    assert said["schema"] == 1
    assert said["errors"] == 0
    assert said["above_appetite"] == [0, 1]
    assert said["risks"][0]["new"]["score"] == 4
    assert said["records"][0]["fields"] == [{"path": ["residual", "likelihood"], "old": "1", "new": "2"}]


def test_two_runs_give_the_same_bytes(project):
    project.write({CONTROL: STATEMENT, RISK: None})
    assert review(project).out == review(project).out


def test_a_hostile_pull_request_makes_one_comment_that_obeys_nothing(project):
    title = "@everyone <img src=x> [a](javascript:b) ```#1 \u202e"
    fields = f"title: '{title}'\nowner: ada\nstatus: active\ncategory: insider\nactor: insider\naffects: [pay]\nscenario: '{'@team #2 ' * 300}'"
    project.write({f"isms/threats/THR-{number}.md": f"---\n{fields}\n---\n" for number in range(100, 160)})
    told = review(project).out
    assert len(told) <= MOST
    found = build.review(project.isms, "HEAD^..HEAD", lambda _: None)
    for most in (20_000, 6_000, 2_000, 500):
        assert len(printed.render(found, most)) <= most
    assert "run `tieout review` to read it whole" in printed.render(found, 500)
    assert "more" in told
    assert "@everyone" not in told
    assert "<img" not in told
    assert "#1 " not in told
    assert not re.search(r"(?<!\\)\]\(", told)
    assert "\u202e" not in told


def test_what_hangs_on_an_unreadable_record_is_said_to_be_unknown(project):
    project.write({"isms/soa.yml": ("on: 2026-01-05", "on: never"), KEYS: ("frequency: quarterly", "frequency: often")})
    told = review(project).out
    assert "> CTL-003 and soa cannot be read on one side" in told
    assert not section(told, "Statement of applicability")
    assert not section(told, "Coverage by requirement set")


def test_a_checkout_without_the_branch_and_without_the_linked_repositories_is_reviewed(project, tmp_path):
    """As a pipeline has it: the merge of the pull request, detached, and nothing beside it."""
    project.write({CONTROL: STATEMENT})
    clone = tmp_path / "ci" / "isms"
    git(tmp_path, "clone", "-q", str(project.isms), str(clone))
    git(clone, "checkout", "-q", "--detach", "HEAD")
    git(clone, "branch", "-q", "-D", "main")
    told = call("review", "origin/main~1...HEAD", "--isms", clone)
    assert told.code == 0, told.err
    assert "statement changed; these rely on it" in told.out
    assert "could not be read here" in told.out
