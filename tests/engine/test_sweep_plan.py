"""Sweep files: which runs they ask for, in which order, and what a wrong one is told."""

import re
from pathlib import Path

import pytest

from engine import registry
from engine.errors import ConfigError
from engine.sweep.plan import cells, flat, load_sweep

EXAMPLES = Path(__file__).parents[2] / "examples"
ROWS = """
name = "Two"
seeds = [3, 4]
[experiment]
recipe = "student"
training.epochs = 2
[[row]]
name = "pupil"
teacher = "master"
[row.set]
recipe = "distil"
losses.kd.weight = 1.0
[row.grid]
losses.kd.temperature = [1.0, 4.0]
[[row]]
name = "master"
set = { recipe = "teacher", "training.epochs" = 5 }
"""


@pytest.fixture
def plan(tmp_path):
    def read(text, **changes):
        path = tmp_path / "sweep.toml"
        path.write_text(text, encoding="utf-8")
        return load_sweep(path, changes)

    return read


def test_that_cells_are_rows_by_grid_by_seeds_with_teachers_first(plan):
    made = cells(plan(ROWS))
    assert [cell.key for cell in made] == [
        "master, seed 3",
        "master, seed 4",
        "pupil, losses.kd.temperature = 1.0, seed 3",
        "pupil, losses.kd.temperature = 4.0, seed 3",
        "pupil, losses.kd.temperature = 1.0, seed 4",
        "pupil, losses.kd.temperature = 4.0, seed 4",
    ]
    assert [cell.teachers for cell in made[2:]] == [("master, seed 3",)] * 2 + [
        ("master, seed 4",)
    ] * 2


def test_that_an_experiment_is_the_common_one_changed_by_its_row_its_place_and_its_seed(plan):
    made = {cell.key: cell.experiment for cell in cells(plan(ROWS))}
    master, pupil = made["master, seed 4"], made["pupil, losses.kd.temperature = 4.0, seed 3"]
    assert (master.recipe.name, master.training.epochs, master.seed) == ("teacher", 5, 4)
    assert (pupil.recipe.name, pupil.training.epochs, pupil.seed) == ("distil", 2, 3)
    assert pupil.losses["kd"].settings == {"temperature": 4.0}
    assert master.name == "master"


def test_that_one_teacher_may_teach_all_seeds(plan):
    text = ROWS.replace('teacher = "master"', 'teacher = "master"\nteacher_of_first_seed = true')
    assert {cell.teachers for cell in cells(plan(text)) if cell.teachers} == {("master, seed 3",)}


STARTS = """
name = "Starts"
seeds = [3, 4]
[[row]]
name = "fine"
start = "first"
set = { recipe = "classify" }
[[row]]
name = "first"
set = { recipe = "align", data = "shapes_views" }
"""


def test_that_a_row_starts_from_the_run_of_its_own_seed(plan):
    made = cells(plan(STARTS))
    assert [cell.row for cell in made] == ["first", "first", "fine", "fine"]
    assert [cell.start for cell in made] == ["", "", "first, seed 3", "first, seed 4"]
    assert made[2].needs == ("first, seed 3",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('recipe = "classify"', 'recipe = "student"'),
        ('"classify"', '{ name = "classify", start = "x" }'),
    ],
)
def test_that_a_row_that_cannot_start_there_is_told_which_recipes_can(plan, before, after):
    with pytest.raises(ConfigError, match="cannot start from “first”") as refused:
        cells(plan(STARTS.replace(before, after)))
    able = [
        name
        for name in registry.names("recipe")
        if "start" in registry.get("recipe", name).Settings.model_fields
    ]
    assert len(able) > 2
    assert all(f"({name})" in refused.value.sentence for name in able)


def test_that_several_rows_may_teach_one_together(plan):
    text = ROWS.replace('teacher = "master"', 'teacher = ["master", "second"]')
    made = cells(plan(text + '[[row]]\nname = "second"\nset = { recipe = "teacher" }\n'))
    assert made[-1].teachers == ("master, seed 4", "second, seed 4")
    assert [cell.row for cell in made[:4]] == ["master", "second"] * 2


def test_that_a_row_may_have_seeds_of_its_own_if_its_pupils_can_do_with_them(plan):
    own = ROWS.replace('name = "master"', 'name = "master"\nseeds = [9]')
    with pytest.raises(ConfigError, match="teacher_of_first_seed"):
        cells(plan(own))
    first = own.replace('teacher = "master"', 'teacher = "master"\nteacher_of_first_seed = true')
    made = cells(plan(first))
    assert [cell.key for cell in made if cell.row == "master"] == ["master, seed 9"]
    assert {cell.teachers for cell in made if cell.row == "pupil"} == {("master, seed 9",)}
    assert [cell.seed for cell in made if cell.row == "pupil"] == [3, 3, 4, 4]


