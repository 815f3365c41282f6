"""Run by test_every_word.py where the made-up language is spoken: no word that can be read is unmarked."""

import re
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication

from engine.bundled import bundled_run
from engine.compare.settings import settings_of
from engine.jobs import whole_schema
from engine.report import write_report
from engine.store import RunStore, summary
from tests.workbench.full_window import full_window, make_run, settled
from tests.workbench.made_demo import be_quick, lay_clouds
from tests.workbench.made_runs import ALIGNED
from tests.workbench.read_all import painted, texts, unmarked
from workbench import motion
from workbench.desk import Desk
from workbench.error_dialog import ErrorDialog
from workbench.leaving import LeavingDialog
from workbench.tour.tour import STEPS
from workbench.views.notes_dialog import NotesDialog
from workbench.views.trash_dialog import TrashDialog
from workbench.window import PLACES, Window

# Made by the tests, not by the program: kinds, runs, files and what stands in them.
NAMES = re.compile(
    r"(?i)Demo: (taught, with a way out|without a teacher)|\b[a-z ]+ \d{4}\b"
    r"|\b(bathtub|dresser|monitor|toilet)\b"
    r"|\b(ball|cone|night[_ ]stand|tube|ghost|lamp|bed|chair|sofa|table|desk|guitar|car|truck|cyclist|pedestrian"
    r"|simple shapes|joint|student|pictures|rooms|class|my_chair\S*)\b"
    r"|(an? )?(small|large) pink chair seen from the side"
    r"|^(small|large|pink|seen|from|the|side)$"
    r"|\w+…\S*"  # a name that is cut
    r"|\d{8}-\d{6}-\S+|\S*[/\\]\S*|\w+\.\w{2,4}\b|\b\w+_\w+\b"
)

_ROOMS = {
    "task": "detect", "map25": 0.5, "map50": 0.4, "recall25": 0.6, "scenes": 3, "along_axes": 2,
    "per_class": {"bed": {"ap25": 0.5, "ap50": 0.4, "recall25": 0.6, "truths": 3}},
    "model": "best", "checkpoint": "step-60",
}  # fmt: skip
_CLASSROOM = {
    "task": "classroom", "ap50": 0.5, "depth_error": 0.1, "depth_error_learnt": 0.1, "frames": 4,
    "r2/laser": 0.4, "per_thing": {"car": {"ap50": 0.5, "ap": 0.4, "recall": 0.5, "truths": 3}},
    "listening": {"laser": {"shapley": 0.1, "drop": 0.1, "drop_zero": 0.1, "drop_shuffle": 0.1}},
    "model": "last", "checkpoint": "step-60",
}  # fmt: skip


@pytest.fixture
def window(tmp_path, qtbot):
    shown = full_window(tmp_path, qtbot)
    yield shown
    shown.desk.live.attached = False
    shown.close()


def test_that_every_word_of_every_page_was_looked_up(window, qtbot):
    found: list[str] = []
    for place in PLACES:
        with painted() as words:
            settled(window, place.key, qtbot)
        found += _unmarked(place.key, [*texts(window), *words])
    assert not found, "\n".join(found)


def test_that_every_word_of_every_dialog_was_looked_up(window, qtbot):
    habits = window.habits
    found: list[str] = []
    for opens in (
        habits.show_palette,
        lambda: habits.show_sheet(0),
        lambda: habits.show_sheet(1),
        habits.show_settings,
        habits.show_doctor,
        LeavingDialog(window, "Joint").open,
        _trash(window).open,
        NotesDialog(window.desk, window.desk.store.runs()[0], window).open,
        _trouble(qtbot).open,
    ):
        with painted() as words:
            opens()
            qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
            dialog = QApplication.activeModalWidget()
            qtbot.wait(300)
        found += _unmarked(type(dialog).__name__, [*texts(dialog), *words])
        dialog.close()
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert not found, "\n".join(found)


