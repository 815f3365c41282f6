"""Who teaches where nobody was named: none the engine would refuse, nor one that knows little."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.events import Started
from engine.experiment import Choice, Data, Experiment
from engine.store import RunSummary
from engine.usable import best_first, can_teach, names_well, unfit_teacher

KNOWN = ("bed", "chair")
ASKED = Experiment(data=Data(known=KNOWN))


def teacher(name, right=0.9, recipe="teacher", state="done", known=KNOWN, **settings):
    told = Experiment(recipe=Choice(name=recipe), data=Data(known=known, **settings))
    started = Started(
        name=name, recipe=recipe, device="cpu", threads=1, parameters=1, epochs=1, steps_per_epoch=1, train=8,
        validation=1, known=list(known), strangers=[], terms=["ce"],
    )  # fmt: skip
    results = {"acc_known_no_threshold": right}
    return RunSummary(
        Path(name), name, name, recipe, state, 0.0, results, experiment=told, started=started
    )


def newest_teacher(runs, asked, known):
    return next(iter(best_first(run for run in runs if can_teach(run, asked, known))), None)


def test_that_one_that_fails_at_more_than_half_is_passed_over_for_an_older_one():
    poor, half, good = teacher("poor", 0.25), teacher("half", 0.5), teacher("good", 0.95)
    assert newest_teacher([poor, half, good], ASKED, KNOWN) is half
    assert newest_teacher([good, poor], ASKED, KNOWN) is good
    assert newest_teacher([poor], ASKED, KNOWN) is poor  # better than to refuse it
    assert newest_teacher([], ASKED, KNOWN) is None


@pytest.mark.parametrize(
    "other",
    [
        teacher("other kinds", known=("bed", "sofa")),
        teacher("other clouds", points=512),
        teacher("student", recipe="student"),
        teacher("broken off", state="interrupted"),
        replace(teacher("not tested"), results={}),
    ],
    ids=lambda run: run.name,
)
def test_that_what_the_engine_would_refuse_is_never_the_newest(other):
    mine = teacher("mine")
    assert newest_teacher([other, mine], ASKED, KNOWN) is mine
    assert newest_teacher([other], ASKED, KNOWN) is None


def test_that_the_order_of_the_kinds_is_no_matter_and_unsaid_kinds_are_not_held_against_it():
    assert can_teach(teacher("turned", known=KNOWN[::-1]), ASKED, KNOWN)
    silent = replace(teacher("silent", known=()), started=None)
    assert can_teach(silent, ASKED, KNOWN)


RUNS = [
    teacher("good"),
    teacher("other kinds", known=("bed", "sofa")),
    replace(teacher("not tested"), results={}),
    replace(teacher("20260101-000000-one"), name="Big one"),
    replace(teacher("20260101-000000-two", points=512), name="Other clouds"),
    replace(teacher("20260101-000000-three"), name="this + that"),
]


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("", ""),
        ("latest", ""),
        ("good", ""),
        ("Big one", ""),
        ("this + that", ""),
        ("good + Big one", ""),
        ("20260101-000000-two", ""),  # by its id it is taken at one's word
        ("Other clouds", "no finished run “Other clouds” of these kinds and data"),
        ("ghost", "no finished run “ghost”"),
        ("good + ghost", "no finished run “ghost”"),
        ("good + latest", ""),
        ("not tested", "was not tested yet"),
        ("other kinds", "knows other kinds"),
        ("x" * 5000, "no finished run"),
    ],
)
def test_that_it_is_said_beforehand_why_a_named_teacher_will_be_refused(named, why):
    told = unfit_teacher(RUNS, ASKED.model_copy(update={"teacher": named}), KNOWN)
    assert why in told and bool(told) == bool(why)


def test_that_the_folder_of_a_run_elsewhere_is_left_to_the_engine(tmp_path):
    asked = ASKED.model_copy(update={"teacher": str(tmp_path)})
    assert "no finished run" in unfit_teacher(RUNS, asked, KNOWN)
    (tmp_path / "run.toml").touch()
    assert unfit_teacher(RUNS, asked, KNOWN) == ""


def test_that_what_was_not_measured_is_not_held_against_a_run():
    assert names_well(replace(teacher("explains"), results={"likeness": 0.1}))
    assert not names_well(teacher("poor", 0.499))
