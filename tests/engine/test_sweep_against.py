"""A sweep's second table: differences of the same seeds, worked out by hand."""

from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.experiment import Experiment
from engine.sweep.against import against
from engine.sweep.board import opened
from engine.sweep.plan import Cell, cells, load_sweep
from engine.sweep.table import lines

FIGURES = {
    ("Alone", 7): {"auroc": 0.60, "ap50": 0.50},
    ("Alone", 8): {"auroc": 0.64, "ap50": 0.30},
    ("Taught", 7): {"auroc": 0.70},
    ("Taught", 8): {"auroc": 0.76},
    ("Taught", 9): {"auroc": 0.10},
}


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]


def table():
    made = [Cell(row, {}, seed, Experiment()) for row in ("Alone", "Taught") for seed in (7, 8, 9)]
    done = {
        cell.key: FIGURES[cell.row, cell.seed] for cell in made if (cell.row, cell.seed) in FIGURES
    }
    return lines(made, done)


def test_that_only_seeds_that_both_have_are_compared_and_with_their_interval():
    # .70 - .60 = .10 and .76 - .64 = .12: mean .11, deviation .0141, half 12.706 * .0141 / root 2 = .127
    head, _, line = rows(against(table(), "Alone"))
    assert head == ["less “Alone”", "AUROC", "seeds"]
    assert line == ["Taught", "+0.110 [-0.017, +0.237]", "2"]


def test_that_a_clear_difference_has_a_star():
    made = [Cell(row, {}, seed, Experiment()) for row in ("a", "b") for seed in (1, 2, 3)]
    done = {
        cell.key: {"miou": 0.01 * cell.seed + (cell.row == "b") * (0.5 + 0.001 * cell.seed)}
        for cell in made
    }
    # 50.1, 50.2, 50.3: mean 50.2, deviation .1, half 4.303 * .1 / root 3 = .248
    assert rows(against(lines(made, done), "a"))[2][1] == "+50.20 [+49.95, +50.45] *"


def test_that_each_place_of_the_grid_is_held_against_its_own_base():
    made = [Cell(row, {"x": x}, 7, Experiment()) for row in ("a", "b") for x in (1, 2)]
    done = {
        cell.key: {"miou": 0.1 * cell.values["x"] * (3 if cell.row == "b" else 1)} for cell in made
    }
    body = rows(against(lines(made, done), "a"))[2:]
    assert body == [["b", "1", "+20.00", "1"], ["b", "2", "+40.00", "1"]]


def test_that_nothing_in_common_is_no_table():
    assert against(table()[:1], "Alone") == ""
    assert against(table(), "Nobody") == ""


def test_that_an_unknown_base_is_refused_with_the_nearest_row(tmp_path: Path):
    file = tmp_path / "sweep.toml"
    file.write_text('name = "S"\nbase = "Alon"\n[[row]]\nname = "Alone"\n')
    with pytest.raises(ConfigError, match="Alone"):
        cells(load_sweep(file))


def test_that_a_sweep_may_be_given_a_base_later(tmp_path: Path):
    file = tmp_path / "sweep.toml"
    file.write_text('name = "S"\n[[row]]\nname = "Alone"\n')
    with opened(load_sweep(file), tmp_path, join=False):
        pass
    with opened(load_sweep(file, {"base": "Alone"}), tmp_path, join=True) as board:
        assert board.sweep.base == "Alone"
