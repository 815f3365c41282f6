"""What a sweep's table tells of an examined camera student, against the file it left."""

from dataclasses import replace

import pytest

from engine.classroom_answers import NAME, Robustness, write_classroom_answers
from engine.events import Finished
from engine.experiment import Experiment
from engine.store import RunStore
from engine.sweep.examined import TITLES, examined
from engine.sweep.figures import figures
from tests.engine.made_classroom import made_answers


@pytest.fixture
def run(tmp_path):
    made = RunStore(tmp_path).create(Experiment())
    made.log.append(Finished(outcome="done", step=1, results={"ap50": 0.5}))
    return made


def told(value):
    return {"value": value, "line": 0.0}


def test_that_shaken_frames_and_probes_are_told(run):
    robust = Robustness((0.0, 1.0, 4.0), {"total": {"ap50": (0.5, 0.4, None)}})
    probes = {
        "trained": {"all": {"mean_iou": told(0.3), "depth_r2": told(0.6)}},
        "random": {"all": {"depth_r2": told(-0.1)}},
    }
    answers = replace(made_answers(), robustness=robust, probes=probes)
    write_classroom_answers(run.path / NAME, answers)
    expected = {
        "shaken_1": 0.4,
        "probe_classes": 0.3,
        "probe_depth": 0.6,
        "probe_depth_untaught": -0.1,
    }
    assert examined(run.path) == expected
    assert expected.keys() <= TITLES.keys()
    assert {name: figures(run)[name] for name in expected} == expected
    assert figures(run)["ap50"] == 0.5


def test_that_a_run_without_an_examination_adds_nothing(run):
    assert examined(run.path) == {}
    write_classroom_answers(
        run.path / NAME, replace(made_answers(), robustness=Robustness(), probes={})
    )
    assert examined(run.path) == {}
