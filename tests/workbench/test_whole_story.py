"""The whole story in the real window, with real clicks: data, run, curves, pause, resume, finish, threshold, close."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from engine.experiment import Choice, Experiment
from workbench.desk import Desk
from workbench.window import Window

SECONDS = 90_000


def click(qtbot, root: QWidget, words: str) -> None:
    """Click the visible, enabled button with these words."""

    def find():
        found = [
            b
            for b in root.findChildren(QAbstractButton)
            if b.text() == words and b.isVisible() and b.isEnabled()
        ]
        assert found, f"no button “{words}” to click"
        return found[0]

    qtbot.waitUntil(lambda: find() is not None, timeout=SECONDS)
    qtbot.mouseClick(find(), Qt.MouseButton.LeftButton)


@pytest.fixture(params=["child", "thread"])
def window(request, qtbot):
    """The furnished window with one of the two sessions."""
    desk = Desk(session=request.param)
    window = Window()
    window.resize(1440, 900)
    with qtbot.waitExposed(window):
        window.show()
    desk.data_choice = Choice(name="shapes", per_kind=12, points=256)
    window.furnish(desk)
    desk.begin()
    yield window
    desk.close()


def test_that_a_person_can_teach_watch_judge_and_leave(window, qtbot):
    desk, wait = window.desk, lambda truth: qtbot.waitUntil(truth, timeout=SECONDS)
    wait(lambda: desk.clouds is not None and bool(desk.schema))

    window.go("data")
    page = window.page("data")
    assert page.isVisible()
    assert "40" in page.sentence or len(desk.clouds.kinds) == 40

    window.go("setup")
    setup = window.page("setup")
    setup.choose("student")
    setup.change("training.epochs", 400)
    click(qtbot, setup, "Start learning")

    live, training = desk.live, window.page("training")
    assert window.stack.currentWidget() is training
    wait(lambda: "loss" in live.curves and len(live.curves["loss"]) >= 5)
    seen = len(live.curves["loss"])
    wait(lambda: len(live.curves["loss"]) > seen)

    click(qtbot, training, "Pause")
    wait(lambda: live.state == "paused")
    frozen = len(live.curves["loss"])
    qtbot.wait(300)
    assert len(live.curves["loss"]) == frozen
    click(qtbot, training, "Resume")
    wait(lambda: len(live.curves["loss"]) > frozen)

    click(qtbot, training, "Finish now, keep the result")
    wait(lambda: live.state == "finished" and bool(live.results))
    assert live.results["counts"]["n_closed"] == 40

    click(qtbot, training, "Look at the open set")
    openset = window.page("openset")
    wait(lambda: openset.card.plot.isVisible() and openset.card.plot.isEnabled())
    before = openset.model.figures()["counts"]["rejected_open"]
    assert before > 0  # a student stopped this early is sure of little
    plot = openset.card.plot
    start = plot.handle().toPoint()
    end = QPoint(30, start.y())
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, end)
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=end)
    assert openset.model.value < 0.1
    assert openset.model.figures()["counts"]["rejected_open"] < before

    assert window.close()
    assert not window.isVisible()


@pytest.mark.parametrize("window", ["child"], indirect=True)
def test_that_a_run_left_by_closing_goes_on_in_the_next_window(window, qtbot):
    desk = window.desk
    qtbot.waitUntil(lambda: desk.clouds is not None, timeout=SECONDS)
    experiment = Experiment(name="To be continued", data=desk.draft.data, training={"epochs": 400})
    desk.start(experiment)
    qtbot.waitUntil(lambda: "loss" in desk.live.curves, timeout=SECONDS)
    desk.close()
    (left,) = desk.store.runs()
    assert left.state == "paused"

    again = Desk(session="child")
    again.begin()
    try:
        qtbot.waitUntil(lambda: again.live.run == left.path)
        steps = len(again.live.curves["loss"])
        assert steps > 0
        again.ask("resume")
        qtbot.waitUntil(lambda: len(again.live.curves["loss"]) > steps, timeout=SECONDS)
        again.ask("finish")
        qtbot.waitUntil(lambda: again.live.state == "finished", timeout=SECONDS)
    finally:
        again.close()
