"""Runs beside each other and beside the paper: seeds folded, what differs, rows and curves."""

import math
from dataclasses import replace

import pytest

from engine import registry
from engine.compare.ablation import ablations
from engine.compare.lines import folded, line_of, over_seeds, share
from engine.compare.paper import (
    OTHER_SCORE,
    apart,
    belongs,
    chosen_temperature,
    ours_1,
    ours_2,
    table_1,
    table_2,
    why_not_2,
)
from engine.compare.settings import differing, protocol_of, settings_of, shown, title_of, titles
from engine.datasets.modelnet import TEN
from engine.experiment import Experiment, Training
from engine.nets import build, count_parameters
from engine.store import RunStore
from tests.workbench.made_runs import SCHEMA, made_run

JOINT = ("kd", "crd", "ce")


def lines(*runs):
    return folded(line_of(run, SCHEMA) for run in runs)


def test_that_mean_and_deviation_over_seeds_are_those_of_a_sample():
    figure = over_seeds([0.80, 0.84, 0.88])
    assert figure.mean == pytest.approx(0.84)
    assert figure.deviation == pytest.approx(0.04)  # sqrt((0.04² + 0 + 0.04²) / 2)
    assert figure.count == 3
    assert over_seeds([0.8]).deviation is None
    assert over_seeds([]) is None


def test_that_runs_that_differ_only_in_seed_and_name_are_one_line():
    found = lines(made_run(1), made_run(2), made_run(3, training__epochs=5))
    assert [line.seeds for line in found] == [(1, 2), (3,)]
    assert found[0].figure("acc_closed").count == 2


def test_that_a_seed_done_twice_counts_once_with_its_newest_run():
    newest = made_run(1, when=2.0, results={"acc_closed": 0.9})
    found = lines(
        newest,
        made_run(1, when=1.0, results={"acc_closed": 0.5}),
        made_run(2, results={"acc_closed": 0.7}),
    )
    figure = found[0].figure("acc_closed")
    assert (figure.count, figure.mean) == (2, pytest.approx(0.8))


def test_that_a_run_without_a_test_stays_by_itself():
    assert len(lines(made_run(1), made_run(2, state="running"), made_run(3, state="running"))) == 3


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "0.8", True])
def test_that_what_was_not_measured_is_no_figure(value):
    assert share(made_run(results={"auroc": value}), "auroc") is None


def test_that_a_run_that_says_its_defaults_equals_one_that_does_not():
    silent = made_run(1, "joint", JOINT)
    spoken = made_run(
        2, "joint", JOINT, net="pointnet_student", losses__crd__weight=0.8, losses__ce__weight=1.0,
        losses__kd={"weight": 1.0, "temperature": 4.0}, losses__rkd={"weight": 0.0},
    )  # fmt: skip
    assert settings_of(silent, SCHEMA) == settings_of(spoken, SCHEMA)


def test_that_only_what_differs_is_listed_lessons_first():
    one, other = (
        settings_of(
            made_run(seed, "distil", ("kd", "ce"), training__epochs=epochs, losses__kd=kd), SCHEMA
        )
        for seed, epochs, kd in (
            (1, 5, {"weight": 1.0}),
            (2, 9, {"weight": 1.0, "temperature": 10.0}),
        )
    )
    assert differing([one, other]) == ["losses.kd.temperature", "training.epochs"]
    assert differing([one]) == []


def test_that_settings_have_plain_names_and_values():
    words = titles(SCHEMA)
    assert title_of("training.epochs", words) == "Passes over the data"
    assert title_of("losses.kd.temperature", words) == "Soft answers: teacher softness"
    assert title_of("losses.kd.weight", words) == "Soft answers: weight"
    assert title_of("recipe.of_tomorrow", words) == "recipe: of tomorrow"
    assert [shown("x", value) for value in (None, True, (2, 3), 0.1, ())] == [
        "–",
        "yes",
        "2, 3",
        "0.1",
        "–",
    ]
    assert shown("data.known", TEN) == "10 kinds"


