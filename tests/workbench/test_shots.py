"""Pictures of every page: each in the size and the theme that its name tells."""

import sys
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from engine.predictions import write
from engine.store import RunStore
from tests.workbench.full_window import RESULTS, AnsweringDesk
from tests.workbench.made_predictions import made
from workbench import motion, shots
from workbench.window import PLACES


class _Desk(AnsweringDesk):
    """Prepares no data, and knows at once which runs there are."""

    def __init__(self) -> None:
        super().__init__(session="thread")

    def begin(self) -> None:
        self.shelf.runs = RunStore().runs()


def test_that_every_page_is_saved_dark_and_light_large_and_small(
    tmp_path, qapp, monkeypatch, make_run
):
    opened: list[Path] = []
    run = make_run("Tested", RESULTS)
    write(run.predictions_path, made(seed=1))
    monkeypatch.setattr(_Desk, "show_run", lambda _, path: opened.append(path))
    motion.reduce(True)
    monkeypatch.setattr(shots, "QApplication", lambda _: qapp)
    monkeypatch.setattr(shots, "Collector", lambda _: None)
    monkeypatch.setattr(shots, "Desk", _Desk)
    for wait in ("_SETTLE_MS", "_DATA_MS", "_MIXING_MS"):
        monkeypatch.setattr(shots, wait, 1)
    monkeypatch.setattr(sys, "argv", ["shots", str(tmp_path / "new")])
    assert shots.main() == 0
    assert opened == [run.path]
    found = {path.stem: QImage(str(path)).size() for path in (tmp_path / "new").iterdir()}
    assert found == {
        f"{number}_{place.key}_{choice}_{width}x{height}": QSize(width, height)
        for number, place in enumerate(PLACES, start=1)
        for choice in ("dark", "light")
        for width, height in ((1440, 900), (1280, 720))
    }
