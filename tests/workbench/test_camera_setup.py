"""The recipe of a camera in class: its rows in Set-up, its picture, and what is said of its runs."""

import pytest

from engine.check import check
from engine.events import Finished, Metric
from engine.experiment import Choice, Experiment
from engine.explained import explained
from engine.jobs import whole_schema
from engine.narrate import narrate
from engine.report import write_report
from engine.store import RunStore, RunSummary
from workbench.models import camera_words, material, run_words
from workbench.models.cast import Cast
from workbench.models.live_run import LiveRun
from workbench.models.mix import in_words
from workbench.models.pair_sections import Around
from workbench.models.picture_setup import around
from workbench.models.recipes import Sizes, lessons, mix_of, recipe_of, recipes, with_recipe
from workbench.models.sections import sections
from workbench.models.setup_words import obstacle, plain_words
from workbench.views.run_lines import right_lines

RESULTS = {
    "task": "classroom", "frames": 40, "ap50": 0.42, "ap": 0.2, "recall": 0.9, "depth_error": 0.18, "depth_delta": 0.7,
    "depth_error_learnt": 0.15,
    "r2/laser": 0.61, "r2/outlines": 0.5, "model": "best", "checkpoint": "step-2",
    "per_thing": {"car": {"ap50": 0.6, "ap": None, "truths": 12.0}},
    "listening": {"laser": {"shapley": 0.3, "drop": 0.2, "weight": 2.0}, "free": {"shapley": -0.02, "drop": 0.0}},
}  # fmt: skip


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


@pytest.fixture
def draft(schema):
    recipe = next(one for one in recipes(schema) if one.name == "classroom")
    return material.suited(
        with_recipe(Experiment(), recipe, schema), schema, Choice(name="shapes"), ()
    )


def test_that_a_draft_takes_streets_and_can_be_started(draft, schema):
    assert draft.data.name == "streets"
    check(draft)
    recipe, taught = recipe_of(draft, schema), lessons(draft, schema)
    assert obstacle(recipe, taught, Cast(), 0, "") == ""
    assert "It sees “Built-in streets”" in plain_words(
        draft, recipe, taught, Cast(), "Built-in streets"
    )


def test_that_its_rows_name_teachers_pictures_and_boxes(draft, schema):
    here = Around(lasers=(("run-1", "Laser at night"),))
    rows = {section.key: section for section in sections(draft, schema, None, here)}
    assert list(rows)[:4] == ["drives", "teachers", "shown", "boxes"]
    assert rows["teachers"].note == "built-in laser, true outlines"
    laser, outlines = rows["teachers"].fields[:2]
    assert ("run-1", "Laser at night") in laser.offers and ("none", "Nobody") in outlines.offers
    paths = [field.path for key in ("teachers", "shown", "boxes") for field in rows[key].fields]
    every = schema["recipe"]["classroom"]["schema"]["properties"]
    assert sorted(paths) == sorted(f"recipe.{key}" for key in every if key != "start")
    assert rows["net"].fields[0].options[1:] == ("classroom", "classroom_small")


def test_that_who_does_not_teach_is_said(draft, schema):
    own = draft.with_values(**{"recipe.laser": "none", "recipe.outlines": "oracle"})
    rows = {section.key: section for section in sections(own, schema)}
    assert rows["teachers"].note == "no laser, outlines fed in"


def test_that_finished_laser_runs_are_offered_as_teachers(draft, tmp_path):
    told = [("a", "laser", {"task": "laser", "miou": 0.4}), ("b", "detect", {"task": "detect"})]
    runs = [
        RunSummary(tmp_path / key, key, key, recipe, "done", 0.0, own) for key, recipe, own in told
    ]
    assert around(draft, runs).lasers == (("a", "a"),)


def test_that_its_picture_has_a_camera_and_its_two_teachers(draft, schema):
    mix = mix_of(draft, schema, (), Sizes())
    assert (mix.teacher, mix.has_teacher, mix.second) == ("Laser and outlines", True, True)
    assert mix.shown == "Picture" and "dials" not in mix.teacher_note
    told = in_words(mix)
    assert "from its teachers" in told and "from the true boxes and distances" in told
    one = mix_of(draft.with_values(**{"recipe.laser": "none"}), schema, (), Sizes())
    assert one.has_teacher and not one.second
    none = draft.with_values(**{"recipe.laser": "none", "recipe.outlines": "none"})
    assert not mix_of(none, schema, (), Sizes()).has_teacher


def test_that_its_figures_are_said_while_it_learns_and_when_it_is_done(qtbot):
    live = LiveRun()
    live.begin(Experiment().with_values(recipe="classroom"))
    assert camera_words.figures(live) == [] and camera_words.comparison(live) == ""
    for epoch, value in enumerate((0.1, 0.3), 1):
        told = {"validation/ap50": value, "validation/depth_error": 0.2, "validation/r2/laser": 0.5}
        live.take([Metric(step=epoch, epoch=epoch, values=told)])
    said = "".join(text for text, _ in camera_words.figures(live))
    assert "30%" in said and "off by 20%" in said
    assert camera_words.comparison(live).startswith("1 pass ago it was 10%")
    assert [one.word for one in right_lines(live, "drives")] == [
        "boxes found (AP50)",
        "laser copied (R²)",
    ]
    live.take([Finished(results=RESULTS)])
    said = "".join(text for text, _ in run_words.headline(live))
    assert "42%" in said and "off by 18%" in said
    assert run_words.second_line(live).startswith("40 frames; true boxes among its proposals: 90%")
    assert "Laser copied (R²): 0.61" in run_words.second_line(live)


def test_that_lists_and_the_log_say_how_well_it_sees():
    assert explained(RESULTS) == "finds things in pictures, AP50 42.0 %, depth off by 18.0 %"
    told = narrate(Finished(run="r", results=RESULTS))
    assert "on 40 frames" in told and "42.00%" in told and "“laser” says, copied (R²)" in told


def test_that_the_report_shows_figures_things_and_listening(own_home, tmp_path):
    run = RunStore().create(Experiment(name="In class", recipe=Choice(name="classroom")))
    for epoch in (1, 2):
        values = {"validation/ap50": epoch / 5, "validation/r2/laser": -0.1}
        run.log.append(Metric(step=epoch, epoch=epoch, values=values))
    run.log.append(Finished(outcome="done", step=2, results=RESULTS))
    write_report([run], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for words in (
        "In class",
        "42.0<small> %",
        "Laser teacher",
        "30.0%",
        "-2.0%",
        "car",
        "60.0%",
        "0.61",
    ):
        assert words in page
    assert "nan" not in page
