"""Requirement sets: a page for each, with where it comes from, what leads to it and how far it is answered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tieout import coverage
from tieout.coverage import DIRECT, STATES, Coverage, Reached, Standing, State
from tieout.model.requirements import CLAUSES, Crosswalk, OwnSet, Requirement, RequirementSet
from tieout.text.words import human_day, human_list, plural
from tieout.views import addresses, frame, soa, words
from tieout.views.page import Block, Cell, Inline, Line, Link, Mark, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.requirement_sets import INDEX, index, signed_by
from tieout.views.snapshot import Snapshot

MARKS: dict[State, Mark] = {
    "covered": Mark("pass", "covered"),
    "partial": Mark("gap", "in part"),
    "failing": Mark("fail", "shown to fail"),
    "stale": Mark("gap", "not shown"),
    "planned": Mark("gap", "planned"),
    "no-control": Mark("gap", "no control"),
    "excluded": Mark("gap", "excluded"),
    "unmapped": Mark("gap", "unmapped"),
    "off": Mark("unknown", "not confirmed"),
    "not-applicable": Mark("na", "not applicable"),
}
MEANINGS: dict[State, str] = {
    "covered": "a control that answers it is implemented, its evidence is fresh, and what was judged last did not fail",
    "partial": "it asks for each of several controls, and fresh evidence shows some of them",
    "failing": "a control that answers it is implemented, and its fresh evidence is that what was judged last failed",
    "stale": "a control that answers it is implemented, but no fresh evidence shows it",
    "planned": "controls that answer it are planned or partial",
    "no-control": "it is mapped, and no own control stands behind the mapping",
    "excluded": "the Statement of Applicability excludes all that it maps to",
    "unmapped": "it maps to nothing, and no control names it",
    "off": "its mapping, or the whole list, is of low confidence and not confirmed, and no control names it directly",
    "not-applicable": "the operator says why",
}
FORMED = {"official": "made by the owner of the set", "derived": "derived from an official table"}


def pages(snapshot: Snapshot) -> Iterable[Page]:
    found = coverage.cover(snapshot.isms, snapshot.judgement)
    if not found:
        return
    yield index(snapshot, found.values())
    for held in found.values():
        yield _page(snapshot, held)


def _page(snapshot: Snapshot, held: Coverage) -> Page:
    own = snapshot.isms.requirements.get(held.set.id)
    bound = held.set.id in coverage.named_sets(snapshot.isms, snapshot.date.as_of)
    sections = (
        *_warnings(snapshot, held, own),
        Section("How far it is answered", (*_note(held.set), _counts(held, bound=bound)), "counts"),
        Section("The requirements", _requirements(snapshot, held, bound=bound), "requirements", landscape=True),
        *(section for standing in held.standings for section in _each(snapshot, standing)),
        *_regime(snapshot, held.set),
        Section("Where the set comes from", (_origin(snapshot, held.set),), "origin"),
        *((*frame.body(snapshot, own), frame.history(snapshot, own)) if own else ()),
    )
    return Page(
        addresses.record("requirements", held.set.id),
        held.set.id,
        held.set.title,
        _lede(held, bound=bound),
        sections,
        (Link("Requirement sets", INDEX), Text(held.set.id, "id")),
        _provenance(snapshot, held.set),
        INDEX,
    )


def _lede(held: Coverage, *, bound: bool) -> Line:
    told = "" if bound else "Nothing here names the set. "
    told += f"{words.of(held.covered, held.applicable)} applicable requirements are covered by a control with fresh evidence"
    told += f", although in {words.of(held.flawed, held.covered)} something failed in the period" if held.flawed else ""
    failing, off, aside = held.count("failing"), held.count("off"), held.count("not-applicable")
    told += f"; {words.are(failing)} shown to fail" if failing else ""
    told += f"; {words.are(off)} not confirmed and therefore not counted as answered" if off else ""
    told += f"; {words.are(aside)} not applicable, for stated reasons" if aside else ""
    return line(f"{told}.")


def _warnings(snapshot: Snapshot, held: Coverage, own: OwnSet | None) -> Iterator[Section]:
    """What a person has to do before the set is relied on."""
    unseen = [one.requirement for one in held.standings if one.requirement.verify and not _confirmed(one.requirement)]
    said: list[Line] = []
    if held.set.off:
        said.append(
            line(Mark("unknown", "not confirmed"), " The list itself is of low confidence: until the operator confirms it by name and day, "
                 "a requirement of it counts as answered only where a control names it directly.")
        )  # fmt: skip
    if unseen:
        ids = words.listed(
            (Link(one.id, f"{addresses.record('requirements', held.set.id)}#{one.id}", "id"),) for one in unseen
        )
        said.append(
            line(Mark("unknown", "check first"), " A person must compare ", *ids, " with the source before the site is relied on for "
                 f"{'it' if len(unseen) == 1 else 'them'}, and confirm {'it' if len(unseen) == 1 else 'each'} by name and day.")
        )  # fmt: skip
    if later := _later(own, snapshot.date.as_of):
        said.append(
            line(
                Mark("unknown", "not yet"),
                f" Dated after the day of this audit, so it does not count: {human_list(later)}.",
            )
        )
    if said:
        yield Section("", tuple(Para(one, "note") for one in said), "check-first")


def _later(own: OwnSet | None, day: date) -> list[str]:
    """What the operator confirms or maps, as the file has it, on a day that had not come."""
    if own is None:
        return []
    signed: list[tuple[str, date | None]] = [
        ("the confirmation of the set", own.confirmed.on if own.confirmed else None)
    ]
    signed += [(f"the confirmation of {id_}", each.on) for id_, each in own.confirmed_mappings.items()]
    signed += [(f"the mapping of {id_}", each.on) for id_, each in own.mappings.items()]
    signed += [(f"the mapping of {each.id}", each.on) for each in own.requirements]
    return [f"{what}, {on}" for what, on in signed if on and on > day]


def _confirmed(one: Requirement) -> bool:
    return bool(one.by) or (bool(one.crosswalks) and all(walk.by for walk in one.crosswalks))


def _note(held: RequirementSet) -> tuple[Para, ...]:
    return (Para(line(held.note), "note"),) if held.note else ()


def _mark(state: State, *, bound: bool) -> Mark:
    """What a set lacks that nothing names is no gap of anybody's."""
    mark = MARKS[state]
    return mark if bound or mark.shape not in {"gap", "fail"} else Mark("none", mark.words)


