"""Where sealed commits stand."""

from dataclasses import replace

from history.story import BEN, Story

from tieout.history.sealed import find_sealed
from tieout.model.history import Pin
from tieout.model.records import Audit
from tieout.model.registers import Isms
from tieout.problems import Source


def made(model, id_, **fields):
    return model.model_validate({"@id": id_, "@place": Source(), "title": id_, **fields})


def audit(commit):
    period = {"from": "2026-01-01", "to": "2026-01-31"}
    fields = {
        "owner": "a",
        "status": "closed",
        "kind": "internal",
        "date": "2026-01-31",
        "auditor": "H",
        "scope": ("all-services",),
    }
    found = made(Audit, "AUD-1", period=period, criteria=("iso27001-2022",), **fields)
    return Isms(audits={"AUD-1": found.model_copy(update={"snapshot": {"app": commit}})})


def pin(commit):
    return {"app": Pin("app", "main", commit, "", 0, 1, 0)}


def test_a_sealed_commit_is_kept_beside_or_gone():
    story = Story("app")
    first = story.commit("Start", {"a.txt": "1"})
    side = story.commit("Work", {"a.txt": "2"}, on=first, author=BEN)
    merge = story.commit("Merge", parents=(first, side))
    history = story.history()

    def state(commit, at=merge, read=history):
        return find_sealed({"app": read}, pin(at), audit(commit))["AUD-1", "app"]

    assert (state(first), state(merge), state(side), state("f" * 40)) == ("kept", "kept", "beside", "gone")
    assert state(merge, at=first) == "gone"
    assert state("f" * 40, read=replace(history, complete=False)) == "unknown"
