"""What an operator writes about requirement sets: joined with the shipped ones, and each slip named with its age."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tieout.content import catalogue, requirement_ids, requirements
from tieout.model.requirements import candidates, resolve

KNOWN = catalogue.load()
OWN = """title: Licence conditions
owner: alice
edition: April 2026
published: 2026-04-01
issuer: Commission
origin: the Commission's site
requirements:
  - {id: UK-1, title: One, annex_a: [A.5.31], by: alice, on: 2026-05-01}
  - {id: UK-2, title: Two, clauses: "9.1", confidence: low}
  - {id: UK-3, title: Three}
"""


@pytest.fixture
def loaded(small, load):
    def loaded(files):
        for name, text in files.items():
            small[f"isms/requirements/{name}.yml"] = text.encode()
        return load(small)

    return loaded


def test_without_a_file_the_shipped_sets_stand(loaded):
    isms, problems = loaded({})
    assert problems == []
    assert len(isms.requirement_sets) == 11
    assert not isms.requirements


def test_the_operators_set_mapping_and_confirmation_are_joined(loaded):
    isms, problems = loaded(
        {
            "ukgc-rts": """
mappings:
  RTS-12: {annex_a: [A.8.26], clauses: [8.1], by: alice, on: 2026-10-14, note: limits are built}
