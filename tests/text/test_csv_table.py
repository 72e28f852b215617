"""Rows as CSV: what a spreadsheet takes for a formula is a text, and a row is one line."""

import csv

import pytest

from tieout.text import csv_table


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1"])
def test_what_a_spreadsheet_would_compute_has_an_apostrophe_before_it(value):
    (row,) = list(csv.reader(csv_table.render(["a"], [[value]]).decode().splitlines()))[1:]
    assert row[0].startswith("'")


def test_a_row_is_one_line_whatever_its_cells_hold():
    data = csv_table.render(["a", "b"], [["two\nlines", 'a "word", and more'], [1, -2]])
    assert data.decode() == 'a,b\ntwo lines,"a ""word"", and more"\n1,-2\n'


def test_a_byte_that_is_no_utf_8_is_escaped():
    assert csv_table.render(["a"], [["caf\udce9"]]).endswith("⟨U+DCE9⟩\n".encode())
