"""G17: do the rules of the infrastructure stand as code, does a pipeline name them, and is nothing passed over unseen."""

from collections.abc import Iterator

from tieout.checks.case import Case, Verdict, day_of
from tieout.checks.contents.population import cannot_tell, doubted, hole_of, listed, repository_item, shorten
from tieout.checks.exceptions import is_in_force
from tieout.model.contents import Ignore, Policy, RepositoryContents
from tieout.model.grades import Grade
from tieout.model.results import Item, Outcome
from tieout.text.words import human_list, plural, visible

CHECK = "policy-as-code-present"
EXPECTED = "policy files, named by CI, nothing ignored without an exception"


def policy_as_code_present(case: Case) -> tuple[Item, ...]:
    """One item for each environments repository, and each other one that holds policy files or Terraform, or was not read.

    None where no setting says where policy files are.
    """
    if not case.setting(CHECK).paths:
        return ()
    return tuple(
        repository_item(case, CHECK, repo, _services(case, repo), _verdict(case, repo)) for repo in _population(case)
    )


def _population(case: Case) -> Iterator[str]:
    for repo, linked in sorted(case.config.repositories.items()):
        contents = case.facts.contents.get(repo)
        holds = contents is not None and (contents.infrastructure or any(one.files for one in contents.policies))
        may_hold = holds or repo in case.facts.missing
        if linked.kind == "environments" or (linked.kind in {"service", "template"} and may_hold):
            yield repo


def _services(case: Case, repo: str) -> Iterator[str]:
    """The services whose source it holds, or whose versions it sets."""
    for service in case.isms.services.values():
        pipeline = case.isms.pipelines.get(service.pipeline)
        if any(each.repo == repo for each in service.repos) or (pipeline and pipeline.deployments.repo == repo):
            yield service.id


def _verdict(case: Case, repo: str) -> Verdict:
    contents = case.facts.contents.get(repo)
    if contents is None or hole_of(case, repo):
        return cannot_tell(case, repo, EXPECTED)
    return doubted(contents, _judge(case, contents))


def _judge(case: Case, contents: RepositoryContents) -> Verdict:
    wrong = [*_missing(case, contents), *_unnamed(case, contents), *_ignored(case, contents)]
    files = sum(len(one.files) for one in contents.policies)
    if wrong:
        reason = f"At the audit's commit {contents.repo} {shorten(wrong)}."
        return Verdict(Outcome.FAIL, EXPECTED, f"{plural(len(wrong), 'thing')} wrong", reason, Grade.STATED)
    unread = {f"{repo}/{path}": why for repo, one in sorted(case.facts.contents.items()) for path, why in _unread(one)}
    own = {path: why for path, why in contents.unread.items() if path not in {"manifests", "build files"}}
    if own:
        reason = f"Not all of {contents.repo} could be read: {shorten(f'{path}: {why}' for path, why in sorted(own.items()))}."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "not all of it could be read", reason)
    if any(not _named_in(case, contents, one) for one in contents.policies):
        reason = (
            f"Whether CI names the policies of {contents.repo} cannot be told: {shorten(unread)} could not be read."
        )
        return Verdict(Outcome.UNKNOWN, EXPECTED, "not all CI files could be read", reason)
    places = dict.fromkeys(_named_in(case, contents, one) for one in contents.policies)
    excused = f" {_excused(contents.ignores)}" if contents.ignores else ""
    reason = (
        f"{contents.repo} holds {plural(files, 'policy file')}, named in {shorten(places, ', ')}; "
        f"{plural(contents.scanned, 'file')} looked through hold no other marker to ignore a finding.{excused}"
    )
    if not contents.ignores:
        reason = reason.replace("no other marker", "no marker")
    return Verdict(Outcome.PASS, EXPECTED, plural(files, "policy file"), reason, Grade.STATED)


def _unread(contents: RepositoryContents) -> Iterator[tuple[str, str]]:
    """What could be a CI file, and could not be read."""
    return (
        (path, why)
        for path, why in sorted(contents.unread.items())
        if path.endswith((".yml", ".yaml")) or path == "CI files"
    )


def _missing(case: Case, contents: RepositoryContents) -> Iterator[str]:
    empty = [one.pattern for one in contents.policies if not one.files]
    if not contents.policies or len(empty) == len(contents.policies):
        yield f"holds no file of {listed(case.setting(CHECK).paths)}"
    elif case.config.repositories[contents.repo].kind == "environments" and empty:
        yield f"holds no file of {listed(empty)}"


def _unnamed(case: Case, contents: RepositoryContents) -> Iterator[str]:
    unread = any(True for one in case.facts.contents.values() for _ in _unread(one))
    for one in contents.policies:
        if one.files and not unread and not _named_in(case, contents, one):
            yield f"has {plural(len(one.files), 'file')} of {visible(one.pattern)} that no CI file of a linked repository names"


def _named_in(case: Case, contents: RepositoryContents, policy: Policy) -> str:
    """The CI file that names a policy: of the repository itself, else of another one. None is needed without files."""
    if not policy.files:
        return "no CI file, as there is no file"
    if policy.pattern in contents.named:
        return f"{contents.repo}/{contents.named[policy.pattern]}"
    others = sorted(case.facts.contents.items())
    return next((f"{repo}/{one.named[policy.pattern]}" for repo, one in others if policy.pattern in one.named), "")


def _ignored(case: Case, contents: RepositoryContents) -> Iterator[str]:
    bare = [one for one in contents.ignores if not one.exceptions]
    if bare:
        places = shorten((f"{one.path}:{one.line} ({one.marker})" for one in bare), ", ")
        yield f"ignores findings without an exception at {places}"
    for one in contents.ignores:
        dead = [id_ for id_ in one.exceptions if not _counts(case, id_)]
        if one.exceptions and len(dead) == len(one.exceptions):
            verb = "is" if len(dead) == 1 else "are"
            yield f"ignores a finding at {one.path}:{one.line} by {human_list(dead)}, which {verb} not in force"


def _counts(case: Case, id_: str) -> bool:
    """Whether an exception of the register was approved and counts on the audit's day."""
    found = case.isms.exceptions.get(id_)
    day = day_of(case.date.end)
    return found is not None and is_in_force(case.isms, found, day)


def _excused(ignores: tuple[Ignore, ...]) -> str:
    ids = sorted({id_ for one in ignores for id_ in one.exceptions})
    return f"{plural(len(ignores), 'finding')} {'is' if len(ignores) == 1 else 'are'} ignored under {human_list(ids)}."
