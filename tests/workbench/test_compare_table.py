"""The table of runs to compare: picking, folding, what differs, the baseline, sorting, finding, CSV."""

import csv
import io
import math
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt

from engine.compare.lines import FIGURES, Line
from engine.compare.settings import Title
from tests.workbench.made_runs import SCHEMA, made_run
from workbench.models.compare_columns import columns, is_better
from workbench.models.compare_csv import as_csv
from workbench.models.compare_table import COLOUR, DIFFERENCE, CompareTable, FoundLines


class Desk(QObject):
    schema = SCHEMA


@pytest.fixture
def table(qapp):
    desk = Desk()
    table = CompareTable(desk)
    yield table
    desk.deleteLater()


def distilled(seed, temperature, epochs=20, **results):
    loss = {"weight": 1.0, "temperature": temperature}
    return made_run(
        seed, "distil", ("kd", "ce"), results=results, training__epochs=epochs, losses__kd=loss, losses__ce__weight=1.0
    )  # fmt: skip


def place(table, key):
    return next(i for i, column in enumerate(table.columns) if column.key == key)


def cell(table, row, key, role=Qt.ItemDataRole.DisplayRole):
    return table.index(row, place(table, key)).data(role)


def settings(table):
    return [column.key for column in table.columns if column.kind == "setting"]


def test_that_seeds_are_one_row_with_mean_deviation_and_count(table):
    table.show(
        [
            made_run(seed, results={"acc_closed": value})
            for seed, value in ((1, 0.8), (2, 0.84), (3, 0.88))
        ]
    )
    assert table.rowCount() == 1
    assert cell(table, 0, "acc_closed") == "84.0 ± 4.0 %"
    assert cell(table, 0, "seed") == "3 seeds"
    table.set_folds(False)
    assert [cell(table, row, "acc_closed") for row in range(3)] == ["80.0 %", "84.0 %", "88.0 %"]
    assert [cell(table, row, "seed") for row in range(3)] == ["1", "2", "3"]


def test_that_what_was_not_measured_is_a_dash(table):
    table.show([made_run(results={"acc_open": math.nan}), made_run(2, state="running")])
    assert (cell(table, 0, "acc_open"), cell(table, 0, "auroc")) == ("–", "–")
    assert {cell(table, 1, key) for key in FIGURES} == {"–"}
    assert cell(table, 1, "state") == "Running"


def test_that_strangers_are_told_in_words_and_the_code_when_pointed_at(table):
    table.show([made_run(), made_run(2, data__protocol="paper990")])
    assert [cell(table, row, "data") for row in range(2)] == [
        "ModelNet 10 · every stranger of the test part",
        "ModelNet 10 · 33 strangers of every kind",
    ]
    place = [column.key for column in table.columns].index("data")
    told = table.index(1, place).data(Qt.ItemDataRole.ToolTipRole)
    assert told.endswith("\nprotocol paper990")


def test_that_the_csv_keeps_the_code_under_protocol():
    head, row = list(csv.reader(io.StringIO(as_csv([Line((made_run(),), {})], ()))))
    assert row[head.index("protocol")] == "standard1560"


def test_that_only_what_differs_among_the_picked_is_shown(table):
    table.show([distilled(1, 4.0), distilled(1, 10.0), distilled(1, 10.0, 5)])
    assert settings(table) == []
    table.pick(table.lines[0], True)
    table.pick(table.lines[1], True)
    assert settings(table) == ["losses.kd.temperature"]
    assert [cell(table, row, "losses.kd.temperature") for row in range(2)] == ["4", "10"]
    table.pick(table.lines[2], True)
    assert settings(table) == ["losses.kd.temperature", "training.epochs"]
    table.set_only_differing(False)
    assert {"losses.kd.temperature", "optimiser.name", "augment.scale"} <= set(settings(table))


def test_that_rows_of_one_name_are_told_apart_by_their_time(table):
    now = time.time()
    twins = [made_run(1, "student", when=now), made_run(2, "joint", when=now - 90_000)]
    alone = made_run(3, "distil")
    table.show([*(replace(run, name="Twin") for run in twins), alone])
    names = [cell(table, row, "name") for row in range(3)]
    assert names[2] == alone.name
    assert all(name.startswith("Twin · ") for name in names[:2])
    assert names[0] != names[1]


