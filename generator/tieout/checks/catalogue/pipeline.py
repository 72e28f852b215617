"""Checks on the steps that a pipeline has to take."""

from tieout.model.checks import Check

DECLARED: tuple[Check, ...] = (
    Check(
        id="required-steps-configured",
        title="Every required step stands in the pipeline of each service",
        number="G14",
        population="Each version of the CI configuration that was in force in the period, for each service and "
        "repository; and the time before the first one, where changes came in it",
        passes_when="For each required step of type job, a job of a matching name is configured and may not fail.",
        proves="What the configuration asked to run while that version was in force; the newest version is what "
        "stands at the audit date, earlier ones show a lapse.",
        cannot_prove="That a job of that name does what its name says, or that it ran.",
        remedy="Add the missing job to the CI configuration and do not allow it to fail, or correct the step in the "
        "pipeline register.",
        stage="build-test",
        annex_a=("A.8.8", "A.8.25", "A.8.29"),
        kind="repository",
    ),
    Check(
        id="required-steps-passed",
        title="Every required step passed on the merged content before deployment",
        number="G16",
        population="Changes on the protected branches of the services in the period",
        passes_when="An exported record holds, for each required step of type job up to the build, a result passed on "
        "the merged revision, dated before the change was first deployed.",
        proves="That the forge recorded the step as passed for this revision.",
        cannot_prove="That the tests are good. Steps after the merge are judged only where the record holds their "
        "result.",
        remedy="Export the results of the pipeline with the review records, and make required steps block the merge.",
        stage="build-test",
        annex_a=("A.8.29",),
        kind="change",
    ),
)
