import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.history.results import markup
from tieout.history.results.markup import RefusedError
from tieout.history.results.paths import Told, fixed_pattern, read_path
from tieout.history.results.reports import parse_report

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="1" skipped="1" tests="3" time="0.1"
 timestamp="2026-06-27T19:58:00+02:00" hostname="build-7">
<testcase classname="t" name="a" time="0.0" />
<testcase classname="t" name="b"><failure message="no">assert 1 == 2 &lt;</failure></testcase>
<testcase classname="t" name="c"><skipped type="pytest.skip" message="x" /></testcase>
</testsuite></testsuites>"""
SUREFIRE = b"""<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="A" tests="2" errors="0" skipped="0" failures="0">
  <properties><property name="x" value="y"/></properties>
  <testcase name="a" classname="A"/><testcase name="b" classname="A"><system-out><![CDATA[ok]]></system-out></testcase>
</testsuite>"""
COBERTURA = b"""<?xml version="1.0" ?><!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
<coverage version="7.4" timestamp="1719511080" lines-valid="120" lines-covered="90" line-rate="0.75"><packages/></coverage>"""
OLD_COBERTURA = b"""<coverage line-rate="0.5"><packages><package><classes><class name="A"><methods><method><lines>
<line number="1" hits="1"/></lines></method></methods><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines>
</class></classes></package></packages></coverage>"""
JACOCO = b"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="x"><package name="p"><counter type="LINE" missed="1" covered="1"/></package>
<counter type="INSTRUCTION" missed="9" covered="1"/><counter type="LINE" missed="4" covered="16"/></report>"""


def sarif(*results, **changes):
    rules = [{"id": "R1", "defaultConfiguration": {"level": "error"}}, {"id": "R2"}]
    run = {"tool": {"driver": {"name": "scan", "rules": rules}}, "results": list(results), **changes}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def counts(data):
    return dict(parse_report(data).counts)


def test_tests_are_counted_one_by_one():
    found = parse_report(PYTEST)
    assert (found.result, dict(found.counts), found.at) == (
        "failed",
        {"tests": 3, "failures": 1, "skipped": 1},
        1782583080,
    )
    assert (parse_report(SUREFIRE).result, counts(SUREFIRE)["tests"]) == ("passed", 2)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("<testsuite tests='0'/>", "unknown"),
        ("<testsuite tests='3' failures='1'/>", "failed"),  # the worse of what is counted and what is claimed
        ("<testsuite tests='1' failures='0'><testcase><error/></testcase></testsuite>", "failed"),
        ("<testsuite><testcase><skipped/></testcase></testsuite>", "skipped"),
        ("<testsuite><testcase><skipped/><failure/></testcase></testsuite>", "failed"),
        ("<testsuites><testsuite><testsuite><testcase/></testsuite></testsuite></testsuites>", "passed"),
    ],
)
def test_no_test_is_no_pass_and_the_worse_counts(text, result):
    assert parse_report(text.encode()).result == result


def test_a_time_without_a_zone_is_no_time():
    assert parse_report(PYTEST.replace(b"+02:00", b"")).at == 0


@pytest.mark.parametrize(("data", "covered", "valid"), [(COBERTURA, 90, 120), (OLD_COBERTURA, 1, 2), (JACOCO, 16, 20)])
def test_coverage_says_that_it_ran_and_how_many_lines(data, covered, valid):
    found = parse_report(data)
    assert (found.result, found.counts) == ("ran", (("lines covered", covered), ("lines", valid)))


def test_findings_are_counted_by_their_level_and_pass_nothing():
    found = sarif(
        {"ruleId": "R1"},
        {"ruleIndex": 1},
        {"ruleId": "R2", "level": "note"},
        {"ruleId": "R1", "level": "error", "suppressions": [{"kind": "inSource"}]},
        {"ruleId": "R1", "suppressions": [{"kind": "external", "status": "underReview"}]},
        {"ruleId": "R1", "baselineState": "absent"},
        {"ruleId": "R1", "kind": "pass"},
        invocations=[{"executionSuccessful": True, "endTimeUtc": "2026-06-27T19:58:00Z"}],
    )
    assert counts(found) == {"error findings": 2, "warnings": 1, "notes": 1, "suppressed": 1}
    assert (parse_report(found).result, parse_report(found).at) == ("ran", 1782590280)