def test_that_a_setting_has_its_plain_name(table):
    table.show([distilled(1, 4.0), distilled(1, 10.0)])
    for line in list(table.lines):
        table.pick(line, True)
    heading = table.headerData(place(table, "losses.kd.temperature"), Qt.Orientation.Horizontal)
    assert heading == "Teacher softness · Soft answers"


def test_that_a_heading_is_no_guess_at_where_a_title_ends(table):
    table.show([distilled(1, 4.0)])
    titles = {"losses.kd.weight": Title("poids : total", "Réponses: douces")}
    found = {column.key: column.title for column in columns(table.lines, False, titles)}
    assert found["losses.kd.weight"] == "Poids : total · Réponses: douces"


def test_that_the_difference_to_the_baseline_has_a_sign(table):
    table.show([distilled(1, 4.0, acc_closed=0.80), distilled(1, 10.0, acc_closed=0.85)])
    table.pin(table.lines[0])
    assert cell(table, 1, "acc_closed", DIFFERENCE) == pytest.approx(0.05)
    assert cell(table, 0, "acc_closed", DIFFERENCE) is None
    assert cell(table, 1, "auroc", DIFFERENCE) is None
    spoken = cell(table, 1, "acc_closed", Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "85.0 %, +5.0 to the baseline"
    table.pin(table.lines[0])
    assert table.baseline is None


def test_that_a_picked_row_keeps_its_colour_while_others_come_and_go(table):
    table.show([distilled(1, hot) for hot in (1.0, 2.0, 4.0)])
    for line in list(table.lines):
        table.pick(line, True)
    table.pick(table.lines[0], False)
    assert [cell(table, row, "name", COLOUR) for row in range(3)] == [None, 1, 2]
    table.pick(table.lines[0], True)
    assert cell(table, 0, "name", COLOUR) == 0


def test_that_a_check_box_picks(table):
    table.show([made_run()])
    first = table.index(0, 0)
    assert table.flags(first) & Qt.ItemFlag.ItemIsUserCheckable
    assert table.setData(first, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert [line.run.id for line in table.picked] == [table.lines[0].run.id]


def test_that_picks_and_baseline_outlive_new_runs_and_forget_those_that_are_gone(table):
    old, gone = distilled(1, 4.0), distilled(1, 10.0)
    table.show([old, gone])
    for line in list(table.lines):
        table.pick(line, True)
    table.pin(table.lines[1])
    table.show([made_run(9), old])
    assert [line.run for line in table.picked] == [old]
    assert table.baseline is None


def test_that_numbers_are_sorted_as_numbers_with_the_baseline_above_all(table):
    found = FoundLines(table)
    table.show([distilled(1, hot, acc_open=hot / 100) for hot in (10.0, 9.0, 100.0)])
    table.pin(table.lines[1])
    for order, expected in (
        (Qt.SortOrder.AscendingOrder, [9.0, 10.0, 100.0]),
        (Qt.SortOrder.DescendingOrder, [9.0, 100.0, 10.0]),
    ):
        found.sort(place(table, "acc_open"), order)
        assert [found.line(row).settings["losses.kd.temperature"] for row in range(3)] == expected


def test_that_every_word_searched_for_must_be_there(table):
    found = FoundLines(table)
    table.show([made_run(1), distilled(2, 4.0), distilled(3, 4.0, 5)])
    found.search("soft modelnet")
    assert found.rowCount() == 2
    found.search("soft run 3")
    assert [found.line(row).run.experiment.seed for row in range(found.rowCount())] == [3]
    found.search("")
    assert found.rowCount() == 3


def test_that_ten_times_the_runs_take_about_ten_times_as_long_and_less_the_next_time(table):
    def runs(lines):
        return [
            distilled(seed, float(hot), acc_open=hot / 1000)
            for hot in range(1, lines + 1)
            for seed in range(3)
        ]

    def spent(shown):
        began = time.thread_time()
        table.show(shown)
        return time.thread_time() - began

    spent(runs(34))  # what is looked up once for all
    few, many = spent(runs(34)), runs(340)
    first, again = spent(many), spent(many)
    assert first < 25 * few
    assert again < first / 2  # what runs said once is not asked again
    found = FoundLines(table)
    found.sort(place(table, "acc_open"), Qt.SortOrder.DescendingOrder)
    assert found.rowCount() == 340
    assert found.line(0).figure("acc_open").mean == pytest.approx(0.34)


def test_that_csv_can_be_read_back_with_all_digits(table):
    table.show(
        [
            distilled(1, 4.0, acc_closed=1 / 3),
            distilled(2, 4.0, acc_closed=2 / 3),
            made_run(3, state="failed"),
        ]
    )
    text = as_csv(table.lines, ["losses.kd.temperature", "data.known"])
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [float(rows[0][key]) for key in ("acc_closed", "acc_closed_deviation")] == [
        0.5, pytest.approx(math.sqrt(2 * (1 / 6) ** 2)),
    ]  # fmt: skip
    assert (rows[0]["acc_closed_seeds"], rows[0]["seeds"], rows[0]["runs"].count("distil-")) == (
        "2",
        "1 2",
        2,
    )
    assert rows[0]["losses.kd.temperature"] == "4.0"
    assert rows[0]["data.known"].split()[0] == "bathtub"
    assert (rows[1]["acc_closed"], rows[1]["acc_closed_seeds"], rows[1]["state"]) == (
        "",
        "0",
        "failed",
    )
    assert rows[0]["auroc"] == ""


def test_that_a_name_with_commas_quotes_and_lines_stays_one_cell():
    run = SimpleNamespace(**vars(made_run()))
    run.name, run.tested = 'a, "b"\nc', False
    line = SimpleNamespace(
        run=run, runs=[run], seeds=(1,), protocol="p", settings={}, figure=lambda _: None
    )
    rows = list(csv.DictReader(io.StringIO(as_csv([line], []), newline="")))
    assert rows[0]["name"] == 'a, "b"\nc'


def seen(seed, **results):
    return made_run(seed, "classroom", (), results={"task": "classroom"} | results)


def test_that_camera_students_have_columns_of_their_own_and_only_where_there_is_one(table):
    table.show([made_run()])
    assert not {"ap50", "depth_error", "r2/laser"} & {column.key for column in table.columns}
    table.show([seen(1, ap50=0.42, depth_error=0.18), made_run(2)])
    assert [cell(table, 0, key) for key in ("ap50", "depth_error")] == ["42.0 %", "18.0 %"]
    assert (cell(table, 0, "r2/laser"), cell(table, 1, "ap50")) == ("–", "–")
    told = cell(table, 0, "ap50", Qt.ItemDataRole.ToolTipRole)
    assert "AP50" in told and "threshold" not in told


def measured_only(seed, task, **results):
    run = made_run(seed, task, ())
    return replace(run, results={"task": task} | results)


@pytest.mark.parametrize(
    ("task", "results", "told"),
    [
        ("detect", {"map25": 0.415, "map50": 0.2}, ["41.5 %", "20.0 %"]),
        ("segment", {"miou": 0.5}, ["50.0 %"]),
        ("laser", {"miou": 0.25}, ["25.0 %"]),
        ("parts", {"instance_miou": 0.8, "category_miou": 0.75}, ["80.0 %", "75.0 %"]),
    ],
)
def test_that_runs_of_rooms_streets_and_parts_have_the_figures_of_their_task_and_no_others(
    table, task, results, told
):
    table.show([measured_only(1, task, **results)])
    figures = [column.key for column in table.columns if column.kind == "figure"]
    assert figures == list(results)
    assert [cell(table, 0, key) for key in figures] == told
    assert "threshold" not in cell(table, 0, figures[0], Qt.ItemDataRole.ToolTipRole)


def test_that_a_run_of_rooms_beside_one_of_kinds_leaves_both_their_columns(table):
    table.show([measured_only(1, "detect", map25=0.4, map50=0.2), made_run(2)])
    assert (cell(table, 0, "map25"), cell(table, 0, "acc_closed")) == ("40.0 %", "–")
    assert (cell(table, 1, "map25"), cell(table, 1, "acc_closed")) == ("–", "80.0 %")


def test_that_a_smaller_error_is_for_the_better():
    assert is_better("depth_error", -0.1) and not is_better("depth_error", 0.1)
    assert is_better("ap50", 0.1) and not is_better("ap50", -0.1)


def test_that_the_csv_has_the_figures_of_camera_students_where_there_is_one():
    head, row = csv.reader(io.StringIO(as_csv([Line((seen(1, ap50=0.42),), {})], ())))
    assert row[head.index("ap50")] == "0.42" and row[head.index("depth_error_seeds")] == "0"
    head, _ = csv.reader(io.StringIO(as_csv([Line((made_run(),), {})], ())))
    assert "ap50" not in head
