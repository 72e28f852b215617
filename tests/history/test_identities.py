from pathlib import Path

import pytest
from history.story import PEOPLE, Story, config, isms, person
from tinyproject import call

from tieout.history import derive
from tieout.history.lookalikes import find_lookalikes
from tieout.history.mailmap import Mapped, index_mailmap, parse_mailmap
from tieout.history.people import index_people
from tieout.model.history import Identity, Stamp
from tieout.text.confusable import skeleton
from tieout.views.addresses import PEOPLE as PEOPLE_PAGE

ZERO_WIDTH, RIGHT_TO_LEFT = "\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}"


def derived(story, **registers):
    return derive({"app": story.history()}, {"app": story.pin()}, isms(**registers), config())


def alike(*people):
    return [
        (one.name, one.other, one.how)
        for one in find_lookalikes(
            (Identity(person, name, f"{number}@x"), "app") for number, (person, name) in enumerate(people)
        )
    ]


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Ada Stone", "\N{CYRILLIC CAPITAL LETTER A}da Stone"),
        ("Paul", "\N{CYRILLIC CAPITAL LETTER ER}\N{CYRILLIC SMALL LETTER A}ul"),
        ("Ilya", "llya"),
        ("Mary Burns", "Mary Bums"),
        ("O'Hara", "0'Hara"),
        ("Ada", f"A{ZERO_WIDTH}da"),
    ],
)
def test_names_that_a_reader_cannot_tell_apart_are_told(name, other):
    assert skeleton(name) == skeleton(other)
    assert [found[:2] for found in alike(("ada", name), ("", other))] == [(other, name)]


def test_other_ways_of_writing_ones_own_name_are_not_told():
    names = ["José Moreira", "Jose Moreira", "josemoreira", "JOSE MOREIRA", "Jose  Moreira", "J. Moreira"]
    assert alike(*(("", name) for name in names)) == []


def test_two_names_of_one_registered_person_are_not_told():
    assert alike(("ilya", "Ilya"), ("ilya", "llya")) == []


def test_a_name_that_hides_or_mixes_something_is_told_by_itself():
    told = alike(("", f"Ada{RIGHT_TO_LEFT}"), ("", "Bo\N{GREEK SMALL LETTER OMICRON}k Smith"))
    assert [(other, how) for _, other, how in told] == [
        ("", "it holds characters that nobody sees"),
        ("", "it mixes letters of several scripts"),
    ]


def test_an_author_who_looks_like_a_registered_person_is_a_problem_of_that_repository():
    story = Story()
    story.commit("Start", {"a": "1"}, author=("\N{CYRILLIC CAPITAL LETTER A}da Stone", "ada@other.example"))
    facts, problems = derived(story)
    assert [(one.other, one.repo) for one in facts.lookalikes] == [("Ada Stone", "app")]
    assert [(one.code, one.source.repo) for one in problems if one.code == "confusable-name"] == [
        ("confusable-name", "app")
    ]


# --- .mailmap ------------------------------------------------------------------------------------------------------


def test_the_four_forms_of_a_mailmap_line_are_read():
    text = b"""# people
Ada Stone <ada@old.example>
<ada@example.org> <ada@older.example>
Ada Stone <ada@example.org> <ada@home.example>  # her own
Ada Stone <ada@example.org> ada s <shared@example.org>
no address
"""
    assert parse_mailmap(text) == (
        Mapped("Ada Stone", "", "", "ada@old.example"),
        Mapped("", "ada@example.org", "", "ada@older.example"),
        Mapped("Ada Stone", "ada@example.org", "", "ada@home.example"),
        Mapped("Ada Stone", "ada@example.org", "ada s", "shared@example.org"),
    )
    told = index_mailmap(parse_mailmap(text)).said_of
    assert told("x", "ADA@home.example") == "Ada Stone <ada@example.org>"
    assert told("Ada S", "shared@example.org") == "Ada Stone <ada@example.org>"
    assert told("Ben", "shared@example.org") == ""
    assert told("Ada Stone", "ada@old.example") == ""


def test_a_mailmap_is_told_beside_an_unknown_address_and_never_identifies():
    story = Story()
    story.commit(
        "Start", {".mailmap": "Ada Stone <ada@example.org> <who@example.net>\n"}, author=("who", "who@example.net")
    )
    facts, _ = derived(story)
    (stranger,) = facts.unknown
    assert (stranger.email, stranger.mailmap) == ("who@example.net", (("app", "Ada Stone <ada@example.org>"),))
    (change,) = facts.changes.values()
    assert not change.authors[0].known


# --- the forge -----------------------------------------------------------------------------------------------------


def test_the_forges_own_account_is_no_person():
    people = {**PEOPLE, "forge": person("forge", "Forge", "noreply@forge.example", kind="forge")}
    assert index_people(people).identify(Stamp("Forge", "noreply@forge.example", 0), 0).robot


def test_an_openpgp_key_of_the_register_tells_whose_signature_a_commit_bears(project):
    """From keys.yml by way of the checks of content to the page: what no reader of signatures alone would notice."""
    block = (Path(__file__).parent / "openpgp" / "bo.asc").read_text()
    indented = "".join(f"    {line}\n" for line in block.splitlines())
    project.write({"isms/keys.yml": f"- id: KEY-1\n  person: ada\n  key: |\n{indented}  from: 2026-01-01\n"})
    assert call("check", "--isms", project.isms).code == 0
    ended = call("build", "--isms", project.isms, "--output", project.folder / "site", "--no-pdf")
    assert ended.code == 0, ended.err
    assert "KEY-1" in (project.folder / "site" / "current" / PEOPLE_PAGE).read_text()
