"""Samples: the items that an auditor would draw from each population, with the worksheet filled in as far as it can be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tieout.checks import samples, worksheet
from tieout.checks.samples import Frequency, Sample
from tieout.checks.worksheet import ATTRIBUTES, Answer, Attribute, Found
from tieout.model.checks import Check, thing
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, human_list, plural, plural_of, visible
from tieout.views import addresses, checks, lists, proof, words
from tieout.views.lists import Listed
from tieout.views.page import (
    Block,
    Cell,
    Fold,
    Inline,
    Line,
    Link,
    Mark,
    Page,
    Para,
    Row,
    Section,
    Table,
    Terms,
    Text,
    line,
)
from tieout.views.snapshot import Snapshot

INDEX = addresses.SAMPLES
CANNOT_TELL = Mark("unknown", "cannot tell from Git")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the auditor asked for; what is left out follows from the population and from the sealed digest."""

    seed: str = ""
    size: int = 0
    frequency: Frequency | None = None
    service: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawn sample and its worksheet."""

    listed: Listed
    check: Check  # one that judges the list
    wish: Wish
    frequency: Frequency
    sample: Sample
    items: tuple[Item, ...]  # drawn, oldest first
    answers: tuple[tuple[Answer, ...], ...] = ()  # by item, one an attribute; none for records and repositories

    @property
    def tested(self) -> bool:
        """Whether the attributes of a change can be asked of its items."""
        return bool(self.answers)


NOBODY = Wish()


def sheets(snapshot: Snapshot, asked: Iterable[tuple[Check, Listed, Wish]]) -> list[Sheet]:
    """Draws from each list and fills the worksheets in. The seed is the auditor's word, else the digest of the pins."""
    bare = [_drawn(snapshot, check, listed, wish) for check, listed, wish in asked]
    keys = (item.key for drawn in bare for item in drawn.items)
    found = worksheet.gather(snapshot.judgement.results, snapshot.facts, snapshot.date.cutoff, keys)
    return [replace(drawn, answers=_answers(snapshot, found, drawn.check, drawn.items)) for drawn in bare]


def _drawn(snapshot: Snapshot, check: Check, listed: Listed, wish: Wish) -> Sheet:
    own = [item for item in listed.items if not wish.service or wish.service in (item.service, *item.others)]
    frequency = wish.frequency or samples.usual_frequency(len(own), snapshot.date)
    size = wish.size or (len(own) if len(own) < samples.FEW else samples.SIZES[frequency])
    rows = [samples.Listed(lists.name(item), addresses.month(item.at) if item.at else "") for item in own]
    drawn = samples.draw(rows, size, wish.seed or snapshot.lock, listed.digest)
    return Sheet(listed, check, wish, frequency, drawn, tuple(own[place] for place in drawn.picked))


def _answers(snapshot: Snapshot, found: Found, check: Check, items: Sequence[Item]) -> tuple[tuple[Answer, ...], ...]:
    facts = snapshot.facts
    if check.kind == "change":
        return tuple(worksheet.of_change(found, facts.changes[item.key]) for item in items)
    if check.kind == "deployment":
        return tuple(
            worksheet.of_deployment(found, facts.deployments[item.key])
            if item.key in facts.deployments
            else worksheet.of_unrecorded(item)
            for item in items
        )
    return ()


# --- pages ---------------------------------------------------------------------------------------------------------


def pages(snapshot: Snapshot) -> Iterable[Page]:
    """One page a list that has a seed to draw with; a working tree has none."""
    by_check = lists.by_check(snapshot)
    if not by_check:
        return
    drawn_sheets = drawn_of(snapshot, by_check)
    yield _index(snapshot, drawn_sheets)
    for drawn in drawn_sheets:
        judged = [id_ for id_, listed in by_check.items() if listed.name == drawn.listed.name]
        yield _page(snapshot, drawn, judged)


