"""Set-up is used as a person does: clicks, keys and files; and it says what it cannot do."""

import os
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel

from engine.check import check
from engine.clouds import Clouds
from engine.compare.paper import table_1
from engine.datasets.modelnet import TEN
from engine.events import Finished, Progress
from engine.experiment import Choice, Experiment, load
from engine.jobs import whole_schema
from engine.places import resource
from engine.store import RunStore
from tests.workbench.made_cards import write_card
from workbench import theme
from workbench.desk import Desk
from workbench.models import kept_draft
from workbench.models.former_runs import in_time
from workbench.models.paper import known_right
from workbench.models.recipes import lessons, recipes, with_recipe
from workbench.models.sections import sections
from workbench.pages import setup_side as side
from workbench.pages.compare import ComparePage
from workbench.pages.setup import SetupPage
from workbench.views import loss_mix
from workbench.window import Window

KINDS = ("bed", "chair", "lamp", "sofa")
SIZES = {"pointnet_teacher": 4_000_000, "pointnet_student": 500_000}


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


class QuietDesk(Desk):
    """A desk whose engine answers at once and that remembers what it was asked to do."""

    def __init__(self) -> None:
        super().__init__(session="thread")
        self.started: list[Experiment] = []
        self.opened_data: list[object] = []
        self.said: list[tuple[str, str]] = []
        self.message.connect(lambda role, text: self.said.append((role, text)))

    def start(self, experiment):
        self.started.append(experiment)

    def open_data(self, choice):
        self.opened_data.append(choice)

    def describe(self, experiment, answer):
        usual = self.schema["recipe"][experiment.recipe.name]["net"]
        name = usual if experiment.net.name == "auto" else experiment.net.name
        if "sofaa" in experiment.data.known:
            answer({"parameters": 1_000, "macs": 2_000, "problem": "No kind is called “sofaa”."})
        elif experiment.net.settings.get("widths") == [0]:
            answer({"problem": "A layer needs at least one unit."})
        else:
            answer({"parameters": SIZES.get(name, 1_000_000), "macs": 3_800_000})


@pytest.fixture
def desk(qapp, schema):
    desk = QuietDesk()
    desk.schema = schema
    labels = np.repeat(np.arange(4), 10)
    desk.clouds = Clouds(
        points=np.zeros((40, 8, 3), np.float32),
        labels=labels,
        train=np.tile([True] * 8 + [False] * 2, 4),
        names=tuple(f"{row}" for row in range(40)),
        kinds=KINDS,
        known=KINDS[:3],
        title="Test shapes",
    )
    desk.known = KINDS[:3]
    desk.draft = desk.draft.with_values(**{"data.known": list(desk.known)})
    yield desk
    desk.close()


@pytest.fixture
def page(qtbot, desk):
    page = SetupPage(desk)
    page.resize(1252, 860)
    page.show()
    qtbot.waitExposed(page)
    yield page
    shiboken6.delete(page)


def click_recipe(qtbot, page, title):
    item = page.recipes.findItems(title, Qt.MatchFlag.MatchExactly)[0]
    place = page.recipes.visualItemRect(item).center()
    qtbot.mouseClick(page.recipes.viewport(), Qt.MouseButton.LeftButton, pos=place)


def finished_run(draft: Experiment, name: str, speed: float = 100.0, right: float = 0.935):
    run = RunStore().create(draft.model_copy(update={"name": name}))
    values = {"step": 5, "steps": 5, "epoch": 1, "epochs": 1, "seconds_left": 0.0}
    run.log.append(Progress(clouds_per_second=speed, **values))
    run.log.append(Finished(results={"acc_known_no_threshold": right}))
    return run


def look_again(qtbot, desk):
    with qtbot.waitSignal(desk.runs_changed):
        desk.shelf.read()


def finished_teacher(qtbot, desk, name="Big one", right=0.935, **values):
    teacher = desk.draft.with_values(recipe="teacher", losses={}, **values)
    run = finished_run(teacher, name, right=right)
    look_again(qtbot, desk)
    return run


def test_that_the_teacher_comes_first_and_only_registered_recipes_are_there(page, desk, schema):
    titles = [page.recipes.item(row).text() for row in range(page.recipes.count())]
    assert titles == [recipe.title for recipe in recipes(schema)]
    assert recipes(schema)[0].name == "teacher"
    assert set(schema["recipe"]) == {recipe.name for recipe in recipes(schema)}


def test_that_a_click_on_a_recipe_takes_its_lessons_and_net(qtbot, page, desk):
    click_recipe(qtbot, page, "Soft answers")
    assert desk.draft.recipe.name == "distil"
    assert set(desk.draft.losses) == {"kd", "ce"}
    assert desk.draft.name == "Soft answers"
    assert [lesson.name for lesson in page.diagram.mix.lessons] == ["kd", "ce"]
    assert page.diagram.mix.has_teacher


