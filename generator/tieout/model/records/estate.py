"""Services, the pipelines that ship them, and the environments they run in."""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from tieout.model.checks import Stage
from tieout.model.links import to
from tieout.model.records.basics import Day, Duration, Ids, Part, Record, Text, YesNo


class ServiceRepo(Part):
    """Where the source of a service is."""

    repo: Annotated[Text, to("repositories")]
    """The repository, by its name in tieout.yml."""
    branch: str = ""
    """The protected branch; leave it out where tieout.yml names it."""
    paths: tuple[str, ...] = ("**",)
    """Which files belong to the service, for a repository that holds several."""


class Logging(Part):
    """What the service logs."""

    format: str = ""
    """Name of the log standard."""
    correlation_id: YesNo = False
    """Whether a journey can be followed through all services."""
    retention: Duration | None = None
    """How long logs are kept."""


class Service(Record):
    """Something that runs and matters: an application, a console, a set of data, what a supplier runs for you."""

    owner: Annotated[Text, to("people", "squads")]
    """The squad that owns it end to end."""
    status: Literal["planned", "live", "retiring", "retired"]
    """Where it is in its life."""
    tier: Literal[1, 2, 3]
    """1 decides the licence, 2 is important, 3 supports. Checks ask more of a lower number."""
    kind: Literal["application", "console", "configuration", "data", "infrastructure", "supplier-run"]
    """What it is."""
    mission: Text
    """What it is for, in one line."""
    repos: tuple[ServiceRepo, ...]
    """The linked repositories with its source; [] for what a supplier runs."""
    pipeline: Annotated[str, to("pipelines")] = ""
    """The pipeline that ships it."""
    environments: Annotated[Ids, to("environments")] = ()
    """Where it runs."""
    holds: tuple[
        Literal["prices", "funds", "personal-data", "card-data", "bets", "results", "random", "secrets", "none"], ...
    ]
    """What it holds that others want."""
    rts_critical: tuple[str, ...] = ()
    """What makes it critical for the technical standards: customer-info, rng, gamble-state, entry-exit, networks."""
    journeys: tuple[str, ...] = ()
    """Player journeys that pass through it, such as cash-out."""
    depends_on: Annotated[Ids, to("services")] = ()
    """Services that it cannot do without."""
    supplied_by: Annotated[Ids, to("suppliers", back="services")] = ()
    """Suppliers that it depends on."""
    jurisdictions: tuple[str, ...] = ()
    """Where it may be used; leave it out for everywhere."""
    rto: Duration | None = None
    """Within what time it is to be restored."""
    rpo: Duration | None = None
    """For how long data may be lost."""
    high_risk_paths: tuple[str, ...] = ()
    """Files whose changes need a closer review, such as src/pricing/**."""
    secure_by_design: dict[
        Literal["requirements", "design", "implementation", "testing", "deployment", "operations"],
        Annotated[Ids, to("controls", "words", edge="secure_by_design")],
    ] = {}
    """For each phase of its life the controls that make it secure, or a few words."""
    logging: Logging | None = None
    """What it logs, and for how long."""
    unlinked_why: str = ""
    """Why no repository is linked, where `repos` is empty and no supplier runs it."""


class Template(Part):
    """The shared pattern that a pipeline is made from."""

    repo: Annotated[Text, to("repositories")]
    """The repository of the pattern."""
    ref: Text
    """The tag or commit in use."""


class CiFiles(Part):
    """Where a service's repository says what its pipeline does."""

    path: Text
    """The file, such as .github/workflows/ci.yml."""
    format: Literal["github-actions", "gitlab-ci", "jenkins", "azure-pipelines", "generic"]
    """Whose format it is in."""


class SecondSource(Part):
    """A second place in which the same deployments are told, so that each can be held against the other."""

    kind: Literal["gitops", "tags"]
    """gitops: an environments repository; tags: annotated release tags."""
    repo: Annotated[str, to("repositories")] = ""
    """gitops: the environments repository."""
    path: str = "{environment}/{service}.yml"
    """gitops: the file of a service in an environment."""
    version: str = Field(default="version", validation_alias=AliasChoices("key", "version"))
    """gitops: the key of the deployed version in that file."""
    commit: str = "commit"
    """gitops: the key of the deployed commit; without it the version is looked up as a tag."""
    pattern: str = "v*"
    """tags: which tags are releases."""


class DeploymentSource(Part):
    """Where production deployments are read. The strongest first: records, gitops, tags, branch; integrations are none."""

    kind: Literal["records", "gitops", "tags", "branch", "integrations"]
    """records: deployment records, one line each, that the pipeline wrote; gitops: a commit that changes the version in a
    file of an environments repository; tags: an annotated release tag; branch: a step of a release branch; integrations:
    nothing but merges into the protected branch, which are never called deployments."""
    repo: Annotated[str, to("repositories")] = ""
    """records: the repository of kind records; gitops: the environments repository."""
    path: str = "{environment}/{service}.yml"
    """gitops: the file of a service in an environment."""
    version: str = Field(default="version", validation_alias=AliasChoices("key", "version"))
    """gitops: the key of the deployed version in that file."""
    commit: str = "commit"
    """gitops: the key of the deployed commit; without it the version is looked up as a tag."""
    pattern: str = "v*"
    """tags: which tags are releases."""
    branch: str = ""
    """branch: the release branch of the service's repositories, such as production; a pattern, such as stable-*, for several."""
    cross_check: SecondSource | None = None
    """records: a second source of the same deployments; what only one of the two tells is listed."""


class Step(Part):
    """One thing a pipeline does on the way to production."""

    id: Text
    """A short name, such as unit."""
    stage: Stage
    """Where on the way it stands."""
    title: Text
    """What it is called."""
    required: Annotated[Ids, to("services", "all", "tiers")] = ()
    """For which services it must be there: ids, tier-1, tier-2, tier-3 or all."""
    type: Literal["check", "job", "record", "process"]
    """How it is seen: by a check, a job of the CI file, a record, or only by what people say."""
    check: Annotated[str, to("checks")] = ""
    """type check: the name of the check."""
    match: str = ""
    """type job: a pattern over the names of jobs, such as unit*."""
    evidence: str = ""
    """What it leaves behind, such as sarif."""
    since: Day | None = None
    """The first day on which it is required; what came before is not judged by it."""


class Pipeline(Record):
    """A way to production that several services share."""

    owner: Annotated[Text, to("people", "squads")]
    """The squad that keeps it."""
    status: Literal["planned", "live", "retiring", "retired"]
    """Where it is in its life."""
    template: Template | None = None
    """The shared pattern it is made from."""
    ci: CiFiles
    """Where a service's repository says what its pipeline does."""
    identities: tuple[str, ...]
    """E-mail addresses that may deploy or tag."""
    deployments: DeploymentSource
    """Where deployments to production can be read."""
    steps: tuple[Step, ...]
    """What it does, in order."""


class Environment(Record):
    """A place where services run."""

    owner: Annotated[Text, to("people", "squads")]
    """The squad that keeps it."""
    kind: Literal["development", "test", "staging", "production"]
    """What it is for."""
    network: str = ""
    """How it is kept apart."""
    data: Literal["real", "masked", "synthetic"]
    """What data it may hold."""
