"""A built site as a stranger would test it: every number is counted again, every link followed, every page parsed."""

import json
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import html5lib
import pytest
from gitfixtures import git
from tinyproject import AUDIT, Project, call

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
OUTCOMES = {"pass": "pass", "excepted": "excepted", "fail": "fail", "unknown": "unknown", "na": "not-applicable"}
LABELS = {"Pass": "pass", "Excepted": "excepted", "Fail": "fail", "Cannot tell": "unknown", "Not applicable": "not-applicable"}  # fmt: skip
ELEMENTS = """
a abbr b blockquote body br caption code col colgroup dd del details div dl dt em figcaption figure footer h1 h2 h3 h4 head
header hr html i kbd li link main meta nav ol p pre s script section small span strong sub summary sup table tbody td th
thead time title tr ul
svg circle defs desc g line marker path polygon polyline rect text tspan
"""
TAGS = frozenset(ELEMENTS.split())
AUDITS = (AUDIT, "current")


@dataclass(frozen=True, slots=True)
class Built:
    """A site with every page parsed."""

    folder: Path
    pages: dict[str, Element]  # by path below the site

    def data(self, audit, name):
        return json.loads((self.folder / audit / "data" / f"{name}.json").read_text("utf-8"))[name]


def tag(element):
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def parse(text):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def read_site(folder):
    """Every page, parsed strictly: a page that is not valid HTML raises here and is named."""
    pages = {}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        try:
            pages[name] = parse(path.read_text("utf-8"))
        except html5lib.html5parser.ParseError as fault:
            raise AssertionError(f"{name}: {fault}") from None
    return Built(folder, pages)


@pytest.fixture(scope="module")
def built(template, tmp_path_factory):
    place = tmp_path_factory.mktemp("whole") / "small"
    shutil.copytree(template.folder, place, symlinks=True)
    assert call("build", "--isms", place / "isms", "--output", place / "site", "--no-pdf").code == 0
    return Project(place), read_site(place / "site")


# --- numbers -------------------------------------------------------------------------------------------------------


def body_rows(table):
    return [row for part in table.iter("tbody") for row in part.iter("tr") if "total" not in row.get("class", "")]


def cells(row):
    return {cell.get("data-l"): cell for cell in row.iter("td") if cell.get("data-l")}


def words(element):
    return " ".join("".join(element.itertext()).split())


def target(page, href):
    return normpath((PurePosixPath(page).parent / unquote(href.partition("#")[0])).as_posix())


def outcome_of(cell):
    classes = [set(mark.get("class", "").split()) for mark in cell.iter("span")]
    return next(OUTCOMES[name] for names in classes for name in OUTCOMES if {"s", name} <= names)


def counted(built, page, seen=()):
    """The outcomes of every row behind a page of a check: its own population, and those of the services it links."""
    found = Counter()
    section = ""
    for element in built.pages[page].find(".//main").iter():
        section = element.get("id", "") if tag(element) == "h2" else section
        if tag(element) != "table":
            continue
        for columns in map(cells, body_rows(element)):
            if "Population" in columns:
                links = [target(page, link.get("href")) for link in columns["Population"].iter("a")]
                for link in sorted(set(links) - {page, *seen}):
                    found += counted(built, link, (page, *seen))
            elif section == "population":
                found[outcome_of(columns["Outcome"])] += 1
    return found


def judged_table(built, audit):
    front = built.pages[f"{audit}/index.html"]
    return next(table for table in front.iter("table") if "run" in table.get("class", "").split())


def numbers(row):
    return {label: int(words(cell).replace(",", "")) for label, cell in cells(row).items() if not cell.get("colspan")}


@pytest.mark.parametrize("audit", AUDITS)
def test_every_figure_of_the_front_page_is_the_number_of_rows_behind_its_link(built, audit):
    _, site = built
    table = judged_table(site, audit)
    seen, alone = 0, Counter()
    for row in body_rows(table):
        told = numbers(row)
        if told["Population"] == 0:
            assert "did not occur" in words(row)
            continue
        assert told["Population"] == sum(told[label] for label in LABELS)
        pages = {
            target(f"{audit}/index.html", link.get("href")) for cell in cells(row).values() for link in cell.iter("a")
        }
        (page,) = pages
        rows = counted(site, page)
        if page == f"{audit}/checks/index.html":  # those in which nothing failed stand there one by one
            rows -= alone
        alone += rows
        assert {LABELS[label]: told[label] for label in LABELS if told[label]} == dict(rows), page
        seen += told["Population"]
    totals = numbers(next(row for row in table.iter("tr") if "total" in row.get("class", "")))
    assert totals["Population"] == seen == len(site.data(audit, "items"))
    assert {LABELS[label]: totals[label] for label in LABELS if totals[label]} == dict(
        Counter(item["outcome"] for item in site.data(audit, "items"))
    )