def test_that_a_row_of_the_paper_is_a_step_that_can_be_taken_back(qtbot, page, desk):
    mine = desk.draft.with_values(name="Mine", seed=5, **{"losses.ce.weight": 0.7})
    desk.set_draft(mine)
    compare = ComparePage(desk)
    qtbot.addWidget(compare)
    compare.set_up(table_1()[-1])
    assert (desk.draft.recipe.name, desk.draft.data) == ("distil", mine.data)
    qtbot.mouseClick(page._back, Qt.MouseButton.LeftButton)
    assert desk.draft == mine


PICTURES = "Learn from pictures"


def test_that_learning_from_pictures_takes_pairs_usual_values_and_can_start(qtbot, page, desk):
    click_recipe(qtbot, page, PICTURES)
    draft = desk.draft
    assert (draft.data.name, draft.data.settings, draft.data.known) == (
        "shapes_views",
        {"colours": False},
        (),
    )
    usual = draft.optimiser.weight_decay, draft.optimiser.decay_all, draft.augment.dropout
    assert usual == (0.05, False, 0.0)
    assert page.side.obstacle.text() == ""
    qtbot.mouseClick(page.side.start, Qt.MouseButton.LeftButton)
    assert desk.started == [draft]
    assert check(draft) is None


def test_that_another_recipe_gives_back_the_open_data_and_plain_values(qtbot, page, desk):
    before = desk.draft
    click_recipe(qtbot, page, PICTURES)
    click_recipe(qtbot, page, "Student on its own")
    assert desk.draft.data == before.data
    assert (desk.draft.optimiser, desk.draft.augment) == (before.optimiser, before.augment)


def test_that_a_value_somebody_chose_outlives_the_recipe(qtbot, page, desk):
    click_recipe(qtbot, page, PICTURES)
    page.change("augment.scale", 1.1)
    click_recipe(qtbot, page, "Fine-tune")
    assert (desk.draft.augment.scale, desk.draft.optimiser.learning_rate) == (1.1, 0.0005)
    click_recipe(qtbot, page, "Teacher")
    assert (desk.draft.augment.scale, desk.draft.optimiser.learning_rate) == (1.1, 0.001)


def test_that_a_step_back_brings_the_pairs_back_as_they_were(qtbot, page, desk):
    click_recipe(qtbot, page, PICTURES)
    page.change("data.per_kind", 12)
    click_recipe(qtbot, page, "Teacher")
    qtbot.mouseClick(page._back, Qt.MouseButton.LeftButton)
    assert desk.draft.data.settings == {"colours": False, "per_kind": 12}


def test_that_its_picture_has_a_teacher_of_pictures_and_the_cloud_itself(qtbot, page, desk):
    write_card()
    click_recipe(qtbot, page, PICTURES)
    mix = page.diagram.mix
    assert (mix.teacher, mix.teacher_note) == ("Teacher of pictures", "1.45 M dials · frozen")
    assert mix.answers[0] == "32 ideas,"
    sources = {lesson.name: lesson.source for lesson in mix.lessons}
    assert sources == {
        "mse": "picture", "cosine": "picture", "match": "picture", "reconstruction": "cloud",
    }  # fmt: skip
    assert list(page.dials.dials) == list(sources)
    assert page.side.facts.fact(side.SIZE) == "up to 1,000,000 dials"
    words = page.side.words.text()
    assert (
        "“Point the same way”, “Find the own picture” and “Guess what is hidden” count for nothing."
        in words
    )
    assert "names no kinds" in words
    assert "none of these" not in words


def test_that_the_cards_of_lessons_do_not_cover_each_other(qtbot, page):
    click_recipe(qtbot, page, PICTURES)
    for height, count in (
        (260, 1),
        (520, 4),
    ):  # where there is little room, only of those that count
        page.diagram.setFixedSize(540, height)
        assert len(cards(page.diagram)) == count
    for loss in ("cosine", "match", "reconstruction"):
        page.change(f"losses.{loss}.weight", 0.5)
    for height in (260, 520):
        page.diagram.setFixedSize(540, height)
        drawn = cards(page.diagram)
        assert len(drawn) == 4
        for one, other in combinations(drawn, 2):
            assert not one.intersects(other)


def cards(diagram):
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loss_mix, "_paint_card", lambda _painter, card, _lesson: found.append(card))
        diagram.grab()
    return found


def test_that_the_teacher_of_pictures_says_how_right_it_is(qtbot, page):
    write_card()
    click_recipe(qtbot, page, PICTURES)
    fold = page.side.folds.folds["image_teacher"]
    qtbot.mouseClick(fold.header, Qt.MouseButton.LeftButton)
    assert "94 % of 960 pictures" in fold.form.rows["recipe.image_teacher.name"].why.text()


