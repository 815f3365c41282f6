"""What cannot be done with the data is refused before anything is made of it, as far as it is known by then."""

import pytest

from engine.control import Control
from engine.datasets.pairs import cached_pairs, kinds_of
from engine.datasets.pairs.shapes_views import ShapesViews
from engine.datasets.pairs.store import write_pairs
from engine.errors import ConfigError, DataError
from engine.experiment import Choice, Experiment
from engine.foreseen import check_data
from engine.jobs import Job, perform
from engine.registry import make


def experiment(**values):
    return Experiment().with_values(
        **{key.replace("__", "."): value for key, value in values.items()}
    )


def said(job):
    return list(perform(job, Control()))


def test_that_the_built_in_shapes_know_their_kinds_before_they_are_made():
    with pytest.raises(DataError, match="no kind called “sofaa”.*Did you mean “sofa”"):
        check_data(experiment(data__known=["chair", "sofaa"]))
    check_data(experiment(data__known=["chair", "sofa"]))


def test_that_the_plan_of_shapes_is_what_is_made():
    source = make("dataset", "shapes", {"per_kind": 3, "points": 16})
    reading, plan = source.read(Control()), source.plan()
    with pytest.raises(StopIteration) as done:
        while True:
            next(reading)
    made = done.value.value
    assert (made.kinds, made.names, made.known) == (plan.kinds, plan.names, plan.known)
    assert (made.labels == plan.labels).all() and (made.train == plan.train).all()
    assert (len(made.points), len(plan.points)) == (120, 0)


@pytest.mark.parametrize("key", ["kinds", "known"])
def test_that_pairs_of_shapes_know_their_kinds_before_they_are_made(key):
    wrong = {"name": "shapes_views", key: ["chair", "sofaa"]}
    with pytest.raises((ConfigError, DataError), match="“sofaa”. Nothing was started"):
        check_data(experiment(recipe="align", data=wrong))
    check_data(experiment(recipe="align", data=wrong | {key: ["chair", "sofa"]}))


def test_that_shapes_without_named_parts_are_refused_before_they_are_made():
    with pytest.raises(ConfigError, match="“vase” has no named parts"):
        check_data(experiment(recipe="parts", data={"name": "shape_parts", "kinds": ["vase"]}))


def test_that_prepared_pairs_tell_their_kinds(tmp_path):
    (tmp_path / "chair").mkdir()
    (tmp_path / "chair" / "a.xyz").write_text("0 0 0\n1 1 1\n")
    views = Choice(name="modelnet_views", path=str(tmp_path))
    assert kinds_of(views) is None
    settings = ShapesViews.Settings(kinds=("chair",), per_kind=2, views=1, points=16, side=16)
    source = ShapesViews(settings)
    source.title = "Made"
    reading = source.read(Control())
    with pytest.raises(StopIteration) as done:
        while True:
            next(reading)
    mark = make("pairs", views.name, views.settings).fingerprint()
    write_pairs(cached_pairs(views.name, mark), done.value.value)
    assert kinds_of(views) == ("chair",)
    wrong = {"name": views.name, "path": str(tmp_path), "known": ["sofa"]}
    with pytest.raises(DataError, match="It holds chair"):
        check_data(experiment(recipe="align", data=wrong))


def test_that_a_description_names_what_is_wrong_beside_the_size():
    told = said(Job(do="describe", experiment=experiment(data__known=["chair", "sofaa"])))[-1].value
    assert told["parameters"] > 0
    assert "no kind called “sofaa”" in told["problem"]
    assert "problem" not in said(Job(do="describe", experiment=Experiment()))[-1].value


def test_that_a_run_refused_before_it_began_leaves_no_folder(tmp_path):
    shapes = {"name": "shapes", "per_kind": 4, "points": 32}
    untaught = experiment(recipe="distil", data=shapes)
    last = said(Job(do="train", experiment=untaught, runs=tmp_path))[-1]
    assert "no finished teacher" in last.sentence and "Nothing was started" in last.sentence
    assert list(tmp_path.iterdir()) == []


def test_that_a_run_that_fails_while_it_learns_keeps_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.loop._train", _fails)
    shapes = {"name": "shapes", "per_kind": 4, "points": 32}
    begun = experiment(data=shapes, training__epochs=1)
    assert "spoilt" in said(Job(do="train", experiment=begun, runs=tmp_path))[-1].sentence
    assert len(list(tmp_path.glob("*/run.toml"))) == 1


def _fails(work):
    raise DataError("It is spoilt.")
    yield
