"""A form made from a schema agrees with the models behind it, and can be used by mouse and by keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from engine.errors import ConfigError
from engine.experiment import Experiment
from workbench.forms import Field, Form, look_up, read_fields
from workbench.forms.editors import ComboEditor, SegmentEditor
from workbench.forms.steps import stepped

FIELDS = {field.path: field for field in read_fields(Experiment.model_json_schema())}
NUMBERS = sorted(path for path, field in FIELDS.items() if field.kind in ("integer", "number"))
SMALL = {
    "properties": {
        "epochs": {
            "type": "integer",
            "minimum": 1,
            "maximum": 99,
            "default": 20,
            "title": "Passes",
        },
        "rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.001},
        "turn": {"enum": ["none", "upright", "any"], "default": "none"},
        "norm": {"type": "boolean", "default": True},
        "device": {"type": "string", "pattern": "^(auto|cpu)$", "default": "auto"},
        "widths": {
            "type": "array",
            "items": {"type": "integer"},
            "minItems": 1,
            "default": [64, 128],
        },
        "limit": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": None},
    }
}


@pytest.fixture
def form(qtbot):
    form = Form(read_fields(SMALL))
    qtbot.addWidget(form)
    form.resize(264, 600)
    form.show()
    qtbot.waitExposed(form)
    return form


@pytest.fixture
def said(form):
    heard = []
    form.changed.connect(lambda path, value: heard.append((path, value)))
    return heard


def type_into(qtbot, line, text):
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def test_that_every_plain_setting_of_an_experiment_has_a_field():
    assert {"seed", "training.epochs", "optimiser.learning_rate", "data.known"} <= set(FIELDS)
    assert not any(path.startswith("losses") for path in FIELDS)


def test_that_titles_terms_and_bounds_come_from_the_models():
    epochs = FIELDS["training.epochs"]
    assert (epochs.title, epochs.term) == ("Passes over the data", "epochs")
    assert (epochs.minimum, epochs.maximum, epochs.default) == (1, 100_000, 20)
    assert FIELDS["optimiser.learning_rate"].above == 0
    assert FIELDS["augment.turn"].options == ("none", "upright", "any")


@given(path=st.sampled_from(NUMBERS), value=st.floats(-10, 1e5) | st.integers(-10, 10**6))
def test_that_a_number_is_refused_exactly_when_the_model_refuses_it(path, value):
    field = FIELDS[path]
    if field.kind == "integer" and isinstance(value, float):
        value = int(value)
    try:
        Experiment().with_values(**{path: value})
        accepted = True
    except ConfigError:
        accepted = False
    assert (field.problem(value) == "") is accepted


@given(path=st.sampled_from(NUMBERS), steps=st.integers(-30, 30))
def test_that_stepping_never_leaves_the_bounds(path, steps):
    field = FIELDS[path]
    assert field.problem(stepped(field, field.default, steps)) == ""


def test_that_a_learning_rate_steps_by_magnitude():
    rate = FIELDS["optimiser.learning_rate"]
    up = [stepped(rate, 0.001, steps) for steps in range(4)]
    assert up == pytest.approx([0.001, 0.002, 0.005, 0.01])
    assert [stepped(rate, 0.001, -steps) for steps in range(1, 4)] == pytest.approx(
        [0.0005, 0.0002, 0.0001]
    )
    assert stepped(rate, 0.003, 1) == pytest.approx(0.005)
    assert stepped(rate, 0.003, -1) == pytest.approx(0.002)


def test_that_nested_paths_are_found_and_missing_ones_give_the_default():
    values = {"training": {"epochs": 3}, "recipe": "student"}
    assert look_up(values, "training.epochs", 20) == 3
    assert look_up(values, "training.seed", 7) == 7
    assert look_up(values, "recipe.name", "x") == "x"


def test_that_typing_emits_what_was_typed(qtbot, form, said):
    type_into(qtbot, form.rows["rate"].editor.box.lineEdit(), "0.25")
    assert said[-1] == ("rate", 0.25)
    type_into(qtbot, form.rows["widths"].editor.line, "32, 64")
    assert said[-1] == ("widths", [32, 64])


def test_that_nonsense_gets_a_sentence_at_once_and_is_not_emitted(qtbot, form, said):
    row = form.rows["epochs"]
    line = row.editor.box.lineEdit()
    type_into(qtbot, line, "500")
    assert row.complaint.isVisible()
    assert row.complaint.text() == "This must be 99 or less."
    assert ("epochs", 500) not in said
    assert form.problem() == "Passes: This must be 99 or less."
    type_into(qtbot, line, "many")
    assert row.complaint.text() == "This must be a whole number."
    type_into(qtbot, line, "50")
    assert not row.complaint.isVisible()
    assert said[-1] == ("epochs", 50)
    assert form.problem() == ""


def test_that_a_list_with_a_word_in_it_is_refused(qtbot, form, said):
    type_into(qtbot, form.rows["widths"].editor.line, "32, wide")
    assert "commas" in form.problem()
    type_into(qtbot, form.rows["widths"].editor.line, " ")
    assert "Something must stand here." in form.problem()


def test_that_an_optional_number_may_be_empty(qtbot, form, said):
    line = form.rows["limit"].editor.box.lineEdit()
    type_into(qtbot, line, "3")
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert said == [("limit", 3.0), ("limit", None)]


def test_that_arrow_keys_step_a_number(qtbot, form, said):
    box = form.rows["epochs"].editor.box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_PageDown)
    assert said == [("epochs", 21), ("epochs", 11)]


def test_that_a_switch_turns_by_space_and_segments_by_a_click(qtbot, form, said):
    toggle = form.rows["norm"].editor.toggle
    toggle.setFocus()
    qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert said == [("norm", False)]
    segmented = form.rows["turn"].editor.segmented
    qtbot.mouseClick(segmented.layout().itemAt(2).widget(), Qt.MouseButton.LeftButton)
    assert said[-1] == ("turn", "any")


def test_that_a_changed_setting_has_a_dot_that_takes_the_change_back(qtbot, form, said):
    row = form.rows["epochs"]
    assert not row.dot.isEnabled()
    type_into(qtbot, row.editor.box.lineEdit(), "30")
    assert row.dot.isEnabled()
    assert "20" in row.dot.toolTip()
    qtbot.mouseClick(row.dot, Qt.MouseButton.LeftButton)
    assert said[-1] == ("epochs", 20)
    assert row.editor.box.text() == "20"
    assert not row.dot.isEnabled()


def test_that_a_preset_is_what_counts_as_unchanged(form):
    form.set_baseline({"epochs": 12})
    form.set_values({"epochs": 12})
    assert not form.rows["epochs"].dot.isEnabled()
    form.set_values({"epochs": 20})
    assert form.rows["epochs"].dot.isEnabled()


def test_that_setting_values_tells_nobody(form, said):
    form.set_values({"epochs": 3, "rate": 0.5, "turn": "any", "norm": False, "widths": [1, 2]})
    assert said == []
    assert form.rows["turn"].editor.segmented.index == 2
    assert form.rows["widths"].editor.line.text() == "1, 2"


def test_that_an_echo_does_not_rewrite_what_is_being_typed(qtbot, form):
    line = form.rows["rate"].editor.box.lineEdit()
    form.changed.connect(lambda path, value: form.set_values({path: value}))
    type_into(qtbot, line, "0.50")
    assert line.text() == "0.50"


def test_that_news_from_elsewhere_leave_alone_what_is_being_typed(qtbot, form):
    line = form.rows["rate"].editor.box.lineEdit()
    type_into(qtbot, line, "0")
    form.set_values({"rate": 0.001})
    assert line.text() == "0"
    form.set_values({"rate": 0.5})
    assert (line.text(), form.problem()) == ("0.5", "")


def test_that_four_options_or_long_words_make_a_list_to_pick_from(qtbot):
    few = Form([Field("a", "A", "choice", "x", options=("x", "y", "z"))])
    many = Form([Field("a", "A", "choice", "w", options=("w", "x", "y", "z"))])
    long = Form([Field("a", "A", "choice", "x", options=("x",), labels=("A long name",))])
    for form in (few, many, long):
        qtbot.addWidget(form)
    assert isinstance(few.rows["a"].editor, SegmentEditor)
    assert isinstance(many.rows["a"].editor, ComboEditor)
    assert long.rows["a"].editor.combo.currentText() == "A long name"


def test_that_a_line_leaves_undo_to_the_page(form):
    line = form.rows["device"].editor.line
    keys = Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    override = QKeyEvent(QKeyEvent.Type.ShortcutOverride, *keys)
    override.ignore()
    QApplication.sendEvent(line, override)
    assert not override.isAccepted()


def test_that_every_control_says_its_name_to_a_screen_reader(form):
    for row in form.rows.values():
        assert row.editor.focusProxy().accessibleName() == row.field.title
