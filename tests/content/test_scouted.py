"""Drafts of a scout become part of a starting ISMS as the person left them."""

import pytest

from tieout.content.scouted import join
from tieout.problems import BuildError

START = {
    "tieout.yml": b"schema: 1\nrepositories: {}\n",
    "isms/people.yml": b'- id: ada\n  name: Ada\n  emails: ["ada@example.org"]\n',
    "isms/services/first-service.md": b"---\n---\n",
    "isms/risks/RSK-001.md": b"affects: [first-service]\n",
}
SETTINGS = b"repositories:\n  prices: {url: ../prices}\n"
PEOPLE = b"# a draft\n\n# one person?\n- id: ada\n  name: Ada\n  emails: [ada@home.example]\n\n# hint\n- id: ben\n  name: Ben\n  emails: [ben@x.example]\n"


def joined(people=PEOPLE, settings=SETTINGS, **more):
    drafts = {"tieout.yml": settings, "isms/people.yml": people, "isms/services/prices.md": b"---\n---\n", **more}
    return {path: data.decode() for path, data in join(START, drafts, "ada", "ada@example.org").items()}


def test_the_first_drafted_service_takes_the_place_of_the_example():
    found = joined()
    assert "isms/services/first-service.md" not in found
    assert found["isms/risks/RSK-001.md"] == "affects: [prices]\n"
    assert found["tieout.yml"] == 'schema: 1\nrepositories:\n  prices: {url: "../prices"}\n'


def test_entries_keep_their_comments_and_no_id_is_given_twice():
    people = joined()["isms/people.yml"]
    assert "# one person?\n- id: ada-2\n  name: Ada\n" in people
    assert "# hint\n- id: ben\n" in people
    assert "# a draft" not in people


def test_an_entry_with_the_owner_s_address_is_the_owner_s():
    people = joined(b"- {id: ada-x, name: Ada, emails: [ada@home.example, ADA@example.org]}\n")["isms/people.yml"]
    assert people.count("- ") == 1
    assert 'emails: ["ada@example.org", "ada@home.example"]' in people


def test_a_draft_that_cannot_be_read_is_named():
    with pytest.raises(BuildError, match=r"people\.yml:2:1"):
        joined(b"- {id: [\n")
    with pytest.raises(BuildError, match="links no repositories"):
        joined(settings=b"schema: 1\n")


def test_no_other_file_is_taken_up():
    found = joined(**{"isms/../../x": b"", "isms/services/.hidden.md": b"", "README.md": b"mine"})
    assert set(found) == {*START, "isms/services/prices.md"} - {"isms/services/first-service.md"}
