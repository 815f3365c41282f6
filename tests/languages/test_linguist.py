"""The forms of things counted are those that Qt Linguist, with which files are translated, has places for."""

import subprocess
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QTranslator

from engine.plurals import _PLURALS
from tests.languages.files import how_many_forms

RELEASE = Path(PySide6.__file__).with_name("lrelease")
FILE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="{code}"><context><name>engine</name>
    <message numerus="yes"><source>%n file</source><translation>{forms}</translation></message>
</context></TS>
"""


@pytest.mark.skipif(not RELEASE.exists(), reason="Qt’s lrelease is not here")
@pytest.mark.parametrize("code", ["de", *sorted(_PLURALS)])
def test_that_linguist_has_a_place_for_every_form_and_no_more(code, tmp_path):
    forms = "".join(f"<numerusform>{form}</numerusform>" for form in range(9))
    (tmp_path / "own.ts").write_text(FILE.format(code=code, forms=forms), encoding="utf-8")
    subprocess.run([RELEASE, "own.ts", "-silent"], cwd=tmp_path, check=True, capture_output=True)
    translator = QTranslator()
    assert translator.load(str(tmp_path / "own.qm"))
    used = {translator.translate("engine", "%n file", None, count) for count in range(200)}
    assert used == {str(form) for form in range(how_many_forms(code))}
