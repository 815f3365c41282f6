"""Pictures of every page, dark and light, large and small: `python -m workbench.shots [FOLDER]`."""

import argparse
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from workbench import theme
from workbench.desk import Desk
from workbench.garbage import Collector
from workbench.pages.mixtures import MixturesPage
from workbench.window import PLACES, Window

SIZES = ((1440, 900), (1280, 720))
_SETTLE_MS = 1500
_DATA_MS = 120_000
_MIXING_MS = 8000  # the engine loads torch first


def main() -> int:
    """Open the window on what this computer has, take the pictures, close it again."""
    parser = argparse.ArgumentParser("shots", description="Saves a picture of every page.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("shots"))
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    Collector(app)
    theme.apply(app)
    window, desk = Window(), Desk()
    window.show()
    window.furnish(desk)
    desk.begin()
    _wait_for_data(desk)
    tested = [run for run in desk.shelf.runs if run.tested]
    for run in reversed(tested):
        desk.open_run(run.path)
    if tested:
        desk.show_run(tested[0].path)
        _wait(_SETTLE_MS)  # it is read in the background, and then goes to its page
    _deal(window)
    for choice in ("dark", "light"):
        theme.use(choice)
        for size in SIZES:
            _take(window, folder, size, choice)
    window.close()
    return 0


def _take(window: Window, folder: Path, size: tuple[int, int], choice: str) -> None:
    window.resize(*size)
    for number, place in enumerate(PLACES, start=1):
        window.go(place.key)
        _wait(_SETTLE_MS)
        for banner in window.toasts.banners():
            banner.close_button.click()
        name = f"{number}_{place.key}_{choice}_{size[0]}x{size[1]}.png"
        window.grab().save(str(folder / name))


def _deal(window: Window) -> None:
    """Take the pictures of Mixtures when the new clouds are dealt."""
    window.go("mixtures")
    page = window.page("mixtures")
    if isinstance(page, MixturesPage):
        page.stage.frames.frames[-1].click()
        _wait(_MIXING_MS)


def _wait_for_data(desk: Desk) -> None:
    loop = QEventLoop()
    desk.data_changed.connect(loop.quit)
    desk.data_problem.connect(loop.quit)
    QTimer.singleShot(_DATA_MS, loop.quit)
    if desk.clouds is None:
        loop.exec()


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
