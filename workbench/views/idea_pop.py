"""A larger look at one idea, beside the tiles while one rests on it."""

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from engine.words import say
from workbench import theme
from workbench.kit.paint import painter_of, panel, rounded_picture
from workbench.models.concepts import ConceptModel
from workbench.views.idea_picture import Dye, picture_of
from workbench.views.thumbnails import Thumbnails

SIZE = QSize(252, 214)
_PICTURE = QRectF(8, 8, 236, 150)
_AWAY = 10


class IdeaPop(QWidget):
    """Lies over its page, left of the tiles, and never takes the mouse or the focus."""

    def __init__(self, model: ConceptModel, page: QWidget) -> None:
        super().__init__(page)
        self._model, self._idea = model, -1
        self._pictures = Thumbnails(self)
        self._pictures.ready.connect(self.update)
        self._words = ("", "")
        self.setFixedSize(SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        for changed in (model.pair_changed, model.map_changed):
            changed.connect(self.hide)

    def point_at(self, idea: int, tile: QRect, left: int) -> None:
        """Show an idea beside its tile, in global pixels, with the right edge before `left`; -1 goes away."""
        page = self.parentWidget()
        if idea < 0 or page is None:
            self.hide()
            return
        self._idea = idea
        self._words = self._say(idea)
        self.setAccessibleName(". ".join(self._words))
        corner = page.mapFromGlobal(QPoint(left, tile.center().y()))
        top = min(max(corner.y() - SIZE.height() // 2, 0), page.height() - SIZE.height())
        self.move(corner.x() - SIZE.width() - _AWAY, top)
        self._pictures.set_size(_PICTURE.size().toSize(), self.devicePixelRatioF())
        self.show()
        self.raise_()
        self.update()

    @property
    def words(self) -> tuple[str, str]:
        """Number and name, then strength and likeness."""
        return self._words

    def _say(self, idea: int) -> tuple[str, str]:
        model = self._model
        strength, without = model.strength[idea], model.without[idea]
        return (
            f"{idea + 1}  {model.names[idea]}".rstrip(),
            say(
                "strength {strength:+.3f} · likeness without {without:.2f}",
                strength=strength,
                without=without,
            ),
        )

    def _picture(self) -> QPixmap | None:
        model = self._model
        if model.look is None:
            return None
        draw = partial(picture_of, model.look, model.weights[self._idea], Dye.now())
        return self._pictures.request_drawn(self._idea, f"{model.map_key} {self._idea}", draw)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        panel(painter, QRectF(self.rect()), theme.color("bg1"), theme.color("line2"), 12)
        panel(painter, _PICTURE, theme.color("view0"), None, 8)
        picture = self._picture()
        if picture is not None:
            image = picture.toImage()
            rounded_picture(painter, _PICTURE, image, QRectF(image.rect()), 8)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        line = QRectF(10, _PICTURE.bottom() + 5, self.width() - 20, 20)
        for text, style, token in zip(
            self._words, ("strong", "small"), ("ink", "ink2"), strict=True
        ):
            painter.setFont(theme.font(style))
            painter.setPen(theme.color(token))
            shown = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(line.width())
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            line.translate(0, 20)