def drawn_of(snapshot: Snapshot, by_check: Mapping[str, Listed]) -> list[Sheet]:
    """One sample a list, of the usual size and by the seed of the audit; none where no digest names what was read."""
    first: dict[str, str] = {}
    for check, listed in by_check.items():
        first.setdefault(listed.name, check)
    results = snapshot.judgement.results
    asked = ((results[id_].check, by_check[id_], NOBODY) for id_ in first.values())
    return sheets(snapshot, asked) if snapshot.lock else []


def _index(snapshot: Snapshot, everything: Sequence[Sheet]) -> Page:
    columns = (
        words.column("Sample"),
        words.column("Population", "n"),
        words.column("Drawn", "n"),
        words.column("It happens"),
    )
    rows = tuple(
        Row(
            (
                words.cell(Link(_title(drawn), addresses.sample(drawn.listed.name))),
                words.count(drawn.sample.population),
                words.count(len(drawn.items)),
                words.cell(samples.WORDS[drawn.frequency]),
            )
        )
        for drawn in everything
    )
    drawn = sum(len(one.items) for one in everything)
    lede = line(
        f"{plural(len(everything), 'population')}, {plural(drawn, 'item')} drawn for re-performance. The program itself tested every item."
        if everything
        else "This was read from a working tree, which no digest names: draw with ",
        *(() if everything else (words.code("tieout sample CHECK --seed WORD"), ".")),
    )
    table = Table(columns, rows, "run", empty="No sample was drawn.")
    sections = (
        Section("", (*proof.so_far(snapshot), table), "samples"),
        Section("How many are usual", (_usual_note(), _usual()), "usual"),
    )
    return Page(INDEX, "Samples", "Samples for an auditor", lede, sections, nav=INDEX)


def _usual_note() -> Para:
    told = (
        "Customary, not normative: audit firms differ, and ISO auditors sample by judgement. Of what happens now and then, "
        "all are taken where there are fewer than five. `tieout sample CHECK --size N` takes any number."
    )
    return Para(words.coded(told), "note")


def _usual() -> Table:
    rows = tuple(
        Row((words.cell(words.sentence(samples.WORDS[word])), words.count(size)))
        for word, size in samples.SIZES.items()
    )
    return Table((words.column("What happens"), words.column("Sample", "n")), rows, "plain")


def _title(drawn: Sheet) -> str:
    whole = {"changes": "Changes", "deployments": "Deployments, back to their changes"}
    return whole.get(drawn.listed.name, drawn.check.title)


def _page(snapshot: Snapshot, drawn: Sheet, judged: Sequence[str]) -> Page:
    number, noun = len(drawn.items), thing(drawn.check.id, drawn.check.kind)
    everything = plural(drawn.sample.population, noun)
    lede = line(
        f"{words.of(number, drawn.sample.population)} {plural_of(noun)}"
        if number < drawn.sample.population
        else f"All {everything}",
        f", drawn for re-performance: the program tested {words.of(drawn.sample.population, drawn.sample.population)} itself.",
    )
    sections = [Section("How they were drawn", (*proof.so_far(snapshot), *_method(snapshot, drawn)), "method")]
    if drawn.tested:
        sections.append(Section("Worksheet", tuple(_worksheet(snapshot, drawn)), "worksheet", landscape=True))
        sections.append(Section("What each letter asks", (_letters(),), "letters"))
    else:
        table = Table(checks.item_columns(), checks.rows(snapshot, drawn.items))
        sections.append(Section("Worksheet", (table,), "worksheet"))
    links = words.joined((words.check(snapshot.judgement, id_) for id_ in judged), ", ")
    provenance = (("Period", line(words.period(snapshot.date))), ("Judged by", links))
    crumbs = (Link("Samples", INDEX), Text(drawn.listed.name, "id"))
    title = f"Sample {drawn.listed.name}"
    heading = f"Sample: {_title(drawn)}"
    return Page(addresses.sample(drawn.listed.name), title, heading, lede, tuple(sections), crumbs, provenance, INDEX)


