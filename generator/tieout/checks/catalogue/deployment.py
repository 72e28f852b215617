"""Checks on how a version came to production."""

from tieout.model.checks import Check

_POPULATION = "Production deployments of the period"
_SOURCES = (
    "Deployment records (JSON lines), version files of an environments repository (YAML), annotated tags, steps of a "
    "release branch; and the Git history of what they deploy"
)

DECLARED: tuple[Check, ...] = (
    Check(
        id="promotion-order",
        title="Every version ran in the environment before production first",
        number="G18",
        population=_POPULATION,
        passes_when="The same version came to the last environment before production earlier than to production; by at "
        "least `soak`, where that is set.",
        proves="The order in which the environments repository asked for the version, or in which the deployment records "
        "tell it, and the time between the two.",
        cannot_prove="That the environment really ran it all that time, or that anybody looked at it there.",
        remedy="Let the pipeline promote a version from environment to environment, and never set it in production "
        "by hand.",
        stage="pre-prod",
        annex_a=("A.8.29", "A.8.31"),
        kind="deployment",
        reads="Deployment records (JSON lines) and version files of an environments repository (YAML); a tag or a release "
        "branch tells nothing of environments",
        parameters=("soak",),
    ),
    Check(
        id="author-not-deployer",
        title="No one brought their own change to production",
        number="G5",
        population=_POPULATION,
        passes_when="Neither the person who deployed nor the person who triggered the pipeline is in the author set of "
        "a change that first reaches production with it.",
        proves="That writing and deploying were done by different entries of the people register.",
        cannot_prove="Who used a shared account, or who asked the person that triggered the pipeline. Where no record "
        "names who triggered it, the outcome is unknown.",
        remedy="Have someone who wrote none of the changes trigger the deployment, and record who triggered it.",
        stage="deploy-prod",
        annex_a=("A.5.3", "A.8.31"),
        kind="deployment",
        reads=_SOURCES,
    ),
    Check(
        id="author-approver-deployer-distinct",
        title="Author, approver and deployer were three people",
        number="G6",
        population=_POPULATION + "; those of tier 1 are judged unless tiers are set",
        passes_when="Nobody who wrote a change deployed it, and each change that first reaches production was approved, "
        "before it entered the branch, by someone who is neither among its authors nor deployed it. An approver may "
        "deploy where another person, who had no other part, approved the deployment itself.",
        proves="That three entries of the people register had the three parts, each at the grade that is shown.",
        cannot_prove="Who used a shared account; or, where a pipeline deployed and no record names who triggered it, who "
        "set it off: the deployer's part is then the pipeline's, and the outcome is unknown. How well each approval "
        "must be known is asked by change-reviewed.",
        remedy="Keep approving, merging and deploying apart on the most critical services, and let the pipeline record "
        "who triggered it.",
        stage="deploy-prod",
        annex_a=("A.5.3",),
        kind="deployment",
        reads=_SOURCES + "; approvals as change-reviewed reads them",
        tiers=(1,),
    ),
    Check(
        id="deployed-by-pipeline",
        title="Every production deployment was made by the approved pipeline",
        number="G11",
        population=_POPULATION,
        passes_when="The deployer is an identity of the service's pipeline, known at least as well as the tier of the "
        "service asks, or the forge's own record names the run of that pipeline. A robot's address without its signature "
        "is stated only, unless tieout.yml says of the repository that only robots push to it.",
        proves="Under which identity the deployment was recorded.",
        cannot_prove="That the identity was used by the pipeline alone, unless the commit is signed.",
        remedy="Take away people's right to write the production path, deploy through the pipeline, and register the key "
        "with which it signs (or write only_robots_push where the forge lets nobody else push).",
        stage="deploy-prod",
        annex_a=("A.8.19", "A.8.32"),
        kind="deployment",
        reads=_SOURCES,
        parameters=("grades",),
    ),
    Check(
        id="deployed-from-protected-branch",
        title="Every deployed commit was on the protected branch",
        number="G13",
        population=_POPULATION,
        passes_when="The protected branch led to the deployed commit when it was deployed.",
        proves="That what was deployed had gone into the branch whose changes are judged here.",
        cannot_prove="That the artefact was built from that commit.",
        remedy="Build releases from the protected branch only, and record the commit with each deployment.",
        stage="deploy-prod",
        annex_a=("A.8.4", "A.8.31", "A.8.32"),
        kind="deployment",
        reads=_SOURCES,
    ),
    Check(
        id="batch-size",
        title="Changes were deployed in small batches, and none waited long",
        number="G8",
        population=_POPULATION,
        passes_when="A deployment brings no more than `most_changes`, and none of them had been on the branch for longer "
        "than `oldest`; of the two, what is set is judged.",
        proves="How many changes first reached production together, and how long the oldest had waited.",
        cannot_prove="That small batches were safe ones; a large one right after an event often shows a freeze.",
        remedy="Deploy each change soon after it was merged, also around events.",
        stage="deploy-prod",
        annex_a=("A.8.32",),
        kind="deployment",
        reads=_SOURCES,
        parameters=("most_changes", "oldest"),
        needs=("most_changes", "oldest"),
    ),
    Check(
        id="no-unrecorded-deployment",
        title="Every production deployment is recorded, and every record was a deployment",
        number="G12",
        population="Production deployments of the period that either of two declared sources tells; and those of a commit "
        "that is in no history, whatever the sources",
        passes_when="Both sources tell of the deployment, and its commit is in a history that was read.",
        proves="That what the pipeline recorded, and what the environments repository or the release tags ask for, are "
        "the same deployments.",
        cannot_prove="That nothing ran beside both. Where a pipeline declares one source only, nothing can be compared: the "
        "check has no items while nobody relies on it, and once it is set, named by a control or compared for another "
        "service, each service without a second source cannot be told.",
        remedy="Declare a second source under `cross_check` of the pipeline's deployments, and find out how each "
        "deployment that only one of them tells came to production.",
        stage="deploy-prod",
        annex_a=("A.8.9", "A.8.32"),
        kind="deployment",
        reads="Deployment records (JSON lines), held against version files of an environments repository (YAML) or "
        "annotated tags",
    ),
    Check(
        id="releases-signed",
        title="Every release tag is annotated, and signed by who may release",
        number="G23",
        population="Release tags of the period: those that match `releases`, or else the pattern of the pipeline's own "
        "source of tags",
        passes_when="The tag is annotated, stands under the name that was signed, and carries a good signature by an "
        "identity of the pipeline, or by a holder of one of `roles`, with a key that counted on that day.",
        proves="Who cut the release, and that neither its name nor its commit was altered since.",
        cannot_prove="That it was deployed. A key that nobody registered leaves it unknown, and so does a person's good "
        "signature where no roles are set.",
        remedy="Make release tags with 'git tag -s', best in the pipeline with a key of its own, and register the key.",
        stage="deploy-prod",
        annex_a=("A.5.33", "A.8.4", "A.8.32"),
        kind="repository",
        reads="Git tags with SSH or OpenPGP signatures; X.509 signatures are not verified here",
        parameters=("releases", "roles"),
    ),
)
