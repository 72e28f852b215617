"""The PDF: the same bytes each time, hostile words as words, tagged and archival as requested."""

import io

import pikepdf
import pytest
from output.factories import HOSTILE, blocks

from tieout.output import pdf
from tieout.problems import BuildError
from tieout.views.bundle import Bundle, Chapter
from tieout.views.page import Section, Text, line


def bundle(words="RSK-008"):
    chapter = Chapter(words, line(words), (Section(words, blocks(words)),), landscape=True)
    cover = (("Scope", line(Text(words, "claim"))), ("ISMS", line(Text("7be31d0c" * 5, "code"))))
    answer = line(f"18 of 20 risks can be followed. {words}")
    title, when, foot = "Surveillance audit", "30 September 2026", f"{words}, audit"
    return Bundle("pdf/x.pdf", words, title, when, answer, cover, "ab" * 32, foot, (chapter,), 1_790_000_000)


def test_the_same_bundle_gives_the_same_bytes():
    assert pdf.render(bundle()) == pdf.render(bundle())


@pytest.mark.parametrize("words", [HOSTILE, '#read("/etc/passwd")', "*bold* $x$ @ref // /* ]", "🙂 日本語"])
def test_hostile_words_and_missing_glyphs_stay_words(words):
    document = pikepdf.open(io.BytesIO(pdf.render(bundle(words))))
    assert len(document.pages) == 2


def test_it_asks_for_archival_and_accessible_output():
    document = pikepdf.open(io.BytesIO(pdf.render(bundle())))
    with document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
    assert document.Root.MarkInfo.Marked
    assert document.Root.Lang == "en"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('#read("/etc/passwd")', "file not found"),
        ('#read("../outside.txt")', "would escape the project root"),
        ('#import "/../outside.typ"', "would escape the project root"),
        ('#read("link.txt")', "a theme holds no symbolic links"),
        ('#import "@local/mine:1.0.0": *', "package not found"),
    ],
)
def test_a_template_reads_no_file_outside_its_theme(tmp_path, source, said):
    folder = tmp_path / "look" / "pdf"
    folder.mkdir(parents=True)
    for name in ("outside.txt", "outside.typ"):
        (folder.parent / name).write_text("secret")
    if "link" in source:
        (folder / "link.txt").symlink_to("../outside.txt")
    (folder / "bundle.typ").write_text(source)
    with pytest.raises(BuildError, match=said):
        pdf.render(bundle(), folder.parent)


def test_a_fault_of_the_theme_is_one_sentence(tmp_path):
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "bundle.typ").write_text("#nothing-like-this")
    with pytest.raises(BuildError, match="the PDF could not be set: unknown variable"):
        pdf.render(bundle(), tmp_path)