not_applicable: {RTS-17: We have no studio.}
confirmed: {person: alice, on: 2026-10-14}
""",
            "uk-lccp": OWN,
        }
    )
    assert problems == []
    held = isms.requirement_sets["ukgc-rts"]
    assert (held.by, held.on, held.shipped) == ("alice", date(2026, 10, 14), True)
    assert held.requirements["RTS-17"].not_applicable == "We have no studio."
    (walk,) = held.requirements["RTS-12"].crosswalks
    assert (walk.targets, walk.own, walk.used, walk.by) == (("A.8.26", "iso27001-clauses:8.1"), True, True, "alice")
    own = isms.requirement_sets["uk-lccp"]
    assert [(one.id, [walk.used for walk in one.crosswalks]) for one in own.requirements.values()] == [
        ("UK-1", [True]),
        ("UK-2", [False]),
        ("UK-3", []),
    ]
    assert (own.shipped, own.owner, own.published) == (False, "Commission", date(2026, 4, 1))


def test_what_must_be_checked_first_is_confirmed_by_itself_only(loaded):
    whole = "confirmed: {person: alice, on: 2026-10-14}\n"
    isms, _ = loaded({"ukgc-rts": whole, "gli": whole})
    assert not isms.requirement_sets["ukgc-rts"].requirements["RTS-S4"].crosswalks[0].used
    assert isms.requirement_sets["gli"].requirements["GLI-CMP-2.4"].crosswalks[0].by == "alice"
    isms, problems = loaded({"ukgc-rts": "confirmed_mappings: {RTS-S4: {person: alice, on: 2026-10-14}}\n"})
    assert problems == []
    assert isms.requirement_sets["ukgc-rts"].requirements["RTS-S4"].crosswalks[0].used
    assert not isms.requirement_sets["ukgc-rts"].confirmed
    isms, problems = loaded({"mga": "confirmed_mappings: {MGA-PPD-SE: {person: alice, on: 2026-10-14}}\n"})
    assert problems == []
    assert isms.requirement_sets["mga"].requirements["MGA-PPD-SE"].by == "alice"


def test_a_set_of_low_confidence_is_off_until_it_is_confirmed(loaded):
    assert loaded({})[0].requirement_sets["lccp-aml-note"].off
    isms, _ = loaded({"lccp-aml-note": "confirmed: {person: alice, on: 2026-10-14}\n"})
    assert not isms.requirement_sets["lccp-aml-note"].off


def test_a_confirmation_from_before_the_edition_does_not_count_and_tells_its_age(loaded):
    isms, problems = loaded({"pci-dss-4.0.1": "confirmed: {person: alice, on: 2024-05-01}\n"})
    assert problems == [
        "isms/requirements/pci-dss-4.0.1.yml:1:32: warning: confirmed: dated 2024-05-01, 1 month before this edition of 2024-06-11, so it does not count; compare it with its source again, and date it anew [stale-confirmation]"
    ]
    assert not isms.requirement_sets["pci-dss-4.0.1"].confirmed


def test_what_is_dated_later_does_not_count_yet(loaded):
    later = "{person: alice, on: 2031-01-01}"
    isms, problems = loaded(
        {
            "lccp-aml-note": f"confirmed: {later}\n",
            "mga": f"confirmed_mappings: {{MGA-PPD-SE: {later}}}\n",
            "ukgc-rts": f"confirmed: {later}\nmappings: {{RTS-12: {{annex_a: [A.8.26], by: alice, on: 2031-01-01}}}}\n",
        }
    )
    assert problems == []
    for day, counts in ((date(2030, 12, 31), False), (date(2031, 1, 1), True)):
        sets = requirements.as_of(isms.requirement_sets, day)
        assert sets["lccp-aml-note"].off != counts
        assert bool(sets["mga"].requirements["MGA-PPD-SE"].by) == counts
        assert sets["ukgc-rts"].confirmed == counts
        own = [walk for walk in sets["ukgc-rts"].requirements["RTS-12"].crosswalks if walk.own]
        assert [walk.used for walk in own] == [counts]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "mappings: {RTS-99: {annex_a: A.5.1, by: alice, on: 2024-05-01}}\n",
            "1:12: warning: mappings: ukgc-rts has no requirement 'RTS-99' (mapped on 2024-05-01, 2 years before this edition of 2026-09-30); correct the id, or delete the row [broken-mapping]",
        ),
        (
            "not_applicable: {RTS-099: never, RTS-02: never}\n",
            "1:18: error: not_applicable: ukgc-rts has no requirement 'RTS-099'; correct the id, or delete the row [broken-mapping]",
        ),
        (
            "mappings: {RTS-12: {annex_a: [A.14.2.2], by: alice, on: 2020-05-01}}\n",
            "1:31: warning: annex_a: A.14.2.2 is of the edition of 2013; it became A.8.32 (mapped on 2020-05-01, 2 years before this edition of 2022-10-25) [broken-mapping]",
        ),
        (
            "mappings: {RTS-12: {annex_a: [A.14.2.2], by: alice, on: 2026-10-01}}\n",
            "1:31: error: annex_a: A.14.2.2 is of the edition of 2013; it became A.8.32 (mapped on 2026-10-01) [broken-mapping]",
        ),
        (
            'mappings: {RTS-12: {annex_a: ["8.32"], clauses: ["8.9"], by: alice, on: 2026-10-01}}\n',
            "1:31: error: annex_a: Annex A has no control '8.32' (did you mean 'A.8.32'?) [broken-mapping]",
        ),
        (
            "title: Our own\n",
            "1:1: error: title: the set ukgc-rts comes with the program and says this itself; delete the line, or give a set of your own another id [requirement-set-shipped]",
        ),
        (
            "requirements: [{id: RTS-12, title: Limits}, {id: RTS-18, title: New}, {id: RTS-18, title: Newer}]\n",
            "1:21: error: requirements: RTS-12 comes with the program; write what you add under `mappings` [duplicate-id]",
        ),
        (
            "confirmed: {person: alcie, on: 2026-10-14}\n",
            "1:21: error: confirmed.person: unknown person 'alcie' (did you mean 'alice'?) [unknown-person]",
        ),
    ],
)  # fmt: skip
def test_a_slip_in_a_file_for_a_shipped_set_is_named(loaded, text, told):
    assert loaded({"ukgc-rts": text})[1][0] == f"isms/requirements/ukgc-rts.yml:{told}"


def test_a_slip_in_a_set_of_the_operators_own_is_named(loaded):
    _, problems = loaded(
        {
            "uk-lccp": "requirements: [{id: UK 1, title: One}, {id: A, title: A}, {id: A, title: B}]\nmappings: {A: {by: alice, on: 2026-01-01}}\n"
            "not_applicable: {B: no}\n",
            "clause": "title: T\nowner: alice\nedition: one\norigin: here\nrequirements: [{id: A, title: A}]\n",
        }
    )
    assert [problem.removeprefix("isms/requirements/") for problem in problems] == [
        "clause.yml: error: 'clause' means something else in a link; give the set another name [id-grammar]",
        "uk-lccp.yml:1:1: error: edition: is missing; a set of your own says so [missing-field]",
        "uk-lccp.yml:1:1: error: origin: is missing; a set of your own says so [missing-field]",
        "uk-lccp.yml:1:1: error: owner: is missing; a set of your own says so [missing-field]",
        "uk-lccp.yml:1:1: error: title: is missing; a set of your own says so [missing-field]",
        "uk-lccp.yml:1:21: error: requirements: 'UK 1' is not an id; use up to 64 letters and digits, joined by . - / or brackets [id-grammar]",
        "uk-lccp.yml:1:64: error: requirements: A stands here twice; delete one [duplicate-id]",
        "uk-lccp.yml:2:1: error: mappings: is for shipped sets; in a set of your own write it at the requirement, as annex_a, by and on [unknown-field]",
        "uk-lccp.yml:3:18: error: not_applicable: uk-lccp has no requirement 'B'; correct the id, or delete the row [broken-mapping]",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A.8.32", ""),
        ("ukgc-rts:RTS-12", ""),
        ("ukgc-rts:RTS-S4", ""),
        ("pci-dss-4.0.1:6.5", ""),
        ("clause:8.1", ""),
        ("clause:9.2", ""),
        ("iso27001-clauses:8.1", ""),
        ("UK-LCCP-15.2.1", ""),
        ("GV.OC", ""),
        ("8.32", "'8.32' names no set (did you mean A.8.32?)"),
        ("8.1", "'8.1' names no set (did you mean A.8.1 or clause:8.1?)"),
        ("Art.5", "'Art.5' is a requirement of dora and gdpr; write dora:Art.5 or gdpr:Art.5"),
        ("pci-dss:6.5", "unknown requirement set 'pci-dss' (did you mean 'pci-dss-4.0.1:6.5'?)"),
        ("pci-dss-4.0:6.5", "the set pci-dss-4.0 was superseded by pci-dss-4.0.1 on 2024-06-11; write pci-dss-4.0.1:6.5"),
        ("pci-dss-4.0:6.99", "the set pci-dss-4.0 was superseded by pci-dss-4.0.1 on 2024-06-11; look for it in pci-dss-4.0.1"),
        ("ukgc-rts:rts-012", "unknown requirement 'rts-012' of ukgc-rts (did you mean 'ukgc-rts:RTS-12'?)"),
        ("ukgc-rts:RTS-21", "unknown requirement 'RTS-21' of ukgc-rts; correct it"),
        ("clause:8.9", "ISO/IEC 27001:2022 has no clause '8.9'; correct it"),
        ("rts-12", "unknown requirement 'rts-12' (did you mean 'ukgc-rts:RTS-12'?)"),
        ("A.14.2.2", "A.14.2.2 is of the edition of 2013; it became A.8.32"),
        ("quux", "unknown requirement 'quux'; write it as set:id, such as pci-dss-4.0.1:6.5"),
        ("zz9:1", "unknown requirement set 'zz9'; correct it, or write requirements/zz9.yml"),
    ],
)  # fmt: skip
def test_an_id_is_known_or_told_what_was_meant(text, told):
    assert requirement_ids.known(KNOWN, KNOWN.sets, text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ukgc-rts", ""),
        ("iso27001-2022", ""),
        ("pci-dss-4.0", "the set pci-dss-4.0 was superseded by pci-dss-4.0.1 on 2024-06-11; write pci-dss-4.0.1"),
        ("ukgc-rst", "unknown requirement set 'ukgc-rst' (did you mean 'ukgc-rts'?)"),
        ("qq", "unknown requirement set 'qq'; correct it, or write requirements/qq.yml"),
    ],
)
def test_a_set_is_known_or_told_what_was_meant(text, told):
    assert requirement_ids.known_set(KNOWN.sets, text) == told


def test_links_into_a_file_that_cannot_be_read_are_let_pass(small, load):
    small["isms/requirements/uk-lccp.yml"] = b"titel: x\n"
    path = "isms/controls/CTL-004-two-people.md"
    small[path] = small[path].replace(b"stage:", b"satisfies: [uk-lccp:UK-1, ukgc-rts:RTS-99]\nstage:")
    told = [problem for problem in load(small)[1] if "satisfies" in problem]
    assert len(told) == 1
    assert "RTS-99" in told[0]


def test_a_new_edition_of_an_own_set_says_what_was_renamed(loaded):
    isms, problems = loaded({"uk-lccp": f"{OWN}supersedes: uk-old\nrenamed: {{OLD-1: UK-1}}\n"})
    assert problems == []
    sets = isms.requirement_sets
    assert requirement_ids.known(KNOWN, sets, "uk-old:OLD-1") == (
        "the set uk-old was superseded by uk-lccp on 2026-04-01; write uk-lccp:UK-1"
    )
    assert requirement_ids.known(KNOWN, sets, "uk-lccp:OLD-1") == (
        "unknown requirement 'OLD-1' of uk-lccp (did you mean 'uk-lccp:UK-1'?)"
    )


NAMES = some.sampled_from([*KNOWN.sets, "clause", "check", ""])
IDS = some.sampled_from([one for held in KNOWN.sets.values() for one in held.requirements])


@given(
    some.one_of(some.text(max_size=40), IDS, some.tuples(NAMES, some.one_of(IDS, some.text(max_size=9))).map(":".join))
)
def test_an_id_is_known_exactly_when_it_means_one_thing(text):
    told = requirement_ids.known(KNOWN, KNOWN.sets, text)
    assert (told == "") == (len(candidates(KNOWN.sets, text)) == 1 or text in KNOWN.annex)
    if found := resolve(KNOWN.sets, text):
        assert resolve(KNOWN.sets, found.key) == found
