"""The guided demo: four steps by hand or by Next, and whatever may come in between."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from engine import bundled
from engine.datasets import place_of
from engine.experiment import Data, Experiment
from tests.workbench.made_demo import be_quick, lay_clouds
from workbench import motion
from workbench.desk import Desk
from workbench.tour import learn
from workbench.tour.tour import STEPS
from workbench.window import Window

SECONDS = 20_000


@pytest.fixture
def desk(qtbot, monkeypatch):
    """A desk with an engine that is quick."""
    be_quick(monkeypatch)
    desk = Desk(session="thread")
    yield desk
    desk.close()


@pytest.fixture
def clouds():
    lay_clouds()


@pytest.fixture
def shown(clouds, shown):
    """The window, with a tour in which nothing moves by itself."""
    motion.reduce(True)
    return shown


@pytest.fixture
def begun(shown, qtbot):
    """The demo, begun from Home, with its first step on show."""
    qtbot.mouseClick(shown.page("home").demo, Qt.MouseButton.LeftButton)
    wait_for_step(shown, qtbot, 1)
    with qtbot.waitActive(shown):  # the first 3D view may have made it anew
        shown.activateWindow()
    return shown


def wait_for_step(window: Window, qtbot, number: int) -> None:
    def there():
        tour = window.tour
        assert tour.going
        assert tour.place == number - 1
        assert tour.overlay.callout.step.text() == f"Step {number} of {len(STEPS)}"
        assert not tour.overlay.hole.isEmpty()

    qtbot.waitUntil(lambda: there() is None, timeout=SECONDS)


def press_next(window: Window, qtbot, words: str = "Next") -> None:
    button = window.tour.overlay.callout.next
    qtbot.waitUntil(lambda: button.isEnabled() and button.text() == words, timeout=SECONDS)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def says(window: Window) -> str:
    callout = window.tour.overlay.callout
    return f"{callout.title.text()}. {callout.words.text()}"


def under(window: Window, widget, place: QPoint):
    """What a click at this place of a widget would reach."""
    return window.childAt(widget.mapTo(window, place))


def drag(window: Window, qtbot, to: int) -> None:
    plot = window.page("openset").card.plot
    start = plot.handle().toPoint()
    end = QPoint(to, start.y())
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, (start + end) / 2)
    qtbot.mouseMove(plot, end)
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=end)


def test_that_a_person_does_all_four_steps(begun, qtbot):
    tour, desk = begun.tour, begun.desk
    page = begun.page("openset")
    before = page.model.figures()["counts"]["rejected_open"]
    assert f"{before} of 600 strangers" in says(begun)
    assert tour.overlay.hint.isVisible()
    assert tour.overlay.hole.contains(tour.stage.around([page.tiles.strangers, page.tiles.known]))
    drag(begun, qtbot, page.card.plot.width() - 60)
    after = page.model.figures()["counts"]["rejected_open"]
    assert after > before
    qtbot.waitUntil(lambda: f"{after:,} of 600 strangers turned away" in says(begun))
    assert not tour.overlay.hint.isVisible()
    press_next(begun, qtbot)

    wait_for_step(begun, qtbot, 2)
    gallery = page.pane.gallery
    qtbot.waitUntil(lambda: gallery.model().rowCount() > 1, timeout=SECONDS)
    tokens = {}
    for row in range(gallery.model().rowCount()):
        tokens.setdefault(gallery.tiles.tile(gallery.tiles.index(row)).value_token, row)
    for token, told in (("unknown", "I do not know this"), ("known", "taken for a")):
        place = gallery.visualRect(gallery.tiles.index(tokens[token])).center()
        assert under(begun, gallery.viewport(), place) is gallery.viewport()
        qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.waitUntil(lambda told=told: told in says(begun), timeout=SECONDS)
    press_next(begun, qtbot)

    wait_for_step(begun, qtbot, 3)
    qtbot.waitUntil(lambda: "It has learnt, and was tested" in says(begun), timeout=SECONDS)
    assert "10 of 20 known things" in says(begun)
    press_next(begun, qtbot)

    wait_for_step(begun, qtbot, 4)
    compare = begun.page("compare")
    picked = {line.run.name for line in compare.table.picked}
    assert picked == {"Demo: taught, with a way out", "Demo: without a teacher"}
    first = "learnt for 60 passes. It keeps 92% of known things right and turns away 59%"
    assert first in says(begun)
    told = "learnt for 12 passes. It keeps 50% of known things right and turns away 75%"
    qtbot.waitUntil(lambda: told in says(begun), timeout=SECONDS)
    assert "That is no fair race: one had 5 times as many passes as the other." in says(begun)
    assert tour.overlay.callout.skip.text() == "Done"
    qtbot.mouseClick(tour.overlay.callout.skip, Qt.MouseButton.LeftButton)
    assert not tour.going
    assert begun.stack.currentWidget() is compare
    assert len(desk.store.runs()) == 2


def test_that_next_does_every_step_for_a_person(begun, qtbot):
    model = begun.page("openset").model
    press_next(begun, qtbot, "Show me")
    counts = model.figures()["counts"]
    assert counts["rejected_open"] >= 0.75 * counts["n_open"]
    for number in (2, 3, 4):
        press_next(begun, qtbot)
        wait_for_step(begun, qtbot, number)
        if number == 2:
            press_next(begun, qtbot, "Show me")
    press_next(begun, qtbot, "Bring your own")
    assert not begun.tour.going
    assert begun.stack.currentWidget() is begun.page("bring")


def test_that_nothing_warns_of_what_the_demo_asks_for(begun, qtbot):
    page = begun.page("openset")
    drag(begun, qtbot, page.card.plot.width() - 60)
    assert page.model.tuned_on_test
    assert "choose on validation" not in page.card.note.text()
    press_next(begun, qtbot)
    wait_for_step(begun, qtbot, 2)
    assert "choose on validation" not in page.card.note.text()
    begun.tour.leave()
    assert "choose on validation" in page.card.note.text()


def test_that_the_mouse_reaches_the_hole_and_nothing_beside_it(begun, qtbot):
    page, overlay = begun.page("openset"), begun.tour.overlay
    assert under(begun, page.card.plot, page.card.plot.handle().toPoint()) is page.card.plot
    assert under(begun, begun.rail._buttons["data"], QPoint(20, 20)) is overlay
    assert under(begun, overlay.callout.next, QPoint(5, 5)) is overlay.callout.next


def test_that_arrow_keys_move_the_handle_and_escape_leaves(begun, qtbot):
    plot, desk = begun.page("openset").card.plot, begun.desk
    qtbot.waitUntil(lambda: QApplication.focusWidget() is plot)
    before = plot.value()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.value() > before
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert not begun.tour.going
    assert begun.stack.currentWidget() is begun.page("openset")
    assert desk.opened is not None and desk.opened.exists()


def test_that_tab_leads_from_the_control_to_the_buttons_of_the_step(begun, qtbot):
    plot, callout = begun.page("openset").card.plot, begun.tour.overlay.callout
    plot.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is plot)
    reached = []
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    assert reached == [callout.next, callout.skip]


def test_that_hole_and_words_follow_the_window(begun, qtbot):
    begun.resize(1280, 720)

    def followed():
        overlay, card = begun.tour.overlay, begun.page("openset").card
        assert overlay.size() == begun.size()
        assert overlay.hole.contains(begun.tour.stage.around([card]))
        assert overlay.rect().contains(overlay.callout.geometry())

    qtbot.waitUntil(lambda: followed() is None, timeout=SECONDS)


def test_that_it_can_be_repeated_with_the_same_run(begun, qtbot):
    opened = begun.desk.opened
    drag(begun, qtbot, begun.page("openset").card.plot.width() - 60)
    begun.tour.leave()
    begun.go("home")
    qtbot.mouseClick(begun.page("home").demo, Qt.MouseButton.LeftButton)
    wait_for_step(begun, qtbot, 1)
    assert begun.desk.opened == opened
    assert len(begun.desk.store.runs()) == 1
    assert begun.tour.overlay.callout.next.text() == "Show me"


def test_that_skipping_everything_leaves_a_run_going_on(begun, qtbot, monkeypatch):
    monkeypatch.setattr(learn, "_PASSES", 2000)
    for number in (2, 3, 4):
        qtbot.mouseClick(begun.tour.overlay.callout.skip, Qt.MouseButton.LeftButton)
        wait_for_step(begun, qtbot, number)
    assert "not tested yet" in says(begun) or "demo" in says(begun)
    begun.tour.leave()
    assert begun.desk.live.alive
    begun.desk.ask("finish")
    qtbot.waitUntil(lambda: not begun.desk.live.alive, timeout=SECONDS)


def go_to_learning(window: Window, qtbot) -> None:
    for number in (2, 3):
        qtbot.mouseClick(window.tour.overlay.callout.skip, Qt.MouseButton.LeftButton)
        wait_for_step(window, qtbot, number)


def test_that_pause_and_stop_work_through_the_hole(begun, qtbot, monkeypatch):
    monkeypatch.setattr(learn, "_PASSES", 2000)
    go_to_learning(begun, qtbot)
    head, live = begun.page("training").head, begun.desk.live
    qtbot.waitUntil(lambda: live.state == "running", timeout=SECONDS)
    assert under(begun, head.go, QPoint(8, 8)) is head.go
    qtbot.mouseClick(head.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: live.state == "paused", timeout=SECONDS)
    press_next(begun, qtbot, "Resume")
    qtbot.waitUntil(lambda: live.state == "running", timeout=SECONDS)
    press_next(begun, qtbot, "Finish here")
    qtbot.waitUntil(lambda: live.state == "finished", timeout=SECONDS)


def test_that_a_run_that_goes_on_already_is_the_one_that_is_watched(begun, qtbot):
    desk = begun.desk
    begun.tour.leave()
    desk.start(Experiment().with_values(**{"name": "Mine", "training.epochs": 2000}))
    qtbot.waitUntil(lambda: desk.live.state == "running", timeout=SECONDS)
    desk.demo_wanted.emit()
    wait_for_step(begun, qtbot, 1)
    go_to_learning(begun, qtbot)
    assert desk.live.name == "Mine"
    qtbot.waitUntil(lambda: "Your run is going on" in says(begun))
    assert begun.tour.overlay.callout.next.text() == "Next"
    desk.ask("finish")
    qtbot.waitUntil(lambda: not desk.live.alive, timeout=SECONDS)
    assert len(desk.store.runs()) == 2


def test_that_a_discarded_run_does_not_stop_the_demo(begun, qtbot, monkeypatch):
    monkeypatch.setattr(learn, "_PASSES", 2000)
    go_to_learning(begun, qtbot)
    desk = begun.desk
    qtbot.waitUntil(lambda: desk.live.state == "running", timeout=SECONDS)
    desk.ask("discard")
    qtbot.waitUntil(lambda: "No run is going on" in says(begun), timeout=SECONDS)
    press_next(begun, qtbot)
    wait_for_step(begun, qtbot, 4)
    assert [line.run.name for line in begun.page("compare").table.picked] == [
        "Demo: taught, with a way out"
    ]


def test_that_without_the_bundled_run_it_begins_with_learning(shown, qtbot, monkeypatch):
    monkeypatch.setattr(bundled, "resource", lambda *parts: Path("nowhere", *parts))
    with qtbot.waitSignal(shown.desk.message) as said:
        shown.page("home").demo.click()
    assert "missing from this installation" in said.args[1]
    wait_for_step(shown, qtbot, 3)
    qtbot.waitUntil(lambda: "It has learnt" in says(shown), timeout=SECONDS)
    press_next(shown, qtbot)
    wait_for_step(shown, qtbot, 4)


def test_that_data_that_were_never_prepared_are_prepared_first(shown, qtbot):
    place_of(Data()).unlink()
    shown.page("home").demo.click()
    wait_for_step(shown, qtbot, 1)
    assert any((place_of(Data()).parent).iterdir())


def test_that_going_elsewhere_leaves_and_offers_the_way_back(begun, qtbot):
    begun.go("data")
    qtbot.waitUntil(lambda: not begun.tour.going)
    (banner,) = begun.toasts.banners()
    assert "step 1 of 4" in banner.text()
    banner.acted.emit()
    wait_for_step(begun, qtbot, 1)


def test_that_the_window_can_be_closed_in_the_middle(begun, qtbot):
    assert begun.close()
    assert not begun.isVisible()


def test_that_a_failing_run_is_told_and_passed(begun, qtbot, monkeypatch):
    monkeypatch.setattr(
        learn, "quick", lambda: Experiment().with_values(**{"name": "broken", "training.epochs": 9})
    )
    go_to_learning(begun, qtbot)
    qtbot.waitUntil(lambda: "could not go on" in says(begun), timeout=SECONDS)
    press_next(begun, qtbot)
    wait_for_step(begun, qtbot, 4)


def test_that_no_text_of_a_step_is_cut_off_at_the_smallest_size(begun, qtbot):
    begun.resize(1280, 720)
    for number in (1, 2, 3, 4):
        wait_for_step(begun, qtbot, number)
        qtbot.waitUntil(lambda: begun.tour.overlay.size() == begun.size())
        callout = begun.tour.overlay.callout
        qtbot.waitUntil(lambda c=callout: c.height() == c.fitting().height(), timeout=SECONDS)
        assert callout.words.height() >= callout.words.heightForWidth(callout.words.width())
        if number < 4:
            qtbot.mouseClick(callout.skip, Qt.MouseButton.LeftButton)


def test_that_a_tour_in_which_things_move_glides_the_handle(begun, qtbot):
    stage = begun.tour.stage
    motion.reduce(False)
    seen: list[int] = []
    model = begun.page("openset").model
    model.changed.connect(lambda _value: seen.append(model.step))
    press_next(begun, qtbot, "Show me")
    assert stage.moving
    qtbot.waitUntil(lambda: not stage.moving, timeout=SECONDS)
    assert len(set(seen)) > 3
    assert seen == sorted(seen)
    assert begun.desk.live.state == "idle"
