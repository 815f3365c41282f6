"""The one window: rail, a stack of pages built on first visit, actions; no logic of its own."""

import importlib
import logging
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QByteArray, Qt, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QIcon,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QUndoStack,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from engine.words import say
from workbench import prefs, theme
from workbench.deeds import Deed
from workbench.focus_frame import FocusFrame
from workbench.habits import Habits
from workbench.kit.drop_edge import DropEdge
from workbench.kit.empty_state import EmptyState
from workbench.kit.scrim import Scrim
from workbench.leaving import WayOut
from workbench.rail import Place, Rail, paint_logo
from workbench.reading_order import put_in_reading_order
from workbench.session import Session
from workbench.toasts import Toasts

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.pages.page import Page
    from workbench.present.presenter import Presenter
    from workbench.tour.tour import Tour

PLACES = (
    Place(
        "home",
        say("Home"),
        "home",
        "",
        "workbench.pages.home:HomePage",
        say("runs, list, delete, remove, rename, trash, notes, tags"),
    ),
    Place(
        "data",
        say("Data"),
        "cube",
        say("Explore"),
        "workbench.pages.data:DataPage",
        say("dataset, clouds, points, kinds, classes, look"),
    ),
    Place(
        "mixtures",
        say("Mixtures"),
        "shuffle",
        say("Explore"),
        "workbench.pages.mixtures:MixturesPage",
        say("pseudo-open-set, pretend, augment"),
    ),
    Place(
        "setup",
        say("Set-up"),
        "sliders",
        say("Teach"),
        "workbench.pages.setup:SetupPage",
        say("train, recipe, configure, hyperparameters, distil"),
    ),
    Place(
        "training",
        say("Training"),
        "curve",
        say("Teach"),
        "workbench.pages.training:TrainingPage",
        say("learn, progress, loss, curves, speed, log"),
    ),
    Place(
        "openset",
        say("Open set"),
        "openset",
        say("Inspect"),
        "workbench.pages.openset:OpenSetPage",
        say(
            "unknown, novelty, rejection, strangers, threshold, out-of-distribution, ood, roc, confusion "
            "matrix"
        ),
    ),
    Place(
        "concepts",
        say("Concepts"),
        "bulb",
        say("Inspect"),
        "workbench.pages.concepts:ConceptsPage",
        say("ideas, tokens, attention, heads"),
    ),
    Place(
        "classroom",
        say("Classroom"),
        "classroom",
        say("Inspect"),
        "workbench.pages.classroom:ClassroomPage",
        say("camera, lidar, laser, distance, depth, attack"),
    ),
    Place(
        "compare",
        say("Compare"),
        "bars",
        say("Inspect"),
        "workbench.pages.compare:ComparePage",
        say("table, export, csv, report, paper, seeds, confusion matrix, download results"),
    ),
    Place(
        "scenes",
        say("Scenes"),
        "room",
        say("Inspect"),
        "workbench.pages.scenes:ScenesPage",
        say("rooms, boxes, detect, segment, parts"),
        "Ctrl+0",
    ),
    Place(
        "bring",
        say("Bring your own"),
        "upload",
        say("Inspect"),
        "workbench.pages.bring:BringPage",
        say("scan, mesh, phone, predict, classify, drop, teach"),
        "Ctrl+B",
    ),
)
SMALLEST = (1280, 720)
WIDE_FROM = 1400
_log = logging.getLogger(__name__)


@runtime_checkable
class Starter(Protocol):
    """A page that can start a run."""

    def start(self) -> None:
        """Start it, or say why not."""