def _counts(held: Coverage, *, bound: bool) -> Table:
    columns = (words.column("State"), words.column("Requirements", "n"), words.column("Which means", label="Means"))
    rows = [
        Row(
            (
                words.cell(_mark(state, bound=bound)),
                words.count(held.count(state)),
                words.cell(words.soft(_meaning(state, held))),
            )
        )
        for state in STATES
        if held.count(state)
    ]
    rows.append(Row((words.cell("All"), words.count(held.count(*STATES)), words.cell("")), "total"))
    return Table(columns, tuple(rows))


def _meaning(state: State, held: Coverage) -> str:
    if state != "covered" or not held.flawed:
        return MEANINGS[state]
    return f"{MEANINGS[state]}; in {words.of(held.flawed, held.covered)} something else that was judged in the period failed"


def _requirements(snapshot: Snapshot, held: Coverage, *, bound: bool) -> tuple[Block, ...]:
    columns = (
        words.column("Requirement"),
        words.column("Maps to"),
        words.column("Controls"),
        words.column("Newest evidence", "d", "Evidence"),
        words.column("State"),
    )
    shared = _shared(snapshot, held)
    shown = _Row(snapshot, held, tell=not shared, bound=bound)
    rows: dict[str, Row] = {}
    for standing in held.standings:
        for group in _groups(held.set, standing.requirement.of):
            title = Cell(line(Text(group.id, "id"), f" {group.title}"), span=len(columns))
            rows.setdefault(group.id, Row((title,), "group", group.id))
        rows[standing.requirement.id] = _row(shown, standing)
    said = (Para(line("Each mapping is ", *shared, "."), "note"),) if shared else ()
    return (*said, Table(columns, tuple(rows.values()), empty="The set lists no requirement."))


def _shared(snapshot: Snapshot, held: Coverage) -> Line:
    """Where all mappings come from, when it is one and the same for several; said once then, and not in each row."""
    told = [_basis(snapshot, walk) for one in held.standings for walk in one.requirement.crosswalks]
    return told[0] if len(told) > 1 and len(set(told)) == 1 else ()


def _groups(held: RequirementSet, id_: str) -> tuple[Requirement, ...]:
    """The headings over a requirement, the widest first."""
    found = held.groups.get(id_)
    return (*_groups(held, found.of), found) if found else ()


