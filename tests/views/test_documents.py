"""Document control: on the page of each record, over all records, and the way to the forge."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from views.snapshots import (
    ALICE,
    PRESENT,
    all_text,
    anchors,
    facts,
    hrefs,
    isms_change,
    page_of,
    record,
    table,
    text,
    tiny,
    whole,
)
from views.snapshots import approval as approved

from tieout.model.differences import Difference
from tieout.model.documents import Document, Revision
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change, Identity
from tieout.model.records import Action
from tieout.model.settings import Forge
from tieout.views import approval, dues, revisions, site
from tieout.views.bundle import bundle
from tieout.views.page import Fold, Link, Page, Table
from tieout.views.snapshot import Snapshot

PATH = "isms/risk/RSK-001.md"
GOOD = (approved(Grade.SIGNED),)
OWN = (approved(Grade.SIGNED, ALICE),)
STRANGER = Identity("", "Who", "who@example.test")


def change(number: int, approvals: tuple[Approval, ...] = (), **fields: object) -> Change:
    return replace(
        isms_change(str(number) * 8, f"2026-06-{number:02}", PATH, approvals=approvals),
        **{"commits": ("c" * 40,), **fields},
    )


def told(register: str, id_: str, *found: Revision) -> Snapshot:
    snapshot = whole()
    return replace(snapshot, documents={(register, id_): Document(register, id_, tuple(found))})


def of_risk(*found: Revision, at: Snapshot | None = None) -> Page:
    snapshot = told("risks", "RSK-001", *found)
    return page_of(
        site(replace(snapshot, **({"date": at.date, "config": at.config} if at else {})), None), "risks/RSK-001.html"
    )


def due(day: str) -> Action:
    return record(
        Action, "ACT-2026-001", owner="bob-baker", status="open", opened=date(2026, 1, 1), due=date.fromisoformat(day)
    )


# --- one record ----------------------------------------------------------------------------------------------------


def test_a_record_shows_its_version_makers_approver_and_what_it_said_before() -> None:
    page = of_risk(
        Revision(change(1, GOOD), "created", 1, PATH),
        Revision(change(2, GOOD), "changed", 2, PATH, differences=(Difference(("title",), "Old", "New"),)),
    )
    assert text(dict(page.provenance)["Version"]) == "2nd, 2026-06-02"
    assert text(dict(page.provenance)["Approved"]) == "Bob Baker signed"
    newest, oldest = table(page, "history").rows
    assert [text(cell.line) for cell in newest.cells][:4] == ["2", "2026-06-02", "Alice Archer", "Bob Baker signed"]
    assert text(newest.cells[4].line) == "22222222 Revise RSK-001 22222222. title Old → New."
    assert text(oldest.cells[4].line).endswith("Created.")
    assert "git show 11111111:isms/risk/RSK-001.md" in all_text(page)


def test_a_self_approval_is_called_that_and_the_last_good_one_is_named() -> None:
    page = of_risk(Revision(change(1, GOOD), "created", 1, PATH), Revision(change(2, OWN), "changed", 2, PATH))
    assert text(dict(page.provenance)["Approved"]) == "only self-approved"
    assert "last approved: the 1st version on 2026-06-01 by Bob Baker signed" in all_text(page)


def test_an_unknown_author_leaves_the_independence_unknown() -> None:
    made = change(1, GOOD, authors=(STRANGER,))
    assert approval.standing(made) == "unknown"
    page = of_risk(Revision(made, "created", 1, PATH))
    assert text(dict(page.provenance)["Approved"]) == "Bob Baker signed, independence unknown"


EARLIER = replace(approved(Grade.SIGNED), covers="earlier")
TYPED = replace(approved(Grade.STATED), covers="unspecified", basis="trailer")
LATE = replace(approved(Grade.RECORDED), after_the_fact=True)


@pytest.mark.parametrize(
    ("made", "standing", "told"),
    [
        (change(1, GOOD), "approved", "Bob Baker signed"),
        (change(1, (TYPED,)), "stated", "Bob Baker stated"),
        (change(1, (LATE,)), "late", "Bob Baker recorded by the forge, after the fact"),
        (change(1, (EARLIER,)), "earlier", "Bob Baker stated, of an earlier revision"),
        (
            change(1, (replace(EARLIER, after_the_fact=True),)),
            "earlier",
            "Bob Baker stated, of an earlier revision, after the fact",
        ),
        (
            change(1, (EARLIER,), merge_adds="made"),
            "earlier",
            "Bob Baker stated, of what was proposed; the merge added more",
        ),
        (
            change(1, (EARLIER,), merge_adds="cannot-tell"),
            "earlier",
            "Bob Baker stated, of what was proposed; whether the merge added more cannot be told",
        ),
        (change(1, (replace(TYPED, by=STRANGER),)), "unknown", "Who who@example.test, not in the register stated, independence unknown"),
        (change(1, OWN), "self", "only self-approved"),
        (change(1, (replace(approved(Grade.SIGNED), absence="left"), *OWN)), "away", "approved only by somebody who was not here on that day"),
        (change(1, (replace(approved(Grade.SIGNED), absence="left"), *GOOD)), "approved", "Bob Baker signed"),
        (change(1, (replace(approved(), grade=Grade.NONE),)), "none", "no record"),
        (change(1), "none", "no record"),
        (change(1, (TYPED, EARLIER, LATE)), "late", "Bob Baker recorded by the forge, after the fact"),
        (change(1, (TYPED, LATE, *GOOD)), "approved", "Bob Baker signed"),
    ],
)  # fmt: skip
def test_only_an_approval_of_this_content_before_it_counted_and_better_than_typed_is_one(
    made: Change, standing: str, told: str
) -> None:
    assert approval.standing(made) == standing
    assert text(approval.words_of(whole().isms, made)) == told


@given(st.lists(st.sampled_from([GOOD, (TYPED,), (LATE,), (EARLIER,), OWN, ()])))
def test_what_is_counted_of_approvals_adds_up_to_the_whole(found: list[tuple[Approval, ...]]) -> None:
    counted = approval.tally(change(1, each) for each in found)
    assert sum(counted.values()) == len(found)
    assert approval.approved(counted) == found.count(GOOD)


def test_each_record_is_counted_once_by_what_is_known_of_its_approval() -> None:
    snapshot = whole()
    ids = list(snapshot.isms.risks)
    several = ((*GOOD,), (TYPED,))
    documents = {
        ("risks", id_): Document("risks", id_, (Revision(change(1, found), "created", 1, PATH),))
        for id_, found in zip(ids, several, strict=False)
    }
    page = page_of(site(replace(snapshot, documents=documents), None), "documents/index.html")
    rows = [[text(cell.line) for cell in row.cells][:2] for row in table(page, "grades").rows]
    assert [row for row in rows if row[1] != "0"][:2] == [
        ["approved, signed", "1"],
        ["with an approval that is only stated", "1"],
    ]
    *each, (_, whole_) = rows
    assert sum(int(number) for _, number in each) == int(whole_)
    assert ": 1 signed; 1 with an approval that is only stated and " in text(page.lede)
    listed = [text(row.cells[0].line) for row in table(page, "unapproved").rows]
    assert any(one.startswith(ids[1]) for one in listed)


def test_an_approved_last_change_over_an_unapproved_one_is_told() -> None:
    snapshot = told(
        "risks",
        "RSK-001",
        Revision(change(1, (TYPED,)), "created", 1, PATH),
        Revision(change(2, GOOD), "changed", 2, PATH),
    )
    page = page_of(site(snapshot, None), "documents/index.html")
    assert "1 of 1 records whose last change was approved had an earlier one that was not" in all_text(page)


def test_a_record_that_was_mended_is_told_as_such() -> None:
    page = of_risk(
        Revision(change(1, GOOD), "created", 1, PATH),
        Revision(change(2), "unread", 1, PATH, compared=False),
        Revision(change(3), "mended", 1, PATH),
    )
    assert text(dict(page.provenance)["Approved"]) == "Bob Baker signed"
    newest = table(page, "history").rows[0]
    assert text(newest.cells[4].line).endswith("Can be read again, and says what it said before.")


def test_what_is_not_in_git_says_so() -> None:
    page = page_of(site(whole(), None), "risks/RSK-001.html")
    assert text(dict(page.provenance)["Version"]) == "no record"
    assert "No commit that was read holds the record." in all_text(page)


def test_uncommitted_words_are_approved_by_nobody() -> None:
    document = Document("risks", "RSK-001", (Revision(change(1, GOOD), "created", 1, PATH),), uncommitted=True)
    page = page_of(
        site(replace(whole(PRESENT), documents={("risks", "RSK-001"): document}), None), "risks/RSK-001.html"
    )
    assert text(dict(page.provenance)["Version"]) == "1st, 2026-06-01, uncommitted changes on top"
    assert text(dict(page.provenance)["Approved"]) == "no record"


def test_a_long_history_is_folded() -> None:
    found = [Revision(change(1), "created", 1, PATH), *(Revision(change(n), "changed", n, PATH) for n in range(2, 9))]
    page = of_risk(*found)
    section = next(section for section in page.sections if section.anchor == "history")
    fold = next(block for block in section.blocks if isinstance(block, Fold))
    assert fold.summary == "3 older changes"
    assert len(table(page, "history").rows) == 5
    assert isinstance(fold.blocks[0], Table)
    assert len(fold.blocks[0].rows) == 3


def test_what_cannot_be_told_is_told() -> None:
    page = of_risk(
        Revision(change(1), "created", 1, PATH, compared=False),
        Revision(change(2), "unread", 1, PATH, compared=False),
        Revision(change(3), "changed", 2, PATH, compared=False),
        Revision(change(4), "layout", 2, PATH),
        Revision(change(5), "moved", 2, PATH, moved_from="isms/old.md"),
    )
    said = [text(row.cells[4].line) for row in table(page, "history").rows]
    assert [one.partition(". ")[2].strip() for one in said] == [
        "File renamed from isms/old.md.",
        "Layout or comments only.",
        "Which fields it changed cannot be told: before or after it, they do not follow the register's form.",
        "The file could not be read after it, so what it did to this record is unknown.",
        "The first version that could be read; there were others before.",
    ]


def test_what_was_elsewhere_before_is_not_said_to_be_new() -> None:
    page = of_risk(Revision(change(1), "created", 1, PATH, moved_from="old/RSK-001.md"))
    said = text(table(page, "history").rows[0].cells[4].line)
    assert said.endswith(". Moved here from old/RSK-001.md: what it said there is not followed.")
    assert "Moved here" in all_text(page)


def test_a_long_text_shows_the_changed_words_only() -> None:
    old = "one two three four five six seven " * 4
    assert text(revisions.quotations(old, old.replace("six", "6", 1))) == (
        "“… two three four five six seven one two three …” → “… two three four five 6 seven one two three …”"
    )
    assert text(revisions.quotations(old, f"{old}eight")) == "added “eight”"
    assert text(revisions.quotations(f"zero {old}", old)) == "removed “zero”"
    assert revisions.quotations("a b", "a\nb") == ()


def test_ordinals() -> None:
    assert [revisions.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]
    )


# --- due dates -----------------------------------------------------------------------------------------------------


def moved() -> Snapshot:
    days = ("2026-03-01", "2026-07-31", "2026-08-31")
    found = (Revision(change(n), "changed", n, PATH, due(day)) for n, day in enumerate(days, 1))
    return told("actions", "ACT-2026-001", *found)


def test_a_day_that_moved_is_shown_with_its_first_one() -> None:
    page = page_of(site(moved(), None), "actions/index.html")
    row = next(row for row in table(page, "actions").rows if row.anchor == "ACT-2026-001")
    assert text(row.cells[2].line) == "2026-08-31, 30 days overdue; first 2026-03-01, moved twice"
    assert row.cells[2].line[-1] == Link("moved twice", "documents/actions.html#ACT-2026-001")


def test_open_actions_are_counted_by_the_day_set_now_and_by_the_first() -> None:
    snapshot = moved()
    action = snapshot.isms.actions["ACT-2026-001"]
    note, ages = dues.ages(snapshot, [action])
    assert isinstance(ages, Table)
    assert text(note.line) == "1 open action has another day than the one set first."
    assert [[text(cell.line) for cell in row.cells] for row in ages.rows] == [
        ["Not due yet", "0", "0"],
        ["1 to 30 days overdue", "1", "0"],
        ["31 to 60 days", "0", "0"],
        ["61 to 90 days", "0", "0"],
        ["More than 90 days", "0", "1"],
        ["Open actions", "1", "1"],
    ]


def test_what_moved_is_listed_with_who_moved_it_last() -> None:
    row = table(page_of(site(moved(), None), "documents/index.html"), "moved").rows[0]
    assert [text(cell.line) for cell in row.cells][1:7] == [
        "due",
        "2026-03-01",
        "2026-08-31",
        "183 days",
        "2",
        "Alice Archer",
    ]


# --- all records ---------------------------------------------------------------------------------------------------


def test_records_without_an_approval_stand_first_and_are_counted() -> None:
    snapshot = told("risks", "RSK-001", Revision(change(1, GOOD), "created", 1, PATH))
    page = page_of(site(snapshot, None), "documents/index.html")
    lacking, good = table(page, "unapproved").rows, table(page, "approved").rows
    assert [section.anchor for section in page.sections].index("unapproved") == 2
    assert [text(row.cells[0].line) for row in good] == ["RSK-001 Title of RSK-001"]
    assert text(page.lede) == (
        f"Of {len(lacking) + 1} records, 1 had the last change approved by a known person who wrote none of it, "
        f"before it took effect: 1 signed; {len(lacking)} without a record of approval."
    )


def test_a_removed_record_is_listed() -> None:
    snapshot = told(
        "risks", "RSK-099", Revision(change(1), "created", 1, PATH), Revision(change(2, GOOD), "removed", 1, PATH)
    )
    row = table(page_of(site(snapshot, None), "documents/index.html"), "removed").rows[0]
    assert [text(cell.line).strip() for cell in row.cells] == [
        "RSK-099", "risks", "1", "2026-06-02", "22222222", "Alice Archer", "Bob Baker signed",
    ]  # fmt: skip


def test_the_period_counts_its_changes() -> None:
    made = replace(facts().isms_changes[1], commits=("c" * 40,))
    held = told("risks", "RSK-001", Revision(made, "created", 1, PATH))
    held = replace(held, facts=replace(held.facts, isms_changes=(made,)))
    page = page_of(site(held, None), "documents/index.html")
    assert "1 of 1 changes of the ISMS were approved by a second person: 1 recorded by the forge." in all_text(page)
    assert "Records: 1 created." in all_text(page)


def test_every_link_of_document_control_leads_somewhere() -> None:
    made = site(moved(), None)
    places = {page.path: anchors(page) for page in made.pages}
    for page in made.pages:
        if page.path.startswith("documents/"):
            for href in hrefs(page):
                path, _, anchor = href.partition("#")
                assert path in places, href
                assert not anchor or anchor in places[path], href


def test_without_any_history_there_is_no_page() -> None:
    assert not any(page.path.startswith("documents/") for page in site(tiny(), None).pages)


def test_folds_are_left_out_on_paper() -> None:
    found = [Revision(change(1), "created", 1, PATH), *(Revision(change(n), "changed", n, PATH) for n in range(2, 9))]
    snapshot = told("soa", "soa", *found)
    printed = bundle(snapshot, site(snapshot, None))
    held = [block for chapter in printed.chapters for section in chapter.sections for block in section.blocks]
    assert held
    assert not any(isinstance(block, Fold) for block in held)


# --- the forge -----------------------------------------------------------------------------------------------------


def at_forge(when: Snapshot) -> Snapshot:
    forge = Forge(
        "https://git.example/isms/edit/{branch}/{path}",
        "https://git.example/isms/log/{path}?at={branch}",
        "https://git.example/isms/commit/{commit}",
    )
    return replace(when, config=replace(when.config, branch="release/one", folder="a b", forge=forge))


def outside(page: Page) -> list[str]:
    return [href for href in hrefs(page) if href.startswith("https://git.example")]


def test_the_present_leads_to_the_forge() -> None:
    page = of_risk(Revision(change(1), "created", 1, PATH), at=at_forge(whole(PRESENT)))
    links = [part.href for part in dict(page.provenance)["On the forge"] if isinstance(part, Link)]
    assert links == [
        "https://git.example/isms/edit/release/one/a%20b/isms/risk/RSK-001.md",
        "https://git.example/isms/log/a%20b/isms/risk/RSK-001.md?at=release/one",
    ]
    assert f"https://git.example/isms/commit/{'1' * 40}" in outside(page)


def test_a_page_of_several_lists_leads_to_the_file_of_each() -> None:
    pages = site(at_forge(whole(PRESENT)), None)
    for path in ("people/index.html", "parties.html", "scope.html"):
        page = page_of(pages, path)
        told = dict(page.provenance)
        assert len(told["Lists"]) == len(told["Edit"])
        assert {href for href in outside(page) if "/edit/" in href} >= {
            part.href for part in told["Edit"] if isinstance(part, Link)
        }


def test_an_audit_of_the_past_leads_to_no_forge() -> None:
    snapshot = at_forge(told("risks", "RSK-001", Revision(change(1), "created", 1, PATH)))
    assert not any(outside(page) for page in site(snapshot, None).pages)


def test_without_a_forge_there_is_no_link() -> None:
    page = of_risk(Revision(change(1), "created", 1, PATH), at=whole(PRESENT))
    assert "On the forge" not in dict(page.provenance)
