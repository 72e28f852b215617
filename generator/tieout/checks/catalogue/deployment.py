"""Checks on how a version came to production."""

from tieout.model.checks import Check

DECLARED: tuple[Check, ...] = (
    Check(
        id="promotion-order",
        title="Every version ran in the environment before production first",
        number="G18",
        population="Production deployments of the period",
        passes_when="The same version was in the last environment before production earlier than in production.",
        proves="The order in which the environments repository asked for the version.",
        cannot_prove="That the environments really ran it, or that anybody looked at it there.",
        remedy="Let the pipeline promote a version from environment to environment, and never set it in production "
        "by hand.",
        stage="pre-prod",
        annex_a=("A.8.29", "A.8.31"),
        kind="deployment",
        parameters=("soak",),
    ),
    Check(
        id="author-not-deployer",
        title="No one brought their own change to production",
        number="G5",
        population="Production deployments of the period",
        passes_when="Neither the person who deployed nor the person who triggered the pipeline is in the author set of "
        "a change that first reaches production with it.",
        proves="That writing and deploying were done by different entries of the people register.",
        cannot_prove="Who used a shared account, or who asked the person that triggered the pipeline.",
        remedy="Have someone who wrote none of the changes trigger the deployment, and record who triggered it.",
        stage="deploy-prod",
        annex_a=("A.5.3", "A.8.31"),
        kind="deployment",
    ),
    Check(
        id="deployed-by-pipeline",
        title="Every production deployment was made by the approved pipeline",
        number="G11",
        population="Production deployments of the period",
        passes_when="The deployer is an identity of the service's pipeline.",
        proves="Under which identity the deployment was recorded.",
        cannot_prove="That the identity was used by the pipeline alone, unless the commit is signed.",
        remedy="Take away people's right to write the production path, and deploy through the pipeline.",
        stage="deploy-prod",
        annex_a=("A.8.19", "A.8.32"),
        kind="deployment",
    ),
    Check(
        id="deployed-from-protected-branch",
        title="Every deployed commit lies on the protected branch",
        number="G13",
        population="Production deployments of the period",
        passes_when="The protected branch led to the deployed commit when it was deployed.",
        proves="That what was deployed went into the branch whose changes are judged here.",
        cannot_prove="That the artefact was built from that commit.",
        remedy="Build releases from the protected branch only, and record the commit with each deployment.",
        stage="deploy-prod",
        annex_a=("A.8.4", "A.8.31", "A.8.32"),
        kind="deployment",
    ),
)
