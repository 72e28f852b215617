"""Examples of the checks on how a change stands on its branch, and on the steps of its pipeline."""

from dataclasses import replace

from checks.examples.kit import Nothing, Told, of
from checks.factories import (
    ALICE,
    BOB,
    CONFIG,
    DEP_BOT,
    by_id,
    change,
    deployment,
    facts,
    isms,
    passed,
    pipeline,
    service,
    signed,
    version,
)

from tieout.model.history import Job, Signature

ROBOT = change(kind="direct", authors=(DEP_BOT,), automated=True, robot_basis="signature", change_references=())
STEP = {"id": "scan", "stage": "build-test", "title": "Scan", "required": "all", "type": "check", "check": "x"}
NO_JOBS = isms(pipelines=by_id(pipeline(STEP)))


def signing(merge, work):
    made = change()
    return facts(change(signatures=((made.id, merge), (made.commits[-1], work))))


BRANCH = (
    *of(
        "no-direct-push",
        passes=Told(facts(change(proposal="record")), "merged", "The change was merged; a review record tells of it."),
        fails=Told(
            facts(change(kind="direct", merger=ALICE)),
            "direct push",
            "Alice put this commit on the protected branch directly: it is no merge, and no record tells of a proposal.",
        ),
        cannot_tell=Told(
            facts(change()),
            "only its message says so",
            "Only its message says that the change was merged; no review record, no proposal that was kept and no forge as committer bears it out.",
        ),
        does_not_apply=Told(
            facts(ROBOT),
            "pushed by a robot",
            "A declared robot (Updates) pushed the change; the check is about people.",
        ),
        nothing=Nothing("No change entered a branch in the period."),
    ),
    *of(
        "change-reference",
        passes=Told(facts(change()), "SHOP-1", "The change names SHOP-1 and says what it does."),
        fails=Told(
            facts(change(subject="round prices down", change_references=())),
            "no ticket",
            "The change names no ticket: neither its title, its body nor the messages that it carries hold one with the prefix SHOP.",
        ),
        cannot_tell=Told(
            facts(change()),
            "no prefixes configured",
            "tieout.yml names no prefixes of tickets under change_references, so none can be recognised.",
            config=replace(CONFIG, change_references=()),
        ),
        does_not_apply=Told(
            facts(ROBOT),
            "made by a declared robot",
            "A declared robot (Updates) made the change; nobody requested it by a ticket.",
        ),
        nothing=Nothing("No change entered a branch in the period."),
    ),
    *of(
        "commits-signed",
        passes=Told(
            facts(change()),
            "2 of 2 signed",
            "Both commits are signed by registered keys that counted on the day: Alice and Bob.",
        ),
        fails=Told(
            signing(signed(BOB), Signature()), "1 of 2 commits unsigned", "1 of 2 commits is unsigned: 61000000."
        ),
        cannot_tell=Told(
            signing(signed(BOB), Signature("unknown-key", "ssh")),
            "1 of 2 commits signed by a key that is not registered",
            "1 of 2 commits is signed by a key that is not registered, or cannot be verified here: 61000000; so who signed cannot be told.",
        ),
        does_not_apply=Told(
            facts(ROBOT),
            "made by a declared robot",
            "A declared robot made the whole change (Updates); the check is about people's commits.",
        ),
        nothing=Nothing("No change entered a branch in the period."),
    ),
)


def configured(*jobs, **fields):
    return facts(pipelines={"shop": (version(jobs=jobs, **fields),)})


PIPELINE = (
    *of(
        "required-steps-configured",
        passes=Told(
            configured(Job("unit-tests")),
            "1 of 1 step, from 6 June 2026 to 30 September 2026",
            "The only required step stands in ci.yml and may not fail, from 6 June 2026 to 30 September 2026.",
        ),
        fails=Told(
            configured(Job("lint")),
            "0 of 1 step, without unit",
            "ci.yml stood without unit, from 6 June 2026 to 30 September 2026; in force at the end of the period.",
        ),
        cannot_tell=Told(
            configured(readable=False, why="it includes the template SAST.yml"),
            "configuration not readable",
            "ci.yml is in a form that is not read here, so not all of its jobs are known, from 6 June 2026 to 30 September 2026: it includes the template SAST.yml.",
        ),
        does_not_apply=Told(
            configured(Job("unit-tests")),
            "nothing required",
            "No pipeline record requires a step of type job for this service, from 6 June 2026 to 30 September 2026.",
            NO_JOBS,
        ),
        nothing=Nothing("No service is live.", isms=isms(services=by_id(service(status="planned")))),
    ),
    *of(
        "required-steps-passed",
        passes=Told(
            facts(change(results=(passed(),)), deployments=(deployment(),)),
            "1 passed",
            "unit passed on the merged revision before it first reached production on 2 July 2026.",
        ),
        fails=Told(
            facts(change(results=(passed(result="failed"),)), deployments=(deployment(),)),
            "unit failed",
            "Of the required steps, on the merged revision and before deployment: unit failed.",
        ),
        cannot_tell=Told(
            facts(change()), "no record", "No exported record holds results of pipeline steps for this change."
        ),
        does_not_apply=Told(
            facts(change(results=(passed(),))),
            "nothing required",
            "No pipeline record requires a step of type job for the services that this change touches.",
            NO_JOBS,
        ),
        nothing=Nothing("No change entered a branch in the period."),
    ),
)

EXAMPLES = (*BRANCH, *PIPELINE)
