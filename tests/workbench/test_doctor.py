"""Doctor: what it finds, what it keeps to itself, and the dialog that shows the same list."""

import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from engine.experiment import Choice, Experiment
from engine.store import RunStore
from workbench import display, doctor, doctor_computer, doctor_runs, gl_probe, rehearsal
from workbench.doctor import Finding
from workbench.gl_probe import Graphics
from workbench.models.recent_data import remember
from workbench.rehearsal import PARTS, Rehearsal
from workbench.views.doctor_dialog import DoctorDialog, FindingRow
from workbench.vitals import Pulse
from workbench.window import Window


@pytest.fixture(autouse=True)
def graphics(monkeypatch):
    monkeypatch.setattr(gl_probe, "probe", lambda: Graphics(True, "llvmpipe", True))


def states(rows) -> dict[str, str]:
    return {row[1]: row[0] for row in rows}


@pytest.fixture
def dialog(qtbot, desk):
    """Shown, and done with looking."""
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1280, 720)
    parent.show()
    dialog = DoctorDialog(desk, parent)
    dialog.show()
    qtbot.waitUntil(dialog.rehearse.isEnabled)
    yield dialog
    if isValid(dialog):
        dialog.close()


def test_that_a_missing_package_is_to_mend_with_the_line_that_mends_it():
    state, _, sentence, line = doctor_computer.python(lambda name: "" if name == "torch" else "1")
    assert state == "mend"
    assert "torch" in sentence
    assert line == "python -m pip install torch"


def test_that_the_version_of_qt_that_ends_the_program_is_known(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 11, 0))
    row = doctor_computer.python(lambda name: "6.12.0")
    assert row[0] == "mend"
    monkeypatch.setattr(sys, "version_info", (3, 12, 0))
    assert doctor_computer.python(lambda name: "6.12.0")[0] == "fine"


