"""Every page as it looks, dark and light, large and small: nothing clipped, nothing over another thing, nothing without
a name, and the same picture as before. `PCD_NEW_LOOKS=1` keeps new pictures; look at them before they are kept."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from tests.workbench.faults import faults
from tests.workbench.full_window import full_window, settled
from workbench import theme
from workbench.window import PLACES

LOOKS = Path(__file__).parent / "looks"
SMALL = QSize(200, 125)
LIKE = 0.85  # correlation of grey levels; typefaces and drivers differ a little between computers
NEAR = 12.0  # of 255, mean over the picture


@pytest.fixture
def window(tmp_path, qtbot):
    shown = full_window(tmp_path, qtbot)
    yield shown
    shown.desk.live.attached = False
    shown.close()


@pytest.mark.parametrize(
    "size", [(1440, 900), (1280, 720)], ids=lambda size: f"{size[0]}x{size[1]}"
)
@pytest.mark.parametrize("choice", ["dark", "light"])
def test_that_every_page_looks_as_it_should(window, qtbot, choice, size):
    theme.use(choice)
    window.resize(*size)
    problems: list[str] = []
    for place in PLACES:
        settled(window, place.key, qtbot)
        assert (window.width(), window.height()) == size
        problems += [f"{place.name}: {fault}" for fault in faults(window)]
        problems += [
            f"{place.name}: {how}"
            for how in _other_than_before(window, f"{place.key}_{choice}_{size[0]}")
        ]
    assert not problems, "\n".join(problems)


def _other_than_before(window, name):
    whole = window.grab().toImage()
    now = whole.scaled(SMALL, mode=Qt.TransformationMode.SmoothTransformation)
    now = now.convertToFormat(QImage.Format.Format_Grayscale8)
    path = LOOKS / f"{name}.png"
    if os.environ.get("PCD_NEW_LOOKS"):
        now.save(str(path))
    before = _greys(QImage(str(path)))
    likeness = np.corrcoef(_greys(now).ravel(), before.ravel())[0, 1]
    apart = np.abs(_greys(now) - before).mean()
    if likeness < LIKE or apart > NEAR:
        yield f"the picture is another than before (likeness {likeness:.2f}, {apart:.0f} grey levels apart)"


def _greys(image):
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(np.float64)
