"""The story of a run says what its own answers say, at its own threshold, and a dash for what was not measured."""

from dataclasses import replace

import numpy as np
import pytest

from engine import evaluation
from engine.errors import RunError
from engine.predictions import TEST, write
from engine.store import RunStore
from tests.workbench.made_predictions import KNOWN, made, scored, with_clouds
from workbench.present.slide import Bars, Course, Hundred, Thing, Things, Trade, Way
from workbench.present.tale import read_tale

UNKNOWN = len(KNOWN)


@pytest.fixture
def story(make_run, tmp_path):
    """The story of a run with these answers."""

    def tell(predictions):
        found = predictions.of(TEST)
        results = evaluation.evaluate(found, predictions.score, predictions.threshold)
        run = make_run("Joint", results=results)
        write(run.predictions_path, predictions)
        return read_tale(RunStore(), run.path), run, results

    return tell


def caps(tale):
    return [slide.caps for slide in tale.slides]


def test_that_a_run_with_strangers_is_told_in_seven_slides(story, tmp_path):
    tale, _run, results = story(with_clouds(made(threshold=0.45), tmp_path))
    kinds = [type(slide.picture) for slide in tale.slides]
    assert kinds == [Things, Course, Thing, Thing, Trade, Hundred, Bars]
    assert tale.name == "Joint"
    assert tale.made
    counts = results["counts"]
    _learnt, right, _known, _stranger, trade, figures, _weak = tale.slides
    assert f"{counts['correct_closed']} were named right" in right.sentence
    assert f"{counts['n_closed']} things" in right.sentence
    share = round(100 * results["acc_open"] + 1e-9)
    assert f"turns away {share} of 100 strangers" in trade.sentence
    assert figures.picture.parts[1][0] == results["acc_open"]


def test_that_the_known_one_is_right_and_the_stranger_turned_away_with_their_own_bars(
    story, tmp_path
):
    predictions = with_clouds(made(threshold=0.45), tmp_path)
    tale, *_ = story(predictions)
    known, stranger = tale.slides[2], tale.slides[3]
    tested = predictions.of(TEST)
    said = evaluation.said(tested, "msp", 0.45)
    at = tested.names.index(known.picture.name)
    assert said[at] == tested.labels[at] < UNKNOWN
    assert not known.picture.turned_away
    at = tested.names.index(stranger.picture.name)
    assert tested.labels[at] == UNKNOWN
    assert said[at] == UNKNOWN
    assert stranger.picture.turned_away
    assert stranger.picture.color == "unknown"
    logits = tested.logits[at].astype(np.float64)
    chances = np.exp(logits - logits.max())
    chances = (chances / chances.sum())[:UNKNOWN]
    rows = stranger.below.rows
    assert [row.share for row in rows] == pytest.approx(sorted(chances, reverse=True)[:3], abs=1e-6)
    assert stranger.below.line == 0.45
    assert stranger.below.line_words == "the line, 45 %"


def test_that_what_more_strangers_turned_away_would_cost_is_the_best_there_is(story):
    tale, _, results = story(made(threshold=0.45))
    trade = next(slide for slide in tale.slides if slide.caps == "The line")
    enough = trade.picture.away >= 0.9
    best = trade.picture.right[enough].max()
    assert results["acc_open"] < 0.9
    assert f"it could name only {round(100 * best + 1e-9)}." in trade.sentence


def test_that_without_strangers_the_story_leaves_them_out(story):
    tale, *_ = story(made(strangers=0, threshold=0.45))
    assert caps(tale) == [
        "What it learnt",
        "How right it is",
        "One it knows",
        "What it is not good at",
    ]
    assert "tranger" not in " ".join(s.headline + s.sentence for s in tale.slides)


def test_that_without_known_things_a_dash_stands_for_how_right_it_is(story):
    tale, *_ = story(made(known=0, threshold=0.45))
    right = tale.slides[1]
    assert right.headline == "It names – of 100 things it was taught."
    assert "Nothing known was left over" in right.sentence
    assert "One it knows" not in caps(tale)
    figures = next(slide for slide in tale.slides if slide.caps == "The two figures")
    assert figures.picture.parts[0][0] is None


def test_that_a_run_whose_data_are_gone_is_told_without_pictures(story):
    tale, *_ = story(made(threshold=0.45))
    assert not tale.made
    assert tale.slides[2].picture is None
    assert isinstance(tale.slides[0].picture, Bars)


def test_that_where_no_stranger_is_turned_away_one_that_is_let_in_is_shown(story, tmp_path):
    tale, *_ = story(with_clouds(made(threshold=0.0, trained_unknown=False), tmp_path))
    stranger = tale.slides[3]
    assert "turned no stranger away" in stranger.sentence
    assert not stranger.picture.turned_away
    assert not stranger.picture.right


def test_that_another_score_is_told_on_its_own_way(story):
    found = replace(scored(), score="energy", threshold=1.5)
    tale, *_ = story(found)
    stranger = next(slide for slide in tale.slides if slide.caps == "A stranger arrives")
    assert isinstance(stranger.below, Way)
    assert stranger.below.place < stranger.below.line
    assert "score" in stranger.sentence


def test_that_the_weakest_kind_comes_first_with_its_own_counts(story):
    predictions = made(threshold=0.45)
    tale, *_ = story(predictions)
    tested = predictions.of(TEST)
    said = evaluation.said(tested, "msp", 0.45)
    shares = {}
    for label, name in enumerate(KNOWN):
        mine = tested.labels == label
        shares[name.replace("_", " ")] = (int((said[mine] == label).sum()), int(mine.sum()))
    worst = min(shares, key=lambda name: shares[name][0] / shares[name][1])
    rows = tale.slides[-1].picture.rows
    assert rows[0].name == worst
    assert rows[0].number == "{} of {}".format(*shares[worst])
    assert [row.share for row in rows] == sorted(row.share for row in rows)


def test_that_a_run_that_learnt_from_pictures_has_a_short_story(aligned_run):
    run = aligned_run("Pictures")
    tale = read_tale(RunStore(), run.path)
    assert tale.slides[0].headline == "It explains 42 % of what the picture’s teacher says."
    assert "80 pairs" in tale.slides[0].sentence
    assert "the page Concepts" in tale.slides[0].sentence
    assert tale.slides[0].picture.rows[0].number == "42 %"


def test_that_rooms_and_streets_tell_their_figures_and_their_weakest(make_run):
    kinds = {"car": {"ap50": 0.9}, "sign": {"ap50": 0.04}, "cat": {"ap50": None}}
    told = {"task": "classroom", "frames": 9, "per_thing": kinds, "ap50": 0.47, "ap": None}
    tale = read_tale(RunStore(), make_run("Class", results=told | {"r2/laser": 0.6}).path)
    first, weak = tale.slides
    assert [row.number for row in first.picture.rows] == ["47 %", "–", "60 %"]
    assert weak.headline == "It is weakest at “sign”: 4 %."
    assert "1 could not be judged" in weak.sentence
    rooms = {"task": "detect", "scenes": 4, "map25": 0.3, "per_class": {"bed": {"ap25": 0.3}}}
    tale = read_tale(RunStore(), make_run("Rooms", results=rooms).path)
    assert "4 rooms" in tale.slides[0].sentence


def test_that_a_run_that_was_not_tested_says_so(make_run):
    with pytest.raises(RunError, match="no story to present yet"):
        read_tale(RunStore(), make_run("Half").path)
