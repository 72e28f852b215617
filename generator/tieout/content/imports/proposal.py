"""A first mapping for a table, from the words of its header: printed for a person to correct, never used by itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from types import MappingProxyType

from tieout.content.imports import values
from tieout.content.imports.mapping import OPEN, ColumnMap
from tieout.content.imports.sheets import Sheet
from tieout.content.imports.tables import Table
from tieout.content.imports.targets import BODY, Target, targets_of
from tieout.model.registers import Register
from tieout.text import yaml_lines
from tieout.text.words import human_list, plural
from tieout.text.yaml import Value

LIKE = 0.86  # how alike a header and a synonym must be
LOOKED_AT = 30  # first rows among which the header is looked for
LONGEST = 200  # signs of a word that is listed
MOST_WORDS = 40  # of a column, that are listed to be decided

Synonyms = Mapping[str, tuple[str, ...]]

_COMMON: Synonyms = {
    "owner": (
        "owner",
        "responsible",
        "responsible person",
        "responsible party",
        "assigned to",
        "assignee",
        "accountable",
        "lead",
    ),
    "status": ("status", "state", "current status"),
    "reviewed": ("last review", "last reviewed", "last review date", "date reviewed", "reviewed", "reviewed on"),
    "review_every": ("review frequency", "review cycle", "review every", "review interval"),
    "tags": ("tags", "labels", "keywords"),
}
SYNONYMS: Mapping[str, Synonyms] = MappingProxyType(
    {
        "risks": {
            **_COMMON,
            "title": ("title", "risk title", "risk name", "risk", "name", "risk summary", "risk statement", "summary", "headline",
                      "risk event", "threat event", "risk description", "description", "gap description", "scenario", "issue"),
            "owner": ("risk owner", *_COMMON["owner"]),
            "status": ("risk status", *_COMMON["status"]),
            "threats": ("threat", "threats", "threat id", "threat ids"),
            "affects": ("service", "services", "affected service", "affected services", "asset", "assets", "affected asset",
                        "asset affected", "system", "affected system", "asset system", "system asset"),
            "impact_area": ("impact area", "impact type", "impact category", "area of impact"),
            "inherent.likelihood": ("inherent likelihood", "likelihood", "probability", "initial likelihood", "gross likelihood",
                                    "raw likelihood", "inherent probability", "initial probability"),
            "inherent.impact": ("inherent impact", "impact", "consequence", "severity", "initial impact", "gross impact",
                                "raw impact", "inherent consequence"),
            "residual.likelihood": ("residual likelihood", "current likelihood", "net likelihood", "residual probability", "likelihood after controls"),
            "residual.impact": ("residual impact", "current impact", "net impact", "residual consequence", "impact after controls"),
            "target.likelihood": ("target likelihood", "target probability"),
            "target.impact": ("target impact",),
            "target.by": ("target date", "due date", "target by", "target close"),
            "treatment": ("treatment", "risk treatment", "treatment option", "treatment strategy", "response", "risk response",
                          "response strategy", "treatment decision", "strategy"),
            "accepted_by.person": ("accepted by", "risk accepted by", "approver"),
            "accepted_by.on": ("accepted on", "acceptance date", "date accepted"),
            "accepted_by.until": ("accepted until", "acceptance expiry"),
        },
        "suppliers": {
            **_COMMON,
            "title": ("vendor", "supplier", "vendor name", "supplier name", "name", "company", "company name", "third party",
                      "provider", "title", "organisation", "organization", "service provider", "subprocessor"),
            "owner": ("vendor owner", "supplier owner", "business owner", "relationship owner", "contract owner", *_COMMON["owner"]),
            "status": ("vendor status", "supplier status", *_COMMON["status"]),
            "criticality": ("criticality", "criticality level", "business criticality", "tier", "risk tier", "vendor tier",
                            "risk level", "importance", "vendor criticality", "risk rating"),
            "provides": ("provides", "category", "type", "vendor type", "supplier type", "vendor category", "service type"),
            "services": ("services supported", "supported services", "systems", "used by services"),
            "assurance.kind": ("certification", "certifications", "assurance", "certificate"),
            "assurance.valid_to": ("certificate expiry", "certification expiry", "certificate valid to", "valid to"),
            "contract.security_terms": ("security terms", "security clauses", "security in contract"),
            "contract.audit_right": ("right to audit", "audit right", "audit rights"),
            "contract.incident_notice": ("incident notice", "breach notification", "incident notification"),
            "contract.exit_plan": ("exit plan", "exit plan date"),
            "assessed": ("last assessment", "last assessment date", "last assessed", "assessed", "assessment date", "last reviewed",
                         "last review", "last review date", "date assessed"),
        },
        "services": {
            **_COMMON,
            "title": ("service", "service name", "system", "system name", "application", "application name", "app name", "name",
                      "title", "asset name", "asset"),
            "owner": ("service owner", "system owner", "business owner", "product owner", *_COMMON["owner"]),
            "status": ("lifecycle", *_COMMON["status"]),
            "tier": ("tier", "service tier", "criticality", "priority"),
            "kind": ("kind", "type", "service type", "category"),
            "mission": ("mission", "purpose", "description", "service description", "business purpose"),
            "environments": ("environment", "environments"),
            "holds": ("holds", "data", "data held", "data types", "data classification"),
            "depends_on": ("depends on", "dependencies", "upstream"),
            "supplied_by": ("supplied by", "vendor", "supplier"),
            "jurisdictions": ("jurisdiction", "jurisdictions", "markets"),
            "rto": ("rto", "recovery time objective"),
            "rpo": ("rpo", "recovery point objective"),
        },
        "actions": {
            **_COMMON,
            "title": ("action", "action item", "task", "title", "corrective action", "summary", "name", "action description",
                      "description", "recommendation"),
            "owner": ("action owner", *_COMMON["owner"]),
            "opened": ("opened", "date opened", "raised", "date raised", "created", "date created", "created on", "start date", "open date"),
            "due": ("due", "due date", "deadline", "target date", "completion target", "target completion date", "due by"),
            "done": ("done", "completed", "date completed", "completed on", "completion date", "closed", "date closed", "closed on", "close date"),
            "for": ("for", "finding", "related to", "related finding", "related risk"),
        },
    }
)  # fmt: skip
_STANDS_FOR: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"risks": {"residual.likelihood": "inherent.likelihood", "residual.impact": "inherent.impact"}}
)
_BODY = ("description", "risk description", "details", "notes", "comments", "service description")

# What words of other registers are likely to mean here; for a person to confirm.
_WORDS: Mapping[tuple[str, str], Mapping[str, str]] = MappingProxyType(
    {
        ("risks", "status"): {"open": "identified", "new": "identified", "not started": "identified", "in progress": "treating",
                              "mitigating": "treating", "mitigated": "treating", "monitoring": "treating"},
        ("risks", "treatment"): {"mitigate": "modify", "mitigation": "modify", "reduce": "modify", "treat": "modify", "accept": "retain",
                                 "accepted": "retain", "tolerate": "retain", "transfer": "share", "terminate": "avoid"},
        ("suppliers", "criticality"): {"critical": "high", "tier 1": "high", "tier 2": "medium", "tier 3": "low", "moderate": "medium"},
        ("suppliers", "status"): {"inactive": "ended", "terminated": "ended", "pending": "proposed", "approved": "active"},
        ("services", "status"): {"active": "live", "production": "live", "in production": "live", "decommissioned": "retired"},
        ("services", "tier"): {"critical": "1", "high": "1", "medium": "2", "low": "3", "tier 1": "1", "tier 2": "2", "tier 3": "3"},
        ("actions", "status"): {"in progress": "open", "not started": "open", "closed": "done", "complete": "done", "completed": "done"},
    }
)  # fmt: skip


_CYCLES = MappingProxyType({"annually": "1y", "annual": "1y", "yearly": "1y", "quarterly": "3mo", "monthly": "1mo", "weekly": "1w", "semi-annually": "6mo", "biannually": "6mo"})  # fmt: skip


def header_row(sheet: Sheet, register: Register) -> int:
    """The row whose words are most like names of fields; where hardly any are, the first that is nearly as wide as any."""
    rows = sheet.rows[:LOOKED_AT]
    score, before = max(((_score(row, register), -number) for number, row in rows), default=(0, -1))
    filled = {number: sum(bool(cell.text) for cell in row) for number, row in rows}
    wide = next((number for number, count in filled.items() if 4 * count >= 3 * max(filled.values())), 1)
    # One word may be like a field by chance, also in a row of values: 'Suppliers' as the group of an interested party.
    return -before if score > 1 else wide


def _score(row: Iterable[object], register: Register) -> int:
    texts = [getattr(cell, "text", "") for cell in row]
    return len(_propose(texts, register)) if sum(map(bool, texts)) > 1 else 0


def propose(columns: Iterable[str], register: Register) -> dict[str, str]:
    """For columns that are like a field, its path."""
    found = _propose(columns, register)
    targets = targets_of(register.model)
    # A group that may be missing needs all that it requires, or it would be wrong where nothing was.
    for path in list(found.values()):
        target = targets.get(path)
        if target is None or not target.group or target.needed:
            continue
        lacks = [
            one.path
            for one in targets.values()
            if one.group == target.group and one.note.required and one.path not in found.values()
        ]
        if lacks:
            found = {column: one for column, one in found.items() if one != path}
    return found


def _propose(columns: Iterable[str], register: Register) -> dict[str, str]:
    listed = [column for column in columns if column]
    synonyms = SYNONYMS.get(register.name, {})
    ranked: list[tuple[float, int, int, str, str]] = []
    for order, column in enumerate(listed):
        words = _plain(column) if len(column) <= LONGEST else ""
        for path, names in synonyms.items():
            for rank, name in enumerate((path.replace("_", " ").replace(".", " "), *names)):
                alike = _likeness(words, name)
                if alike >= LIKE:
                    ranked.append((-alike, rank, order, column, path))
    found: dict[str, str] = {}
    for _, _, _, column, path in sorted(ranked):
        if column not in found and path not in found.values():
            found[column] = path
    bodies = [column for column in listed if column not in found and _plain(column) in _BODY]
    return {column: found.get(column, BODY) for column in listed if column in found or column in bodies[:1]}


def _likeness(one: str, other: str) -> float:
    if one == other or not one:
        return float(bool(one))
    if 2 * min(len(one), len(other)) < LIKE * (len(one) + len(other)):
        return 0.0
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= LIKE else 0.0


def _plain(column: str) -> str:
    """Small letters without what stands in brackets: Likelihood (1-5) and Likelihood_1_5 are likelihood."""
    words = re.sub(r"\(.*?\)|\[.*?\]", " ", column)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words).lower()
    return " ".join(re.findall(r"[a-z]+", words))


# --- as text -------------------------------------------------------------------------------------------------------


def render(table: Table, register: Register, names: values.Names, scale: Mapping[str, tuple[str, ...]]) -> str:
    """The proposal as map.yml. `scale` has the words of the risk method, from 1 upwards, for likelihood and impact."""
    proposed = propose(table.columns, register)
    targets = targets_of(register.model)
    lines = [
        f"# How {table.sheet.name} is read into {register.name}. A proposal from the words of its header: correct it, then",
        "# run the command again with --mapping. A column that is not named here is kept in the text of each record.",
    ]
    told = next((column for column, path in proposed.items() if path == "threats"), "")
    if "title" not in proposed.values() and told and not _any_value(table, told, targets["threats"], names):
        proposed[told] = "title"  # a threat told in words, where nothing else names the risk
    if "title" not in proposed.values():
        lines.append("# No column looks like a title, which every record needs: map one to `title`.")
    lines += [entry_of("sheet", table.sheet.title)] if table.sheet.title else []
    lines += [f"header: {table.header}", "columns:"]
    lines += [_line(column, proposed[column], 2) for column in table.columns if column in proposed]
    rest = [column for column in table.columns if column not in proposed]
    lines += [f"  # {entry_of(column, OPEN)}  # in {plural(table.count(column), 'row')}" for column in rest]
    lines += _where_empty(table, register, proposed)
    lines += _days(table, proposed, targets)
    lines += _open_words(table, register, proposed, names, scale)
    lines += _not_there(register, proposed)
    lines.append(f"# Fields: {', '.join(['id', 'body', *targets])}")
    return "\n".join(lines) + "\n"


def entry_of(name: str, value: Value) -> str:
    """One line of YAML; a name too long to stand on one is left to the person."""
    short = name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
    return "".join(yaml_lines.fields({short: value})).rstrip("\n")


def _line(name: str, value: Value, indent: int) -> str:
    return " " * indent + entry_of(name, value)


def _days(table: Table, proposed: Mapping[str, str], targets: Mapping[str, Target]) -> Iterator[str]:
    open_ = []
    for column, path in proposed.items():
        if path in targets and targets[path].note.kind == "day":
            open_ += [text for text in _distinct(table, column) if _two_days(text)]
    if open_:
        yield f"{entry_of('dates', OPEN)}  # day-first or month-first: {human_list(open_[:3])} may be two days"


def _where_empty(table: Table, register: Register, proposed: Mapping[str, str]) -> Iterator[str]:
    """Fields that another may stand for where nothing was entered, as a question: an untreated risk is as large as it was."""
    by_path = {path: column for column, path in proposed.items()}
    asked = []
    for path, other in _STANDS_FOR.get(register.name, {}).items():
        own, instead = by_path.get(path, ""), by_path.get(other, "")
        sized = [row for row in table.rows if own and instead in row.cells]
        count = sum(own not in row.cells for row in sized)
        if count:
            asked.append(
                f"  {entry_of(path, OPEN)}  # {own} is empty in {count} of {plural(len(sized), 'row')} that have {instead}"
            )
    if asked:
        yield 'where_empty:  # the column that counts there, such as that of the inherent size if nothing was treated; "" for none'
        yield from asked


def _two_days(text: str) -> bool:
    try:
        values.read_day(text, "")
    except values.NotReadError as fault:
        return "two days" in str(fault)
    return False


def _any_value(table: Table, column: str, target: Target, names: values.Names) -> bool:
    reading = values.Reading(ColumnMap(), names)
    return any(values.is_value(text, target, reading) for text in _distinct(table, column))


def _distinct(table: Table, column: str) -> list[str]:
    return list(dict.fromkeys(" ".join(row.cells[column].text.split()) for row in table.rows if column in row.cells))


def _open_words(
    table: Table,
    register: Register,
    proposed: Mapping[str, str],
    names: values.Names,
    scale: Mapping[str, tuple[str, ...]],
) -> Iterator[str]:
    """Values of the table that are none of their field, with what they may mean; names of people apart."""
    targets = targets_of(register.model)
    reading = values.Reading(ColumnMap(), names, {name: len(words) for name, words in scale.items()})
    words: dict[str, list[tuple[str, Value]]] = {}
    people: dict[str, None] = {}
    for column, path in proposed.items():
        target = targets.get(path)
        if target is None or (target.note.kind in {"day", "text"} and not target.note.links):
            continue
        listed = _distinct(table, column)
        items = (
            dict.fromkeys(item for text in listed for item in values.split(text, target, reading))
            if target.note.many
            else listed
        )
        for text in list(items)[:MOST_WORDS]:
            if values.is_value(text, target, reading):
                continue
            if target.people:
                people[text] = None
            else:
                words.setdefault(path, []).append((text, _likely(text, register, target, scale)))
    if words:
        yield 'values:  # "" leaves the field out and keeps the word in the text'
    for path, pairs in words.items():
        choices = targets[path].note.choices
        known = human_list(choices, "or") if choices else human_list(scale.get(path.rpartition(".")[2], ()))
        yield f"  {path}:" + (f"  # {known}" if known else "")
        yield from (_line(text, meaning, 4) for text, meaning in pairs)
    if people:
        yield "people:  # ids of people or squads"
        yield from (_line(name, OPEN, 2) for name in people)


def _likely(text: str, register: Register, target: Target, scale: Mapping[str, tuple[str, ...]]) -> Value:
    meant = _WORDS.get((register.name, target.path), {}).get(re.sub(r"[\s_-]+", " ", text.lower()), "")
    if target.note.kind == "whole number":
        named = [word.lower() for word in scale.get(target.note.name, ())]
        if text.lower() in named:
            return named.index(text.lower()) + 1
        number = re.match(r"([0-9]{1,2})\s*[-–—:.=(]\s*[^0-9\s]", text)
        return int(number[1]) if number else OPEN
    if target.note.kind == "duration":
        length = re.match(r"([0-9]{1,4}) ?(mo|min|m|h|d|w|y)[a-z]*\.?$", text.lower())
        meant = length[1] + ("m" if length[2] == "min" else length[2]) if length else _CYCLES.get(text.lower(), "")
    return (int(meant) if meant.isdigit() else meant) or OPEN


def _not_there(register: Register, proposed: Mapping[str, str]) -> Iterator[str]:
    needed = [
        path for path, target in targets_of(register.model).items() if target.needed and path not in proposed.values()
    ]
    if needed:
        yield f"# No column was found for {human_list(needed)}, which each record needs."
        yield "# Values for all rows go below `defaults:`, such as"
        yield "# defaults: {status: …}"
