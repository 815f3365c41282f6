"""A run folder says in which units rooms are seen; one of before it was said saw them in metres."""

import tomllib

import pytest
import tomli_w

from engine import registry
from engine.experiment import Choice, Data, Experiment
from engine.store import Run, RunStore
from tests.engine.scene_runs import ENCODER, ROOMS, STILL, student_of_pictures, tiny
from tests.engine.test_loop import same, train, weights


@pytest.fixture
def store(tmp_path, own_home):
    return RunStore(tmp_path / "runs")


def rooms(**recipe):
    own = Choice(name="segment", points=200, most=400, **recipe)
    net = Choice(name="scene_segmenter", **ENCODER | {"head": (8, 8)})
    return tiny(own, Data(name="rooms", validation=0.3, **ROOMS), net, optimiser=STILL)


def without_unit(run):
    """The same folder as an older version left it."""
    document = tomllib.loads((run.path / "run.toml").read_text(encoding="utf-8"))
    del document["recipe"]["unit"]
    (run.path / "run.toml").write_text(tomli_w.dumps(document), encoding="utf-8")
    return Run(run.path)


def unit_of(run):
    return Run(run.path).experiment.recipe.settings["unit"]


def detect(net, **recipe):
    return Experiment(recipe=Choice(name="detect", **recipe), net=net, data=Data(name="rooms"))


@pytest.mark.parametrize(
    ("made", "unit"),
    [
        (rooms(), "metres"),
        (rooms(start="some run"), "radius"),
        (rooms(start="some run", unit="metres"), "metres"),
        (detect("detector_small", start="some run"), "metres"),  # 3DETR's own encoder knows no other
        (detect("detector_backbone", start="some run"), "radius"),
    ],
)  # fmt: skip
def test_that_a_new_run_folder_says_which_unit_auto_stands_for(store, made, unit):
    assert unit_of(store.create(made)) == unit


@pytest.mark.parametrize("made", [rooms(start="x"), detect("detector_backbone", start="x")])
def test_that_a_run_folder_that_says_no_unit_saw_rooms_in_metres(store, made):
    run = without_unit(store.create(made))
    recipe = registry.get("recipe", run.experiment.recipe.name)
    assert recipe.scaled(made) and not recipe.scaled(run.experiment)


def test_that_an_old_run_goes_on_in_metres_and_is_a_start_in_metres(store, monkeypatch):
    first = student_of_pictures(store, monkeypatch)
    wanted = store.create(rooms(start=first.id, unit="metres"))
    assert train(wanted)[-1].outcome == "done"
    begun = store.create(rooms(start=first.id, unit="metres"))
    assert train(begun, stop_at=3)[-1].outcome == "finished early"
    old = without_unit(begun)
    assert train(old)[-1].outcome == "done"
    assert same(weights(wanted), weights(old))
    refused = train(store.create(rooms(start=old.id)))[-1].sentence
    assert "saw rooms in metres, and this one would see them scaled to radius 1" in refused
