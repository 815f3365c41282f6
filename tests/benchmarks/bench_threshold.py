"""How long a drag of the threshold takes: `python -m tests.benchmarks.bench_threshold [SAMPLES]`.

Prints medians; asserts nothing. Needs a screen (or xvfb-run).
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.metrics.open_set import confusion, decide, figures, sweep, thresholded
from engine.predictions import Predictions
from tests.benchmarks.figures import below
from workbench import theme
from workbench.desk import Desk
from workbench.gl_probe import probe
from workbench.pages.openset import OpenSetPage

KNOWN = 10
MOVES = 120
MANY = 100_000


def predictions(samples: int) -> Predictions:
    """Half known, half strangers, ten known kinds and a trained unknown."""
    generator = np.random.default_rng(0)
    labels = np.where(np.arange(samples) % 2, generator.integers(0, KNOWN, samples), KNOWN)
    logits = generator.normal(size=(samples, KNOWN + 1))
    logits[np.arange(samples), labels] += 2
    kinds = tuple(f"kind {letter}" for letter in "abcdefghijk")
    return Predictions(
        logits=logits.astype(np.float32),
        teacher_logits=None,
        features=np.zeros((samples, 1), np.float32),
        labels=labels.astype(np.int64),
        kind=labels.astype(np.int64),
        row=np.arange(samples),
        split=np.ones(samples, np.uint8),
        names=tuple(f"cloud {i}" for i in range(samples)),
        kinds=kinds,
        known=kinds[:-1],
        threshold=0.5,
        cache="",
    )


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of some calls."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return 1000 * statistics.median(spent)


def bench_look_up(samples: int) -> None:
    """One threshold by looking up against one from the logits."""
    found = predictions(samples)
    tables = sweep(found.logits, found.labels, "either", KNOWN)
    once = milliseconds(lambda: sweep(found.logits, found.labels, "either", KNOWN), 3)
    look_up = milliseconds(lambda: figures(tables[620], 0), 200)
    anew = milliseconds(lambda: thresholded(found.logits, found.labels, 0.62, "either", KNOWN), 7)
    assert (
        tables[620]
        == confusion(found.labels, decide(found.logits, 0.62, "either", KNOWN), KNOWN + 1)
    ).all()
    print(
        f"{samples:>9,} samples: counted once {once:7.1f} ms; then all figures {look_up:.3f} ms, "
        f"from logits {anew:8.2f} ms = {anew / look_up:,.0f} x"
    )
    if samples == MANY:
        below(f"threshold moved, all figures of {samples:,} samples", look_up, 0.1, "ms", 3)


def bench_drag(samples: int) -> None:
    """A real mouse move to the end of the repaint it causes, on the whole page."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    theme.apply(app)
    desk = Desk(session="thread")
    page = OpenSetPage(desk)
    page.resize(1252, 860)
    page._stack.setCurrentIndex(1)
    page.show()
    page.model.show(predictions(samples))
    for _ in range(20):
        app.processEvents()
        time.sleep(0.02)
    plot = page.card.plot
    places = [plot._x(share) for share in np.linspace(0.1, 0.95, MOVES)]
    send(plot, QEvent.Type.MouseButtonPress, places[0])
    spent, busy, looked_up = [], [], []
    for x in places:
        start, working = time.perf_counter(), time.process_time()
        send(plot, QEvent.Type.MouseMove, x)
        looked_up.append(time.perf_counter() - start)
        app.processEvents()
        spent.append(time.perf_counter() - start)
        busy.append(time.process_time() - working)
    send(plot, QEvent.Type.MouseButtonRelease, places[-1])
    ordered = sorted(1000 * value for value in spent)
    print(
        f"{samples:>9,} samples: move to repaint {statistics.median(ordered):.1f} ms, "
        f"p95 {ordered[int(0.95 * MOVES)]:.1f} ms, processor {1000 * statistics.median(busy):.1f} "
        f"ms; of which looking up and telling the views {1000 * statistics.median(looked_up):.1f} "
        f"ms. {probe().sentence}"
    )
    if samples == MANY:
        busy_ms = 1000 * statistics.median(busy)
        below(f"threshold dragged, all views of {samples:,} samples", busy_ms, 16, "ms")
    desk.close()
    page.deleteLater()


def send(plot: QWidget, kind: QEvent.Type, x: float) -> None:
    """A mouse event on the track, as the window system would send it."""
    place = QPointF(x, plot.height() - 44)
    left = Qt.MouseButton.LeftButton
    buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else left
    event = QMouseEvent(
        kind, place, plot.mapToGlobal(place), left, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(plot, event)


if __name__ == "__main__":
    wanted = [int(word) for word in sys.argv[1:] if word.isdigit() and int(word) > 99] or [
        2_500,
        MANY,
    ]
    for number in wanted:
        bench_look_up(number)
    for number in wanted:
        bench_drag(number)