@pytest.mark.parametrize("audit", AUDITS)
def test_the_first_sentence_of_the_front_page_ties_out_with_the_data(built, audit):
    _, site = built
    items, traces = site.data(audit, "items"), site.data(audit, "traces")
    lede = words(next(one for one in site.pages[f"{audit}/index.html"].iter("p") if one.get("class") == "lede"))
    reviewed = [item for item in items if item["check"] == "change-reviewed"]
    alone = sum(item["outcome"] == "fail" and item["grade"] == "none" for item in reviewed)
    whole = sum(trace["complete"] for trace in traces)
    assert f"{whole} of {len(traces)} risk{'s' if len(traces) > 1 else ''} can be followed" in lede
    assert f"{alone or 'No'} change{'s' if alone > 1 else ''} in {len(reviewed)} reached production without" in lede
    wrong = [gap for gap in site.data(audit, "gaps") if gap["kind"] != "open"]
    assert f"{len(wrong)} things are known to be wrong" in lede


def test_the_changes_of_a_service_are_the_steps_that_git_counts(built):
    project, site = built
    pins = {
        audit: {pin["repository"]: pin["commit"] for pin in json.loads((site.folder / audit / "manifest.json").read_text())["pins"]}
        for audit in AUDITS
    }  # fmt: skip
    ranges = {AUDIT: pins[AUDIT]["pay"], "current": f"{pins[AUDIT]['pay']}..{pins['current']['pay']}"}
    for audit, span in ranges.items():
        changes = [one for one in site.data(audit, "changes") if one["repo"] == "pay"]
        told = int(git(project.service, "rev-list", "--first-parent", "--count", span))
        assert len(changes) == told > 0
        assert sorted(one["id"] for one in changes) == sorted(
            git(project.service, "rev-list", "--first-parent", span).split()
        )


def test_the_commands_that_provenance_offers_give_the_numbers_it_tells(built):
    project, site = built
    offered = 0
    for audit in AUDITS:
        for row in site.pages[f"{audit}/provenance.html"].iter("tr"):
            command = next((words(code) for code in row.iter("code") if words(code).startswith("git -C ")), "")
            if command:
                _, _, repo, *rest = command.split()
                assert words(list(row)[-1]) == git(project.folder / repo, *rest)
                offered += 1
    assert offered >= 6


# --- pages ---------------------------------------------------------------------------------------------------------


def anchors(document):
    return {element.get("id") for element in document.iter() if element.get("id")}


def test_every_link_and_every_anchor_leads_somewhere(built):
    assert broken_links(built[1]) == []


def broken_links(site):
    known = {page: anchors(document) for page, document in site.pages.items()}
    broken = []
    for page, document in site.pages.items():
        for element in document.iter():
            for name in ("href", "src", "{http://www.w3.org/1999/xlink}href"):
                address = element.get(name)
                if address is None or address.startswith(("https://", "http://", "mailto:")):
                    continue
                path = target(page, address) if address.partition("#")[0] else page
                anchor = unquote(address.partition("#")[2])
                if not (site.folder / path).is_file() or (anchor and anchor not in known.get(path, ())):
                    broken.append((page, address))
    return broken


def test_every_page_holds_known_elements_only_and_runs_nothing_of_its_own(built):
    for page, document in built[1].pages.items():
        assert {tag(element) for element in document.iter()} - TAGS - {""} == set(), page
        for element in document.iter():
            assert not [name for name in element.attrib if name.startswith("on") or name == "style"], page
        scripts = [element for element in document.iter() if tag(element) == "script"]
        assert all(script.get("src") and not words(script) for script in scripts), page
        ids = [element.get("id") for element in document.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), page


def test_every_page_says_what_it_is_to_those_who_cannot_see_it(built):
    for page, document in built[1].pages.items():
        assert len(list(document.iter("h1"))) == 1, page
        assert words(next(document.iter("title"))), page
        assert document.get("lang") == "en", page
        assert all(words(link) or link.get("aria-label") for link in document.iter("a")), page


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audit", AUDITS)
def test_the_sums_verify_and_the_manifest_names_every_file(built, audit):
    folder = built[1].folder / audit
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    listed = {row["path"]: row["sha256"] for row in manifest["files"]}
    assert set(listed) == there - {"manifest.json", "SHA256SUMS"}
    assert all(sha256((folder / path).read_bytes()).hexdigest() == name for path, name in listed.items())
    summed = {line.partition("  ")[2] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines()}
    assert summed == there - {"SHA256SUMS"}


def test_every_table_of_data_says_how_many_rows_it_has(built):
    for audit in AUDITS:
        for path in (built[1].folder / audit / "data").glob("*.json"):
            whole = json.loads(path.read_text("utf-8"))
            assert whole["count"] == len(whole[path.stem]), path.name
            assert whole["audit"] == audit
