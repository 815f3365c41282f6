"""What is said of a thing, and why: verdict, likeliest kinds, what spoke for it, the nearest known, those before."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Card, Text
from workbench.kit.paint import painter_of
from workbench.models import brought_words as words
from workbench.models.bringing import Bringing
from workbench.models.brought import Brought, shelf
from workbench.views.gallery import Gallery, GalleryTile
from workbench.views.lesson_bar import LessonBar
from workbench.views.region_bars import ROWS, RegionBars
from workbench.views.verdict import TopBars
from workbench.views.verdict_band import VerdictBand

ROOM_FOR_BEFORE = 835  # of the page's height
_ROOM_FOR_ROWS = 700
_COLUMNS = 4
_WAITS = {
    "looking": (words.LOOKING, say("The model is shown the thing.")),
    "teaching": (say("Teaching…"), say("A copy of the model learns the kind.")),
}


class AnswerCard(Card):
    """Follows a `Bringing`; `pointed` gives the number of a region that one points at, 0 for none."""

    pointed = Signal(int)

    def __init__(self, bringing: Bringing) -> None:
        super().__init__()
        self._bringing = bringing
        self.band, self.bars, self.regions = VerdictBand(), TopBars(), RegionBars()
        self.lesson = LessonBar(bringing)
        self.near = Gallery(say("Nearest it knows"), _COLUMNS, 1.36, lines=2)
        self.near.setSelectionMode(Gallery.SelectionMode.NoSelection)
        self.before = Gallery(say("Dropped before"), _COLUMNS, 1.1, lines=1)
        self._usual = Text("", "small", "ink3")
        self._gone = Text(
            say("Their data are not here: no pictures until they are."), "small", "ink3", wrap=True
        )
        self._former, self._why = QWidget(), QWidget()
        for part in (self._why, self.lesson):  # there is nothing to show before the first answer
            part.hide()
        self._room = 0
        self._lay_out()
        self.regions.pointed.connect(self.pointed)
        self.before.clicked.connect(lambda index: bringing.look_again(index.row()))
        self.before.activated.connect(lambda index: bringing.look_again(index.row()))
        bringing.answered.connect(self._show)
        bringing.pictured.connect(self._show_near)
        bringing.kept_changed.connect(self._judge)
        bringing.working.connect(self._wait)
        bringing.failed.connect(lambda _: self._judge())
        self.band.say("wait", *_WAITS["looking"])

    def set_room(self, height: int) -> None:
        """So much height there is: where that is little, what was dropped before is left out, then rows."""
        self._room = height
        self._former.setVisible(height >= ROOM_FOR_BEFORE and len(self._bringing.before) > 1)
        self.regions.set_rows(ROWS - (height < _ROOM_FOR_ROWS) - (height < _ROOM_FOR_ROWS - 32))
        for gallery in (self.near, self.before):
            gallery.resize(self.width() - 32, gallery.height())
            gallery.setFixedHeight(gallery.cell_size().height() - 10)

    def _lay_out(self) -> None:
        for gallery in (self.near, self.before):
            gallery.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        why = QVBoxLayout(self._why)
        why.setContentsMargins(0, 0, 0, 0)
        why.setSpacing(8)
        for part in (self.bars, _Line(), self.regions, _Line()):
            why.addWidget(part)
        why.addLayout(_heading(say("Nearest it knows"), self._usual))
        why.addWidget(self.near)
        why.addWidget(self._gone)
        former = QVBoxLayout(self._former)
        former.setContentsMargins(0, 0, 0, 0)
        former.setSpacing(8)
        former.addWidget(_Line())
        former.addLayout(
            _heading(say("Dropped before"), Text(say("click to look again"), "small", "ink3"))
        )
        former.addWidget(self.before)
        self.body.addWidget(self.band)
        self.body.addWidget(self._why)
        self.body.addWidget(self._former)
        self.body.addStretch(1)
        self.body.addWidget(self.lesson)
        self.body.setSpacing(8)

    def _show(self) -> None:
        brought = self._bringing.now
        if brought is None:
            return
        self._judge()
        for part in (self._why, self.lesson):
            part.show()
        line = brought.threshold if brought.on_scale else None
        self.bars.set_top(brought.top, line, brought.none)
        self.regions.show_answer(brought)
        self._usual.setText(words.usual(brought))
        self._show_near()
        former = self._bringing.before
        things = shelf([(one.points, one.file.name) for one in former])
        self.before.show_tiles(things, [_former(place, one) for place, one in enumerate(former)])
        self.set_room(self._room)

    def _show_near(self) -> None:
        brought = self._bringing.now
        if brought is None:
            return
        self._gone.setVisible(brought.clouds is None)
        self.near.setVisible(brought.clouds is not None)
        self.near.show_tiles(
            brought.clouds, [_near(place, brought) for place in range(len(brought.near))]
        )

    def _judge(self) -> None:
        """Say again what was said last."""
        brought, kind = self._bringing.now, self._bringing.corrected
        if brought is None:
            return
        said, meaning = words.verdict(brought)
        if kind:
            self.band.say("told", said, words.you_said(kind))
        else:
            self.band.say("unknown" if brought.said is None else "known", said, meaning)

    def _wait(self, what: str) -> None:
        if what:
            self.band.say("wait", *_WAITS[what])


def _near(place: int, brought: Brought) -> GalleryTile:
    near = brought.near[place]
    away = say("{distance:.2f} away", distance=near.distance)
    return GalleryTile(place, near.label, away, words.plain(near.kind))


def _former(place: int, one: Brought) -> GalleryTile:
    token = "unknown" if one.said is None else "ink"
    return GalleryTile(place, one.color, "", words.short_verdict(one), token)


def _heading(title: str, more: Text) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(Text(title, "h2", elide=True), 1)
    row.addWidget(more)
    return row


class _Line(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(9)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter_of(self).fillRect(QRectF(0, 4, self.width(), 1), theme.color("line"))
