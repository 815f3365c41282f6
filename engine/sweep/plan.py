"""What a sweep file asks for: rows of a table, a grid of settings and seeds, as cells that are one run each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from engine import registry
from engine.check import check
from engine.errors import ConfigError
from engine.experiment import Experiment, place, read_toml
from engine.registry import Settings, explain
from engine.words import say

_OF_THE_SWEEP = ("name", "seeds", "base")
_OF_THE_CELL = ("name", "seed")


class Row(Settings):
    """One line of the table. teacher: the row whose run of the same seed teaches, or several that teach together;
    start: the row whose run of the same seed it starts from; set: dotted changes; grid and seeds: this row's own
    instead of the common ones."""

    name: str = Field(min_length=1, max_length=80)
    teacher: tuple[str, ...] = ()
    teacher_of_first_seed: bool = False
    start: str = ""
    set: dict[str, Any] = Field(default_factory=dict)
    grid: dict[str, Any] | None = None
    seeds: tuple[int, ...] | None = None

    @field_validator("teacher", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: Any) -> Any:
        return ((value,) if value else ()) if isinstance(value, str) else value


class Sweep(Settings):
    """A sweep file: what all runs have in common, the rows, the grid, the seeds; base: the row that the others are
    held against, seed by seed, in a table of its own."""

    name: str = Field(min_length=1, max_length=80)
    seeds: tuple[int, ...] = Field((7, 8, 9), min_length=1)
    experiment: dict[str, Any] = Field(default_factory=dict)
    row: tuple[Row, ...] = ()
    base: str = ""
    grid: dict[str, Any] = Field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The name of the sweep's folder."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")[:32] or "sweep"

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows; a file without any is one row."""
        return self.row or (Row(name=self.name),)


@dataclass(frozen=True)
class Cell:
    """One run: its row, the grid's values, its seed, and the keys of the cells it learns from and starts from."""

    row: str
    values: dict[str, Any]
    seed: int
    experiment: Experiment = field(compare=False)
    teachers: tuple[str, ...] = ()
    start: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys of all cells that must be done before."""
        return (*self.teachers, self.start) if self.start else self.teachers

    @property
    def key(self) -> str:
        """Its name in the sweep, the same for the same row, values and seed."""
        return key_of(self.row, self.values, self.seed)


def key_of(row: str, values: dict[str, Any], seed: int) -> str:
    """“KD, losses.kd.temperature = 4, seed 7”."""
    return ", ".join([line_of(row, values), say("seed {seed}", seed=seed)])


def line_of(row: str, values: dict[str, Any]) -> str:
    """The same without the seed: a line of the table, and the name of its runs."""
    return ", ".join([row, *(f"{path} = {value}" for path, value in values.items())])


def load_sweep(path: Path, changes: dict[str, Any] | None = None) -> Sweep:
    """Read a sweep file, with some values of the common experiment (or name, or seeds) changed."""
    document = read_toml(path)
    for dotted, value in (changes or {}).items():
        place(document, dotted if dotted in _OF_THE_SWEEP else f"experiment.{dotted}", value)
    try:
        return Sweep.model_validate(document)
    except ValidationError as error:
        raise ConfigError(
            say("{explain} Nothing was started.", explain=explain(error, Sweep, path.name))
        ) from None


def cells(sweep: Sweep) -> list[Cell]:
    """All cells in the order they are to be done: teachers before those they teach, then seed by seed.

    Raises ConfigError when the rows or a single experiment cannot be as they are written.
    """
    rows = {row.name: row for row in sweep.rows}
    if len(rows) < len(sweep.rows) or len(set(sweep.seeds)) < len(sweep.seeds):
        raise ConfigError(
            say("Two rows have one name, or a seed stands twice. Nothing was started.")
        )
    if sweep.base and sweep.base not in rows:
        raise ConfigError(
            say(
                "The other rows are to be held against “{base}”, and there is no such row.{hint} Nothing "
                "was started.",
                base=sweep.base,
                hint=registry.hint(sweep.base, list(rows)),
            )
        )
    depth = {name: _depth(rows, name) for name in rows}
    made = [
        _cell(sweep, rows, row, values, seed)
        for seed in dict.fromkeys(
            (*sweep.seeds, *(s for row in sweep.rows for s in row.seeds or ()))
        )
        for row in sweep.rows
        if seed in (row.seeds or sweep.seeds)
        for values in _grid(sweep, row)
    ]
    return sorted(made, key=lambda cell: depth[cell.row])


def _cell(sweep: Sweep, rows: dict[str, Row], row: Row, values: dict[str, Any], seed: int) -> Cell:
    document: dict[str, Any] = {}
    for path, value in (flat(sweep.experiment) | flat(row.set) | values).items():
        place(document, path, value)
    if "seed" in document:
        raise ConfigError(say("A sweep has “seeds”, not “seed”. Nothing was started."))
    document |= {"name": line_of(row.name, values)[:80], "seed": seed}
    experiment = Experiment.from_document(document, say("The row “{row}”", row=row.name))
    check(experiment)
    _see_to_teacher(row, experiment)
    _see_to_start(row, experiment)
    keys = [_key_above(sweep, rows[name], row, values, seed) for name in row.teacher]
    start = _key_above(sweep, rows[row.start], row, values, seed) if row.start else ""
    return Cell(row.name, values, seed, experiment, tuple(keys), start)


def _key_above(sweep: Sweep, teacher: Row, row: Row, values: dict[str, Any], seed: int) -> str:
    """The cell of a row above that teaches this one, or that it starts from."""
    seeds = teacher.seeds or sweep.seeds
    if row.teacher_of_first_seed and teacher.name in row.teacher:
        seed = seeds[0]
    if seed not in seeds:
        raise ConfigError(
            say(
                "The row “{row}” has the seed {seed}, and “{teacher}”, which it needs, has not. Nothing "
                "was started. Give both the same seeds; one teacher for all needs teacher_of_first_seed.",
                row=row.name,
                seed=seed,
                teacher=teacher.name,
            )
        )
    return key_of(teacher.name, _values_above(sweep, teacher, row, values), seed)


def _see_to_teacher(row: Row, experiment: Experiment) -> None:
    """The newest teacher there happens to be is none for a table that can be done again."""
    needed = registry.get("recipe", experiment.recipe.name).extra["needs_teacher"]
    if needed and not row.teacher and experiment.teacher in ("", "latest"):
        raise ConfigError(
            say(
                "The row “{row}” learns from a teacher. Name the row that teaches it with “teacher”. "
                "Nothing was started.",
                row=row.name,
            )
        )


def _see_to_start(row: Row, experiment: Experiment) -> None:
    """A start belongs to a recipe that can start somewhere, and only one can be."""
    settings = registry.get("recipe", experiment.recipe.name).Settings.model_fields
    if row.start and ("start" not in settings or experiment.recipe.settings.get("start")):
        raise ConfigError(
            say(
                "The row “{row}” cannot start from “{start}”: its recipe starts from nothing, or names "
                "another start. Nothing was started. Use the recipe {starting}, and leave recipe.start "
                "out.",
                row=row.name,
                start=row.start,
                starting=_starting(),
            )
        )


def _starting() -> str:
    """The recipes that can start from what a run has learnt, by name."""
    every = {name: registry.get("recipe", name) for name in registry.names("recipe")}
    able = [name for name, recipe in every.items() if "start" in recipe.Settings.model_fields]
    return registry.called("recipe", *able)


def _values_above(sweep: Sweep, teacher: Row, row: Row, values: dict[str, Any]) -> dict[str, Any]:
    """The teacher's place in its own grid: where its pupil is."""
    paths = next(_grid(sweep, teacher)).keys()
    if not paths <= values.keys():
        raise ConfigError(
            say(
                "The row “{teacher}” has a grid that “{row}” has not, so which of its runs is meant is "
                "open. Nothing was started. Give “{teacher}” a grid = {{}} of its own.",
                teacher=teacher.name,
                row=row.name,
            )
        )
    return {path: values[path] for path in paths}


