"""Three curves of every threshold in one card, and other runs beside the one on screen."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu

from engine.words import say
from workbench.kit import IconButton, Segmented
from workbench.models.course import KINDS, course, place
from workbench.models.points import Points
from workbench.models.rivals import MOST, Rival
from workbench.models.sheets import curve_sheet
from workbench.models.threshold import ThresholdModel
from workbench.views import curves_view
from workbench.views.curves_view import CurvesView
from workbench.views.plot_card import PlotCard
from workbench.views.rival_table import LOOKS, RivalRow, RivalTable

_FULL = say("At most {most} runs are drawn beside this one.", most=MOST)


class CurvesCard(PlotCard):
    """Follows a threshold model, and moves it when the point is dragged. `wanted` names runs to draw as well."""

    wanted = Signal(object)  # paths

    def __init__(self, model: ThresholdModel) -> None:
        self._model = model
        self.view = CurvesView()
        super().__init__(say("Every threshold at once"), "", self.view, lambda: curve_sheet(model))
        self._rivals: Sequence[Rival] = ()
        self.others: Callable[[], dict[Path, str]] = dict
        self.kinds = Segmented(["OSCR", "ROC", say("Risk")])
        for place_, words in enumerate(_ABOUT):
            self.kinds.option(place_).setToolTip(words)
        self.beside = IconButton("plus", say("Draw other runs beside this one"), 26)
        self.table = RivalTable()
        self.below.addWidget(self.kinds)
        self.below.addStretch(1)
        self.below.addWidget(self.beside)
        self.body.addWidget(self.table)
        self.kinds.changed.connect(lambda _index: self.replace())
        self.beside.clicked.connect(self._open_runs)
        self.table.locked.connect(lambda _on: self.follow())
        self.table.removed.connect(self._remove)
        self.view.valueChanged.connect(self._moved)
        self.view.sliderReleased.connect(model.commit)
        model.replaced.connect(self.replace)
        model.changed.connect(self.follow)

    def set_rivals(self, rivals: Sequence[Rival]) -> None:
        """Draw these as well."""
        self._rivals = rivals
        self.view.keyed = not rivals
        self.table.setVisible(bool(rivals))
        if self._model.ready:
            self.replace()

    def replace(self) -> None:
        """Another curve."""
        self.view.set_course(course(KINDS[self.kinds.index], self._model.now))
        self.refresh()
        self.follow()

    def follow(self) -> None:
        """The threshold moved."""
        model, kind = self._model, KINDS[self.kinds.index]
        here = model.point()
        x, y = place(kind, here)
        self.view.setValue(model.step)
        self.view.set_point(float(x[0]), float(y[0]))
        if not self._rivals:
            self.view.set_rivals(())
            return
        let_in = float(here.let_in[0])
        found = [rival.point(let_in if self.table.same else None) for rival in self._rivals]
        self._draw_rivals(found)
        rows = [_row(rival.name, at) for rival, at in zip(self._rivals, found, strict=True)]
        self.table.show_rows([_row(say("This run"), here), *rows])

    def menu_of_runs(self) -> QMenu:
        """The other tested runs, those that are drawn checked."""
        menu, drawn = QMenu(self), [rival.path for rival in self._rivals]
        menu.setToolTipsVisible(True)
        runs = self.others()
        for path, name in runs.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(path in drawn)
            action.setEnabled(path in drawn or len(drawn) < MOST)
            action.setToolTip("" if action.isEnabled() else _FULL)
            action.triggered.connect(partial(self._toggle, path))
        if not runs:
            menu.addAction(say("There is no other tested run.")).setEnabled(False)
        return menu

    def _draw_rivals(self, found: Sequence[Points]) -> None:
        kind = KINDS[self.kinds.index]
        lines = []
        for (token, dash), rival, at in zip(LOOKS[1:], self._rivals, found, strict=False):
            curve, (x, y) = course(kind, rival.counted), place(kind, at)
            if curve.y.size:
                point = float(x[0]), float(y[0])
                lines.append(curves_view.Rival(curve.x, curve.y, point, token, dash))
        self.view.set_rivals(lines)

    def _moved(self, step: int) -> None:
        if step != self._model.step:
            self._model.set_step(step)
            if not self.view.isSliderDown():
                self._model.commit()

    def _toggle(self, path: Path) -> None:
        drawn = [rival.path for rival in self._rivals]
        rest = [other for other in drawn if other != path]
        self.wanted.emit(rest if path in drawn else [*drawn, path])

    def _remove(self, row: int) -> None:
        self._toggle(self._rivals[row].path)

    def _open_runs(self) -> None:
        menu = self.menu_of_runs()
        corner = self.beside.mapToGlobal(self.beside.rect().bottomRight())
        menu.exec(corner - QPoint(menu.sizeHint().width() - 1, -4))
        menu.deleteLater()


def _row(name: str, at: Points) -> RivalRow:
    return RivalRow(name, float(at.let_in[0]), float(at.right[0]), float(at.kept[0]))


_ABOUT = (
    say("Known kept and right against strangers let in (open-set classification rate)"),
    say("Known kept against strangers let in (receiver operating characteristic)"),
    say("How many of the names are wrong when only the surest get one (risk-coverage)"),
)
