"""Scenes of real runs that tested more than the page keeps: what it shows is what the whole test came to."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engine.control import Control
from engine.datasets.parts import prepare_parts
from engine.datasets.scenes import prepare_scenes
from engine.scene_answers import read_scene_answers
from engine.store import RunStore
from engine.tasks.of_scenes import SHOWN
from tests.engine import test_detection, test_parts, test_segment
from tests.engine.stack_files import ran
from tests.engine.test_loop import train
from workbench.models.kinds import plain
from workbench.pages.scenes import ScenesPage

LEFT = Qt.MouseButton.LeftButton
MANY_ROOMS = {"data.rooms": 20, "data.test_share": 0.7, "training.epochs": 1}
MANY_SHAPES = {"data.per_kind": 12, "data.test_share": 0.5, "training.epochs": 1}


@pytest.fixture
def shown(open_run_page, qtbot):
    """Trains and tests, then opens the page on what that left."""

    def make(experiment):
        run = RunStore().create(experiment)
        last = train(run)[-1]
        assert last.outcome == "done"
        page = open_run_page(ScenesPage)
        qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
        return page, last.results, read_scene_answers(run.path)

    return make


def rows_of(cells):
    return {cells.words(row)[0]: cells.words(row)[1:] for row in range(cells.rowCount())}


def counted(values, names):
    counts = {name: int((values == place).sum()) for place, name in enumerate(names)}
    return {name: f"{count:,}" if count else "–" for name, count in counts.items()}


def test_that_a_run_of_parts_is_shown_by_the_figures_of_its_benchmark(shown, qtbot):
    experiment = test_parts.experiment().with_values(**MANY_SHAPES)
    page, results, answers = shown(experiment)
    assert results["scenes"] == 18 > len(answers) == SHOWN
    card = page.kinds
    assert card.right.number.text() == f"{results['instance_miou']:.2f}"
    assert card.mean.number.text() == f"{results['category_miou']:.2f}"
    assert rows_of(card.shapes.cells) == {
        kind: [str(own["shapes"]), f"{own['iou']:.2f}"]
        for kind, own in results["per_class"].items()
    }
    rows = rows_of(card.kinds.cells)
    heading = card.kinds.cells.headerData(0, Qt.Orientation.Horizontal)
    assert heading == "Part" and not rows.keys() & results["per_class"].keys()
    parted, _ = ran(prepare_parts(experiment.data, Control()))
    true = counted(parted.parts[~parted.train], parted.part_names)  # of all that was tested
    assert rows and {name: own[0] for name, own in rows.items()} == {
        name: true[name] for name in rows
    }


def test_that_a_run_of_points_is_shown_by_all_rooms_it_was_tested_on(shown, qtbot):
    experiment = test_segment.experiment().with_values(**MANY_ROOMS)
    page, results, answers = shown(experiment)
    assert results["scenes"] == 14 > len(answers) == SHOWN
    card = page.kinds
    assert card.right.number.text() == f"{100 * results['accuracy']:.0f}"
    assert card.mean.number.text() == f"{results['miou']:.2f}"
    scenes, _ = ran(prepare_scenes(experiment.data, Control()))
    tested = np.concatenate([one.semantic for one in scenes.scenes if not one.train])
    true = counted(tested, [plain(name) for name in scenes.classes])
    figures = {plain(name): own for name, own in results["per_class"].items()}
    for name, (points, well) in rows_of(card.kinds.cells).items():
        assert points == true[name]
        assert well == f"{figures[name]['iou']:.2f}"
    qtbot.mouseClick(card.where.option(1), LEFT)
    own = counted(answers.scenes[0].truth, [plain(name) for name in answers.classes])
    rows = rows_of(card.kinds.cells)
    assert {name: row[0] for name, row in rows.items()} == {name: own[name] for name in rows}


def test_that_a_run_of_boxes_is_opened_at_a_score_its_test_did_not_choose(
    shown, qtbot, monkeypatch
):
    """The rooms on show say nothing about where the handle begins."""
    monkeypatch.setattr("engine.tasks.detect.balanced_cut", lambda said, true: 0.23)
    experiment = test_detection.experiment().with_values(**MANY_ROOMS)
    page, results, answers = shown(experiment)
    assert results["scenes"] == 14 > len(answers) == SHOWN
    assert page.model.cut == 0.23 and page.score.slider.value() == 23
    assert "held back from learning and from the test" in page.score.slider.toolTip()
    assert results["along_axes"] > 0 and page.score.axes.isVisible()
    for _ in range(2):  # one room after another, the smaller after the larger
        before = page.model.place
        qtbot.mouseClick(page.forth, LEFT)
        qtbot.waitUntil(lambda before=before: page.model.place == before + 1)
