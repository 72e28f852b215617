"""A site of one page that uses every block of the vocabulary, with hostile words in each."""

from tieout.views.page import (
    Cell,
    Chips,
    Column,
    Columns,
    Fold,
    GradeMark,
    Items,
    Link,
    Mark,
    Markdown,
    NavEntry,
    Navigation,
    Page,
    Para,
    Picture,
    Row,
    Section,
    Shape,
    Site,
    Table,
    Terms,
    Text,
    line,
)

HOSTILE = "<script>alert('x')</script>\"&\u202e#panic()"


def table(words="RSK-008"):
    return Table(
        (Column(line("Check")), Column(line("Population"), "n"), Column((Mark("pass", "pass"),), "n")),
        (
            Row((Cell(line(Link(words, "risks/RSK-008.html", "id"))), Cell(line("455")), Cell(line("454")))),
            Row((Cell(line("Group")),), "group"),
            Row((Cell(line(words)), Cell(line("0"), zero=True), Cell(line(Mark("fail", words))))),
            Row((Cell(line("All")), Cell(line(words), span=2)), "total"),
        ),
    )


def blocks(words="RSK-008"):
    return (
        table(words),
        Table((Column(line("Nothing")),), (), empty=words),
        Para(line("See ", Link(words, "soa.html"), " and ", GradeMark(3, words)), "note"),
        Items((line(words),)),
        Markdown(f"A **claim** by [[RSK-008]].\n\n- {words}\n", (("RSK-008", "risks/RSK-008.html"),)),
        Terms((("Who", (Para(line(Text(words, "claim"))),)),)),
        Columns(((words, (Para(line(words)),)),)),
        Chips(((Link(words, "risks/RSK-008.html"), True),)),
        Fold(words, (Para(line(words)), table(words))),
        Picture(
            300,
            60,
            words,
            (Shape("path", "thick", d="M0 0H100"), Shape("text", "t-m", x=1, y=20, text=words, href="soa.html")),
            words,
        ),
    )


def page(path="risks/RSK-008.html", words="RSK-008"):
    return Page(
        path,
        words,
        words,
        line(words),
        (Section(words, blocks(words), "one"),),
        (Link(words, "index.html"),),
        (("File", line(Text(words, "code"))),),
        "index.html",
    )


def site(words="RSK-008"):
    return Site(
        "2026-09-30",
        words,
        "Surveillance audit, 30 September 2026",
        "30 September 2026",
        "surveillance",
        Navigation((("What is covered?", (NavEntry(words, "index.html", 3),)),)),
        (page("index.html", words), page(words=words), page("soa.html", words)),
        (line(words),),
    )
