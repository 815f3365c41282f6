"""An experiment that cannot be run leaves no run folder behind."""

import pytest

from engine.check import refused_terms
from engine.control import Control
from engine.experiment import Choice, Data, Experiment, Loss, OpenSet
from engine.jobs import Job, perform

pytestmark = pytest.mark.usefixtures("tiny_shapes")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recipe": Choice(name="studnet")}, "Did you mean “student”"),
        ({"net": Choice(name="pointnet_student", dropuot=0.1)}, "Did you mean “dropout”"),
        ({"data": Data(name="modlnet")}, "Did you mean “modelnet”"),
        ({"losses": {"kdd": Loss()}}, "Did you mean “kd”"),
        ({"losses": {"ce": Loss(temperature=2)}}, "no key “temperature”"),
        ({"open_set": OpenSet(score="knnn", rule="recall")}, "Did you mean “knn”"),
        ({"open_set": OpenSet(score={"name": "knn", "kk": 5}, rule="recall")}, "Did you mean “k”"),
        ({"open_set": OpenSet(score={"name": "auto", "k": 5})}, "“auto” compares the scores"),
        ({"open_set": OpenSet(score="energy")}, "“energy” is none"),
    ],
)
def test_that_nothing_is_made_of_what_names_the_wrong_thing(tmp_path, changes, sentence):
    job = Job(do="train", experiment=Experiment(**changes), runs=tmp_path / "runs")
    (event,) = perform(job, Control())
    assert event.kind == "failed"
    assert sentence in event.sentence
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (("bed", "chiar"), "Nothing was learnt. Did you mean “chair”?"),
        (("bed",), "At least two kinds must be known"),
    ],
)
def test_that_kinds_that_prepared_data_lack_are_refused_before_a_folder_is_made(
    tmp_path, known, sentence
):
    data = Data.model_validate({"name": "shapes", "per_kind": 6, "points": 64, "known": known})
    job = Job(do="train", experiment=Experiment(data=data), runs=tmp_path / "runs")
    (event,) = perform(job, Control())
    assert event.kind == "failed"
    assert sentence in event.sentence
    assert not (tmp_path / "runs").exists()


def test_that_the_engine_refuses_what_has_no_teacher_and_what_is_for_other_recipes():
    student = refused_terms(Experiment(recipe="student"))
    assert "needs a teacher" in student["kd"]
    assert "needs true boxes" in student["box_kind"]
    assert "ce" not in student
    distil = refused_terms(Experiment(recipe="distil"))
    assert not {"kd", "crd", "dkd", "dist", "rkd", "pkt", "infonce", "queue", "hint", "vid"} & set(
        distil
    )
    assert "box_kind" in distil


def test_that_a_description_says_which_terms_cannot_work():
    (event,) = perform(Job(do="describe", experiment=Experiment(recipe="student")), Control())
    assert "needs a teacher" in event.value["refused_terms"]["kd"]
