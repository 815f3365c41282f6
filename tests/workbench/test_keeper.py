"""S keeps what a 3D view shows with a line that says what it is; Shift+S keeps a turn of it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from engine.orbit import Orbit
from workbench.views import keeper
from workbench.views.cloud_view_2d import CloudView2D


class Said(QObject):
    """As much of a desk as a view needs."""

    message = Signal(str, str)
    unsaid = Signal(str)
    saved = Signal(str, object)


class Host(QWidget):
    """A page that shows a run."""

    def __init__(self):
        super().__init__()
        self.desk = Said()

    def origin(self):
        return "run “Quick”"


@pytest.fixture
def shown(qtbot):
    host = Host()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    view = CloudView2D()
    column.addWidget(view)
    host.resize(420, 300)
    host.show()
    qtbot.waitExposed(host)
    cloud = np.random.default_rng(0).uniform(-1, 1, (60, 3)).astype(np.float32)
    view.show_cloud(cloud, None, "bench_0001")
    view.setFocus()
    heard = []
    for signal in (host.desk.message, host.desk.unsaid, host.desk.saved):
        signal.connect(lambda *told: heard.append(told))
    return SimpleNamespace(host=host, view=view, heard=heard)


@pytest.fixture
def asked(monkeypatch):
    """What the dialog was asked, and what it answers."""
    told = SimpleNamespace(answer=("", ""), questions=[])

    def ask(_parent, *question):
        told.questions.append(question)
        return told.answer

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return told


def test_that_the_line_says_what_of_which_run_and_how_many_points_are_drawn(shown):
    assert shown.view.keeper.caption == "bench_0001 · run “Quick” · 60 points"
    shown.view.show_only(np.arange(60) < 12)
    assert shown.view.keeper.caption == "bench_0001 · run “Quick” · 12 points"


def test_that_s_saves_the_picture_with_its_line_and_offers_to_open_it(
    shown, asked, tmp_path, qtbot
):
    asked.answer = (str(tmp_path / "bench"), "Pictures (*.png)")
    qtbot.keyClick(shown.view, Qt.Key.Key_S)
    path = tmp_path / "bench.png"
    assert Path(asked.questions[0][1]).name == "bench_0001.png"
    kept, plain = QImage(str(path)), shown.view.snapshot()
    assert kept.width() == plain.width()
    assert kept.height() > plain.height()
    assert shown.heard == [("The picture is saved as bench.png.", path)]


def test_that_no_answer_saves_nothing(shown, asked, qtbot):
    qtbot.keyClick(shown.view, Qt.Key.Key_S)
    assert shown.heard == []


def test_that_a_place_that_cannot_be_written_is_said(shown, tmp_path):
    shown.view.keeper.save_picture(tmp_path / "gone" / "bench.png")
    mood, sentence = shown.heard[0]
    assert mood == "bad"
    assert "could not be saved" in sentence


def test_that_shift_s_films_one_turn_and_leaves_the_eye_where_it_was(
    shown, asked, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setattr(keeper, "FRAMES", 6)
    path = tmp_path / "turn.gif"
    asked.answer = (str(path), "Films that open everywhere (*.gif)")
    shown.view.look_from(Orbit(50.0, 10.0))
    shown.view.set_turning(True)
    seen = []
    shown.view.looked.connect(lambda: seen.append(round(shown.view.orbit.azimuth)))
    qtbot.keyClick(shown.view, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert shown.view.keeper.filming
    qtbot.waitUntil(path.exists, timeout=10_000)
    qtbot.waitUntil(lambda: shown.heard[-1] == ("The film is saved as turn.gif.", path))
    assert seen == [110, 170, 230, 290, 350, 50]
    assert shown.view.turntable.on
    with Image.open(path) as film:
        assert film.n_frames == 6
    assert (keeper.FILMING,) in shown.heard
    assert (keeper.WRITING,) in shown.heard


@pytest.mark.parametrize("change", ["key", "hide", "again"])
def test_that_whoever_takes_hold_of_the_view_stops_the_film(shown, tmp_path, qtbot, change):
    path = tmp_path / "turn.gif"
    shown.view.keeper.save_film(path)
    if change == "key":
        qtbot.keyClick(shown.view, Qt.Key.Key_Left)
    elif change == "hide":
        shown.view.hide()
    else:
        qtbot.mouseClick(shown.view.film_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not shown.view.keeper.filming, timeout=5000)
    assert "nothing was written" in shown.heard[-1][1]
    assert not path.exists()


def test_that_a_webp_is_written_where_the_dialog_was_set_to_it(
    shown, asked, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setattr(keeper, "FRAMES", 3)
    asked.answer = (str(tmp_path / "turn"), "Finer films (*.webp)")
    qtbot.mouseClick(shown.view.film_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "turn.webp").exists, timeout=10_000)


def test_that_the_large_view_asks_the_page_of_its_small_one(shown, qtbot):
    qtbot.mouseClick(shown.view.expand_button, Qt.MouseButton.LeftButton)
    full = shown.view.full.window
    assert full.keeper.caption == "bench_0001 · run “Quick” · 60 points"
    shown.view.full.close()