def test_that_other_pairs_need_their_place(qtbot, page, desk):
    click_recipe(qtbot, page, PICTURES)
    fold = page.side.folds.folds["pairs"]
    qtbot.mouseClick(fold.header, Qt.MouseButton.LeftButton)
    combo = fold.form.rows["data.name"].editor.combo
    combo.setFocus()
    while combo.currentText() != "Frames of indoor scans":
        qtbot.keyClick(combo, Qt.Key.Key_Up)
        combo = page.side.folds.folds["pairs"].form.rows["data.name"].editor.combo
        combo.setFocus()
    assert desk.draft.data.name == "frames"
    assert "Name the place under “Pairs”" in page.side.obstacle.text()
    assert not page.side.start.isEnabled()
    line = page.side.folds.folds["pairs"].form.rows["data.path"].editor.line
    qtbot.keyClicks(line, "/scans")
    assert desk.draft.data.settings["path"] == "/scans"
    assert page.side.start.isEnabled()


def test_that_fine_tuning_starts_from_a_run_with_its_net(qtbot, page, desk, aligned_run):
    run = aligned_run("Pictures")
    path = run.path / "run.toml"
    other = run.experiment.with_values(**{"net.name": "point_transformer_small", "net.patches": 32})
    path.write_text(other.to_toml())
    look_again(qtbot, desk)
    click_recipe(qtbot, page, "Fine-tune")
    assert "so it begins from scratch" in page.side.words.text()
    fold = page.side.folds.folds["start"]
    qtbot.mouseClick(fold.header, Qt.MouseButton.LeftButton)
    picker = fold.form.rows["recipe.start"].editor.picker
    assert [picker.itemText(place) for place in range(picker.count())] == [
        "From scratch", "Pictures · explains 42 % of what the picture’s teacher says", "A file…",
    ]  # fmt: skip
    picker.setFocus()
    qtbot.keyClick(picker, Qt.Key.Key_Down)
    assert desk.draft.recipe.settings["start"] == run.id
    assert desk.draft.net.settings == {"patches": 32}
    assert "It starts from what “Pictures” has learnt." in page.side.words.text()


def test_that_folds_stand_in_the_order_of_their_sections(qtbot, page, desk):
    click_recipe(qtbot, page, PICTURES)
    click_recipe(qtbot, page, "Fine-tune")
    column = page.side.folds.layout()
    shown = [column.itemAt(place).widget() for place in range(column.count())]
    wanted = [section.key for section in sections(desk.draft, desk.schema)]
    assert shown == [page.side.folds.folds[key] for key in wanted]


def test_that_arrow_keys_walk_through_the_recipes(qtbot, page, desk):
    click_recipe(qtbot, page, "Teacher")
    qtbot.keyClick(page.recipes, Qt.Key.Key_Down)
    assert desk.draft.recipe.name == "student"


def test_that_a_name_somebody_gave_is_kept_when_the_recipe_changes(qtbot, page, desk):
    page.side.name_line.selectAll()
    qtbot.keyClicks(page.side.name_line, "Friday")
    click_recipe(qtbot, page, "Soft answers")
    assert desk.draft.name == "Friday"


def test_that_dragging_a_dial_changes_weight_arrow_and_number(qtbot, page, desk):
    click_recipe(qtbot, page, "Soft answers")
    dial = page.dials.dials["kd"]
    middle = dial.slider.height() // 2
    left = QPoint(12, middle)
    qtbot.mousePress(dial.slider, Qt.MouseButton.LeftButton, pos=left)
    qtbot.mouseRelease(dial.slider, Qt.MouseButton.LeftButton, pos=left)
    assert desk.draft.losses["kd"].weight == 0
    assert desk.draft.losses["ce"].weight == 1
    assert dial.number.text() == "0.00"
    assert page.diagram.mix.lessons[0].pixels == 0
    dial.slider.setFocus()
    qtbot.keyClick(dial.slider, Qt.Key.Key_End)
    assert desk.draft.losses["kd"].weight == 2
    assert page.diagram.mix.lessons[0].pixels == 44


def test_that_the_first_change_of_a_dial_keeps_the_other_usual_lessons(page, desk):
    desk.set_draft(desk.draft.with_values(recipe="distil", losses={}))
    page.change("losses.kd.weight", 0.5)
    weights = {name: loss.weight for name, loss in desk.draft.losses.items()}
    assert weights == {"kd": 0.5, "ce": 1.0}


def test_that_settings_are_typed_into_folds(qtbot, page, desk):
    fold = page.side.folds.folds["training"]
    qtbot.mouseClick(fold.header, Qt.MouseButton.LeftButton)
    line = fold.form.rows["training.epochs"].editor.box.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, "33")
    assert desk.draft.training.epochs == 33
    assert page.side.facts.fact(side.PASSES) == "33"
    assert fold.header.note == "33 passes"
    assert "33 times over" in page.side.words.text()


