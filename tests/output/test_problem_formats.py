"""Problems as other programs read them: valid by their formats, at the right place, and nobody's words are a command."""

import json
import os
import re
from dataclasses import replace
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.cli import check
from tieout.codes import CODES
from tieout.output import problem_formats
from tieout.output.problem_formats import Report
from tieout.problems import Problem, Source, error, warning

RISK = "isms/risks/RSK-001.md"
UNKNOWN = error("unknown-person", "owner: unknown person 'alise'; correct it", Source("", RISK, 7, 12))
WHOLE = warning("line-ends", "the file has Windows line ends", Source("", "isms/people.yml"))
LINKED = error("branch-missing", "there is no branch main", Source("pay"))
FOLDER = warning("missing-register", "there is no scope", Source(path="isms"))
FILES = ("isms/people.yml", RISK, "isms/squads.yml", "tieout.yml")
REPORT = Report(
    (LINKED, FOLDER, WHOLE, UNKNOWN), FILES, "uncommitted", "compliance", records=3, registers=2, elsewhere=1
)

# What a hostile author may write: commands to a pipeline, markup, what cannot be seen, and what is no text at all.
HOSTILE = "a%0A::error::b\r\n::add-mask::c ]]></failure>\x00\x1b[2J\u202e\ud800\ufffe&<\"' ,:[x](https://evil.example)"
words = st.text(st.characters(codec=None), max_size=40) | st.just(HOSTILE)
names = st.binary(max_size=20).map(os.fsdecode) | st.just(HOSTILE.replace("\ud800", "\udcff"))
problems = st.builds(
    Problem,
    st.sampled_from(sorted(CODES)),
    st.sampled_from(["error", "warning"]),
    words,
    st.builds(Source, st.sampled_from(["", "pay"]), names, st.integers(0, 99), st.integers(0, 99)),
)
reports = st.builds(
    Report,
    st.lists(problems, max_size=4).map(tuple),
    st.lists(names, max_size=3).map(tuple),
    st.just("uncommitted"),
    names,
)


def render(name, report=REPORT):
    return problem_formats.FORMATS[name](report)


def junit_of(report=REPORT):
    return ET.fromstring(render("junit", report))  # noqa: S314 - made here


def test_the_command_offers_each_format():
    assert list(check.FORMATS) == ["text", *problem_formats.FORMATS]


@examples(50)
@given(reports)
def test_no_words_make_a_format_invalid_or_show_what_cannot_be_seen(report):
    for name in problem_formats.FORMATS:
        text = render(name, report)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufffe]", text)
        assert text == render(name, report)
    json.loads(render("json", report))
    json.loads(render("sarif", report))
    junit_of(report)


@examples(50)
@given(reports)
def test_each_problem_is_one_workflow_command_and_no_other(report):
    lines = render("github", report).splitlines()
    assert len(lines) == len(report.problems)
    for line in lines:
        assert re.fullmatch(r"::(error|warning) (\w+=[^:,]*)(,\w+=[^:,]*)*::.*", line)


# --- json ----------------------------------------------------------------------------------------------------------


def test_json_tells_the_content_the_counts_and_each_problem():
    told = json.loads(render("json"))
    assert list(told) == ["schema", "content", "folder", "counts", "problems"]
    assert (told["schema"], told["content"], told["folder"]) == (1, "uncommitted", "compliance")
    assert told["counts"] == {"records": 3, "registers": 2, "files": 4, "errors": 2, "warnings": 2, "elsewhere": 1}
    assert told["problems"][-1] == {
        "code": "unknown-person",
        "severity": "error",
        "message": "owner: unknown person 'alise'; correct it",
        "path": RISK,
        "line": 7,
        "column": 12,
        "repo": "",
    }


# --- github --------------------------------------------------------------------------------------------------------


def test_annotations_stand_at_the_line_counted_from_the_top_of_the_repository():
    linked, folder, whole, unknown = render("github").splitlines()
    assert unknown == (
        f"::error file=compliance/{RISK},line=7,col=12,title=unknown-person::owner: unknown person 'alise'; correct it"
    )
    assert whole == "::warning file=compliance/isms/people.yml,title=line-ends::the file has Windows line ends"
    assert folder == "::warning file=compliance/tieout.yml,title=missing-register::isms: there is no scope"
    assert linked == "::error file=compliance/tieout.yml,title=branch-missing::pay: there is no branch main"


def test_what_the_runner_decodes_is_encoded():
    spoilt = error("line-ends", "50% of a:b,c", Source("", "a,b:c%.md", 1, 1))
    assert render("github", replace(REPORT, problems=(spoilt,), folder="")) == (
        "::error file=a%2Cb%3Ac%25.md,line=1,col=1,title=line-ends::50%25 of a:b,c\n"
    )


