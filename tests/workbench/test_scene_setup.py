"""Recipes that look at rooms and parts: their rows in Set-up, their material, and what is said of their runs."""

import pytest

from engine.check import check
from engine.events import Checkpoint, Finished, Metric
from engine.experiment import Choice, Experiment
from engine.jobs import whole_schema
from engine.scene_answers import NAME
from engine.store import RunSummary
from tests.workbench.made_runs import ALIGNED
from workbench.desk import Desk
from workbench.models import material, run_words, scene_words
from workbench.models.cast import Cast
from workbench.models.live_run import LiveRun
from workbench.models.mix import in_words
from workbench.models.picture_setup import amiss, pre_trained, startable
from workbench.models.recipes import Sizes, lessons, mix_of, recipe_of, recipes, with_recipe
from workbench.models.sections import sections
from workbench.models.setup_words import obstacle, plain_words
from workbench.views.run_lines import best_words, right_lines

OPENED, KNOWN = Choice(name="shapes"), ("bed", "chair")
RECIPES = {"detect": "scenes", "segment": "scenes", "parts": "parts", "laser": "drives"}
RESULTS = {
    "detect": {"task": "detect", "scenes": 20, "map25": 0.42, "map50": 0.2},
    "segment": {"task": "segment", "scenes": 20, "miou": 0.42, "accuracy": 0.8},
    "laser": {"task": "laser", "scenes": 20, "miou": 0.42, "accuracy": 0.8},
    "parts": {"task": "parts", "scenes": 200, "instance_miou": 0.42, "accuracy": 0.8},
}


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


def drafted(schema, name):
    recipe = next(one for one in recipes(schema) if one.name == name)
    draft = with_recipe(Experiment().with_values(**{"data.known": list(KNOWN)}), recipe, schema)
    return material.suited(draft, schema, OPENED, KNOWN)


@pytest.mark.parametrize("name", RECIPES)
def test_that_a_draft_takes_what_its_recipe_learns_from_and_can_be_started(schema, name):
    draft = drafted(schema, name)
    assert draft.data.name in schema[RECIPES[name]] and not draft.data.known
    check(draft)
    assert material.title_of(draft, schema, None).startswith("Built-in")
    recipe, taught = recipe_of(draft, schema), lessons(draft, schema)
    assert obstacle(recipe, taught, Cast(), 0, "") == ""
    words = plain_words(draft, recipe, taught, Cast(KNOWN), "Built-in rooms")
    assert "It sees “Built-in rooms”" in words and "kinds of objects" not in words
    back = next(one for one in recipes(schema) if one.name == "student")
    again = material.suited(with_recipe(draft, back, schema), schema, OPENED, KNOWN)
    assert again.data.name == "shapes" and again.data.known == KNOWN
    assert again.optimiser == Experiment().optimiser and again.augment == Experiment().augment


@pytest.mark.parametrize("name", RECIPES)
def test_that_its_rows_show_its_own_material_and_nets(schema, name):
    draft = drafted(schema, name)
    rows = {section.key: section for section in sections(draft, schema)}
    assert RECIPES[name] in rows and "start" in rows and not {"data", "open_set"} & set(rows)
    assert ("shown" in rows) == (name != "parts")
    picker = rows["net"].fields[0]
    assert picker.options[0] == "auto"
    wanted = {"detect": "detector", "segment": "scene_segmenter", "parts": "part_segmenter"}
    wanted["laser"] = "spvcnn"
    assert all(option.startswith(wanted[name]) for option in picker.options[1:])
    assert {field.path for field in rows["net"].fields} >= {
        "net.width",
        "net.voxel" if name == "laser" else "net.patches",
    }


def test_that_a_laser_sees_whole_sweeps_unless_told_otherwise(schema):
    draft = drafted(schema, "laser")
    notes = [
        section.note
        for one in (draft, draft.with_values(**{"recipe.seen": "camera"}))
        for section in sections(one, schema)
        if section.key == "shown"
    ]
    assert notes == ["whole sweeps", "what the camera sees"]