def test_that_a_wrong_number_is_the_reason_not_to_start(qtbot, page, desk):
    assert page.side.start.isEnabled()
    form = page.side.folds.folds["training"].form
    line = form.rows["training.epochs"].editor.box.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, "0")
    assert not page.side.start.isEnabled()
    assert "Passes over the data: This must be 1 or more." in page.side.obstacle.text()
    page.start()
    assert desk.started == []


def type_refused(qtbot, page, path="data.validation", text="7"):
    form = page.side.folds.folds["data"].form
    line = form.rows[path].editor.box.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, text)
    assert page.side.folds.problem()
    return line


def test_that_the_first_undo_only_puts_back_what_was_refused(qtbot, page, desk):
    page.change("training.epochs", 33)
    line = type_refused(qtbot, page)
    page.undo.undo()
    assert line.text() == "0.1"
    assert page.side.folds.problem() == ""
    assert page.side.start.isEnabled()
    assert desk.draft.training.epochs == 33
    page.undo.undo()
    assert desk.draft.training.epochs == 20


def test_that_a_refused_value_alone_can_be_undone(qtbot, page):
    assert not page._back.isEnabled()
    line = type_refused(qtbot, page)
    assert page._back.isEnabled()
    qtbot.mouseClick(page._back, Qt.MouseButton.LeftButton)
    assert line.text() == "0.1"
    assert not page._back.isEnabled()


def test_that_a_refused_value_does_not_outlive_another_recipe(qtbot, page, tmp_path):
    line = type_refused(qtbot, page)
    click_recipe(qtbot, page, "Teacher")
    assert (line.text(), page.side.folds.problem()) == ("0.1", "")
    type_refused(qtbot, page)
    (tmp_path / "r.toml").write_text("recipe = 'student'\n", encoding="utf-8")
    page.files.open(tmp_path / "r.toml")
    assert (line.text(), page.side.folds.problem()) == ("0.1", "")
    page.undo.undo()
    type_refused(qtbot, page)
    page.undo.redo()
    assert (line.text(), page.side.folds.problem()) == ("0.1", "")


def test_that_a_recipe_is_not_saved_while_a_value_is_refused(qtbot, page, desk, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: pytest.fail("asked"))
    type_refused(qtbot, page)
    qtbot.mouseClick(page.side.save, Qt.MouseButton.LeftButton)
    role, sentence = desk.said[-1]
    assert role == "warn"
    assert sentence.startswith("Held back for checking: This must be less than 0.9.")
    assert "nothing was saved" in sentence


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("My first / run: ?", "My first run.toml"),
        ("Größe 0.5", "Größe 0.5.toml"),
        ("../..", "recipe.toml"),
        ("???", "recipe.toml"),
    ],
)
def test_that_a_recipe_is_offered_under_a_sane_name(page, desk, monkeypatch, tmp_path, name, file):
    offered = []
    (tmp_path / "mine").mkdir()
    chosen = str(tmp_path / "mine" / "Run 0.5"), ""
    answer = lambda _page, _title, usual, _kind: offered.append(usual) or chosen  # noqa: E731
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    monkeypatch.setenv("HOME", str(tmp_path))
    page.change("name", name)
    page.save()
    page.save()
    assert offered == [str(tmp_path / file), str(tmp_path / "mine" / file)]
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["Run 0.5.toml"]


def test_that_the_column_fades_where_it_goes_on(qtbot, page):
    column = page.side.column
    for fold in page.side.folds.folds.values():
        fold.set_open(True)
    qtbot.waitUntil(lambda: column.fade.isVisible())
    assert column.fade.geometry().bottom() == column.viewport().rect().bottom()
    column.verticalScrollBar().setValue(column.verticalScrollBar().maximum())
    assert not column.fade.isVisible()


def spoken(widget):
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_that_every_fold_speaks_only_of_paths_that_exist(page, desk):
    for recipe in ("teacher", "student", "distil"):
        page.choose(recipe)
        for fold in page.side.folds.folds.values():
            for path, row in fold.form.rows.items():
                page.change(path, row.field.default)
    assert not [text for role, text in desk.said if role == "bad"]


def test_that_another_net_starts_with_its_own_settings(page, desk):
    page.change("net.dropout", 0.5)
    assert desk.draft.net.settings == {"dropout": 0.5}
    page.change("net.name", "pointnet_student_wide")
    assert desk.draft.net.settings == {}
    assert page.side.facts.fact(side.SIZE) == "1,000,000 dials"


def test_that_undo_and_redo_go_by_keys_even_from_a_line(qtbot, desk):
    window = Window()
    qtbot.addWidget(window)
    window.furnish(desk)
    window.show()
    window.go("setup")
    with qtbot.waitActive(window):
        window.activateWindow()
    page = window.page("setup")
    page.change("training.epochs", 33)
    page.choose("distil")
    page.side.name_line.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.side.name_line, Qt.Key.Key_Z, control)
    assert (desk.draft.recipe.name, desk.draft.training.epochs) == ("student", 33)
    qtbot.keyClick(page.side.name_line, Qt.Key.Key_Z, control)
    assert desk.draft.training.epochs == 20
    qtbot.keyClick(page.side.name_line, Qt.Key.Key_Z, control | shift)
    assert desk.draft.training.epochs == 33