def _method(snapshot: Snapshot, drawn: Sheet) -> Iterator[Block]:
    seed = drawn.sample.seed
    own = "the digest of the pins of this audit, which an operator could try out commit by commit"
    reason = f"It happened {samples.WORDS[drawn.frequency]}, judged by the number in the period; then {words.are(len(drawn.items))} usual."
    steps = (
        "The rows of the list are split by month. Each month gives one, and the rest in proportion to what each has left, "
        "by largest remainder. Within a month those with the lowest SHA-256 of seed|digest|row are taken, where row is the "
        "first two cells as they stand in the file."
    )
    again = f"tieout sample {drawn.check.id} --audit {snapshot.date.key} --seed {seed}"
    yield Terms(
        (
            (
                "Population",
                (
                    Para(line(words.code(drawn.listed.path), f", {plural(drawn.sample.population, 'row')}")),
                    Para(proof.gives(f"sha256sum {drawn.listed.path}", drawn.sample.digest)),
                ),
            ),
            ("Seed", (Para(line(words.code(seed), f": {own}. An auditor names another, and draws anew.")),)),
            ("Size", (Para(line(reason)),)),
            ("Method", (Para(line(steps)),)),
            ("Draw it again", (Para(line(words.code(again))),)),
        )
    )
    rows = tuple(
        Row(
            (
                words.cell(words.human_month(one.month) if one.month else "without a time"),
                words.count(one.items),
                words.count(one.drawn),
            )
        )
        for one in drawn.sample.strata
    )
    total = Row((words.cell("All"), words.count(drawn.sample.population), words.count(len(drawn.items))), "total")
    yield Table(
        (words.column("Month"), words.column("Population", "n"), words.column("Drawn", "n")), (*rows, total), "plain"
    )


def _letters() -> Table:
    rows = tuple(Row((words.cell(f"{one.letter}. {one.title}"), words.cell(one.passes_when))) for one in ATTRIBUTES)
    return Table((words.column("Attribute"), words.column("Passes when")), rows)


def _worksheet(snapshot: Snapshot, drawn: Sheet) -> Iterator[Block]:
    yield Para(line(_summary(drawn)), "note")
    columns = (
        words.column(words.sentence(drawn.check.kind)),
        words.column("When", "d"),
        *(words.column(f"{one.letter} {one.title}") for one in ATTRIBUTES),
    )
    rows = tuple(_marks(snapshot, item, answers) for item, answers in zip(drawn.items, drawn.answers, strict=True))
    yield Table(columns, rows, "sheet", label="Worksheet of the sample")
    told = tuple(_reasons(snapshot, drawn, passing=False))
    yield Table(
        _REASONS, told, caption="What did not pass, or cannot be told", empty="Everything passed or does not apply."
    )
    everything = Table(_REASONS, tuple(_reasons(snapshot, drawn, passing=True)))
    yield Fold("All other answers, with their reasons", (everything,))


_REASONS = (words.column("Attribute"), words.column("Answer"), words.column("Why"), words.column("Found in"))


def _summary(drawn: Sheet) -> str:
    answers = [answer.outcome for each in drawn.answers for answer in each]
    told = [
        f"{digits(answers.count(outcome))} {word}"
        for outcome, word in (
            (Outcome.PASS, "pass"),
            (Outcome.FAIL, "fail"),
            (Outcome.EXCEPTED, "are excepted"),
            (Outcome.UNKNOWN, "cannot be told from Git"),
            (Outcome.NOT_APPLICABLE, "do not apply"),
        )
        if answers.count(outcome)
    ]
    return f"Of {plural(len(answers), 'answer')}, {human_list(told)}."


def mark(answer: Answer) -> Mark:
    return CANNOT_TELL if answer.outcome is Outcome.UNKNOWN else words.outcome(answer.outcome)


