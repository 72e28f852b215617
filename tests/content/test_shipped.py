"""What comes with the program, counted: a slip in a data file loses a requirement or a mapping without any other sign."""

import shutil
from datetime import date
from pathlib import Path

import pytest

import tieout
from tieout.content import catalogue, shipped
from tieout.model.requirements import CLAUSES

DATA = Path(tieout.__file__).parent / "data"
# set: requirements, mappings to Annex A, mappings to clauses, confidence of the set
COUNTED = {
    "dora": (16, 36, 6, "high"),
    "gdpr": (8, 31, 1, "high"),
    "gli": (18, 39, 0, "high"),
    "iso27001-clauses": (30, 0, 0, "high"),
    "lccp-aml-note": (6, 0, 0, "low"),
    "mga": (13, 10, 0, "medium"),
    "nis2-art21": (10, 81, 3, "high"),
    "nist-csf-2.0": (22, 130, 0, "high"),
    "pci-dss-4.0.1": (16, 58, 0, "high"),
    "ukgc-rts": (18, 44, 0, "high"),
    "wla-scs": (4, 0, 0, "medium"),
}


def targets(held):
    return [target for one in held.requirements.values() for walk in one.crosswalks for target in walk.targets]


def test_nothing_of_the_sets_is_lost():
    found = {
        id_: (
            len(held.requirements),
            sum(target.startswith("A.") for target in targets(held)),
            sum(target.startswith(CLAUSES) for target in targets(held)),
            held.confidence,
        )
        for id_, held in shipped.sets().items()
    }
    assert found == COUNTED


@pytest.mark.parametrize("id_", COUNTED)
def test_a_set_says_where_it_is_from_and_leads_to_what_exists(id_):
    held = shipped.sets()[id_]
    assert all((held.title, held.edition, held.owner, held.source, held.jurisdiction, held.remark))
    assert held.as_of == date(2026, 9, 30)
    assert not held.published or held.published <= held.as_of
    assert (DATA / f"requirements/{id_}.yml").is_file()
    clauses = shipped.sets()[CLAUSES]
    for target in targets(held):
        assert target in catalogue.annex_a() or clauses.find(target.removeprefix(f"{CLAUSES}:")), target
    for one in held.requirements.values():
        assert not one.of or held.find(one.of), one.of
        assert all(walk.basis in ("official", "derived", "judgement") for walk in one.crosswalks)
        assert all(walk.confidence in ("high", "medium", "low") and not walk.by for walk in one.crosswalks)


def test_mappings_from_official_tables_are_the_derived_ones():
    bases = {
        (id_, walk.basis, walk.confidence): sum(
            walk.basis == each.basis and walk.confidence == each.confidence
            for other in held.requirements.values()
            for each in other.crosswalks
        )
        for id_, held in shipped.sets().items()
        for one in held.requirements.values()
        for walk in one.crosswalks
    }
    assert bases == {
        ("dora", "judgement", "medium"): 16,
        ("gdpr", "judgement", "medium"): 8,
        ("gli", "judgement", "low"): 8,
        ("gli", "judgement", "medium"): 3,
        ("mga", "judgement", "medium"): 2,
        ("nis2-art21", "derived", "high"): 8,
        ("nis2-art21", "judgement", "medium"): 2,
        ("nist-csf-2.0", "derived", "medium"): 22,
        ("pci-dss-4.0.1", "judgement", "medium"): 16,
        ("ukgc-rts", "official", "low"): 1,
    }


def test_section_4_of_the_rts_asks_for_each_control_and_has_to_be_checked_first():
    found = shipped.sets()["ukgc-rts"].requirements["RTS-S4"]
    assert found.verify
    assert [(len(walk.targets), walk.each, walk.used) for walk in found.crosswalks] == [(44, True, False)]
    held = shipped.sets()["ukgc-rts"]
    assert (len(held.critical_systems), len(held.regime)) == (5, 5)


def test_a_licence_of_a_source_is_attributed():
    assert "CC BY 4.0" in shipped.sets()["nis2-art21"].attribution
    assert "public domain" in shipped.sets()["nist-csf-2.0"].attribution


def test_all_controls_of_2013_have_a_successor():
    found = shipped.successors()
    assert len(found) == 114
    assert found["A.14.2.2"] == ("A.8.32",)
    taken_over = {after for ids in found.values() for after in ids}
    assert sorted(set(catalogue.annex_a()) - taken_over) == sorted(
        f"A.{id_}" for id_ in ("5.7", "5.23", "5.30", "7.4", "8.9", "8.10", "8.11", "8.12", "8.16", "8.23", "8.28")
    )


def test_attributes_may_be_deleted(tmp_path):
    assert len(shipped.attributes()) == 93
    assert shipped.attributes()["A.8.15"]["types"] == ("detective",)
    copy = shutil.copytree(DATA, tmp_path / "data")
    (copy / shipped.ATTRIBUTES).unlink()
    assert shipped.attributes(copy) == {}
