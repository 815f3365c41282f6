"""Where the next thing may be dropped, which is anywhere; and a button for those who would rather choose."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Button, pixmap
from workbench.kit.paint import painter_of
from workbench.models import brought_words as words


class DropStrip(QWidget):
    """`wanted`: a file is to be chosen."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choose = Button(say("Choose a file"), "folder")
        self.choose.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(_Dashed(), 1)
        row.addWidget(self.choose)


class _Dashed(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(54)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(say("Drop another scan anywhere. {formats}", formats=words.FORMATS))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        pen = QPen(theme.color("ctl"), 1.4)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.drawPixmap(QPointF(18, 17), pixmap("upload", "accent", 20))
        for style, ink, top, text in (
            ("strong", "ink", 8, say("Drop another scan here")),
            ("small", "ink2", 28, words.FORMATS),
        ):
            painter.setFont(theme.font(style))
            painter.setPen(theme.color(ink))
            room = QRectF(52, top, self.width() - 64, 18)
            shown = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(room.width())
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
