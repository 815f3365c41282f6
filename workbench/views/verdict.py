"""What is said of one sample, whether that is right, and the three likeliest kinds."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.words import of_100, say
from workbench import theme
from workbench.kit import pixmap
from workbench.kit.paint import painter_of, panel
from workbench.models.verdict import Guess, Verdict

_ROW = 25.0


def plain(kind: str) -> str:
    """A kind as we say it: night_stand is a night stand."""
    return kind.replace("_", " ")


def one(kind: str) -> str:
    """A kind with its article, which kinds named by many, such as stairs, have none of."""
    word = plain(kind)
    if word.endswith("s") and not word.endswith(("ss", "us")):
        return word
    vowel = word[:1].lower() in ("a", "e", "i", "o", "u")
    return say("an {word}", word=word) if vowel else say("a {word}", word=word)


def sentences(verdict: Verdict) -> tuple[str, str]:
    """What is said, and what to make of it."""
    said = (
        say("“I do not know this.”")
        if verdict.said is None
        else say("“This is {one}.”", one=one(verdict.said))
    )
    if verdict.right and not verdict.stranger:
        return said, say("Correct, and {confidence}% sure.", confidence=of_100(verdict.confidence))
    truth = say(
        "It is {one}, {stranger}.",
        one=one(verdict.kind),
        stranger=say("a stranger") if verdict.stranger else say("a known kind"),
    )
    why = say(" “Stranger” was likelier still.") if verdict.outvoted else ""
    return said, f"{(say('Correct') if verdict.right else say('Wrong'))}. {truth}{why}"


class VerdictStrip(QWidget):
    """Two lines on a tinted strip: the answer in quotation marks, and whether it is right."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(58)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._verdict: Verdict | None = None

    def sizeHint(self) -> QSize:
        return QSize(300, 58)

    def set_verdict(self, verdict: Verdict | None) -> None:
        """Show another answer; None: nothing is chosen."""
        self._verdict = verdict
        words = list(sentences(verdict)) if verdict else [say("Nothing is chosen")]
        words += [say("Its {rated}.", rated=verdict.rated)] if verdict and verdict.rated else []
        self.setAccessibleName(" ".join(words))
        self.setToolTip(" ".join(words[1:]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        if self._verdict is None:
            panel(painter, QRectF(self.rect()), theme.color("bg2"), None, 10)
            return
        token = "unknown" if self._verdict.said is None else "known"
        panel(painter, QRectF(self.rect()), theme.color(f"{token}Soft"), None, 10)
        name = "ghost" if token == "unknown" else "cube"
        painter.drawPixmap(QPointF(15, 18), pixmap(name, token, 22))
        said, meaning = sentences(self._verdict)
        self._line(painter, QRectF(50, 8, self.width() - 62, 22), "h2", token, said)
        mood = "ink2" if self._verdict.right else "bad"
        self._line(painter, QRectF(50, 30, self.width() - 62, 20), "small", mood, meaning)

    def _line(self, painter: QPainter, place: QRectF, style: str, token: str, words: str) -> None:
        painter.setFont(theme.font(style))
        painter.setPen(theme.text_color(token))
        elided = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)


def _with_none(top: tuple[Guess, ...], none: float) -> tuple[Guess, ...]:
    """As many, the likeliest first, “none of these” among them where that is likelier than one of them."""
    ranked = sorted((*top, Guess(say("none"), -1, none)), key=lambda one: -one.probability)
    return tuple(ranked[: len(top)])


class TopBars(QWidget):
    """The likeliest kinds as bars from zero, with the threshold as a line across them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(int(3 * _ROW) + 6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._top: tuple[Guess, ...] = ()
        self._threshold: float | None = None

    def sizeHint(self) -> QSize:
        return QSize(300, int(3 * _ROW) + 6)

    def set_top(self, top: tuple[Guess, ...], threshold: float | None, none: float = 0.0) -> None:
        """Other kinds, or another threshold, None where it is no probability; none: the chance of “none of these”,
        which takes its place among them."""
        top = _with_none(top, none)
        self._top, self._threshold = top, threshold
        words = ", ".join(f"{plain(guess.kind)} {guess.probability:.2f}" for guess in top)
        line = "" if threshold is None else say("; threshold {threshold:.2f}", threshold=threshold)
        self.setAccessibleName(say("Likeliest kinds: {words}{line}", words=words, line=line))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._top:
            return
        painter = painter_of(self)
        track = QRectF(min(110.0, self.width() * 0.36), 0, 0, 8)
        track.setRight(self.width() - 48)
        for row, guess in enumerate(self._top):
            track.moveTop(3 + _ROW * (row + 0.5) - 4)
            self._paint_row(painter, track, guess)
        if self._threshold is None:
            return
        x = track.left() + track.width() * self._threshold
        painter.setPen(QPen(theme.color("ink"), 1.6))
        painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))

    def _paint_row(self, painter: QPainter, track: QRectF, guess: Guess) -> None:
        middle = track.center().y()
        color = theme.color("unknown") if guess.label < 0 else theme.class_color(guess.label)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(6, middle), 5, 5)
        panel(painter, track, theme.color("bg3"), None, 4)
        done = QRectF(track)
        done.setWidth(max(0.0, track.width() * guess.probability))
        panel(painter, done, color, None, min(4.0, done.width() / 2))
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("ink2"))
        room = QRectF(19, middle - 10, track.left() - 27, 20)
        words = painter.fontMetrics().elidedText(
            plain(guess.kind), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("ink"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        place = QRectF(track.right(), middle - 10, self.width() - track.right(), 20)
        painter.drawText(place, right, f"{guess.probability:.2f}")
