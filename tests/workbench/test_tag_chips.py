"""Tags behind a name: all where there is room, else as many as fit and how many more there are."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from workbench import theme
from workbench.views import tag_chips

TAGS = ("good", "better", "best")


class Written:
    """Takes the place of a painter, and remembers its words."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def setFont(self, _) -> None: ...

    def setPen(self, _) -> None: ...

    def drawText(self, _place, _how, words) -> None:
        self.words.append(words)


@pytest.fixture
def written(monkeypatch):
    """What is written behind the name “Run”, given how much room there is behind it."""
    monkeypatch.setattr(tag_chips, "panel", lambda *_: None)

    def write(room: float) -> list[str]:
        name = QFontMetricsF(theme.font("strong")).horizontalAdvance("Run")
        painter = Written()
        tag_chips.paint_tags(painter, QRectF(7, 0, name + room, 24), "Run", TAGS)
        return painter.words

    return write


def test_that_all_tags_are_written_where_there_is_room(written):
    assert written(1000.0) == list(TAGS)


def test_that_tags_without_room_are_counted(written):
    metrics = QFontMetricsF(theme.font("small"))
    # 10 before the tags; 8 on either side of each; 5 behind it.
    one = 10 + metrics.horizontalAdvance("good") + 16
    more = 5 + metrics.horizontalAdvance("+2")
    assert written(one + more + 0.5) == ["good", "+2"]
    assert written(one + more - 0.5) == ["+3"]
    assert written(10 + metrics.horizontalAdvance("+3") - 0.5) == []
