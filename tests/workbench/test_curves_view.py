"""The curves are painted once; the point says in words where the threshold is, and can be dragged along them."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from tests.workbench.made_predictions import made, scored
from workbench.models.counted import count
from workbench.models.course import Course, course, in_words
from workbench.views.curves_view import CurvesView, Rival

LEFT = Qt.MouseButton.LeftButton


def bent(steps=1001, kind="oscr"):
    """A curve y = x squared, the strictest threshold first."""
    at = np.linspace(0, 1, 5000)
    on = np.linspace(1, 0, steps)
    return Course(kind, at, at**2, None, on, on**2, "strangers let in  →", ("OSCR 0.333",))


@pytest.fixture
def view(qtbot):
    view = CurvesView()
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.set_course(bent())
    view.show()
    qtbot.waitExposed(view)
    return view


def test_that_moving_the_point_does_not_paint_the_curve_again(view, picture):
    view.set_point(0.2, 0.5)
    before = picture(view)
    still = view._picture
    view.set_point(0.6, 0.8)
    assert picture(view) != before
    assert view._picture is still


def test_that_the_point_is_said_in_words(view):
    view.set_point(0.25, 0.5)
    words = "50.0% of known kept and right, 25.0% of strangers let in"
    assert view.accessibleDescription() == view.toolTip() == words
    assert in_words("roc", 0.25, 0.5) == "50.0% of known kept, 25.0% of strangers let in"
    assert in_words("risk", 0.25, 0.5) == "50.0% of the names wrong, 25.0% of all things named"
    assert in_words("risk", float("nan"), 0.5) == ""


@pytest.mark.parametrize("share", [0.1, 0.4, 0.75])
def test_that_the_point_snaps_to_the_closest_place_on_the_curve(view, share, qtbot):
    mouse = view.at(share, 0.9)
    qtbot.mousePress(view, LEFT, pos=mouse.toPoint())
    qtbot.mouseRelease(view, LEFT, pos=mouse.toPoint())
    there = mouse.toPoint()

    def far(step):
        x = 1 - step / 1000
        on = view.at(x, x**2)
        return np.hypot(on.x() - there.x(), on.y() - there.y())

    assert far(view.value()) == pytest.approx(min(far(step) for step in range(1001)), abs=1e-6)


def test_that_keys_move_the_point_and_beyond_the_curve_it_stays_at_its_end(view, qtbot):
    view.setValue(500)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.value() == 510
    qtbot.mousePress(view, LEFT, pos=view.at(0.4, 0.4).toPoint())
    qtbot.mouseMove(view, QPoint(5000, -5000))
    assert view.value() == 0
    qtbot.mouseRelease(view, LEFT)


def test_that_thousands_of_points_become_a_short_line_with_the_same_ends(view):
    at = np.linspace(0, 1, 100_000)
    line = view._line(at, at)
    assert line.count() < 2500
    assert (line.first(), line.last()) == (view.at(0, 0), view.at(1, 1))


def test_that_other_runs_are_drawn_behind_and_only_their_dots_move(view, picture):
    alone = picture(view)
    x, y = np.array([0.0, 1.0]), np.array([0.0, 0.5])
    rival = Rival(x, y, (0.5, 0.25), "kd", Qt.PenStyle.DashLine)
    view.set_rivals([rival])
    beside = picture(view)
    assert beside != alone
    still = view._picture
    view.set_rivals([replace(rival, point=(0.9, 0.45))])
    assert picture(view) != beside
    assert view._picture is still


def test_that_without_a_curve_it_says_what_it_needs(view, picture):
    with_curve = picture(view)
    nothing = course("oscr", count(made(strangers=0), "student", "msp"))
    assert nothing.facts == ("OSCR –",)
    view.set_course(nothing)
    view.set_point(float("nan"), float("nan"))
    assert picture(view) != with_curve
    assert view.toolTip() == ""
    before = view.value()
    view.setValue(before)


@pytest.mark.parametrize("kind", ["oscr", "roc", "risk"])
def test_that_every_step_lies_on_its_curve(kind):
    found = course(kind, count(scored(), "student", "msp"))
    for x, y in zip(found.steps_x, found.steps_y, strict=True):
        if not np.isnan(y):
            assert (np.isclose(found.x, x) & np.isclose(found.y, y)).any() or x == 0


def test_that_areas_are_named_with_their_terms():
    counted = count(scored(), "student", "energy")
    areas = counted.swept.areas
    said = [course(kind, counted).facts for kind in ("oscr", "roc", "risk")]
    assert said == [
        (f"OSCR {areas.oscr:.3f}",),
        (f"AUROC {areas.auroc:.3f}", f"FPR at 95 % TPR {areas.fpr95:.3f}"),
        (f"AURC {areas.aurc:.3f}",),
    ]
