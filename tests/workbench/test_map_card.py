"""The map is asked for, says how long it takes, and speaks of the same samples as the rest of the page."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.embedding import MOST
from engine.events import Failed, Phase
from engine.experiment import Experiment
from engine.predictions import TEST, write
from engine.store import RunStore
from tests.workbench.made_predictions import scored
from workbench.desk import Desk
from workbench.views.map_card import MapCard
from workbench.views.map_view import MapView

LEFT = Qt.MouseButton.LeftButton
AT = np.array([[0.0, 0.0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]])


@pytest.fixture
def view(qtbot):
    view = MapView()
    qtbot.addWidget(view)
    view.resize(220, 220)
    view.set_points(AT, np.array([0, 1, 2, 2, 0]), 2, ("a", "b", "c", "d", "e"))
    view.show()
    qtbot.waitExposed(view)
    return view


def pixel(view, place, by=(0, 0)):
    x, y = view.pixels()[place]
    return QPoint(round(x) + by[0], round(y) + by[1])


def test_that_one_scale_holds_both_ways_and_up_is_up(view):
    pixels = view.pixels()
    assert pixels[1, 0] - pixels[0, 0] == pytest.approx(200)
    assert pixels[0, 1] - pixels[2, 1] == pytest.approx(200)
    view.resize(400, 220)
    pixels = view.pixels()
    assert pixels[1, 0] - pixels[0, 0] == pytest.approx(pixels[0, 1] - pixels[2, 1])


def test_that_a_click_on_a_point_chooses_it_and_beside_one_none(view, qtbot):
    heard = []
    view.chosen.connect(heard.append)
    qtbot.mouseClick(view, LEFT, pos=pixel(view, 3, (2, 1)))
    qtbot.mouseClick(view, LEFT, pos=pixel(view, 4, (40, 0)))
    assert heard == [3]


def test_that_arrow_keys_walk_to_the_next_point_that_way(view, qtbot):
    heard = []
    view.chosen.connect(heard.append)
    view.chosen.connect(view.show_point)
    view.show_point(0)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert heard[0] in (2, 4)
    assert view.accessibleDescription() in "abcde"


def test_that_a_rectangle_brushes_the_points_in_it_and_escape_clears_it(view, qtbot):
    heard = []
    view.brushed.connect(heard.append)
    qtbot.mousePress(view, LEFT, pos=QPoint(2, 2))
    qtbot.mouseMove(view, QPoint(60, 60))
    qtbot.mouseMove(view, QPoint(130, 130))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(130, 130))
    assert heard == [(2, 4)]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert heard == [(2, 4), ()]


def test_that_points_that_are_not_meant_are_dimmed(view, picture):
    bright = picture(view)
    view.light(np.array([True, False, False, False, False]))
    assert picture(view) != bright
    place = pixel(view, 4)
    whole, dim = (image.pixelColor(place).lightness() for image in (bright, picture(view)))
    assert dim < whole
    view.light(None)
    assert picture(view) == bright


def test_that_strangers_are_rings_and_known_dots(view, picture):
    image = picture(view)
    ground = image.pixelColor(110, 40)
    assert image.pixelColor(pixel(view, 0)) != ground
    assert (
        image.pixelColor(pixel(view, 2)).lightness() < image.pixelColor(pixel(view, 0)).lightness()
    )


@pytest.fixture
def desk(own_home):
    desk = Desk(session="thread")
    yield desk
    desk.close()


@pytest.fixture
def run(make_run):
    run = make_run("Mapped", results={"acc_closed": 0.8})
    write(run.predictions_path, scored())
    return run


@pytest.fixture
def card(desk, qtbot):
    card = MapCard(desk)
    qtbot.addWidget(card)
    card.method = "pca"
    card.resize(260, 300)
    card.show()
    return card


def drawn(card):
    return card.stack.currentWidget() is card.view


def test_that_a_map_is_drawn_by_the_engine_and_marks_the_sample_on_show(card, run, qtbot):
    predictions = scored()
    card.show_sample(7)
    card.follow(run.path, predictions)
    assert "Waiting for the engine" in card.empty
    qtbot.waitUntil(lambda: drawn(card), timeout=20_000)
    assert (run.path / "artifacts/embedding-pca-test.npz").exists()
    assert len(card.view.pixels()) == 100
    assert card.view.accessibleDescription() == predictions.of(TEST).names[7]
    assert card.term.text() == "PCA"


def test_that_a_point_speaks_of_the_test_sample_of_that_name(card, run, qtbot):
    # Validation before test, so that a place in the file is not a place in the test part.
    predictions = scored()
    order = np.argsort(predictions.split, kind="stable")
    arrays = ("logits", "teacher_logits", "features", "labels", "kind", "row", "split")
    mixed_up = replace(
        predictions,
        names=tuple(predictions.names[i] for i in order),
        scores={name: values[order] for name, values in predictions.scores.items()},
        teacher_scores={},
        **{name: getattr(predictions, name)[order] for name in arrays},
    )
    write(run.predictions_path, mixed_up)
    card.follow(run.path, mixed_up)
    qtbot.waitUntil(lambda: drawn(card), timeout=20_000)
    chosen = []
    card.chosen.connect(chosen.append)
    for place in (0, 41, 99):
        card._choose(place)
        assert mixed_up.of(TEST).names[chosen[-1]] == card.view._names[place]
    card.light(np.array([chosen[0]]))
    assert np.flatnonzero(card.view.lit).tolist() == [0]


def test_that_brushing_gives_tested_samples_and_mixtures_are_none(card, run, qtbot):
    card.sides.set_index(1)
    card.follow(run.path, scored())
    qtbot.waitUntil(lambda: drawn(card), timeout=20_000)
    assert len(card.view.pixels()) == 60 + 25
    brushed, said = [], []
    card.brushed.connect(brushed.append)
    card.said.connect(lambda *words: said.append(words))
    card._brush((0, 84))
    assert brushed[-1].tolist() == [0]
    card._brush(())
    assert brushed[-1] is None
    card._choose(84)
    assert said[0][0] == "info" and "not kept" in said[0][1]


def test_that_a_refusal_is_said_in_the_card(card, qtbot):
    run = RunStore().create(Experiment(name="Untested"))
    card.follow(run.path, scored())
    qtbot.waitUntil(lambda: "not tested" in card.empty, timeout=20_000)
    assert not drawn(card)


def test_that_the_time_it_takes_is_said_and_the_last_question_alone_is_answered(qtbot):
    asked = []
    card = MapCard(SimpleNamespace(draw_map=lambda *question: asked.append(question)))
    qtbot.addWidget(card)
    card.follow(Path("run"), scored())
    card.draw_with("pca")
    (_, _, _, first), (_, method, side, second) = asked
    assert (method, side) == ("pca", "test")
    first([Failed(sentence="Too late.")])
    assert card.empty == "Waiting for the engine …"
    second([Phase(name="Drawing the map")])
    assert card.empty == "Drawing the map … 0 s"
    second([Failed(sentence="The disk is full.")])
    assert card.empty == "The disk is full."


def test_that_a_map_of_a_part_says_of_how_many(card, run, qtbot, monkeypatch):
    monkeypatch.setattr("engine.embedding.MOST", 50)
    assert MOST == 3000
    card.follow(run.path, scored())
    qtbot.waitUntil(lambda: drawn(card), timeout=20_000)
    assert card.term.text() == "50 of 100 · PCA"
