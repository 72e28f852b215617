"""Chain C2: from a requirement to evidence, for Annex A and for the sets that a licence in force or an audit names."""

from collections.abc import Iterator

from tieout import coverage
from tieout.coverage import Coverage, Standing
from tieout.gaps import risks
from tieout.gaps.known import Known, months_between
from tieout.model.results import Chain, Gap, GapKind
from tieout.text.words import human_list, plural

SHOWN = 4  # ids that a sentence names before it counts the rest


def follow(known: Known) -> Chain:
    """Annex A row by row; then each named set: a gap for a requirement that is mapped and not answered, and one for the set
    where requirements map to nothing, or the mapping waits for a person to confirm it.
    """
    annex = risks.requirements(known)
    sets = coverage.cover(known.isms, known.judgement)
    named = [sets[id_] for id_ in coverage.named_sets(known.isms, known.as_of) if id_ in sets]
    gaps = {gap.id: gap for held in named for gap in _set(known, held)}
    return Chain(
        annex.id,
        annex.title,
        annex.complete + sum(held.covered for held in named),
        annex.total + sum(held.applicable for held in named),
        (*annex.gaps, *(gaps[id_] for id_ in sorted(gaps))),
    )


def _set(known: Known, held: Coverage) -> Iterator[Gap]:
    id_ = held.set.id
    for state, word, one, many in (
        (
            "unmapped",
            "unmapped",
            "maps to nothing, and no control satisfies it",
            "map to nothing, and no control satisfies them",
        ),
        ("off", "not-confirmed", "rests on what nobody has confirmed", "rest on what nobody has confirmed"),
    ):
        found = [standing.requirement.id for standing in held.standings if standing.state == state]
        if found:
            sentence = f"{len(found)} of {plural(held.applicable, 'requirement')} of {id_} {one if len(found) == 1 else many}: {_some(found)}."
            kind: GapKind = "missing" if state == "unmapped" else "weak"
            yield Gap(f"C2/{id_}/{word}", "C2", kind, id_, sentence)
    for standing in held.standings:
        yield from _requirement(known, standing)


def _some(ids: list[str] | tuple[str, ...]) -> str:
    more = [f"{len(ids) - SHOWN} more"] if len(ids) > SHOWN else []
    return human_list([*ids[:SHOWN], *more])


def _requirement(known: Known, standing: Standing) -> Iterator[Gap]:
    key = standing.requirement.key
    controls = [reached.control for reached in standing.reached]
    if standing.state == "no-control" and not standing.policies:
        yield Gap(f"C2/{key}/no-control", "C2", "missing", key, f"{key}: applicable, no own control.")
    elif standing.state == "planned":
        sentence = f"{key}: applicable, and {_some(controls)} not implemented yet."
        yield Gap(f"C2/{key}/no-implemented-control", "C2", "open", key, sentence)
    elif standing.state == "failing":
        held = human_list(
            f"{one.control} ({one.failed} of {one.judged} failed)" for one in standing.reached if one.failed
        )
        sentence = f"{key} is answered, but what was judged last shows it failing: {held}."
        yield Gap(f"C2/{key}/shown-to-fail", "C2", "contradiction", key, sentence)
    elif standing.state == "excluded" and not any(walk.each for walk in standing.requirement.crosswalks if walk.used):
        sentence = f"{key} is answered by {_some(standing.unmet)} alone, which the Statement of Applicability excludes."
        yield Gap(f"C2/{key}/excluded", "C2", "contradiction", key, sentence)
    elif standing.state == "stale":
        age = plural(months_between(standing.newest, known.as_of), "month") if standing.newest else ""
        rest = f"its newest evidence is {age} old" if age else "no evidence proves it"
        kind: GapKind = "stale" if age else "missing"
        yield Gap(f"C2/{key}/{kind}-evidence", "C2", kind, key, f"{key} is answered, but {rest}.")
    elif standing.state == "partial":
        total = len(standing.met) + len(standing.unmet)
        sentence = f"{key} asks for {total} controls, and fresh evidence shows {len(standing.met)} of them; not {_some(standing.unmet)}."
        yield Gap(f"C2/{key}/partial", "C2", "missing", key, sentence)
    elif standing.state == "not-applicable" and any("satisfies" in reached.by for reached in standing.reached):
        direct = [reached.control for reached in standing.reached if "satisfies" in reached.by]
        sentence = f"{key} is called not applicable, but {_some(direct)} satisfies it."
        yield Gap(f"C2/{key}/not-applicable", "C2", "contradiction", key, sentence)
    yield from _excluded(known, standing)


def _excluded(known: Known, standing: Standing) -> Iterator[Gap]:
    """Controls that a set asks for one by one, and the statement of applicability leaves out."""
    entries = known.isms.soa.entries if known.isms.soa else {}
    asked = [target for walk in standing.requirement.crosswalks if walk.each and walk.used for target in walk.targets]
    for target in asked if standing.applicable else ():
        if target in entries and not entries[target].applicable:
            key = standing.requirement.key
            sentence = f"{key} asks for {target}, which the Statement of Applicability excludes."
            yield Gap(f"C2/{key}/{target}/excluded", "C2", "contradiction", key, sentence)
