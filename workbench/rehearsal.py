"""The doctor's rehearsal: a tiny training, its checkpoint read back, and a frame in 3D, in a process of its own that
has its own place for everything, so that nothing of the user's is touched: `python -m workbench.rehearsal FOLDER`."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Timer

from engine.rehearsal import CHECKPOINT, TRAINING, Row
from engine.words import say
from workbench import display

DRAWING = say("A frame in 3D")
PARTS = (TRAINING, CHECKPOINT, DRAWING)
_LONGEST = 120.0  # seconds
_SIDE, _POINTS = 240, 400
_LEAST = 0.01  # of a picture’s pixels, that a drawn cloud colours


class Rehearsal:
    """One. `rows` may be called from any thread, and `cancel` from another."""

    def __init__(self) -> None:
        self.cancelled = False
        self._child: subprocess.Popen[str] | None = None

    def rows(self) -> list[Row]:
        """What came out of each part; none when it was cancelled. Takes a few seconds, two minutes at most."""
        try:
            with tempfile.TemporaryDirectory(
                prefix="pcd-rehearsal-", ignore_cleanup_errors=True
            ) as folder:
                lines, code = self._run(Path(folder))
        except OSError as error:
            why = say(
                "The rehearsal could not begin: {error}. Nothing of yours was touched.", error=error
            )
            return [
                (
                    "mend",
                    TRAINING,
                    say("{why} Make room in the folder for temporary files.", why=why),
                )
            ]
        return [] if self.cancelled else [*_complete(lines, code)]

    def cancel(self) -> None:
        """End it at once."""
        self.cancelled = True
        if self._child is not None:
            self._child.kill()

    def _run(self, folder: Path) -> tuple[list[str], int]:
        command = [sys.executable, "-m", "workbench.rehearsal", str(folder)]
        surroundings = os.environ | {"PCD_WORKBENCH_HOME": str(folder / "home")}
        self._child = child = subprocess.Popen(
            command,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        if self.cancelled:
            child.kill()
        end = Timer(_LONGEST, child.kill)
        end.start()
        try:
            out, _ = child.communicate()
        finally:
            end.cancel()
        return out.splitlines(), child.returncode


def _complete(lines: list[str], code: int) -> Iterator[Row]:
    """The rows of all parts; one that said nothing was not reached."""
    said: Mapping[str, Row] = {row[1]: row for row in map(_row, lines) if row}
    ended = False
    for part in PARTS:
        if part in said:
            yield said[part]
        elif not ended:
            ended = True
            why = say(
                "The rehearsal ended here (exit code {code}). Nothing of yours was touched.",
                code=code,
            )
            yield "mend", part, say("{why} A run might end in the same way.", why=why)
        else:
            yield "know", part, say("Not reached.")


def _row(line: str) -> Row | None:
    try:
        state, name, sentence = json.loads(line)
    except (ValueError, TypeError):
        return None
    return state, name, sentence


def draw() -> Row:
    """Draw a red ball as any 3D view would, and see whether the picture shows it."""
    problem = display.problem()
    if problem:
        return "know", DRAWING, say("Not tried, as no window can be shown.")
    import numpy as np
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from workbench import gl_probe
    from workbench.views import make_cloud_view

    app = QApplication.instance() or QApplication(sys.argv[:1])
    view = make_cloud_view()
    view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    view.resize(_SIDE, _SIDE)
    view.show()
    points = np.random.default_rng(7).normal(size=(_POINTS, 3)).astype(np.float32)
    view.show_cloud(points, np.tile(np.array([1, 0, 0], np.float32), (_POINTS, 1)))
    app.processEvents()
    picture = view.snapshot().scaled(_SIDE, _SIDE)
    colours = [picture.pixelColor(x, y) for x in range(_SIDE) for y in range(_SIDE)]
    red = sum(c.red() > 2 * max(c.green(), c.blue()) for c in colours) / len(colours)
    view.close()
    if red < _LEAST:
        words = say(
            "The picture came out empty. Newer graphics drivers may help; pages without 3D work."
        )
        return "mend", DRAWING, words
    return (
        "fine",
        DRAWING,
        say(
            "{points} points were drawn. {sentence}",
            points=_POINTS,
            sentence=gl_probe.probe().sentence,
        ),
    )


def main(folder: Path) -> int:
    """The child: one line for each part as soon as it is done."""
    from engine.rehearsal import rehearse

    for row in rehearse(folder):
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    sys.stdout.write(json.dumps(draw()) + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