def test_that_control_enter_starts_from_any_page(qtbot, desk):
    window = Window()
    qtbot.addWidget(window)
    window.furnish(desk)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [one.recipe.name for one in desk.started] == ["student"]


def test_that_undoing_keeps_what_another_page_changed_meanwhile(qtbot, page, desk):
    page.change("training.epochs", 33)
    desk.set_known(("bed", "sofa"))
    page.undo.undo()
    assert desk.draft.training.epochs == 20
    assert desk.draft.data.known == ("bed", "sofa")


def test_that_one_drag_is_one_step(page, desk):
    page.choose("distil")
    for weight in (0.9, 0.8, 0.7):
        page.change("losses.kd.weight", weight)
    page.undo.undo()
    assert desk.draft.losses["kd"].weight == 1.0
    assert desk.draft.recipe.name == "distil"


def test_that_a_missing_teacher_is_said_and_a_finished_one_can_be_picked(qtbot, page, desk):
    click_recipe(qtbot, page, "Soft answers")
    assert "no finished teacher" in page.side.obstacle.text()
    assert not page.side.start.isEnabled()
    page.start()
    assert desk.said[-1][0] == "warn"
    run = finished_teacher(qtbot, desk)
    assert page.side.start.isEnabled()
    picker = page.side.teacher
    assert picker.itemText(1) == "Big one · 93.5%"
    picker.setFocus()
    qtbot.keyClick(picker, Qt.Key.Key_Down)
    assert desk.draft.teacher == run.id
    qtbot.mouseClick(page.side.start, Qt.MouseButton.LeftButton)
    assert desk.started == [desk.draft]


def test_that_a_teacher_of_other_kinds_is_not_offered(qtbot, page, desk):
    finished_teacher(qtbot, desk)
    page.choose("distil")
    assert page.side.start.isEnabled()
    desk.set_known(("bed", "sofa"))
    assert not page.side.start.isEnabled()


def test_that_a_named_teacher_that_will_be_refused_is_said_before_the_start(qtbot, page, desk):
    run = finished_teacher(qtbot, desk)
    page.choose("distil")
    page.change("teacher", "Nobody")
    assert "no finished run “Nobody”" in page.side.obstacle.text()
    assert not page.side.start.isEnabled()
    page.change("teacher", run.id)
    assert page.side.start.isEnabled()
    desk.set_known(("bed", "sofa"))
    assert "knows other kinds" in page.side.obstacle.text()


def test_that_a_teacher_of_other_clouds_is_not_offered(qtbot, page, desk):
    finished_teacher(qtbot, desk, **{"data.points": 512})
    page.choose("distil")
    assert "no finished teacher" in page.side.obstacle.text()


def test_that_the_newest_teacher_is_named_and_is_none_that_names_little(qtbot, page, desk):
    finished_teacher(qtbot, desk, "Poor one", right=0.2)
    page.choose("distil")
    told = page.side.teacher_words
    assert "Poor one · 20.0%" in told.text()
    assert "fewer than half" in told.text()
    run = finished_teacher(qtbot, desk)
    os.utime(run.log.path, (1, 1))  # the older one
    look_again(qtbot, desk)
    assert told.text() == "Now that is Big one · 93.5%."
    page.change("teacher", run.id)
    assert not told.isVisible()


def test_that_a_draft_waits_while_its_teacher_is_trained(qtbot, page, desk):
    ready = []
    desk.teacher_ready.connect(ready.append)
    page.choose("distil")
    page.change("losses.kd.weight", 0.7)
    page.change("name", "My plan")
    mine = desk.draft
    assert page.side.detour.text() == "Train a teacher first"
    qtbot.mouseClick(page.side.detour, Qt.MouseButton.LeftButton)
    assert desk.draft.recipe.name == "teacher"
    assert "“My plan” is kept until its teacher is trained." in page.side.waiting.text()
    assert page.side.start.isEnabled()
    finished_teacher(qtbot, desk)
    assert ready == ["There is a teacher for “My plan” now."]
    qtbot.mouseClick(page.side.detour, Qt.MouseButton.LeftButton)
    assert desk.draft == mine
    assert page.side.start.isEnabled()
    assert not page.side.detour.isVisible()
    look_again(qtbot, desk)
    assert len(ready) == 1


def test_that_a_waiting_draft_is_there_in_the_next_session(qtbot, page, desk):
    page.choose("distil")
    page.choose("teacher")
    other = SetupPage(desk)
    qtbot.addWidget(other)
    assert other.waiting.draft.recipe.name == "distil"
    other.take_detour()
    assert SetupPage(desk).waiting.draft is None


