"""The confusion matrix answers pointing, clicking and arrow keys with the cell they mean."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from workbench import theme
from workbench.views.matrix import MatrixView, fitting

TABLE = np.array([[7, 1, 2], [0, 4, 1], [3, 2, 15]], dtype=np.int32)


@pytest.fixture
def matrix(qtbot):
    matrix = MatrixView()
    qtbot.addWidget(matrix)
    matrix.resize(320, 260)
    matrix.set_names(["bed", "night stand", "stranger"], "the student")
    matrix.set_table(TABLE)
    matrix.show()
    qtbot.waitExposed(matrix)
    matrix.grab()
    return matrix


@pytest.fixture
def heard(matrix):
    cells = []
    matrix.cell.connect(lambda *cell: cells.append(cell))
    return cells


def centre(matrix, row, column):
    return matrix._rects[row][column].center().toPoint()


def test_that_pointing_tells_the_cell_and_leaving_tells_none(matrix, heard, qtbot):
    qtbot.mouseMove(matrix, centre(matrix, 1, 2))
    qtbot.waitUntil(lambda: heard == [(1, 2)])
    QApplication.sendEvent(matrix, QEvent(QEvent.Type.Leave))
    assert heard == [(1, 2), (-1, -1)]


def test_that_a_click_holds_the_cell_until_it_is_clicked_again(matrix, heard, qtbot):
    qtbot.mouseMove(matrix, centre(matrix, 0, 0))
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=centre(matrix, 0, 0))
    qtbot.mouseMove(matrix, centre(matrix, 2, 1))
    qtbot.waitUntil(lambda: matrix._pointed == (2, 1))
    assert heard[-1] == matrix.current == (0, 0)
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=centre(matrix, 0, 0))
    assert heard[-1] == matrix.current != (0, 0)


def test_that_arrow_keys_walk_and_escape_lets_go(matrix, heard, qtbot):
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(matrix, key)
    assert matrix.current == (1, 2)
    assert matrix.accessibleDescription() == "night stand: 1 of 5 turned away"
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert heard[-1] == (-1, -1)


def test_that_the_tooltip_gives_counts(matrix):
    at = centre(matrix, 2, 1)
    event = QHelpEvent(QEvent.Type.ToolTip, at, matrix.mapToGlobal(at))
    QApplication.sendEvent(matrix, event)
    assert QToolTip.text() == "strangers: 2 of 20 called night stand"
    QToolTip.hideText()


def test_that_shares_are_shares_of_the_row(matrix):
    # 7 of 10, 4 of 5 and 15 of 20: the fuller the diagonal, the further from the ground colour.
    def strength(row):
        image = matrix.grab().toImage()
        cell = matrix._rects[row][row]
        inside = image.pixelColor(int(cell.left()) + 5, int(cell.center().y()))
        return inside.blueF()

    assert strength(1) > strength(0) > matrix._shade("known")[0].blueF()


def test_that_a_kind_without_samples_paints_as_empty(matrix):
    matrix.set_table(np.zeros((3, 3), dtype=np.int32))
    assert not matrix.grab().isNull()
    assert matrix.say(0, 0) == "bed: 0 of 0 called bed"


def test_that_a_hundred_has_room_in_a_narrow_cell(qapp):
    font = theme.font("tick")
    for room in (17.0, 20.0, 40.0):
        own = fitting(font, "100", room)
        assert QFontMetricsF(own).horizontalAdvance("100") <= room
        assert QFontInfo(own).pixelSize() >= 8
    assert fitting(font, "100", 40.0) == font


def test_that_names_are_painted_once_while_counts_change(matrix, monkeypatch):
    painted = []
    monkeypatch.setattr(matrix, "_paint_rows", lambda painter: painted.append(1))
    matrix.set_table(2 * TABLE)
    matrix.grab()
    assert not painted
    matrix.set_names(["bed", "sofa", "stranger"], "the teacher")
    matrix.grab()
    assert painted
