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
    losses_of,
    ours_1,
    ours_2,
    printed,
    table_1,
    table_2,
    why_not_2,
)
from engine.experiment import Experiment
from engine.words import say
from workbench.models.recipes import Schema, recipes, with_recipe

ACCURACY = "acc_known_no_threshold"
OTHER = "≠"


@dataclass(frozen=True)
class Dumbbell:
    """One row: `paper` in percent, `ours` as shares over the seeds of `line`, `told` names seeds, passes and device,
    `apart` which settings of it are not those of the row, `why` says why there is none of ours."""

    name: str
    term: str
    paper: float
    ours: Figure | None
    told: str = ""
    others: tuple[float, ...] = ()
    line: Line | None = None
    why: str = ""
    apart: tuple[str, ...] = ()

    @property
    def beside(self) -> str:
        """What ours was measured with, marked where other settings made it."""
        return f"{OTHER} {self.told}" if self.apart else self.told

    @property
    def ours_text(self) -> str:
        """Ours in percent, a dash for what was not measured."""
        return "–" if self.ours is None else self.ours.text

    def words(self) -> str:
        """The row for a screen reader."""
        who = f"{self.name}, {self.term}" if self.term else self.name
        if self.ours is None:
            return say(
                "{who}: paper {paper:.2f} %, ours: {why}",
                who=who,
                paper=self.paper,
                why=self.why or NOT_RUN,
            )
        more = (
            say("; {others} more with other settings, drawn faintly", others=len(self.others))
            if self.others
            else ""
        )
        apart = (
            say(". Other settings than the row’s: {apart}", apart="; ".join(self.apart))
            if self.apart
            else ""
        )
        return say(
            "{who}: paper {paper:.2f} %, ours {ours_text} %, {told}{more}{apart}",
            who=who,
            paper=self.paper,
            ours_text=self.ours_text,
            told=self.told,
            more=more,
            apart=apart,
        )


def rows_1(lines: Sequence[Line], schema: Schema) -> list[Dumbbell]:
    """Table 1: known kinds right without a threshold."""
    return [_dumbbell(row, ACCURACY, ours_1(row, lines, schema), _terms(row)) for row in table_1()]


def rows_2(lines: Sequence[Line], figure: str, protocol: str, schema: Schema) -> list[Dumbbell]:
    """Table 2: one of its four figures, ours met with strangers of one protocol."""
    found = [_dumbbell(row, figure, ours_2(row, lines, protocol, schema), "") for row in table_2()]
    return [
        one if one.ours else replace(one, why=why_not_2(row, lines, protocol))
        for one, row in zip(found, table_2(), strict=True)
    ]


def why_none(rows: Sequence[Dumbbell]) -> str:
    """What a dash among ours stands for, in one line; empty where there is none."""
    reasons = dict.fromkeys(row.why or NOT_RUN for row in rows if row.ours is None)
    return f"“–”: {say('; or ').join(reasons)}." if reasons else ""


def why_marked(rows: Sequence[Dumbbell]) -> str:
    """What the mark stands for, in one line; empty where nothing is marked."""
    return (
        say("“{other}”: other settings, named where you point.", other=OTHER)
        if any(r.apart for r in rows)
        else ""
    )


def _dumbbell(row: Row, figure: str, ours: Ours | None, term: str) -> Dumbbell:
    if ours is None:
        return Dumbbell(row.name, term, row.percent[figure], None)
    others = tuple(other.mean for line in ours.others if (other := line.figure(figure)) is not None)
    measured, told = ours.line.figure(figure), ours.line.measured_with
    return Dumbbell(
        row.name, term, row.percent[figure], measured, told, others, ours.line, apart=ours.apart
    )


def _terms(row: Row) -> str:
    return " + ".join(lesson.upper() for lesson in row.lessons)


def experiment_of(row: Row, draft: Experiment, schema: Schema) -> Experiment:
    """The draft made into what a row describes: recipe, net, lessons, known kinds, threshold, strangers.

    Raises StopIteration without the recipe.
    """
    recipe = next(one for one in recipes(schema) if one.name == row.recipe)
    data = {"data.known": printed()["kinds"], "data.protocol": PAPERS_PROTOCOL}
    terms = f", {_terms(row)}" if len(row.lessons) > 1 else ""
    after = with_recipe(draft, recipe, schema).model_copy(
        update={"losses": losses_of(row, schema), "name": f"{row.name}{terms}"}
    )
    return after.with_values(**{"open_set.threshold": THRESHOLD, **data})