def test_that_a_waiting_draft_can_be_waved_away_and_taken_back(qtbot, page, desk):
    said = []
    desk.message.connect(lambda _role, sentence: said.append(sentence))
    page.choose("distil")
    page.change("name", "My plan")
    mine = desk.draft
    page.choose("teacher")
    assert page.side.wave.isVisible()
    qtbot.mouseClick(page.side.wave, Qt.MouseButton.LeftButton)
    assert said == ["“My plan” waits no longer. Undo brings it back."]
    assert page.waiting.draft is None and kept_draft.kept(kept_draft.WAITING) is None
    assert not (page.side.wave.isVisible() or page.side.waiting.isVisible())
    assert desk.draft.recipe.name == "teacher"
    page.undo.undo()
    assert page.waiting.draft == kept_draft.kept(kept_draft.WAITING) == mine
    assert page.side.detour.text() == "Back to what waits"
    page.undo.redo()
    assert page.waiting.draft is None and not page.side.wave.isVisible()


def test_that_a_draft_that_waits_is_not_lost_to_one_that_was_waved_away(page, desk):
    page.choose("distil")
    page.choose("teacher")
    page.wave_away()
    other = page.desk.draft.model_copy(update={"name": "Another plan"})
    page.waiting.put(other)
    page.undo.undo()
    assert page.waiting.draft == other
    page.undo.redo()
    assert page.waiting.draft == other


def test_that_another_run_or_another_plan_leaves_the_waiting_draft(qtbot, page, desk, monkeypatch):
    begun = []
    monkeypatch.setattr(desk, "start", begun.append)
    page.choose("distil")
    page.change("name", "My plan")
    mine = desk.draft
    page.choose("teacher")
    page.choose("distil")
    page.choose("teacher")
    assert page.waiting.draft == mine
    finished_teacher(qtbot, desk)
    page.choose("joint")
    page.start()
    assert page.waiting.draft == mine
    page.take_detour()
    page.waiting.put(mine)
    page.start()
    assert page.waiting.draft is None
    assert [draft.recipe.name for draft in begun] == ["joint", "distil"]


def test_that_it_says_why_the_demos_teacher_is_not_offered(qtbot, page, desk):
    page.choose("distil")
    assert not page.side.teacher_words.isVisible()
    run = finished_run(desk.draft, "Demo")
    run.path.rename(run.path.with_name("demo-run"))
    look_again(qtbot, desk)
    assert page.side.teacher_words.isVisible()
    assert "only its answers came with the program" in page.side.teacher_words.text()
    page.choose("student")
    assert not page.side.teacher_words.isVisible()


def test_that_known_kinds_follow_the_data_page_at_once(page, desk):
    assert page.side.facts.fact(side.LEARNS_FROM) == "Test shapes, 3 kinds"
    desk.set_known(("bed", "sofa"))
    assert page.side.facts.fact(side.LEARNS_FROM) == "Test shapes, 2 kinds"
    assert page.diagram.mix.kinds == ("bed", "sofa")
    assert "two kinds" in page.side.words.text()


def test_that_kinds_are_counted_as_the_protocol_says(page, desk):
    page.change("data.protocol", "random")
    assert "10 kinds were to be known, but Test shapes has 4" in page.side.obstacle.text()
    assert not page.side.start.isEnabled()
    page.change("data.known_count", 2)
    assert page.side.start.isEnabled()
    assert page.side.facts.fact(side.LEARNS_FROM) == "Test shapes, 2 kinds"
    assert "It sees two kinds of objects" in page.side.words.text()
    assert "drawn by lot" in page.side.words.text()
    drawn = page.diagram.mix.kinds
    desk.set_known(tuple(kind for kind in KINDS if kind not in drawn))
    assert page.diagram.mix.kinds == drawn


def test_that_a_protocol_whose_kinds_are_missing_is_grey_and_says_why(qtbot, page, desk):
    row = page.side.folds.folds["data"].form.rows["data.protocol"]
    picker, places = row.editor.combo, row.field.options
    for name in ("SN1", "SR1", "SR12"):
        item = picker.model().item(places.index(name))
        assert not item.isEnabled()
        assert f"“{name}” needs a kind called" in item.toolTip()
    assert picker.model().item(places.index("random")).isEnabled()
    assert "Grey ones cannot be chosen now. The protocol “SN1” needs" in row.why.text()
    picker.setFocus()
    for _ in range(12):
        qtbot.keyClick(picker, Qt.Key.Key_Down)
    assert desk.draft.data.protocol == "random"


def test_that_a_protocol_in_a_file_that_the_data_cannot_follow_is_the_reason_not_to_start(
    page, desk
):
    page.change("data.protocol", "SR1")
    assert "needs a kind called “bookshelf”" in page.side.obstacle.text()
    assert not page.side.start.isEnabled()


