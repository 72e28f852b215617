"""Links whose target no longer means what it did when the linking record was last looked at. Pure.

What carries meaning, and who relies on whom, is declared in `model.meaning`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tieout.graph import Graph, kind_of
from tieout.model.differences import fields
from tieout.model.meaning import (
    MEANING,
    NOT_RELIED_ON,
    RELIED_ON_BACKWARDS,
    carries_meaning,
    changed_meaning,
    is_over,
    is_second_look,
    other_side,
)
from tieout.model.records import Evidence, Record
from tieout.model.registers import REGISTERS, Isms
from tieout.views.review.compared import RecordChange

_ROW = "annex-a"
_REGISTER = {kind_of(register.name): register.name for register in REGISTERS}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A record to look at again, because of another that it relies on."""

    register: str
    id: str
    title: str
    link: str  # in words, from the linking record's side: mitigates, mitigated by
    target_register: str
    target: str
    target_title: str
    fields: tuple[str, ...]  # of the target, whose meaning is not what it was


@dataclass(frozen=True, slots=True)
class Reliance:
    """One record relies on another. Nodes as in the graph; a row of the statement of applicability is `annex-a:…`."""

    looker: str
    link: str
    target: str


def raised(graph: Graph, isms: Isms, changes: Iterable[RecordChange]) -> tuple[Suspect, ...]:
    """The links that become suspect: the target changed its meaning, and nobody looked at the linking record again."""
    changes = tuple(changes)
    looked_at = {node_of(change.register, change.id) for change in changes if _is_look(change)}
    meant = {
        node_of(change.register, change.id): names
        for change in changes
        if change.how == "changed" and (names := _names(change))
    }
    relied = tuple(_reliances(graph, isms, meant))
    old = _outdated(isms, relied)
    found = [
        suspect
        for one in relied
        if one.looker not in looked_at and one not in old and (suspect := _suspect(isms, one, meant[one.target]))
    ]
    return _sorted([*found, *_by_the_method(isms, meant, looked_at)])


def settled(
    graph: Graph, isms: Isms, changes: Iterable[RecordChange], as_written: Mapping[str, Isms]
) -> tuple[Suspect, ...]:
    """The links that were suspect and are so no longer, because their record was looked at now.

    `graph` and `isms` are those of before; `as_written` holds, for the records that were touched, the whole content as
    it stood when each of them was last looked at before.
    """
    looked_at = {
        node_of(change.register, change.id) for change in changes if change.how == "changed" and _is_look(change)
    }
    found = []
    for one in _reliances(graph, isms, None, looked_at.intersection(as_written)):
        if names := _meant_otherwise(as_written[one.looker], isms, one.target):
            suspect = _suspect(isms, one, names)
            found += [suspect] if suspect else []
    return _sorted(found)


def node_of(register: str, id_: str) -> str:
    """The node of a record, or of a row of the statement of applicability."""
    is_row = register == "soa" and id_ != "soa"
    return f"{_ROW}:{id_}" if is_row else f"{kind_of(register)}:{id_}"


def find(isms: Isms, node: str) -> tuple[str, Record | None]:
    """The register of a node, and its record; a row has none."""
    kind, _, id_ = node.partition(":")
    register = "soa" if kind == _ROW else _REGISTER.get(kind, "")
    return register, isms.register(register).get(id_) if register and kind != _ROW else None


def _names(change: RecordChange) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one.path[0]) for one in change.fields if carries_meaning(change.register, one.path)))


def _is_look(change: RecordChange) -> bool:
    return change.how != "changed" or any(is_second_look(change.register, one.path) for one in change.fields)


def _reliances(
    graph: Graph, isms: Isms, targets: Iterable[str] | None, lookers: Collection[str] | None = None
) -> Iterator[Reliance]:
    """Who relies on the targets, or on anything; all of them, or those lookers only."""
    for target in sorted(graph.links if targets is None else targets):
        for link, origin in graph.into(target):
            if (
                (lookers is None or origin in lookers)
                and link not in NOT_RELIED_ON
                and _is_named(isms, origin, link, target)
            ):
                yield Reliance(origin, link, target)
        for link, back in graph.out(target):
            if (lookers is None or back in lookers) and (words := _backwards(graph, isms, (target, link, back))):
                yield Reliance(back, words, target)


