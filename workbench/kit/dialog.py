"""What every dialog shares: Tab goes as one reads, a ring shows where it is, and it is gone once it is closed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from workbench.focus_frame import FocusFrame
from workbench.reading_order import put_in_reading_order


class Dialog(QDialog):
    """A window above its parent's, with a title."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        FocusFrame(self)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab, in the order it is read now."""
        put_in_reading_order(self)
        return super().focusNextPrevChild(forward)
