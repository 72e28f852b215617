"""Every audit knows a little of all before it, whichever of them are built."""

from tinyproject import AUDIT, record

from tieout.build import pipeline, world
from tieout.build.pipeline import Request

FEBRUARY = "2026-02-28"
RECORD = record(
    f"title: First\nstatus: reported\nkind: internal\nauditor: Somebody\ndate: {FEBRUARY}\n"
    f"period: {{from: 2026-01-01, to: {FEBRUARY}}}\ncriteria: []\nscope: all-services"
)


def jobs(project, *only):
    read, problems = world.read(project.isms, lambda _: None)
    assert read
    request = Request(project.isms, project.folder / "site", only, with_pdf=False)
    return pipeline.judge(read, problems, request, lambda _: None).jobs


def test_an_audit_built_alone_tells_the_same_of_those_before_it(project):
    project.write({"isms/audits/AUD-2026-09.md": RECORD})
    together = {job.snapshot.date.key: job.snapshot for job in jobs(project)}
    assert [one.date.key for one in together["current"].earlier] == [FEBRUARY, AUDIT]
    assert [one.date.key for one in together[AUDIT].earlier] == [FEBRUARY]
    (alone,) = jobs(project, "current")
    assert alone.snapshot.earlier == together["current"].earlier
    assert alone.previous
    assert alone.previous.date.key == AUDIT


def test_what_is_kept_of_an_audit_is_what_it_concluded(project):
    snapshots = [job.snapshot for job in jobs(project)]
    first, last = snapshots[0], snapshots[-1]
    kept = last.earlier[0]
    assert kept.gaps == first.gaps
    assert kept.controls.keys() == first.isms.controls.keys()
    assert {id_: one.shown for id_, one in kept.controls.items()} == {
        id_: one.shown for id_, one in first.judgement.controls.items()
    }
    assert [chain.total for chain in kept.chains] == [chain.total for chain in first.chains]
