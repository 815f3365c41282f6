from PySide6.QtWidgets import QDialog, QWidget

from workbench.kit.scrim import Scrim


def test_that_a_window_is_dim_as_long_as_a_dialog_stands_before_it(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    scrim = Scrim(window)
    with qtbot.waitExposed(window):
        window.show()
    window.setStyleSheet("background: white")
    bright = window.grab().toImage().pixelColor(200, 150).lightness()
    dialog = QDialog(window)
    dialog.setModal(True)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.waitUntil(scrim.isVisible)
    window.resize(500, 320)
    qtbot.waitUntil(lambda: scrim.size() == window.size())
    assert window.grab().toImage().pixelColor(200, 150).lightness() < 0.7 * bright
    dialog.close()
    qtbot.waitUntil(lambda: not scrim.isVisible())


def test_that_what_needs_no_answer_dims_nothing(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    scrim = Scrim(window)
    window.show()
    beside = QDialog(window)
    with qtbot.waitExposed(beside):
        beside.show()
    assert not scrim.isVisible()
