"""The rows of the paper's two tables, each with what was measured here, and the experiment a row stands for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.compare.lines import Figure, Line
from engine.compare.paper import (
    NOT_RUN,
    PAPERS_PROTOCOL,
    THRESHOLD,
    Ours,
    Row,
    chosen_temperature,
    ours_1,
    ours_2,
    printed,
    table_1,
    table_2,
    why_not_2,
)
from engine.experiment import Experiment, Loss
from workbench.models.recipes import Schema, recipes, with_recipe

ACCURACY = "acc_known_no_threshold"


@dataclass(frozen=True)
class Dumbbell:
    """One row: `paper` in percent, `ours` as shares over the seeds of `line`, `told` names seeds, passes and device,
    `why` says why there is none of ours."""

    name: str
    term: str
    paper: float
    ours: Figure | None
    told: str = ""
    others: tuple[float, ...] = ()
    line: Line | None = None
    why: str = ""

    @property
    def ours_text(self) -> str:
        """Ours in percent, a dash for what was not measured."""
        return "–" if self.ours is None else self.ours.text

    def words(self) -> str:
        """The row for a screen reader."""
        who = f"{self.name}, {self.term}" if self.term else self.name
        if self.ours is None:
            return f"{who}: paper {self.paper:.2f} %, ours: {self.why or NOT_RUN}"
        more = (
            f"; {len(self.others)} more with other settings, drawn faintly" if self.others else ""
        )
        return f"{who}: paper {self.paper:.2f} %, ours {self.ours_text} %, {self.told}{more}"


def rows_1(lines: Sequence[Line]) -> list[Dumbbell]:
    """Table 1: known kinds right without a threshold."""
    return [_dumbbell(row, ACCURACY, ours_1(row, lines), _terms(row)) for row in table_1()]


def rows_2(lines: Sequence[Line], figure: str, protocol: str) -> list[Dumbbell]:
    """Table 2: one of its four figures, ours met with strangers of one protocol."""
    found = [_dumbbell(row, figure, ours_2(row, lines, protocol), "") for row in table_2()]
    return [
        one if one.ours else replace(one, why=why_not_2(row, lines, protocol))
        for one, row in zip(found, table_2(), strict=True)
    ]


def why_none(rows: Sequence[Dumbbell]) -> str:
    """What a dash among ours stands for, in one line; empty where there is none."""
    reasons = dict.fromkeys(row.why or NOT_RUN for row in rows if row.ours is None)
    return f"“–”: {'; or '.join(reasons)}." if reasons else ""


def _dumbbell(row: Row, figure: str, ours: Ours | None, term: str) -> Dumbbell:
    if ours is None:
        return Dumbbell(row.name, term, row.percent[figure], None)
    others = tuple(other.mean for line in ours.others if (other := line.figure(figure)) is not None)
    measured, told = ours.line.figure(figure), ours.line.measured_with
    return Dumbbell(row.name, term, row.percent[figure], measured, told, others, ours.line)


def _terms(row: Row) -> str:
    return " + ".join(lesson.upper() for lesson in row.lessons)


def experiment_of(row: Row, draft: Experiment, schema: Schema) -> Experiment:
    """The draft made into what a row describes: recipe, net, lessons, known kinds, threshold, strangers.

    The paper prints no weights: they are the recipes' usual ones. Raises StopIteration without the recipe.
    """
    recipe = next(one for one in recipes(schema) if one.name == row.recipe)
    usual = {
        name: weight for one in recipes(schema) for name, weight in one.losses.items()
    } | recipe.losses
    steadying = {
        name: recipe.losses[name] for name in printed()["steadying"] if name in recipe.losses
    }
    weights = {lesson: usual.get(lesson, 1.0) for lesson in row.lessons} | steadying
    temperatures = printed()["temperatures"]
    losses = {
        name: Loss.model_validate(
            {"weight": weight}
            | ({"temperature": chosen_temperature(name)} if name in temperatures else {})
        )
        for name, weight in weights.items()
    }
    data = {"data.known": printed()["kinds"], "data.protocol": PAPERS_PROTOCOL}
    terms = f", {_terms(row)}" if len(row.lessons) > 1 else ""
    after = with_recipe(draft, recipe, schema).model_copy(
        update={"losses": losses, "name": f"{row.name}{terms}"}
    )
    return after.with_values(**{"open_set.threshold": THRESHOLD, **data})
