"""Compare's table: no column in sight is cut off, and the names stay when the rest is scrolled."""

import pytest
from PySide6.QtCore import QObject, QPoint, Qt

from tests.workbench.made_runs import made_run
from workbench import theme
from workbench.kit import Card
from workbench.models.compare_table import CompareTable
from workbench.views.compare_list import CompareList

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def table(qapp):
    desk = QObject()
    desk.schema = {}
    table = CompareTable(desk)
    table._keep = desk
    table.show([made_run(), made_run(2, data__protocol="paper990")])
    return table


@pytest.fixture
def runs(table, qtbot):
    card, view = Card(), CompareList(table)
    view.setParent(card)
    qtbot.addWidget(card)
    card.resize(1600, 300)
    view.resize(1166, 240)
    card.show()
    qtbot.waitExposed(card)
    yield view
    card.close()


def to_the_end(view):
    across = view.horizontalScrollBar()
    across.setValue(across.maximum())
    return view.horizontalHeader().sectionSize(0)


@pytest.mark.parametrize("width", [900, 1000, 1150, 1166, 1230, 1500])
def test_that_the_last_column_in_sight_is_whole(runs, width):
    runs.resize(width, 240)
    header = runs.horizontalHeader()
    ends = [header.sectionPosition(n) + header.sectionSize(n) for n in range(header.count())]
    assert runs.viewport().width() in ends


def test_that_the_names_are_painted_wherever_it_is_scrolled(runs):
    before = runs.window().grab().toImage()
    kept = to_the_end(runs)
    assert runs.kept == kept
    after = runs.window().grab().toImage()
    row = runs.rowViewportPosition(0) + runs.horizontalHeader().height()
    inside = [(x, y) for x in range(4, kept - 4, 3) for y in range(row + 2, row + 28, 3)]
    assert all(before.pixel(*at) == after.pixel(*at) for at in inside)
    ground = theme.color("bg1").rgb()
    assert any(after.pixel(*at) != ground for at in inside)


def test_that_a_click_on_a_kept_box_picks_its_run(runs, table, qtbot):
    to_the_end(runs)
    place = QPoint(14, runs.rowViewportPosition(1) + 10)
    assert runs.indexAt(place).column() == 0
    qtbot.mouseClick(runs.viewport(), LEFT, pos=place)
    assert table.picked == [runs.found.line(1)]


def test_that_a_click_on_the_kept_heading_sorts_by_name(runs, qtbot):
    kept = to_the_end(runs)
    qtbot.mouseClick(runs.horizontalHeader().viewport(), LEFT, pos=QPoint(kept // 2, 12))
    assert runs.horizontalHeader().sortIndicatorSection() == 0


def test_that_keys_never_leave_the_current_cell_under_the_names(runs, qtbot):
    to_the_end(runs)
    runs.setCurrentIndex(runs.found.index(0, runs.found.columnCount() - 1))
    for _ in range(runs.found.columnCount() - 2):
        qtbot.keyClick(runs, Qt.Key.Key_Left)
        assert runs.visualRect(runs.currentIndex()).left() >= runs.kept