def test_a_scan_that_did_not_end_well_says_nothing():
    assert parse_report(sarif(invocations=[{"executionSuccessful": False}])).result == "unknown"
    assert parse_report(sarif(results=None)).result == "unknown"
    assert parse_report(b'{"version": "2.1.0", "runs": []}').result == "unknown"


LAUGHS = (
    b"<!DOCTYPE x [<!ENTITY a 'ha'>"
    + b"".join(f"<!ENTITY {chr(98 + at)} '{'&' + chr(97 + at) + ';' * 1}'>".encode() for at in range(9))
    + b"]><testsuite><testcase name='&j;'/></testsuite>"
)


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        b"<!DOCTYPE t [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><testsuite><testcase>&e;</testcase></testsuite>",
        b"<!DOCTYPE t SYSTEM 'http://x.example/t.dtd'><testsuite><testcase>&e;</testcase></testsuite>",
        b"<!DOCTYPE t [<!ENTITY % p SYSTEM 'http://x.example/p'> %p;]><testsuite/>",
        b"<!DOCTYPE t [<!ATTLIST testsuite tests CDATA '9'>]><testsuite/>",
        b"<a>" * 60 + b"</a>" * 60,
        b"<testsuite>",
        b"<testsuite tests='1' tests='2'/>",
        b"<html/>",
        b"",
        b"\x00\xff",
        b"<?xml version='1.0' encoding='x-user-defined'?><testsuite/>",
        b"<coverage/>",
        b"<coverage lines-valid='1' lines-covered='2'/>",
        b'{"runs": 1}',
        b'{"runs": [1]}',
        b"{",
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_report_or_more_than_one_is_refused(data):
    with pytest.raises(RefusedError):
        parse_report(data)


def test_a_report_has_no_more_elements_than_a_report(monkeypatch):
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 100)
    with pytest.raises(RefusedError):
        parse_report(b"<testsuite>" + b"<testcase/>" * 101 + b"</testsuite>")


@examples(200)
@given(
    st.binary(max_size=60), st.sampled_from([PYTEST, COBERTURA, JACOCO, sarif({"ruleId": "R1"})]), st.integers(0, 400)
)
def test_a_damaged_report_is_read_or_refused(noise, data, at):
    try:
        parse_report(data[:at] + noise + data[at:])
    except RefusedError:
        return


@pytest.mark.parametrize(
    ("pattern", "path", "told"),
    [
        ("results/{repo}/{commit}/{step}.xml", "results/pay/abcdef1/unit.xml", Told("pay", "", "abcdef1", "unit")),
        ("results/{service}/**/{commit}.sarif", "results/pay/x/y/abcdef1.sarif", Told("", "pay", "abcdef1")),
        ("{commit}-{step}.xml", "deep/abcdef12-unit.xml", Told("", "", "abcdef12", "unit")),
        ("results/{repo}/{commit}/{repo}.xml", "results/pay/abcdef1/pay.xml", Told("pay", "", "abcdef1")),
        ("results/{repo}/{commit}/{repo}.xml", "results/pay/abcdef1/wallet.xml", Told()),
        ("results/{repo}/{commit}.xml", "results/pay/unit.xml", Told()),
        ("results/**/*.xml", "results/pay/unit.xml", Told()),
        ("results/*.xml", "other/unit.xml", None),
    ],
)
def test_a_path_says_what_its_pattern_names(pattern, path, told):
    assert read_path((pattern,), path) == told
    assert read_path(("none/*.x", pattern), path) == told


def test_a_place_stands_for_any_text():
    assert fixed_pattern("results/{repo}/{commit}/{step}.xml") == "results/*/*/*.xml"
