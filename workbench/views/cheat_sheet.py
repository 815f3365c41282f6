"""One sheet to look things up: every key that works now, and every word of the window beside the term for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.deeds import Deed
from workbench.kit import Button, FadingScroll, SearchField, Segmented, Text
from workbench.kit.dialog import Dialog
from workbench.kit.paint import painter_of
from workbench.models.fuzzy import rating
from workbench.models.glossary import Word, glossary
from workbench.views.key_caps import paint_keys

KEYS, WORDS = range(2)
_FIND = (say("Find a key"), say("Find a word"))
_SIZE = QSize(720, 620)
_STEPS = {
    Qt.Key.Key_Down: 40,
    Qt.Key.Key_Up: -40,
    Qt.Key.Key_PageDown: 320,
    Qt.Key.Key_PageUp: -320,
}


@dataclass(frozen=True)
class _Part:
    heading: Text
    rows: list["_Row"]


class CheatSheet(Dialog):
    """Keys come from the deeds themselves, by where they work; words from the glossary."""

    def __init__(
        self, keys: Mapping[str, Sequence[Deed]], side: int = KEYS, parent: QWidget | None = None
    ) -> None:
        super().__init__(say("Keys and words"), parent)
        self.resize(_SIZE)
        self.side = Segmented([say("Keys"), say("Words")])
        self.search = SearchField(_FIND[KEYS])
        self.none = Text(say("Nothing is called that. Fewer letters find more."), "body", "ink2")
        self._scroll = FadingScroll("bg1")
        self._parts = (
            [_part(where, [_KeyRow(deed) for deed in deeds]) for where, deeds in keys.items()],
            [_part("", [_WordRow(word) for word in glossary()])],
        )
        self.close_button = Button(say("Close"), role="primary")
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.side.changed.connect(self._turn)
        self.close_button.clicked.connect(self.accept)
        self.side.set_index(side)
        self._turn(side)
        self.search.setFocus()

    def shown_rows(self) -> list[str]:
        """What can be read now, row by row."""
        rows = [row for part in self._parts[self.side.index] for row in part.rows]
        return [row.accessibleName() for row in rows if not row.isHidden()]

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setProperty("plain", "true")
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 12, 12)
        rows.setSpacing(0)
        for part in (*self._parts[KEYS], *self._parts[WORDS]):
            rows.addWidget(part.heading)
            for row in part.rows:
                rows.addWidget(row)
        rows.addWidget(self.none)
        rows.addStretch(1)
        self._scroll.setWidget(inner)
        self._scroll.setAccessibleName(say("Keys and words"))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.side)
        head.addWidget(self.search, 1)
        foot = QHBoxLayout()
        foot.addWidget(
            Text(say("? shows the keys, F1 the words, Ctrl+P does things"), "small", "ink3"), 1
        )
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 20, 18)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def _turn(self, side: int) -> None:
        self.search.setPlaceholderText(_FIND[side])
        self.search.setAccessibleName(_FIND[side])
        for other, parts in enumerate(self._parts):
            for part in parts if other != side else ():
                part.heading.hide()
                for row in part.rows:
                    row.hide()
        self._filter(self.search.text())
        self._scroll.verticalScrollBar().setValue(0)

    def _filter(self, wanted: str) -> None:
        for part in self._parts[self.side.index]:
            fits = [rating(wanted, row.accessibleName()) for row in part.rows]
            least = 1.5 if wanted else 0.0  # scattered letters would find half of a long meaning
            for row, rate in zip(part.rows, fits, strict=True):
                row.setVisible(rate is not None and rate >= least)
            some = any(not row.isHidden() for row in part.rows)
            part.heading.setVisible(some and bool(part.heading.text()))
        self.none.setVisible(not self.shown_rows())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down of the field scroll."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                bar = self._scroll.verticalScrollBar()
                bar.setValue(bar.value() + step)
                return True
        return super().eventFilter(watched, event)


def _part(where: str, rows: Sequence["_Row"]) -> _Part:
    heading = Text(where, "caps", "ink3")
    heading.setContentsMargins(0, 12, 0, 4)
    return _Part(heading, list(rows))


class _Row(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setPen(theme.color("line"))
        painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())


class _KeyRow(_Row):
    def __init__(self, deed: Deed) -> None:
        super().__init__()
        self._keys, self._words = deed.spoken, deed.text()
        self.setAccessibleName(f"{self._words}: {self._keys}")
        self.setFixedHeight(34)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = painter_of(self)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("ink"))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignVCenter, self._words)
        paint_keys(painter, QPointF(self.width() - 2, self.height() / 2), self._keys)


class _WordRow(_Row):
    def __init__(self, word: Word) -> None:
        super().__init__()
        self.setAccessibleName(f"{word.plain} ({word.term}): {word.meaning}")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Text(word.plain[0].upper() + word.plain[1:], "strong"))
        head.addWidget(Text(word.term, "small", "ink3", elide=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 9)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(Text(word.meaning, "body", "ink2", wrap=True))
