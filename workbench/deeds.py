"""What can be done by a key: one action for each, which the palette and the sheet of keys are made from."""

from collections.abc import Callable

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class Deed(QAction):
    """An action of a window or a page. After a bar stand other words it is looked for by: “Quit | exit, close”. A
    yielding one leaves its keys to the widget that has the focus and wants them:
    Space presses a button that has it, and plays where none has."""

    def __init__(
        self,
        owner: QWidget,
        words: str,
        keys: str,
        do: Callable[[], object],
        *,
        yields: bool = False,
        when: Callable[[], bool] | None = None,
    ) -> None:
        words, _, self.also = words.partition(" | ")
        super().__init__(words, owner)
        self.yields = yields
        self._yielded = QKeySequence(keys)
        self._when = when
        if keys and not yields:
            self.setShortcut(self._yielded)
        if not owner.isWindow():
            self.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.triggered.connect(lambda _checked=False: do())
        owner.addAction(self)

    @property
    def possible(self) -> bool:
        """Whether it would do anything now."""
        return self.isEnabled() and (self._when is None or self._when())

    @property
    def keys(self) -> QKeySequence:
        """What does it."""
        return self._yielded if self.yields else self.shortcut()

    @property
    def spoken(self) -> str:
        """Its keys as this system writes them; empty where it has none."""
        return self.keys.toString(QKeySequence.SequenceFormat.NativeText)


def deeds_of(owner: QWidget) -> list[Deed]:
    """All deeds of a window or a page, in the order they were made."""
    # Pages have a layout called `actions`, which hides the method.
    return [action for action in QWidget.actions(owner) if isinstance(action, Deed)]


def yield_to(owner: QWidget, event: QKeyEvent) -> bool:
    """Do what a key means that no widget wanted; whether it meant anything."""
    pressed = QKeySequence(QKeyCombination(event.modifiers() & ~_KEYPAD, Qt.Key(event.key())))
    for deed in deeds_of(owner):
        if deed.yields and deed.possible and deed.keys.matches(pressed) is _EXACT:
            deed.trigger()
            return True
    return False


_EXACT = QKeySequence.SequenceMatch.ExactMatch