def test_that_a_common_grid_is_for_every_row_and_teacher_and_pupil_stand_at_the_same_place(plan):
    text = ROWS.replace("[row.grid]\nlosses.kd.temperature = [1.0, 4.0]", "")
    made = cells(plan(text + '[grid]\n"training.batch_size" = [8, 16]\n'))
    assert len(made) == 2 * 2 * 2
    assert {
        key for cell in made if cell.row == "pupil" and cell.seed == 3 for key in cell.teachers
    } == {
        "master, training.batch_size = 8, seed 3",
        "master, training.batch_size = 16, seed 3",
    }


def test_that_a_file_without_rows_is_one_row_named_after_the_sweep(plan):
    (cell,) = cells(plan('name = "Alone"\nseeds = [5]\n'))
    assert (cell.row, cell.experiment.name, cell.experiment.seed) == ("Alone", "Alone", 5)


def test_that_changes_go_to_the_common_experiment_or_to_the_sweep_itself(plan):
    changed = plan(ROWS, **{"data.validation": 0.2, "seeds": [1]})
    assert {cell.experiment.data.validation for cell in cells(changed)} == {0.2}
    assert {cell.seed for cell in cells(changed)} == {1}


def test_that_tables_become_dotted_paths():
    assert flat({"a": {"b": 1, "c": {"d": 2}}, "e.f": [3]}) == {"a.b": 1, "a.c.d": 2, "e.f": [3]}


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("seeds = [3, 4]", "seeds = [3, 3]", "a seed stands twice"),
        ("seeds = [3, 4]", "seeds = []", "“seeds” will not do"),
        ("seeds = [3, 4]", "sedes = [3, 4]", "has no key “sedes”. Did you mean “seeds”?"),
        ('name = "Two"', "", "needs the key “name”"),
        (
            'teacher = "master"',
            'teacher = "mister"',
            "“mister”, and there is no such row. Did you mean “master”?",
        ),
        ('teacher = "master"', "", "“pupil” learns from a teacher"),
        ('name = "master"', 'name = "master"\nteacher = "pupil"', "would need itself"),
        ('name = "master"', 'name = "pupil"', "Two rows have one name"),
        ("[1.0, 4.0]", "4.0", "needs a list of values for “losses.kd.temperature”"),
        ("[1.0, 4.0]", "[]", "needs a list of values"),
        ("losses.kd.temperature = [1.0, 4.0]", "seed = [1]", "cannot be in a grid"),
        ("[1.0, 4.0]", "[0.0]", "“temperature” will not do"),
        (
            'recipe = "distil"',
            'recipe = "distill"',
            "no recipe called “distill”. Did you mean “distil”?",
        ),
        (
            "training.epochs = 2",
            "training.epoch = 2",
            "The row “pupil” has no key “training.epoch”",
        ),
        ("training.epochs = 2", "seed = 2", "“seeds”, not “seed”"),
        ('recipe = "student"', 'recipe = "student', "is not a TOML file"),
        (
            'name = "master"\n',
            'name = "master"\ngrid = { training.batch_size = [8] }\n',
            "has a grid that “pupil” has not",
        ),
    ],
)
def test_that_a_wrong_file_is_one_sentence(plan, before, after, sentence):
    assert before in ROWS
    with pytest.raises(ConfigError, match=re.escape(sentence)) as caught:
        cells(plan(ROWS.replace(before, after)))
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("paper_tables", 22),
        ("temperatures", 48),
        ("weights", 49),
        ("strongest_modelnet", 6),
        ("alignment_ablations", 52),
        ("boxes_from_concepts", 15),
        ("classroom_ablations", 18),
    ],
)
def test_that_the_examples_are_right_and_have_their_number_of_runs(name, count):
    made = cells(load_sweep(EXAMPLES / f"{name}.toml"))
    assert len({cell.key for cell in made}) == len(made) == count


def test_that_the_example_of_the_paper_has_its_temperatures():
    made = {cell.key: cell.experiment for cell in cells(load_sweep(EXAMPLES / "paper_tables.toml"))}
    joint = made["Joint: KD + CRD + CE, k + 1 answers, seed 7"]
    assert joint.losses["kd"].settings["temperature"] == 10
    assert joint.losses["crd"].settings["temperature"] == 0.1
    assert set(made["KD, seed 9"].losses) == {"kd"}
