"""What all pages share: a header with title, sentence and actions, and a body below it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench.deeds import Deed, yield_to
from workbench.kit.text import Text

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.views.cloud_frame import CloudFrame


class Page(QWidget):
    """One screen. Subclasses set `key`, `title`, `sentence` and fill `self.actions` and `self.body`."""

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    sentence: ClassVar[str] = ""
    buttons_at_right: ClassVar[int] = 0  # the width at the bottom right that messages leave free
    actions: QHBoxLayout  # type: ignore[assignment]  # the header's right side; QWidget.actions is not used

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk
        self.setAccessibleName(self.title)
        self._title = Text(self.title, "h1", elide=True)
        self._sentence = Text(self.sentence, "body", "ink2", elide=True)
        self.actions = QHBoxLayout()
        self.actions.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        header = QHBoxLayout()
        header.setSpacing(14)
        header.addLayout(words, 1)
        header.addLayout(self.actions)
        self.body = QVBoxLayout()
        self.body.setSpacing(14)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 20)
        column.setSpacing(14)
        column.addLayout(header)
        column.addLayout(self.body, 1)

    def set_sentence(self, sentence: str) -> None:
        """Change the sentence under the heading."""
        self._sentence.setText(sentence)
        self._sentence.setToolTip(sentence)

    def shown(self) -> None:
        """Called when this becomes the visible page."""

    def origin(self) -> str:
        """Which run or data its 3D views show, to say under a saved picture; empty where their title says it."""
        return ""

    def add_deed(
        self,
        words: str,
        keys: str,
        do: Callable[[], object],
        *,
        yields: bool = False,
        when: Callable[[], bool] | None = None,
    ) -> Deed:
        """Something that can be done here by keys, and from the palette while `when` says so."""
        return Deed(self, words, keys, do, yields=yields, when=when)

    def add_view_keys(self, view: "CloudFrame") -> None:
        """R, F, S and Shift+S for the page's 3D view, wherever the focus is."""
        for words, keys, do in (
            (say("Reset the 3D view | camera, centre"), "R", view.reset_camera),
            (
                say("Fill the screen with the 3D view | zoom, larger, maximise"),
                "F",
                view.fill_screen,
            ),
            (
                say("Save a picture of the 3D view | export, screenshot, image, png"),
                "S",
                view.keeper.ask_picture,
            ),
            (
                say("Save a film of one turn | export, video, animation, gif"),
                "Shift+S",
                view.keeper.ask_film,
            ),
        ):
            self.add_deed(words, keys, do, yields=True, when=view.isVisible)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the widget with the focus did not want."""
        if not yield_to(self, event):
            super().keyPressEvent(event)