@dataclass(frozen=True, slots=True)
class _Row:
    """What all rows of one set share: `tell` where each mapping comes from; whether something names the set."""

    snapshot: Snapshot
    held: Coverage
    tell: bool
    bound: bool


def _row(shown: _Row, standing: Standing) -> Row:
    one, snapshot = standing.requirement, shown.snapshot
    heading = standing.state == "heading"
    return Row(
        (
            Cell(_name(shown.held.set, one)),
            Cell(
                _mapping(snapshot, one, tell=shown.tell)
                if not heading
                else line(words.soft("stands over the rows that follow"))
            ),
            Cell(_controls(snapshot, standing)),
            words.cell(words.day(standing.newest)),
            Cell(_state(shown, standing)),
        ),
        anchor=one.id,
    )


def _name(held: RequirementSet, one: Requirement) -> Line:
    parts: list[Inline] = [Text(one.id, "id"), Text(f" {one.title}")]
    aside = [one.kind] if one.kind else []
    aside += [f"part of {one.of}"] if one.of in held.requirements else []
    remark = "" if _is_long(one) else one.remark
    aside += [text.rstrip(".") for text in (one.reference, one.note, remark) if text]
    aside += ["documented information is asked for"] if one.documented else []
    return line(*parts, *((words.soft(f" ({'; '.join(aside)})"),) if aside else ()))


def _mapping(snapshot: Snapshot, one: Requirement, *, tell: bool) -> Line:
    parts = [part for walk in one.crosswalks for part in (*_walk(snapshot, one, walk, tell=tell), Text("; "))][:-1]
    return tuple(parts) or (words.soft("nothing"),)


def _is_long(one: Requirement) -> bool:
    return any(walk.each for walk in one.crosswalks)


def _walk(snapshot: Snapshot, one: Requirement, walk: Crosswalk, *, tell: bool) -> Line:
    targets: Line = words.joined(_target(snapshot, target) for target in walk.targets)
    if walk.each:
        targets = line("each of ", Link(plural(len(walk.targets), "control"), f"#each-{one.id}"), " of Annex A")
    return (*targets, *((words.soft(" ("), *_basis(snapshot, walk), words.soft(")")) if tell else ()))


def _target(snapshot: Snapshot, target: str) -> Inline:
    if target in snapshot.isms.annex_a:
        return words.annex_a(snapshot.isms, target)
    clause = target.removeprefix(f"{CLAUSES}:")
    return Link(f"clause {clause}", f"{addresses.record('requirements', CLAUSES)}#{clause}", "id")


def _basis(snapshot: Snapshot, walk: Crosswalk) -> Line:
    """By whom the mapping is, and whether it is used."""
    signed = signed_by(snapshot, walk.by, walk.on)
    if walk.own or walk.basis == "judgement":
        if signed or walk.own:
            unused = () if walk.used else (words.soft(", not confirmed, so not used"),)
            return line("the operator's mapping", *((": ", *signed) if signed else unused))
        words_ = "a judgement, not confirmed by the operator"
    else:
        words_ = FORMED[walk.basis]
        if signed:
            return line(f"{words_}; confirmed by ", *signed)
    return line(words.soft(f"{words_}{'' if walk.used else '; of low confidence, so not used'}"))


def _controls(snapshot: Snapshot, standing: Standing) -> Line:
    if not standing.reached:
        policies = words.records(snapshot.isms, standing.policies, "policies")
        return line(words.soft("by policy alone: "), *policies) if standing.policies else (words.soft("none"),)
    told = [part for reached in standing.reached for part in (*_control(snapshot, reached), Text(words.APART))]
    return tuple(told[:-1])


def _control(snapshot: Snapshot, reached: Reached) -> Line:
    link = words.record(snapshot.isms, reached.control, "controls")
    if reached.by == (DIRECT,):
        link = link._replace(text=f"{link.text}\N{NO-BREAK SPACE}(direct)")
    if not reached.failed:
        return (link,)
    failed = f"({words.of(reached.failed, reached.judged)} failed)".replace(" ", "\N{NO-BREAK SPACE}")
    return line(link, " ", Text(failed, "late") if reached.fails else words.soft(failed))