class Window(QMainWindow):
    """Painted empty first, which `painted` tells; `furnish` gives it the desk and the first page."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.desk: Desk | None = None
        self.tour: Tour | None = None
        self.presenter: Presenter | None = None
        self._pages: dict[str, QWidget] = {}
        self._blank = True
        self._offer = ""
        self.setWindowTitle("pcd-workbench")
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.rail = Rail(PLACES, _version())
        self.stack = QStackedWidget()
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self.stack, 1)
        self.setCentralWidget(middle)
        self.toasts = Toasts(self.stack)
        self.drop_edge = DropEdge(self)
        Scrim(self)
        self.way_out = WayOut(self, self.toasts)
        self.rail.chosen.connect(self.go)
        self.rail.theme_wanted.connect(self.switch_theme)
        theme.changed().connect(self._draw_icon)
        self._draw_icon()
        FocusFrame(self)
        self.session = Session(self)
        self.stack.currentChanged.connect(lambda _page: self.session.later.start())
        self._make_actions()
        self._restore()

    def furnish(self, desk: "Desk") -> None:
        """Connect the desk and show Home."""
        self.desk = desk
        desk.navigate.connect(self.go)
        desk.message.connect(self.toasts.say)
        desk.refused.connect(self._say_refused)
        desk.demo_wanted.connect(self.start_demo)
        desk.present_wanted.connect(self.present)
        desk.unsaid.connect(self.toasts.unsay)
        desk.saved.connect(self._offer_file)
        desk.left_behind.connect(partial(self._offer_page, "training"))
        desk.teacher_ready.connect(partial(self._offer_page, "setup"))
        for changed in (desk.data_changed, desk.draft_changed):
            changed.connect(self.toasts.outdate)
        desk.can_take_back.connect(self._offer_back)
        desk.runs_changed.connect(self._withdraw_offer)
        desk.live.changed.connect(self._follow_run)
        self.way_out.watch(desk)
        self._follow_run()
        self.session.begin(desk)
        self.go("home")

    def prepare_for_3d(self) -> None:
        """Become a native window that can show OpenGL, which Qt else makes anew at the first 3D view."""
        from PySide6.QtOpenGLWidgets import QOpenGLWidget

        place = self.pos()
        QOpenGLWidget(self).hide()
        if self.isVisible():
            self.move(place)

    def go(self, key: str) -> None:
        """Show a page, building it on its first visit."""
        if self.desk is None:
            return
        if key not in self._pages:
            self._pages[key] = self._build(key)
            self.stack.addWidget(self._pages[key])
        page = self._pages[key]
        if page is not self.stack.currentWidget():
            self.toasts.outdate()
        self.stack.setCurrentWidget(page)
        self.rail.set_current(key)
        self.toasts.set_aside(
            getattr(page, "buttons_at_right", 0), getattr(page, "sliders_below", None)
        )
        self.toasts.raise_()
        if hasattr(page, "shown"):
            page.shown()

    def start_demo(self) -> None:
        """Begin the guided demo, from its first step."""
        from workbench.tour.tour import Tour

        if self.desk is not None:
            self.tour = self.tour or Tour(self)
            self.tour.begin()

    def present(self) -> None:
        """Tell the story of the open run in large type, or leave that."""
        from workbench.present.presenter import Presenter

        self.presenter = self.presenter or Presenter(self)
        self.presenter.switch()

    def report(self) -> None:
        """Ask where, and write one HTML file about the open run; says so where there is none."""
        from workbench.present.presenter import NOTHING, open_run
        from workbench.report_file import ask_report

        if self.desk is None:
            return
        run = open_run(self, self.desk)
        if run is None:
            self.desk.message.emit("info", NOTHING)
        else:
            ask_report(self.desk, self, [run])

    def page(self, key: str) -> QWidget | None:
        """A page that was built already."""
        return self._pages.get(key)

    def shown_key(self) -> str:
        """The key of the page on show; empty before there is one."""
        shown = self.stack.currentWidget()
        return next((key for key, page in self._pages.items() if page is shown), "")

    def has_page(self, key: str) -> bool:
        """Whether there is a page of this key, built or not."""
        return any(place.key == key for place in PLACES)

    def switch_theme(self) -> None:
        """Dark to light and back, remembered."""
        theme.use("light" if theme.is_dark() else "dark")
        prefs.put("theme", theme.preference())

    def _build(self, key: str) -> "Page | QWidget":
        module, _, name = next(place.target for place in PLACES if place.key == key).partition(":")
        try:
            page: Page = getattr(importlib.import_module(module), name)(self.desk)
        except Exception:  # noqa: BLE001  one broken page must not take the others along
            _log.exception("The page %s could not be built", key)
            return EmptyState(
                "warning",
                say("This page could not be opened"),
                say("Nothing you have made is harmed. The log says what went wrong."),
            )
        return page

    def _make_actions(self) -> None:
        for number, place in enumerate(PLACES, start=1):
            keys = place.keys or f"Ctrl+{number}"
            self._add_action(f"{place.name} | {place.also}", keys, partial(self.go, place.key))
        self._add_action(
            say("Open data | load, import, folder, file, dataset"), "Ctrl+O", self._open
        )
        self._add_action(
            say("Set up a run | train, new, experiment, recipe"), "Ctrl+N", lambda: self.go("setup")
        )
        self._add_action(say("Start learning | train, run, begin, fit"), "Ctrl+Return", self._start)
        self._add_action(
            say("Dark or light | theme, night, day, colours"), "Ctrl+T", self.switch_theme
        )
        self._add_action(say("Take the last step back | undo, restore"), "Ctrl+Z", self._undo)
        self._add_action(say("Take the step again | redo"), "Ctrl+Shift+Z", self._redo)
        self._add_action(
            say("Present the open run | slides, show, story, talk"), "F5", self.present
        )
        self._add_action(
            say("Write a report of the open run… | html, share, save, print"), "Ctrl+R", self.report
        )
        self._add_action(
            say("Finish now, keep the result | stop, end, cancel, training"), "Ctrl+.", self._stop
        )
        self.habits = Habits(self)
        self._add_action(
            say("Start the demo | tour, guide, tutorial, example, help"), "", self.start_demo
        )
        self._add_action(say("Quit | exit, close, leave"), "Ctrl+Q", self.close)

    def _add_action(self, text: str, keys: str, do: Callable[[], object]) -> None:
        Deed(self, text, keys, do)

    def _open(self) -> None:
        from workbench.opening import offer

        if self.desk is not None:
            offer(self, self.desk, self.stack)

    def _start(self) -> None:
        # Set-up starts its draft, or says why it cannot.
        self.go("setup")
        setup = self._pages.get("setup")
        if isinstance(setup, Starter):
            setup.start()

    def _stop(self) -> None:
        if self.desk is not None and self.desk.live.alive:
            self.desk.ask("finish")

    def _undo(self) -> None:
        steps = getattr(self.stack.currentWidget(), "undo", None)
        if isinstance(steps, QUndoStack):
            steps.undo()
        elif self.desk is not None:
            self.desk.restore()

    def _redo(self) -> None:
        steps = getattr(self.stack.currentWidget(), "undo", None)
        if isinstance(steps, QUndoStack):
            steps.redo()

    def _say_refused(self, sentence: str) -> None:
        """Where the page has a place for it; else as any other message."""
        tell = getattr(self.stack.currentWidget(), "say_refused", None)
        (tell or partial(self.toasts.say, "bad"))(sentence)

    def _offer_file(self, sentence: str, path: Path) -> None:
        url = QUrl.fromLocalFile(str(path))
        word = say("Open folder") if path.is_dir() else say("Open")
        self.toasts.say("good", sentence, word, lambda: QDesktopServices.openUrl(url))

    def _offer_page(self, key: str, sentence: str) -> None:
        self.toasts.say("info", sentence, say("Show it"), lambda: self.go(key))

    def _offer_back(self, sentence: str) -> None:
        assert self.desk is not None
        self.toasts.unsay(self._offer)
        self._offer = sentence
        self.toasts.say("info", sentence, say("Take it back"), self.desk.restore)

    def _withdraw_offer(self) -> None:
        if self.desk is not None and not self.desk.can_restore:
            self.toasts.unsay(self._offer)

    def _follow_run(self) -> None:
        assert self.desk is not None
        live = self.desk.live
        self.rail.set_alive("training", live.alive)
        self.rail.meter.set_device(live.started.device if live.alive and live.started else "")

    def _draw_icon(self) -> None:
        picture = QPixmap(128, 128)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_logo(painter, picture.rect().toRectF().adjusted(6, 6, -6, -6))
        painter.end()
        self.setWindowIcon(QIcon(picture))

    def _restore(self) -> None:
        wish = prefs.get("theme", "")
        if wish in ("dark", "light", "system"):
            theme.use(wish)
        if not self.restoreGeometry(prefs.get("geometry", QByteArray())):
            self.resize(1440, 900)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab, in the order the page is read now; during the demo in the order of its step."""
        guided = self.tour is not None and self.tour.going
        if not guided and (page := self.stack.currentWidget()) is not None:
            put_in_reading_order(page)
        return super().focusNextPrevChild(forward)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._blank:
            self._blank = False
            self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < WIDE_FROM)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.desk is not None and _dropped(event):
            event.acceptProposedAction()
            self.drop_edge.appear()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_edge.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        from workbench.dropping import take_dropped

        self.drop_edge.hide()
        if self.desk is not None:
            take_dropped(self.desk, _dropped(event))

    def closeEvent(self, event: QCloseEvent) -> None:
        """The one way out. A run that is going on is asked about first."""
        if not self.way_out.is_open():
            event.ignore()
            return
        prefs.put("geometry", self.saveGeometry())
        self.session.keep()
        self.hide()  # at once: the engines may take a moment to leave
        if self.desk is not None:
            self.desk.close()
        event.accept()


def _dropped(event: QDropEvent) -> list[Path]:
    """The files and folders that are dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _version() -> str:
    try:
        return version("pcd-workbench")
    except PackageNotFoundError:
        return "0.1.0"
