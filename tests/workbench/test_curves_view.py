"""The OSCR curve is painted once; the dot says in words where the threshold is."""

import numpy as np
import pytest
from workbench.views.oscr import OscrView

from engine.metrics.open_set import Curve


@pytest.fixture
def view(qtbot):
    view = OscrView()
    qtbot.addWidget(view)
    view.resize(300, 300)
    at = np.linspace(0, 1, 5000)
    view.set_curve(Curve(false_accepted=at, accepted=at**0.3, correct=0.9 * at**0.3))
    return view


def test_that_moving_the_dot_does_not_paint_the_curve_again(view, picture):
    view.set_point(0.2, 0.5)
    before = picture(view)
    still = view._picture
    view.set_point(0.6, 0.8)
    assert picture(view) != before
    assert view._picture is still


def test_that_the_point_is_said_in_words(view):
    view.set_point(0.25, 0.5)
    assert (
        view.accessibleDescription() == "50.0% of known kept and right, 25.0% of strangers let in"
    )


def test_that_thousands_of_points_become_a_short_line_with_the_same_ends(view):
    at = np.linspace(0, 1, 100_000)
    line = view._line(at, at)
    assert line.count() < 2500
    assert (line.first(), line.last()) == (view._at(0, 0), view._at(1, 1))


def test_that_nothing_is_drawn_through_the_words_without_a_curve(view, picture):
    view.set_curve(Curve(np.empty(0), np.empty(0), np.empty(0)))
    view.set_point(float("nan"), float("nan"))
    near = view._at(0.1, 0.1).toPoint()
    image, reach = picture(view), range(-3, 4)
    colors = {image.pixel(near.x() + x, near.y() + x) for x in reach}
    assert len(colors) == 1


def test_that_without_a_curve_it_says_what_it_needs(view, picture):
    with_curve = picture(view)
    view.set_curve(Curve(np.empty(0), np.empty(0), np.empty(0)))
    view.set_point(float("nan"), float("nan"))
    assert picture(view) != with_curve
    assert view.toolTip() == ""
