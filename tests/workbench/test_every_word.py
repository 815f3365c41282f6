"""All words of the window go through the table of its language: seen in a made-up one that marks all it is asked."""

import re
import subprocess
import sys

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QTableWidget, QWidget

from tests.languages.gather import ROOT
from tests.workbench.read_all import texts, unmarked

NAMES = re.compile(r"\bghost\b")


@pytest.mark.slow
@pytest.mark.timeout(930)  # as long as its process may take
def test_that_no_word_of_any_page_or_dialog_is_left_in_english():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.languages.marked"]
    done = subprocess.run(
        [*command, "tests/workbench/every_word.py"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, "\n".join(re.findall(r"\S+: .*«.*»", done.stdout)) or done.stdout


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("⟦Known right⟧", ""),
        ("⟦Known ⟦inside⟧ right⟧: 12 %", ""),
        ("⟦A long text that is cut…", ""),
        ("⟦Known⟧ and AUROC of ghost", "and of"),
        ("12.5 ms × 3", ""),
        ("<b>⟦Bold⟧</b> plain", "plain"),
        ("Schwelle", "Schwelle"),
    ],
)
def test_that_only_names_and_terms_need_no_mark(text, left):
    assert unmarked(text, NAMES) == left


def test_that_all_that_is_visible_is_read(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    label, line, combo, table = QLabel("label"), QLineEdit(), QComboBox(), QTableWidget(1, 1)
    line.setPlaceholderText("placeholder")
    line.setToolTip("tip")
    combo.addItems(["one", "other"])
    table.setHorizontalHeaderLabels(["head"])
    hidden = QLabel("hidden")
    for widget in (label, line, combo, table, hidden):
        row.addWidget(widget)
    hidden.hide()
    window.addAction(QAction("deed", window))
    read = set(texts(window))
    assert {"label", "placeholder", "tip", "one", "other", "head", "deed"} <= read
    assert "hidden" not in read
