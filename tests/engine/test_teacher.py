"""A teacher is found by its id, its folder or its name, whatever it is called; several are joined by a plus."""

import shutil

import pytest

from engine.errors import ConfigError
from engine.experiment import Choice, Training
from engine.recipes.teacher import find_teachers
from engine.store import Run, RunStore
from tests.engine.test_loop import QUICK, experiment, train

pytestmark = pytest.mark.usefixtures("tiny_shapes")


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def called(store):
    """Makes a finished teacher of a name."""
    short = Training(epochs=1, **QUICK)
    first = store.create(experiment(recipe=Choice(name="teacher"), training=short))
    train(first)

    def made(name, number=0):
        run = Run(shutil.copytree(first.path, store.folder / f"copy-{number}"))
        run.write_name(name)
        return run

    return made


def ids(store, teacher, before=()):
    known = next(store.folder.glob("*/predictions.h5"))
    names = Run(known.parent).predictions().known
    asked = experiment(recipe=Choice(name="distil"), teacher=teacher)
    return [run.id for run in find_teachers(store, asked, names, before)]


def test_that_a_name_with_a_plus_in_it_is_one_run_where_there_is_one_of_that_name(store, called):
    one, other, both = called("Student", 1), called("chair", 2), called("Student + chair", 3)
    assert ids(store, "Student + chair") == [both.id]
    assert ids(store, str(both.path)) == ids(store, both.id) == [both.id]
    assert ids(store, "Student + chair", (both.id,)) == [both.id]
    assert ids(store, "Student + chair", (one.id, other.id)) == [one.id, other.id]  # as it began
    store.discard(both.path)
    assert ids(store, "Student + chair") == [one.id, other.id]
    assert ids(store, f"{one.id} + {other.id}") == [one.id, other.id]


def test_that_of_several_names_the_missing_one_is_told(store, called):
    called("Student", 1)
    with pytest.raises(ConfigError, match="no finished run “chair”"):
        ids(store, "Student + chair")
