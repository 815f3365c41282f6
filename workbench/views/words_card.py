"""The teacher's words against the student's, and what the student says with the idea switched off."""

from collections.abc import Collection, Iterator

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Card, Text, Toggle
from workbench.kit.paint import painter_of, panel
from workbench.models.concepts import ConceptModel
from workbench.models.shared_words import Word, compare, stem

_PAD, _GAP = 6.0, 4.0
_STYLES = ("h2", "strong", "small")
_SILENT = say("Nothing is said.")
_NO_WORDS = say("This teacher has no words.")
_NO_TEACHER = say("There was no teacher: this student learnt to guess hidden patches.")
_UNSPOKEN = say("This student has no words: it learnt what the teacher sees, not what it says.")


class WordsCard(Card):
    """Follows a concept model."""

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(14, 10, 14, 10)
        self.body.setSpacing(7)
        self.teacher, self.student = (
            WordFlow(say("Teacher’s words")),
            WordFlow(say("Student’s words")),
        )
        self.off = Toggle(say("Switch this idea off"))
        self.verdict = Text("", "small", "ink2")
        self._key = Text(say("filled: both say it"), "small", "ink3", elide=True)
        self._key.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._off_words = Text(say("Idea off"), "small", "ink2")
        self.body.addLayout(
            _heading(
                "kd",
                say("Teacher’s words"),
                Text(say("saw the picture"), "small", "ink3", elide=True),
            )
        )
        self.body.addWidget(self.teacher, 1)
        self.body.addWidget(_Rule())
        self.body.addLayout(
            _heading("accent", say("Student’s words"), None, self._off_words, self.off)
        )
        self.body.addWidget(self.student, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.verdict)
        foot.addWidget(self._key, 1)
        self.body.addLayout(foot)
        self.off.toggled.connect(model.switch_off)
        for changed in (model.pair_changed, model.idea_changed, model.switched, model.renamed):
            changed.connect(self._show)

    def _show(self) -> None:
        model = self._model
        if not model.ready:
            return
        self._offer()
        said = compare(model.shown.teacher_words[model.pair], model.student_words)
        about = {stem(word) for word in model.names[model.idea].split()} if model.ideas else set()
        self.teacher.show_words(said.teacher, about, _NO_WORDS if model.taught else _NO_TEACHER)
        self.student.show_words(said.student, about, self._silent(bool(said.of)))
        compared = model.speaks and bool(said.of)
        self.verdict.setText(said.verdict if compared else "")
        self._key.setVisible(compared)

    def _silent(self, taught_words: bool) -> str:
        """Why the student says nothing."""
        return _UNSPOKEN if taught_words and not self._model.speaks else _SILENT

    def _offer(self) -> None:
        model = self._model
        for widget in (self.off, self._off_words):
            widget.setVisible(bool(model.ideas))
        self.off.setChecked(model.off)
        number = model.idea + 1
        self.off.setAccessibleName(say("Switch idea {number} off", number=number))
        self.off.setToolTip(
            say("What the student says, and how like it is, without idea {number}", number=number)
        )
        self._off_words.setText(say("Idea {number} off", number=number))


class WordFlow(QWidget):
    """A sentence word by word: filled chips are said by both, outlined ones by one; the others join them."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.words: tuple[Word, ...] = ()
        self._about: Collection[str] = ()
        self._silent = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 24)
        theme.changed().connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 56)

    def show_words(self, words: tuple[Word, ...], about: Collection[str], silent: str) -> None:
        """These words; those the idea is `about` (stems) stand out; `silent` is said where there are none."""
        self.words, self._about, self._silent = words, about, silent
        sentence = " ".join(word.text for word in words)
        shared = ", ".join(word.text for word in words if word.both)
        self.setToolTip(sentence)
        self.setAccessibleName(f"{self._name}: {sentence or silent}")
        self.setAccessibleDescription(say("Both say: {shared}", shared=shared) if shared else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        if not self.words:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("ink3"))
            wrapped = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), int(wrapped), self._silent)
            return
        font = self._fitting()
        painter.setFont(font)
        for word, rect in self._placed(font):
            self._paint(painter, word, rect)

    def _fitting(self) -> QFont:
        """The largest font in which all words are seen."""
        for style in _STYLES:
            font = theme.font(style)
            *_, (_, last) = self._placed(font)
            if last.bottom() <= self.height():
                break
        return font

    def _placed(self, font: QFont) -> Iterator[tuple[Word, QRectF]]:
        metrics = QFontMetricsF(font)
        high, place = metrics.height() + 3, QPointF(0, 0)
        for word in self.words:
            wide = metrics.horizontalAdvance(word.text) + (2 * _PAD if word.weighty else 0)
            if place.x() and place.x() + wide > self.width():
                place = QPointF(0, place.y() + high + _GAP)
            yield word, QRectF(place.x(), place.y(), wide, high)
            place.setX(place.x() + wide + _GAP + 1)

    def _paint(self, painter: QPainter, word: Word, rect: QRectF) -> None:
        if word.both:
            named = stem(word.text) in self._about
            panel(painter, rect, theme.mix("accentSoft", "accent", 0.75 if named else 0.2), None, 6)
            painter.setPen(theme.color("accentInk" if named else "ink"))
        elif word.weighty:
            panel(painter, rect, None, theme.color("ctl"), 6)
            painter.setPen(theme.color("ink"))
        else:
            painter.setPen(theme.color("ink2"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, word.text)


class _Dot(QWidget):
    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        self.setFixedSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        panel(painter_of(self), QRectF(self.rect()), theme.color(self._token), None, 5)


class _Rule(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter_of(self).fillRect(self.rect(), theme.color("line"))


def _heading(token: str, title: str, aside: Text | None, *more: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(7)
    row.addWidget(_Dot(token))
    row.addWidget(Text(title, "strong"))
    if aside is None:
        row.addStretch(1)
    else:
        aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(aside, 1)
    for widget in more:
        row.addWidget(widget)
    return row
