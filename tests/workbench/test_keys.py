"""Keys: each of the window's, each page's, and a walk over every page with Tab alone."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from engine.store import RunStore
from tests.workbench.made_predictions import made
from workbench import theme
from workbench.deeds import deeds_of
from workbench.pages.page import Page
from workbench.window import PLACES, Window

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
INTERACTIVE = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