def test_that_other_data_make_other_protocols_possible(page, desk):
    scanned = ("bookshelf", "chair", "door", "sink", "sofa")
    assert not _can_choose(page, "SR1")
    desk.clouds = replace(desk.clouds, kinds=scanned, labels=np.repeat(np.arange(5), 8))
    desk.data_changed.emit()
    assert _can_choose(page, "SR1")
    page.change("data.protocol", "SR1")
    assert page.side.facts.fact(side.LEARNS_FROM) == "Test shapes, 5 kinds"


def _can_choose(page, name):
    row = page.side.folds.folds["data"].form.rows["data.protocol"]
    return row.editor.combo.model().item(row.field.options.index(name)).isEnabled()


def test_that_all_dials_at_zero_cannot_start(page, desk):
    page.change("losses.ce.weight", 0.0)
    assert "nothing to learn from" in page.side.obstacle.text()


def test_that_a_net_the_engine_refuses_is_said(page, desk):
    page.change("net.widths", [0])
    assert page.side.obstacle.text() == "A layer needs at least one unit."


def test_that_a_wrong_kind_is_said_before_the_start_and_asked_again_once_mended(page, desk):
    wrong = desk.draft.with_values(**{"data.known": ["bed", "sofaa"]})
    right = desk.draft
    desk.set_draft(wrong)
    assert page.side.obstacle.text() == "No kind is called “sofaa”."
    assert not page.side.start.isEnabled() and page._sizes().parameters == 1_000
    desk.describe = lambda _experiment, answer: answer({"parameters": 1_000})  # the data came since
    page.shown()
    assert page.side.obstacle.isHidden() and page.side.start.isEnabled()
    desk.set_draft(right)


def test_that_the_students_share_of_the_teacher_is_shown(page, desk):
    page.choose("distil")
    assert page.diagram.mix.ratio == pytest.approx(0.125)
    assert page.diagram.mix.learner_note == "12 % of the size"
    assert page.diagram.mix.teacher_note == "4.00 M dials · frozen"


def test_that_a_time_that_was_not_measured_yet_says_so_and_how_to(qtbot, page, desk):
    assert page.side.facts.fact(side.TIME) == "not measured yet"
    assert "Start a run of this net once" in page.side.facts._values[side.TIME].toolTip()
    finished_run(desk.draft, "Earlier", speed=4.0)
    look_again(qtbot, desk)
    # 3 kinds of 8 training clouds, a tenth held back: 22 clouds, 20 passes, 4 a second.
    assert page.side.facts.fact(side.TIME) == in_time(22 * 20 / 4)
    assert in_time(22 * 20 / 4) == "about 2 min"


def test_that_a_run_of_another_net_says_nothing_about_time(qtbot, page, desk):
    finished_run(desk.draft.with_values(net="pointnet_student_wide"), "Wide")
    look_again(qtbot, desk)
    assert page.side.facts.fact(side.TIME) == side.NOT_MEASURED


def test_that_a_short_run_promises_no_minute_where_something_is_made_first(page, desk):
    assert page.side.trial.text() == "Short run, 1 min"
    camera = next(one for one in recipes(desk.schema) if one.name == "classroom")
    desk.set_draft(with_recipe(desk.draft, camera, desk.schema))
    assert page.side.trial.text() == "Short run"
    assert "some minutes more" in page.side.trial.toolTip()


def test_that_a_trial_takes_two_passes_or_what_fits_in_a_minute(qtbot, page, desk):
    qtbot.mouseClick(page.side.trial, Qt.MouseButton.LeftButton)
    assert desk.started[-1].training.epochs == 2
    assert desk.started[-1].name == "Untitled run (try)"
    finished_run(desk.draft, "Earlier", speed=4.0)
    look_again(qtbot, desk)
    qtbot.mouseClick(page.side.trial, Qt.MouseButton.LeftButton)
    assert desk.started[-1].training.epochs == 60 * 4 // 22
    assert desk.draft.training.epochs == 20


def test_that_a_saved_recipe_opens_as_it_was(qtbot, page, desk, tmp_path, monkeypatch):
    page.choose("distil")
    page.change("losses.kd.temperature", 10.0)
    saved = desk.draft
    chosen = str(tmp_path / "mine"), ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    qtbot.mouseClick(page.side.save, Qt.MouseButton.LeftButton)
    assert load(tmp_path / "mine.toml") == saved
    page.choose("student")
    page.files.open(tmp_path / "mine.toml")
    assert desk.draft == saved
    assert desk.opened_data == []


def test_that_a_wrong_key_in_a_file_is_a_sentence_and_changes_nothing(page, desk, tmp_path):
    before = desk.draft
    (tmp_path / "wrong.toml").write_text("recipe = 'student'\nsead = 3\n", encoding="utf-8")
    page.files.open(tmp_path / "wrong.toml")
    role, sentence = desk.said[-1]
    assert role == "bad"
    assert "sead" in sentence
    assert "Did you mean “seed”?" in sentence
    assert sentence.endswith("Nothing was changed.")
    assert "started" not in sentence
    assert desk.draft == before