def _backwards(graph: Graph, isms: Isms, edge: tuple[str, str, str]) -> str:
    """How the record at the end of an edge relies on the one that wrote it; empty where it does not, or says so itself."""
    origin, link, end = edge
    if link in RELIED_ON_BACKWARDS:
        return RELIED_ON_BACKWARDS[link]
    register, _ = find(isms, origin)
    back = other_side(register, link)
    if not back or back in NOT_RELIED_ON or (back, origin) in graph.out(end):
        return ""
    return back


def _outdated(isms: Isms, relied: Iterable[Reliance]) -> set[Reliance]:
    """Evidence that was followed by newer one of the same: only the newest has to be looked at again."""
    days: dict[tuple[str, str], list[tuple[date, str, Reliance]]] = {}
    for one in relied:
        _, record = find(isms, one.looker)
        if isinstance(record, Evidence):
            days.setdefault((one.target, one.link), []).append((record.observed.to, one.looker, one))
    newest = {max(held, key=lambda row: row[:2])[2] for held in days.values()}
    return {one for held in days.values() for _, _, one in held if one not in newest}


def _is_named(isms: Isms, origin: str, link: str, target: str) -> bool:
    """Whether a record names the target itself, and not by a word for many, such as `all-services`."""
    _, record = find(isms, origin)
    value = dict(fields(record)).get(link) if record else None
    if isinstance(value, str):
        value = (value,)
    id_ = target.partition(":")[2]
    return not isinstance(value, tuple) or any(text == id_ or str(text).endswith(f":{id_}") for text in value)


def _suspect(isms: Isms, one: Reliance, names: tuple[str, ...]) -> Suspect | None:
    """In words; nothing where the linking record speaks of the past, or is no record."""
    register, record = find(isms, one.looker)
    if not register or (record is None and register != "soa") or (record and is_over(register, record)):
        return None
    id_ = one.looker.partition(":")[2]
    if record is None and (isms.soa is None or id_ not in isms.soa.entries):
        return None
    target_register, target = find(isms, one.target)
    target_id = one.target.partition(":")[2]
    return Suspect(
        register,
        id_,
        record.title if record else _row_title(isms, id_),
        one.link,
        target_register,
        target_id,
        target.title if target else _row_title(isms, target_id),
        names,
    )


def _row_title(isms: Isms, id_: str) -> str:
    return isms.annex_a[id_].title if id_ in isms.annex_a else ""


def _by_the_method(isms: Isms, meant: Mapping[str, tuple[str, ...]], looked_at: set[str]) -> Iterator[Suspect]:
    """Every open risk was sized by the method, which it names nowhere."""
    method = isms.method
    names = meant.get(node_of("method", method.id), ()) if method else ()
    if method is None or not names:
        return
    for risk in isms.risks.values():
        if node_of("risks", risk.id) not in looked_at and not is_over("risks", risk):
            yield Suspect("risks", risk.id, risk.title, "sized by", "method", method.id, method.title, names)


def _meant_otherwise(then: Isms, now: Isms, node: str) -> tuple[str, ...]:
    """The fields of a target that meant something else; none where it did not exist yet."""
    register, record = find(now, node)
    if record is not None:
        before = then.register(register).get(record.id)
        return changed_meaning(register, before, record) if before else ()
    id_ = node.partition(":")[2]
    old = then.soa.entries.get(id_) if then.soa else None
    new = now.soa.entries.get(id_) if now.soa else None
    if register != "soa" or old is None or new is None:
        return ()
    return tuple(name for name in MEANING["soa"] if getattr(old, name) != getattr(new, name))


def _sorted(found: Iterable[Suspect]) -> tuple[Suspect, ...]:
    return tuple(
        sorted(
            set(found), key=lambda one: (one.target_register, one.target, one.fields, one.register, one.id, one.link)
        )
    )