def _state(shown: _Row, standing: Standing) -> Line:
    if standing.state == "heading":
        return (words.soft("not counted"),)
    mark = _mark(standing.state, bound=shown.bound)
    if standing.state == "partial":
        return line(mark, f" {words.of(len(standing.met), len(standing.met) + len(standing.unmet))}")
    if standing.state == "not-applicable":
        return line(mark, ": ", *words.claimed(shown.snapshot.isms, standing.requirement.not_applicable))
    return (mark,)


def _each(snapshot: Snapshot, standing: Standing) -> Iterator[Section]:
    """What asks for each of several controls, as the rows of the Statement of Applicability that it asks for."""
    one = standing.requirement
    walks = [walk for walk in one.crosswalks if walk.each]
    if not walks:
        return
    asked = frozenset(target for walk in walks for target in walk.targets)
    rows = tuple(
        Row(
            (
                Cell(line(words.annex_a(snapshot.isms, row.annex.id), f" {row.annex.title}")),
                words.cell(row.claimed.replace("-", " ")),
                Cell(words.records(snapshot.isms, [control.id for control in row.controls], "controls")),
                words.cell(row.mark),
            ),
        )
        for row in soa.rows(snapshot)
        if row.annex.id in asked
    )
    columns = (words.column("Annex A"), words.column("Claimed"), words.column("Own controls"), words.column("Judged"))
    used = all(walk.used for walk in walks)
    said = [] if used else [Para(line(Mark("unknown", "not confirmed"), f" {one.remark.rstrip('.')}."), "note")]
    if not used:
        said.append(Para(line("Shown so that it can be compared; it is used for nothing until then."), "note"))
    yield Section(
        f"{one.id}: {plural(len(rows), 'control')} of Annex A", (*said, Table(columns, rows)), f"each-{one.id}"
    )


def _regime(snapshot: Snapshot, held: RequirementSet) -> Iterator[Section]:
    if held.regime:
        terms = Terms(tuple((what, (Para(line(how)),)) for what, how in held.regime.items()))
        yield Section("How it is audited", (terms,), "regime")
    if held.critical_systems:
        columns = (words.column("Critical because it"), words.column("Services"))
        services = snapshot.isms.services.values()
        rows = tuple(
            Row(
                (
                    Cell(line(Text(id_, "id"), f" {title}")),
                    Cell(
                        words.records(
                            snapshot.isms, [one.id for one in services if id_ in one.rts_critical], "services"
                        )
                    ),
                )
            )
            for id_, title in held.critical_systems.items()
        )
        yield Section("Which systems are critical", (Table(columns, rows),), "critical")


def _origin(snapshot: Snapshot, held: RequirementSet) -> Terms:
    said = held.remark.casefold().startswith(held.confidence)
    confidence = held.remark if said else f"{words.sentence(held.confidence)}. {held.remark}".rstrip()
    entries = (
        ("Issued by", held.owner),
        ("Where it binds", held.jurisdiction),
        ("Edition", held.edition),
        ("Published", human_day(held.published) if held.published else ""),
        ("Takes the place of", held.supersedes),
        ("Read from", held.source),
        ("State of", f"{human_day(held.as_of)}; a confirmation from before does not count" if held.as_of else ""),
        ("Confidence", confidence),
        ("Binding through", held.licence_hook),
        ("Applies", held.applicability),
        ("Attribution", held.attribution),
    )
    confirmed = signed_by(snapshot, held.by, held.on) or line(words.soft("nobody" if held.shipped else "not needed"))
    listed = [(title, (Para(line(text)),)) for title, text in entries if text]
    by = "Shipped with the program; ids and titles only" if held.shipped else "A set of the operator's own"
    return Terms((("Kind", (Para(line(f"{by}.")),)), *listed, ("Confirmed by", (Para(confirmed),))))


def _provenance(snapshot: Snapshot, held: RequirementSet) -> tuple[tuple[str, Line], ...]:
    own = snapshot.isms.requirements.get(held.id)
    named = coverage.named_sets(snapshot.isms, snapshot.date.as_of).get(held.id, ())
    silent = "not confirmed as a whole" if held.shipped else "the operator's own set"
    confirmed = signed_by(snapshot, held.by, held.on) or line(words.soft(silent))
    return (
        *((("File", (words.code(own.place.path),)),) if own else ()),
        ("Edition", line(held.edition)),
        ("Confidence", line(held.confidence)),
        ("Confirmed", confirmed),
        ("Named by", words.records(snapshot.isms, named)),
    )