def test_that_opening_a_recipe_opens_its_data_and_is_what_counts_as_unchanged(page, desk, tmp_path):
    text = "recipe = 'student'\n[data]\nname = 'folder'\npath = 'x'\n[training]\nepochs = 5\n"
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")
    page.files.open(tmp_path / "r.toml")
    assert [choice.name for choice in desk.opened_data] == ["folder"]
    row = page.side.folds.folds["training"].form.rows["training.epochs"]
    assert not row.dot.isEnabled()
    page.change("training.epochs", 20)
    assert row.dot.isEnabled()


def test_that_presets_are_listed_by_name_and_keep_the_open_data(page, desk):
    page.files.menu.aboutToShow.emit()
    actions = {action.text(): action for action in page.files.menu.actions()}
    names = {load(path).name for path in resource("presets").glob("*.toml")}
    assert set(actions) == names
    assert names
    actions["Teacher"].trigger()
    assert desk.draft.recipe.name == "teacher"
    assert desk.draft.data.known == KINDS[:3]


def test_that_presets_of_pictures_take_their_own_pairs_or_pictures_of_what_is_open(page, desk):
    preset = load(resource("presets", "learn_from_pictures.toml"))
    page.files.open_preset(preset)
    assert desk.draft.data == preset.data
    desk.data_choice = Choice(name="modelnet", path="/there")
    page.files.open_preset(preset)
    assert (desk.draft.data.name, desk.draft.data.settings) == (
        "modelnet_views",
        {"path": "/there"},
    )
    page.files.open_preset(load(resource("presets", "fine_tune.toml")))
    assert (desk.draft.data.name, desk.draft.data.known) == ("modelnet", KINDS[:3])


def test_that_a_file_about_pictures_opens_without_opening_other_data(page, desk, tmp_path):
    text = "recipe = 'align'\n[data]\nname = 'frames'\npath = 'x'\n"
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")
    page.files.open(tmp_path / "r.toml")
    assert desk.opened_data == []
    assert (desk.draft.data.name, desk.draft.data.settings) == ("frames", {"path": "x"})


def test_that_every_preset_can_be_run():
    for path in resource("presets").glob("*.toml"):
        check(load(path))


def test_that_the_papers_number_is_shown_only_for_its_own_data_kinds_and_mix(page, desk, schema):
    page.choose("distil")
    assert not page.paper.isVisible()
    labels = np.repeat(np.arange(10), 4)
    desk.clouds, desk.known = replace(desk.clouds, kinds=TEN, labels=labels), TEN
    page.refresh()
    assert not page.paper.isVisible()
    desk.data_choice = Choice(name="modelnet", path="x")
    page.refresh()
    assert page.paper.isVisible()
    assert "Joint knowledge distillation" in spoken(page.paper)
    assert "Table 1, ModelNet10" in spoken(page.paper)
    assert page.paper.number.text() == "87.60 %"
    page.change("losses.ce.weight", 0.0)
    assert page.paper.number.text() == "88.47 %"
    page.change("losses.kd.weight", 0.0)
    assert not page.paper.isVisible()
    teacher = Experiment().with_values(recipe="teacher")
    assert known_right("teacher", lessons(teacher, schema)) == 93.67


def test_that_formula_and_picture_take_turns(qtbot, page):
    buttons = page.view.layout()
    qtbot.mouseClick(buttons.itemAt(1).widget(), Qt.MouseButton.LeftButton)
    assert page.diagram.formula
    qtbot.mouseClick(buttons.itemAt(0).widget(), Qt.MouseButton.LeftButton)
    assert not page.diagram.formula


def test_that_the_page_waits_for_the_engine_with_a_sentence(qtbot, desk, schema):
    desk.schema = {}
    page = SetupPage(desk)
    qtbot.addWidget(page)
    assert "getting ready" in page.side.words.text()
    assert not page.side.start.isEnabled()
    desk.schema = schema
    desk.schema_changed.emit()
    assert page.recipes.count() == len(schema["recipe"])
    assert page.side.start.isEnabled()


def test_that_the_page_fits_the_smallest_window(page):
    assert page.minimumSizeHint().width() <= 1280 - 64
    assert page.minimumSizeHint().height() <= 720


def test_that_nothing_in_the_right_column_is_cut_off(qtbot, page, desk):
    finished_teacher(qtbot, desk, "A teacher with a rather long name, trained on a Friday")
    for recipe in ("teacher", "student", "distil"):
        page.choose(recipe)
        for fold in page.side.folds.folds.values():
            fold.set_open(True)
        qtbot.wait(1)
        assert page.side.inside.width() <= page.side.inside.parentWidget().width()


def test_that_a_theme_switch_repaints_everything(page, picture):
    page.choose("distil")
    before = picture(page)
    theme.use("light")
    assert picture(page) != before