def test_that_the_protocol_is_the_standard_one_where_none_is_named():
    assert protocol_of(made_run().experiment) == "standard1560"
    assert protocol_of(made_run(data__protocol="paper990").experiment) == "paper990"


def test_that_the_printed_rows_agree_with_their_own_counts():
    """Total accuracy follows from closed and open over 908 and 990 clouds, rounded or cut to two digits."""
    for row in table_2():
        closed, opened = (
            round(row.percent[key] / 100 * n) for key, n in (("acc_closed", 908), ("acc_open", 990))
        )
        assert row.percent["acc_total"] == pytest.approx(100 * (closed + opened) / 1898, abs=0.011)
    assert [row.percent["acc_known_no_threshold"] for row in table_1()] == [
        93.67,
        87.17,
        88.03,
        88.47,
        87.6,
        88.69,
    ]
    assert (chosen_temperature("kd"), chosen_temperature("crd")) == (10.0, 0.1)


@pytest.mark.parametrize(
    "row", [*table_1(), *table_2()], ids=lambda row: f"{row.name} {' '.join(row.lessons)}"
)
def test_that_a_rows_net_is_its_recipes_usual_one_with_the_papers_size(row):
    recipe = registry.get("recipe", row.recipe)
    assert recipe.extra["net"] == row.net
    outputs = 10 + int(recipe.extra["unknown_output"])
    assert count_parameters(build(row.net, outputs)) == row.parameters
    assert set(row.lessons) <= set(registry.names("loss"))


def test_that_runs_find_their_row_of_table_1():
    runs = {
        ("teacher", ("ce", "transform")): 93.67,
        ("student", ("ce",)): 87.17,
        ("distil", ("crd", "ce")): 88.03,
        ("distil", ("kd",)): 88.47,
        ("distil", ("ce", "kd")): 87.6,
        ("distil", ("ce", "crd", "kd")): 88.69,
    }
    for (recipe, terms), percent in runs.items():
        run = made_run(1, recipe, terms)
        found = [row.percent["acc_known_no_threshold"] for row in table_1() if belongs(run, row)]
        assert found == [percent]


@pytest.mark.parametrize(
    "run",
    [
        made_run(state="running"),
        made_run(data="shapes"),
        made_run(recipe="outlier_exposure"),
        made_run(net="pointnet_student_wide"),
        made_run(recipe="distil", terms=("kd", "rkd")),
        made_run(recipe="distil", terms=("kd", "ce"), teacher_parameters=3 * 1_462_442),
        made_run(training__votes=5),
    ],
    ids=[
        "untested",
        "other data",
        "other recipe",
        "other net",
        "other lessons",
        "other teachers",
        "five looks",
    ],
)
def test_that_other_runs_belong_to_no_row(run):
    assert not any(belongs(run, row) for row in (*table_1(), *table_2()))


def test_that_what_is_shown_of_several_learnt_longest_and_is_not_the_best():
    row = table_1()[1]
    long = made_run(1, training__epochs=50, results={"acc_known_no_threshold": 0.8})
    best = made_run(2, training__epochs=20, results={"acc_known_no_threshold": 0.9})
    ours = ours_1(row, lines(best, long), SCHEMA)
    assert ours.line.run is long
    assert [line.run for line in ours.others] == [best]
    assert ours_1(table_1()[0], lines(best, long), SCHEMA) is None


def test_that_table_2_keeps_protocols_and_thresholds_apart():
    row = table_2()[1]
    standard, paper = made_run(1), made_run(2, data__protocol="paper990")
    tuned, met_none = (
        made_run(3, open_set__threshold=0.7),
        made_run(4, results={"acc_open": math.nan}),
    )
    every = lines(standard, paper, tuned, met_none)
    assert ours_2(row, every, "standard1560", SCHEMA).line.runs == (standard, met_none)
    assert ours_2(row, every, "paper990", SCHEMA).line.run is paper
    assert ours_2(row, lines(tuned), "standard1560", SCHEMA) is None
    assert ours_2(row, lines(met_none), "standard1560", SCHEMA) is None


