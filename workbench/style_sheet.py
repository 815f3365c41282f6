"""The style sheet for the widgets that Qt paints itself, with token names where the colours go."""

import re

_SHEET = """
QToolTip { background: @bg3; color: @ink; border: 1px solid @line2; padding: 5px 8px; }
QMenu { background: @bg2; color: @ink; border: 1px solid @line2; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 22px 6px 12px; border-radius: 6px; }
QMenu::item:selected { background: @bg3; }
QMenu::item:disabled { color: @ink3; }
QMenu::separator { height: 1px; background: @line; margin: 5px 8px; }
QDialog { background: @bg1; border: 1px solid @line2; }
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
  background: @bg2; color: @ink; border: 1px solid @line; border-radius: 8px;
  padding: 0 10px; min-height: 30px;
  selection-background-color: @accent; selection-color: @accentInk;
}
QPlainTextEdit, QTextEdit { padding: 8px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @line2; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
  border: 2px solid @accent; padding: 0 9px; min-height: 28px;
}
QPlainTextEdit:focus, QTextEdit:focus { padding: 7px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: @ink3; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: none; }
QAbstractItemView {
  background: @bg2; color: @ink; border: 1px solid @line2; padding: 4px; outline: none;
  selection-background-color: @bg3; selection-color: @ink;
}
QWidget QAbstractItemView { background: transparent; border: none; padding: 0; outline: none; }
QComboBox QAbstractItemView { background: @bg2; border: 1px solid @line2; padding: 4px; }
QTableView { gridline-color: @line; selection-background-color: @bg2; selection-color: @ink; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
  background: transparent; color: @ink3; padding: 0 8px;
  border: none; border-bottom: 1px solid @line;
}
QHeaderView::section:horizontal:first { padding-left: 16px; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[plain="true"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle {
  background: @line2; border-radius: 3px; margin: 2px; min-height: 28px; min-width: 28px;
}
QScrollBar::handle:hover { background: @ctl; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QSplitter::handle { background: transparent; }
"""


def build(values: dict[str, str]) -> str:
    """The sheet with every `@token` replaced by its colour."""
    return re.sub(r"@(\w+)", lambda found: values[found.group(1)], _SHEET)