def _depth(rows: dict[str, Row], name: str, below: tuple[str, ...] = ()) -> int:
    """How many rows stand above a row; those it stands below are in `below`."""
    if name in below:
        raise ConfigError(
            say("The row “{name}” would need itself. Nothing was started.", name=name)
        )
    if name not in rows:
        raise ConfigError(
            say(
                "The row “{below}” needs “{name}”, and there is no such row.{hint} Nothing was started.",
                below=below[-1],
                name=name,
                hint=registry.hint(name, list(rows)),
            )
        )
    row = rows[name]
    needed = (*row.teacher, *((row.start,) if row.start else ()))
    above = [_depth(rows, other, (*below, name)) for other in needed]
    return 1 + max(above, default=-1)


def _grid(sweep: Sweep, row: Row) -> Iterator[dict[str, Any]]:
    """Every combination of the row's grid."""
    grid = flat(sweep.grid if row.grid is None else row.grid)
    for path, values in grid.items():
        if not isinstance(values, list) or not values:
            raise ConfigError(
                say("The grid needs a list of values for “{path}”. Nothing was started.", path=path)
            )
        if path in _OF_THE_CELL:
            raise ConfigError(
                say(
                    "“{path}” cannot be in a grid; seeds have a key. Nothing was started.",
                    path=path,
                )
            )
    for combination in product(*grid.values()):
        yield dict(zip(grid, combination, strict=True))


def flat(tables: dict[str, Any]) -> dict[str, Any]:
    """Nested tables as one level of dotted paths."""
    paths: dict[str, Any] = {}
    for name, value in tables.items():
        inner = flat(value) if isinstance(value, dict) else None
        paths |= {name: value} if inner is None else {f"{name}.{k}": v for k, v in inner.items()}
    return paths
