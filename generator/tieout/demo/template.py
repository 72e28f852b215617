"""The golden path's own repository (`golden-pipeline`): one file, five versions, moving tags of each minor version."""

from tieout.demo.objects import CommitText, Files
from tieout.demo.pipelines import GOLDEN, render_template
from tieout.demo.services import Repository
from tieout.demo.teams import SIGNING_STARTS, signs, stamp

REPO = "golden-pipeline"


def build_template() -> tuple[Repository, dict[str, str]]:
    """The repository and its label: the commit of v3.4.0."""
    repository = Repository(REPO)
    store = repository.store
    labels: dict[str, str] = {}
    changes = "# Versions of the golden path\n\n"
    for version in GOLDEN:
        changes += f"- {version.name}: {version.why}\n"
        texts = {
            "CODEOWNERS": "* yuki@fennmoor.example ravi@fennmoor.example\n",
            "README.md": changes,
            "pipeline.yml": render_template(version),
        }
        files: Files = {path: store.blob(text) for path, text in texts.items()}
        author = stamp(version.author, version.at)
        merger = "ravi-sole" if version.author == "yuki-arden" else "yuki-arden"
        signer = merger if signs(merger, version.at) else ""
        parents = (repository.tip.commit,) if repository.line else ()
        said = CommitText(
            parents,
            author,
            stamp(merger, version.at),
            f"PLT-{290 + len(changes) // 9}: Golden path {version.name}\n\n{version.why}",
            signer,
        )
        commit = store.commit(files, said)
        repository.enter(version.at, commit, files)
        key = "ci-bot" if version.at >= SIGNING_STARTS else ""
        tag = store.tag(version.name, commit, stamp("ci-bot", version.at + 300), f"Golden path {version.name}", key)
        repository.refs[f"refs/tags/{version.name}"] = tag
        minor = version.name.rpartition(".")[0]
        repository.refs[f"refs/tags/{minor}"] = commit
        if version.name == "v3.4.0":
            labels["v3.4"] = commit
    return repository, labels
