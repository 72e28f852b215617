"""First drafts of tieout.yml, people, services and pipelines, for a person to confirm and for `tieout init` to take up.

They lie in `draft/` as they will lie in the ISMS. What history cannot tell is a default, and says so.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tieout.content import drafts, new_ids
from tieout.model.registers import BY_NAME
from tieout.text import yaml_lines
from tieout.text.latin import slug
from tieout.text.words import plural
from tieout.text.yaml import Value
from tieout.views.scout.report import Address, Report, Scouted, Stretch

FOLDER = "draft"
OWNER = "first-squad"  # of the starting ISMS
JOBS = 60  # steps of one drafted pipeline
_DEPLOYING = re.compile(r"deploy|release|publish|promot|rollout", re.IGNORECASE)
_PATTERN = re.compile(r"[*?\[\]]")


def render(report: Report) -> Iterator[tuple[str, bytes]]:
    """All drafts by path; none where no repository could be read."""
    read = report.read
    if not read:
        return
    yield f"{FOLDER}/tieout.yml", _bytes(_settings(read))
    if people := _people(read):
        yield f"{FOLDER}/isms/people.yml", _bytes(people)
    for one in read:
        yield f"{FOLDER}/isms/services/{one.id}.md", _bytes(_service(one))
        if one.drafted.formats:
            yield f"{FOLDER}/isms/pipelines/{one.id}.yml", _bytes(_pipeline(one))


def _bytes(text: str) -> bytes:
    """Bytes of a repository that are no UTF-8 are not written: they could not be read again."""
    return text.encode("utf-8", "replace")


def _comment(*sentences: str) -> str:
    return "".join(f"# {yaml_lines.clean(line)}\n" for text in sentences for line in yaml_lines.wrapped(text))


def _settings(read: Iterable[Scouted]) -> str:
    linked: dict[str, Value] = {
        one.id: {"url": _url(one.place), "branch": one.branch, "kind": "service"} for one in read
    }
    head = _comment(
        "Draft by `tieout scout`. Confirm the operator's name, and for each repository the branch that people merge into.",
        "A path of this machine is right on this machine only: write the repository's address where others build too.",
    )
    fields: dict[str, Value] = {
        "schema": 1,
        "operator": "Name of the organisation",
        "content": "isms",
        "branch": "main",
    }
    return head + "".join(yaml_lines.fields(fields)) + "repositories:\n" + "".join(yaml_lines.fields(linked, "  "))


def _url(place: str) -> str:
    """An address as it is; a path from the root, since the ISMS will lie elsewhere."""
    if "://" in place or re.match(r"[^/]+@[^/]+:", place):
        return place
    return str(Path(place).absolute())


# --- people --------------------------------------------------------------------------------------------------------


def _people(read: tuple[Scouted, ...]) -> str:
    """One entry an address, by name. Those that may be one person stand side by side, and are not joined."""
    joined = _joined(address for one in read for address in one.drafted.people)
    listed = [one for one in joined if one.email.strip() and not one.email.isspace()]
    if not listed:
        return ""
    ids = new_ids.FreeIds(BY_NAME["people"], (), 0)
    named = {one.email: ids(_name(one)) for one in sorted(listed, key=lambda one: (one.name.casefold(), one.email))}
    left = sum(one.drafted.left_out for one in read)
    head = _comment(
        "Draft by `tieout scout`: an entry for each address that wrote or committed in the time that was looked at. Nobody "
        "is judged by it before you confirm it.",
        "Confirm: is it this person? Are two entries one person? Then put both addresses into one. Who has left? Give "
        "`active: {from: …, to: …}`. A robot is `kind: service-account`, the forge's own account `kind: forge`.",
        *(
            [
                f"{plural(left, 'address', 'addresses')} last seen before that time stand nowhere here; `--since` takes them in."
            ]
            if left
            else []
        ),
    )
    by_email = {one.email: one for one in listed}
    return head + "".join(_person(id_, by_email[email], named) for email, id_ in named.items())


def _joined(addresses: Iterable[Address]) -> list[Address]:
    """One an address: seen in several repositories, with its first and its last day of all."""
    found: dict[str, Address] = {}
    for one in addresses:
        before = found.get(one.email)
        if before is None:
            found[one.email] = one
            continue
        newer = max(before, one, key=lambda each: (each.last, each.name))
        same = tuple(sorted({*before.same_name, *one.same_name}))
        found[one.email] = newer._replace(first=min(before.first, one.first), same_name=same)
    return [found[email] for email in sorted(found)]


def _name(one: Address) -> str:
    return " ".join(yaml_lines.clean(one.name).split()) or one.email


def _person(id_: str, one: Address, named: dict[str, str]) -> str:
    hints = [f"seen from {_day(one.first)} to {_day(one.last)}"]
    alike = sorted(named[email] for email in one.same_name if email in named)
    hints += [f"the same name as {', '.join(alike)}: one person?"] if alike else []
    hints += {"robot": ["by its address a robot: confirm"], "forge": ["the forge's own account: confirm"]}.get(
        one.kind, []
    )
    kind: dict[str, Value] = {"robot": {"kind": "service-account"}, "forge": {"kind": "forge"}}.get(one.kind, {})  # type: ignore[assignment]
    row = drafts.render_row(BY_NAME["people"], id_, {"name": _name(one), **kind, "emails": [one.email]})
    return f"\n{_comment('; '.join(hints))}{row}"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


# --- services and pipelines ----------------------------------------------------------------------------------------


def _service(one: Scouted) -> str:
    fields: dict[str, Value] = {
        "title": one.id,
        "owner": OWNER,
        "status": "live",
        "tier": 2,
        "kind": "application",
        "mission": "Say in one line what it is for.",
        "repos": [{"repo": one.id}],
        **({"pipeline": one.id} if one.drafted.formats else {}),
        "holds": ["none"],
        "tags": ["starting-point"],
    }
    body = (
        "A draft of `tieout scout`. History tells where the code is and what its CI asks. It does not tell who owns the "
        "service, how much depends on it (its tier), what it holds that others want, or what it is for: confirm these."
    )
    return drafts.render_record(BY_NAME["services"], fields, body)


def _pipeline(one: Scouted) -> str:
    path, format_ = one.drafted.formats[0]
    jobs = [job for job in one.drafted.stretches if (job.path, job.format) == (path, format_)]
    released = one.drafted.release_tags
    fields: dict[str, Value] = {
        "title": f"Way of {one.id} to production",
        "owner": OWNER,
        "status": "live",
        "ci": {"path": path.lstrip("/"), "format": format_},
        "identities": [],
        "deployments": {"kind": "tags", "pattern": released} if released else {"kind": "integrations"},
        "steps": list(_steps(one.id, jobs[:JOBS])),
        "tags": ["starting-point"],
    }
    more = len(one.drafted.formats) - 1
    head = _comment(
        "Draft by `tieout scout`: the jobs that CI has today, each required from the day since which it was always there. "
        "Confirm which of them must be there, and in which stage they stand. A job that may fail, or that no change starts "
        "(a tag does, a schedule, a hand), is not required.",
        "Name under `identities` the addresses that may deploy or tag. An annotated tag is taken for a release to "
        "production where there are any: correct `deployments` if it is not.",
        *(
            [f"{plural(more, 'other form')} of CI in this repository: a service has one pipeline; decide which."]
            if more
            else []
        ),
    )
    return head + drafts.render_record(BY_NAME["pipelines"], fields, form="yml")


def _steps(service: str, jobs: Iterable[Stretch]) -> Iterator[Value]:
    taken: set[str] = set()
    for job in sorted(jobs, key=lambda job: (bool(_DEPLOYING.search(job.job)), job.since, job.job)):
        name = slug(job.job) or "job"
        id_ = next(
            each
            for number in range(1, len(taken) + 2)
            if (each := f"{name}-{number}" if number > 1 else name) not in taken
        )
        taken.add(id_)
        yield {
            "id": id_,
            "stage": "deploy-prod" if _DEPLOYING.search(job.job) else "build-test",
            "title": " ".join(yaml_lines.clean(job.job).split()) or id_,
            **({} if job.may_fail or job.beside else {"required": [service]}),
            "type": "job",
            "match": _PATTERN.sub("?", job.job),
            "since": _day(job.since),
        }
