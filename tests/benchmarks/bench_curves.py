"""Live curves of 1,000,000 points that grow, drawn as the Training page draws it, against pyqtgraph as it comes.

In seconds of processor time from the new point to the end of the repaint. Needs a screen (or xvfb-run).
"""

import sys

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication

from tests.benchmarks.figures import against, below, busy, repeats
from workbench import theme
from workbench.models.curve import Curve
from workbench.views.curve_plot import CurvePlot, Line

POINTS = 1_000_000
LINES = 8
BUDGET = 66.0  # ms: curves are drawn 15 times a second at most


def main() -> None:
    """Tell the time of a redraw and the ratio."""
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    values = np.random.default_rng(0).normal(size=POINTS).cumsum() / 1e3
    curve = Curve()
    for step, value in enumerate(values):
        curve.append(step, step / 1e4, float(value))
    ours, plain = CurvePlot(), pg.PlotWidget()
    names = [f"line {number}" for number in range(LINES)]
    ours.set_lines([Line(name, name, "known") for name in names])
    lines = [plain.plot() for _ in names]
    for plot in (ours, plain):
        plot.resize(800, 300)
        plot.show()
    app.processEvents()
    at = [POINTS]

    def grow() -> None:
        curve.append(at[0], at[0] / 1e4, 0.0)
        at[0] += 1
        ours.draw(dict.fromkeys(names, curve), smooth=False)
        ours.grab()

    def usual() -> None:
        for line in lines:
            line.setData(curve.epochs, curve.values)
        plain.grab()

    against(f"{LINES} live curves of 1,000,000 points, a redraw", grow, usual, 15, repeats(5))
    times = sorted(busy(grow) for _ in range(30))
    below("the same, median", 1e3 * times[15], BUDGET, "ms")


if __name__ == "__main__":
    main()
