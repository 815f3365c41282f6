"""What every test of the window gets: the application dressed in the dark theme, and run folders to look at."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.concept_maps import NAME, write_concept_maps
from engine.events import Finished, Metric, Started
from engine.experiment import Choice, Data, Experiment
from engine.store import Run, RunStore
from tests.workbench.made_concepts import made
from tests.workbench.made_runs import ALIGNED
from workbench import background, gl_probe, motion, theme
from workbench.desk import Desk
from workbench.engine_thread import EngineThread
from workbench.garbage import Collector
from workbench.pages.run_page import RunPage
from workbench.views import thumbnails
from workbench.window import Window

_collectors: list[Collector] = []


def _traced(work: Callable[..., object]) -> Callable[..., object]:
    """Coverage is told of Python's own threads only; what a thread of Qt runs must tell it."""

    @wraps(work)
    def told(*args: object) -> object:
        sys.settrace(threading.gettrace())
        return work(*args)

    return told


if threading.gettrace() is not None:
    EngineThread.run = _traced(EngineThread.run)
    background._Counter._do = _traced(background._Counter._do)
    thumbnails._Drawing.run = _traced(thumbnails._Drawing.run)


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """Every test begins dark, and leaves no widget behind."""
    if not _collectors:
        theme.apply(qapp)
        _collectors.append(Collector(qapp))
    if not theme.is_dark():
        theme.use("dark")
    motion.forget()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    _collectors[0].collect()


@pytest.fixture
def picture() -> Callable[[QWidget], QImage]:
    """Draws a widget in true colours, whatever the depth of the screen is."""

    def draw(widget: QWidget) -> QImage:
        image = QImage(widget.size(), QImage.Format.Format_RGB32)
        image.fill(theme.color("bg0"))
        widget.render(image)
        return image

    return draw


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A desk whose engines are never started; many modules have one of their own."""
    desk = Desk(session="thread")
    yield desk
    desk.close()


@pytest.fixture
def shown(qtbot: QtBot, desk: Desk) -> Window:
    """A furnished window on screen, to which the keys go."""
    window = Window()
    qtbot.addWidget(window, before_close_func=lambda w: setattr(w.desk.live, "attached", False))
    if gl_probe.probe().chip:
        window.prepare_for_3d()  # else the first 3D view makes it anew
    window.resize(1440, 900)
    with qtbot.waitExposed(window):
        window.show()
    window.furnish(desk)
    with qtbot.waitActive(window):
        window.activateWindow()
    return window


@pytest.fixture
def open_run_page(desk: Desk, qtbot: QtBot) -> Callable[..., RunPage]:
    """Opens a page that looks at a file of runs, as the window would."""

    def build(page_class: type[RunPage], size: tuple[int, int] = (1252, 860)) -> RunPage:
        page = page_class(desk)
        qtbot.addWidget(page)
        page.resize(*size)
        page.show()
        qtbot.waitExposed(page)
        with qtbot.waitActive(page):  # its keys are heard only then
            page.activateWindow()
        page.shown()
        return page

    return build


MakeRun = Callable[..., Run]


@pytest.fixture
def make_run(own_home: Path) -> MakeRun:
    """Makes a run folder with the events of a run that got as far as it says."""

    def make(name: str, results: dict[str, object] | None = None, started: bool = True) -> Run:
        run = RunStore().create(Experiment(name=name))
        if started:
            run.log.append(_started(name))
            for epoch in (1, 2, 3):
                values = {"validation/accuracy": epoch / 4, "watch/rejected": epoch / 10}
                run.log.append(Metric(step=epoch * 5, epoch=epoch, values=values))
        if results is not None:
            run.log.append(Finished(outcome="done", step=15, results=results))
        return run

    return make


@pytest.fixture
def aligned_run(own_home: Path) -> Callable[[str], Run]:
    """Makes the folder of a run that learnt from pictures to its end."""

    def make(name: str) -> Run:
        experiment = Experiment(
            name=name, recipe=Choice(name="align"), data=Data(name="shapes_views")
        )
        run = RunStore().create(experiment)
        told = {"recipe": "align", "strangers": [], "terms": ["mse"], "teachers": ["built_in-1"]}
        run.log.append(_started(name).model_copy(update=told))
        for epoch in (1, 2, 3):
            values = {"r2": epoch / 10, "likeness": epoch / 8, "recall_1": epoch / 20}
            values = {f"validation/{key}": value for key, value in values.items()}
            run.log.append(Metric(step=epoch * 5, epoch=epoch, values=values))
        write_concept_maps(run.path / NAME, made(ideas=4, layers=2, heads=2, patches=12))
        run.log.append(Finished(outcome="done", step=15, results=ALIGNED))
        return run

    return make


def _started(name: str) -> Started:
    return Started(
        time=time.time(),
        name=name,
        recipe="student",
        device="cpu",
        threads=1,
        parameters=10,
        epochs=3,
        steps_per_epoch=5,
        train=10,
        validation=5,
        known=["bed", "chair"],
        strangers=["lamp"],
        terms=["ce"],
    )