# --- junit ---------------------------------------------------------------------------------------------------------


def test_a_file_without_fault_is_seen_to_pass_and_warnings_fail_nothing():
    suites = junit_of()
    assert (suites.tag, suites.get("tests"), suites.get("failures")) == ("testsuites", "4", "2")
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    assert sorted(cases) == sorted(FILES)
    assert {name for name, case in cases.items() if case.find("failure") is not None} == {RISK, "tieout.yml"}
    assert len(cases["isms/squads.yml"]) == 0
    risk = cases[RISK]
    assert (risk.get("classname"), risk.get("file")) == ("isms/risks", f"compliance/{RISK}")
    assert risk.findtext("failure") == f"{RISK}:7:12: error: owner: unknown person 'alise'; correct it [unknown-person]"
    assert cases["isms/people.yml"].findtext("system-out").startswith("isms/people.yml: warning: ")
    assert cases["tieout.yml"].findtext("system-out").startswith("isms: warning: ")


def test_a_file_with_several_errors_is_one_failure_with_a_line_for_each():
    second = replace(UNKNOWN, source=replace(UNKNOWN.source, line=8))
    suites = junit_of(replace(REPORT, problems=(UNKNOWN, second)))
    (failure,) = suites.iter("failure")
    assert (failure.get("message"), failure.text.count("\n")) == ("2 errors", 1)


def test_no_record_chooses_a_file_for_the_forge_to_attach():
    spoilt = replace(UNKNOWN, message="see [[ATTACHMENT|/etc/passwd]]")
    assert "[[ATTACHMENT|" not in render("junit", replace(REPORT, problems=(spoilt,)))


# --- sarif ---------------------------------------------------------------------------------------------------------


def run_of(report=REPORT):
    told = json.loads(render("sarif", report))
    assert (told["version"], len(told["runs"])) == ("2.1.0", 1)
    return told["runs"][0]


def test_sarif_rules_are_the_codes_found_with_meaning_and_remedy():
    run = run_of()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["branch-missing", "line-ends", "missing-register", "unknown-person"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [p.code for p in REPORT.problems]
    for rule in rules:
        assert rule["fullDescription"]["text"] == CODES[rule["id"]].meaning
        assert CODES[rule["id"]].remedy in rule["help"]["text"]
        assert CODES[rule["id"]].remedy in rule["help"]["markdown"]
        assert rule["shortDescription"]["text"].endswith(".")


def test_sarif_results_stand_at_the_file_and_the_line_where_there_is_one():
    run = run_of()
    assert run["columnKind"] == "unicodeCodePoints"
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == [
        "compliance/tieout.yml",
        "compliance/tieout.yml",
        "compliance/isms/people.yml",
        f"compliance/{RISK}",
    ]
    assert [place.get("region") for place in places] == [None, None, None, {"startLine": 7, "startColumn": 12}]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "warning", "error"]


@pytest.mark.parametrize("path", ["isms/a b#?.md", "c:d.md", "isms/é\udcff.md", "100%.md"])
def test_sarif_paths_are_relative_references(path):
    place = replace(UNKNOWN, source=Source("", path, 1, 1))
    uri = run_of(Report((place,), (path,), "x"))["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][
        "uri"
    ]
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
    assert unquote(uri, errors="surrogateescape") == path


def test_fingerprints_stay_when_lines_move_and_differ_between_problems():
    def prints(*found):
        return [
            result["partialFingerprints"]["tieoutProblem/v1"] for result in run_of(Report(found, FILES, "x"))["results"]
        ]

    twice = error(
        "duplicate-id", "the id ada is already used in isms/people.yml:3:7; give one another", Source("", RISK, 5, 1)
    )
    moved = error(
        "duplicate-id", "the id ada is already used in isms/people.yml:4:7; give one another", Source("", RISK, 9, 1)
    )
    assert prints(twice) == prints(moved)
    equal = replace(UNKNOWN, source=replace(UNKNOWN.source, line=30))
    assert len(set(prints(UNKNOWN, equal, twice, WHOLE))) == 4
    assert prints(UNKNOWN, equal)[:1] == prints(UNKNOWN)


def test_no_message_is_a_link_that_its_author_aimed():
    spoilt = replace(UNKNOWN, message="unknown [ask here](https://evil.example)")
    told = run_of(replace(REPORT, problems=(spoilt,)))["results"][0]["message"]["text"]
    assert told == r"unknown \[ask here\](https://evil.example)"
