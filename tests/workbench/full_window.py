"""A whole window with something to see on every page, made of small made files; the engine is never started."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import classroom_answers, concept_maps, scene_answers
from engine.datasets import write_cache
from engine.deal import deal
from engine.events import Finished, Metric, Started
from engine.experiment import Choice, Data, Experiment
from engine.jobs import Mixing, whole_schema
from engine.predictions import write
from engine.store import Run, RunStore
from tests.workbench import made_concepts, made_predictions
from tests.workbench.made_answers import value
from tests.workbench.made_classrooms import made_classroom
from tests.workbench.made_clouds import made_clouds
from tests.workbench.made_runs import ALIGNED
from tests.workbench.made_scenes import made_rooms
from workbench import background, motion
from workbench.desk import Desk
from workbench.window import Window

RESULTS = {
    "acc_closed": 0.8, "acc_open": 0.4, "acc_total": 0.55, "f_measure": 0.6, "auroc": 0.8,
    "acc_known_no_threshold": 0.87, "threshold": 0.45,
    "counts": {"n_closed": 20, "correct_closed": 16, "n_open": 40, "rejected_open": 16},
}  # fmt: skip


class AnsweringDesk(Desk):
    """Asks no process: mixtures are dealt at once, everything else it is asked has no answer."""

    def mix(self, mixing: Mixing, answer) -> None:
        answer(deal(mixing))

    def describe(self, experiment, answer) -> None:
        answer({"parameters": 1, "macs_per_point": 1})

    def examine(self, experiment, answer, phase, if_prepared=False) -> None:
        answer({"checks": None})

    def ask_about(self, asking, answer) -> None:
        answer(value(asking.file, asking.run, run_name="Student"))


def full_window(folder: Path, qtbot: QtBot) -> Window:
    """On screen, furnished, with a run of every kind opened and data laid on the desk."""
    runs = [make_run("Joint", "joint"), make_run("Student", "student")]
    found = made_predictions.with_clouds(made_predictions.made(threshold=0.45), folder)
    for run in runs:
        write(run.predictions_path, found)
    pictures = make_run("Pictures", "align", ALIGNED, "shapes_views")
    concept_maps.write_concept_maps(
        pictures.path / concept_maps.NAME,
        made_concepts.made(ideas=32, layers=3, heads=2, patches=24, per_kind=2, points=256),
    )
    rooms = make_run("Rooms", "detect", {"task": "detect", "map25": 0.5}, "rooms")
    scene_answers.write_scene_answers(
        rooms.path / scene_answers.NAME, made_rooms(rooms=3, points=3000, queries=40)
    )
    taught = made_classroom(frames=4)
    classroom = make_run("Class", "classroom", {"task": "classroom", **taught.figures}, "streets")
    classroom_answers.write_classroom_answers(classroom.path / classroom_answers.NAME, taught)
    motion.reduce(True)
    desk = AnsweringDesk(session="thread")
    desk.schema = whole_schema()
    window = Window()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    with qtbot.waitExposed(window):
        window.show()
    window.furnish(desk)
    _lay(desk, folder)
    for run in (*runs, pictures, rooms, classroom):
        desk.open_run(run.path)
    desk.show_run(runs[0].path)
    qtbot.waitUntil(lambda: desk.live.run is not None)
    _bring(window, folder / "my_chair.ply", qtbot)
    return window


def _bring(window: Window, thing: Path, qtbot: QtBot) -> None:
    """A thing is asked about, and answered."""
    window.desk.bring(thing)
    page = window.page("bring")
    qtbot.waitUntil(lambda: page.model.now is not None, timeout=10_000)
    window.go("home")


def _lay(desk: Desk, folder: Path) -> None:
    path = folder / "clouds.h5"
    clouds = made_clouds(points=256)
    write_cache(path, clouds)
    desk.clouds, desk.known = replace(clouds, source=path), clouds.known
    desk.data_changed.emit()
    desk.known_changed.emit()


def make_run(
    name: str, recipe: str, results: dict[str, object] = RESULTS, data: str = "shapes"
) -> Run:
    run = RunStore().create(Experiment(name=name, recipe=Choice(name=recipe), data=Data(name=data)))
    run.log.append(
        Started(
            name=name, recipe=recipe, device="cpu", threads=1, parameters=1000, epochs=12,
            steps_per_epoch=5, train=100, validation=10, known=["ball", "cone"], strangers=["ghost"],
            terms=["ce"], time=1000.0,
        )
    )  # fmt: skip
    for epoch in range(1, 13):
        values = {"loss": 2 / epoch, "loss/ce": 2 / epoch}
        values |= {"validation/accuracy": 1 - 0.8 / epoch, "watch/rejected": epoch / 20}
        run.log.append(Metric(step=epoch * 5, epoch=epoch, values=values, time=1000.0 + epoch))
    run.log.append(Finished(outcome="done", step=60, results=results, time=1013.0))
    return run


def settled(window: Window, key: str, qtbot: QtBot) -> None:
    """A page shown, what it reads in the background read, and painted."""
    window.go(key)
    for _ in range(2):  # what was read may ask for more
        qtbot.wait(_WAITS.get(key, 250) // 2)
        qtbot.waitUntil(lambda: not _busy(window), timeout=60_000)
    QApplication.processEvents()
    for banner in window.toasts.banners():
        banner.close_button.click()


def _busy(window: Window) -> bool:
    pools = window.findChildren(QThreadPool)
    return bool(background._counter._waiting) or any(pool.activeThreadCount() for pool in pools)


_WAITS = {
    "home": 900,
    "openset": 900,
    "concepts": 900,
    "classroom": 900,
    "scenes": 900,
    "mixtures": 900,
}
