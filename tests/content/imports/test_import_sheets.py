"""Bytes of CSV and XLSX -> sheets: what is read, what is told, what is refused."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from properties import examples

from tieout.content.imports import csvfile, tables, workbook
from tieout.problems import BuildError


def texts(sheet):
    return [[cell.text for cell in row] for _, row in sheet.rows]


def read_csv(data, **options):
    return csvfile.parse(data if isinstance(data, bytes) else data.encode(), "t.csv", **options)


def saved(book):
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def book_of(*rows, title="Risks"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def repacked(data, change):
    """A workbook with its parts changed: `change` is given name and bytes of each."""
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return held.getvalue()


def said(problems):
    return [problem.message for problem in problems]


# --- CSV -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found_by_even_rows(mark, separator):
    text = "\n".join(
        separator.join(row) for row in (["Risk", "Owner"], ["Fire, flood" if separator != "," else "Fire", "Jo"])
    )
    sheet, problems = read_csv(mark + text.encode())
    assert not problems
    assert [len(row) for row in texts(sheet)] == [2, 2]


def test_utf_16_with_its_mark_is_read_and_without_is_told():
    assert texts(read_csv("Risk,Owner\nFür,Jo".encode("utf-16"))[0]) == [["Risk", "Owner"], ["Für", "Jo"]]
    _, problems = read_csv("Risk,Owner\nFire,Jo".encode("utf-16-le"))
    assert "--encoding utf-16" in said(problems)[0]


def test_windows_text_is_told_with_its_line_and_read_when_the_person_says_so():
    data = "Risk,Owner\nIt’s gone,Jo\n".encode("cp1252")
    sheet, problems = read_csv(data)
    assert sheet is None
    assert (problems[0].source.line, problems[0].code) == (2, "import-unreadable")
    assert texts(read_csv(data, encoding="windows-1252")[0])[1][0] == "It’s gone"


def test_formulas_and_numbers_of_a_csv_are_text():
    sheet, _ = read_csv('Risk,Owner\n"=HYPERLINK(""http://x"",""a"")",+1\n@SUM(A1),007\n')
    assert texts(sheet)[1:] == [['=HYPERLINK("http://x","a")', "+1"], ["@SUM(A1)", "007"]]


def test_line_breaks_stay_inside_cells_and_rows_are_counted_as_a_spreadsheet_does():
    sheet, _ = read_csv('Risk,Owner\n"two\nlines",Jo\n\n,\nLast,Al\n')
    assert [number for number, _ in sheet.rows] == [1, 2, 5]
    assert texts(sheet)[1][0] == "two\nlines"


def test_quotes_that_do_not_close_are_told_and_swallow_nothing():
    sheet, problems = read_csv('Risk,Owner\n"Fire,Jo\nFlood,Al\n')
    assert sheet is None
    assert "quotes" in said(problems)[0]


def test_a_separator_that_may_be_two_is_asked_for():
    _, problems = read_csv("a;b,c\nd;e,f\n")
    assert "sep=," in said(problems)[0]
    assert texts(read_csv("sep=;\na;b,c\nd;e,f\n")[0])[0] == ["a", "b,c"]


def test_a_row_with_too_many_cells_is_named():
    table, problems = tables.parse(read_csv("Risk,Controls\nFire,MFA, RBAC\nFlood,Dam\n")[0])
    assert [(problem.code, problem.source.line) for problem in problems] == [("import-row", 2)]
    assert [row.number for row in table.rows] == [3]


def test_empty_files_and_too_large_ones_are_told_in_a_sentence(monkeypatch):
    assert "no row" in said(read_csv("\n,,\n")[1])[0]
    monkeypatch.setattr(csvfile, "MOST_ROWS", 3)
    assert "more than 3 rows" in said(read_csv("a,b\n" * 5)[1])[0]


@given(st.binary(max_size=300), st.sampled_from(["", "utf-16", "windows-1252"]))
@examples(150)
def test_any_bytes_give_a_sheet_or_problems(data, encoding):
    for parse in (
        lambda: csvfile.parse(data, "t", encoding),
        lambda: workbook.parse(data, "t"),
        lambda: workbook.parse(b"PK\3\4" + data, "t"),
    ):
        sheet, problems = parse()
        assert (sheet is None) == any(problem.severity == "error" for problem in problems)


# --- XLSX ----------------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_are_what_a_reader_sees():
    data = saved(book_of(["a", "b", "c", "d", "e"], ["x", 4.0, 0.5, True, datetime(2026, 6, 5)], [date(2026, 6, 5)]))  # noqa: DTZ001
    assert texts(workbook.parse(data, "t.xlsx")[0])[1:] == [["x", "4", "0.5", "yes", "2026-06-05"], ["2026-06-05"]]


def test_days_counted_from_1904_are_the_same_days():
    book = book_of(["day"], [date(2026, 6, 5)])
    book.epoch = CALENDAR_MAC_1904
    assert texts(workbook.parse(saved(book), "t.xlsx")[0])[1] == ["2026-06-05"]


def test_a_formula_counts_as_its_saved_value_and_is_unknown_without_one():
    data = saved(book_of(["score"], ["=2*3"]))
    sheet, _ = workbook.parse(data, "t.xlsx")
    assert sheet.rows[1][1][0].kind == "unknown"
    known = repacked(
        data,
        lambda _, part: (
            part.replace(b"<v></v>", b"<v>6</v>").replace(b"<v />", b"<v>6</v>").replace(b"<v/>", b"<v>6</v>")
        ),
    )
    assert texts(workbook.parse(known, "t.xlsx")[0])[1] == ["6"]


def test_a_formula_that_gave_no_text_is_empty():
    data = saved(book_of(["score"], ['=IF(1,"","")'], ["x"]))
    known = repacked(data, lambda _, part: part.replace(b'<c r="A2">', b'<c r="A2" t="str">'))
    assert known != data
    assert texts(workbook.parse(known, "t.xlsx")[0]) == [["score"], ["x"]]


def test_error_cells_say_so():
    book = book_of(["a"], ["#REF!"])
    book.active["A2"].data_type = "e"
    assert workbook.parse(saved(book), "t.xlsx")[0].rows[1][1][0].kind == "error"


def test_hidden_rows_columns_and_sheets_are_told():
    book = book_of(["a", "b"], ["x", "y"], ["z", "w"])
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.create_sheet("Old").append(["secret"])
    book["Old"].sheet_state = "hidden"
    sheet, problems = workbook.parse(saved(book), "t.xlsx")
    assert len(sheet.rows) == 3
    assert [message.partition(" hidden")[0] for message in said(problems)] == ["1", "1", "1"]
    assert texts(workbook.parse(saved(book), "t.xlsx", "Old")[0]) == [["secret"]]


def test_which_sheet_is_asked_when_several_hold_something():
    book = book_of(["a"])
    book.create_sheet("Two").append(["b"])
    book.create_sheet("Empty")
    assert "Risks and Two; name one with --sheet" in said(workbook.parse(saved(book), "t.xlsx")[1])[0]
    assert "there are Risks, Two and Empty" in said(workbook.parse(saved(book), "t.xlsx", "Three")[1])[0]


def test_cells_merged_downwards_hold_their_text_in_each_row_and_headings_are_left_out():
    book = book_of(["Area", "Risk"], ["Fire", "a"], [None, "b"], ["Part two", None], ["Flood", "c"])
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("A4:B4")
    sheet, _ = workbook.parse(saved(book), "t.xlsx")
    table, problems = tables.parse(sheet)
    assert [row.text for row in table.rows] == ["Fire | a", "Fire | b", "Part two", "Flood | c"]
    assert [bool(tables.left_out(row, table)) for row in table.rows] == [False, False, True, False]
    assert [problem.code for problem in problems] == ["import-merged"]


def test_columns_that_are_headed_alike_take_what_stands_above_them():
    book = book_of(["Our risks"], ["", "Before", None, "After", None], ["Risk", "L", "I", "L", "I"], ["a", 1, 2, 3, 4])
    book.active.merge_cells("B2:C2")
    book.active.merge_cells("D2:E2")
    table, _ = tables.parse(workbook.parse(saved(book), "t.xlsx")[0], 3)
    assert list(table.columns) == ["Risk", "Before L", "Before I", "After L", "After I"]
    assert table.above == ((1, "Our risks"), (2, "Before | After"))


def test_columns_without_a_name_are_called_by_their_letter():
    table, problems = tables.parse(read_csv("Risk,,Risk,\na,b,c,\n")[0])
    assert list(table.columns) == ["Risk", "column B", "Risk (2)"]
    assert {problem.code for problem in problems} == {"import-header"}


def test_an_entity_is_refused_before_anything_is_read():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "aaaaaaaaaa"><!ENTITY y "&x;&x;&x;">]>'
    whole = saved(book_of(["a"]))
    for part in zipfile.ZipFile(BytesIO(whole)).namelist():
        data = repacked(
            whole,
            lambda name, old, part=part: bomb + old.removeprefix(b'<?xml version="1.0"?>') if name == part else old,
        )
        sheet, problems = workbook.parse(data, "t.xlsx")
        assert sheet is None, part
        assert "document type" in said(problems)[0]


@pytest.mark.parametrize(("limit", "value"), [("MOST_XML", 10_000), ("MOST_CELLS", 50), ("MOST_BYTES", 500)])
def test_bombs_end_in_a_sentence(monkeypatch, limit, value):
    monkeypatch.setattr(workbook, limit, value)
    sheet, problems = workbook.parse(saved(book_of(*[["x"] * 20] * 30)), "t.xlsx")
    assert sheet is None
    assert problems[0].code == "import-unreadable"


def test_a_far_cell_does_not_make_a_large_sheet():
    book = book_of(["a"])
    book.active.cell(row=1_000_000, column=1, value="far")
    assert [number for number, _ in workbook.parse(saved(book), "t.xlsx")[0].rows] == [1, 1_000_000]


def test_old_workbooks_and_those_with_a_password_are_told():
    assert "save it as .xlsx" in said(workbook.parse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "t.xls")[1])[0]
    assert "name it .csv" in said(workbook.parse(b"Risk,Owner\n", "t.xlsx")[1])[0]


def test_damaged_workbooks_are_told():
    data = saved(book_of(["a"], ["b"]))
    for cut in range(40, len(data), 397):
        sheet, problems = workbook.parse(data[:cut] + bytes(9) + data[cut + 9 :], "t.xlsx")
        assert sheet is not None or problems[0].code == "import-unreadable"


def test_the_remedy_is_named_where_openpyxl_is_missing(monkeypatch):
    data = saved(book_of(["a"]))
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(BuildError, match=r"pip install 'tieout\[import\]'"):
        workbook.parse(data, "t.xlsx")
