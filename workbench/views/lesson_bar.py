"""What can be done with an answer: keep the thing as an example, or teach a copy of the model what it is."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from engine.words import say
from workbench.kit import Button, IconButton, Text, pixmap
from workbench.models import brought_words as words
from workbench.models.bringing import LONGEST, Bringing

_HEIGHT = 58
_TEACH, _KEEP = (say("Teach"), "cap"), (say("Keep"), "plus")


class LessonBar(QStackedWidget):
    """Two buttons, one of them the primary one, under what is kept; or the name of a kind that is to be learnt, or
    of which an example is kept. Follows `bringing`."""

    def __init__(self, bringing: Bringing) -> None:
        super().__init__()
        self._bringing = bringing
        self._keeping = False  # the name is asked for the first example
        self.basket = Button("", "cube", "quiet")
        self.basket.setFixedHeight(24)
        self.basket.setToolTip(say("See the examples, and take some out"))
        self.teach = Button(say("Teach it this"), "cap", "primary")
        self.keep = Button(say("Keep as an example"), "plus")
        self.keep.setToolTip(words.KEEP)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST)
        self.learn = Button(*_TEACH, "primary")
        self.learn.setEnabled(False)
        self.back = IconButton("close", say("Do not teach it"))
        self._from = Text("", "small", "ink2", elide=True)
        self.addWidget(self._buttons())
        self.addWidget(self._form())
        self.setFixedHeight(_HEIGHT)
        self.basket.clicked.connect(self._show_basket)
        self.teach.clicked.connect(partial(self._open, False))
        self.keep.clicked.connect(self._keep)
        self.name.textChanged.connect(self._name_changed)
        self.name.returnPressed.connect(self._done)
        self.learn.clicked.connect(self._done)
        self.back.clicked.connect(self._close)
        bringing.answered.connect(self._follow)
        bringing.kept_changed.connect(self._follow)
        bringing.working.connect(lambda what: self.setEnabled(not what))

    def basket_menu(self) -> QMenu:
        """The examples by name, each to be taken out, and all of them."""
        bringing, menu = self._bringing, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(say("Examples that are kept"))
        heading = menu.addAction(say("Press one to take it out"))
        heading.setEnabled(False)
        cross = QIcon(pixmap("close", "ink2", 14))
        for place, one in enumerate(bringing.kept):
            menu.addAction(cross, one.file.name, partial(bringing.take_out, place))
        menu.addSeparator()
        menu.addAction(say("Take all out"), bringing.take_all_out)
        return menu

    def _show_basket(self) -> None:
        menu = self.basket_menu()
        menu.popup(self.basket.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _buttons(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout()
        row.setSpacing(10)
        for button in (self.teach, self.keep):
            row.addWidget(button, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addStretch(1)
        column.addWidget(self.basket, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(row)
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
        now, bringing = self._bringing.now, self._bringing
        self.basket.setVisible(bool(bringing.kept))
        self.basket.set_look(words.basket(len(bringing.kept), bringing.kept_kind), "cube")
        if now is None:
            return
        known, kept = now.said is not None, bringing.is_kept
        self.teach.set_look(
            say("That is wrong") if known else say("Teach it this"),
            "" if known else "cap",
            _role(not known),
        )
        self.keep.set_look(
            words.keep(bringing.kept_kind, kept), "check" if kept else "plus", _role(known)
        )
        self.keep.setEnabled(not kept)
        self._say_from()

    def _say_from(self) -> None:
        """What a lesson of this name would learn from."""
        bringing, kind = self._bringing, self.name.text()
        if self._keeping:
            self._from.setText(say("All examples that you keep are of one kind. Which?"))
            return
        names = [one.file.name for one in bringing.examples(kind)]
        other = bringing.kept and kind.strip() and not bringing.is_of_kept(kind)
        waiting = words.basket(len(bringing.kept), bringing.kept_kind) if other else ""
        self._from.setText(words.lesson(names, waiting))

    def _name_changed(self, text: str) -> None:
        self.learn.setEnabled(bool(text.strip()))
        self._say_from()

    def _keep(self) -> None:
        if self._bringing.kept_kind:
            self._bringing.keep()
        else:
            self._open(True)

    def _open(self, keeping: bool) -> None:
        self._keeping = keeping
        self.learn.set_look(*(_KEEP if keeping else _TEACH))
        self.name.setPlaceholderText(
            say("What kind is it?") if keeping else say("What is it called?")
        )
        self.name.setAccessibleName(
            say("The kind of the examples") if keeping else say("The kind’s name")
        )
        self.back.set_icon("close", say("Do not keep it") if keeping else say("Do not teach it"))
        self.name.setText(self._bringing.kept_kind)
        self.name.selectAll()
        self._follow()
        self.setCurrentIndex(1)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self) -> None:
        self.name.clear()
        self.setCurrentIndex(0)
        (self.keep if self._keeping else self.teach).setFocus(Qt.FocusReason.OtherFocusReason)

    def _done(self) -> None:
        if kind := self.name.text().strip():
            self._close()
            (self._bringing.keep if self._keeping else self._bringing.teach)(kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.currentIndex() == 1:
            self._close()
        else:
            super().keyPressEvent(event)


def _role(primary: bool) -> str:
    return "primary" if primary else "plain"
