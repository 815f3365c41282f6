"""The charts of Open set as numbers: to read as a table, and to keep as a file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.metrics.open_set import STEPS
from engine.words import say
from workbench.models.threshold import ThresholdModel

_FIGURES = ("acc_closed", "acc_open", "acc_total", "f_measure", "f_macro", "f_known_macro")
_COUNTS = ("correct_closed", "n_closed", "rejected_open", "n_open")
_SHARES = ("let_in", "right", "kept", "coverage", "risk")
_SPOKEN = (
    say("strangers let in"),
    say("known kept and right"),
    say("known kept"),
    say("coverage"),
    say("risk"),
)


@dataclass(frozen=True)
class Sheet:
    """Named columns, and rows of words and numbers; NaN where something was not measured."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str | float, ...]]

    def csv(self) -> str:
        """The same as comma-separated values; what was not measured is left empty."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([["" if cell != cell else cell for cell in row] for row in self.rows])
        return text.getvalue()


def sweep_sheet(model: ThresholdModel) -> Sheet:
    """Every step with all its figures."""
    steps, shares = model.now.scale.values, model.now.points
    rows: list[tuple[str | float, ...]] = []
    for step in range(STEPS + 1):
        found = model.figures_at(step)
        rows.append(
            (
                float(steps[step]),
                *(found[name] for name in _FIGURES),  # type: ignore[literal-required]
                found["f_binary"],
                *(found["counts"][name] for name in _COUNTS),
                *(float(getattr(shares, name)[step]) for name in _SHARES),
            )
        )
    return Sheet(("threshold", *_FIGURES, "f_binary", *_COUNTS, *_SHARES), rows)


def curve_sheet(model: ThresholdModel) -> Sheet:
    """Where every step is on the three curves."""
    shares = model.now.points
    columns = [model.now.scale.values, *(getattr(shares, name) for name in _SHARES)]
    table = np.stack(columns, 1)
    return Sheet((say("threshold"), *_SPOKEN), [tuple(row) for row in table.tolist()])


def matrix_sheet(model: ThresholdModel) -> Sheet:
    """Who is taken for whom at the threshold, in counts."""
    names = [*(kind.replace("_", " ") for kind in model.predictions.known), say("stranger")]
    rows = [(name, *row) for name, row in zip(names, model.table().tolist(), strict=True)]
    said = [say("called {name}", name=name) for name in names[:-1]]
    return Sheet((say("what it is"), *said, say("turned away")), rows)