def test_that_missing_libraries_name_the_packages_to_install(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    rows = list(doctor_computer.libraries(lambda name: name != "libEGL.so.1"))
    assert rows[0][0] == "mend"
    assert rows[0][3] == "sudo apt-get install -y libegl1"
    assert states(doctor_computer.libraries(lambda name: True)) == {"System libraries": "fine"}
    monkeypatch.setattr(sys, "platform", "win32")
    assert list(doctor_computer.libraries()) == []


@pytest.mark.parametrize(
    ("free", "state"), [(1_000_000, "know"), (12_000_000, "fine")], ids=["little", "enough"]
)
def test_that_little_memory_is_told(tmp_path, free, state):
    told = tmp_path / "meminfo"
    told.write_text(f"MemTotal: 16000000 kB\nMemAvailable: {free} kB\n")
    assert doctor_computer.memory(Pulse(tmp_path / "none", told))[0] == state


def test_that_memory_nobody_tells_of_is_no_number(tmp_path):
    row = doctor_computer.memory(Pulse(tmp_path / "none", tmp_path / "none"))
    assert row[0] == "know"
    assert "does not say" in row[2]


def test_that_a_chip_that_torch_cannot_use_is_told(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert (
        doctor_computer.chip(lambda _: "2.10.0+cpu", nvidia=True)[1]
        == "The graphics chip is not used"
    )
    assert doctor_computer.chip(lambda _: "2.10.0", nvidia=True)[0] == "fine"
    assert doctor_computer.chip(lambda _: "2.10.0", nvidia=False)[0] == "know"


@pytest.mark.parametrize(
    ("found", "state", "name"),
    [
        (Graphics(False), "know", "3D is drawn without the graphics chip"),
        (Graphics(True, "llvmpipe", True), "know", "3D is drawn by the processor"),
        (Graphics(True, "Radeon", False), "fine", "3D is drawn by the graphics chip"),
    ],
)
def test_that_who_draws_is_told_in_plain_words(monkeypatch, found, state, name):
    monkeypatch.setattr(display, "problem", lambda: "")
    monkeypatch.setattr(gl_probe, "probe", lambda: found)
    assert states(doctor_computer.drawing()) == {name: state}


def test_that_a_data_set_that_has_gone_is_to_mend(tmp_path):
    chairs = tmp_path / "chairs"
    chairs.mkdir()
    remember("Chairs", Choice(name="folder", path=str(chairs)))
    assert states(doctor_runs.data())["Chairs"] == "fine"
    chairs.rmdir()
    assert states(doctor_runs.data())["Chairs"] == "mend"


def test_that_runs_and_those_that_cannot_be_read_are_counted(make_run):
    make_run("One")
    RunStore().discard(make_run("Two").path)
    row = next(row for row in doctor_runs.data() if row[1] == "Runs")
    assert row[:3] == ("fine", "Runs", "1 run, 1 in the trash.")
    broken = RunStore().folder / "broken"
    broken.mkdir()
    (broken / "run.toml").write_text("= no toml")
    row = next(row for row in doctor_runs.data() if row[1] == "Runs")
    assert row[0] == "know"
    assert "1 folder cannot be read" in row[2]


def test_that_a_teacher_that_is_named_has_to_be_there(make_run):
    run = make_run("Big")
    rows = doctor_runs.next_run(draft=Experiment(teacher=f"{run.id} + nobody + latest"))
    told = [row[2] for row in rows if row[1] == "Teacher"]
    assert told == [
        "“Big” is there, but has kept no model.",
        "The run “nobody” is not there. Choose another teacher.",
    ]
    run.checkpoints.mkdir(exist_ok=True)
    (run.checkpoints / "last.safetensors").write_bytes(b"x")
    rows = doctor_runs.next_run(draft=Experiment(teacher=run.id))
    assert states(rows)["Teacher"] == "fine"


@pytest.mark.parametrize(("free", "state"), [(10, "fine"), (1, "know"), (0.1, "mend")])
def test_that_the_room_on_the_disk_is_judged(monkeypatch, free, state):
    usage = type("Usage", (), {"free": int(free * 2**30)})
    monkeypatch.setattr(doctor_runs.shutil, "disk_usage", lambda _: usage)
    assert states(doctor_runs.next_run())["Disk"] == state


def test_that_a_report_names_nobody_and_no_place(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "home", lambda: Path("/home/annabel"))
    findings = [
        Finding(
            "data",
            "mend",
            "Chairs of annabel",
            "In /home/annabel/work/chairs it ends too early.",
            "rm ~/x/y",
        ),
        Finding("run", "fine", "Disk", r"C:\Users\annabel\runs has 1/2 of 3 GB, Linux x86_64."),
    ]
    text = "\n".join(doctor.report(findings))
    for part in ("annabel", "/home", "~/x", "Users", "chairs it"):
        assert part not in text
    for part in (
        "(a folder) it ends too early.",
        "1/2 of 3 GB",
        "Linux x86_64",
        "1 fine, 0 to know about, 1 to mend",
    ):
        assert part in text


def test_that_dialog_and_command_show_the_same_list(qtbot, desk, make_run):
    make_run("One")
    shown = Window()
    qtbot.addWidget(shown)
    shown.resize(1440, 900)
    shown.show()
    shown.furnish(desk)
    with qtbot.waitActive(shown):
        shown.activateWindow()
    qtbot.keyClick(shown, "d", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), DoctorDialog))
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: bool(dialog.findings) and dialog.again.isEnabled())
    expected = doctor.look(doctor.typefaces(), desk.store.folder, desk.draft)
    assert [f.name for f in dialog.findings] == [f.name for f in expected]
    rows = dialog.findChildren(FindingRow)
    assert len(rows) == len(expected)
    assert {row.finding.group for row in rows} == {"computer", "data", "run"}
    for count, state in doctor.counts(dialog.findings):
        assert dialog._numbers[state].text() == str(count)
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines()[1:] == doctor.report(dialog.findings)[1:]
    assert str(desk.store.folder) not in copied
    qtbot.mouseClick(dialog.again, Qt.MouseButton.LeftButton)
    assert not dialog.copy.isEnabled()
    qtbot.waitUntil(dialog.copy.isEnabled)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_that_a_rehearsal_trains_reads_back_and_draws_and_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr(display, "problem", lambda: "")
    places = set(Path(tempfile.gettempdir()).glob("pcd-rehearsal-*"))
    found = doctor.rehearsed(Rehearsal())
    assert [(one.group, one.name, one.state) for one in found] == [
        ("rehearsal", name, "fine") for name in PARTS
    ], found
    assert found[0].sentence.startswith("6 batches learnt and tested in ")
    assert RunStore().runs() == []
    assert set(Path(tempfile.gettempdir()).glob("pcd-rehearsal-*")) == places


