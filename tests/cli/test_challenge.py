"""`tieout challenge` as a person uses it."""

import json

from tinyproject import call


def test_it_tells_what_was_caught_and_why_anything_was_missed(project):
    done = call("challenge", "--isms", project.isms, "--check", "change-reference", "--check", "commits-signed")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Small Works: what was planted after the newest commit, of 12 May 2026, judged as of 19 May 2026.",
        "",
        "A person commits without a signature",
        "  not planted  commits-signed                     pay",
        "               Cannot be planted, because keys.yml has no key that counts now, so nobody is asked to sign.",
        "",
        "A change names no ticket",
        "  caught       change-reference*                  pay",
        "",
        "1 of 1 caught, 0 missed; 1 could not be planted.",
        "* 1 trial at a service of which the check passes nothing today: there it tells little.",
    ]


def test_a_miss_is_named_with_its_reason_and_ends_with_1(project):
    project.write({"isms/checks.yml": "- {id: change-reference, tiers: [1]}\n"})
    done = call("challenge", "--isms", project.isms, "--check", "change-reference")
    assert done.code == 1
    assert "  MISSED       change-reference                   pay\n" in done.out
    assert "The check does not apply to it: The check is set for tier 1, and pay is of tier 2." in done.out


def test_an_exception_that_covers_what_is_planted_is_a_reason(project):
    fields = (
        "---\ntitle: No tickets\nowner: ben\nstatus: approved\nexcepts: ['check:change-reference']\nscope: {services: [pay]}\n"
        "from: 2026-05-01\nexpires: 2026-07-01\napproved_by: {person: ben, on: 2026-05-01}\ncompensating: [CTL-001]\n"
        "reason: The tracker is down.\n---\n"
    )
    project.write({"isms/exceptions/EXC-001-no-tickets.md": fields})
    done = call("challenge", "--isms", project.isms, "--check", "change-reference")
    assert done.code == 1
    assert "An exception covers it: " in done.out
    assert "EXC-001 permits it until 1 July 2026." in done.out


def test_the_result_is_written_into_a_new_file_and_never_over_one(project, tmp_path):
    words = ("challenge", "--isms", project.isms, "--check", "change-reference")
    target = tmp_path / "challenge.json"
    assert call(*words, "--output", target).out.splitlines()[-1] == f"Written to {target}."
    assert json.loads(target.read_bytes())["caught"] == 1
    again = call(*words, "--output", target)
    assert (again.code, again.out) == (2, "")
    assert "is there already, and evidence is not written over; name another file." in again.err


def test_json_for_programs_is_the_same_bytes(project, tmp_path):
    words = ("challenge", "--isms", project.isms, "--check", "change-reference")
    call(*words, "--output", tmp_path / "challenge.json")
    assert call(*words, "--format", "json").out.encode() == (tmp_path / "challenge.json").read_bytes()


def test_an_unknown_check_or_service_is_named(project):
    done = call("challenge", "--isms", project.isms, "--check", "change-refrence")
    assert (done.code, done.err) == (
        2,
        "tieout: no check is called change-refrence (did you mean change-reference?).\n",
    )
    done = call("challenge", "--isms", project.isms, "--service", "pays")
    assert (done.code, done.err) == (2, "tieout: no service is called pays (did you mean pay?).\n")


def test_errors_in_the_content_are_told_and_nothing_is_planted(project):
    project.write({"isms/people.yml": "- {id: ada}\n"}, commit_it=False)
    done = call("challenge", "--isms", project.isms)
    assert done.code == 1
    assert "missing-field" in done.err
    assert done.out == ""


def test_where_no_service_has_a_repository_that_is_said_of_every_check(project):
    project.write({"isms/services/pay.md": ("status: live", "status: planned")})
    done = call("challenge", "--isms", project.isms, "--check", "change-reviewed")
    assert done.code == 0
    assert "Cannot be planted, because no service that was asked for is live and has a repository." in done.out
    assert done.out.splitlines()[-1].startswith("0 of 0 caught, 0 missed; ")
