"""The declared meaning of records: every name in it is a field, a register or a status that there is."""

from typing import get_args

from tieout.model.differences import Difference
from tieout.model.links import links_of, written_name
from tieout.model.meaning import ENDED, MEANING, NOT_RELIED_ON, PAST, RELIED_ON_BACKWARDS, carries_meaning
from tieout.model.records import SoaEntry
from tieout.model.registers import REGISTERS

MODELS = {register.name: register.model for register in REGISTERS} | {"soa": SoaEntry}


def test_every_field_that_carries_meaning_is_a_field_of_its_register():
    for register, names in MEANING.items():
        model = MODELS[register]
        known = {written_name(name, field).removeprefix("@") for name, field in model.model_fields.items()}
        assert set(names) <= known, register


def test_who_owns_it_and_when_it_was_reviewed_means_nothing_to_others():
    told = {name for names in MEANING.values() for name in names}
    assert told.isdisjoint({"owner", "reviewed", "review_every", "tags", "confidential"})


def test_every_status_that_ends_a_record_is_one_of_its_register():
    for register, statuses in ENDED.items():
        assert statuses <= set(get_args(MODELS[register].model_fields["status"].annotation)), register
    assert set(MODELS) >= PAST


def test_the_links_that_are_relied_on_backwards_are_links_of_the_graph():
    edges = {link.edge for register in REGISTERS for link in links_of(register.model)}
    assert set(RELIED_ON_BACKWARDS) <= edges
    assert {"owner", "stage", "present"} <= NOT_RELIED_ON & edges


def test_a_residual_score_means_nothing_to_the_controls_and_a_statement_does_to_those_who_rely_on_it():
    residual = Difference(("residual", "likelihood"), "1", "2")
    assert not carries_meaning("risks", residual.path)
    assert carries_meaning("controls", ("statement",))
