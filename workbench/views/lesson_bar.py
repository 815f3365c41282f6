"""What can be done with an answer: keep the thing as an example, or teach a copy of the model what it is."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from workbench.kit import Button, IconButton, Text
from workbench.models import brought_words as words
from workbench.models.bringing import Bringing


class LessonBar(QStackedWidget):
    """Two buttons, one of them the primary one; or the name of the kind that is to be learnt. Follows `bringing`."""

    def __init__(self, bringing: Bringing) -> None:
        super().__init__()
        self._bringing = bringing
        self.teach = Button("Teach it this", "cap", "primary")
        self.keep = Button("Keep as an example", "plus")
        self.name = QLineEdit()
        self.name.setPlaceholderText("What is it called?")
        self.name.setAccessibleName("The new kind’s name")
        self.name.setMaxLength(40)
        self.learn = Button("Teach", "cap", "primary")
        self.learn.setEnabled(False)
        self.back = IconButton("close", "Do not teach it")
        self._from = Text("", "small", "ink2", elide=True)
        self.addWidget(self._buttons())
        self.addWidget(self._form())
        self.setFixedHeight(58)
        self.teach.clicked.connect(self._open)
        self.keep.clicked.connect(bringing.keep)
        self.name.textChanged.connect(lambda text: self.learn.setEnabled(bool(text.strip())))
        self.name.returnPressed.connect(self._teach)
        self.learn.clicked.connect(self._teach)
        self.back.clicked.connect(self._close)
        bringing.answered.connect(self._follow)
        bringing.kept_changed.connect(self._follow)
        bringing.working.connect(lambda what: self.setEnabled(not what))

    def _buttons(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for button in (self.teach, self.keep):
            row.addWidget(button, 1, Qt.AlignmentFlag.AlignBottom)
        return box

    def _form(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.learn)
        row.addWidget(self.back)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(self._from)
        column.addLayout(row)
        return box

    def _follow(self) -> None:
        now = self._bringing.now
        if now is None:
            return
        known, kept = now.said is not None, self._bringing.is_kept
        self.teach.set_look(
            "That is wrong" if known else "Teach it this", "" if known else "cap", _role(not known)
        )
        self.keep.set_look(
            words.kept(len(self._bringing.kept)), "check" if kept else "plus", _role(known)
        )
        self.keep.setEnabled(not kept)
        self._from.setText(words.lesson([one.file.name for one in self._bringing.examples]))

    def _open(self) -> None:
        self._follow()
        self.setCurrentIndex(1)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self) -> None:
        self.name.clear()
        self.setCurrentIndex(0)
        self.teach.setFocus(Qt.FocusReason.OtherFocusReason)

    def _teach(self) -> None:
        if kind := self.name.text().strip():
            self._close()
            self._bringing.teach(kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.currentIndex() == 1:
            self._close()
        else:
            super().keyPressEvent(event)


def _role(primary: bool) -> str:
    return "primary" if primary else "plain"
