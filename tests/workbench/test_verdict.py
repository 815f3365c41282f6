"""A verdict is a sentence a visitor can read out."""

import pytest

from workbench.models.verdict import Guess, Verdict
from workbench.views.verdict import TopBars, VerdictStrip, sentences

TOP = (Guess("sofa", 2, 0.48), Guess("night_stand", 1, 0.21))


def verdict(kind, stranger, said, right, outvoted=False):
    return Verdict("x_1", kind, stranger, said, right, outvoted, 0.48, TOP)


@pytest.mark.parametrize(
    ("given", "said", "meaning"),
    [
        (
            verdict("bench", True, None, True),
            "“I do not know this.”",
            "Correct. It is a bench, a stranger.",
        ),
        (
            verdict("armchair", False, None, False),
            "“I do not know this.”",
            "Wrong. It is an armchair, a known kind.",
        ),
        (verdict("sofa", False, "sofa", True), "“This is a sofa.”", "Correct, and 48% sure."),
        (
            verdict("sofa", False, "night_stand", False),
            "“This is a night stand.”",
            "Wrong. It is a sofa, a known kind.",
        ),
        (
            verdict("bench", True, "sofa", False),
            "“This is a sofa.”",
            "Wrong. It is a bench, a stranger.",
        ),
        (
            verdict("bench", True, None, True, outvoted=True),
            "“I do not know this.”",
            "Correct. It is a bench, a stranger. “Stranger” was likelier still.",
        ),
    ],
)
def test_that_every_outcome_has_its_sentence(given, said, meaning):
    assert sentences(given) == (said, meaning)


def test_that_strip_and_bars_are_painted_and_spoken(qtbot):
    strip, bars = VerdictStrip(), TopBars()
    for widget in (strip, bars):
        qtbot.addWidget(widget)
        widget.resize(330, widget.height())
    empty = strip.grab().toImage(), bars.grab().toImage()
    strip.set_verdict(verdict("bench", True, None, True))
    bars.set_top(TOP, 0.62)
    assert strip.grab().toImage() != empty[0]
    assert bars.grab().toImage() != empty[1]
    assert bars.accessibleName() == ("Likeliest kinds: sofa 0.48, night stand 0.21; threshold 0.62")


def test_that_none_of_these_takes_its_place_among_the_likeliest(qtbot):
    bars = TopBars()
    qtbot.addWidget(bars)
    bars.set_top(TOP, None, 0.31)
    assert bars.accessibleName() == "Likeliest kinds: sofa 0.48, none 0.31"
    bars.set_top(TOP, None, 0.1)
    assert "none" not in bars.accessibleName()
    bars.set_top((), None, 1.0)
    assert bars.accessibleName() == "Likeliest kinds: "


def test_that_a_moved_threshold_moves_the_line_across_the_bars(qtbot):
    bars = TopBars()
    qtbot.addWidget(bars)
    bars.resize(330, bars.height())
    bars.set_top(TOP, 0.2)
    before = bars.grab().toImage()
    bars.set_top(TOP, 0.8)
    assert bars.grab().toImage() != before