def test_that_rooms_that_lie_nowhere_are_an_obstacle(schema):
    draft = drafted(schema, "detect").with_values(data={"name": "scannet"})
    assert "under “Rooms”" in amiss(draft, schema)
    there = draft.with_values(data={"name": "scannet", "path": "/there"})
    assert amiss(there, schema) == ""


def test_that_the_picture_names_what_is_learnt_from_what(schema):
    mix = mix_of(drafted(schema, "detect"), schema, KNOWN, Sizes())
    told = in_words(mix)
    assert "a box and a name for every thing" in told and "from the true boxes, weight 5.00" in told
    assert not mix.has_teacher
    told = in_words(mix_of(drafted(schema, "parts"), schema, KNOWN, Sizes()))
    assert "from the labels of points" in told


@pytest.mark.parametrize(
    ("name", "metric"),
    [("detect", "map25"), ("segment", "miou"), ("parts", "instance_miou"), ("laser", "miou")],
)
def test_that_its_figures_are_said_while_it_learns_and_when_it_is_done(qtbot, name, metric):
    live = LiveRun()
    live.begin(Experiment().with_values(recipe=name))
    assert scene_words.figures(live) == [] and scene_words.comparison(live) == ""
    for epoch, value in enumerate((0.1, 0.3), 1):
        live.take([Metric(step=epoch, epoch=epoch, values={f"validation/{metric}": value})])
    assert "30%" in "".join(text for text, _ in scene_words.figures(live))
    assert scene_words.comparison(live).startswith("1 pass ago it was 10%")
    live.take([Finished(results=RESULTS[name])])
    assert "42%" in "".join(text for text, _ in run_words.headline(live))
    assert run_words.second_line(live).startswith("20")


def test_that_shares_are_rounded_half_up_and_the_figure_of_the_sentence_is_not_said_twice(qtbot):
    results = {"task": "detect", "scenes": 20, "map25": 0.575, "map50": 0.285}
    assert "58%" in "".join(text for text, _ in scene_words.result(results))
    assert (
        scene_words.counts(results) == "20 rooms; how well things are found and named (mAP50): 29%."
    )


def test_that_a_run_that_was_stopped_early_does_not_say_it_is_done(qtbot):
    live = LiveRun()
    live.begin(Experiment().with_values(recipe="detect"))
    live.take([Finished(outcome="finished early", results=RESULTS["detect"])])
    said = "".join(text for text, _ in run_words.headline(live))
    assert said.startswith("Stopped early") and "42%" in said


def test_that_only_runs_that_learnt_from_pictures_are_offered_to_start_from(tmp_path):
    runs = [
        RunSummary(tmp_path / str(n), str(n), "a", "b", "done", 0.0, results)
        for n, results in enumerate((*RESULTS.values(), ALIGNED))
    ]
    assert [run.id for run in pre_trained(runs)] == [str(len(RESULTS))]
    laser = list(RESULTS).index("laser")
    own = startable(Experiment().with_values(recipe="laser"), runs)
    assert [run.id for run in own] == [str(laser)]
    assert not any(run.predicts for run in runs)


def test_that_a_run_with_scenes_is_shown_on_their_page(qtbot, tmp_path):
    desk, went, opened = Desk(session="thread"), [], []
    desk.navigate.connect(went.append)
    desk.scenes_opened.connect(opened.append)
    (tmp_path / NAME).touch()
    desk.look(tmp_path)
    assert went == ["scenes"] and opened == [tmp_path] == [desk.opened_scenes]
    desk.close()


@pytest.mark.parametrize("name", ["map25", "miou", "instance_miou", "ap50"])
def test_that_what_a_run_is_judged_by_is_drawn_and_told_of_its_best_pass(qtbot, name):
    live = LiveRun()
    live.begin(Experiment())
    assert right_lines(live, "clouds")[0].word == "known kinds right"
    live.take([Metric(step=1, epoch=1, values={f"validation/{name}": 0.25})])
    live.take([Checkpoint(step=1, epoch=1, path="a", best=True)])
    assert right_lines(live, "scenes")[0].name == f"validation/{name}"
    assert "25" in best_words(live.best)
