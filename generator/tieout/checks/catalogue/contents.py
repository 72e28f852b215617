"""Checks on what stands in the linked repositories at the audit's commit."""

from tieout.model.checks import Check

DECLARED: tuple[Check, ...] = (
    Check(
        id="dependencies-pinned",
        title="Everything that a build takes in has a version that stands still",
        number="G15",
        population="Repositories of the services that run, at the audit's commit",
        passes_when="Each manifest at the paths of the setting has a lock file in which all its dependencies stand, at versions "
        "that it allows (requirements.txt: exact versions or hashes, itself or by its constraints); and each action and "
        "container image is named by a commit, a digest or a version, and not by a branch, by latest or by nothing.",
        proves="That two builds of this commit ask for the same direct dependencies, as far as names and numbers tell.",
        cannot_prove="That the lock file was used, that a requirements file names all that its lines bring with them, that its hashes are true, or that what is pinned is safe. What scripts "
        "fetch is not seen. A version tag of an action or an image can be moved; the reason counts those.",
        remedy="Commit the lock file, pin actions by commit and images by digest, and let a robot propose updates.",
        stage="build-test",
        annex_a=("A.5.21", "A.8.8", "A.8.30"),
        kind="repository",
        reads="package.json with package-lock.json, npm-shrinkwrap.json, pnpm-lock.yaml or yarn.lock; requirements files; "
        "pyproject.toml with uv.lock, poetry.lock, pdm.lock or pylock.toml; Pipfile; go.mod with go.sum; Cargo.toml; "
        "Gemfile; composer.json; pom.xml (which has no lock file); build.gradle with gradle.lockfile; GitHub workflows and "
        "actions, .gitlab-ci.yml, compose files and Dockerfiles.",
        parameters=("paths", "allow"),
        needs=("paths",),
    ),
    Check(
        id="mandatory-libraries",
        title="Every service uses the prescribed libraries",
        number="G19",
        population="Repositories of the services that run, at the audit's commit",
        passes_when="Each library that the setting prescribes for a language stands in a manifest of that language or in "
        "its lock file, at the lowest version or a later one; a repository without a manifest of the language is not "
        "asked.",
        proves="That the repository takes the library in.",
        cannot_prove="That the code uses it, or uses it rightly.",
        remedy="Add the library to the manifest, or raise its version.",
        stage="build-test",
        annex_a=("A.8.15", "A.8.27", "A.8.28"),
        kind="repository",
        reads="The manifests and lock files of dependencies-pinned; languages go, java, javascript, php, python, ruby and "
        "rust. Versions are compared by their numbers; others are unknown.",
        parameters=("libraries", "paths", "allow"),
        needs=("libraries",),
    ),
    Check(
        id="policy-as-code-present",
        title="The rules of the infrastructure stand as code, and nothing is passed over without an exception",
        number="G17",
        population="Environments repositories, and others that hold policy files or Terraform, at the audit's commit",
        passes_when="Policy files at the paths of the setting are there, a CI file of the repository or of another linked one names "
        "them, and every marker that makes a scanner ignore a finding names an exception in force on its line.",
        proves="That the rules are kept under version control, and that what is ignored was permitted.",
        cannot_prove="That the rules are good, or that the scan ran: required-steps-passed tells that. A list of ignored "
        "rules in a tool's own settings is not seen.",
        remedy="Keep the policies beside the infrastructure, name them in CI, and write the exception's id on the line of "
        "each marker.",
        stage="pre-prod",
        annex_a=("A.8.9", "A.8.27"),
        kind="repository",
        reads="Markers of tfsec, Checkov, Trivy, KICS, Semgrep, Terrascan, hadolint, TFLint and kube-linter, in text files "
        "of infrastructure and code up to 1 MB.",
        parameters=("paths", "allow"),
        needs=("paths",),
    ),
    Check(
        id="environments-separated",
        title="Production stands apart from the other environments",
        number="G20",
        population="Environments repositories, at the audit's commit",
        passes_when="Files of production and of other environments have different paths and different sets of code owners, "
        "and no file of one side names a path of the other that is there.",
        proves="That a change of another environment is not by its place a change of production.",
        cannot_prove="That networks and accounts are apart, or that the forge asks the code owners. One person may be "
        "owner of both; the reason names them. A reference by another word than a path is not seen.",
        remedy="Give production a folder and code owners of its own, and take references to other environments out.",
        stage="pre-prod",
        annex_a=("A.8.22", "A.8.31"),
        kind="repository",
        reads="The paths under apart in the setting; without it those where the pipelines read deployments (kind gitops), by environments.yml. "
        "CODEOWNERS of GitHub and GitLab; text files up to 1 MB.",
        parameters=("apart",),
    ),
)
