"""What makes a record wrong as such: fields that need each other, days in order, the Statement of Applicability whole.

What is merely missing from a complete ISMS (a control without evidence, a finding closed too early) is no error: it is
shown as a gap.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from types import MappingProxyType

from tieout.content.records import Written
from tieout.model.measures import FIGURES
from tieout.model.records import (
    LONGEST_EXCEPTION,
    Action,
    Audit,
    CheckSetting,
    Event,
    Evidence,
    Exemption,
    Finding,
    Incident,
    Key,
    Metric,
    Part,
    Party,
    Person,
    Pipeline,
    Risk,
    RiskMethod,
    Service,
    Soa,
    SoaEntry,
    Supplier,
    Threat,
)
from tieout.model.registers import Isms
from tieout.problems import Problem, Source, error, warning
from tieout.text.words import human_list, plural, suggest, visible

# Without these there is no ISMS to show; the site is built all the same, with the hole in it.
EXPECTED = (
    ("scope", "scope.md", "clause 4.3"),
    ("method", "risk-method.yml", "clause 6.1.2"),
    ("soa", "soa.yml", "clause 6.1.3 d"),
)

_PUBLIC_KEY = re.compile(r"(?:ssh|sk-ssh|ecdsa|sk-ecdsa)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/]+=*(?: .*)?")
_PGP_KEY = re.compile(r"\s*-----BEGIN PGP PUBLIC KEY BLOCK-----\n[\s!-~]+\n-----END PGP PUBLIC KEY BLOCK-----\s*")
_BAND = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")


def check(written: Iterable[Written], annex: Iterable[str], content: str) -> list[Problem]:
    """The faults of all records that could be read."""
    written = tuple(written)
    problems: list[Problem] = []
    for entry in written:
        rule = _RULES.get(type(entry.record))
        if entry.record is not None and rule is not None:
            problems += rule(entry, entry.record)
    for entry in written:
        if isinstance(entry.record, Soa):
            problems += _whole(entry, entry.record, tuple(annex))
    problems += _too_long(written)
    problems += _sizes(written)
    problems += _addresses(written)
    problems += _names(written)
    if written:
        problems += _absent(written, content)
    return problems


def _missing(entry: Written, field: str, why: str, *path: str | int) -> Problem:
    return error("missing-field", f"{field}: is missing; {why}", entry.place(*path))


def _order(entry: Written, *days: tuple[str, date | datetime | None]) -> Iterator[Problem]:
    """Days (or times) in the order in which they must come; those that are not known are passed over."""
    known = [(field, day) for field, day in days if day is not None]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            message = f"{later}: {_day(second)} is before {earlier} {_day(first)}; correct one of the two"
            yield error("out-of-order", message, entry.place(*later.split(".")))


def _day(day: date | datetime) -> str:
    return day.isoformat().replace(":00+00:00", "Z")


def _service(entry: Written, record: Service) -> Iterator[Problem]:
    if not record.repos and record.kind != "supplier-run" and not record.unlinked_why:
        message = "repos: is empty; link a repository, or say in unlinked_why why there is none"
        yield error("missing-field", message, entry.place("repos"))


def _pipeline(entry: Written, record: Pipeline) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, step in enumerate(record.steps):
        if step.id in seen:
            message = f"steps: the id '{step.id}' is used twice; give one of the two another"
            yield error("duplicate-id", message, entry.place("steps", position, "id"))
        seen.add(step.id)
        needed = {"check": "check", "job": "match"}.get(step.type, "")
        if needed and not getattr(step, needed):
            yield _missing(entry, f"steps.{needed}", f"a step of type {step.type} needs it", "steps", position)
    source, second = record.deployments, record.deployments.cross_check
    if source.kind == "gitops" and not source.repo:
        yield _missing(entry, "deployments.repo", "name the environments repository", "deployments")
    if source.kind == "records" and not source.repo:
        yield _missing(entry, "deployments.repo", "name the repository of the deployment records", "deployments")
    if source.kind == "branch" and not source.branch:
        yield _missing(entry, "deployments.branch", "name the release branch", "deployments")
    if second is not None and second.kind == "gitops" and not second.repo:
        where = ("deployments", "cross_check")
        yield _missing(entry, "deployments.cross_check.repo", "name the environments repository", *where)


def _threat(entry: Written, record: Threat) -> Iterator[Problem]:
    if record.category in {"integrity", "fraud", "account"}:
        for field in ("peak_impact", "authority_expects"):
            if not getattr(record, field):
                yield _missing(entry, field, f"a threat of category {record.category} needs it")


def _party(entry: Written, record: Party) -> Iterator[Problem]:
    if not record.requirements and not record.why_not:
        yield _missing(entry, "why_not", "say why nothing is taken up, or name the requirements")


def _method(entry: Written, record: RiskMethod) -> Iterator[Problem]:
    sizes = len(record.scale.likelihood), len(record.scale.impact)
    if sizes[0] != sizes[1]:
        message = (
            f"scale: has {plural(sizes[0], 'word')} for likelihood and {sizes[1]} for impact; use as many for both"
        )
        yield error("risk-method", message, entry.place("scale"))
    if "default" not in record.appetite:
        yield _missing(
            entry, "appetite.default", "name the highest score that is accepted where no area says more", "appetite"
        )
    for area in sorted(set(record.appetite) - {"default", *record.impact_areas}):
        message = f"appetite: '{area}' is not one of impact_areas; correct it, or add it there"
        yield error("risk-method", message, entry.key("appetite", area))
    for band in sorted(set(record.accept_authority) - set(record.bands)):
        message = f"accept_authority: '{band}' is not one of bands; correct it, or add it there"
        yield error("risk-method", message, entry.key("accept_authority", band))
    if record.score == "matrix":
        yield from _matrix(entry, record, sizes)
    elif record.matrix:
        yield error("risk-method", "matrix: is not looked at; delete it, or write score: matrix", entry.key("matrix"))
    if isinstance(record.review_every, dict):
        for band in sorted(set(record.review_every) - set(record.bands)):
            message = f"review_every: '{band}' is not one of bands; correct it, or add it there"
            yield error("risk-method", message, entry.key("review_every", band))
    yield from _bands(entry, record, record.highest)


def _matrix(entry: Written, record: RiskMethod, sizes: tuple[int, int]) -> Iterator[Problem]:
    """A row of scores for each likelihood, none lower than its neighbours to the left and above."""
    if len(record.matrix) != sizes[0] or any(len(row) != sizes[1] for row in record.matrix):
        message = f"matrix: must have {plural(sizes[0], 'row')} (likelihood, from the lowest) of {plural(sizes[1], 'score')} (impact)"
        yield error("risk-method", message, entry.place("matrix"))
        return
    columns = tuple(zip(*record.matrix, strict=True))
    if (
        any(one > other for line in (*record.matrix, *columns) for one, other in pairwise(line))
        or record.matrix[0][0] < 1
    ):
        message = "matrix: a score is lower than one of a smaller likelihood or impact; scores begin at 1 and only grow"
        yield error("risk-method", message, entry.place("matrix"))


def _bands(entry: Written, record: RiskMethod, highest: int) -> Iterator[Problem]:
    expected = 1
    for name, text in record.bands.items():
        match = _BAND.fullmatch(text)
        if match is None or int(match[1]) != expected or int(match[2]) < expected:
            message = f"bands: {name} must begin at {expected}, as in {expected}-{highest}; bands follow each other without a hole"
            yield error("risk-method", message, entry.place("bands", name))
            return
        expected = int(match[2]) + 1
    if expected != highest + 1:
        message = f"bands: end at {expected - 1}, but the highest score is {highest}; let the last band end there"
        yield error("risk-method", message, entry.place("bands"))


def _risk(entry: Written, record: Risk) -> Iterator[Problem]:
    if record.status == "accepted" and record.accepted_by is None:
        yield _missing(entry, "accepted_by", "an accepted risk names who accepted it", "status")


def _sizes(written: tuple[Written, ...]) -> Iterator[Problem]:
    """Sizes of risks by the method: within its scale, and no larger with controls than without."""
    method = next((entry.record for entry in written if isinstance(entry.record, RiskMethod)), None)
    isms = Isms(method=method)
    for entry in written:
        if isinstance(entry.record, Risk):
            yield from _off_the_scale(entry, entry.record, method) if method else ()
            yield from _growing(entry, isms.score(entry.record.inherent), isms.score(entry.record.residual))


def _growing(entry: Written, inherent: int, residual: int) -> Iterator[Problem]:
    if residual > inherent:
        message = f"residual: {residual} is higher than inherent, {inherent}, and controls do not add risk; correct one of the two"
        yield warning("risk-grows", message, entry.place("residual"))


def _off_the_scale(entry: Written, record: Risk, method: RiskMethod) -> Iterator[Problem]:
    for name in ("inherent", "residual", "target"):
        size = getattr(record, name)
        for field, words in (("likelihood", method.scale.likelihood), ("impact", method.scale.impact)):
            if size is not None and getattr(size, field) > len(words):
                message = (
                    f"{name}.{field}: must be at most {len(words)}, as in risk-method.yml, not {getattr(size, field)}"
                )
                yield error("invalid-value", message, entry.place(name, field))


def _soa_row(entry: Written, id_: str, row: SoaEntry) -> Iterator[Problem]:
    path = ("entries", id_)
    if not row.applicable:
        if not row.why_not:
            yield _missing(entry, f"{id_}.why_not", "an excluded control needs its reason", *path)
        for field in ("reasons", "status"):
            if getattr(row, field):
                message = f"{id_}.{field}: an excluded control has none; delete it, or set applicable: true"
                yield error("soa-contradiction", message, entry.place(*path, field))
        return
    for field, why in (("reasons", "say why the control is included"), ("status", "say how far it is implemented")):
        if not getattr(row, field):
            yield _missing(entry, f"{id_}.{field}", why, *path)
    if row.why_not:
        message = f"{id_}.why_not: an included control has none; delete it, or set applicable: false"
        yield error("soa-contradiction", message, entry.place(*path, "why_not"))


def _soa(entry: Written, record: Soa) -> Iterator[Problem]:
    if record.status != "draft" and record.approved_by is None:
        why = "say who approved the statement and when, or write status: draft"
        yield _missing(entry, "approved_by", why, *(("status",) if record.status else ()))
    for id_, row in record.entries.items():
        yield from _soa_row(entry, id_, row)


def _whole(entry: Written, record: Soa, annex: tuple[str, ...]) -> Iterator[Problem]:
    absent = [id_ for id_ in annex if id_ not in record.entries]
    if absent:
        shown = (
            human_list(absent[:10]) if len(absent) <= 10 else f"{', '.join(absent[:10])} and {len(absent) - 10} more"
        )
        message = f"entries: {plural(len(absent), 'control')} of Annex A missing: {shown}; add a row for each"
        yield error("soa-incomplete", message, entry.key("entries"))


def _key(entry: Written, record: Key) -> Iterator[Problem]:
    if not (_PUBLIC_KEY.fullmatch(record.key) or _PGP_KEY.fullmatch(record.key)):
        message = "key: is not a public key; copy the line of a file such as id_ed25519.pub, or what `gpg --armor --export` prints"
        yield error("invalid-value", message, entry.place("key"))
    yield from _order(entry, ("from", record.from_), ("to", record.to))


def _supplier(entry: Written, record: Supplier) -> Iterator[Problem]:
    if record.criticality == "high":
        for field in ("contract", "assessed"):
            if getattr(record, field) is None:
                yield _missing(entry, field, "a supplier of high criticality needs it", "criticality")


def _exception(entry: Written, record: Exemption) -> Iterator[Problem]:
    if not record.scope.services and not record.scope.paths:
        message = "scope: is empty; name services or paths, as an exception never covers everything"
        yield error("missing-field", message, entry.place("scope"))
    if record.status == "approved" and record.approved_by is None:
        yield _missing(entry, "approved_by", "an approved exception names who approved it", "status")
    if record.expires <= record.from_:
        message = f"expires: {_day(record.expires)} is not after from, {_day(record.from_)}; correct one of the two"
        yield error("out-of-order", message, entry.place("expires"))


def _too_long(written: Iterable[Written]) -> Iterator[Problem]:
    """Exceptions that last longer than six months, or than a longer setting of the check exceptions-valid allows.

    A shorter setting is for the check to judge: what was approved before it came is a finding, and no slip of the pen.
    """
    records = [(entry, entry.record) for entry in written]
    settings = (one for _, one in records if isinstance(one, CheckSetting) and one.id == "exceptions-valid")
    longest = max((one.longest for one in settings if one.longest), default=LONGEST_EXCEPTION)
    longest = max(longest, LONGEST_EXCEPTION)
    for entry, record in records:
        if isinstance(record, Exemption) and record.expires > longest.after(record.from_):
            message = f"expires: {_day(record.expires)} is more than {longest.words} after from, {_day(record.from_)}; decide again by then"
            yield error("exception-too-long", message, entry.place("expires"))


def _incident(entry: Written, record: Incident) -> Iterator[Problem]:
    yield from _order(
        entry,
        ("started", record.started),
        ("detected", record.detected),
        ("responded", record.responded),
        ("restored", record.restored),
    )
    if record.status in {"resolved", "closed"} and record.restored is None:
        yield _missing(entry, "restored", f"a {record.status} incident says when the service was back", "status")
    if record.status in {"resolved", "closed"} and not record.caused_by and not record.cause:
        yield _missing(entry, "caused_by", "name the change, or write cause: external or unknown", "status")
    if record.severity <= 2 and record.status == "closed" and record.reportable is None:
        yield _missing(entry, "reportable", "say whether an incident of severity 1 or 2 was reported", "severity")


def _finding(entry: Written, record: Finding) -> Iterator[Problem]:
    if record.kind == "nonconformity" and not record.severity:
        yield _missing(entry, "severity", "a nonconformity is major or minor", "kind")
    done = record.correction.done if record.correction else None
    yield from _order(entry, ("raised", record.raised), ("correction.done", done))
    verified = record.effectiveness.verified if record.effectiveness else None
    yield from _order(entry, ("raised", record.raised), ("effectiveness.verified", verified))


def _action(entry: Written, record: Action) -> Iterator[Problem]:
    yield from _order(entry, ("opened", record.opened), ("due", record.due))
    yield from _order(entry, ("opened", record.opened), ("done", record.done))
    if (record.status == "done") != (record.done is not None):
        message = (
            "done: is missing; say on which day"
            if record.done is None
            else "done: an action with a day is done; set status"
        )
        yield error("missing-field" if record.done is None else "invalid-value", message, entry.place("status"))


def _evidence(entry: Written, record: Evidence) -> Iterator[Problem]:
    yield from _order(entry, ("observed.from", record.observed.from_), ("observed.to", record.observed.to))
    yield from _order(entry, ("observed.to", record.observed.to), ("collected", record.collected))
    if not record.file and not record.url:
        yield _missing(entry, "file", "name the file of the evidence, or its url")
    if record.file and not record.sha256:
        yield _missing(entry, "sha256", "a file of evidence is named with its hash", "file")


def _metric(entry: Written, record: Metric) -> Iterator[Problem]:
    if record.measure and record.measure not in FIGURES:
        near = suggest(record.measure, FIGURES)
        message = f"measure: unknown figure '{visible(record.measure)}'" + (
            f" (did you mean '{near}'?)" if near else "; correct it"
        )
        yield error("unknown-measure", message, entry.place("measure"))
    elif record.measure and record.data:
        message = f"data: {record.measure} is counted from the repositories and registers; delete data, or measure"
        yield error("invalid-value", message, entry.place("data"))


def _audit(entry: Written, record: Audit) -> Iterator[Problem]:
    yield from _order(
        entry, ("period.from", record.period.from_), ("period.to", record.period.to), ("date", record.date)
    )


def _event(entry: Written, record: Event) -> Iterator[Problem]:
    yield from _order(entry, ("from", record.from_), ("to", record.to))


def _person(entry: Written, record: Person) -> Iterator[Problem]:
    if record.active is not None:
        yield from _order(entry, ("active.from", record.active.from_), ("active.to", record.active.to))


def _addresses(written: tuple[Written, ...]) -> Iterator[Problem]:
    """One address belongs to one person: a commit has one author."""
    owners: dict[str, str] = {}
    for entry in written:
        if isinstance(entry.record, Person):
            for position, address in enumerate(entry.record.emails):
                owner = owners.setdefault(address.lower(), entry.id)
                if owner != entry.id:
                    message = f"emails: {address} belongs to {owner} already; delete it from one of the two"
                    yield error("duplicate-address", message, entry.place("emails", position))


def _names(written: tuple[Written, ...]) -> Iterator[Problem]:
    """An owner is a person or a squad, so no id may be both."""
    people = {entry.id: entry for entry in written if entry.register.name == "people"}
    for entry in written:
        if entry.register.name == "squads" and entry.id in people:
            message = f"the id {entry.id} is a person's in {people[entry.id].place('id')}; give the squad another"
            yield error("duplicate-id", message, entry.place("id"))


def _absent(written: tuple[Written, ...], content: str) -> Iterator[Problem]:
    present = {entry.register.name for entry in written}
    for register, path, clause in EXPECTED:
        if register not in present:
            message = f"there is no {path}, which ISO/IEC 27001 asks for in {clause}; until it is written, the site shows the hole"
            yield warning("missing-register", message, Source(path=content))


_RULES: Mapping[type[Part] | type[None], Callable[..., Iterator[Problem]]] = MappingProxyType(
    {
        Service: _service,
        Pipeline: _pipeline,
        Threat: _threat,
        Party: _party,
        RiskMethod: _method,
        Risk: _risk,
        Soa: _soa,
        Key: _key,
        Supplier: _supplier,
        Exemption: _exception,
        Incident: _incident,
        Finding: _finding,
        Action: _action,
        Evidence: _evidence,
        Audit: _audit,
        Metric: _metric,
        Event: _event,
        Person: _person,
    }
)
