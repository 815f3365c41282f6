"""The table of a sweep: means and standard deviations by hand, gaps shown as gaps; minutes without the pauses."""

import csv
import io

import pytest

from engine.events import Finished, Metric, Phase, Started
from engine.experiment import Experiment
from engine.store import RunStore
from engine.sweep.figures import figures, minutes
from engine.sweep.plan import Cell
from engine.sweep.table import comma_separated, lines, markdown

FIGURES = [
    {"acc_closed": closed, "acc_open": 0.25, "epochs": 4, "minutes": spent, "device": "cpu"}
    for closed, spent in ((0.70, 1.0), (0.80, 2.0), (0.84, 4.5))
]
CELLS = [
    Cell("KD", {"losses.kd.temperature": heat}, seed, Experiment())
    for seed in (7, 8, 9)
    for heat in (4.0, 10.0)
]


def table(count):
    keys = [cell.key for cell in CELLS if cell.values["losses.kd.temperature"] == 4.0]
    return lines(CELLS, dict(zip(keys[:count], FIGURES, strict=False)))


def cells_of(text):
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines()]


def test_that_means_and_sample_deviations_are_right():
    # 70, 80, 84: mean 78; deviations -8, 2, 6; squares 64 + 4 + 36 = 104; 104 / 2 = 52; root 7.2111
    head, _, warm, hot = cells_of(markdown(table(3)))
    assert head[:5] == [
        "row",
        "losses.kd.temperature",
        "validation accuracy, to choose by",
        "right without threshold",
        "known kept and right",
    ]
    assert warm[:6] == ["KD", "4.0", "–", "–", "78.00 ± 7.21", "25.00 ± 0.00"]
    assert warm[-4:] == ["3", "4", "2.5", "cpu"]
    assert hot == ["KD", "10.0", *["–"] * 6, "0", "", "", ""]


def test_that_one_seed_has_no_deviation():
    assert cells_of(markdown(table(1)))[2][4] == "70.00"


def test_that_auroc_has_a_column_only_where_it_was_measured():
    assert "AUROC" not in markdown(table(3))
    measured = {CELLS[0].key: {"auroc": 0.81}, CELLS[2].key: {"auroc": 0.83}}
    head, _, warm, hot = cells_of(markdown(lines(CELLS, measured)))
    # 0.82 ± root((0.01² + 0.01²) / 1) = 0.0141
    assert dict(zip(head, warm, strict=True))["AUROC"] == "0.820 ± 0.014"
    assert dict(zip(head, hot, strict=True))["AUROC"] == "–"


def test_that_the_csv_has_the_same_numbers_unrounded():
    warm, hot = csv.DictReader(io.StringIO(comma_separated(table(3))))
    assert float(warm["acc_closed_mean"]) == pytest.approx(0.78)
    assert float(warm["acc_closed_sd"]) == pytest.approx(0.0052**0.5)
    assert (warm["seeds"], warm["losses.kd.temperature"]) == ("3", "4.0")
    assert hot["acc_closed_mean"] == hot["acc_closed_sd"] == ""


def test_that_a_bar_in_a_name_does_not_break_the_table():
    text = markdown(lines([Cell("a|b", {}, 7, Experiment())], {}))
    assert "a\\|b" in text


def started(time):
    return Started(
        name="x", recipe="student", device="cpu", threads=1, parameters=1, epochs=2, steps_per_epoch=1,
        train=1, validation=1, known=[], strangers=[], terms=[], time=time,
    )  # fmt: skip


@pytest.fixture
def run(tmp_path):
    """Worked on for 60 seconds, left for 1000, worked on for 30 more."""
    run = RunStore(tmp_path).create(Experiment())
    results = {"acc_closed": 0.5, "acc_open": float("nan"), "model": "last", "counts": {}}
    for event in (
        Phase(name="Opening the data", time=0.0),
        started(10.0),
        Metric(step=1, epoch=1.0, values={"validation/accuracy": 0.5}, time=60.0),
        Phase(name="Opening the data", time=1060.0),
        started(1061.0),
        Metric(step=2, epoch=2.0, values={"validation/accuracy": 0.4}, time=1080.0),
        Finished(results=results, time=1090.0),
    ):
        run.log.append(event)
    return run


def test_that_time_between_being_left_and_resumed_is_not_counted(run):
    assert minutes(run) == pytest.approx(1.5)


def test_that_what_was_not_measured_is_no_figure(run):
    assert figures(run) == {
        "validation": 0.4,
        "acc_closed": 0.5,
        "epochs": 2,
        "minutes": 1.5,
        "device": "cpu",
    }
