"""The handle follows mouse and keys, and a move repaints no more than it crosses."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible

from tests.workbench.made_predictions import made
from workbench import theme
from workbench.models.swept import Shape
from workbench.models.threshold import ThresholdModel
from workbench.views.histogram import LEGEND, legend_place
from workbench.views.threshold_plot import ThresholdPlot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def plot(qtbot):
    model = ThresholdModel()
    model.show(made())
    plot = ThresholdPlot()
    qtbot.addWidget(plot)
    plot.resize(648, 260)
    plot.set_shape(model.now.swept.shape, model.scale)
    plot.set_ghost(model.ghost.value, model.ghost.words)
    plot.setValue(500)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def place(plot, share):
    """The pixel of a value on the track: 24 pixels of margin, 600 of track."""
    return QPoint(24 + round(600 * share), plot.height() - 44)


def test_that_dragging_the_handle_moves_the_value(plot, qtbot):
    heard = []
    plot.valueChanged.connect(heard.append)
    qtbot.mousePress(plot, LEFT, pos=place(plot, 0.5))
    assert plot.isSliderDown()
    for share in (0.55, 0.6, 0.7):
        qtbot.mouseMove(plot, place(plot, share))
    qtbot.mouseRelease(plot, LEFT, pos=place(plot, 0.7))
    assert heard == [550, 600, 700]
    assert not plot.isSliderDown()


def test_that_dragging_beyond_the_ends_stays_at_the_ends(plot, qtbot):
    qtbot.mousePress(plot, LEFT, pos=place(plot, 0.5))
    qtbot.mouseMove(plot, QPoint(-50, 10))
    assert plot.value() == 0
    qtbot.mouseMove(plot, QPoint(2000, 10))
    assert plot.value() == 1000
    qtbot.mouseRelease(plot, LEFT, pos=QPoint(2000, 10))


def test_that_moving_without_a_button_changes_nothing(plot, qtbot):
    qtbot.mouseMove(plot, place(plot, 0.9))
    assert plot.value() == 500


@pytest.mark.parametrize(
    ("key", "modifier", "value"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 490),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 510),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 400),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 600),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 1000),
    ],
)
def test_that_keys_move_the_threshold(plot, qtbot, key, modifier, value):
    qtbot.keyClick(plot, key, modifier)
    assert plot.value() == value


class Repaints(QObject):
    """Notes how wide every repaint of a widget is."""

    def __init__(self, widget):
        super().__init__(widget)
        self.widths = []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.widths.append(event.rect().width())
        return False


def test_that_a_move_repaints_only_the_strip_it_crosses(plot, qtbot):
    repaints = Repaints(plot)
    qtbot.waitUntil(lambda: bool(repaints.widths))
    qtbot.wait(50)
    repaints.widths.clear()
    layers = plot._layers
    plot.setValue(520)
    qtbot.waitUntil(lambda: bool(repaints.widths))
    # 12 pixels of way and what moves with the handle, of 648.
    assert max(repaints.widths) < 100
    assert plot._layers is layers


def test_that_a_strip_repainted_looks_like_a_whole_repaint(plot, qtbot):
    plot.grab()
    plot.setValue(700)
    qtbot.wait(30)
    after = plot.grab().toImage()
    plot._forget()
    assert plot.grab().toImage() == after


def test_that_a_caption_gives_way_to_the_bubble(plot):
    assert plot._covers(plot._x(0.5)) == (False, False)
    assert plot._covers(plot._x(0.9)) == (False, True)
    assert plot._covers(plot._x(0.1)) == (True, False)
    plot.setValue(900)
    plot.grab()
    plot.setValue(600)
    after = plot.grab().toImage()
    plot._forget()
    assert plot.grab().toImage() == after


@pytest.mark.parametrize(("ghost", "side"), [(0.05, "right"), (0.95, "left"), (None, "left")])
def test_that_the_legend_lies_above_the_curves_and_away_from_the_line_of_validation(ghost, side):
    at = np.linspace(0, 1, 101)
    shape = Shape(at=at, known=at, unknown=at, n_known=908, n_unknown=1560)
    ground = QRectF(24, 32, 700, 93)
    legend = legend_place(ground, shape, ghost)
    assert ground.contains(legend)
    assert legend.bottom() <= ground.top() + LEGEND
    assert legend.right() == 718 if side == "right" else legend.left() == 30


@pytest.mark.parametrize("width", [776, 648])
def test_that_legend_and_words_of_the_ghost_do_not_lie_over_each_other(plot, width):
    plot.resize(width, 154)
    for ghost in (0.05, 0.3, 0.49, 0.51, 0.7, 0.95):
        plot.set_ghost(ghost, "keeps 95 % of known")
        legend = legend_place(plot.ground(), plot._shape, ghost)
        for step in range(0, 1001, 50):
            plot.setValue(step)
            assert not plot._ghost_place().intersects(legend)


def test_that_both_sides_of_the_track_follow_the_theme(plot):
    def close(share, token):
        seen = plot.grab().toImage().pixelColor(place(plot, share)).getRgb()
        # The test screen may have 16 bits a pixel.
        return seen == pytest.approx(theme.color(token).getRgb(), abs=8)

    try:
        for choice in ("light", "dark"):
            theme.use(choice)
            assert close(0.1, "unknown")
            assert close(0.9, "known")
    finally:
        theme.use("dark")


def test_that_a_screen_reader_finds_a_slider_with_a_value(plot):
    plot.set_spoken("Threshold 0.50")
    found = QAccessible.queryAccessibleInterface(plot)
    assert found.role() == QAccessible.Role.Slider
    assert found.valueInterface().currentValue() == 500
    assert found.text(QAccessible.Text.Description) == "Threshold 0.50"


def ground(plot, share):
    """A pixel of the ground beside the handle."""
    return QPoint(24 + round(600 * share), round(plot.ground().center().y()))


def test_that_a_drag_over_the_ground_brushes_a_band_and_leaves_the_handle(plot, qtbot):
    heard = []
    plot.brushed.connect(lambda low, high: heard.append((low, high)))
    qtbot.mousePress(plot, LEFT, pos=ground(plot, 0.3))
    qtbot.mouseMove(plot, ground(plot, 0.2))
    qtbot.mouseMove(plot, ground(plot, 0.1))
    qtbot.mouseRelease(plot, LEFT, pos=ground(plot, 0.1))
    assert heard == [(200, 300), (100, 300)]
    assert (plot.band, plot.value()) == ((100, 300), 500)
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert (plot.band, heard[-1]) == (None, (-1, -1))


def test_that_a_click_on_the_ground_moves_the_handle_and_clears_the_band(plot, qtbot):
    qtbot.mousePress(plot, LEFT, pos=ground(plot, 0.3))
    qtbot.mouseMove(plot, ground(plot, 0.1))
    qtbot.mouseRelease(plot, LEFT, pos=ground(plot, 0.1))
    qtbot.mouseClick(plot, LEFT, pos=ground(plot, 0.8))
    assert (plot.band, plot.value()) == (None, 800)


def test_that_the_line_over_the_ground_belongs_to_the_handle(plot, qtbot):
    qtbot.mousePress(plot, LEFT, pos=ground(plot, 0.505))
    qtbot.mouseMove(plot, ground(plot, 0.6))
    qtbot.mouseRelease(plot, LEFT, pos=ground(plot, 0.6))
    assert (plot.band, plot.value()) == (None, 600)


@pytest.mark.parametrize("ghost", [0.02, 0.2, 0.5, 0.62, 0.97])
def test_that_the_words_of_the_ghost_never_lie_under_the_line_of_the_handle(plot, ghost):
    plot.set_ghost(ghost, "keeps 95 % of known")
    for step in range(0, 1001, 10):
        plot.setValue(step)
        words = plot._ghost_place()
        assert not words.left() - 1 <= plot.handle().x() <= words.right() + 1
        assert plot.rect().contains(words.toRect())


def test_that_the_bubble_says_the_exact_value_until_the_handle_moves(plot, picture):
    plot.set_exact(0.5006)
    exact = picture(plot)
    plot.set_exact(0.5)
    assert picture(plot) != exact
    plot.setValue(501)
    assert plot._exact == 0.501
