"""Who may be handed which field: what is internal is a choice, and a name that no class has would allow nothing."""

from tieout.model.fields import fields_of
from tieout.model.records import Record
from tieout.model.registers import REGISTERS
from tieout.model.visibility import ALLOWED, visibility_of


def parts(model):
    yield model
    for field in fields_of(model):
        if field.part:
            yield from parts(field.part)


CLASSES = dict.fromkeys(part for register in REGISTERS for part in parts(register.model))


def test_what_stays_in_the_house():
    internal = {
        f"{model.__name__}.{field.name}"
        for model in CLASSES
        for field in fields_of(model)
        if field.visibility == "internal" and field.name not in {"tags", "confidential"}
    }
    assert internal == {
        "AbuseCase.test",
        "Decision.dissent",
        "Objective.resources",
        "Person.emails",
        "Person.logins",
        "Pipeline.identities",
        "Squad.oncall",
        "Threat.sources",
    }


def test_the_text_below_the_front_matter_is_internal():
    assert visibility_of(Record, "body") == "internal"


def test_a_field_that_nobody_spoke_of_is_internal():
    class New(Record):
        secret: str = ""

    assert visibility_of(New, "secret") == "internal"
    assert visibility_of(New, "title") == "public"


def test_the_table_names_fields_that_there_are():
    strange = [
        f"{model.__name__}.{name}"
        for model, (public, regulator) in ALLOWED.items()
        for name in (*public.split(), *regulator.split())
        if name not in model.model_fields
    ]
    assert strange == []
    assert set(ALLOWED) <= {*CLASSES, Record}
