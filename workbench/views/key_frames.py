"""Four pictures of one mixing, from apart to dealt; pressing one goes there."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from engine.orbit import Floats
from engine.picture import splat, usual_radius
from workbench import theme
from workbench.background import in_background
from workbench.kit.paint import focus_ring, focused, painter_of, panel
from workbench.models.mixture import STOPS, Scene

TALL, LOW = 150, 112
_WORDS = 46.0
_ZOOM = 1.15


class KeyFrames(QWidget):
    """Emits chosen(time)."""

    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.frames = [KeyFrame(number) for number in range(1, len(STOPS) + 1)]
        self._shown: tuple[Scene, Floats] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        for frame, stop in zip(self.frames, STOPS, strict=True):
            row.addWidget(frame)
            frame.clicked.connect(lambda _=False, stop=stop: self.chosen.emit(stop))
        theme.changed().connect(self.draw)

    def set_words(self, words: Sequence[tuple[str, str]]) -> None:
        """A title and a line for each picture."""
        for frame, (title, line) in zip(self.frames, words, strict=True):
            frame.set_words(title, line)

    def set_time(self, time: float) -> None:
        """Mark the last stop that was reached."""
        reached = max(place for place, stop in enumerate(STOPS) if time >= stop - 1e-6)
        for place, frame in enumerate(self.frames):
            frame.setChecked(place == reached)

    def show_scene(self, scene: Scene, colors: Floats) -> None:
        """Draw the stops of a scene in these colours (M, 3)."""
        self._shown = scene, colors
        self.draw()

    def draw(self) -> None:
        """Draw again, in the background; what is there stays until then."""
        if self._shown is None:
            return
        for frame, stop in zip(self.frames, STOPS, strict=True):
            frame.draw(*self._shown, stop)


class KeyFrame(QAbstractButton):
    """A number, two lines of words, and a small picture of the scene at one time."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._line = number, ""
        self._picture = QImage()
        self._wanted = 0
        self._drawn: tuple[Scene, Floats, float] | None = None
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(150, 96)

    def set_words(self, title: str, line: str) -> None:
        """What is written under the picture."""
        self._line = line
        self.setText(title)
        self.setAccessibleName(f"{self._number} {title}: {line}")
        self.setToolTip(line)
        self.update()

    def draw(self, scene: Scene, colors: Floats, time: float) -> None:
        """Draw the scene in the background; only the newest wish is shown."""
        self._drawn = scene, colors, time
        self._wanted += 1
        ratio = self.devicePixelRatioF()
        size = (self._room().size() * ratio).toSize().expandedTo(QSize(8, 8))
        work = partial(_picture, scene, colors, time, size, not theme.is_dark())
        in_background(self, work, partial(self._take, self._wanted))

    def _take(self, wanted: int, picture: QImage) -> None:
        if wanted == self._wanted:
            self._picture = picture
            self.update()

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(8, 8, -8, -_WORDS)

    def nextCheckState(self) -> None:
        """Where the mixing is, not the click, says which picture is marked."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._drawn is not None:
            self.draw(*self._drawn)

    def sizeHint(self) -> QSize:
        return QSize(200, TALL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        on, over = self.isChecked(), self.underMouse()
        fill = "accentSoft" if on else "bg2" if over else "bg1"
        panel(painter, rect, theme.color(fill), theme.color("accent" if on else "line"), 12)
        if not self._picture.isNull():
            painter.drawImage(self._room(), self._picture)
        words = QRectF(14, rect.height() - _WORDS + 3, rect.width() - 22, 20)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("ink"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, middle, f"{self._number}  {self.text()}")
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink2"))
        line = painter.fontMetrics().elidedText(
            self._line, Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words.translated(QPointF(0, 18)), middle, line)
        if focused(self):
            focus_ring(painter, rect, 11)


def _picture(scene: Scene, colors: Floats, time: float, size: QSize, light_theme: bool) -> QImage:
    width, height = size.width(), size.height()
    pixels = splat(
        scene.at(time),
        colors,
        width,
        height,
        light_theme=light_theme,
        zoom=_ZOOM,
        radius_px=usual_radius(2 * len(scene.source), width, height),
        local=scene.light,
        frame=scene.frame,
    )
    format_ = QImage.Format.Format_RGBA8888
    return QImage(pixels.data, width, height, 4 * width, format_).copy()
