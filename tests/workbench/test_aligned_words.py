"""What is said of a run that learns from pictures, from its real numbers only."""

import pytest
from pytestqt.qtbot import QtBot

from engine.events import Finished, Metric, Phase
from engine.experiment import Experiment
from tests.workbench.made_runs import ALIGNED
from workbench.models import aligned_words, run_words
from workbench.models.live_run import LiveRun
from workbench.models.measured import EXPLAINED, FOUND


@pytest.fixture
def live(qtbot: QtBot) -> LiveRun:
    live = LiveRun()
    live.begin(Experiment().with_values(recipe="align"))
    return live


def passed(live: LiveRun, *r2: float, **more: float) -> None:
    for epoch, value in enumerate(r2, 1):
        live.take([Metric(step=epoch, epoch=epoch, values={EXPLAINED: value} | more)])


def words(pieces) -> str:
    return "".join(text for text, _ in pieces)


def test_that_without_numbers_nothing_is_said(live):
    assert aligned_words.figures(live) == []
    assert aligned_words.comparison(live) == ""


def test_that_the_newest_figures_are_a_sentence(live):
    passed(live, 0.1, 0.42)
    assert (
        words(aligned_words.figures(live)) == "It explains 42 % of what the picture’s teacher says."
    )
    passed(live, 0.5, **{FOUND: 0.25})
    assert words(aligned_words.figures(live)).endswith("finds its own picture first in 25 %.")


def test_that_a_beginner_is_compared_with_itself(live):
    passed(live, -0.02, 0.05, 0.3)
    assert aligned_words.comparison(live) == (
        "2 passes ago it was next to nothing, measured on pairs held back from learning."
    )


def test_that_only_what_was_measured_is_told_of_the_test():
    assert aligned_words.counts({"pairs": 1200}) == "1,200 pairs."
    assert aligned_words.counts(ALIGNED) == (
        "80 pairs; likeness 0.61; own picture in first five of 80: 50 %; "
        "teacher’s kind named: 60 %."
    )
    odd = aligned_words.counts(ALIGNED | {"recall_5": 0.575})
    assert "first five of 80: 58 %" in odd
    hidden = words(aligned_words.result({"pairs": 3, "reconstruction": 0.01}))
    assert hidden == "Done.  It guesses hidden patches, with an error of 0.0100."


def test_that_a_phase_of_the_test_is_one_whatever_it_is_called(live):
    passed(live, 0.2)
    live.take([Phase(name="Réponses en mots", part="testing")])
    assert run_words.steps(live)[1] == 4
    assert not run_words.buttons(live).can_stop
    live.take([Phase(name="Testing")])  # of an older version
    assert not run_words.is_tested(live)


def test_that_a_run_finished_early_says_so(live):
    live.take([Finished(outcome="finished early", results=ALIGNED)])
    assert run_words.headline(live)[0][0].startswith("Stopped early")
    assert " Tested: the last model." in run_words.second_line(live)