def test_that_another_score_than_the_highest_probability_is_not_the_papers_threshold():
    row, energy = table_2()[1], made_run(5, results={"score": "energy"})
    assert ours_2(row, lines(energy), "standard1560", SCHEMA) is None
    assert why_not_2(row, lines(energy), "standard1560") == OTHER_SCORE
    assert ours_1(table_1()[1], lines(energy), SCHEMA).line.run is energy  # no threshold, no score


def test_that_settings_that_are_not_the_rows_are_listed_and_the_rows_own_are_shown_first():
    row = next(row for row in table_1() if row.lessons == ("ce", "kd"))

    def taught(seed, temperature, weight, epochs):
        return made_run(
            seed, "distil", ("kd", "ce"), training__epochs=epochs,
            losses__kd={"weight": weight, "temperature": temperature}, losses__ce__weight=1.0,
        )  # fmt: skip

    as_printed, other = taught(1, 10.0, 1.0, 20), taught(2, 4.0, 0.9, 200)
    assert ours_1(row, lines(as_printed), SCHEMA).apart == ()
    found = ours_1(row, lines(other, as_printed), SCHEMA)
    assert found.line.run is as_printed  # though the other learnt longer
    assert ours_1(row, lines(other), SCHEMA).apart == (
        "Soft answers: teacher softness 4, not 10",
        "Soft answers: weight 0.9, not 1",
    )
    assert apart(found.line, row, {}) == ()  # what is usual is not known yet


def test_that_only_runs_equal_in_all_else_make_a_curve():
    def taught(seed, temperature, **more):
        loss = {"weight": 1.0, "temperature": temperature}
        return made_run(
            seed,
            "joint",
            JOINT,
            losses__kd=loss,
            losses__crd__weight=0.8,
            losses__ce__weight=1.0,
            **more,
        )

    runs = [taught(seed, hot) for hot in (10.0, 1.0, 4.0) for seed in (1, 2)]
    runs += [taught(1, hot, training__epochs=5) for hot in (2.0, 8.0)] + [
        taught(1, 20.0, training__epochs=6)
    ]
    found = ablations(lines(*runs), "losses.kd.temperature")
    assert [[hot for hot, _ in curve.points] for curve in found] == [[1.0, 4.0, 10.0], [2.0, 8.0]]
    assert [line.seeds for _, line in found[0].points] == [(1, 2)] * 3
    assert ablations(lines(*runs), "losses.crd.temperature") == []


def test_that_a_grid_of_weights_makes_a_curve_for_each_of_the_other_weights():
    def weighed(alpha, beta):
        return made_run(
            1, "joint", JOINT,
            losses__kd__weight=alpha, losses__crd__weight=beta, losses__ce__weight=1.0,
        )  # fmt: skip

    runs = [weighed(alpha, beta) for alpha in (0.1, 0.5, 1.0) for beta in (0.2, 0.8)]
    found = ablations(lines(*runs), "losses.kd.weight")
    assert [[alpha for alpha, _ in curve.points] for curve in found] == [[0.1, 0.5, 1.0]] * 2
    assert {curve.points[0][1].settings["losses.crd.weight"] for curve in found} == {0.2, 0.8}
    assert [len(curve.points) for curve in ablations(lines(*runs), "losses.crd.weight")] == [2] * 3
    assert ablations(lines(*runs), "losses.ce.weight") == []


def test_that_pupils_whose_teachers_differ_only_in_seed_are_one_line(tmp_path):
    store = RunStore(tmp_path)

    def pupil(seed, epochs=5):
        wanted = Experiment(name=f"Teacher {epochs}", seed=seed, training=Training(epochs=epochs))
        teacher = store.create(wanted)
        run = made_run(seed, "distil", ("kd", "ce"), teacher=teacher.id)
        return replace(run, path=tmp_path / run.path.name)

    alike = lines(pupil(1), pupil(2))
    assert [line.seeds for line in alike] == [(1, 2)]
    assert len(lines(pupil(1), pupil(2, epochs=9))) == 2
    gone = made_run(3, "distil", ("kd", "ce"), teacher="not-here")
    assert settings_of(gone, SCHEMA)["teacher"] == ("not-here",)