def test_that_a_cancelled_rehearsal_is_ended_by_force_and_says_nothing():
    one = Rehearsal()
    threading.Timer(0.2, one.cancel).start()
    assert doctor.rehearsed(one) == []
    assert one._child.returncode == -signal.SIGKILL


@pytest.mark.parametrize("part", ["tempfile.TemporaryDirectory", "subprocess.Popen"])
def test_that_a_rehearsal_that_cannot_begin_is_to_mend_and_can_be_asked_for_again(
    qtbot, dialog, monkeypatch, part
):
    looked = dialog.findings

    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"workbench.rehearsal.{part}", refuse)
    qtbot.mouseClick(dialog.rehearse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(dialog.findings) == len(looked) + 1)
    found = dialog.findings[-1]
    assert (found.group, found.state) == ("rehearsal", "mend")
    assert "No space left on device" in found.sentence
    assert dialog.rehearse.text() == "Rehearse" and dialog.again.isEnabled()
    assert not dialog.work.isVisible()


def test_that_looking_again_keeps_what_a_rehearsal_found(qtbot, dialog, monkeypatch):
    row = ("fine", "A tiny training", "6 batches.")
    monkeypatch.setattr(Rehearsal, "rows", lambda _: [row])
    looked = len(dialog.findings)
    qtbot.mouseClick(dialog.rehearse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(dialog.findings) == looked + 1)
    qtbot.mouseClick(dialog.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.again.isEnabled)
    rehearsed = [one for one in dialog.findings if one.group == "rehearsal"]
    assert rehearsed == [Finding("rehearsal", *row)]
    assert len(dialog.findings) == looked + 1


@pytest.mark.parametrize(
    ("lines", "states_of_all"),
    [
        ([], ["mend", "know", "know"]),
        (['["fine", "A tiny training", "6 batches."]'], ["fine", "mend", "know"]),
        (["no row", '["mend", "A tiny training", "No."]', "[]"], ["mend", "mend", "know"]),
    ],
)
def test_that_a_rehearsal_that_dies_says_where(lines, states_of_all):
    rows = list(rehearsal._complete(lines, -11))
    assert [row[0] for row in rows] == states_of_all
    ended = next(row for row in rows if "exit code -11" in row[2])
    assert "Nothing of yours was touched" in ended[2]


def test_that_the_dialog_rehearses_and_can_stop_it(qtbot, dialog, monkeypatch):
    asked = []

    class Quick(Rehearsal):
        def rows(self):
            asked.append(self)
            while len(asked) > 1 and not self.cancelled:
                time.sleep(0.01)
            return [] if self.cancelled else [("fine", "A tiny training", "6 batches.")]

    monkeypatch.setattr("workbench.views.doctor_dialog.Rehearsal", Quick)
    before = len(dialog.findings)
    qtbot.mouseClick(dialog.rehearse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(dialog.findings) == before + 1)
    assert "  ok    A tiny training: 6 batches." in doctor.report(dialog.findings)
    qtbot.mouseClick(dialog.rehearse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert dialog.rehearse.text() == "Stop" and not dialog.again.isEnabled()
    qtbot.mouseClick(dialog.rehearse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.rehearse.text() == "Rehearse")
    assert len(dialog.findings) == before + 1
    qtbot.mouseClick(dialog.rehearse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(asked) == 3)
    dialog.close()
    qtbot.waitUntil(lambda: asked[2].cancelled)


def test_that_a_line_that_mends_can_be_copied(qtbot):
    row = FindingRow(
        Finding("computer", "mend", "System libraries", "Not there.", "sudo apt-get x")
    )
    qtbot.addWidget(row)
    row.show()
    button = row.findChild(type(row._button(row.finding)))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "sudo apt-get x"
