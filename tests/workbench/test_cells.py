"""A table that sorts by what its cells are worth."""

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from workbench.models.cells import Cell, CellTable, Row

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
NAN = float("nan")


@pytest.fixture
def table(qapp):
    made = CellTable(("Kind", "How well"), ("", "The term"))
    made.set_rows(
        [Row(key, (Cell(name, name), Cell(str(value), value))) for key, name, value in
         ((7, "sofa", 0.2), (8, "bed", NAN), (9, "chair", 0.9))]
    )  # fmt: skip
    return made


def keys(table):
    return [table.key(row) for row in range(table.rowCount())]


def test_that_rows_stay_as_they_came_until_a_heading_is_clicked(table):
    assert keys(table) == [7, 8, 9]
    table.sort(0, UP)
    assert keys(table) == [8, 9, 7]


def test_that_what_is_not_told_comes_last_whichever_way(table):
    table.sort(1, UP)
    assert keys(table) == [7, 9, 8]
    table.sort(1, DOWN)
    assert keys(table) == [9, 7, 8]


def test_that_a_row_is_followed_while_the_order_changes(table):
    sofa = QPersistentModelIndex(table.index(0, 0))
    table.sort(1, DOWN)
    assert table.key(sofa.row()) == 7


def test_that_new_words_for_the_same_rows_do_not_reset_the_table(table, qtbot):
    rows = [Row(key, (Cell("a"), Cell("b", 0.5))) for key in (7, 8, 9)]
    with qtbot.assertNotEmitted(table.modelReset), qtbot.waitSignal(table.dataChanged):
        table.set_rows(rows)
    with qtbot.waitSignal(table.modelReset):
        table.set_rows(rows[1:])
    assert (table.place_of(9), table.place_of(7)) == (1, -1)


def test_that_a_screen_reader_hears_the_heading_too(table):
    said = table.data(table.index(2, 1), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "How well: 0.9"
    tip = table.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip == "The term"