def test_that_every_word_of_a_story_was_looked_up(window, qtbot):
    found: list[str] = []
    settled(window, "openset", qtbot)  # its run is the one that is told
    with painted() as words:
        window.present()
        show = window.presenter.show
        qtbot.waitUntil(lambda: show.tale is not None, timeout=20_000)
        for place in range(len(show.tale.slides)):
            show.go(place)
            qtbot.wait(150)
            found += _unmarked(f"slide {place}", texts(show))
    found += _unmarked("slides", words)
    window.presenter.leave()
    assert not found, "\n".join(found)


def test_that_every_word_of_the_demo_was_looked_up(qtbot, monkeypatch):
    motion.reduce(True)
    be_quick(monkeypatch)
    lay_clouds()
    window = Window()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    with qtbot.waitExposed(window):
        window.show()
    window.furnish(Desk(session="thread"))
    found: list[str] = []
    window.start_demo()
    for place in range(len(STEPS)):
        found += _step(window, place, qtbot)
    qtbot.waitUntil(lambda: not window.tour.going)
    found += _unmarked("its end", texts(window.toasts))
    window.desk.close()
    assert not found, "\n".join(found)


def test_that_every_word_of_a_message_was_looked_up(window, qtbot):
    desk, found = window.desk, []
    run = desk.shelf.runs[0].path
    for act in (
        partial(desk.ask, "pause"),
        partial(desk.rename, run, "Ghost"),
        partial(desk.set_known, ("ball",)),
        partial(desk.forget, run),
    ):
        for banner in window.toasts.banners():
            banner.close_button.click()
        act()
        qtbot.waitUntil(lambda: bool(window.toasts.banners()), timeout=10_000)
        found += _unmarked("message", texts(window.toasts))
    assert not found, "\n".join(found)


def test_that_every_word_of_a_report_was_looked_up(tmp_path, qtbot):
    store = RunStore()
    runs = [
        store.open(bundled_run(store)),
        make_run("Pictures", "align", ALIGNED, "shapes_views"),
        make_run("Rooms", "detect", _ROOMS, "rooms"),
        make_run("Class", "classroom", _CLASSROOM, "streets"),
    ]
    schema, target = whole_schema(), tmp_path / "report.html"
    for chosen in (*([run] for run in runs), runs):
        write_report(chosen, target, schema)
        page = re.sub(r"(?s)<style>.*?</style>|<code>.*?</code>", "", target.read_text("utf-8"))
        aloud = re.findall(r'aria-label="([^"]*)"', page)
        left = set(unmarked(" ".join((page, *aloud)), NAMES).split())
        assert left <= set().union(*(_typed(run, schema) for run in chosen))


def _typed(run, schema):
    """Words that a run was given, or that stand for packages: they are shown as they are typed."""
    values = [run.name, *settings_of(summary(run), schema).values()]
    return {"Demo", "with", "safetensors"} | set(re.findall(r"[^\W\d_]{2,}", repr(values)))


def _step(window, place, qtbot):
    """All that a step says until the next one comes."""
    tour, read = window.tour, []

    def here():
        return tour.going and tour.place == place

    qtbot.waitUntil(lambda: here() and tour._entered, timeout=30_000)

    def next_step():
        return tour.overlay.callout.next

    while here():
        qtbot.waitUntil(lambda: not here() or next_step().isEnabled(), timeout=30_000)
        with painted() as words:
            qtbot.wait(150)
        if here():
            read += [*texts(tour.overlay), *words]
            next_step().click()
    return _unmarked(f"step {place + 1}", read)


def _trash(window):
    """With a run in it, and asked whether to empty it."""
    store = window.desk.store
    store.discard(store.runs()[-1].path)
    dialog = TrashDialog(window.desk, window)
    dialog.empty.click()
    return dialog


def _trouble(qtbot):
    dialog = ErrorDialog()
    qtbot.addWidget(dialog)
    dialog.setModal(True)
    dialog.add("ghost", "", 2)
    dialog.hide()
    return dialog


def _unmarked(where, read):
    return [
        f"{where}: {left}  «{text[:100]}»"
        for text in dict.fromkeys(read)
        if (left := unmarked(text, NAMES))
    ]
