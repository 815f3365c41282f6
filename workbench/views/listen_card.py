"""Whom the student listens to, and how far off its distances are."""

from math import isfinite

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.classroom_answers import Figures
from engine.words import say
from workbench import theme
from workbench.kit import Card, Text
from workbench.kit.paint import painter_of, panel
from workbench.models.classroom import ClassroomModel
from workbench.models.classroom_words import group_tint, group_word, number, percent
from workbench.views.colours import token_color

_ROW, _NAME, _VALUE, _BAR = 23, 104, 58, 8.0


class ListenBars(QWidget):
    """A bar for each group: its share of what all of them are worth (Shapley); what hurts goes to the left."""

    def __init__(self) -> None:
        super().__init__()
        self._as_shares = True
        self.rows: list[
            tuple[str, float | None]
        ] = []  # group and share, or its worth where shares mean nothing
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(say("Who does it listen to?"))
        theme.changed().connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, _ROW * max(1, len(self.rows)))

    def show_listening(self, told: dict[str, Figures]) -> None:
        """Group by group: shapley, drops and weight."""
        worth = {group: figures.get("shapley") for group, figures in told.items()}
        total = sum(value for value in worth.values() if value is not None)
        self._as_shares = total > 1e-9 and None not in worth.values()
        self.rows = [
            (group, value / total if self._as_shares and value is not None else value)
            for group, value in worth.items()
        ]
        words = [f"{group_word(group)} {self.said(value)}" for group, value in self.rows]
        self.setAccessibleDescription(", ".join(words) or say("not measured"))
        self.setToolTip(_tip(told, self._as_shares))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def said(self, value: float | None) -> str:
        """The number behind a bar."""
        return percent(value) if self._as_shares else number(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setFont(theme.font("small"))
        if not self.rows:
            painter.setPen(theme.color("ink2"))
            painter.drawText(
                QRectF(self.rect()), Qt.AlignmentFlag.AlignVCenter, say("not measured")
            )
            return
        values = [value for _, value in self.rows if value is not None]
        low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
        reach = (
            max(high - low, 1e-9)
            if not self._as_shares
            else max(high, 1.0 if low >= 0 else high) - low
        )
        track = QRectF(_NAME, 0, self.width() - _NAME - _VALUE, _BAR)
        zero = track.left() - low / reach * track.width()
        for place, (group, value) in enumerate(self.rows):
            middle = _ROW * (place + 0.5)
            painter.setPen(theme.color("ink"))
            painter.setFont(theme.font("small"))
            name = QFontMetricsF(painter.font()).elidedText(
                group_word(group), Qt.TextElideMode.ElideRight, _NAME - 8
            )
            painter.drawText(QRectF(0, middle - 10, _NAME, 20), Qt.AlignmentFlag.AlignVCenter, name)
            track.moveTop(middle - _BAR / 2)
            panel(painter, track, theme.color("bg3"), None, _BAR / 2)
            if value is not None:
                wide = abs(value) / reach * track.width()
                bar = QRectF(zero if value >= 0 else zero - wide, track.top(), wide, _BAR)
                panel(painter, bar, token_color(group_tint(group)), None, min(_BAR / 2, wide / 2))
            painter.setFont(theme.font("strong"))
            painter.setPen(theme.text_color("bad" if value is not None and value < 0 else "ink"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(
                QRectF(self.width() - _VALUE, middle - 10, _VALUE, 20), right, self.said(value)
            )
        if low < 0:
            painter.setPen(QPen(theme.color("ink2"), 1))
            painter.drawLine(round(zero), 2, round(zero), self.height() - 2)


class ListenCard(Card):
    """Follows a classroom model."""

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(14, 10, 14, 10)
        self.body.setSpacing(4)
        self.bars = ListenBars()
        self.off = Text("", "strong")
        head = QHBoxLayout()
        head.addWidget(Text(say("Who does it listen to?"), "h2", elide=True), 1)
        term = Text(say("fair share (Shapley)"), "small", "ink3")
        head.addWidget(term)
        foot = QHBoxLayout()
        self._words = Text(say("Depth is off by"), "small", "ink2", elide=True)
        foot.addWidget(self._words, 1)
        foot.addWidget(self.off)
        self.body.addLayout(head)
        self.body.addWidget(self.bars)
        self.body.addWidget(_Rule())
        self.body.addLayout(foot)
        model.replaced.connect(lambda: self.bars.show_listening(model.all.listening))
        for changed in (model.frame_changed, model.cut_changed, model.shaken_changed):
            changed.connect(self._tell_depth)

    def _tell_depth(self) -> None:
        model = self._model
        if not model.ready:
            return
        own = model.depth()
        told = (
            say("{metres:.2f} m, middle of {counted}", metres=own.metres, counted=own.counted)
            if isfinite(own.metres)
            else "–"
        )
        self.off.setText(told)
        every = model.all.figures.get("depth_error")
        whole = (
            say(" Over all tested frames {percent} of the distance.", percent=percent(every))
            if every is not None
            else ""
        )
        tip = say(
            "Median over the found boxes of this frame whose distance is told.{whole}", whole=whole
        )
        for widget in (self.off, self._words):
            widget.setToolTip(tip)
        self.off.setAccessibleName(say("Depth is off by {told}", told=told))


class _Rule(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(5)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(0, 2, self.width(), 2)


def _tip(told: dict[str, Figures], shares: bool) -> str:
    first = (
        say("Share of what all channels together add to AP50")
        if shares
        else say("What it adds to AP50")
    )
    lines = [
        say(
            "{first}, averaged over all orders in which they can join (Shapley value).", first=first
        )
    ]
    lines += [
        say(
            "{group_word}: worth {worth}; AP50 falls by {drop} without it, by {zeroed} with it "
            "zeroed and by {shuffled} with another picture’s; weight of the first layer that reads it "
            "{weight}",
            group_word=group_word(group),
            worth=number(own.get("shapley")),
            drop=number(own.get("drop")),
            zeroed=number(own.get("drop_zero")),
            shuffled=number(own.get("drop_shuffle")),
            weight=number(own.get("weight")),
        )
        for group, own in told.items()
    ]
    return "\n".join(lines)
