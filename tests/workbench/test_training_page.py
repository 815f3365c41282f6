"""The page of the run that goes on."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.events import Checkpoint, Event, Failed, Finished, Metric, Paused, Progress, Started
from engine.experiment import Choice, Experiment, Loss
from engine.session import ThreadSession
from engine.store import Run, RunStore
from tests.workbench import fake_engine
from tests.workbench.made_runs import ALIGNED
from workbench import desk as desk_module
from workbench import theme
from workbench.desk import Desk
from workbench.models.curve import Curve
from workbench.models.measured import HIDDEN, KNOWN, STRANGERS
from workbench.models.story import read_story
from workbench.pages.training import TrainingPage
from workbench.views.curve_plot import CurvePlot, Line
from workbench.views.run_lines import course, loss_lines, paper_mark

_SCHEMA = {
    "loss": {
        "ce": {"word": "The right answer", "token": "ce"},
        "kd": {"word": "Soft answers", "token": "kd"},
    }
}


@pytest.fixture
def desk(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(
        desk_module, "session_of", lambda _kind, *_flags: ThreadSession(fake_engine.perform)
    )
    desk = Desk(session="thread")
    desk.schema = _SCHEMA
    yield desk
    desk.close()


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> TrainingPage:
    page = TrainingPage(desk)
    qtbot.addWidget(page)
    page.resize(1216, 720)
    page.show()
    page.shown()
    return page


def started(known: tuple[str, ...] = ("bed", "chair"), steps: int = 10) -> Started:
    return Started(
        name="Run",
        recipe="distil",
        device="cpu",
        threads=2,
        parameters=100,
        epochs=4,
        steps_per_epoch=steps,
        train=80,
        validation=8,
        known=list(known),
        strangers=["lamp"],
        terms=["ce", "kd"],
    )


def history(passes: int) -> list[Event]:
    events: list[Event] = [started()]
    for step in range(1, passes * 10 + 1):
        epoch = step / 10
        values = {"loss": 3 / step, "loss/ce": 1 / step, "loss/kd": 2 / step, "learning_rate": 2e-6}
        events.append(Metric(step=step, epoch=epoch, values=values))
        if step % 10 == 0:
            share = {KNOWN: epoch / 5, STRANGERS: epoch / 10}
            events.append(Metric(step=step, epoch=epoch, values=share))
            events.append(Checkpoint(step=step, epoch=epoch, path="c", best=True))
    done = passes * 10
    events.append(
        Progress(
            step=done, steps=40, epoch=passes, epochs=4, clouds_per_second=1234.0, seconds_left=720
        )
    )
    return events


def going(desk: Desk, passes: int = 3) -> None:
    desk.live.begin(Experiment(name="Run"))
    desk.live.take(history(passes))


def test_that_without_a_run_there_is_a_way_to_one(page: TrainingPage, desk: Desk, qtbot: QtBot):
    assert page.stack.currentIndex() == 0
    with qtbot.waitSignal(desk.navigate) as signal:
        page.stack.widget(0).findChildren(type(page.head.go))[0].click()
    assert signal.args == ["setup"]


def test_that_the_sentence_has_the_real_figures(page: TrainingPage, desk: Desk):
    going(desk)
    assert page.stack.currentIndex() == 1
    assert page.head.headline.words() == (
        "Learning…  60% of known objects right, 30% of strangers spotted."
    )
    assert page.head.left.text().startswith("12 min left")


def test_that_the_keys_hold_the_newest_values(page: TrainingPage, desk: Desk):
    going(desk)
    page.right.redraw()
    page.wrong.redraw()
    assert [(entry.word, entry.value) for entry in page.right.legend.entries()] == [
        ("known kinds right", "60.0 %"),
        ("strangers spotted", "30.0 %"),
    ]
    names = [entry.word for entry in page.wrong.legend.entries()]
    assert names == ["everything", "the right answer", "soft answers"]


def test_that_sentence_key_and_best_show_a_new_pass_at_once(page: TrainingPage, desk: Desk):
    going(desk)
    page._timer.stop()  # nothing is drawn from here on
    values = {KNOWN: 0.8, STRANGERS: 0.5}
    desk.live.take(
        [
            Metric(step=40, epoch=4, values=values),
            Checkpoint(step=40, epoch=4, path="c", best=True),
        ]
    )
    assert "80% of known" in page.head.headline.words()
    assert [entry.value for entry in page.right.legend.entries()] == ["80.0 %", "50.0 %"]
    assert page.best.note() == "validation: 80.0 % known, 50.0 % strangers"


def test_that_a_long_run_begins_with_an_axis_of_its_own_length(qtbot: QtBot):
    plot = CurvePlot()
    qtbot.addWidget(plot)
    plot.set_epochs(300)
    plot.set_lines([Line("loss", "loss", "ce")])
    curve, ends = Curve(), []
    for epoch in (1, 100, 151):
        curve.append(epoch, epoch, 1.0)
        plot.draw({"loss": curve}, smooth=True)
        ends.append(round(plot.viewRange()[0][1] / 1.03))
    assert ends == [30, 125, 300]


def test_that_loss_terms_differ_by_more_than_colour(desk: Desk):
    going(desk)
    lines = loss_lines(desk.live, _SCHEMA)
    assert len({(line.token, line.dash) for line in lines}) == 3
    assert {line.token for line in lines} == {"ink", "ce", "kd"}


def test_that_no_two_curves_have_one_colour_until_the_series_is_used_up_and_then_other_dashes(
    desk: Desk,
):
    terms = [f"term{number}" for number in range(12)]
    schema = {"loss": {term: {"word": term, "token": "kd"} for term in terms}}
    desk.live.take([started().model_copy(update={"terms": terms})])
    lines = loss_lines(desk.live, schema)
    for choice in ("dark", "light"):
        theme.use(choice)
        colours = {theme.color(line.token).name() for line in lines[:8]}
        assert len(colours) == 8  # the sum, the one of the loss itself, and six of the series
    assert len({(line.token, line.dash) for line in lines}) == 13


def test_that_terms_are_drawn_as_they_add_to_the_loss_until_the_switch_is_turned(
    page: TrainingPage, desk: Desk
):
    losses = {"ce": Loss(weight=0.5), "kd": Loss(weight=0.001, warmup_epochs=4.0)}
    desk.live.begin(Experiment(name="Run", losses=losses))
    step = {"loss": 0.25 + 0.05, "loss/ce": 0.5, "loss/kd": 100.0}
    desk.live.take([started(), Metric(step=20, epoch=2.0, values=step)])

    def drawn():
        page.wrong.smoothing.set_index(1)
        page.wrong.redraw()
        return [entry.value for entry in page.wrong.legend.entries()]

    assert drawn() == ["0.30", "0.25", "0.05"]  # half of the warm-up is done
    assert page.wrong.plot.viewRange()[1][1] < 1
    assert page.wrong.plot.axis_words() == "loss, weighted"
    page.weighting.set_index(1)
    assert drawn() == ["0.30", "0.50", "100.00"]
    assert page.wrong.plot.viewRange()[1][1] > 100
    assert page.wrong.plot.axis_words() == "loss, unweighted"


def test_that_terms_are_drawn_as_measured_where_their_weights_are_learnt(
    page: TrainingPage, desk: Desk
):
    recipe = Choice.model_validate({"name": "classroom", "weighing": "learned"})
    desk.live.begin(Experiment(name="Run", recipe=recipe, losses={"kd": Loss(weight=0.001)}))
    desk.live.take([started(), Metric(step=20, epoch=2.0, values={"loss": 1.0, "loss/kd": 100.0})])
    assert page.weighting.isHidden()
    assert page.wrong.plot.axis_words() == "loss, unweighted"


def test_that_a_single_term_is_drawn_once(desk: Desk):
    desk.live.take([started().model_copy(update={"terms": ["ce"]})])
    assert [line.name for line in loss_lines(desk.live, _SCHEMA)] == ["loss"]


def test_that_raw_shows_the_last_value_and_smooth_the_average(page: TrainingPage, desk: Desk):
    going(desk)
    page.wrong.smoothing.set_index(1)
    page.wrong.redraw()
    assert page.wrong.legend.entries()[0].value == f"{3 / 30:.2f}"
    page.wrong.smoothing.set_index(0)
    page.wrong.redraw()
    assert float(page.wrong.legend.entries()[0].value) > 3 / 30


def test_that_the_meters_hold_real_numbers(page: TrainingPage, desk: Desk):
    going(desk)
    page._show_meters()
    assert page.speed.number() == "1,234"
    assert page.rate.number() == "0.000002"
    assert page.best.number() == "pass 3"
    assert page.best.note() == "validation: 60.0 % known, 30.0 % strangers"


def test_that_what_is_not_measured_is_a_dash(page: TrainingPage, desk: Desk):
    desk.live.begin(Experiment())
    page._show_meters()
    assert [page.speed.number(), page.rate.number(), page.best.number()] == ["–", "–", "–"]


def test_that_curves_can_be_read_as_a_table(page: TrainingPage, desk: Desk):
    going(desk)
    page.right.as_table.setChecked(True)
    page.right.redraw()
    model = page.right._model
    rows = [
        [model.data(model.index(row, column)) for column in range(3)]
        for row in range(model.rowCount())
    ]
    assert rows == [
        ["3", "60.0%", "30.0%"],
        ["2", "40.0%", "20.0%"],
        ["1", "20.0%", "10.0%"],
    ]


def test_that_only_dirty_plots_are_drawn_and_the_timer_sleeps_in_the_end(
    page: TrainingPage, desk: Desk, qtbot: QtBot
):
    going(desk)
    assert page.wrong.dirty
    qtbot.waitUntil(lambda: not page.wrong.dirty and not page.right.dirty)
    desk.live.take([Finished(outcome="done")])
    qtbot.waitUntil(lambda: not page._timer.isActive())


def test_that_pausing_answers_at_once(page: TrainingPage, desk: Desk, qtbot: QtBot):
    desk.start(Experiment().with_values(**{"name": "Run", "training.epochs": 1000}))
    qtbot.waitUntil(lambda: desk.live.state == "running", timeout=5000)
    qtbot.mouseClick(page.head.go, Qt.MouseButton.LeftButton)
    assert page.head.go.text() == "Pausing after this batch…"
    asked: list[str] = []
    page.head.wished.connect(asked.append)
    page.head.go.click()
    assert asked == []  # it was heard; pressing again asks for nothing
    qtbot.waitUntil(lambda: page.head.go.text() == "Resume", timeout=5000)
    qtbot.mouseClick(page.head.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.live.state == "running", timeout=5000)
    qtbot.mouseClick(page.head.stop, Qt.MouseButton.LeftButton)
    assert page.head.stop.text() == "Stopping after this batch…"
    qtbot.waitUntil(lambda: desk.live.state == "finished", timeout=5000)


def test_that_space_on_the_pressed_button_never_ends_a_run(
    page: TrainingPage, desk: Desk, qtbot: QtBot
):
    desk.start(Experiment().with_values(**{"name": "Run", "training.epochs": 1000}))
    qtbot.waitUntil(lambda: desk.live.state == "running", timeout=5000)
    page.window().activateWindow()
    page.head.go.setFocus()
    for state in ("paused", "running", "paused"):
        qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Space)
        assert page.window().focusWidget() is page.head.go
        qtbot.waitUntil(lambda wanted=state: desk.live.state == wanted, timeout=5000)
        assert page.window().focusWidget() is page.head.go


def test_that_space_pauses_and_resumes(page: TrainingPage, desk: Desk, qtbot: QtBot):
    desk.start(Experiment().with_values(**{"name": "Run", "training.epochs": 1000}))
    qtbot.waitUntil(lambda: desk.live.state == "running", timeout=5000)
    qtbot.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.live.state == "paused", timeout=5000)
    qtbot.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.live.state == "running", timeout=5000)


def test_that_results_lead_to_the_open_set(page: TrainingPage, desk: Desk, qtbot: QtBot):
    going(desk)
    assert page.head.look.isHidden()
    desk.live.run = desk.store.folder / "run"
    desk.live.take([Finished(outcome="done", results=fake_engine.RESULTS)])
    assert not page.head.look.isHidden()
    with qtbot.waitSignals([desk.run_opened, desk.navigate]):
        page.head.look.click()
    assert desk.opened == desk.live.run


def test_that_a_run_stopped_early_says_how_far_it_came(page: TrainingPage, desk: Desk):
    going(desk)
    desk.live.take([Finished(outcome="finished early", results=fake_engine.RESULTS)])
    assert page.head.headline.words().startswith("Stopped early, pass 3 of 4.")
    assert "continued" in page.head.stop.toolTip()


@pytest.mark.parametrize(
    ("keep", "words"), [("last", "the last model is tested"), ("best", "this one is tested")]
)
def test_that_the_best_so_far_says_which_model_is_tested(
    page: TrainingPage, desk: Desk, keep: str, words: str
):
    desk.live.begin(Experiment(name="Run").with_values(**{"training.keep": keep}))
    desk.live.take(history(3))
    page._show_meters()
    assert f"Best so far · {words}: pass 3" in page.best.accessibleName()


def test_that_learning_from_pictures_has_its_own_curves_words_and_best(
    page: TrainingPage, desk: Desk, aligned_run, qtbot: QtBot
):
    desk.schema = _SCHEMA | {"recipe": {"align": {"data": "pairs"}}}
    run = aligned_run("Pictures")
    run.log.append(Checkpoint(step=15, epoch=3, path="c", best=True))
    run.log.append(Finished(outcome="done", step=15, results=ALIGNED))
    desk.live.replay(read_story(desk.store, run.path))
    page.right.redraw()
    assert page.right.heading() == "How well it answers"
    told = {entry.word: entry.value for entry in page.right.legend.entries()}
    assert told["explained (R²)"] == "30.0 %"
    assert told["likeness (cosine)"] == "37.5 %"
    assert told["own picture first (recall)"] == "15.0 %"
    assert page.head.headline.words() == (
        "Done.  It explains 42 % of what the picture’s teacher says, "
        "and finds its own picture first in 20 %."
    )
    assert page.head.line.text().startswith("80 pairs; likeness 0.61; own picture in first five")
    assert page.best.note() == "validation: 30.0 % explained, 37.5 % alike"
    assert "explained 30.0%" in page.log.plain()
    assert page.head.look.text() == "Look at its ideas"
    with qtbot.waitSignal(desk.navigate) as signal:
        qtbot.mouseClick(page.head.look, Qt.MouseButton.LeftButton)
    assert signal.args == ["concepts"]
    assert desk.opened_concepts == run.path
    going(desk)
    assert page.right.heading() == "How right it is"


@pytest.mark.parametrize(
    ("material", "values", "shown"),
    [
        ("scenes", {"map25": 0.5, "map50": 0.25, "recall25": 0.75}, ["50.0 %", "25.0 %", "75.0 %"]),
        ("scenes", {"miou": 0.5, "points_right": 0.75}, ["50.0 %", "75.0 %"]),
        ("parts", {"instance_miou": 0.5, "category_miou": 0.25}, ["50.0 %", "25.0 %"]),
    ],
)
def test_that_rooms_and_parts_have_curves_of_their_own(
    page: TrainingPage, desk: Desk, material, values, shown
):
    desk.schema = _SCHEMA | {"recipe": {"looks": {"data": material}}}
    desk.live.begin(Experiment().with_values(recipe="looks"))
    desk.live.take([started()])
    assert page.right.isHidden()  # nothing is measured yet
    told = {f"validation/{name}": value for name, value in values.items()}
    desk.live.take(
        [Metric(step=1, epoch=1, values=told), Checkpoint(step=1, epoch=1, path="c", best=True)]
    )
    page.right.redraw()
    assert [entry.value for entry in page.right.legend.entries()] == shown
    assert "held back" in page.right._term.text()
    page._show_meters()
    assert page.best.note().startswith("validation: 50.0 % ")


def test_that_where_only_hidden_patches_are_guessed_their_error_stands_beside_the_loss(
    page: TrainingPage, desk: Desk
):
    desk.schema = _SCHEMA | {"recipe": {"align": {"data": "pairs"}}}
    desk.live.begin(Experiment().with_values(recipe="align"))
    desk.live.take([started(), Metric(step=1, epoch=1, values={"loss": 1.0, HIDDEN: 0.01})])
    assert page.right.isHidden()
    assert page.wrong.legend.entries()[-1].word == "hidden patches, held back"
    assert "error of 0.0100" in page.head.headline.words()


def test_that_a_failure_shows_its_sentence_and_folds_the_details(page: TrainingPage, desk: Desk):
    going(desk)
    desk.live.take([Failed(sentence="It broke. Nothing was harmed.", detail="Traceback: x")])
    assert not page.trouble.isHidden()
    assert page.trouble.failure.text() == "It broke. Nothing was harmed."
    assert not page.trouble.details.isHidden()
    page.trouble.failure.button.click()
    assert QGuiApplication.clipboard().text() == "It broke. Nothing was harmed.\n\nTraceback: x"
    desk.live.begin(Experiment())
    assert page.trouble.isHidden()


def test_that_a_run_that_fails_at_once_says_why_and_shows_nothing_of_the_one_before(
    page: TrainingPage, desk: Desk
):
    going(desk, 2)
    desk.live.begin(Experiment(name="No teacher"))
    desk.live.take([Failed(sentence="There is no finished teacher. Train one first.")])
    assert page.trouble.failure.text() == "There is no finished teacher. Train one first."
    assert page.head.headline.words() == "The run could not begin."
    assert page.head.go.isHidden()
    assert not desk.live.curves
    assert [line.what for line in desk.live.log] == ["failed"]
    assert "pass" not in page.log.plain()


def test_that_a_discard_can_be_undone(
    page: TrainingPage, desk: Desk, make_run: Callable[..., Run], qtbot: QtBot
):
    desk.live.replay(read_story(RunStore(), make_run("Left").path))
    page.head.wished.emit("discard")
    assert page.stack.currentIndex() == 0
    desk.restore()
    qtbot.waitUntil(lambda: desk.live.name == "Left")
    assert page.stack.currentIndex() == 1
    assert "pass 3" in page.log.plain()


def test_that_a_run_that_was_left_can_be_continued(
    page: TrainingPage, desk: Desk, make_run: Callable[..., Run], qtbot: QtBot
):
    desk.live.replay(read_story(RunStore(), make_run("Left").path))
    assert page.head.go.text() == "Continue"
    page.head.go.click()
    qtbot.waitUntil(lambda: desk.live.state == "finished", timeout=10_000)


def test_that_the_log_is_newest_first_and_copied_oldest_first(page: TrainingPage, desk: Desk):
    going(desk, 2)
    shown = page.log._text.toPlainText().splitlines()
    assert "best model so far kept (pass 2)" in shown[0]
    page.log.copy.click()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied == shown[::-1]


def test_that_the_log_is_a_drawer(page: TrainingPage, qtbot: QtBot):
    assert page.log.is_open
    page.log.arrow.click()
    assert not page.log.is_open


def test_that_the_papers_line_is_for_modelnet10_only(desk: Desk):
    kinds = (
        "bathtub", "bed", "chair", "desk", "dresser",
        "monitor", "night_stand", "sofa", "table", "toilet",
    )  # fmt: skip
    live = desk.live
    live.begin(Experiment())
    live.take([started(kinds)])
    assert paper_mark(live) == (None, "")
    live.begin(Experiment().with_values(data={"name": "modelnet"}))
    live.take([started(kinds[:5])])
    assert paper_mark(live) == (None, "")
    live.begin(Experiment().with_values(data={"name": "modelnet"}))
    live.take([started(kinds)])
    assert paper_mark(live) == (0.8717, "paper, no teacher:\n87.17 %")


def test_that_it_follows_the_theme(
    page: TrainingPage, desk: Desk, qapp: QApplication, picture: Callable[..., object]
):
    going(desk)
    page.wrong.redraw()
    theme.use("light")
    pen = page.wrong.plot.traces[1]._smooth.opts["pen"]
    assert pen.color() == theme.color(page.wrong.plot.traces[1].line.token)
    picture(page)
    theme.use("dark")


@pytest.mark.parametrize("state", ["running", "paused", "failed", "finished"])
def test_that_it_fits_the_smallest_window(page: TrainingPage, desk: Desk, state: str):
    going(desk)
    last: dict[str, list[Event]] = {
        "running": [],
        "paused": [Paused(step=30)],
        "failed": [Failed(sentence="It broke. " * 12, detail="x")],
        "finished": [Finished(outcome="done", results=fake_engine.RESULTS)],
    }
    desk.live.take(last[state])
    page.resize(1280 - 64, 720)
    hint = page.minimumSizeHint()
    assert hint.width() <= 1280 - 64
    assert hint.height() <= 720


def test_that_a_course_keeps_its_ends(desk: Desk):
    going(desk)
    values = course(desk.live.curves["loss"], points=5)
    assert len(values) == 5
    assert (values[0], values[-1]) == (3.0, 3 / 30)
    assert course(None) == []


def test_that_the_menu_of_a_run_stays_inside_the_page(
    page: TrainingPage, monkeypatch: pytest.MonkeyPatch
):
    asked: list[tuple[int, int]] = []

    class Menu(QMenu):
        def exec(self, place: QPoint) -> None:  # type: ignore[override]
            asked.append((place.x(), self.sizeHint().width()))

    monkeypatch.setattr("workbench.views.run_head.QMenu", Menu)
    page.head.more.click()
    left, width = asked[0]
    button = page.head.more
    assert left + width - 1 == button.mapToGlobal(button.rect().bottomRight()).x()