def _marks(snapshot: Snapshot, item: Item, answers: Sequence[Answer]) -> Row:
    link = words.item(snapshot.isms, snapshot.facts, item)
    cells = (words.cell(words.outcome(answer.outcome)) for answer in answers)
    return Row((words.cell(link), words.cell(words.day(item.at)), *cells))


FINE = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})


def _reasons(snapshot: Snapshot, drawn: Sheet, *, passing: bool) -> Iterator[Row]:
    """Item by item; what is true of every item in the same words is told once, before them."""
    common = _common(drawn)
    shared = [pair for pair in common.items() if (pair[1].outcome in FINE) is passing]
    if shared:
        yield Row((words.cell(f"All {plural(len(drawn.items), drawn.check.kind)}"),), "group")
    for attribute, answer in shared:
        yield _reason(snapshot, attribute, answer, words.soft("each one's own page"))
    for item, answers in zip(drawn.items, drawn.answers, strict=True):
        told = [
            (attribute, answer)
            for attribute, answer in zip(ATTRIBUTES, answers, strict=True)
            if (answer.outcome in FINE) is passing and attribute not in common
        ]
        if told:
            yield Row((Cell(_named(snapshot, item)),), "group")
        for attribute, answer in told:
            yield _reason(snapshot, attribute, answer, _source(snapshot, answer))


def _common(drawn: Sheet) -> dict[Attribute, Answer]:
    """What every item was answered in the same words, of several items."""
    found: dict[Attribute, Answer] = {}
    for place, attribute in enumerate(ATTRIBUTES):
        held = [answers[place] for answers in drawn.answers]
        if len(held) > 1 and len({(answer.outcome, answer.reason) for answer in held}) == 1:
            found[attribute] = held[0]
    return found


def _reason(snapshot: Snapshot, attribute: Attribute, answer: Answer, source: Inline) -> Row:
    return Row(
        (
            words.cell(f"{attribute.letter} {attribute.title}"),
            words.cell(mark(answer)),
            Cell(words.linked(snapshot.isms, visible(answer.reason))),
            words.cell(source),
        )
    )


def _named(snapshot: Snapshot, item: Item) -> Line:
    link = words.item(snapshot.isms, snapshot.facts, item)
    change = snapshot.facts.changes.get(item.key) if item.kind == "change" else None
    return line(link, f" {visible(change.subject)}" if change else "")


def _source(snapshot: Snapshot, answer: Answer) -> Inline:
    """The rows of the check that says it, else the page of the fact."""
    if answer.check:
        return words.check(snapshot.judgement, answer.check, answer.service)
    if answer.key in snapshot.facts.deployments and answer.key not in snapshot.facts.changes:
        return words.deployment(snapshot.facts, answer.key)
    return words.change(snapshot.facts, answer.key)


# --- as rows, for files and the terminal ---------------------------------------------------------------------------


def columns(drawn: Sheet) -> tuple[str, ...]:
    first = (drawn.check.kind, "services", "time", "title")
    if not drawn.tested:
        return (*first, "expected", "found", "outcome", "reason")
    letters = (f"{one.letter} {one.title}" for one in ATTRIBUTES)
    return (*first, *letters, *(f"{one.letter} why" for one in ATTRIBUTES))


def rows(snapshot: Snapshot, drawn: Sheet) -> list[tuple[str, ...]]:
    """One row an item, in the order of the columns."""
    found = []
    for place, item in enumerate(drawn.items):
        first = (
            item.key,
            lists.services(item),
            f"{words.minute(item.at)}Z" if item.at else "",
            lists.known_by(snapshot, item)[1],
        )
        if drawn.tested:
            answers = drawn.answers[place]
            found.append((*first, *(mark(one).words for one in answers), *(one.reason for one in answers)))
        else:
            found.append((*first, item.expected, item.found, words.outcome(item.outcome).words, item.reason))
    return found
